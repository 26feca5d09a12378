"""What stores are made of: members, who takes over, and the copies at rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pulumi
from pulumi_aws.arcregionswitch import Plan as ArcregionswitchPlan
from pulumi_aws.backup import (
    Plan as BackupPlan,
    RestoreTestingPlan,
    RestoreTestingSelection,
    Selection as BackupSelection,
    Vault,
    VaultLockConfiguration,
)
from pulumi_aws.cloudwatch import MetricAlarm
from pulumi_aws.efs import FileSystem, MountTarget
from pulumi_aws.elasticache import GlobalReplicationGroup, ReplicationGroup, SubnetGroup as ElasticacheSubnetGroup
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.kms import Key
from pulumi_aws.lambda_ import Function
from pulumi_aws.rds import (
    Cluster as RdsCluster,
    ClusterInstance,
    EngineType,
    GlobalCluster,
    InstanceAutomatedBackupsReplication,
    SubnetGroup as RdsSubnetGroup,
)
from pulumi_aws.s3 import Bucket, BucketObjectLockConfiguration, BucketReplicationConfig, BucketVersioning
from pulumi_aws.secretsmanager import Secret
from pulumi_aws.sns import Topic

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Model, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, fact_ids
from bcinfra.continuity.model.statements import Noun, Subject
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier, assumed, model


def upper(figure: Figure | None) -> float | None:
    assert figure
    assert figure.value
    return figure.value.upper


def only(found: Model, kind: StoreKind) -> Store:
    (store,) = (s for s in found.stores if s.kind is kind)
    return store


def places(copies: tuple[RecoveryPoint, ...]) -> set[tuple[str, str | None]]:
    return {(copy.mechanism, copy.site) for copy in copies}


def test_a_multi_az_instance_holds_two_copies_and_a_single_one_stands_in_one_zone() -> None:
    def program(*, multi_az: bool) -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at), multi_az=multi_az)

    (spread,) = only(model(lambda: program(multi_az=True)), StoreKind.RELATIONAL).members
    assert spread.zones is not None
    assert len(spread.zones) == 3
    assert spread.synchronous == 2
    assert spread.local_failover
    assert fact_ids(spread.local_failover) == ("aws.rds.mysql.multi_az_instance",)

    found = model(lambda: program(multi_az=False))
    (single,) = only(found, StoreKind.RELATIONAL).members
    assert single.zones is not None
    assert len(single.zones) == 1
    assert single.local_failover is None
    (some,) = assumed(found, Assumes.IN_SOME_ZONES)
    assert some.object == (spread.zones, single.zones)
    assert (some.subject, some.amount) == (Subject(Noun.RESOURCE, "eu-west-1-db", single.urn), 1)


def region_switch(*, promotes: bool, triggered: bool = True) -> None:
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tier = Tier(there)
    primary = Database(here, Tier(here))
    replica = Database(there, tier, source=primary)
    alarm = MetricAlarm(
        "down", comparison_operator="LessThanThreshold", evaluation_periods=3, period=60, opts=there.opts
    )
    steps: list[Any] = [
        {
            "name": "grow",
            "execution_block_type": "ECSServiceScaling",
            "ecs_capacity_increase_configs": [
                {
                    "capacity_monitoring_approach": "sampledMaxInLast24Hours",
                    "services": [{"cluster_arn": tier.cluster.arn, "service_arn": tier.service.id}],
                }
            ],
        }
    ]
    promote: Any = {
        "name": "promote",
        "execution_block_type": "RdsPromoteReadReplica",
        "rds_promote_read_replica_configs": [{"db_instance_arn_map": {"eu-central-1": replica.instance.arn}}],
    }
    ArcregionswitchPlan(
        "switch",
        execution_role="arn:aws:iam::111122223333:role/switch",
        recovery_approach="activePassive",
        regions=["eu-west-1", "eu-central-1"],
        primary_region="eu-west-1",
        associated_alarms=[
            {"map_block_key": "down", "alarm_type": "trigger", "resource_identifier": alarm.arn},
        ],
        triggers=[
            {
                "action": "activate",
                "target_region": "eu-central-1",
                "min_delay_minutes_between_executions": 30,
                "conditions": [{"associated_alarm_name": "down", "condition": "red"}],
            }
        ]
        if triggered
        else [],
        workflows=[
            {
                "workflow_target_action": "activate",
                "workflow_target_region": "eu-central-1",
                "steps": [*([promote] if promotes else []), *steps],
            }
        ],
        opts=there.opts,
    )


def test_a_replica_counts_as_promoted_only_if_a_plan_promotes_it() -> None:
    found = model(lambda: region_switch(promotes=True))
    writer, replica = only(found, StoreKind.RELATIONAL).members
    (plan,) = found.plans
    assert (writer.writer, replica.writer) == (True, False)
    assert replica.source == writer.urn
    assert replica.promoted_by == plan.urn
    assert upper(replica.promotes) == 1800
    assert [(step.act, step.target) for step in plan.steps] == [
        ("promote", replica.urn),
        ("scale", next(p.urn for p in found.pools if p.site == "aws/eu-central-1")),
    ]
    assert (plan.towards, plan.triggered) == ("aws/eu-central-1", True)
    assert upper(plan.detects) == 60 * (3 + 1)
    assert plan.homes[0].name == "aws/eu-central-1"  # it runs where it moves to, not where it moves from

    by_hand = model(lambda: region_switch(promotes=False, triggered=False))
    assert only(by_hand, StoreKind.RELATIONAL).members[1].promoted_by is None
    assert not by_hand.plans[0].triggered


def test_point_in_time_recovery_stays_and_replicated_backups_travel() -> None:
    def program() -> None:
        here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
        database = Database(here, Tier(here))
        key = Key("there", opts=there.opts)
        InstanceAutomatedBackupsReplication(
            "there",
            source_db_instance_arn=database.instance.arn,
            kms_key_id=key.arn,
            retention_period=20,
            opts=there.opts,
        )

    own, travelled = only(model(program), StoreKind.RELATIONAL).copies
    assert (own.mechanism, own.site, own.retention) == ("point-in-time recovery", "aws/eu-west-1", timedelta(days=14))
    assert upper(own.age) == 300
    assert (travelled.site, travelled.retention) == ("aws/eu-central-1", timedelta(days=20))
    assert [d.name for d in travelled.needs_to_recover if d.kind is DomainKind.KEY] == ["aws/eu-central-1/there"]


def backed_up(*, compliance: bool = True, known_arn: bool = False, tests: bool = True) -> None:
    here, vault_region = Region("eu-west-1", IRELAND), Region("us-east-1", (), account="444455556666")
    database = Database(here, Tier(here))
    own = Vault("own", name="own", opts=here.opts)
    away = Vault("away", name="away", opts=vault_region.opts)
    VaultLockConfiguration(
        "away",
        backup_vault_name=away.name,
        min_retention_days=14,
        changeable_for_days=3 if compliance else None,
        opts=vault_region.opts,
    )
    arn = "arn:aws:backup:us-east-1:444455556666:backup-vault:away" if known_arn else away.arn
    plan = BackupPlan(
        "hourly",
        rules=[
            {
                "rule_name": "hourly",
                "target_vault_name": own.name,
                "schedule": "cron(0 * ? * * *)",
                "start_window": 60,
                "lifecycle": {"delete_after": 7},
                "copy_actions": [{"destination_vault_arn": arn, "lifecycle": {"delete_after": 35}}],
            }
        ],
        opts=here.opts,
    )
    BackupSelection(
        "hourly",
        plan_id=plan.id,
        iam_role_arn="arn:aws:iam::111122223333:role/backup",
        resources=[database.instance.arn],
        opts=here.opts,
    )
    if tests:
        test = RestoreTestingPlan(
            "weekly",
            schedule_expression="cron(0 3 ? * SUN *)",
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [own.arn],
                "recovery_point_types": ["SNAPSHOT"],
            },
            opts=here.opts,
        )
        RestoreTestingSelection(
            "rds",
            restore_testing_plan_name=test.name,
            protected_resource_type="RDS",
            protected_resource_arns=["*"],
            iam_role_arn="arn:aws:iam::111122223333:role/restore",
            opts=here.opts,
        )


def test_backups_are_as_old_as_interval_start_window_and_completion_say() -> None:
    for known in (False, True):
        _, own, away = only(model(lambda known=known: backed_up(known_arn=known)), StoreKind.RELATIONAL).copies
        assert upper(own.age) == 3600 + 3600 + 3600
        assert upper(away.age) == (upper(own.age) or 0) + 14400
        assert (own.site, own.retention) == ("aws/eu-west-1", timedelta(days=7))
        assert (away.site, away.retention) == ("aws/us-east-1", timedelta(days=35))
        assert (own.tested, away.tested) == (True, False)
        assert own.protections == {Protection.VERSIONED}
        assert away.protections == {
            Protection.VERSIONED,
            Protection.RETAINED,
            Protection.LOCKED,
            Protection.OTHER_ACCOUNT,
        }
        assert "aws/444455556666" in {d.name for d in away.homes}


def test_a_lock_that_administrators_can_lift_is_no_lock() -> None:
    away = only(model(lambda: backed_up(compliance=False, tests=False)), StoreKind.RELATIONAL).copies[-1]
    assert Protection.LOCKED not in away.protections
    assert Protection.RETAINED in away.protections
    assert not away.tested


def aurora(*instances: str | None, everywhere: bool = False) -> None:
    at = Region("eu-west-1", IRELAND)
    subnets = RdsSubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
    globally = (
        GlobalCluster("db", global_cluster_identifier="db", engine="aurora-mysql", opts=at.opts) if everywhere else None
    )
    cluster = RdsCluster(
        "db",
        engine="aurora-mysql",
        master_username="shop",
        db_subnet_group_name=subnets.name,
        global_cluster_identifier=globally.id if globally else None,
        skip_final_snapshot=True,
        opts=at.opts,
    )
    for i, zone in enumerate(instances):
        ClusterInstance(
            f"db-{i}",
            cluster_identifier=cluster.id,
            engine=EngineType.AURORA_MYSQL,
            instance_class="db.r7g.large",
            availability_zone=zone,
            opts=at.opts,
        )
    if globally:
        there = Region("eu-central-1", FRANKFURT)
        group = RdsSubnetGroup("there", subnet_ids=there.subnet_ids, opts=there.opts)
        RdsCluster(
            "there",
            engine="aurora-mysql",
            db_subnet_group_name=group.name,
            global_cluster_identifier=globally.id,
            skip_final_snapshot=True,
            opts=pulumi.ResourceOptions(provider=there.provider, depends_on=[cluster]),
        )


def test_an_aurora_cluster_is_where_its_instances_stand() -> None:
    (two,) = only(model(lambda: aurora(None, None)), StoreKind.RELATIONAL).members
    assert two.zones is not None
    assert len(two.zones) == 2
    assert upper(two.local_failover) == 60
    (same,) = only(model(lambda: aurora("eu-west-1a", "eu-west-1a")), StoreKind.RELATIONAL).members
    assert same.zones is not None
    assert [z.name for z in same.zones] == ["aws/eu-west-1/eu-west-1a"]
    assert same.local_failover is None
    (none,) = only(model(aurora), StoreKind.RELATIONAL).members
    assert none.zones == ()
    assert not none.serves_reads


def test_a_global_database_has_one_writer_and_a_secondary_without_instances_is_slow() -> None:
    store = only(model(lambda: aurora(None, None, everywhere=True)), StoreKind.RELATIONAL)
    writer, secondary = store.members
    assert (writer.site, writer.writer) == ("aws/eu-west-1", True)
    assert (secondary.site, secondary.writer, secondary.source) == ("aws/eu-central-1", False, writer.urn)
    assert (upper(secondary.promotes) or 0) > 1200
    assert store.two_primaries_guarded


def redis(
    *,
    automatic: bool = True,
    replicas: int = 1,
    acts: bool = True,
    of: Callable[[GlobalReplicationGroup], pulumi.Output[str]] | None = None,
) -> None:
    """``of``: what the policy of the function speaks of, where not of everything."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)

    def group(at: Region, **role: Any) -> ReplicationGroup:
        subnets = ElasticacheSubnetGroup(at.name, subnet_ids=at.subnet_ids, opts=at.opts)
        return ReplicationGroup(
            at.name,
            description="sessions",
            subnet_group_name=subnets.name,
            automatic_failover_enabled=automatic,
            multi_az_enabled=automatic,
            replicas_per_node_group=replicas,
            **role,
            opts=at.opts,
        )

    primary = group(here, node_type="cache.r7g.large", num_node_groups=2)
    everywhere = GlobalReplicationGroup(
        "sessions",
        global_replication_group_id_suffix="sessions",
        primary_replication_group_id=primary.id,
        opts=here.opts,
    )
    group(there, global_replication_group_id=everywhere.global_replication_group_id)
    role = Role("act", assume_role_policy=json.dumps({"Statement": []}), opts=there.opts)
    action = "elasticache:FailoverGlobalReplicationGroup" if acts else "elasticache:Describe*"
    document = {"Statement": [{"Effect": "Allow", "Action": [action], "Resource": of(everywhere) if of else "*"}]}
    RolePolicy("act", role=role.id, policy=pulumi.Output.json_dumps(document), opts=there.opts)
    function = Function(
        "act",
        role=role.arn,
        runtime="python3.13",
        handler="a.b",
        s3_bucket="code",
        s3_key="a.zip",
        environment={"variables": {"GROUP": everywhere.global_replication_group_id}},
        opts=there.opts,
    )
    ArcregionswitchPlan(
        "switch",
        execution_role="arn:aws:iam::111122223333:role/switch",
        recovery_approach="activePassive",
        regions=["eu-west-1", "eu-central-1"],
        primary_region="eu-west-1",
        workflows=[
            {
                "workflow_target_action": "activate",
                "workflow_target_region": "eu-central-1",
                "steps": [
                    {
                        "name": "redis",
                        "execution_block_type": "CustomActionLambda",
                        "custom_action_lambda_configs": [
                            {
                                "region_to_run": "activatingRegion",
                                "retry_interval_minutes": 1,
                                "lambdas": [{"arn": function.arn}],
                            }
                        ],
                    }
                ],
            }
        ],
        opts=there.opts,
    )


