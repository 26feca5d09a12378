"""What a front fetches for some paths: a site that lacks it does not take over, though the rest is there."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.cloudfront import Distribution
from pulumi_aws.route53 import Record, Zone
from pulumi_gcp.cloudrunv2 import Service as CloudRun
from pulumi_gcp.compute import (
    BackendService,
    GlobalAddress,
    GlobalForwardingRule,
    HealthCheck,
    RegionNetworkEndpointGroup,
    TargetHttpsProxy,
    URLMap,
)
from pulumi_gcp.spanner import Database as SpannerDatabase, Instance as SpannerInstance

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as google
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier

ORIGIN: Any = {
    "http_port": 80,
    "https_port": 443,
    "origin_protocol_policy": "https-only",
    "origin_ssl_protocols": ["TLSv1.2"],
}
ALL: Any = {
    "viewer_protocol_policy": "https-only",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
}


def cdn(default: tuple[str, ...], api: tuple[str, ...], *, named: bool = True) -> None:
    """A distribution before tiers of two regions. ``default`` and ``api``: the tiers, as ``region-tier``, that it
    fetches what it shows first and ``/api/*`` from; of several the first that answers."""
    at = {"ie": Region("eu-west-1", IRELAND), "de": Region("eu-central-1", FRANKFURT)}
    zone = Zone("zone", name="shop.example", opts=at["ie"].opts)
    origins: list[Any] = []
    for id in dict.fromkeys((*default, *api)):
        tier = Tier(at[id[:2]], name=id[3:])
        front: Any = {"name": tier.balancer.dns_name, "zone_id": tier.balancer.zone_id, "evaluate_target_health": True}
        host = f"{id}.shop.example"
        if named:
            Record(id, zone_id=zone.zone_id, name=host, type="A", aliases=[front], opts=at["ie"].opts)
        origins.append(
            {"origin_id": id, "domain_name": host if named else tier.balancer.dns_name, "custom_origin_config": ORIGIN}
        )
    grouped = {"+".join(ids): ids for ids in (default, api) if len(ids) > 1}
    first: Any = {"target_origin_id": "+".join(default), **ALL}
    further: Any = {"path_pattern": "/api/*", "target_origin_id": "+".join(api), **ALL}
    front = Distribution(
        "cdn",
        enabled=True,
        origins=origins,
        origin_groups=[
            {"origin_id": id, "failover_criteria": {"status_codes": [503]}, "members": [{"origin_id": m} for m in ids]}
            for id, ids in grouped.items()
        ]
        or None,
        default_cache_behavior=first,
        ordered_cache_behaviors=[further],
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={"cloudfront_default_certificate": True},
        opts=at["ie"].opts,
    )
    led: Any = {"name": front.domain_name, "zone_id": front.hosted_zone_id, "evaluate_target_health": False}
    Record("shop", zone_id=zone.zone_id, name="shop.example", type="A", aliases=[led], opts=at["ie"].opts)


def shop(found: Assessment, region: str) -> Outcome:
    """What the loss of a region does to the shop's own name."""
    (lost,) = (one for one in found.scenarios if one.scenario.id == f"region:aws/{region}")
    return next(one for one in lost.outcomes if one.capability == "shop.example")


@pytest.mark.parametrize(
    ("default", "api", "right"),
    [
        (("ie-web",), ("ie-web", "de-web"), (Kind.LOST, Kind.UNAFFECTED)),
        (("ie-web", "de-web"), ("ie-api",), (Kind.LOST, Kind.UNAFFECTED)),
        (("ie-web",), ("de-api",), (Kind.LOST, Kind.LOST)),
        (("ie-web", "de-web"), ("ie-api", "de-api"), (Kind.DEGRADED, Kind.UNAFFECTED)),
        (("ie-web", "de-web"), ("ie-web", "de-web"), (Kind.RECOVERS, Kind.UNAFFECTED)),
    ],
)
def test_what_only_some_paths_need_is_needed(
    default: tuple[str, ...], api: tuple[str, ...], right: tuple[Kind, Kind]
) -> None:
    found = assessed(lambda: cdn(default, api))
    assert (shop(found, "eu-west-1").kind, shop(found, "eu-central-1").kind) == right


def test_origins_that_only_the_deployment_tells_apart_move_nobody_for_sure() -> None:
    found = assessed(lambda: cdn(("ie-web", "de-web"), ("ie-api",), named=False))
    gone = shop(found, "eu-west-1")
    assert gone.kind not in (Kind.RECOVERS, Kind.DEGRADED, Kind.UNAFFECTED)
    assert any("which of its origins stands in region aws/eu-west-1" in say(reason) for reason in gone.reasons)
    alike = assessed(lambda: cdn(("ie-web", "de-web"), ("ie-api", "de-api"), named=False))
    assert shop(alike, "eu-west-1").kind is Kind.DEGRADED, "one of each in each region"


def url_map(*api: str) -> None:
    """A worldwide balancer before two regions, whose ``/api/*`` goes to others of the regions named."""
    at = {name: google.Region(name) for name in (google.BELGIUM, google.FRANKFURT)}
    opts = at[google.BELGIUM].opts
    check = HealthCheck("up", http_health_check={"port": 8080}, opts=opts)
    groups = {name: google.Group(region).manager.instance_group for name, region in at.items()}

    def service(name: str, regions: tuple[str, ...]) -> BackendService:
        backends: Any = [{"group": groups[one]} for one in regions]
        return BackendService(name, backends=backends, health_checks=check.id, opts=opts)

    web, other = service("web", tuple(at)), service("api", api)
    rules: Any = [{"paths": ["/api/*"], "service": other.id}]
    routes = URLMap(
        "shop",
        default_service=web.id,
        host_rules=[{"hosts": ["*"], "path_matcher": "all"}],
        path_matchers=[{"name": "all", "default_service": web.id, "path_rules": rules}],
        opts=opts,
    )
    proxy = TargetHttpsProxy("shop", url_map=routes.id, ssl_certificates=["own"], opts=opts)
    address = GlobalAddress("shop", opts=opts)
    GlobalForwardingRule("shop", target=proxy.id, port_range="443", ip_address=address.address, opts=opts)


def test_a_service_of_one_region_for_some_paths_keeps_the_other_from_taking_over() -> None:
    one, both = assessed(lambda: url_map(google.BELGIUM)), assessed(lambda: url_map(google.BELGIUM, google.FRANKFURT))
    assert outcome(one, f"region:gcp/{google.BELGIUM}").kind is Kind.LOST
    assert outcome(both, f"region:gcp/{google.BELGIUM}").kind in (Kind.RECOVERS, Kind.DEGRADED)


def anywhere(*, watched: bool) -> None:
    """Cloud Run in two regions behind one address; the orders are in the first."""
    opts = google.Region(google.BELGIUM).opts
    instance = SpannerInstance("i", config=f"regional-{google.BELGIUM}", display_name="i", num_nodes=1, opts=opts)
    orders = SpannerDatabase("orders", instance=instance.name, opts=opts)
    backends: list[Any] = []
    for region in (google.BELGIUM, google.FRANKFURT):
        containers: Any = [{"image": "shop/web:1", "envs": [{"name": "DB", "value": orders.name}]}]
        run = CloudRun(region, location=region, template={"containers": containers}, opts=opts)
        group = RegionNetworkEndpointGroup(
            region, region=region, network_endpoint_type="SERVERLESS", cloud_run={"service": run.name}, opts=opts
        )
        backends.append({"group": group.id})
    seen: Any = {"consecutive_errors": 5, "interval": {"seconds": 10}, "base_ejection_time": {"seconds": 30}}
    service = BackendService(
        "web",
        load_balancing_scheme="EXTERNAL_MANAGED",
        backends=backends,
        outlier_detection=seen if watched else None,
        opts=opts,
    )
    routes = URLMap("shop", default_service=service.id, opts=opts)
    proxy = TargetHttpsProxy("shop", url_map=routes.id, ssl_certificates=["own"], opts=opts)
    GlobalForwardingRule("shop", target=proxy.id, port_range="443", load_balancing_scheme="EXTERNAL_MANAGED", opts=opts)


@pytest.mark.parametrize(("watched", "right"), [(True, Kind.RECOVERS), (False, Kind.PERSON)])
def test_a_region_without_the_database_has_clients_too(watched: bool, right: Kind) -> None:
    found = assessed(lambda: anywhere(watched=watched))
    assert outcome(found, f"region:gcp/{google.BELGIUM}").kind is Kind.LOST
    assert outcome(found, f"region:gcp/{google.FRANKFURT}").kind is right
