"""Capacity for the big shopping days: pure planning from the peak calendar to scheduled changes.

Changes recur every year: one with a year in it would vanish once it ran, and could not be made again. A peak that
holds Black Friday, the day after the fourth Thursday of November, moves with it; others come back on the same dates.
All peaks are folded into one year, so that those of this year and of the next do not undo each other.
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


WEEK: Final = 7
FRIDAY: Final = 5
"""Days of the week are counted from Monday, 1 (ISO 8601)."""
EARLIEST_BLACK_FRIDAY: Final = (11, 23)
"""The latest is six days after it."""


class Change(NamedTuple):
    """A yearly change of the fewest replicas that run, in UTC."""

    month: int
    day: int
    hour: int
    minimum: int
    weekday: int | None = None
    """Where it is not always the same day: the one with this day of the week among the seven days from ``day``."""

    @property
    def days(self) -> tuple[tuple[int, int], ...]:
        """Month and day of all days that it may come on."""
        first = date(_NEW_YEAR.year, self.month, self.day)
        span = WEEK if self.weekday else 1
        return tuple((day.month, day.day) for day in (first + timedelta(days=n) for n in range(span)))

    def nth(self, *, down: bool) -> tuple[int, int]:
        """Month, and which day of that weekday in it, for schedulers that know no other: the change itself, or up to a
        week before it; where it takes capacity away (``down``) up to a week after."""
        day = date(_NEW_YEAR.year, self.month, self.day)
        while (day.day - 1) % WEEK or day.day > WEEK * 4:
            day += timedelta(days=1 if down else -1)
        return day.month, day.day // WEEK + 1


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, *EARLIEST_BLACK_FRIDAY)
    return first + timedelta(days=(FRIDAY - first.isoweekday()) % WEEK)


def moves(peak: Peak) -> bool:
    """Whether a peak holds Black Friday, and moves with it; a whole season does not."""
    short = peak.end - peak.start < timedelta(weeks=2)
    return short and peak.start <= black_friday(peak.start.year) <= peak.end


def changes(peaks: Mapping[str, Peak], *, minimum: int, replicas: int, peak: int) -> dict[str, Change]:
    """The changes of the minimum before and after every peak, by name.

    During a peak the minimum is ``replicas`` times its factor, no more than ``peak``, no less than ``minimum``; where
    peaks overlap, or may in some year, the highest counts.
    """
    spans: dict[str, _Span] = {}
    for name, at in sorted(peaks.items(), key=lambda row: (-row[1].factor, row[0])):
        span = _span(at, ceil(replicas * at.factor))
        if not any(other[:2] == span[:2] for other in spans.values()):  # that of another year
            spans[name] = span

    def level(hours: range, without: str = "") -> int:
        wanted = [
            span.need
            for name, span in spans.items()
            if name != without and any(_within(hour % _YEAR, span.first, span.last) for hour in hours)
        ]
        return max(minimum, min(peak, max(wanted, default=minimum)))

    found: dict[str, Change] = {}
    seen: set[int] = set()
    for of, span in sorted(spans.items()):
        for edge, hour in span.edges.items():
            # One that moves may come on any day of a week, and by some schedulers a week later.
            hours = range(hour, hour + 2 * WEEK * 24 if edge in span.weekdays else hour + 1)
            least = level(hours, without=of if span.weekdays and edge == "end" else "")
            down = found.get(f"{of}-end")
            unchanged = least == (down.minimum if down else least) if edge == "over" else False
            if edge not in span.weekdays and edge != "over":
                unchanged = least == level(range(hour - 1, hour))
            elif edge != "over":
                unchanged = min(peak, span.need) <= minimum
            if hour in seen or unchanged:
                continue
            day = _NEW_YEAR + timedelta(hours=hour)
            found[f"{of}-{edge}"] = Change(day.month, day.day, hour % 24, least, span.weekdays.get(edge))
            seen.add(hour)
    return found


class _Span(NamedTuple):
    """A peak in hours of the folded year; of one that moves, all that it may be."""

    first: int
    last: int
    need: int
    edges: Mapping[str, int]
    """When capacity is raised and lowered: of one that moves the earliest, and when it is over in every year."""
    weekdays: Mapping[str, int] = {}
    """Of one that moves: the day of the week of its edges."""


def _span(peak: Peak, need: int) -> _Span:
    start, end = _hour(peak.start, -EARLIEST), _hour(peak.end + timedelta(days=1), LATEST)
    if not moves(peak):
        return _Span(start, end, need, {"end": end, "start": start})
    stated = black_friday(peak.start.year).replace(year=_NEW_YEAR.year)
    early = (stated - date(_NEW_YEAR.year, *EARLIEST_BLACK_FRIDAY)).days
    apart = {"start": (start // 24) - (stated - _NEW_YEAR).days, "end": (end // 24) - (stated - _NEW_YEAR).days}
    first, down = (start - early * 24) % _YEAR, (end - early * 24) % _YEAR
    over = (down + 2 * WEEK * 24) % _YEAR
    weekdays = {edge: (FRIDAY - 1 + days) % WEEK + 1 for edge, days in apart.items()}
    return _Span(first, over, need, {"end": down, "start": first, "over": over}, weekdays)


def _hour(day: date, margin: timedelta) -> int:
    """The hour of a year in which ``day`` begins, moved by ``margin``. 29 February begins with 1 March."""
    leap_day = (day.month, day.day) == (2, 29)
    folded = date(_NEW_YEAR.year, 3, 1) if leap_day else day.replace(year=_NEW_YEAR.year)
    return ((folded - _NEW_YEAR).days * 24 + round(margin / timedelta(hours=1))) % _YEAR


def _within(hour: int, start: int, end: int) -> bool:
    return start <= hour < end if start < end else hour >= start or hour < end
