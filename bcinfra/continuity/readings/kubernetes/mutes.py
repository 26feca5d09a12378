"""Alerts that Alertmanager's routes keep from being told, by time intervals or for want of a receiver that tells
somebody: they are there as ever, and nobody hears of them. What the configurations of a namespace leave to
Alertmanager's own goes where no graph shows, and nobody is known to hear of it
(https://prometheus.io/docs/alerting/latest/configuration/, route and time_interval; Prometheus operator,
AlertmanagerConfig; read 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bcinfra.continuity.readings.base.mutes import ALWAYS, Mute, beyond
from bcinfra.continuity.readings.base.view import as_row, as_rows, as_text, same, strings
from bcinfra.continuity.readings.kubernetes.places import NAMESPACE, selects
from bcinfra.graph.core.model import Resource, Value

_CONFIG: Final = ":AlertmanagerConfig"
RULES: Final = ":PrometheusRule"
_GROUP: Final = ":monitoring.coreos.com/"
_PASSES_ON: Final = ("alerting", "additionalAlertManagerConfigs", "alertmanagersUrl", "alertmanagersConfig")
"""Where a Prometheus and a ruler of Thanos say whom they tell."""
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_CHART: Final = "kube-prometheus-stack"
"""Whose Prometheus reads the rules that bear the release's name, unless it is told otherwise
(`ruleSelectorNilUsesHelmValues` in the chart's values; read 2026-11)."""
_SELF: Final = "kubernetes.io/metadata.name"
"""The label that every namespace bears: its name."""
Seat = tuple[str | None, str | None]
_DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_CLOCK: Final = re.compile(r"(\d\d):(\d\d)")
_DAY: Final = 24 * 60
_ALL: Final = frozenset(range(len(_DAYS) * _DAY))
"""The minutes of a week."""
_HOW: Final = frozenset({"sendResolved"})
_NAMESPACE: Final = "namespace"
"""The label that the operator makes the first route of a configuration ask for: its own namespace's alone."""
_WEEKLY: Final = frozenset({"weekdays", "times", "location"})
"""What says of an interval when it is in every week."""


@dataclass(frozen=True, slots=True)
class _Route:
    """A route with those below it, which take an alert before it does."""

    matchers: list[Mapping[str, Value]]
    live: bool
    """Whether people hear of what it takes itself."""
    goes_on: bool
    routes: tuple[_Route, ...]

    @property
    def reaches(self) -> bool:
        """Whether people hear of anything by it or a route below it."""
        return self.live or any(inner.reaches for inner in self.routes)

    def fits(self, rule: Mapping[str, Value]) -> bool | None:
        """Whether it takes an alert; ``None`` where that is not known."""
        found = [_fits(one, rule) for one in self.matchers]
        return False if False in found else None if None in found else True

    def tells(self, rule: Mapping[str, Value]) -> bool:
        """Whether people are sure to hear of an alert that comes to it."""
        taken = False
        for inner in self.routes:
            fits = inner.fits(rule)
            if fits is False:
                continue
            if inner.tells(rule):
                if fits:
                    return True
            elif not inner.goes_on:
                return False
            else:
                taken = True
        return self.live and not taken


def heard(rows: Iterable[Resource]) -> list[Resource]:
    """The rows without the alerts, and without the receivers and routes, of which nobody hears: they are muted beyond
    planned work, or their receiver tells nobody."""
    found = _read(list(rows))
    own = {row.urn: _way(row) for row in found if row.type.endswith(_CONFIG)}
    ways: dict[Seat, list[_Route]] = {}
    for row in found:
        if way := own.get(row.urn):
            ways.setdefault(seat(row), []).append(way)
    return [
        _led(row, own[row.urn]) if row.urn in own else _told(row, ways.get(seat(row), []))
        for row in found
        if row.urn not in own or own[row.urn].reaches
    ]


def _read(rows: list[Resource]) -> list[Resource]:
    """The rows without the rules and configurations that nothing reads in a cluster whose readers the program makes."""
    labels = {seat(row, "name"): _labels(row) for row in rows if row.type == NAMESPACE}
    readers: dict[tuple[str | None, str], list[_Reader]] = {}
    for row in rows:
        for kind, reader in _readers(row):
            readers.setdefault((row.provider, kind), []).append(reader)

    def is_read(row: Resource) -> bool:
        kind = row.type.rpartition(":")[2]
        made = readers.get((row.provider, kind), []) if _GROUP in row.type else []
        return not made or any(one.reads(row, labels.get(seat(row), {})) for one in made)

    return [row for row in rows if is_read(row)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads one kind of object: those that it selects, in the namespaces that it selects; without a selector no
    object, and no namespace but its own (Prometheus operator, API reference; read 2026-11)."""

    seat: Seat
    objects: Value
    namespaces: Value
    whole: Value = None
    """The name of an object of its own namespace that it reads in any case."""
    runs: bool = True
    """Whether it runs, and tells somebody of what it finds."""

    def reads(self, row: Resource, around: Mapping[str, Value]) -> bool:
        own, named = self.seat == seat(row), same(self.whole, seat(row, "name")[1])
        here = own if self.namespaces is None else selects(self.namespaces, {_SELF: seat(row)[1], **around})
        return self.runs and ((own and named) or (here and selects(self.objects, _labels(row))))


def _readers(row: Resource) -> Iterator[tuple[str, _Reader]]:
    """What a row reads, by kind of object."""
    spec = as_row(row.inputs.get("spec"))
    match row.type.partition(_GROUP)[2].rpartition(":")[2]:
        case "Prometheus" | "ThanosRuler":
            runs = spec.get("replicas") != 0 and any(spec.get(name) for name in _PASSES_ON)
            yield (
                "PrometheusRule",
                _Reader(seat(row), spec.get("ruleSelector"), spec.get("ruleNamespaceSelector"), runs=runs),
            )
        case "Alertmanager":
            whole = as_row(spec.get("alertmanagerConfiguration")).get("name")
            objects, namespaces = (spec.get(f"alertmanagerConfig{what}") for what in ("Selector", "NamespaceSelector"))
            yield "AlertmanagerConfig", _Reader(seat(row), objects, namespaces, whole, spec.get("replicas") != 0)
        case _ if row.type == _RELEASE and (as_text(row.inputs.get("chart")) or "").endswith(_CHART):
            prometheus = as_row(as_row(row.inputs.get("values")).get("prometheus"))
            spec = as_row(prometheus.get("prometheusSpec"))
            everything = spec.get("ruleSelectorNilUsesHelmValues") is False
            own: Value = {} if everything else {"matchLabels": {"release": row.inputs.get("name")}}
            seated = row.provider, as_text(row.inputs.get("namespace"))
            runs = prometheus.get("enabled") is not False and spec.get("replicas") != 0
            yield (
                "PrometheusRule",
                _Reader(seated, spec.get("ruleSelector") or own, spec.get("ruleNamespaceSelector") or {}, runs=runs),
            )
        case _:
            pass


def _labels(row: Resource) -> Mapping[str, Value]:
    return as_row(as_row(row.inputs.get("metadata")).get("labels"))


def _led(config: Resource, way: _Route) -> Resource:
    """A configuration without the routes by which nobody hears of anything."""

    def led(route: Mapping[str, Value], way: _Route) -> dict[str, Value]:
        inner = zip(as_rows(route.get("routes")), way.routes, strict=True)
        return {**route, "routes": [led(one, below) for one, below in inner if below.reaches]}

    spec = as_row(config.inputs.get("spec"))
    return replace(config, inputs={**config.inputs, "spec": {**spec, "route": led(as_row(spec.get("route")), way)}})


def _told(row: Resource, ways: list[_Route]) -> Resource:
    """A rule's alerts of which somebody hears. Each configuration of a namespace is told of its alerts."""
    if not row.type.endswith(RULES) or not ways:
        return row
    spec = as_row(row.inputs.get("spec"))
    groups: list[Value] = [
        {**group, "rules": [dict(rule) for rule in as_rows(group.get("rules")) if _heard(rule, ways)]}
        for group in as_rows(spec.get("groups"))
    ]
    return replace(row, inputs={**row.inputs, "spec": {**spec, "groups": groups}})


def _heard(rule: Mapping[str, Value], ways: list[_Route]) -> bool:
    return any(way.fits(rule) and way.tells(rule) for way in ways)


def _fits(matcher: Mapping[str, Value], rule: Mapping[str, Value]) -> bool | None:
    """Whether an alert has what a route asks for; a label that the rule does not tell may be anything."""
    name, value = as_text(matcher.get("name")), as_text(matcher.get("value")) or ""
    told = as_text(rule.get("alert") if name == "alertname" else as_row(rule.get("labels")).get(name or ""))
    if told is None:
        return None
    kind = as_text(matcher.get("matchType")) or ("=~" if matcher.get("regex") is True else "=")
    try:
        same = bool(re.fullmatch(value, told)) if "~" in kind else value == told
    except re.error:
        return None
    return same is not kind.startswith("!")


def _way(config: Resource) -> _Route:
    """The routes of a configuration. A route's intervals are not those of the routes below it, its receiver is."""
    spec = as_row(config.inputs.get("spec"))
    stated = as_rows(spec.get("muteTimeIntervals")) + as_rows(spec.get("timeIntervals"))
    spans = {as_text(one.get("name")): one.get("timeIntervals") for one in stated}
    telling = {as_text(one.get("name")) for one in as_rows(spec.get("receivers")) if _tells(one)}

    def read(route: Mapping[str, Value], above: str | None = None) -> _Route:
        receiver = as_text(route.get("receiver")) or above
        return _Route(
            matchers=as_rows(route.get("matchers")),
            live=receiver is not None and receiver in telling and not _muted(route, spans),
            goes_on=route.get("continue") is True,
            routes=tuple(read(inner, receiver) for inner in as_rows(route.get("routes"))),
        )

    first = read(as_row(spec.get("route")))
    return replace(first, matchers=[one for one in first.matchers if one.get("name") != _NAMESPACE])


def _tells(receiver: Mapping[str, Value]) -> bool:
    """Whether a receiver says whom it tells, beside its name and what it tells them."""
    return any(one.keys() - _HOW for kind in receiver.values() for one in as_rows(kind))


def _muted(route: Mapping[str, Value], spans: Mapping[str | None, Value]) -> bool:
    """Whether it is muted beyond planned work."""
    silent = _minutes((spans.get(name) for name in strings(route.get("muteTimeIntervals"))), at_most=True)
    if active := [*strings(route.get("activeTimeIntervals"))]:
        silent |= _ALL - _minutes((spans.get(name) for name in active), at_most=False)
    return beyond([Mute(*ALWAYS, timedelta(minutes=len(silent)))])


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


def seat(row: Resource, name: str = "namespace") -> Seat:
    """The cluster that an object is in, and its namespace there; with ``name`` the one that it is."""
    return row.provider, as_text(as_row(row.inputs.get("metadata")).get(name))
