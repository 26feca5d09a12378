"""An alarm that nobody hears is none: it counts where what it tells is known to pass it on to people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
import pytest
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource

from bcinfra.continuity.readings.fcaps import cells
from bcinfra.continuity.readings.kubernetes import mutes
from bcinfra.graph import record
from bcinfra.report.documents.fcaps import lines
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

LAG: Any = {
    "comparison_operator": "GreaterThanThreshold",
    "evaluation_periods": 1,
    "namespace": "AWS/RDS",
    "metric_name": "ReplicaLag",
}
MAIL: Any = {"protocol": "email", "endpoint": "on-call@shop.example"}


def unmet(program: Callable[[], None], need: str) -> bool:
    (one,) = {met.missing for cell in cells(record(program)) for met in cell.needs if met.need.need == need}
    return one


def letting_in(*services: str, action: str = "sns:Publish", **more: Any) -> str:
    """A policy by which services may do something."""
    said = [f"{service}.amazonaws.com" for service in services]
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": said}, "Action": action, **more}]})


ALL: Any = {"policy": letting_in("cloudwatch", "events", "budgets")}


def subscribed(at: Region, **how: Any) -> pulumi.Output[str]:
    topic = aws.sns.Topic("alarms", name="alarms", **ALL, opts=at.opts)
    if how:
        aws.sns.TopicSubscription("who", topic=topic.arn, **how, opts=at.opts)
    return topic.arn


def in_chat(at: Region) -> pulumi.Output[str]:
    arn = subscribed(at)
    aws.chatbot.SlackChannelConfiguration(
        "who", configuration_name="ops", iam_role_arn="arn:aws:iam::111122223333:role/chat", slack_channel_id="C1",
        slack_team_id="T1", sns_topic_arns=[arn], opts=at.opts)  # fmt: skip
    return arn


def in_a_queue(at: Region) -> pulumi.Output[str]:
    return subscribed(at, protocol="sqs", endpoint=aws.sqs.Queue("later", opts=at.opts).arn)


def read_by_name(at: Region) -> pulumi.Output[str]:
    return aws.sns.Topic.get("alarms", "arn:aws:sns:eu-west-1:111122223333:alarms", opts=at.opts).arn


def named_alone(_at: Region) -> str:
    return "arn:aws:sns:eu-west-1:111122223333:of-another-program"


def named_and_subscribed(at: Region) -> str:
    aws.sns.TopicSubscription("who", topic=named_alone(at), **MAIL, opts=at.opts)
    return named_alone(at)


Told = Callable[[Region], "pulumi.Input[str]"]


def of_that_name_in(account: str) -> Told:
    """The ARN of a topic of account 111122223333, in a program that has one of that name in an account."""

    def told(at: Region) -> str:
        there = pulumi.ResourceOptions(provider=aws.Provider(account, region=at.name, allowed_account_ids=[account]))
        topic = aws.sns.Topic("alarms", name="alarms", **ALL, opts=there)
        aws.sns.TopicSubscription("who", topic=topic.arn, **MAIL, opts=there)
        return "arn:aws:sns:eu-west-1:111122223333:alarms"

    return told


TOLD: list[tuple[Told, bool]] = [
    (lambda at: subscribed(at, **MAIL), True),
    (lambda at: subscribed(at, protocol="sms", endpoint="+3225550100"), True),
    (lambda at: subscribed(at, protocol="https", endpoint="https://pager.example/hook"), True),
    (in_chat, True),
    (read_by_name, True),  # somebody is taken to be told, which is said
    (named_and_subscribed, True),
    (subscribed, False),
    (lambda at: subscribed(at, **MAIL, filter_policy='{"severity": ["page"]}'), False),
    (in_a_queue, False),
    (named_alone, False),
    (of_that_name_in("111122223333"), True),
    (of_that_name_in("444455556666"), False),
]


@pytest.mark.parametrize(("told", "heard"), TOLD)
def test_an_alarm_is_heard_where_its_topic_reaches_people(told: Told, *, heard: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at))
        aws.cloudwatch.MetricAlarm("lag", **LAG, alarm_actions=[told(at)], opts=at.opts)

    assert unmet(program, "alarm on replication") is not heard


@pytest.mark.parametrize(("told", "heard"), TOLD)
def test_an_event_and_a_budget_are_heard_where_their_topic_reaches_people(told: Told, *, heard: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at))
        topic = told(at)
        rule = aws.cloudwatch.EventRule("failover", event_pattern='{"detail-type": ["RDS DB Instance Event"]}',
                                        opts=at.opts)  # fmt: skip
        aws.cloudwatch.EventTarget("failover", rule=rule.name, arn=topic, opts=at.opts)
        spent: Any = {"comparison_operator": "GREATER_THAN", "threshold": 80, "threshold_type": "PERCENTAGE",
                      "notification_type": "ACTUAL", "subscriber_sns_topic_arns": [topic]}  # fmt: skip
        aws.budgets.Budget("all", budget_type="COST", limit_amount="100", limit_unit="USD", time_unit="MONTHLY",
                           notifications=[spent], opts=at.opts)  # fmt: skip

    assert unmet(program, "failover told to people") is not heard
    assert unmet(program, "budget with receivers") is not heard


def test_an_alarm_whose_actions_are_off_is_not_heard_and_the_table_says_so() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at))
        told = subscribed(at, **MAIL)
        aws.cloudwatch.MetricAlarm("lag", **LAG, alarm_actions=[told], actions_enabled=False, opts=at.opts)

    assert unmet(program, "alarm on replication")
    said = [text for _, text, _ in lines(cells(record(program)), "p/s")]
    assert "missing: alarm on replication: nobody is known to hear of lag" in said


@pytest.mark.parametrize(
    ("channel", "heard"),
    [
        ({"type": "email", "labels": {"email_address": "on-call@shop.example"}}, True),
        ({"type": "pagerduty", "sensitive_labels": {"service_key": "0"}}, True),
        ({"type": "email", "labels": {"email_address": "on-call@shop.example"}, "enabled": False}, False),
        ({"type": "email"}, False),
        ({"type": "pubsub", "labels": {"topic": "projects/acme/topics/later"}}, False),
        (None, False),
    ],
)
def test_a_policy_is_heard_where_its_channel_reaches_people(channel: dict[str, Any] | None, *, heard: bool) -> None:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=gcp.Provider("here", project="acme", region="europe-west1"))
        gcp.sql.DatabaseInstance("db", database_version="MYSQL_8_0", settings={"tier": "db-n1-standard-2"}, opts=opts)
        told = (
            gcp.monitoring.NotificationChannel("who", display_name="who", **channel, opts=opts).name
            if channel
            else "projects/acme/notificationChannels/1"
        )
        full: Any = {
            "display_name": "full",
            "condition_threshold": {
                "filter": 'metric.type = "cloudsql.googleapis.com/database/disk/utilization"',
                "comparison": "COMPARISON_GT",
                "duration": "300s",
            },
        }
        gcp.monitoring.AlertPolicy("full", display_name="full", combiner="OR", conditions=[full],
                                   notification_channels=[told], opts=opts)  # fmt: skip

    assert unmet(program, "alert on storage") is not heard


PEOPLE: Any = {"name": "people", "emailConfigs": [{"to": "on-call@shop.example"}]}
PAGES: Any = {"receiver": "people", "matchers": [{"name": "severity", "value": "page"}]}
LAGS: Any = {"receiver": "nobody", "matchers": [{"name": "alertname", "value": "MySqlLag"}]}
TEAM: Any = {"matchers": [{"name": "team", "value": "db"}]}  # of which no rule tells


@pytest.mark.parametrize(
    ("route", "heard"),
    [
        ({"receiver": "people"}, {"MySqlLag", "Errors"}),
        ({"receiver": "nobody"}, None),
        ({"receiver": "empty"}, None),
        ({"receiver": "blank"}, None),
        ({"receiver": "peopel"}, None),  # of no receiver
        ({}, None),  # Alertmanager's own, which nobody knows
        ({"routes": [PAGES]}, {"Errors"}),
        ({"receiver": "people", "routes": [{**LAGS, "receiver": "peopel"}]}, {"Errors"}),
        ({**TEAM, "receiver": "people"}, set[str]()),
        ({**PAGES}, {"Errors"}),
        ({"receiver": "people", "matchers": [{"name": "namespace", "value": "shop"}]}, {"MySqlLag", "Errors"}),
        ({"receiver": "nobody", "routes": [PAGES]}, {"Errors"}),
        ({"receiver": "nobody", "routes": [{**PAGES, "receiver": "empty"}]}, None),
        ({"receiver": "nobody", "routes": [{**PAGES, "receiver": None}]}, None),  # that of the route above
        ({"receiver": "nobody", "routes": [{**TEAM, "receiver": "people"}]}, set[str]()),
        ({"receiver": "people", "routes": [LAGS]}, {"Errors"}),
        ({"receiver": "people", "routes": [{**LAGS, "routes": [{"receiver": "people"}]}]}, {"MySqlLag", "Errors"}),
        ({"receiver": "people", "routes": [{**TEAM, "receiver": "nobody"}]}, set[str]()),
        ({"receiver": "people", "routes": [{"receiver": "nobody"}, PAGES]}, set[str]()),
        ({"receiver": "people", "routes": [{"receiver": "nobody", "continue": True}, PAGES]}, {"Errors"}),
    ],
)
def test_an_alert_of_a_cluster_is_heard_where_its_route_leads_to_people(
    route: dict[str, Any], heard: set[str] | None
) -> None:
    def program() -> None:
        inside = pulumi.ResourceOptions(provider=Provider("cluster", context="cluster"))
        alerts = [
            {"alert": "MySqlLag", "expr": "mysql_lag > 1", "labels": {"severity": "ticket"}},
            {"alert": "Errors", "expr": "errors > 1", "labels": {"severity": "page"}},
        ]
        CustomResource("rules", api_version="monitoring.coreos.com/v1", kind="PrometheusRule",
                       metadata={"name": "rules", "namespace": "shop"},
                       spec={"groups": [{"name": "all", "rules": alerts}]}, opts=inside)  # fmt: skip
        receivers: list[Any] = [
            PEOPLE,
            {"name": "nobody"},
            {"name": "empty", "slackConfigs": []},
            {"name": "blank", "webhookConfigs": [{"sendResolved": True}]},
        ]
        CustomResource("people", api_version="monitoring.coreos.com/v1alpha1", kind="AlertmanagerConfig",
                       metadata={"name": "people", "namespace": "shop"},
                       spec={"route": route, "receivers": receivers}, opts=inside)  # fmt: skip

    rows = mutes.heard(record(program))
    told = any(row.type.endswith(":AlertmanagerConfig") for row in rows)
    (rules,) = (row for row in rows if row.type.endswith(":PrometheusRule"))
    spec: Any = rules.inputs["spec"]
    assert ({one["alert"] for one in spec["groups"][0]["rules"]} if told else None) == heard


@pytest.mark.parametrize(("receiver", "told"), [("people", True), ("nobody", False)])
def test_the_silence_of_a_cluster_is_told_where_its_own_route_leads_to_people(receiver: str, told: bool) -> None:
    watchdog = {"receiver": receiver, "matchers": [{"name": "alertname", "value": "Watchdog"}]}

    def program() -> None:
        CustomResource("people", api_version="monitoring.coreos.com/v1alpha1", kind="AlertmanagerConfig",
                       metadata={"name": "people", "namespace": "shop"},
                       spec={"route": {"receiver": "people", "routes": [watchdog, PAGES]},
                             "receivers": [PEOPLE, {"name": "nobody"}]},
                       opts=pulumi.ResourceOptions(provider=Provider("cluster", context="cluster")))  # fmt: skip

    (config,) = (row for row in mutes.heard(record(program)) if row.type.endswith(":AlertmanagerConfig"))
    assert ("Watchdog" in str(config.inputs)) is told
