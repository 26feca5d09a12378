"""Capacity for the big shopping days: pure planning from the peak calendar to the schedules of an autoscaler.

A schedule recurs every year and lasts from the first hour of the peak anywhere on Earth to the last. Where schedules
overlap the autoscaler itself takes the highest, so every peak has one of its own. One that moves with Black Friday
covers all days that it may come on: these schedules know no "fourth Thursday".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import NamedTuple

from bcinfra.planning.scaling import EARLIEST, EARLIEST_BLACK_FRIDAY, LATEST, WEEK, black_friday, changes, moves
from bcinfra.spec import Peak


class Schedule(NamedTuple):
    """A yearly time for which more replicas run."""

    cron: str
    """When it starts, in UTC."""
    seconds: int
    """How long it lasts."""
    minimum: int
    """Fewest replicas that run."""


def schedules(peaks: Mapping[str, Peak], *, replicas: int, peak: int) -> dict[str, Schedule]:
    """The schedule of every peak, by its name: ``replicas`` times its factor run, no more than ``peak``."""
    return {
        name: Schedule(_cron(start), round((end - start).total_seconds()), min(peak, ceil(replicas * at.factor)))
        for name, at in peaks.items()
        for first, last in [days_of(at)]
        for start, end in [(_moment(first) - EARLIEST, _moment(last) + timedelta(days=1) + LATEST)]
    }


def minimums(peaks: Mapping[str, Peak], *, minimum: int, replicas: int, peak: int) -> dict[str, tuple[str, int]]:
    """The yearly changes of the fewest replicas that a service keeps, by name: when, as a crontab in UTC, and to what.
    One that moves with Black Friday comes up on the first day that it may, and goes down on the last."""
    found = changes(peaks, minimum=minimum, replicas=replicas, peak=peak)
    days = {name: change.days[-1 if name.endswith("-end") else 0] for name, change in found.items()}
    return {name: (f"0 {found[name].hour} {day} {month} *", found[name].minimum) for name, (month, day) in days.items()}


def days_of(peak: Peak) -> tuple[date, date]:
    """The first day that a peak may begin on, and the last that it may end on, in the year stated."""
    if not moves(peak):
        return peak.start, peak.end
    early = black_friday(peak.start.year) - date(peak.start.year, *EARLIEST_BLACK_FRIDAY)
    return peak.start - early, peak.end - early + timedelta(days=WEEK - 1)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _cron(start: datetime) -> str:
    if (start.month, start.day) == (2, 29):
        start -= timedelta(days=1)  # a day early, every year
    return f"0 {start.hour} {start.day} {start.month} *"
