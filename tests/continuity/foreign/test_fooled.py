"""Programs that look as if they held a peak and do not, each with a twin that does: what grows with no load, what is
scheduled for another day, what is smaller than what it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
import pulumi_kubernetes as k8s
import pytest

from bcinfra.continuity.model.parts import Business
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery import capacity, peak
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.peak import Held, Peak, ahead, held, smaller
from bcinfra.graph import record

FRIDAY = Peak("black friday", 5, date(2026, 11, 27), date(2026, 11, 30))
DUBLIN = "eu-west-1"
CPU: Any = {"predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}}
BY_CPU: Any = {"policyType": "TargetTrackingScaling", "config": {**CPU, "targetValue": 50}}


def at(region: str = DUBLIN, name: str = "") -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=aws.Provider(name or region, region=region))


def tasks(policy: Any = BY_CPU, most: int = 40, suspended: Any = None, schedule: Any = None) -> None:
    """Four tasks on Fargate."""
    opts = at()
    cluster = aws.ecs.Cluster("shop", name="shop", opts=opts)
    service = aws.ecs.Service("web", name="web", cluster=cluster.arn, desired_count=4, launch_type="FARGATE", opts=opts)
    target = aws.appautoscaling.Target(
        "web",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster.name, "/", service.name),
        min_capacity=4,
        max_capacity=most,
        suspended_state=suspended,
        opts=opts,
    )
    of: Any = {
        "service_namespace": target.service_namespace,
        "scalable_dimension": target.scalable_dimension,
        "resource_id": target.resource_id,
    }
    if policy:
        names = {
            "TargetTrackingScaling": "target_tracking_scaling_policy_configuration",
            "StepScaling": "step_scaling_policy_configuration",
            "PredictiveScaling": "predictive_scaling_policy_configuration",
        }
        scaled = aws.appautoscaling.Policy(
            "web", policy_type=policy["policyType"], **{names[policy["policyType"]]: policy["config"]}, **of, opts=opts
        )
        if metric := policy.get("alarm"):
            aws.cloudwatch.MetricAlarm(
                "web",
                comparison_operator="GreaterThanThreshold",
                evaluation_periods=2,
                metric_name=metric,
                alarm_actions=[scaled.arn],
                opts=opts,
            )
    for name, (when, zone, least) in (schedule or {}).items():
        action: Any = {"minCapacity": least, "maxCapacity": most}
        aws.appautoscaling.ScheduledAction(
            name, schedule=when, timezone=zone, scalable_target_action=action, **of, opts=opts
        )


def servers(policy: Any = None, most: int = 40, schedule: Any = None, **more: Any) -> None:
    """Four servers of a scaling group."""
    opts = at()
    group = aws.autoscaling.Group(
        "web", name="web", min_size=4, max_size=most, availability_zones=["eu-west-1a", "eu-west-1b"], **more, opts=opts
    )
    if policy:
        aws.autoscaling.Policy("web", autoscaling_group_name=group.name, **policy, opts=opts)
    for name, row in (schedule or {}).items():
        aws.autoscaling.Schedule(name, scheduled_action_name=name, autoscaling_group_name=group.name, **row, opts=opts)


def instances(most: int = 40, **policy: Any) -> None:
    group = gcp.compute.RegionInstanceGroupManager(
        "web", region="europe-west1", base_instance_name="web", versions=[], target_size=4
    )
    rules: Any = {"minReplicas": 4, "maxReplicas": most, **policy}
    gcp.compute.RegionAutoscaler("web", region="europe-west1", target=group.self_link, autoscaling_policy=rules)


def pods(most: int = 40, **spec: Any) -> None:
    labels = {"app": "web"}
    template: Any = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    k8s.apps.v1.Deployment(
        "web",
        metadata={"name": "web", "namespace": "shop"},
        spec={"replicas": 4, "selector": {"matchLabels": labels}, "template": template},  # pyright: ignore[reportArgumentType]
    )
    target = {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"}
    k8s.autoscaling.v2.HorizontalPodAutoscaler(
        "web",
        metadata={"name": "web", "namespace": "shop"},
        spec={"scaleTargetRef": target, "minReplicas": 4, "maxReplicas": most, **spec},  # pyright: ignore[reportArgumentType]
    )


def of(program: Callable[[], object]) -> Held:
    """How much of the peak the servers of a program hold, of which none is lost."""
    (pool,) = read(record(program)).pools
    return held([Left(pool)], capacity.usual([pool]), FRIDAY, True)


def on(metric: str, *, own: bool = False) -> Any:
    said = {"metricName": metric, "namespace": "Shop", "statistic": "Average"}
    spec = (
        {"customizedMetricSpecification": said}
        if own
        else {"predefinedMetricSpecification": {"predefinedMetricType": metric}}
    )
    return {"policyType": "TargetTrackingScaling", "config": {**spec, "targetValue": 50}}


def steps(change: int, alarm: str | None) -> Any:
    config = {"adjustmentType": "ChangeInCapacity", "stepAdjustments": [{"scalingAdjustment": change}]}
    return {"policyType": "StepScaling", "config": config, "alarm": alarm}


def predicted(mode: str) -> Any:
    return {
        "policyType": "PredictiveScaling",
        "config": {"mode": mode, "metricSpecifications": [{"targetValue": "50"}]},
    }


TRACKED: Any = {
    "policy_type": "TargetTrackingScaling",
    "target_tracking_configuration": {
        "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
        "target_value": 50.0,
    },
}
FORECAST: Any = {
    "policy_type": "PredictiveScaling",
    "predictive_scaling_configuration": {"metric_specification": {"target_value": 50}},
}
FORECAST_AND_SCALE: Any = {
    "policy_type": "PredictiveScaling",
    "predictive_scaling_configuration": {"mode": "ForecastAndScale", "metric_specification": {"target_value": 50}},
}
MEMORY: Any = [{"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization"}}}]
REQUESTS: Any = [
    {"type": "Pods", "pods": {"metric": {"name": "http_requests_per_second"}, "target": {"type": "AverageValue"}}}
]
QUEUED: Any = [{"name": "pubsub.googleapis.com/subscription/num_undelivered_messages"}]


@pytest.mark.parametrize(
    ("program", "grown"),
    [
        (tasks, 1),
        (lambda: tasks(policy=None), 1 / 3),  # nothing starts more than run
        (lambda: tasks(most=9), 0.75),
        (lambda: tasks(suspended={"dynamicScalingOutSuspended": True}), 1 / 3),
        (lambda: tasks(suspended={"dynamicScalingInSuspended": True}), 1),
        (lambda: tasks(policy=on("ECSServiceAverageMemoryUtilization")), None),
        (lambda: tasks(policy=on("MessagesWaiting", own=True)), None),
        (lambda: tasks(policy=on("ALBRequestCountPerTarget")), 1),
        (lambda: tasks(policy=steps(2, "CPUUtilization")), 1),
        (lambda: tasks(policy=steps(2, None)), 1 / 3),  # no alarm starts it
        (lambda: tasks(policy=steps(2, "QueueLength")), None),
        (lambda: tasks(policy=steps(-2, "CPUUtilization")), 1 / 3),
        (lambda: tasks(policy=predicted("ForecastOnly")), 1 / 3),
        (lambda: tasks(policy=predicted("ForecastAndScale")), None),
        (lambda: servers(TRACKED), 1),
        (lambda: servers(FORECAST_AND_SCALE), None),  # no peak that the last two weeks never saw
        (servers, 1 / 3),
        (lambda: servers(TRACKED, most=9), 0.75),
        (lambda: servers(FORECAST), 1 / 3),  # it only forecasts, where nothing is stated
        (lambda: servers(TRACKED, suspended_processes=["AlarmNotification"]), 1 / 3),
        (lambda: servers({**TRACKED, "enabled": False}), 1 / 3),
        (instances, 1),
        (lambda: instances(mode="OFF"), 1 / 3),
        (lambda: instances(metrics=QUEUED), None),
        (pods, 1),
        (lambda: pods(metrics=MEMORY), None),
        (lambda: pods(metrics=REQUESTS), 1),
        (lambda: pods(behavior={"scaleUp": {"selectPolicy": "Disabled"}}), 1 / 3),
    ],
)
def test_what_grows_with_the_load(program: Callable[[], object], grown: float | None) -> None:
    found = of(program)
    assert typical(found.grown) == (grown and pytest.approx(grown))
    assert found.bound == pytest.approx(grown if grown is not None else 1)


@pytest.mark.parametrize(
    ("when", "zone", "now"),
    [
        ("cron(0 6 26 11 ? *)", "UTC", 1),
        ("at(2026-11-26T06:00:00)", "UTC", 1),
        ("at(2025-11-26T06:00:00)", "UTC", 1 / 3),  # it is over
        ("cron(0 6 26 11 ? 2025)", "UTC", 1 / 3),
        ("cron(0 6 26 11 ? 2025-2027)", "UTC", 1),
        ("cron(0 22 26 11 ? *)", "UTC", 1),
        ("cron(0 22 26 11 ? *)", "Pacific/Honolulu", 1 / 3),  # the morning after, where customers are
        ("cron(0 6 27 11 ? *)", "UTC", 1 / 3),  # the peak has begun
        ("cron(0 6 26 12 ? *)", "UTC", 1 / 3),  # a month late, and taken back each year before it
    ],
)
def test_what_a_schedule_has_running(when: str, zone: str, now: float) -> None:
    after = ("cron(0 6 5 1 ? *)", "UTC", 4)
    assert typical(of(lambda: tasks(schedule={"up": (when, zone, 15), "down": after})).now) == pytest.approx(now)


@pytest.mark.parametrize(("day", "now"), [(1, 1), (28, 1 / 3), (30, 1 / 3)])
def test_a_schedule_that_ends_within_the_peak_holds_none_of_it(day: int, now: float) -> None:
    month = 12 if day == 1 else 11
    rows = {
        "up": {"min_size": 15, "recurrence": "0 6 26 11 *"},
        "down": {"min_size": 4, "recurrence": f"0 6 {day} {month} *"},
    }
    assert typical(of(lambda: servers(schedule=rows)).now) == pytest.approx(now)


@pytest.mark.parametrize(
    ("row", "now"),
    [
        ({"start_time": "2026-11-26T06:00:00Z"}, 1),
        ({"start_time": "2025-11-26T06:00:00Z"}, 1 / 3),
        ({"recurrence": "0 6 26 11 *", "end_time": "2025-12-31T00:00:00Z"}, 1 / 3),
        ({"recurrence": "0 6 26 11 *", "start_time": "2025-01-01T00:00:00Z"}, 1),
        ({"recurrence": "0 6 26 11 *", "start_time": "2027-01-01T00:00:00Z"}, 1 / 3),
    ],
)
def test_a_group_s_schedule_has_a_beginning_and_an_end(row: dict[str, Any], now: float) -> None:
    assert typical(of(lambda: servers(schedule={"up": {"min_size": 15, **row}})).now) == pytest.approx(now)
    halted = of(lambda: servers(schedule={"up": {"min_size": 15, **row}}, suspended_processes=["ScheduledActions"]))
    assert typical(halted.now) == pytest.approx(1 / 3)


def cluster(name: str, kind: str, units: float, region: str = DUBLIN, **more: Any) -> None:
    opts = at(region, name)
    range: Any = {"minCapacity": 1, "maxCapacity": units}
    writer = aws.rds.Cluster(
        name,
        cluster_identifier=name,
        engine=aws.rds.EngineType.AURORA_MYSQL,
        serverlessv2_scaling_configuration=range if kind == "db.serverless" else None,
        **more,
        opts=opts,
    )
    aws.rds.ClusterInstance(name, cluster_identifier=writer.id, instance_class=kind, engine="aurora-mysql", opts=opts)


def everywhere(kind: str, units: float) -> Callable[[], None]:
    def program() -> None:
        world = aws.rds.GlobalCluster("orders", global_cluster_identifier="orders", engine="aurora-mysql", opts=at())
        of: Any = {"global_cluster_identifier": world.id}
        cluster("orders", "db.r7g.2xlarge", 0, master_username="admin", **of)
        cluster("follower", kind, units, "eu-central-1", **of)

    return program


@pytest.mark.parametrize(
    ("kind", "units", "share"),
    [("db.serverless", 4, 1 / 8), ("db.serverless", 32, None), ("db.r7g.large", 0, 1 / 4), ("db.r7g.2xlarge", 0, None)],
)
def test_what_takes_over_may_be_smaller(kind: str, units: float, share: float | None) -> None:
    (store,) = read(record(everywhere(kind, units))).stores
    less = smaller(store.members[1], store.members[0])
    assert (less and less.bound) == share


@pytest.mark.parametrize(("units", "holds", "share"), [(64, None, None), (1, None, None), (64, 5, 1), (64, 4, 0.8)])
def test_no_range_says_that_a_database_holds_a_peak(units: float, holds: float | None, share: float | None) -> None:
    (store,) = read(record(lambda: cluster("orders", "db.serverless", units))).stores
    found = peak.tested(store, Business(load_tests={"mysql": holds} if holds else {}), FRIDAY)
    assert found
    assert typical(found.grown) == share


def table() -> None:
    aws.dynamodb.Table("carts", hash_key="id", attributes=[{"name": "id", "type": "S"}], read_capacity=5, opts=at())


def queue() -> None:
    aws.sqs.Queue("orders", opts=at())


def cache() -> None:
    aws.elasticache.ReplicationGroup("carts", description="carts", node_type="cache.t4g.small", opts=at())


@pytest.mark.parametrize(("program", "key"), [(table, "tables"), (queue, "queues"), (cache, "redis")])
def test_what_a_load_may_be_too_much_for_is_asked_for(program: Callable[[], None], key: str) -> None:
    (store,) = read(record(program)).stores
    unclear = peak.tested(store, Business(), FRIDAY)
    assert unclear and not unclear.grown.known
    told = peak.tested(store, Business(load_tests={key: 9}), FRIDAY)
    assert told and typical(told.grown) == 1


def test_what_no_load_is_too_much_for_is_not() -> None:
    (store,) = read(record(lambda: aws.s3.Bucket("media", opts=at()))).stores
    assert peak.tested(store, Business(), FRIDAY) is None


def function(reserved: int | None) -> Callable[[], None]:
    def program() -> None:
        opts = at()
        trusted = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = aws.iam.Role("api", assume_role_policy=trusted, opts=opts)
        aws.lambda_.Function(
            "api",
            role=role.arn,
            package_type="Image",
            image_uri="x",
            reserved_concurrent_executions=reserved,
            opts=opts,
        )

    return program


def test_a_function_without_a_bound_is_not_known_to_hold_it() -> None:
    assert not of(function(None)).grown.known


@pytest.mark.parametrize(("last", "least"), [(date(2026, 11, 30), 15), (date(2026, 12, 2), 4)])
def test_the_least_of_all_its_days_counts(last: date, least: int) -> None:
    rows = {"up": ("cron(0 6 26 11 ? *)", "UTC", 15), "down": ("cron(0 6 1 12 ? *)", "UTC", 4)}
    (pool,) = read(record(lambda: tasks(schedule=rows))).pools
    assert capacity.running(ahead(pool, date(2026, 11, 27), last)) == least


def balanced(kind: str, protocol: str, units: float | None) -> Callable[[], None]:
    def program() -> None:
        opts = at()
        kept: Any = {"capacity_units": units} if units else None
        lb = aws.lb.LoadBalancer("web", load_balancer_type=kind, minimum_load_balancer_capacity=kept, opts=opts)
        listener: Any = {"port": 443, "protocol": protocol, "default_actions": [{"type": "fixed-response"}]}
        aws.lb.Listener("web", load_balancer_arn=lb.arn, **listener, opts=opts)

    return program


@pytest.mark.parametrize(
    ("kind", "protocol", "units", "ready"),
    [
        ("application", "HTTPS", 400, 400),
        ("application", "HTTPS", None, 0),
        ("network", "TCP", 5500, 5500),
        ("network", "TLS", 5500, 0),  # takes no reservation
    ],
)
def test_what_a_balancer_keeps_ready(kind: str, protocol: str, units: float | None, ready: float) -> None:
    (found,) = read(record(balanced(kind, protocol, units))).balancers
    assert found.ready == ready
