"""ElastiCache: Redis and Valkey groups, replicated in a region and to others, and single nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import custom_actions, places
from bcinfra.continuity.readings.aws.automation import acting
from bcinfra.continuity.readings.aws.relational import cores
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_text, strings
from bcinfra.continuity.readings.base.windows import IN_PLACE, weekly
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY, HOUR

GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
EVERYWHERE: Final = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
NODE: Final = "aws:elasticache/cluster:Cluster"
SERVERLESS: Final = "aws:elasticache/serverlessCache:ServerlessCache"
FAILOVER_ACTION: Final = "elasticache:FailoverGlobalReplicationGroup"


def group(view: View, resource: Resource) -> Iterator[Found]:
    """A replication group and those of other regions that follow it, told once at the one that writes."""
    if source_of(view, resource):
        return
    rows = (resource, *followers(view, resource))
    members: list[Member] = []
    for row in rows:
        member, assumptions = _member(view, row, resource)
        members.append(member)
        yield from assumptions
    copies = tuple(copy for row in rows for copy in snapshots(view, row))
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, rows),
        kind=StoreKind.CACHE,
        members=tuple(members),
        copies=copies,
        # Whoever copies a cache, at rest or to another region, keeps more in it than can be computed again.
        durable=bool(copies) or len(rows) > 1,
        two_primaries_guarded=True if len(rows) > 1 else None,
    )


def source_of(view: View, resource: Resource) -> Resource | None:
    """The replication group that writes what this one follows."""
    everywhere = view.ref(resource, "globalReplicationGroupId", EVERYWHERE)
    primary = view.ref(everywhere, "primaryReplicationGroupId", GROUP) if everywhere else None
    return primary if primary != resource else None


def followers(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The groups of other regions that follow a primary."""
    return tuple(
        row
        for everywhere in view.users(resource, EVERYWHERE, "primaryReplicationGroupId")
        for row in view.users(everywhere, GROUP, "globalReplicationGroupId")
        if row != resource
    )


def _cores(view: View, resource: Resource) -> float | None:
    """vCPU of the servers that take writes, one a shard."""
    each, shards = cores(view.text(resource, "nodeType")), view.count(resource, "numNodeGroups")
    return None if each is None else each * (shards or 1)


