"""List prices in US dollars, with date, source and confidence, and the customer's own in their place.

The rows stand in ``bcinfra/continuity/data/prices.csv``, their sources in ``price_sources.csv``; ``docs/prices.md``
says how they are renewed. They are list prices on demand, without tax: to compare designs by, not invoices.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Final

from bcinfra.continuity.model.ranges import Range

GLOBAL: Final = "global"
HOURS: Final = 730
"""Hours of a month, as both clouds count them."""


class Confidence(StrEnum):
    """How a price is known."""

    OWN = "own"
    """The customer's, from a contract."""
    QUOTED = "quoted"
    """Read in the source that is named."""
    DERIVED = "derived"
    """Calculated from quoted ones."""
    ESTIMATE = "estimate"
    """A list figure or a market band that nothing dated confirms."""
    STAND_IN = "stand-in"
    """That of another region, size or family: the row itself is missing."""


@dataclass(frozen=True, slots=True)
class Price:
    """One price."""

    id: str
    region: str
    unit: str
    """What one of it is, such as ``instance-hour``."""
    usd: Range
    date: str
    """ISO date, or as much of one as the source says."""
    confidence: Confidence
    source: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrice:
    """A customer's own price of one thing."""

    id: str
    region: str | None
    """``None``: everywhere."""
    usd: float
    date: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What the customer pays less than the list price."""

    ids: str
    """Price ids, with ``*`` for any text."""
    factor: Range
    """What is left of the price."""
    why: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPrices:
    """All that a customer's file of prices says of prices."""

    prices: tuple[OwnPrice, ...] = ()
    discounts: tuple[Discount, ...] = ()
    """Discounts and commitments; of several that match, the one with the longest pattern counts."""


