"""Zones that are ill are left, which is rehearsed when it hurts nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bcinfra.aws.autoshift import ZonalAutoshift, ZonalAutoshiftArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, one, region
from tests.helpers import refusals

SHIFT = "aws:arczonalshift/zonalAutoshiftConfiguration:ZonalAutoshiftConfiguration"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def args(**more: Any) -> ZonalAutoshiftArgs:
    given: dict[str, Any] = {
        "region": region(account=more.pop("account", ACCOUNT)),
        "load_balancer_arn": "arn:web",
        "load_balancer_suffix": "app/web/1",
        "blocked_dates": {date(2026, 11, 28), date(2026, 11, 27)},
        "topic_arn": "topic",
    }
    return ZonalAutoshiftArgs(**{**given, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: ZonalAutoshift("shift", args()))


def test_autoshift_is_on_with_an_alarm_that_judges_rehearsals(graph: Graph):
    assert counts(graph) == {"bcinfra:aws:ZonalAutoshift": 1, SHIFT: 1, ALARM: 1}
    shift = one(graph, SHIFT, "shift").inputs
    assert (shift["resourceArn"], shift["zonalAutoshiftStatus"]) == ("arn:web", "ENABLED")
    watched = [{"alarmIdentifier": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:shift-errors", "type": "CLOUDWATCH"}]
    assert shift["outcomeAlarms"] == shift["blockingAlarms"] == watched


def test_nothing_is_rehearsed_at_a_peak(graph: Graph):
    assert one(graph, SHIFT, "shift").inputs["blockedDates"] == ["2026-11-27", "2026-11-28"]
    assert "allowedWindows" not in one(graph, SHIFT, "shift").inputs
    office = declare(lambda: ZonalAutoshift("shift", args(allowed_windows={"Tue:09:00-Tue:15:00"})))
    assert one(office, SHIFT, "shift").inputs["allowedWindows"] == ["Tue:09:00-Tue:15:00"]


def test_the_alarm_is_about_the_part_of_answers_that_are_errors(graph: Graph):
    alarm = one(graph, ALARM, "shift-errors").inputs
    errors, *metrics = alarm["metricQueries"]  # type: ignore[misc]
    assert errors["expression"] == "100 * (FILL(balancer, 0) + FILL(replicas, 0)) / requests"  # type: ignore[index,call-overload]
    assert {m["id"]: m["metric"]["metricName"] for m in metrics} == {  # type: ignore[index,call-overload]
        "requests": "RequestCount",
        "balancer": "HTTPCode_ELB_5XX_Count",
        "replicas": "HTTPCode_Target_5XX_Count",
    }
    assert {str(m["metric"]["dimensions"]) for m in metrics} == {"{'LoadBalancer': 'app/web/1'}"}  # type: ignore[index,call-overload]
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (5, "GreaterThanThreshold")
    assert alarm["treatMissingData"] == "notBreaching"
    assert alarm["alarmActions"] == ["topic"]


def test_wrong_arguments_are_refused():
    assert refusals(lambda: args(account=None)) == ["region.account: is needed here"]
    assert len(refusals(lambda: args(allowed_windows={"tuesday"}))) == 1
    assert len(refusals(lambda: args(blocked_dates={date(2026, 12, day) for day in range(1, 17)}))) == 1
