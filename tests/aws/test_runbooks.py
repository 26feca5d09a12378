"""The runbook on ground of its own."""

from __future__ import annotations

import json

import pulumi

from bcinfra.aws import Runbooks, RunbooksArgs
from tests.aws.conftest import counts, declare, region
from tests.helpers import refusals, row

PAGES = {"routine.html": pulumi.StringAsset("Look from outside.")}
READER = "arn:aws:iam::777788889999:role/on-call"


def test_named_readers_and_nobody_else_read_its_pages() -> None:
    def program() -> None:
        Runbooks("runbook", RunbooksArgs(region=region("ca-central-1"), pages=PAGES, readers=(READER,)))

    graph = declare(program)
    assert counts(graph) == {
        "bcinfra:aws:Runbooks": 1,
        "aws:s3/bucket:Bucket": 1,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
        "aws:s3/bucketObjectv2:BucketObjectv2": 1,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
        "aws:s3/bucketPolicy:BucketPolicy": 1,
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
        "aws:s3/bucketVersioning:BucketVersioning": 1,
    }
    assert row(graph, "BucketPublicAccessBlock", "runbook").inputs["restrictPublicBuckets"] is True
    allowed = [
        one
        for one in json.loads(str(row(graph, "BucketPolicy", "runbook").inputs["policy"]))["Statement"]
        if one["Effect"] == "Allow"
    ]
    assert {(*one["Principal"]["AWS"], *one["Action"]) for one in allowed} == {
        (READER, "s3:GetObject"),
        (READER, "s3:ListBucket"),
    }
    assert row(graph, "BucketObjectv2", "runbook-routine.html").inputs["key"] == "runbook/routine.html"


def test_a_whole_account_is_refused() -> None:
    whole = ("arn:aws:iam::777788889999:root",)
    said = refusals(lambda: RunbooksArgs(region=region("ca-central-1"), pages=PAGES, readers=whole))
    assert said == ["readers[0]: is not of the form that is asked"]
