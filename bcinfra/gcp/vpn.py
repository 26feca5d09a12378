"""The way to a site on premises: tunnels over every line that it has, and looks at it from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from itertools import product
from typing import Annotated, Final, Literal, NamedTuple, Self

import pulumi
from pulumi_gcp.compute import ExternalVpnGateway, HaVpnGateway, Router, RouterInterface, RouterPeer, VPNTunnel
from pulumi_gcp.monitoring import UptimeCheckConfig
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, Region

Line = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$")]
"""Name of a line to the internet, as the site calls it."""

INTERFACES: Final[tuple[Literal[0, 1], Literal[0, 1]]] = (0, 1)
"""The interfaces of a gateway. A tunnel from each is what the 99.99 % commitment asks for (Cloud VPN documentation,
HA VPN topologies)."""
LINK_LOCAL: Final = IPv4Network("169.254.0.0/16")
"""Where addresses inside tunnels come from."""


class SiteLine(Args):
    """The site's end on one line."""

    interface: Literal[0, 1]
    """Its number at Google Cloud, which it keeps."""
    address: Str
    """Public address of its router there, such as ``onprem.Site(...).addresses["north"]``."""
    keys: tuple[Str, Str]
    """Pre-shared keys of its two tunnels."""
    inside: tuple[str, str]
    """The /30 ranges inside its two tunnels, of 169.254.0.0/16. The cloud's end has the first address."""


class SiteVpnArgs(Args):
    """Arguments of :class:`SiteVpn`."""

    region: Region
    """Where the cloud's end is. Give a network with global routing, so that other regions use it too."""
    site: str = Field(min_length=1)
    """The site on premises, as it is named elsewhere."""
    network_id: Str
    """The network that is joined to the site, such as ``Network(...).network_id``."""
    lines: Mapping[Line, SiteLine] = Field(min_length=2, max_length=2)
    """The site's two lines by name, of different carriers."""
    asn: int = Field(ge=1, le=4_294_967_294)
    """The site's AS number."""
    cloud_asn: int = Field(default=64513, ge=64512, le=4_294_967_294)
    """The AS number of this end, a private one."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.asn == self.cloud_asn:
            yield f"cloud_asn: {self.cloud_asn} is the site's own; the two ends need different numbers"
        owners: dict[object, str] = {}
        for name, line in self.lines.items():
            once: list[tuple[str, object]] = [("interface", line.interface)]
            once += [("address", line.address)] if isinstance(line.address, str) else []
            for cidr in line.inside:
                if not _fits(cidr):
                    yield f"lines.{name}.inside: {cidr!r} is not a /30 of {LINK_LOCAL} such as '169.254.20.0/30'"
                once.append(("inside", cidr))
            for field, value in once:
                if (owner := owners.setdefault((field, value), f"lines.{name}")) != f"lines.{name}":
                    yield f"lines.{name}.{field}: {value} is that of {owner}; each has its own"
            if line.inside[0] == line.inside[1]:
                yield f"lines.{name}.inside: both tunnels have {line.inside[0]}; each has its own"


def _fits(cidr: str) -> bool:
    try:
        network = IPv4Network(cidr)
    except ValueError:
        return False
    return network.prefixlen == 30 and network.subnet_of(LINK_LOCAL)


class SiteVpn(Component):
    """A VPN to a site that survives the loss of one of its lines, of one of Google's interfaces, and of both at once.

    Every line has a tunnel to each interface of the gateway, and routes are learnt over all four (BGP): what is down is
    left within the hold time, without a person. Configure all four on the routers, and test by pulling a cable.
    """

    package = "gcp"

    gateway_addresses: pulumi.Output[list[str]]
    """Google's public addresses, by interface, for the site's routers."""
    tunnels: Mapping[str, pulumi.Output[str]]
    """Names of the tunnels, as ``<line>-<interface>``."""

    def __init__(self, name: str, args: SiteVpnArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"site": args.site, "lines": sorted(args.lines)})
        self._name, self._args, region = name, args, args.region
        gateway = ha_gateway(self, name, region, args.network_id)
        site = ExternalVpnGateway(
            name,
            name=physical("compute", f"{name}-{args.site}"),
            project=region.project,
            redundancy_type="TWO_IPS_REDUNDANCY",
            description=f"{args.site}, over {' and '.join(sorted(args.lines))}",
            interfaces=[
                {"id": line.interface, "ip_address": line.address}
                for line in sorted(args.lines.values(), key=lambda line: line.interface)
            ],
            labels=region.labelled(name, site=args.site),
            opts=region.child(self),
        )
        router = Router(
            name,
            name=physical("compute", name),
            project=region.project,
            region=region.name,
            network=args.network_id,
            bgp={"asn": args.cloud_asn, "advertise_mode": "DEFAULT"},
            opts=region.child(self),
        )
        ends = Ends(region, gateway.id, router.id, router.name, site.id, args.asn)
        self.tunnels = {
            f"{line}-{interface}": self._tunnel(line, interface, ends)
            for line, interface in product(sorted(args.lines), INTERFACES)
        }
        self.gateway_addresses = gateway.vpn_interfaces.apply(
            lambda interfaces: [interface.ip_address or "" for interface in interfaces]
        )
        self.register_outputs({"gatewayAddresses": self.gateway_addresses, "tunnels": self.tunnels})

    def _tunnel(self, line: str, interface: int, ends: Ends) -> pulumi.Output[str]:
        at = self._args.lines[line]
        ours, theirs = IPv4Network(at.inside[interface]).hosts()
        return tunnel(
            self,
            f"{self._name}-{line}-{interface}",
            ends,
            interface=interface,
            peer_interface=at.interface,
            key=at.keys[interface],
            inside=f"{ours}/30",
            neighbour=str(theirs),
            labels={"site": self._args.site, "line": line},
        )


class Ends(NamedTuple):
    """What the tunnels between two gateways share."""

    region: Region
    gateway_id: Str
    router_id: Str
    router_name: Str
    peer_gateway_id: Str
    peer_asn: int


def ha_gateway(parent: pulumi.Resource, name: str, region: Region, network_id: Str) -> HaVpnGateway:
    """Google's end of tunnels: a gateway with two interfaces."""
    return HaVpnGateway(
        name,
        name=physical("compute", name),
        project=region.project,
        region=region.name,
        network=network_id,
        labels=region.labelled(name),
        opts=region.child(parent),
    )


