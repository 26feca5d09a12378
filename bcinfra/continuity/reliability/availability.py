"""Availability: how often, times how long, with the chance that failover works made explicit.

An outage of something redundant does not last as long as the repair but as long as the failover, and only where
detection and failover work (coverage c): ``rate x (c x automatic + (1 - c) x manual)``. Kinds of outage are taken as
independent, so dependence must be stated as a kind of its own (a shared domain, :func:`common_cause`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Final

from bcinfra.continuity.model.distributions import Distribution, compound_poisson, fitted
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, assumed, total
from bcinfra.seconds import HOUR, MONTH, YEAR

_CELLS: Final = 720
"""Steps that an allowance is divided into: a 99.5 % month in steps of 18 seconds."""

UNREHEARSED: Final = assumed(
    "coverage", Unit.SHARE, Range(0.9, 0.97, 0.7), "failover never rehearsed: it works nine times in ten (judgement)"
)
REHEARSED: Final = assumed(
    "coverage",
    Unit.SHARE,
    Range(0.97, 0.99, 0.9),
    "failover rehearsed within 90 days: it works 97 times in 100 (judgement)",
)


class End(StrEnum):
    """Which end of all ranges a calculation takes."""

    OPTIMISTIC = "optimistic"
    TYPICAL = "typical"
    PESSIMISTIC = "pessimistic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One kind of outage: how often it comes and how long the service is then down."""

    name: str
    rate: Figure
    """Per year."""
    manual: Figure
    """Seconds down where no failover happens by itself: a person recovers, or the failure is waited out."""
    automatic: Figure | None = None
    """Seconds down where failover works by itself; ``None``: there is none."""
    coverage: Figure = UNREHEARSED
    """Probability that detection and failover work when needed; counts only with ``automatic``."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (
            (self.rate, self.manual)
            if self.automatic is None
            else (self.rate, self.coverage, self.automatic, self.manual)
        )

    def ways(self, end: End) -> tuple[tuple[float, Figure], ...]:
        """The ways the outage can go, each with its rate a year; raises ``ValueError`` for an end that is not known."""
        rate = at(self.rate, end)
        ways = [(rate, self.manual)]
        if self.automatic is not None:
            best_first = {End.OPTIMISTIC: End.PESSIMISTIC, End.PESSIMISTIC: End.OPTIMISTIC}
            works = at(self.coverage, best_first.get(end, end))
            ways = [(rate * works, self.automatic), (rate * (1 - works), self.manual)]
        return tuple(way for way in ways if way[0] > 0)


def at(figure: Figure, end: End) -> float:
    """The low, typical or upper end of a figure; raises ``ValueError`` where it is not known."""
    value = figure.value
    found = value and {End.OPTIMISTIC: value.lower, End.TYPICAL: value.typical, End.PESSIMISTIC: value.upper}[end]
    if found is None:
        raise ValueError(f"{figure.name}: its {end} end is unknown")
    return found


def downtime(outage: Outage) -> Figure:
    """Expected seconds of outage a year.

    The ends are those of rate and coverage; how long single outages last averages out, so their mean counts.
    """

    def expected(end: End) -> float:
        return math.fsum(rate * _mean(lasts) for rate, lasts in outage.ways(end))

    how = "rate x duration"
    if outage.automatic is not None:
        how = "rate x (coverage x automatic + (1 - coverage) x manual)"
    value = ends(outage.figures, expected)
    return Figure(f"{outage.name}: downtime", Unit.SECONDS_PER_YEAR, value, Computed(how, outage.figures))


def availability(outages: Sequence[Outage]) -> Figure:
    """Mean share of the year that the service is up. The pessimistic end is ``low``; where nothing bounds it, zero."""
    down = total("downtime", *map(downtime, outages)) if outages else None
    if down is None:
        value = Range.exactly(1.0)
    elif down.value is None:
        value = None
    else:
        worst = 0.0 if down.value.upper is None else max(0.0, 1 - down.value.upper / YEAR)
        typical = max(0.0, 1 - down.value.typical / YEAR)
        value = Range(typical, max(typical, 1 - down.value.lower / YEAR), worst)
    of = () if down is None else (down,)
    return Figure("availability", Unit.SHARE, value, Computed("1 - downtime / year", of))


def probability_kept(outages: Sequence[Outage], commitment: float, period: float = MONTH) -> Figure:
    """Probability that the service is up at least ``commitment`` (a share, 0.995) of one ``period`` (seconds).

    Outages arrive as a Poisson process; each contributes the part of it that lies within the period, so one of weeks
    spoils more than one month. Durations are rounded up to 1/720 of the allowance, and outages that overlap are added
    up: both err on the pessimistic side. The pessimistic end is ``low``; where nothing bounds it, zero.
    """

    def broken(end: End) -> float:
        kinds = [(rate, _distribution(lasts)) for outage in outages for rate, lasts in outage.ways(end)]
        return 1 - _kept(kinds, (1 - commitment) * period, period)

    figures = tuple(figure for outage in outages for figure in outage.figures)
    lost = ends(figures, broken)
    value = lost and Range(1 - lost.typical, 1 - lost.lower, 0.0 if lost.upper is None else 1 - lost.upper)
    how = f"compound Poisson distribution of the downtime of {period / HOUR:g} hours, at most {1 - commitment:.3%}"
    return Figure("commitment kept", Unit.SHARE, value, Computed(how, figures))


def unavailability(rate: float, repair: float) -> float:
    """Share of time that a unit is down: two states, ``rate`` failures a year of being up, mean ``repair`` seconds."""
    load = rate * repair / YEAR
    return load / (1 + load)


def common_cause(probability: float, beta: float) -> tuple[float, float]:
    """Split the failure of one of two alike places into what hits both at once and what hits it alone.

    The first is the probability of one event that both share in a fault tree, the second that of an event of each.
    """
    return beta * probability, (1 - beta) * probability


def both_fail(probability: float, beta: float) -> float:
    """Probability that two alike places are down together (beta-factor model): the shared part dominates."""
    shared, own = common_cause(probability, beta)
    return shared + own**2


def ends(figures: Sequence[Figure], calculate: Callable[[End], float]) -> Range | None:
    """Calculate at the typical, optimistic and pessimistic ends.

    ``None`` when a figure is unknown; no upper end when a figure has none.
    """
    if not all(figure.known for figure in figures):
        return None
    bounded = all(figure.value and figure.value.upper is not None for figure in figures)
    typical, low = calculate(End.TYPICAL), calculate(End.OPTIMISTIC)
    return Range(typical, max(typical, calculate(End.PESSIMISTIC)) if bounded else None, min(low, typical))


def _mean(lasts: Figure) -> float:
    """Mean seconds; where no upper end is known, the typical value is all there is."""
    return _distribution(lasts).mean


def _distribution(lasts: Figure) -> Distribution:
    if lasts.value is None:
        raise ValueError(f"{lasts.name} is unknown")
    return fitted(lasts.value) if lasts.value.upper is not None else Distribution((lasts.value.typical,))


def _kept(kinds: Sequence[tuple[float, Distribution]], allowance: float, period: float) -> float:
    """Probability that the downtime within a period does not exceed the allowance."""
    rates: dict[Distribution, float] = {}
    for rate, lasts in kinds:
        rates[lasts] = rates.get(lasts, 0.0) + rate / YEAR
    return _within(tuple(rates.items()), allowance, period)


@lru_cache(maxsize=256)
def _within(rates: tuple[tuple[Distribution, float], ...], allowance: float, period: float) -> float:
    """:func:`_kept` by outages a second; the capabilities of shops that are built alike have it in common."""
    expected = [0.0] * (_CELLS + 1)
    touching = 0.0
    for lasts, rate in rates:
        touched, cells = _touched(lasts, allowance, period)
        touching += rate * touched
        expected = [had + rate * more for had, more in zip(expected, cells, strict=True)]
    return min(1.0, math.fsum(compound_poisson(expected, max(0.0, touching - math.fsum(expected)))))


@lru_cache(maxsize=1024)
def _touched(lasts: Distribution, allowance: float, period: float) -> tuple[float, tuple[float, ...]]:
    """For one outage a second: how many touch a period, and how many take so many cells of it, up to the allowance."""
    whole = [0.0] * (_CELLS + 2)
    """Outages that take so many cells of the period, the last one standing for all longer ones."""
    slope = [0.0] * (_CELLS + 2)
    """Where the number of outages that an end of the period cuts starts and stops."""
    cell = allowance / _CELLS
    share = 1 / len(lasts.values)
    durations = [duration for duration in lasts.values if duration]
    touching = math.fsum(share * (period + duration) for duration in durations)
    for duration in durations if cell else ():
        longest = min(duration, period)
        cells = min(_CELLS + 1, math.ceil(longest / cell))
        whole[cells] += share * abs(period - duration)
        full = min(_CELLS + 1, math.floor(longest / cell))
        slope[1] += 2 * share * cell
        slope[min(full + 1, _CELLS + 1)] -= 2 * share * cell
        if full <= _CELLS:
            whole[min(full + 1, _CELLS + 1)] += 2 * share * (longest - full * cell)
    return touching, tuple(w + max(0.0, s) for w, s in zip(whole[:-1], accumulate(slope[:-1]), strict=True))
