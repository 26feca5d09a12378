"""How operators restore databases from the buckets that they keep backups in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.model.domains import Domain
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


RESTORE: Final = {
    "kubernetes_pxc_percona_com_v1_PerconaXtraDBCluster": _percona,
    "kubernetes_postgresql_cnpg_io_v1_Cluster": _cloudnative,
}
