"""Data in Kubernetes: databases and caches that operators run, Ceph, stateful sets and volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.parts import Member, Pool, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, unknown
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import Keeps, keeps
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import in_containers, made_again, part_urn, store_name
from bcinfra.continuity.readings.base.traits import INDEXED, MESSAGES, RUNS, Backup, harmless, having, loses
from bcinfra.continuity.readings.base.view import (
    View,
    as_flag,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    strings,
)
from bcinfra.continuity.readings.base.windows import RESTARTED
from bcinfra.continuity.readings.kubernetes import backup, places, volumes, workloads
from bcinfra.continuity.readings.kubernetes.places import IN_PLACE, NAMED, Row, Spread
from bcinfra.graph.core.model import Resource, Value
from bcinfra.seconds import BY_LETTER

PXC: Final = "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster"
PERCONA_MYSQL: Final = tuple(f"kubernetes:ps.percona.com/{v}:PerconaServerMySQL" for v in ("v1", "v1alpha1"))
INNODB: Final = "kubernetes:mysql.oracle.com/v2:InnoDBCluster"
MARIADB: Final = "kubernetes:k8s.mariadb.com/v1alpha1:MariaDB"
POSTGRES: Final = "kubernetes:postgresql.cnpg.io/v1:Cluster"
RABBITMQ: Final = "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster"
OPENSEARCH: Final = tuple(
    f"kubernetes:{group}/v1:OpenSearchCluster" for group in ("opensearch.org", "opensearch.opster.io")
)
_OT: Final = ("redis.redis.opstreelabs.in/v1beta2", "redis.redis.opstreelabs.in/v1beta1")
REDIS_CLUSTER: Final = tuple(f"kubernetes:{v}:RedisCluster" for v in _OT)
REDIS_REPLICATION: Final = tuple(f"kubernetes:{v}:RedisReplication" for v in _OT)
REDIS: Final = tuple(f"kubernetes:{v}:Redis" for v in _OT)
REDIS_SENTINEL: Final = tuple(f"kubernetes:{v}:RedisSentinel" for v in _OT)
REDIS_FAILOVER: Final = "kubernetes:databases.spotahome.com/v1:RedisFailover"
CEPH_BLOCKS: Final = "kubernetes:ceph.rook.io/v1:CephBlockPool"
CEPH_OBJECTS: Final = "kubernetes:ceph.rook.io/v1:CephObjectStore"


@dataclass(frozen=True, slots=True)
class _Group:
    """Replicas of one store, all alike."""

    size: int | None
    fact: str
    """What takes over, and how soon."""
    pod: Row = field(default_factory=dict[str, Value])
    """Affinity, tolerations, spread and node selector of the pods."""
    operator_key: str | None = None
    """Topology key that the operator itself keeps replicas apart by, as a hard rule."""
    majority: bool = True


# -- what operators run -----------------------------------------------------------------------------------------------


def xtradb(view: View, resource: Resource) -> Iterator[Found]:
    """Percona XtraDB Cluster: every write is on all nodes, more than half of which must live. Clusters that follow
    another by a replication channel are told at the one that they follow."""
    if _followed(view, resource):
        return
    rows = (resource, *_followers(view, resource))
    members: list[Member] = []
    for row in rows:
        own = as_row(places.spec_of(view, row).get("pxc"))
        member, assumptions = _member(view, row, "MySQL cluster", _Group(_count(own.get("size")), *_galera(own)))
        members.append(member if row == resource else _follower(view, member, resource))
        yield from assumptions
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, rows),
        kind=StoreKind.RELATIONAL,
        members=tuple(members),
        copies=tuple(
            c for row in rows for c in (*backup.percona(view, row), *backup.jobs(view, row, hosts(view, row)))
        ),
    )


def _galera(row: Row) -> tuple[str, Row, str | None]:
    return "mysql.galera", *_percona_pods(row)


def _channels(view: View, resource: Resource) -> dict[str, bool]:
    """Replication channels of a cluster, each with whether it is their source."""
    rows = as_rows(as_row(places.spec_of(view, resource).get("pxc")).get("replicationChannels"))
    return {name: row.get("isSource") is True for row in rows if (name := as_text(row.get("name")))}


def _followed(view: View, resource: Resource) -> Resource | None:
    """The cluster of this graph that another follows."""

    known = _sources_of_channels(view)
    follows = (known.get(name) for name, source in _channels(view, resource).items() if not source)
    return next((row for row in follows if row and row != resource), None)


@once_per_view
def _sources_of_channels(view: View) -> dict[str, Resource]:
    rows = view.graph.of_type(PXC)
    return {name: row for row in rows for name, source in _channels(view, row).items() if source}


def _followers(view: View, resource: Resource) -> list[Resource]:
    return _followers_by_channel(view).get(resource.urn, [])


@once_per_view
def _followers_by_channel(view: View) -> dict[str, list[Resource]]:
    rows: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(PXC):
        if source := _followed(view, row):
            rows.setdefault(source.urn, []).append(row)
    return rows


def _follower(view: View, member: Member, source: Resource) -> Member:
    """A cluster that replicates another asynchronously, until a person promotes it."""
    fact = "mysql.async"
    return replace(member, writer=False, source=source.urn, lag=view.age(fact), promotes=view.time(fact))


def percona_mysql(view: View, resource: Resource) -> Iterator[Found]:
    """Percona Server for MySQL: group replication, or replicas that Orchestrator promotes."""
    row = as_row(places.spec_of(view, resource).get("mysql"))
    grouped = as_text(row.get("clusterType")) != "async"
    fact = "mysql.innodb_cluster" if grouped else "mysql.orchestrator"
    group = _Group(_count(row.get("size")), fact, *_percona_pods(row), majority=grouped)
    yield from _database(view, resource, "MySQL cluster", group, tuple(backup.percona(view, resource)))


def _percona_pods(row: Row) -> tuple[Row, str | None]:
    """The rules of the pods, and the topology key that the operator itself keeps them apart by."""
    affinity = as_row(row.get("affinity"))
    if "advanced" in affinity:
        return {**row, "affinity": affinity["advanced"]}, None
    return row, as_text(affinity.get("antiAffinityTopologyKey")) or _HOST


def innodb(view: View, resource: Resource) -> Iterator[Found]:
    """MySQL InnoDB Cluster by Oracle's operator."""
    spec = places.spec_of(view, resource)
    group = _Group(_count(spec.get("instances")) or 1, "mysql.innodb_cluster", as_row(spec.get("podSpec")))
    yield from _database(view, resource, "MySQL cluster", group, ())


