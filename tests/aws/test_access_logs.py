"""Who asked for what: requests of load balancers, questions for names."""

from __future__ import annotations

import json
from typing import Any

from bcinfra.aws import AccessLogs, AccessLogsArgs, PublicZone, PublicZoneArgs
from tests.aws.conftest import counts, declare, region
from tests.helpers import row


def statements(policy: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(str(policy))["Statement"]
    return [one for one in found if one["Effect"] == "Allow"]


def test_load_balancers_of_the_account_write_and_nobody_reads() -> None:
    graph = declare(lambda: AccessLogs("logs", AccessLogsArgs(region=region("eu-west-1"), days=30)) and None)
    assert counts(graph) == {
        "bcinfra:aws:AccessLogs": 1,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
    }
    (writes,) = statements(row(graph, "BucketPolicy", "logs").inputs["policy"])
    assert writes["Principal"] == {"Service": ["logdelivery.elasticloadbalancing.amazonaws.com"]}
    assert writes["Action"] == ["s3:PutObject"]
    assert all(str(at).endswith("/*/AWSLogs/111111111111/*") for at in writes["Resource"])
    (rule,) = row(graph, "BucketLifecycleConfiguration", "logs").inputs["rules"]  # type: ignore[misc]
    assert rule["expiration"] == {"days": 30}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 7}, "what has expired does not stay as a version"


def test_flow_logs_are_delivered_by_nobody_else_and_for_this_account_alone() -> None:
    graph = declare(lambda: AccessLogs("logs", AccessLogsArgs(region=region("us-east-1"), delivered=True)) and None)
    writes, looks = statements(row(graph, "BucketPolicy", "logs").inputs["policy"])
    assert writes["Principal"] == looks["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    assert (writes["Action"], looks["Action"]) == (["s3:PutObject"], ["s3:GetBucketAcl"])
    for one in (writes, looks):
        assert one["Condition"]["StringEquals"]["aws:SourceAccount"] == "111111111111"


def test_questions_are_logged_where_it_is_asked_for() -> None:
    def program() -> None:
        PublicZone("dns", PublicZoneArgs(region=region("us-east-1"), domain="shop.example", log_days=90))

    graph = declare(program)
    assert counts(graph) == {
        "bcinfra:aws:PublicZone": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": 1,
        "aws:route53/queryLog:QueryLog": 1,
        "aws:route53/zone:Zone": 1,
    }
    (writes,) = statements(row(graph, "LogResourcePolicy", "dns-queries").inputs["policyDocument"])
    assert writes["Principal"] == {"Service": ["route53.amazonaws.com"]}
    assert writes["Resource"] == ["arn:aws:logs:us-east-1:111111111111:log-group:/aws/route53/dns:*"]
    assert writes["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}
    assert row(graph, "LogGroup", "dns-queries").inputs["retentionInDays"] == 90
