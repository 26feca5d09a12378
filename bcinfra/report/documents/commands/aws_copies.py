"""How data is restored from copies that AWS keeps: vaults, automated backups, snapshots, versions, buckets."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import RecoveryPoint, Store, StoreKind
from bcinfra.graph.core.model import Resource
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, Value, answer_of, kept_in, quoted
from bcinfra.report.documents.commands.pilot_light import pilot_light, port_of
from bcinfra.report.documents.commands.program import text

_CLUSTER: Final = "aws:rds/cluster:Cluster"
_POINT: Final = Filled("$POINT")
_AVAILABLE: Final = "available; ask again until it is"
_RENAMED: Final = "the new name; what calls it finds it by the address of before. NotFound: it was deleted, go on"
_AS_BEFORE: Final = "the same with the names the other way round"


def _region(at: At) -> str:
    """Where it is restored to: where service is given from afterwards."""
    return at.there.region if at.there and at.there.cloud == "aws" else at.region or at.into.region


def _looked_up(at: At, named: str, service: str, api: str, query: str) -> Filled:
    return answer_of(AwsCall(service=service, api=api, region=_region(at), query=query.format(name=named)))


def _network(at: At, source: Resource) -> dict[str, Value]:
    """Subnets and security groups of the database that is restored: those of the program, by their names."""
    found: dict[str, Value] = {}
    if subnets := at.program.linked(source, "dbSubnetGroupName"):
        query = "DBSubnetGroups[?starts_with(DBSubnetGroupName,'{name}')].DBSubnetGroupName|[0]"
        found["DBSubnetGroupName"] = _looked_up(at, at.program.called(subnets), "rds", "DescribeDBSubnetGroups", query)
    if group := at.program.linked(source, "vpcSecurityGroupIds"):
        query = "SecurityGroups[?starts_with(GroupName,'{name}')].GroupId|[0]"
        ids = _looked_up(at, at.program.called(group), "ec2", "DescribeSecurityGroups", query)
        found["VpcSecurityGroupIds"] = [ids]
    return found


# -- AWS Backup -------------------------------------------------------------------------------------------------------


def _vault(at: At) -> Made:
    """A copy of a vault: taken to the place and account that it is needed in, and restored there. With the account of
    a database lost, it is restored where it lies, if what that takes waits there."""
    source = _source(at)
    light = pilot_light(at, source)
    kind, named = _KINDS.get(source.type if source else "", ("", False))
    name = at.program.called(source) if source else ""
    of: dict[str, Value] = {"BackupVaultName": at.name, **({"ByResourceType": kind} if kind else {})}
    chosen = f"RecoveryPoints[?Status=='COMPLETED'{_containing(name) if named else ''}]"
    look = AwsCall(
        service="backup",
        api="ListRecoveryPointsByBackupVault",
        inputs=of,
        region=at.region,
        query=f"reverse(sort_by({chosen},&CreationDate))[:10].[CreationDate,RecoveryPointArn]",
    )
    yield Command(
        line=look.line,
        answer="the newest ten, with their times" + ("; the one to take is from before the damage" if at.stale else ""),
        aws=look,
        needs=at.needs,
        looks=True,
    )
    newest = AwsCall(
        service="backup",
        api="ListRecoveryPointsByBackupVault",
        inputs=of,
        region=at.region,
        query=f"reverse(sort_by({chosen},&CreationDate))[0].RecoveryPointArn",
    )
    yield kept_in("POINT", newest.line, "ARN of the newest; for an older one: POINT=its ARN of the list", at.needs)
    region, vault = at.region, at.name
    owner = at.owner("aws")
    if light is None and (_region(at), owner) != (at.region, at.account):
        region, vault = _region(at), _vault_name(at, _region(at))
        yield from _role(at, at.region)
        start = AwsCall(
            service="backup",
            api="StartCopyJob",
            inputs={
                "RecoveryPointArn": _POINT,
                "SourceBackupVaultName": at.name,
                "DestinationBackupVaultArn": Filled(f"arn:aws:backup:{region}:{owner}:backup-vault:{vault}"),
                "IamRoleArn": Filled("$ROLE"),
            },
            region=at.region,
            query="CopyJobId",
        )
        back = "delete-recovery-point of the copy; that in the vault is not touched"
        yield kept_in("COPY", start.line, "id of the copy job", at.needs, back=back)
        done = AwsCall(
            service="backup",
            api="DescribeCopyJob",
            inputs={"CopyJobId": Filled("$COPY")},
            region=at.region,
            query="CopyJob.[State,StatusMessage]",
        )
        yield Command(line=done.line, answer="COMPLETED; ask again until it is", aws=done, needs=at.needs, looks=True)
        arrived = AwsCall(
            service="backup",
            api="DescribeCopyJob",
            inputs={"CopyJobId": Filled("$COPY")},
            region=at.region,
            query="CopyJob.DestinationRecoveryPointArn",
        )
        there = f"ARN of the copy in {region}. Sign in to the account that serves there"
        yield kept_in("POINT", arrived.line, there, at.needs)
    yield from light.role() if light else _role(at, region)
    look = AwsCall(
        service="backup",
        api="GetRecoveryPointRestoreMetadata",
        inputs={"BackupVaultName": vault, "RecoveryPointArn": _POINT},
        region=region,
    )
    yield Command(
        line=f"{look.line} --query RestoreMetadata --output json > metadata.json",
        answer="no output; metadata.json holds with what it was made",
        aws=look,
        looks=True,
    )
    if source and (changed := _metadata(at, source, light.place if light else _network(at, source))):
        code = "import json,sys; m=json.load(open('metadata.json')); m.update(a.split('=',1) for a in sys.argv[1:]); "
        code += "json.dump(m,open('metadata.json','w')); print(m)"
        yield Command(
            line=f'python3 -c "{code}" {changed}',
            answer="the settings of what will be made: its name and its network are those of now",
            looks=True,
        )
    restore = AwsCall(
        service="backup",
        api="StartRestoreJob",
        inputs={"RecoveryPointArn": _POINT, "Metadata": "file://metadata.json", "IamRoleArn": Filled("$ROLE")},
        region=region,
        query="RestoreJobId",
    )
    back = "delete what was restored: the copy in the vault is not touched"
    yield kept_in("RESTORE", restore.line, "id of the restore job", back=back)
    done = AwsCall(
        service="backup",
        api="DescribeRestoreJob",
        inputs={"RestoreJobId": Filled("$RESTORE")},
        region=region,
        query="[Status,CreatedResourceArn,StatusMessage]",
    )
    yield Command(line=done.line, answer="COMPLETED, and what was made; ask again", aws=done, looks=True)
    if source and source.type == _CLUSTER:
        yield from _instance_of(at, source, f"{at.program.called(source)}-restored", region)
    if light:
        yield from light.joined()


def _instance_of(at: At, cluster: Resource, named: str, region: str) -> Made:
    """An instance of a cluster that was restored, which has none."""
    members = (
        row
        for row in at.program.graph.of_type("aws:rds/clusterInstance:ClusterInstance")
        if at.program.linked(row, "clusterIdentifier") == cluster
    )
    for row in islice(members, 1):
        call = AwsCall(
            service="rds",
            api="CreateDBInstance",
            inputs={
                "DBInstanceIdentifier": f"{at.program.called(row)}-restored",
                "DBClusterIdentifier": named,
                "Engine": text(cluster.inputs.get("engine")) or "aurora-mysql",
                "DBInstanceClass": text(row.inputs.get("instanceClass")) or "db.r6g.large",
            },
            region=region,
        )
        answer = "DBInstanceStatus creating, then available: the cluster takes clients; the others are made alike"
        yield Command(line=call.line, answer=answer, back="delete the instance", aws=call, needs=at.needs)


def _containing(name: str) -> str:
    return f" && contains(ResourceArn,'{name}')" if "'" not in name else ""


def _source(at: At) -> Resource | None:
    """What was copied: the member whose name the copy bears."""
    name = at.urn.rpartition(" of ")[2]
    rows = [at.program.resource(m.urn) for m in at.store.members] if at.store else []
    return next((row for row in rows if row and row.name == name), rows[0] if rows else None)


def _vault_name(at: At, region: str) -> str:
    """The program's vault in a region; a new account has it too, once the program has run there."""
    for vault in at.program.graph.of_type("aws:backup/vault:Vault"):
        part = next((p for urn, p in at.program.parts.items() if urn.partition("#")[0] == vault.urn), None)
        if part and at.on(part.urn).region == region and at.on(part.urn).account != at.account:
            return at.program.called(vault)
    return "Default"


