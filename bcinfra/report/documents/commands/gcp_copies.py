"""How data is restored from copies that Google Cloud keeps: backups, versions, buckets, streams of changes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import Command, kept_in, quoted
from bcinfra.report.documents.commands.program import mapping, rows, text

_DONE: Final = "Restoring Cloud SQL instance...done."


def _region(at: At) -> str:
    return at.there.region if at.there and at.there.cloud == "gcp" else at.region or at.into.region


def _owner(at: At) -> str:
    """The project that it is restored in, as a word of the shell."""
    return quoted(at.owner("gcp"))


def _sql(at: At) -> Made:
    """In place where the newest is wanted; beside it, up to a moment, where a part of it must not come back."""
    name = shlex.quote(at.name)
    if at.mechanism == "point-in-time recovery":
        new = shlex.quote(f"{at.name}-restored")
        yield from at.moment()
        until = ' --point-in-time "$MOMENT"' if at.stale else ""
        yield at.gcloud(
            f"sql instances clone {name} {new}{until}", "Cloning Cloud SQL instance...done.", f"delete {new}"
        )
        yield at.gcloud(
            f"sql instances describe {new} --format 'value(state,ipAddresses[].ipAddress)'",
            "RUNNABLE, and its address: it takes the place of the old one in what the tiers are told (MYSQL_HOST)",
        )
        return
    final = shlex.quote(f"instance~{at.name}$ AND type=FINAL")
    of = f"--filter {final}" if at.final else f"--instance {name}"
    listed = f"gcloud sql backups list {of} --project {shlex.quote(at.project)}"
    yield Command(line=listed, answer="backups with their times", needs=at.needs, looks=True)
    field, time = ("name", "backupInterval.endTime") if at.final else ("id", "endTime")
    newest = f"{listed} --sort-by '~{time}' --limit 1 --format 'value({field})'"
    yield kept_in("BACKUP", newest, "the newest; for an older one: BACKUP=its name of the list", at.needs)
    into, back = name, "none: what is in it now is overwritten. Restore into another instance where it may be of use"
    if at.final:
        yield at.pulumi(
            f"up --refresh --target {shlex.quote(at.resource.urn if at.resource else '')} --target-dependents",
            "the instance is made again, empty; where its name is still kept, raise its `generation` first",
        )
        back = "restore once more: the backup is not touched"
    elif _owner(at) != shlex.quote(at.project) or at.lost(*at.program.domains(at.urn)):
        into = f"{shlex.quote(at.name)} --backup-project {shlex.quote(at.project)}"
    source = "" if at.final else f" --backup-instance {name}"
    yield at.gcloud(f'sql backups restore "$BACKUP" --restore-instance {into}{source}', _DONE, back)


def _bucket_of(at: At) -> str:
    return shlex.quote(f"gs://{at.name}")


def _objects(at: At) -> Made:
    if "deleted" in at.mechanism:
        yield at.gcloud(
            f"storage restore {shlex.quote(f'gs://{at.name}/**')} --allow-overwrite",
            "a line for each object that is there again",
            "delete them again",
        )
    elif "versions" in at.mechanism:
        yield from _versions(at)
    else:
        yield from _copied(at)


def _versions(at: At) -> Made:
    """In place: the newest version that is not live is copied over."""
    every = f"gcloud storage ls --all-versions --recursive {_bucket_of(at)} --project {shlex.quote(at.project)}"
    yield Command(
        line=f"{every} | grep '#' | sort > versions.txt; wc -l versions.txt",
        answer="how many versions there are, the newest of an object last; take out those from after the damage",
        needs=at.needs,
        looks=True,
    )
    yield Command(
        line='while read -r one; do gcloud storage cp "$one" "${one%#*}"; done < versions.txt',
        answer="a line for each; what was deleted is there again",
        back="the version of before, in the same way: none is deleted",
        needs=at.needs,
    )


def _copied(at: At) -> Made:
    """From a copy into the bucket that serves; a new one bears another name."""
    member = at.member
    row = at.program.resource(member.urn) if member else None
    if member is None or row is None or at.lost(*member.homes):
        known = row or at.resource
        name = re.sub(r"[^\w.-]", "", known.name if known else at.name)
        look = f"gcloud storage buckets list --filter 'name~^{name}' --limit 1 --format 'value(name)'"
        yield kept_in(
            "TARGET", f"{look} --project {_owner(at)}", "the bucket that the program made in place of the lost one"
        )
        target = '"gs://$TARGET"'
    else:
        target = shlex.quote(f"gs://{at.program.called(row)}")
    yield at.gcloud(
        f"storage rsync --recursive {_bucket_of(at)} {target}",
        "a line for each object; a second run copies nothing",
        "nothing is deleted: take the objects away again from the target",
    )


def _stream(at: At) -> Made:
    """All rows and all changes after them lie in a bucket: Dataflow writes them into an empty database.

    https://cloud.google.com/dataflow/docs/guides/templates/provided/datastream-to-sql (read 2026-11).
    """
    bucket = next((at.program.called(b) for b in _written(at)), at.name)
    path = text(at.stated("destinationConfig", "gcsDestinationConfig").get("path"))
    under = shlex.quote(f"gs://{bucket}{path}")
    yield Command(
        line=f"gcloud storage ls --recursive {under} | sort | tail -3",
        answer="the newest files; their names hold the minute up to which they reach",
        needs=at.needs,
        looks=True,
    )
    yield from at.moment()
    member, region = at.member, _region(at)
    row = at.program.resource(member.urn) if member else None
    instance = f"{at.program.called(row) if row else at.name}-restored"
    made = _like(row)
    yield Command(
        line=f"gcloud sql instances create {shlex.quote(instance)} --region {region} {made} --project {_owner(at)}",
        answer="RUNNABLE. Load the schema into it, from the program's migrations: the stream holds rows alone",
        back="delete the instance",
        needs=(domains.region("gcp", region),),
    )
    address = f"gcloud sql instances describe {shlex.quote(instance)} --format 'value(ipAddresses[0].ipAddress)'"
    yield kept_in("MYSQL_HOST", f"{address} --project {_owner(at)}", "its address, which the tiers get (MYSQL_HOST)")
    set_password = f"gcloud sql users set-password root --host % --instance {shlex.quote(instance)}"
    yield Command(
        line=f"{set_password} --prompt-for-password --project {_owner(at)}",
        answer="Updating Cloud SQL user...done.",
        back="set another one",
    )
    yield Command(line="read -rs MYSQL_PWD", answer="nothing; type the same password once more", looks=True)
    template = f"gs://dataflow-templates-{region}/latest/flex/Cloud_Datastream_to_SQL"
    files = f"inputFilePattern={under}/"
    database = "databaseType=mysql,databaseHost=$MYSQL_HOST,databaseUser=root,databasePassword=$MYSQL_PWD"
    yield Command(
        line=f"gcloud dataflow flex-template run {shlex.quote(instance)} --region {region}"
        f' --template-file-gcs-location {template} --parameters {files},"{database}" --project {_owner(at)}',
        answer="a job id. It reads what is there and goes on waiting: `gcloud dataflow jobs drain` it when rows come no"
        " more. For a moment in the past, copy the files up to then into a bucket of their own first",
        back="delete the instance and begin again: the files are not touched",
        needs=at.needs,
    )


def _written(at: At) -> Iterator[Resource]:
    """The buckets that a stream's profiles lead to."""
    for urn in at.resource.dependencies if at.resource else ():
        profile = at.program.graph.resources.get(urn)
        for one in profile.dependencies if profile else ():
            if "storage/bucket:Bucket" in one and (bucket := at.program.resource(one)):
                yield bucket


