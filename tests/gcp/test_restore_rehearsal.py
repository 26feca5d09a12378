"""Test restores: what counts as a backup that restores, and what is left of the test."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bcinfra.gcp import Alerts, AlertsArgs, workflows
from bcinfra.gcp.restore_rehearsal import LOOKS, RestoreTest, RestoreTestArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import PROJECT, counts, declare, needs, nested, region
from tests.gcp.workflow_runner import Run, WorkflowError
from tests.helpers import row, rows

INSTANCES = f"https://sqladmin.googleapis.com/v1/projects/{PROJECT}/instances"
COPY = f"{INSTANCES}/restore-orders-test-1000000"
HOUR = 3600.0
LIKE: dict[str, Any] = {
    "databaseVersion": "MYSQL_8_4",
    "diskEncryptionConfiguration": {"kmsKeyName": "key"},
    "settings": {
        "tier": "db-perf-optimized-N-4",
        "edition": "ENTERPRISE_PLUS",
        "dataDiskSizeGb": "250",
        "dataDiskType": "PD_SSD",
        "ipConfiguration": {"ipv4Enabled": False, "privateNetwork": "network"},
        "availabilityType": "REGIONAL",
        "deletionProtectionEnabled": True,
    },
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        RestoreTest(
            "restore-orders",
            RestoreTestArgs(region=region(), instance="orders-ghent-1", database="shop", least_mb=500),
        )

    return declare(program)


@pytest.fixture(scope="module")
def program(graph: Graph) -> dict[str, Any]:
    return json.loads(str(row(graph, "Workflow", "restore-orders").inputs["sourceContents"]))


class Cloud:
    """A cloud with a backup of last night."""

    def __init__(self, **more: Any) -> None:
        self.backups: list[Any] = [
            {"id": "3", "status": "FAILED", "endTime": 1_000_000.0},
            {"id": "2", "status": "SUCCESSFUL", "endTime": 1_000_000 - 5 * HOUR},
            {"id": "1", "status": "SUCCESSFUL", "endTime": 1_000_000 - 29 * HOUR},
        ]
        self.databases, self.bytes = ["mysql", "shop"], 501_000_000
        self.broken: set[str] = set()
        self.late = 0
        vars(self).update(more)

    def __call__(self, method: str, url: str, _: Mapping[str, Any]) -> Any:
        if method != "get":
            if f"{method} {url}" in self.broken:
                raise WorkflowError({"code": 400})
            return {"name": "operation"}
        if "/operations/" in url:
            return {"status": "DONE"}
        if url.endswith("/timeSeries"):
            self.late -= 1
            points = [{"value": {"int64Value": str(self.bytes)}}]
            return {} if self.late >= 0 else {"timeSeries": [{"points": points}]}
        answers: dict[str, Any] = {
            f"{INSTANCES}/orders-ghent-1": LIKE,
            f"{INSTANCES}/orders-ghent-1/backupRuns": {"items": self.backups},
            f"{COPY}/databases": {"items": [{"name": name} for name in self.databases]},
        }
        return answers[url]


def started(program: dict[str, Any], **more: Any) -> Run:
    return Run(program, Cloud(**more), {})


def test_the_newest_backup_that_succeeded_is_restored_looked_at_and_deleted(program: dict[str, Any]) -> None:
    run = started(program)
    run.main()
    assert run.calls == [("post", INSTANCES), ("post", f"{COPY}/restoreBackup"), ("delete", COPY)]
    assert run.bodies[f"{COPY}/restoreBackup"]["restoreBackupContext"] == {
        "backupRunId": "2",
        "instanceId": "orders-ghent-1",
        "project": PROJECT,
    }
    (said,) = run.said
    assert (said["severity"], said["megabytes"]) == ("INFO", 501)
    assert said["seconds"] == 0  # no operation of this cloud takes time


def test_the_copy_is_like_its_source_reached_by_nobody_else_and_not_protected(program: dict[str, Any]) -> None:
    run = started(program)
    run.main()
    made = run.bodies[INSTANCES]
    assert made["name"] == "restore-orders-test-1000000"
    assert made["diskEncryptionConfiguration"] == {"kmsKeyName": "key"}
    same = {"tier", "edition", "dataDiskSizeGb", "dataDiskType", "ipConfiguration"}
    assert {field: made["settings"][field] for field in same} == {field: LIKE["settings"][field] for field in same}
    assert made["settings"]["deletionProtectionEnabled"] is False
    assert made["settings"]["availabilityType"] == "ZONAL"


@pytest.mark.parametrize(
    ("state", "why", "deleted"),
    [
        ({"backups": []}, "there is no backup", False),
        ({"backups": [{"id": "1", "status": "FAILED"}]}, "there is no backup", False),
        ({"backups": [{"id": "1", "status": "SUCCESSFUL", "endTime": 1_000_000 - 49 * HOUR}]}, "too old", False),
        ({"broken": {f"post {COPY}/restoreBackup"}}, "400", True),
        ({"databases": ["mysql"]}, "shop is not in it", True),
        ({"bytes": 499_000_000}, "less than 500 MB", True),
        ({"late": LOOKS + 1}, "nothing says how large it is", True),
    ],
)
def test_what_does_not_restore_is_told_and_leaves_nothing_behind(
    program: dict[str, Any], state: dict[str, Any], why: str, deleted: bool
) -> None:
    run = started(program, **state)
    with pytest.raises(WorkflowError, match=why):
        run.main()
    assert run.said[-1]["severity"] == "ERROR"
    assert (("delete", COPY) in run.calls) is deleted


def test_a_copy_that_cannot_be_deleted_is_told_of(program: dict[str, Any]) -> None:
    run = started(program, broken={f"delete {COPY}"})
    run.main()
    assert {"severity": "ERROR", "said": "not deleted"}.items() <= run.said[0].items()


def test_metrics_may_arrive_late(program: dict[str, Any]) -> None:
    run = started(program, late=5)
    run.main()
    assert run.slept == 5 * 60


def test_it_may_delete_and_fill_its_own_copies_alone(graph: Graph, program: dict[str, Any]) -> None:
    roles = {name: nested(role, "permissions") for name, role in rows(graph, "IAMCustomRole").items()}
    assert roles == {
        "restore-orders-acts-makes": [
            "cloudsql.backupRuns.get",
            "cloudsql.backupRuns.list",
            "cloudsql.databases.list",
            "cloudsql.instances.create",
            "cloudsql.instances.get",
            "logging.logEntries.create",
            "monitoring.timeSeries.list",
        ],
        "restore-orders-acts-restores": ["cloudsql.instances.delete", "cloudsql.instances.restoreBackup"],
    }
    assert workflows.permissions(program) == {permission for role in roles.values() for permission in role}
    own = nested(row(graph, "IAMMember", "restore-orders-acts-restores"), "condition", "expression")
    assert own.endswith(f'resource.name.startsWith("projects/{PROJECT}/instances/restore-orders-test-")')


def test_the_schedule_starts_it(graph: Graph) -> None:
    job = row(graph, "Job", "restore-orders")
    assert (job.inputs["schedule"], job.inputs["timeZone"]) == ("0 4 * * 0", "Etc/UTC")
    target = nested(job, "httpTarget")
    where = f"projects/{PROJECT}/locations/europe-west1/workflows/restore-orders/executions"
    assert target["uri"] == f"https://workflowexecutions.googleapis.com/v1/{where}"
    assert base64.b64decode(target["body"]) == b"{}"
    assert needs(graph, job, "httpTarget") == {"restore-orders-starts"}
    assert (
        row(graph, "IAMMember", "restore-orders-starts-workflows.invoker").inputs["role"] == "roles/workflows.invoker"
    )


def test_it_is_made_of_these_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {"Account": 2, "IAMCustomRole": 2, "IAMMember": 3, "Job": 1, "Metric": 1, "Workflow": 1}


def test_people_are_told_of_a_test_that_is_overdue_or_slow() -> None:
    def program() -> None:
        at = region()
        test = RestoreTest(
            "restore-orders",
            RestoreTestArgs(
                region=at,
                instance="orders-ghent-1",
                database="shop",
                least_mb=500,
                overdue_days=9,
                longest_seconds=7200,
            ),
        )
        Alerts(
            "people", AlertsArgs(project=at, emails={"ann": "ann@shop.example"}, rehearsals={"test": test.rehearsal})
        )

    graph = declare(program)
    (overdue,) = nested(row(graph, "AlertPolicy", "people-test-overdue"), "conditions")
    query = overdue["conditionPrometheusQueryLanguage"]["query"]
    done = 'workflow_id="restore-orders",status="SUCCEEDED"}[9d]'
    assert query.count(done) == 2
    assert "absent_over_time" in query  # what never ran measures nothing
    (slow,) = nested(row(graph, "AlertPolicy", "people-test-slow"), "conditions")
    metric = row(graph, "Metric", "restore-orders-seconds")
    assert f"logging.googleapis.com/user/{metric.inputs['name']}" in slow["conditionThreshold"]["filter"]
    assert slow["conditionThreshold"]["thresholdValue"] == 7200
    assert metric.inputs["valueExtractor"] == "EXTRACT(jsonPayload.seconds)"
    assert 'workflow_id = "restore-orders"' in str(metric.inputs["filter"])
    for policy in rows(graph, "AlertPolicy").values():
        assert needs(graph, policy, "notificationChannels") == {"people-ann"}
