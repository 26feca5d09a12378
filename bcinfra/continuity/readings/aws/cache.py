"""ElastiCache: Redis and Valkey groups, replicated in a region and to others, and single nodes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bcinfra.continuity.model.parts import Copy, Guard, Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import custom_actions, places
from bcinfra.continuity.readings.base.reading import Assumption, Found, part, setting
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.view import View, as_text
from bcinfra.graph.core.model import Resource

GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
EVERYWHERE: Final = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
NODE: Final = "aws:elasticache/cluster:Cluster"
SERVERLESS: Final = "aws:elasticache/serverlessCache:ServerlessCache"
FAILOVER_ACTION: Final = "elasticache:FailoverGlobalReplicationGroup"
_DAY: Final = 86400.0


def group(view: View, found: Resource) -> Iterator[Found]:
    """A replication group and those of other regions that follow it, told once at the one that writes."""
    if source_of(view, found):
        return
    rows = (found, *followers(view, found))
    members: list[Member] = []
    for row in rows:
        member, assumptions = _member(view, row, found)
        members.append(member)
        yield from assumptions
    copies = tuple(copy for row in rows for copy in snapshots(view, row))
    yield Store(
        name=store_name(view, StoreKind.CACHE, found, rows),
        kind=StoreKind.CACHE,
        members=tuple(members),
        copies=copies,
        # Whoever copies a cache, at rest or to another region, keeps more in it than can be computed again.
        durable=bool(copies) or len(rows) > 1,
        two_primaries_guarded=True if len(rows) > 1 else None,
    )


def source_of(view: View, found: Resource) -> Resource | None:
    """The replication group that writes what this one follows."""
    everywhere = view.ref(found, "globalReplicationGroupId", EVERYWHERE)
    primary = view.ref(everywhere, "primaryReplicationGroupId", GROUP) if everywhere else None
    return primary if primary != found else None


def followers(view: View, found: Resource) -> tuple[Resource, ...]:
    """The groups of other regions that follow a primary."""
    return tuple(
        row
        for everywhere in view.users(found, EVERYWHERE, "primaryReplicationGroupId")
        for row in view.users(everywhere, GROUP, "globalReplicationGroupId")
        if row != found
    )


def _member(view: View, found: Resource, primary: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    copies = _copies_per_shard(view, found)
    takes_over = copies > 1 and view.flag(found, "automaticFailoverEnabled") and view.flag(found, "multiAzEnabled")
    candidates = places.group_zones(view, found, "subnetGroupName")
    # Replicas that nothing promotes leave the shard without a writer: the primary's zone decides.
    zones, assumptions = places.standing(view, found, candidates, copies if takes_over else 1)
    replica = found != primary
    everywhere = view.ref(found, "globalReplicationGroupId", EVERYWHERE)
    keys = places.key(view, found, "kmsKeyId", "elasticache" if view.flag(found, "atRestEncryptionEnabled") else None)
    return Member(
        urn=found.urn,
        label=f"Redis {'replica' if replica else 'primary'} {found.name}{places.where(view, found)}",
        **places.place(view, found),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, found), *keys),
        zones=zones,
        writer=not replica,
        source=primary.urn if replica else None,
        lag=view.age("aws.elasticache.global_datastore") if replica else None,
        local_failover=view.time("aws.elasticache.multi_az") if takes_over else None,
        promotes=view.time("aws.elasticache.global_datastore") if replica else None,
        promoted_by=custom_actions.plan_with(view, FAILOVER_ACTION, everywhere, places.region_of(view, found))
        if replica and everywhere
        else None,
    ), assumptions


def _copies_per_shard(view: View, found: Resource) -> int:
    """The primary and its replicas, in each shard. A follower takes from the primary what it does not state."""
    replicas = view.count(found, "replicasPerNodeGroup")
    if replicas is not None:
        return replicas + 1
    return view.count(found, "numCacheClusters") or 1


def snapshots(view: View, found: Resource) -> Iterator[Copy]:
    """The daily snapshots that a group keeps."""
    days = view.number(found, "snapshotRetentionLimit")
    if not days:
        return
    yield Copy(
        urn=part_urn(found, "snapshots"),
        label=f"snapshots of {found.name}{places.where(view, found)}",
        **places.place(view, found),
        needs_to_recover=places.control_plane(view, found),
        mechanism="daily snapshot",
        age=assumed("age of the newest daily snapshot", Unit.SECONDS, Range(_DAY / 2, _DAY + 3600, 0), "one a day"),
        retention=timedelta(days=days),
        guards=frozenset({Guard.VERSIONED}),
        restore=view.time("aws.elasticache.single"),
    )


def node(view: View, found: Resource) -> Iterator[Found]:
    """Single cache nodes (Memcached, or Redis without replication); nodes that belong to a group are read there."""
    if found.inputs.get("replicationGroupId") is not None:
        return
    memcached = view.text(found, "engine") == "memcached"
    count = view.count(found, "numCacheNodes") or 1
    spread = memcached and view.text(found, "azMode") == "cross-az"
    candidates = places.group_zones(view, found, "subnetGroupName")
    zones, assumptions = places.standing(
        view, found, candidates, count if spread else 1, as_text(view.value(found, "availabilityZone"))
    )
    yield from assumptions
    copies = tuple(snapshots(view, found))
    yield Store(
        name=store_name(view, StoreKind.CACHE, found, (found,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=found.urn,
                label=f"cache {found.name}{places.where(view, found)}",
                **places.place(view, found),
                needs_to_recover=places.control_plane(view, found),
                zones=zones,
                writer=True,
                local_failover=view.time("aws.elasticache.single") if spread else None,
            ),
        ),
        copies=copies,
        durable=bool(copies),
    )


def serverless(view: View, found: Resource) -> Iterator[Found]:
    """A serverless cache, spread over zones by the service."""
    yield Store(
        name=store_name(view, StoreKind.CACHE, found, (found,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=found.urn,
                label=f"serverless cache {found.name}{places.where(view, found)}",
                **places.place(view, found),
                needs_to_recover=places.control_plane(view, found),
                zones=None,
                regional=True,
                writer=True,
                local_failover=view.time("aws.elasticache.multi_az"),
            ),
        ),
        copies=tuple(snapshots(view, found)),
        durable=bool(view.number(found, "snapshotRetentionLimit")),
    )


READINGS: Final = {
    GROUP: part("cache with replicas", group),
    NODE: part("cache node", node),
    SERVERLESS: part("serverless cache", serverless),
    EVERYWHERE: setting("cache across regions", "which group follows which"),
}
