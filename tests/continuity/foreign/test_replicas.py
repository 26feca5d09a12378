"""How many replicas run, and how many of them one zone or one machine takes: what decides it in programs of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.appautoscaling import Policy as EcsPolicy, Target
from pulumi_aws.autoscaling import Group as ScalingGroup, Policy
from pulumi_aws.ec2 import Instance
from pulumi_aws.ecs import CapacityProvider, Service as EcsService
from pulumi_aws.lb import TargetGroupAttachment
from pulumi_gcp.compute import RegionAutoscaler, RegionInstanceGroupManager
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.apps.v1 import DaemonSet, ReplicaSet
from pulumi_kubernetes.autoscaling.v2 import HorizontalPodAutoscaler
from pulumi_kubernetes.core.v1 import PersistentVolumeClaim, Pod, Service
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings import gcp_programs as gcp, kubernetes_programs as k8s
from tests.continuity.readings.kubernetes_programs import HOST, alone, apart, gke, pxc, web
from tests.continuity.readings.programs import IRELAND, Region, Tier, model

ZONES = ("b", "c", "d")
LOST = [f"zone:gcp/{k8s.BELGIUM}/{k8s.BELGIUM}-{letter}" for letter in ZONES]


def seconds(one: Outcome) -> float:
    assert one.time
    assert one.time.value
    return one.time.value.typical


def starts_elsewhere(found: Assessment, scenario: str) -> None:
    """Nobody is needed, and it takes the minutes that Kubernetes waits for a node, no less and no more."""
    one = outcome(found, scenario)
    assert one.kind is Kind.RECOVERS
    assert 300 < seconds(one) < 480
    assert judgement(one, Objective.RECOVERY_TIME) is Judgement.MET


# -- autoscalers ------------------------------------------------------------------------------------------------------


def hpa(opts: pulumi.ResourceOptions, **bounds: int) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec: Any = {"scaleTargetRef": target, "maxReplicas": 12, **bounds}
    HorizontalPodAutoscaler("web", metadata={"name": "web"}, spec=spec, opts=opts)


def keda(opts: pulumi.ResourceOptions, **bounds: int) -> None:
    spec: Any = {"scaleTargetRef": {"name": "web"}, "maxReplicaCount": 12, **bounds}
    CustomResource(
        "web", api_version="keda.sh/v1alpha1", kind="ScaledObject", metadata={"name": "web"}, spec=spec, opts=opts
    )


@pytest.mark.parametrize(
    "scaler",
    [lambda o: hpa(o, minReplicas=1), hpa, lambda o: keda(o, minReplicaCount=1), keda],
    ids=["one", "not stated, which is one", "KEDA's one", "not stated, which with KEDA is none"],
)
def test_an_autoscaler_that_may_go_down_to_one_makes_it_one(scaler: Callable[[pulumi.ResourceOptions], None]) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, apart(), replicas=3)
        scaler(opts)

    found = assessed(program)
    for lost in (*LOST, "server:web"):
        starts_elsewhere(found, lost)


@pytest.mark.parametrize("scaler", [None, lambda o: hpa(o, minReplicas=3), lambda o: keda(o, minReplicaCount=3)])
def test_three_that_are_kept_apart_lose_one_and_go_on(scaler: Callable[[pulumi.ResourceOptions], None] | None) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, apart(), replicas=3)
        if scaler:
            scaler(opts)

    found = assessed(program)
    for lost in (*LOST, "server:web"):
        assert outcome(found, lost).kind is Kind.RECOVERS
        assert seconds(outcome(found, lost)) < 120


def tasks(minimum: int | None) -> None:
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, count=3)
    if minimum is not None:
        target = Target(
            "web",
            max_capacity=12,
            min_capacity=minimum,
            resource_id=pulumi.Output.concat("service/", tier.cluster.name, "/", tier.service.name),
            scalable_dimension="ecs:service:DesiredCount",
            service_namespace="ecs",
            opts=at.opts,
        )
        EcsPolicy(
            "web",
            policy_type="TargetTrackingScaling",
            resource_id=target.resource_id,
            scalable_dimension=target.scalable_dimension,
            service_namespace=target.service_namespace,
            opts=at.opts,
        )


@pytest.mark.parametrize(("minimum", "launches"), [(None, False), (3, False), (1, True)])
def test_application_auto_scaling_decides_over_the_desired_count(minimum: int | None, launches: bool) -> None:
    one = outcome(assessed(lambda: tasks(minimum)), "zone:aws/eu-west-1/euw1-az1")
    assert one.kind is Kind.RECOVERS
    assert one.way
    assert any(say(step.deed).startswith("launch") for step in one.way.steps) == launches


@pytest.mark.parametrize(
    ("policy", "runs"),
    [
        (None, 4),
        ({"policy_type": "TargetTrackingScaling", "target_tracking_configuration": {"target_value": 50}}, 2),
        ({"scaling_adjustment": -1, "adjustment_type": "ChangeInCapacity"}, 2),
        ({"scaling_adjustment": 1, "adjustment_type": "ChangeInCapacity"}, 4),
        ({"policy_type": "PredictiveScaling"}, 4),
    ],
    ids=["no policy", "tracked", "takes away", "only adds", "predicts"],
)
def test_servers_go_down_to_the_least_where_a_policy_may_take_some_away(policy: Any, runs: int) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        group = ScalingGroup(
            "web", min_size=2, desired_capacity=4, max_size=8, vpc_zone_identifiers=at.subnet_ids, opts=at.opts
        )
        if policy:
            Policy("web", autoscaling_group_name=group.name, **policy, opts=at.opts)

    (pool,) = model(program).pools
    assert pool.desired == runs


@pytest.mark.parametrize(("mode", "runs"), [("ON", 2), ("OFF", 6), ("ONLY_UP", 6)])
def test_instances_go_down_to_the_least_of_an_autoscaler_that_may_take_some_away(mode: str, runs: int) -> None:
    def program() -> None:
        at = gcp.Region()
        group = RegionInstanceGroupManager(
            "web", region=at.name, base_instance_name="web", versions=[], target_size=6, opts=at.opts
        )
        policy: Any = {"minReplicas": 2, "maxReplicas": 9, "mode": mode}
        RegionAutoscaler("web", region=at.name, target=group.id, autoscaling_policy=policy, opts=at.opts)

    (pool,) = model(program).pools
    assert pool.desired == runs


# -- zones ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("pod", [{}, apart(whenUnsatisfiable="ScheduleAnyway"), alone(hard=False)])
def test_pods_that_nothing_binds_start_in_another_zone(replicas: int, pod: dict[str, Any]) -> None:
    found = assessed(lambda: web(gke(zones=ZONES), pod, replicas=replicas))
    for lost in LOST:
        starts_elsewhere(found, lost)
    assert not says(found, "BC0004")


def test_a_pod_stays_where_its_disk_or_its_selector_binds_it() -> None:
    def mounted(mode: str) -> None:
        opts = gke(zones=ZONES)
        volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
        web(opts, {"volumes": [volume]}, replicas=1)
        claim: Any = {"accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
        PersistentVolumeClaim("data", metadata={"name": "data"}, spec=claim, opts=opts)

    bound = assessed(lambda: mounted("ReadWriteOnce"))
    assert outcome(bound, LOST[0]).kind is Kind.LOST, "its disk is there, and no copy is anywhere else"
    assert judgement(outcome(bound, LOST[0]), Objective.RECOVERY_TIME) is Judgement.MISSED
    assert (
        model(lambda: mounted("ReadWriteMany")).pools[-1].zones == model(lambda: web(gke(zones=ZONES))).pools[-1].zones
    )
    selected = assessed(lambda: web(gke(zones=ZONES), {"nodeSelector": {k8s.ZONE: f"{k8s.BELGIUM}-c"}}, replicas=3))
    assert outcome(selected, LOST[1]).kind is not Kind.RECOVERS
    assert says(selected, "BC0004", f"{k8s.BELGIUM}-c")


def test_a_pod_of_a_cluster_whose_zones_nobody_tells_is_in_no_zone_in_particular() -> None:
    found = assessed(lambda: web(k8s.cluster(), replicas=1))
    lost = [r for r in found.scenarios if r.scenario.id.startswith("zone:") and "+" not in r.scenario.id]
    assert lost
    assert {one.kind for result in lost for one in result.outcomes} == {Kind.UNDECIDED}


def kind_of(kind: Callable[..., object], **spec: Any) -> None:
    """A workload of another kind behind a balancer of the cluster's cloud."""
    opts = gke(zones=ZONES)
    labels = {"app": "web"}
    pod: Any = {"containers": [{"name": "web", "image": "registry.example/web:4"}]}
    if kind is Pod:
        Pod("web", metadata={"name": "web", "labels": labels}, spec=pod, opts=opts)
    else:
        template: Any = {"metadata": {"labels": labels}, "spec": pod}
        kind(
            "web",
            metadata={"name": "web"},
            spec={"selector": {"matchLabels": labels}, "template": template, **spec},
            opts=opts,
        )
    service: Any = {"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]}
    Service("web", metadata={"name": "web"}, spec=service, opts=opts)


def test_a_pod_that_no_controller_keeps_is_not_started_again() -> None:
    found = assessed(lambda: kind_of(Pod))
    assert outcome(found, LOST[0]).kind in (Kind.PERSON, Kind.LOST)
    assert outcome(found, "server:web").kind in (Kind.PERSON, Kind.LOST)


def test_a_replica_set_is_started_again_as_a_deployment_is() -> None:
    starts_elsewhere(assessed(lambda: kind_of(ReplicaSet, replicas=1)), LOST[0])


def test_one_pod_on_every_node_goes_on_in_the_other_zones() -> None:
    found = assessed(lambda: kind_of(DaemonSet))
    for lost in (*LOST, "server:web"):
        assert outcome(found, lost).kind is Kind.RECOVERS
        assert seconds(outcome(found, lost)) < 120


@pytest.mark.parametrize("told", [True, False])
def test_servers_whose_zones_nobody_tells_may_share_one(told: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        for n, zone in enumerate(("eu-west-1a", "eu-west-1b")):
            server = Instance(f"server-{n}", ami="ami-1", availability_zone=zone if told else None, opts=at.opts)
            TargetGroupAttachment(f"server-{n}", target_group_arn=tier.targets.arn, target_id=server.id, opts=at.opts)

    servers = next(pool for pool in model(program).pools if "2 servers" in pool.label)
    assert (servers.zones is not None) == told
    lost = [r for r in assessed(program).scenarios if r.scenario.id == "zone:aws/eu-west-1/eu-west-1a"]
    assert [one.kind is Kind.UNDECIDED for result in lost for one in result.outcomes] == ([False] if told else [])


# -- machines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pod", "together"),
    [
        ({}, True),
        (apart(HOST, whenUnsatisfiable="ScheduleAnyway"), True),
        (alone(HOST, hard=False), True),
        (apart(HOST), False),
        (alone(HOST), False),
        (apart(), False),  # what is in different zones is on different machines
    ],
)
def test_one_machine_takes_as_many_replicas_as_no_hard_rule_keeps_apart(pod: dict[str, Any], together: bool) -> None:
    found = assessed(lambda: web(gke(zones=ZONES), pod, replicas=3))
    assert says(found, "BC0035", "pods web") == together
    if together:
        starts_elsewhere(found, "server:web")
    else:
        assert seconds(outcome(found, "server:web")) < 120


NONE, BY_HOST, BY_ZONE = "none", HOST, k8s.ZONE


@pytest.mark.parametrize(("key", "together"), [(NONE, True), (BY_HOST, False), (BY_ZONE, False), (None, False)])
def test_one_machine_may_take_the_majority_of_a_database_that_nothing_keeps_apart(
    key: str | None, together: bool
) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, apart())
        pxc(opts, key=key)

    found = assessed(program)
    lost = outcome(found, "server:orders")
    assert says(found, "BC0035", "MySQL cluster orders") == together
    assert (seconds(lost) > 600) == together
    assert (judgement(lost, Objective.RECOVERY_TIME) is Judgement.MISSED) == together


