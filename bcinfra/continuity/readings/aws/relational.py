"""RDS and Aurora: who writes, who replicates it, what takes over, and the backups that come with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.readings.aws import backup as aws_backup, places, plans as aws_plans
from bcinfra.continuity.readings.aws.alarms import ALARM
from bcinfra.continuity.readings.aws.automation import acting
from bcinfra.continuity.readings.aws.zones import told
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import kept, made, part_urn, refused, store_name
from bcinfra.continuity.readings.base.traits import Backup, harmless, having, loses
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, once_per_view, same, strings
from bcinfra.continuity.readings.base.windows import IN_PLACE, weekly
from bcinfra.graph.core.model import UNKNOWN, Resource

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_PARAMETERS: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
CLUSTER_INSTANCE: Final = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL: Final = "aws:rds/globalCluster:GlobalCluster"
REPLICATED_BACKUPS: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
DOCUMENT_CLUSTER: Final = "aws:docdb/cluster:Cluster"
DOCUMENT_INSTANCE: Final = "aws:docdb/clusterInstance:ClusterInstance"
DOCUMENT_GLOBAL: Final = "aws:docdb/globalCluster:GlobalCluster"
_CLUSTERS: Final = {CLUSTER: (CLUSTER_INSTANCE, GLOBAL), DOCUMENT_CLUSTER: (DOCUMENT_INSTANCE, DOCUMENT_GLOBAL)}
CHECK: Final = "aws:route53/healthCheck:HealthCheck"
RECORD: Final = "aws:route53/record:Record"
ZONE: Final = "aws:route53/zone:Zone"
REPLICA_FACT: Final = "aws.rds.read_replica.cross_region"
_IN_PLACE: Final = "aws.rds.engine_upgrade"
_BESIDE: Final = "aws.rds.blue_green"
_PATCHED: Final = "aws.aurora.mysql.patch"
_PATCHED_EVERYWHERE: Final = "aws.aurora.mysql.patch_of_global"
_TAKEN_FROM: Final = ("replicateSourceDb", "restoreToPointInTime", "s3Import", "snapshotIdentifier")
_NEW_SERVER: Final = "aws.aurora.mysql.no_replica"
_UNITS_OF_A_CORE: Final = 4
"""Capacity units of Aurora Serverless v2, of 2 GiB each, beside a vCPU of a server with 8 GiB for each (Aurora User
Guide, how Aurora Serverless v2 works; DB instance classes: db.r7g; read 2026-11)."""
AURORA_BACKUP_DAYS: Final = 1.0
"""Aurora keeps continuous backups of a day if nothing is said (RDS: none)."""


# -- instances --------------------------------------------------------------------------------------------------------


def instance(view: View, resource: Resource) -> Iterator[Found]:
    """A database and all its replicas, told once: at the one that replicates no other of this graph."""
    if source_of(view, resource):
        return
    declared = family(view, resource)
    why, rows = made(view, declared, _unmade, source_of)
    name = store_name(view, StoreKind.RELATIONAL, resource, declared)
    members: list[Member] = []
    for row in rows:
        member, assumptions = _instance_member(view, row)
        members.append(member)
        yield from assumptions
    yield Store(
        name=name,
        kind=StoreKind.RELATIONAL,
        members=tuple(members),
        two_primaries_guarded=_guarded(view, resource, rows),
        unmade=tuple(row.urn for row in declared if row not in rows),
        **kept((*why.values(), *(copy for row in rows for copy in _instance_copies(view, row)))),
    )


def _guarded(view: View, primary: Resource, rows: tuple[Resource, ...]) -> bool | None:
    """Whether clients are led away from a primary once a replica in another region writes; ``None``: not seen.

    It takes a health check of a name on an alarm that is about the replica. What RDS measures does not do: a lag that
    is missing tells a promotion from a lost region no better than silence.
    """
    away = [row for row in rows if places.region_of(view, row) != places.region_of(view, primary)]
    return True if away and all(_told_of(view, primary, row) for row in away) else None


def _told_of(view: View, primary: Resource, replica: Resource) -> bool:
    """Whether every answer that leads to the primary's region, of names that have others, is withdrawn by such a
    check."""
    identifier = view.text(replica, "identifier")
    checks: set[str | None] = set()
    for alarm in _own_alarms(view).get(identifier or "", ()):
        inner = view.users(alarm, CHECK, "cloudwatchAlarmName")
        outer = (c for check in inner for c in view.users(check, CHECK, "childHealthchecks"))
        checks |= {check.urn for check in (*inner, *outer)}
    here = places.region_of(view, primary)
    used = _checks_of_answers(view, here)
    return bool(checks) and bool(used) and used <= checks


@once_per_view
def _checks_of_answers(view: View, here: str | None) -> set[str | None]:
    """URNs of the checks that withdraw the answers which lead to a region; ``None`` for an answer without one."""
    found = (view.ref(row, "healthCheckId", CHECK) for row in _answers_in(view, here))
    return {check and check.urn for check in found}


@once_per_view
def _own_alarms(view: View) -> dict[str, list[Resource]]:
    """Text of a dimension → the alarms on measurements that AWS does not make itself."""
    found: dict[str, list[Resource]] = {}
    for alarm in view.graph.of_type(ALARM):
        if not (view.text(alarm, "namespace") or "AWS/").startswith("AWS/"):
            for text in set(strings(view.value(alarm, "dimensions"))):
                found.setdefault(text, []).append(alarm)
    return found


def _answers_in(view: View, region: str | None) -> Iterator[Resource]:
    """The records that lead to a region, where another of the same name leads elsewhere."""

    for rows in _regions_of_answers(view).values():
        if any(regions - {region} for _, regions in rows):
            yield from (row for row, regions in rows if region in regions)


@once_per_view
def _regions_of_answers(
    view: View,
) -> dict[tuple[str | None, str | None, str | None], list[tuple[Resource, set[str | None]]]]:
    found: dict[tuple[str | None, str | None, str | None], list[tuple[Resource, set[str | None]]]] = {}
    for row in view.graph.of_type(RECORD):
        zone = view.ref(row, "zoneId", ZONE)
        key = (zone.urn if zone else None, view.text(row, "name"), view.text(row, "type"))
        targets = (r for name in ("aliases", "records") for r in view.linked(row, name) if r.type != ZONE)
        found.setdefault(key, []).append((row, {places.region_of(view, r) for r in targets}))
    return found


def source_of(view: View, resource: Resource) -> Resource | None:
    """The instance of this graph that another replicates."""
    return next((r for r in view.refs(resource, "replicateSourceDb", INSTANCE) if r != resource), None)


def family(view: View, root: Resource) -> tuple[Resource, ...]:
    """An instance and its replicas, and theirs."""
    rows = [root]
    for row in rows:
        rows += [r for r in view.users(row, INSTANCE, "replicateSourceDb") if r not in rows]
    return tuple(rows)


def _unmade(view: View, resource: Resource) -> Refused | None:
    """Why RDS refuses to make a replica (CreateDBInstanceReadReplica in the RDS API reference; read 2026-11)."""
    source = source_of(view, resource)
    if source is None:
        return None
    label = _instance_label(view, resource)
    if apart := places.key_elsewhere(view, resource):
        return refused(Refusal.KEY_ELSEWHERE, label, resource, "kmsKeyId", *apart)
    encrypted = _encrypted(view, source)
    here, there = places.region_of(view, source), places.region_of(view, resource)
    if encrypted and here and there and here != there and places.unkeyed(view, resource):
        return refused(Refusal.NO_KEY_THERE, label, resource, "kmsKeyId", source.name, there)
    if (
        not encrypted
        and (view.flag(resource, "storageEncrypted") or places.key(view, resource))
        and _stands_alone(source)
    ):
        return refused(Refusal.SOURCE_PLAIN, label, source, "storageEncrypted", source.name)
    if not_backed_up(view, source):
        return refused(Refusal.SOURCE_NOT_BACKED_UP, label, source, "backupRetentionPeriod", source.name)
    return None


def not_backed_up(view: View, resource: Resource) -> bool:
    """Whether RDS makes no automated backups of an instance. It then has no replicas, and writes no binary log
    (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQL.BinaryFormat.html, read 2026-11)."""
    # The provider asks for none unless told (terraform-provider-aws, rds/instance.go).
    stated = resource.inputs.get("backupRetentionPeriod")
    off = stated is not UNKNOWN and not view.number(resource, "backupRetentionPeriod")
    return off and (stated is not None or _stands_alone(resource))


def writes_log(view: View, resource: Resource) -> bool | None:
    """Whether a database writes a log that others can follow, as far as its parameters decide; ``None``: not told.

    Aurora for MySQL writes none unless ``binlog_format`` of its cluster's group is set, PostgreSQL none that is logical
    unless ``rds.logical_replication`` is (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/
    USER_LogAccess.MySQL.BinaryFormat.html, https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/
    CHAP_PostgreSQL.html; read 2026-11). RDS for MySQL does where it is backed up.
    """
    postgres = "postgres" in (view.text(resource, "engine") or "")
    if resource.type == CLUSTER and not _multi_az(resource):
        bearer, kind = "dbClusterParameterGroupName", CLUSTER_PARAMETERS
    elif resource.type == INSTANCE and postgres:
        bearer, kind = "parameterGroupName", PARAMETERS
    else:
        return True
    group = view.ref(resource, bearer, kind)
    if group is None:
        named = view.value(resource, bearer)
        return False if named is None or str(named).startswith("default.") else None
    rows, wanted = view.value(group, "parameters"), "rds.logical_replication" if postgres else "binlog_format"
    if rows is UNKNOWN or (isinstance(rows, list) and UNKNOWN in rows):
        return None
    said = [row.get("value") for row in as_rows(rows) if row.get("name") == wanted]
    if any(value is UNKNOWN for value in said):
        return None
    return bool(said) and str(said[-1]).upper() not in ("OFF", "0")


def log_parameters(resource: Resource) -> str:
    """The property that says which parameters a database has."""
    return "dbClusterParameterGroupName" if resource.type == CLUSTER else "parameterGroupName"


def _encrypted(view: View, resource: Resource) -> bool:
    return view.flag(resource, "storageEncrypted") or not places.unkeyed(view, resource)


def _stands_alone(resource: Resource) -> bool:
    """Whether a database takes nothing from another one or from a snapshot, so that what it does not state is off."""
    return not any(name in resource.inputs for name in _TAKEN_FROM)


def _instance_label(view: View, resource: Resource) -> str:
    kind = "replica" if _replicates(view, resource) else "primary"
    return f"{engine(view, resource)} {kind} {resource.name}{places.where(view, resource)}"


def _replicates(view: View, resource: Resource) -> bool:
    return bool(source_of(view, resource)) or bool(list(strings(view.value(resource, "replicateSourceDb"))))


def _instance_member(view: View, resource: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    source = source_of(view, resource)
    replica = _replicates(view, resource)
    spread = view.flag(resource, "multiAz")
    candidates = places.group_zones(view, resource, "dbSubnetGroupName")
    if source and not candidates and same(places.region_of(view, source), places.region_of(view, resource)):
        candidates = places.group_zones(view, source, "dbSubnetGroupName")
    if spread:
        zones, assumptions = candidates or places.unnamed_zones(view, resource, 2), ()
    else:
        zones, assumptions = places.standing(view, resource, candidates, 1, view.text(resource, "availabilityZone"))
    keys = _keys(view, resource)
    return Member(
        urn=resource.urn,
        label=_instance_label(view, resource),
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=zones,
        synchronous=2 if spread else 1,
        writer=not replica,
        source=source.urn if source else None,
        lag=view.age(REPLICA_FACT) if replica else None,
        local_failover=view.time("aws.rds.mysql.multi_az_instance") if spread else None,
        told=told(view, resource) if spread else None,
        promotes=view.time(REPLICA_FACT) if replica else None,
        promoted_by=(aws_plans.promoter(view, resource) or acting(view, "promote", resource)) if replica else None,
        cores=cores(view.text(resource, "instanceClass")),
        upgrade=view.time(_BESIDE if _switched_over(view, resource) else _IN_PLACE),
        window=weekly(view.text(resource, "maintenanceWindow")),
    ), assumptions


def _cluster_upgrade(view: View, resource: Resource) -> Figure:
    """Time that an upgrade of its engine stops a cluster: its readers go first where copies are servers of their own.
    Blue/green is no argument of a cluster."""
    if resource.type == DOCUMENT_CLUSTER:
        return IN_PLACE
    if _multi_az(resource):
        return view.time("aws.rds.mysql.multi_az_cluster")
    return view.time(_PATCHED_EVERYWHERE if _global_of(view, resource) else _PATCHED)


def _cluster_cores(view: View, resource: Resource, rows: Iterable[Resource]) -> float | None:
    """vCPU of the smallest server of a cluster, which may take over from any; ``None`` where one is not told."""
    most = as_number(as_row(view.value(resource, "serverlessv2ScalingConfiguration")).get("maxCapacity"))
    grown = None if most is None else most / _UNITS_OF_A_CORE
    kinds = [view.text(row, "instanceClass") for row in rows] or [view.text(resource, "dbClusterInstanceClass")]
    known = [grown if kind == "db.serverless" else cores(kind) for kind in kinds]
    return None if None in known else min(filter(None, known), default=None)


def cores(kind: str | None) -> float | None:
    """vCPU of a class such as ``db.r7g.xlarge``: two in the smallest."""
    size = (kind or "").rpartition(".")[2]
    if size in ("micro", "small", "medium"):
        return 2
    if size.endswith("xlarge") and size[:-6].isdigit():
        return 4.0 * int(size[:-6])
    return {"medium": 1, "large": 2, "xlarge": 4}.get(size)


def _switched_over(view: View, resource: Resource) -> bool:
    """Whether a new version is made ready beside an instance and switched to, as RDS does where the program asks for
    it, no replica follows from another region, and no service manages the password."""
    users = view.users(resource, INSTANCE, "replicateSourceDb")
    rows = (row for row in users if source_of(view, row) == resource)
    apart = any(not same(places.region_of(view, row), places.region_of(view, resource)) for row in rows)
    asked = as_row(view.value(resource, "blueGreenUpdate")).get("enabled") is True
    return asked and not apart and not view.flag(resource, "manageMasterUserPassword")


def engine(view: View, resource: Resource) -> str:
    """The engine as people write it."""
    name = view.text(resource, "engine") or "database"
    known = {"mysql": "MySQL", "mariadb": "MariaDB", "postgres": "PostgreSQL", "docdb": "DocumentDB"}
    if name.startswith("aurora"):
        return "Aurora"
    return known.get(name, name)


def _keys(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The key of a database; a replica in the region of what it replicates is under the same."""
    source = source_of(view, resource) if resource.type == INSTANCE else None
    beside = source and same(places.region_of(view, source), places.region_of(view, resource))
    return places.key(view, resource) or (_keys(view, source) if source and beside else ())


