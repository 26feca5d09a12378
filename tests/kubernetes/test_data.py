"""Redis, shared files and backups of files."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.graph.core.model import Graph, Secret
from bcinfra.kubernetes import (
    BackupBucket,
    Ceph,
    CephArgs,
    FileBackups,
    FileBackupsArgs,
    Operator,
    OperatorArgs,
    Peer,
    Redis,
    RedisArgs,
    SharedFiles,
    SharedFilesArgs,
)
from bcinfra.kubernetes.cluster import ZONE
from bcinfra.kubernetes.redis import SHARD
from tests.helpers import refusals
from tests.kubernetes.conftest import ZONES, cluster, component, counts, declare, nested, row


def redis_args(*, kind: Any = "redis", **more: Any) -> RedisArgs:
    at = more.pop("cluster", None) or cluster()
    fields: dict[str, Any] = {
        "cluster": at,
        "namespace": "shop",
        "operator": Operator("redis-operator", OperatorArgs(cluster=at, kind=kind, namespace="redis-operator")),
        "memory": 1024,
        "storage": 4,
        "password": "correct horse",
        "clients": {"web": Peer(pods={"app.kubernetes.io/name": "web"})},
    }
    return RedisArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def carts() -> Graph:
    return declare(lambda: Redis("carts", redis_args()))


def test_what_a_cache_is_made_of(carts: Graph) -> None:
    assert counts(carts) == {"RedisCluster": 1, "Release": 1, "Secret": 1, "ConfigMap": 1, "NetworkPolicy": 1}


def test_no_zone_takes_both_pods_of_a_shard_or_a_majority_of_leaders(carts: Graph) -> None:
    spec = nested(row(carts, "RedisCluster", "carts"), "spec")
    assert spec["clusterSize"] == 3
    for role in ("leader", "follower"):
        shard, roles, _ = spec[f"redis{role.title()}"]["topologySpreadConstraints"]
        assert (shard["topologyKey"], shard["whenUnsatisfiable"]) == (ZONE, "DoNotSchedule")
        assert shard["labelSelector"] == {"matchLabels": {"cluster": "carts"}}
        assert shard["matchLabelKeys"] == [SHARD]
        assert roles["labelSelector"] == {"matchLabels": {"cluster": "carts", "role": role}}
        assert roles["whenUnsatisfiable"] == ("DoNotSchedule" if role == "leader" else "ScheduleAnyway")
        assert spec[f"redis{role.title()}"]["pdb"] == {"enabled": True, "maxUnavailable": 1}


def test_data_is_on_disk(carts: Graph) -> None:
    spec = nested(row(carts, "RedisCluster", "carts"), "spec")
    assert spec["persistenceEnabled"] is True
    assert spec["storage"]["keepAfterDelete"] is True
    assert row(carts, "RedisCluster", "carts").options.protect
    settings = nested(row(carts, "ConfigMap", "carts-settings"), "data", "redis-additional.conf").splitlines()
    assert {"appendonly yes", "appendfsync everysec", "cluster-require-full-coverage no"} <= set(settings)
    assert "maxmemory 768mb" in settings


def test_clients_need_a_password_and_a_policy(carts: Graph) -> None:
    assert row(carts, "Secret", "carts-password").inputs["stringData"] == Secret()
    assert nested(row(carts, "RedisCluster", "carts"), "spec", "kubernetesConfig", "redisSecret") == {
        "name": "carts-password",
        "key": "password",
    }
    own, operator, web = nested(row(carts, "NetworkPolicy", "carts"), "spec", "ingress")
    assert [port["port"] for port in own["ports"]] == [6379, 16379]
    assert operator["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "redis-operator"}
    assert web["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "web"}}}]


def test_wrong_arguments_of_a_cache_are_all_named_at_once() -> None:
    assert refusals(lambda: redis_args(kind="ceph", cluster=cluster(zones=("a", "b")), storage=1)) == [
        "cluster: 2 zone(s); a failover needs a majority of leaders, which three zones always leave",
        "operator: this one keeps ceph running, not redis",
        "storage: 1 GiB is less than twice the memory, 1024 MiB",
    ]


def rook(at: Any, kind: Any = "ceph") -> Operator:
    return Operator("rook", OperatorArgs(cluster=at, kind=kind, namespace="rook-ceph"))


def storage() -> None:
    at = cluster("ghent")
    ceph = Ceph("storage", CephArgs(cluster=at, operator=rook(at), disk=500, disks=6, storage_class="local"))
    args = SharedFilesArgs(cluster=at, namespace="shop", ceph_namespace=ceph.namespace, volumes={"media": 200})
    SharedFiles("files", args)


@pytest.fixture(scope="module")
def files() -> Graph:
    return declare(storage)


def test_what_shared_files_are_made_of(files: Graph) -> None:
    assert counts(files) == {
        "Release": 1,
        "CephCluster": 1,
        "CephFilesystem": 1,
        "StorageClass": 1,
        "PersistentVolumeClaim": 1,
    }


def test_every_file_has_three_copies_in_three_zones(files: Graph) -> None:
    spec = nested(row(files, "CephFilesystem", "files"), "spec")
    for pool in (spec["metadataPool"], *spec["dataPools"]):
        assert pool["failureDomain"] == "zone"
        assert pool["replicated"] == {"size": 3, "requireSafeReplicaSize": True}
    assert spec["metadataServer"]["activeStandby"] is True
    assert spec["preserveFilesystemOnDelete"] is True
    assert spec["mirroring"]["snapshotSchedules"] == [{"path": "/", "interval": "1h"}]
    storage = nested(row(files, "CephCluster", "storage"), "spec")
    assert storage["mon"]["zones"] == [{"name": zone} for zone in ZONES["ghent"]]
    assert storage["mon"]["count"] == 3
    (disks,) = storage["storage"]["storageClassDeviceSets"]
    assert disks["portable"] is True
    for field in ("placement", "preparePlacement"):
        (zones,) = disks[field]["topologySpreadConstraints"]
        assert (zones["topologyKey"], zones["whenUnsatisfiable"]) == (ZONE, "DoNotSchedule")


def test_files_are_guarded_against_deletion(files: Graph) -> None:
    assert row(files, "StorageClass", "files").inputs["reclaimPolicy"] == "Retain"
    assert "cleanupPolicy" not in nested(row(files, "CephCluster", "storage"), "spec")
    for kind, name in (
        ("CephCluster", "storage"),
        ("CephFilesystem", "files"),
        ("PersistentVolumeClaim", "files-media"),
    ):
        assert row(files, kind, name).options.protect


def test_many_pods_write_a_volume(files: Graph) -> None:
    claim = nested(row(files, "PersistentVolumeClaim", "files-media"), "spec")
    assert claim["accessModes"] == ["ReadWriteMany"]
    assert claim["storageClassName"] == "files-cephfs"
    assert row(files, "CephCluster", "storage").urn in row(files, "CephFilesystem", "files").dependencies


def test_wrong_arguments_of_storage_are_all_named_at_once() -> None:
    def make(zones: tuple[str, ...], disks: int) -> CephArgs:
        at = cluster("ghent", zones=zones)
        return CephArgs(cluster=at, operator=rook(at, "redis"), disk=500, disks=disks, storage_class="local")

    assert refusals(lambda: make(("rack-1",), 3)) == [
        "cluster: 1 zone(s); 3 copies and a majority of monitors survive a zone only over three",
        "operator: this one keeps redis running, not ceph",
    ]
    assert refusals(lambda: make(ZONES["ghent"], 4))[0] == "disks: 4 are not the same number in each of 3 zones"


def backup_args(**more: Any) -> FileBackupsArgs:
    fields: dict[str, Any] = {
        "cluster": cluster("ghent", prometheus=True),
        "namespace": "shop",
        "claims": {"media": "files-media"},
        "bucket": BackupBucket(
            site=more.pop("site", "virginia"),
            bucket="acme-files",
            region="us-east-1",
            access_key="AK",
            secret_key="correct horse",
            locked=more.pop("locked", True),
        ),
        "password": "correct horse",
    }
    return FileBackupsArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def copies() -> Graph:
    return declare(lambda: FileBackups("copies", backup_args()))


def test_what_backups_are_made_of(copies: Graph) -> None:
    assert counts(copies) == {"CronJob": 2, "Secret": 1, "NetworkPolicy": 2, "PrometheusRule": 1}


def job(graph: Graph, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The one container of a scheduled job, and its environment as far as it is not secret."""
    (found,) = nested(row(graph, "CronJob", name), "spec", "jobTemplate", "spec", "template", "spec", "containers")
    return found, {entry["name"]: entry["value"] for entry in found["env"] if "value" in entry}