def test_a_cache_across_regions_is_promoted_by_a_function_that_may() -> None:
    found = model(redis)
    store = only(found, StoreKind.CACHE)
    primary, replica = store.members
    assert (primary.writer, replica.writer, replica.source) == (True, False, primary.urn)
    assert primary.zones is not None
    assert len(primary.zones) == 2
    assert replica.zones is not None
    assert len(replica.zones) == 2
    assert store.durable
    assert replica.promoted_by == found.plans[0].urn
    assert only(model(lambda: redis(acts=False)), StoreKind.CACHE).members[1].promoted_by is None


def test_a_policy_that_only_a_deployment_makes_known_counts_for_what_it_speaks_of() -> None:
    of_it = only(model(lambda: redis(of=lambda group: group.arn)), StoreKind.CACHE).members[1]
    of_another = only(model(lambda: redis(of=lambda _: Topic("told").arn)), StoreKind.CACHE).members[1]
    assert of_it.promoted_by and of_another.promoted_by is None


def test_replicas_that_nothing_promotes_add_no_zone() -> None:
    primary = only(model(lambda: redis(automatic=False)), StoreKind.CACHE).members[0]
    assert primary.zones is not None
    assert len(primary.zones) == 1
    assert primary.local_failover is None
    alone = only(model(lambda: redis(replicas=0)), StoreKind.CACHE).members[0]
    assert alone.zones is not None
    assert len(alone.zones) == 1


