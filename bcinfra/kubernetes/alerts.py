"""Alert rules for the Prometheus operator: a job that fails, or that has not succeeded for too long."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from bcinfra.component import Str
from bcinfra.kubernetes.cluster import Cluster
from bcinfra.kubernetes.names import physical


def overdue(
    parent: pulumi.Resource, name: str, cluster: Cluster, namespace: Str, jobs: Mapping[str, int]
) -> CustomResource | None:
    """An alert for each of the scheduled ``jobs`` (physical names) that has not succeeded for so many seconds, and
    for one that never did. ``None`` where the cluster has no Prometheus operator. The figures come from
    kube-state-metrics."""
    if not cluster.prometheus:
        return None
    rules = [
        {
            "alert": "ScheduledJobOverdue",
            "expr": _overdue(job, seconds),
            "for": "5m",
            "labels": {"severity": "critical", "site": cluster.site, "cronjob": job},
            "annotations": {"summary": f"{job} at {cluster.site} has not succeeded for {seconds // 60} minutes"},
        }
        for job, seconds in sorted(jobs.items())
    ]
    labels = cluster.labelled(name, "alerts")
    return CustomResource(
        f"{name}-overdue",
        api_version="monitoring.coreos.com/v1",
        kind="PrometheusRule",
        metadata={"name": physical("object", f"{name}-overdue"), "namespace": namespace, "labels": labels},
        spec={"groups": [{"name": name, "rules": rules}]},
        opts=cluster.child(parent),
    )


def _overdue(job: str, seconds: int) -> str:
    """A query that answers while ``job`` is overdue. A job that never succeeded counts from when it was made."""
    made, succeeded = (
        f'kube_cronjob_{metric}{{cronjob="{job}"}}' for metric in ("created", "status_last_successful_time")
    )
    return f"time() - ({succeeded} or {made}) > {seconds}"
