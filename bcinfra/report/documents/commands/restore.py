"""How a site is built anew by the program, and data is restored from a copy."""

from __future__ import annotations

import json
import shlex
from typing import Final

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.statements import Subject
from bcinfra.places.place import Place
from bcinfra.report.documents.commands.at import At, Made, by_type
from bcinfra.report.documents.commands.calls import AwsCall, Command, Filled, Value


def _site_of(at: At) -> str:
    place = Place.parse(at.site) if at.site else None
    return at.program.sites.get((place.cloud, place.region), "") if place else ""


def rebuild(at: At) -> Made:
    site = _site_of(at)
    taken = [d for d in at.page.scenario.failed if d.kind is DomainKind.ACCOUNT and d not in at.returned]
    first = f"the page names a new account in place of {', '.join(d.short for d in taken)}; then " if taken else ""
    if site:
        yield Command(
            line=at.program.active(at.site or ""),
            answer="no output: the program now takes this site for the one that writes",
            back="pulumi config set activeSite with the site of before",
        )
    target = f"--target {shlex.quote(f'**{site}**')} --target-dependents " if site else ""
    yield from at.pulumi(f"up {target}--refresh=false", f"{first}{_UP}", _BACK)


_UP: Final = "a preview to read first: nothing in it may be of what is lost; then every resource created or updated"
_BACK: Final = "pulumi stack import --file before.json, before anything else is done"


def restore(at: At) -> Made:
    copy = at.step.deed.object
    if isinstance(copy, Subject):
        yield from _RESTORE(at.on(copy.urn))


_POINT: Final = Filled("$POINT")


def _role(account: str) -> str:
    return Filled(f"arn:aws:iam::{account if account.isdigit() else '$ACCOUNT'}:role/$ROLE")


def _vault_at(at: At, region: str) -> str:
    """The vault that a copy can be taken to for a restore there: the shop's own, where its account is not lost."""
    for vault in at.program.graph.of_type("aws:backup/vault:Vault"):
        part = next((p for urn, p in at.program.parts.items() if urn.partition("#")[0] == vault.urn), None)
        there = at.on(part.urn) if part else None
        if there and there.region == region and not any(d.hit_by(at.page.scenario.failed) for d in there.needs):
            return f"arn:aws:backup:{region}:{there.account}:backup-vault:{there.name}"
    return Filled("$VAULT_ARN")


def _restore_vault(at: At) -> Made:
    yield at.aws(
        "backup",
        "ListRecoveryPointsByBackupVault",
        "the newest recovery points of this vault with their times: note the ARN of the one to restore",
        query="reverse(sort_by(RecoveryPoints,&CreationDate))[:10].[CreationDate,ResourceType,Status,RecoveryPointArn]",
        BackupVaultName=at.name,
    )
    place = Place.parse(at.site) if at.site else None
    region, vault, account = at.region, at.name, at.account
    if place and place.cloud == "aws" and place.region != at.region:
        region, arn = place.region, _vault_at(at, place.region)
        vault, account = (arn.rpartition(":")[2], arn.split(":")[4]) if ":" in arn else (Filled("$VAULT"), "")
        yield at.aws(
            "backup",
            "StartCopyJob",
            f"a CopyJobId; describe-copy-job shows COMPLETED. POINT is from now on the copy in {region}",
            "none is needed: the copy in the vault is not touched",
            RecoveryPointArn=_POINT,
            SourceBackupVaultName=at.name,
            DestinationBackupVaultArn=arn,
            IamRoleArn=_role(at.account),
        )
    of: dict[str, Value] = {"BackupVaultName": vault, "RecoveryPointArn": _POINT}
    look = AwsCall(service="backup", api="GetRecoveryPointRestoreMetadata", inputs=of, region=region)
    yield Command(
        line=f"{look.line} --query RestoreMetadata > metadata.json",
        answer="metadata.json: change names and networks in it to those of the place that it is restored to",
        aws=look,
        looks=True,
    )
    start = AwsCall(
        service="backup",
        api="StartRestoreJob",
        inputs={
            "RecoveryPointArn": _POINT,
            "Metadata": "file://metadata.json",
            "IamRoleArn": _role(account),
        },
        region=region,
    )
    yield Command(
        line=start.line,
        answer="a RestoreJobId; describe-restore-job shows COMPLETED",
        back="delete what was restored: the copy in the vault is not touched",
        aws=start,
    )