def _role(at: At, region: str) -> Made:
    """A role that AWS Backup may take. IAM is asked where its control plane is."""
    home = domains.region("aws", GLOBAL_HOME)
    if at.lost(home):
        line = f'ROLE="arn:aws:iam::$(aws sts get-caller-identity --query Account --output text --region {region})'
        yield Command(
            line=f'{line}:role/service-role/AWSBackupDefaultServiceRole"; echo "$ROLE"',
            answer="the role that AWS Backup makes when it is first used in an account",
            looks=True,
        )
        return
    chosen = "reverse(sort_by(Roles[?contains(to_string(AssumeRolePolicyDocument),'backup.amazonaws.com')],&RoleName))"
    line = f"aws iam list-roles --query {quoted(f'{chosen}[0].Arn')} --output text"
    yield kept_in("ROLE", line, "ARN of a role of this account that AWS Backup may take", (home,))


def _metadata(at: At, source: Resource, network: Mapping[str, Value]) -> str:
    """Restore metadata that is not as it was, as words of the shell.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-rds.html, restoring-aur.html, restoring-efs.html,
    restoring-s3.html, restoring-dynamodb.html (read 2026-11).
    """
    name = f"{at.program.called(source)}-restored"
    wanted: dict[str, Value] = {}
    if source.type in _IDENTIFIED:
        wanted = {_IDENTIFIED[source.type]: name, **network}
    elif source.type == "aws:efs/fileSystem:FileSystem":
        wanted = {"newFileSystem": "true", "CreationToken": name}
    elif source.type.startswith("aws:s3/bucket"):
        wanted = {"NewBucket": "true", "DestinationBucketName": name}
    elif source.type == "aws:dynamodb/table:Table":
        wanted = {"targetTableName": name}
    words = (
        (key, Filled(f'[\\"{value[0]}\\"]') if isinstance(value, list) else value) for key, value in wanted.items()
    )
    return " ".join(f"{key}={quoted(value if isinstance(value, str) else str(value))}" for key, value in words)


