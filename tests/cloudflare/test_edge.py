"""Cloudflare's proxy in front of a shop: what it lets through, what it keeps, and what a shop behind it survives."""

from __future__ import annotations

from typing import Any

import pulumi

from bcinfra.cloudflare.edge import MANAGED, ORIGIN_HEADER, OWASP, ClientCertificate, Edge, EdgeArgs
from bcinfra.cloudflare.pools import Origin
from bcinfra.cloudflare.zone import PublicZone, PublicZoneArgs
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph.core.model import Graph
from bcinfra.modes import Modes
from tests.cloudflare.conftest import account, counts, declare
from tests.continuity.foreign.test_behind import DUBLIN
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, Tier
from tests.helpers import refusals, row

SITES = {"dublin": Origin(host="dublin.example.net"), "turin": Origin(addresses=("192.0.2.10",))}


def args(**changes: Any) -> EdgeArgs:
    usual: dict[str, Any] = {
        "account": changes.get("account") or account(),
        "zone_id": "zone",
        "domain": "shop.example",
        "origins": SITES,
        "primary": "turin",
        "key": pulumi.Output.secret("0123456789abcdef"),
        "unlimited": ("/webhooks/",),
    }
    return EdgeArgs(**{**usual, **changes})


def edge(**changes: Any) -> Graph:
    return declare(lambda: Edge("edge", args(**changes)))


def rules(graph: Graph, what: str) -> list[Any]:
    found: Any = row(graph, "Ruleset", f"edge-{what}").inputs["rules"]
    return found


def test_what_it_is_made_of() -> None:
    more: Any = {"log_destination": "s3://logs/edge?region=eu-central-1", "mail": ("a@shop.example",)}
    made = edge(client=ClientCertificate(certificate="PEM", private_key="PEM"), **more)
    assert counts(made) == {
        "AuthenticatedOriginPullsCertificate": 1,
        "AuthenticatedOriginPullsSettings": 1,
        "LoadBalancer": 2,
        "LoadBalancerMonitor": 1,
        "LoadBalancerPool": 2,
        "LogpushJob": 1,
        "NotificationPolicy": 1,
        "Ruleset": 4,
        "ZoneSetting": 4,
    }


def test_requests_pass_the_rules_and_origins_know_them() -> None:
    made = edge()
    assert [rule["actionParameters"]["id"] for rule in rules(made, "firewall")] == [MANAGED, OWASP]
    (limit,) = rules(made, "limit")
    assert limit["expression"] == 'not starts_with(http.request.uri.path, "/webhooks/")'
    assert (limit["ratelimit"]["period"], limit["ratelimit"]["requestsPerPeriod"]) == (60, 1000)
    (key,) = rules(made, "key")
    assert ORIGIN_HEADER in key["actionParameters"]["headers"]
    asked: Any = row(made, "LoadBalancerMonitor", "edge").inputs["header"]
    assert {*asked} == {"Host", ORIGIN_HEADER}
    assert row(made, "ZoneSetting", "edge-ssl").inputs["value"] == "strict"


def test_exceptions_from_the_rules() -> None:
    made = edge(
        key=None,
        unsigned=True,
        unchecked=("/editor/*", "/hook"),
        counted=frozenset({OWASP}),
        allowed={"office": "203.0.113.0/28", "bank": "198.51.100.0/24"},
    )
    managed, owasp = rules(made, "firewall")
    assert owasp["actionParameters"]["overrides"] == {"action": "log"}
    assert managed["actionParameters"] == {"id": MANAGED}
    assert managed["expression"] == (
        'not starts_with(http.request.uri.path, "/editor/") and http.request.uri.path ne "/hook"'
    )
    (passed,) = rules(made, "allowed")
    assert (passed["action"], passed["expression"]) == ("skip", "ip.src in {198.51.100.0/24 203.0.113.0/28}")
    assert "edge-key" not in {r.name for r in made}


def test_files_alone_are_kept() -> None:
    none, some = rules(edge(), "cache")
    assert none["actionParameters"]["cache"] is False
    assert none["expression"] == f"not ({some['expression']})"
    assert some["actionParameters"]["edgeTtl"]["mode"] == "respect_origin"
    (none,) = rules(edge(static=()), "cache")
    assert none["expression"] == "true"


def test_a_script_before_every_name_asks_what_is_shown() -> None:
    stated = Modes(page="https://help.example/", key="0123456789abcdef", health="/health")
    made = edge(modes=stated, unchecked=("/editor/*",))
    script, value = row(made, "WorkersScript", "edge-modes"), row(made, "WorkersKv", "edge-modes-mode")
    assert {one.inputs["pattern"] for one in made.of_type("cloudflare:index/workersRoute:WorkersRoute")} == {
        "shop.example/*",
        "www.shop.example/*",
    }
    code = str(script.inputs["content"])
    assert r'"passing": ["^/editor/.*$", "^/webhooks/.*$"]' in code
    assert "0123456789abcdef" not in code
    assert (value.inputs["keyName"], value.inputs["value"], value.options.ignore_changes) == (
        "mode",
        "open",
        ("value",),
    )


def test_what_is_refused() -> None:
    assert refusals(lambda: args(key=None, primary="turn", static=("media",), counted=frozenset({"common"}))) == [
        "primary: 'turn' is not a site; did you mean 'turin'?",
        "client: the origins could be reached around the proxy; give client (mutual TLS), key, or unsigned",
        f"counted: common is none of the sets of rules; there are {MANAGED} and {OWASP}",
        "static: 'media' is no path; begin with '/', without quotes",
    ]


def behind(*, closed: bool) -> None:
    sites: dict[str, Origin] = {}
    for name, zones in (("eu-west-1", IRELAND), ("eu-central-1", FRANKFURT)):
        at = Region(name, zones)
        sites[name] = Origin(host=Tier(at, admits=at.group("proxy") if closed else None).balancer.dns_name)
    acme = account()
    zone = PublicZone("shop", PublicZoneArgs(account=acme, domain="shop.example"))
    Edge("edge", args(account=acme, zone_id=zone.zone_id, origins=sites, primary="eu-west-1"))


def test_a_shop_behind_it_loses_a_region_and_withstands_a_flood() -> None:
    found = assessed(lambda: behind(closed=True))
    assert outcome(found, DUBLIN).kind in (Kind.RECOVERS, Kind.DEGRADED)
    assert outcome(found, "flood").kind is Kind.RECOVERS
    assert outcome(found, "cdn:cloudflare/proxy").kind is Kind.LOST
    assert outcome(assessed(lambda: behind(closed=False)), "flood").kind is Kind.LOST
