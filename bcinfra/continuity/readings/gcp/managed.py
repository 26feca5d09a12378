"""Stores that Google spreads by itself: documents, warehouses, Spanner and AlloyDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_number, as_row
from bcinfra.continuity.readings.gcp import places
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY, HOUR, MINUTE, WEEK

DOCUMENTS: Final = "gcp:firestore/database:Database"
DOCUMENT_BACKUPS: Final = "gcp:firestore/backupSchedule:BackupSchedule"
WAREHOUSE: Final = "gcp:bigquery/dataset:Dataset"
SPANNER: Final = "gcp:spanner/database:Database"
SPANNER_INSTANCE: Final = "gcp:spanner/instance:Instance"
SPANNER_BACKUPS: Final = "gcp:spanner/backupSchedule:BackupSchedule"
ALLOYDB: Final = "gcp:alloydb/cluster:Cluster"
ALLOYDB_INSTANCE: Final = "gcp:alloydb/instance:Instance"
_AROUND: Final = {"eur": "EU", "nam": "US"}
"""The multi-region that names of spreads over one continent begin with (``eur3``, ``nam5``)."""
_TRAVEL: Final = 168.0
"""Hours that BigQuery keeps what was deleted, where nothing else is stated (BigQuery, "Time travel")."""
_ALLOYDB_DAYS: Final = 14.0
"""Days that AlloyDB can go back to, where nothing else is stated (AlloyDB, "Continuous backup and recovery")."""


def documents(view: View, resource: Resource) -> Iterator[Found]:
    """A Firestore database, of one region or over those of a continent. Versions for going back go with it: only
    scheduled backups are copies, in the same location; deleting the database leaves them
    (https://docs.cloud.google.com/firestore/docs/backups, read 2026-11)."""
    place = _placed(view, resource, view.text(resource, "locationId"))
    copies: list[RecoveryPoint] = []
    for row in view.users(resource, DOCUMENT_BACKUPS, "database"):
        daily = bool(view.value(row, "dailyRecurrence"))
        how, age = "daily backup" if daily else "weekly backup", _scheduled(row, daily)
        copies.append(_copy(view, resource, place, how, age, _days(view, row)))
    yield _spread(view, resource, f"documents {resource.name}", place, StoreKind.OTHER, tuple(copies))


def warehouse(view: View, resource: Resource) -> Iterator[Found]:
    """A BigQuery dataset. What is deleted can be had again for as long as its time travel goes."""
    place = _placed(view, resource, view.text(resource, "location") or "US")
    hours = view.number(resource, "maxTimeTravelHours")
    age = assumed(f"age of what {resource.name} keeps", Unit.SECONDS, Range(0, MINUTE), "every change is kept")
    copy = _copy(view, resource, place, "time travel", age, (_TRAVEL if hours is None else hours) / 24)
    yield _spread(view, resource, f"warehouse {resource.name}", place, StoreKind.OTHER, (copy,))


def spanner(view: View, resource: Resource) -> Iterator[Found]:
    """A Spanner database, where its instance is: in one region or over several."""
    instance = view.ref(resource, "instance", SPANNER_INSTANCE)
    config = places.last(view.text(instance, "config") or "") if instance else ""
    place = _placed(view, resource, config.removeprefix("regional-") or None)
    copies = tuple(
        _copy(view, resource, place, "scheduled backup", _scheduled(row, True), _days(view, row, "retentionDuration"))
        for row in view.users(resource, SPANNER_BACKUPS, "database")
    )
    yield _spread(view, resource, f"Spanner database {resource.name}", place, StoreKind.RELATIONAL, copies)


def alloydb(view: View, resource: Resource) -> Iterator[Found]:
    """An AlloyDB cluster and its followers in other regions; data is in all zones of a region, its servers
    in two or one."""
    if _source(view, resource):
        return
    followers = [r for r in view.graph.of_type(ALLOYDB) if _source(view, r) == resource]
    backup = as_row(view.value(resource, "continuousBackupConfig"))
    days = as_number(backup.get("recoveryWindowDays")) or _ALLOYDB_DAYS
    age = assumed(f"age of the log of {resource.name}", Unit.SECONDS, Range(0, 5 * MINUTE), "logged as it is written")
    place = places.place(view, resource)
    kept = backup.get("enabled") not in (False, "false")
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, (resource,)),
        kind=StoreKind.RELATIONAL,
        members=tuple(_cluster(view, row, resource) for row in (resource, *followers)),
        copies=(_copy(view, resource, place, "continuous backup", age, days),) if kept else (),
    )


def _source(view: View, resource: Resource) -> Resource | None:
    """The cluster that one in another region follows."""
    return next((r for r in view.refs(resource, "secondaryConfig", ALLOYDB) if r != resource), None)


