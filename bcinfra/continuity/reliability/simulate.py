"""Simulation: play what the other modules compute, with sampled durations and a seed.

The percentiles and probabilities of many plays must agree with the computed ones within sampling error; that the two
ways agree is the strongest test either of them has.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bcinfra.continuity.model.distributions import quantile
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.recovery.critical_path import ordered
from bcinfra.continuity.recovery.steps import Deed, Phase, Step
from bcinfra.continuity.reliability.availability import End, Outage
from bcinfra.seconds import YEAR


class What(StrEnum):
    STARTED = "started"
    DONE = "done"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline."""

    at: float
    """Seconds since the failure."""
    step: Deed
    phase: Phase
    what: What


@dataclass(frozen=True, slots=True)
class Timeline:
    """One play of a recovery."""

    happenings: tuple[Happening, ...]
    recovered: float | None
    """Seconds until the last step was done; ``None`` when it never was."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Percentiles of many plays, with the 99 % confidence interval of each that sampling leaves."""

    runs: int
    p50: float
    p95: float
    p50_between: tuple[float, float]
    p95_between: tuple[float, float]


def play(steps: Sequence[Step], failed: Collection[Domain], rng: random.Random) -> Timeline:
    """Play one recovery: every step starts as soon as those it waits for are done.

    An infeasible step is found out when its turn comes, and what waits for it never starts. Raises ``ValueError`` for
    durations that are unknown or unbounded, and for steps that do not form a path.
    """
    order = ordered(steps)
    lasts = {step.deed: sample(step.duration, rng) for step in order}
    missing = {step.deed: len(set(step.after)) for step in order}
    waiting = {deed: [s for s in order if deed in s.after] for deed in missing}
    log: list[Happening] = []
    running: list[tuple[float, int, Step]] = []  # by time, then by order of start

    def start(step: Step, at: float) -> None:
        if any(need.hit_by(failed) for need in step.needs):
            log.append(Happening(at, step.deed, step.phase, What.INFEASIBLE))
            return
        log.append(Happening(at, step.deed, step.phase, What.STARTED))
        heapq.heappush(running, (at + lasts[step.deed], len(log), step))

    for step in order:
        if not missing[step.deed]:
            start(step, 0.0)
    done = 0
    now = 0.0
    while running:
        now, _, step = heapq.heappop(running)
        done += 1
        log.append(Happening(now, step.deed, step.phase, What.DONE))
        for follower in waiting[step.deed]:
            missing[follower.deed] -= 1
            if not missing[follower.deed]:
                start(follower, now)
    return Timeline(tuple(log), now if done == len(order) else None)


def recovery_times(steps: Sequence[Step], runs: int = 10_000, seed: int = 0) -> Sample:
    """Median and 95th percentile of ``runs`` plays of a feasible recovery."""
    rng = random.Random(seed)  # noqa: S311  sampling, not secrets
    return percentiles(t for _ in range(runs) if (t := play(steps, (), rng).recovered) is not None)


def percentiles(values: Iterable[float]) -> Sample:
    """Median and 95th percentile of sampled values, of which there is one at least."""
    ascending = sorted(values)
    runs = len(ascending)

    def at(share: float, errors: float) -> float:
        """The order statistic at ``share``, moved by standard errors of its rank."""
        rank = share * runs + errors * math.sqrt(runs * share * (1 - share))
        return ascending[min(runs - 1, max(0, round(rank)))]

    return Sample(runs, at(0.5, 0), at(0.95, 0), (at(0.5, -2.58), at(0.5, 2.58)), (at(0.95, -2.58), at(0.95, 2.58)))


def periods_kept(outages: Sequence[Outage], allowance: float, period: float, runs: int, seed: int = 0) -> float:
    """Share of simulated periods whose downtime stays within the allowance; all in seconds.

    One long history is played at typical rates and coverage and cut into ``runs`` periods.
    """
    rng = random.Random(seed)  # noqa: S311  sampling, not secrets
    down = [0.0] * runs
    for outage in outages:
        ways = outage.ways(End.TYPICAL)
        at = 0.0
        while ways and (at := at + rng.expovariate(sum(rate for rate, _ in ways)) * YEAR) < runs * period:
            (_, duration), *_ = rng.choices(ways, [rate for rate, _ in ways])
            until = at + sample(duration, rng)
            for index in range(int(at // period), min(runs, int(until // period) + 1)):
                down[index] += max(0.0, min(until, (index + 1) * period) - max(at, index * period))
    return sum(d <= allowance for d in down) / runs


def sample(duration: Figure, rng: random.Random) -> float:
    """A duration drawn from the distribution of its range; raises ``ValueError`` for one that is unknown."""
    if duration.value is None:
        raise ValueError(f"{duration.name} is unknown and cannot be played")
    return quantile(duration.value, rng.random() or 0.5)
