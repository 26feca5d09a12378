"""Alarms that are muted: in planned work they still count, beyond it nobody is told."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_gcp import monitoring
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource

from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp.alerts import snoozed
from bcinfra.continuity.readings.kubernetes import mutes
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph import record
from tests.continuity.knockouts.properties import muted
from tests.samples import sample

HOUR, ALWAYS = "cron(0 3 * * TUE)", "cron(0 * * * *)"


@pytest.mark.parametrize(("expression", "counts"), [(HOUR, True), (ALWAYS, False)])
def test_a_copy_is_watched_while_its_alarm_is_muted_in_planned_work_alone(*, expression: str, counts: bool) -> None:
    graph = sample("midsize-prod")
    (alarm,) = (row for row in graph if row.type.endswith(":MetricAlarm") and row.name.endswith("-mysql-log-silent"))
    found = muted(expression=expression, duration="PT1H")(graph, alarm)
    assert found is not None
    assert (read(found).stores == read(graph).stores) is counts


@pytest.mark.parametrize(("end", "silent"), [("2026-12-01T06:00:00Z", False), ("2026-12-09T00:00:00Z", True)])
def test_a_policy_that_is_snoozed_beyond_planned_work_tells_nobody(*, end: str, silent: bool) -> None:
    def program() -> None:
        policy = monitoring.AlertPolicy("slow", combiner="OR", conditions=[], display_name="slow")
        monitoring.Snooze("work", display_name="work", criteria={"policies": [policy.name]},
                          interval={"start_time": "2026-12-01T00:00:00Z", "end_time": end})  # fmt: skip

    graph = record(program)
    assert bool(snoozed(View(graph, TRAITS, VENDORS))) is silent


def tuesdays(hours: str = "03:00-04:00", **days: Any) -> dict[str, Any]:
    start, _, end = hours.partition("-")
    interval = {"weekdays": ["tuesday"], "times": [{"startTime": start, "endTime": end}], **days}
    return {"name": "work", "timeIntervals": [{key: value for key, value in interval.items() if value}]}


LAG = {"name": "alertname", "matchType": "=~", "value": "MySql.*"}
PLANNED = [
    (tuesdays(), LAG, {"MySqlLag", "Errors"}),
    (tuesdays("00:00-23:00"), LAG, {"MySqlLag", "Errors"}),
    (tuesdays(weekdays=["monday:friday"]), LAG, {"MySqlLag", "Errors"}),
    (tuesdays("00:00-24:00"), LAG, {"Errors"}),
    (tuesdays(times=None), LAG, {"Errors"}),
    (tuesdays("00:00-05:00", weekdays=["Monday:Friday"]), LAG, {"Errors"}),
    (tuesdays("02:00-06:00", weekdays=None), LAG, {"Errors"}),
    ({"name": "other"}, LAG, {"Errors"}),  # what is muted is not told
    (tuesdays(times=None), {**LAG, "matchType": "!~"}, {"MySqlLag"}),
    (tuesdays(times=None), {"name": "severity", "value": "page"}, {"MySqlLag"}),
    (tuesdays(times=None), {"name": "team", "value": "db"}, set[str]()),  # which team each is of is not told
    (tuesdays(times=None), None, None),
    (tuesdays(), None, {"MySqlLag", "Errors"}),
]


@pytest.mark.parametrize(("interval", "matcher", "heard"), PLANNED)
def test_an_alert_whose_route_is_muted_beyond_planned_work_tells_nobody(
    interval: dict[str, Any], matcher: dict[str, str] | None, heard: set[str] | None
) -> None:
    assert told_on(matcher, [interval], "muteTimeIntervals") == heard


MOST: dict[str, Any] = {"hours": "00:00-24:00", "weekdays": ["monday:saturday"]}
ACTIVE = [
    ([tuesdays("01:00-24:00", weekdays=None)], {"MySqlLag", "Errors"}),
    ([tuesdays()], {"Errors"}),
    ([tuesdays(**MOST)], {"Errors"}),
    ([tuesdays(**MOST), tuesdays("01:00-24:00", weekdays=["sunday"])], {"MySqlLag", "Errors"}),
    ([tuesdays(**MOST), tuesdays(**MOST)], {"Errors"}),  # together they are no longer than one
    ([tuesdays("00:00-24:00", weekdays=None, daysOfMonth=["1"])], {"Errors"}),
    ([tuesdays("00:00-24:00", weekdays=["mon"])], {"Errors"}),  # a day that nobody understands
    ([{"name": "other"}], {"Errors"}),
]


@pytest.mark.parametrize(("intervals", "heard"), ACTIVE)
def test_an_alert_whose_route_is_active_for_too_little_of_a_week_tells_nobody(
    intervals: list[dict[str, Any]], heard: set[str]
) -> None:
    named = [{**one, "name": f"{one['name']}-{n}"} for n, one in enumerate(intervals)]
    assert told_on(LAG, named, "activeTimeIntervals") == heard


def told_on(matcher: dict[str, str] | None, intervals: list[dict[str, Any]], by: str) -> set[str] | None:
    """The alerts of which somebody hears where a route is muted, or active, by intervals."""

    def program() -> None:
        inside = pulumi.ResourceOptions(provider=Provider("cluster", context="cluster"))
        alerts = [
            {"alert": "MySqlLag", "expr": "mysql_lag > 1", "labels": {"severity": "ticket"}},
            {"alert": "Errors", "expr": "errors > 1", "labels": {"severity": "page"}},
        ]
        names = ["work"] if by == "muteTimeIntervals" else [f"work-{n}" for n, _ in enumerate(intervals)]
        muted = {"receiver": "people", by: names}
        route = {"receiver": "people", "routes": [{**muted, "matchers": [matcher]}]} if matcher else muted
        CustomResource("rules", api_version="monitoring.coreos.com/v1", kind="PrometheusRule",
                       metadata={"name": "rules", "namespace": "shop"},
                       spec={"groups": [{"name": "all", "rules": alerts}]}, opts=inside)  # fmt: skip
        people: Any = {"name": "people", "emailConfigs": [{"to": "on-call@shop.example"}]}
        CustomResource("people", api_version="monitoring.coreos.com/v1alpha1", kind="AlertmanagerConfig",
                       metadata={"name": "people", "namespace": "shop"},
                       spec={"route": route, "receivers": [people], "muteTimeIntervals": intervals},
                       opts=inside)  # fmt: skip

    rows = mutes.heard(record(program))
    told = any(row.type.endswith(":AlertmanagerConfig") for row in rows)
    (rules,) = (row for row in rows if row.type.endswith(":PrometheusRule"))
    spec: Any = rules.inputs["spec"]
    return {one["alert"] for one in spec["groups"][0]["rules"]} if told else None
