"""Alerts that Alertmanager's time intervals keep from being told: they are there as ever, and nobody hears of them
(https://prometheus.io/docs/alerting/latest/configuration/, time_interval; Prometheus operator, AlertmanagerConfig;
read 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bcinfra.continuity.readings.base.mutes import ALWAYS, WEEK, Mute, beyond
from bcinfra.continuity.readings.base.view import as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import Resource, Value

_CONFIG: Final = ":AlertmanagerConfig"
_RULES: Final = ":PrometheusRule"
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_CLOCK: Final = re.compile(r"(\d\d):(\d\d)")


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
    if not row.type.endswith(_RULES) or not deaf:
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
    silent = {as_text(one.get("name")): _length(one.get("timeIntervals")) for one in stated}
    for route in _routes(as_row(spec.get("route"))):
        mutes = [silent.get(name, WEEK) for name in strings(route.get("muteTimeIntervals"))]
        if active := [silent.get(name, timedelta()) for name in strings(route.get("activeTimeIntervals"))]:
            mutes.append(WEEK - min(WEEK, sum(active, timedelta())))
        if beyond(Mute(*ALWAYS, length) for length in mutes):
            yield route


def _routes(route: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    yield route
    for inner in as_rows(route.get("routes")):
        yield from _routes(inner)


def _length(intervals: Value) -> timedelta:
    """How much of a week intervals hold together at most; what is not understood, or not known yet, is all of it."""
    rows = as_rows(intervals)
    return min(WEEK, sum((_days(row) * _hours(row) for row in rows), timedelta())) if rows else WEEK


def _days(interval: Mapping[str, Value]) -> int:
    found = set[int]()
    for text in strings(interval.get("weekdays")):
        first, _, last = text.lower().partition(":")
        if first not in _DAYS or (last or first) not in _DAYS:
            return len(_DAYS)
        found |= set(range(_DAYS.index(first), _DAYS.index(last or first) + 1))
    return len(found) or len(_DAYS)


def _hours(interval: Mapping[str, Value]) -> timedelta:
    clocks = [(_CLOCK.fullmatch(str(one.get("startTime"))), _CLOCK.fullmatch(str(one.get("endTime"))))
              for one in as_rows(interval.get("times"))]  # fmt: skip
    if not clocks or any(start is None or end is None for start, end in clocks):
        return timedelta(days=1)
    return sum((_of(end) - _of(start) for start, end in clocks if start and end), timedelta())


def _of(clock: re.Match[str]) -> timedelta:
    return timedelta(hours=int(clock[1]), minutes=int(clock[2]))


def _namespace(row: Resource) -> str | None:
    return as_text(as_row(row.inputs.get("metadata")).get("namespace"))
