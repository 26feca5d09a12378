"""Replicas and copies that are declared and not made: by keys, by policies, by rules that leave out."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi_aws import Provider, backup, dynamodb, ebs, kms, rds, s3, secretsmanager

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Refusal, Store
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.findings import fix
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier, model

VAULT = "444455556666"
TAKEN = "takeover:aws/111122223333"


def declared(found: Assessment) -> dict[Refusal, str]:
    """What is declared and not made, in words, by why."""
    return {f.says.kind: say(f.says) for f in found.findings if f.code == "BC0041" and isinstance(f.says.kind, Refusal)}


def fixes(found: Assessment) -> str:
    return " ".join(fix(f) for f in found.findings if f.code == "BC0041")


# -- keys that the vendor manages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "alias/aws/rds", "arn:aws:kms:eu-west-1:111122223333:alias/aws/rds"])
def test_nobody_deletes_a_key_that_aws_manages(key: str | None) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at), storage_encrypted=True, kms_key_id=key)
        bucket = s3.Bucket("media", opts=at.opts)
        rule = {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}
        s3.BucketServerSideEncryptionConfiguration("media", bucket=bucket.id, rules=[rule], opts=at.opts)
        secretsmanager.Secret("payment", opts=at.opts)
        ebs.Volume("disk", availability_zone="eu-west-1a", encrypted=True, size=10, opts=at.opts)

    found = assessed(program)
    assert [d.name for d in found.domains if d.kind == "key"] == []
    assert not any(r.scenario.id.startswith("key:") for r in found.scenarios)


def test_a_key_of_ones_own_is_one_to_lose() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        own = kms.Key("orders", opts=at.opts)
        Database(at, Tier(at), storage_encrypted=True, kms_key_id=own.arn)

    gone = outcome(assessed(program), "key:aws/eu-west-1/orders")
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED


# -- copies into another account --------------------------------------------------------------------------------------


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _lets(account: str, *actions: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": list(actions),
        "Resource": "*",
    }


OWN = _lets("111122223333", "kms:*")
SHARED = _lets(VAULT, "kms:Decrypt", "kms:CreateGrant", "kms:DescribeKey")
NO_DELETION = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteRecoveryPoint", "Resource": "*"}


def isolated(
    *,
    encrypted: bool = True,
    key: bool = False,
    key_policy: str | None = None,
    vault_key: bool = True,
    vault_policy: str | None = None,
    conditions: Any = None,
    tags: Any = None,
    aurora: bool = False,
    cluster_class: str | None = None,
) -> None:
    """A database that AWS Backup copies every day into the locked vault of another account."""
    at = Region("eu-west-1", IRELAND)
    there = pulumi.ResourceOptions(provider=Provider("vault", region="eu-west-1", allowed_account_ids=[VAULT]))
    tier = Tier(at)
    own = kms.Key("orders", policy=key_policy, opts=at.opts) if key else None
    held: dict[str, Any] = {"tags": tags, "storage_encrypted": encrypted, "kms_key_id": own.arn if own else None}
    if aurora or cluster_class:
        subnets = rds.SubnetGroup("db", subnet_ids=at.subnet_ids, opts=at.opts)
        database: Any = rds.Cluster(
            "db",
            engine="mysql" if cluster_class else "aurora-mysql",
            master_username="shop",
            db_cluster_instance_class=cluster_class,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[at.group("db", admits=tier.group).id],
            opts=at.opts,
            **held,
        )
    else:
        database = Database(at, tier, **held).instance
    lock = kms.Key("copies", opts=there) if vault_key else None
    away = backup.Vault("isolated", kms_key_arn=lock.arn if lock else None, opts=there)
    backup.VaultLockConfiguration(
        "isolated", backup_vault_name=away.name, min_retention_days=35, changeable_for_days=3, opts=there
    )
    if vault_policy:
        backup.VaultPolicy("isolated", backup_vault_name=away.name, policy=vault_policy, opts=there)
    local = backup.Vault("local", opts=at.opts)
    plan = backup.Plan(
        "daily",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": local.name,
                "schedule": "cron(0 3 * * ? *)",
                "start_window": 60,
                "copy_actions": [{"destination_vault_arn": away.arn, "lifecycle": {"delete_after": 60}}],
            }
        ],
        opts=at.opts,
    )
    backup.Selection(
        "all",
        plan_id=plan.id,
        iam_role_arn="arn:aws:iam::111122223333:role/backup",
        resources=["*"] if conditions else [database.arn],
        conditions=conditions,
        opts=at.opts,
    )


@pytest.mark.parametrize(
    ("made", "why", "said"),
    [
        ({}, Refusal.MANAGED_KEY, "no other account may use aws/rds"),
        ({"aurora": True}, Refusal.MANAGED_KEY, "`kmsKeyId` names none of your own"),
        ({"key": True, "vault_key": False}, Refusal.MANAGED_KEY, "aws/backup"),
        ({"key": True, "key_policy": _document(OWN)}, Refusal.KEY_NOT_SHARED, f"shuts account {VAULT} out"),
        (
            {"key": True, "vault_policy": _document(NO_DELETION)},
            Refusal.NOT_ADMITTED,
            "does not let account 111122223333 copy",
        ),
        ({"cluster_class": "db.r6gd.xlarge", "key": True}, Refusal.NOT_COPIED, "`dbClusterInstanceClass`"),
    ],
    ids=["AWS's key", "of Aurora", "AWS's key of the vault", "a key not shared", "a vault shut", "Multi-AZ cluster"],
)
def test_a_copy_that_its_key_or_vault_forbids_is_none(made: dict[str, Any], why: Refusal, said: str) -> None:
    found = assessed(lambda: isolated(**made))
    assert said in declared(found)[why]
    gone = outcome(found, TAKEN)
    (loss,) = gone.losses
    assert loss.total_loss
    assert gone.kind is Kind.LOST
    assert any(f.code == "BC0008" and any(said in say(seen) for seen in f.evidence) for f in found.findings)
    assert says(found, "BC0009"), "no copy is out of reach"
    assert fixes(found).startswith(("Set `kmsKey", "Let the account", "Allow the account", "Copy snapshots"))


@pytest.mark.parametrize(
    "made",
    [
        {"key": True},
        {"key": True, "key_policy": _document(OWN, SHARED)},
        {"key": True, "vault_policy": _document(_lets("111122223333", "backup:CopyIntoBackupVault"), NO_DELETION)},
        {"encrypted": False, "vault_key": False},
        {"key": True, "aurora": True},
    ],
    ids=["a key of one's own", "shared by its policy", "a vault that admits", "nothing encrypted", "of Aurora"],
)
def test_a_copy_that_nothing_forbids_counts(made: dict[str, Any]) -> None:
    found = assessed(lambda: isolated(**made))
    assert not says(found, "BC0041")
    (loss,) = outcome(found, TAKEN).losses
    assert loss.copy is not None
    assert "vault isolated" in loss.copy.name


def test_a_copy_under_a_key_that_is_looked_up_may_not_be_made() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:1])
        looked_up = kms.get_alias_output(name="alias/aws/ebs", opts=pulumi.InvokeOptions(provider=at.provider))
        key = looked_up.target_key_arn
        disk = ebs.Volume("db", availability_zone="eu-west-1a", size=9, encrypted=True, kms_key_id=key, opts=at.opts)
        away: Any = [{"destination_vault_arn": f"arn:aws:backup:eu-west-1:{VAULT}:backup-vault:away"}]
        rule: Any = {"rule_name": "daily", "target_vault_name": "Default", "copy_actions": away}
        plan = backup.Plan("daily", rules=[{**rule, "schedule": "cron(0 3 * * ? *)"}], opts=at.opts)
        backup.Selection("all", plan_id=plan.id, iam_role_arn="role", resources=[disk.arn], opts=at.opts)

    assert judgement(outcome(assessed(program), TAKEN), Objective.DATA_LOSS) is Judgement.UNKNOWN


@pytest.mark.parametrize(
    ("value", "selected"), [("gold", False), ("silver", True)], ids=["another tag", "the tag that it has"]
)
def test_a_selection_takes_what_meets_its_conditions_alone(value: str, selected: bool) -> None:
    condition = [{"string_equals": [{"key": "aws:ResourceTag/tier", "value": value}]}]
    found = store(lambda: isolated(key=True, tags={"tier": "silver"}, conditions=condition), "relational database")
    assert any("vault isolated" in copy.label for copy in found.copies) is selected


# -- replicas ---------------------------------------------------------------------------------------------------------


def twins(*, key_in: str | None = None, primary: Any = None, backed_up: int = 7) -> None:
    """A database and a replica in another region, each with servers before it."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    first = kms.Key("orders", opts=here.opts)
    second = kms.Key("copy", opts=(here if key_in == "eu-west-1" else there).opts)
    held: dict[str, Any] = {"storage_encrypted": True, "kms_key_id": first.arn} if primary is None else primary
    source = Database(here, Tier(here), days=backed_up, **held)
    more: dict[str, Any] = {"kms_key_id": second.arn} if key_in else {}
    Database(there, Tier(there), source=source, **more)


