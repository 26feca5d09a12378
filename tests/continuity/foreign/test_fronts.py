"""Fronts that a vendor runs, and a second way in to one place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_aws.apigatewayv2 import Api, Integration
from pulumi_aws.iam import Role
from pulumi_aws.lambda_ import Function
from pulumi_aws.route53 import HealthCheck, Record, Zone

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_behind import cdn
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says, when_a_zone_is_lost
from tests.continuity.readings.programs import IRELAND, Region, Tier


def function(subnets: int) -> None:
    """A function behind a gateway, in the network of a region if it has subnets."""
    at = Region("eu-west-1", IRELAND)
    role = Role("web", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}), opts=at.opts)
    group = at.group("web")
    network: Any = {"subnet_ids": at.subnet_ids[:subnets], "security_group_ids": [group.id]} if subnets else None
    web = Function("web", role=role.arn, runtime="python3.13", handler="web.main", vpc_config=network, opts=at.opts)
    api = Api("shop", protocol_type="HTTP", opts=at.opts)
    Integration("web", api_id=api.id, integration_type="AWS_PROXY", integration_uri=web.invoke_arn, opts=at.opts)


@pytest.mark.parametrize("subnets", [0, 2, 3])
def test_a_function_that_the_vendor_spreads_needs_no_check(subnets: int) -> None:
    found = assessed(lambda: function(subnets))
    assert when_a_zone_is_lost(found) <= {Judgement.MET}
    assert not says(found, "BC0006")
    assert not says(found, "BC0007")
    assert not says(found, "BC0004")


def test_a_function_in_one_subnet_is_lost_with_its_zone() -> None:
    found = assessed(lambda: function(1))
    assert judgement(outcome(found, "zone:aws/eu-west-1/euw1-az1"), Objective.RECOVERY_TIME) is Judgement.MISSED
    assert says(found, "BC0004", "euw1-az1")


def both_zones_of_a_function() -> None:
    function(2)


def test_a_function_is_lost_with_all_its_zones() -> None:
    found = assessed(both_zones_of_a_function)
    pair = next(
        r for r in found.scenarios if r.scenario.id == "zone:aws/eu-west-1/euw1-az1+zone:aws/eu-west-1/euw1-az2"
    )
    assert pair.outcomes[0].kind not in (Kind.UNAFFECTED, Kind.RECOVERS)


def second_way(*, standby: bool, checked: bool = True) -> None:
    """A CDN before one region's balancer, and the balancer itself by the same name where that fails."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at)
    zone = Zone("zone", name="corner.example", opts=at.opts)
    front = cdn([tier.balancer.dns_name], at.opts)
    check = HealthCheck(
        "front", type="HTTPS", fqdn=front.domain_name, port=443, request_interval=10, failure_threshold=3, opts=at.opts
    )
    ways = {"front": (front.domain_name, front.hosted_zone_id)}
    if standby:
        ways["plain"] = (tier.balancer.dns_name, tier.balancer.zone_id)
    for name, (address, hosted) in ways.items():
        primary = name == "front"
        Record(
            name,
            zone_id=zone.zone_id,
            name="corner.example",
            type="A",
            set_identifier=name if standby else None,
            health_check_id=check.id if primary and checked and standby else None,
            failover_routing_policies=[{"type": "PRIMARY" if primary else "SECONDARY"}] if standby else None,
            aliases=[{"name": address, "zone_id": hosted, "evaluate_target_health": False}],
            opts=at.opts,
        )


CDN_LOST, REGION_LOST = "cdn:aws/cloudfront", "region:aws/eu-west-1"


def test_a_second_way_in_helps_where_the_first_fails_and_only_there() -> None:
    found = assessed(lambda: second_way(standby=True))
    moved = outcome(found, CDN_LOST)
    assert moved.kind is Kind.RECOVERS
    assert not says(found, "BC0001", "CDN aws/cloudfront alone")
    assert outcome(found, REGION_LOST).kind in (Kind.PERSON, Kind.LOST)
    assert says(found, "BC0001", "region aws/eu-west-1 alone")


def test_a_second_way_in_that_no_check_turns_to_takes_a_person() -> None:
    assert outcome(assessed(lambda: second_way(standby=True, checked=False)), CDN_LOST).kind is Kind.PERSON


def test_without_a_second_way_in_the_first_stops_it() -> None:
    found = assessed(lambda: second_way(standby=False))
    assert outcome(found, CDN_LOST).kind is Kind.LOST
    assert says(found, "BC0001", "CDN aws/cloudfront alone")


# -- a balancer that fails itself -------------------------------------------------------------------------------------


def test_one_balancer_that_fails_itself_is_replaced_by_a_person() -> None:
    found = assessed(lambda: second_way(standby=False))
    gone = outcome(found, "balancer:eu-west-1-web")
    assert gone.kind is Kind.PERSON
    assert judgement(gone, Objective.RECOVERY_TIME) is Judgement.MISSED
    assert any("answers nothing" in say(reason) for reason in gone.reasons)
    assert "balancer:cdn" not in {r.scenario.id for r in found.scenarios}, "it has a domain of its own"


def test_a_second_balancer_in_the_same_place_takes_over_from_one_that_fails() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        tiers = {name: Tier(at, name=name) for name in ("one", "two")}
        zone = Zone("zone", name="corner.example", opts=at.opts)
        for name, tier in tiers.items():
            Record(
                name,
                zone_id=zone.zone_id,
                name="corner.example",
                type="A",
                set_identifier=name,
                failover_routing_policies=[{"type": "PRIMARY" if name == "one" else "SECONDARY"}],
                aliases=[
                    {
                        "name": tier.balancer.dns_name,
                        "zone_id": tier.balancer.zone_id,
                        "evaluate_target_health": name == "one",
                    }
                ],
                opts=at.opts,
            )

    found = assessed(program)
    assert outcome(found, "balancer:eu-west-1-one").kind is Kind.RECOVERS
    assert outcome(found, REGION_LOST).kind in (Kind.PERSON, Kind.LOST)
