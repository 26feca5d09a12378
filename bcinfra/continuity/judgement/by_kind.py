"""An assessment by kind of disruption: of each kind the outcomes that decide how it is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.verdicts import graver, gravity
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective, worst_judgement
from bcinfra.continuity.recovery.outcomes import Outcome
from bcinfra.continuity.recovery.peak import Held, least
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
    """Those that are judged: what two losses do that one of them does alone is judged there. All, where no objective is
    stated."""
    kept: int
    """Scenarios in which every objective is met."""
    time: Deciding
    """What is judged worst by its recovery time, of these what takes most of what is promised."""
    data: Deciding
    """What is judged worst by its loss of data, of these what takes most of what is promised: the same as ``time``
    where that is as much."""
    held: Held | None
    """The least of the declared peak that is held after any; ``None`` where that is not asked."""


def by_kind(results: Iterable[ScenarioResult]) -> tuple[KindResult, ...]:
    """Each kind of which there are scenarios, the smallest disruption first."""
    found: dict[DisruptionKind, list[ScenarioResult]] = {}
    for result in results:
        if result.outcomes:
            found.setdefault(result.scenario.disruption, []).append(result)
    return tuple(_result(kind, found[kind]) for kind in DisruptionKind if kind in found)


def _result(kind: DisruptionKind, results: list[ScenarioResult]) -> KindResult:
    rows = [Deciding(result.scenario, outcome) for result in results for outcome in result.outcomes]
    time = min(rows, key=lambda row: graver(row.outcome))
    data = min((time, *rows), key=lambda row: gravity(row.outcome, Objective.DATA_LOSS))
    judged = [result.judgement for result in results if result.judgement]
    return KindResult(
        kind=kind,
        judgement=worst_judgement(judged),
        scenarios=len(judged) or len(results),
        kept=judged.count(Judgement.MET),
        time=time,
        data=data,
        held=least([row.outcome.held for row in rows if row.outcome.held]),
    )