REGION = "region:aws/eu-west-1"


@pytest.mark.parametrize(
    ("made", "why", "said"),
    [
        ({}, Refusal.NO_KEY_THERE, "eu-west-1-db is encrypted, and `kmsKeyId` names no key in eu-central-1"),
        ({"key_in": "eu-west-1"}, Refusal.KEY_ELSEWHERE, "a key in eu-west-1, which does not work in eu-central-1"),
        ({"primary": {}, "key_in": "eu-central-1"}, Refusal.SOURCE_PLAIN, "eu-west-1-db is not (`storageEncrypted`)"),
        (
            {"backed_up": 0, "primary": {}},
            Refusal.SOURCE_NOT_BACKED_UP,
            "eu-west-1-db has no automated backups (`backupRetentionPeriod`)",
        ),
    ],
    ids=["no key", "a key of elsewhere", "of what is plain", "of what is not backed up"],
)
def test_a_replica_that_rds_refuses_is_none(made: dict[str, Any], why: Refusal, said: str) -> None:
    found = assessed(lambda: twins(**made))
    assert said in declared(found)[why]
    gone = outcome(found, REGION)  # of both names: the servers beside the replica would ask it for the same data
    (loss,) = gone.losses
    assert loss.total_loss
    assert gone.kind is Kind.LOST


