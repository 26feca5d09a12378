"""Alarms that are muted: in planned work they still count, beyond it nobody is told."""

from __future__ import annotations

import pytest
from pulumi_gcp import monitoring

from bcinfra.continuity.readings.gcp.alerts import snoozed
from bcinfra.continuity.readings.read import read
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
    assert bool(snoozed(graph)) is silent
