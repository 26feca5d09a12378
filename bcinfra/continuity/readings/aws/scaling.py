"""What makes a service or a scaling group grow at AWS: policies, by what they follow, and schedules, by their day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, TypedDict

from bcinfra.continuity.readings.aws.alarms import ALARM
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.schedules import crontab_day, dates, day_of_year
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text, strings
from bcinfra.graph.core.model import Resource

SCALABLE: Final = "aws:appautoscaling/target:Target"
SCHEDULED: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
TRACKED: Final = "aws:appautoscaling/policy:Policy"
POLICY: Final = "aws:autoscaling/policy:Policy"
SCHEDULE: Final = "aws:autoscaling/schedule:Schedule"
_BY_LOAD: Final = frozenset(
    {
        *("ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"),
        *("ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut"),
        *("CPUUtilization", "RequestCount", "RequestCountPerTarget", "NetworkIn", "NetworkOut"),
    }
)
"""Metrics that every visit adds to. What memory, a queue or a metric of one's own follows is not told."""
_FORECASTS: Final = "ForecastAndScale"
"""What predicts and acts; what only forecasts, as a group does where nothing is stated, starts nothing (EC2 Auto
Scaling User Guide, predictive scaling; read 2026-11)."""
_AHEAD: Final = 5
"""Years that a schedule is followed for which states no end."""


# -- services ---------------------------------------------------------------------------------------------------------


def service_driven(view: View, service: Resource) -> bool | None:
    """Whether something starts more tasks of a service when its load grows; ``None``: not told."""
    found: list[bool | None] = []
    for target in view.users(service, SCALABLE, "resourceId"):
        if not as_flag(as_row(view.value(target, "suspendedState")).get("dynamicScalingOutSuspended")):
            found += (_tracks(view, policy) for policy in view.users(target, TRACKED, "resourceId"))
    return _any(found)


def _tracks(view: View, policy: Resource) -> bool | None:
    steps = as_row(view.value(policy, "stepScalingPolicyConfiguration"))
    tracked = as_row(view.value(policy, "targetTrackingScalingPolicyConfiguration"))
    forecast = as_row(view.value(policy, "predictiveScalingPolicyConfiguration"))
    if forecast:
        return _forecast(forecast)
    if steps:
        return _called(view, policy) if _adds(as_rows(steps.get("stepAdjustments"))) else False
    return _follows(tracked)


def service_schedule(view: View, service: Resource) -> Iterator[tuple[tuple[int, int] | date, int]]:
    """The fewest tasks of a service, by the day from which."""
    for target in view.users(service, SCALABLE, "resourceId"):
        if as_flag(as_row(view.value(target, "suspendedState")).get("scheduledScalingSuspended")):
            continue
        for action in view.users(target, SCHEDULED, "resourceId"):
            least = as_number(as_row(view.value(action, "scalableTargetAction")).get("minCapacity"))
            when, zone = view.text(action, "schedule") or "", view.text(action, "timezone")
            yearly = day_of_year(
                when, zone, ends=least is not None and least <= (view.number(target, "minCapacity") or 0)
            )
            for day in _within(view, action, yearly) if yearly else dates(when, zone):
                if least is not None:
                    yield day, int(least)


# -- scaling groups ---------------------------------------------------------------------------------------------------


def group_driven(view: View, group: Resource, managed: Iterable[Resource]) -> bool | None:
    """Whether something starts more servers of a group when its load grows; ``None``: not told. ``managed``: what
    places containers on it, and may have it grow for them."""
    if {"Launch", "AlarmNotification"} & set(strings(view.value(group, "suspendedProcesses"))):
        return False
    rows = [as_row(view.value(one, "autoScalingGroupProvider")).get("managedScaling") for one in managed]
    if any(as_row(row).get("status") == "ENABLED" for row in rows) or _by_cluster(view, group):
        return True
    return _any([_grows(view, policy) for policy in view.users(group, POLICY, "autoscalingGroupName")])


def _by_cluster(view: View, group: Resource) -> bool:
    """Whether the autoscaler of a Kubernetes cluster finds it by its tags."""
    return any(
        (as_text(row.get("key")) or "").startswith("k8s.io/cluster-autoscaler") for row in view.rows(group, "tags")
    )


def _grows(view: View, policy: Resource) -> bool | None:
    if view.value(policy, "enabled") is False:
        return False
    kind = view.text(policy, "policyType")
    if kind == "PredictiveScaling":
        return _forecast(as_row(view.value(policy, "predictiveScalingConfiguration")))
    if kind == "TargetTrackingScaling":
        return _follows(as_row(view.value(policy, "targetTrackingConfiguration")))
    once = (view.number(policy, "scalingAdjustment") or 0) > 0
    return _called(view, policy) if once or _adds(view.rows(policy, "stepAdjustments")) else False