@pytest.mark.parametrize(
    ("api", "kind", "spec", "together"),
    [
        ("postgresql.cnpg.io/v1", "Cluster", {"instances": 3}, True),  # its anti-affinity is preferred by default
        (
            "postgresql.cnpg.io/v1",
            "Cluster",
            {"instances": 3, "affinity": {"podAntiAffinityType": "required"}},
            False,
        ),
        ("mysql.oracle.com/v2", "InnoDBCluster", {"instances": 3}, True),
        ("databases.spotahome.com/v1", "RedisFailover", {"redis": {"replicas": 3}}, True),
        ("ps.percona.com/v1", "PerconaServerMySQL", {"mysql": {"size": 3}}, False),  # by host, if nothing is stated
        ("ps.percona.com/v1", "PerconaServerMySQL", {"mysql": {"size": 3, "affinity": {"advanced": {}}}}, True),
        ("k8s.mariadb.com/v1alpha1", "MariaDB", {"replicas": 3, "galera": {"enabled": True}}, True),
    ],
)
def test_operators_keep_copies_apart_by_hard_rules_alone(api: str, kind: str, spec: Any, together: bool) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, apart(), database="thing")
        k8s.custom(opts, api, kind, spec)

    assert says(assessed(program), "BC0035", "thing") == together


