"""Tunnels from AWS to sites on premises, and to other clouds: where they end, and over which line they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.vendor import End
from bcinfra.continuity.readings.base.view import View

CONNECTION: Final = "aws:ec2/vpnConnection:VpnConnection"
ROUTER: Final = "aws:ec2/customerGateway:CustomerGateway"


def ends(view: View) -> Iterator[End]:
    """Its ends of tunnels."""
    for row in view.graph.of_type(CONNECTION):
        router = view.ref(row, "customerGatewayId", ROUTER)
        address = view.text(router, "ipAddress") if router else None
        if address:
            at = places.place(view, row)
            yield End(at["site"], at["homes"], address, not view.flag(row, "staticRoutesOnly"), False)


READINGS: Final = {
    CONNECTION: setting(
        "tunnel to a site",
        "how a site on premises is reached",
        having(reasons.NETWORK, identities="tunnel1Address tunnel2Address"),
    ),
    ROUTER: setting(
        "far end of a tunnel", "which line a tunnel runs over", having(reasons.NETWORK, identities="ipAddress")
    ),
    "aws:ec2/vpnGateway:VpnGateway": setting("gateway of tunnels", "where tunnels end, in its region", reasons.NETWORK),
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": setting(
        "routes learnt over tunnels", "which subnets use them", reasons.NETWORK
    ),
    "aws:ec2/vpnConnectionRoute:VpnConnectionRoute": setting(
        "static route over a tunnel", "it is followed or not", reasons.NETWORK
    ),
    "aws:ec2transitgateway/transitGateway:TransitGateway": setting(
        "gateway of tunnels", "where tunnels end, in its region", reasons.NETWORK
    ),
    **{
        f"aws:ec2transitgateway/{kind[0].lower()}{kind[1:]}:{kind}": setting(
            "way to a gateway", "which networks use it", reasons.NETWORK
        )
        for kind in ("VpcAttachment", "Route", "RouteTable", "RouteTableAssociation", "RouteTablePropagation")
    },
}
