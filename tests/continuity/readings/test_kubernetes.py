"""What Kubernetes resources mean for continuity."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pulumi
import pytest
from pulumi_aws import Provider as Aws
from pulumi_aws.eks import Cluster as EksCluster, NodeGroup
from pulumi_aws.s3 import Bucket, BucketObjectLockConfiguration
from pulumi_kubernetes.apps.v1 import DaemonSet, StatefulSet
from pulumi_kubernetes.batch.v1 import CronJob
from pulumi_kubernetes.core.v1 import ConfigMap, Namespace, PersistentVolumeClaim, Service
from pulumi_kubernetes.helm.v3 import Release
from pulumi_kubernetes.policy.v1 import PodDisruptionBudget
from pulumi_kubernetes.storage.v1 import StorageClass

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Member, Model, Pool, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.statements import store
from bcinfra.continuity.readings.kubernetes.backup import COPIED, FOLLOWED, interval
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph
from tests.continuity.knockouts.edits import put, without
from tests.continuity.readings import kubernetes_programs as k8s
from tests.continuity.readings.kubernetes_programs import HOST, ZONE, alone, apart, cluster, gke, pxc, web
from tests.continuity.readings.programs import IRELAND, Region, assumed, model, names
from tests.continuity.readings.test_gcp import homes, only, upper
from tests.samples import sample

DAY = 86400


def zones(part: Any) -> list[str] | None:
    return None if part.zones is None else [zone.name.rsplit("/", 1)[-1] for zone in part.zones]


def pods(found: Model) -> Pool:
    """The one pool that is no pool of nodes."""
    (pool,) = (p for p in found.pools if p.label.startswith("pods"))
    return pool


def store_of(found: Model, kind: StoreKind = StoreKind.RELATIONAL) -> tuple[Store, Member]:
    store = only(found, kind)
    (one,) = store.members
    return store, one


# -- where pods stand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pod", "zone", "server"),
    [
        (apart(), 2, 6),
        (apart(maxSkew=2), 3, 6),
        (apart(minDomains=3), 2, 6),
        (alone(), 1, 6),  # another mechanism for the same
        (apart(whenUnsatisfiable="ScheduleAnyway"), 6, 6),
        (alone(hard=False), 6, 6),
        (apart(HOST), 6, 2),  # nodes are not zones
        (alone(HOST), 6, 1),
        (apart(HOST, whenUnsatisfiable="ScheduleAnyway"), 6, 6),
        (apart(app="other"), 6, 6),  # a selector that misses the pods spreads nothing
        (apart(labelSelector=None), 6, 6),
        ({}, 6, 6),
    ],
)
def test_so_many_pods_share_a_zone_and_a_server_as_no_hard_rule_keeps_apart(
    pod: dict[str, Any], zone: int, server: int
) -> None:
    here = pods(model(lambda: web(gke(zones=("b", "c", "d")), pod)))
    assert zones(here) == [f"{k8s.BELGIUM}-{letter}" for letter in "bcd"], "a pod may be started in any"
    assert (here.in_zone, here.on_server) == (zone, server)
    elsewhere = pods(model(lambda: web(cluster(), pod)))
    assert (elsewhere.zones is not None) == (zone < 6), "of a cluster that tells none, only a rule says that it has any"


def test_six_nodes_in_one_zone_are_one_zone_however_pods_are_spread() -> None:
    for pod in (apart(), {}):
        pool = pods(model(lambda pod=pod: web(gke(zones=("c",)), pod)))
        assert zones(pool) == [f"{k8s.BELGIUM}-c"]


def test_over_how_many_zones_is_what_the_program_says_or_an_assumption() -> None:
    found = model(lambda: web(cluster(), apart()))
    assert len(zones(found.pools[0]) or ()) == 2
    (taken,) = assumed(found, Assumes.OVER_SOME_ZONES)
    assert (taken.object, taken.amount) == ("ghent", 2)
    found = model(lambda: web(cluster(), apart(minDomains=3)))
    assert len(zones(found.pools[0]) or ()) == 3
    assert not assumed(found, Assumes.OVER_SOME_ZONES)
    assert len(zones(model(lambda: web(cluster(), alone(), replicas=4)).pools[0]) or ()) == 4


def test_over_how_many_nodes_is_an_assumption_unless_zones_say_enough() -> None:
    assert assumed(model(lambda: web(cluster(), apart(HOST))), Assumes.OVER_SOME_MACHINES)
    assert not assumed(model(lambda: web(gke(zones=("b", "c", "d")), apart(HOST))), Assumes.OVER_SOME_MACHINES)
    alone_each = model(lambda: web(cluster(), alone(HOST)))
    assert not assumed(alone_each, Assumes.OVER_SOME_MACHINES), "each has a node of its own, however many there are"


def test_pods_stand_only_in_zones_that_they_are_bound_to() -> None:
    term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["rack-1", "rack-2"]}]}
    bound = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    pool = pods(model(lambda: web(cluster(), {**apart(), "affinity": bound})))
    assert zones(pool) == ["rack-1", "rack-2"]
    pool = pods(model(lambda: web(cluster(), {"nodeSelector": {ZONE: "rack-1"}})))
    assert zones(pool) == ["rack-1"]


def test_a_cluster_is_that_of_its_provider_else_only_a_name() -> None:
    pool = pods(model(lambda: web(gke(zonal=True), apart())))
    assert pool.site == f"gcp/{k8s.BELGIUM}"
    control = next(d for d in pool.needs_to_recover if d.kind is DomainKind.CONTROL_PLANE)
    assert {outer.kind for outer in control.chain()} >= {DomainKind.ZONE, DomainKind.REGION}  # one zone has it
    pool = pods(model(lambda: web(cluster("ghent"))))
    assert (pool.site, homes(pool)) == ("kubernetes/ghent", {(DomainKind.REGION, "kubernetes/ghent")})

    def eks() -> None:
        at = Region("eu-west-1", IRELAND)
        made = EksCluster("shop", role_arn="arn", vpc_config={"subnet_ids": at.subnet_ids}, opts=at.opts)
        NodeGroup(
            "shop",
            cluster_name=made.name,
            node_role_arn="arn",
            subnet_ids=at.subnet_ids[:2],
            scaling_config={"desired_size": 4, "max_size": 8, "min_size": 2},
            opts=at.opts,
        )
        web(pulumi.ResourceOptions(provider=k8s.Provider("shop", kubeconfig=made.endpoint)), apart())

    found = model(eks)
    pool = pods(found)
    assert (pool.site, zones(pool)) == ("aws/eu-west-1", list(IRELAND[:2]))


def test_replicas_are_counted_and_scaled_and_come_back_after_they_were_tolerated() -> None:
    def program(pod: dict[str, Any] | None = None) -> None:
        opts = cluster()
        web(opts, pod)
        k8s.scaled(opts)

    pool = pods(model(program))
    assert (pool.minimum, pool.desired, pool.maximum) == (3, 3, 12), "it may go down to three, and does"
    assert upper(pool.start) == 300 + 70
    impatient = {"tolerations": [{"key": "node.kubernetes.io/unreachable", "tolerationSeconds": 30}]}
    assert upper(model(lambda: program(impatient)).pools[0].start) == 30 + 70


def test_one_on_every_node_is_a_number_that_the_graph_does_not_tell() -> None:
    def program() -> None:
        spec: Any = {
            "selector": {"matchLabels": {"app": "edge"}},
            "template": {
                "metadata": {"labels": {"app": "edge"}},
                "spec": {"containers": [{"name": "edge", "image": "edge:1"}]},
            },
        }
        DaemonSet("edge", spec=spec, opts=cluster())

    pool = pods(model(program))
    assert (pool.desired, pool.maximum, pool.zones) == (None, None, None)


def test_a_budget_of_disruptions_changes_nothing_when_a_zone_is_lost() -> None:
    def program(*, budget: bool) -> None:
        opts = cluster()
        web(opts, replicas=2)
        if budget:
            spec: Any = {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}
            PodDisruptionBudget("web", spec=spec, opts=opts)

    without, with_budget = model(lambda: program(budget=False)), model(lambda: program(budget=True))
    assert without.pools == with_budget.pools
    assert [said for _, _, said in with_budget.held] == ["minAvailable: 2"]
    assert without.balancers == with_budget.balancers
    assert with_budget.not_understood == ()


# -- services ---------------------------------------------------------------------------------------------------------


def test_a_service_spreads_over_the_pods_that_it_selects_and_notices_by_node_and_probe() -> None:
    found = model(lambda: web(cluster()))
    (balancer,) = found.balancers
    assert balancer.pools == (names(found, "pools")["web"],)
    assert balancer.public
    assert balancer.regional  # a cloud's, as its annotation tells
    assert upper(balancer.detects) == 20 * 4 + 5
    quick = {**k8s.PROBE, "periodSeconds": 5, "failureThreshold": 2}
    assert upper(model(lambda: web(cluster(), probe=quick)).balancers[0].detects) == 50  # the node is missed later
    assert upper(model(lambda: web(cluster(), probe=None)).balancers[0].detects) == 50
    bare = model(lambda: web(cluster(), balanced=False)).balancers[0]
    assert (bare.regional, bare.zones) == (False, None)  # what answers for it is not told


def test_an_ingress_leads_to_services_and_says_its_name() -> None:
    def program(controller: str = "nginx") -> None:
        opts = cluster()
        web(opts)
        k8s.entrance(opts, controller)

    found = model(program)
    ingress, service = sorted(found.balancers, key=lambda b: b.label)
    assert ingress.label.startswith("ingress")
    assert found.calls[ingress.urn] == (service.urn,)
    assert ingress.zones is None
    assert not ingress.regional
    assert "shop.example" in {entry.name for entry in found.entries}
    entry = next(e for e in found.entries if e.name == "shop.example")
    assert [d.name for d in entry.homes] == ["that the graph does not name"]
    assert entry.propagates.value is None
    assert any(b.regional for b in model(lambda: program("gce")).balancers if b.label.startswith("ingress"))


def test_pods_call_what_their_environment_and_configuration_name() -> None:
    def program() -> None:
        opts = cluster()
        web(opts, {"volumes": [{"name": "c", "configMap": {"name": "settings"}}]})
        pxc(opts)
        ConfigMap("settings", metadata={"name": "settings"}, data={"cache": "redis://carts-leader:6379"}, opts=opts)
        spec = {"clusterSize": 3, "redisLeader": {"replicas": 3}, "redisFollower": {"replicas": 3}}
        k8s.custom(opts, "redis.redis.opstreelabs.in/v1beta2", "RedisCluster", spec, "carts")
        k8s.custom(opts, "redis.redis.opstreelabs.in/v1beta2", "Redis", {}, "unused")

    found = model(program)
    used = {s.name: s for s in found.stores if s.name in found.calls[names(found, "pools")["web"]]}
    assert {"relational database orders", "cache carts"} <= used.keys()
    assert Assumption(Assumes.USED_BY_ALL, store("cache unused")) in found.assumptions


# -- databases and caches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "count", "outlives"), [(3, "bcd", True), (3, "bc", False), (5, "bcd", True)])
def test_a_cluster_of_mysql_outlives_a_zone_that_leaves_a_majority(size: int, count: str, outlives: bool) -> None:
    spread: Any = {"topologySpreadConstraints": [{"topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}]}
    _, one = store_of(model(lambda: pxc(gke(zones=tuple(count)), size=size, key=None, **spread)))
    assert one.local_failover
    fatal = {name for kind, name in homes(one) if kind is DomainKind.ZONE}
    if outlives:
        assert len(one.zones or ()) == len(count)
        assert not fatal
    else:
        assert len(fatal) == 2  # either may hold two of three


def test_members_apart_by_host_may_stand_in_one_zone() -> None:
    assert store_of(model(lambda: pxc(cluster(), key=HOST)))[1].zones is None
    assert store_of(model(lambda: pxc(cluster(), key=None)))[1].zones is None  # by host, if nothing is stated
    assert len(store_of(model(lambda: pxc(cluster(), key=ZONE)))[1].zones or ()) == 3
    single = store_of(model(lambda: pxc(cluster(), size=1)))[1]
    assert (len(single.zones or ()), single.local_failover) == (1, None)


def test_backups_are_as_old_as_their_schedule_and_logs_as_their_upload() -> None:
    store, _ = store_of(model(lambda: pxc(cluster())))
    copies = {c.mechanism: c for c in store.copies}
    assert upper(copies["scheduled backup"].age) == DAY + 7200
    assert copies["scheduled backup"].retention == timedelta(days=14)
    assert copies["scheduled backup"].site == "aws/us-east-1"
    assert upper(copies["point-in-time recovery"].age) == 60 + 60
    store, _ = store_of(model(lambda: pxc(cluster(), logs=False)))
    assert [c.mechanism for c in store.copies] == ["scheduled backup"]
    store, _ = store_of(model(lambda: pxc(cluster(), endpoint="https://minio.example:9000")))
    assert {(d.kind, d.name) for d in store.copies[0].homes} == {
        (DomainKind.SUPPLIER, "object store minio.example:9000")
    }


@pytest.mark.parametrize(
    ("mounted", "restore", "tested"),
    [("restore", {"pitr": {"type": "latest"}}, True), ("restore", {}, False), ("other", {"pitr": {}}, False)],
)
def test_binary_logs_are_tested_where_the_restore_that_a_job_mounts_replays_them(
    mounted: str, restore: dict[str, Any], *, tested: bool
) -> None:
    def program() -> None:
        opts = cluster()
        pxc(opts)
        ConfigMap("restore", metadata={"name": mounted}, data={"restore.json": json.dumps(restore)}, opts=opts)
        pod: Any = {
            "containers": [{"name": "test", "image": "kubectl:1", "command": ["sh", "-c", "kubectl get pxc-restore"]}],
            "volumes": [{"name": "manifests", "configMap": {"name": "restore"}}],
        }
        pod["containers"][0]["env"] = [{"name": "SOURCE", "value": "orders"}]
        job: Any = {"schedule": "0 4 * * 0", "jobTemplate": {"spec": {"template": {"spec": pod}}}}
        CronJob("test", metadata={"name": "test"}, spec=job, opts=opts)

    copies = {c.mechanism: c.tested for c in store_of(model(program))[0].copies}
    assert copies == {"scheduled backup": True, "point-in-time recovery": tested}


JOB = ("gcp:storage/transferJob:TransferJob", "php-prod-archive-held")
HELD = ("gcp:storage/bucket:Bucket", "php-prod-archive-held")
ALERT = ("gcp:monitoring/alertPolicy:AlertPolicy", "php-prod-outside-bucket-logs")


def copied_on(graph: Graph, mechanism: str = FOLLOWED) -> RecoveryPoint | None:
    """The binary logs of the sample's database, or what a job wrote, that lie where nobody deletes them."""
    copies = (copy for store in read(graph).stores for copy in store.copies)
    return next((copy for copy in copies if copy.mechanism == mechanism), None)


