"""Test restores of MySQL: a backup that was never restored is a hope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi_kubernetes.core.v1 import ConfigMap
from pydantic import Field

from bcinfra.component import Args, Str
from bcinfra.kubernetes import jobs
from bcinfra.kubernetes.cluster import Cluster, after
from bcinfra.kubernetes.jobs import Job, Schedule
from bcinfra.kubernetes.names import physical
from bcinfra.kubernetes.operator import CHARTS

SCRIPT: Final = Path(__file__).with_name("mysql_restore.sh")
_API: Final = "pxc.percona.com"


class RestoreTest(Args):
    """How backups are tested."""

    query: str = Field(
        min_length=1, examples=["SELECT COUNT(*) FROM shop.orders WHERE placed > NOW() - INTERVAL 2 DAY"]
    )
    """A query that answers with one number, above 0 in a backup that is whole and fresh."""
    schedule: Schedule = "30 4 * * 0"
    """When, in UTC."""
    oldest: int = Field(default=26 * 3600, ge=600)
    """The most seconds since the newest backup ended: an old one fails the test, however well it restores."""
    replay_logs: bool = True
    """Whether the binary logs are replayed up to the last one, as a real restore would."""
    timeout: int = Field(default=4 * 3600, ge=600)
    """The most seconds that a restore may take. Set it to what the shop can wait: longer is a failure too."""
    overdue: int = Field(default=8 * 86400, ge=3600)
    """Seconds without a test that succeeded after which an alert is raised, where there is Prometheus."""


def scratch_name(name: str) -> str:
    """What the cluster is called that a test of ``name`` restores into."""
    return physical("mysql", f"{name}-rt")


def restore_test(
    parent: pulumi.Resource,
    name: str,
    cluster: Cluster,
    namespace: Str,
    test: RestoreTest,
    *,
    source: Str,
    scratch: Mapping[str, Any],
    secret: Str,
) -> str:
    """A job that restores the newest backup of ``source`` into a ``scratch`` cluster, asks it ``test.query``, and
    removes it again. Returns the job's physical name."""
    job, called = f"{name}-restore-test", scratch_name(name)
    manifests = ConfigMap(
        job,
        metadata={
            "name": physical("object", job),
            "namespace": namespace,
            "labels": cluster.labelled(name, "restore-test"),
        },
        data={
            "cluster.json": pulumi.Output.json_dumps(_cluster(called, scratch)),
            "restore.json": json.dumps(_restore(called, logs=test.replay_logs)),
        },
        opts=cluster.child(parent),
    )
    jobs.schedule(
        parent,
        job,
        cluster,
        namespace,
        "restore-test",
        Job(
            schedule=test.schedule,
            image=cluster.known_kubectl_image,
            script=SCRIPT.read_text(),
            environment={
                "SOURCE": source,
                "SCRATCH": called,
                "OLDEST": str(test.oldest),
                "TIMEOUT": str(test.timeout),
                "QUERY": test.query,
            },
            secret=secret,
            secret_keys=("root",),
            deadline=test.timeout + 1800,
            volumes=[{"name": "manifests", "configMap": {"name": after(manifests, physical("object", job))}}],
            mounts=[{"name": "manifests", "mountPath": "/manifests", "readOnly": True}],
            rules=_rules(called),
        ),
    )
    return physical("cron-job", job)


def _cluster(called: str, scratch: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "PerconaXtraDBCluster",
        "metadata": {"name": called, "finalizers": ["percona.com/delete-pxc-pvc"]},
        "spec": {
            "crVersion": CHARTS["mysql"].operator,
            "tls": {"enabled": True},
            "unsafeFlags": {"pxcSize": True, "proxySize": True},  # one member is enough to be asked
            "upgradeOptions": {"apply": "disabled"},
            **scratch,
        },
    }


def _restore(called: str, *, logs: bool) -> dict[str, Any]:
    """The restore, in which the script puts the backup's name."""
    replay = {"pitr": {"type": "latest", "backupSource": {"storageName": "elsewhere-logs"}}} if logs else {}
    return {
        "apiVersion": f"{_API}/v1",
        "kind": "PerconaXtraDBClusterRestore",
        "metadata": {"name": called},
        "spec": {"pxcCluster": called, "backupName": "BACKUP", **replay},
    }


def _rules(called: str) -> list[dict[str, Any]]:
    """It may make clusters and restores, and touch none but its own: it could otherwise delete the real one."""
    clusters, restores = "perconaxtradbclusters", "perconaxtradbclusterrestores"
    return [
        {"apiGroups": [_API], "resources": ["perconaxtradbclusterbackups"], "verbs": ["get", "list"]},
        {"apiGroups": [_API], "resources": [clusters, restores], "verbs": ["create"]},
        {
            "apiGroups": [_API],
            "resources": [clusters, restores],
            "resourceNames": [called],
            "verbs": ["get", "list", "watch", "delete"],
        },
        {"apiGroups": [""], "resources": ["pods"], "resourceNames": [f"{called}-pxc-0"], "verbs": ["get"]},
        {
            "apiGroups": [""],
            "resources": ["pods/exec"],
            "resourceNames": [f"{called}-pxc-0"],
            "verbs": ["get", "create"],
        },
    ]
