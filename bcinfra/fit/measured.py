"""What was found of a design: what it costs, what it is expected to lose, and how well each objective is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.by_kind import by_kind as rows_of_kinds
from bcinfra.continuity.model import distributions
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.ranges import Figure, Range
from bcinfra.continuity.recovery.outcomes import Verdict
from bcinfra.continuity.recovery.reasons import Because

Design: TypeAlias = tuple[int, ...]
"""A choice of each gene."""
MONTHS: Final = 12


class Key(NamedTuple):
    """An objective: in a kind of disruption (availability: over all), of a capability."""

    kind: DisruptionKind | None
    objective: Objective
    capability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One design. Money is in the page's currency."""

    cost: Range
    """A month."""
    loss: Range | None
    """Expected, a year; ``None`` where no revenue is stated."""
    values: Mapping[Key, float]
    """By objective what it is judged by, at the pessimistic end, where no risk was accepted: seconds, or the share of
    time that it is down. Infinite where it has no bound or cannot be decided."""
    worst: Mapping[tuple[DisruptionKind, Objective], float]
    """What decides each kind, accepted or not, as an assessment shows it."""
    unpriced: int = 0
    """Resources that are not in the cost."""

    @property
    def yearly(self) -> Range:
        """Cost and expected loss, a year."""
        cost, loss = self.cost, self.loss or Range.exactly(0)
        upper = None if cost.upper is None or loss.upper is None else MONTHS * cost.upper + loss.upper
        return Range(
            MONTHS * cost.typical + loss.typical,
            upper,
            MONTHS * cost.lower + loss.lower,
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a page with a design's choices is none, or does not deploy."""

    why: str


Targets: TypeAlias = Mapping[Key, float]
"""What each objective asks for, as :attr:`Measured.values` has it."""


def missed(found: Measured, targets: Targets) -> frozenset[Key]:
    """The objectives that a design does not keep. Where nothing of a kind can happen, all of it is kept."""
    return frozenset(key for key, target in targets.items() if found.values.get(key, 0.0) > target)


def measure(assessment: Assessment, cost: Range, unpriced: int, quantile: float) -> tuple[Measured, Targets]:
    """What an assessment and a cost say of a design, and what it was judged against."""
    values: dict[Key, float] = {}
    targets: dict[Key, float] = {}
    for result in assessment.scenarios:
        for outcome in result.outcomes:
            for verdict in outcome.verdicts:
                kind, objective = result.scenario.disruption, verdict.objective
                key = Key(kind, objective, outcome.capability)
                value = _value(verdict, quantile)
                targets[key] = verdict.target
                if verdict.judgement is not Judgement.ACCEPTED:
                    values[key] = max(values.get(key, 0.0), value)
    for one in assessment.capabilities:
        verdict = one.verdict
        if verdict:
            key = Key(None, Objective.AVAILABILITY, one.name)
            targets[key] = 1 - verdict.target
            if verdict.judgement is not Judgement.ACCEPTED:
                values[key] = _down(verdict)
    worst = {
        (row.kind, verdict.objective): _value(verdict, quantile)
        for row in rows_of_kinds(assessment.scenarios)
        for objective, deciding in ((Objective.RECOVERY_TIME, row.time), (Objective.DATA_LOSS, row.data))
        for verdict in deciding.outcome.verdicts
        if verdict.objective is objective
    }
    loss = assessment.expected_loss
    return (
        Measured(cost=cost, loss=loss and loss.value, values=values, worst=worst, unpriced=unpriced),
        targets,
    )


def _value(verdict: Verdict, quantile: float) -> float:
    """What is held against a target: infinite where no target would do."""
    if verdict.judgement is Judgement.UNKNOWN or any(
        reason.kind is Because.SHARE_CARRIED for reason in verdict.because
    ):
        return math.inf
    return _end(verdict.value, quantile)


def _end(figure: Figure | None, quantile: float) -> float:
    value = figure.value if figure else None
    if value is None or value.upper is None:
        return math.inf
    return value.upper if quantile == 0.95 else distributions.quantile(value, quantile)


def _down(verdict: Verdict) -> float:
    value = verdict.value.value if verdict.value else None
    if verdict.judgement is Judgement.UNKNOWN or value is None:
        return math.inf
    return 1 - min(value.typical, value.lower)


def by_kind(keys: Iterable[Key]) -> dict[tuple[DisruptionKind | None, Objective], list[str]]:
    """Capabilities by kind of disruption and objective, the smallest disruption first."""
    order = [*DisruptionKind, None]
    found: dict[tuple[DisruptionKind | None, Objective], list[str]] = {}
    for key in sorted(keys, key=lambda k: (order.index(k.kind), list(Objective).index(k.objective), k.capability)):
        found.setdefault((key.kind, key.objective), []).append(key.capability)
    return found
