"""The runbook on ground of its own."""

from __future__ import annotations

import json

import pulumi

from bcinfra.aws import Runbooks, RunbooksArgs
from tests.aws.conftest import declare, region
from tests.helpers import refusals, row

PAGES = {"routine.html": pulumi.StringAsset("Look from outside.")}
READER = "arn:aws:iam::777788889999:role/on-call"


def test_named_readers_and_nobody_else_read_its_pages() -> None:
    def program() -> None:
        Runbooks("runbook", RunbooksArgs(region=region("ca-central-1"), pages=PAGES, readers=(READER,)))

    graph = declare(program)
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
    assert "should match pattern" in said[0]
