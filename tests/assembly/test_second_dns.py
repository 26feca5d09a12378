"""A shop at one cloud whose names Cloudflare answers for too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bcinfra.assembly.secrets import secrets
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.steps import Act
from bcinfra.graph import Graph, Resource
from bcinfra.spec import CloudflareAccount, Relay, Sending, Shop, Supplier
from bcinfra.spec.problems import SpecError
from tests.assembly.conftest import recorded, sample
from tests.continuity.knockouts.edits import put, with_row
from tests.continuity.knockouts.properties import removed
from tests.helpers import row, rows

import large  # isort: skip
import small  # isort: skip
from tests.samples import outcomes

ACCOUNT = "0123456789abcdef0123456789abcdef"
DNS = ("dns-provider:gcp/cloud-dns", "dns-provider:cloudflare/dns")
DELETED = "DNS zone small.example"
BESIDE = "small-prod-cloudflare-belgium-origin"


def shop(**dns: str) -> Shop:
    """The small shop with its names elsewhere."""
    return small.PROD.revised(dns=dns)


def whole() -> Graph:
    return sample("small-prod")


@cache
def alone() -> Graph:
    """The small shop whose names Google Cloud alone answers for."""
    return recorded(shop(gcp="main"))


def kinds(graph: Graph, scenario: str) -> set[Kind]:
    return {one.kind for found in outcomes(read(graph), scenario).values() for one in found}


def test_both_zones_hold_the_same() -> None:
    graph = whole()
    assert {r.name for r in graph if r.type.startswith("bcinfra:cloudflare:")} == {
        "small-prod-cloudflare-dns",
        "small-prod-cloudflare-gcp-proof",
        "small-prod-cloudflare-names",
        "small-prod-cloudflare-servers",
    }
    assert row(graph, "Zone", "small-prod-cloudflare-dns-zone").inputs["account"] == {"id": ACCOUNT}
    assert "cloudflareToken" in secrets(small.PROD)
    assert "cloudflareToken" not in secrets(shop(gcp="main"))


RELAY = Relay(
    supplier="relay",
    host="smtp.relay.example",
    user="apikey",
    spf=("spf.relay.example",),
    dkim={"s1": "s1.domainkey.relay.example"},
)


def at_aws_and_google(first: str) -> Shop:
    """A shop whose page, at Google Cloud, shows a certificate for its names, and whose mail somebody else sends."""
    accounts = {**large.PROD.accounts, "names": CloudflareAccount(cloudflare=ACCOUNT)}
    zones = {"aws": "main", "gcp": "google"} if first == "gcp" else {"aws": "main", "cloudflare": "names"}
    return large.PROD.revised(
        accounts=accounts,
        dns=zones,
        edge=None,
        suppliers={**large.PROD.suppliers, "relay": Supplier(outages=2, recovery="4h")},
        mail=Sending(sender="orders@store.example", relay=RELAY),
    )


def of_aws(row: Resource) -> set[str]:
    return {str(value) for value in row.inputs["records"]}


def of_google(row: Resource) -> set[str]:
    return {
        str(value).strip('"').rstrip(".") if row.inputs["type"] != "CAA" else value for value in row.inputs["rrdatas"]
    }


def of_cloudflare(row: Resource) -> set[str]:
    data: Any = row.inputs.get("data")
    if data:
        return {f'{data["flags"]} {data["tag"]} "{data["value"]}"'}
    return {str(row.inputs["content"]).strip('"')}


def held(graph: Graph, kind: str, values: Callable[[Resource], set[str]]) -> dict[tuple[str, str], set[str]]:
    """What a zone says of mail and of who may issue certificates: names and types, with their values."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in rows(graph, kind).values():
        name, what = str(one.inputs["name"]).rstrip("."), str(one.inputs["type"])
        if what in ("CAA", "TXT") or "._domainkey." in name:
            found.setdefault((name, what), set()).update(values(one))
    return {key: value for key, value in found.items() if key[0].endswith("store.example")}


@pytest.mark.parametrize(
    ("second", "kind", "values"), [("cloudflare", "DnsRecord", of_cloudflare), ("gcp", "RecordSet", of_google)]
)
def test_both_say_who_sends_mail_and_who_issues(second: str, kind: str, values: Callable[[Resource], set[str]]) -> None:
    graph = recorded(at_aws_and_google(second))
    here = held(graph, "Record", of_aws)
    assert {what for _, what in here} == {"CAA", "TXT", "CNAME"}
    assert here["store.example", "CAA"] == {'0 issue "amazon.com"', '0 issue "pki.goog"'}
    assert here == held(graph, kind, values)


def test_names_are_found_without_either_provider() -> None:
    for scenario in DNS:
        assert kinds(whole(), scenario) == {Kind.UNAFFECTED}, scenario
    for provider in DNS:
        zone = provider.removeprefix("dns-provider:")
        assert kinds(whole(), f"deletion:{DELETED} ({zone})") == {Kind.UNAFFECTED}, zone
    assert Kind.PERSON in kinds(alone(), f"deletion:{DELETED}")  # the one zone that there is
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
    zones = outcomes(read(knocked), f"*{DELETED}*").values()
    assert all(Kind.PERSON in {one.kind for one in found} for found in zones), what


def test_checks_that_ask_either_provider_find_the_primary() -> None:
    graph = whole()
    here, there = row(graph, "RecordSet", "small-prod-belgium-origin"), row(graph, "DnsRecord", f"{BESIDE}-1")
    assert str(here.inputs["name"]).rstrip(".") == there.inputs["name"] == "belgium.small.example"

    def unfound(graph: Graph) -> bool:
        """Whether some who ask for that name learn that there is none."""
        names = next(entry for entry in read(graph).entries if entry.name == "belgium.small.example")
        return None in {route.target for route in names.routes}

    knocked = removed(graph, there)
    assert knocked
    assert not unfound(graph)
    assert unfound(knocked)


def test_whoever_takes_the_account_of_either_provider_answers_for_the_name() -> None:
    """Of those who ask, as many as ask that one: until the name is delegated to the other alone."""
    found = outcomes(read(whole()), f"*:cloudflare/{ACCOUNT}")
    ways = [one.way for one in found[f"takeover:cloudflare/{ACCOUNT}"] if one.kind is Kind.PERSON]
    assert ways
    assert all(way and Act.DELEGATE in {step.deed.kind for step in way.steps} for way in ways)
    assert {one.kind for one in found[f"account:cloudflare/{ACCOUNT}"]} == {Kind.UNAFFECTED}


def test_a_program_that_may_delete_both_zones_deletes_both() -> None:
    graph = whole()
    for zone in (
        row(graph, "ManagedZone", "small-prod-dns-zone"),
        row(graph, "Zone", "small-prod-cloudflare-dns-zone"),
    ):
        graph = with_row(graph, replace(zone, options=replace(zone.options, protect=False)))
    assert Kind.PERSON in kinds(graph, f"deletion:{DELETED}")


def test_it_stands_beside_a_cloud() -> None:
    with pytest.raises(SpecError, match="names Cloudflare alone"):
        shop(cloudflare="names")
    with pytest.raises(SpecError, match="is not an account of Cloudflare"):
        shop(gcp="main", cloudflare="vault")
    with pytest.raises(SpecError, match="is not a project of Google Cloud"):
        small.PROD.revised(accounts={**small.PROD.accounts, "main": CloudflareAccount(cloudflare=ACCOUNT)})
    with pytest.raises(SpecError, match="more providers than two"):
        shop(gcp="main", cloudflare="names", aws="help")