_SIZES: Final[Mapping[str, float]] = {
    **dict(zip(("nano", "micro", "small", "medium", "large", "xlarge"), (0.125, 0.25, 0.5, 1, 2, 4), strict=True)),
    **{f"{n}xlarge": 4 * n for n in (2, 3, 4, 6, 8, 9, 10, 12, 16, 18, 24, 32, 48)},
}
"""What each size of AWS costs as a multiple of a medium one: one size up costs twice (1.99 to 2.01 in EC2, RDS and
ElastiCache)."""
_GOOGLE_SMALL: Final[Mapping[str, float]] = {"micro": 0.25, "small": 0.5, "medium": 1}
_FAMILIES: Final[tuple[tuple[str, str, Range], ...]] = (
    # What is missing, what stands in for it, what it costs as a multiple. Ratios of list prices in us-east-1 and
    # us-central1; where only the order is known the range is wide.
    (r"^(aws\.ec2)\.t2\.", r"\1.t3.", Range(1.11, 1.2, 1.0)),
    (r"^(aws\.ec2)\.(m|c|r)(4|5|5a|5d|5n|5dn|5ad|6id|6in|7i-flex)\.", r"\1.\g<2>6i.", Range(1.0, 1.35, 0.85)),
    (r"^(aws\.ec2)\.(m|c|r)(6gd|7gd|8gd|6gn|7gn)\.", r"\1.\g<2>7g.", Range(1.15, 1.5, 0.95)),
    (r"^(aws\.ec2)\.a1\.", r"\1.m6g.", Range(0.66, 1.0, 0.6)),
    (r"^(aws\.rds)\.(mariadb)\.", r"\1.mysql.", Range(1.0, 1.0, 1.0)),
    (r"^(aws\.rds)\.(postgres)\.", r"\1.mysql.", Range(1.04, 1.1, 1.0)),
    (r"^(aws\.rds\.mysql\.\w+\.db)\.(t2|t3)\.", r"\1.t4g.", Range(1.06, 1.15, 1.0)),
    (r"^(aws\.rds\.mysql\.\w+\.db)\.(m|r)(4|5|5d|6id|7i|8i)\.", r"\1.\g<2>6i.", Range(1.0, 1.3, 0.95)),
    (r"^(aws\.rds\.mysql\.\w+\.db)\.(m|r)(6gd|8g|8gd)\.", r"\1.\g<2>7g.", Range(1.0, 1.3, 0.95)),
    (r"^(aws\.rds\.storage)\.(io1|io2)\.(?!iops)", r"\1.gp3.", Range(1.09, 1.2, 1.0)),
    (r"^(aws\.rds\.storage)\.gp2\.", r"\1.gp3.", Range(1.0, 1.05, 0.95)),
    (r"^(aws\.aurora)-postgresql\.", r"\1-mysql.", Range(1.0, 1.05, 1.0)),
    (r"^(aws\.aurora-mysql\.standard\.db)\.(t2|t3)\.", r"\1.t4g.", Range(1.12, 1.2, 1.0)),
    (r"^(aws\.aurora-mysql\.standard\.db)\.(r4|r5|r7i|r6id|x2g)\.", r"\1.r6i.", Range(1.0, 1.3, 0.95)),
    (r"^(aws\.elasticache\.\w+\.cache)\.(t2|t3)\.", r"\1.t4g.", Range(1.06, 1.15, 1.0)),
    (r"^(aws\.elasticache\.\w+\.cache)\.(m|r)(4|5|6gd|8g)\.", r"\1.\g<2>6g.", Range(1.05, 1.5, 1.0)),
    (r"^aws\.elasticache\.memcached\.", r"aws.elasticache.redis.", Range(1.0, 1.0, 1.0)),
    (r"^aws\.ebs\.io2\.iops$", r"aws.ebs.io1.iops", Range(1.0, 1.0, 0.5)),
    (r"^(aws\.rds\.storage)\.io2\.iops\.", r"\1.io1.iops.", Range(1.0, 1.0, 0.8)),
    (r"^(aws\.rds\.storage\.\w+\.iops)\.multi_az$", r"\1.single_az", Range(2.0, 2.0, 2.0)),
    (r"^aws\.ebs\.(io1)\.gb$", r"aws.ebs.io2.gb", Range(1.0, 1.0, 1.0)),
    (r"^aws\.elb\.hour$", r"aws.alb.hour", Range(1.11, 1.15, 1.0)),
    (r"^aws\.dms\.multi_az\.", r"aws.dms.single_az.", Range(2.0, 2.0, 2.0)),
    (r"^(aws\.dms\.single_az\.dms)\.(t2|c4|c5|c6i)\.", r"\1.t3.", Range(1.1, 1.4, 1.0)),
    (r"^(aws\.dms\.single_az\.dms)\.(r4|r6i|c\w+)\.", r"\1.r5.", Range(1.0, 1.2, 0.9)),
    (r"^(gcp\.gce)\.n1-(standard|highmem)-", r"\1.n2-\2-", Range(0.98, 1.05, 0.9)),
    (r"^(gcp\.gce)\.n1-highcpu-", r"\1.n2-standard-", Range(0.73, 0.8, 0.7)),
    (r"^(gcp\.gce)\.(e2|n2|n2d|c2|c2d|c4|n4)-highcpu-", r"\1.n2-standard-", Range(0.75, 0.9, 0.5)),
    (r"^(gcp\.gce)\.(c2|c2d|t2a|n4a|n4d)-standard-", r"\1.n2-standard-", Range(1.0, 1.15, 0.75)),
    (r"^(gcp\.gce)\.(n2d|n4|c3|c4|c3d|c4a|e2)-highmem-", r"\1.n2-highmem-", Range(1.0, 1.2, 0.65)),
    (r"^(gcp\.gce)\.(f1-micro)$", r"\1.e2-small", Range(0.45, 0.5, 0.4)),
    (r"^(gcp\.gce)\.(g1-small)$", r"\1.e2-medium", Range(0.77, 0.8, 0.7)),
    (r"^gcp\.cloudsql\.hdd\.", r"gcp.cloudsql.ssd.", Range(0.53, 0.55, 0.5)),
    (r"^gcp\.pd\.(hyperdisk-balanced|hyperdisk)\.gb$", r"gcp.pd.balanced.gb", Range(0.8, 1.3, 0.7)),
    (r"^gcp\.pd\.regional_standard\.gb$", r"gcp.pd.standard.gb", Range(2.0, 2.0, 2.0)),
    (r"^gcp\.memorystore\.redis\.(standard|basic)\.M\d$", r"gcp.memorystore.redis.\1.M2", Range(1.0, 1.6, 0.6)),
    (r"^gcp\.memorystore\.cluster\.highmem_2xlarge$", r"gcp.memorystore.cluster.highmem_xlarge", Range(2.0, 2.1, 1.9)),
)
_ELSEWHERE: Final[Mapping[str, Range]] = {"us": Range(1.0, 1.25, 1.0), "eu": Range(1.1, 1.26, 0.93)}
"""What a region costs as a multiple of the vendor's first in the United States, by geography (docs/prices.md)."""
_SAME: Final = ("us-east-2", "us-west-2", "us-west1", "us-east1")
"""Regions whose list prices are those of the first region, but for single items."""
_FAR: Final = Range(1.2, 1.7, 0.95)
"""The same outside of Europe and the United States."""
_FIRST: Final[Mapping[str, str]] = {"aws": "us-east-1", "gcp": "us-central1"}


