"""Tunnels to another cloud: each end is told the other's addresses, in two steps."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.peer import PeerConnection, PeerTunnels, PeerTunnelsArgs, VpnGateway, VpnGatewayArgs
from bcinfra.graph.core.model import Graph, Secret
from tests.gcp.conftest import counts, declare, needs, nested, region
from tests.helpers import refusals, row

TUNNELS = ("zero-0", "zero-1", "one-0", "one-1")


def connection(interface: int, **more: Any) -> PeerConnection:
    fields: dict[str, Any] = {
        "interface": interface,
        "addresses": (f"203.0.113.{interface}", f"198.51.100.{interface}"),
        "inside": (f"169.254.30.{8 * interface + 2}", f"169.254.30.{8 * interface + 6}"),
        "peer_inside": (f"169.254.30.{8 * interface + 1}", f"169.254.30.{8 * interface + 5}"),
        "keys": ("correct horse 1", "correct horse 2"),
    }
    return PeerConnection(**{**fields, **more})


def tunnels(gateway: VpnGateway | None = None, **more: Any) -> PeerTunnelsArgs:
    fields: dict[str, Any] = {
        "region": region(),
        "peer": "aws",
        "gateway_id": gateway.gateway_id if gateway else "gateway",
        "router_id": gateway.router_id if gateway else "router",
        "router_name": gateway.router_name if gateway else "router",
        "connections": {"zero": connection(0), "one": connection(1)},
        "asn": 64512,
    }
    return PeerTunnelsArgs(**{**fields, **more})


def gateway(**more: Any) -> VpnGatewayArgs:
    return VpnGatewayArgs(region=region("europe-west3"), network_id="projects/acme/global/networks/shop", **more)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: PeerTunnels("abroad", tunnels(VpnGateway("abroad", gateway()))))


def test_google_s_end_comes_first_and_four_tunnels_follow(graph: Graph) -> None:
    assert counts(graph) == {
        "HaVpnGateway": 1,
        "Router": 1,
        "ExternalVpnGateway": 1,
        "VPNTunnel": 4,
        "RouterInterface": 4,
        "RouterPeer": 4,
    }
    first = {row(graph, "HaVpnGateway", "abroad").urn, row(graph, "Router", "abroad").urn}
    assert all(first <= set(row(graph, "VPNTunnel", f"abroad-{name}").dependencies) for name in TUNNELS)
    assert not first & set(row(graph, "ExternalVpnGateway", "abroad").dependencies)


def test_both_tunnels_of_a_connection_end_at_the_interface_that_it_knows(graph: Graph) -> None:
    peer = row(graph, "ExternalVpnGateway", "abroad").inputs
    assert peer["redundancyType"] == "FOUR_IPS_REDUNDANCY"
    addresses = ("203.0.113.0", "198.51.100.0", "203.0.113.1", "198.51.100.1")
    assert peer["interfaces"] == [{"id": n, "ipAddress": address} for n, address in enumerate(addresses)]
    seen = {
        name: (made.inputs["vpnGatewayInterface"], made.inputs["peerExternalGatewayInterface"])
        for name in TUNNELS
        for made in [row(graph, "VPNTunnel", f"abroad-{name}")]
    }
    assert seen == {"zero-0": (0, 0), "zero-1": (0, 1), "one-0": (1, 2), "one-1": (1, 3)}


def test_routes_are_learnt_over_every_tunnel(graph: Graph) -> None:
    for name, host in zip(TUNNELS, (1, 5, 9, 13), strict=True):
        end, peer = row(graph, "RouterInterface", f"abroad-{name}"), row(graph, "RouterPeer", f"abroad-{name}")
        assert end.inputs["ipRange"] == f"169.254.30.{host + 1}/30"
        assert needs(graph, end, "vpnTunnel") == {f"abroad-{name}"}
        assert (peer.inputs["peerIpAddress"], peer.inputs["peerAsn"]) == (f"169.254.30.{host}", 64512)
        assert peer.inputs["advertisedRoutePriority"] == 100


def test_keys_arrive_as_secrets(graph: Graph) -> None:
    for name in TUNNELS:
        assert row(graph, "VPNTunnel", f"abroad-{name}").inputs["sharedSecret"] == Secret()
    assert "correct horse" not in str(graph.resources)


def test_the_peer_learns_subnets_and_what_else_is_advertised(graph: Graph) -> None:
    assert nested(row(graph, "Router", "abroad"), "bgp") == {"asn": 64514, "advertiseMode": "DEFAULT"}
    told = declare(lambda: VpnGateway("abroad", gateway(advertised={"databases": "10.64.0.0/20"})))
    assert nested(row(told, "Router", "abroad"), "bgp") == {
        "asn": 64514,
        "advertiseMode": "CUSTOM",
        "advertisedGroups": ["ALL_SUBNETS"],
        "advertisedIpRanges": [{"range": "10.64.0.0/20", "description": "databases"}],
    }


def test_wrong_arguments_are_named() -> None:
    assert refusals(lambda: tunnels(connections={"zero": connection(0), "one": connection(0)})) == [
        "connections.one.interface: 0 is that of 'zero'; each interface has its own"
    ]
    assert refusals(lambda: tunnels(connections={"zero": connection(0)})) == ["connections: must hold at least 2"]