def mariadb(view: View, resource: Resource) -> Iterator[Found]:
    """MariaDB by its operator: Galera, or a primary with replicas."""
    spec = places.spec_of(view, resource)
    galera = as_row(spec.get("galera")).get("enabled") is True
    replicated = galera or as_row(spec.get("replication")).get("enabled") is True
    size = (_count(spec.get("replicas")) or 1) if replicated else 1
    affinity = as_row(spec.get("affinity"))
    key = as_text(affinity.get("topologyKey")) or _HOST if affinity.get("antiAffinityEnabled") is True else None
    group = _Group(size, "mysql.galera" if galera else "mysql.async", spec, key, majority=galera)
    yield from _database(view, resource, "MariaDB", group, ())


def postgres(view: View, resource: Resource) -> Iterator[Found]:
    """PostgreSQL by CloudNativePG: a primary, and replicas that the operator promotes."""
    spec = places.spec_of(view, resource)
    affinity = as_row(spec.get("affinity"))
    hard = as_text(affinity.get("podAntiAffinityType")) == "required"
    key = (as_text(affinity.get("topologyKey")) or _HOST) if hard else None
    group = _Group(_count(spec.get("instances")) or 1, "mysql.orchestrator", spec, key, majority=False)
    yield from _database(view, resource, "PostgreSQL cluster", group, tuple(backup.barman(view, resource)))


def rabbitmq(view: View, resource: Resource) -> Iterator[Found]:
    """RabbitMQ: quorum queues are on all nodes, of which more than half must live. They are where a queue is one unless
    it says otherwise; other queues are on one node."""
    spec = places.spec_of(view, resource)
    settings = as_text(as_row(spec.get("rabbitmq")).get("additionalConfig")) or ""
    stated = as_row(as_row(as_row(as_row(spec.get("override")).get("statefulSet")).get("spec")).get("template"))
    size = 1 if (found := _count(spec.get("replicas"))) is None else found
    group = _Group(size, "rabbitmq.quorum", {**spec, **as_row(stated.get("spec"))})
    member, assumptions = _member(view, resource, "RabbitMQ", group)
    yield from assumptions
    if "default_queue_type=quorum" not in settings.replace(" ", ""):
        member = replace(member, local_failover=None)
    yield Store(name=store_name(view, StoreKind.QUEUE, resource, (resource,)), kind=StoreKind.QUEUE, members=(member,))