def _member(view: View, resource: Resource, primary: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    copies = _copies_per_shard(view, resource)
    takes_over = copies > 1 and view.flag(resource, "automaticFailoverEnabled")
    candidates = places.group_zones(view, resource, "subnetGroupName")
    named = [places.zone(places.region_of(view, resource), z) for z in _named_zones(view, resource)]
    if takes_over and named and not view.flag(resource, "multiAzEnabled"):
        zones, assumptions = tuple(sorted({z for z in named if z})), ()
    else:
        # Replicas that nothing promotes leave the shard without a writer: the primary's zone decides. So it does where
        # nothing says that the replicas stand elsewhere.
        apart = takes_over and view.flag(resource, "multiAzEnabled")
        zones, assumptions = places.standing(view, resource, candidates, copies if apart else 1)
    replica = resource != primary
    everywhere = view.ref(resource, "globalReplicationGroupId", EVERYWHERE)
    keys = places.key(view, resource)
    return Member(
        urn=resource.urn,
        label=f"Redis {'replica' if replica else 'primary'} {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=zones,
        writer=not replica,
        source=primary.urn if replica else None,
        lag=view.age("aws.elasticache.global_datastore") if replica else None,
        local_failover=view.time("aws.elasticache.multi_az") if takes_over else None,
        # Its replicas are upgraded first, and one of them takes over.
        upgrade=view.time("aws.elasticache.multi_az") if takes_over else IN_PLACE,
        window=weekly(view.text(resource, "maintenanceWindow")),
        cores=_cores(view, resource),
        promotes=view.time("aws.elasticache.global_datastore") if replica else None,
        promoted_by=(
            custom_actions.plan_with(view, FAILOVER_ACTION, everywhere, places.region_of(view, resource))
            or acting(view, "promote", resource)
        )
        if replica and everywhere
        else None,
    ), assumptions


def _named_zones(view: View, resource: Resource) -> list[str]:
    """The zones that the program gives the nodes of a group, where each shard has the same."""
    return list(strings(view.value(resource, "preferredCacheClusterAzs")))


def _copies_per_shard(view: View, resource: Resource) -> int:
    """The primary and its replicas, in each shard. A follower takes from the primary what it does not state."""
    replicas = view.count(resource, "replicasPerNodeGroup")
    if replicas is not None:
        return replicas + 1
    return view.count(resource, "numCacheClusters") or 1


def snapshots(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The daily snapshots that a group keeps."""
    days = view.number(resource, "snapshotRetentionLimit")
    if not days:
        return
    yield RecoveryPoint(
        urn=part_urn(resource, "snapshots"),
        label=f"snapshots of {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        mechanism="daily snapshot",
        age=assumed("age of the newest daily snapshot", Unit.SECONDS, Range(DAY / 2, DAY + HOUR, 0), "one a day"),
        retention=span(days=days),
        protections=frozenset({Protection.VERSIONED}),
        restore=view.time("aws.elasticache.single"),
    )


def node(view: View, resource: Resource) -> Iterator[Found]:
    """Single cache nodes (Memcached, or Redis without replication); nodes that belong to a group are read there."""
    if resource.inputs.get("replicationGroupId") is not None:
        return
    memcached = view.text(resource, "engine") == "memcached"
    count = view.count(resource, "numCacheNodes") or 1
    spread = memcached and view.text(resource, "azMode") == "cross-az"
    candidates = places.group_zones(view, resource, "subnetGroupName")
    zones, assumptions = places.standing(
        view, resource, candidates, count if spread else 1, as_text(view.value(resource, "availabilityZone"))
    )
    yield from assumptions
    copies = tuple(snapshots(view, resource))
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, (resource,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=resource.urn,
                label=f"cache {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_recover=places.control_plane(view, resource),
                zones=zones,
                writer=True,
                local_failover=view.time("aws.elasticache.single") if spread else None,
            ),
        ),
        copies=copies,
        durable=bool(copies),
    )


def serverless(view: View, resource: Resource) -> Iterator[Found]:
    """A serverless cache, spread over zones by the service."""
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, (resource,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=resource.urn,
                label=f"serverless cache {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_recover=places.control_plane(view, resource),
                zones=None,
                regional=True,
                writer=True,
                local_failover=view.time("aws.elasticache.multi_az"),
            ),
        ),
        copies=tuple(snapshots(view, resource)),
        durable=bool(view.number(resource, "snapshotRetentionLimit")),
    )


_CACHE: Final = having(
    reasons.STORE,
    guarded_by="securityGroupIds",
    backup=Backup("snapshots of ElastiCache, one a day", "aws.elasticache.single"),
)
READINGS: Final = {
    GROUP: part(
        "cache with replicas",
        group,
        _CACHE.also(
            identities="replicationGroupId",
            replacement=loses(
                "cache",
                "kmsKeyId port replicationGroupId snapshotArns snapshotName",
                kept_without="atRestEncryptionEnabled dataTieringEnabled globalReplicationGroupId networkType "
                "subnetGroupName",
                restarted_by="engineVersion nodeType",  # a replica takes over (ElastiCache User Guide, "Scaling up")
                at_once="applyImmediately",
                guarded_longer="snapshotRetentionLimit",
            ),
            facts="aws.elasticache.global_datastore aws.elasticache.multi_az",
        ),
    ),
    NODE: part(
        "cache node",
        node,
        _CACHE.also(
            identities="clusterId",
            replacement=loses(
                "cache",
                "clusterId engine port snapshotArns snapshotName subnetGroupName",
                restarted_by="engineVersion nodeType",
                at_once="applyImmediately",
                guarded_longer="snapshotRetentionLimit",
            ),
        ),
    ),
    SERVERLESS: part(
        "serverless cache",
        serverless,
        _CACHE.also(
            identities="",
            replacement=loses("cache", "kmsKeyId name subnetIds", guarded_longer="snapshotRetentionLimit"),
            facts="aws.elasticache.multi_az",
        ),
    ),
    EVERYWHERE: setting(
        "cache across regions",
        "which group follows which",
        having(
            reasons.VOLUME,
            identities="globalReplicationGroupId",
            replacement=loses("cache", "globalReplicationGroupIdSuffix primaryReplicationGroupId"),
        ),
    ),
}
