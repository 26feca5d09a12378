"""Pages for the day on which the shop is down, at Google Cloud."""

from __future__ import annotations

from typing import Any

from bcinfra.gcp import StaticPage, StaticPageArgs
from tests.gcp.conftest import counts, declare, needs, nested, region
from tests.helpers import row

KEPT = "public, max-age=30"
PAGES = {"index.html": "<h1>Call us</h1>", "closed.html": "<h1>Closed</h1>", "status.html": "<h1>Open</h1>"}


def page(**changes: Any) -> None:
    StaticPage("page", StaticPageArgs(region=region("europe-west3"), domain="help.example", pages=PAGES, **changes))


def test_files_answer_under_addresses_that_stay_for_both_names() -> None:
    graph = declare(lambda: page(shop="shop.example", mail_servers=("10 mx.example",)))
    made = counts(graph)
    assert {kind: made[kind] for kind in ("Bucket", "BackendBucket", "BucketObject", "GlobalAddress", "URLMap")} == {
        "Bucket": 1,
        "BackendBucket": 1,
        "BucketObject": 3,
        "GlobalAddress": 2,
        "URLMap": 2,
    }
    assert row(graph, "BucketIAMMember", "page-everybody").inputs["member"] == "allUsers"
    urls = row(graph, "URLMap", "page-urls")
    (shop,) = nested(urls, "pathMatchers")
    assert nested(urls, "hostRules")[0]["hosts"] == ["shop.example", "*.shop.example"]
    (rule,) = shop["defaultCustomErrorResponsePolicy"]["errorResponseRules"]
    assert (rule["path"], rule["overrideResponseCode"]) == ("/closed.html", 503)
    # the shop's own project proves the same domain: each has a record of its own
    assert row(graph, "DnsAuthorization", "page-shop-example-proof").inputs["type"] == "PER_PROJECT_RECORD"
    assert row(graph, "BucketObject", "page-status.html").options.ignore_changes == ("source",)
    assert row(graph, "RecordSet", "page-help.example-MX").inputs["rrdatas"] == ["10 mx.example."]


def test_edges_go_on_to_show_what_nobody_replaces_on_the_day() -> None:
    graph = declare(page)
    served = row(graph, "BackendBucket", "page-files")
    assert served.inputs["enableCdn"] is True
    assert nested(served, "cdnPolicy")["serveWhileStale"] == 604_800
    kept = {name: row(graph, "BucketObject", f"page-{name}").inputs["cacheControl"] for name in PAGES}
    assert kept == {"index.html": KEPT, "closed.html": KEPT, "status.html": "no-store"}


def test_a_policy_before_the_edges_refuses_ranges_and_counts_nothing() -> None:
    graph = declare(lambda: page(refused=frozenset({"203.0.113.0/24"})))
    assert needs(graph, row(graph, "BackendBucket", "page-files"), "edgeSecurityPolicy") == {"page-edge"}
    policy = row(graph, "SecurityPolicy", "page-edge")
    assert policy.inputs["type"] == "CLOUD_ARMOR_EDGE"
    assert [rule["action"] for rule in nested(policy, "rules")] == ["deny(403)", "allow"]


def test_alone_it_answers_under_its_own_name_alone() -> None:
    graph = declare(page)
    assert nested(row(graph, "URLMap", "page-urls")).get("pathMatchers") is None
    assert counts(graph)["DnsAuthorization"] == 1
