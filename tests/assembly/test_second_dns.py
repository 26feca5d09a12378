"""A shop at one cloud whose names Cloudflare answers for too."""

from __future__ import annotations

from functools import cache

import pytest

from bcinfra.assembly.secrets import secrets
from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph
from bcinfra.spec import CloudflareAccount, Shop
from bcinfra.spec.problems import SpecError
from tests.assembly.conftest import recorded
from tests.continuity.knockouts.edits import put
from tests.continuity.knockouts.properties import removed
from tests.helpers import row

import small  # isort: skip

ACCOUNT = "0123456789abcdef0123456789abcdef"
DNS = ("dns-provider:gcp/cloud-dns", "dns-provider:cloudflare/dns")


def shop(**dns: str) -> Shop:
    accounts = {**small.PROD.accounts, "names": CloudflareAccount(cloudflare=ACCOUNT)}
    return small.PROD.revised(accounts=accounts, dns=dns or {"gcp": "main", "cloudflare": "names"})


@cache
def whole() -> Graph:
    return recorded(shop())


def kinds(graph: Graph, scenario: str) -> set[Kind]:
    found = assess(read(graph)).scenarios
    return {one.kind for result in found if result.scenario.id == scenario for one in result.outcomes}


def test_both_zones_hold_the_same() -> None:
    graph = whole()
    assert {r.name for r in graph if r.type.startswith("bcinfra:cloudflare:")} == {
        "small-prod-cloudflare-dns",
        "small-prod-cloudflare-gcp-proof",
        "small-prod-cloudflare-names",
        "small-prod-cloudflare-servers",
    }
    assert row(graph, "Zone", "small-prod-cloudflare-dns-zone").inputs["account"] == {"id": ACCOUNT}
    assert "cloudflareToken" in secrets(shop())
    assert "cloudflareToken" not in secrets(small.PROD)


def test_names_are_found_without_either_provider() -> None:
    for scenario in DNS:
        assert kinds(whole(), scenario) == {Kind.UNAFFECTED}, scenario
    assert kinds(whole(), "region:gcp/europe-west1") <= {Kind.RECOVERS, Kind.DEGRADED, Kind.UNAFFECTED}  # or a person


@pytest.mark.parametrize(
    ("what", "kind", "name"),
    [
        ("that others answer too", "ZoneDnsSettings", "small-prod-cloudflare-servers"),
        ("the names themselves", "LoadBalancer", "small.example"),
    ],
)
def test_what_makes_it_a_second_provider(what: str, kind: str, name: str) -> None:
    graph = whole()
    taken = row(graph, kind, name)
    knocked = put(graph, taken, "multiProvider", False) if kind == "ZoneDnsSettings" else removed(graph, taken)
    assert knocked
    assert any(kinds(knocked, scenario) - {Kind.UNAFFECTED} for scenario in DNS), what


def test_it_stands_beside_a_cloud() -> None:
    with pytest.raises(SpecError, match="names Cloudflare alone"):
        shop(cloudflare="names")
    with pytest.raises(SpecError, match="is not an account of Cloudflare"):
        shop(gcp="main", cloudflare="vault")
    with pytest.raises(SpecError, match="is not a project of Google Cloud"):
        small.PROD.revised(accounts={**shop().accounts, "main": CloudflareAccount(cloudflare=ACCOUNT)})
    with pytest.raises(SpecError, match="more providers than two"):
        shop(gcp="main", cloudflare="names", aws="help")
