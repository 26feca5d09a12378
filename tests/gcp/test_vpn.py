from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.vpn import SiteChecks, SiteChecksArgs, SiteLine, SiteVpn, SiteVpnArgs
from bcinfra.graph.core.model import Graph, Secret
from tests.gcp.conftest import counts, declare, needs, nested, project, region
from tests.helpers import refusals, row

ADDRESSES = {"north": "203.0.113.1", "south": "198.51.100.1"}
INSIDE = {"north": ("169.254.20.0/30", "169.254.20.4/30"), "south": ("169.254.20.8/30", "169.254.20.12/30")}
TUNNELS = ("north-0", "north-1", "south-0", "south-1")


def line(name: str, **more: Any) -> SiteLine:
    fields = {"interface": int(name == "south"), "address": ADDRESSES[name], "inside": INSIDE[name]}
    return SiteLine(**{**fields, "keys": ("correct horse 1", "correct horse 2"), **more})


def args(**more: Any) -> SiteVpnArgs:
    fields: dict[str, Any] = {
        "region": region(),
        "site": "premises",
        "network_id": "projects/acme-prod/global/networks/shop",
        "lines": {name: line(name) for name in ADDRESSES},
        "asn": 65010,
    }
    return SiteVpnArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: SiteVpn("office", args()))


def test_every_line_has_a_tunnel_to_each_interface(graph: Graph) -> None:
    assert counts(graph) == {
        "HaVpnGateway": 1,
        "ExternalVpnGateway": 1,
        "Router": 1,
        "VPNTunnel": 4,
        "RouterInterface": 4,
        "RouterPeer": 4,
    }
    seen = {
        name: (tunnel.inputs["peerExternalGatewayInterface"], tunnel.inputs["vpnGatewayInterface"])
        for name in TUNNELS
        for tunnel in [row(graph, "VPNTunnel", f"office-{name}")]
    }
    assert seen == {"north-0": (0, 0), "north-1": (0, 1), "south-0": (1, 0), "south-1": (1, 1)}


def test_the_site_is_known_by_both_lines(graph: Graph) -> None:
    site = row(graph, "ExternalVpnGateway", "office").inputs
    assert site["redundancyType"] == "TWO_IPS_REDUNDANCY"
    assert site["interfaces"] == [{"id": 0, "ipAddress": "203.0.113.1"}, {"id": 1, "ipAddress": "198.51.100.1"}]


def test_routes_are_learnt_over_every_tunnel(graph: Graph) -> None:
    inside = dict(zip(TUNNELS, (cidr for name in ("north", "south") for cidr in INSIDE[name]), strict=True))
    for name, cidr in inside.items():
        third, last = cidr.split("/")[0].rsplit(".", 1)
        end, peer = row(graph, "RouterInterface", f"office-{name}"), row(graph, "RouterPeer", f"office-{name}")
        assert end.inputs["ipRange"] == f"{third}.{int(last) + 1}/30"
        assert needs(graph, end, "vpnTunnel") == {f"office-{name}"}
        assert peer.inputs["peerIpAddress"] == f"{third}.{int(last) + 2}"
        assert peer.inputs["peerAsn"] == 65010
        assert peer.inputs["advertisedRoutePriority"] == 100


def test_keys_arrive_as_secrets(graph: Graph) -> None:
    for name in TUNNELS:
        assert row(graph, "VPNTunnel", f"office-{name}").inputs["sharedSecret"] == Secret()
    assert "correct horse" not in str(graph.resources)


def test_wrong_arguments_are_all_named_at_once() -> None:
    lines = {
        "north": line("north", inside=("169.254.20.0/30", "10.0.0.0/30")),
        "south": line("south", interface=0, address="203.0.113.1", inside=("169.254.20.0/30", "169.254.20.12/29")),
    }
    assert refusals(lambda: args(lines=lines, cloud_asn=65010)) == [
        "cloud_asn: 65010 is the site's own; the two ends need different numbers",
        "lines.north.inside: '10.0.0.0/30' is not a /30 of 169.254.0.0/16 such as '169.254.20.0/30'",
        "lines.south.inside: '169.254.20.12/29' is not a /30 of 169.254.0.0/16 such as '169.254.20.0/30'",
        "lines.south.interface: 0 is that of lines.north; each has its own",
        "lines.south.address: 203.0.113.1 is that of lines.north; each has its own",
        "lines.south.inside: 169.254.20.0/30 is that of lines.north; each has its own",
    ]


def test_a_site_is_looked_at_over_each_line_from_three_continents() -> None:
    def program() -> None:
        SiteChecks("office", SiteChecksArgs(project=project(), site="premises", addresses=ADDRESSES, port=443))

    graph = declare(program)
    assert counts(graph) == {"UptimeCheckConfig": 2}
    for name, address in ADDRESSES.items():
        check = row(graph, "UptimeCheckConfig", f"office-{name}")
        assert nested(check, "monitoredResource", "labels", "host") == address
        assert nested(check, "tcpCheck", "port") == 443
        assert check.inputs["selectedRegions"] == ["EUROPE", "USA", "ASIA_PACIFIC"]
