"""An assessment in a terminal: the sentence, capabilities, scenarios, the worst with its path, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bcinfra.continuity.model.objectives import Judgement
from bcinfra.report.assess.cells import Cell
from bcinfra.report.assess.kinds import ELSEWHERE, HEADING as KINDS, UNSTATED, KindRow
from bcinfra.report.assess.page import WORDS, CapabilityRow, Group, Page, ScenarioRow, Step, Story
from bcinfra.report.assess.stacks import HEADING, LEGEND, Overview
from bcinfra.report.diff.continuity import Continuity
from bcinfra.report.diff.page import plain, visible

WIDE: Final = 110
"""Columns from which targets have columns of their own."""
BELOW: Final = ((), ("How",), ("How", "Kept"), ("How", "Kept", "95 % within"), KINDS[1:])
"""Columns of kinds of disruption that move below where there is little room, the first that suffices."""
STYLES: Final = {
    Judgement.MISSED: "red",
    Judgement.UNKNOWN: "magenta",
    Judgement.ACCEPTED: "cyan",
    Judgement.MET: "green",
    None: "",
}


MEANS: Final[Mapping[Judgement | None, str]] = {
    Judgement.MET: "kept",
    Judgement.MISSED: "missed",
    Judgement.UNKNOWN: "cannot be decided",
    Judgement.ACCEPTED: "missed, and accepted",
}
"""What the marks mean."""


def show_assessment(console: Console, page: Page, *, detail: bool = False, everything: bool = False) -> None:
    """Print the first screen of the page; with ``detail`` the rest too, with ``everything`` each finding in full."""
    printer = _Printer(console)
    for moved in page.since:
        printer.since(moved)
    if detail or everything or not page.kinds:
        printer.page(page, everything)
    else:
        printer.screen(page)


def show_overview(console: Console, overview: Overview, *, everything: bool = False) -> None:
    """Print the table over several stacks, then each in short, or in full for ``everything``."""
    _Printer(console).overview(overview, everything)


class _Printer:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._wide = console.width >= WIDE

    def line(self, indent: int, *parts: str | tuple[str, str], first: str = "") -> None:
        """One line behind what stands ``first``, wrapped below itself and never padded."""
        text = Text.assemble(*parts)
        for i, part in enumerate(text.wrap(self._console, max(self._console.width - indent - 2, 20))):
            part.rstrip()
            start = Text(" " * (indent + 2)) if i else Text(first.ljust(indent), "bold")
            self._console.print(start + part, soft_wrap=True)

    def screen(self, page: Page) -> None:
        """What one has to know: what it survives and what not, what that costs, and what to do next."""
        self.line(0, (visible(page.headline), "bold"))
        self.kinds(page.kinds)
        for said in (page.available, page.peak, page.spent):
            self.line(0, said) if said else None
        if page.stateless:
            self.line(0, visible(page.stateless))
        self.steps(page.steps, page.other_steps)
        for said in (page.rests, *page.notes):
            self.line(0, (visible(said), "yellow")) if said else None
        self.line(0, (f"{page.judged} Details: ", "dim"), (page.next[-1], "bold"))

    def kinds(self, rows: Sequence[KindRow]) -> None:
        """A line a kind, below it what decides it; what the marks mean."""
        room = self._console.width - 2
        ((usual, _),) = Counter(row.objective for row in rows).most_common(1)
        alike = len({row.objective for row in rows}) == 1
        said = "in every kind of disruption" if alike else "where no other is named"
        promised = f"{usual} (time without, data lost), {said}" if usual != UNSTATED or not alike else usual
        self.line(4, (f"Objective: {promised}", "dim"))
        table = [tuple(map(visible, row.cells)) for row in rows]
        widths = {of: max(map(len, column)) + 2 for of, *column in zip(KINDS, (*KINDS,), *table, strict=True)}
        # What there is no room for stands below, with what decides the row.
        fits = (gone for gone in BELOW if sum(w for of, w in widths.items() if of not in gone) <= room)
        below = next(fits, BELOW[-1])
        shown = [i for i, of in enumerate(KINDS) if of not in below]
        self._row(("", ""), [KINDS[i].upper() for i in shown], [widths[KINDS[i]] for i in shown], "dim")
        indent = 4 + widths[KINDS[0]]
        for row, cells in zip(rows, table, strict=True):
            mark = (WORDS[row.judgement], STYLES[row.judgement])
            self._row(mark, [cells[i] for i in shown], [widths[KINDS[i]] for i in shown], "")
            if below:
                self.line(indent, (visible(", ".join(_beside(row, below))), "dim"))
            own = f"objective {row.objective}; " if row.objective != usual else ""
            for by in row.decided_by:
                said = by.within(self._console.width - indent - len(own))
                self.line(indent, (visible(own + said), "dim"))
                own = ""
        used = {row.judgement for row in rows}
        counted = "KEPT counts scenarios, the rest is of the worst. "
        marks = [f"{WORDS[j]} {said}" for j, said in MEANS.items() if j in used]
        marks += [f"{ELSEWHERE} in another scenario"] if any(row.elsewhere for row in rows) else []
        self.line(4, (counted + ", ".join(marks), "dim"))

    def _row(self, mark: tuple[str, str], cells: Sequence[str], widths: Sequence[int], style: str) -> None:
        """Cells below each other's columns; the last is folded."""
        *before, last = cells
        start = "".join(cell.ljust(width) for cell, width in zip(before, widths, strict=False))
        indent = 4 + len(start)
        lines = Text(last).wrap(self._console, max(self._console.width - indent, 10))
        text = Text.assemble((mark[0].ljust(4), mark[1]), (start, style), (lines[0].plain if lines else "", style))
        text.rstrip()
        self._console.print(text, soft_wrap=True)
        for rest in lines[1:]:
            self._console.print(Text(" " * indent) + rest, soft_wrap=True)

    def steps(self, steps: Sequence[Step], more: str) -> None:
        for i, step in enumerate(steps):
            rest = f" and {step.more} more" if step.more else ""
            whose = f"{step.about}{rest}: " if step.about else ""
            told = visible(f"{whose}{step.fix[:1].upper()}{step.fix[1:]}")
            self.line(9, told, first=f"{'' if i else 'Next':6}{i + 1}")
            place = f", {visible(step.place)}" if step.place else ""
            start = f"{step.saves} [{step.code}{place}]".lstrip()
            # The code says what is wrong to who asks, so that no line is spent on it.
            texts = (Text(visible(f"{start}{said}"), "dim") for said in (f": {step.because}", f": {step.brief}", ""))
            ways = [text.wrap(self._console, max(self._console.width - 9, 20)) for text in texts]
            for part in min(ways, key=len):
                part.rstrip()
                self._console.print(Text(" " * 9) + part, soft_wrap=True)
        if more:
            self.line(6, (more, "dim"))

    def page(self, page: Page, everything: bool) -> None:
        self.line(0, (visible(page.headline), "bold"))
        if page.rests:
            self.line(0, (visible(page.rests), "yellow"))
        for said in (page.money, page.peak):
            self.line(0, said) if said else None
        if page.stateless:
            self.line(0, visible(page.stateless))
        for note in page.notes:
            self.line(0, (visible(note), "yellow"))
        if page.kinds:
            self._console.print()
            self.kinds(page.kinds)
        if page.capabilities:
            self._console.print()
            worst = {row.worst for row in page.capabilities}
            self.table(self._capabilities(page.capabilities, named=len(worst) > 1))
            if len(worst) == 1 and len(page.capabilities) > 1 and all(worst):
                self.line(4, (f"all are worst in: {visible(worst.pop())}", "dim"))
        if page.scenarios:
            self._console.print()
            self.table(self._scenarios(page.scenarios, page.currency))
            if page.rest:
                self.line(4, (page.rest, "dim"))
        if page.story:
            self._console.print()
            self.story(page.story)
        if page.groups:
            self._console.print()
            self.line(0, ("Findings, the most costly first", "bold"))
            for group in page.groups:
                self.group(group, everything)
            if page.more:
                self.line(2, (page.more, "dim"))
        self._console.print()
        self.line(0, (page.basis, "dim"))
        if page.next:
            self.line(0, "Next: ", (page.next[0], "bold"))
            for command in page.next[1:]:
                self.line(6, (command, "bold"))

    def overview(self, overview: Overview, everything: bool) -> None:
        self.line(0, (visible(overview.headline), "bold"))
        if overview.rows:
            self._console.print()
            table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
            table.add_column("", width=2)
            for title in HEADING:
                table.add_column(title.upper(), overflow="fold")
            for row in overview.rows:
                table.add_row(_mark(row.judgement), *map(visible, row.cells))
            self.table(table)
            self.line(4, (LEGEND, "dim"))
        for name, why in overview.failed.items():
            self.line(0, (f"{visible(name)}: not assessed. {visible(why)}", "red"))
        for page in overview.pages.values():
            self._console.print()
            if everything:
                for moved in page.since:
                    self.since(moved)
                self.page(page, everything)
                continue
            for moved in page.since:
                self.since(moved)
            self.line(0, (visible(page.headline), "bold"))
            if page.story:
                self.story(page.story)
            self.line(2, ("more: ", "dim"), (page.next[-1].removesuffix(" --full"), "bold"))

    def since(self, moved: Continuity) -> None:
        self.line(0, (plain(moved.headline), "bold"))
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for title in ("", "OBJECTIVE", "BEFORE", "NOW", "TARGET", ""):
            table.add_column(title, overflow="fold")
        for row in moved.rows:
            mark = ("!", "red") if row.worse else ("+", "green")
            table.add_row(Text(*mark), visible(row.objective), row.before, row.after, row.target, row.verdict)
        if moved.rows:
            self.table(table)
        if moved.more:
            self.line(2, (f"and {moved.more} more", "dim"))
        for reason in moved.because:
            self.line(0, "because ", plain(reason))
        self._console.print()

    def table(self, table: Table) -> None:
        """A table without trailing blanks, so that terminal, pipe and file hold the same text."""
        for segments in self._console.render_lines(table, pad=False):
            text = Text()
            for segment in segments:
                text.append(segment.text, segment.style)
            text.rstrip()
            self._console.print(text, soft_wrap=True)

    def _capabilities(self, rows: Iterable[CapabilityRow], named: bool) -> Table:
        table = self._headed("CAPABILITY", "RECOVERY typ (p95)", "RTO", "DATA LOSS (p95)", "RPO")
        table.add_column("AVAILABILITY (low)" if self._wide else "AVAILABILITY (low) of TARGET", overflow="fold")
        if self._wide:
            table.add_column("TARGET", overflow="fold")
        table.add_column("NOT MET IN", justify="right", overflow="fold")
        if named:
            table.add_column("WORST IN", overflow="fold")
        for row in rows:
            cells = [*self._cell(row.recovery), *self._cell(row.data), *self._cell(row.availability)]
            worst = [visible(row.worst)] if named else []
            table.add_row(_mark(row.judgement), visible(row.name), *cells, row.missed, *worst)
        return table

    def _scenarios(self, rows: Iterable[ScenarioRow], currency: str) -> Table:
        table = self._headed("SCENARIO", "RECOVERY typ (p95)", "RTO", "DATA LOSS (p95)", "RPO", "STOPS")
        table.add_column(f"LOSS {currency}/yr", justify="right", overflow="fold")
        for row in rows:
            cells = [*self._cell(row.recovery), *self._cell(row.data)]
            table.add_row(_mark(row.judgement), visible(row.title), row.stops, *cells, row.loss)
        return table

    def _headed(self, what: str, recovery: str, rto: str, data: str, rpo: str, stops: str | None = None) -> Table:
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0), collapse_padding=True)
        table.add_column("", width=2)
        table.add_column(what, overflow="fold", ratio=None if self._wide else 1)
        if stops:
            table.add_column(stops, overflow="fold")
        for title, target in ((recovery, rto), (data, rpo)):
            table.add_column(title if self._wide else f"{title} of {target}", overflow="fold")
            if self._wide:
                table.add_column(target, overflow="fold")
        return table

    def _cell(self, cell: Cell) -> Sequence[Text]:
        """The cell and its target, or both in one where columns are scarce."""
        bad = cell.judgement in (Judgement.MISSED, Judgement.UNKNOWN)
        text = Text(
            cell.text + (" !" if cell.judgement is Judgement.MISSED else ""), STYLES[cell.judgement] if bad else ""
        )
        if self._wide:
            return text, Text(cell.target, "dim")
        return (text + Text(f" of {cell.target}", "dim") if cell.target else text,)

    def story(self, story: Story) -> None:
        self.line(0, ("Worst first: ", "bold"), (visible(story.title), "bold"))
        self.line(2, visible(story.path))
        for reason in story.why:
            self.line(2, ("why: ", "dim"), visible(reason))
        for fix in story.fixes:
            self.line(2, ("fix: ", "dim"), visible(fix))

    def group(self, group: Group, everything: bool) -> None:
        n = len(group.findings)
        self.line(0, (group.code, "bold"), f"  {group.rule.title}" + (f" ({n} times)" if n > 1 else ""))
        for finding in group.findings if everything else group.findings[:1]:
            place = (f"  {visible(finding.place)}" if finding.place else "", "dim")
            self.line(8, visible(finding.message), place)
            if finding.taken:
                self.line(10, (visible(finding.taken), "dim"))
            if finding.fix != group.fix:
                self.line(10, ("fix: ", "dim"), visible(finding.fix))
        self.line(8, ("fix: ", "dim"), visible(group.fix))


def _beside(row: KindRow, below: Sequence[str]) -> Iterator[str]:
    """What the columns that there is no room for say of a kind."""
    for of, cell in zip(KINDS, row.cells, strict=True):
        if of in below and cell:
            yield cell if of == "How" else f"{cell} kept" if of == "Kept" else f"{of[0].lower()}{of[1:]} {cell}"


def _mark(judgement: Judgement | None) -> Text:
    return Text(WORDS[judgement], STYLES[judgement])
