"""When each site is maintained and backed up: never two sites at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from bcinfra.planning.windows import DAYS
from bcinfra.spec import Peak

LENGTH_HOURS: Final = 1
BACKUP_LEAD_HOURS: Final = 2
"""The daily backup starts this long before the hour of maintenance, so that the two never meet."""


def maintenance(start: str, sites: Iterable[str], first: str) -> dict[str, str]:
    """The weekly window of each site, an hour long, in UTC, from ``start`` such as ``sun 03:00``.

    ``first`` keeps the day stated; every other site follows on a later day, in the order of the sites.
    """
    day, clock = start.split()
    order = [first, *(site for site in sites if site != first)]
    return {site: _window(DAYS[(DAYS.index(day) + later) % len(DAYS)], clock) for later, site in enumerate(order)}


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
