"""Backups: on schedule, in a vault of another project that lets nobody delete them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from bcinfra.gcp.backups import BackupRule, Backups, BackupsArgs, Kind, Protected, Vault
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import (
    PROJECT,
    VAULT,
    VAULT_NUMBER,
    counts,
    declare,
    key_name,
    needs,
    nested,
    project,
    region,
    region_of,
)
from tests.helpers import refusals, row, rows

ORDERS = "projects/acme-prod/instances/orders-ghent-1"


def vault(**args: Any) -> Vault:
    known = {"project": project(VAULT, VAULT_NUMBER), "location": "europe-west1", "key_name": key_name("eu", VAULT)}
    return Vault(**{**known, **args})


def backups(*, at: dict[str, Any] | None = None, **args: Any) -> Graph:
    return declare(
        lambda: Backups(
            "daily",
            BackupsArgs(
                sites={"ghent": region()},
                vaults={"ghent": vault(**at or {})},
                protected={
                    "ghent": {
                        "orders": Protected(kind=Kind.MYSQL, resource=ORDERS),
                        "search": Protected(kind=Kind.INSTANCE, resource="projects/acme-prod/zones/z/instances/search"),
                    }
                },
                **args,
            ),
        )
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return backups()


def test_what_backups_are_made_of(graph: Graph) -> None:
    assert counts(graph) == {"BackupVault": 1, "IAMMember": 2, "BackupPlan": 2, "BackupPlanAssociation": 2}


def test_the_vault_is_in_another_project_and_deletes_nothing_before_its_time(graph: Graph) -> None:
    found = row(graph, "BackupVault", "daily-ghent")
    assert found.inputs["project"] == VAULT
    assert found.inputs["backupMinimumEnforcedRetentionDuration"] == "2592000s"
    assert found.inputs["accessRestriction"] == "WITHIN_ORGANIZATION"
    assert found.inputs["encryptionConfig"] == {"kmsKeyName": key_name("eu", VAULT)}
    assert found.inputs["ignoreInactiveDatasources"] is False
    assert found.options.protect
    assert "effectiveTime" not in found.inputs


def test_a_vault_is_locked_from_a_moment_that_is_stated() -> None:
    found = row(backups(at={"locked_from": "2027-01-01T00:00:00Z"}), "BackupVault", "daily-ghent")
    assert found.inputs["effectiveTime"] == "2027-01-01T00:00:00Z"


def test_plans_are_where_their_resources_are_and_fill_the_vault(graph: Graph) -> None:
    for plan in rows(graph, "BackupPlan").values():
        assert (plan.inputs["project"], plan.inputs["location"]) == (VAULT, "europe-west1")
        assert needs(graph, plan, "backupVault") == {"daily-ghent"}
    mysql = row(graph, "BackupPlan", "daily-ghent-mysql").inputs
    assert (mysql["resourceType"], mysql["logRetentionDays"]) == ("sqladmin.googleapis.com/Instance", 7)
    assert "logRetentionDays" not in row(graph, "BackupPlan", "daily-ghent-instance").inputs


def test_everything_protected_is_in_the_plan_of_its_kind(graph: Graph) -> None:
    orders = row(graph, "BackupPlanAssociation", "daily-ghent-orders")
    assert orders.inputs["resource"] == ORDERS
    assert (orders.inputs["project"], region_of(graph, orders)) == (PROJECT, "europe-west1")
    assert needs(graph, orders, "backupPlan") == {"daily-ghent-mysql"}
    assert "daily-ghent-mysql" in {graph[urn].name for urn in orders.dependencies}


def test_the_vault_may_do_what_its_backups_need_and_no_more(graph: Graph) -> None:
    grants = rows(graph, "IAMMember")
    assert {name: grant.inputs["role"] for name, grant in grants.items()} == {
        "daily-ghent-instance": "roles/backupdr.computeEngineOperator",
        "daily-ghent-mysql": "roles/backupdr.cloudSqlOperator",
    }
    assert all(needs(graph, grant, "member") == {"daily-ghent"} for grant in grants.values())


@given(st.sampled_from([*range(1, 24), 24, 168]), st.integers(0, 18))
def test_a_schedule_starts_within_its_day(every: int, hour: int) -> None:
    schedule = BackupRule(every_hours=every, hour=hour).schedule
    window = schedule["backup_window"]
    assert 0 <= window["start_hour_of_day"] <= window["end_hour_of_day"] - 6 <= 18
    assert ("hourly_frequency" in schedule) == (every < 24)
    assert ("days_of_weeks" in schedule) == (every == 168)


def test_plans_state_every_rule() -> None:
    graph = backups(
        rules={"often": BackupRule(every_hours=6), "weekly": BackupRule(every_hours=168, retention_days=366)}
    )
    rules = nested(row(graph, "BackupPlan", "daily-ghent-mysql"), "backupRules")
    assert [(r["ruleId"], r["backupRetentionDays"]) for r in rules] == [("often", 35), ("weekly", 366)]


@pytest.mark.parametrize(("every", "near"), [(0, 1), (25, 24), (100, 168)])
def test_a_cadence_that_cannot_be_kept_names_the_nearest(every: int, near: int) -> None:
    assert refusals(lambda: BackupRule(every_hours=every)) == [
        f"every_hours: {every} is no schedule of Backup and DR; the nearest is {near}"
    ]


def test_databases_are_backed_up_every_six_hours_at_most() -> None:
    known: dict[str, Any] = {"rules": {"often": BackupRule(every_hours=4)}}

    def of(kind: Kind) -> list[str]:
        return refusals(
            lambda: BackupsArgs(
                sites={"ghent": region()},
                vaults={"ghent": vault()},
                protected={"ghent": {"x": Protected(kind=kind, resource="x")}},
                **known,
            )
        )

    assert of(Kind.MYSQL) == [
        "rules.often.every_hours: 4 is too often for mysql, which takes 6 or more. Stream changes: ChangeStream, or"
        " replicate: Buckets"
    ]


def test_wrong_arguments_are_all_named_at_once() -> None:
    def wrong() -> BackupsArgs:
        at = region()
        something = {"x": Protected(kind=Kind.DISK, resource="x")}
        return BackupsArgs(
            sites={"ghent": at},
            vaults={"ghent": vault(project=at, minimum_days=60)},
            protected={"gent": something},
        )

    assert refusals(wrong) == [
        "protected: 'gent' is not a site; did you mean 'ghent'?",
        "vaults: 'gent' has none",
        "vaults.ghent.project: acme-prod also holds the site; whoever takes that project takes this vault",
        "rules.daily.retention_days: 35 is less than the 60 days that the vault of ghent enforces",
    ]
