"""Quantities as people say them: durations, money, shares and rates, rounded to what their sources bear."""

from __future__ import annotations

import math
from collections.abc import Callable

from bcinfra.continuity.model.ranges import Range, Unit
from bcinfra.seconds import DAY, HOUR, MINUTE, MONTH


def duration(seconds: float) -> str:
    """``35 s``, ``14 min``, ``2 h 10 min``, ``31 h``, ``6 days``, ``5 months``."""
    if seconds < 0.05:
        return "0"
    if seconds < 9.5:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * MINUTE:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 9.5 * HOUR:
        hours, tens = divmod(round(seconds / (10 * MINUTE)), 6)
        return f"{hours} h" + (f" {tens}0 min" if tens else "")
    if seconds < 72 * HOUR:
        return f"{seconds / HOUR:.0f} h"
    if seconds < 60 * DAY:
        return f"{seconds / DAY:.0f} days"
    return f"{seconds / MONTH:.0f} months"


def amount(value: float) -> str:
    """Three significant digits with thousands separators: ``188,000``, ``29,400``, ``12``."""
    if abs(value) < 0.5:
        return "0"
    digits = max(0, math.floor(math.log10(abs(value))) - 2)
    return f"{round(value, -digits):,.0f}"


def money(value: float, currency: str) -> str:
    """``EUR 188,000``."""
    return f"{currency} {amount(value)}"


def share(value: float) -> str:
    """A share in per cent, with as many digits as its distance from 0 or 1 needs: ``99.57 %``, ``30 %``."""
    apart = min(value, 1 - value) * 100
    digits = 0 if apart <= 1e-9 else min(6, max(0, 1 - math.floor(math.log10(apart))))
    text = f"{value * 100:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def rate(per_year: float) -> str:
    """``3 a year``, ``once in 20 years``, ``never``."""
    if per_year <= 0:
        return "never"
    if per_year >= 1:
        return f"{per_year:.2g} a year"
    return f"once in {amount(1 / per_year)} years"


def one(value: float, unit: Unit, currency: str) -> str:
    """One value of a unit."""
    say: dict[Unit, Callable[[float], str]] = {
        Unit.SECONDS: duration,
        Unit.SECONDS_PER_YEAR: lambda v: f"{duration(v)} a year",
        Unit.PER_YEAR: rate,
        Unit.SHARE: share,
        Unit.COUNT: lambda v: f"{v:g} times",
        Unit.REPLICAS: lambda v: f"{v:g} replicas",
        Unit.PER_HOUR: lambda v: f"{v:,.4g} an hour",
        Unit.KILOBYTES: lambda v: f"{v:,.4g} kB",
        Unit.GIB: lambda v: f"{v:,.4g} GiB",
        Unit.HOURS_PER_MONTH: lambda v: f"{v:,.4g} h a month",
        Unit.MONEY: lambda v: money(v, currency),
        Unit.MONEY_PER_YEAR: lambda v: f"{money(v, currency)} a year",
    }
    return say[unit](value)


def pair(value: Range | None) -> str:
    """A duration with its pessimistic end: ``14 min (27 min)``; in words where an end is not known."""
    if value is None:
        return "unknown"
    if value.upper is None:
        return f"{duration(value.typical)} (no bound known)"
    typical, upper = duration(value.typical), duration(value.upper)
    return typical if typical == upper else f"{typical} ({upper})"


def against(value: Range | None, target: float) -> str:
    """:func:`pair`, where what is beyond a target and rounded to it says so: ``5 min (over 15 min)``."""
    if value is None or value.upper is None or (upper := at_worst(value.upper, target)) == duration(value.upper):
        return pair(value)
    typical = duration(value.typical)
    return upper if typical == duration(value.upper) else f"{typical} ({upper})"


def at_worst(seconds: float, target: float) -> str:
    """A duration, where it is beyond a target and rounded to it with that: ``over 15 min``."""
    text = duration(seconds)
    return f"over {text}" if seconds > target and text == duration(target) else text


def ends(value: Range | None, unit: Unit, currency: str) -> str:
    """All three ends: ``14 min, 9 min to 27 min``; in words where they are not known."""
    if value is None:
        return "unknown"
    typical = one(value.typical, unit, currency)
    low = one(value.lower, unit, currency)
    upper = "no known bound" if value.upper is None else one(value.upper, unit, currency)
    if unit is Unit.PER_YEAR:
        low, upper = (upper, low) if value.upper is not None else (low, upper)
    return typical if low == typical == upper else f"{typical}, {low} to {upper}"


def count(n: int, noun: str, several: str | None = None) -> str:
    """``1 scenario``, ``3 scenarios``."""
    return f"{n:,} {noun if n == 1 else several or noun + 's'}"
