"""Ways in and out by way of something that stands in zones itself: a transit gateway's attachment, a firewall."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.ec2 import InternetGateway, NatGateway, RouteTable, RouteTableAssociation, Subnet, Vpc
from pulumi_aws.ec2transitgateway import TransitGateway, VpcAttachment
from pulumi_aws.networkfirewall import Firewall, FirewallPolicy

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings.programs import IRELAND, Region, Tier

ZONES = tuple(f"zone:aws/eu-west-1/{zone}" for zone in IRELAND)


def subnets(at: Region, vpc: Any, net: str, zones: tuple[str, ...] = IRELAND) -> list[Subnet]:
    return [
        Subnet(
            f"{net}-{zone}",
            vpc_id=vpc.id,
            availability_zone_id=zone,
            cidr_block=f"10.{net}.{n}.0/24",
            opts=at.opts,
        )
        for n, zone in enumerate(zones)
    ]


def routed(at: Region, name: str, vpc: Any, some: list[Any], way: Any) -> None:
    """One table that sends everything by a way."""
    table = RouteTable(name, vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", **way}], opts=at.opts)
    for n, subnet in enumerate(some):
        RouteTableAssociation(f"{name}-{n}", route_table_id=table.id, subnet_id=subnet.id, opts=at.opts)


def by_transit(attached: int, gateways: int) -> Assessment:
    """Tasks in three zones that leave by a transit gateway, attached in some, and gateways of another network."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Tier(at)
        out = Vpc("out", cidr_block="10.9.0.0/16", opts=at.opts)
        there = subnets(at, out, "9", IRELAND[:gateways])
        hub = TransitGateway("hub", opts=at.opts)
        common: Any = {"transit_gateway_id": hub.id, "opts": at.opts}
        VpcAttachment("shop", vpc_id=at.vpc.id, subnet_ids=at.subnet_ids[:attached], **common)
        VpcAttachment("out", vpc_id=out.id, subnet_ids=[one.id for one in there], **common)
        for n, subnet in enumerate(there):
            nat = NatGateway(f"nat-{n}", subnet_id=subnet.id, allocation_id="eipalloc-1", opts=at.opts)
            routed(at, f"out-{n}", out, [subnet], {"nat_gateway_id": nat.id})
        routed(at, "shop", at.vpc, at.subnets, {"transit_gateway_id": hub.id})

    return assessed(program)


@pytest.mark.parametrize(
    ("attached", "gateways", "decided"),
    [(3, 3, (True, True, True)), (1, 3, (False, True, True)), (3, 1, (False, True, True))],
    ids=["in every zone", "attached in one", "one gateway"],
)
def test_a_transit_gateway_takes_requests_out_by_their_own_zone(
    attached: int, gateways: int, decided: tuple[bool, ...]
) -> None:
    found = by_transit(attached, gateways)
    kinds = tuple(outcome(found, zone).kind for zone in ZONES)
    assert kinds == tuple(Kind.RECOVERS if known else Kind.UNDECIDED for known in decided)


def through_a_firewall(*walled: str, zones: tuple[str, ...] = IRELAND[:1]) -> Assessment:
    """A balancer in three zones, some of whose subnets are reached through a firewall."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Tier(at)
        own = [
            Subnet(
                f"wall-{zone}",
                vpc_id=at.vpc.id,
                availability_zone_id=zone,
                cidr_block=f"10.0.1{n}.0/24",
                opts=at.opts,
            )
            for n, zone in enumerate(zones)
        ]
        default: Any = {"stateless_default_actions": ["aws:pass"], "stateless_fragment_default_actions": ["aws:pass"]}
        policy = FirewallPolicy("wall", firewall_policy=default, opts=at.opts)
        mapped: Any = [{"subnet_id": one.id} for one in own]
        wall = Firewall("wall", firewall_policy_arn=policy.arn, vpc_id=at.vpc.id, subnet_mappings=mapped, opts=at.opts)
        end = wall.firewall_statuses.apply(lambda found: found[0].sync_states[0].attachments[0].endpoint_id)
        way_in = InternetGateway("in", vpc_id=at.vpc.id, opts=at.opts)
        rows: Any = [{"cidr_block": cidr, "vpc_endpoint_id": end} for cidr in walled]
        table = RouteTable("in", vpc_id=at.vpc.id, routes=rows, opts=at.opts)
        RouteTableAssociation("in", route_table_id=table.id, gateway_id=way_in.id, opts=at.opts)

    return assessed(program)


ALL = ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (lambda: through_a_firewall(*ALL), Kind.PERSON),
        (lambda: through_a_firewall("10.0.0.0/22"), Kind.PERSON),
        (lambda: through_a_firewall(*ALL[:1]), Kind.RECOVERS),
        (lambda: through_a_firewall(*ALL, zones=IRELAND), Kind.RECOVERS),
        (lambda: through_a_firewall("10.0.10.0/24"), Kind.RECOVERS),
    ],
    ids=["all by one", "all by one route", "its own zone alone", "in every zone", "none"],
)
def test_a_firewall_that_all_come_in_by_takes_its_zone_s_loss_to_every_other(found: Any, right: Kind) -> None:
    assessment = found()
    assert outcome(assessment, ZONES[0]).kind is right
    assert {outcome(assessment, zone).kind for zone in ZONES[1:]} == {Kind.RECOVERS}