def edited(what: tuple[str, str], path: str, value: Any) -> Graph:
    graph = sample("php-kubernetes")
    (row,) = (one for one in graph.of_type(what[0]) if one.name == what[1])
    return put(graph, row, path, value) if path else without(graph, row)


@pytest.mark.parametrize("mechanism", [FOLLOWED, COPIED])
def test_binary_logs_and_files_that_are_copied_on_are_locked_under_a_key_and_watched(mechanism: str) -> None:
    found = copied_on(sample("php-kubernetes"), mechanism)
    assert found
    assert {Protection.LOCKED, Protection.OTHER_ACCOUNT} <= found.protections
    assert [d.name for d in found.needs_to_recover if d.kind is DomainKind.KEY] == [
        "gcp/us-east1/php-prod-carolina-data-key"
    ]
    assert found.stream
    assert found.stream.watched
    assert (upper(found.stream.watched) or 0) <= 15 * 60


@pytest.mark.parametrize(
    ("path", "value"),
    [("", None), ("status", "DISABLED"), ("replicationSpec.objectConditions", {"includePrefixes": ["files/"]})],
    ids=["no job", "off", "something else is copied"],
)
def test_binary_logs_that_nothing_copies_on_are_no_copy(path: str, value: Any) -> None:
    assert copied_on(edited(JOB, path, value)) is None