def buckets(*, mode: str = "COMPLIANCE", timed: bool = True, ruled: bool = True) -> None:
    """``ruled``: whether the lock says how long it holds what comes in."""
    here, there = Region("eu-west-1", ()), Region("eu-central-1", ())
    vault = Region("us-east-1", (), account="444455556666")
    made = {
        name: Bucket(name, bucket=f"shop-{name}", opts=at.opts)
        for name, at in {"here": here, "there": there, "vault": vault}.items()
    }
    for (name, bucket), at in zip(made.items(), (here, there, vault), strict=True):
        BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=at.opts)
    rule: Any = {"default_retention": {"mode": mode, "days": 30}} if ruled else None
    BucketObjectLockConfiguration("vault", bucket=made["vault"].id, rule=rule, opts=vault.opts)
    time: Any = {"replication_time": {"status": "Enabled", "time": {"minutes": 15}}} if timed else {}
    rules: list[Any] = [
        {
            "id": to,
            "priority": i,
            "status": "Enabled",
            "filter": {"prefix": ""},
            "delete_marker_replication": {"status": "Enabled" if to == "there" else "Disabled"},
            "destination": {"bucket": made[to].arn, **time},
        }
        for i, to in enumerate(("there", "vault"))
    ]
    role = "arn:aws:iam::111122223333:role/replication"
    BucketReplicationConfig("here", bucket=made["here"].id, role=role, rules=rules, opts=here.opts)


