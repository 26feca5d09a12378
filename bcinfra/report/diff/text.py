"""A diff in a terminal: the sentence first, dangers, changes by place, the numbers last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from bcinfra.graph.diff.changes import Kind
from bcinfra.report.diff.page import Detail, Entry, First, Page, plain, summary_of, visible

SIGNS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.REPLACE: ("-/+", "red"),
    Kind.DELETE: ("-", "red"),
    Kind.UPDATE: ("~", "yellow"),
    Kind.RENAME: (">", "cyan"),
    Kind.CREATE: ("+", "green"),
    Kind.UNDECIDED: ("?", "magenta"),
}


def show_diff(console: Console, pages: Sequence[Page]) -> None:
    """Print the pages; stacks without changes in one line each."""
    for i, page in enumerate(pages):
        if i and (page.diff or pages[i - 1].diff):
            console.print()
        _Printer(console).page(page)


class _Printer:
    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, indent: int, *parts: str | tuple[str, str]) -> None:
        """One line, wrapped below itself and never padded."""
        text = Text.assemble(*parts)
        for i, part in enumerate(text.wrap(self._console, max(self._console.width - indent - 2, 20))):
            part.rstrip()
            margin = " " * (indent + (2 if i else 0))
            self._console.print(Text(margin) + part, soft_wrap=True)

    def page(self, page: Page) -> None:
        self.line(0, (plain(page.headline), "bold"))
        for reason in page.because:
            self.line(0, "because  " + plain(reason))
        if page.first:
            self.first(page.first)
        if not page.diff:
            self.line(0, (page.later, "dim")) if page.later else None
            return
        if page.objectives:
            self.line(0, ("\nObjectives", "bold"))
        for moved in page.objectives:
            target = f", objective {moved.target}" if moved.target else ""
            text = f"{moved.objective}: {moved.before} -> {moved.after}{target}, {moved.verdict}"
            self.line(2, ("! ", "red") if moved.worse else "+ ", visible(text))
        if page.alarms:
            self.line(0, ("\nDangerous", "bold red"))
        for alarm in page.alarms:
            self.entry(2, alarm.entry)
            for danger in alarm.dangers:
                self.line(6, ("! ", "red"), plain(danger))
        if page.first:
            self.places(page)
        place = None
        for group in () if page.first else page.groups:
            if group.place != place:
                place = group.place
                self.line(0, "\n", (visible(place), "bold"))
            if group.component:
                self.line(2, (plain(group.component), "cyan"))
            for entry in group.entries:
                indent = 4 if group.component else 2
                self.entry(indent, entry)
                for note in entry.notes:
                    self.line(indent + 4, plain(note))
                for detail in entry.details:
                    self.detail(indent + 4, detail)
        if page.outputs:
            self.line(0, ("\noutputs", "bold"))
            for detail in page.outputs:
                self.detail(2, detail)
        self.line(0, ("\n" + page.summary, "bold"))
        if page.later:
            self.line(0, (page.later, "dim"))

    def first(self, first: First) -> None:
        """A line a kind of disruption, then what to do."""
        self._console.print()
        for row in first.kinds:
            again = f"served again in {row.again}" + (f", 95 % within {row.worst}" if row.worst else "")
            kept = f"{row.kept} kept, at worst: {again}; data lost {row.data}; {row.how}"
            self.line(2, f"{row.mark:<4}", (row.kind, "bold"), visible(f": {kept} (objective {row.objective})"))
        for i, step in enumerate(first.steps, 1):
            self.line(2, ("Next: " if i == 1 else "      "), visible(f"{i}. {step}"))

    def places(self, page: Page) -> None:
        """Of what is new or gone as a whole: how much of it is where."""
        self.line(0, ("\nResources", "bold"))
        found: dict[str, list[Entry]] = {}
        for group in page.groups:
            found.setdefault(group.place, []).extend(group.entries)
        for place, entries in found.items():
            self.line(2, f"{visible(place)}: {summary_of(entries)}")
        self.line(2, ("`bcinfra preview` and --format json list them", "dim"))

    def entry(self, indent: int, entry: Entry) -> None:
        sign, style = SIGNS[entry.change.kind]
        place = entry.change.resource.place
        self.line(
            indent, (f"{sign:<3} ", style), plain(entry.title), (f"  {visible(str(place))}" if place else "", "dim")
        )

    def detail(self, indent: int, detail: Detail) -> None:
        note = (f"  ({detail.note})" if detail.note else "", "dim")
        if not detail.lines:
            self.line(indent, f"{visible(detail.path)}: {detail.old} -> {detail.new}", note)
            return
        self.line(indent, f"{visible(detail.path)}:", note)
        for line in detail.lines:
            self.line(indent + 2, (line, {"+": "green", "-": "red"}.get(line[:1], "dim")))