def _instance_copies(view: View, resource: Resource) -> Iterator[RecoveryPoint | Refused]:
    days = view.number(resource, "backupRetentionPeriod")
    size = view.number(resource, "allocatedStorage")
    if days:
        yield _point_in_time(view, resource, days, size)
    for replication in view.users(resource, REPLICATED_BACKUPS, "sourceDbInstanceArn"):
        days_kept = view.number(replication, "retentionPeriod") or 7.0
        label = f"backups of {resource.name} replicated{places.where(view, replication)}"
        if no := _unreplicated(view, resource, replication, label):
            yield no
            continue
        yield RecoveryPoint(
            urn=part_urn(replication, "backups"),
            label=label,
            **places.place(view, replication),
            needs_to_recover=(*places.control_plane(view, replication), *places.key(view, replication)),
            mechanism="point-in-time recovery in another region",
            age=view.age("aws.rds.backup_replication"),
            retention=span(days=days_kept),
            protections=frozenset({Protection.VERSIONED}),
            restore=view.time("aws.rds.backup_replication"),
            size_gb=size,
        )
    yield from aws_backup.copies(view, resource, size)


def _unreplicated(view: View, resource: Resource, replication: Resource, label: str) -> Refused | None:
    """Why RDS refuses to replicate backups: encrypted ones need a key where they go, and there must be some
    (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html; read 2026-11)."""
    there = places.region_of(view, replication)
    if apart := places.key_elsewhere(view, replication):
        return refused(Refusal.KEY_ELSEWHERE, label, replication, "kmsKeyId", *apart)
    if _encrypted(view, resource) and places.unkeyed(view, replication) and there:
        return refused(Refusal.NO_KEY_THERE, label, replication, "kmsKeyId", resource.name, there)
    return None


