"""Memorystore: Redis instances, and clusters of Redis and Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind, Weekly
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn, standing, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text
from bcinfra.continuity.readings.base.windows import IN_PLACE, named
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places, plans as gcp_plans
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY, HOUR

INSTANCE: Final = "gcp:redis/instance:Instance"
CLUSTER: Final = "gcp:redis/cluster:Cluster"
VALKEY: Final = "gcp:memorystore/instance:Instance"
CLUSTERS: Final = (CLUSTER, VALKEY)
_PERIODS: Final = {"ONE_HOUR": 1, "SIX_HOURS": 6, "TWELVE_HOURS": 12, "TWENTY_FOUR_HOURS": 24}
_REPLICATION: Final = {
    CLUSTER: ("crossClusterReplicationConfig", "clusterRole", "primaryCluster"),
    VALKEY: ("crossInstanceReplicationConfig", "instanceRole", "primaryInstance"),
}
"""Property, its role and what names the primary."""
_LAG: Final = Range(1, 60)
_DETACH: Final = Range(120, 900)


def instance(view: View, resource: Resource) -> Iterator[Found]:
    """A Redis instance: of one zone, or with replicas in other zones that one of takes over (standard tier)."""
    spread = view.text(resource, "tier") == "STANDARD_HA"
    stated = places.zones([view.value(resource, "locationId"), view.value(resource, "alternativeLocationId")])
    everywhere = places.region_zones(places.region_of(view, resource))
    copies = 1 + (view.count(resource, "replicaCount") or 1) if spread else 1
    candidates = stated if len(stated) >= min(copies, 2) else everywhere
    if spread:
        zones, assumptions = candidates, tuple[Assumption, ...]()
    else:
        zones, assumptions = standing(resource, stated or everywhere, 1)
    yield from assumptions
    snapshots = tuple(_snapshots(view, resource))
    keys = places.keys(view, resource, "customerManagedKey")
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, (resource,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=resource.urn,
                label=f"Redis {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_run=keys,
                needs_to_recover=(*places.control_plane(view, resource), *keys),
                zones=zones,
                synchronous=min(copies, len(zones)) if zones else None,
                writer=True,
                local_failover=view.time("gcp.memorystore.standard") if spread else None,
                upgrade=view.time("gcp.memorystore.standard") if spread else IN_PLACE,
                window=_window(view, resource),
            ),
        ),
        copies=snapshots,
        durable=bool(snapshots),
    )


def _snapshots(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The newest snapshot, which an instance starts from again. It goes with the instance."""
    persistence = as_row(view.value(resource, "persistenceConfig"))
    if as_text(persistence.get("persistenceMode")) == "RDB":
        hours = _PERIODS.get(as_text(persistence.get("rdbSnapshotPeriod")) or "TWENTY_FOUR_HOURS")
        yield RecoveryPoint(
            urn=part_urn(resource, "snapshot"),
            label=f"snapshot of {resource.name}{places.where(view, resource)}",
            **places.place(view, resource),
            needs_to_recover=places.control_plane(view, resource),
            mechanism="RDB snapshot",
            age=gcp_backup.age(
                f"age of the snapshot of {resource.name}",
                hours and hours * HOUR,
                f"{resource.name}: persistenceConfig",
            ),
            retention=None,
            restore=view.time("gcp.memorystore.standard"),
        )


def cluster(view: View, resource: Resource) -> Iterator[Found]:
    """A cluster and those of other regions that follow it, told once at the one that writes."""
    if primary_of(view, resource):
        return
    rows = (resource, *(r for r in view.graph.of_type(resource.type) if primary_of(view, r) == resource))
    members: list[Member] = []
    for row in rows:
        member, assumptions = _cluster_member(view, row, resource)
        members.append(member)
        yield from assumptions
    copies = tuple(copy for row in rows for copy in _backups(view, row))
    yield Store(
        name=store_name(view, StoreKind.CACHE, resource, rows),
        kind=StoreKind.CACHE,
        members=tuple(members),
        copies=copies,
        # Whoever copies a cache, at rest or to another region, keeps more in it than can be computed again.
        durable=bool(copies) or len(rows) > 1,
        two_primaries_guarded=True if len(rows) > 1 else None,  # a secondary takes no writes until it is switched
    )