def test_files_leave_for_another_site_four_times_an_hour(copies: Graph) -> None:
    assert nested(row(copies, "CronJob", "copies-media"), "spec", "schedule") == "*/15 * * * *"
    assert nested(row(copies, "CronJob", "copies-media"), "spec", "concurrencyPolicy") == "Forbid"
    container, environment = job(copies, "copies-media")
    assert environment["RESTIC_REPOSITORY"] == "s3:https://s3.amazonaws.com/acme-files/copies/media"
    assert {"name": "files", "mountPath": "/files", "readOnly": True} in container["volumeMounts"]
    assert component(copies, "FileBackups", "copies").inputs["storesAt"] == "virginia"


def test_a_locked_bucket_is_not_asked_to_forget() -> None:
    assert "KEEP_HOURS" not in job(declare(lambda: FileBackups("copies", backup_args())), "copies-media")[1]
    free = job(declare(lambda: FileBackups("copies", backup_args(locked=False))), "copies-media")[1]
    assert (free["KEEP_HOURS"], free["KEEP_DAYS"]) == ("48", "30")


def test_keys_and_password_arrive_as_secrets(copies: Graph) -> None:
    assert row(copies, "Secret", "copies-bucket").inputs["stringData"] == Secret()
    container, _ = job(copies, "copies-media")
    secret = {entry["name"] for entry in container["env"] if "valueFrom" in entry}
    assert secret == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "RESTIC_PASSWORD"}