def _point_in_time(view: View, resource: Resource, days: float, size: float | None) -> RecoveryPoint:
    keys = _keys(view, resource)
    return RecoveryPoint(
        urn=part_urn(resource, "backups"),
        label=f"automated backups of {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        mechanism="point-in-time recovery",
        age=view.age("aws.rds.pitr"),
        retention=span(days=days),
        protections=frozenset({Protection.VERSIONED}),
        follows_deletes=view.value(resource, "deleteAutomatedBackups") in (None, True, "true"),  # as the service does
        restore=view.time("aws.rds.pitr"),
        size_gb=size,
    )


# -- clusters ---------------------------------------------------------------------------------------------------------


def cluster(view: View, resource: Resource) -> Iterator[Found]:
    """A cluster, or all clusters of a global database, told once at the one that writes."""
    declared = clusters_with(view, resource)
    if declared[0] != resource:
        return
    why = {row.urn: no for row in declared[1:] if (no := _unmade_cluster(view, row, resource))}
    rows = tuple(row for row in declared if row.urn not in why)
    members: list[Member] = []
    for row in rows:
        member, assumptions = _cluster_member(view, row, rows[0])
        members.append(member)
        yield from assumptions
    yield Store(
        name=store_name(view, StoreKind.RELATIONAL, resource, declared),
        kind=StoreKind.RELATIONAL,
        members=tuple(members),
        two_primaries_guarded=True if len(rows) > 1 else None,  # a global database fences the old primary
        unmade=tuple(why),
        **kept((*why.values(), *(copy for row in rows for copy in _cluster_copies(view, row)))),
    )


