"""The runbook on ground of its own."""

from __future__ import annotations

import pulumi

from bcinfra.gcp import Runbooks, RunbooksArgs
from tests.gcp.conftest import counts, declare, region
from tests.helpers import refusals, row, rows

PAGES = {"routine.html": pulumi.StringAsset("Look from outside.")}


def test_named_readers_and_nobody_else_read_its_pages() -> None:
    def program() -> None:
        readers = ("group:on-call@help.example", "user:ada@help.example")
        Runbooks("runbook", RunbooksArgs(region=region("us-east4"), pages=PAGES, readers=readers))

    graph = declare(program)
    assert counts(graph) == {"Bucket": 1, "BucketIAMMember": 2, "BucketObject": 1}
    assert row(graph, "Bucket", "runbook").inputs["publicAccessPrevention"] == "enforced"
    assert {str(one.inputs["role"]) for one in rows(graph, "BucketIAMMember").values()} == {
        "roles/storage.objectViewer"
    }
    assert row(graph, "BucketObject", "runbook-routine.html").inputs["name"] == "runbook/routine.html"


def test_everybody_is_refused() -> None:
    at = "us-east4"
    said = refusals(lambda: RunbooksArgs(region=region(at), pages=PAGES, readers=("allUsers",)))
    assert said == ["readers[0]: is not of the form that is asked"]
