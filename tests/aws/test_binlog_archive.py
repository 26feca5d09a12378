"""The archive of binary logs: who may write it, who can end it, and who is told that nothing arrives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws.binlog_archive import BinlogArchive, BinlogArchiveArgs, BinlogSource
from bcinfra.aws.buckets import IsolatedBucket, LockMode
from bcinfra.aws.replicas import Reach
from bcinfra.graph import RecordError
from bcinfra.graph.core.model import Graph
from bcinfra.operations import archive_binlogs
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

SITES = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
BUCKET = f"arn:aws:s3:::log-vault-{ISOLATED_ACCOUNT}"
TOPIC = f"arn:aws:sns:us-east-1:{ISOLATED_ACCOUNT}:alarms"


def source(site: str) -> BinlogSource:
    name = SITES[site]
    return BinlogSource(
        region=region(name),
        key_arn=key_arn(name),
        vpc_id="vpc-1",
        subnet_ids={"az1": "subnet-1", "az2": "subnet-2"},
        host=f"{site}.db.example",
        database=Reach(security_group_id="sg-1", port=3306),
        image=f"{ACCOUNT}.dkr.ecr.{name}.amazonaws.com/archive-binlogs:1.0.0",
    )


def archive(*, account: str = ISOLATED_ACCOUNT, **args: Any) -> Graph:
    def program() -> None:
        vault = IsolatedBucket(
            region=region("us-east-1", account), key_arn=key_arn("us-east-1", account), mode=LockMode.COMPLIANCE
        )
        BinlogArchive(
            "log",
            BinlogArchiveArgs(
                **{
                    "sites": {site: source(site) for site in SITES},
                    "vault": vault,
                    "topic_arn": TOPIC,
                    "username": "archive",
                    "password": "hush",
                    **args,
                }
            ),
        )

    return declare(program)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return archive()


def test_all_that_it_declares(graph: Graph):
    assert counts(graph) == {
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 2,
        "aws:ec2/securityGroup:SecurityGroup": 2,
        "aws:ecs/cluster:Cluster": 2,
        "aws:ecs/service:Service": 2,
        "aws:ecs/taskDefinition:TaskDefinition": 2,
        "aws:iam/role:Role": 6,
        "aws:iam/rolePolicy:RolePolicy": 6,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketMetric:BucketMetric": 2,
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
        "aws:scheduler/schedule:Schedule": 2,
        "aws:ssm/parameter:Parameter": 4,
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 4,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 2,
        "bcinfra:aws:BinlogArchive": 1,
        "bcinfra:aws:Parameters": 2,
    }


def test_readers_add_and_list_and_nothing_else(graph: Graph):
    for site, name in SITES.items():
        role = one(graph, "aws:iam/rolePolicy:RolePolicy", f"log-{site}")
        assert [(row["Action"], row["Resource"]) for row in statements(role)] == [
            (["s3:PutObject"], [f"{BUCKET}/*"]),
            (["s3:ListBucket"], [BUCKET]),
            (["kms:GenerateDataKey"], [key_arn("us-east-1", ISOLATED_ACCOUNT)]),
        ]
        assert region_of(graph, role) == name
    policy = one(graph, "aws:s3/bucketPolicy:BucketPolicy", "log-vault")
    allowed = [(row["Action"], row["Principal"]) for row in statements(policy) if row["Effect"] == "Allow"]
    writers = {"AWS": [f"arn:aws:iam::{ACCOUNT}:role/log-{site}" for site in SITES]}
    assert allowed == [(["s3:PutObject"], writers), (["s3:ListBucket"], writers)]


def test_nobody_ends_the_lock(graph: Graph):
    lock = one(graph, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "log-vault")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": "COMPLIANCE", "days": 30}}
    (bucket,) = graph.of_type("aws:s3/bucket:Bucket")
    assert bucket.inputs["objectLockEnabled"] is True
    (rule,) = one(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "log-vault").inputs[
        "rules"
    ]  # type: ignore[misc]
    assert rule["expiration"] == {"days": 35}  # type: ignore[index,call-overload]


def test_silence_is_an_alarm_where_the_log_arrives(graph: Graph):
    alarms = named(graph, "aws:cloudwatch/metricAlarm:MetricAlarm")
    alarm = alarms["log-silent"]
    assert (alarm.inputs["treatMissingData"], alarm.inputs["threshold"]) == ("breaching", 1.0)
    assert alarm.inputs["period"] * alarm.inputs["evaluationPeriods"] == 600  # type: ignore[operator]
    metric = one(graph, "aws:s3/bucketMetric:BucketMetric", "log-silent")
    assert metric.inputs["filter"] == {"prefix": "beats/"}
    assert alarms["log-gap"].inputs["treatMissingData"] == "notBreaching"
    for alarm in alarms.values():
        assert region_of(graph, alarm) == "us-east-1"
        assert alarm.inputs["alarmActions"] == [TOPIC]


def test_two_readers_in_different_zones_run_what_the_tests_run(graph: Graph):
    for site in SITES:
        service = one(graph, "aws:ecs/service:Service", f"log-{site}")
        assert service.inputs["desiredCount"] == 2
        assert service.inputs["availabilityZoneRebalancing"] == "ENABLED"
        task = one(graph, "aws:ecs/taskDefinition:TaskDefinition", f"log-{site}")
        (container,) = json.loads(str(task.inputs["containerDefinitions"]))
        assert container["command"] == ["python", "-m", archive_binlogs.__name__.rsplit(".", 1)[1], "read"]
        told = {row["name"] for row in (*container["environment"], *container["secrets"])}
        assert {
            "BINLOG_BUCKET",
            "BUCKET_REGION",
            "MYSQL_HOST",
            "MYSQL_PORT",
            "MYSQL_USER",
            "MYSQL_PWD",
            "READER",
        } <= told
        target = one(graph, "aws:scheduler/schedule:Schedule", f"log-{site}-manifest").inputs["target"]
        assert json.loads(target["input"])["containerOverrides"][0]["command"][-1] == "manifest"  # type: ignore[index,call-overload,arg-type]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"account": ACCOUNT}, "also holds site 'dublin'; whoever takes that account takes the archive"),
        ({"keep_days": 7}, "keep_days: 7 is less than the lock's 30 days"),
    ],
)
def test_what_would_be_no_archive_is_refused(args: dict[str, Any], said: str):
    with pytest.raises(RecordError, match=said):
        archive(**args)