def group_schedule(view: View, group: Resource) -> Iterator[tuple[tuple[int, int] | date, int]]:
    """The fewest servers of a group, by the day from which."""
    if {"Launch", "ScheduledActions"} & set(strings(view.value(group, "suspendedProcesses"))):
        return
    for row in view.users(group, SCHEDULE, "autoscalingGroupName"):
        least, when = view.number(row, "minSize"), view.text(row, "recurrence")
        if least is None or least < 0:  # -1: left as it is
            continue
        yearly = crontab_day(when, view.text(row, "timeZone")) if when else None
        starts = None if when else _day(view, row, "startTime")
        for day in _within(view, row, yearly) if yearly else filter(None, (starts,)):
            yield day, int(least)


# -- both -------------------------------------------------------------------------------------------------------------


class Scheduled(TypedDict):
    """Fields of a pool."""

    schedule: tuple[tuple[int, int, int], ...]
    once: tuple[tuple[date, int], ...]


def split(rows: Iterable[tuple[tuple[int, int] | date, int]]) -> Scheduled:
    """Schedules as a pool has them: of every year, and of days of certain years alone."""
    found = list(rows)
    return Scheduled(
        schedule=tuple(sorted((*day, least) for day, least in found if not isinstance(day, date))),
        once=tuple(sorted((day, least) for day, least in found if isinstance(day, date))),
    )


def _within(view: View, row: Resource, day: tuple[int, int]) -> Iterator[tuple[int, int] | date]:
    """A day of every year or, of what begins late or ends, of the years in between."""
    first, last = _day(view, row, "startTime"), _day(view, row, "endTime")
    if first is None and last is None:
        yield day
        return
    until = last or date(first.year + _AHEAD, 12, 31) if first else last
    begins = first or (date(until.year - _AHEAD, 1, 1) if until else None)
    for year in range(begins.year, until.year + 1) if begins and until else ():
        try:
            found = date(year, *day)
        except ValueError:
            continue
        if begins and until and begins <= found <= until:
            yield found


def _day(view: View, row: Resource, name: str) -> date | None:
    try:
        return datetime.fromisoformat(view.text(row, name) or "").date()
    except ValueError:
        return None


def _any(found: Iterable[bool | None]) -> bool | None:
    """Whether one of several does; not told where none is known to and one may."""
    rows = list(found)
    return True if True in rows else None if None in rows else False


def _forecast(stated: object) -> bool | None:
    """What is forecast is what came back in the last two weeks: no peak that comes once a year (Amazon ECS Developer
    Guide and EC2 Auto Scaling User Guide, how predictive scaling works; read 2026-11)."""
    return None if as_row(stated).get("mode") == _FORECASTS else False  # pyright: ignore[reportArgumentType]


def _follows(tracked: object) -> bool | None:
    """Whether the metric that a policy keeps level grows with the load; one that is not stated yet may."""
    row = as_row(tracked)  # pyright: ignore[reportArgumentType]
    own, known = as_row(row.get("customizedMetricSpecification")), as_row(row.get("predefinedMetricSpecification"))
    name = as_text(known.get("predefinedMetricType")) or as_text(own.get("metricName"))
    return True if name in _BY_LOAD else None


def _adds(steps: Iterable[object]) -> bool:
    return any((as_number(as_row(step).get("scalingAdjustment")) or 0) > 0 for step in steps)  # pyright: ignore[reportArgumentType]


def _called(view: View, policy: Resource) -> bool | None:
    """Whether an alarm over a metric that grows with the load starts a policy: nothing else does."""
    alarms = view.users(policy, ALARM, "alarmActions")
    on = [alarm for alarm in alarms if view.value(alarm, "actionsEnabled") is not False]
    if not on:
        return False
    said = [view.text(alarm, "metricName") for alarm in on]
    return True if _BY_LOAD & set(said) else None


READINGS: Final = {
    SCALABLE: setting("scalable target", "the least and most replicas of a service"),
    SCHEDULED: setting("scaling schedule", "how many replicas run ahead of a peak"),
    SCHEDULE: setting("scaling schedule", "how many servers run ahead of a peak"),
    TRACKED: setting("scaling rule", "what a service grows by"),
    POLICY: setting("scaling rule", "what a group of servers grows by"),
}