def test_files_are_copied_on_where_the_job_takes_their_folder() -> None:
    chosen = "replicationSpec.objectConditions"
    assert copied_on(edited(JOB, chosen, {"includePrefixes": ["logs/"]}), COPIED) is None
    assert copied_on(edited(JOB, "", None), COPIED) is None
    assert copied_on(edited(JOB, chosen, {"includePrefixes": ["php-prod-"]}), COPIED)


def test_without_its_lock_or_its_alert_a_copy_of_binary_logs_is_less() -> None:
    unlocked = copied_on(edited(HELD, "retentionPolicy.isLocked", False))
    assert unlocked
    assert Protection.LOCKED not in unlocked.protections
    for path, value in (("", None), ("notificationChannels", []), ("enabled", False)):
        unheard = copied_on(edited(ALERT, path, value))
        assert unheard
        assert unheard.stream
        assert unheard.stream.watched is None


def test_a_bucket_of_the_same_graph_says_who_can_destroy_a_backup() -> None:
    def program(*, locked: bool) -> None:
        away = pulumi.ResourceOptions(provider=Aws("away", region="us-east-1", allowed_account_ids=["222233334444"]))
        bucket = Bucket("backups", bucket="acme-backups", opts=away)
        if locked:
            rule: Any = {"default_retention": {"mode": "COMPLIANCE", "days": 30}}
            BucketObjectLockConfiguration("backups", bucket=bucket.id, rule=rule, opts=away)
        pxc(cluster())

    copy = only(model(lambda: program(locked=True)), StoreKind.RELATIONAL).copies[0]
    assert copy.protections == {Protection.VERSIONED, Protection.RETAINED, Protection.LOCKED}
    assert (DomainKind.ACCOUNT, "aws/222233334444") in homes(copy)
    assert (
        Protection.LOCKED not in only(model(lambda: program(locked=False)), StoreKind.RELATIONAL).copies[0].protections
    )


