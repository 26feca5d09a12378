"""Programs whose alarms look as if somebody would hear of them, and nobody does: each beside one that is heard."""

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
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.helm.v3 import Release

from bcinfra.continuity.readings.aws.metrics import of_another
from bcinfra.continuity.readings.aws.receivers import telling
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import alerts
from bcinfra.continuity.readings.kubernetes import mutes
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph import record
from tests.continuity.foreign.test_heard import MAIL, PEOPLE, letting_in, unmet

ACCOUNT = "111122223333"
MONITORING = "monitoring.coreos.com"
NAME = "kubernetes.io/metadata.name"
DOWN: Any = {"namespace": "AWS/ApplicationELB", "metric_name": "UnHealthyHostCount", "statistic": "Maximum",
             "comparison_operator": "GreaterThanThreshold", "threshold": 0}  # fmt: skip
CHECKED: Any = {"namespace": "AWS/Route53", "metric_name": "HealthCheckStatus", "statistic": "Minimum",
                "comparison_operator": "LessThanThreshold", "threshold": 1}  # fmt: skip


def at(region: str) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=aws.Provider(region, region=region, allowed_account_ids=[ACCOUNT]))


def heard(program: Callable[[], None]) -> set[str]:
    """The names of what people hear of."""
    return {urn.rpartition("::")[2] for urn in telling(View(record(program), TRAITS, VENDORS))}


def topic(opts: pulumi.ResourceOptions, **more: Any) -> aws.sns.Topic:
    made = aws.sns.Topic("people", name="people", **more, opts=opts)
    aws.sns.TopicSubscription("mail", topic=made.arn, **MAIL, opts=opts)
    return made


def alarm(opts: pulumi.ResourceOptions, told: pulumi.Input[str], **more: Any) -> None:
    how = {**DOWN, **more}
    aws.cloudwatch.MetricAlarm("down", evaluation_periods=1, period=60, alarm_actions=[told], **how, opts=opts)


@pytest.mark.parametrize("by", ["resource", "arn"])
@pytest.mark.parametrize("there", ["eu-west-1", "us-east-1"])
def test_an_alarm_tells_a_topic_of_its_own_region_alone(there: str, by: str) -> None:
    def program() -> None:
        here, other = at("eu-west-1"), at("us-east-1")
        made = topic(here if there == "eu-west-1" else other)
        alarm(here, made.arn if by == "resource" else f"arn:aws:sns:{there}:{ACCOUNT}:people")

    assert heard(program) == ({"down"} if there == "eu-west-1" else set())


def of_another_program() -> None:
    here = at("eu-west-1")
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:of-another-program"
    aws.sns.TopicSubscription("mail", topic=arn, **MAIL, opts=here)
    alarm(here, arn)


def test_an_alarm_tells_a_topic_of_another_program_in_its_own_region_alone() -> None:
    assert heard(of_another_program) == set()


KEYED = {
    "AWS keeps it": ("alias/aws/sns", None),
    "the account's alone": (None, None),
    "alarms and events may": (None, letting_in("cloudwatch", "events", action="kms:*", Resource="*")),
    "others may": (None, letting_in("logs", action="kms:*", Resource="*")),
    "alarms and events may read": (None, letting_in("cloudwatch", "events", action="kms:Decrypt", Resource="*")),
    "of the account's": (
        None,
        letting_in(
            "cloudwatch",
            "events",
            action="kms:*",
            Resource="*",
            Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        ),
    ),
}


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("AWS keeps it", set[str]()),
        ("the account's alone", set[str]()),
        ("alarms and events may", {"down", "gone"}),
        ("others may", set[str]()),
        ("alarms and events may read", set[str]()),
        ("of the account's", {"down"}),  # a rule of events names no source to a key
    ],
)
def test_an_encrypted_topic_takes_what_its_key_lets_in(key: str, told: set[str]) -> None:
    named, policy = KEYED[key]

    def program() -> None:
        here = at("eu-west-1")
        by = named or aws.kms.Key("topics", policy=policy, opts=here).arn
        made = topic(here, kms_master_key_id=by, policy=letting_in("cloudwatch", "events"))
        alarm(here, made.arn)
        event(here, made.arn)

    assert heard(program) == told


