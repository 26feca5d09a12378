"""A zone that is ill though its checks stay green: alarms that leave it, and programs that only look as if they did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi_aws.arczonalshift import ZonalAutoshiftConfiguration
from pulumi_aws.autoscaling import Group
from pulumi_aws.cloudwatch import CompositeAlarm, EventRule, EventTarget, MetricAlarm
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.lb import Listener, LoadBalancer, TargetGroup
from pulumi_aws.sfn import StateMachine

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.steps import Act
from tests.continuity.foreign.test_truths import assessed, judgement, outcome
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier

MINUTE = 60.0
RED = {"source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"]}
SHIFTED = {"source": ["aws.arc-zonal-shift"], "detail-type": ["Autoshift In Progress"]}
OTHER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/other/50dc6c495c0c9188"


def machine(at: Region, what: str, states: Mapping[str, Any], action: str, on: Any, pattern: Any, **rule: Any) -> None:
    """A state machine that a rule starts, and what it may do."""
    role = Role(what, assume_role_policy="{}", opts=at.opts)
    if action:
        policy = pulumi.Output.json_dumps({"Statement": [{"Effect": "Allow", "Action": action, "Resource": on}]})
        RolePolicy(what, role=role.id, policy=policy, opts=at.opts)
    made = StateMachine(what, role_arn=role.arn, definition=json.dumps({"States": states}), opts=at.opts)
    on_event = EventRule(what, event_pattern=json.dumps(pattern), state=rule.get("state"), opts=at.opts)
    told = rule.get("told")
    EventTarget(what, rule=on_event.name, arn=made.arn, input_transformer=told, opts=at.opts)


def alarms(
    at: Region,
    tier: Tier,
    *,
    metric: str = "HTTPCode_Target_5XX_Count",
    mixed: bool = False,
    over: str | None = None,
    everywhere: bool = False,
    zones: int = 3,
    about: str | None = None,
    action: str = "arc-zonal-shift:StartZonalShift",
    on: str | None = None,
    value: str = "ALARM",
    state: str | None = None,
) -> None:
    """An alarm a zone that leaves it. ``mixed``: each watches the next zone; ``over``: the rule of an alarm over them;
    ``everywhere``: they watch all zones at once; ``about``: another balancer that is left; ``on``: one that may be."""
    states: dict[str, Any] = {"Which": {"Type": "Choice", "Choices": []}}
    for number, zone in enumerate(IRELAND[:zones]):
        seen = at.subnets[(number + 1) % 3 if mixed else number]
        dimensions = {"LoadBalancer": tier.balancer.arn_suffix, "AvailabilityZone": seen.availability_zone}
        if everywhere:
            del dimensions["AvailabilityZone"]
        MetricAlarm(
            f"errors-{zone}",
            name=f"errors-{zone}",
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=3,
            period=60,
            threshold=20,
            namespace="AWS/ApplicationELB",
            metric_name=metric,
            dimensions=dimensions,
            opts=at.opts,
        )
        name = f"alone-{zone}" if over else f"errors-{zone}"
        if over:
            CompositeAlarm(name, alarm_name=name, alarm_rule=over.format(*IRELAND[number:], *IRELAND), opts=at.opts)
        states["Which"]["Choices"].append({"Variable": "$.alarm", "StringEquals": name, "Next": zone})
        given = {"ResourceIdentifier": about} if about else {"ResourceIdentifier.$": "$.balancer"}
        call = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:arczonalshift:startZonalShift", "End": True}
        states[zone] = {**call, "Parameters": {"AwayFrom": zone, "ExpiresIn": "2h", **given}}
    told: Any = {
        "input_paths": {"alarm": "$.detail.alarmName"},
        "input_template": pulumi.Output.concat('{"alarm": <alarm>, "balancer": "', tier.balancer.arn, '"}'),
    }
    pattern = {**RED, "detail": {"state": {"value": [value]}}}
    machine(at, "leave", states, action, on or tier.balancer.arn, pattern, state=state, told=told)


def shop(
    *, shifts: bool = True, across: str | None = "false", lets_go: int | None = 300, database: bool = False, **how: Any
) -> None:
    """A shop in three zones whose balancer has an alarm for each."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, count=6, shifts=shifts, across=across, lets_go=lets_go)
    if database:
        Database(at, tier)
    alarms(at, tier, **how)