def opensearch(view: View, resource: Resource) -> Iterator[Found]:
    """OpenSearch: more than half of the nodes that may lead must live; every index is taken to have a replica. It is
    made again from what it is an index of."""
    pools = as_rows(places.spec_of(view, resource).get("nodePools"))
    leading = [p for p in pools if {"cluster_manager", "master"} & set(strings(p.get("roles")))]
    pool: Row = leading[0] if leading else {}
    group = _Group(_count(pool.get("replicas")), "opensearch.election", pool)
    member, assumptions = _member(view, resource, "OpenSearch", group)
    yield from assumptions
    yield Store(
        name=store_name(view, StoreKind.SEARCH, resource, (resource,)),
        kind=StoreKind.SEARCH,
        members=(member,),
        copies=(made_again(resource),),
    )


def redis_cluster(view: View, resource: Resource) -> Iterator[Found]:
    """Redis Cluster: as many shards as leaders, a follower of each; more than half of the leaders must live."""
    spec = places.spec_of(view, resource)
    leader, follower = as_row(spec.get("redisLeader")), as_row(spec.get("redisFollower"))
    size = _count(leader.get("replicas")) or _count(spec.get("clusterSize"))
    followers = _count(follower.get("replicas"))
    followers = size if followers is None else followers
    group = _Group(size, "redis.cluster", leader)
    yield from _cache(view, resource, "Redis cluster", group, taken_over=bool(followers))


def redis_replication(view: View, resource: Resource) -> Iterator[Found]:
    """A primary and replicas. Sentinels promote one; without them nobody does."""
    spec = places.spec_of(view, resource)
    name = places.name_of(view, resource)
    watched = (
        any(
            as_text(as_row(places.spec_of(view, s).get("redisSentinelConfig")).get("redisReplicationName")) == name
            for token in REDIS_SENTINEL
            for s in view.graph.of_type(token)
        )
        or "sentinel" in spec
    )
    group = _Group(_count(spec.get("clusterSize")), "redis.sentinel", spec, majority=False)
    yield from _cache(view, resource, "Redis", group, taken_over=watched)


def redis_failover(view: View, resource: Resource) -> Iterator[Found]:
    """A primary and replicas, and sentinels of which more than half must live."""
    spec = places.spec_of(view, resource)
    row = as_row(spec.get("redis"))
    group = _Group(_count(row.get("replicas")) or 3, "redis.sentinel", row, majority=True)
    yield from _cache(view, resource, "Redis", group, taken_over=True)


def redis(view: View, resource: Resource) -> Iterator[Found]:
    """A single Redis."""
    group = _Group(1, "redis.sentinel", places.spec_of(view, resource), majority=False)
    yield from _cache(view, resource, "Redis", group, taken_over=True)


# -- Ceph -------------------------------------------------------------------------------------------------------------


def ceph_files(view: View, resource: Resource) -> Iterator[Found]:
    """A Ceph file system: its pools say how many copies, and in how many places apart. Volumes in it are part of it."""
    spec = places.spec_of(view, resource)
    pools = [as_row(spec.get("metadataPool")), *as_rows(spec.get("dataPools"))]
    claims = [row for row in view.graph.of_type(volumes.CLAIM) if volumes.file_system(view, row) == resource]
    copies = [c for row in (resource, *claims) for c in backup.jobs(view, row, (places.name_of(view, row),))]
    kept = _snapshots(view, resource, as_row(spec.get("mirroring")))
    yield from _ceph(view, resource, StoreKind.FILES, "file system", pools, "ceph.cephfs", (*kept, *copies))


def ceph_objects(view: View, resource: Resource) -> Iterator[Found]:
    """Ceph's object store."""
    spec = places.spec_of(view, resource)
    pools = [as_row(spec.get("metadataPool")), as_row(spec.get("dataPool"))]
    yield from _ceph(view, resource, StoreKind.OBJECTS, "object store", pools, "ceph.rbd", ())


