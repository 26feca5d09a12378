"""Ways from the networks of AWS to the outside: NAT gateways and what else stands in a zone that others hang on.

A subnet leaves by the default route of its table. Images, secrets, payment providers and AWS's own services are reached
over it, but for endpoints with private names, which stand in zones themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "natGatewayId": (places.NAT,),
    "networkInterfaceId": (_INTERFACE, _INSTANCE),
    "instanceId": (_INSTANCE,),
    "vpcEndpointId": (_ENDPOINT, _FIREWALL),
    "transitGatewayId": (_TRANSIT,),
}
"""Property of a route → the types that it can lead to, of those that stand in zones."""
_WHAT: Final = {places.NAT: "NAT gateway", _ENDPOINT: "endpoint", _FIREWALL: "firewall"}


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
    """The ways out of the network that a transit gateway takes requests to."""
    own = {network.urn for network in view.refs(subnet, "vpcId", *_VPCS)}
    for attachment in view.users(transit, _ATTACHMENT, "transitGatewayId"):
        if not own & {network.urn for network in view.refs(attachment, "vpcId", *_VPCS)}:
            for there in places.subnets(view, attachment, "subnetIds"):
                for table in _tables(view, there):
                    yield from (way for way in _routed(view, table) if way.type != _TRANSIT)


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