def test_a_cluster_at_another_site_follows_by_its_channel() -> None:
    def program() -> None:
        pxc(cluster("ghent"), name="ghent", channels=[{"name": "sites", "isSource": True}])
        pxc(cluster("dublin"), name="dublin", channels=[{"name": "sites", "isSource": False}])

    store = only(model(program), StoreKind.RELATIONAL)
    writer, replica = sorted(store.members, key=lambda m: not m.writer)
    assert (writer.site, replica.site) == ("kubernetes/ghent", "kubernetes/dublin")
    assert replica.source == writer.urn
    assert replica.promotes


@pytest.mark.parametrize(
    ("api", "kind", "spec", "fact"),
    [
        ("redis.redis.opstreelabs.in/v1beta2", "RedisCluster", {"clusterSize": 3}, True),
        (
            "redis.redis.opstreelabs.in/v1beta2",
            "RedisCluster",
            {"clusterSize": 3, "redisFollower": {"replicas": 0}},
            False,
        ),
        ("redis.redis.opstreelabs.in/v1beta2", "RedisReplication", {"clusterSize": 3}, False),
        ("redis.redis.opstreelabs.in/v1beta2", "Redis", {}, False),
        ("databases.spotahome.com/v1", "RedisFailover", {"redis": {"replicas": 3}}, True),
    ],
)
def test_a_cache_is_taken_over_where_something_promotes_a_replica(
    api: str, kind: str, spec: dict[str, Any], fact: bool
) -> None:
    _, one = store_of(model(lambda: k8s.custom(cluster(), api, kind, spec)), StoreKind.CACHE)
    assert (one.local_failover is not None and not one.afresh) == fact
    assert one.fleeting, "no storage is stated"


