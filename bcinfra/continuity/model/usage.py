"""How much a shop is used, as its page states it, with defaults that are marked as assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from bcinfra.continuity.model.costs import Usage
from bcinfra.continuity.model.parts import Business
from bcinfra.continuity.model.prices import scaled
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, computed, stated


class Default(NamedTuple):
    """What is assumed where nothing is stated, and why."""

    unit: Unit
    value: Range | None
    """``None``: nothing is assumed, and what needs it is named as not priced."""
    why: str


DEFAULTS: Final[Mapping[str, Default]] = MappingProxyType(
    {
        "orders_per_hour": Default(Unit.PER_HOUR, Range(2, 6, 0.7), "a small shop; state revenue and average order"),
        "visits_per_hour": Default(Unit.PER_HOUR, Range(50, 100, 25), "50 visits for an order: 2 % of them buy"),
        "kb_per_visit": Default(Unit.KILOBYTES, Range(2_500, 5_000, 1_200), "a few pages with pictures, partly cached"),
        "requests_per_visit": Default(Unit.COUNT, Range(40, 80, 20), "five pages with what they load"),
        "share_of_peak": Default(Unit.SHARE, Range(0.05, 0.25, 0.0), "some evenings and sales"),
        "share_busy": Default(Unit.SHARE, Range(0.35, 1.0, 0.1), "requests come by day more than by night"),
        "share_of_disk": Default(Unit.SHARE, Range(0.5, 1.0, 0.2), "half of a disk that is made holds data"),
        "growth": Default(Unit.SHARE, Range(0.0, 0.2, 0.0), "a fifth in a year at most"),
        "log_kb_per_visit": Default(Unit.KILOBYTES, Range(30, 80, 12), "about 0.8 kB a request"),
        "internal_kb_per_visit": Default(Unit.KILOBYTES, Range(1_000, 3_000, 300), "answers of databases and tiers"),
        "outbound_kb_per_visit": Default(Unit.KILOBYTES, Range(100, 500, 20), "payment, mail, images of releases"),
        "call_minutes_per_order": Default(Unit.COUNT, Range(0.2, 0.6, 0.05), "one order of twenty is called about"),
        "staff_hours_per_month": Default(Unit.HOURS_PER_MONTH, None, "nobody but the shop knows it"),
        "people_on_call": Default(Unit.COUNT, None, "nobody but the shop knows it"),
    }
)
"""By key, as the page's ``business`` and a file of prices state them; visits are those of one order."""
CHANGED: Final[Mapping[str, Default]] = MappingProxyType(
    {
        "relational database": Default(Unit.SHARE, Range(0.01, 0.05, 0.002), "orders, stock and their indexes"),
        "objects": Default(Unit.SHARE, Range(0.003, 0.02, 0.0005), "new pictures and uploads"),
        "files": Default(Unit.SHARE, Range(0.01, 0.05, 0.001), "invoices and exports"),
        "cache": Default(Unit.SHARE, Range(2.0, 20.0, 0.2), "carts and sessions are written again and again"),
        "other": Default(Unit.SHARE, Range(0.01, 0.1, 0.001), "what it is for is not known"),
    }
)
"""Part of what a kind of store holds that is written or changed a day, where it is not stated."""


def usage_of(business: Business, own: Mapping[str, float] | None = None) -> Usage:
    """The usage that is stated: by the page, in whose place stands what a file of prices says (``own``)."""
    said = {**business.usage, **(own or {})}
    places = {key: "prices" if key in (own or {}) else "business" for key in said}
    found = {
        key: stated(key, _unit(key), value, f"{places[key]}.{key}" if not key.startswith("data.") else key)
        for key, value in said.items()
    }
    for key, default in DEFAULTS.items():
        if key not in found and default.value is not None:
            found[key] = assumed(key, default.unit, default.value, default.why)
    if "orders_per_hour" not in said and business.revenue_per_hour is not None:
        found["orders_per_hour"] = _orders(business)
    if "visits_per_hour" not in said:
        for_one = found["visits_per_hour"]
        orders = found["orders_per_hour"]
        found["visits_per_hour"] = computed(
            "visits_per_hour", Unit.PER_HOUR, "visits x orders", _product, for_one, orders
        )
    if "share_of_peak" not in said and business.peaks:
        found["share_of_peak"] = _peaks(business)
    return Usage(found)


def _product(one: float, other: float) -> float:
    return one * other


def _unit(key: str) -> Unit:
    return DEFAULTS[key].unit if key in DEFAULTS else Unit.GIB


def _orders(business: Business) -> Figure:
    revenue, order = business.revenue_per_hour or 0.0, business.average_order
    if order:
        return stated("orders_per_hour", Unit.PER_HOUR, revenue / order, "business.revenue_per_hour / average_order")
    text = "revenue in orders of 60, as no average order is stated"
    return assumed("orders_per_hour", Unit.PER_HOUR, Range(revenue / 60, revenue / 20, revenue / 200), text)


def _peaks(business: Business) -> Figure:
    """Peak days of the calendar: a year's on average, the fullest month's at most."""
    days = {
        date.fromisoformat(first) + timedelta(n)
        for first, last, _ in business.peaks.values()
        for n in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
    }
    months: dict[tuple[int, int], int] = {}
    for day in days:
        months[day.year, day.month] = months.get((day.year, day.month), 0) + 1
    years = len({day.year for day in days}) or 1
    mean = min(1.0, len(days) / (365 * years))
    most = max(mean, min(1.0, max(months.values(), default=0) / 30))
    return assumed("share_of_peak", Unit.SHARE, Range(mean, most, 0.0), "the days of business.peaks")


def grown(amount: Range, growth: Range | None) -> Range:
    """An amount that grows within a year: its upper end is that of the year's end."""
    if growth is None:
        return amount
    return scaled(amount, Range(1.0 + growth.typical / 2, None if growth.upper is None else 1 + growth.upper, 1.0))
