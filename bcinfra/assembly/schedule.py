"""When each site is maintained and backed up: never two sites at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from bcinfra.spec import Peak, Shop
from bcinfra.spec.opening import DAYS

LENGTH_HOURS: Final = 1
BACKUP_LEAD_HOURS: Final = 2
"""The daily backup starts this long before the hour of maintenance, so that the two never meet."""


def peaks(shop: Shop) -> Mapping[str, Peak]:
    """The calendar of a shop's peaks."""
    return shop.business.peaks if shop.business else {}


def maintained(shop: Shop) -> tuple[str, ...]:
    """The sites of all vendors whose stores are maintained, those last where people do it."""
    kinds = ("aws", "gcp"), ("kubernetes",)
    return tuple(name for some in kinds for name, site in shop.sites.items() if site.kind in some)


def maintenance(start: str, sites: Iterable[str], first: str, peaks: Mapping[str, Peak]) -> dict[str, str]:
    """The weekly window of each site, an hour long, in UTC, from ``start`` such as ``tue 03:00``.

    ``first`` keeps the day stated; every other site follows on a later day, in the order of the sites, and passes over
    the days of peaks of less than a week while others are left.
    """
    day, clock = start.split()
    order = [first, *(site for site in sites if site != first)]
    week = [DAYS[(DAYS.index(day) + later) % len(DAYS)] for later in range(len(DAYS))]
    full = _full_days(peaks)
    days = [week[0], *sorted(week[1:], key=lambda one: one in full)]
    return {site: _window(days[later % len(days)], clock) for later, site in enumerate(order)}


def planned_work(shop: Shop, site: str) -> dict[str, str]:
    """The weekly windows in which the stores of a site are maintained, by store."""
    stores = {"mysql": shop.mysql, "redis": shop.redis}
    return {
        what: maintenance(store.maintenance, maintained(shop), shop.primary, peaks(shop))[site]
        for what, store in stores.items()
        if store
    }


def _full_days(peaks: Mapping[str, Peak]) -> frozenset[str]:
    """Days of the week that a peak of less than a week holds."""
    spans = [(peak.start.weekday(), (peak.end - peak.start).days + 1) for peak in peaks.values()]
    return frozenset(DAYS[(first + n) % len(DAYS)] for first, days in spans if days < len(DAYS) for n in range(days))


def backup(start: str) -> str:
    """The daily backup window, an hour long, in UTC, that goes with a maintenance at ``start``."""
    hour, minute = map(int, start.split()[1].split(":"))
    first = (hour - BACKUP_LEAD_HOURS) % 24
    return f"{first:02}:{minute:02}-{(first + LENGTH_HOURS) % 24:02}:{minute:02}"


def quiet_days(peaks: Mapping[str, Peak], most: int) -> frozenset[date]:
    """Days on which nothing is rehearsed: ``most`` days of the peaks, the highest peak's first."""
    days: list[date] = []
    for peak in sorted(peaks.values(), key=lambda at: (-at.factor, at.start)):
        span = (peak.end - peak.start).days + 1
        days += [peak.start + timedelta(days=later) for later in range(span)]
    return frozenset(list(dict.fromkeys(days))[:most])


def _window(day: str, clock: str) -> str:
    hour, minute = map(int, clock.split(":"))
    end = hour + LENGTH_HOURS
    end_day = DAYS[(DAYS.index(day) + end // 24) % len(DAYS)]
    return f"{day}:{hour:02}:{minute:02}-{end_day}:{end % 24:02}:{minute:02}"
