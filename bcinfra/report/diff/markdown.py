"""A diff as a comment on a code forge: within the forge's limit, cut by importance, safe against what names contain."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from bcinfra.graph.diff.changes import Kind
from bcinfra.report.diagrams.change import Effect, to_mermaid, to_text
from bcinfra.report.diagrams.picture import Box, Chip
from bcinfra.report.diff.page import Detail, Entry, Group, Name, Page, Phrase, plain, summary_of, visible


class Forge(NamedTuple):
    """What a forge's comments can do."""

    limit: int
    """Characters of one comment."""
    folds: bool
    """Whether it renders ``<details>``, and hides HTML comments."""
    draws: bool = False
    """Whether it draws Mermaid in comments."""


FORGES: Final = {
    "github": Forge(65_536, folds=True, draws=True),
    "gitlab": Forge(1_000_000, folds=True, draws=True),
    "bitbucket": Forge(32_000, folds=False),
    "azure": Forge(150_000, folds=True),
}
FORMAT: Final = 1
"""Version of the marker. A later layout that replaces comments of an earlier one keeps it."""
_DRAWN: Final = 12
"""Resources that the drawing shows."""
_MOVED: Final = 3
"""Promises that it shows."""
_MARKS: Final = {Kind.CREATE: "new", Kind.DELETE: "gone", Kind.REPLACE: "gone"}
_OPEN: Final = 10
"""Entries up to which a fold is open from the start."""


class TooSmallError(ValueError):
    """Not even the headlines fit the limit."""


def to_markdown(
    pages: Sequence[Page], *, forge: str = "github", max_chars: int | None = None, every: bool = False
) -> str:
    """The pages as one comment of at most ``max_chars`` characters (default: what the forge takes); with ``every`` they
    stand for all stacks of the project, whichever it has.

    What does not fit is left out whole, the least important first: properties of harmless changes, then the changes
    themselves, then dangers; what was left out is counted. Raises :class:`TooSmallError` where the headlines alone do
    not fit.
    """
    limit = min(max_chars or FORGES[forge].limit, FORGES[forge].limit)
    units = list(_ranked(pages))
    marker = _marker(pages, FORGES[forge], every)

    def first(size: int) -> str:
        return "\n\n".join([marker, *_blocks(pages, FORGES[forge], set(units[:size]), len(units))]) + "\n"

    low, high = 0, len(units)
    if len(whole := first(high)) <= limit:
        return whole
    while low < high:  # the longest start of the ranking that fits
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(first(middle)) <= limit else (low, middle - 1)
    for size in range(low, -1, -1):  # "and 9 more" can make a shorter start the longer text
        if len(text := first(size)) <= limit:
            return text
    raise TooSmallError(f"the headlines alone take {len(first(0))} characters")


_Unit = tuple[str | int, ...]
"""What can be left out: a part of a page, by its position."""


def _ranked(pages: Sequence[Page]) -> Iterator[_Unit]:
    """Everything that can be left out, the most important first."""
    for p, page in enumerate(pages):
        yield from (("because", p, i) for i in range(len(page.because)))
        yield from (("objective", p, i) for i in range(len(page.objectives)))
    for p, page in enumerate(pages):
        yield from (("alarm", p, i) for i in range(len(page.alarms)))
    yield from (("drawn", p) for p, page in enumerate(pages) if page.objectives and not page.first)
    entries = [(p, g, e, entry) for p, page in enumerate(pages) for g, e, entry in _entries(page)]
    kinds = list(Kind)
    ranked = sorted(entries, key=lambda row: kinds.index(row[3].change.kind))
    for dangerous in (True, False):
        of_rank = [row for row in ranked if bool(row[3].change.risks) is dangerous]
        yield from (("entry", p, g, e) for p, g, e, _ in of_rank)
        if not dangerous:
            for p, page in enumerate(pages):
                yield from (("output", p, i) for i in range(len(page.outputs)))
        for p, g, e, entry in of_rank:
            yield from (("detail", p, g, e, i) for i in range(len(entry.details)))


def _entries(page: Page) -> Iterator[tuple[int, int, Entry]]:
    return ((g, e, entry) for g, group in enumerate(page.groups) for e, entry in enumerate(group.entries))


