"""Further stores: file systems, tables, queues, search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypedDict

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.aws import backup as aws_backup, places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting, unread
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import kept, made_again, part_urn, refused, store_name, unjudged
from bcinfra.continuity.readings.base.traits import INDEXED, MESSAGES, Backup, guards, having, loses
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_text
from bcinfra.graph.core.model import Resource

FILES: Final = "aws:efs/fileSystem:FileSystem"
MOUNT: Final = "aws:efs/mountTarget:MountTarget"
BACKUP_POLICY: Final = "aws:efs/backupPolicy:BackupPolicy"
FILE_REPLICATION: Final = "aws:efs/replicationConfiguration:ReplicationConfiguration"
TABLE: Final = "aws:dynamodb/table:Table"
TABLE_REPLICA: Final = "aws:dynamodb/tableReplica:TableReplica"
QUEUE: Final = "aws:sqs/queue:Queue"
SEARCH: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
_AUTOMATIC: Final = "aws.efs.automatic_backup"
VOLUME: Final = "aws:ebs/volume:Volume"


def file_system(view: View, resource: Resource) -> Iterator[Found]:
    """An EFS file system. A zone reaches it by a mount target of its own."""
    if _replicates(view, resource):
        return
    rows = [_file_member(view, resource)]
    systems = [resource]
    for replication in view.users(resource, FILE_REPLICATION, "sourceFileSystemId"):
        destination = as_row(view.value(replication, "destination"))
        if target := view.ref(replication, "destination", FILES):
            systems.append(target)
            rows.append(_file_member(view, target, resource))
        elif region := as_text(destination.get("region")):
            rows.append(
                Member(
                    urn=replication.urn,
                    label=f"replica of file system {resource.name} in {region}",
                    site=f"aws/{region}",
                    homes=(domains.region("aws", region), places.account(view, resource)),
                    needs_to_recover=(domains.control_plane("aws", region),),
                    zones=None,
                    regional=True,
                    **_replica(view, resource),
                )
            )
    yield Store(
        name=store_name(view, StoreKind.FILES, resource, systems),
        kind=StoreKind.FILES,
        members=tuple(rows),
        **kept(copy for one in systems for copy in (*_automatic(view, one), *aws_backup.copies(view, one))),
    )


class _Role(TypedDict):
    """What tells a replica from what it is fed by."""

    writer: bool
    source: str | None
    lag: Figure | None
    promotes: Figure | None


def _replica(view: View, source: Resource) -> _Role:
    """A person ends the replication, which makes the replica writable."""
    fact = "aws.efs.replication"
    return {"writer": False, "source": source.urn, "lag": view.age(fact), "promotes": view.time(fact)}


def _file_member(view: View, resource: Resource, source: Resource | None = None) -> Member:
    """A file system of the graph: one that is written, or a replica of ``source``."""
    one_zone = view.text(resource, "availabilityZoneName")
    zones = places.standing(view, resource, None, 1, one_zone)[0] if one_zone else _mounted(view, resource)
    keys = places.key(view, resource)
    role: _Role = {"writer": True, "source": None, "lag": None, "promotes": None}
    of = f"replica of file system {source.name}" if source else f"file system {resource.name}"
    return Member(
        urn=resource.urn,
        label=f"{of}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=zones,
        # One that nothing mounts yet is given mount targets when it is needed.
        regional=source is not None and zones is None,
        serverless=one_zone is not None,
        local_failover=None if one_zone else view.time("aws.efs.regional"),
        **(_replica(view, source) if source else role),
    )


def _mounted(view: View, resource: Resource) -> tuple[Domain, ...] | None:
    """The zones of the mount targets; ``None`` where the graph has none. A zone takes one mount target of a file system
    (EFS User Guide, "Managing mount targets"), so that each in a subnet of elsewhere stands in a zone of its own."""
    zones = [
        places.zones_of(view, view.refs(mount, "subnetId", *places.SUBNETS))
        for mount in view.users(resource, MOUNT, "fileSystemId")
    ]
    named = {zone for found in zones for zone in found or ()}
    unnamed = places.unnamed_zones(view, resource, zones.count(None))
    return (*sorted(named), *(unnamed or ())) or None


def _automatic(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The backups of AWS's own plan: on where a policy says so, and for One Zone unless one says otherwise."""
    stated = [
        as_text(as_row(view.value(policy, "backupPolicy")).get("status"))
        for policy in view.users(resource, BACKUP_POLICY, "fileSystemId")
    ]
    if "ENABLED" not in stated and (stated or not view.text(resource, "availabilityZoneName")):
        return
    days = view.parameter(_AUTOMATIC, "retention_days").value
    yield RecoveryPoint(
        urn=part_urn(resource, "automatic backups"),
        label=f"automatic backup of {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_recover=places.control_plane(view, resource),
        mechanism="automatic backup",
        age=view.age(_AUTOMATIC),
        retention=span(days=days.typical) if days else None,
        protections=frozenset({Protection.VERSIONED, Protection.RETAINED}),
        restore=view.time(_AUTOMATIC),
    )