def event(opts: pulumi.ResourceOptions, told: pulumi.Input[str], **more: Any) -> None:
    pattern = json.dumps({"source": ["aws.rds"]})
    rule = aws.cloudwatch.EventRule("gone", event_pattern=pattern, **more, opts=opts)
    aws.cloudwatch.EventTarget("gone", rule=rule.name, arn=told, opts=opts)


OWNER = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish"}
LETTING: list[tuple[str | None, set[str]]] = [
    (None, {"down"}),  # the policy that a topic has by itself
    (json.dumps({"Statement": [{**OWNER, "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}}]}), {"down"}),
    (json.dumps({"Statement": [OWNER]}), {"down", "gone"}),
    (letting_in("events"), {"gone"}),
    (letting_in("cloudwatch"), {"down"}),
    (letting_in("cloudwatch", "events", action="sns:Subscribe"), set()),
    (letting_in("cloudwatch", "events", action="SNS:*"), {"down", "gone"}),
    (json.dumps({"Statement": [OWNER, {**OWNER, "Effect": "Deny"}]}), set()),
    (
        json.dumps(
            {
                "Statement": [
                    OWNER,
                    {**OWNER, "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                ]
            }
        ),
        {"down", "gone"},
    ),
]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(("policy", "told"), LETTING)
def test_a_topic_takes_messages_of_whom_its_policy_lets_in(policy: str | None, told: set[str], *, apart: bool) -> None:
    def program() -> None:
        here = at("eu-west-1")
        made = topic(here, **({} if apart else {"policy": policy}))
        if apart and policy:
            aws.sns.TopicPolicy("people", arn=made.arn, policy=policy, opts=here)
        alarm(here, made.arn)
        event(here, made.arn)

    assert heard(program) == told


@pytest.mark.parametrize(("policy", "told"), [(None, False), (letting_in("cloudwatch"), True)])
def test_a_topic_of_another_account_takes_alarms_by_its_policy_alone(policy: str | None, *, told: bool) -> None:
    def program() -> None:
        other = aws.Provider("other", region="eu-west-1", allowed_account_ids=["444455556666"])
        alarm(at("eu-west-1"), topic(pulumi.ResourceOptions(provider=other), policy=policy).arn)

    assert heard(program) == ({"down"} if told else set())


def test_a_policy_that_only_a_deployment_tells_is_presumed_to_let_in() -> None:
    def program() -> None:
        here = at("eu-west-1")
        made = topic(here)
        policy = made.arn.apply(lambda arn: letting_in("events", Resource=arn))
        aws.sns.TopicPolicy("people", arn=made.arn, policy=policy, opts=here)
        event(here, made.arn)

    assert heard(program) == {"gone"}


@pytest.mark.parametrize(
    ("switch", "told"),
    [({}, True), ({"state": "DISABLED"}, False), ({"is_enabled": False}, False), ({"is_enabled": True}, True)],
)
def test_a_rule_of_events_that_is_switched_off_tells_nobody(switch: dict[str, Any], *, told: bool) -> None:
    def program() -> None:
        here = at("eu-west-1")
        event(here, topic(here, policy=letting_in("events")).arn, **switch)

    assert heard(program) == ({"gone"} if told else set())


@pytest.mark.parametrize(
    ("bus", "source", "forwarded", "told"),
    [
        ("default", "aws.rds", False, True),
        ("shop", "aws.rds", False, False),  # AWS sends to the default bus
        ("shop", "aws.rds", True, True),
        ("shop", "acme.orders", False, True),
        ("of-another-program", "aws.rds", False, False),
    ],
)
def test_a_rule_on_a_bus_to_which_its_events_do_not_come_tells_nobody(
    bus: str, source: str, *, forwarded: bool, told: bool
) -> None:
    def program() -> None:
        here = at("eu-west-1")
        own = aws.cloudwatch.EventBus("shop", name="shop", opts=here)
        pattern = json.dumps({"source": [source]})
        if forwarded:
            rule = aws.cloudwatch.EventRule("forward", event_pattern=pattern, opts=here)
            aws.cloudwatch.EventTarget("forward", rule=rule.name, arn=own.arn, opts=here)
        rule = aws.cloudwatch.EventRule("gone", event_pattern=pattern, opts=here,
                                        event_bus_name=own.name if bus == "shop" else bus)  # fmt: skip
        aws.cloudwatch.EventTarget("gone", rule=rule.name, arn=topic(here, policy=letting_in("events")).arn, opts=here)

    assert heard(program) == ({"gone"} if told else set())


USED: Any = {"namespace": "AWS/RDS", "metric_name": "CPUUtilization"}
FEW: Any = {"namespace": "AWS/Backup", "metric_name": "NumberOfBackupJobsCompleted", "statistic": "Sum",
            "comparison_operator": "LessThanThreshold", "threshold": 1}  # fmt: skip
SEEN: list[tuple[str, dict[str, Any], bool]] = [
    ("eu-west-1", {**FEW, "treat_missing_data": "breaching"}, True),
    ("eu-west-1", {**FEW, "treat_missing_data": "notBreaching"}, False),  # no job, no figure
    ("eu-west-1", FEW, False),
    ("eu-west-1", {**FEW, "comparison_operator": "GreaterThanThreshold"}, True),
    ("us-east-1", CHECKED, True),
    ("eu-west-1", CHECKED, False),  # Route 53 measures in us-east-1
    ("eu-west-1", {"namespace": "AWS/CloudFront", "metric_name": "5xxErrorRate", "threshold": 1}, False),
    ("us-east-1", {"namespace": "AWS/CloudFront", "metric_name": "5xxErrorRate", "threshold": 1}, True),
    ("us-east-1", {**CHECKED, "threshold": 0}, False),  # never less than none
    ("us-east-1", {**CHECKED, "comparison_operator": "GreaterThanOrEqualToThreshold", "threshold": 0}, False),
    ("us-east-1", {**CHECKED, "comparison_operator": "GreaterThanThreshold", "threshold": 1}, False),
    ("eu-west-1", {**USED, "threshold": 90}, True),
    ("eu-west-1", {**USED, "threshold": 100}, False),
    ("eu-west-1", {**USED, "threshold": 120, "statistic": "Sum"}, True),
    ("eu-west-1", {**USED, "namespace": "AWS/ECS", "threshold": 120}, True),
    ("eu-west-1", {**USED, "namespace": "Shop", "threshold": 120}, True),  # of the shop's own figures nothing is known
    ("eu-west-1", {**DOWN, "threshold": -1}, False),
    ("eu-west-1", {**DOWN, "comparison_operator": "LessThanThreshold"}, False),
    (
        "eu-west-1",
        {"metric_name": "ReplicaLag", "namespace": "AWS/RDS", "comparison_operator": "LessThanThreshold"},
        True,
    ),
]


@pytest.mark.parametrize(("region", "how", "told"), SEEN)
def test_an_alarm_that_nothing_sets_off_tells_nobody(region: str, how: dict[str, Any], *, told: bool) -> None:
    def program() -> None:
        here = at(region)
        alarm(here, topic(here).arn, **how)

    assert heard(program) == ({"down"} if told else set())


@pytest.mark.parametrize("there", ["eu-west-1", "eu-central-1"])
@pytest.mark.parametrize("by_query", [False, True])
def test_an_alarm_sees_what_stands_in_its_own_region_alone(there: str, *, by_query: bool) -> None:
    def program() -> None:
        regions = {name: at(name) for name in ("eu-west-1", "eu-central-1")}
        here = regions["eu-west-1"]
        balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"], opts=regions[there])
        of = {"LoadBalancer": balancer.arn_suffix}
        metric = {key: DOWN[key] for key in ("namespace", "metric_name")}
        queries = [
            {"id": "m1", "return_data": True, "metric": {**metric, "dimensions": of, "stat": "Sum", "period": 60}}
        ]
        how: Any = {"metric_queries": queries} if by_query else {**metric, "period": 60, "dimensions": of}
        rule: Any = {"comparison_operator": "GreaterThanThreshold", "threshold": 0, "evaluation_periods": 1}
        told = [topic(here).arn]
        aws.cloudwatch.MetricAlarm("down", alarm_actions=told, **rule, **how, opts=here)

    assert heard(program) == ({"down"} if there == "eu-west-1" else set())


def clustered(name: str) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=Provider(name, context=name))


def told_of_errors(rules: pulumi.ResourceOptions, people: pulumi.ResourceOptions, **labels: str) -> None:
    """A rule, and a configuration that leads to people."""
    where = {"namespace": "shop", "labels": {"team": "shop", **labels}}
    rule = {
        "alert": "Missing",
        "expr": "kube_deployment_status_replicas_unavailable > 0",
        "labels": {"severity": "page"},
    }
    CustomResource("rules", api_version=f"{MONITORING}/v1", kind="PrometheusRule", metadata={"name": "rules", **where},
                   spec={"groups": [{"name": "all", "rules": [rule]}]}, opts=rules)  # fmt: skip
    CustomResource("people", api_version=f"{MONITORING}/v1alpha1", kind="AlertmanagerConfig",
                   metadata={"name": "people", **where},
                   spec={"route": {"receiver": "people"}, "receivers": [PEOPLE]}, opts=people)  # fmt: skip


def read_beside(*readers: tuple[str, dict[str, Any]]) -> set[str]:
    """Which of a rule and a configuration are read, in a cluster in which the program makes what reads them."""

    def program() -> None:
        cluster = clustered("cluster")
        told_of_errors(cluster, cluster)
        for kind, spec in readers:
            reader(kind, cluster, **spec)

    rows = mutes.heard(row for row in record(program) if row.custom and not row.is_provider)
    return {row.name for row in rows} & {"rules", "people"}


def reader(kind: str, opts: pulumi.ResourceOptions, namespace: str = "monitoring", **spec: Any) -> None:
    CustomResource(kind.lower(), api_version=f"{MONITORING}/v1", kind=kind,
                   metadata={"name": kind.lower(), "namespace": namespace}, spec=spec, opts=opts)  # fmt: skip


ALERTING: Any = {"alerting": {"alertmanagers": [{"name": "alertmanager", "port": "web"}]}}
EVERYWHERE: Any = {"ruleNamespaceSelector": {}}
TEAMS: Any = {"matchLabels": {"team": "shop"}}


@pytest.mark.parametrize(
    ("spec", "read"),
    [
        ({**ALERTING, **EVERYWHERE, "ruleSelector": {}}, True),
        ({**ALERTING, **EVERYWHERE, "ruleSelector": TEAMS}, True),
        ({**ALERTING, **EVERYWHERE, "ruleSelector": {"matchLabels": {"release": "prometheus"}}}, False),
        ({**ALERTING, **EVERYWHERE}, False),  # no selector selects nothing
        ({**ALERTING, "ruleSelector": {}}, False),  # those of its own namespace alone
        ({**ALERTING, "ruleSelector": {}, "namespace": "shop"}, True),
        ({**ALERTING, "ruleSelector": {}, "ruleNamespaceSelector": {"matchLabels": {NAME: "shop"}}}, True),
        ({**ALERTING, "ruleSelector": {}, "ruleNamespaceSelector": TEAMS}, False),
        ({**EVERYWHERE, "ruleSelector": {}}, False),  # it tells no Alertmanager
        ({**ALERTING, **EVERYWHERE, "ruleSelector": {}, "replicas": 0}, False),
    ],
)
def test_a_rule_that_the_program_s_prometheus_does_not_read_tells_nobody(spec: dict[str, Any], *, read: bool) -> None:
    assert ("rules" in read_beside(("Prometheus", spec))) is read


@pytest.mark.parametrize(
    ("spec", "read"),
    [
        ({"alertmanagerConfigSelector": {}, "alertmanagerConfigNamespaceSelector": {}}, True),
        ({"alertmanagerConfigSelector": {}, "namespace": "shop"}, True),
        ({"alertmanagerConfigSelector": {}}, False),
        ({"alertmanagerConfigNamespaceSelector": {}}, False),
        ({"alertmanagerConfiguration": {"name": "people"}, "namespace": "shop"}, True),
        ({"alertmanagerConfiguration": {"name": "people"}}, False),
    ],
)
def test_a_configuration_that_the_program_s_alertmanager_does_not_read_tells_nobody(
    spec: dict[str, Any], *, read: bool
) -> None:
    assert ("people" in read_beside(("Alertmanager", spec))) is read


STACK: Any = {"chart": "kube-prometheus-stack", "name": "prometheus", "namespace": "monitoring"}
ALL_RULES: Any = {"prometheusSpec": {"ruleSelectorNilUsesHelmValues": False}}


@pytest.mark.parametrize(
    ("release", "read"),
    [
        (STACK, False),  # it reads rules that bear its name
        ({**STACK, "values": {"prometheus": ALL_RULES}}, True),
        ({**STACK, "values": {"prometheus": {"prometheusSpec": {"ruleSelector": TEAMS}}}}, True),
        ({**STACK, "values": {"prometheus": {**ALL_RULES, "enabled": False}}}, False),
        ({**STACK, "name": "shop"}, True),
        ({**STACK, "chart": "redis"}, True),
    ],
)
def test_a_chart_of_prometheus_reads_the_rules_that_bear_its_release(release: dict[str, Any], *, read: bool) -> None:
    def program() -> None:
        cluster = clustered("cluster")
        told_of_errors(cluster, cluster, release="shop")
        Release("monitoring", **release, opts=cluster)

    rows = mutes.heard(row for row in record(program) if row.custom and not row.is_provider)
    assert ("rules" in {row.name for row in rows}) is read


def test_what_reads_rules_may_be_of_another_program() -> None:
    assert read_beside() == {"rules", "people"}


@pytest.mark.parametrize("there", ["cluster", "other"])
def test_whom_another_cluster_tells_this_one_s_alerts_do_not_reach(there: str) -> None:
    def program() -> None:
        clusters = {name: clustered(name) for name in ("cluster", "other")}
        labels = {"app": "web"}
        pods: Any = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
        spec: Any = {"selector": {"match_labels": labels}, "template": pods}
        Deployment("web", metadata={"namespace": "shop"}, spec=spec, opts=clusters["cluster"])
        told_of_errors(clusters["cluster"], clusters[there])

    assert unmet(program, "alert on replicas that are missing") is (there == "other")


@pytest.mark.parametrize(
    ("named", "watched", "met"),
    [
        ("orders", "orders", True),
        ("orders", None, True),  # by the resource itself
        ("orders", "orders-of-another-shop", False),
        (None, "orders-1a2b3c", True),  # what it is called only the deployment knows
    ],
)
def test_an_alarm_on_something_else_of_the_kind_is_none_of_the_tier(
    named: str | None, watched: str | None, *, met: bool
):
    def program() -> None:
        here = at("eu-west-1")
        made = aws.rds.Instance("orders", identifier=named, instance_class="db.m7g.large", engine="mysql", opts=here)
        alarm(here, topic(here).arn, namespace="AWS/RDS", metric_name="ReplicaLag",
              dimensions={"DBInstanceIdentifier": watched or made.identifier})  # fmt: skip

    assert unmet(program, "alarm on replication") is not met


@pytest.mark.parametrize(
    ("dimensions", "other"),
    [
        ({"CacheClusterId": "carts-001"}, False),
        ({"CacheClusterId": "carts-0001-002"}, False),
        ({"CacheClusterId": "sessions-001"}, True),
        (
            {"DBInstanceIdentifier": "orders-0"},
            False,
        ),  # what the cluster's instance is called only the deployment knows
        ({"DBClusterIdentifier": "orders"}, False),
        ({"DBClusterIdentifier": "stock"}, True),
        ({"LoadBalancer": "app/web/50dc6c495c0c9188"}, False),
        ({"LoadBalancer": "app/old/50dc6c495c0c9188"}, True),
        ({"BucketName": "acme-media"}, False),
        ({"BucketName": "acme-logs", "FilterId": "all"}, True),
        ({"Currency": "USD"}, False),
        ({}, False),
    ],
)
def test_what_an_alarm_looks_at_is_known_by_its_name(dimensions: dict[str, str], *, other: bool) -> None:
    def program() -> None:
        here = at("eu-west-1")
        aws.elasticache.ReplicationGroup("carts", replication_group_id="carts", description="carts", opts=here)
        mysql: Any = {"engine": "aurora-mysql"}
        cluster = aws.rds.Cluster("orders", cluster_identifier="orders", **mysql, opts=here)
        which = cluster.cluster_identifier
        size: Any = {"instance_class": "db.r7g.large"}
        aws.rds.ClusterInstance("orders", cluster_identifier=which, **mysql, **size, opts=here)
        aws.lb.LoadBalancer("web", name="web", subnets=["subnet-1", "subnet-2"], opts=here)
        aws.s3.Bucket("media", bucket="acme-media", opts=here)
        alarm(here, topic(here).arn, dimensions=dimensions)

    view = View(record(program), TRAITS, VENDORS)
    (found,) = view.graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert of_another(view, found) is other


def google(project: str) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=gcp.Provider(project, project=project, region="europe-west1"))


FULL: Any = {"filter": 'metric.type = "cloudsql.googleapis.com/database/disk/utilization"',
             "comparison": "COMPARISON_GT", "duration": "300s", "threshold_value": 0.9}  # fmt: skip
NEVER: Any = {**FULL, "threshold_value": 90}  # percent, of what is a share


@pytest.mark.parametrize(
    ("conditions", "how", "told"),
    [
        ([FULL], {}, True),
        ([FULL], {"channels_of": "other"}, False),
        ([FULL], {"enabled": False}, False),
        ([FULL], {"channel": {"enabled": False}}, False),
        ([NEVER], {}, False),
        ([{**FULL, "comparison": "COMPARISON_LT", "threshold_value": 0}], {}, False),
        ([{**NEVER, "filter": 'metric.type = "cloudsql.googleapis.com/database/replication/replica_lag"'}], {}, True),
        ([FULL, NEVER], {"combiner": "OR"}, True),
        ([FULL, NEVER], {"combiner": "AND"}, False),
    ],
)
def test_a_policy_at_google_tells_by_a_channel_of_its_project_what_may_come_true(
    conditions: list[dict[str, Any]], how: dict[str, Any], *, told: bool
) -> None:
    def program() -> None:
        projects = {name: google(name) for name in ("acme", "other")}
        mail: Any = {"type": "email", "labels": {"email_address": "on-call@shop.example"}, **how.get("channel", {})}
        channel = gcp.monitoring.NotificationChannel("mail", **mail, opts=projects[how.get("channels_of", "acme")])
        rows: Any = [{"display_name": str(n), "condition_threshold": one} for n, one in enumerate(conditions)]
        gcp.monitoring.AlertPolicy("full", display_name="full", combiner=how.get("combiner", "OR"), conditions=rows,
                                   enabled=how.get("enabled"), notification_channels=[channel.name],
                                   opts=projects["acme"])  # fmt: skip

    found = alerts.telling(View(record(program), TRAITS, VENDORS))
    assert {urn.rpartition("::")[2] for urn in found} == ({"full"} if told else set())