def _blocks(pages: Sequence[Page], forge: Forge, kept: set[_Unit], units: int) -> Iterator[str]:
    changed = [(p, page) for p, page in enumerate(pages) if page.diff]
    for p, page in changed:
        yield from _page(p, page, forge, kept)
    yield from (
        f"<sub>{_escaped(page.later)}</sub>" if forge.folds else _escaped(page.later)
        for _, page in changed
        if page.later
    )
    quiet = [page for page in pages if not page.diff]
    if len(pages) == len(quiet) == 1:
        yield "### " + _prose(quiet[0].headline)
        if quiet[0].later:
            yield _escaped(quiet[0].later)
    elif quiet:
        yield "No changes: " + ", ".join(_code(page.stack) for page in quiet)
    if len(changed) == 1:
        yield f"**{changed[0][1].summary}**"
    elif changed:
        yield "\n".join(f"- {_code(page.stack)}: **{page.summary}**" for _, page in changed)
    left = units - len(kept)
    if left:
        yield f"{left} of {units} parts left out, the least important; `--format json` has them all."


def _marker(pages: Sequence[Page], forge: Forge, every: bool) -> str:
    """An invisible line by which a comment is found again and replaced, whichever stacks there are by then."""
    stacks = "*" if every else ",".join(_keyed(page.stack) for page in pages)
    text = f"bcinfra:diff project={_keyed(pages[0].project)} stack={stacks} v={FORMAT}"
    # Bitbucket shows HTML comments; a link definition that nothing uses is shown nowhere.
    return f"<!-- {text} -->" if forge.folds else f'[//]: # "{text}"'


def _keyed(name: str) -> str:
    """``name`` so that it cannot end a comment or a title."""
    return quote(name, safe="").replace("-", "%2D") if "--" in name else quote(name, safe="")


def _page(p: int, page: Page, forge: Forge, kept: set[_Unit]) -> Iterator[str]:
    yield "### " + _prose(page.headline)
    because = [_prose(said) for i, said in enumerate(page.because) if ("because", p, i) in kept]
    if because:
        yield "**Because** " + "\n".join(because)
    if page.first:
        head = ("", "kind", "kept", "served again", "95 % within", "data lost", "objective", "how")
        rows = [(r.mark, r.kind, r.kept, r.again, r.worst, r.data, r.objective, r.how) for r in page.first.kinds]
        cells = [" | ".join(map(_escaped, row)) for row in rows]
        yield "\n".join(f"| {line} |" for line in (" | ".join(head), " | ".join(["---"] * len(head)), *cells))
        yield "\n".join(f"{i}. {_escaped(step)}" for i, step in enumerate(page.first.steps, 1))
    objectives = [moved for i, moved in enumerate(page.objectives) if ("objective", p, i) in kept]
    if objectives:
        rows = [
            [moved.objective, moved.before, moved.after, moved.target, ("! " if moved.worse else "") + moved.verdict]
            for moved in objectives
        ]
        head = ["objective", "before", "after", "target", ""]
        cells = [[_prose((cell,)) for cell in row] for row in (head, *rows)]
        lines = ["| " + " | ".join(row) + " |" for row in cells]
        yield "\n".join([lines[0], "| --- | --: | --: | --: | --- |", *lines[1:]])
    if page.alarms:
        yield "**Dangerous**"
        lines = [
            f"- {_title(alarm.entry)}" + "".join(f"\n  - {_prose(danger)}" for danger in alarm.dangers)
            for i, alarm in enumerate(page.alarms)
            if ("alarm", p, i) in kept
        ]
        yield "\n".join([*lines, *_more(len(page.alarms) - len(lines))])
    if not page.first and ("drawn", p) in kept:
        yield _drawn(page, forge)
    places: dict[str, list[tuple[int, Group]]] = {}
    for g, group in enumerate(page.groups):
        places.setdefault(group.place, []).append((g, group))
    for place, groups in places.items():
        entries = [entry for _, group in groups for entry in group.entries]
        body = "\n\n".join(block for g, group in groups if (block := _group(p, g, group, kept)))
        yield _folded(place, summary_of(entries), body, forge, len(entries) <= _OPEN)
    if page.outputs:
        lines = [_detail(detail, "") for i, detail in enumerate(page.outputs) if ("output", p, i) in kept]
        body = "\n".join([*lines, *_more(len(page.outputs) - len(lines))])
        yield _folded("Outputs", f"{len(page.outputs)} changed", body, forge, len(lines) <= _OPEN)


