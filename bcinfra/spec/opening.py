"""Opening hours as they are stated, by day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Final = "24/7"
_WHOLE: Final = ("00:00", "24:00")


class Opening(NamedTuple):
    """A span of one day in which somebody is there."""

    day: str
    """``mon`` to ``sun``."""
    start: str
    """``hh:mm``."""
    end: str
    """``hh:mm``, up to ``24:00``; one that is before ``start`` is of the next day."""


def openings(hours: str) -> tuple[Opening, ...]:
    """The spans of ``mon-fri 08:00-20:00, sat 09:00-13:00``; no days: every day."""
    return tuple(Opening(day, *span) for days, span in _parts(hours) for day in days)


def _parts(hours: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    if hours == ALWAYS:
        yield DAYS, _WHOLE
        return
    for part in hours.split(","):
        days, _, times = part.strip().rpartition(" ")
        start, _, end = times.partition("-")
        yield _days(days), (start, end)


def _days(text: str) -> tuple[str, ...]:
    first, _, last = text.partition("-")
    if not first:
        return DAYS
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return DAYS[begin : end + 1] if begin <= end else (*DAYS[begin:], *DAYS[: end + 1])
