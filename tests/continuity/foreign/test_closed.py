"""A standby whose door is shut: its name leads there, and its network lets in nobody who comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_aws.ec2 import NetworkAcl, NetworkAclRule

from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_switched_off import HERE, both, failing_over, fares
from tests.continuity.foreign.test_truths import assessed
from tests.continuity.readings.programs import Region, Tier

Make = Callable[[Region], Tier]
EVERYBODY: Any = {"cidr_block": "0.0.0.0/0", "protocol": "-1", "from_port": 0, "to_port": 0}


def of_a_group(at: Region) -> Tier:
    return Tier(at, admits=at.group("office"))


def internal(at: Region) -> Tier:
    return Tier(at, internal=True)


def refusing(at: Region) -> Tier:
    """Refused before it is allowed."""
    rows: Any = [{**EVERYBODY, "rule_no": 200, "action": "allow"}, {**EVERYBODY, "rule_no": 100, "action": "deny"}]
    NetworkAcl("own", vpc_id=at.vpc.id, subnet_ids=at.subnet_ids, ingress=rows, opts=at.opts)
    return Tier(at)


def allowing_nothing(at: Region) -> Tier:
    NetworkAcl("own", vpc_id=at.vpc.id, subnet_ids=at.subnet_ids, ingress=[], opts=at.opts)
    return Tier(at)


def all_open(at: Region) -> Tier:
    return Tier(at)


def refusing_terminals(at: Region) -> Tier:
    refused: Any = {**EVERYBODY, "protocol": "tcp", "from_port": 22, "to_port": 22, "rule_no": 90, "action": "deny"}
    rows: Any = [refused, {**EVERYBODY, "rule_no": 100, "action": "allow"}]
    NetworkAcl("own", vpc_id=at.vpc.id, subnet_ids=at.subnet_ids, ingress=rows, opts=at.opts)
    return Tier(at)


def by_rules_apart(at: Region) -> Tier:
    acl = NetworkAcl("own", vpc_id=at.vpc.id, subnet_ids=at.subnet_ids, opts=at.opts)
    NetworkAclRule(
        "all", network_acl_id=acl.id, rule_number=100, rule_action="allow", cidr_block="0.0.0.0/0", protocol="-1"
    )
    return Tier(at)


def program(second: Make, first: Make = all_open) -> None:
    here, there = both()
    failing_over({here: first(here).balancer, there: second(there).balancer})


@pytest.mark.parametrize("second", [of_a_group, internal, refusing, allowing_nothing])
def test_a_standby_that_lets_nobody_in_takes_nobody(second: Make) -> None:
    found = assessed(lambda: program(second))
    assert fares(found, HERE) in (Kind.LOST, Kind.UNDECIDED)
    assert fares(found, "region:aws/eu-central-1") is Kind.UNAFFECTED


@pytest.mark.parametrize("second", [all_open, refusing_terminals, by_rules_apart])
def test_a_standby_that_lets_them_in_takes_them(second: Make) -> None:
    assert fares(assessed(lambda: program(second)), HERE) is Kind.RECOVERS


def test_a_name_of_which_every_answer_is_for_those_inside_is_theirs() -> None:
    assert fares(assessed(lambda: program(of_a_group, of_a_group)), HERE) is Kind.RECOVERS
