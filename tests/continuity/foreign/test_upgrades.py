"""Planned upgrades of databases and caches in anybody's program, and the windows that vendors work in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pulumi_kubernetes as kubernetes
import pytest
from pulumi_aws import rds
from pulumi_aws.ecs import Service, TaskDefinition
from pulumi_aws.eks import Cluster, NodeGroup
from pulumi_aws.elasticache import ReplicationGroup, SubnetGroup

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import record
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.readings.kubernetes_programs import apart
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

UPGRADE = "upgrade:eu-west-1-db"
BESIDE: dict[str, Any] = {"blue_green_update": {"enabled": True}}


def one_site(**more: Any) -> Assessment:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        Database(at, Tier(at), **more)

    return assessed(program)


def two_sites(primary: dict[str, Any], replica: dict[str, Any]) -> Assessment:
    def program() -> None:
        at, away = Region("eu-west-1", IRELAND[:2]), Region("eu-central-1", FRANKFURT[:2])
        Database(away, Tier(away), source=Database(at, Tier(at), **primary), **replica)

    return assessed(program)


def stops(found: Assessment) -> float | None:
    """Seconds that the upgrade of the database stops who needs it."""
    return typical(outcome(found, UPGRADE).time)


@pytest.mark.parametrize("multi_az", [True, False])
def test_an_upgrade_in_place_stops_the_database_with_its_standby(multi_az: bool) -> None:
    assert stops(one_site(multi_az=multi_az)) == pytest.approx(600, rel=0.01)


def test_an_upgrade_beside_takes_the_switch_alone() -> None:
    assert stops(one_site(**BESIDE)) == pytest.approx(60, rel=0.01)


@pytest.mark.parametrize("refused", [{"blue_green_update": {"enabled": False}}, {"manage_master_user_password": True}])
def test_what_is_not_done_beside_is_done_in_place(refused: dict[str, Any]) -> None:
    assert stops(one_site(**{**BESIDE, **refused})) == pytest.approx(600, rel=0.01)


def test_nothing_is_switched_beside_a_replica_in_another_region() -> None:
    assert stops(two_sites(BESIDE, {})) == pytest.approx(600, rel=0.01)


@pytest.mark.parametrize(("copies", "seconds"), [(1, 300), (2, 30)])
def test_a_replica_of_a_cache_goes_first(copies: int, seconds: float) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        ReplicationGroup(
            "carts",
            description="carts",
            num_cache_clusters=copies,
            automatic_failover_enabled=copies > 1,
            multi_az_enabled=copies > 1,
            subnet_group_name=SubnetGroup("carts", subnet_ids=at.subnet_ids, opts=at.opts).name,
            security_group_ids=[at.group("carts", admits=Tier(at).group).id],
            opts=at.opts,
        )

    (upgrade,) = [one.scenario for one in assessed(program).scenarios if one.scenario.id == "upgrade:carts"]
    assert typical(upgrade.lasts) == seconds


@pytest.mark.parametrize(
    ("here", "there", "together"),
    [
        ("tue:03:00-tue:04:00", "tue:03:30-tue:04:30", True),
        ("sun:23:30-mon:00:30", "Mon:00:00-Mon:01:00", True),
        ("tue:03:00-tue:04:00", "tue:04:00-tue:05:00", False),
        ("tue:03:00-tue:04:00", None, False),
    ],
)
def test_windows_that_meet_are_found(here: str, there: str | None, together: bool) -> None:
    found = two_sites({"maintenance_window": here}, {"maintenance_window": there} if there else {})
    assert says(found, "BC0045", "is maintained while") is together


def pods(strategy: Any = None, budget: Any = None, nodes: Any = None, pod: Any = None) -> None:
    """Six replicas on three nodes at AWS."""
    at = Region("eu-west-1", IRELAND)
    upgraded: dict[str, Any] = nodes or {}
    made = Cluster("shop", role_arn="arn", vpc_config={"subnet_ids": at.subnet_ids}, opts=at.opts)
    NodeGroup(
        "shop",
        cluster_name=made.name,
        node_role_arn="arn",
        subnet_ids=at.subnet_ids,
        scaling_config={"desired_size": 3, "max_size": 6, "min_size": 3},
        opts=at.opts,
        **upgraded,
    )
    labels: Any = {"matchLabels": {"app": "web"}}
    spread = apart("kubernetes.io/hostname") if pod is None else pod
    container: Any = {"name": "web", "image": "web:1", "readinessProbe": {"httpGet": {"path": "/", "port": 80}}}
    template: Any = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container], **spread}}
    spec: Any = {
        "replicas": 6,
        "selector": labels,
        "template": template,
        **({"strategy": strategy} if strategy else {}),
    }
    inside = pulumi.ResourceOptions(provider=kubernetes.Provider("shop", kubeconfig=made.endpoint))
    kubernetes.apps.v1.Deployment("web", metadata={"name": "web"}, spec=spec, opts=inside)
    told: Any = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80}]}
    kubernetes.core.v1.Service("web", metadata={"name": "web"}, spec=told, opts=inside)
    if budget:
        of: Any = {"selector": labels, **budget}
        kubernetes.policy.v1.PodDisruptionBudget("web", metadata={"name": "web"}, spec=of, opts=inside)


def tasks(**more: Any) -> None:
    at = Region("eu-west-1", IRELAND)
    definition = TaskDefinition("web", family="web", cpu="256", memory="512", container_definitions="[]", opts=at.opts)
    network: Any = {"subnets": at.subnet_ids}
    Service("web", desired_count=6, task_definition=definition.arn, network_configuration=network, opts=at.opts, **more)


def instances(**policy: Any) -> None:
    how: Any = {"type": "PROACTIVE", "minimalAction": "REPLACE", **policy} if policy else None
    gcp.compute.RegionInstanceGroupManager(
        "web", region="europe-west1", base_instance_name="web", versions=[], target_size=6, update_policy=how
    )


ALL: Any = {"update_config": {"maxUnavailablePercentage": 100}}
FORCED: Any = {**ALL, "force_update_version": True}
KEPT: Any = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}


@pytest.mark.parametrize(
    ("program", "more", "takes"),
    [
        (pods, {}, 2),  # a node with two
        (pods, {"strategy": KEPT, "budget": {"maxUnavailable": 1}}, 1),
        (pods, {"strategy": {"type": "Recreate"}}, 6),
        (pods, {"strategy": {"rollingUpdate": {"maxUnavailable": "50%"}}, "budget": {"minAvailable": 5}}, 3),
        (pods, {"nodes": ALL}, 6),
        (pods, {"nodes": ALL, "budget": {"minAvailable": "50%"}}, 3),
        (pods, {"nodes": FORCED, "budget": {"minAvailable": "50%"}}, 6),
        (pods, {"nodes": {"update_config": {"maxUnavailable": 2}}}, 4),
        (tasks, {}, 0),
        (tasks, {"deployment_minimum_healthy_percent": 100}, 0),
        (tasks, {"deployment_minimum_healthy_percent": 0}, 6),
        (tasks, {"deployment_minimum_healthy_percent": 0, "deployment_controller": {"type": "CODE_DEPLOY"}}, 0),
        (instances, {}, 0),
        (instances, {"maxUnavailableFixed": 0, "maxSurgeFixed": 3}, 0),
        (instances, {"maxSurgeFixed": 3}, 3),  # one a zone
        (instances, {"maxUnavailablePercent": 100}, 6),
    ],
)
def test_planned_work_takes_away_what_is_declared(program: Any, more: dict[str, Any], takes: int) -> None:
    pool = read(record(lambda: program(**more))).pools[-1]
    assert (pool.rollout.takes if pool.rollout else 0) == takes


@pytest.mark.parametrize(
    ("more", "stopped"),
    [
        ({"nodes": ALL}, True),
        ({"nodes": ALL, "budget": {"maxUnavailable": 1}}, False),
        ({"strategy": {"type": "Recreate"}}, True),
        ({}, False),
    ],
)
def test_planned_work_that_takes_all_replicas_stops_the_shop(more: dict[str, Any], stopped: bool) -> None:
    found = assessed(lambda: pods(**more))
    assert says(found, "BC0046", "takes all its replicas (6) away at once") is stopped
    upgrades = [one for one in found.scenarios if one.scenario.id == "upgrade:web"]
    assert [one.outcomes[0].kind for one in upgrades] == ([Kind.RECOVERS] if stopped else [])


# -- what else is upgraded, and when ----------------------------------------------------------------------------------


def aurora(*, everywhere: bool = False, instances: int = 2) -> None:
    opts = Region("eu-west-1", IRELAND[:2]).opts
    world = rds.GlobalCluster("db", global_cluster_identifier="db", engine="aurora-mysql", opts=opts)
    of: Any = {"global_cluster_identifier": world.id} if everywhere else {}
    made = rds.Cluster("db", cluster_identifier="db", engine="aurora-mysql", master_username="a", **of, opts=opts)
    for n in range(instances):
        kind: Any = {"instance_class": "db.r7g.large", "engine": "aurora-mysql"}
        rds.ClusterInstance(f"db-{n}", cluster_identifier=made.id, **kind, opts=opts)


def operated(instances: int) -> None:
    spec = {"instances": instances, "storage": {"size": "10Gi"}}
    kubernetes.apiextensions.CustomResource(
        "db", api_version="postgresql.cnpg.io/v1", kind="Cluster", metadata={"name": "db"}, spec=spec
    )


def percona(size: int) -> None:
    spec = {"pxc": {"size": size, "volumeSpec": {}}}
    kubernetes.apiextensions.CustomResource(
        "db", api_version="pxc.percona.com/v1", kind="PerconaXtraDBCluster", metadata={"name": "db"}, spec=spec
    )


@pytest.mark.parametrize(
    ("program", "more", "seconds"),
    [
        (aurora, {}, 60),  # connections are kept, where that succeeds
        (aurora, {"everywhere": True}, 120),  # not of a global database
        (aurora, {"instances": 0}, None),  # nothing runs
        (operated, {"instances": 1}, 60),
        (percona, {"size": 1}, 60),
    ],
)
def test_an_upgrade_stops_a_cluster_for_so_long(program: Any, more: dict[str, Any], seconds: float | None) -> None:
    (store,) = read(record(lambda: program(**more))).stores
    (writer,) = (member for member in store.members if member.writer)
    assert (typical(writer.upgrade) if writer.upgrade else None) == seconds


@pytest.mark.parametrize(("program", "more"), [(operated, {"instances": 3}), (percona, {"size": 3})])
def test_an_operator_upgrades_others_first(program: Any, more: dict[str, Any]) -> None:
    (store,) = read(record(lambda: program(**more))).stores
    (writer,) = store.members
    assert writer.upgrade and writer.upgrade == writer.local_failover


TUESDAY: Any = [{"day": "TUESDAY", "start_time": {"hours": 3, "minutes": 30}}]


def memorystore(**policy: Any) -> None:
    gcp.redis.Instance("carts", memory_size_gb=1, region="europe-west1", maintenance_policy=policy or None)


def clustered(**policy: Any) -> None:
    at: Any = {"region": "europe-west1", "shard_count": 1, "psc_configs": [{"network": "n"}]}
    gcp.redis.Cluster("carts", **at, maintenance_policy=policy or None)


@pytest.mark.parametrize("program", [memorystore, clustered])
def test_the_window_of_a_cache_at_google_is_read(program: Any) -> None:
    (store,) = read(record(lambda: program(weekly_maintenance_windows=TUESDAY))).stores
    window = store.members[0].window
    assert window and (window.start, window.length, window.days) == ((24 + 3) * 60 + 30, 60, {1})
    assert read(record(program)).stores[0].members[0].window is None


@pytest.mark.parametrize(
    ("period", "closed"),
    [
        ({"start_date": "11-20", "end_date": "12-02"}, True),
        ({"start_date": "2026-11-20", "end_date": "2026-12-02"}, True),
        ({"start_date": "2025-11-20", "end_date": "2025-12-02"}, False),  # another year's
        ({"start_date": "11-20", "end_date": "11-30"}, False),  # over before the last day is
        ({"start_date": "11-20", "end_date": "2-01"}, True),  # into the next year
        ({"start_date": "13-40", "end_date": "12-02"}, False),
        (None, False),
    ],
)
def test_days_without_planned_work_are_read(period: Any, closed: bool) -> None:
    def program() -> None:
        denied = {**period, "time": "00:00:00"} if period else None
        settings: Any = {"tier": "db-custom-2-8192", "deny_maintenance_period": denied}
        gcp.sql.DatabaseInstance("db", region="europe-west1", database_version="MYSQL_8_0", settings=settings)

    (store,) = read(record(program)).stores
    days = store.members[0].closed
    assert days is not None
    assert all(any(one.holds(date(2026, 11, n)) for one in days) for n in range(27, 31)) is closed