def _restore_instance(at: At) -> Made:
    yield at.aws(
        "rds",
        "DescribeDBInstanceAutomatedBackups",
        "the window that can be restored",
        query="DBInstanceAutomatedBackups[0].RestoreWindow",
        DBInstanceIdentifier=at.name,
    )
    yield at.aws(
        "rds",
        "RestoreDBInstanceToPointInTime",
        "DBInstanceStatus creating, then available",
        "delete the restored instance",
        SourceDBInstanceIdentifier=at.name,
        TargetDBInstanceIdentifier=f"{at.name}-restored",
        UseLatestRestorableTime=True,
    )


def _restore_cluster(at: At) -> Made:
    yield at.aws(
        "rds",
        "RestoreDBClusterToPointInTime",
        "Status creating, then available; add instances as the program states them",
        "delete the restored cluster",
        SourceDBClusterIdentifier=at.name,
        DBClusterIdentifier=f"{at.name}-restored",
        UseLatestRestorableTime=True,
    )


def _restore_log(at: At, store: Store) -> Made:
    """A copy in the archive's account first, then the log on it, up to a moment."""
    here = {d for d in at.needs if d.kind is DomainKind.ACCOUNT}
    base = next((c for c in store.copies if c.stream is None and here & {*c.homes}), None)
    if base is not None:
        yield from _RESTORE(At(at.program, at.step, at.page, None, at.returned, base.subject))
    bucket = f"BINLOG_BUCKET={shlex.quote(at.name)} BUCKET_REGION={at.region}"
    given = f"{bucket} MYSQL_HOST=$HOST MYSQL_PORT=3306 MYSQL_USER=$USER"
    yield Command(
        line=f"{given} python -m bcinfra.operations.archive_binlogs restore $MOMENT",
        answer="the position that was reached; what the copy holds already is left out",
        back="restore the copy again: neither it nor the log is touched",
        needs=at.needs,
    )


def _restore_objects(at: At) -> Made:
    part = at.program.parts.get(at.urn)
    holder = next((s for s in at.program.model.stores if part in s.copies), None)
    if isinstance(part, RecoveryPoint) and part.stream and holder and holder.kind is StoreKind.RELATIONAL:
        yield from _restore_log(at, holder)
        return
    source = shlex.quote(f"s3://{at.name}")
    yield Command(
        line=f"aws s3 sync {source} s3://$TARGET --source-region {at.region} --region $TARGET_REGION",
        answer="a line for each object; a second run copies nothing",
        back="nothing is deleted: take the objects away again from the target",
        needs=at.needs,
    )


def _restore_secret(at: At) -> Made:
    if at.anew:
        place = Place.parse(at.site) if at.site else None
        inputs: dict[str, Value] = {"SecretId": at.name, "SecretString": "file://new-secret"}
        call = AwsCall(
            service="secretsmanager", api="PutSecretValue", inputs=inputs, region=place.region if place else ""
        )
        yield Command(line=call.line, answer="a VersionId: what was issued again is in use", back=_OLDER, aws=call)
        return
    yield at.aws(
        "secretsmanager",
        "RestoreSecret",
        "the ARN: it is no longer marked for deletion",
        "delete-secret marks it again",
        SecretId=at.name,
    )


_OLDER: Final = "the version of before, by its id"