def test_sentinels_promote_the_replica_that_they_watch() -> None:
    def program() -> None:
        opts, api = cluster(), "redis.redis.opstreelabs.in/v1beta2"
        k8s.custom(opts, api, "RedisReplication", {"clusterSize": 3}, "carts")
        watch = {"clusterSize": 3, "redisSentinelConfig": {"redisReplicationName": "carts"}}
        k8s.custom(opts, api, "RedisSentinel", watch, "sentinels")

    assert not store_of(model(program), StoreKind.CACHE)[1].afresh


@pytest.mark.parametrize(
    ("api", "kind", "spec", "size"),
    [
        ("ps.percona.com/v1", "PerconaServerMySQL", {"mysql": {"size": 3, "clusterType": "group-replication"}}, 3),
        ("mysql.oracle.com/v2", "InnoDBCluster", {"instances": 3}, 3),
        ("k8s.mariadb.com/v1alpha1", "MariaDB", {"replicas": 3, "galera": {"enabled": True}}, 3),
        ("k8s.mariadb.com/v1alpha1", "MariaDB", {"replicas": 1}, 1),
        ("postgresql.cnpg.io/v1", "Cluster", {"instances": 2}, 2),
    ],
)
def test_operators_databases_are_stores(api: str, kind: str, spec: dict[str, Any], size: int) -> None:
    found = model(lambda: k8s.custom(cluster(), api, kind, spec))
    assert bool(store_of(found)[1].local_failover) == (size > 1)
    assert found.not_understood == ()


# -- files and volumes ------------------------------------------------------------------------------------------------


