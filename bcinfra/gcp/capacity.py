"""Capacity for the big shopping days: pure planning from the peak calendar to the schedules of an autoscaler.

A schedule recurs every year and lasts from the first hour of the peak anywhere on Earth to the last. Where schedules
overlap the autoscaler itself takes the highest, so every peak has one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import NamedTuple

from bcinfra.planning.scaling import EARLIEST, LATEST
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
        for start, end in [(_moment(at.start) - EARLIEST, _moment(at.end) + timedelta(days=1) + LATEST)]
    }


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())


def _cron(start: datetime) -> str:
    if (start.month, start.day) == (2, 29):
        start -= timedelta(days=1)  # a day early, every year
    return f"0 {start.hour} {start.day} {start.month} *"