def _ceph(
    view: View,
    resource: Resource,
    kind: StoreKind,
    what: str,
    pools: list[Row],
    fact: str,
    copies: tuple[RecoveryPoint, ...],
) -> Iterator[Found]:
    sizes = [_count(as_row(pool.get("replicated")).get("size")) for pool in pools]
    monitors = _monitors(view, resource)
    if monitors:
        sizes.append(monitors.number)
    size = min((s for s in sizes if s is not None), default=None)
    apart = {as_text(pool.get("failureDomain")) or "host" for pool in pools}
    hard = apart == {"zone"} and monitors is not None and monitors.in_zones
    where = places.among_zones(view, resource, (), hard=hard, least=size, replicas=size)
    # Disks of one machine are no machines apart.
    alone = "osd" not in apart and (monitors is None or monitors.on_hosts)
    where = where._replace(on_server=1 if alone else None)
    yield from where.assumptions
    yield Store(
        name=store_name(view, kind, resource, (resource,)),
        kind=kind,
        members=(_placed(view, resource, f"Ceph {what}", size, where, view.time(fact), majority=True),),
        copies=copies,
    )


class _Monitors(NamedTuple):
    """What says who belongs to a Ceph cluster: without a majority of them nothing is read or written."""

    number: int | None
    """``None``: not known."""
    in_zones: bool
    """Whether each has a zone of its own."""
    on_hosts: bool
    """Whether each has a machine of its own."""


def _monitors(view: View, resource: Resource) -> _Monitors | None:
    """The monitors of the Ceph cluster that an object belongs to, the one in its namespace; ``None`` where that is not
    in the graph. Rook starts three where none are stated, each on a machine of its own, and spreads them over zones
    only where it is told these (https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/#mon-settings, read
    2026-11)."""
    here = places.namespace_of(view, resource)
    for row in view.graph.of_type(places.CEPH):
        if places.namespace_of(view, row) == here:
            spec = places.spec_of(view, row)
            mon = as_row(spec.get("mon"))
            count = 3 if mon.get("count", 0) == 0 else _count(mon.get("count"))
            zones = as_rows(mon.get("zones"))
            return _Monitors(
                count,
                in_zones=count is not None and len(zones) >= min(count, 3),
                on_hosts=as_flag(mon.get("allowMultiplePerNode")) is not True,
            )
    return None


def _snapshots(view: View, resource: Resource, mirroring: Row) -> Iterator[RecoveryPoint]:
    """Snapshots in the same storage: against files deleted by mistake, not against the loss of the cluster."""
    for row in as_rows(mirroring.get("snapshotSchedules")) if mirroring.get("enabled") is True else ():
        seconds = _lasting(as_text(row.get("interval")) or "")
        kept = [as_text(r.get("duration")) or "" for r in as_rows(mirroring.get("snapshotRetention"))]
        history = sum(BY_LETTER.get(unit, 0) * int(count) for text in kept for unit, count in _KEPT.findall(text))
        place = f"{resource.name}: mirroring.snapshotSchedules"
        age = (
            Figure(
                f"age of the snapshot of {resource.name}", Unit.SECONDS, Range(seconds / 2, seconds, 0), Stated(place)
            )
            if seconds
            else unknown(f"age of the snapshot of {resource.name}", Unit.SECONDS, f"{place} is not understood")
        )
        target = backup.in_cluster(view, resource, places.cluster_of(view, resource).name)
        kept_for = span(seconds=history) if history else None
        made = backup.copy(view, resource, "snapshots", "file system snapshot", age, target, kept_for)
        kept = as_flag(places.spec_of(view, resource).get("preserveFilesystemOnDelete"))
        yield replace(made, follows_deletes=not kept)  # a file system takes its snapshots along


_KEPT: Final = re.compile(r"([mhdw])\s*(\d+)")
_EVERY: Final = re.compile(r"(\d+)([mhdw])")


def _lasting(text: str) -> int:
    match = _EVERY.fullmatch(text)
    return int(match[1]) * BY_LETTER[match[2]] if match else 0


def stands_for(view: View, resource: Resource) -> Iterator[Resource]:
    """The file system of a volume claim."""
    if resource.type == volumes.CLAIM and (system := volumes.file_system(view, resource)):
        yield system


# -- stateful sets and volumes ----------------------------------------------------------------------------------------


