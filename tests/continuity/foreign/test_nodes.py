"""Nodes of a cluster alone: the cluster itself moves what a dead one ran, and no balancer need notice."""

from __future__ import annotations

import pytest
from pulumi_aws.autoscaling import Group
from pulumi_aws.ec2 import LaunchTemplate
from pulumi_aws.eks import NodeGroup

from bcinfra.continuity.recovery.outcomes import Kind, WayKind
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.readings.programs import IRELAND, Region


def nodes() -> None:
    at = Region("eu-west-1", IRELAND)
    NodeGroup(
        "workers",
        cluster_name="shop",
        node_role_arn="arn:aws:iam::111122223333:role/nodes",
        subnet_ids=at.subnet_ids,
        scaling_config={"min_size": 3, "desired_size": 3, "max_size": 6},
        opts=at.opts,
    )


@pytest.mark.parametrize("scenario", ["server:workers", f"zone:aws/eu-west-1/{IRELAND[0]}"])
def test_a_cluster_notices_a_dead_node_itself(scenario: str) -> None:
    found = assessed(nodes)
    assert outcome(found, scenario).kind in (Kind.UNAFFECTED, Kind.RECOVERS)
    assert not says(found, "BC0006")


def servers() -> None:
    """A group of servers that nothing asks whether they live."""
    at = Region("eu-west-1", IRELAND)
    template = LaunchTemplate("web", image_id="ami-1", instance_type="m7g.large", opts=at.opts)
    Group(
        "web",
        min_size=3,
        max_size=3,
        desired_capacity=3,
        vpc_zone_identifiers=at.subnet_ids,
        launch_template={"id": template.id},
        opts=at.opts,
    )


BOTH = f"control-plane:aws/eu-west-1+zone:aws/eu-west-1/{IRELAND[0]}"


def test_what_carries_nothing_until_it_is_over_is_lost_and_not_degraded() -> None:
    one = outcome(assessed(servers), BOTH)
    assert one.way
    assert (one.kind, one.way.kind, one.way.load) == (Kind.LOST, WayKind.IN_PLACE, 0)
    assert one.degraded_to is None


def test_two_thirds_of_the_nodes_carry_the_load_while_none_can_be_launched() -> None:
    found = assessed(nodes)
    assert BOTH not in {result.scenario.id for result in found.scenarios}, "the two together stop nothing"
