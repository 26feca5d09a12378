"""How databases are restored from the buckets that their operators keep backups in, and files from what jobs copied."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.graph.core.model import Resource
from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import Command, kept_in
from bcinfra.report.documents.commands.program import mapping, rows, text


def _bucket(at: At, storage: Mapping[str, object]) -> tuple[str, tuple[Domain, ...]]:
    """How what lies in a bucket is listed, and what that needs."""
    s3 = mapping(storage.get("s3"))
    path, endpoint, region = (text(s3.get(key)) for key in ("bucket", "endpointUrl", "region"))
    if "googleapis" in endpoint:
        return f"gcloud storage ls {shlex.quote(f'gs://{path}/')}", at.needs
    where = f" --endpoint-url {shlex.quote(endpoint)}" if endpoint and "amazonaws" not in endpoint else ""
    where += f" --region {shlex.quote(region)}" if region else ""
    return f"aws s3 ls {shlex.quote(f's3://{path}/')}{where} | awk '{{print $2}}'", at.needs


def _percona(at: At) -> Made:
    """The newest full backup, and the log after it, out of the bucket: no object of the old cluster is asked.

    https://docs.percona.com/percona-operator-for-mysql/pxc/backups-restore-to-new-cluster.html (read 2026-11).
    """
    into = at.into
    backup, storages = at.stated("spec", "backup"), at.stated("spec", "backup", "storages")
    first = (rows(backup.get("schedule")) or [mapping(None)])[0]
    name = text(first.get("storageName")) or next(iter(storages), "")
    storage = mapping(storages.get(name))
    path = text(mapping(storage.get("s3")).get("bucket"))
    listed, needs = _bucket(at, storage)
    yield kept_in(
        "BACKUP",
        f"{listed} | grep -o '[^/]*-full/$' | sort | tail -1 | tr -d /",
        "the newest full backup, by its time" + (": BACKUP=an older one, from before the damage" if at.stale else ""),
        needs,
    )
    yield from at.moment()
    secret = {key: value for key, value in mapping(storage.get("s3")).items() if key != "bucket"}
    spec: dict[str, object] = {
        "pxcCluster": into.object_name,
        "backupSource": {"destination": f"s3://{path}/BACKUP", "s3": secret},
    }
    pitr = mapping(backup.get("pitr"))
    if pitr.get("enabled"):
        until = {"type": "date", "date": "MOMENT"} if at.stale else {"type": "latest"}
        spec["pitr"] = {**until, "backupSource": {"storageName": pitr.get("storageName")}}
    kind = {"apiVersion": "pxc.percona.com/v1", "kind": "PerconaXtraDBClusterRestore"}
    body = json.dumps({**kind, "metadata": {"generateName": "restore-"}, "spec": spec})
    filled = "s|BACKUP|'\"$BACKUP\"'|; s|MOMENT|'\"$(date --utc --date \"$MOMENT\" '+%F %T')\"'|" if at.stale else ""
    edited = f"sed '{filled}'" if filled else "sed 's|BACKUP|'\"$BACKUP\"'|'"
    yield Command(
        line=f"printf '%s' {shlex.quote(body)} | {edited} | {into.kubectl_line('create --filename -')}",
        answer="perconaxtradbclusterrestore created",
        back="restore another backup: this one is not touched",
        needs=into.cluster_needs,
    )
    yield into.kubectl("get perconaxtradbclusterrestore", "State Succeeded; ask again until it is", looks=True)
    yield into.kubectl(f"get perconaxtradbcluster {into.kubernetes_name()}", "STATUS ready", looks=True)


def _cloudnative(at: At) -> Made:
    """A cluster beside the old one, from its object store.

    https://cloudnative-pg.io/documentation/current/recovery/ (read 2026-11).
    """
    into = at.into
    spec, store = at.stated("spec"), at.stated("spec", "backup", "barmanObjectStore")
    name = at.object_name
    yield from at.moment()
    target = {"recoveryTarget": {"targetTime": "MOMENT"}} if at.stale else {}
    body = json.dumps(
        {
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Cluster",
            "metadata": {"name": f"{name}-restored"},
            "spec": {
                **{key: value for key, value in spec.items() if key in ("instances", "storage", "imageName")},
                "bootstrap": {"recovery": {"source": name, **target}},
                "externalClusters": [{"name": name, "barmanObjectStore": {**store, "serverName": name}}],
            },
        },
        default=str,
    )
    edited = " | sed 's|MOMENT|'\"$MOMENT\"'|'" if at.stale else ""
    yield Command(
        line=f"printf '%s' {shlex.quote(body)}{edited} | {into.kubectl_line('apply --filename -')}",
        answer=f"cluster.postgresql.cnpg.io/{name}-restored created",
        back="delete the restored cluster",
        needs=into.cluster_needs,
    )
    yield into.kubectl(
        f"get cluster {shlex.quote(f'{name}-restored')}",
        "Cluster in healthy state; name its service to the tiers",
        looks=True,
    )


_BEFORE: Final = """awk -v until="$MOMENT" '$1 ~ /^[0-9a-f]+$/ && $2 "T" $3 "Z" <= until {id = $1} END {print id}'"""
"""Of the lines that restic lists its copies in: the newest from before a moment."""
_SNAPPED: Final = (
    """awk -v until="$MOMENT" 'BEGIN {gsub(/[^0-9]/, "", until)} {t = $0; sub(/.*scheduled-/, "", t); """
    """gsub(/[^0-9]/, "", t); if (substr(t, 1, 14) <= until) s = $0} END {print s}'"""
)
"""Of snapshots by name: the newest from before a moment."""
_KEEPS: Final = ("KEEP_HOURS", "KEEP_DAYS")


