"""An assessment as a comment on a code forge: the sentence, tables, and the rest folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from bcinfra.continuity.model.objectives import Judgement
from bcinfra.report.assess.cells import Cell
from bcinfra.report.assess.kinds import ELSEWHERE, HEADING as KINDS, KindRow
from bcinfra.report.assess.page import CapabilityRow, Group, Page, ScenarioRow
from bcinfra.report.assess.stacks import HEADING, LEGEND, Overview
from bcinfra.report.diff.page import plain, visible

FORMAT: Final = 1
"""Version of the marker by which a comment is found again and replaced."""


def to_markdown(page: Page) -> str:
    """The page as one comment."""
    project, _, stack = page.title.rpartition("/")
    return _joined(
        f"<!-- bcinfra:assess project={_keyed(project)} stack={_keyed(stack)} v={FORMAT} -->", *_blocks(page)
    )


def overview_to_markdown(overview: Overview) -> str:
    """The report on several stacks as one comment: the table, then each stack folded."""
    return _joined(*_overview_blocks(overview))


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _overview_blocks(overview: Overview) -> Iterator[str]:
    yield f"<!-- bcinfra:assess project={_keyed(overview.project)} v={FORMAT} -->"
    yield f"## Continuity: {_prose(overview.headline)}"
    if overview.rows:
        yield _table(("", *HEADING), ([_word(row.judgement), *map(_prose, row.cells)] for row in overview.rows))
        yield f"<sub>{_prose(LEGEND)}</sub>"
    yield "\n".join(f"> {_prose(name)}: not assessed. {_prose(why)}" for name, why in overview.failed.items())
    for name, page in overview.pages.items():
        yield f"<details><summary>{_prose(name)}</summary>\n\n{_joined(*_blocks(page))}\n</details>"


def _blocks(page: Page) -> Iterator[str]:
    for moved in page.since:
        yield f"### {_prose(plain(moved.headline))}"
        rows = [[_prose(row.objective), row.before, row.after, row.target, _prose(row.verdict)] for row in moved.rows]
        yield _table(("Objective", "Before", "Now", "Target", ""), rows) if rows else ""
        yield "\n".join(f"**Because** {_prose(plain(reason))}" for reason in moved.because)
    yield f"### Continuity: {_prose(page.headline)}"
    yield _prose(page.rests)
    yield page.money
    yield page.peak
    yield _prose(page.stateless)
    yield "\n".join(f"> {_prose(note)}" for note in page.notes)
    if page.kinds:
        yield _table(("", *KINDS, "Objective", "Decided by"), map(_kind, page.kinds))
        if any(row.elsewhere for row in page.kinds):
            yield f"<sub>{_prose(ELSEWHERE)} in another scenario</sub>"
    if page.capabilities:
        yield _table(
            (
                "",
                "Capability",
                "Recovery typ (p95)",
                "RTO",
                "Data loss",
                "RPO",
                "Availability (low)",
                "Target",
                "Not met in",
            ),
            (_capability(row) for row in page.capabilities),
        )
    if page.scenarios:
        heading = ("", "Scenario", "Stops", "Recovery typ (p95)", "RTO", "Data loss", "RPO", f"Loss {page.currency}/yr")
        yield _table(heading, (_scenario(row) for row in page.scenarios))
        yield _prose(page.rest)
    if page.story:
        lines = [f"**Worst first: {_prose(page.story.title)}**", "", _prose(page.story.path)]
        lines += [f"- why: {_prose(reason)}" for reason in page.story.why]
        lines += [f"- fix: {_prose(fix)}" for fix in page.story.fixes]
        yield "\n".join(lines)
    if page.groups:
        n = sum(len(group.findings) for group in page.groups)
        body = "\n".join(line for group in page.groups for line in _group(group))
        more = f"\n\n{_prose(page.more)}" if page.more else ""
        yield f"<details><summary>{n} findings, the most costly first</summary>\n\n{body}{more}\n\n</details>"
    yield f"<sub>{_prose(page.basis)}</sub>"


def _kind(row: KindRow) -> list[str]:
    return [
        _word(row.judgement),
        *map(_prose, (*row.cells, row.objective)),
        _prose("; ".join(by.whole for by in row.decided_by)),
    ]


def _capability(row: CapabilityRow) -> list[str]:
    cells = [text for cell in (row.recovery, row.data, row.availability) for text in _cells(cell)]
    return [_word(row.judgement), _prose(row.name), *cells, row.missed]


def _scenario(row: ScenarioRow) -> list[str]:
    cells = [text for cell in (row.recovery, row.data) for text in _cells(cell)]
    return [_word(row.judgement), _prose(row.title), _prose(row.stops), *cells, row.loss]


def _cells(cell: Cell) -> tuple[str, str]:
    bad = cell.judgement in (Judgement.MISSED, Judgement.UNKNOWN)
    return f"**{_prose(cell.text)}**" if bad and cell.text else _prose(cell.text), cell.target


def _word(judgement: Judgement | None) -> str:
    return "" if judgement is None else judgement.value if judgement is Judgement.MET else f"**{judgement}**"


def _group(group: Group) -> Iterator[str]:
    yield f"- **{group.code}** {_prose(group.rule.title)}: {_prose(group.fix)}"
    for finding in group.findings:
        place = f" in `{visible(finding.place)}`" if finding.place else ""
        said = f" ({_prose(finding.taken)})" if finding.taken else ""
        yield f"  - {_prose(finding.message)}{place}{said}"


def _table(heading: Iterable[str], rows: Iterable[list[str]]) -> str:
    titles = list(heading)
    lines = [titles, ["---", "---", *(["--:"] * (len(titles) - 2))], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _keyed(name: str) -> str:
    return quote(name, safe="").replace("--", "%2D%2D")


def _prose(text: str) -> str:
    """``text`` with nothing in it that Markdown or a forge would act on."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@&!])", r"\\\1", visible(text))