def _like(row: Resource | None) -> str:
    """Version and class of an instance, as the program states them."""
    settings = mapping(row.inputs.get("settings") if row else None)
    words = {
        "database-version": (text(row.inputs.get("databaseVersion")) if row else "") or "MYSQL_8_0",
        "tier": text(settings.get("tier")) or "db-custom-2-7680",
        "edition": text(settings.get("edition")),
    }
    return " ".join(f"--{key} {shlex.quote(value)}" for key, value in words.items() if value)


def _secret(at: At) -> Made:
    name = shlex.quote(at.name)
    if at.anew:
        yield Command(
            line="umask 077; cat > new-secret",
            answer="nothing; paste what was issued again, in the form of before, and end with Control-D",
            back="shred -u new-secret, when it is entered",
            looks=True,
        )
        yield Command(
            line=f"gcloud secrets versions add {name} --data-file new-secret --project {_owner(at)}",
            answer="Created version [N]: what was issued again is in use",
            back=f"gcloud secrets versions disable N --secret {name}",
        )
        return
    yield at.gcloud(f"secrets versions list {name}", "the versions with their times; the newest good one is enabled")
    newest = f"gcloud secrets versions list {name} --filter 'state=DISABLED' --limit 1 --format 'value(name)'"
    project = f" --project {shlex.quote(at.project)}" if at.project else ""
    yield kept_in("VERSION", f"{newest}{project}", "the newest that is disabled; or VERSION=its number", at.needs)
    yield at.gcloud(
        f'secrets versions enable "$VERSION" --secret {name}',
        "Enabled version [N]",
        f"gcloud secrets versions disable N --secret {name}",
    )


