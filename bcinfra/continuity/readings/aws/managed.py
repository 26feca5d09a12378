"""Stores that nobody here copies: accounts of customers, streams, warehouses, and what Lightsail keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.traits import Backup, Without, having, loses
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource
from bcinfra.seconds import DAY, HOUR, MINUTE

PEOPLE: Final = "aws:cognito/userPool:UserPool"
STREAM: Final = "aws:kinesis/stream:Stream"
WAREHOUSE: Final = "aws:redshift/cluster:Cluster"
WAREHOUSE_COPY: Final = "aws:redshift/snapshotCopy:SnapshotCopy"
NAMESPACE: Final = "aws:redshiftserverless/namespace:Namespace"
SMALL_DATABASE: Final = "aws:lightsail/database:Database"
_KEPT: Final = 1
"""Days that Redshift keeps automatic snapshots where nothing is stated (Redshift API, CreateCluster)."""
_COPIED: Final = 7
"""Days that it keeps their copies in another region (Redshift API, EnableSnapshotCopy)."""
_LIGHTSAIL_DAYS: Final = 7
"""Days that Lightsail keeps what a database is restored from (Lightsail User Guide, "Database backups")."""


def people(view: View, resource: Resource) -> Iterator[Found]:
    """The accounts of customers. They are in one region, and there is no backup that has their passwords. A replica in
    another region (CreateUserPoolReplica in the Cognito API) is none of the provider's resources, hence not seen."""
    yield _regional(view, resource, f"accounts of customers {resource.name}")


def stream(view: View, resource: Resource) -> Iterator[Found]:
    """A stream: its records are in three zones, for a day where nothing else is stated, and nowhere else."""
    yield _regional(view, resource, f"stream {resource.name}", places.key(view, resource, "kmsKeyId"))


def namespace(view: View, resource: Resource) -> Iterator[Found]:
    """What a serverless warehouse holds. Recovery points are made every half hour, kept for a day, and go with it
    (Amazon Redshift Management Guide, "Snapshots and recovery points")."""
    name = f"age of the recovery point of {resource.name}"
    age = assumed(name, Unit.SECONDS, Range(15 * MINUTE, HOUR), "made every 30 minutes")
    yield _regional(
        view,
        resource,
        f"warehouse {resource.name}",
        places.key(view, resource, "kmsKeyId"),
        (_snapshots(view, resource, places.place(view, resource), "recovery point", age, 1),),
    )


def _regional(
    view: View,
    resource: Resource,
    label: str,
    keys: tuple[Domain, ...] = (),
    copies: tuple[RecoveryPoint, ...] = (),
) -> Store:
    """A store that AWS spreads over the zones of its region."""
    return Store(
        name=store_name(view, StoreKind.OTHER, resource, (resource,), label.removesuffix(f" {resource.name}")),
        kind=StoreKind.OTHER,
        members=(
            Member(
                urn=resource.urn,
                label=f"{label}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_run=keys,
                needs_to_recover=places.control_plane(view, resource),
                zones=None,
                regional=True,
                writer=True,
            ),
        ),
        copies=copies,
    )


def warehouse(view: View, resource: Resource) -> Iterator[Found]:
    """A Redshift cluster: in one zone, or in two of which the other takes over."""
    spread = view.flag(resource, "multiAz")
    candidates = places.group_zones(view, resource, "clusterSubnetGroupName")
    chosen = view.text(resource, "availabilityZone")
    zones, said = places.standing(view, resource, candidates, 2 if spread else 1, chosen)
    yield from said
    keys = places.key(view, resource, "kmsKeyId")
    days = view.count(resource, "automatedSnapshotRetentionPeriod")
    days = _KEPT if days is None else days
    age = assumed(
        f"age of the snapshot of {resource.name}",
        Unit.SECONDS,
        Range(4 * HOUR, 8 * HOUR),
        "about every eight hours, sooner where much changed (Redshift Management Guide, Automated snapshots)",
    )
    here = places.place(view, resource)
    copies = [_snapshots(view, resource, here, "automatic snapshot", age, days)] if days else []
    for copied in view.users(resource, WAREHOUSE_COPY, "clusterIdentifier"):
        region = view.text(copied, "destinationRegion")
        if region and days:
            homes = (domains.region("aws", region), places.account(view, resource))
            there: Place = {"site": f"aws/{region}", "homes": homes}
            kept = view.count(copied, "retentionPeriod") or _COPIED
            copies.append(_snapshots(view, resource, there, f"snapshot copied to {region}", age, kept))
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, (resource,)),
        kind=StoreKind.RELATIONAL,
        members=(
            Member(
                urn=resource.urn,
                label=f"warehouse {resource.name}{places.where(view, resource)}",
                **here,
                needs_to_run=keys,
                needs_to_recover=places.control_plane(view, resource),
                zones=zones,
                writer=True,
                local_failover=assumed(
                    f"{resource.name} goes on in the other zone",
                    Unit.SECONDS,
                    Range(60, 300),
                    "no data moves: both zones compute on the same storage (judgement)",
                )
                if spread
                else None,
            ),
        ),
        copies=tuple(copies),
    )


