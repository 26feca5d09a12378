"""Binary logs that containers write to a bucket of another account, and what is missing where they are no copy."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws import rds
from pulumi_aws.backup import Plan, Selection, Vault, VaultLockConfiguration
from pulumi_aws.cloudwatch import MetricAlarm
from pulumi_aws.ecs import Service, TaskDefinition
from pulumi_aws.s3 import Bucket, BucketMetric, BucketObjectLockConfiguration
from pulumi_aws.scheduler import Schedule

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Refusal, StoreKind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier, model, people
from tests.continuity.readings.vendor_programs import followed

TAKEN = "takeover:aws/111122223333"
STATED = {
    "objectives": {"recovery_time": "24h", "data_loss": "15m"},
    "data": {"orders": {"criticality": "critical", "home": "mysql"}},
}
DATABASE = "orders-1"
DAILY = "cron(0 3 * * ? *)"
READS = "mysqlbinlog --read-from-remote-server --raw --stop-never"


def shop(
    *,
    command: str = READS,
    base: bool = True,
    locked: bool = True,
    readers: int = 2,
    mode: str = "COMPLIANCE",
    account: str = "444455556666",
    admitted: bool = True,
    alarm: dict[str, Any] | None = None,
    days: int = 14,
    proof: dict[str, str] | None = None,
    in_vault: bool = True,
) -> None:
    """A shop whose database is copied to a vault each day, and its log to a bucket beside it; and what a job that
    restores is told, where there is one."""
    at = Region("eu-west-1", IRELAND)
    vault = Region("us-east-1", (), account)
    tier = Tier(at)
    key = "arn:aws:kms:eu-west-1:111122223333:key/1b2c"
    database = Database(at, tier, days=days, kms_key_id=key, storage_encrypted=True, identifier=DATABASE)
    if base:
        there = Vault("vault", kms_key_arn="arn:aws:kms:us-east-1:444455556666:key/3d4e", opts=vault.opts)
        if locked:
            kept: dict[str, Any] = {"min_retention_days": 30, "changeable_for_days": 3}
            VaultLockConfiguration("vault", backup_vault_name=there.name, **kept, opts=vault.opts)
        plan = Plan(
            "daily",
            rules=[
                {
                    "rule_name": "daily",
                    "target_vault_name": "Default",
                    "schedule": "cron(0 3 * * ? *)",
                    "copy_actions": [{"destination_vault_arn": there.arn, "lifecycle": {"delete_after": 35}}],
                }
            ],
            opts=at.opts,
        )
        Selection("all", plan_id=plan.id, iam_role_arn="role", resources=[database.instance.arn], opts=at.opts)
    bucket = Bucket("log", bucket="shop-log", object_lock_enabled=True, opts=vault.opts)
    BucketObjectLockConfiguration(
        "log", bucket=bucket.id, rule={"default_retention": {"mode": mode, "days": 30}}, opts=vault.opts
    )
    BucketMetric("log", bucket=bucket.id, name="all", opts=vault.opts)
    container = {
        "name": "reader",
        "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/tools:1.0.0",
        "command": ["sh", "-c", command],
        "environment": [{"name": "TARGET", "value": "shop-log"}],
    }
    tasks = TaskDefinition("reader", family="reader", container_definitions=json.dumps([container]), opts=at.opts)
    group = tier.group if admitted else at.group("nowhere")
    Service(
        "reader",
        cluster=tier.cluster.arn,
        task_definition=tasks.arn,
        desired_count=readers,
        network_configuration={"subnets": at.subnet_ids, "security_groups": [group.id]},
        opts=at.opts,
    )
    watch: dict[str, Any] = {
        "dimensions": {"BucketName": "shop-log", "FilterId": "all"},
        "period": 300,
        "evaluation_periods": 2,
        "treat_missing_data": "breaching",
        "alarm_actions": [people(vault.opts, vault.name)],
        **(alarm or {}),
    }
    MetricAlarm(
        "silent",
        namespace="AWS/S3",
        metric_name="PutRequests",
        comparison_operator="LessThanThreshold",
        threshold=1,
        **watch,
        opts=vault.opts,
    )
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": STATED})
    if proof is not None:
        _proof(vault if in_vault else at, proof)


def _proof(at: Region, told: dict[str, str]) -> None:
    container = {
        "name": "job",
        "image": "tools:1.0.0",
        "command": ["tool", "prove"],
        "environment": [{"name": name, "value": value} for name, value in told.items()],
    }
    tasks = TaskDefinition("proof", family="proof", container_definitions=json.dumps([container]), opts=at.opts)
    Schedule(
        "proof",
        schedule_expression="rate(1 day)",
        flexible_time_window={"mode": "OFF"},
        target={"arn": "cluster", "role_arn": "role", "ecs_parameters": {"task_definition_arn": tasks.arn}},
        opts=at.opts,
    )


def provers(**changes: Any) -> dict[bool, str | None]:
    """What tests the copy in the vault, and the log (True)."""
    (store,) = (s for s in model(lambda: shop(**changes)).stores if s.kind is StoreKind.RELATIONAL)
    return {copy.stream is not None: copy.tested_by for copy in store.copies if copy.site == "aws/us-east-1"}


@pytest.mark.parametrize(
    ("told", "in_vault", "base", "log"),
    [
        ({"BUCKET": "shop-log", "SOURCES": f"stock {DATABASE}"}, True, True, True),
        ({"BUCKET": "shop-log", "SOURCES": "stock"}, True, False, False),
        ({"BUCKET": "other", "SOURCES": DATABASE}, True, True, False),
        ({"BUCKET": "shop-log", "SOURCES": DATABASE}, False, False, False),
    ],
    ids=["both", "another database", "another log", "at the sites"],
)
def test_a_job_proves_what_it_names(told: dict[str, str], *, in_vault: bool, base: bool, log: bool) -> None:
    found = provers(proof=told, in_vault=in_vault)
    assert found == {False: "job proof" if base else None, True: "job proof" if log else None}


def lost(**changes: Any) -> tuple[Judgement, str]:
    """Whether the objective of data is kept when the account is taken over, and from what the database goes on."""
    one = outcome(assessed(lambda: shop(**changes)), TAKEN)
    (loss,) = (loss for loss in one.losses if "relational" in loss.store)
    return judgement(one, Objective.DATA_LOSS), loss.copy.name if loss.copy else ""


def test_the_log_restores_to_the_last_minutes() -> None:
    judged, copy = lost()
    assert judged is Judgement.MET
    assert copy == "binary log of relational database eu-west-1-db in bucket log in us-east-1"
    found = assessed(shop)
    assert not says(found, "BC0044")
    assert not says(found, "BC0041")


@pytest.mark.parametrize(
    "changes",
    [{"command": "sleep infinity"}, {"admitted": False}, {"account": "111122223333", "mode": "GOVERNANCE"}],
    ids=["something else runs", "the database lets it not in", "in the same account"],
)
def test_what_is_no_archive_of_it_leaves_the_daily_copy(changes: dict[str, Any]) -> None:
    judged, copy = lost(**changes)
    assert judged is Judgement.MISSED
    assert "binary log" not in copy


def test_a_log_without_a_base_restores_nothing() -> None:
    found = assessed(lambda: shop(base=False))
    assert says(found, "BC0041", "in bucket log in us-east-1 restores nothing by itself: account 444455556666 has no")
    assert outcome(found, TAKEN).losses[0].total_loss


def test_a_database_that_is_not_backed_up_writes_no_log() -> None:
    found = assessed(lambda: shop(days=0))
    assert says(found, "BC0041", "in bucket log in us-east-1 stays empty: eu-west-1-db writes no log without automated")
    judged, copy = lost(days=0)
    assert judged is Judgement.MISSED
    assert copy
    assert "binary log" not in copy


def unmade(*, key: bool) -> None:
    """Readers of a replica alone, which is encrypted under a key of its own region or, as RDS refuses, of another."""
    at, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    main = Database(at, Tier(at), kms_key_id="arn:aws:kms:eu-west-1:111122223333:key/1b2c", storage_encrypted=True)
    tier = Tier(there)
    Database(there, tier, source=main, kms_key_id=f"arn:aws:kms:{'eu-central-1' if key else 'eu-west-1'}:1:key/5f6a")
    vault = Region("us-east-1", (), "444455556666")
    bucket = Bucket("log", bucket="shop-log", opts=vault.opts)
    container = {
        "name": "reader",
        "image": "tools:1.0.0",
        "command": ["sh", "-c", READS],
        "environment": [{"name": "TARGET", "value": "shop-log"}],
    }
    tasks = TaskDefinition("reader", family="reader", container_definitions=json.dumps([container]), opts=there.opts)
    Service(
        "reader",
        cluster=tier.cluster.arn,
        task_definition=tasks.arn,
        desired_count=2,
        network_configuration={"subnets": there.subnet_ids, "security_groups": [tier.group.id]},
        opts=there.opts,
    )
    pulumi.export("bucket", bucket.id)
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": STATED})


@pytest.mark.parametrize("key", [True, False])
def test_a_replica_that_is_not_made_has_no_log(*, key: bool) -> None:
    assert says(assessed(lambda: unmade(key=key)), "BC0041", "binary log of") is key  # it would lack a base


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alarm": {"treat_missing_data": "notBreaching"}}, "nobody is told, where it is kept"),
        ({"alarm": {"alarm_actions": []}}, "nobody is told, where it is kept"),
        ({"alarm": {"dimensions": {"BucketName": "other"}}}, "nobody is told, where it is kept"),
        ({"alarm": {"period": 3600}}, "is told after 10800 s only"),
        ({"readers": 1}, "is written by one program alone"),
    ],
)
def test_a_stream_that_may_stop_unseen_is_named(changes: dict[str, Any], said: str) -> None:
    found = assessed(lambda: shop(**changes))
    assert [said in say(f.says) for f in found.findings if f.code == "BC0044"] == [True]
    assert judgement(outcome(found, TAKEN), Objective.DATA_LOSS) is Judgement.MET


@pytest.mark.parametrize(
    ("changes", "kept"),
    [({}, True), ({"mode": "GOVERNANCE"}, False), ({"locked": False}, False)],
    ids=["both locked for good", "the log's lock can be lifted", "the base has no lock"],
)
def test_who_has_both_accounts_ends_what_is_not_locked_for_good(changes: dict[str, Any], kept: bool) -> None:
    found = assessed(lambda: shop(**changes))
    (result,) = (r for r in found.scenarios if r.scenario.id == f"{TAKEN}+aws/444455556666")
    (loss,) = (loss for loss in result.outcomes[0].losses if "relational" in loss.store)
    assert (loss.copy is not None and loss.copy.name.startswith("binary log")) is kept


# -- Aurora, which writes no binary log unless its parameters say so --------------------------------------------------

OFF = {"name": "binlog_format", "value": "OFF"}
ROW = {"name": "binlog_format", "value": "ROW"}
OTHER = {"name": "time_zone", "value": "UTC"}


def cluster(at: Region, group: pulumi.Input[str] | None, name: str = "orders", **more: Any) -> rds.Cluster:
    made = rds.Cluster(
        name,
        engine="aurora-mysql",
        master_username="shop",
        backup_retention_period=7,
        db_cluster_parameter_group_name=group,
        opts=at.opts,
        **more,
    )
    rds.ClusterInstance(
        name,
        cluster_identifier=made.id,
        engine=rds.EngineType.AURORA_MYSQL,
        instance_class="db.r7g.large",
        opts=at.opts,
    )
    return made


def parameters(at: Region, *rows: Any) -> pulumi.Output[str]:
    return rds.ClusterParameterGroup("own", family="aurora-mysql8.0", parameters=list(rows), opts=at.opts).name


def read(*rows: Any, group: str | None = None) -> None:
    """A reader of Aurora's log, in the account of the database and another's bucket."""
    at, vault = Region("eu-west-1", IRELAND), Region("us-east-1", (), "444455556666")
    tier = Tier(at)
    subnets = rds.SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
    inside: dict[str, Any] = {
        "db_subnet_group_name": subnets.name,
        "vpc_security_group_ids": [at.group("db", admits=tier.group).id],
    }
    database = cluster(at, group or (parameters(at, *rows) if rows else None), **inside)
    there = Vault("vault", opts=vault.opts)
    copy: Any = {"destination_vault_arn": there.arn, "lifecycle": {"delete_after": 35}}
    plan = Plan(
        "daily",
        rules=[{"rule_name": "daily", "target_vault_name": "Default", "schedule": DAILY, "copy_actions": [copy]}],
        opts=at.opts,
    )
    Selection("all", plan_id=plan.id, iam_role_arn="role", resources=[database.arn], opts=at.opts)
    Bucket("log", bucket="shop-log", opts=vault.opts)
    container = {
        "name": "reader",
        "image": "tools:1.0.0",
        "command": ["sh", "-c", READS],
        "environment": [{"name": "TARGET", "value": "shop-log"}],
    }
    tasks = TaskDefinition("reader", family="reader", container_definitions=json.dumps([container]), opts=at.opts)
    Service(
        "reader",
        cluster=tier.cluster.arn,
        task_definition=tasks.arn,
        desired_count=2,
        network_configuration={"subnets": at.subnet_ids, "security_groups": [tier.group.id]},
        opts=at.opts,
    )


def kept_log(program: Callable[[], None]) -> tuple[bool, bool | None]:
    """Whether the log is told to stay empty, and whether it is a copy whose age is known."""
    found = model(program)
    (store,) = (one for one in found.stores if one.kind is StoreKind.RELATIONAL)
    copies = [copy for copy in store.copies if copy.stream]
    return Refusal.LOG_OFF in {one.kind for one in store.refused}, copies[0].age.known if copies else None


@pytest.mark.parametrize(
    ("program", "off", "known"),
    [
        (lambda: read(ROW), False, True),
        (lambda: read(OTHER, {"name": "binlog_format", "value": "MIXED"}), False, True),
        (lambda: read(OFF), True, None),
        (lambda: read(OTHER), True, None),
        (read, True, None),
        (lambda: read(group="default.aurora-mysql8.0"), True, None),
        (lambda: read(group="made-by-hand"), False, False),
    ],
)
def test_readers_of_aurora_get_what_its_parameters_let_it_write(
    program: Callable[[], None], off: bool, known: bool | None
) -> None:
    assert kept_log(program) == (off, known)


@pytest.mark.parametrize(("rows", "made"), [((ROW,), 2), ((OTHER,), 1), ((), 1)])
def test_a_cluster_in_another_region_follows_such_a_log(rows: tuple[Any, ...], made: int) -> None:
    def program() -> None:
        here, there = Region("eu-west-1", ()), Region("eu-central-1", ())
        first = cluster(here, parameters(here, *rows) if rows else None, "first")
        cluster(there, None, "second", replication_source_identifier=first.arn)

    (store,) = model(program).stores
    assert len(store.members) == made
    assert {one.kind for one in store.refused} == ({Refusal.LOG_OFF} if made == 1 else set())


@pytest.mark.parametrize(("log", "known"), [("ROW", True), ("OFF", False), (None, False)])
def test_a_replica_of_another_vendor_follows_such_a_log(log: str | None, known: bool) -> None:
    found = model(lambda: followed(engine="aurora", log=log))
    (standby,) = (m for store in found.stores for m in store.members if m.urn.endswith("::standby"))
    assert standby.source
    assert standby.lag
    assert standby.lag.known is known
