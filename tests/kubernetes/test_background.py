"""Workers and jobs on a cluster: pods that nobody talks to, kept running or started by the clock."""

from __future__ import annotations

from typing import Any

from bcinfra.graph.core.model import Graph
from bcinfra.kubernetes import Job, JobArgs, Peer, Worker, WorkerArgs
from tests.helpers import refusals
from tests.kubernetes.conftest import IMAGE, cluster, counts, declare, nested, row


def fields() -> dict[str, Any]:
    return {
        "cluster": cluster(),
        "namespace": "shop",
        "image": IMAGE,
        "command": ("php", "work.php"),
        "cpu": 0.5,
        "memory": 512,
        "secrets": {"MYSQL_PASSWORD": "correct horse"},
        "reaches": {"mysql": Peer(pods={"app.kubernetes.io/component": "haproxy"}, ports=(3306,))},
    }


def job(*, enabled: bool = True) -> Graph:
    return declare(lambda: Job("export", JobArgs(**fields(), schedule="30 2 * * *", enabled=enabled)))


SHARED = {"NetworkPolicy": 1, "Secret": 1, "ServiceAccount": 1}


def test_a_worker_is_spread_and_drained_one_at_a_time() -> None:
    graph = declare(lambda: Worker("mailer", WorkerArgs(**fields(), replicas=2)))
    assert counts(graph) == {**SHARED, "Deployment": 1, "PodDisruptionBudget": 1}
    pod = nested(row(graph, "Deployment", "mailer"), "spec", "template", "spec")
    assert len(pod["topologySpreadConstraints"]) == 2
    assert pod["containers"][0].keys().isdisjoint({"ports", "livenessProbe", "readinessProbe"})
    assert nested(row(graph, "NetworkPolicy", "mailer"), "spec", "ingress") == []


def test_a_job_runs_once_at_a_time_and_ends() -> None:
    graph = job()
    assert counts(graph) == {**SHARED, "CronJob": 1}
    spec = nested(row(graph, "CronJob", "export"), "spec")
    assert (spec["concurrencyPolicy"], spec["timeZone"], spec["suspend"]) == ("Forbid", "Etc/UTC", False)
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 3600
    assert spec["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    assert nested(row(job(enabled=False), "CronJob", "export"), "spec", "suspend") is True


def test_one_replica_is_refused() -> None:
    assert refusals(lambda: WorkerArgs(**fields(), replicas=1)) == [
        "replicas: 1 replica is one node's failure away from none; take 2 or more, or 0 for a pilot light"
    ]
