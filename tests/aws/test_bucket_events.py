from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.aws.bucket_events import BucketEvents, BucketEventsArgs
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, key_arn, one, region, statements
from tests.helpers import refusals, row

BUCKET, SUBJECT = "arn:aws:s3:::acme-media", "112233445566778899000"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:media"


def args(account: str | None = ACCOUNT, **more: Any) -> BucketEventsArgs:
    given: dict[str, Any] = {
        "bucket": "acme-media",
        "bucket_arn": BUCKET,
        "key_arn": key_arn("eu-west-1"),
        "subject": SUBJECT,
    }
    return BucketEventsArgs(region=region(account=account), **{**given, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: BucketEvents("media", args()))


def test_a_queue_takes_the_events_and_a_role_reads_them(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:BucketEvents": 1,
        "aws:sqs/queue:Queue": 1,
        "aws:sqs/queuePolicy:QueuePolicy": 1,
        "aws:s3/bucketNotification:BucketNotification": 1,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
    }


def test_every_write_is_told_once_the_queue_takes_it(graph: Graph) -> None:
    told = row(graph, "BucketNotification", "media")
    (queue,) = told.inputs["queues"]  # type: ignore[misc]
    assert queue["events"] == ["s3:ObjectCreated:*"]  # type: ignore[index]
    assert row(graph, "QueuePolicy", "media").urn in told.dependencies
    assert row(graph, "Queue", "media").inputs["messageRetentionSeconds"] == 7 * 24 * 3600


def test_only_this_bucket_writes_into_the_queue(graph: Graph) -> None:
    allowed, denied = statements(row(graph, "QueuePolicy", "media"))
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": BUCKET},
    }
    assert (allowed["Action"], allowed["Resource"]) == (["sqs:SendMessage"], [QUEUE])
    assert denied["Effect"] == "Deny"


def test_one_account_of_google_s_takes_the_role_with_a_token_and_there_is_no_key(graph: Graph) -> None:
    trust = json.loads(str(one(graph, "aws:iam/role:Role", "media").inputs["assumeRolePolicy"]))["Statement"]
    assert trust == [
        {
            "Effect": "Allow",
            "Principal": {"Federated": "accounts.google.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.google.com:sub": SUBJECT}},
        }
    ]
    assert not [r.urn for r in graph if "accessKey" in r.type]


def test_the_role_changes_nothing_in_the_bucket(graph: Graph) -> None:
    actions = {action for s in statements(row(graph, "RolePolicy", "media")) for action in s["Action"]}
    assert actions == {
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:ReceiveMessage",
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "kms:Decrypt",
    }


def test_wrong_arguments_are_named() -> None:
    assert refusals(lambda: args(account=None)) == ["region.account: is needed here"]
    assert len(refusals(lambda: args(subject="project-1@storage-transfer-service.iam.gserviceaccount.com"))) == 1
