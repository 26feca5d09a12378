"""What sees that a region is lost, and never takes its own blindness for it."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws.alarms import AlarmTopic, AlarmTopicArgs, Copy, OutageAlarms, OutageAlarmsArgs
from bcinfra.graph.core.model import Graph, Resource
from tests.aws.conftest import ACCOUNT, counts, declare, key_arn, named, one, region, region_of, statements
from tests.helpers import refusals

ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
REPLICA = Copy(identifier="orders-frankfurt")


def args(**more: Any) -> OutageAlarmsArgs:
    given: dict[str, Any] = {
        "observer": region(more.pop("observer", "us-east-1")),
        "standby": region("eu-central-1"),
        "check_id": "hc-dublin",
        "standby_check_id": "hc-frankfurt",
        "copy_of_data": REPLICA,
        "topic_arns": {"us-east-1": "topic-observer", "eu-central-1": "topic-standby"},
    }
    return OutageAlarmsArgs(**{**given, **more})


def outage(**more: Any) -> tuple[Graph, dict[str, set[str]]]:
    """The graph, and the alarms of each trigger."""
    found: dict[str, set[str]] = {}

    def program() -> None:
        made = OutageAlarms("outage", args(**more))
        found.update({reason: {a.removeprefix("outage-") for a in alarms} for reason, alarms in made.triggers.items()})

    return declare(program), found


@pytest.fixture(scope="module")
def graph() -> Graph:
    return outage()[0]


def alarm(graph: Graph, what: str) -> Resource:
    return one(graph, ALARM, f"outage-{what}")


def test_alarms_watch_from_two_regions_neither_of_which_is_the_primarys(graph: Graph):
    places = {name: region_of(graph, row) for name, row in {**named(graph, ALARM), **named(graph, COMPOSITE)}.items()}
    assert places == {
        "outage-unreachable": "us-east-1",
        "outage-unreachable-long": "us-east-1",
        "outage-standby-unreachable": "us-east-1",
        "outage-down": "us-east-1",
        "outage-cut-off": "eu-central-1",
    }


def test_the_primary_is_lost_by_two_signals_or_down_for_longer_while_the_standby_is_not():
    graph, triggers = outage()
    assert triggers == {"lost": {"unreachable", "cut-off"}, "down": {"down"}}
    rule = one(graph, COMPOSITE, "outage-down").inputs["alarmRule"]
    assert rule == 'ALARM("outage-unreachable-long") AND NOT ALARM("outage-standby-unreachable")'


def test_a_standby_without_servers_is_not_asked_and_a_shop_without_data_has_one_signal():
    assert outage(standby_check_id=None)[1] == {"lost": {"unreachable", "cut-off"}}
    assert outage(copy_of_data=None)[1] == {"down": {"down"}}
    graph, triggers = outage(copy_of_data=None, standby_check_id=None)
    assert triggers == {"lost": {"unreachable"}}
    assert alarm(graph, "unreachable").inputs["evaluationPeriods"] == 4, "it waits longer where nothing confirms it"


def test_an_endpoint_is_unreachable_when_the_checkers_of_route_53_say_so(graph: Graph):
    for what, check in (("unreachable", "hc-dublin"), ("standby-unreachable", "hc-frankfurt")):
        inputs = alarm(graph, what).inputs
        assert (inputs["namespace"], inputs["metricName"]) == ("AWS/Route53", "HealthCheckStatus")
        assert inputs["dimensions"] == {"HealthCheckId": check}
        assert (inputs["statistic"], inputs["comparisonOperator"]) == ("Minimum", "LessThanThreshold")
        assert inputs["threshold"] == 1


def test_a_replica_whose_replication_is_not_active_is_cut_off(graph: Graph):
    inputs = alarm(graph, "cut-off").inputs
    assert (inputs["namespace"], inputs["metricName"]) == ("AWS/RDS", "ReplicaLag")
    assert inputs["dimensions"] == {"DBInstanceIdentifier": "orders-frankfurt"}
    assert (inputs["comparisonOperator"], inputs["threshold"]) == ("LessThanThreshold", 0)
    assert inputs["statistic"] == "Maximum", "a lag of a minute is replication"


def test_an_alarm_that_knows_nothing_is_not_red(graph: Graph):
    """The loss of the observer, or of the standby, must not start a failover."""
    assert {row.inputs["treatMissingData"] for row in graph.of_type(ALARM)} == {"notBreaching"}


def test_aurora_that_reports_no_lag_is_cut_off():
    inputs = alarm(outage(copy_of_data=Copy(identifier="orders", aurora=True))[0], "cut-off").inputs
    assert inputs["metricName"] == "AuroraGlobalDBReplicationLag"
    assert inputs["dimensions"] == {"DBClusterIdentifier": "orders"}
    assert (inputs["comparisonOperator"], inputs["threshold"]) == ("GreaterThanThreshold", 60_000)
    assert inputs["treatMissingData"] == "breaching"


def test_an_outage_is_seen_within_minutes(graph: Graph):
    minutes = {
        name.removeprefix("outage-"): (row.inputs["datapointsToAlarm"], row.inputs["evaluationPeriods"])
        for name, row in named(graph, ALARM).items()
    }
    assert minutes == {
        "unreachable": (2, 2),
        "cut-off": (2, 2),
        "standby-unreachable": (2, 2),
        "unreachable-long": (4, 4),
    }
    assert {row.inputs["period"] for row in graph.of_type(ALARM)} == {60}


def test_alarms_tell_the_topic_of_their_region(graph: Graph):
    for row in (*graph.of_type(ALARM), *graph.of_type(COMPOSITE)):
        topic = "topic-observer" if region_of(graph, row) == "us-east-1" else "topic-standby"
        assert row.inputs["alarmActions"] == row.inputs["okActions"] == [topic]


def test_wrong_arguments_are_all_named_at_once():
    assert refusals(lambda: args(observer="eu-west-1", minutes=5, minutes_alone=3)) == [
        "observer: health checks have their metrics in us-east-1, not in eu-west-1",
        "minutes_alone: 3 is less than minutes, 5",
    ]


def test_a_budget_tells_who_gets_mail_before_and_once_it_is_spent():
    graph = declare(
        lambda: AlarmTopic(
            "alarms",
            AlarmTopicArgs(
                region=region(),
                key_arn=key_arn("eu-west-1"),
                emails={"owner": "owner@shop.example"},
                monthly_budget=12_000,
            ),
        )
    )
    inputs = one(graph, "aws:budgets/budget:Budget", "alarms-budget").inputs
    assert (inputs["limitAmount"], inputs["limitUnit"], inputs["timeUnit"]) == ("12000", "USD", "MONTHLY")
    told = inputs["notifications"]
    assert isinstance(told, list)
    assert [(row["notificationType"], row["subscriberEmailAddresses"]) for row in told] == [  # type: ignore[index,call-overload]
        ("FORECASTED", ["owner@shop.example"]),
        ("ACTUAL", ["owner@shop.example"]),
    ]


def test_a_budget_without_anybody_to_tell_is_refused():
    assert refusals(lambda: AlarmTopicArgs(region=region(), key_arn=key_arn("eu-west-1"), monthly_budget=100)) == [
        "monthly_budget: needs somebody in emails, for a budget tells nobody else"
    ]


def test_a_topic_is_encrypted_and_takes_alarms_of_its_own_account_and_events():
    graph = declare(
        lambda: AlarmTopic(
            "alarms",
            AlarmTopicArgs(region=region(), key_arn=key_arn("eu-west-1"), emails={"on-call": "on-call@shop.example"}),
        )
    )
    assert counts(graph) == {
        "bcinfra:aws:AlarmTopic": 1,
        "aws:sns/topic:Topic": 1,
        "aws:sns/topicPolicy:TopicPolicy": 1,
        "aws:sns/topicSubscription:TopicSubscription": 1,
    }
    assert one(graph, "aws:sns/topic:Topic", "alarms").inputs["kmsMasterKeyId"] == key_arn("eu-west-1")
    rows = statements(one(graph, "aws:sns/topicPolicy:TopicPolicy", "alarms"))
    assert {row["Principal"]["Service"][0]: row.get("Condition") for row in rows} == {
        "cloudwatch.amazonaws.com": {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:*"}},
        "events.amazonaws.com": None,  # it would be dropped unsaid with any
    }
    assert {tuple(row["Action"]) for row in rows} == {("sns:Publish",)}
    subscription = one(graph, "aws:sns/topicSubscription:TopicSubscription", "alarms-on-call").inputs
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "on-call@shop.example")