def test_buckets_that_replicate_are_members_and_a_locked_one_is_a_copy() -> None:
    store = only(model(buckets), StoreKind.OBJECTS)
    first, second = store.members
    assert (first.site, second.site) == ("aws/eu-west-1", "aws/eu-central-1")
    assert upper(second.lag) == 900
    assert second.source == first.urn
    assert first.regional
    assert places(store.copies) == {
        ("object versions", "aws/eu-west-1"),
        ("object replication", "aws/eu-central-1"),
        ("object replication", "aws/us-east-1"),
    }
    vault = next(copy for copy in store.copies if copy.site == "aws/us-east-1")
    assert vault.protections == {Protection.VERSIONED, Protection.RETAINED, Protection.LOCKED, Protection.OTHER_ACCOUNT}
    assert vault.retention == timedelta(days=30)
    assert not any(copy.follows_deletes for copy in store.copies)


def test_replication_without_time_control_may_take_a_day_and_governance_is_no_lock() -> None:
    store = only(model(lambda: buckets(mode="GOVERNANCE", timed=False)), StoreKind.OBJECTS)
    assert upper(store.members[1].lag) == 86400
    vault = next(copy for copy in store.copies if copy.site == "aws/us-east-1")
    assert Protection.LOCKED not in vault.protections