class Prices:
    """Prices by id and region. What is missing has a stand-in where one is known, and is ``None`` where not."""

    def __init__(self, rows: Mapping[tuple[str, str], Price], own: OwnPrices | None = None) -> None:
        self.rows = rows
        self.own = own or OwnPrices()
        self._found: dict[tuple[str, str | None], Price | None] = {}
        self._regions: dict[str, list[str]] = {}
        for id, region in rows:
            self._regions.setdefault(id, []).append(region)

    def with_own(self, own: OwnPrices) -> Prices:
        """These, with a customer's own in their place."""
        return Prices(self.rows, own)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._regions)

    def find(self, id: str, region: str | None) -> Price | None:
        """What one of ``id`` costs in a region; ``None`` for a region that is not known, or for what has no price."""
        key = id, region
        if key not in self._found:
            self._found[key] = self._own(id, region)
        return self._found[key]

    def _own(self, id: str, region: str | None) -> Price | None:
        fits = [one for one in self.own.prices if one.id == id and one.region in (None, region)]
        listed = self._listed(id, region)
        if fits:
            best = max(fits, key=lambda one: one.region is not None)
            unit = listed.unit if listed else ""
            return Price(id, region or "", unit, Range.exactly(best.usd), best.date, Confidence.OWN, best.why, "own")
        less = [one for one in self.own.discounts if fnmatchcase(id, one.ids)]
        if listed is None or not less:
            return listed
        best = max(less, key=lambda one: len(one.ids))
        usd = scaled(listed.usd, best.factor)
        return replace(listed, usd=usd, source=f"{listed.source}; {best.why}")

    def _listed(self, id: str, region: str | None) -> Price | None:
        found = self._exact(id, region) or self._by_size(id, region) or self._by_region(id, region)
        if found:
            return found
        for pattern, other, factor in _FAMILIES:
            if re.match(pattern, id):
                near = self._listed(re.sub(pattern, other, id), region)
                if near:
                    return _stand_in(near, id, region, factor)
        return None

    def _exact(self, id: str, region: str | None) -> Price | None:
        places = (region, GLOBAL, "europe", *_locations(region))
        return next((self.rows[id, at] for at in places if at and (id, at) in self.rows), None)

    def _by_size(self, id: str, region: str | None) -> Price | None:
        """From another size of the family: the nearest one that has a price in the region or elsewhere."""
        family, size = _size(id)
        if size is None:
            return None
        sizes = {other: sized for other in self._regions if (sized := _sized(other, family))}
        if not sizes or id in sizes:
            return None
        near = min(sizes, key=lambda other: (abs(sizes[other] - size), other))
        found = self._exact(near, region) or self._by_region(near, region)
        times = size / sizes[near]
        return found and _stand_in(found, id, region, Range(times, times * 1.02, times * 0.98))

    def _by_region(self, id: str, region: str | None) -> Price | None:
        """From other regions: those of the geography, else the vendor's first region."""
        there = self._regions.get(id)
        if not there:
            return None
        area = _area(region)
        alike = [self.rows[id, at] for at in there if area and _area(at) == area]
        first = self.rows.get((id, _FIRST.get(id.split(".")[0], "")))
        if region in _SAME and first:
            return _stand_in(first, id, region, Range(1.0, 1.05, 1.0))
        if area == "us" and first:
            return _stand_in(first, id, region, _ELSEWHERE["us"])
        if alike:
            return _stand_in(alike[0], id, region, Range.exactly(1), _around(alike))
        if region is None:
            every = [self.rows[id, at] for at in there]
            return _stand_in(first or every[0], id, region, Range.exactly(1), _around(every, first))
        base = first or self.rows[id, there[0]]
        return _stand_in(base, id, region, _ELSEWHERE.get(area or "", _FAR))


