"""What an assessment of several stacks says to people: one table over all, then each in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.objectives import Judgement, worst_judgement
from bcinfra.continuity.model.parts import Model
from bcinfra.report.assess.page import Page, Severity, severity
from bcinfra.report.words.quantities import count, money
from bcinfra.report.words.scenarios import title

HEADING: Final = (
    *("Stack", "Missed", "Undecided", "Accepted", "Not seen", "Findings"),
    *("Loss a year", "Cost a month", "Worst scenario"),
)
LEGEND: Final = (
    "Missed, undecided and accepted: scenarios. Not seen: resources that are not understood or hidden in others."
    " Findings: errors / warnings / notes."
)


class Row(NamedTuple):
    """One stack in the table."""

    name: str
    judgement: Judgement | None
    missed: str
    undecided: str
    accepted: str
    unseen: str
    findings: str
    loss: str
    cost: str
    worst: str

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands behind the mark."""
        return (self.name, *self[2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The report on several stacks."""

    project: str
    headline: str
    rows: tuple[Row, ...]
    pages: Mapping[str, Page]
    failed: Mapping[str, str]
    """Stack → why it was not assessed."""


def overview(project: str, stacks: Sequence[tuple[Row, Page]], failures: Mapping[str, Exception]) -> Overview:
    """The report. ``failures``: stacks that could not be read, and why."""
    rows = tuple(row for row, _ in stacks)
    counts = Counter(row.judgement for row in rows)
    said = [f"{count(len(rows), 'stack')} of {project}: {counts[Judgement.MISSED]} of them miss an objective"]
    said += [f"{counts[Judgement.UNKNOWN]} cannot be decided"] if counts[Judgement.UNKNOWN] else []
    said += [f"{len(failures)} more could not be read"] if failures else []
    return Overview(
        project=project,
        headline=", ".join(said) + ".",
        rows=rows,
        pages={row.name: page for row, page in stacks},
        failed={name: str(error).splitlines()[0] for name, error in failures.items()},
    )


def row(name: str, found: Assessment, model: Model, cost: Cost | None) -> Row:
    """One stack in the table; ``cost`` is ``None`` where a part of it was asked for."""
    counts = Counter(result.judgement for result in found.scenarios)
    worst = next((r for r in found.scenarios if r.judgement in (Judgement.MISSED, Judgement.UNKNOWN)), None)
    grave = Counter(map(severity(found), found.findings))
    loss = found.expected_loss and found.expected_loss.value
    verdicts = {*counts, found.stateless.judgement if found.stateless else None}
    judgement = worst_judgement(verdicts) if found.capabilities else Judgement.UNKNOWN
    return Row(
        name=name,
        judgement=judgement,
        missed=f"{counts[Judgement.MISSED]} of {len(found.scenarios)}",
        undecided=str(counts[Judgement.UNKNOWN]),
        accepted=str(counts[Judgement.ACCEPTED]),
        unseen=str(len({*model.not_understood, *model.opaque})),
        findings=" / ".join(str(grave[level]) for level in Severity),
        loss=money(loss.typical, model.business.currency) if loss else "unknown",
        cost=money(cost.total.typical, cost.rate.currency) if cost else "-",
        worst=title(worst.scenario).replace(f"{name}-", "") if worst else "",
    )
