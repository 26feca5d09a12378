"""The network: every region stands by itself."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.network import Network, NetworkArgs, NetworkSite
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import REGIONS, counts, declare, needs, nested, project, region, region_of
from tests.helpers import refusals, row, rows

CIDRS = {"ghent": "10.0.0.0/16", "turin": "10.1.0.0/16"}


def sites(**of_site: dict[str, Any]) -> dict[str, NetworkSite]:
    return {
        site: NetworkSite(**{"region": region(name), "cidr": CIDRS[site], **of_site.get(site, {})})
        for site, name in REGIONS.items()
    }


def network(of_site: dict[str, dict[str, Any]] | None = None, **args: Any) -> Graph:
    return declare(lambda: Network("shop", NetworkArgs(project=project(), sites=sites(**of_site or {}), **args)))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return network()


def test_what_a_network_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "Network": 1,
        "Subnetwork": 4,
        "GlobalAddress": 2,
        "Connection": 1,
        "NetworkPeeringRoutesConfig": 1,
        "Router": 2,
        "RouterNat": 2,
        "ServiceConnectionPolicy": 2,
    }


def test_managed_services_are_told_the_way_into_tunnels(graph: Graph) -> None:
    told = row(graph, "NetworkPeeringRoutesConfig", "shop-services").inputs
    assert (told["exportCustomRoutes"], told["importCustomRoutes"]) == (True, False)


def test_everything_regional_is_in_its_own_region(graph: Graph) -> None:
    for kind in ("Subnetwork", "Router", "RouterNat", "ServiceConnectionPolicy"):
        for name, found in rows(graph, kind).items():
            assert region_of(graph, found) == REGIONS[name.split("-")[1]], name
            assert found.inputs.get("region", found.inputs.get("location")) == REGIONS[name.split("-")[1]]


def test_nothing_is_let_in_or_made_by_default(graph: Graph) -> None:
    assert row(graph, "Network", "shop-network").inputs["autoCreateSubnetworks"] is False
    assert not rows(graph, "Firewall")


def test_subnets_reach_google_privately_and_log(graph: Graph) -> None:
    for subnet in rows(graph, "Subnetwork").values():
        assert subnet.inputs["privateIpGoogleAccess"] is True
        assert nested(subnet, "logConfig", "flowSampling") == 0.5


def test_logging_can_be_left_out() -> None:
    assert all("logConfig" not in subnet.inputs for subnet in rows(network(flow_samples=0), "Subnetwork").values())


def test_managed_services_have_a_range_of_their_own_in_every_region(graph: Graph) -> None:
    ranges = rows(graph, "GlobalAddress")
    assert {name: (r.inputs["address"], r.inputs["prefixLength"]) for name, r in ranges.items()} == {
        "shop-ghent-services": ("10.0.128.0", 18),
        "shop-turin-services": ("10.1.128.0", 18),
    }
    assert {r.inputs["purpose"] for r in ranges.values()} == {"VPC_PEERING"}
    peering = row(graph, "Connection", "shop-services")
    assert needs(graph, peering, "reservedPeeringRanges") == set(ranges)


def test_every_region_has_its_own_way_out(graph: Graph) -> None:
    for site in REGIONS:
        nat = row(graph, "RouterNat", f"shop-{site}-nat")
        assert nat.inputs["natIpAllocateOption"] == "AUTO_ONLY"
        assert needs(graph, nat, "router") == {f"shop-{site}-nat"}
        assert needs(graph, nat, "subnetworks") == {f"shop-{site}-workloads"}


def test_static_addresses_stay_when_the_network_is_changed() -> None:
    graph = network({"ghent": {"nat_addresses": frozenset({"a", "b"})}})
    assert set(rows(graph, "Address")) == {"shop-ghent-nat-a", "shop-ghent-nat-b"}
    assert all(address.options.protect for address in rows(graph, "Address").values())
    nat = row(graph, "RouterNat", "shop-ghent-nat")
    assert (nat.inputs["natIpAllocateOption"], len(nested(nat, "natIps"))) == ("MANUAL_ONLY", 2)


def test_another_site_moves_nobody(graph: Graph) -> None:
    alone = declare(
        lambda: Network("shop", NetworkArgs(project=project(), sites={"ghent": sites()["ghent"]})),
    )
    for found in (r for r in alone if "ghent" in r.name):
        assert graph[found.urn].inputs == found.inputs


def test_wrong_ranges_are_all_named_at_once() -> None:
    def wrong() -> NetworkArgs:
        ghent = NetworkSite(region=region(), cidr="10.0.0.0/16")
        liege = NetworkSite(region=ghent.region, cidr="10.0.4.0/22")
        turin = NetworkSite(region=region("europe-west12", "acme-other"), cidr="10.0.0.1/16")
        return NetworkArgs(project=project(), sites={"ghent": ghent, "liege": liege, "turin": turin})

    assert refusals(wrong) == [
        "sites: 'ghent' and 'liege' are both in europe-west1; one site a region",
        "sites.turin.cidr: '10.0.0.1/16' is not an IPv4 range such as '10.0.0.0/16': 10.0.0.1/16 has host bits set",
        "sites.turin.region: is in project acme-other, the network in acme-prod",
        "sites.liege.cidr: 10.0.4.0/22 overlaps 10.0.0.0/16 of ghent",
    ]
