"""Cloud SQL: who writes, who replicates it, what takes over, and the backups that come with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import (
    Closed,
    Member,
    Protection,
    RecoveryPoint,
    Refusal,
    Refused,
    Store,
    StoreKind,
    Weekly,
)
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import kept, made, part_urn, refused, standing, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_text, once_per_view
from bcinfra.continuity.readings.base.windows import hourly
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places, plans as gcp_plans, streams as gcp_streams
from bcinfra.graph.core.model import UNKNOWN, Resource, Value
from bcinfra.seconds import DAY, HOUR

INSTANCE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
EXTERNAL: Final = "gcp:sql/sourceRepresentationInstance:SourceRepresentationInstance"
REPLICA_FACT: Final = "gcp.cloudsql.cross_region_replica"
DESIGNATED_FACT: Final = "gcp.cloudsql.advanced_dr"
PITR_FACT: Final = "gcp.cloudsql.pitr"
_DAY: Final = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})")
_ANY_YEAR: Final = 2004
"""One with a 29 February."""
_LOG_DAYS: Final = {True: 14.0, False: 7.0}
"""Days that transaction logs are kept where none are stated: Enterprise Plus, Enterprise (Cloud SQL, backups)."""
_BACKUPS: Final = {True: 15.0, False: 7.0}
"""Automated backups that are kept where no number is stated: Enterprise Plus, Enterprise."""
_START_WINDOW: Final = 4 * HOUR
_NEAREST: Final = (("europe", "eu"), ("us", "us"), ("northamerica", "us"), ("southamerica", "us"), ("asia", "asia"))
"""Multi-region that backups of a region go to where no location is stated: the nearest one."""


def instance(view: View, resource: Resource) -> Iterator[Found]:
    """A database and all its replicas, told once: at the one that replicates no other of this graph."""
    if source_of(view, resource):
        return
    declared = family(view, resource)
    why, rows = made(view, declared, _unmade, source_of)
    members: list[Member] = []
    for row in rows:
        member, assumptions = _member(view, row, resource)
        members.append(member)
        yield from assumptions
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, declared),
        kind=StoreKind.RELATIONAL,
        members=tuple(members),
        # A designated replica takes the role over: the old primary comes back as its replica. Else it must be stopped.
        two_primaries_guarded=any(_designated(view, resource, row) for row in rows)
        or gcp_plans.stops(view, resource)
        or None,
        unmade=tuple(row.urn for row in declared if row not in rows),
        **kept((*why.values(), *(copy for row in rows for copy in _copies(view, row)))),
    )


def _unmade(view: View, resource: Resource) -> Refused | None:
    """Why Cloud SQL refuses to make a replica: of MySQL the primary needs backups and a binary log
    (https://docs.cloud.google.com/sql/docs/mysql/replication/create-replica), and a customer's key works in its own
    region alone (https://docs.cloud.google.com/sql/docs/mysql/cmek). Read 2026-11."""
    source = source_of(view, resource)
    if source is None:
        return None
    label, there = _label(view, resource, replica=True), places.region_of(view, resource)
    if apart := places.key_elsewhere(view, resource, "encryptionKeyName"):
        return refused(Refusal.KEY_ELSEWHERE, label, resource, "encryptionKeyName", *apart)
    keyed = places.keys(view, source, "encryptionKeyName")
    unkeyed = resource.inputs.get("encryptionKeyName") is None and view.text(resource, "encryptionKeyName") is None
    if keyed and unkeyed and there and places.region_of(view, source) != there:
        return refused(Refusal.NO_KEY_THERE, label, resource, "encryptionKeyName", source.name, there)
    if engine(view, source) == "MySQL" and not source_of(view, source) and (settings := _settings(view, source)):
        backups = settings.get("backupConfiguration")
        for name in ("enabled", "binaryLogEnabled"):
            if not as_flag(as_row(backups).get(name)) and UNKNOWN not in (backups, as_row(backups).get(name)):
                path = f"settings.backupConfiguration.{name}"
                return refused(Refusal.SOURCE_NOT_BACKED_UP, label, source, path, source.name)
    return None


def _label(view: View, resource: Resource, *, replica: bool) -> str:
    kind = "replica" if replica else "primary"
    return f"{engine(view, resource)} {kind} {resource.name}{places.where(view, resource)}"


def source_of(view: View, resource: Resource) -> Resource | None:
    """The instance of this graph that another replicates."""
    linked = (r for r in view.refs(resource, "masterInstanceName", INSTANCE) if r != resource)
    return next(linked, None) or _by_name(view, view.text(resource, "masterInstanceName"), resource)


def _by_name(view: View, text: str | None, other_than: Resource) -> Resource | None:
    """The instance that ``name`` or ``project:name`` stands for."""
    named = view.named((text or "").rsplit(":", 1)[-1], (INSTANCE,))
    return next((r for r in named if r != other_than), None)


def family(view: View, root: Resource) -> tuple[Resource, ...]:
    """An instance and its replicas, and theirs."""

    replicas = _cloud_sql_replicas(view)
    rows = [root]
    for row in rows:
        rows += [r for r in replicas.get(row.urn, ()) if r not in rows]
    return tuple(rows)


@once_per_view
def _cloud_sql_replicas(view: View) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(INSTANCE):
        if source := source_of(view, row):
            found.setdefault(source.urn, []).append(row)
    return found


def _settings(view: View, resource: Resource) -> Mapping[str, Value]:
    return as_row(view.value(resource, "settings"))


def _plus(view: View, resource: Resource) -> bool:
    return as_text(_settings(view, resource).get("edition")) == "ENTERPRISE_PLUS"


def _spread(view: View, resource: Resource) -> bool:
    return as_text(_settings(view, resource).get("availabilityType")) == "REGIONAL"


def _zones(view: View, resource: Resource) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones that hold a copy: two of the region's, or the instance's one."""
    preferred = as_row(_settings(view, resource).get("locationPreference"))
    stated = places.zones([preferred.get("zone"), preferred.get("secondaryZone")])
    everywhere = places.region_zones(places.region_of(view, resource))
    if _spread(view, resource):
        return stated if len(stated) == 2 else everywhere, ()
    return (stated[:1], ()) if stated else standing(resource, everywhere, 1)


def _member(view: View, resource: Resource, root: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    source = source_of(view, resource)
    replica = source is not None or (resource.inputs.get("masterInstanceName") or None) is not None
    spread = _spread(view, resource)
    zones, assumptions = _zones(view, resource)
    keys = places.keys(view, resource, "encryptionKeyName")
    ways = DESIGNATED_FACT if _designated(view, root, resource) else REPLICA_FACT
    edition = "enterprise_plus" if _plus(view, resource) else "enterprise"
    return Member(
        urn=resource.urn,
        label=_label(view, resource, replica=replica),
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=zones,
        synchronous=2 if spread else 1,
        writer=not replica,
        source=source.urn if source else None,
        lag=view.age(ways) if replica else None,
        local_failover=view.time(f"gcp.cloudsql.ha.{edition}") if spread else None,
        promotes=view.time(ways) if replica else None,
        promoted_by=gcp_plans.promoter(view, resource) if replica else None,
        cores=(shape(as_text(_settings(view, resource).get("tier")) or "") or (None,))[0],
        upgrade=view.time(f"gcp.cloudsql.maintenance.{edition}"),
        window=_window(view, resource),
        closed=_closed(view, resource),
    ), assumptions


def shape(tier: str) -> tuple[float, float] | None:
    """vCPU and GiB of a tier such as ``db-custom-2-8192``, ``db-perf-optimized-N-4`` or ``db-n1-standard-2``."""
    parts = tier.split("-")
    if tier.startswith("db-custom-") and len(parts) == 4 and parts[2].isdigit() and parts[3].isdigit():
        return float(parts[2]), float(parts[3]) / 1024
    if tier.startswith("db-perf-optimized-N-") and parts[-1].isdigit():
        return float(parts[-1]), 8.0 * float(parts[-1])
    if tier.startswith("db-n1-") and parts[-1].isdigit():
        return float(parts[-1]), (6.5 if "highmem" in tier else 3.75) * float(parts[-1])
    return None


def _window(view: View, resource: Resource) -> Weekly | None:
    """When Google may work on it; 1 is Monday."""
    said = as_row(_settings(view, resource).get("maintenanceWindow"))
    day, hour = as_number(said.get("day")), as_number(said.get("hour"))
    return None if day is None or hour is None else hourly(int(day) - 1, hour)


def _closed(view: View, resource: Resource) -> tuple[Closed, ...]:
    """When Google may not: one period, of every year where it states none."""
    said = as_row(_settings(view, resource).get("denyMaintenancePeriod"))
    found = [_DAY.fullmatch(as_text(said.get(name)) or "") for name in ("startDate", "endDate")]
    if None in found:
        return ()
    try:
        first, last = (date(int(at[1] or _ANY_YEAR), int(at[2]), int(at[3])) for at in found if at)
    except ValueError:
        return ()
    yearly = not any(at[1] for at in found if at)
    # It ends at a time of its last day, which is therefore no whole one.
    return (Closed(first, last - timedelta(days=1), yearly),)


def engine(view: View, resource: Resource) -> str:
    """The engine as people write it."""
    name = (view.text(resource, "databaseVersion") or "database").split("_", 1)[0]
    return {"MYSQL": "MySQL", "POSTGRES": "PostgreSQL", "SQLSERVER": "SQL Server"}.get(name, name)


def _designated(view: View, root: Resource, resource: Resource) -> bool:
    """Whether a replica is the one that a failover of the root keeps the write endpoint for."""
    cluster = as_row(view.value(root, "replicationCluster"))
    if resource == root:
        return False
    name = as_text(cluster.get("failoverDrReplicaName"))
    if name:
        return _by_name(view, name, root) == resource
    return "failoverDrReplicaName" in cluster and resource in view.refs(root, "replicationCluster", INSTANCE)


def _in_vaults(
    view: View, resource: Resource, restore: Figure, size: float | None
) -> Iterator[RecoveryPoint | Refused]:
    """What Backup and DR copies of an instance: none that is encrypted with a key of the customer's (Cloud SQL, choose
    your backup option, table of features; read 2026-11)."""
    keyed = resource.inputs.get("encryptionKeyName") is not None
    for copy in gcp_backup.copies(view, resource, restore, size):
        why = Refusal.KEY_NOT_TAKEN
        yield refused(why, copy.label, resource, "encryptionKeyName", resource.name) if keyed else copy


def _copies(view: View, resource: Resource) -> Iterator[RecoveryPoint | Refused]:
    backups = as_row(_settings(view, resource).get("backupConfiguration"))
    size = as_number(_settings(view, resource).get("diskSize"))
    restore = view.time(PITR_FACT)
    if as_flag(backups.get("enabled")):
        kept = as_number(as_row(backups.get("backupRetentionSettings")).get("retainedBackups"))
        at = as_text(backups.get("location")) or _nearest(places.region_of(view, resource))
        keys = places.keys(view, resource, "encryptionKeyName")
        yield RecoveryPoint(
            urn=part_urn(resource, "backups"),
            label=f"daily backups of {resource.name}" + (f" in {at}" if at else ""),
            **places.placed(at, places.project(view, resource)),
            needs_to_recover=(*places.control_of(places.region_name(at)), *keys),
            mechanism="daily backup",
            age=gcp_backup.age(
                f"age of the daily backup of {resource.name}",
                DAY,
                f"{resource.name}: settings.backupConfiguration",
                _START_WINDOW,
            ),
            retention=span(days=_BACKUPS[_plus(view, resource)] if kept is None else kept),
            protections=frozenset({Protection.VERSIONED}),
            follows_deletes=_deleted_along(view, resource),
            restore=restore,
            tested_by=gcp_plans.restored(view, resource),
            size_gb=size,
        )
        if as_flag(backups.get("binaryLogEnabled")) or as_flag(backups.get("pointInTimeRecoveryEnabled")):
            yield _point_in_time(view, resource, backups, keys, size)
    yield from _in_vaults(view, resource, restore, size)
    yield from gcp_streams.copies(view, resource)


def _nearest(region: str | None) -> str | None:
    area = (region or "").split("-", 1)[0]
    return next((multi for prefix, multi in _NEAREST if prefix == area), region)


def _point_in_time(
    view: View, resource: Resource, backups: Mapping[str, Value], keys: tuple[Domain, ...], size: float | None
) -> RecoveryPoint:
    """Transaction logs, which stay in the instance's region."""
    days = as_number(backups.get("transactionLogRetentionDays"))
    return RecoveryPoint(
        urn=part_urn(resource, "logs"),
        label=f"point-in-time recovery of {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        mechanism="point-in-time recovery",
        age=view.age(PITR_FACT),
        retention=span(days=_LOG_DAYS[_plus(view, resource)] if days is None else days),
        protections=frozenset({Protection.VERSIONED}),
        follows_deletes=_deleted_along(view, resource),
        restore=view.time(PITR_FACT),
        size_gb=size,
    )


def _deleted_along(view: View, resource: Resource) -> bool:
    """Whether backups and log go with the instance, as they do unless it says otherwise
    (https://docs.cloud.google.com/sql/docs/mysql/backup-recovery/manage-standard-backups; read 2026-11)."""
    return not as_flag(_settings(view, resource).get("retainBackupsOnDelete"))


READINGS: Final = {
    INSTANCE: part(
        "relational database",
        instance,
        having(
            reasons.STORE,
            identities="dnsName connectionName",
            backup=Backup("Cloud SQL's backups and log, and Backup and DR", PITR_FACT),
            replacement=loses(
                "database",
                # Left out, masterInstanceName promotes; another source replaces, but where roles are switched
                # (terraform-provider-google, resource_sql_database_instance: CustomizeDiff; read 2026-11).
                kept_without="encryptionKeyName masterInstanceName name region",
                switched_by="instanceType",
                restarted_by="databaseVersion settings.edition settings.tier",  # Cloud SQL, "Edit instances"
                guarded_while="deletionProtection deletionProtectionEnabled",
            ),
            facts="gcp.cloudsql.maintenance.enterprise gcp.cloudsql.maintenance.enterprise_plus "
            "gcp.cloudsql.advanced_dr gcp.cloudsql.cross_region_replica "
            "gcp.datastream.load net.bgp.hold_timer",
        ),
    ),
    EXTERNAL: setting("database elsewhere", "which database of another vendor an instance replicates", reasons.VOLUME),
    "gcp:sql/database:Database": setting(
        "database", "what an instance holds", having(reasons.VOLUME, replacement=loses("database", "instance name"))
    ),
    "gcp:sql/user:User": setting("user of a database", "the program makes it again", reasons.KEYS),
}
