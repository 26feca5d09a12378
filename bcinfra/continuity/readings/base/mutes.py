"""How long alarms are silent: in planned work, or beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from bcinfra.continuity.readings.base.schedules import runs_a_week

PLANNED: Final = timedelta(days=1)
"""In any week, all together: planned work takes hours, and whoever is silent for longer is silent in a failure too. A
judgement."""
WEEK: Final = timedelta(weeks=1)
ALWAYS: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_LENGTH: Final = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ONCE: Final = re.compile(r"at\((.+)\)")


class Mute(NamedTuple):
    """One reason for which an alarm is silent."""

    since: datetime
    until: datetime
    a_week: timedelta
    """How much of a week it is silent at most."""


def scheduled(expression: object, duration: object, since: object, until: object) -> Mute:
    """A mute by a schedule (``at(...)``, ``cron(...)``) and an ISO 8601 duration, from a time to another. Of what is
    not understood, or not known yet, the worst is taken."""
    length = _length(duration)
    if once := _ONCE.fullmatch(str(expression)):
        start = _time(once[1])
        return Mute(start, start + WEEK, length) if start else Mute(*ALWAYS, length)
    runs = runs_a_week(str(expression))
    begins, ends = _time(since) or ALWAYS[0], _time(until) or ALWAYS[1]
    return Mute(begins, ends, min(WEEK if runs is None or length >= WEEK else runs * length, WEEK, ends - begins))


def spanned(start: object, end: object) -> Mute:
    """A mute from one time to another; without a start both are the same (Cloud Monitoring API, Snooze)."""
    ends = _time(end)
    begins = _time(start) if start is not None else ends
    return Mute(begins, begins + WEEK, ends - begins) if begins and ends else Mute(*ALWAYS, WEEK)


def beyond(mutes: Iterable[Mute]) -> bool:
    """Whether they are silent together for longer than planned work takes, in the worst of all weeks."""
    found = list(mutes)
    together = (sum((m.a_week for m in found if m.since <= at.since < m.until), timedelta()) for at in found)
    return any(length >= PLANNED for length in together)


def _length(text: object) -> timedelta:
    match = _LENGTH.fullmatch(str(text))
    if match is None or not any(match.groups()):
        return WEEK
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
