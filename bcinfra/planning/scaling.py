"""Capacity for the big shopping days: pure planning from the peak calendar to scheduled changes.

Changes recur every year. One with a year in it would vanish once it ran, and could not be made again; shopping days
come back at nearly the same dates, and a change of the calendar changes them. All peaks are folded into one year, so
that those of this year and of the next do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from typing import Final, NamedTuple

from bcinfra.spec import Peak

EARLIEST: Final = timedelta(hours=14)
"""A day begins at UTC+14 this long before it begins at UTC."""
LATEST: Final = timedelta(hours=12)
"""A day ends at UTC-12 this long after it ends at UTC. So a peak is covered wherever its customers are."""

_NEW_YEAR: Final = date(2001, 1, 1)
"""Of a year without 29 February: what is planned for that day would happen every fourth year."""
_YEAR: Final = 365 * 24


class Change(NamedTuple):
    """A yearly change of the fewest replicas that run, in UTC."""

    month: int
    day: int
    hour: int
    minimum: int


def changes(peaks: Mapping[str, Peak], *, minimum: int, replicas: int, peak: int) -> dict[str, Change]:
    """The changes of the minimum before and after every peak, by name.

    During a peak the minimum is ``replicas`` times its factor, no more than ``peak``, no less than ``minimum``; where
    peaks overlap the highest counts.
    """
    spans = {
        name: (_hour(at.start, -EARLIEST), _hour(at.end + timedelta(days=1), LATEST), ceil(replicas * at.factor))
        for name, at in peaks.items()
    }

    def level(hour: int) -> int:
        wanted = [need for start, end, need in spans.values() if _within(hour % _YEAR, start, end)]
        return max(minimum, min(peak, max(wanted, default=minimum)))

    edges = {
        f"{name}-{edge}": span[which] for name, span in spans.items() for which, edge in ((0, "start"), (1, "end"))
    }
    found: dict[str, Change] = {}
    seen: set[int] = set()
    for name in sorted(edges):
        hour = edges[name]
        if hour not in seen and level(hour) != level(hour - 1):
            day = _NEW_YEAR + timedelta(hours=hour)
            found[name] = Change(day.month, day.day, hour % 24, level(hour))
            seen.add(hour)
    return found


def _hour(day: date, margin: timedelta) -> int:
    """The hour of a year in which ``day`` begins, moved by ``margin``. 29 February begins with 1 March."""
    leap_day = (day.month, day.day) == (2, 29)
    folded = date(_NEW_YEAR.year, 3, 1) if leap_day else day.replace(year=_NEW_YEAR.year)
    return ((folded - _NEW_YEAR).days * 24 + round(margin / timedelta(hours=1))) % _YEAR


def _within(hour: int, start: int, end: int) -> bool:
    return start <= hour < end if start < end else hour >= start or hour < end
