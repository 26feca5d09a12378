"""How far apart the runs of an AWS schedule are, and on which day those are that come once a year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import pairwise
from math import inf
from typing import Final
from zoneinfo import ZoneInfo

from bcinfra import seconds

DAY: Final = seconds.DAY // seconds.MINUTE
"""Its minutes, in which all is counted here."""
_RATE: Final = re.compile(r"rate\((\d+)\s+(minute|hour|day|week)s?\)")
_CRON: Final = re.compile(r"cron\((.+)\)")
_WINDOW: Final = re.compile("([a-z]{3}):([0-9]{2}):([0-9]{2})-([a-z]{3}):([0-9]{2}):([0-9]{2})")
_AT: Final = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)\)")
_NTH: Final = re.compile(r"(?:[1-7]|[A-Za-z]{3})#([1-5])")
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")
_ANY_YEAR: Final = 2004
"""One with a 29 February."""
_LEAP: Final = (2, 29)
_WEEK: Final = 7 * DAY
_MINUTES: Final = {"minute": 1, "hour": 60, "day": DAY, "week": 7 * DAY}
_WEEKDAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


def day_of_year(schedule: str, zone: str | None = None, *, ends: bool = False) -> tuple[int, int] | None:
    """Month and day, in UTC, of what runs on one day of every year; ``None`` for all else. Of a day such as the fourth
    Thursday of November the first that it may be or, where it ``ends`` something, the last: what it is for moves too.
    """
    fields = _fields_of(schedule)
    if len(fields) != 6 or fields[5] != "*" or not fields[3].isdigit():
        return None
    if nth := _NTH.fullmatch(fields[4]):
        return _in_utc(int(fields[3]), 7 * int(nth[1]) - 6 * (not ends), fields[1], zone)
    return _in_utc(int(fields[3]), int(fields[2]), fields[1], zone) if fields[2].isdigit() else None


def dates(schedule: str, zone: str | None = None) -> tuple[date, ...]:
    """The days, in UTC, of what runs on one day of the years that it names."""
    if once := _AT.fullmatch(schedule.strip()):
        try:
            return (_utc(datetime.fromisoformat(once[1]), zone).date(),)
        except ValueError:
            return ()
    fields = _fields_of(schedule)
    if len(fields) != 6 or not (years := _YEARS.fullmatch(fields[5])):
        return ()
    day = day_of_year(f"cron({' '.join([*fields[:5], '*'])})", zone)
    span = range(int(years[1]), int(years[2] or years[1]) + 1)
    return tuple(date(year, *day) for year in span if day and day != _LEAP)


def crontab_day(schedule: str, zone: str | None = None, *, ends: bool = False) -> tuple[int, int] | None:
    """Month and day, in UTC, of what a crontab of five fields runs once a year; ``None`` for all else. Of several days,
    as of a day that moves, the first that is written or, where it ``ends`` something, the last."""
    fields = schedule.split()
    if len(fields) != 5 or fields[4] != "*" or not all(re.fullmatch(r"\d+([,-]\d+)*", one) for one in fields[2:4]):
        return None
    day, month = (int(re.split("[,-]", field)[-1 if ends else 0]) for field in fields[2:4])
    return _in_utc(month, day, fields[1], zone)


def _fields_of(schedule: str) -> list[str]:
    """Of a cron expression of AWS; none of anything else."""
    match = _CRON.fullmatch(schedule.strip())
    return match[1].split() if match else []


def _in_utc(month: int, day: int, hour: str, zone: str | None) -> tuple[int, int] | None:
    """A day of the year on which it is some hour in a zone: that hour's in UTC. ``None``: there is no such day, or
    zone."""
    try:
        at = _utc(datetime(_ANY_YEAR, month, day, int(hour) if hour.isdigit() else 23), zone)
    except ValueError:
        return None
    return at.month, at.day


def _utc(at: datetime, zone: str | None) -> datetime:
    """Raises ``ValueError`` for a zone that is none."""
    try:
        return at.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
    except (KeyError, OSError) as error:
        raise ValueError(zone) from error


def longest_interval(schedule: str) -> float | None:
    """The longest time between two runs, in seconds; ``None`` for an expression that is not understood.

    Months and years are not looked at: a schedule that leaves months out is taken to run in all.
    """
    if match := _RATE.fullmatch(schedule.strip()):
        return int(match[1]) * _MINUTES[match[2]] * 60.0
    fields = _fields_of(schedule)
    if len(fields) not in (5, 6):
        return None
    try:
        minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
        days = _day_gap(fields[2], fields[4])
    except ValueError:
        return None
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    if not times or days is None:
        return None
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return 60.0 * max([*gaps, days * DAY - times[-1] + times[0]])


def runs_a_week(schedule: str) -> int | None:
    """The most runs of a cron expression in a week; ``None`` for one that is not understood. Months and years are not
    looked at."""
    fields = _fields_of(schedule)
    if len(fields) not in (5, 6):
        return None
    of_month, of_week = fields[2], fields[4]
    try:
        minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
        days = [_days(text, high) for text, high in ((of_month, 31), (of_week, 7)) if text not in ("*", "?")]
    except ValueError:
        return None
    return len(minutes) * len(hours) * min(7, sum(days) if days else 7)


def _days(text: str, high: int) -> int:
    """How many days of a week a field names at most; of the last, the nearest and the nth one alone."""
    return 1 if "#" in text or re.search(r"\d?L|W", text) else len(_field(text, 1, high))


def interval_outside(schedule: str, window: str, before: int) -> float | None:
    """The longest time between two runs, in seconds, where none starts in a weekly window such as
    ``sun:03:00-sun:04:00`` nor in the ``before`` minutes ahead of it; infinite where no run is left. ``None``: the
    window, or on which days of the week the schedule runs, is not understood."""
    starts, closed = _of_week(schedule), _WINDOW.fullmatch(window.strip().lower())
    if starts is None or closed is None:
        return None
    first, last = (_minute(closed[n], closed[n + 1], closed[n + 2]) for n in (1, 4))
    length = before + ((last - first) % _WEEK or _WEEK)
    left = [start for start in starts if (start - first + before) % _WEEK >= length]
    if not left:
        return inf
    return 60.0 * max([later - earlier for earlier, later in pairwise(left)] + [_WEEK - left[-1] + left[0]])


def _of_week(schedule: str) -> list[int] | None:
    """The minutes of a week, from Monday 00:00 UTC, at which a schedule starts; ``None`` where weeks differ."""
    fields = _fields_of(schedule)
    if len(fields) not in (5, 6) or fields[2] not in ("*", "?") or "#" in fields[4] or "L" in fields[4].upper():
        return None
    try:
        minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
        days = _field(fields[4], 1, 7)
    except ValueError:
        return None
    return sorted((day - 2) % 7 * DAY + hour * 60 + minute for day in days for hour in hours for minute in minutes)


def _minute(day: str, hour: str, minute: str) -> int:
    return (_WEEKDAYS[day.upper()] - 2) % 7 * DAY + int(hour) * 60 + int(minute)


def _field(text: str, low: int, high: int) -> set[int]:
    """The values of a cron field: ``*``, ``5``, ``1,3``, ``1-5``, ``*/2``, ``0/2``; names for weekdays."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        start, _, end = span.partition("-")
        first = low if start in ("*", "?") else _WEEKDAYS.get(start.upper()) or int(start)
        last = (_WEEKDAYS.get(end.upper()) or int(end)) if end else high if start in ("*", "?") or step else first
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _day_gap(of_month: str, of_week: str) -> int | None:
    """The most days between two days of running."""
    if of_week not in ("*", "?"):
        if "#" in of_week or "L" in of_week.upper():
            return 35
        days = sorted(_field(of_week, 1, 7))
        return max([later - earlier for earlier, later in pairwise(days)] + [7 - days[-1] + days[0]])
    if of_month not in ("*", "?"):
        if "L" in of_month.upper() or "W" in of_month.upper():
            return 31
        days = sorted(_field(of_month, 1, 31))
        return max([later - earlier for earlier, later in pairwise(days)] + [31 - days[-1] + days[0]])
    return 1
