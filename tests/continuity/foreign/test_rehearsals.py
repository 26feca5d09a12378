"""Restore tests that are declared: which of them restore anything."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.backup import Plan, RestoreTestingPlan, RestoreTestingSelection, Selection, Vault
from pulumi_aws.iam import Role, RolePolicyAttachment

from tests.continuity.foreign.test_truths import assessed, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

RESTORES = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"


def rehearsed(
    *,
    elsewhere: bool = False,
    power: bool = True,
    other: bool = False,
    spared: bool = False,
    points: str = "SNAPSHOT",
    kind: str = "RDS",
    arns: Any = "*",
) -> None:
    """A database that is backed up every night, and a plan that restores something every month."""
    at = Region("eu-west-1", IRELAND)
    database = Database(at, Tier(at)).instance
    vault, second = (Vault(name, opts=at.opts) for name in ("first", "second"))
    rule: Any = {"rule_name": "night", "target_vault_name": vault.name, "schedule": "cron(0 3 * * ? *)"}
    plan = Plan("night", rules=[rule], opts=at.opts)
    Selection("all", plan_id=plan.id, iam_role_arn="role", resources=[database.arn], opts=at.opts)
    role = Role("restore", assume_role_policy="{}", opts=at.opts)
    if power:
        RolePolicyAttachment("restore", role=role.name, policy_arn=RESTORES, opts=at.opts)
    opts = Region("eu-central-1", FRANKFURT).opts if elsewhere else at.opts
    chosen: Any = {"algorithm": "LATEST_WITHIN_WINDOW", "recovery_point_types": [points]}
    chosen["include_vaults"] = ["*"] if elsewhere or spared else [second.arn if other else vault.arn]
    if spared:
        chosen["exclude_vaults"] = [vault.arn]
    test = RestoreTestingPlan(
        "monthly", schedule_expression="cron(0 5 1 * ? *)", recovery_point_selection=chosen, opts=opts
    )
    RestoreTestingSelection(
        "monthly",
        restore_testing_plan_name=test.name,
        protected_resource_type=kind,
        protected_resource_arns=[database.arn if arns is None else arns],
        iam_role_arn=role.arn,
        opts=opts,
    )


@pytest.mark.parametrize("arns", ["*", None])
def test_what_is_restored_every_month_is_restored_as_a_test(arns: str | None) -> None:
    assert not says(assessed(lambda: rehearsed(arns=arns)), "BC0013")


@pytest.mark.parametrize(
    "made",
    [
        {"elsewhere": True},
        {"power": False},
        {"other": True},
        {"spared": True},
        {"points": "CONTINUOUS"},
        {"kind": "S3"},
        {"arns": "arn:aws:rds:eu-west-1:111122223333:db:other"},
    ],
    ids=lambda made: next(iter(made)),
)
def test_a_test_that_restores_nothing_of_it_is_none(made: dict[str, Any]) -> None:
    assert says(assessed(lambda: rehearsed(**made)), "BC0013", "eu-west-1-db")
