"""Workers and jobs on Cloud Run: kept running in a pool, or started by the clock."""

from __future__ import annotations

from typing import Any

from bcinfra.gcp import Job, JobArgs, Worker, WorkerArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import counts, declare, nested, region
from tests.helpers import refusals, row

RIGHTS = {"Account": 1, "IAMMember": 2, "SecretIamMember": 1}


def fields() -> dict[str, Any]:
    return {
        "region": region(),
        "network_id": "projects/acme-prod/global/networks/shop",
        "subnet_id": "projects/acme-prod/regions/europe-west1/subnetworks/shop",
        "image": "europe-docker.pkg.dev/acme-prod/shop/shop:1.0.0",
        "command": ("php", "work.php"),
        "secrets": {"PAYMENT_KEY": "projects/acme-prod/secrets/payment"},
    }


def job(*, enabled: bool = True) -> Graph:
    return declare(lambda: Job("export", JobArgs(**fields(), schedule="30 2 * * *", enabled=enabled)))


def test_a_worker_is_a_pool_of_as_many_as_are_stated() -> None:
    graph = declare(lambda: Worker("mailer", WorkerArgs(**fields(), replicas=2)))
    assert counts(graph) == {"WorkerPool": 1, **RIGHTS}
    pool = row(graph, "WorkerPool", "mailer-pool")
    assert pool.inputs["scaling"] == {"scalingMode": "MANUAL", "manualInstanceCount": 2}
    (container,) = nested(pool, "template", "containers")
    assert container["args"] == ["php", "work.php"]
    assert "ports" not in container


def test_a_job_is_started_by_an_identity_that_may_do_that_alone() -> None:
    graph = job()
    assert counts(graph) == {**RIGHTS, "Account": 2, "Job": 2, "JobIamMember": 1}
    clock = row(graph, "Job", "export-clock")
    uri = nested(clock, "httpTarget", "uri")
    assert uri.endswith("/projects/acme-prod/locations/europe-west1/jobs/export:run")
    starter = nested(clock, "httpTarget", "oauthToken", "serviceAccountEmail")
    may = row(graph, "JobIamMember", "export-clock-starts").inputs
    assert (may["role"], may["member"]) == ("roles/run.invoker", f"serviceAccount:{starter}")


def test_a_job_rests_where_the_shop_does_not_write() -> None:
    paused = [row(job(enabled=enabled), "Job", "export-clock").inputs["paused"] for enabled in (True, False)]
    assert paused == [False, True]


def test_one_replica_is_refused() -> None:
    assert refusals(lambda: WorkerArgs(**fields(), replicas=1)) == [
        "replicas: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"
    ]