def ill(zone: int = 0, **how: Any) -> Outcome:
    return outcome(assessed(lambda: shop(**how)), f"impaired:aws/eu-west-1/{IRELAND[zone]}")


@pytest.mark.parametrize(
    "how",
    [{}, {"metric": "TargetResponseTime"}, {"over": 'ALARM("errors-{0}") AND NOT ALARM("errors-other")'}],
    ids=["errors", "slow answers", "that zone and no other"],
)
@pytest.mark.parametrize("zone", range(3))
def test_alarms_of_each_zone_leave_the_one_that_is_ill(zone: int, how: dict[str, Any]) -> None:
    left = ill(zone, **how)
    assert left.kind is Kind.RECOVERS
    assert left.time
    assert left.time.value
    assert left.time.value.upper is not None
    assert 4 * MINUTE < left.time.value.typical < left.time.value.upper < 15 * MINUTE


@pytest.mark.parametrize(
    "how",
    [
        {"mixed": True},
        {"zones": 2},
        {"everywhere": True},
        {"metric": "RequestCount"},
        {"across": None},
        {"across": "true"},
        {"shifts": False},
        {"about": OTHER},
        {"action": ""},
        {"action": "arc-zonal-shift:GetManagedResource", "on": "*"},
        {"on": OTHER},
        {"on": f"{OTHER.rpartition('/')[0]}/*"},
        {"value": "OK"},
        {"state": "DISABLED"},
        {"over": 'ALARM("errors-{0}") OR ALARM("errors-euw1-az2")'},
        {"over": 'NOT ALARM("errors-{0}")'},
        {"over": 'ALARM("errors-{0}") OR OK("errors-other")'},
    ],
    ids=[
        "alarms of other zones",
        "one zone without an alarm",
        "alarms of all zones at once",
        "alarms that count what is asked",
        "nodes that ask replicas of all zones, as by default",
        "nodes that ask replicas of all zones",
        "a balancer that takes no part in shifts",
        "shifts of another balancer",
        "no permission",
        "another permission",
        "a permission for another balancer",
        "a permission for all of another's name",
        "a rule that passes on what is well again",
        "a rule that is switched off",
        "an alarm over two zones",
        "an alarm that is red while the zone is well",
        "an alarm that is red while all is well",
    ],
)
def test_what_only_looks_like_it_leaves_no_zone(how: dict[str, Any]) -> None:
    found = [ill(zone, **how).kind for zone in range(3)]
    assert set(found) == {Kind.PERSON}


def test_clients_that_keep_their_connections_for_an_hour_stay_in_the_zone() -> None:
    left = ill(lets_go=None)
    assert left.kind is Kind.RECOVERS
    assert left.time
    assert left.time.value
    assert left.time.value.upper is not None
    assert left.time.value.upper > 60 * MINUTE


def test_they_do_not_tell_where_a_writer_is_that_makes_all_zones_slow() -> None:
    """Nothing moves the database, which is taken to stand in the first zone."""
    assert [ill(zone, database=True).kind for zone in range(3)] == [Kind.PERSON, Kind.RECOVERS, Kind.RECOVERS]


def writer(*, shifts: bool = True, on: str = "orders", action: str = "rds:RebootDBInstance") -> None:
    """A writer that leaves an ill zone when AWS shifts traffic out of it."""
    at = Region("eu-west-1", IRELAND)
    tier = Tier(at, count=6, shifts=shifts)
    Database(at, tier, identifier="orders")
    ZonalAutoshiftConfiguration(
        "web", resource_arn=tier.balancer.arn, zonal_autoshift_status="ENABLED", outcome_alarms=[], opts=at.opts
    )
    move = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:rds:rebootDBInstance",
        "Parameters": {"DbInstanceIdentifier": "orders", "ForceFailover": True},
    }
    states = {"There": {"Type": "Choice"}, "Leave": move}
    machine(at, "move", states, action, f"arn:aws:rds:eu-west-1:111122223333:db:{on}", SHIFTED)