def tunnel(
    parent: pulumi.Resource,
    name: str,
    ends: Ends,
    *,
    interface: int,
    peer_interface: int,
    key: Str,
    inside: Str,
    neighbour: Str,
    labels: Mapping[str, str],
) -> pulumi.Output[str]:
    """The name of a tunnel between an interface of each gateway, and the session that routes are learnt in.

    ``inside`` is Google's address inside it, with ``/30``; ``neighbour`` is the peer's.
    """
    region, called = ends.region, physical("compute", name)
    made = VPNTunnel(
        name,
        name=called,
        project=region.project,
        region=region.name,
        vpn_gateway=ends.gateway_id,
        vpn_gateway_interface=interface,
        peer_external_gateway=ends.peer_gateway_id,
        peer_external_gateway_interface=peer_interface,
        shared_secret=pulumi.Output.secret(key),
        ike_version=2,
        router=ends.router_id,
        labels=region.labelled(name, **labels),
        opts=region.child(parent),
    )
    end = RouterInterface(
        name,
        name=called,
        project=region.project,
        region=region.name,
        router=ends.router_name,
        vpn_tunnel=made.name,
        ip_range=inside,
        opts=region.child(parent),
    )
    RouterPeer(
        name,
        name=called,
        project=region.project,
        region=region.name,
        router=ends.router_name,
        interface=end.name,
        peer_ip_address=neighbour,
        peer_asn=ends.peer_asn,
        advertised_route_priority=100,  # the same over all, so that all are used and tested by use
        opts=region.child(parent),
    )
    return made.name


class SiteChecksArgs(Args):
    """Arguments of :class:`SiteChecks`."""

    project: Project
    """The project whose monitoring looks."""
    site: str = Field(min_length=1)
    """The site on premises."""
    addresses: Mapping[Line, str] = Field(min_length=1)
    """Public address of the site's router on each line, such as ``onprem.Site(...).addresses``."""
    port: int = Field(ge=1, le=65535)
    """A TCP port that answers on every line while the site works."""


class SiteChecks(Component):
    """Looks at a site from three continents every minute, over each of its lines: what the site itself cannot tell
    when it is cut off."""

    package = "gcp"

    check_ids: Mapping[str, pulumi.Output[str]]
    """The uptime check of each line, for alert policies."""

    def __init__(self, name: str, args: SiteChecksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, {"site": args.site, "lines": sorted(args.addresses)})
        project = args.project
        self.check_ids = {
            line: UptimeCheckConfig(
                f"{name}-{line}",
                display_name=f"{args.site} over {line}",
                project=project.project,
                timeout="5s",
                period="60s",
                selected_regions=["EUROPE", "USA", "ASIA_PACIFIC"],
                monitored_resource={
                    "type": "uptime_url",
                    "labels": {"project_id": project.project, "host": args.addresses[line]},
                },
                tcp_check={"port": args.port},
                user_labels=project.labelled(f"{name}-{line}", site=args.site, line=line),
                opts=project.child(self),
            ).uptime_check_id
            for line in sorted(args.addresses)
        }
        self.register_outputs({"checkIds": self.check_ids})
