"""The page that an edge shows instead of the shop is known by what shows it, and missed where a part of that is not
there: as a stranger writes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_cloudflare as cf
import pulumi_gcp as gcp
import pytest

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.readings.fcaps import cells
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph, record
from bcinfra.report.documents.commands.modes import show
from bcinfra.report.documents.commands.program import Program

CODE = "const page = 'https://help.example/'; const states = ['read-only', 'closed'];"


def edge(without: Collection[str] = (), code: str = CODE, event: str = "viewer-request", key: str = "mode") -> Graph:
    def program() -> None:
        store = aws.cloudfront.KeyValueStore("modes")
        if "value" not in without:
            aws.cloudfront.KeyvaluestoreKey("mode", key_value_store_arn=store.arn, key=key, value="open")
        function = aws.cloudfront.Function(
            "modes",
            runtime="cloudfront-js-2.0",
            code=code,
            key_value_store_associations=[] if "store" in without else [store.arn],
        )
        behaviour: Any = {
            "target_origin_id": "pages",
            "allowed_methods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
            "cached_methods": ["GET", "HEAD"],
            "viewer_protocol_policy": "redirect-to-https",
            "function_associations": []
            if "function" in without
            else [{"event_type": event, "function_arn": function.arn}],
        }
        aws.cloudfront.Distribution(
            "shop",
            enabled="enabled" not in without,
            origins=[{"origin_id": "pages", "domain_name": "origin.shop.example"}],
            default_cache_behavior=behaviour,
            restrictions={"geo_restriction": {"restriction_type": "none"}},
            viewer_certificate={"cloudfront_default_certificate": True},
        )

    return record(program)


def test_one_command_shows_what_its_function_knows() -> None:
    graph = edge()
    model = read(graph)
    (found,) = model.switches
    assert (found.states, found.pages, found.label) == (("read-only", "closed"), "https://help.example/", "CDN shop")
    assert [home.kind for home in found.homes] == [DomainKind.CDN, DomainKind.ACCOUNT]
    command = show(Program(graph, model), found, "closed")
    assert command
    assert command.line.count("--kvs-arn") == 2
    assert "--key mode --value closed --if-match" in command.line
    assert "--value open " in command.back
    assert not lacks_pages(graph)


@pytest.mark.parametrize(
    "change",
    [
        {"without": ["value"]},
        {"without": ["store"]},
        {"without": ["function"]},
        {"without": ["enabled"]},
        {"code": "const page = 'https://help.example/';"},
        {"event": "viewer-response"},
        {"key": "redirects"},
    ],
)
def test_what_lacks_a_part_shows_nothing(change: dict[str, Any]) -> None:
    assert read(edge(**change)).switches == ()


def proxy(
    without: Collection[str] = (),
    code: str = CODE,
    pattern: str = "shop.example/*",
    key: str = "mode",
    past: str = "",
) -> Graph:
    def program() -> None:
        store = cf.WorkersKvNamespace("modes", account_id="a", title="modes")
        if "value" not in without:
            cf.WorkersKv("mode", account_id="a", namespace_id=store.id, key_name=key, value="open")
        bound: Any = [] if "store" in without else [{"name": "S", "type": "kv_namespace", "namespace_id": store.id}]
        script = cf.WorkersScript("modes", account_id="a", script_name="modes", content=code, bindings=bound)
        zone = cf.Zone("shop", account={"id": "a"}, name="shop.example")
        cf.Ruleset("limit", zone_id=zone.id, kind="zone", name="limit", phase="http_ratelimit", rules=[])
        if "route" not in without:
            cf.WorkersRoute("shop", zone_id=zone.id, pattern=pattern, script=script.script_name)
        if past:
            cf.WorkersRoute("past", zone_id=zone.id, pattern=past)
        pool = cf.LoadBalancerPool("site", account_id="a", name="site", origins=[{"name": "a", "address": "192.0.2.1"}])
        cf.LoadBalancer(
            "shop",
            zone_id=zone.id,
            name="shop.example",
            default_pools=[pool.id],
            fallback_pool=pool.id,
            proxied="proxied" not in without,
        )

    return record(program)


def test_one_command_shows_what_a_script_of_cloudflare_knows() -> None:
    graph = proxy()
    model = read(graph)
    (found,) = model.switches
    assert (found.states, found.pages) == (("read-only", "closed"), "https://help.example/")
    assert [home.name for home in found.homes] == ["cloudflare/proxy", "cloudflare/a", "cloudflare/api"]
    command = show(Program(graph, model), found, "closed")
    assert command
    assert "--request PUT" in command.line
    assert "--data-raw closed" in command.line
    assert command.line.endswith('/accounts/a/storage/kv/namespaces/$STORE/values/mode"')
    assert "--data-raw open " in command.back
    assert not lacks_pages(graph, "cloudflare")
    assert lacks_pages(proxy(["value"]), "cloudflare")


@pytest.mark.parametrize(
    "change",
    [
        {"without": ["value"]},
        {"without": ["store"]},
        {"without": ["route"]},
        {"without": ["proxied"]},
        {"code": "const page = 'https://help.example/';"},
        {"pattern": "www.shop.example/*"},
        {"pattern": "shop.example/blog/*"},
        {"key": "redirects"},
        {"past": "shop.example/checkout/*"},
    ],
)
def test_what_lacks_a_part_shows_nothing_at_cloudflare(change: dict[str, Any]) -> None:
    assert read(proxy(**change)).switches == ()


ELSEWHERE: dict[str, Any] = {"host_redirect": "help.example", "redirect_response_code": "FOUND", "strip_query": True}
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def writing(methods: Collection[str] = WRITES, **leads: Any) -> list[Any]:
    """The rules by which a map leads who would order to a page, and its health check to the shop."""
    matches: list[Any] = [
        {"prefix_match": "/", "header_matches": [{"header_name": ":method", "exact_match": one}]} for one in methods
    ]
    page = {**ELSEWHERE, "path_redirect": "/read-only.html", **leads}
    return [{"priority": 1, "match_rules": matches, "url_redirect": page}]


def balanced(
    without: Collection[str] = (),
    closed: dict[str, Any] | None = None,
    rules: list[Any] | None = None,
    host: str = "*",
    second: bool = False,
) -> Graph:
    """A worldwide load balancer with maps that lie ready, and a ``second`` one without."""

    def program() -> None:
        at = pulumi.ResourceOptions(provider=gcp.Provider("acme", project="acme-prod"))
        service = gcp.compute.BackendService("shop", load_balancing_scheme="EXTERNAL_MANAGED", opts=at)
        urls = gcp.compute.URLMap("open", default_service=service.id, opts=at)
        if "closed" not in without:
            page = {**ELSEWHERE, "path_redirect": "/closed.html", **(closed or {})}
            led: Any = {"default_service": service.id} if closed == {} else {"default_url_redirect": page}
            gcp.compute.URLMap("closed", **led, opts=at)
        if "read-only" not in without:
            matcher: Any = {"name": "all", "default_service": service.id, "route_rules": rules or writing()}
            gcp.compute.URLMap(
                "read-only",
                default_service=service.id,
                host_rules=[{"hosts": [host], "path_matcher": "all"}],
                path_matchers=[matcher],
                opts=at,
            )
        left = None if "left" in without else ["url_map"]
        for name in ("shop", "beside") if second else ("shop",):
            proxy = gcp.compute.TargetHttpsProxy(
                name,
                url_map=urls.id,
                opts=pulumi.ResourceOptions.merge(
                    at, pulumi.ResourceOptions(ignore_changes=left if name == "shop" else None)
                ),
            )
            address = gcp.compute.GlobalAddress(name, opts=at)
            gcp.compute.GlobalForwardingRule(
                name,
                target="" if "rule" in without else proxy.id,
                ip_address=address.address,
                load_balancing_scheme="EXTERNAL_MANAGED",
                port_range="443",
                opts=at,
            )
            gcp.dns.RecordSet(
                name, managed_zone="z", name=f"{name}.example.", type="A", rrdatas=[address.address], opts=at
            )

    return record(program)


def test_one_command_leads_google_s_load_balancer_to_a_map_that_lies_ready() -> None:
    graph = balanced()
    model = read(graph)
    (found,) = model.switches
    assert (found.states, found.pages) == (("read-only", "closed"), "https://help.example/")
    assert [home.kind for home in found.homes] == [
        DomainKind.CDN,
        DomainKind.ACCOUNT,
        DomainKind.GLOBAL_CONTROL_PLANE,
    ]
    command = show(Program(graph, model), found, "closed")
    assert command
    assert command.line == (
        "gcloud compute target-https-proxies update shop --global --url-map=closed --global-url-map"
    )
    assert "--url-map=open " in command.back
    assert not lacks_pages(graph, "gcp", "balancer")


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"without": ["closed"]}, ("read-only",)),
        ({"without": ["read-only"]}, ("closed",)),
        ({"without": ["left"]}, ()),  # the next deployment would open the shop again
        ({"without": ["rule"]}, ()),
        ({"second": True}, ()),  # the other way in would go on selling
        ({"closed": {}}, ("read-only",)),  # it leads to what is closed because it is dead
        ({"closed": {"host_redirect": "shop.example"}}, ("read-only",)),  # it leads to itself
        ({"closed": {"redirect_response_code": "MOVED_PERMANENTLY_DEFAULT"}}, ("read-only",)),  # browsers keep it
        ({"rules": writing(WRITES[:3])}, ("closed",)),
        ({"rules": writing(host_redirect=None)}, ("closed",)),
        ({"host": "www.shop.example"}, ("closed",)),
        ({"rules": [{"priority": 0, "match_rules": [{"prefix_match": "/"}], "service": "s"}, *writing()]}, ("closed",)),
        (
            {"rules": [{"priority": 0, "match_rules": [{"full_path_match": "/up"}], "service": "s"}, *writing()]},
            ("read-only", "closed"),
        ),
    ],
)
def test_what_lacks_a_part_shows_nothing_at_google(change: dict[str, Any], left: tuple[str, ...]) -> None:
    assert tuple(state for one in read(balanced(**change)).switches for state in one.states) == left


def test_the_need_is_named_where_the_next_deployment_would_open_the_shop_again() -> None:
    assert lacks_pages(balanced(["left"]), "gcp", "balancer")


def lacks_pages(graph: Graph, ground: str = "aws", tier: str = "cdn") -> bool:
    """What the table of how tiers are managed says."""
    needs = [met for one in cells(graph) if (one.tier, one.ground) == (tier, ground) for met in one.needs]
    return next(one for one in needs if "shown by one command" in one.need.need).missing


def test_the_need_is_named_where_no_value_says_it() -> None:
    assert lacks_pages(edge(["value"]))