def _unmade_cluster(view: View, resource: Resource, writer: Resource) -> Refused | None:
    """Why a cluster that follows another is refused: "for encrypted cross-region replica, kmsKeyId should be explicitly
    specified" (https://github.com/hashicorp/terraform-provider-aws/issues/13715), of Aurora and DocumentDB alike."""
    label = _cluster_label(view, resource)
    if apart := places.key_elsewhere(view, resource):
        return refused(Refusal.KEY_ELSEWHERE, label, resource, "kmsKeyId", *apart)
    here, there = places.region_of(view, writer), places.region_of(view, resource)
    everywhere = _global_of(view, writer)
    encrypted = _encrypted(view, writer) or bool(everywhere and view.flag(everywhere, "storageEncrypted"))
    if encrypted and here and there and here != there and places.unkeyed(view, resource):
        return refused(Refusal.NO_KEY_THERE, label, resource, "kmsKeyId", writer.name, there)
    if not everywhere and resource.type == CLUSTER and here != there and writes_log(view, writer) is False:
        return refused(Refusal.LOG_OFF, label, writer, log_parameters(writer), writer.name)
    return None


def _cluster_label(view: View, resource: Resource) -> str:
    kind = "Multi-AZ" if _multi_az(resource) else "Aurora" if resource.type == CLUSTER else "DocumentDB"
    headless = not _multi_az(resource) and not instances_of(view, resource) and not _serverless(view, resource)
    return f"{kind} cluster {resource.name}{places.where(view, resource)}" + (" without instances" if headless else "")


