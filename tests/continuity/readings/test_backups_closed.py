"""AWS Backup starts no backup of an instance of RDS while it may be maintained, nor in the hour before."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.backup import Plan, Selection, Vault
from pulumi_aws.iam import Role
from pulumi_aws.rds import Cluster, Instance

from bcinfra.continuity.readings.base.schedules import interval_outside
from tests.continuity.readings.programs import IRELAND, Region, model

HOURLY, DAILY, SUNDAYS = "cron(0 * * * ? *)", "cron(0 3 * * ? *)", "cron(0 3 ? * SUN *)"


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        (HOURLY, 3),  # 02:00 and 03:00 are left out
        ("cron(45 * * * ? *)", 3),
        ("cron(0/30 * * * ? *)", 2.5),
        ("cron(0 0/4 * * ? *)", 4),
        (DAILY, 48),
        ("cron(0 4 * * ? *)", 24),  # it ends as the window does
        ("cron(0 2 ? * SUN,MON *)", 7 * 24),
        (SUNDAYS, float("inf")),
        ("cron(30 3 ? * MON *)", 7 * 24),
    ],
)
def test_the_longest_time_between_two_starts(schedule: str, hours: float) -> None:
    assert interval_outside(schedule, "sun:03:00-sun:04:00", 60) == hours * 3600


def test_a_window_over_the_end_of_the_week() -> None:
    assert interval_outside(HOURLY, "sun:23:30-mon:00:30", 60) == 3 * 3600


@pytest.mark.parametrize(("schedule", "window"), [("rate(1 hour)", "sun:03:00-sun:04:00"), (HOURLY, "sundays")])
def test_what_is_not_understood_is_not_answered(schedule: str, window: str) -> None:
    assert interval_outside(schedule, window, 60) is None


def worst(schedule: str, *, cluster: bool = False, **own: Any) -> float | None:
    """Hours of data that a backup lacks at worst; ``None``: not known."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        common: dict[str, Any] = {"skip_final_snapshot": True, "opts": at.opts, **own}
        database = (
            Cluster("db", engine="aurora-mysql", master_username="a", **common)
            if cluster
            else Instance("db", engine="mysql", instance_class="db.r7g.large", allocated_storage=100, **common)
        )
        vault = Vault("vault", name="vault", opts=at.opts)
        rule: dict[str, Any] = {"rule_name": "r", "target_vault_name": vault.name, "schedule": schedule}
        plan = Plan("plan", rules=[{**rule, "start_window": 60}], opts=at.opts)
        role = Role("role", assume_role_policy="{}", opts=at.opts)
        Selection("all", plan_id=plan.id, iam_role_arn=role.arn, resources=[database.arn], opts=at.opts)

    (store,) = model(program).stores
    (copy,) = [one for one in store.copies if "backup" in one.mechanism and "point" not in one.mechanism]
    return copy.age.value.worst / 3600 if copy.age.value else None


WINDOW = {"maintenance_window": "sun:03:00-sun:04:00"}


def test_once_a_week_an_hourly_backup_is_older() -> None:
    usual = worst(HOURLY)
    assert usual
    assert worst(HOURLY, **WINDOW) == usual + 2


def test_a_daily_backup_at_that_hour_is_left_out_once_a_week() -> None:
    usual = worst(DAILY)
    assert usual
    assert worst(DAILY, **WINDOW) == usual + 24


def test_a_weekly_backup_at_that_hour_is_never_made() -> None:
    assert worst(SUNDAYS, **WINDOW) is None


def test_aurora_is_backed_up_at_any_hour() -> None:
    assert worst(HOURLY, cluster=True, preferred_maintenance_window="sun:03:00-sun:04:00") == worst(HOURLY)