@pytest.mark.parametrize(
    ("more", "together"),
    [
        ({"launch_type": "FARGATE"}, False),
        ({"launch_type": "EC2"}, True),
        ({"launch_type": "EC2", "ordered_placement_strategies": [{"type": "spread", "field": "instanceId"}]}, True),
        ({"launch_type": "EC2", "placement_constraints": [{"type": "distinctInstance"}]}, False),
        ({"provider": True}, True),
    ],
    ids=["Fargate", "servers", "a strategy, which is best effort", "a constraint", "servers of a capacity provider"],
)
def test_tasks_on_servers_may_share_one(more: dict[str, Any], together: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        own = {key: value for key, value in more.items() if key != "provider"}
        if "provider" in more:
            servers = ScalingGroup("nodes", min_size=3, max_size=6, vpc_zone_identifiers=at.subnet_ids, opts=at.opts)
            arn: Any = {"auto_scaling_group_arn": servers.arn}
            provider = CapacityProvider("nodes", auto_scaling_group_provider=arn, opts=at.opts)
            own = {"capacity_provider_strategies": [{"capacity_provider": provider.name, "weight": 1}]}
        EcsService(
            "jobs",
            cluster=tier.cluster.arn,
            task_definition=tier.tasks.arn,
            desired_count=2,
            network_configuration={"subnets": at.subnet_ids[:1]},
            **own,
            opts=at.opts,
        )

    pool = next(pool for pool in model(program).pools if pool.urn.endswith("::jobs"))
    assert (pool.on_server is None) == together


# -- planned maintenance ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replicas", "budget", "held"),
    [
        (1, {"minAvailable": 1}, "minAvailable: 1"),
        (3, {"minAvailable": "100%"}, "minAvailable: 100%"),
        (3, {"maxUnavailable": 0}, "maxUnavailable: 0"),
        (3, {"maxUnavailable": "0%"}, "maxUnavailable: 0%"),
        (3, {"minAvailable": 2}, None),
        (1, {"maxUnavailable": 1}, None),
        (1, {"minAvailable": 1, "selector": {"matchLabels": {"app": "other"}}}, None),
    ],
)
def test_a_budget_that_lets_none_go_is_named_with_its_property(
    replicas: int, budget: dict[str, Any], held: str | None
) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, replicas=replicas)
        spec: Any = {"selector": {"matchLabels": {"app": "web"}}, **budget}
        PodDisruptionBudget("guard", metadata={"name": "guard"}, spec=spec, opts=opts)

    found = assessed(program)
    assert says(found, "BC0036", f"(`{held}`)") == (held is not None)
    starts_elsewhere(found, LOST[0])


def test_a_budget_counts_the_fewest_that_an_autoscaler_keeps() -> None:
    def program(least: int) -> None:
        opts = gke(zones=ZONES)
        web(opts, replicas=3)
        hpa(opts, minReplicas=least)
        spec: Any = {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": 2}
        PodDisruptionBudget("guard", metadata={"name": "guard"}, spec=spec, opts=opts)

    assert says(assessed(lambda: program(2)), "BC0036")
    assert not says(assessed(lambda: program(3)), "BC0036")