def _replicates(view: View, resource: Resource) -> bool:
    """Whether another file system of this graph is replicated into this one."""
    return any(
        resource not in view.refs(replication, "sourceFileSystemId", FILES)
        for replication in view.users(resource, FILE_REPLICATION, "destination")
    )


def table(view: View, resource: Resource) -> Iterator[Found]:
    """A DynamoDB table; a global table has a replica in further regions that takes writes too."""
    why = dict(_unmade_replicas(view, resource))
    rows = [_table_member(view, resource, places.region_of(view, resource), resource.urn, None)]
    strong = any(as_text(row.get("consistencyMode")) == "STRONG" for row in view.rows(resource, "replicas"))
    fact = "aws.dynamodb.global.mrsc" if strong else "aws.dynamodb.global.mrec"
    regions = [as_text(row.get("regionName")) for row in view.rows(resource, "replicas")]
    regions += [places.region_of(view, r) for r in view.users(resource, TABLE_REPLICA, "globalTableArn")]
    rows += [
        _table_member(view, resource, region, part_urn(resource, region), view.age(fact))
        for region in dict.fromkeys(r for r in regions if r and r not in why)
    ]
    yield Store(
        name=store_name(view, StoreKind.OTHER, resource, (resource,), "table"),
        kind=StoreKind.OTHER,
        members=tuple(rows),
        **kept((*why.values(), *_table_copies(view, resource))),
    )


def _unmade_replicas(view: View, resource: Resource) -> Iterator[tuple[str, Refused]]:
    """Regions in which no replica is made: where the table is under a key of one's own, each replica must name one of
    its region (https://github.com/hashicorp/terraform/issues/27004)."""
    if not places.key(view, resource, "serverSideEncryption"):
        return
    rows = [(as_text(row.get("regionName")), row.get("kmsKeyArn"), resource) for row in view.rows(resource, "replicas")]
    tables = view.users(resource, TABLE_REPLICA, "globalTableArn")
    rows += [(places.region_of(view, row), row.inputs.get("kmsKeyArn"), row) for row in tables]
    for region, key, row in rows:
        label = f"replica of table {resource.name} in {region}"
        name = "replicas.kmsKeyArn" if row == resource else "kmsKeyArn"
        if region and key is None:
            yield region, refused(Refusal.NO_KEY_THERE, label, row, name, resource.name, region)
        elif isinstance(key, str) and (apart := places.apart(region, places.regions_of_text(view, key))):
            yield apart[1], refused(Refusal.KEY_ELSEWHERE, label, row, name, *apart)


def _table_member(view: View, resource: Resource, region: str | None, urn: str, lag: Figure | None) -> Member:
    home = domains.region("aws", region) if region else domains.provider("aws")
    return Member(
        urn=urn,
        label=f"{'table' if lag is None else 'replica of table'} {resource.name}" + (f" in {region}" if region else ""),
        site=f"aws/{region}" if region else None,
        homes=(home, places.account(view, resource)),
        needs_to_run=places.key(view, resource, "serverSideEncryption") if lag is None else (),
        needs_to_recover=(domains.control_plane("aws", region),) if region else (),
        zones=None,
        regional=True,
        writer=True,
        source=None if lag is None else resource.urn,
        lag=lag,
    )


