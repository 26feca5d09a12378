"""Ways from the networks of AWS to the outside: NAT gateways and what else stands in a zone that others hang on.

A subnet leaves by the default route of its table. Images, secrets, payment providers and AWS's own services are reached
over it, but for endpoints with private names, which stand in zones themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import WayOut
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.graph.core.model import Resource, Value

TABLE: Final = "aws:ec2/routeTable:RouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_MAIN: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
_DEFAULT_TABLE: Final = "aws:ec2/defaultRouteTable:DefaultRouteTable"
_VPCS: Final = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
_INSTANCE: Final = "aws:ec2/instance:Instance"
_INTERFACE: Final = "aws:ec2/networkInterface:NetworkInterface"
_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
_FIREWALL: Final = "aws:networkfirewall/firewall:Firewall"
_TRANSIT: Final = "aws:ec2transitgateway/transitGateway:TransitGateway"
_ATTACHMENT: Final = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
_INTERNET: Final = "aws:ec2/internetGateway:InternetGateway"
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "natGatewayId": (places.NAT,),
    "networkInterfaceId": (_INTERFACE, _INSTANCE),
    "instanceId": (_INSTANCE,),
    "vpcEndpointId": (_ENDPOINT, _FIREWALL),
    "transitGatewayId": (_TRANSIT,),
}
"""Property of a route → the types that it can lead to, of those that stand in zones."""
_WHAT: Final = {places.NAT: "NAT gateway", _ENDPOINT: "endpoint", _FIREWALL: "firewall", _ATTACHMENT: "attachment"}


def egress(view: View, subnets: Iterable[Resource]) -> tuple[WayOut, ...]:
    """The ways out of some subnets that stand in one zone and serve others."""
    subnets = tuple(subnets)
    served: dict[str, set[Domain]] = {}
    for subnet in subnets:
        if zone := places.subnet_zone(view, subnet):
            for way in (*_leaving(view, subnet), *_endpoints(view, subnet)):
                served.setdefault(way.urn, set()).add(zone)
    found: dict[tuple[Domain, ...], tuple[Resource, set[Domain]]] = {}
    for urn, zones in sorted(served.items()):
        way = view.graph[urn]
        stands = _zones(view, way)
        if len(stands) == 1:  # two in one zone are lost together
            found.setdefault(stands, (way, set()))[1].update(zones)
    return tuple(
        WayOut(urn=way.urn, label=f"{_WHAT.get(way.type, 'server')} {way.name}", zones=at, serves=tuple(sorted(zones)))
        for at, (way, zones) in found.items()
        if zones - set(at)
    )


def _zones(view: View, way: Resource) -> tuple[Domain, ...]:
    """Where a way out stands; nowhere in particular where it spans zones, or that is not told."""
    if view.text(way, "availabilityMode") == "regional":
        return ()
    found = places.zones_of(view, places.subnets(view, way, "subnetId", "subnetIds", "subnetMappings"))
    stated = places.zone(places.region_of(view, way), view.text(way, "availabilityZone"))
    return found or ((stated,) if stated else ())


@once_per_view
def _leaving(view: View, subnet: Resource) -> tuple[Resource, ...]:
    """What the default route of a subnet leads to."""
    found: dict[str, Resource] = {}
    for table in _tables(view, subnet):
        for way in _routed(view, table):
            rows = _beyond(view, way, subnet) if way.type == _TRANSIT else (way,)
            found |= {row.urn: row for row in rows}
    return tuple(found.values())


def _tables(view: View, subnet: Resource) -> tuple[Resource, ...]:
    """The route table of a subnet: the one it is associated with, else the main one of its network."""
    own = view.users(subnet, ASSOCIATION, "subnetId")
    if own:
        return tuple(table for row in own for table in view.refs(row, "routeTableId", TABLE))
    networks = view.refs(subnet, "vpcId", *_VPCS)
    main = [row for network in networks for row in view.users(network, _MAIN, "vpcId")]
    named = tuple(table for row in main for table in view.refs(row, "routeTableId", TABLE))
    return named or tuple(t for network in networks for t in view.users(network, _DEFAULT_TABLE, "defaultRouteTableId"))


def _routed(view: View, table: Resource) -> Iterator[Resource]:
    for row in view.rows(table, "routes"):
        if row.get("cidrBlock") in _EVERYWHERE or row.get("ipv6CidrBlock") in _EVERYWHERE:
            yield from _led(view, table, "routes", row)
    for route in view.users(table, ROUTE, "routeTableId"):
        if view.text(route, "destinationCidrBlock") in _EVERYWHERE:
            for name, types in _TARGETS.items():
                yield from view.refs(route, name, *types)


def _led(view: View, table: Resource, name: str, row: Mapping[str, Value]) -> Iterator[Resource]:
    for key, types in _TARGETS.items():
        match row.get(key):
            case None:
                pass
            case str(text) if text:
                yield from view.named(text, types, near=table)
            case _:
                yield from view.refs(table, name, *types)


def _beyond(view: View, transit: Resource, subnet: Resource) -> Iterator[Resource]:
    """The ways out of the network that a transit gateway takes requests to: those of their own zone, where it has one
    there. What has no attachment in its zone does not reach the gateway at all, so that a single one is a way itself
    (https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html and /how-transit-gateways-work.html, read
    2026-11)."""
    own = {network.urn for network in view.refs(subnet, "vpcId", *_VPCS)}
    zone = places.subnet_zone(view, subnet)
    for attachment in view.users(transit, _ATTACHMENT, "transitGatewayId"):
        if own & {network.urn for network in view.refs(attachment, "vpcId", *_VPCS)}:
            yield from (attachment,) if len(_zones(view, attachment)) == 1 else ()
            continue
        there = places.subnets(view, attachment, "subnetIds")
        near = [one for one in there if zone and places.subnet_zone(view, one) == zone]
        for one in near or there:
            for table in _tables(view, one):
                yield from (way for way in _routed(view, table) if way.type != _TRANSIT)


def entered(view: View, subnet: Resource) -> Domain | None:
    """The zone that requests from the internet to a subnet come in by: its own, or that of the firewall which the route
    table of the internet gateway sends them through
    (https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-igw-ngw.html, read 2026-11)."""
    for network in view.refs(subnet, "vpcId", *_VPCS):
        for gateway in view.users(network, _INTERNET, "vpcId"):
            for row in view.users(gateway, ASSOCIATION, "gatewayId"):
                for table in view.refs(row, "routeTableId", TABLE):
                    for way in _inwards(view, table, view.text(subnet, "cidrBlock")):
                        if len(zones := _zones(view, way)) == 1:
                            return zones[0]
    return places.subnet_zone(view, subnet)


def _inwards(view: View, table: Resource, cidr: str | None) -> Iterator[Resource]:
    """What a table of an internet gateway sends requests to some addresses through."""
    for row in view.rows(table, "routes"):
        if _covers(row.get("cidrBlock"), cidr):
            yield from _led(view, table, "routes", row)
    for route in view.users(table, ROUTE, "routeTableId"):
        if _covers(view.value(route, "destinationCidrBlock"), cidr):
            yield from view.refs(route, "vpcEndpointId", *_TARGETS["vpcEndpointId"])


def _covers(outer: Value, inner: str | None) -> bool:
    try:
        return IPv4Network(str(inner)).subnet_of(IPv4Network(str(outer)))
    except ValueError:
        return False


def _endpoints(view: View, subnet: Resource) -> Iterator[Resource]:
    """Endpoints that take the place of a service's own addresses in the network of a subnet."""
    for network in view.refs(subnet, "vpcId", *_VPCS):
        for endpoint in view.users(network, _ENDPOINT, "vpcId"):
            if view.text(endpoint, "vpcEndpointType") == "Interface" and view.flag(endpoint, "privateDnsEnabled"):
                yield endpoint


READINGS: Final = {
    places.NAT: setting(
        "NAT gateway",
        "the zone that requests to the outside go through",
        having(reasons.NETWORK, identities="publicIp"),
    ),
    ROUTE: setting("route", "which way out a subnet takes", reasons.NETWORK),
    TABLE: setting("route table", "which way out a subnet takes", reasons.NETWORK),
    ASSOCIATION: setting("route table association", "as its route table", reasons.NETWORK),
}
