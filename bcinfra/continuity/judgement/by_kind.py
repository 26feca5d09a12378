"""An assessment by kind of disruption: of each kind the outcomes that decide how it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.verdicts import graver, gravity
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Outcome
from bcinfra.continuity.recovery.scenarios import Scenario


class Deciding(NamedTuple):
    """What becomes of a capability in a scenario."""

    scenario: Scenario
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class KindResult:
    """One kind of disruption over all its scenarios and all capabilities."""

    kind: DisruptionKind
    judgement: Judgement | None
    """The worst verdict; ``None`` where no objective is stated."""
    scenarios: int
    time: Deciding
    """What is judged worst by its recovery time, of these the slowest."""
    data: Deciding
    """What is judged worst by its loss of data, of these what loses most: the same as ``time`` where that loses as
    much."""


def by_kind(results: Iterable[ScenarioResult]) -> tuple[KindResult, ...]:
    """Each kind of which there are scenarios, the smallest disruption first."""
    found: dict[DisruptionKind, list[Deciding]] = {}
    for result in results:
        rows = found.setdefault(result.scenario.disruption, [])
        rows += (Deciding(result.scenario, outcome) for outcome in result.outcomes)
    return tuple(_result(kind, found[kind]) for kind in DisruptionKind if found.get(kind))


def _result(kind: DisruptionKind, rows: list[Deciding]) -> KindResult:
    time = min(rows, key=lambda row: graver(row.outcome))
    data = min((time, *rows), key=lambda row: gravity(row.outcome, Objective.DATA_LOSS))
    return KindResult(
        kind=kind,
        judgement=min(
            (v.judgement for row in rows for v in row.outcome.verdicts), key=list(Judgement).index, default=None
        ),
        scenarios=len({row.scenario.id for row in rows}),
        time=time,
        data=data,
    )