def stateful(view: View, resource: Resource) -> Iterator[Found]:
    """A stateful set with volumes is a store: nothing in it says that one replica takes over from another."""
    if not as_rows(places.spec_of(view, resource).get("volumeClaimTemplates")):
        yield from pods(view, resource)
        return
    kept = next((kept for row in workloads.containers(view, resource) if (kept := _kept_in(row))), None)
    kind = kept.kind if kept else StoreKind.OTHER
    size = workloads.replicas(view, resource)
    where = places.kept(view, resource, workloads.template(view, resource), size)
    yield from where.assumptions
    copies = tuple(backup.jobs(view, resource, hosts(view, resource)))
    claims = [as_row(row.get("spec")) for row in as_rows(places.spec_of(view, resource).get("volumeClaimTemplates"))]
    local = any(volumes.on_node(view, resource, spec) for spec in claims)
    yield Store(
        name=store_name(view, kind, resource, (resource,)),
        kind=kind,
        members=(replace(_placed(view, resource, "stateful set", size, where, None, majority=False), on_host=local),),
        copies=copies,
        opens_empty=kept is not None and kept.opens_empty,
    )


def pods(view: View, resource: Resource) -> Iterator[Found]:
    """Pods that a controller keeps running; containers that keep data without a volume are a store."""
    rows = workloads.containers(view, resource)
    kept = [one for row in rows if (one := _kept_in(row))]
    if volumes.host_paths(workloads.pod(view, resource), rows):
        yield from _on_nodes(view, resource, kept[0] if kept else None)
        return
    if not kept or volumes.keeps_data(workloads.pod(view, resource)):
        yield from workloads.workload(view, resource)
        return
    found = tuple(workloads.workload(view, resource))
    (pool,) = (one for one in found if isinstance(one, Pool))
    yield from (one for one in found if one is not pool)
    beside = any(_kept_in(row) is None and not _watches(row) for row in rows)
    # Copies that follow each other take over; each by itself is started anew, without the data of the one that died.
    promoted = (pool.desired or 0) > 1 and _watched(view, resource)
    store = in_containers(
        view,
        resource,
        kept[0],
        replace(pool, start=workloads.started_again(view, resource)),
        beside=beside,
        takes_over=view.time("redis.sentinel") if promoted else None,
    )
    yield replace(store, copies=tuple(backup.jobs(view, resource, hosts(view, resource))))
    if beside:
        yield pool
        yield Call(pool.urn, store.members[0].urn)


def _on_nodes(view: View, resource: Resource, kept: Keeps | None) -> Iterator[Found]:
    """Pods that write to a directory of the node that they run on: wherever one starts again, it is without that."""
    found = tuple(workloads.workload(view, resource))
    yield from found
    pool = next(one for one in found if isinstance(one, Pool))
    kind = kept.kind if kept else StoreKind.FILES
    yield Store(
        name=store_name(view, kind, resource, (resource,)),
        kind=kind,
        members=(
            Member(
                urn=part_urn(resource, "on its node"),
                label=f"data of {pool.label} on their node",
                site=pool.site,
                homes=pool.homes,
                needs_to_recover=pool.needs_to_recover,
                zones=None,
                writer=True,
                on_host=True,
            ),
        ),
        copies=tuple(backup.jobs(view, resource, hosts(view, resource))),
        opens_empty=kept is not None and kept.opens_empty,
    )
    yield Call(pool.urn, part_urn(resource, "on its node"))


def _kept_in(container: Row) -> Keeps | None:
    """What a container keeps, by its image and how it is started."""
    started = " ".join(strings([container.get("name"), container.get("command"), container.get("args")]))
    return keeps(as_text(container.get("image")) or "", started)


def _watches(container: Row) -> bool:
    """Whether a container serves those beside it, such as a sentinel or an exporter."""
    return bool(_BESIDE.search(" ".join(strings(dict(container)))))


_BESIDE: Final = re.compile(r"sentinel|exporter|metrics|istio|envoy|linkerd|fluent|config-reloader")


@once_per_view
def _sentinels(view: View) -> frozenset[str]:
    """Namespaces that sentinels run in."""
    return frozenset(
        places.namespace_of(view, row)
        for row in view.graph.of_type(*workloads.WORKLOADS)
        if any("sentinel" in " ".join(strings(dict(one))) for one in workloads.containers(view, row))
    )