def small_database(view: View, resource: Resource) -> Iterator[Found]:
    """A Lightsail database: one server; backups of seven days that go with it, unless they are switched off."""
    zones, said = places.standing(view, resource, None, 1, view.text(resource, "availabilityZone"))
    yield from said
    kept = view.value(resource, "backupRetentionEnabled") not in (False, "false")
    age = view.age("aws.rds.pitr")
    here = places.place(view, resource)
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, (resource,)),
        kind=StoreKind.RELATIONAL,
        members=(
            Member(
                urn=resource.urn,
                label=f"Lightsail database {resource.name}{places.where(view, resource)}",
                **here,
                needs_to_recover=places.control_plane(view, resource),
                zones=zones,
                writer=True,
            ),
        ),
        copies=(_snapshots(view, resource, here, "point-in-time recovery", age, _LIGHTSAIL_DAYS),) if kept else (),
    )


def _snapshots(view: View, resource: Resource, place: Place, how: str, age: Figure, days: int) -> RecoveryPoint:
    """Copies that the service makes by itself; with the store they are deleted too."""
    return RecoveryPoint(
        urn=part_urn(resource, how),
        label=f"{how} of {resource.name}",
        **place,
        needs_to_recover=places.control_plane(view, resource) if place["site"] == places.site(view, resource) else (),
        mechanism=how,
        age=age,
        retention=span(days=days),
        protections=frozenset({Protection.VERSIONED}) if place["site"] != places.site(view, resource) else frozenset(),
        restore=assumed(
            f"{resource.name} restored from its {how}",
            Unit.SECONDS,
            Range(30 * MINUTE, DAY / 4),
            "minutes for little data, hours for much (judgement)",
        ),
    )


READINGS: Final = {
    PEOPLE: part(
        "accounts of customers",
        people,
        having(
            reasons.STORE,
            identities="endpoint",
            backup=Without("no backup has accounts with their passwords"),
            replacement=loses("accounts of customers", "aliasAttributes usernameAttributes"),
        ),
    ),
    STREAM: part(
        "stream",
        stream,
        having(
            reasons.QUEUE,
            identities="",
            backup=Without("records are kept for as long as the stream says; who reads them keeps what must last"),
            replacement=loses("stream", "name"),
        ),
    ),
    WAREHOUSE: part(
        "data warehouse",
        warehouse,
        having(
            reasons.STORE,
            identities="clusterIdentifier endpoint dnsName",
            guarded_by="vpcSecurityGroupIds",
            backup=Backup("automatic snapshots of the cluster"),
            replacement=loses(
                "data warehouse",
                "clusterIdentifier clusterSubnetGroupName databaseName masterUsername",
                bare_while="skipFinalSnapshot",
                guarded_longer="automatedSnapshotRetentionPeriod",
            ),
        ),
    ),
    NAMESPACE: part(
        "data warehouse",
        namespace,
        having(
            reasons.STORE,
            identities="namespaceName",
            backup=Backup("recovery points that the service makes"),
            replacement=loses("data warehouse", "dbName namespaceName"),
        ),
    ),
    SMALL_DATABASE: part(
        "database",
        small_database,
        having(
            reasons.STORE,
            identities="relationalDatabaseName masterEndpointAddress",
            backup=Backup("backups that Lightsail makes"),
            replacement=loses(
                "database",
                "availabilityZone blueprintId bundleId masterDatabaseName masterUsername relationalDatabaseName",
                bare_while="skipFinalSnapshot",
            ),
            facts="aws.rds.pitr",
        ),
    ),
    WAREHOUSE_COPY: setting("copies of a warehouse's snapshots", "which region they go to"),
}
