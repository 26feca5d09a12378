"""What a stack costs a month: lines of a price and a quantity, and what has no price.

A :class:`Line` is a quantity of something that has a price; :class:`Priced` is the line with its money. What is not
known has no money, is named as a :class:`Gap`, and is never zero. All money is in US dollars until it is shown:
:attr:`Cost.rate` says what one is in the customer's currency.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bcinfra.continuity.model.prices import Confidence, Price, Rate
from bcinfra.continuity.model.ranges import Figure, Range, Stated

NOTHING = Range.exactly(0)


class Purpose(StrEnum):
    """What money is spent for."""

    SERVING = "serving"
    STANDBY = "standby"
    COPIES = "copies"
    EDGE = "edge"
    WATCHING = "watching"
    PEOPLE = "people"


class Area(StrEnum):
    """What kind of thing it is: the tier of what belongs to none of the program's own."""

    COMPUTE = "compute"
    DATABASE = "database"
    CACHE = "cache"
    OBJECTS = "objects"
    FILES = "files"
    MESSAGES = "queues and topics"
    NETWORK = "network"
    TRANSFER = "transfer"
    EDGE = "edge"
    KEYS = "keys and secrets"
    WATCHING = "watching"
    BACKUPS = "backups"
    AUTOMATION = "automation"
    IMAGES = "images"
    PEOPLE = "people"


class Line(NamedTuple):
    """A quantity of something that has a price."""

    price: str
    """Its id."""
    quantity: Range | None
    """How many of the price's unit a month; ``None``: not known."""
    of: str = ""
    """The inputs that it comes from."""
    usage: str = ""
    """The usage that it comes from, by key."""
    region: str | None = None
    """Where it is paid, where that is not where its resource is."""
    purpose: Purpose | None = None
    """``None``: that of its resource."""
    area: Area | None = None
    """``None``: that of its resource's type."""
    site: str = ""
    """Where it stands, where that is not where its resource does."""


class Why(StrEnum):
    """Why something has no price."""

    TYPE = "type"
    """Nobody has said what its type costs."""
    PRICE = "price"
    """There is no such price."""
    AMOUNT = "amount"
    """How much of it there is, is not known."""
    NODES = "nodes"
    """It runs on servers that the program does not declare."""
    OPAQUE = "opaque"
    """It cannot be seen into."""
    OWN = "own"
    """It stands on premises."""
    PEOPLE = "people"
    """Nobody has stated what people do for it."""


class Gap(NamedTuple):
    """What is not in the sum, and why."""

    why: Why
    what: str
    """A type, a price's id, or what cannot be seen."""
    names: tuple[str, ...]
    """Of the resources."""
    usage: str = ""
    """The usage that would tell how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One line with its money."""

    urn: str
    name: str
    """Of the resource; of what flows, from where to where."""
    type: str
    site: str
    tier: str
    purpose: Purpose
    line: Line
    price: Price
    usd: Range
    """A month."""


class Usage(NamedTuple):
    """How much the shop is used. Each figure says whether it is stated or assumed."""

    figures: Mapping[str, Figure]
    """By key, as :attr:`Line.usage` names them: what :data:`bcinfra.continuity.model.usage.DEFAULTS` has, and
    ``data.<class>.size`` and ``data.<class>.changed_per_day`` where they are stated."""

    def range(self, key: str) -> Range | None:
        figure = self.figures.get(key)
        return figure.value if figure else None

    @property
    def assumed(self) -> Mapping[str, Figure]:
        """Those that nobody stated."""
        return {key: figure for key, figure in self.figures.items() if not isinstance(figure.why, Stated)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a stack costs a month, in US dollars."""

    lines: tuple[Priced, ...]
    """The dearest first."""
    gaps: tuple[Gap, ...]
    rate: Rate
    """What a US dollar is in the currency to show."""
    usage: Usage
    free: int = 0
    """Resources whose type has no charge of its own."""
    budget: float | None = None
    """What it may cost a month, in the currency to show."""

    @property
    def usd(self) -> Range:
        return added(one.usd for one in self.lines)

    @property
    def total(self) -> Range:
        """In the currency to show."""
        return self.shown(self.usd)

    def shown(self, usd: Range) -> Range:
        """An amount in the currency to show."""
        return times(usd, self.rate.value)

    def by(self, key: Callable[[Priced], str]) -> Mapping[str, Range]:
        """The sums in the currency to show, the largest first."""
        groups: dict[str, list[Range]] = {}
        for one in self.lines:
            groups.setdefault(key(one), []).append(one.usd)
        sums = {name: self.shown(added(rows)) for name, rows in groups.items()}
        return dict(sorted(sums.items(), key=lambda item: (-item[1].typical, item[0])))

    @property
    def by_site(self) -> Mapping[str, Range]:
        return self.by(lambda one: one.site)

    @property
    def by_tier(self) -> Mapping[str, Range]:
        return self.by(lambda one: one.tier)

    @property
    def by_purpose(self) -> Mapping[str, Range]:
        return self.by(lambda one: one.purpose.value)

    @property
    def oldest(self) -> Price | None:
        """The oldest price in use."""
        dated = [one.price for one in self.lines if one.price.date and one.usd.worst > 0]
        return min(dated, key=lambda price: (price.date, price.id, price.region), default=None)

    @property
    def by_confidence(self) -> Mapping[Confidence, float]:
        """How the prices are known: shares of the typical sum."""
        whole = self.usd.typical or 1.0
        found: dict[Confidence, float] = {}
        for one in self.lines:
            found[one.price.confidence] = found.get(one.price.confidence, 0.0) + one.usd.typical / whole
        return {confidence: found[confidence] for confidence in Confidence if confidence in found}

    @property
    def over_budget(self) -> bool | None:
        """Whether it typically costs more than it may; ``None`` where no budget is stated."""
        return None if self.budget is None else self.total.typical > self.budget


def added(ranges: Iterable[Range]) -> Range:
    """The sum; nothing at all is nothing."""
    rows = list(ranges)
    upper = None if any(one.upper is None for one in rows) else math.fsum(one.worst for one in rows)
    typical, low = math.fsum(one.typical for one in rows), math.fsum(one.lower for one in rows)
    return Range(typical, None if upper is None else max(upper, typical), min(low, typical))


def times(one: Range, factor: float) -> Range:
    """The range, each end as many times."""
    upper = None if one.upper is None else one.upper * factor
    return Range(one.typical * factor, upper, one.lower * factor)