def test_a_writer_moves_when_aws_shifts_its_zone() -> None:
    assert outcome(assessed(writer), f"impaired:aws/eu-west-1/{IRELAND[0]}").kind is Kind.RECOVERS


@pytest.mark.parametrize(
    "how",
    [{"shifts": False}, {"on": "other"}, {"action": "rds:DescribeDBInstances"}],
    ids=["no balancer that takes part in shifts", "a permission for another database", "another permission"],
)
def test_a_writer_stays_that_nothing_may_move(how: dict[str, Any]) -> None:
    stays = outcome(assessed(lambda: writer(**how)), f"impaired:aws/eu-west-1/{IRELAND[0]}")
    assert stays.kind is Kind.PERSON
    assert judgement(stays, Objective.RECOVERY_TIME) is Judgement.MISSED


# -- a zone that nobody is left in ------------------------------------------------------------------------------------


def lost_server(**how: Any) -> list[Act]:
    """What heals the loss of a server of a tier in three zones."""
    found = outcome(assessed(lambda: Tier(Region("eu-west-1", IRELAND), **how)), "server:eu-west-1-web")
    assert found.kind is Kind.RECOVERS
    return [step.deed.kind for step in found.way.steps] if found.way else []


@pytest.mark.parametrize(
    ("how", "heals"),
    [
        ({"count": 3}, []),
        ({"count": 3, "across": "false"}, [Act.LAUNCH]),
        ({"count": 5, "across": "false"}, [Act.LAUNCH]),
        ({"count": 6, "across": "false"}, []),
        ({"count": 3, "kind": "network"}, [Act.LEAVE_ZONE]),
        ({"count": 3, "kind": "network", "across": "true"}, []),
        ({"count": 6, "kind": "network"}, []),
    ],
    ids=[
        "all zones are asked",
        "each zone has one",
        "two zones have two",
        "each zone has two",
        "a network balancer asks each zone alone",
        "a network balancer that asks all",
        "a network balancer, each zone has two",
    ],
)
def test_a_zone_whose_node_asks_it_alone_is_filled_again_or_left(how: dict[str, Any], heals: list[Act]) -> None:
    assert lost_server(**how) == [Act.WITHDRAW_REPLICAS, *heals]


def instances(*, restarted: bool) -> Outcome:
    """Three servers in two zones, whose nodes ask their own zone alone."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        front = at.group("front")
        lb = LoadBalancer("web", subnets=at.subnet_ids, security_groups=[front.id], opts=at.opts)
        group = TargetGroup(
            "web",
            port=80,
            protocol="HTTP",
            vpc_id=at.vpc.id,
            health_check={"interval": 10, "unhealthy_threshold": 2},
            load_balancing_cross_zone_enabled="false",
            opts=at.opts,
        )
        action: Any = {"type": "forward", "target_group_arn": group.arn}
        Listener("web", load_balancer_arn=lb.arn, port=80, default_actions=[action], opts=at.opts)
        Group(
            "web",
            min_size=3,
            max_size=3,
            desired_capacity=3,
            vpc_zone_identifiers=at.subnet_ids,
            target_group_arns=[group.arn],
            health_check_type="ELB",
            suspended_processes=[] if restarted else ["Launch", "ReplaceUnhealthy"],
            opts=at.opts,
        )

    return outcome(assessed(program), "server:web")


@pytest.mark.parametrize("restarted", [True, False])
def test_where_nothing_is_started_clients_leave_the_empty_zone(restarted: bool) -> None:
    found = instances(restarted=restarted)
    assert found.way and (Act.LEAVE_ZONE in [step.deed.kind for step in found.way.steps]) is not restarted