def ceph(*, apart_by: str = "zone", size: int = 3, claimed: bool = True, **mon: Any) -> pulumi.ResourceOptions:
    opts = cluster()
    pool = {"failureDomain": apart_by, "replicated": {"size": size}}
    spec: Any = {"mon": {"zones": [{"name": z} for z in "abc"], **mon}}
    k8s.custom(opts, "ceph.rook.io/v1", "CephCluster", spec, "rook")
    kept = {
        "enabled": True,
        "snapshotSchedules": [{"path": "/", "interval": "1h"}],
        "snapshotRetention": [{"path": "/", "duration": "h 24"}],
    }
    spec = {"metadataPool": pool, "dataPools": [pool], "mirroring": kept}
    k8s.custom(opts, "ceph.rook.io/v1", "CephFilesystem", spec, "files")
    if claimed:
        StorageClass(
            "files",
            metadata={"name": "files"},
            provisioner="rook.cephfs.csi.ceph.com",
            parameters={"fsName": "files"},
            opts=opts,
        )
        claim: Any = {"accessModes": ["ReadWriteMany"], "storageClassName": "files"}
        PersistentVolumeClaim("media", metadata={"name": "media"}, spec=claim, opts=opts)
        mounted: Any = {"volumes": [{"name": "media", "persistentVolumeClaim": {"claimName": "media"}}]}
        web(opts, mounted)
        run: Any = [
            {
                "name": "copy",
                "image": "restic/restic:1",
                "command": ["sh", "-c", "restic backup /files"],
                "env": [{"name": "RESTIC_REPOSITORY", "value": "s3:https://s3.eu-west-1.amazonaws.com/acme/media"}],
            }
        ]
        template: Any = {"spec": {"containers": run, **mounted}}
        job: Any = {"schedule": "*/15 * * * *", "jobTemplate": {"spec": {"template": template}}}
        CronJob("media", metadata={"name": "media-copy"}, spec=job, opts=opts)
    return opts


def test_a_ceph_file_system_outlives_a_zone_when_its_copies_are_zones_apart() -> None:
    store, one = store_of(model(ceph), StoreKind.FILES)
    assert zones(one) == ["a", "b", "c"]
    assert one.local_failover
    assert store_of(model(lambda: ceph(apart_by="host")), StoreKind.FILES)[1].zones is None
    copies = {c.mechanism: c for c in store.copies}
    assert copies["file system snapshot"].retention == timedelta(days=1)
    assert copies["file system snapshot"].site == "kubernetes/ghent"
    assert copies["scheduled dump"].site == "aws/eu-west-1"
    assert upper(copies["scheduled dump"].age) == 15 * 60 + 7200


def test_ceph_is_as_redundant_as_its_copies_and_its_monitors() -> None:
    def one(**stated: Any) -> Member:
        return store_of(model(lambda: ceph(**stated)), StoreKind.FILES)[1]

    assert not one(count=3).together
    for single in ({"count": 1}, {"size": 1}):
        assert one(**single).together, "a server holds all that it lives by"
        assert len(one(**single).zones or ()) == 1
    assert one(count=2).together, "of two monitors none is a majority"
    assert one(allowMultiplePerNode=True).together, "one server may hold the majority"
    assert one(zones=[]).zones is None, "two monitors of three may stand in one zone"
    assert zones(one(count=5)) == ["a", "b", "c"]


def test_a_test_restore_is_of_the_repository_that_it_names_and_copies_reach_as_far_back_as_restic_is_told() -> None:
    def copy(tested: str, keep: str) -> RecoveryPoint:
        def program() -> None:
            opts = ceph()
            run: Any = [
                {
                    "name": "test",
                    "image": "restic/restic:1",
                    "command": ["sh", "-c", f"restic restore latest --repo {tested}"],
                }
            ]
            forget: Any = [
                {
                    "name": "copy",
                    "image": "restic/restic:1",
                    "command": ["sh", "-c", f"restic backup /media; restic forget {keep} --prune"],
                    "env": [
                        {"name": "RESTIC_REPOSITORY", "value": "s3:https://s3.eu-west-1.amazonaws.com/acme/all"},
                        {"name": "DAYS", "value": "30"},
                    ],
                }
            ]
            for name, containers in (("test", run), ("all", forget)):
                template: Any = {"spec": {"containers": containers}}
                job: Any = {"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": template}}}
                CronJob(name, metadata={"name": name}, spec=job, opts=opts)

        return next(one for one in store_of(model(program), StoreKind.FILES)[0].copies if "by all" in one.urn)

    here = "s3:https://s3.eu-west-1.amazonaws.com/acme/all"
    assert copy(here, '--keep-daily "$DAYS"').tested
    assert not copy(f"{here}-others", "").tested, "another repository in the same bucket"
    assert copy(here, '--keep-daily "$DAYS"').retention == timedelta(days=30)
    assert copy(here, "--keep-daily 14").retention == timedelta(days=14)
    assert copy(here, "").retention is None