def _cluster(view: View, resource: Resource, primary: Resource) -> Member:
    follows = resource != primary
    instances = view.users(resource, ALLOYDB_INSTANCE, "cluster")
    servers = [row for row in instances if view.text(row, "instanceType") != "READ_POOL"]
    zonal = bool(servers) and all(view.text(row, "availabilityType") == "ZONAL" for row in servers)
    own = places.zones([view.text(row, "gceZone") for row in servers]) if zonal else ()
    keys = places.keys(view, resource, "encryptionConfig")
    every = places.region_zones(places.region_of(view, resource))
    return Member(
        urn=resource.urn,
        label=f"AlloyDB cluster {resource.name}{places.where(view, resource)}"
        + ("" if instances else " without servers"),
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=() if not instances and not follows else (own or (every[:1] if every else None)) if zonal else every,
        synchronous=1 if zonal else 2,
        writer=not follows,
        source=primary.urn if follows else None,
        lag=assumed(f"lag of {resource.name}", Unit.SECONDS, Range(1, MINUTE), "follows asynchronously; judgement")
        if follows
        else None,
        promotes=assumed(f"{resource.name} promoted", Unit.SECONDS, Range(300, 1800), "a person does it; judgement")
        if follows
        else None,
        server=assumed(
            f"a server of {resource.name} in another zone",
            Unit.SECONDS,
            Range(10 * MINUTE, 60 * MINUTE),
            "made anew before the same storage, which is in all zones (AlloyDB overview, 2026-11-29); judgement",
        )
        if zonal
        else None,
        local_failover=None
        if zonal
        else assumed(
            f"a standby of {resource.name} takes over",
            Unit.SECONDS,
            Range(MINUTE, 3 * MINUTE),
            "typically within 60 seconds (AlloyDB overview, High availability)",
        ),
    )


def _placed(view: View, resource: Resource, where: str | None) -> Place:
    """A region, or the continent that a spread over regions lies in."""
    owner = places.project(view, resource)
    if where is None:
        return {"site": f"gcp/{domains.UNNAMED}", "homes": (domains.region("gcp", domains.UNNAMED), owner)}
    name = where.lower()
    return places.placed(name if places.region_name(name) else _AROUND.get(name[:3], name), owner)


def _spread(
    view: View, resource: Resource, label: str, place: Place, kind: StoreKind, copies: tuple[RecoveryPoint, ...]
) -> Store:
    """A store that Google spreads over the zones of its place."""
    keys: tuple[Domain, ...] = places.keys(
        view, resource, "cmekConfig", "encryptionConfig", "defaultEncryptionConfiguration"
    )
    member = Member(
        urn=resource.urn,
        label=label,
        **place,
        needs_to_run=keys,
        needs_to_recover=(*places.control_of((place["site"] or "").removeprefix("gcp/") or None), *keys),
        zones=None,
        regional=True,
        writer=True,
    )
    return Store(name=store_name(view, kind, resource, (resource,)), kind=kind, members=(member,), copies=copies)


def _copy(view: View, resource: Resource, place: Place, how: str, age: Figure, days: float | None) -> RecoveryPoint:
    return RecoveryPoint(
        urn=part_urn(resource, how),
        label=f"{how} of {resource.name}",
        **place,
        needs_to_recover=places.control_plane(view, resource),
        mechanism=how,
        age=age,
        retention=None if days is None else span(days=days),
        protections=frozenset({Protection.VERSIONED}),
        restore=assumed(
            f"{resource.name} restored from its {how}",
            Unit.SECONDS,
            Range(30 * MINUTE, DAY / 4),
            "minutes for little data, hours for much (judgement)",
        ),
    )


def _scheduled(row: Resource, daily: bool) -> Figure:
    every = DAY if daily else WEEK
    return assumed(
        f"age of the backup by {row.name}",
        Unit.SECONDS,
        Range(every / 2, every + HOUR),
        "taken within an hour; judgement",
    )


def _days(view: View, row: Resource, name: str = "retention") -> float | None:
    """A time such as ``604800s``, in days."""
    seconds = as_number((view.text(row, name) or "").removesuffix("s"))
    return None if seconds is None else seconds / DAY


READINGS: Final = {
    DOCUMENTS: part(
        "document database",
        documents,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("backup schedules"),
            replacement=loses("database", "locationId name"),
        ),
    ),
    WAREHOUSE: part(
        "data warehouse",
        warehouse,
        having(
            reasons.STORE,
            identities="datasetId",
            backup=Backup("time travel"),
            replacement=loses("dataset", "datasetId location"),
        ),
    ),
    SPANNER: part(
        "relational database over regions",
        spanner,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("backup schedules"),
            replacement=loses("database", "databaseDialect encryptionConfig instance name"),
        ),
    ),
    ALLOYDB: part(
        "PostgreSQL cluster",
        alloydb,
        having(
            reasons.STORE,
            identities="clusterId",
            backup=Backup("continuous backup"),
            replacement=loses("database", "clusterId location"),
        ),
    ),
    ALLOYDB_INSTANCE: setting("servers of a cluster", "in how many zones a database runs"),
    SPANNER_INSTANCE: setting("Spanner instance", "in which regions its databases are"),
    **{
        token: setting("schedule of backups", "how often a database is copied, and how long that is kept")
        for token in (DOCUMENT_BACKUPS, SPANNER_BACKUPS)
    },
}
