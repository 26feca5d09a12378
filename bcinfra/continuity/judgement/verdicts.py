"""Verdicts: MET, MISSED, UNKNOWN or ACCEPTED, per objective and scenario, at the pessimistic end of the range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from bcinfra.continuity.model import distributions
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import Target
from bcinfra.continuity.model.ranges import Figure, pessimistic
from bcinfra.continuity.model.statements import store
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.failover import NOTHING
from bcinfra.continuity.recovery.outcomes import (
    OVERALL,
    Acceptance,
    Accepted,
    FindingAcceptance,
    Kind,
    Outcome,
    Place,
    Verdict,
    WayKind,
)
from bcinfra.continuity.recovery.reasons import Because, Reason, undecided_figure
from bcinfra.continuity.recovery.scenarios import Scenario

_A = TypeVar("_A", Acceptance, FindingAcceptance)


@dataclass(frozen=True, slots=True)
class Judge:
    """How verdicts are given: at which quantile, and which risks were accepted on a day."""

    quantile: float = 0.95
    accepted: Sequence[Accepted] = ()
    today: date | None = None

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for a quantile that is none, and for acceptances without a day to hold them against."""
        if not 0 < self.quantile < 1:
            raise ValueError(f"quantile is {self.quantile}: a share between 0 and 1")
        if self.accepted and self.today is None:
            raise ValueError("accepted risks expire: give the day to judge on")

    def outcome(self, scenario: Scenario, outcome: Outcome, target: Target) -> tuple[Verdict, ...]:
        """The verdicts on one outcome, for the objectives that there are."""
        found = (*self._recovery_time(outcome, target), *self._data_loss(outcome, target))
        return tuple(self._accept(one, scenario.id, scenario.disruption, outcome.capability) for one in found)

    def availability(self, capability: str, figure: Figure, target: Target) -> Verdict | None:
        """The verdict on the mean availability; its pessimistic end is the low one."""
        if target.availability is None:
            return None
        wanted = target.availability / 100
        value = figure.value
        if value is None:
            judgement = Judgement.UNKNOWN
        elif value.typical < wanted or value.lower < wanted:
            judgement = Judgement.MISSED
        else:
            judgement = Judgement.MET
        verdict = Verdict(objective=Objective.AVAILABILITY, judgement=judgement, target=wanted, value=figure)
        return self._accept(verdict, OVERALL, None, capability)

    def finding(self, code: str, about: str) -> FindingAcceptance | None:
        """Who took the risk of a finding that shows in no scenario."""
        return next(
            (one for one in self._holding(FindingAcceptance) if one.fits(code, about)),
            None,
        )

    def expired(self) -> tuple[Accepted, ...]:
        """Acceptances that no longer hold."""
        return tuple(a for a in self.accepted if self.today and a.expires < self.today)

    def _holding(self, kind: type[_A]) -> Iterator[_A]:
        """Acceptances of one kind that hold."""
        return (a for a in self.accepted if isinstance(a, kind) and self.today and a.expires >= self.today)

    def within(self, figure: Figure, target: float) -> Judgement:
        """Whether a figure stays within a target at the pessimistic end; what has no such end cannot be met."""
        value = figure.value
        if value is None:
            return Judgement.UNKNOWN
        if value.typical > target:
            return Judgement.MISSED
        if value.upper is None:
            return Judgement.UNKNOWN
        # The upper end is the 95th percentile; others follow from the distribution through it.
        end = value.upper if self.quantile == 0.95 else distributions.quantile(value, self.quantile)
        return Judgement.MET if end <= target else Judgement.MISSED

    def _recovery_time(self, outcome: Outcome, target: Target) -> Iterator[Verdict]:
        if target.recovery_time is None:
            return
        wanted = target.recovery_time.total_seconds()
        way = outcome.way
        because: tuple[Reason, ...] = ()
        if outcome.time is None:
            judgement, because = Judgement.MISSED, (Reason(Because.NOTHING_BACK),)
        else:
            judgement = self.within(outcome.time, wanted)
            # Where a person is known to bring it back, what is not known may only be faster.
            sure = way is not None and not way.unknown
            if outcome.kind is Kind.UNDECIDED and judgement is (Judgement.MISSED if sure else Judgement.MET):
                judgement, because = Judgement.UNKNOWN, outcome.unknown
            if outcome.degraded_to and way and (way.load or 0) < 1 and way.kind is not WayKind.IN_PLACE:
                judgement, because = Judgement.MISSED, (Reason(Because.SHARE_CARRIED, amount=way.load or 0.0),)
        yield Verdict(
            objective=Objective.RECOVERY_TIME,
            judgement=judgement,
            target=wanted,
            value=outcome.time,
            because=because,
        )

    def _data_loss(self, outcome: Outcome, target: Target) -> Iterator[Verdict]:
        if target.data_loss is None:
            return
        wanted = target.data_loss.total_seconds()
        worst = worst_loss(outcome.losses)
        because: tuple[Reason, ...] = ()
        if worst is None and not outcome.stores_known:
            because = (Reason(Because.NO_STORE_KNOWN),)
            value, judgement = undecided_figure("data loss", because), Judgement.MET
        elif worst is None:
            value, judgement = NOTHING, Judgement.MET
        elif worst.age is None:
            value, judgement, because = None, Judgement.MISSED, (Reason(Because.NO_COPY, store(worst.store)),)
        else:
            value, judgement = worst.age, self.within(worst.age, wanted)
            if worst.copy and value is not NOTHING:
                because = (Reason(Because.GOES_ON_FROM, store(worst.store), worst.copy),)
        if outcome.kind is Kind.UNDECIDED and judgement is Judgement.MET:
            judgement, because = Judgement.UNKNOWN, outcome.unknown
        yield Verdict(objective=Objective.DATA_LOSS, judgement=judgement, target=wanted, value=value, because=because)

    def _accept(self, verdict: Verdict, scenario: str, kind: DisruptionKind | None, capability: str) -> Verdict:
        if verdict.judgement is Judgement.MET:
            return verdict
        at = Place(scenario, kind, capability, verdict.objective)
        taken = next((one for one in self._holding(Acceptance) if one.fits(at)), None)
        return replace(verdict, judgement=Judgement.ACCEPTED, acceptance=taken) if taken else verdict


def graver(outcome: Outcome) -> tuple[tuple[int, float], tuple[int, float]]:
    """Sort key of outcomes, the gravest least: by the time without, then by the data lost."""
    return gravity(outcome, Objective.RECOVERY_TIME), gravity(outcome, Objective.DATA_LOSS)


def gravity(outcome: Outcome, objective: Objective) -> tuple[int, float]:
    """How grave an outcome is by one objective, the gravest least: by its verdict, then by how much of what is promised
    its pessimistic end takes, so that a capability that may wait does not hide one that may not."""
    verdict = outcome.verdict(objective)
    if objective is Objective.RECOVERY_TIME:
        seconds = pessimistic(outcome.time)
    else:
        worst = worst_loss(outcome.losses)
        seconds = (pessimistic(worst.age) if worst else 0.0) or float(emptied(outcome))
    return [*Judgement, None].index(verdict.judgement if verdict else None), -seconds / max(
        verdict.target if verdict else 1.0, 1.0
    )


def emptied(outcome: Outcome) -> bool:
    """Whether something starts empty that one can go on without."""
    return any(loss.spare and loss.total_loss for loss in outcome.losses)
