"""The way to another cloud's network: tunnels between Google's gateway and the other vendor's, in two steps.

Each end has to know the other's addresses first: Google's gateway comes first, then the peer's connections to its two
addresses, then Google's tunnels to the addresses that those got. So there are two components, and neither vendor's
package knows the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self

import pulumi
from pulumi_gcp.compute import ExternalVpnGateway, Router
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, Strs, refuse
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Region
from bcinfra.gcp.vpn import INTERFACES, Ends, Line, ha_gateway, tunnel

Cidr = Annotated[str, Field(pattern=r"^(\d{1,3}\.){3}\d{1,3}/\d{1,2}$")]

TUNNELS: Final = (0, 1)
"""The tunnels of one connection of the peer, in its own order."""


class VpnGatewayArgs(Args):
    """Arguments of :class:`VpnGateway`."""

    region: Region
    """Where Google's end is. Give a network with global routing, so that other regions use it too."""
    network_id: Str
    """The network that is joined to the peer's, such as ``Network(...).network_id``."""
    asn: int = Field(default=64514, ge=64512, le=4_294_967_294)
    """The AS number of this end, a private one."""
    advertised: Mapping[str, Cidr] = {}
    """Further ranges that the peer learns, by a name for each: those of Google's services in the network, such as Cloud
    SQL's. Subnets are advertised by themselves."""


class VpnGateway(Component):
    """Google's end of a VPN to another cloud: a gateway with two addresses, and the router that routes are learnt by.

    Give one of :attr:`addresses` to each of two connections of the peer (``aws.SiteVpn`` with two lines), and what they
    answer to :class:`PeerTunnels`.
    """

    package = "gcp"

    addresses: tuple[pulumi.Output[str], pulumi.Output[str]]
    """Public address of each interface."""
    gateway_id: pulumi.Output[str]
    """The gateway, for :class:`PeerTunnels`."""
    router_id: pulumi.Output[str]
    """The router, likewise."""
    router_name: pulumi.Output[str]
    """Its name, likewise."""
    asn: int
    """The AS number of this end, for the peer."""

    def __init__(self, name: str, args: VpnGatewayArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        gateway = ha_gateway(self, name, region, args.network_id)
        bgp: Any = {"asn": args.asn, "advertise_mode": "DEFAULT"}
        if args.advertised:
            bgp |= {
                "advertise_mode": "CUSTOM",
                "advertised_groups": ["ALL_SUBNETS"],
                "advertised_ip_ranges": [
                    {"range": args.advertised[what], "description": what} for what in sorted(args.advertised)
                ],
            }
        router = Router(
            name,
            name=physical("compute", name),
            project=region.project,
            region=region.name,
            network=args.network_id,
            bgp=bgp,
            opts=region.child(self),
        )
        zero, one = (gateway.vpn_interfaces[interface].ip_address.apply(str) for interface in INTERFACES)
        self.addresses, self.asn = (zero, one), args.asn
        self.gateway_id, self.router_id, self.router_name = gateway.id, router.id, router.name
        self.register_outputs(
            {
                "addresses": list(self.addresses),
                "gatewayId": self.gateway_id,
                "routerId": self.router_id,
                "routerName": self.router_name,
                "asn": self.asn,
            }
        )


class PeerConnection(Args):
    """A connection of the peer, which ends at one of Google's interfaces with two tunnels."""

    interface: Literal[0, 1]
    """Google's interface whose address the connection was given."""
    addresses: Strs
    """The peer's public addresses of its two tunnels: ``aws.SiteVpn(...).tunnel_addresses[line]``."""
    inside: Strs
    """Google's addresses inside them: ``aws.SiteVpn(...).inside_addresses[line]``."""
    peer_inside: Strs
    """The peer's addresses inside them: ``aws.SiteVpn(...).cloud_inside_addresses[line]``."""
    keys: tuple[Str, Str]
    """Pre-shared keys of the two tunnels, as the peer has them."""


class PeerTunnelsArgs(Args):
    """Arguments of :class:`PeerTunnels`."""

    region: Region
    """Where Google's gateway is."""
    peer: str = Field(min_length=1, examples=["aws"])
    """What is at the other end."""
    gateway_id: Str
    """``VpnGateway(...).gateway_id``."""
    router_id: Str
    """``VpnGateway(...).router_id``."""
    router_name: Str
    """``VpnGateway(...).router_name``."""
    connections: Mapping[Line, PeerConnection] = Field(min_length=2, max_length=2)
    """The peer's two connections by name, one to each of Google's interfaces."""
    asn: int = Field(ge=1, le=4_294_967_294)
    """The peer's AS number."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        owners: dict[int, str] = {}
        for name, at in self.connections.items():
            if (owner := owners.setdefault(at.interface, name)) != name:
                yield f"connections.{name}.interface: {at.interface} is that of {owner!r}; each interface has its own"


class PeerTunnels(Component):
    """Four tunnels to another cloud's gateway, and routes learnt over all of them (BGP).

    What is down is left within the hold time, without a person: one of the peer's endpoints, one of Google's
    interfaces, or both at once. Google commits to 99.99 % for four tunnels to AWS (HA VPN topologies).
    """

    package = "gcp"

    tunnels: Mapping[str, pulumi.Output[str]]
    """Names of the tunnels, as ``<connection>-<tunnel>``."""

    def __init__(self, name: str, args: PeerTunnelsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"peer": args.peer, "connections": sorted(args.connections)})
        region = args.region
        # Google takes interfaces 0 and 1 to be one connection's, at its own interface 0, and 2 and 3 the other's.
        rows = [
            (line, n, args.connections[line], len(TUNNELS) * args.connections[line].interface + n)
            for line in sorted(args.connections, key=lambda line: args.connections[line].interface)
            for n in TUNNELS
        ]
        peer = ExternalVpnGateway(
            name,
            name=physical("compute", f"{name}-{args.peer}"),
            project=region.project,
            redundancy_type="FOUR_IPS_REDUNDANCY",
            description=f"{args.peer}, over {' and '.join(sorted(args.connections))}",
            interfaces=[{"id": number, "ip_address": _item(at.addresses, n)} for _, n, at, number in rows],
            labels=region.labelled(name, peer=args.peer),
            opts=region.child(self),
        )
        ends = Ends(region, args.gateway_id, args.router_id, args.router_name, peer.id, args.asn)
        self.tunnels = {
            f"{line}-{n}": tunnel(
                self,
                f"{name}-{line}-{n}",
                ends,
                interface=at.interface,
                peer_interface=number,
                key=at.keys[n],
                inside=pulumi.Output.concat(_item(at.inside, n), "/30"),
                neighbour=_item(at.peer_inside, n),
                labels={"peer": args.peer, "line": line},
            )
            for line, n, at, number in rows
        }
        self.register_outputs({"tunnels": self.tunnels})


def _item(texts: Strs, n: int) -> pulumi.Output[str]:
    return pulumi.Output.from_input(texts).apply(lambda found: found[n])
