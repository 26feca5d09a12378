"""CloudFront in front of a shop: what it may ask twice, what only it may ask, and what its edges hold back."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from bcinfra.aws.edge import ALL_OF_VIEWER, AS_ORIGIN_SAYS, CACHED, NOT_CACHED, Edge, EdgeArgs
from bcinfra.aws.firewall import FirewallArgs
from bcinfra.graph.core.model import Graph, Secret
from bcinfra.modes import Modes
from tests.aws.conftest import counts, declare, key_arn, region
from tests.helpers import refusals, row

MEDIA = {"dublin": "media-dublin.s3.eu-west-1.amazonaws.com", "turin": "media-turin.s3.eu-south-1.amazonaws.com"}
TOPIC = "arn:aws:sns:us-east-1:111111111111:alarms"


def args(**changes: Any) -> EdgeArgs:
    usual: dict[str, Any] = {
        "region": region("us-east-1"),
        "domain": "shop.example",
        "certificate_arn": "arn:aws:acm:us-east-1:111111111111:certificate/shop",
        "origin": "origin.shop.example",
        "failover": "turin.elb.amazonaws.com",
        "reading": ("/", "/c/*"),
        "key": pulumi.Output.secret("0123456789abcdef"),
        "media": MEDIA,
        "media_primary": "turin",
        "topic_arn": TOPIC,
        "log_key_arn": key_arn("us-east-1"),
    }
    return EdgeArgs(**{**usual, **changes})


def edge(**changes: Any) -> Graph:
    return declare(lambda: Edge("edge", args(**changes)))


@pytest.fixture(scope="module")
def whole() -> Graph:
    return edge()


def inputs(graph: Graph) -> Any:
    return row(graph, "Distribution", "edge").inputs


def test_what_it_is_made_of(whole: Graph) -> None:
    assert counts(whole) == {
        "bcinfra:aws:Edge": 1,
        "bcinfra:aws:Firewall": 1,
        "aws:cloudfront/distribution:Distribution": 1,
        "aws:cloudfront/originAccessControl:OriginAccessControl": 1,
        "aws:cloudwatch/logDelivery:LogDelivery": 1,
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": 1,
        "aws:cloudwatch/logDeliverySource:LogDeliverySource": 1,
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 1,
        "aws:wafv2/webAcl:WebAcl": 1,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
    }


def test_only_what_is_read_may_be_asked_twice(whole: Graph) -> None:
    found = inputs(whole)
    assert found["defaultCacheBehavior"]["targetOriginId"] == "pages"
    assert "POST" in found["defaultCacheBehavior"]["allowedMethods"]
    groups = {group["originId"]: [one["originId"] for one in group["members"]] for group in found["originGroups"]}
    assert groups == {"pages-or-other": ["pages", "pages-failover"], "media-or-other": ["media-turin", "media-dublin"]}
    behaviours = {one["pathPattern"]: one for one in found["orderedCacheBehaviors"]}
    assert [*behaviours] == ["/media/*", "/", "/c/*"]
    for one in behaviours.values():
        assert one["targetOriginId"] in groups
        assert set(one["allowedMethods"]) == {"GET", "HEAD", "OPTIONS"}
    assert behaviours["/media/*"]["cachePolicyId"] == CACHED
    assert behaviours["/c/*"]["cachePolicyId"] == AS_ORIGIN_SAYS


def test_a_dead_origin_is_left_in_seconds_and_knows_the_edge_by_its_key(whole: Graph) -> None:
    origins = {one["originId"]: one for one in inputs(whole)["origins"]}
    assert {(one["connectionAttempts"], one["connectionTimeout"]) for one in origins.values()} == {(2, 3)}
    for page in ("pages", "pages-failover"):
        assert [one["name"] for one in origins[page]["customHeaders"]] == ["X-Origin-Key"]
        assert origins[page]["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert "customHeaders" not in origins["media-turin"], "nobody else's bucket is told the key"


def test_the_origin_sees_the_host_that_its_certificate_is_for(whole: Graph) -> None:
    assert inputs(whole)["defaultCacheBehavior"]["originRequestPolicyId"] == ALL_OF_VIEWER


def test_a_shop_that_keeps_nothing_keeps_no_page_here() -> None:
    found = inputs(edge(cached=False, media={}, media_primary=None))
    pages = [found["defaultCacheBehavior"], *found["orderedCacheBehaviors"]]
    assert {one["cachePolicyId"] for one in pages} == {NOT_CACHED}
    assert [group["originId"] for group in found["originGroups"]] == ["pages-or-other"]


def test_without_another_host_there_is_no_group() -> None:
    found = inputs(edge(failover=None, reading=(), media={"dublin": MEDIA["dublin"]}, media_primary=None))
    assert not found.get("originGroups")
    assert [one["targetOriginId"] for one in found["orderedCacheBehaviors"]] == ["media-dublin"]


def test_its_firewall_stands_at_the_edges(whole: Graph) -> None:
    acl = row(whole, "WebAcl", "edge-firewall-acl")
    assert acl.inputs["scope"] == "CLOUDFRONT"
    assert row(whole, "Distribution", "edge").property_dependencies["webAclId"] == (acl.urn,)


def test_requests_are_logged_and_errors_told(whole: Graph) -> None:
    assert row(whole, "LogDeliverySource", "edge-requests").inputs["logType"] == "ACCESS_LOGS"
    assert row(whole, "LogGroup", "edge-requests").inputs["retentionInDays"] == 90
    alarm = row(whole, "MetricAlarm", "edge-errors").inputs
    assert (alarm["metricName"], [*alarm["alarmActions"]]) == ("5xxErrorRate", [TOPIC])


def test_shield_advanced_and_an_origin_shield_are_for_those_who_ask() -> None:
    found = edge(shield_advanced=True, shield_region="eu-south-1")
    assert row(found, "Protection", "edge-shield").inputs["resourceArn"]
    shields = [one.get("originShield") for one in inputs(found)["origins"]]
    assert shields[0] == {"enabled": True, "originShieldRegion": "eu-south-1"}


def test_what_cloudfront_would_refuse_is_refused_here() -> None:
    told = refusals(lambda: args(region=region("eu-west-1"), failover=None, media_primary="paris"))
    assert [text.partition(":")[0] for text in told] == ["region", "media_primary", "reading"]


def test_a_worldwide_firewall_stands_before_distributions_alone() -> None:
    told = refusals(
        lambda: FirewallArgs(region=region("eu-west-1"), worldwide=True, load_balancer_arns={"web": "arn:aws:web"})
    )
    assert [text.partition(":")[0] for text in told] == ["load_balancer_arns", "region"]


def modes() -> Modes:
    return Modes(page="https://help.example/", key=pulumi.Output.secret("0123456789abcdef"), health="/health")


def test_one_value_that_people_change_says_what_is_shown() -> None:
    graph = declare(lambda: Edge("edge", args(modes=modes(), unchecked=("/hooks/a.b/*",), unchallenged=("^/api/",))))
    store, function = row(graph, "KeyValueStore", "edge-modes"), row(graph, "Function", "edge-modes")
    keys = {one.inputs["key"]: one for one in graph.of_type("aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey")}
    assert keys["mode"].inputs["value"] == "open"
    assert keys["mode"].options.ignore_changes == ("value",)
    assert isinstance(keys["key"].inputs["value"], Secret)
    assert all(store.urn in one.property_dependencies["keyValueStoreArn"] for one in keys.values())
    assert store.urn in function.property_dependencies["keyValueStoreAssociations"]
    told = json.loads(str(function.inputs["code"]).split("\n")[0].removeprefix("const SETTINGS = ").removesuffix(";"))
    assert told == {"page": "https://help.example/", "health": "/health", "passing": ["^/api/", "^/hooks/a\\.b/.*$"]}
    assert len(str(function.inputs["code"])) < 10_240
    found = inputs(graph)
    asked = [found["defaultCacheBehavior"], *found["orderedCacheBehaviors"]]
    assert [one.get("functionAssociations", [{}])[0].get("eventType") for one in asked] == [
        "viewer-request",
        None,  # files
        "viewer-request",
        "viewer-request",
    ]
    policy = row(graph, "Policy", "edge-modes-operators")
    assert store.urn in policy.property_dependencies["policy"]


def test_a_function_that_is_too_long_is_refused() -> None:
    told = refusals(lambda: args(modes=modes(), unchecked=tuple(f"/{i}{'x' * 900}/*" for i in range(8))))
    assert [text.partition(":")[0] for text in told] == ["modes"]
