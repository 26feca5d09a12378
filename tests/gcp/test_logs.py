"""Logs that outlive the project that they tell of, and that people see go missing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pulumi
import pulumi_gcp
import pytest

from bcinfra.continuity.readings.fcaps import cells
from bcinfra.gcp import Alerts, AlertsArgs, LogArchive, LogArchiveArgs, Project, Region
from bcinfra.graph import Graph, record
from tests.gcp.conftest import VAULT, counts, declare, needs, nested, project, region
from tests.helpers import refusals, row, rows


def args(of: Project | None = None, vault: Region | None = None) -> LogArchiveArgs:
    return LogArchiveArgs(project=of or project(), vault=vault or region("us-east1", VAULT), locked=True)


def kept() -> Graph:
    def program() -> None:
        here = project()
        made = LogArchive("logs", args(here))
        Alerts("people", AlertsArgs(project=here, emails={"ann": "ann@shop.example"}, sinks=made.sinks))

    return declare(program)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return kept()


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "AlertPolicy": 2,
        "IAMAuditConfig": 4,
        "IAMMember": 2,
        "NotificationChannel": 1,
        "ProjectBucketConfig": 2,
        "ProjectSink": 2,
    }


def test_requests_are_kept_for_weeks_and_changes_for_a_year_where_nobody_shortens_it(graph: Graph) -> None:
    buckets = rows(graph, "ProjectBucketConfig")
    assert {name: one.inputs["retentionDays"] for name, one in buckets.items()} == {
        "logs-access": 90,
        "logs-audit": 400,
    }
    assert {(one.inputs["project"], one.inputs["locked"], one.options.protect) for one in buckets.values()} == {
        (VAULT, True, True)
    }
    sink = row(graph, "ProjectSink", "logs-audit").inputs
    assert sink["destination"] == f"logging.googleapis.com/projects/{VAULT}/locations/us-east1/buckets/logs-audit"
    assert sink["project"] == project().project
    for what in ("activity", "data_access", "policy", "system_event"):
        assert f"cloudaudit.googleapis.com/{what}" in str(sink["filter"])


def test_the_writer_of_a_sink_may_fill_its_bucket_and_do_nothing_else(graph: Graph) -> None:
    for what in ("access", "audit"):
        grant = row(graph, "IAMMember", f"logs-{what}-writer")
        assert needs(graph, grant, "member") == {f"logs-{what}"}
        assert (grant.inputs["role"], grant.inputs["project"]) == ("roles/logging.bucketWriter", VAULT)
        assert nested(grant, "condition", "expression") == (
            f'resource.name.endsWith("locations/us-east1/buckets/logs-{what}")'
        )


def test_people_are_told_of_logs_that_are_lost(graph: Graph) -> None:
    policy = row(graph, "AlertPolicy", "people-logs-audit")
    (condition,) = nested(policy, "conditions")
    assert 'resource.labels.name = "logs-audit"' in condition["conditionThreshold"]["filter"]
    assert needs(graph, policy, "notificationChannels") == {"people-ann"}


def test_a_project_without_load_balancers_keeps_no_requests() -> None:
    graph = declare(lambda: LogArchive("logs", args().model_copy(update={"access_days": None})))
    assert [*rows(graph, "ProjectSink")] == [*rows(graph, "ProjectBucketConfig")] == ["logs-audit"]


def test_a_project_does_not_outlive_itself() -> None:
    assert refusals(lambda: args(vault=region("us-east1"))) == [
        f"vault.project: {project().project} is what is told of; name a project that outlives it"
    ]


def theirs(without: Collection[str] = (), destination: str = "acme-vault", told: str = "secretmanager") -> Graph:
    """As a stranger writes it."""

    def program() -> None:
        at = pulumi.ResourceOptions(provider=pulumi_gcp.Provider("acme", project="acme-prod"))
        pulumi_gcp.compute.BackendService("shop", project="acme-prod", opts=at)
        pulumi_gcp.compute.URLMap("shop", project="acme-prod", default_service="s", opts=at)
        pulumi_gcp.secretmanager.Secret("key", project="acme-prod", secret_id="key", replication={"auto": {}}, opts=at)
        for log in ("requests", "cloudaudit.googleapis.com%2Factivity"):
            pulumi_gcp.logging.ProjectSink(
                log[:8],
                project=None if "project" in without else "acme-prod",
                destination=f"logging.googleapis.com/projects/{destination}/locations/eu/buckets/all",
                filter=f'logName="projects/acme-prod/logs/{log}"',
                opts=at,
            )
        pulumi_gcp.logging.ProjectBucketConfig(
            "all", project="acme-vault", location="eu", bucket_id="all", locked="locked" not in without, opts=at
        )
        pulumi_gcp.projects.IAMAuditConfig(
            "read",
            project="acme-prod",
            service=f"{told}.googleapis.com",
            audit_log_configs=[{"log_type": "DATA_READ"}],
            opts=at,
        )

    return record(program)


NEEDS = (
    "requests kept in another project",
    "audit log kept in another project",
    "retention of logs that nobody shortens",
    "who read secrets is logged",
)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, set[str]()),
        ({"destination": "acme-prod"}, {*NEEDS[:2]}),
        ({"without": ["project"]}, {*NEEDS[:2]}),  # which project it tells of is not known
        ({"without": ["locked"]}, {NEEDS[2]}),
        ({"told": "storage"}, {NEEDS[3]}),
    ],
)
def test_what_goes_with_the_project_or_can_be_shortened_fills_no_cell(
    change: dict[str, Any], missing: set[str]
) -> None:
    found = [met for cell in cells(theirs(**change)) for met in cell.needs if met.need.need in NEEDS]
    assert len(found) == len(NEEDS)
    assert {met.need.need for met in found if met.missing} == missing
