"""A content delivery network in front: who gets around it, what it asks twice, and whom its vendor's failure hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pulumi_gcp as gcp
import pytest
from pulumi_aws.cloudfront import Distribution
from pulumi_aws.lb import ListenerRule
from pulumi_aws.route53 import Zone
from pulumi_aws.s3 import Bucket
from pulumi_aws.wafv2 import WebAcl

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.judgement.precedents import Precedents
from bcinfra.continuity.model.facts import base_rates, facts, incidents
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import record
from tests.continuity.foreign.test_behind import DUBLIN, alias, project
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.knockouts.edits import put
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier

POSTS: Final = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
READS: Final = ["GET", "HEAD"]
AROUND: Final = "around CDN"


def wall(at: Region, *, limits: bool = True, counts: bool = False) -> WebAcl:
    seen: Any = {"cloudwatch_metrics_enabled": True, "metric_name": "shop", "sampled_requests_enabled": True}
    rate: Any = {
        "name": "rate",
        "priority": 0,
        "action": {"count" if counts else "block": {}},
        "statement": {"rate_based_statement": {"limit": 1000, "aggregate_key_type": "IP"}},
        "visibility_config": seen,
    }
    rules = [rate] if limits else []
    return WebAcl(
        "wall", scope="CLOUDFRONT", default_action={"allow": {}}, rules=rules, visibility_config=seen, opts=at.opts
    )


def front(at: Region, origins: dict[str, Any], behaviours: list[Any], **more: Any) -> Distribution:
    custom: Any = {
        "http_port": 80,
        "https_port": 443,
        "origin_protocol_policy": "https-only",
        "origin_ssl_protocols": ["TLSv1.2"],
    }
    rows: list[Any] = [
        {
            "origin_id": name,
            "domain_name": host,
            **({"origin_access_control_id": "oac"} if name.startswith("files") else {"custom_origin_config": custom}),
        }
        for name, host in origins.items()
    ]
    told = [{"viewer_protocol_policy": "redirect-to-https", "cached_methods": READS, **one} for one in behaviours]
    return Distribution(
        "cdn",
        enabled=True,
        origins=rows,
        default_cache_behavior=told[0],
        ordered_cache_behaviors=told[1:],
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
        opts=at.opts,
        **more,
    )


def grouped(name: str, *members: str) -> Any:
    rows = [{"origin_id": one} for one in members]
    return {"origin_id": name, "failover_criteria": {"status_codes": [502, 503]}, "members": rows}


def everything(target: str, methods: list[str] = POSTS, **more: Any) -> Any:
    return {"target_origin_id": target, "allowed_methods": methods, **more}


# -- who gets around it ------------------------------------------------------------------------------------------------


def before_one_region(*, closed: bool = False, walled: bool = True, limits: bool = True, counts: bool = False) -> None:
    """A CDN before a load balancer, which takes requests from everybody or from one group alone."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, admits=at.group("edge") if closed else None)
    zone = Zone("zone", name="corner.example", opts=at.opts)
    more: Any = {"web_acl_id": wall(at, limits=limits, counts=counts).arn} if walled else {}
    cdn = front(at, {"pages": tier.balancer.dns_name}, [everything("pages")], **more)
    alias("corner.example", zone, cdn.domain_name, at.opts, cdn.hosted_zone_id)
    header: Any = [{"http_header": {"http_header_name": "X-Origin-Key", "values": ["secret"]}}]
    forward: Any = [{"type": "forward", "target_group_arn": tier.targets.arn}]
    ListenerRule("keyed", listener_arn=tier.listener.arn, actions=forward, conditions=header, opts=at.opts)


@pytest.mark.parametrize(
    ("program", "wanted", "around"),
    [
        (lambda: before_one_region(closed=True), Kind.RECOVERS, False),
        (lambda: before_one_region(), Kind.LOST, True),
        (lambda: before_one_region(closed=True, walled=False), Kind.LOST, False),
        (lambda: before_one_region(closed=True, limits=False), Kind.LOST, False),
        (lambda: before_one_region(closed=True, counts=True), Kind.LOST, False),
    ],
    ids=["closed, with limits", "open", "without a firewall", "without limits", "limits that only count"],
)
def test_an_edge_shields_what_nobody_reaches_around_it(program: Callable[[], None], wanted: Kind, around: bool) -> None:
    found = assessed(program)
    assert outcome(found, "flood").kind is wanted
    assert says(found, "BC0029", AROUND) is around
    assert says(found, "BC0029", "nothing absorbs floods") is (wanted is Kind.LOST)


def test_a_key_that_must_be_shown_closes_a_balancer_too() -> None:
    graph = record(before_one_region)
    listener = next(row for row in graph if row.name == "eu-west-1-web" and row.type.endswith(":Listener"))
    model = read(put(graph, listener, "defaultActions", [{"type": "fixed-response"}]))
    assert outcome(assess(with_defaults(model)), "flood").kind is Kind.RECOVERS