@pytest.mark.parametrize(
    "made", [{"key_in": "eu-central-1"}, {"primary": {}}], ids=["a key there", "nothing encrypted"]
)
def test_a_replica_with_what_it_takes_is_promoted(made: dict[str, Any]) -> None:
    found = assessed(lambda: twins(**made))
    assert not says(found, "BC0041")
    (loss,) = outcome(found, REGION).losses
    assert loss.copy is not None
    assert "eu-central-1-db" in loss.copy.name


def store(program: Any, kind: str) -> Store:
    (found,) = (one for one in model(program).stores if one.kind == kind)
    return found


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("everywhere", [False, True], ids=["by its source", "global"])
def test_an_encrypted_cluster_follows_with_a_key_of_its_region_alone(keyed: bool, everywhere: bool) -> None:
    def program() -> None:
        here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
        world = rds.GlobalCluster("w", global_cluster_identifier="w", storage_encrypted=True) if everywhere else None
        log: Any = [{"name": "binlog_format", "value": "ROW"}]
        joined: dict[str, Any] = {"global_cluster_identifier": world.id} if world else {}
        first = rds.Cluster(
            "first",
            db_cluster_parameter_group_name=rds.ClusterParameterGroup(
                "log", family="aurora-mysql8.0", parameters=log, opts=here.opts
            ).name,
            engine="aurora-mysql",
            master_username="shop",
            storage_encrypted=True,
            kms_key_id=kms.Key("first", opts=here.opts).arn,
            opts=here.opts,
            **joined,
        )
        rds.Cluster(
            "second",
            engine="aurora-mysql",
            storage_encrypted=True,
            kms_key_id=kms.Key("second", opts=there.opts).arn if keyed else None,
            replication_source_identifier=None if world else first.arn,
            opts=there.opts,
            **joined,
        )

    found = store(program, "relational database")
    assert len(found.members) == (2 if keyed else 1)
    assert [one.kind for one in found.refused] == ([] if keyed else [Refusal.NO_KEY_THERE])