def _watched(view: View, resource: Resource) -> bool:
    """Whether sentinels, which promote a replica, run beside a cache."""
    return places.namespace_of(view, resource) in _sentinels(view)


def claim(view: View, resource: Resource) -> Iterator[Found]:
    """A volume that pods share or one pod mounts: a disk in one zone, unless its class is another kind of storage."""
    if volumes.file_system(view, resource):
        return
    where = volumes.stands(view, resource)
    yield from where.assumptions
    yield Store(
        name=store_name(view, StoreKind.FILES, resource, (resource,)),
        kind=StoreKind.FILES,
        members=(
            replace(
                _placed(view, resource, "volume", 1, where, None, majority=False),
                on_host=volumes.on_node(view, resource, places.spec_of(view, resource)),
            ),
        ),
        copies=tuple(backup.jobs(view, resource, (places.name_of(view, resource),))),
    )


# -- shared -----------------------------------------------------------------------------------------------------------

_HOST: Final = "kubernetes.io/hostname"


def _count(value: Value) -> int | None:
    number = as_number(value)
    return None if number is None else int(number)


def _database(
    view: View, resource: Resource, what: str, group: _Group, copies: tuple[RecoveryPoint, ...]
) -> Iterator[Found]:
    member, assumptions = _member(view, resource, what, group)
    yield from assumptions
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, (resource,)),
        kind=StoreKind.RELATIONAL,
        members=(member,),
        copies=(*copies, *backup.jobs(view, resource, hosts(view, resource))),
    )


def _cache(view: View, resource: Resource, what: str, group: _Group, *, taken_over: bool) -> Iterator[Found]:
    member, assumptions = _member(view, resource, what, group)
    yield from assumptions
    spec = places.spec_of(view, resource)
    storage = as_row(spec.get("storage")) or as_row(as_row(spec.get("redis")).get("storage"))
    fleeting = not storage or "emptyDir" in storage
    again = workloads.started_again(view, resource) if fleeting else None
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, (resource,)),
        kind=StoreKind.CACHE,
        members=(
            replace(
                member,
                local_failover=member.local_failover if taken_over and member.local_failover else again,
                fleeting=fleeting,
                afresh=not (taken_over and member.local_failover),
            ),
        ),
        copies=tuple(backup.jobs(view, resource, hosts(view, resource))),
    )


def _member(view: View, resource: Resource, what: str, group: _Group) -> tuple[Member, tuple[Assumption, ...]]:
    where = places.kept_by_operator(view, resource, group.pod, group.operator_key, group.size)
    takes_over = view.time(group.fact) if (group.size or 0) > 1 else None
    placed = _placed(view, resource, what, group.size, where, takes_over, majority=group.majority)
    # Operators upgrade one after another, the primary last; where another takes over is as for a server that is lost.
    return replace(placed, upgrade=takes_over if group.size != 1 else RESTARTED), where.assumptions


def _placed(
    view: View,
    resource: Resource,
    what: str,
    size: int | None,
    where: Spread,
    takes_over: Figure | None,
    *,
    majority: bool,
) -> Member:
    """A store as one member."""
    cluster = places.cluster_of(view, resource)
    homes, zones = places.held(cluster, where.zones, size, majority=majority)
    return Member(
        urn=resource.urn,
        label=f"{what} {resource.name}{places.in_words(view, resource)}",
        site=cluster.place["site"],
        homes=homes,
        needs_to_recover=cluster.control,
        zones=zones,
        together=takes_over is not None and _on_one_server(size, where, majority=majority),
        writer=True,
        local_failover=takes_over,
    )


def _on_one_server(size: int | None, where: Spread, *, majority: bool) -> bool:
    """Whether one machine may hold all replicas, or those without which there is no majority."""
    known = [most for most in (where.in_zone, where.on_server) if most is not None]
    if not known or size is None:
        return not known
    return 2 * (size - min(known)) <= size if majority else min(known) >= size


def hosts(view: View, resource: Resource) -> tuple[str, ...]:
    """Names under which clients find a store: its own, and those that operators make of it."""
    name = places.name_of(view, resource)
    ends = ("", "-pxc", "-haproxy", "-proxysql", "-primary", "-rw", "-leader", "-master", "-router", "-mysql")
    return tuple(f"{name}{end}" for end in ends)


