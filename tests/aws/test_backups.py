"""Backups: often enough, far enough away, out of reach, and restored for a test."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bcinfra.aws.backups import (
    CADENCES,
    SLOW_MINUTES,
    BackupRule,
    Backups,
    BackupsArgs,
    IsolatedVault,
    Protected,
    RestoreTests,
    cron,
)
from bcinfra.aws.region import KeyedRegion
from bcinfra.aws.vault_pilot_light import RESTORE_MINUTES
from bcinfra.continuity.model.facts import facts
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import (
    ACCOUNT,
    ISOLATED_ACCOUNT,
    counts,
    declare,
    key_arn,
    named,
    one,
    region,
    region_of,
    statements,
)
from tests.helpers import told

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
VAULT, PLAN = "aws:backup/vault:Vault", "aws:backup/plan:Plan"
VAULT_POLICY, LOCK = "aws:backup/vaultPolicy:VaultPolicy", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
SELECTION = "aws:backup/selection:Selection"
TESTING = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
TESTED = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
REGIONS = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
DATABASE = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:orders"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:on-call"


def vault_arn(site: str, name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:backup:{name}:{account}:backup-vault:shop-{site}"


FRANKFURT, ISOLATED = (
    vault_arn("frankfurt", "eu-central-1"),
    vault_arn("isolated", "us-east-1", ISOLATED_ACCOUNT),
)


def keyed(name: str, account: str = ACCOUNT, *, disposable: bool = False) -> KeyedRegion:
    return KeyedRegion(region=region(name, account, disposable=disposable), key_arn=key_arn(name, account))


def isolated(account: str | None = ISOLATED_ACCOUNT, *, disposable: bool = False, **args: Any) -> IsolatedVault:
    home = region("us-east-1", account, disposable=disposable)
    return IsolatedVault(region=home, key_arn=key_arn("us-east-1", ISOLATED_ACCOUNT), **args)


def backups(*, disposable: bool = False, isolate: dict[str, Any] | None = None, **args: Any) -> Graph:
    def program() -> None:
        sites = {site: keyed(name, disposable=disposable) for site, name in REGIONS.items()}
        vault = None if isolate is None else isolated(disposable=disposable, **isolate)
        args.setdefault("protected", {"dublin": Protected(arns={"orders": DATABASE})})
        Backups("shop", BackupsArgs(sites=sites, isolated=vault, **args))

    return declare(program)


@pytest.fixture(scope="module")
def full() -> Graph:
    return backups(
        isolate={},
        restore_tests=RestoreTests(resource_types={"RDS": {"dbSubnetGroupName": "tests"}, "S3": {}}),
        alarm_topic_arns={"dublin": TOPIC},
    )


def rules(graph: Graph, site: str = "dublin") -> list[dict[str, Any]]:
    found = one(graph, PLAN, f"shop-{site}").inputs["rules"]
    assert isinstance(found, list)
    return found  # pyright: ignore


def test_what_full_backups_are_made_of(full: Graph) -> None:
    assert counts(full) == {
        "bcinfra:aws:Backups": 1,
        VAULT: 3,
        VAULT_POLICY: 3,
        LOCK: 1,
        PLAN: 1,
        SELECTION: 1,
        TESTING: 1,
        TESTED: 2,
        "aws:iam/role:Role": 3,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 4,
        "aws:cloudwatch/eventRule:EventRule": 4,
        "aws:cloudwatch/eventTarget:EventTarget": 4,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        ALARM: 4,
        "aws:lambda/function:Function": 1,
        "aws:lambda/permission:Permission": 1,
    }


def test_everything_of_a_vault_is_in_its_own_region(full: Graph) -> None:
    homes = REGIONS | {"isolated": "us-east-1"}
    for resource in full:
        if resource.package == "aws":
            assert region_of(full, resource) == homes[resource.name.split("-")[1]], resource.urn


def test_every_vault_is_under_its_own_regions_key(full: Graph) -> None:
    assert {name: vault.inputs["kmsKeyArn"] for name, vault in named(full, VAULT).items()} == {
        "shop-dublin": key_arn("eu-west-1"),
        "shop-frankfurt": key_arn("eu-central-1"),
        "shop-isolated": key_arn("us-east-1", ISOLATED_ACCOUNT),
    }


def test_by_default_a_backup_is_taken_hourly_and_copied_to_every_other_vault(full: Graph) -> None:
    assert rules(full) == [
        {
            "ruleName": "hourly",
            "targetVaultName": "shop-dublin",
            "schedule": "cron(0 * * * ? *)",
            "scheduleExpressionTimezone": "Etc/UTC",
            "startWindow": 60,
            "completionWindow": 180,
            "enableContinuousBackup": False,
            "lifecycle": {"deleteAfter": 35},
            "copyActions": [
                {"destinationVaultArn": FRANKFURT, "lifecycle": {"deleteAfter": 90}},
                {"destinationVaultArn": ISOLATED, "lifecycle": {"deleteAfter": 90}},
            ],
        }
    ]
    plan = one(full, PLAN, "shop-dublin")
    assert plan.inputs["name"] == "shop-dublin"
    assert {r.urn for r in (*full.of_type(VAULT), *full.of_type(VAULT_POLICY))} <= set(plan.dependencies)


def test_the_other_account_may_copy_in_and_nobody_deletes(full: Graph) -> None:
    for name, policy in named(full, VAULT_POLICY).items():
        other = ACCOUNT if name == "shop-isolated" else ISOLATED_ACCOUNT
        assert statements(policy) == [
            {
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{other}:root"]},
                "Action": ["backup:CopyIntoBackupVault"],
                "Resource": ["*"],
            },
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": [
                    "backup:DeleteRecoveryPoint",
                    "backup:DeleteBackupVault",
                    "backup:UpdateRecoveryPointLifecycle",
                ],
                "Resource": ["*"],
            },
        ]


@pytest.mark.parametrize(("days", "changeable"), [(None, None), (14, 14)])
def test_the_isolated_vault_is_locked_for_ever_only_when_asked(days: int | None, changeable: int | None) -> None:
    graph = backups(isolate={"compliance_after_days": days, "min_retention_days": 60, "max_retention_days": 90})
    lock = one(graph, LOCK, "shop-isolated")
    assert lock.inputs.get("changeableForDays") == changeable
    assert (lock.inputs["minRetentionDays"], lock.inputs["maxRetentionDays"]) == (60, 90)


def test_vaults_are_guarded_unless_disposable(full: Graph) -> None:
    disposable = backups(disposable=True, isolate={})
    assert not disposable.of_type(LOCK)
    assert all(s["Effect"] == "Allow" for p in disposable.of_type(VAULT_POLICY) for s in statements(p))
    for graph, guarded in ((full, True), (disposable, False)):
        for vault in graph.of_type(VAULT):
            assert (vault.options.protect, vault.inputs["forceDestroy"]) == (guarded, not guarded)


def test_a_disposable_vault_that_nobody_else_uses_needs_no_policy() -> None:
    graph = backups(disposable=True)
    assert not graph.of_type(VAULT_POLICY)
    assert {r.urn for r in graph.of_type(VAULT)} <= set(one(graph, PLAN, "shop-dublin").dependencies)


def test_arns_and_tags_are_selected_apart() -> None:
    graph = backups(
        protected={
            "dublin": Protected(arns={"orders": DATABASE}, tags={"backup": "critical"}),
            "frankfurt": Protected(tags={"backup": "critical"}),
        }
    )
    found = named(graph, SELECTION)
    assert found.keys() == {"shop-dublin-arns", "shop-dublin-tags", "shop-frankfurt-tags"}
    assert all(selection.inputs["name"] == name for name, selection in found.items())
    assert found["shop-dublin-arns"].inputs["resources"] == [DATABASE]
    assert "selectionTags" not in found["shop-dublin-arns"].inputs
    assert found["shop-dublin-tags"].inputs["selectionTags"] == [
        {"type": "STRINGEQUALS", "key": "backup", "value": "critical"}
    ]
    assert "resources" not in found["shop-dublin-tags"].inputs
    assert [c["destinationVaultArn"] for c in rules(graph, "frankfurt")[0]["copyActions"]] == [
        vault_arn("dublin", "eu-west-1")
    ]


def test_backups_are_restored_for_a_test_every_week(full: Graph) -> None:
    plan = one(full, TESTING, "shop-dublin-restore")
    assert plan.inputs["scheduleExpression"] == "cron(0 3 ? * SUN *)"
    assert plan.inputs["startWindowHours"] == 1
    assert plan.inputs["recoveryPointSelection"] == {
        "algorithm": "LATEST_WITHIN_WINDOW",
        "includeVaults": [vault_arn("dublin", "eu-west-1")],
        "recoveryPointTypes": ["SNAPSHOT"],
        "selectionWindowDays": 7,
    }
    tested = {r.inputs["protectedResourceType"]: r.inputs.get("restoreMetadataOverrides") for r in full.of_type(TESTED)}
    assert tested == {"RDS": {"dbSubnetGroupName": "tests"}, "S3": None}
    for selection in full.of_type(TESTED):
        assert str(selection.inputs["name"]).startswith(
            f"shop_dublin_restore_{selection.inputs['protectedResourceType']}"
        )
        assert selection.inputs["protectedResourceArns"] == ["*"]
        assert selection.inputs["validationWindowHours"] == 1
        assert selection.inputs["restoreTestingPlanName"] == plan.inputs["name"]
        assert [full[urn].name for urn in selection.property_dependencies["iamRoleArn"]] == ["shop-dublin-restore"]


def test_a_role_backs_up_or_restores_and_not_both(full: Graph) -> None:
    attached: dict[str, set[str]] = {}
    for attachment in full.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        (role,) = (full[urn].name for urn in attachment.property_dependencies["role"])
        attached.setdefault(role, set()).add(str(attachment.inputs["policyArn"]).rsplit("/", 1)[-1])
    assert attached == {
        "shop-dublin-backup": {"AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"},
        "shop-dublin-restore": {"AWSBackupServiceRolePolicyForRestores", "AWSBackupServiceRolePolicyForS3Restore"},
    }
    for role in full.of_type("aws:iam/role:Role"):
        (trust,) = statements(role, "assumeRolePolicy")
        service = "lambda" if role.name.endswith("-tests") else "backup"
        assert trust["Principal"] == {"Service": [f"{service}.amazonaws.com"]}


def test_a_backup_copy_or_restore_that_fails_is_told_to_someone(full: Graph) -> None:
    patterns = {
        name: json.loads(str(rule.inputs["eventPattern"]))
        for name, rule in named(full, "aws:cloudwatch/eventRule:EventRule").items()
        if "eventPattern" in rule.inputs
    }
    assert {name: (p["detail-type"], p["detail"]) for name, p in patterns.items()} == {
        "shop-dublin-backup-failed": (
            ["Backup Job State Change"],
            {"state": ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]},
        ),
        "shop-dublin-copy-failed": (["Copy Job State Change"], {"state": ["FAILED"]}),
        "shop-dublin-restore-failed": (["Restore Job State Change"], {"status": ["ABORTED", "FAILED"]}),
    }
    targets = named(full, "aws:cloudwatch/eventTarget:EventTarget")
    assert {targets[name].inputs["arn"] for name in patterns} == {TOPIC}


def test_a_restore_test_that_is_overdue_or_slow_is_told(full: Graph) -> None:
    alarms = {
        name: (row.inputs["metricName"], row.inputs["threshold"], row.inputs["treatMissingData"])
        for name, row in named(full, ALARM).items()
        if row.inputs["alarmActions"] == [TOPIC] and row.inputs["namespace"] != "AWS/Backup"
    }
    assert alarms == {
        "shop-dublin-restore-tests-RDS-overdue": ("TestAgeSeconds", 9 * 86400.0, "breaching"),
        "shop-dublin-restore-tests-RDS-slow": ("RestoreSeconds", 240 * 60.0, "notBreaching"),
        "shop-dublin-restore-tests-S3-overdue": ("TestAgeSeconds", 9 * 86400.0, "breaching"),
    }
    (function,) = full.of_type("aws:lambda/function:Function")
    (plan,) = full.of_type(TESTING)
    assert function.inputs["environment"] == {"variables": {"PLAN": plan.inputs["name"], "KINDS": "RDS,S3"}}
    assert {named(full, ALARM)[name].inputs["dimensions"]["Plan"] for name in alarms} == {plan.inputs["name"]}  # type: ignore[index,call-overload]
    (permission,) = full.of_type("aws:lambda/permission:Permission")
    assert permission.inputs["principal"] == "events.amazonaws.com"
    actions = {a for p in full.of_type("aws:iam/rolePolicy:RolePolicy") for s in statements(p) for a in s["Action"]}
    assert {a for a in actions if not a.startswith("logs:")} == {"backup:ListRestoreJobs", "cloudwatch:PutMetricData"}


def missing(rules: dict[str, BackupRule]) -> dict[str, Any]:
    """What is noticed of backups that are not made, by name."""
    found = backups(rules=rules, alarm_topic_arns={"dublin": TOPIC})
    return {row.name: row.inputs for row in found.of_type(ALARM) if row.inputs["namespace"] == "AWS/Backup"}


def test_backups_that_are_missing_are_noticed_within_the_time_that_one_may_take() -> None:
    hourly, daily = BackupRule(), BackupRule(cadence_minutes=24 * 60)
    ((name, alarm),) = missing({"daily": daily, "hourly": hourly}).items()
    assert name == "shop-dublin-backups-missing"
    assert (alarm["metricName"], alarm["statistic"]) == ("NumberOfBackupJobsCompleted", "Sum")
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1.0)
    assert alarm["treatMissingData"] == "breaching", "nothing is reported where nothing is done"
    assert alarm["dimensions"] == {"BackupVaultName": "shop-dublin"}
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["alarmActions"]) == (3600, 1 + 1 + 3, [TOPIC])
    (alarm,) = missing({"daily": daily}).values()
    assert alarm["evaluationPeriods"] == 24 + 1 + 3


def test_a_week_is_longer_than_an_alarm_looks_back() -> None:
    assert not missing({"weekly": BackupRule(cadence_minutes=7 * 24 * 60)})


def test_nobody_is_told_where_no_topic_is() -> None:
    found = backups(restore_tests=RestoreTests(resource_types={"RDS": {}}))
    assert not found.of_type(ALARM)
    assert not found.of_type("aws:lambda/function:Function")


def test_what_is_slow_is_what_the_assessment_counts_with() -> None:
    """Who changes a figure of the data set changes what people are told of, too."""
    table = facts()
    restored = {"Aurora": "aws.rds.snapshot_restore", "RDS": "aws.rds.snapshot_restore", "EFS": "aws.backup.snapshot"}
    upper = {kind: table[id].failover_seconds for kind, id in restored.items()}
    assert {kind: one and one.upper for kind, one in upper.items()} == {k: m * 60 for k, m in SLOW_MINUTES.items()}
    vault = [table[id].failover_seconds for id in ("aws.rds.snapshot_restore", "mysql.replay")]
    assert sum(one.upper or 0 for one in vault if one) == RESTORE_MINUTES * 60


def test_continuous_backups_are_tested_too() -> None:
    graph = backups(
        rules={"point-in-time": BackupRule(continuous=True)}, restore_tests=RestoreTests(resource_types={"Aurora": {}})
    )
    assert rules(graph)[0]["enableContinuousBackup"] is True
    selection = one(graph, TESTING, "shop-dublin-restore").inputs["recoveryPointSelection"]
    assert isinstance(selection, dict)
    assert selection["recoveryPointTypes"] == ["CONTINUOUS", "SNAPSHOT"]


@pytest.mark.parametrize(
    ("cadence", "schedule"),
    [
        (60, "cron(7 * * * ? *)"),
        (240, "cron(7 0/4 * * ? *)"),
        (1440, "cron(7 2 * * ? *)"),
        (10080, "cron(7 2 ? * SUN *)"),
    ],
)
def test_a_cadence_is_a_schedule(cadence: int, schedule: str) -> None:
    assert cron(cadence, minute=7, hour=2) == schedule


@given(st.sampled_from(CADENCES), st.integers(0, 59), st.integers(0, 23))
def test_a_schedule_runs_as_often_as_its_cadence_says(cadence: int, minute: int, hour: int) -> None:
    fields = re.fullmatch(r"cron\((\d+) (\S+) \S+ \S+ (\S+) \*\)", cron(cadence, minute, hour))
    assert fields
    hours = {"*": 24}.get(fields[2]) or (24 / int(fields[2][2:]) if fields[2].startswith("0/") else 1)
    runs_a_week = hours * (1 if fields[3] == "SUN" else 7)
    assert runs_a_week * cadence == 7 * 24 * 60


@pytest.mark.parametrize(
    ("cadence", "message"),
    [
        (
            15,
            "every 15 minutes is faster than AWS Backup runs; the fastest is every 60."
            " For less, replicate changes: Buckets, or a database's log",
        ),
        (
            300,
            "every 300 minutes is no even cadence; the nearest is 240,"
            " allowed: 60, 120, 180, 240, 360, 480, 720, 1440, 10080",
        ),
    ],
)
def test_a_cadence_that_aws_backup_cannot_keep_is_refused(cadence: int, message: str) -> None:
    assert told(lambda: BackupRule(cadence_minutes=cadence)) == [f"cadence_minutes: {message}"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: BackupRule(continuous=True, retention_days=90),
            "retention_days: a continuous backup is kept 35 days at most, 90 asked",
        ),
        (lambda: Protected(), "names neither arns nor tags: nothing would be backed up"),
        (lambda: BackupRule(start_window_minutes=30), "start_window_minutes"),
        (lambda: RestoreTests(resource_types={}), "resource_types"),
        (lambda: RestoreTests(resource_types={"S3": {}}, schedule="weekly"), "schedule"),
    ],
)
def test_bad_arguments_say_what_is_allowed(make: Any, message: str) -> None:
    (line,) = told(make)
    assert message in line


def test_vaults_that_do_not_fit_are_refused_with_all_that_is_wrong() -> None:
    def refused(message: str, **args: Any) -> None:
        given = {"protected": {"dublin": Protected(arns={"orders": DATABASE})}, **args}
        assert told(lambda: BackupsArgs(**given)) == message.splitlines()

    def program() -> None:
        dublin = {"dublin": keyed("eu-west-1")}
        refused(
            "protected: 'dubln' is not a site; did you mean 'dublin'?\n"
            "alarm_topic_arns: 'x' is not a site; there are dublin\n"
            "rules: more than one is continuous; a resource has one continuous backup\n"
            "rules.a.copy_retention_days: 90 is refused by the isolated vault; allowed: 100 to 366\n"
            "rules.b.copy_retention_days: 400 is refused by the isolated vault; allowed: 100 to 366",
            sites=dublin,
            protected={"dubln": Protected(tags={"backup": "yes"})},
            alarm_topic_arns={"x": TOPIC},
            rules={"a": BackupRule(continuous=True), "b": BackupRule(continuous=True, copy_retention_days=400)},
            isolated=isolated(min_retention_days=100),
        )
        refused("isolated.region.account: is needed here", sites=dublin, isolated=isolated(None))
        refused(
            "sites: 'isolated' is the name of the isolated vault; choose another\n"
            f"isolated.region: account {ACCOUNT} also holds site 'dublin';"
            " whoever takes that account takes this vault",
            sites=dublin | {"isolated": keyed("eu-west-3", "222222222222")},
            isolated=isolated(ACCOUNT),
        )

    declare(program)


def test_what_is_copied_whole_is_copied_by_a_rule_of_its_own() -> None:
    rules = {"often": BackupRule(copied=False), "daily": BackupRule(cadence_minutes=1440)}
    graph = backups(rules=rules, isolate={})
    made = {rule["ruleName"]: rule for rule in one(graph, PLAN, "shop-dublin").inputs["rules"]}
    assert made["often"]["copyActions"] == []
    assert {row["destinationVaultArn"] for row in made["daily"]["copyActions"]} == {FRANKFURT, ISOLATED}