def clusters_with(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The clusters of the global database that ``found`` belongs to, the writer first; else itself and its replicas."""
    everywhere = _global_of(view, resource)
    if everywhere is None:
        source = view.ref(resource, "replicationSourceIdentifier", CLUSTER)
        if source and source != resource:
            return clusters_with(view, source)
        return (resource, *(r for r in view.users(resource, CLUSTER, "replicationSourceIdentifier") if r != resource))
    rows = [c for c in view.graph.of_type(resource.type) if _global_of(view, c) == everywhere]
    return tuple(sorted(rows, key=lambda c: (not _writes(view, c, everywhere), c.urn)))


def writer_of(view: View, resource: Resource) -> Resource:
    """What a database's host leads to: of a global database the cluster that writes, else the database itself."""
    clusters = (c for c in view.graph.of_type(CLUSTER) if resource.type == GLOBAL and _global_of(view, c) == resource)
    return next((clusters_with(view, cluster)[0] for cluster in clusters), resource)


def _global_of(view: View, resource: Resource) -> Resource | None:
    type = _CLUSTERS[resource.type][1]
    direct = view.ref(resource, "globalClusterIdentifier", type)
    if direct:
        return direct
    return next(
        (g for g in view.graph.of_type(type) if resource in view.refs(g, "sourceDbClusterIdentifier", CLUSTER)), None
    )


def _writes(view: View, resource: Resource, everywhere: Resource) -> bool:
    """Whether a cluster is the global database's primary: it was made from it, or it alone has an administrator."""
    if resource in view.refs(everywhere, "sourceDbClusterIdentifier", CLUSTER):
        return True
    return resource.inputs.get("masterUsername") is not None


def instances_of(view: View, resource: Resource) -> tuple[Resource, ...]:
    return view.users(resource, _CLUSTERS[resource.type][0], "clusterIdentifier")


def _cluster_member(view: View, resource: Resource, writer: Resource) -> tuple[Member, tuple[Assumption, ...]]:
    rows = instances_of(view, resource)
    candidates = places.group_zones(view, resource, "dbSubnetGroupName")
    three = _multi_az(resource)
    zones, assumptions = (candidates, ()) if three else _instance_zones(view, resource, rows, candidates)
    spread = zones is not None and len(zones) > 1
    secondary = resource != writer
    keys = _keys(view, resource)
    failover = "aws.rds.mysql.multi_az_cluster" if three else "aws.aurora.mysql.in_region"
    headless = not rows and not three and not _serverless(view, resource)
    return Member(
        urn=resource.urn,
        label=_cluster_label(view, resource),
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=zones,
        writer=not secondary,
        source=writer.urn if secondary else None,
        lag=view.age("aws.aurora.global.failover") if secondary else None,
        local_failover=view.time(failover) if spread else None,
        told=told(view, resource) if spread else None,
        promotes=_promotes(view, resource, headless=headless) if secondary else None,
        promoted_by=_cluster_promoter(view, resource) if secondary else None,
        serves_reads=not headless,
        server=None if three else view.time(_NEW_SERVER),
        cores=_cluster_cores(view, resource, rows),
        upgrade=None if headless else _cluster_upgrade(view, resource),
        window=weekly(view.text(resource, "preferredMaintenanceWindow")),
    ), assumptions


def _instance_zones(
    view: View, resource: Resource, rows: Iterable[Resource], candidates: tuple[Domain, ...] | None
) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones that a cluster's instances stand in. Those that name none are spread by the service."""
    rows = tuple(rows)
    region = places.region_of(view, resource)
    stated = [places.zone(region, view.text(row, "availabilityZone")) for row in rows]
    known = tuple(sorted({z for z in stated if z}))
    free = sum(z is None for z in stated)
    if not rows:
        return (), ()
    if not free:
        return known, ()
    others = tuple(z for z in candidates or () if z not in known)
    if not candidates:
        return (*known, *(places.unnamed_zones(view, resource, free) or ())), ()
    taken, assumptions = places.standing(view, resource, others, min(free, len(others))) if others else ((), ())
    return tuple(sorted({*known, *(taken or ())})), assumptions


def _promotes(view: View, resource: Resource, *, headless: bool) -> Figure:
    if not headless:
        return view.time("aws.aurora.global.failover")
    return assumed(
        f"{resource.name} writes after instances are made",
        Unit.SECONDS,
        Range(900, 2400),
        "the secondary has no instance: one is made (about ten minutes), then the cluster is promoted",
    )


def _cluster_promoter(view: View, resource: Resource) -> str | None:
    """URN of what promotes a cluster: itself, as a part of its global cluster, or by the team's own means."""
    planned = aws_plans.promoter(view, resource) or _global_promoter(view, resource)
    return planned or acting(view, "promote", resource)


def _global_promoter(view: View, resource: Resource) -> str | None:
    everywhere = _global_of(view, resource)
    return aws_plans.promoter(view, everywhere) if everywhere else None


def _cluster_copies(view: View, resource: Resource) -> Iterator[RecoveryPoint | Refused]:
    days = view.number(resource, "backupRetentionPeriod") or (None if _multi_az(resource) else AURORA_BACKUP_DAYS)
    size = view.number(resource, "allocatedStorage")
    if days:
        yield _point_in_time(view, resource, days, size)
    yield from aws_backup.copies(view, resource, size)


def _serverless(view: View, resource: Resource) -> bool:
    """Whether it is of the first version of Aurora Serverless, which has no instances in a program."""
    return view.text(resource, "engineMode") == "serverless"


def _multi_az(resource: Resource) -> bool:
    return resource.inputs.get("dbClusterInstanceClass") is not None


_DATABASE: Final = having(reasons.STORE, guarded_by="vpcSecurityGroupIds")
_CLUSTER_FACTS: Final = (
    "aws.aurora.global.failover aws.aurora.mysql.in_region aws.aurora.mysql.no_replica aws.rds.mysql.multi_az_cluster "
    "aws.rds.pitr mysql.binlog_archive mysql.replay"
)
_UNDER: Final = "kmsKeyId storageEncrypted aws/rds"
_CLUSTER_KEPT_WITHOUT: Final = (
    "availabilityZones clusterIdentifier clusterIdentifierPrefix dbSubnetGroupName kmsKeyId masterUsername "
    "snapshotIdentifier"
)
"""Inputs of a cluster of any engine that another value replaces it by, and that may be left out afterwards: optional
and computed, or such that their removal is ignored (terraform-provider-aws, rds/cluster.go and docdb/cluster.go; read
2026-11)."""
_AT_ONCE: Final = "applyImmediately"
"""What does not wait for the maintenance window. Another class, version or port stops an instance for a while (Amazon
RDS User Guide, "Settings for DB instances": downtime notes; read 2026-11)."""
_SERVER: Final = harmless("the cluster keeps the data", restarted_by="instanceClass", at_once=_AT_ONCE)
READINGS: Final = {
    INSTANCE: part(
        "relational database",
        instance,
        _DATABASE.also(
            identities="identifier address endpoint",
            backup=Backup("AWS Backup", "aws.rds.snapshot_restore", "RDS", "rds:db", _UNDER),
            replacement=loses(
                "database",
                "restoreToPointInTime storageEncrypted",
                kept_without="availabilityZone characterSetName dbName engine kmsKeyId ncharCharacterSetName "
                "snapshotIdentifier timezone username",
                restarted_by="engineVersion instanceClass port",
                at_once=_AT_ONCE,
                guarded_while="deletionProtection",
                bare_while="deleteAutomatedBackups skipFinalSnapshot",
                guarded_longer="backupRetentionPeriod",
            ),
            facts=f"{_IN_PLACE} {_BESIDE} aws.rds.backup_replication aws.rds.mysql.multi_az_instance "
            "aws.rds.pitr aws.rds.read_replica.cross_region mysql.binlog_archive mysql.replay",
        ),
    ),
    CLUSTER: part(
        "database cluster",
        cluster,
        _DATABASE.also(
            identities="clusterIdentifier endpoint readerEndpoint",
            backup=Backup("AWS Backup", "aws.rds.snapshot_restore", "Aurora", "rds:cluster", _UNDER),
            replacement=loses(
                "database",
                "engine engineMode restoreToPointInTime storageEncrypted",
                kept_without=f"{_CLUSTER_KEPT_WITHOUT} databaseName",
                restarted_by="engineVersion port",
                at_once=_AT_ONCE,
                guarded_while="deletionProtection",
                bare_while="deleteAutomatedBackups skipFinalSnapshot",
                guarded_longer="backupRetentionPeriod",
            ),
            facts=f"{_CLUSTER_FACTS} {_PATCHED} {_PATCHED_EVERYWHERE}",
        ),
    ),
    DOCUMENT_CLUSTER: part(
        "document database cluster",
        cluster,
        _DATABASE.also(
            identities="clusterIdentifier endpoint readerEndpoint",
            backup=Backup("AWS Backup", "aws.rds.snapshot_restore", "DocumentDB", "rds:cluster", _UNDER),
            replacement=loses(
                "database",
                "engine storageEncrypted",
                kept_without=_CLUSTER_KEPT_WITHOUT,
                restarted_by="engineVersion port",
                at_once=_AT_ONCE,
                guarded_while="deletionProtection",
                bare_while="skipFinalSnapshot",
                guarded_longer="backupRetentionPeriod",
            ),
            facts=_CLUSTER_FACTS,
        ),
    ),
    CLUSTER_INSTANCE: setting(
        "database instance",
        "the zone that a cluster can serve from",
        having(reasons.VOLUME, identities="identifier endpoint", replacement=_SERVER),
    ),
    DOCUMENT_INSTANCE: setting(
        "database instance",
        "the zone that a cluster can serve from",
        having(reasons.VOLUME, identities="identifier endpoint", replacement=_SERVER),
    ),
    GLOBAL: setting(
        "global database",
        "which clusters replicate which",
        having(
            reasons.VOLUME,
            identities="globalClusterIdentifier endpoint",
            replacement=loses(
                "database",
                "databaseName globalClusterIdentifier sourceDbClusterIdentifier storageEncrypted",
                guarded_while="deletionProtection",
                bare_while="forceDestroy",
            ),
        ),
    ),
    DOCUMENT_GLOBAL: setting(
        "global database",
        "which clusters replicate which",
        having(reasons.VOLUME, identities="globalClusterIdentifier"),
    ),
    REPLICATED_BACKUPS: setting("replication of backups", "a copy in another region"),
}