def test_a_lock_that_holds_nothing_by_itself_retains_nothing() -> None:
    store = only(model(lambda: buckets(ruled=False)), StoreKind.OBJECTS)
    vault = next(copy for copy in store.copies if copy.site == "aws/us-east-1")
    assert vault.protections == {Protection.VERSIONED, Protection.OTHER_ACCOUNT}


def test_a_secret_is_read_from_its_replica_under_the_replica_s_own_key() -> None:
    def program() -> None:
        here, there = Region("eu-west-1", ()), Region("eu-central-1", ())
        keys = [Key(at.name, opts=at.opts) for at in (here, there)]
        Secret(
            "payment",
            kms_key_id=keys[0].arn,
            replicas=[{"region": "eu-central-1", "kms_key_id": keys[1].arn}],
            opts=here.opts,
        )

    primary, replica = only(model(program), StoreKind.SECRETS).members
    assert [d.name for d in primary.needs_to_run] == ["aws/eu-west-1/eu-west-1"]
    assert [d.name for d in replica.needs_to_run] == ["aws/eu-central-1/eu-central-1"]
    assert (replica.site, replica.source, replica.writer) == ("aws/eu-central-1", primary.urn, False)


def test_a_file_system_is_reached_by_the_zones_of_its_mount_targets() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        files = FileSystem("media", encrypted=True, opts=at.opts)
        for i, subnet in enumerate(at.subnets[:2]):
            MountTarget(f"media-{i}", file_system_id=files.id, subnet_id=subnet.id, opts=at.opts)

    (member,) = only(model(program), StoreKind.FILES).members
    assert member.zones is not None
    assert [z.name for z in member.zones] == ["aws/eu-west-1/euw1-az1", "aws/eu-west-1/euw1-az2"]
    assert member.needs_to_run == (), "nobody can delete a key that AWS manages"


def test_a_store_that_nothing_is_seen_to_use_is_taken_to_be_used() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Tier(at)
        Database(at, None)

    found = model(program)
    (pool,) = found.pools
    assert found.calls[pool.urn] == (only(found, StoreKind.RELATIONAL).name,)
    assert assumed(found, Assumes.USED_BY_ALL)