def _table_copies(view: View, resource: Resource) -> Iterator[RecoveryPoint | Refused]:
    if as_flag(as_row(view.value(resource, "pointInTimeRecovery")).get("enabled")):
        days = as_row(view.value(resource, "pointInTimeRecovery")).get("recoveryPeriodInDays")
        yield RecoveryPoint(
            urn=part_urn(resource, "backups"),
            label=f"point-in-time recovery of {resource.name}{places.where(view, resource)}",
            **places.place(view, resource),
            needs_to_recover=places.control_plane(view, resource),
            mechanism="point-in-time recovery",
            age=view.age("aws.rds.pitr"),
            retention=span(days=days if isinstance(days, int | float) else 35),
            protections=frozenset({Protection.VERSIONED}),
            restore=view.time("aws.rds.pitr"),
        )
    yield from aws_backup.copies(view, resource)


def queue(view: View, resource: Resource) -> Iterator[Found]:
    """A queue: what is in it when its region is lost comes back with the region."""
    yield Store(
        name=store_name(view, StoreKind.QUEUE, resource, (resource,)),
        kind=StoreKind.QUEUE,
        members=(
            Member(
                urn=resource.urn,
                label=f"queue {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_run=places.key(view, resource, "kmsMasterKeyId"),
                needs_to_recover=places.control_plane(view, resource),
                zones=None,
                regional=True,
                writer=True,
                local_failover=view.time("aws.sqs"),
            ),
        ),
    )


def search(view: View, resource: Resource) -> Iterator[Found]:
    """A search domain: an index of what other stores hold, and that is made again from them.

    Its hourly snapshots are AWS's, in the domain, and go with it: no copy. Without masters of their own the data nodes
    elect one, so that of two zones either may hold the half without which there is none (OpenSearch Service Developer
    Guide, "Configuring a multi-AZ domain" and "Dedicated master nodes"; read 2026-11).
    """
    config = as_row(view.value(resource, "clusterConfig"))
    nodes = as_number(config.get("instanceCount")) or 1
    aware = as_flag(config.get("zoneAwarenessEnabled")) is True and nodes > 1
    across = int(as_number(as_row(config.get("zoneAwarenessConfig")).get("availabilityZoneCount")) or 2)
    candidates = places.zones_of(view, places.subnets(view, resource, "vpcOptions"))
    zones, said = places.standing(view, resource, candidates, across if aware else 1)
    yield from said
    led = as_flag(config.get("dedicatedMasterEnabled")) is True
    stays = aware and (led or across > 2)
    place = places.place(view, resource)
    if aware and not stays and zones:
        place, zones = Place(site=place["site"], homes=(*place["homes"], *zones)), ()
    keys = places.key(view, resource, "encryptAtRest")
    yield Store(
        name=store_name(view, StoreKind.SEARCH, resource, (resource,)),
        kind=StoreKind.SEARCH,
        members=(
            Member(
                urn=resource.urn,
                label=f"search {resource.name}{places.where(view, resource)}",
                **place,
                needs_to_run=keys,
                needs_to_recover=(*places.control_plane(view, resource), *keys),
                zones=zones,
                writer=True,
                local_failover=view.time("aws.opensearch.zone") if stays else None,
            ),
        ),
        copies=(made_again(resource),),
    )


def volume(view: View, resource: Resource) -> Iterator[Found]:
    """A disk: it lives in one zone."""
    yield Store(
        name=store_name(view, StoreKind.FILES, resource, (resource,)),
        kind=StoreKind.FILES,
        members=(
            Member(
                urn=resource.urn,
                label=f"disk {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_run=places.key(view, resource),
                needs_to_recover=places.control_plane(view, resource),
                zones=places.standing(view, resource, None, 1, view.text(resource, "availabilityZone"))[0],
                writer=True,
            ),
        ),
        **kept(aws_backup.copies(view, resource, view.number(resource, "size"))),
    )