def _files(at: At) -> Made:
    """The newest copy that restic made, written into the volume by a job beside the one that copies it, with its image,
    user, key and way out.

    https://restic.readthedocs.io/en/stable/050_restore.html (read 2026-11).
    """
    into, every = at.into, at.program.graph.of_type(_CRON_JOB)
    copied = next((job for job in every if job.name == at.urn.rpartition("#by ")[2]), None)
    beside = next((job for job in every if _copies(into, job)), None)
    snapshot = at.mechanism == SNAPSHOT
    copied = beside if snapshot else copied
    if copied is None or beside is None:
        yield Command(
            line=into.kubectl_line("get cronjobs --all-namespaces"),
            answer="the job that copies it: with its image, key and repository, a pod that mounts the volume runs"
            " `restic restore latest --target /`, or what its own program has for that",
            needs=into.cluster_needs,
            looks=True,
        )
        return
    template = mapping(_run(beside).get("template"))
    pod, (container, *_) = mapping(template.get("spec")), _containers(beside)
    told = {text(row.get("name")): row for row in rows(container.get("env")) if row.get("name") not in _KEEPS}
    source = {text(row.get("name")): row for row in rows(_containers(copied)[0].get("env"))}
    told |= {name: source[name] for name in ("RESTIC_REPOSITORY", "AWS_DEFAULT_REGION", "HOST") if name in source}
    if at.stale:
        told["MOMENT"] = {"name": "MOMENT", "value": "MOMENT"}
    filling = {
        **container,
        "name": "restore",
        "command": ["sh", "-c", _taking(told, stale=at.stale) if snapshot else _filling(told, stale=at.stale)],
        "env": list(told.values()),
        "volumeMounts": [{**mount, "readOnly": False} for mount in rows(container.get("volumeMounts"))],
    }
    spec = {"backoffLimit": 0, "template": {**template, "spec": {**pod, "containers": [filling]}}}
    body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "restore-"}, "spec": spec}
    namespace = text(mapping(beside.inputs.get("metadata")).get("namespace"))
    yield from at.moment()
    edited = 'sed \'s|"value": "MOMENT"|"value": "\'"$MOMENT"\'"|\' | ' if at.stale else ""
    made = f"printf '%s' {shlex.quote(json.dumps(body))}"
    yield Command(
        line=f"{made} | {edited}{into.kubectl_line('create --filename -', namespace)}",
        answer="job.batch/restore-... created; it writes over files of the same name, and deletes none",
        back="restore once more, from a copy of before: none is touched",
        needs=into.cluster_needs,
    )
    yield Command(
        line=into.kubectl_line("get jobs", namespace),
        answer="COMPLETIONS 1/1 of restore-...; ask again until it is",
        needs=into.cluster_needs,
        looks=True,
    )


def _filling(told: Mapping[str, Mapping[str, object]], *, stale: bool) -> str:
    """What restic does: it writes the newest copy back, or the newest from before the moment."""
    host, files = (shlex.quote(text(told.get(name, {}).get("value"))) for name in ("HOST", "FILES"))
    which = f'"$(restic snapshots --no-lock --compact --host {host} | {_BEFORE})"' if stale else "latest"
    return f"restic restore {which} --no-lock --host {host} --include {files} --target /"


def _taking(told: Mapping[str, Mapping[str, object]], *, stale: bool) -> str:
    """What is written back of a snapshot, which stands in a hidden folder of the volume under the time of when it was
    taken (https://docs.ceph.com/en/latest/cephfs/snap-schedule/, read 2026-11)."""
    files = shlex.quote(text(told.get("FILES", {}).get("value")))
    which = _SNAPPED if stale else "tail -1"
    return f'cp -a "$(ls -d {files}/.snap/*scheduled-* | sort | {which})/." {files}/'


def _run(job: Resource) -> Mapping[str, object]:
    """What a scheduled job starts."""
    return mapping(mapping(mapping(job.inputs.get("spec")).get("jobTemplate")).get("spec"))


def _containers(job: Resource) -> list[Mapping[str, object]]:
    return rows(mapping(mapping(_run(job).get("template")).get("spec")).get("containers"))


def _copies(into: At, job: Resource) -> bool:
    """Whether a job copies a volume of the file system, or the volume, that a copy is restored into."""
    system = into.resource
    pod = mapping(mapping(_run(job).get("template")).get("spec"))
    named = {text(mapping(row.get("persistentVolumeClaim")).get("claimName")) for row in rows(pod.get("volumes"))}
    if system is None or job.provider != system.provider or "restic backup" not in json.dumps(pod, default=str):
        return False
    if system.type == _CLAIM:
        return into.object_name in named
    classes = {
        text(mapping(row.inputs.get("metadata")).get("name"))
        for row in into.program.graph.of_type(_STORAGE_CLASS)
        if text(mapping(row.inputs.get("parameters")).get("fsName")) == into.object_name
    }
    return any(
        text(mapping(row.inputs.get("metadata")).get("name")) in named
        and text(mapping(row.inputs.get("spec")).get("storageClassName")) in classes
        for row in into.program.graph.of_type(_CLAIM)
        if row.provider == system.provider
    )


SNAPSHOT: Final = "file system snapshot"
_CRON_JOB: Final = "kubernetes:batch/v1:CronJob"
_CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
_STORAGE_CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"
RESTORE: Final = {
    "kubernetes_ceph_rook_io_v1_CephFilesystem": _files,
    "kubernetes_core_v1_PersistentVolumeClaim": _files,
    "kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster": _percona,
    "kubernetes_postgresql_cnpg_io_v1_Cluster": _cloudnative,
}
