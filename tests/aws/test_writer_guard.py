"""The guard against two primaries: what it reports, and what it makes of silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws.writer_guard import WriterGuard, WriterGuardArgs, definition
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, named, one, region, region_of, statements

ALARM, CHECK = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:route53/healthCheck:HealthCheck"
MACHINE = "aws:sfn/stateMachine:StateMachine"
SOURCE = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders-dublin"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(
        lambda: WriterGuard(
            "guard",
            WriterGuardArgs(
                standby=region("eu-central-1"),
                everywhere=region("us-east-1"),
                replica="orders-frankfurt",
                topic_arn="topic",
            ),
        )
    )


def present(instance: dict[str, Any], path: str) -> bool:
    """Whether a path of the state machine's choice leads to something."""
    name, _, index = path.removeprefix("$.DbInstances[0].").partition("[")
    found = instance.get(name)
    return found is not None and (not index or len(found) > int(index.rstrip("]")))


def reported(instance: dict[str, Any]) -> int:
    """The value that the state machine reports of an instance, as RDS describes it."""
    states = definition("orders-frankfurt")["States"]
    choice = states[states["Read"]["Next"]]
    after = next((c["Next"] for c in choice["Choices"] if present(instance, c["Variable"])), choice["Default"])
    assert states[after]["End"]
    (data,) = states[after]["Parameters"]["MetricData"]
    return data["Value"]


def test_a_guard_is_a_report_a_verdict_and_a_health_check(graph: Graph):
    assert counts(graph) == {
        "bcinfra:aws:WriterGuard": 1,
        MACHINE: 1,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicy:RolePolicy": 2,
        "aws:cloudwatch/eventRule:EventRule": 1,
        "aws:cloudwatch/eventTarget:EventTarget": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        ALARM: 2,
        CHECK: 1,
    }


def test_all_of_it_is_in_the_region_that_survives(graph: Graph):
    places = {row.type: region_of(graph, row) for row in graph if row.package == "aws"}
    assert {place for token, place in places.items() if token != CHECK} == {"eu-central-1"}
    assert places[CHECK] == "us-east-1", "Route 53 checks from everywhere and is managed there"


@pytest.mark.parametrize(
    ("case", "instance", "value"),
    [
        ("a replica", {"ReadReplicaSourceDBInstanceIdentifier": SOURCE, "StatusInfos": [{"Normal": True}]}, 0),
        ("a replica that cannot reach its source", {"ReadReplicaSourceDBInstanceIdentifier": SOURCE}, 0),
        ("a replica that restarts", {"DbInstanceStatus": "rebooting", "StatusInfos": [{"Normal": False}]}, 0),
        ("promoted", {"DbInstanceStatus": "available", "StatusInfos": []}, 1),
        ("promoted, as RDS leaves out what is empty", {"DbInstanceStatus": "available"}, 1),
    ],
)
def test_only_a_database_that_replicates_no_more_is_reported_to_write(case: str, instance: dict[str, Any], value: int):
    assert reported(instance) == value, case


def test_it_asks_for_the_replica_every_minute(graph: Graph):
    machine = one(graph, MACHINE, "guard").inputs
    assert json.loads(str(machine["definition"])) == definition("orders-frankfurt")
    assert machine["type"] == "EXPRESS"
    read = definition("orders-frankfurt")["States"]["Read"]
    assert read["Resource"].endswith(":aws-sdk:rds:describeDBInstances")
    assert read["Parameters"] == {"DbInstanceIdentifier": "orders-frankfurt"}
    rule = one(graph, "aws:cloudwatch/eventRule:EventRule", "guard")
    assert rule.inputs["scheduleExpression"] == "rate(1 minute)"
    (target,) = graph.of_type("aws:cloudwatch/eventTarget:EventTarget")
    assert target.property_dependencies["arn"] == (one(graph, MACHINE, "guard").urn,)
    assert rule.urn in target.property_dependencies["rule"]


def test_the_verdict_is_about_what_is_reported(graph: Graph):
    told = [definition("orders-frankfurt")["States"][name]["Parameters"] for name in ("Replica", "Writer")]
    verdict = one(graph, ALARM, "guard-writes").inputs
    for parameters in told:
        (data,) = parameters["MetricData"]
        assert parameters["Namespace"] == verdict["namespace"]
        assert data["MetricName"] == verdict["metricName"]
        assert {d["Name"]: d["Value"] for d in data["Dimensions"]} == verdict["dimensions"]
    assert (verdict["statistic"], verdict["comparisonOperator"]) == ("Maximum", "GreaterThanOrEqualToThreshold")
    assert verdict["threshold"] == 1
    assert (verdict["period"], verdict["evaluationPeriods"]) == (60, 1)


def test_route_53_can_follow_the_alarm(graph: Graph):
    """It takes one metric, no arithmetic, and no alarm that counts some of several periods."""
    verdict = one(graph, ALARM, "guard-writes").inputs
    assert "metricQueries" not in verdict
    assert "datapointsToAlarm" not in verdict
    check = one(graph, CHECK, "guard").inputs
    assert check["type"] == "CLOUDWATCH_METRIC"
    assert check["cloudwatchAlarmName"] == verdict["name"] == "guard-writes"
    assert check["cloudwatchAlarmRegion"] == "eu-central-1"


def test_silence_changes_no_verdict(graph: Graph):
    """The loss of the standby never takes the primary out, and a verdict outlives the reports."""
    assert one(graph, CHECK, "guard").inputs["insufficientDataHealthStatus"] == "LastKnownStatus"
    assert one(graph, ALARM, "guard-writes").inputs["treatMissingData"] == "ignore"


def test_silence_is_told(graph: Graph):
    silent = one(graph, ALARM, "guard-silent").inputs
    assert (silent["statistic"], silent["treatMissingData"]) == ("SampleCount", "breaching")
    assert silent["evaluationPeriods"] == 10
    assert all(row.inputs["alarmActions"] == ["topic"] for row in named(graph, ALARM).values())


def test_it_may_read_one_database_and_write_one_namespace(graph: Graph):
    reads, writes, logs = statements(one(graph, "aws:iam/rolePolicy:RolePolicy", "guard-reads"))
    assert reads["Action"] == ["rds:DescribeDBInstances"]
    assert reads["Resource"] == [f"arn:aws:rds:eu-central-1:{ACCOUNT}:db:orders-frankfurt"]
    assert writes["Action"] == ["cloudwatch:PutMetricData"]
    assert writes["Condition"] == {"StringEquals": {"cloudwatch:namespace": "bcinfra"}}
    assert {action.partition(":")[0] for action in logs["Action"]} == {"logs"}, "which take no resource"
    assert "logs:PutLogEvents" not in logs["Action"]
    (starts,) = statements(one(graph, "aws:iam/rolePolicy:RolePolicy", "guard-starts"))
    assert starts["Action"] == ["states:StartExecution"]
    assert starts["Resource"] == [f"arn:aws:states:eu-central-1:{ACCOUNT}:stateMachine:guard"]