def test_a_backup_that_is_old_fails_the_test_and_a_job_that_fails_is_told(copies: Graph) -> None:
    assert job(copies, "copies-media-test")[1]["OLDEST"] == str(45 * 60)
    ((backup, test),) = [
        group["rules"] for group in nested(row(copies, "PrometheusRule", "copies-overdue"), "spec", "groups")
    ]
    assert backup["labels"]["cronjob"] == "copies-media" and backup["expr"].endswith("> 2700")
    assert test["labels"]["cronjob"] == "copies-media-test" and test["expr"].endswith(f"> {8 * 86400}")


def test_a_job_is_restricted_and_has_no_access_to_the_cluster(copies: Graph) -> None:
    pod = nested(row(copies, "CronJob", "copies-media"), "spec", "jobTemplate", "spec", "template", "spec")
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
    names, internet = nested(row(copies, "NetworkPolicy", "copies-media"), "spec", "egress")
    assert names["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    assert internet["ports"] == [{"protocol": "TCP", "port": 443}]


def test_wrong_arguments_of_backups_are_all_named_at_once() -> None:
    assert refusals(lambda: backup_args(site="ghent", every=7)) == [
        "bucket: the bucket is at 'ghent', as the data is; keep backups at another site",
        "every: 7 minutes do not divide an hour; allowed: 5, 6, 10, 12, 15, 20, 30, 60",
    ]
