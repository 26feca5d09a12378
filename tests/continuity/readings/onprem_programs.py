"""Small programs with a site on premises, whose graphs the readings are tested on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pulumi
from pulumi_aws.ec2 import CustomerGateway, VpnConnection, VpnGateway
from pulumi_aws.route53 import Record, Zone
from pulumi_gcp.compute import ExternalVpnGateway, HaVpnGateway, Network, Router, VPNTunnel
from pulumi_kubernetes import Provider

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Outcome
from bcinfra.graph.record.recorder import record
from bcinfra.onprem import Site, SiteArgs
from bcinfra.spec import DataSet, Geography, Isp, PowerFeed, Premises, Rack, System
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.kubernetes_programs import apart, entrance, web
from tests.continuity.readings.programs import IRELAND, Region, Tier

BELGIUM = Geography(country="BE", place="Ghent", latitude=51.05, longitude=3.73)
BRIDGED = {"battery": 15, "generator": 24}
"""What carries a feed through a day without its grid."""


def isp(number: int, **more: Any) -> Isp:
    """A line of a carrier and an entry of its own."""
    fields = {"carrier": f"carrier-{number}", "entry": f"duct-{number}", "address": f"203.0.113.{number}"}
    return Isp(**{**fields, "bandwidth": 1000, **more})


def erp(**more: Any) -> System:
    """A back office on two hosts in two racks, of which one is enough."""
    fields = {"criticality": "critical", "hosts": {"host-1", "host-2"}, "automatic": True, "recovery": 600}
    return System(**{**fields, **more})


def site(name: str = "ghent", **more: Any) -> Site:
    """A machine room with two lines, two grids, and two racks in two rooms that each have both feeds."""
    fields: dict[str, Any] = {
        "geography": BELGIUM,
        "ranges": {"10.9.0.0/16"},
        "isps": {"north": isp(1), "south": isp(2)},
        "power": {"a": PowerFeed(grid="west", **BRIDGED), "b": PowerFeed(grid="east", **BRIDGED)},
        "racks": {
            "rack-1": Rack(feeds={"a", "b"}, hosts={"host-1", "host-3"}),
            "rack-2": Rack(feeds={"a", "b"}, room="annex", hosts={"host-2"}),
        },
        "systems": {"erp": erp()},
        "data": {"stock": DataSet(criticality="critical", system="erp", size=40, copies={"aws/us-east-1": 60})},
    }
    return Site(name, SiteArgs(premises=Premises(**{**fields, **more})))


def shop(data: Mapping[str, str], offers: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
    """A specification: homes of data classes, and what each capability needs."""
    objectives = {"recovery_time": "15m", "data_loss": "15m", "availability": 99.5}
    stated = {name: {"criticality": "critical", "home": home} for name, home in data.items()}
    needs = {name: {**offer, "objectives": objectives} for name, offer in offers.items()}
    pulumi.ComponentResource(
        "bcinfra:assembly:Shop", "shop", {"spec": {"data": stated, "objectives": objectives}, "offers": needs}
    )


def aws_tunnels(at: Region, addresses: Mapping[str, str], *, static: bool = False) -> None:
    """A VPN connection to each line."""
    gateway = VpnGateway(f"{at.name}-vpn", vpc_id=at.vpc.id, opts=at.opts)
    for line, address in addresses.items():
        router = CustomerGateway(f"{at.name}-{line}", type="ipsec.1", ip_address=address, bgp_asn="65000", opts=at.opts)
        VpnConnection(
            f"{at.name}-{line}",
            type="ipsec.1",
            customer_gateway_id=router.id,
            vpn_gateway_id=gateway.id,
            static_routes_only=static,
            opts=at.opts,
        )


def called(*, tunnels: Iterable[str] | None = ("north", "south"), static: bool = False, **more: Any) -> None:
    """A shop at AWS whose checkout needs the ERP on premises, over a VPN."""
    made = site(**more)
    at = Region("eu-west-1", IRELAND)
    Tier(at)
    if tunnels is not None:
        aws_tunnels(at, {line: made.addresses[line] for line in tunnels}, static=static)
    shop(
        {"orders": "external:erp"},
        {"browse": {"data": [], "external": []}, "checkout": {"data": ["orders"], "external": ["payment-provider"]}},
    )


def called_from_google(*, everywhere: bool = True) -> None:
    """Servers in Frankfurt that reach a site by the tunnels of another region of their network."""
    made = site()
    at, ends = gcp.Region(gcp.FRANKFURT), gcp.Region(gcp.BELGIUM)
    gcp.Front(at, gcp.Group(at))
    network = Network("net", routing_mode="GLOBAL" if everywhere else "REGIONAL", opts=ends.opts)
    gateway = HaVpnGateway("vpn", region=ends.name, network=network.id, opts=ends.opts)
    router = Router("vpn", region=ends.name, network=network.id, bgp={"asn": 64513}, opts=ends.opts)
    lines: list[Any] = [{"id": n, "ip_address": address} for n, address in enumerate(made.addresses.values())]
    theirs = ExternalVpnGateway("ghent", redundancy_type="TWO_IPS_REDUNDANCY", interfaces=lines, opts=ends.opts)
    for n in range(2):
        VPNTunnel(
            f"vpn-{n}",
            region=ends.name,
            vpn_gateway=gateway.id,
            vpn_gateway_interface=n,
            peer_external_gateway=theirs.id,
            peer_external_gateway_interface=n,
            shared_secret="test",
            router=router.id,
            opts=ends.opts,
        )
    shop({"orders": "external:erp"}, {"checkout": {"data": ["orders"], "external": []}})


class _Where(pulumi.ComponentResource):
    """What a component of ours says of the cluster that its objects are in."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        super().__init__("bcinfra:kubernetes:Workload", "shop", inputs)


def cluster(at: str, zones: Iterable[str]) -> pulumi.ResourceOptions:
    """A cluster that nothing tells of but the program's own word."""
    parent = _Where({"cluster": "room", "site": at, "zones": list(zones)})
    return pulumi.ResourceOptions(provider=Provider("room", context="room"), parent=parent)


def name(*addresses: str) -> None:
    """A DNS name that answers with addresses."""
    at = Region("eu-west-1", IRELAND)
    zone = Zone("zone", name="shop.example", opts=at.opts)
    Record(
        "shop",
        zone_id=zone.zone_id,
        name="shop.example",
        type="A",
        ttl=60,
        records=list(addresses),
        opts=at.opts,
    )


def on_kubernetes(
    at: str = "ghent",
    zones: Iterable[str] = ("rack-1", "rack-2"),
    addresses: Iterable[str] = ("203.0.113.1", "203.0.113.2"),
    **more: Any,
) -> None:
    """A shop in a cluster of the machine room, whose name answers with the addresses of its lines."""
    site(**more)
    opts = cluster(at, zones)
    web(opts, apart(), balanced=False)
    entrance(opts)
    name(*addresses)


def assessed(program: Callable[[], object]) -> Assessment:
    return assess(with_defaults(read(record(program))))


def outcomes(found: Assessment, capability: str = "checkout") -> dict[str, Outcome]:
    """What each scenario does to a capability."""
    return {row.scenario.id: one for row in found.scenarios for one in row.outcomes if one.capability == capability}
