"""Memorystore: Redis instances, and clusters of Redis and Valkey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Copy, Guard, Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base.reading import Assumption, Found, part
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.view import View, as_row, as_text
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places, plans as gcp_plans
from bcinfra.graph.core.model import Resource

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


def instance(view: View, found: Resource) -> Iterator[Found]:
    """A Redis instance: of one zone, or with replicas in other zones that one of takes over (standard tier)."""
    spread = view.text(found, "tier") == "STANDARD_HA"
    stated = places.zones([view.value(found, "locationId"), view.value(found, "alternativeLocationId")])
    everywhere = places.region_zones(places.region_of(view, found))
    copies = 1 + (view.count(found, "replicaCount") or 1) if spread else 1
    candidates = stated if len(stated) >= min(copies, 2) else everywhere
    if spread:
        zones, assumptions = candidates, tuple[Assumption, ...]()
    else:
        zones, assumptions = places.standing(found, stated or everywhere, 1)
    yield from assumptions
    snapshots = tuple(_snapshots(view, found))
    keys = places.keys(view, found, "customerManagedKey")
    yield Store(
        name=store_name(view, StoreKind.CACHE, found, (found,)),
        kind=StoreKind.CACHE,
        members=(
            Member(
                urn=found.urn,
                label=f"Redis {found.name}{places.where(view, found)}",
                **places.place(view, found),
                needs_to_run=keys,
                needs_to_recover=(*places.control_plane(view, found), *keys),
                zones=zones,
                synchronous=min(copies, len(zones)) if zones else None,
                writer=True,
                local_failover=view.time("gcp.memorystore.standard") if spread else None,
            ),
        ),
        copies=snapshots,
        durable=bool(snapshots),
    )


def _snapshots(view: View, found: Resource) -> Iterator[Copy]:
    """The newest snapshot, which an instance starts from again. It goes with the instance."""
    persistence = as_row(view.value(found, "persistenceConfig"))
    if as_text(persistence.get("persistenceMode")) == "RDB":
        hours = _PERIODS.get(as_text(persistence.get("rdbSnapshotPeriod")) or "TWENTY_FOUR_HOURS")
        yield Copy(
            urn=part_urn(found, "snapshot"),
            label=f"snapshot of {found.name}{places.where(view, found)}",
            **places.place(view, found),
            needs_to_recover=places.control_plane(view, found),
            mechanism="RDB snapshot",
            age=gcp_backup.age(
                f"age of the snapshot of {found.name}", hours and hours * 3600.0, f"{found.name}: persistenceConfig"
            ),
            retention=None,
            restore=view.time("gcp.memorystore.standard"),
        )


def cluster(view: View, found: Resource) -> Iterator[Found]:
    """A cluster and those of other regions that follow it, told once at the one that writes."""
    if primary_of(view, found):
        return
    rows = (found, *(r for r in view.graph.of_type(found.type) if primary_of(view, r) == found))
    members: list[Member] = []
    for row in rows:
        member, assumptions = _cluster_member(view, row, found)
        members.append(member)
        yield from assumptions
    copies = tuple(copy for row in rows for copy in _backups(view, row))
    yield Store(
        name=store_name(view, StoreKind.CACHE, found, rows),
        kind=StoreKind.CACHE,
        members=tuple(members),
        copies=copies,
        # Whoever copies a cache, at rest or to another region, keeps more in it than can be computed again.
        durable=bool(copies) or len(rows) > 1,
        two_primaries_guarded=True if len(rows) > 1 else None,  # a secondary takes no writes until it is switched
    )


def primary_of(view: View, found: Resource) -> Resource | None:
    """The cluster that this one follows."""
    name, role, primary = _REPLICATION[found.type]
    config = as_row(view.value(found, name))
    if as_text(config.get(role)) != "SECONDARY" or primary not in config:
        return None
    return next((r for r in view.refs(found, name, found.type) if r != found), None)


def cluster_zones(view: View, found: Resource) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    distribution = as_row(view.value(found, "zoneDistributionConfig"))
    everywhere = places.region_zones(places.region_of(view, found))
    if as_text(distribution.get("mode")) != "SINGLE_ZONE":
        return everywhere, ()
    own = places.zone(as_text(distribution.get("zone")))
    return ((own,), ()) if own else places.standing(found, everywhere, 1)


def _cluster_member(view: View, found: Resource, primary: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    zones, assumptions = cluster_zones(view, found)
    follows = found != primary
    replicated = bool(view.count(found, "replicaCount"))
    keys = places.keys(view, found, "kmsKey")
    lag = assumed(
        f"lag of {found.name}",
        Unit.SECONDS,
        _LAG,
        "replication between regions is asynchronous; Google publishes no figure (judgement)",
    )
    promoted = assumed(
        f"{found.name} takes writes", Unit.SECONDS, _DETACH, "it is detached from its primary (judgement)"
    )
    kind = "Valkey" if found.type == VALKEY else "Redis"
    return Member(
        urn=found.urn,
        label=f"{kind} cluster {found.name}{places.where(view, found)}",
        **places.place(view, found),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, found), *keys),
        # Every zone holds shards of its own: without replicas the loss of any of them is a loss.
        zones=zones,
        writer=not follows,
        source=primary.urn if follows else None,
        lag=lag if follows else None,
        local_failover=view.time("gcp.memorystore.cluster") if replicated else None,
        promotes=promoted if follows else None,
        promoted_by=gcp_plans.promoter(view, found) if follows else None,
    ), assumptions


def _backups(view: View, found: Resource) -> Iterator[Copy]:
    config = as_row(view.value(found, "automatedBackupConfig"))
    kept = gcp_backup.seconds(config.get("retention"))
    if not config:
        return
    yield Copy(
        urn=part_urn(found, "backups"),
        label=f"daily backups of {found.name}{places.where(view, found)}",
        **places.place(view, found),
        needs_to_recover=places.control_plane(view, found),
        mechanism="daily backup",
        age=gcp_backup.age(
            f"age of the backup of {found.name}", gcp_backup.DAY, f"{found.name}: automatedBackupConfig"
        ),
        retention=timedelta(days=35) if kept is None else timedelta(seconds=kept),
        guards=frozenset({Guard.VERSIONED}),
        restore=assumed(
            f"{found.name} made again from a backup",
            Unit.SECONDS,
            Range(1200, 7200),
            "a cluster is created from a backup; Google publishes no duration (judgement)",
        ),
    )


READINGS: Final = {
    INSTANCE: part("cache", instance),
    **{token: part("cache cluster", cluster) for token in CLUSTERS},
}
