"""A figure: a range of values, its unit, and why it is believed.

Every number that the assessment states is a :class:`Figure`. It comes from a fact, from an assumption, from what the
customer stated, or is computed from other figures, so that :func:`walk` leads from any number to its sources. What is
not known has no value: an unknown figure makes whatever is computed from it unknown, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias


class Unit(StrEnum):
    """What a figure counts. Figures of different units do not add up."""

    SECONDS = "s"
    SECONDS_PER_YEAR = "s/year"
    PER_YEAR = "/year"
    SHARE = "share"
    """Between 0 and 1: a probability, a coverage, a fraction."""
    COUNT = "times"
    """How often something is done, such as checks that must fail."""
    PER_HOUR = "/h"
    REPLICAS = "replicas"
    KILOBYTES = "kB"
    GIB = "GiB"
    HOURS_PER_MONTH = "h/month"
    MONEY = "money"
    MONEY_PER_YEAR = "money/year"


@dataclass(frozen=True, slots=True)
class Range:
    """A typical value (median) with its optimistic and pessimistic ends (5th and 95th percentile, or bounds)."""

    typical: float
    upper: float | None
    """``None``: no bound is known, so no verdict may rest on one."""
    low: float | None = None
    """``None``: the typical value is also the best one to hope for."""

    def __post_init__(self) -> None:
        lower, upper = self.lower, self.typical if self.upper is None else self.upper
        if not -math.inf < lower <= self.typical <= upper < math.inf:
            ends = [lower, self.typical, *([] if self.upper is None else [upper])]
            raise ValueError(f"a range needs finite low <= typical <= upper, got {ends}")

    @classmethod
    def exactly(cls, value: float) -> Range:
        return cls(value, value)

    @property
    def lower(self) -> float:
        return self.typical if self.low is None else self.low

    @property
    def worst(self) -> float:
        """The upper end; infinite where no bound is known."""
        return math.inf if self.upper is None else self.upper


def combine(increasing: Callable[..., float], *ranges: Range | None) -> Range | None:
    """Apply a function that increases in every argument to all low, all typical and all upper ends.

    The ends are bounds: the 95th percentile of a sum of independent parts lies below the sum of theirs.
    """
    known = [r for r in ranges if r is not None]
    if len(known) < len(ranges):
        return None
    uppers = [r.upper for r in known if r.upper is not None]
    upper = increasing(*uppers) if len(uppers) == len(known) else None
    return Range(increasing(*(r.typical for r in known)), upper, increasing(*(r.lower for r in known)))


@dataclass(frozen=True, slots=True)
class FromFact:
    """A field of a fact or of a base rate of the data set."""

    id: str
    field: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """A judgement that nobody published; ``text`` says what is assumed and why."""

    text: str


@dataclass(frozen=True, slots=True)
class Stated:
    """The customer's own figure, or a setting that the graph declares; ``place`` says where it stands."""

    place: str


@dataclass(frozen=True, slots=True)
class Computed:
    """Follows from other figures."""

    how: str
    of: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Nothing says what it is."""

    reason: str


Why: TypeAlias = FromFact | Assumed | Stated | Computed | NotKnown


@dataclass(frozen=True, slots=True)
class Figure:
    """A named value with its provenance. ``value`` is ``None`` where it is unknown."""

    name: str
    unit: Unit
    value: Range | None
    why: Why
    _hash: int = field(default=0, init=False, repr=False, compare=False)
    """Kept, since it takes a look at all that the figure rests on; 0: not asked for yet."""

    def __hash__(self) -> int:
        if not self._hash:
            object.__setattr__(self, "_hash", hash((self.name, self.unit, self.value, self.why)))
        return self._hash

    def __reduce__(self) -> tuple[type[Figure], tuple[object, ...]]:
        return Figure, (self.name, self.unit, self.value, self.why)  # another process hashes text otherwise

    @property
    def known(self) -> bool:
        return self.value is not None


def typical(figure: Figure | None) -> float | None:
    """The typical value; ``None`` where it is not known."""
    return figure.value.typical if figure and figure.value else None


def pessimistic(figure: Figure | None) -> float:
    """The pessimistic end of what is better small; infinite where there is none."""
    return figure.value.worst if figure and figure.value else math.inf


def assumed(name: str, unit: Unit, value: Range, text: str) -> Figure:
    return Figure(name, unit, value, Assumed(text))


def stated(name: str, unit: Unit, value: float, place: str) -> Figure:
    return Figure(name, unit, Range.exactly(value), Stated(place))


def unknown(name: str, unit: Unit, reason: str) -> Figure:
    return Figure(name, unit, None, NotKnown(reason))


def computed(name: str, unit: Unit, how: str, increasing: Callable[..., float], *of: Figure) -> Figure:
    """A figure that follows from others by a function increasing in each of them (:func:`combine`)."""
    return Figure(name, unit, combine(increasing, *(f.value for f in of)), Computed(how, of))


SUM: Final = "sum"
"""How :func:`total` computes."""


def total(name: str, *of: Figure) -> Figure:
    """The sum of figures of one unit; raises ``ValueError`` for mixed units or for none at all."""
    units = {f.unit for f in of}
    if len(units) != 1:
        raise ValueError(f"{name}: cannot add figures of {len(units)} units: {sorted(units)}")
    return computed(name, units.pop(), SUM, lambda *values: math.fsum(values), *of)


def walk(*figures: Figure) -> Iterator[Figure]:
    """The figures and everything they were computed from, each once, top down."""
    seen = set[int]()
    waiting = list(reversed(figures))
    while waiting:
        figure = waiting.pop()
        if id(figure) not in seen:
            seen.add(id(figure))
            yield figure
            if isinstance(figure.why, Computed):
                waiting += reversed(figure.why.of)


def fact_ids(*figures: Figure) -> tuple[str, ...]:
    """The facts that figures rest on, sorted."""
    return tuple(sorted({f.why.id for f in walk(*figures) if isinstance(f.why, FromFact)}))


def unknowns(*figures: Figure) -> tuple[Figure, ...]:
    """The figures that nothing says, and that leave ``figures`` unknown, in order of appearance."""
    leaves = (f for f in walk(*figures) if not f.known and not isinstance(f.why, Computed))
    return tuple(dict.fromkeys(leaves))
