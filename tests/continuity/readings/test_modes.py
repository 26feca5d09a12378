"""The page that an edge shows instead of the shop is known by what shows it, and missed where a part of that is not
there: as a stranger writes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pulumi_aws as aws
import pulumi_cloudflare as cf
import pytest

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.fcaps import Area
from bcinfra.continuity.readings.joins.fcaps import cells
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


def lacks_pages(graph: Graph, ground: str = "aws") -> bool:
    """What the table of how tiers are managed says."""
    (fault,) = (one for one in cells(graph) if (one.tier, one.ground, one.area) == ("cdn", ground, Area.FAULT))
    return next(one for one in fault.needs if "instead of the shop" in one.need.need).missing


def test_the_need_is_named_where_no_value_says_it() -> None:
    assert lacks_pages(edge(["value"]))
