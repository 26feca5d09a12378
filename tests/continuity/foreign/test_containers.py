"""Data that containers keep without a volume: it dies with them, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.ecs import Service as EcsService, TaskDefinition
from pulumi_gcp.cloudrun import Service as FirstRun
from pulumi_gcp.cloudrunv2 import Service as Run
from pulumi_kubernetes.apps.v1 import Deployment, StatefulSet
from pulumi_kubernetes.core.v1 import Service

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.readings.base.images import keeps
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.assess.page import page
from tests.continuity.foreign.test_behind import project
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.kubernetes_programs import apart, gke, web
from tests.continuity.readings.programs import IRELAND, Region, Tier, model

ZONES = ("b", "c", "d")
ZONE = f"zone:gcp/{k8s.BELGIUM}/{k8s.BELGIUM}-b"
REGION = f"region:gcp/{k8s.BELGIUM}"
SENTINEL = {"name": "sentinel", "image": "redis:7.4", "command": ["redis-sentinel"]}


@pytest.mark.parametrize(
    ("image", "kind", "opens"),
    [
        ("redis:7.4", StoreKind.CACHE, True),
        ("registry:5000/bitnami/redis-cluster@sha256:0a1b", StoreKind.CACHE, True),
        ("memcached", StoreKind.CACHE, True),
        ("percona/percona-xtradb-cluster:8.0", StoreKind.RELATIONAL, False),
        ("public.ecr.aws/docker/library/postgres:16-alpine", StoreKind.RELATIONAL, False),
        ("mcr.microsoft.com/mssql/server:2022-latest", StoreKind.RELATIONAL, False),
        ("docker.elastic.co/elasticsearch/elasticsearch:8.1", StoreKind.OTHER, False),
        ("rabbitmq:3-management", StoreKind.QUEUE, True),
        ("quay.io/minio/minio", StoreKind.OBJECTS, False),
    ],
)
def test_an_image_says_what_it_keeps(image: str, kind: StoreKind, opens: bool) -> None:
    assert keeps(image) == (kind, opens)


@pytest.mark.parametrize(
    "image",
    [
        "registry.example/shop:1.4",
        "oliver006/redis_exporter:v1",
        "prom/mysqld-exporter",
        "phpmyadmin:5",
        "dpage/pgadmin4",
        "mongo-express:1",
        "percona/percona-xtradb-cluster-operator:1.18.0",
        "bitnami/redis-sentinel:7",
        "shop/postgres-migrations:4",
    ],
)
def test_what_stands_beside_a_store_keeps_nothing(image: str) -> None:
    assert keeps(image) is None


def carts(
    *containers: dict[str, Any],
    replicas: int = 1,
    claims: Any = None,
    volume: Any = None,
    pod: dict[str, Any] | None = None,
    set_of: bool = True,
) -> None:
    """A shop, and what keeps its carts."""
    opts = gke(zones=ZONES)
    web(opts, apart(), database="none")
    labels = {"app": "carts"}
    spec: dict[str, Any] = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": list(containers), "volumes": [{"name": "data", **(volume or {})}], **(pod or {})},
        },
    }
    if set_of:
        spec |= {"serviceName": "carts", "volumeClaimTemplates": claims}
        StatefulSet("carts", metadata={"name": "carts"}, spec=spec, opts=opts)
    else:
        Deployment("carts", metadata={"name": "carts"}, spec=spec, opts=opts)
    Service("carts", metadata={"name": "carts"}, spec={"selector": labels, "ports": [{"port": 6379}]}, opts=opts)


def container(image: str, name: str = "store") -> dict[str, Any]:
    return {"name": name, "image": image, "volumeMounts": [{"name": "data", "mountPath": "/data"}]}


EMPTY = {"emptyDir": {}}


def all_lost(one: Outcome) -> bool:
    return any(loss.total_loss for loss in one.losses)


@pytest.mark.parametrize("set_of", [True, False])
def test_one_cache_without_a_volume_begins_empty_wherever_it_starts_again(set_of: bool) -> None:
    found = assessed(lambda: carts(container("redis:7.4"), volume=EMPTY, set_of=set_of))
    for lost in (ZONE, "server:carts"):
        one = outcome(found, lost)
        assert one.kind is Kind.RECOVERS, "an empty cache is a started cache"
        assert judgement(one, Objective.RECOVERY_TIME) is Judgement.MET
        assert all_lost(one)
        assert judgement(one, Objective.DATA_LOSS) is Judgement.MISSED
    for lost in (REGION, "deletion:cache carts", "release:redis:7.4"):
        assert all_lost(outcome(found, lost)), lost
    assert outcome(found, "deletion:cache carts").kind is Kind.PERSON
    assert says(found, "BC0037", "carts")


def test_copies_that_sentinels_promote_lose_all_only_when_all_are_gone() -> None:
    rules = apart(app="carts")
    found = assessed(lambda: carts(container("redis:7.4"), SENTINEL, replicas=3, volume=EMPTY, pod=rules))
    for lost in (ZONE, "server:carts"):
        one = outcome(found, lost)
        assert one.kind is Kind.RECOVERS
        assert judgement(one, Objective.DATA_LOSS) is Judgement.MET
    for lost in (REGION, "deletion:cache carts", "release:redis:7.4"):
        assert all_lost(outcome(found, lost)), lost


def test_copies_that_nothing_keeps_apart_may_all_be_in_the_zone_or_on_the_server_that_is_lost() -> None:
    found = assessed(lambda: carts(container("redis:7.4"), SENTINEL, replicas=3, volume=EMPTY))
    assert outcome(found, ZONE).kind is Kind.UNDECIDED
    assert all_lost(outcome(found, "server:carts"))


@pytest.mark.parametrize("image", ["mysql:8", "postgres:16", "mongo:7"])
def test_a_database_without_a_volume_is_lost_with_its_process(image: str) -> None:
    found = assessed(lambda: carts(container(image), volume=EMPTY))
    for lost in (ZONE, "server:carts", REGION, "deletion:relational database carts"):
        one = outcome(found, lost)
        assert one.kind is Kind.LOST, lost
        assert all_lost(one), lost
        assert judgement(one, Objective.DATA_LOSS) is Judgement.MISSED
    assert says(found, "BC0022", "carts has no copy")


def test_a_volume_keeps_what_a_restart_would_lose() -> None:
    claim = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]
    found = assessed(lambda: carts(container("redis:7.4"), claims=claim))
    assert not all_lost(outcome(found, "server:carts"))
    assert not says(found, "BC0037")
    assert all_lost(outcome(found, "deletion:cache carts")), "nothing copies it"


def test_what_is_no_store_stays_one_of_the_pods() -> None:
    found = model(lambda: carts(container("registry.example/worker:1"), volume=EMPTY))
    assert [pool.urn.rpartition("::")[2] for pool in found.pools if "pods" in pool.label] == ["web", "carts"]
    assert not found.stores


def test_a_store_beside_a_program_is_both() -> None:
    found = model(lambda: carts(container("registry.example/api:1", "api"), container("redis:7"), volume=EMPTY))
    pool = next(pool for pool in found.pools if pool.urn.endswith("::carts"))
    assert found.calls[pool.urn] == ("cache carts",)


def tasks(image: str, volumes: Any = None) -> None:
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    definition = TaskDefinition(
        "carts",
        family="carts",
        container_definitions=json.dumps([{"name": "store", "image": image}]),
        volumes=volumes,
        opts=at.opts,
    )
    EcsService(
        "carts",
        cluster=tier.cluster.arn,
        task_definition=definition.arn,
        desired_count=1,
        launch_type="FARGATE",
        network_configuration={
            "subnets": at.subnet_ids,
            "security_groups": [at.group("carts", admits=tier.group).id],
        },
        opts=at.opts,
    )


def test_a_task_of_a_store_image_begins_empty_too() -> None:
    found = assessed(lambda: tasks("redis:7"))
    for lost in ("zone:aws/eu-west-1/euw1-az1", "server:carts"):
        one = outcome(found, lost)
        assert one.kind is Kind.RECOVERS
        assert all_lost(one)
    database = assessed(lambda: tasks("mysql:8"))
    assert outcome(database, "server:carts").kind is Kind.LOST
    assert all_lost(outcome(database, "server:carts"))


@pytest.mark.parametrize("first", [False, True], ids=["the second API", "the first API"])
def test_a_cache_beside_a_program_of_cloud_run_is_data_too(first: bool) -> None:
    def program(*images: str) -> Callable[[], object]:
        rows = {"containers": [{"image": image} for image in images]}
        template: Any = {"spec": rows} if first else rows
        return lambda: (FirstRun if first else Run)("web", location=k8s.BELGIUM, template=template, opts=project())

    assert [one.kind for one in model(program("shop/web:1", "redis:8")).stores] == [StoreKind.CACHE]
    assert model(program("shop/web:1", "shop/helper:1")).stores == ()


def test_a_task_with_a_file_system_keeps_its_data_there() -> None:
    kept = model(lambda: tasks("redis:7", [{"name": "data", "efs_volume_configuration": {"file_system_id": "fs-1"}}]))
    assert not any(store.kind is StoreKind.CACHE for store in kept.stores)
    assert any(pool.urn.endswith("::carts") for pool in kept.pools)


@pytest.mark.parametrize(("storage", "lost"), [({}, True), ({"volumeClaimTemplate": {"spec": {}}}, False)])
def test_an_operators_cache_without_storage_is_no_better(storage: dict[str, Any], lost: bool) -> None:
    def program() -> None:
        opts = gke(zones=ZONES)
        web(opts, apart(), database="thing")
        k8s.custom(opts, "redis.redis.opstreelabs.in/v1beta2", "Redis", {"storage": storage})

    found = assessed(program)
    assert all_lost(outcome(found, "server:thing")) == lost
    assert says(found, "BC0037") == lost


def test_data_that_the_shop_calls_minor_may_be_lost() -> None:
    def program() -> None:
        carts(container("redis:7.4"), volume=EMPTY)
        spec = {
            "data": {"carts": {"criticality": "minor", "home": "redis"}},
            "objectives": {"recovery_time": "15m", "data_loss": "15m"},
        }
        pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})

    found = assessed(program)
    assert judgement(outcome(found, "server:carts"), Objective.DATA_LOSS) is Judgement.MET
    assert not says(found, "BC0037")


def data_cells(program: Callable[[], object]) -> set[str]:
    found = assessed(program)
    return {row.data.text for row in page(found, model(program), ("stack",), everything=True).scenarios}


def test_nothing_is_said_to_be_lost_of_data_of_which_no_store_is_known() -> None:
    def bare() -> None:
        web(gke(zones=ZONES), apart())

    for result in assessed(bare).scenarios:
        for one in result.outcomes:
            (verdict,) = (v for v in one.verdicts if v.objective is Objective.DATA_LOSS)
            assert verdict.value is None or verdict.value.value is None
    said = data_cells(bare)
    assert "no store known" in said
    assert "0" not in said
    kept = data_cells(lambda: carts(container("redis:7.4"), volume=EMPTY))
    assert "0" in kept
    assert "no store known" not in kept