def _google_secret(at: At) -> Made:
    if at.anew:
        gone = {d.name.partition("/")[2] for d in at.page.scenario.failed if d.kind is DomainKind.ACCOUNT}
        project = "$PROJECT" if at.project in gone else at.project  # then everything is built in a new one
        line = f"gcloud secrets versions add {shlex.quote(at.name)} --data-file new-secret --project {project}"
        yield Command(line=line, answer="Created version [N]: what was issued again is in use", back=_OLDER)
        return
    yield at.gcloud(
        f"secrets versions access latest --secret {shlex.quote(at.name)}",
        "the secret; enable an older version by its id",
    )


def _restore_sql(at: At) -> Made:
    name = shlex.quote(at.name)
    yield at.gcloud(f"sql backups list --instance {name} --limit 5", "the newest backups with their ids")
    yield at.gcloud(
        f"sql backups restore $BACKUP_ID --restore-instance {name} --backup-instance {name}",
        "Restoring Cloud SQL instance...done.",
        "none: what is in it now is overwritten. Restore into another instance where it may still be of use",
    )


def _restore_google_objects(at: At) -> Made:
    yield at.gcloud(
        f"storage rsync --recursive gs://{shlex.quote(at.name)} gs://$TARGET",
        "a line for each object; a second run copies nothing",
        "nothing is deleted",
    )


def _restore_stream(at: At) -> Made:
    """The changes lie in a bucket, wherever the stream is that wrote them."""
    profiles = [at.program.graph.resources.get(u) for u in at.resource.dependencies] if at.resource else []
    found = (d for p in profiles if p for d in p.dependencies if "storage/bucket:Bucket" in d)
    bucket = next((at.program.called(b) for u in found if (b := at.program.resource(u))), "BUCKET")
    yield Command(
        line=f"gcloud storage ls --recursive gs://{shlex.quote(bucket)}",
        answer="the files with all changes: replay them in the order of their names, up to before the damage",
        needs=at.needs,
        looks=True,
    )


def _restore_percona(at: At) -> Made:
    yield at.kubectl("get perconaxtradbclusterbackup", "the newest backup that Succeeded: note its name")
    spec = {"pxcCluster": at.kubernetes_name(), "backupName": "BACKUP"}
    kind = {"apiVersion": "pxc.percona.com/v1", "kind": "PerconaXtraDBClusterRestore"}
    restore = json.dumps({**kind, "metadata": {"name": "restore"}, "spec": spec})
    yield at.kubectl(
        f"apply --filename - <<< {shlex.quote(restore)}",
        "perconaxtradbclusterrestore created; get it until State is Succeeded",
        "restore another backup: this one is not touched",
    )


def _made_anew(at: At) -> Made:
    if at.resource:
        yield from at.pulumi(f"up --target {shlex.quote(at.resource.urn)} --refresh=false", _UP, _BACK)


_RESTORE: Final = by_type(
    aws_backup_vault_Vault=_restore_vault,
    aws_rds_instance_Instance=_restore_instance,
    aws_rds_cluster_Cluster=_restore_cluster,
    aws_s3_bucket_Bucket=_restore_objects,
    aws_s3_bucketV2_BucketV2=_restore_objects,
    aws_secretsmanager_secret_Secret=_restore_secret,
    gcp_sql_databaseInstance_DatabaseInstance=_restore_sql,
    gcp_storage_bucket_Bucket=_restore_google_objects,
    gcp_datastream_stream_Stream=_restore_stream,
    kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster=_restore_percona,
    aws_acm_certificate_Certificate=_made_anew,
    aws_route53_zone_Zone=_made_anew,
    gcp_certificatemanager_certificate_Certificate=_made_anew,
    gcp_dns_managedZone_ManagedZone=_made_anew,
    gcp_secretmanager_secret_Secret=_google_secret,
    kubernetes_core_v1_Secret=_made_anew,
    kubernetes_networking_k8s_io_v1_Ingress=_made_anew,
)