@pytest.mark.parametrize("keyed", [False, True])
def test_replicated_backups_of_an_encrypted_database_need_a_key_there(keyed: bool) -> None:
    def program() -> None:
        here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
        database = Database(here, None, storage_encrypted=True, kms_key_id=kms.Key("first", opts=here.opts).arn)
        rds.InstanceAutomatedBackupsReplication(
            "away",
            source_db_instance_arn=database.instance.arn,
            kms_key_id=kms.Key("second", opts=there.opts).arn if keyed else None,
            opts=there.opts,
        )

    found = store(program, "relational database")
    assert any("replicated" in copy.label for copy in found.copies) is keyed
    assert [one.kind for one in found.refused] == ([] if keyed else [Refusal.NO_KEY_THERE])


@pytest.mark.parametrize("keyed", [False, True])
def test_each_replica_of_a_table_under_ones_own_key_names_one(keyed: bool) -> None:
    def program() -> None:
        here, there = Region("eu-west-1", ()), Region("eu-central-1", ())
        other = kms.Key("second", opts=there.opts)
        dynamodb.Table(
            "carts",
            attributes=[{"name": "id", "type": "S"}],
            hash_key="id",
            server_side_encryption={"enabled": True, "kms_key_arn": kms.Key("first", opts=here.opts).arn},
            replicas=[{"region_name": "eu-central-1", **({"kms_key_arn": other.arn} if keyed else {})}],
            opts=here.opts,
        )

    found = store(program, "other")
    assert len(found.members) == (2 if keyed else 1)
    assert [one.kind for one in found.refused] == ([] if keyed else [Refusal.NO_KEY_THERE])


@pytest.mark.parametrize(
    ("settings", "key", "kinds"),
    [
        ({"enabled": True, "binary_log_enabled": True}, "europe-west4", []),
        ({"enabled": True, "binary_log_enabled": True}, None, [Refusal.NO_KEY_THERE]),
        ({"enabled": True, "binary_log_enabled": True}, "europe-west1", [Refusal.KEY_ELSEWHERE]),
        ({"enabled": True}, "europe-west4", [Refusal.SOURCE_NOT_BACKED_UP]),
    ],
    ids=["a key there", "no key", "a key of elsewhere", "no binary log"],
)
def test_a_replica_of_cloud_sql_needs_a_key_there_and_a_log(
    settings: dict[str, bool], key: str | None, kinds: list[Refusal]
) -> None:
    def program() -> None:
        cloud = pulumi.ResourceOptions(provider=gcp.Provider("gcp", project="corner", region="europe-west1"))

        def name(region: str) -> str:
            return f"projects/corner/locations/{region}/keyRings/data/cryptoKeys/orders"

        primary = gcp.sql.DatabaseInstance(
            "orders",
            database_version="MYSQL_8_0",
            region="europe-west1",
            encryption_key_name=name("europe-west1"),
            settings={"tier": "db-custom-2-8192", "backup_configuration": settings},
            opts=cloud,
        )
        gcp.sql.DatabaseInstance(
            "orders-nl",
            database_version="MYSQL_8_0",
            region="europe-west4",
            master_instance_name=primary.name,
            encryption_key_name=name(key) if key else None,
            settings={"tier": "db-custom-2-8192"},
            opts=cloud,
        )

    found = store(program, "relational database")
    assert [one.kind for one in found.refused] == kinds
    assert len(found.members) == (1 if kinds else 2)


# -- rules that leave out ---------------------------------------------------------------------------------------------

