"""Planned work: weekly windows as vendors write them, and how long an upgrade takes where nothing goes first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bcinfra.continuity.model.parts import Weekly
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.readings.base.view import as_number, as_row, as_text
from bcinfra.graph.core.model import Value

IN_PLACE: Final[Figure] = assumed(
    "upgrade in place",
    Unit.SECONDS,
    Range(300, 1800),
    "without a replica that goes first the server is stopped, upgraded and started (judgement)",
)
RESTARTED: Final[Figure] = assumed(
    "pod started with another version",
    Unit.SECONDS,
    Range(60, 300),
    "its image is pulled, and the server opens its files (judgement)",
)
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKLY: Final = re.compile(r"([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)")


def weekly(text: str | None) -> Weekly | None:
    """A window such as ``tue:03:00-tue:04:00``, in UTC; ``None`` where it is not told."""
    found = _WEEKLY.fullmatch((text or "").lower())
    if not found or found[1] not in DAYS or found[4] not in DAYS:
        return None
    start, end = (_minute(DAYS.index(found[n]), int(found[n + 1]), int(found[n + 2])) for n in (1, 4))
    return Weekly(start, (end - start) % Weekly.WEEK)


def hourly(day: int, hour: float) -> Weekly:
    """The hour that Google Cloud starts maintenance in; ``day`` 0 is Monday."""
    return Weekly(_minute(day, int(hour), 0), 60)


def named(rows: Iterable[Mapping[str, Value]]) -> Weekly | None:
    """The first of the windows that Google Cloud has for caches: a day by its name, and when it starts."""
    for row in rows:
        day, start = (as_text(row.get("day")) or "").lower()[:3], as_row(row.get("startTime"))
        if day in DAYS:
            hour, minute = (as_number(start.get(name)) or 0 for name in ("hours", "minutes"))
            return Weekly(_minute(DAYS.index(day), int(hour), int(minute)), 60)
    return None


def _minute(day: int, hour: int, minute: int) -> int:
    return (day * 24 + hour) * 60 + minute