def primary_of(view: View, resource: Resource) -> Resource | None:
    """The cluster that this one follows."""
    name, role, primary = _REPLICATION[resource.type]
    config = as_row(view.value(resource, name))
    if as_text(config.get(role)) != "SECONDARY" or primary not in config:
        return None
    return next((r for r in view.refs(resource, name, resource.type) if r != resource), None)


def cluster_zones(view: View, resource: Resource) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    distribution = as_row(view.value(resource, "zoneDistributionConfig"))
    everywhere = places.region_zones(places.region_of(view, resource))
    if as_text(distribution.get("mode")) != "SINGLE_ZONE":
        return everywhere, ()
    own = places.zone(as_text(distribution.get("zone")))
    return ((own,), ()) if own else standing(resource, everywhere, 1)


def _window(view: View, resource: Resource) -> Weekly | None:
    """When Google may work on it: a window of an hour, which is the same for all sizes."""
    policy = as_row(view.value(resource, "maintenancePolicy"))
    return named(as_rows(policy.get("weeklyMaintenanceWindows") or policy.get("weeklyMaintenanceWindow")))


def _cluster_member(view: View, resource: Resource, primary: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    zones, assumptions = cluster_zones(view, resource)
    follows = resource != primary
    replicated = bool(view.count(resource, "replicaCount"))
    keys = places.keys(view, resource, "kmsKey")
    lag = assumed(
        f"lag of {resource.name}",
        Unit.SECONDS,
        _LAG,
        "replication between regions is asynchronous; Google publishes no figure (judgement)",
    )
    promoted = assumed(
        f"{resource.name} takes writes", Unit.SECONDS, _DETACH, "it is detached from its primary (judgement)"
    )
    kind = "Valkey" if resource.type == VALKEY else "Redis"
    return Member(
        urn=resource.urn,
        label=f"{kind} cluster {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        # Every zone holds shards of its own: without replicas the loss of any of them is a loss.
        zones=zones,
        writer=not follows,
        source=primary.urn if follows else None,
        lag=lag if follows else None,
        local_failover=view.time("gcp.memorystore.cluster") if replicated else None,
        upgrade=view.time("gcp.memorystore.cluster") if replicated else IN_PLACE,
        window=_window(view, resource),
        promotes=promoted if follows else None,
        promoted_by=gcp_plans.promoter(view, resource) if follows else None,
    ), assumptions


def _backups(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    config = as_row(view.value(resource, "automatedBackupConfig"))
    kept = gcp_backup.seconds(config.get("retention"))
    if not config:
        return
    yield RecoveryPoint(
        urn=part_urn(resource, "backups"),
        label=f"daily backups of {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        mechanism="daily backup",
        age=gcp_backup.age(f"age of the backup of {resource.name}", DAY, f"{resource.name}: automatedBackupConfig"),
        retention=span(days=35) if kept is None else span(seconds=kept),
        protections=frozenset({Protection.VERSIONED}),
        restore=assumed(
            f"{resource.name} made again from a backup",
            Unit.SECONDS,
            Range(1200, 7200),
            "a cluster is created from a backup; Google publishes no duration (judgement)",
        ),
    )


_CLUSTER: Final = having(
    reasons.STORE,
    backup=Backup("automated backups of Memorystore, one a day"),
    replacement=loses("cache", "instanceId location name region", guarded_while="deletionProtectionEnabled"),
)
READINGS: Final = {
    INSTANCE: part(
        "cache",
        instance,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("RDB snapshots of Memorystore", "gcp.memorystore.standard"),
            replacement=loses(
                "cache",
                "authorizedNetwork connectMode customerManagedKey name region tier",
                restarted_by="memorySizeGb redisVersion",  # Memorystore, "Scaling behavior": a replica takes over
                guarded_while="deletionProtection",
            ),
        ),
    ),
    CLUSTER: part("cache cluster", cluster, _CLUSTER.also(identities="", facts="gcp.memorystore.cluster")),
    VALKEY: part("cache cluster", cluster, _CLUSTER.also(identities="instanceId", facts="gcp.memorystore.cluster")),
}
