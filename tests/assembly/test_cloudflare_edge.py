"""Cloudflare's proxy in front of shops: who knows whom, where names lead, and what is survived."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address
from typing import Any

import pytest

from bcinfra.assembly.secrets import secrets
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph
from bcinfra.places.origin_facing import CLOUDFLARE
from bcinfra.spec import CloudflareAccount, Edge, Shop
from bcinfra.spec.problems import SpecError
from tests.assembly.conftest import recorded, sample, without_files
from tests.continuity.knockouts.edits import put
from tests.helpers import row, rows

import large  # isort: skip
import midsize  # isort: skip
import small  # isort: skip
from tests.samples import outcomes

PROXY = CloudflareAccount(cloudflare="0123456789abcdef0123456789abcdef")


SMALL = small.PROD.revised(dns={"gcp": "main"})


def behind(shop: Shop, *, direct: bool = False) -> Shop:
    """The shop behind Cloudflare's proxy."""
    edge = Edge(
        vendor="cloudflare",
        account="proxy",
        addresses=(IPv4Address("192.0.2.10"), IPv4Address("192.0.2.11")),
        address_map="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        direct=direct,
    )
    return shop.revised(accounts={**shop.accounts, "proxy": PROXY}, edge=edge)


@cache
def at_aws() -> Graph:
    """A shop at AWS alone, which takes requests from the proxy alone."""
    return recorded(behind(midsize.PROD.revised(**without_files(midsize.PROD))))


@cache
def at_google() -> Graph:
    """A shop at Google Cloud alone, which takes requests from the proxy alone."""
    return recorded(behind(SMALL))


def kinds(graph: Graph, scenario: str) -> set[Kind]:
    (found,) = outcomes(read(graph), scenario).values()
    return {one.kind for one in found if one.capability != "reach-a-person"}


def test_names_lead_to_it_and_around_it() -> None:
    graph = sample("large-prod")
    led = {r.name for r in rows(graph, "Record").values() if r.inputs.get("records") == ["192.0.2.10", "192.0.2.11"]}
    assert led
    pools: Any = row(graph, "LoadBalancer", "store.example").inputs
    assert (pools["proxied"], pools["steeringPolicy"]) == (True, "off")
    assert {*rows(graph, "LoadBalancerPool")} == {"large-prod-edge-aws", "large-prod-edge-netherlands"}
    proofs = {r.name for r in rows(graph, "Record").values() if "-cloudflare-" in r.name}
    also = {r.name for r in rows(graph, "RecordSet").values() if "-cloudflare-" in r.name}
    assert len(proofs) == len(also) == 3
    assert "cloudflareToken" in secrets(large.PROD)
    # Firewalls of the sites would take the proxy for few customers who ask much.
    assert {*CLOUDFLARE} == {*row(graph, "IpSet", "large-prod-ireland-firewall-unlimited").inputs["addresses"]}


def test_the_shop_is_there_without_it() -> None:
    graph = sample("large-prod")
    for scenario in ("cdn:cloudflare/proxy", "provider:cloudflare"):
        assert kinds(graph, scenario) == {Kind.RECOVERS}, scenario
    assert kinds(graph, "dns-provider:aws/route53") == {Kind.UNAFFECTED}
    assert kinds(graph, "flood") == {Kind.RECOVERS}


def test_sites_at_aws_take_requests_from_it_alone() -> None:
    graph = at_aws()
    for site in ("ireland", "frankfurt"):
        listed: Any = row(graph, "ManagedPrefixList", f"midsize-prod-{site}-web-edge").inputs["entries"]
        assert [entry["cidr"] for entry in listed] == [*CLOUDFLARE]
    assert "midsize-prod-ireland-firewall-acl" not in rows(graph, "WebAcl")
    assert kinds(graph, "flood") == {Kind.RECOVERS}
    assert kinds(graph, "cdn:cloudflare/proxy") == {Kind.LOST}
    assert "originKey" in secrets(behind(midsize.PROD))
    # Two locks keep the world out: addresses, and the key.
    rule = row(graph, "SecurityGroupIngressRule", "midsize-prod-ireland-web-from-edge-https")
    opened = put(graph, rule, "cidrIpv4", "0.0.0.0/0")
    assert kinds(opened, "flood") == {Kind.RECOVERS}
    forward: Any = row(graph, "ListenerRule", "midsize-prod-ireland-web-keyed").inputs["actions"]
    opened = put(opened, row(graph, "Listener", "midsize-prod-ireland-web-https"), "defaultActions", forward)
    assert kinds(opened, "flood") != {Kind.RECOVERS}


def test_sites_at_google_take_requests_from_it_alone() -> None:
    graph = at_google()
    policy = row(graph, "SecurityPolicy", "small-prod-armor-policy")
    found: Any = policy.inputs["rules"]
    assert [rule["action"] for rule in found] == ["allow", "allow", "throttle", "deny(403)"]
    let_in = [cidr for rule in found[:2] for cidr in rule["match"]["config"]["srcIpRanges"]]
    assert let_in == [*CLOUDFLARE]
    assert kinds(graph, "flood") == {Kind.RECOVERS}
    assert kinds(graph, "cdn:cloudflare/proxy") == {Kind.LOST}
    assert "originKey" not in secrets(behind(SMALL))
    # The certificate of the sites is proved by another name than that of the proxy.
    assert row(graph, "DnsAuthorization", "small-prod-certificate-proof").inputs["type"] == "PER_PROJECT_RECORD"
    opened = put(graph, policy, "rules", [*found[:2], {**found[3], "action": "allow"}])
    opened = put(opened, opened[policy.urn], "adaptiveProtectionConfig", None)
    assert kinds(opened, "flood") != {Kind.RECOVERS}


def test_it_is_led_to_by_names_at_others() -> None:
    with pytest.raises(SpecError, match="would lose the names with the proxy"):
        behind(SMALL).revised(dns={"gcp": "main", "cloudflare": "proxy"})
    with pytest.raises(SpecError, match="each asks from outside whether the other does"):
        behind(large.PROD)
    with pytest.raises(SpecError, match="is not an account of Cloudflare"):
        behind(SMALL).revised(edge={**behind(SMALL).delivery.model_dump(), "account": "main"})


def test_the_key_says_what_it_is_for() -> None:
    """An edge before no closed load balancer signs places in its queue all the same."""
    behind_it, signs = "load balancers know", "signs places in its queue"
    both, alone = secrets(midsize.PROD)["originKey"], secrets(large.PROD)["originKey"]
    assert behind_it in both and signs in both
    assert behind_it not in alone and signs in alone