def _drawn(page: Page, forge: Forge) -> str:
    """What changes, by place, and the promises that it moves; harmless changes are left out first. As lines of text
    where the forge does not draw."""
    kinds = list(Kind)
    ranked = sorted(
        ((g, entry) for g, _, entry in _entries(page)),
        key=lambda row: (not row[1].change.risks, not row[1].change.counted, kinds.index(row[1].change.kind)),
    )
    boxes: dict[str, list[Chip]] = {}
    for g, entry in ranked[:_DRAWN]:
        kind = entry.change.kind
        label = f"{kind}: {plain(entry.title)}"
        boxes.setdefault(page.groups[g].place, []).append(Chip((), label, "", mark=_MARKS.get(kind, "changed")))
    places = [Box(place, "", None, (), tuple(chips)) for place, chips in sorted(boxes.items())]
    if len(ranked) > _DRAWN:
        places.append(Box(f"and {len(ranked) - _DRAWN} more", "", None, (), ()))
    moved = [
        Effect(f"{one.objective}: {one.before} → {one.after}, {one.verdict}", one.worse) for one in page.objectives
    ]
    if forge.draws:
        return f"```mermaid\n{to_mermaid(places, moved[:_MOVED])}```"
    said = to_text(places, moved[:_MOVED])
    fence = "`" * max(3, 1 + _longest_ticks(said))
    return f"{fence}text\n{said}{fence}"


def _folded(title: str, summary: str, body: str, forge: Forge, opened: bool) -> str:
    if not body:
        return f"{_code(title)}: {summary}"
    if not forge.folds:
        return f"#### {_code(title)}: {summary}\n\n{body}"
    start = "<details open>" if opened else "<details>"
    return f"{start}<summary>{html.escape(visible(title))}: {summary}</summary>\n\n{body}\n\n</details>"


def _group(p: int, g: int, group: Group, kept: set[_Unit]) -> str:
    lines = [_entry(p, g, e, entry, kept) for e, entry in enumerate(group.entries) if ("entry", p, g, e) in kept]
    if not lines:
        return ""
    heading = [f"**{_prose(group.component)}**\n"] if group.component else []
    return "\n".join([*heading, *lines, *_more(len(group.entries) - len(lines))])


def _more(n: int) -> list[str]:
    return [f"- and {n} more"] if n else []


def _title(entry: Entry) -> str:
    place = entry.change.resource.place
    return f"**{entry.change.kind}** {_prose(entry.title)}" + (f" in {_code(str(place))}" if place else "")


def _entry(p: int, g: int, e: int, entry: Entry, kept: set[_Unit]) -> str:
    lines = [f"- {_title(entry)}", *(f"  - {_prose(note)}" for note in entry.notes)]
    details = [_detail(d, "  ") for i, d in enumerate(entry.details) if ("detail", p, g, e, i) in kept]
    left = len(entry.details) - len(details)
    return "\n".join([*lines, *details, *([f"  - and {left} more properties"] if left else [])])


def _detail(detail: Detail, indent: str) -> str:
    note = f" ({detail.note})" if detail.note else ""
    if not detail.lines:
        return f"{indent}- {_code(detail.path)}: {_code(detail.old)} → {_code(detail.new)}{note}"
    fence = "`" * max(3, 1 + _longest_ticks("\n".join(detail.lines)))
    body = "\n".join(f"{indent}  {line}" for line in (f"{fence}diff", *detail.lines, fence))
    return f"{indent}- {_code(detail.path)}:{note}\n\n{body}\n"


def _prose(phrase: Phrase) -> str:
    """A phrase with its names as code, and nothing in the rest that Markdown or a forge would act on."""
    return "".join(_code(part) if isinstance(part, Name) else _escaped(part) for part in phrase)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~@&!])", r"\\\1", visible(text))


def _code(text: str) -> str:
    """A code span that ``text`` cannot leave."""
    text = visible(text) or " "
    ticks = "`" * (1 + _longest_ticks(text)) if "`" in text else "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
