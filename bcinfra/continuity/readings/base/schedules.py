"""How far apart the runs of an AWS schedule are, and on which day those are that come once a year."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from bcinfra import seconds

DAY: Final = seconds.DAY // seconds.MINUTE
"""Its minutes, in which all is counted here."""
_RATE: Final = re.compile(r"rate\((\d+)\s+(minute|hour|day|week)s?\)")
_CRON: Final = re.compile(r"cron\((.+)\)")
_AT: Final = re.compile(r"at\(\d{4}-(\d\d)-(\d\d)T.*\)")
_NTH: Final = re.compile(r"(?:[1-7]|[A-Za-z]{3})#([1-5])")
_MINUTES: Final = {"minute": 1, "hour": 60, "day": DAY, "week": 7 * DAY}
_WEEKDAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


def day_of_year(schedule: str) -> tuple[int, int] | None:
    """Month and day of what runs on one day a year, or once; ``None`` for all else. Of a day such as the fourth
    Thursday of November the first that it may be: what it is for moves as it does."""
    if once := _AT.fullmatch(schedule.strip()):
        return int(once[1]), int(once[2])
    match = _CRON.fullmatch(schedule.strip())
    fields = match[1].split() if match else []
    if len(fields) == 6 and fields[3].isdigit() and (nth := _NTH.fullmatch(fields[4])):
        return int(fields[3]), 7 * int(nth[1]) - 6
    if len(fields) != 6 or not (fields[2].isdigit() and fields[3].isdigit()):
        return None
    return int(fields[3]), int(fields[2])


def longest_interval(schedule: str) -> float | None:
    """The longest time between two runs, in seconds; ``None`` for an expression that is not understood.

    Months and years are not looked at: a schedule that leaves months out is taken to run in all.
    """
    if match := _RATE.fullmatch(schedule.strip()):
        return int(match[1]) * _MINUTES[match[2]] * 60.0
    match = _CRON.fullmatch(schedule.strip())
    fields = match[1].split() if match else []
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
