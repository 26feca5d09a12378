"""The state's bucket is only read and protected; its copy is locked in another account."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.aws.buckets import IsolatedBucket
from bcinfra.aws.region import KeyedRegion
from bcinfra.aws.state_copy import StateCopy, StateCopyArgs
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

S3 = "aws:s3/"
PARIS, VIRGINIA = "eu-west-3", "us-east-1"
COPY = f"arn:aws:s3:::state-isolated-{ISOLATED_ACCOUNT}"


def state(account: str = ISOLATED_ACCOUNT) -> Graph:
    def program() -> None:
        StateCopy(
            "state",
            StateCopyArgs(
                bucket="acme-state",
                held=KeyedRegion(region=region(PARIS), key_arn=key_arn(PARIS)),
                isolated=IsolatedBucket(region=region(VIRGINIA, account), key_arn=key_arn(VIRGINIA, account)),
                topic_arn="arn:aws:sns:eu-west-3:111111111111:alarms",
            ),
        )

    return declare(program)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return state()


def test_what_it_is_made_of(graph: Graph) -> None:
    of_copy = ("BucketLifecycleConfiguration", "BucketObjectLockConfiguration", "BucketOwnershipControls")
    of_copy += ("BucketPolicy", "BucketServerSideEncryptionConfiguration", "BucketReplicationConfig")
    assert counts(graph) == {
        "bcinfra:aws:StateCopy": 1,
        **{f"{S3}{name[0].lower()}{name[1:]}:{name}": 1 for name in of_copy},
        **{f"{S3}bucket{name}:Bucket{name}": 2 for name in ("", "PublicAccessBlock", "Versioning")},
        "aws:cloudwatch/metricAlarm:MetricAlarm": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 2,
    }


def test_the_states_bucket_is_read_and_keeps_its_versions_once_the_component_is_gone(graph: Graph) -> None:
    bucket = one(graph, f"{S3}bucket:Bucket", "state-bucket")
    assert (bucket.external, bucket.id) == (True, "acme-state")
    for token in (f"{S3}bucketVersioning:BucketVersioning", f"{S3}bucketPublicAccessBlock:BucketPublicAccessBlock"):
        setting = one(graph, token, "state")
        assert setting.inputs["bucket"] == "acme-state"
        assert setting.options.retain_on_delete
    locked = named(graph, f"{S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert [*locked] == ["state-isolated"], "Pulumi deletes what it keeps there"


def test_each_is_in_its_own_region(graph: Graph) -> None:
    for resource in (r for r in graph if r.package == "aws"):
        assert region_of(graph, resource) == (VIRGINIA if "isolated" in resource.name else PARIS), resource.urn


def test_all_of_it_is_replicated_to_the_other_accounts_key_within_minutes(graph: Graph) -> None:
    rules: Any = one(graph, f"{S3}bucketReplicationConfig:BucketReplicationConfig", "state-replication").inputs["rules"]
    (rule,) = rules
    assert rule["destination"] == {
        "bucket": COPY,
        "account": ISOLATED_ACCOUNT,
        "accessControlTranslation": {"owner": "Destination"},
        "encryptionConfiguration": {"replicaKmsKeyId": key_arn(VIRGINIA, ISOLATED_ACCOUNT)},
        "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
        "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
    }
    assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
    assert rule["filter"] == {"prefix": ""}


def test_the_other_account_may_only_add_to_the_copy(graph: Graph) -> None:
    policy = one(graph, f"{S3}bucketPolicy:BucketPolicy", "state-isolated")
    (let_in,) = [s for s in statements(policy) if s["Effect"] == "Allow"]
    assert let_in["Principal"] == {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/state-replication"]}
    assert set(let_in["Action"]) == {
        "s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner",
    }  # fmt: skip


def test_one_object_that_is_not_copied_is_told_of(graph: Graph) -> None:
    alarm = one(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "state-failing").inputs
    assert alarm["dimensions"] == {
        "SourceBucket": "acme-state",
        "DestinationBucket": COPY.rpartition(":")[2],
        "RuleId": "isolated",
    }
    assert (alarm["evaluationPeriods"], alarm["threshold"]) == (1, 0.0)
    assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-3:111111111111:alarms"]


def test_a_copy_in_the_same_account_is_refused() -> None:
    with pytest.raises(Exception, match=f"isolated.region: is in account {ACCOUNT} like the bucket"):
        state(ACCOUNT)