STORES: Final = (
    PXC,
    *PERCONA_MYSQL,
    INNODB,
    MARIADB,
    POSTGRES,
    *REDIS_CLUSTER,
    *REDIS_REPLICATION,
    *REDIS,
    REDIS_FAILOVER,
    volumes.CEPH_FILES,
    CEPH_OBJECTS,
    workloads.STATEFUL,
    volumes.CLAIM,
)

_STORE: Final = having(
    reasons.STORE,
    identities=NAMED,
    backup=Backup("jobs of the cluster that copy it, and its operator's own backups", backup.RESTORE),
)
_DATABASE: Final = _STORE.also(replacement=loses("database", IN_PLACE))
_CACHE: Final = _STORE.also(replacement=loses("cache", IN_PLACE))
_FILE_SYSTEM: Final = _STORE.also(replacement=loses("file system", IN_PLACE))
_BUCKET: Final = _STORE.also(replacement=loses("bucket", IN_PLACE))
READINGS: Final = {
    **{
        token: part("pods kept running", pods, RUNS.also(identities=NAMED, facts="k8s.node_failure"))
        for token in workloads.WORKLOADS
        if token != workloads.STATEFUL
    },
    PXC: part("MySQL cluster", xtradb, _DATABASE.also(facts="mysql.async mysql.galera")),
    **{
        token: part("MySQL cluster", percona_mysql, _DATABASE.also(facts="mysql.innodb_cluster mysql.orchestrator"))
        for token in PERCONA_MYSQL
    },
    INNODB: part("MySQL cluster", innodb, _DATABASE.also(facts="mysql.innodb_cluster")),
    MARIADB: part("MariaDB", mariadb, _DATABASE.also(facts="mysql.async mysql.galera")),
    POSTGRES: part("PostgreSQL cluster", postgres, _DATABASE.also(facts="mysql.orchestrator")),
    RABBITMQ: part(
        "queues",
        rabbitmq,
        _STORE.also(
            backup=MESSAGES,
            replacement=loses("queue", IN_PLACE),
            facts="rabbitmq.quorum",
        ),
    ),
    **{
        token: part(
            "search index",
            opensearch,
            _STORE.also(
                backup=INDEXED,
                replacement=loses("search index", IN_PLACE),
                facts="opensearch.election",
            ),
        )
        for token in OPENSEARCH
    },
    **{token: part("Redis cluster", redis_cluster, _CACHE.also(facts="redis.cluster")) for token in REDIS_CLUSTER},
    **{
        token: part("Redis with replicas", redis_replication, _CACHE.also(facts="redis.sentinel"))
        for token in REDIS_REPLICATION
    },
    **{token: part("Redis", redis, _CACHE.also(facts="redis.sentinel")) for token in REDIS},
    **{token: setting("Redis sentinels", "whether a replica is promoted") for token in REDIS_SENTINEL},
    REDIS_FAILOVER: part("Redis with sentinels", redis_failover, _CACHE.also(facts="redis.sentinel")),
    volumes.CEPH_FILES: part("Ceph file system", ceph_files, _FILE_SYSTEM.also(facts="ceph.cephfs")),
    CEPH_OBJECTS: part("Ceph object store", ceph_objects, _BUCKET.also(facts="ceph.rbd")),
    places.CEPH: setting("Ceph cluster", "what its pools and file systems are kept on", reasons.VOLUME),
    CEPH_BLOCKS: setting("Ceph pool", "how many copies of a volume there are", reasons.VOLUME),
    workloads.STATEFUL: part(
        "stateful pods",
        stateful,
        _STORE.also(
            holds=reasons.COMPUTE,
            replacement=harmless("Kubernetes keeps the claims of a set that is deleted"),
            facts="k8s.node_failure",
        ),
    ),
    volumes.CLAIM: part(
        "volume",
        claim,
        _STORE.also(
            replacement=loses(
                "disk",
                "metadata.name metadata.namespace spec.accessModes spec.selector spec.storageClassName spec.volumeName",
            )
        ),
    ),
    volumes.VOLUME: setting(
        "volume", "what a claim is bound to", having(reasons.VOLUME, replacement=loses("disk", "metadata.name"))
    ),
    volumes.STORAGE_CLASS: setting("storage class", "which kind of storage, and in which zones, a claim gets"),
}
