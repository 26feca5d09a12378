"""Alerts that Alertmanager's time intervals keep from being told: they are there as ever, and nobody hears of them
(https://prometheus.io/docs/alerting/latest/configuration/, time_interval; Prometheus operator, AlertmanagerConfig;
read 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bcinfra.continuity.readings.base.mutes import ALWAYS, Mute, beyond
from bcinfra.continuity.readings.base.view import as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import Resource, Value

_CONFIG: Final = ":AlertmanagerConfig"
RULES: Final = ":PrometheusRule"
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_CLOCK: Final = re.compile(r"(\d\d):(\d\d)")
_DAY: Final = 24 * 60
_ALL: Final = frozenset(range(len(_DAYS) * _DAY))
"""The minutes of a week."""
_WEEKLY: Final = frozenset({"weekdays", "times", "location"})
"""What says of an interval when it is in every week."""


def heard(rows: Iterable[Resource]) -> list[Resource]:
    """The rows without the alerts, and without the receivers, that are muted beyond planned work."""
    found = list(rows)
    routes = [(_namespace(row), route) for row in found if row.type.endswith(_CONFIG) for route in _deaf(row)]
    if not routes:
        return found
    deaf = [(where, as_rows(route.get("matchers"))) for where, route in routes]
    silent = {where for where, matchers in deaf if not matchers}
    left = (row for row in found if not (row.type.endswith(_CONFIG) and _namespace(row) in silent))
    return [_told(row, [matchers for where, matchers in deaf if where == _namespace(row)]) for row in left]


def _told(row: Resource, deaf: list[list[Mapping[str, Value]]]) -> Resource:
    """A rule's alerts of which somebody hears."""
    if not row.type.endswith(RULES) or not deaf:
        return row
    spec = as_row(row.inputs.get("spec"))
    groups: list[Value] = [
        {
            **group,
            "rules": [
                dict(rule)
                for rule in as_rows(group.get("rules"))
                if not any(all(_fits(one, rule) for one in matchers) for matchers in deaf)
            ],
        }
        for group in as_rows(spec.get("groups"))
    ]
    return replace(row, inputs={**row.inputs, "spec": {**spec, "groups": groups}})


def _fits(matcher: Mapping[str, Value], rule: Mapping[str, Value]) -> bool:
    """Whether an alert may have what a route asks for; a label that the rule does not tell may be anything."""
    name, value = as_text(matcher.get("name")), as_text(matcher.get("value")) or ""
    told = as_text(rule.get("alert") if name == "alertname" else as_row(rule.get("labels")).get(name or ""))
    if told is None:
        return True
    kind = as_text(matcher.get("matchType")) or ("=~" if matcher.get("regex") is True else "=")
    try:
        same = bool(re.fullmatch(value, told)) if "~" in kind else value == told
    except re.error:
        return True
    return same is not kind.startswith("!")


def _deaf(config: Resource) -> Iterator[Mapping[str, Value]]:
    """The routes that are muted beyond planned work. A route's intervals are not those of the routes below it."""
    spec = as_row(config.inputs.get("spec"))
    stated = as_rows(spec.get("muteTimeIntervals")) + as_rows(spec.get("timeIntervals"))
    spans = {as_text(one.get("name")): one.get("timeIntervals") for one in stated}
    for route in _routes(as_row(spec.get("route"))):
        silent = _minutes((spans.get(name) for name in strings(route.get("muteTimeIntervals"))), at_most=True)
        if active := [*strings(route.get("activeTimeIntervals"))]:
            silent |= _ALL - _minutes((spans.get(name) for name in active), at_most=False)
        if beyond([Mute(*ALWAYS, timedelta(minutes=len(silent)))]):
            yield route


def _routes(route: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    yield route
    for inner in as_rows(route.get("routes")):
        yield from _routes(inner)


def _minutes(spans: Iterable[Value], *, at_most: bool) -> frozenset[int]:
    """The minutes of a week that intervals hold at most, or at least: what is not understood, or not known yet, holds
    all of them, or none."""
    nothing = dict[str, Value]()
    rows = (row for intervals in spans for row in as_rows(intervals) or (nothing,))
    return frozenset(minute for row in rows for minute in _held(row, at_most=at_most))


def _held(interval: Mapping[str, Value], *, at_most: bool) -> Iterable[int]:
    days, times = _days(interval.get("weekdays")), _times(interval.get("times"))
    shorter = not at_most and interval.keys() - _WEEKLY  # by days of the month, months, years
    if not interval or not days or not times or shorter:
        return _ALL if at_most else ()
    return (day * _DAY + minute for day in days for time in times for minute in time)


def _days(stated: Value) -> Collection[int]:
    """The days of a week; none where they are not understood."""
    if not stated:
        return range(len(_DAYS))
    found = set[int]()
    for text in strings(stated):
        first, _, last = text.lower().partition(":")
        if first not in _DAYS or (last or first) not in _DAYS:
            return ()
        found |= set(range(_DAYS.index(first), _DAYS.index(last or first) + 1))
    return found


def _times(stated: Value) -> Collection[range]:
    """The minutes of a day, from one to another; none where they are not understood."""
    if not stated:
        return (range(_DAY),)
    ends = [[_minute(one.get(name)) for name in ("startTime", "endTime")] for one in as_rows(stated)]
    known = [range(start, end) for start, end in ends if start is not None and end is not None]
    return known if len(known) == len(ends) else ()


def _minute(clock: Value) -> int | None:
    found = _CLOCK.fullmatch(str(clock))
    return int(found[1]) * 60 + int(found[2]) if found else None


def _namespace(row: Resource) -> str | None:
    return as_text(as_row(row.inputs.get("metadata")).get("namespace"))