def _around(rows: Iterable[Price], typical: Price | None = None) -> Range:
    """The prices as one range; ``typical``: the one in its middle, else their mean."""
    usd = [row.usd for row in rows]
    middle = typical.usd.typical if typical else sum(one.typical for one in usd) / len(usd)
    low, high = min(one.lower for one in usd), max(one.worst for one in usd)
    return Range(min(max(middle, low), high), high, low)  # a mean of equal prices may round beyond them


def _stand_in(near: Price, id: str, region: str | None, factor: Range, usd: Range | None = None) -> Price:
    at = f"{near.id} in {near.region}" if near.confidence is not Confidence.STAND_IN else near.source
    return Price(
        id,
        region or "",
        near.unit,
        scaled(usd or near.usd, factor),
        near.date,
        Confidence.STAND_IN,
        at,
        near.attribution,
    )


def scaled(one: Range, by: Range) -> Range:
    """The product of two ranges of what is not negative."""
    upper = None if one.upper is None or by.upper is None else one.upper * by.upper
    return Range(one.typical * by.typical, upper, one.lower * by.lower)


def _area(region: str | None) -> str | None:
    if not region:
        return None
    text = region.lower()
    return "us" if text.startswith(("us", "northamerica-south")) else "eu" if text.startswith("eu") else "far"


_BUCKETS: Final[Mapping[str, tuple[str, ...]]] = {"eu": ("eu", "eur4"), "us": ("us", "nam4")}


def _locations(region: str | None) -> Iterator[str]:
    """What a region of more than one place is called in the table."""
    if region:
        yield region.lower()
        yield from _BUCKETS.get(region.lower(), ())
        if "-" in region:
            yield "eu" if region.startswith("europe") else "us" if region.startswith("us") else ""


def _size(id: str) -> tuple[str, float | None]:
    """The family of a machine's price, and its size as a multiple; ``None`` for what has no sizes."""
    head, _, last = id.rpartition(".")
    if id.startswith("gcp.gce."):
        family, _, size = last.rpartition("-")
        times = float(size) if size.isdigit() else _GOOGLE_SMALL.get(size)
        return f"{head}.{family}-", times if size.isdigit() or family == "e2" else None
    return f"{head}.", _SIZES.get(last) if id.startswith("aws.") and head.count(".") > 1 else None


def _sized(id: str, family: str) -> float | None:
    found, size = _size(id) if id.startswith(family) else ("", None)
    return size if found == family else None


@cache
def prices() -> Prices:
    """The product's prices."""
    sources = {number: (read, whose) for number, read, whose in _rows("price_sources.csv")}
    known = {confidence.value: confidence for confidence in Confidence}
    found: dict[tuple[str, str], Price] = {}
    for id, region, unit, usd, low, high, date, confidence, source in _rows("prices.csv"):
        middle = float(usd)
        amount = Range(middle, float(high), float(low)) if low else Range(middle, middle)
        found[id, region] = Price(id, region, unit, amount, date, known[confidence], *sources[source])
    return Prices(found)


def _rows(name: str) -> list[list[str]]:
    """The rows of a table of the data set, without its head."""
    text = (files("bcinfra.continuity") / "data" / name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one US dollar costs in another currency."""

    currency: str
    value: float
    date: str
    stated: bool
    """Whether the customer stated it; else it is the product's, and an assumption."""


_RATES: Final[Mapping[str, tuple[float, str]]] = {"USD": (1.0, ""), "EUR": (1 / 1.1133, "2026-10-28")}
"""Currency → units for one US dollar, and the day. EUR: moveinfra/eu-cloud-prices of 2026-10-28 (EUR at 1.1133 USD)."""


def rate(currency: str, stated: float | None = None, date: str = "") -> Rate:
    """The rate of a currency. Where none is known amounts stay in US dollars."""
    if stated is not None:
        return Rate(currency=currency, value=stated, date=date, stated=True)
    if currency not in _RATES:
        return Rate(currency="USD", value=1.0, date="", stated=False)
    value, day = _RATES[currency]
    return Rate(currency=currency, value=value, date=day, stated=currency == "USD")
