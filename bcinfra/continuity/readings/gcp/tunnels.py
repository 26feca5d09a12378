"""Tunnels from Google Cloud to sites on premises, and to other clouds: where they end, over which line they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.vendor import End
from bcinfra.continuity.readings.base.view import View, as_number, as_text
from bcinfra.continuity.readings.gcp import places
from bcinfra.graph.core.model import Resource

TUNNEL: Final = "gcp:compute/vPNTunnel:VPNTunnel"
ROUTER: Final = "gcp:compute/externalVpnGateway:ExternalVpnGateway"
GATEWAY: Final = "gcp:compute/haVpnGateway:HaVpnGateway"
NETWORK: Final = "gcp:compute/network:Network"


def ends(view: View) -> Iterator[End]:
    """Its ends of tunnels."""
    for row in view.graph.of_type(TUNNEL):
        address = view.text(row, "peerIp") or _far_end(view, row)
        gateway = view.ref(row, "vpnGateway", GATEWAY)
        network = view.ref(gateway, "network", NETWORK) if gateway else None
        everywhere = network is not None and view.text(network, "routingMode") == "GLOBAL"
        if address:
            at = places.place(view, row)
            dynamic = gateway is not None and bool(view.linked(row, "router") or view.value(row, "router"))
            yield End(at["site"], at["homes"], address, dynamic, everywhere)


def _far_end(view: View, row: Resource) -> str | None:
    router = view.ref(row, "peerExternalGateway", ROUTER)
    number = view.number(row, "peerExternalGatewayInterface")
    found = [one for one in view.rows(router, "interfaces") if as_number(one.get("id")) == number] if router else []
    return as_text(found[0].get("ipAddress")) if found else None


READINGS: Final = {
    TUNNEL: setting("tunnel to a site", "how a site on premises is reached", reasons.NETWORK),
    ROUTER: setting("far end of tunnels", "which line a tunnel runs over", reasons.NETWORK),
    GATEWAY: setting("gateway of tunnels", "where tunnels end, in its region", reasons.NETWORK),
}