READINGS: Final = {
    FILES: part(
        "file system",
        file_system,
        having(
            reasons.STORE,
            identities="dnsName",
            backup=Backup("AWS Backup", "aws.backup.snapshot", "EFS", "elasticfilesystem"),
            replacement=loses("file system", "availabilityZoneName creationToken encrypted kmsKeyId performanceMode"),
            facts="aws.efs.automatic_backup aws.efs.regional aws.efs.replication aws.rds.pitr",
        ),
    ),
    TABLE: part(
        "table",
        table,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("AWS Backup", "aws.backup.snapshot", "DynamoDB", "dynamodb"),
            replacement=loses(
                "table",
                "hashKey importTable localSecondaryIndexes name rangeKey",
                guarded_while="deletionProtectionEnabled",
            ),
            facts="aws.dynamodb.global.mrec aws.dynamodb.global.mrsc aws.rds.pitr",
        ),
    ),
    QUEUE: part(
        "queue",
        queue,
        having(
            reasons.STORE,
            identities="",
            backup=MESSAGES,
            replacement=loses("queue", "fifoQueue name namePrefix"),
            facts="aws.sqs",
        ),
    ),
    VOLUME: part(
        "disk",
        volume,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("AWS Backup", "aws.ebs", "EBS", "ec2:volume", "kmsKeyId encrypted aws/ebs"),
            replacement=loses("disk", "availabilityZone encrypted kmsKeyId outpostArn snapshotId"),
        ),
    ),
    **{
        token: part(
            "search index",
            search,
            having(
                reasons.STORE,
                identities="domainName endpoint",
                guarded_by="vpcOptions",
                backup=INDEXED,
                replacement=loses("search index", "domainName"),
                facts="aws.opensearch.zone",
            ),
        )
        for token in SEARCH
    },
    MOUNT: setting(
        "mount target",
        "which zones reach a file system",
        having(identities="dnsName ipAddress", guarded_by="securityGroups"),
    ),
    FILE_REPLICATION: setting("replication of a file system", "a replica in another region"),
    BACKUP_POLICY: setting(
        "automatic backups of a file system",
        "whether AWS's own plan makes a backup a day",
        having(replacement=guards(), facts=_AUTOMATIC),
    ),
    TABLE_REPLICA: setting("replica of a table", "a region that the table takes writes in", reasons.VOLUME),
    "aws:memorydb/cluster:Cluster": unread(
        "database in memory",
        loses("database", "kmsKeyArn name namePrefix port subnetGroupName tlsEnabled"),
        reasons.STORE,
        unjudged("database in memory", StoreKind.OTHER, places.place),
        "securityGroupIds",
    ),
    "aws:neptune/cluster:Cluster": unread(
        "graph database",
        loses(
            "database",
            "engine storageEncrypted",
            kept_without="availabilityZones clusterIdentifier clusterIdentifierPrefix kmsKeyArn neptuneSubnetGroupName "
            "snapshotIdentifier",
            guarded_while="deletionProtection",
            bare_while="skipFinalSnapshot",
            guarded_longer="backupRetentionPeriod",
        ),
        reasons.STORE,
        unjudged("graph database", StoreKind.OTHER, places.place),
        "vpcSecurityGroupIds",
    ),
    **{
        token: unread(what, loses(what), reasons.STORE, unjudged(what, StoreKind.OTHER, places.place), groups)
        for token, (what, groups) in {
            "aws:msk/cluster:Cluster": ("Kafka cluster", "brokerNodeGroupInfo"),
            "aws:msk/serverlessCluster:ServerlessCluster": ("Kafka cluster", "vpcConfigs"),
            "aws:docdb/elasticCluster:ElasticCluster": ("document database", "vpcSecurityGroupIds"),
            "aws:keyspaces/table:Table": ("table", ""),
            "aws:timestreamwrite/table:Table": ("table", ""),
            "aws:timestreaminfluxdb/dbInstance:DbInstance": ("time series", "vpcSecurityGroupIds"),
        }.items()
    },
    "aws:ec2/volumeAttachment:VolumeAttachment": setting("attachment of a disk", "which server uses a disk"),
}