_IDENTIFIED: Final = {
    "aws:rds/instance:Instance": "DBInstanceIdentifier",
    "aws:rds/cluster:Cluster": "DBClusterIdentifier",
    "aws:docdb/cluster:Cluster": "DBClusterIdentifier",
    "aws:neptune/cluster:Cluster": "DBClusterIdentifier",
}
_KINDS: Final = {
    "aws:rds/instance:Instance": ("RDS", True),
    "aws:rds/cluster:Cluster": ("Aurora", True),
    "aws:docdb/cluster:Cluster": ("DocumentDB", True),
    "aws:neptune/cluster:Cluster": ("Neptune", True),
    "aws:dynamodb/table:Table": ("DynamoDB", True),
    "aws:efs/fileSystem:FileSystem": ("EFS", False),
    "aws:ebs/volume:Volume": ("EBS", False),
    "aws:ec2/instance:Instance": ("EC2", False),
    "aws:fsx/lustreFileSystem:LustreFileSystem": ("FSx", False),
    "aws:s3/bucket:Bucket": ("S3", True),
    "aws:s3/bucketV2:BucketV2": ("S3", True),
}
"""Type → what AWS Backup calls it, and whether its ARN holds its name."""


# -- automated backups and snapshots of databases ---------------------------------------------------------------------


def _until(at: At, parameter: str) -> dict[str, Value]:
    return {parameter: Filled("$MOMENT")} if at.stale else {"UseLatestRestorableTime": True}


