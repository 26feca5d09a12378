"""Small programs of one shop on two vendors."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_aws.globalaccelerator.accelerator import Accelerator
from pulumi_aws.globalaccelerator.endpoint_group import EndpointGroup
from pulumi_aws.globalaccelerator.listener import Listener
from pulumi_aws.lb.load_balancer import LoadBalancer

from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier


def accelerated(at: Region, balancers: dict[str, LoadBalancer], dials: Mapping[str, float]) -> Accelerator:
    """An accelerator before load balancers by region."""
    front = Accelerator("front", opts=at.opts)
    listener = Listener(
        "front",
        accelerator_arn=front.arn,
        protocol="TCP",
        port_ranges=[{"from_port": 443, "to_port": 443}],
        opts=at.opts,
    )
    for region, balancer in balancers.items():
        EndpointGroup(
            region,
            listener_arn=listener.arn,
            endpoint_group_region=region,
            traffic_dial_percentage=dials.get(region, 100),
            endpoint_configurations=[{"endpoint_id": balancer.arn}],
            opts=at.opts,
        )
    return front


def two_regions(*, standby: bool = True, dials: tuple[float, float] = (100, 0)) -> None:
    """A shop of two regions behind an accelerator."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tiers = {at.name: Tier(at) for at in ((here, there) if standby else (here,))}
    primary = Database(here, tiers["eu-west-1"])
    if standby:
        Database(there, tiers["eu-central-1"], source=primary)
    balancers = {name: tier.balancer for name, tier in tiers.items()}
    accelerated(here, balancers, dict(zip(("eu-west-1", "eu-central-1"), dials, strict=True)))
