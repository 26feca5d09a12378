"""Rehearsal: a scenario played many times with sampled durations, lag, hour and season.

The steps, figures and losses are those of the assessment, so the rehearsal is its check and no second opinion: the
percentiles of the plays must agree with the computed ones within sampling error (:attr:`Played.agrees`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from bcinfra.continuity.judgement.assessment import EARNING, trade
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.facts import Fact, Table
from bcinfra.continuity.model.objectives import Objective
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import Figure, pessimistic
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Step
from bcinfra.continuity.reliability.loss import factors
from bcinfra.continuity.reliability.simulate import Sample, Timeline, percentiles, play, sample
from bcinfra.seconds import HOUR, YEAR

TOLERANCE: Final = 0.02
"""Share by which the computed percentiles may be off, besides what sampling leaves (:mod:`distributions`)."""
HOURS: Final = (
    0.35, 0.2, 0.15, 0.1, 0.1, 0.2, 0.4, 0.7, 0.95, 1.15, 1.3, 1.35,
    1.35, 1.3, 1.25, 1.25, 1.3, 1.4, 1.55, 1.8, 2.0, 1.75, 1.25, 0.85,
)  # fmt: skip
"""Orders of each hour of the day as a multiple of the mean hour: an assumption, shops sell most in the evening."""
_YEAR_HOURS: Final = YEAR / HOUR


@dataclass(frozen=True, slots=True)
class Run:
    """One play."""

    start: float
    """Seconds since the start of the year when the failure comes."""
    timeline: Timeline
    lost_writes: float | None
    """Seconds of acknowledged writes that are lost; ``None``: all there are, or not known."""
    orders_missed: float | None
    """Orders that could not be placed while it was out; ``None`` where nothing is sold by it, the average order is not
    stated, or it is never back."""
    orders_lost: float | None
    """Orders that had been accepted and are lost."""

    @property
    def moment(self) -> datetime:
        """Of the failure, in a year without a leap day."""
        return datetime(2026, 1, 1) + timedelta(seconds=self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One capability in many plays of a scenario."""

    outcome: Outcome
    """What the assessment says, with verdicts."""
    runs: tuple[Run, ...] = ()
    """Empty where nothing can be played, for a ``reason``."""
    reason: Reason | None = None
    recovery: Sample | None = None
    """``None`` where it is never back."""
    data_loss: Sample | None = None
    within: float | None = None
    """Share of plays that are back within the objective."""

    @property
    def capability(self) -> str:
        return self.outcome.capability

    @property
    def agrees(self) -> bool | None:
        """Whether the computed percentiles lie within what the plays leave open; ``None`` where there are none."""
        value = self.outcome.time and self.outcome.time.value
        if self.recovery is None or value is None or value.upper is None:
            return None
        pairs = ((value.typical, self.recovery.p50_between), (value.upper, self.recovery.p95_between))
        return all(low * (1 - TOLERANCE) <= computed <= high * (1 + TOLERANCE) for computed, (low, high) in pairs)

    @property
    def median(self) -> Run | None:
        """The play whose recovery is in the middle; the first where it is never back."""
        back = [(run.timeline.recovered, n) for n, run in enumerate(self.runs) if run.timeline.recovered is not None]
        return self.runs[sorted(back)[len(back) // 2][1]] if back else next(iter(self.runs), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A scenario played for every capability, the one that is out longest first."""

    scenario: Scenario
    seed: int
    played: tuple[Played, ...]


def rehearse(
    model: Model,
    scenario: Scenario,
    facts: Table[Fact],
    *,
    runs: int = 2000,
    seed: int = 0,
    at: datetime | None = None,
) -> Rehearsal:
    """Play ``scenario`` on ``model``. ``at``: the moment of the failure; without it each play has one of its own.

    The same seed gives the same plays, whatever capabilities stand beside. Raises ``ValueError`` for peaks that no year
    has.
    """
    design = Design(model)
    market = _Market.of(model)
    targets = {c.name: c.target for c in design.model.capabilities}
    earning = targets.keys() & EARNING or targets.keys()
    played: list[Played] = []
    for outcome in Evaluator(design, facts).outcomes(scenario):
        verdicts = Judge().outcome(scenario, outcome, targets[outcome.capability].of(scenario.disruption))
        rng = random.Random(f"{seed}/{outcome.capability}")  # noqa: S311  sampling, not secrets
        sold = market if outcome.capability in earning else None
        played.append(_played(scenario, replace(outcome, verdicts=verdicts), sold, rng, runs, at))
    played.sort(key=lambda p: (-_longest(p), p.capability))
    return Rehearsal(scenario=scenario, seed=seed, played=tuple(played))


def _played(
    scenario: Scenario, outcome: Outcome, market: _Market | None, rng: random.Random, runs: int, at: datetime | None
) -> Played:
    reason = _unplayable(outcome)
    if reason:
        return Played(outcome=outcome, reason=reason)
    found = tuple(_run(scenario, outcome, market, rng, at) for _ in range(runs))
    times = [run.timeline.recovered for run in found if run.timeline.recovered is not None]
    losses = [run.lost_writes for run in found if run.lost_writes is not None]
    wanted = next((v.target for v in outcome.verdicts if v.objective is Objective.RECOVERY_TIME), None)
    return Played(
        outcome=outcome,
        runs=found,
        recovery=percentiles(times) if times else None,
        data_loss=percentiles(losses) if losses else None,
        within=None if wanted is None else sum(t <= wanted for t in times) / runs,
    )


def _run(scenario: Scenario, outcome: Outcome, market: _Market | None, rng: random.Random, at: datetime | None) -> Run:
    start = rng.random() * YEAR if at is None else _second_of_year(at)
    timeline = play(_steps(outcome), scenario.failed, rng)
    worst = worst_loss(outcome.losses)
    lost = 0.0 if worst is None else _sampled(worst.age, rng)
    back = timeline.recovered
    return Run(
        start=start,
        timeline=timeline,
        lost_writes=lost,
        orders_missed=market.orders(start, back) if market and back is not None else None,
        orders_lost=market.orders(start - lost, lost) if market and lost is not None else None,
    )


def _second_of_year(at: datetime) -> float:
    """Of a year without a leap day: 29 February counts as the day before."""
    day = at.replace(year=2026, day=28) if (at.month, at.day) == (2, 29) else at.replace(year=2026)
    return (day - datetime(2026, 1, 1)).total_seconds()


def _longest(played: Played) -> float:
    return pessimistic(played.outcome.time)


@dataclass(frozen=True, slots=True)
class _Market:
    """Orders by hour of the year, summed from its start."""

    summed: tuple[float, ...]

    @classmethod
    def of(cls, model: Model) -> _Market | None:
        business, sold = model.business, trade(model)
        if not sold or not business.revenue_per_hour or not business.average_order:
            return None
        mean = business.revenue_per_hour / business.average_order
        return cls((0.0, *accumulate(mean * day * hour for day in factors(sold.peaks) for hour in HOURS)))

    def orders(self, start: float, seconds: float) -> float:
        """Orders in an interval, in seconds since the start of a year."""
        return self._upto(start + seconds) - self._upto(start)

    def _upto(self, second: float) -> float:
        years, hours = divmod(second / HOUR, _YEAR_HOURS)
        whole = int(hours)
        rest = (self.summed[whole + 1] - self.summed[whole]) * (hours - whole)
        return years * self.summed[-1] + self.summed[whole] + rest


def _steps(outcome: Outcome) -> tuple[Step, ...]:
    """The way back; where there is none, the fastest that was tried, to see where it is stuck."""
    if outcome.time is not None and outcome.way:
        return outcome.way.steps
    return next((way.steps for way in outcome.others if not way.feasible), ())


def _unplayable(outcome: Outcome) -> Reason | None:
    if outcome.kind is Kind.UNAFFECTED:
        return Reason(Because.UNNOTICED)
    if outcome.kind is Kind.UNDECIDED:
        return Reason(Because.UNDECIDED, object=outcome.unknown)
    steps = _steps(outcome)
    if open_ended := tuple(s.deed for s in steps if s.duration.value is None or s.duration.value.upper is None):
        return Reason(Because.OPEN_ENDED, object=open_ended)
    return None if steps else Reason(Because.NOTHING_TO_TRY)


def _sampled(figure: Figure | None, rng: random.Random) -> float | None:
    """A draw from a figure; ``None`` where it has no bounds to draw within."""
    value = figure and figure.value
    return sample(figure, rng) if figure and value and value.upper is not None else None
