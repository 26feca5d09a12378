"""Durations as distributions: fitted to a range, added, and the later of two taken.

A distribution is kept as equally likely values, each the mean of its share, in ascending order. The form has no grid to
choose, so one sum may mix seconds with days; sums keep the mean exactly, the 95th percentile to about one per cent.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul
from statistics import NormalDist
from typing import Final

from bcinfra.continuity.model.ranges import Range

ATOMS: Final = 128
"""Values a distribution is kept as. Twice as many change the computed percentiles by less than half a per cent."""
_NORMAL: Final = NormalDist()
_Z95: Final = _NORMAL.inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Equally likely values, ascending."""

    values: tuple[float, ...]

    def __hash__(self) -> int:
        """Of two values alone: sums are looked up more often than made."""
        return hash((self.values[0], self.values[-1]))

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)

    def quantile(self, share: float) -> float:
        """The value that a ``share`` of outcomes does not exceed, interpolated between the kept values."""
        rank = min(max(share * len(self.values) - 0.5, 0.0), len(self.values) - 1.0)
        below, above = self.values[math.floor(rank)], self.values[math.ceil(rank)]
        return below + (above - below) * (rank % 1)

    def __add__(self, other: Distribution) -> Distribution:
        """The distribution of the sum of two independent durations."""
        return other if self is ZERO else self if other is ZERO else _sum(self, other)

    def latest(self, other: Distribution) -> Distribution:
        """The distribution of the longer of two independent durations."""
        return _latest(self, other)


ZERO: Final = Distribution((0.0,))


@lru_cache(maxsize=4096)
def _sum(one: Distribution, two: Distribution) -> Distribution:
    return gathered([a + b for a in one.values for b in two.values])


@lru_cache(maxsize=4096)
def _latest(one: Distribution, two: Distribution) -> Distribution:
    pairs: list[float] = []
    for value in sorted({*one.values, *two.values}):
        # So many pairs do not exceed the value, and these of them reach it.
        within = bisect_right(one.values, value) * bisect_right(two.values, value)
        pairs += [value] * (within - len(pairs))
    return gathered(pairs)


def gathered(outcomes: Iterable[float]) -> Distribution:
    """The distribution of equally likely outcomes; their number is a multiple of :data:`ATOMS`, or below it."""
    values = sorted(outcomes)
    share = max(1, len(values) // ATOMS)
    return Distribution(tuple([sum(values[i : i + share]) / share for i in range(0, len(values), share)]))


def quantile(duration: Range, share: float) -> float:
    """The inverse distribution function of a range, for 0 < ``share`` < 1.

    Lognormal through ``typical`` as median and ``upper`` as 95th percentile. Where the median is zero (usually at once,
    sometimes not) no lognormal fits: half of the outcomes are zero and the rest spread evenly through ``upper``.
    Raises ``ValueError`` where no upper end is known.
    """
    median, upper = _ends(duration)
    if median == 0:
        return upper * max(0.0, share - 0.5) / 0.45
    return median * math.exp(_sigma(median, upper) * _NORMAL.inv_cdf(share))


@cache
def fitted(duration: Range) -> Distribution:
    """The distribution of :func:`quantile`, each kept value the exact mean of its share."""
    median, upper = _ends(duration)
    if median == upper:
        return Distribution((median,))
    if median == 0:
        return Distribution(tuple(quantile(duration, (i + 0.5) / ATOMS) for i in range(ATOMS)))
    sigma = _sigma(median, upper)
    inner = (_NORMAL.cdf(_NORMAL.inv_cdf(i / ATOMS) - sigma) for i in range(1, ATOMS))
    below = (0.0, *inner, 1.0)
    mean = median * math.exp(sigma * sigma / 2)
    return Distribution(tuple(mean * ATOMS * (below[i + 1] - below[i]) for i in range(ATOMS)))


def _ends(duration: Range) -> tuple[float, float]:
    if duration.upper is None or duration.typical < 0:
        raise ValueError(f"no distribution for {duration}: it needs 0 <= typical and a known upper end")
    return duration.typical, duration.upper


def _sigma(median: float, upper: float) -> float:
    return math.log(upper / median) / _Z95


def compound_poisson(expected: Sequence[float], others: float) -> Iterator[float]:
    """Probabilities that the sum of a Poisson number of steps is 0, 1, 2, ... cells, as far as ``expected`` goes.

    ``expected[j]`` is the mean number of steps of ``j`` cells (``expected[0]`` is ignored), ``others`` that of longer
    ones. Panjer's recursion; exact for the grid. Above some 700 expected steps every probability underflows to zero.
    """
    weights = [j * mean for j, mean in enumerate(expected)][1:]
    chances = [math.exp(-math.fsum(expected[1:]) - others)]
    yield chances[0]
    for cells in range(1, len(expected)):
        chances.append(sum(map(mul, weights, reversed(chances))) / cells)
        yield chances[-1]
