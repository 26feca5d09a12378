"""Zones and names at Cloudflare: what is declared, and what is refused."""

from __future__ import annotations

from typing import Any

import pulumi

from bcinfra.cloudflare.dns import GeoDns, GeoDnsArgs
from bcinfra.cloudflare.pools import Origin
from bcinfra.cloudflare.zone import (
    NameServers,
    NameServersArgs,
    ProofRecord,
    ProofRecordArgs,
    ProxiedZone,
    ProxiedZoneArgs,
    PublicZone,
    PublicZoneArgs,
)
from bcinfra.graph.core.model import Graph
from tests.cloudflare.conftest import account, counts, declare
from tests.helpers import refusals, row

GHENT = Origin(addresses=("203.0.113.10", "198.51.100.10"))
HOLLAND = Origin(addresses=("192.0.2.10",))
OTHERS = ["ns-4.example.", "ns-1.example", "ns-2.example", "ns-3.example"]


def zone(*, signed: bool = True, disposable: bool = False) -> Graph:
    at = lambda: account(disposable=disposable)  # noqa: E731
    return declare(lambda: PublicZone("shop", PublicZoneArgs(account=at(), domain="shop.example", signed=signed)))


def dns(**changes: Any) -> GeoDnsArgs:
    usual: dict[str, Any] = {
        "account": account(),
        "zone_id": "zone",
        "domain": "shop.example",
        "endpoints": {"ghent": GHENT, "holland": HOLLAND},
        "primary": "ghent",
    }
    return GeoDnsArgs(**{**usual, **changes})


def names(**changes: Any) -> Graph:
    return declare(lambda: GeoDns("names", dns(**changes)))


def test_a_zone_is_signed_and_kept_unless_told_otherwise() -> None:
    made = zone()
    assert counts(made) == {"Zone": 1, "ZoneDnssec": 1}
    assert row(made, "Zone", "shop-zone").options.protect
    made = zone(signed=False, disposable=True)
    assert counts(made) == {"Zone": 1}
    assert not row(made, "Zone", "shop-zone").options.protect


def test_a_zone_beside_another_names_the_servers_of_both() -> None:
    def program() -> None:
        args = NameServersArgs(
            account=account(),
            zone_id="zone",
            domain="shop.example",
            own=("a.ns.cloudflare.com",),
            others=pulumi.Output.from_input(OTHERS),
        )
        NameServers("servers", args)

    made = declare(program)
    assert counts(made) == {"ZoneDnsSettings": 1, "DnsRecord": 4}
    assert row(made, "ZoneDnsSettings", "servers").inputs["multiProvider"] is True
    said = [row(made, "DnsRecord", f"servers-{n}").inputs["content"] for n in (1, 2, 3, 4)]
    assert said == ["ns-1.example", "ns-2.example", "ns-3.example", "ns-4.example"]


def test_a_proof_passes_no_proxy() -> None:
    proof = {"name": "_a.shop.example", "kind": "CNAME", "value": "b.example"}
    made = declare(lambda: ProofRecord("amazon", ProofRecordArgs(account=account(), zone_id="zone", **proof)))
    assert counts(made) == {"DnsRecord": 1}
    assert row(made, "DnsRecord", "amazon").inputs["proxied"] is False


def test_a_domain_that_others_answer_for_is_proved_to_them() -> None:
    found: dict[str, Any] = {}

    def program() -> None:
        args = ProxiedZoneArgs(
            account=account(),
            domain="shop.example",
            addresses=("192.0.2.10", "192.0.2.11"),
            address_map="00112233445566778899aabbccddeeff",
        )
        found.update(ProxiedZone("shop", args).proofs)

    made = declare(program)
    assert counts(made) == {"AddressMap": 1, "CertificatePack": 1, "Zone": 1}
    assert row(made, "Zone", "shop-zone").inputs["type"] == "partial"
    assert row(made, "Zone", "shop-zone").options.protect
    addresses = row(made, "AddressMap", "shop-addresses")
    assert addresses.external
    assert addresses.inputs["ips"] == ["192.0.2.10", "192.0.2.11"]
    assert row(made, "CertificatePack", "shop-certificate").inputs["hosts"] == ["shop.example", "www.shop.example"]
    assert {what: (proof["name"], proof["kind"]) for what, proof in found.items()} == {
        "owner": ("cloudflare-verify.shop.example", "TXT"),
        "certificate-1": ("_acme-challenge.shop.example", "CNAME"),
        "certificate-2": ("_acme-challenge.www.shop.example", "CNAME"),
    }


def test_names_of_several_sites_are_chosen_by_pools_that_are_asked() -> None:
    made = names(issuers=frozenset({"pki.goog"}))
    assert counts(made) == {"LoadBalancer": 2, "LoadBalancerMonitor": 1, "LoadBalancerPool": 2, "DnsRecord": 1}
    front = row(made, "LoadBalancer", "www.shop.example").inputs
    assert (front["proxied"], front["ttl"], front["steeringPolicy"]) == (False, 60, "off")
    asked: Any = row(made, "LoadBalancerMonitor", "names").inputs
    assert (asked["path"], asked["header"]) == ("/health", {"Host": ["shop.example"]})
    pool: Any = row(made, "LoadBalancerPool", "names-ghent").inputs
    assert [one["address"] for one in pool["origins"]] == ["203.0.113.10", "198.51.100.10"]


def test_one_site_is_a_plain_record() -> None:
    made = names(endpoints={"edge": Origin(host="d111.cloudfront.net")}, primary="edge", hosts=frozenset({""}))
    assert counts(made) == {"DnsRecord": 1}
    found = row(made, "DnsRecord", "shop.example").inputs
    assert (found["type"], found["content"], found["proxied"]) == ("CNAME", "d111.cloudfront.net", False)


def test_what_is_refused() -> None:
    assert refusals(lambda: Origin()) == ["give host or addresses"]
    assert refusals(lambda: dns(primary="gent")) == ["primary: 'gent' is not a site; did you mean 'ghent'?"]
    assert refusals(lambda: dns(endpoints={"ghent": GHENT})) == [
        "endpoints: one site of several addresses is asked by nobody; state one address, or a second site"
    ]