def _instance(at: At) -> Made:
    """A database beside the old one, which then takes its name."""
    new = f"{at.name}-restored"
    network = _network(at, at.resource) if at.resource else {}
    if at.final:
        yield from _latest(
            at, "DescribeDBSnapshots", "DBSnapshots", "DBSnapshotIdentifier", DBInstanceIdentifier=at.name
        )
        yield at.aws(
            "rds",
            "RestoreDBInstanceFromDBSnapshot",
            "DBInstanceStatus creating",
            "delete the restored instance",
            network,
            DBInstanceIdentifier=new,
            DBSnapshotIdentifier=Filled("$SNAPSHOT"),
        )
    elif (
        at.resource
        and at.resource.type == "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    ):
        query = "DBInstanceAutomatedBackups[?Region!='{name}']|[0].DBInstanceAutomatedBackupsArn"
        yield from at.moment()
        yield at.aws(
            "rds",
            "RestoreDBInstanceToPointInTime",
            "DBInstanceStatus creating",
            "delete the restored instance",
            _until(at, "RestoreTime"),
            SourceDBInstanceAutomatedBackupsArn=answer_of(
                AwsCall(
                    service="rds",
                    api="DescribeDBInstanceAutomatedBackups",
                    region=at.region,
                    query=query.format(name=at.region),
                )
            ),
            TargetDBInstanceIdentifier=new,
        )
    else:
        yield at.aws(
            "rds",
            "DescribeDBInstanceAutomatedBackups",
            "the window that can be restored",
            query="DBInstanceAutomatedBackups[0].RestoreWindow",
            DBInstanceIdentifier=at.name,
        )
        yield from at.moment()
        yield at.aws(
            "rds",
            "RestoreDBInstanceToPointInTime",
            "DBInstanceStatus creating",
            "delete the restored instance",
            {**_until(at, "RestoreTime"), **network},
            SourceDBInstanceIdentifier=at.name,
            TargetDBInstanceIdentifier=new,
        )
    yield at.aws(
        "rds", "DescribeDBInstances", _AVAILABLE, query="DBInstances[0].DBInstanceStatus", DBInstanceIdentifier=new
    )
    for old, name in ((at.name, f"{at.name}-damaged"), (new, at.name)):
        yield at.aws(
            "rds",
            "ModifyDBInstance",
            _RENAMED,
            _AS_BEFORE,
            DBInstanceIdentifier=old,
            NewDBInstanceIdentifier=name,
            ApplyImmediately=True,
        )


def _cluster(at: At) -> Made:
    """The same of a cluster: its instances are made by the program."""
    new, network = f"{at.name}-restored", _network(at, at.resource) if at.resource else {}
    engine = at.text("engine", "aurora-mysql")
    if at.final:
        yield from _latest(
            at,
            "DescribeDBClusterSnapshots",
            "DBClusterSnapshots",
            "DBClusterSnapshotIdentifier",
            DBClusterIdentifier=at.name,
        )
        yield at.aws(
            "rds",
            "RestoreDBClusterFromSnapshot",
            "Status creating",
            "delete the restored cluster",
            network,
            DBClusterIdentifier=new,
            SnapshotIdentifier=Filled("$SNAPSHOT"),
            Engine=engine,
        )
    else:
        yield from at.moment()
        yield at.aws(
            "rds",
            "RestoreDBClusterToPointInTime",
            "Status creating",
            "delete the restored cluster",
            {**_until(at, "RestoreToTime"), **network},
            SourceDBClusterIdentifier=at.name,
            DBClusterIdentifier=new,
        )
    yield at.aws("rds", "DescribeDBClusters", _AVAILABLE, query="DBClusters[0].Status", DBClusterIdentifier=new)
    for old, name in ((at.name, f"{at.name}-damaged"), (new, at.name)):
        yield at.aws(
            "rds",
            "ModifyDBCluster",
            _RENAMED,
            _AS_BEFORE,
            DBClusterIdentifier=old,
            NewDBClusterIdentifier=name,
            ApplyImmediately=True,
        )
    if at.resource:
        yield from _instance_of(at, at.resource, at.name, at.region)


def _latest(at: At, api: str, rows: str, name: str, **of: Value) -> Made:
    time = "SnapshotCreateTime"
    call = AwsCall(
        service="rds", api=api, inputs=of, region=at.region, query=f"reverse(sort_by({rows},&{time}))[0].{name}"
    )
    yield kept_in("SNAPSHOT", call.line, "name of the newest snapshot", at.needs)


def _cache(at: At) -> Made:
    """A cache from its newest snapshot, by the name of before."""
    call = AwsCall(
        service="elasticache",
        api="DescribeSnapshots",
        inputs={"ReplicationGroupId": at.name},
        region=at.region,
        query="reverse(sort_by(Snapshots[?SnapshotStatus=='available'],&NodeSnapshots[0].SnapshotCreateTime))[0].SnapshotName",
    )
    yield kept_in("SNAPSHOT", call.line, "name of the newest snapshot", at.needs)
    inputs: dict[str, Value] = {"ReplicationGroupId": f"{at.name[:32]}-restored", "SnapshotName": Filled("$SNAPSHOT")}
    if at.resource and (subnets := at.program.linked(at.resource, "subnetGroupName")):
        inputs["CacheSubnetGroupName"] = at.program.called(subnets)
    yield at.aws(
        "elasticache",
        "CreateReplicationGroup",
        "Status creating, then available: name its endpoint to the tiers",
        "delete the restored one",
        inputs,
        ReplicationGroupDescription=f"{at.name} restored",
    )


def _table(at: At) -> Made:
    """A table beside the old one."""
    new = f"{at.name}-restored"
    yield from at.moment()
    yield at.aws(
        "dynamodb",
        "RestoreTableToPointInTime",
        "TableStatus CREATING",
        "delete the restored table",
        ({"RestoreDateTime": Filled("$MOMENT")} if at.stale else {"UseLatestRestorableTime": True}),
        SourceTableName=at.name,
        TargetTableName=new,
    )
    yield at.aws(
        "dynamodb",
        "DescribeTable",
        "ACTIVE; name this table to the tiers",
        query="Table.TableStatus",
        TableName=new,
    )


def _file_system(at: At) -> Made:
    """From the vault of AWS's own plan."""
    yield from _vault(replace(at, called="aws/efs/automatic-backup-vault"))


# -- objects ----------------------------------------------------------------------------------------------------------


def _objects(at: At) -> Made:
    part, holder = at.program.parts.get(at.urn), at.store
    if isinstance(part, RecoveryPoint) and part.stream and holder and holder.kind is StoreKind.RELATIONAL:
        yield from _log(at, holder)
    elif isinstance(part, RecoveryPoint) and "versions" in part.mechanism:
        yield from _versions(at)
    else:
        yield from _bucket(at)


def _versions(at: At) -> Made:
    """In place: what was deleted has a marker, and is there again without it."""
    bucket, region = shlex.quote(at.name), at.region
    query = "{Objects: DeleteMarkers[?IsLatest].{Key:Key,VersionId:VersionId}}"
    listed = (
        f"aws s3api list-object-versions --bucket {bucket} --max-items 1000 --region {region} --query {quoted(query)}"
    )
    yield Command(
        line=f"{listed} --output json > markers.json; grep -c VersionId markers.json",
        answer="how many are deleted, a thousand at most; 0: all are there. Take out of the file what may stay deleted",
        needs=at.needs,
        looks=True,
    )
    yield Command(
        line=f"aws s3api delete-objects --bucket {bucket} --delete file://markers.json --region {region}",
        answer="Deleted with DeleteMarker true: they are there again. Both once more, until the count is 0",
        back="delete them again",
        needs=at.needs,
    )
    if at.stale:
        old = "Versions[?!IsLatest].[LastModified,Key,VersionId]"
        of = f"aws s3api list-object-versions --bucket {bucket} --region {region}"
        yield Command(
            line=f"{of} --query {quoted(old)} --output text | sort > older.txt; tail -20 older.txt",
            answer="time, key and version of what was overwritten: take the newest from before the damage",
            needs=at.needs,
            looks=True,
        )
        yield Command(
            line=f'while read -r _ key version; do aws s3api copy-object --bucket {bucket} --key "$key" --copy-source '
            f'{bucket}/"$key?versionId=$version" --region {region}; done < older.txt',
            answer="a CopyObjectResult for each line that is left in older.txt",
            back="the version of before, in the same way: none is deleted",
            needs=at.needs,
        )


def _bucket(at: At) -> Made:
    """From a copy into the bucket that serves; buckets bear an account's number, so a new one is looked up."""
    member = at.member
    row = at.program.resource(member.urn) if member else None
    lost = member is None or row is None or at.lost(*member.homes)
    region = _region(at)
    if row is None or lost:
        name = (at.program.called(row) if row else at.name).removesuffix(
            f"-{at.on(member.urn).account}" if member else ""
        )
        query = f"Buckets[?starts_with(Name,'{name}')].Name|[0]"
        yield kept_in(
            "TARGET",
            f"aws s3api list-buckets --query {quoted(query)} --output text --region {region}",
            "the bucket that the program made in place of the lost one",
        )
        target = '"s3://$TARGET"'
    else:
        target, region = shlex.quote(f"s3://{at.program.called(row)}"), at.on(row.urn).region or region
    yield Command(
        line=f"aws s3 sync {shlex.quote(f's3://{at.name}')} {target} --source-region {at.region} --region {region}",
        answer="a line for each object; a second run copies nothing. Both accounts must let who is signed in",
        back="nothing is deleted: take the objects away again from the target",
        needs=at.needs,
    )


# -- the archive of the binary log ------------------------------------------------------------------------------------


def _log(at: At, store: Store) -> Made:
    """A copy in the archive's account first, then the log on it, up to a moment."""
    here = {d for d in at.needs if d.kind is DomainKind.ACCOUNT}
    base = next((c for c in store.copies if c.stream is None and here & {*c.homes}), None)
    if base is not None:
        yield from RESTORE_BY_TYPE(at.on(base.urn))
    member = at.member
    row = at.program.resource(member.urn) if member else None
    light = pilot_light(at, row)
    job = light.job if light else None
    region = at.region if light else _region(at)
    named = f"{at.program.called(row) if row else at.name}-restored"
    user = (text(row.inputs.get("username")) or text(row.inputs.get("masterUsername")) if row else "") or "admin"
    if row is not None and row.type == _CLUSTER:
        endpoint = AwsCall(
            service="rds",
            api="DescribeDBClusters",
            inputs={"DBClusterIdentifier": named},
            region=region,
            query="DBClusters[0].Endpoint",
        )
    else:
        endpoint = AwsCall(
            service="rds",
            api="DescribeDBInstances",
            inputs={"DBInstanceIdentifier": named},
            region=region,
            query="DBInstances[0].Endpoint.Address",
        )
    yield kept_in("MYSQL_HOST", endpoint.line, "address of what was restored", ())
    if at.stale:
        yield from at.moment()
    else:
        yield kept_in("MOMENT", "date --utc +%Y-%m-%dT%H:%M:%SZ", "now: all that the archive holds is replayed")
    if job:
        yield from job.replay(named)
        return
    yield Command(
        line="read -rs MYSQL_PWD; export MYSQL_PWD MYSQL_HOST",
        answer="nothing; type the administrator's password, as it was when the copy was made",
        looks=True,
    )
    of = (
        f"BINLOG_BUCKET={shlex.quote(at.name)} BUCKET_REGION={at.region} MYSQL_PORT={port_of(row)}"
        f" MYSQL_USER={shlex.quote(user)}"
    )
    yield Command(
        line=f'{of} python3 -m bcinfra.operations.archive_binlogs restore "$MOMENT"',
        answer="the position that was reached; what the copy holds already is left out. Then rename it to the old name",
        back="restore the copy again: neither it nor the log is touched",
        needs=at.needs,
    )


# -- secrets ----------------------------------------------------------------------------------------------------------


def _secret(at: At) -> Made:
    if at.anew:
        region = _region(at)
        yield Command(
            line="umask 077; cat > new-secret",
            answer="nothing; paste what was issued again, in the form of before, and end with Control-D",
            back="shred -u new-secret, when it is entered",
            looks=True,
        )
        inputs: dict[str, Value] = {"SecretId": at.name, "SecretString": "file://new-secret"}
        call = AwsCall(service="secretsmanager", api="PutSecretValue", inputs=inputs, region=region)
        older = "aws secretsmanager update-secret-version-stage, to the version that list-secret-version-ids shows"
        yield Command(line=call.line, answer="a VersionId: what was issued again is in use", back=older, aws=call)
        return
    yield at.aws(
        "secretsmanager",
        "RestoreSecret",
        "the ARN: it is no longer marked for deletion. InvalidRequest: it was not deleted, the value was changed",
        "aws secretsmanager delete-secret marks it again",
        SecretId=at.name,
    )
    yield at.aws(
        "secretsmanager",
        "ListSecretVersionIds",
        "the versions with their times and stages; the one of before is AWSPREVIOUS",
        query="Versions[].[CreatedDate,VersionId,VersionStages[0]]",
        SecretId=at.name,
    )


RESTORE: Final = {
    "aws_backup_vault_Vault": _vault,
    "aws_backup_logicallyAirGappedVault_LogicallyAirGappedVault": _vault,
    "aws_rds_instance_Instance": _instance,
    "aws_rds_instanceAutomatedBackupsReplication_InstanceAutomatedBackupsReplication": _instance,
    "aws_rds_cluster_Cluster": _cluster,
    "aws_elasticache_replicationGroup_ReplicationGroup": _cache,
    "aws_dynamodb_table_Table": _table,
    "aws_efs_fileSystem_FileSystem": _file_system,
    "aws_s3_bucket_Bucket": _objects,
    "aws_s3_bucketV2_BucketV2": _objects,
    "aws_secretsmanager_secret_Secret": _secret,
}
RESTORE_BY_TYPE: Final = by_type(**RESTORE)
