"""Backup and maintenance windows: pure planning, in UTC, in the form that RDS and ElastiCache take.

A maintenance window is ``ddd:hh:mm-ddd:hh:mm``, a backup window ``hh:mm-hh:mm``. Two sites that are maintained at the
same time are one failure, so their windows must not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Annotated, Final, Protocol

from pydantic import Field

from bcinfra import seconds
from bcinfra.spec.opening import DAYS

DAY: Final = seconds.DAY // seconds.MINUTE
"""Its minutes, in which all is counted here."""
WEEK: Final = 7 * DAY

_CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d"
_WEEKLY: Final = f"({'|'.join(DAYS)}):{_CLOCK}"

MaintenanceWindow = Annotated[str, Field(pattern=f"^{_WEEKLY}-{_WEEKLY}$")]
"""A weekly window in UTC, such as ``tue:03:00-tue:04:00``."""
BackupWindow = Annotated[str, Field(pattern=f"^{_CLOCK}-{_CLOCK}$")]
"""A daily window in UTC, such as ``01:00-02:00``."""


class Windows(Protocol):
    """What is maintained weekly and backed up daily."""

    @property
    def maintenance_window(self) -> str: ...
    @property
    def backup_window(self) -> str: ...


def minutes(window: str) -> frozenset[int]:
    """The minutes of the week (0 is Monday 00:00 UTC) that a weekly or daily window covers."""
    start, end = window.split("-")
    if start[:3] in DAYS:
        first, last = _of_week(start), _of_week(end)
        return frozenset(minute % WEEK for minute in range(first, last if last > first else last + WEEK))
    first, last = _of_day(start), _of_day(end)
    length = (last - first) % DAY or DAY
    return frozenset((day * DAY + first + minute) % WEEK for day in range(7) for minute in range(length))


def length(window: str) -> int:
    """Minutes from the start of a window to its end."""
    return len(minutes(window)) // (1 if window[:3] in DAYS else 7)


def by_day(window: str) -> list[tuple[str, str, str]]:
    """A weekly window of less than a day, day by day: the day, and from when to when; a day ends at 24:00."""
    (day, start), (last, end) = (clock.split(":", 1) for clock in window.split("-"))
    if day == last:
        return [(day, start, end)]
    return [(day, start, "24:00"), *([(last, "00:00", end)] if end != "00:00" else [])]


def problems(sites: Mapping[str, Windows], shortest: int) -> Iterable[str]:
    """What is wrong with the windows of ``sites``: two sites down at once, a backup during maintenance, or a window
    of less than ``shortest`` minutes, which the service refuses."""
    for site, at in sites.items():
        for field, window in (("maintenance_window", at.maintenance_window), ("backup_window", at.backup_window)):
            if length(window) < shortest:
                yield f"sites.{site}.{field}: {window} is shorter than the {shortest} minutes that the service asks for"
        if minutes(at.maintenance_window) & minutes(at.backup_window):
            yield (
                f"sites.{site}.backup_window: {at.backup_window} meets the maintenance window {at.maintenance_window};"
                " the service refuses that"
            )
    for (one, first), (other, second) in combinations(sites.items(), 2):
        if minutes(first.maintenance_window) & minutes(second.maintenance_window):
            yield (
                f"sites.{other}.maintenance_window: {second.maintenance_window} meets that of {one}"
                f" ({first.maintenance_window}); for example {_a_day_later(first.maintenance_window)}"
            )


def _of_day(text: str) -> int:
    hours, mins = text.split(":")
    return int(hours) * 60 + int(mins)


def _of_week(text: str) -> int:
    day, _, clock = text.partition(":")
    return DAYS.index(day) * DAY + _of_day(clock)


def _a_day_later(window: str) -> str:
    return "-".join(f"{DAYS[(DAYS.index(end[:3]) + 1) % 7]}{end[3:]}" for end in window.split("-"))
