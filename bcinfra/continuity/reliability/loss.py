"""What outages cost a year: the mean, and the loss that is exceeded once in N years.

A mean alone hides the tail (an attack, a region gone for months), so both are stated. An outage costs the revenue of
the hours it lasts, at the season it falls into, less what customers buy later; lost orders cost on top.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from bcinfra.continuity.model.distributions import compound_poisson, fitted
from bcinfra.continuity.model.parts import Tail
from bcinfra.continuity.model.ranges import Computed, Figure, Range, Unit, total
from bcinfra.continuity.reliability.availability import End, Outage, at, ends
from bcinfra.seconds import DAY, HOUR

DAYS: Final = 365
_CELLS: Final = 512
_ONCE: Final = Figure("once", Unit.PER_YEAR, Range.exactly(1), Computed("counted as one a year", ()))
_MOST: Final = 700  # above it the probability of a year without any underflows


@dataclass(frozen=True, slots=True)
class Peak:
    """Days that sell more than others."""

    name: str
    first_day: int
    """Day of the year, 1 to 365."""
    days: int
    factor: float
    """Revenue of a day as a multiple of the year's mean day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What is lost while the shop is down."""

    revenue_per_hour: Figure
    """Mean over the year, in the customer's currency."""
    recaptured: float = 0.0
    """Share of it that customers bring later."""
    lost_order_cost: float = 1.0
    """Cost of losing an accepted order as a multiple of its value: 1 refunds it."""
    peaks: tuple[Peak, ...] = ()

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for shares, days and factors that cannot be."""
        if not 0 <= self.recaptured <= 1:
            raise ValueError(f"recaptured is {self.recaptured}: a share between 0 and 1")
        factors(self.peaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disruption:
    """A kind of outage with what it costs besides the hours."""

    outage: Outage
    tail: Tail | None = None
    """Clients that are served later than the rest."""
    data_loss: Figure | None = None
    """Seconds of accepted orders lost each time; ``None``: none."""
    response_cost: float = 0.0
    """Fixed cost each time: people, suppliers, notifications."""


@lru_cache(maxsize=64)
def factors(peaks: tuple[Peak, ...]) -> tuple[float, ...]:
    """Revenue of each day of the year as a multiple of the mean day; the days outside peaks share what is left.

    Raises ``ValueError`` for peaks that overlap, that no day of the year has, or that exceed the year's revenue.
    """
    known: dict[int, float] = {}
    for peak in peaks:
        days = [(peak.first_day - 1 + n) % DAYS for n in range(peak.days)]
        if not 1 <= peak.first_day <= DAYS or not 1 <= peak.days <= DAYS or any(day in known for day in days):
            raise ValueError(f"peak {peak.name!r}: its days lie outside the year or in another peak")
        known |= dict.fromkeys(days, peak.factor)
    left = DAYS - math.fsum(known.values())
    if left < 0 or (len(known) == DAYS and left > 1e-9):
        raise ValueError(f"peaks hold {DAYS - left:g} mean days of revenue; a year has {DAYS}")
    usual = left / (DAYS - len(known)) if len(known) < DAYS else 0.0
    return tuple(known.get(day, usual) for day in range(DAYS))


@lru_cache(maxsize=4096)
def _seasons(peaks: tuple[Peak, ...], whole_days: int) -> tuple[tuple[float, float, float, float], ...]:
    """What an outage of so many whole days and a part of the next meets, over all days it may start on.

    Rows of: mean days of revenue in the whole days, factor of the day it ends in, factor of the day it starts on, share
    of starts.
    """
    day = factors(peaks)
    years, rest = divmod(whole_days, DAYS)
    summed = [0.0, *accumulate(day + day)]
    starts = Counter(
        (round(years * DAYS + summed[k + rest] - summed[k], 9), day[(k + rest) % DAYS], day[k]) for k in range(DAYS)
    )
    return tuple((whole, last, first, count / DAYS) for (whole, last, first), count in starts.items())


def expected_loss(disruptions: Sequence[Disruption], trade: Trade) -> Figure:
    """Mean loss a year."""
    each = [_expected(disruption, trade) for disruption in disruptions]
    if each:
        return total("expected yearly loss", *each)
    return Figure("expected yearly loss", Unit.MONEY_PER_YEAR, ends((), lambda _: 0.0), Computed("no disruption", ()))


def _expected(disruption: Disruption, trade: Trade) -> Figure:
    def mean(end: End) -> float:
        return math.fsum(rate * _mean(event) for event, rate in _events([disruption], trade, end).items())

    how = "rate x (revenue of the hours down, less what is recaptured, + lost orders + response)"
    of = _figures([disruption], trade)
    return Figure(f"{disruption.outage.name}: yearly loss", Unit.MONEY_PER_YEAR, ends(of, mean), Computed(how, of))


def loss_each_time(disruption: Disruption, trade: Trade) -> Figure:
    """Mean loss of one disruption, when it comes."""
    once = replace(disruption, outage=replace(disruption.outage, rate=_ONCE))

    def mean(end: End) -> float:
        return math.fsum(share * _mean(event) for event, share in _events([once], trade, end).items())

    how = "revenue of the hours down, less what is recaptured, + lost orders + response"
    of = tuple(figure for figure in _figures([once], trade) if figure is not _ONCE)
    return Figure(f"{disruption.outage.name}: loss each time", Unit.MONEY, ends(of, mean), Computed(how, of))


def loss_once_in(years: float, disruptions: Sequence[Disruption], trade: Trade) -> Figure:
    """The loss of a year that is exceeded once in ``years`` (the quantile 1 - 1/years of the yearly sum).

    Kinds of disruption come independently. The result is exact to about 1/256 of itself.
    """

    def quantile(end: End) -> float:
        return _compound_quantile(*_spread(tuple(_events(disruptions, trade, end).items())), 1 - 1 / years)

    of = _figures(disruptions, trade)
    how = f"quantile {1 - 1 / years:.4g} of the compound Poisson distribution of the yearly loss"
    return Figure(f"loss once in {years:g} years", Unit.MONEY, ends(of, quantile), Computed(how, of))


def _figures(disruptions: Sequence[Disruption], trade: Trade) -> tuple[Figure, ...]:
    losses = (d.data_loss for d in disruptions if d.data_loss is not None)
    tails = (figure for d in disruptions if d.tail for figure in (d.tail.share, d.tail.lasts))
    return (*(figure for d in disruptions for figure in d.outage.figures), *losses, *tails, trade.revenue_per_hour)


class _Event(NamedTuple):
    """All that the loss of one outage depends on: what is equal here is computed once."""

    lasts: Range
    lost_orders: float
    """Hours of accepted orders lost, as hours of revenue."""
    response_cost: float
    per_hour: float
    recaptured: float
    peaks: tuple[Peak, ...]


def _events(disruptions: Iterable[Disruption], trade: Trade, end: End) -> dict[_Event, float]:
    """The ways that disruptions may go, each with its rate a year."""
    found: dict[_Event, float] = {}
    for disruption in disruptions:
        lost = 0.0 if disruption.data_loss is None else at(disruption.data_loss, end) / HOUR * trade.lost_order_cost
        for rate, lasts in disruption.outage.ways(end):
            if lasts.value is None:
                continue
            per_hour = at(trade.revenue_per_hour, end)
            event = _Event(lasts.value, lost, disruption.response_cost, per_hour, trade.recaptured, trade.peaks)
            found[event] = found.get(event, 0.0) + rate
        if disruption.tail and disruption.tail.lasts.value:
            late = at(trade.revenue_per_hour, end) * at(disruption.tail.share, end)
            event = _Event(disruption.tail.lasts.value, 0.0, 0.0, late, trade.recaptured, trade.peaks)
            found[event] = found.get(event, 0.0) + at(disruption.outage.rate, end)
    return found


@lru_cache(maxsize=4096)
def _losses(event: _Event) -> tuple[tuple[float, float], ...]:
    """Losses by every duration and season that an outage may have, each with its share of all."""
    lasts = event.lasts
    # Where no upper end is known the caller states no pessimistic figure; the typical one takes the typical value.
    durations = fitted(lasts).values if lasts.upper is not None else (lasts.typical,)
    found: list[tuple[float, float]] = []
    for duration in durations:
        days, rest = divmod(duration, DAY)
        for whole, last, first, share in _seasons(event.peaks, int(days)):
            hours = (whole * 24 + last * rest / HOUR) * (1 - event.recaptured)
            loss = event.per_hour * (hours + event.lost_orders * first) + event.response_cost
            found.append((share / len(durations), loss))
    return tuple(found)


@lru_cache(maxsize=4096)
def _mean(event: _Event) -> float:
    return math.fsum(share * loss for share, loss in _losses(event))


@lru_cache(maxsize=64)
def _spread(events: tuple[tuple[_Event, float], ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """All losses above zero, ascending, and the yearly rate of each."""
    rows = sorted((loss, rate * part) for event, rate in events for part, loss in _losses(event) if loss > 0)
    return tuple(loss for loss, _ in rows), tuple(rate for _, rate in rows)


def _compound_quantile(losses: Sequence[float], rates: Sequence[float], share: float) -> float:
    """A quantile of the sum of a Poisson number of ascending losses, on a grid that is widened until it holds it."""
    every = math.fsum(rates)
    if every > _MOST:
        raise ValueError(f"{every:.0f} disruptions a year: more than {_MOST} are no disruptions but normal operation")
    if not losses or math.exp(-every) >= share:
        return 0.0
    reach = losses[0]
    while True:
        within = bisect_right(losses, reach)
        beyond = math.fsum(rates[within:])
        # A year without any loss beyond the grid must be likely enough, or the grid cannot hold the quantile.
        if math.exp(-beyond) >= share:
            sums = accumulate(compound_poisson(_cells(losses[:within], rates, reach / _CELLS), beyond))
            found = next((cells for cells, reached in enumerate(sums) if reached >= share), None)
            if found is not None:
                return found * reach / _CELLS
        reach *= 2


def _cells(losses: Sequence[float], rates: Sequence[float], cell: float) -> list[float]:
    """Yearly rate by size of the loss in cells.

    Each is split over the two cells next to it, so that the mean stays and many small losses add up to what they are.
    """
    expected = [0.0] * (_CELLS + 1)
    for loss, rate in zip(losses, rates, strict=False):
        below = min(int(loss / cell), _CELLS - 1)
        rest = loss / cell - below
        expected[below] += rate * (1 - rest)
        expected[below + 1] += rate * rest
    return expected