def _redis(at: At) -> Made:
    """From the newest backup of a cluster, into a new one."""
    region = at.region
    of = f"--location {region} --project {shlex.quote(at.project)}"
    own = shlex.quote(f"cluster~{at.name}$")
    newest = f"gcloud redis clusters backup-collections list {of} --filter {own} --format 'value(name)'"
    yield kept_in("COLLECTION", newest, "the backups' collection of the cluster", at.needs)
    look = f'gcloud redis clusters backups list --backup-collection "$COLLECTION" {of} --sort-by ~createTime --limit 1'
    yield kept_in("BACKUP", f"{look} --format 'value(name)'", "the newest backup", at.needs)
    yield at.gcloud(
        f"redis clusters create {shlex.quote(f'{at.name}-restored')} --region {region}"
        ' --import-managed-backup "$BACKUP"',
        "the operation ends without error: name its address to the tiers",
        "delete the restored cluster",
    )


def _share(at: At) -> Made:
    """From the newest backup of a file share, into one beside the old: of the regional tier Filestore writes
    none back in place (Filestore, restore data, read 2026-11)."""
    of = at.urn.rpartition("#backups of ")[2]
    row = next((one for one in at.program.graph.of_type(_FILESTORE) if one.name == of), None)
    stated = mapping(row.inputs if row else None)
    name = at.program.called(row) if row else of or at.name
    project = shlex.quote(at.project)
    yield from at.moment()
    until = " AND createTime<='$MOMENT'" if at.stale else ""
    listed = f"gcloud filestore backups list --region {_region(at)} --project {project}"
    listed += f" --filter {quoted(f'sourceInstance~/{name}')}" + (f'"{until}"' if until else "")
    newest = f"{listed} --sort-by '~createTime' --limit 1 --format 'value(name)'"
    yield kept_in("BACKUP", newest, "the newest; for an older one: BACKUP=its full name of the list", at.needs)
    share, network = mapping(stated.get("fileShares")), next(iter(rows(stated.get("networks"))), mapping(None))
    size, called = share.get("capacityGb") or 100, text(share.get("name")) or "shared"
    where, into = _region(at), shlex.quote(f"{name}-restored")
    reached = f"name={text(network.get('network')) or 'default'},connect-mode=PRIVATE_SERVICE_ACCESS"
    owner = _owner(at)
    yield Command(
        line=f"gcloud filestore instances create {into} --location {where} --tier REGIONAL"
        f' --file-share name={shlex.quote(called)},capacity={size},source-backup="$BACKUP"'
        f" --network {shlex.quote(reached)} --project {owner}",
        answer="READY: its address takes the place of the old one where the tiers mount it",
        back=f"delete {into}",
        needs=(domains.region("gcp", where),),
    )
    yield Command(
        line=f"gcloud filestore instances describe {into} --location {where} --project {owner}"
        " --format 'value(networks[0].ipAddresses[0])'",
        answer="the address",
        needs=(domains.region("gcp", where),),
        looks=True,
    )


def _disk(at: At) -> Made:
    """From the newest snapshot of its schedule."""
    disk = at.urn.rpartition(" of ")[2]
    row = next((r for r in at.program.graph if r.name == disk and "isk" in r.type), None)
    name = at.program.called(row) if row else disk
    own = shlex.quote(f"sourceDisk~{name}")
    look = f"gcloud compute snapshots list --filter {own} --sort-by ~creationTimestamp --limit 1"
    zone = row.inputs.get("zone") if row else None
    at_zone = f"--zone {shlex.quote(zone)}" if isinstance(zone, str) else f"--region {_region(at)}"
    project = f" --project {shlex.quote(at.project)}" if at.project else ""
    yield kept_in("SNAPSHOT", f"{look} --format 'value(name)'{project}", "the newest snapshot", at.needs)
    yield at.gcloud(
        f'compute disks create {shlex.quote(f"{name}-restored")} --source-snapshot "$SNAPSHOT" {at_zone}',
        "READY: attach it in place of the old one",
        "delete the restored disk",
    )


_FILESTORE: Final = "gcp:filestore/instance:Instance"
RESTORE: Final = {
    "gcp_sql_databaseInstance_DatabaseInstance": _sql,
    "gcp_storage_bucket_Bucket": _objects,
    "gcp_datastream_stream_Stream": _stream,
    "gcp_secretmanager_secret_Secret": _secret,
    "gcp_redis_cluster_Cluster": _redis,
    "gcp_compute_resourcePolicy_ResourcePolicy": _disk,
    "gcp_workflows_workflow_Workflow": _share,
}