def test_volumes_in_ceph_are_part_of_it() -> None:
    found = model(ceph)
    assert [s.name for s in found.stores if s.kind is StoreKind.FILES] == ["files files"]
    assert "files files" in found.calls[names(found, "pools")["web"]]


def test_a_volume_that_one_pod_mounts_is_in_one_zone() -> None:
    def program(modes: str, provisioner: str, topology: Any = None) -> None:
        opts = cluster()
        StorageClass(
            "disks",
            metadata={"name": "disks"},
            provisioner=provisioner,
            allowed_topologies=topology,
            opts=opts,
        )
        spec: Any = {"accessModes": [modes], "storageClassName": "disks"}
        PersistentVolumeClaim("data", metadata={"name": "data"}, spec=spec, opts=opts)

    one = store_of(model(lambda: program("ReadWriteOnce", "pd.csi.storage.gke.io")), StoreKind.FILES)[1]
    assert len(one.zones or ()) == 1
    assert one.local_failover is None
    bound = [{"matchLabelExpressions": [{"key": ZONE, "values": ["rack-2"]}]}]
    one = store_of(model(lambda: program("ReadWriteOnce", "local", bound)), StoreKind.FILES)[1]
    assert zones(one) == ["rack-2"]
    one = store_of(model(lambda: program("ReadWriteMany", "efs.csi.aws.com")), StoreKind.FILES)[1]
    assert one.zones is None


def test_a_stateful_set_with_volumes_is_a_store_that_nothing_takes_over() -> None:
    def program(*, volumes: bool) -> None:
        opts = cluster()
        spec: Any = {
            "replicas": 3,
            "serviceName": "db",
            "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db"}},
                "spec": {"containers": [{"name": "db", "image": "mysql:8.4"}], **apart(app="db")},
            },
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}] if volumes else None,
        }
        StatefulSet("db", metadata={"name": "db"}, spec=spec, opts=opts)
        Service("db", metadata={"name": "db"}, spec={"selector": {"app": "db"}, "clusterIP": "None"}, opts=opts)
        dump = {
            "name": "dump",
            "image": "mysql:8.4",
            "command": ["sh", "-c", "mysqldump -h db shop | aws s3 cp - s3://acme-dumps/d"],
        }
        template: Any = {"spec": {"containers": [dump]}}
        job: Any = {"schedule": "@hourly", "jobTemplate": {"spec": {"template": template}}}
        CronJob("dump", metadata={"name": "dump"}, spec=job, opts=opts)
        web(opts, database="nothing")

    store, one = store_of(model(lambda: program(volumes=True)))
    assert one.local_failover is None
    assert [(c.mechanism, upper(c.age)) for c in store.copies] == [("scheduled dump", 3600 + 7200)]
    store, one = store_of(model(lambda: program(volumes=False)))
    assert one.fleeting, "its data are in the container"
    assert [c.mechanism for c in store.copies] == ["scheduled dump"]


@pytest.mark.parametrize(
    ("cron", "seconds"),
    [("*/15 * * * *", 900), ("@daily", DAY), ("30 2 * * 0", 7 * DAY), ("0 3 * * 1-5", 3 * DAY), ("nonsense", None)],
)
def test_cron_expressions_are_understood_or_unknown(cron: str, seconds: float | None) -> None:
    assert interval(cron) == seconds


# -- what cannot be seen ----------------------------------------------------------------------------------------------


def test_a_chart_is_named_as_opaque_and_an_unknown_kind_is_listed() -> None:
    def program() -> None:
        opts = cluster()
        Namespace("shop", opts=opts)
        Release("ingress", chart="ingress-nginx", opts=opts)
        k8s.custom(opts, "example.com/v1", "Gizmo", {})

    found = model(program)
    assert [urn.rsplit("::", 1)[-1] for urn in found.opaque] == ["ingress"]
    assert [urn.split("::")[-2] for urn in found.not_understood] == ["kubernetes:example.com/v1:Gizmo"]