SSE = {"source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}}}


def pictures(
    *, encrypted: bool = True, versioned: bool = True, keyed: bool = False, inline: bool = False, **rule: Any
) -> None:
    """A bucket under KMS whose objects a rule replicates to another region, or is meant to."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", ())
    Tier(here)
    key = kms.Key("copies", opts=there.opts)
    copy = s3.Bucket("copy", opts=there.opts)
    to: dict[str, Any] = {"bucket": copy.arn}
    if keyed:
        to["encryption_configuration"] = {"replica_kms_key_id": key.arn}
    rules: Any = [{"id": "all", "status": "Enabled", "destination": to, **rule}]
    whole: Any = {}
    if inline:
        copied: dict[str, Any] = {"replica_kms_key_id": key.arn} if keyed else {}
        selected: dict[str, Any] = {}
        if "source_selection_criteria" in rule:
            selected = {"source_selection_criteria": {"sse_kms_encrypted_objects": {"enabled": True}}}
        old = {"id": "all", "status": "Enabled", "destination": {"bucket": copy.arn, **copied}, **selected}
        whole["replication_configuration"] = {"role": "arn:aws:iam::111122223333:role/s3", "rules": [old]}
    media = s3.Bucket("media", opts=here.opts, **whole)
    for name, bucket, at in (("media", media, here), ("copy", copy, there)):
        if versioned or name == "media":
            s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=at.opts)
    if encrypted:
        by = {"sse_algorithm": "aws:kms", "kms_master_key_id": kms.Key("media", opts=here.opts).arn}
        s3.BucketServerSideEncryptionConfiguration(
            "media", bucket=media.id, rules=[{"apply_server_side_encryption_by_default": by}], opts=here.opts
        )
    if not inline:
        s3.BucketReplicationConfig(
            "media", bucket=media.id, role="arn:aws:iam::111122223333:role/s3", rules=rules, opts=here.opts
        )
    spec = {"data": {"pictures": {"criticality": "critical", "home": "media"}}, "objectives": {"data_loss": "24h"}}
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})


@pytest.mark.parametrize(
    ("made", "why", "said"),
    [
        ({}, Refusal.NOT_SELECTED, "rule all of media leaves those out"),
        ({"inline": True}, Refusal.NOT_SELECTED, "`replicationConfiguration.rules.sourceSelectionCriteria"),
        ({"filter": {"prefix": "img/"}}, Refusal.NOT_SELECTED, "rule all of media"),
        (SSE, Refusal.NO_KEY_FOR_REPLICAS, "rule all of media names no key"),
        ({"encrypted": False, "versioned": False}, Refusal.NOT_VERSIONED, "copy keeps no versions"),
    ],
    ids=["not selected", "nor in the bucket itself", "nor by a prefix", "without a key", "without versions"],
)
def test_a_rule_that_replicates_nothing_makes_no_copy(made: dict[str, Any], why: Refusal, said: str) -> None:
    found = assessed(lambda: pictures(**made))
    assert said in declared(found)[why]
    lost = [loss for loss in outcome(found, REGION).losses if loss.store == "objects media"]
    assert [loss.total_loss for loss in lost] == [True]
    assert not any("objects copy" in r.scenario.id for r in found.scenarios), "what stays empty is no store"


@pytest.mark.parametrize(
    "made",
    [{"keyed": True, **SSE}, {"keyed": True, "inline": True, **SSE}, {"encrypted": False}],
    ids=["selected", "in the bucket itself", "nothing under KMS"],
)
def test_a_rule_that_selects_all_makes_a_copy(made: dict[str, Any]) -> None:
    found = assessed(lambda: pictures(**made))
    assert not says(found, "BC0041")
    (loss,) = (loss for loss in outcome(found, REGION).losses if loss.store == "objects media")
    assert loss.copy is not None
    assert loss.copy.name.endswith("in eu-central-1")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"prefix": "img/"}, "'img/...'"),
        ({"tag": {"key": "keep", "value": "yes"}}, "what is tagged keep=yes"),
        ({"and": {"prefix": "img/", "tags": {"keep": "yes"}}}, "'img/...' and what is tagged keep=yes"),
    ],
    ids=["prefix", "tag", "both"],
)
def test_what_lies_outside_of_a_rule_cannot_be_said_to_be_copied(chosen: Any, said: str) -> None:
    found = assessed(lambda: pictures(encrypted=False, filter=chosen))
    assert f"holds only {said}" in declared(found)[Refusal.SELECTS_PART]
    gone = outcome(found, REGION)
    assert judgement(gone, Objective.DATA_LOSS) is Judgement.UNKNOWN
    (loss,) = (loss for loss in gone.losses if loss.store == "objects media")
    assert loss.age is not None
    assert loss.age.value is None


def test_a_rule_that_is_off_makes_no_copy() -> None:
    found = model(lambda: pictures(encrypted=False, status="Disabled"))
    assert [len(one.members) for one in found.stores if one.kind == "objects"] == [1, 1]


_DAY: Any = {"year": 2026, "month": 1, "day": 1}


@pytest.mark.parametrize(
    ("job", "kinds"),
    [
        ({"schedule": {"schedule_start_date": _DAY}}, []),
        ({"schedule": {"schedule_start_date": _DAY, "schedule_end_date": _DAY}}, [Refusal.NOT_STARTED]),
        ({"event_stream": {"name": "projects/corner/subscriptions/media"}}, []),
        ({}, [Refusal.NOT_STARTED]),
        ({"event_stream": {"name": "x"}, "status": "DISABLED"}, [Refusal.NOT_STARTED]),
        ({"event_stream": {"name": "x"}, "only": {"include_prefixes": ["img/"]}}, [Refusal.SELECTS_PART]),
        ({"event_stream": {"name": "x"}, "only": {"exclude_prefixes": ["raw/"]}}, [Refusal.SELECTS_PART]),
    ],
    ids=["scheduled", "once", "by events", "by nobody", "off", "a prefix", "all but a prefix"],
)
def test_a_transfer_copies_what_it_selects_once_it_runs(job: dict[str, Any], kinds: list[Refusal]) -> None:
    def program() -> None:
        cloud = pulumi.ResourceOptions(provider=gcp.Provider("gcp", project="corner", region="europe-west1"))
        media = gcp.storage.Bucket("media", name="media", location="europe-west1", soft_delete_policy=_OFF, opts=cloud)
        copy = gcp.storage.Bucket("copy", name="copy", location="us-east1", soft_delete_policy=_OFF, opts=cloud)
        more = dict(job)
        only = more.pop("only", None)
        gcp.storage.TransferJob(
            "away",
            description="away",
            transfer_spec={
                "gcs_data_source": {"bucket_name": media.name},
                "gcs_data_sink": {"bucket_name": copy.name},
                **({"object_conditions": only} if only else {}),
            },
            opts=cloud,
            **more,
        )

    found = store(program, "objects")
    assert [one.kind for one in found.refused] == kinds
    ages = [copy.age.value is not None for copy in found.copies]
    assert ages == ([] if kinds == [Refusal.NOT_STARTED] else [not kinds])


_OFF: Any = {"retention_duration_seconds": 0}


@pytest.mark.parametrize("prefixes", [(), ("a/", "b/")], ids=["whole", "in parts"])
def test_a_bucket_that_another_follows_is_left_by_a_person(prefixes: tuple[str, ...]) -> None:
    def program() -> None:
        here, there = Region("eu-west-1", IRELAND[:1]).opts, Region("eu-central-1", FRANKFURT[:1]).opts
        media, copy = s3.Bucket("media", opts=here), s3.Bucket("copy", opts=there)
        for name, bucket, opts in (("here", media, here), ("there", copy, there)):
            kept: Any = {"status": "Enabled"}
            s3.BucketVersioning(name, bucket=bucket.id, versioning_configuration=kept, opts=opts)
        rules: Any = [
            {"id": prefix, "status": "Enabled", "filter": {"prefix": prefix}, "destination": {"bucket": copy.arn}}
            for prefix in prefixes or ("",)
        ]
        s3.BucketReplicationConfig("away", bucket=media.id, role="role", rules=rules, opts=here)

    found = assessed(program)
    gone = outcome(found, "region:aws/eu-west-1")
    assert gone.kind is Kind.PERSON
    assert judgement(gone, Objective.DATA_LOSS) is (Judgement.UNKNOWN if prefixes else Judgement.MISSED)
    assert outcome(found, "region:aws/eu-central-1").kind is Kind.UNAFFECTED