def run_behind_armor(ingress: str | None) -> None:
    opts = project()
    containers: Any = {"containers": [{"image": "gcr.io/shop/web:1"}]}
    run = gcp.cloudrunv2.Service("web", location="europe-west1", template=containers, ingress=ingress, opts=opts)
    group = gcp.compute.RegionNetworkEndpointGroup(
        "web", region="europe-west1", network_endpoint_type="SERVERLESS", cloud_run={"service": run.name}, opts=opts
    )
    rate: Any = [{"action": "throttle", "priority": 1, "match": {"versioned_expr": "SRC_IPS_V1"}}]
    armor = gcp.compute.SecurityPolicy("armor", rules=rate, opts=opts)
    backends: Any = [{"group": group.id}]
    service = gcp.compute.BackendService("web", backends=backends, security_policy=armor.id, opts=opts)
    urls = gcp.compute.URLMap("web", default_service=service.id, opts=opts)
    proxy = gcp.compute.TargetHttpProxy("web", url_map=urls.id, opts=opts)
    rule = gcp.compute.GlobalForwardingRule("web", target=proxy.id, port_range="80", opts=opts)
    zone = gcp.dns.ManagedZone("zone", dns_name="corner.example.", opts=opts)
    name, at = "corner.example.", [rule.ip_address]
    gcp.dns.RecordSet("shop", managed_zone=zone.name, name=name, type="A", ttl=60, rrdatas=at, opts=opts)


@pytest.mark.parametrize(
    ("ingress", "wanted"), [("INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", Kind.RECOVERS), (None, Kind.LOST)]
)
def test_cloud_run_is_reached_around_cloud_armor_unless_told_otherwise(ingress: str | None, wanted: Kind) -> None:
    found = assessed(lambda: run_behind_armor(ingress))
    assert outcome(found, "flood").kind is wanted
    assert says(found, "BC0029", "around global load balancer") is (wanted is Kind.LOST)


# -- what it asks twice ------------------------------------------------------------------------------------------------


def two_regions(behaviours: list[Any], *, files: bool = False) -> None:
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    zone = Zone("zone", name="corner.example", opts=here.opts)
    hosts: dict[str, Any] = {"one": Tier(here).balancer.dns_name}
    groups = [grouped("either", "one", "other")]
    if not files:
        hosts["other"] = Tier(there).balancer.dns_name
    else:
        hosts |= {f"files-{n}": Bucket(f"files-{n}", opts=there.opts).bucket_regional_domain_name for n in "ab"}
        groups = [grouped("files", "files-a", "files-b")]
    cdn = front(
        here, hosts if not files else {k: v for k, v in hosts.items() if k != "other"}, behaviours, origin_groups=groups
    )
    alias("corner.example", zone, cdn.domain_name, here.opts, cdn.hosted_zone_id)


def capabilities(program: Callable[[], None]) -> Assessment:
    """What is said of a program whose clients read and order."""
    model = with_defaults(read(record(program)))
    (one,) = model.capabilities
    apart = (replace(one, name="order", writes=True), replace(one, name="browse", writes=False))
    return assess(replace(model, capabilities=apart))


def kinds(found: Assessment, scenario: str) -> dict[str, Kind]:
    (result,) = (r for r in found.scenarios if r.scenario.id == scenario)
    return {one.capability: one.kind for one in result.outcomes}


def test_pages_of_one_origin_are_not_saved_by_a_path_that_has_two() -> None:
    reads = everything("either", READS, path_pattern="/c/*")
    lost = kinds(capabilities(lambda: two_regions([everything("one"), reads])), DUBLIN)
    assert not {Kind.RECOVERS, Kind.UNAFFECTED} & {*lost.values()}


def test_files_in_two_buckets_move_no_page() -> None:
    files = everything("files", READS, path_pattern="/media/*")
    lost = kinds(capabilities(lambda: two_regions([everything("one"), files], files=True)), DUBLIN)
    assert not {Kind.RECOVERS, Kind.UNAFFECTED} & {*lost.values()}


# -- whose failure it is -----------------------------------------------------------------------------------------------


def test_an_incident_of_a_vendor_hits_what_that_vendor_does_for_the_shop() -> None:
    model = with_defaults(read(record(lambda: before_one_region(closed=True))))
    named = tuple(replace(one, suppliers=("cloudflare",)) for one in model.capabilities)
    for stack, failed in ((model, "aws/cloudfront"), (replace(model, capabilities=named), "cloudflare")):
        found = Precedents(Design(stack), Rates(base_rates(), facts())).of(incidents()["cloudflare-2025-11"])
        assert found.scenario
        assert [domain.name for domain in found.scenario.failed] == [failed]
