"""A plan that alarms start: only where its role may read them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_aws.arcregionswitch import Plan
from pulumi_aws.cloudwatch import CompositeAlarm, MetricAlarm
from pulumi_aws.iam import Policy, Role, RolePolicy, RolePolicyAttachment

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.parts import Refusal
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.findings import fix
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome, paper, says

GONE = "region:aws/eu-west-1"
ARN = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:{}"


def shop(resource: str, *, watched: str = "shop-down", action: str = "cloudwatch:DescribeAlarms", held: str = "inline"):
    """Two sites and the plan that moves between them; its role may read alarms of ``resource``."""
    _, there, replica, _ = paper()
    MetricAlarm(
        "unreachable",
        name="unreachable",
        comparison_operator="LessThanThreshold",
        evaluation_periods=3,
        period=60,
        threshold=1,
        opts=there.opts,
    )
    CompositeAlarm("shop-down", alarm_name="shop-down", alarm_rule='ALARM("unreachable")', opts=there.opts)
    role = Role("switch", name="switch", assume_role_policy="{}", opts=there.opts)
    document = json.dumps({"Statement": {"Effect": "Allow", "Action": [action], "Resource": resource}})
    if held == "inline":
        RolePolicy("switch", role=role.name, policy=document, opts=there.opts)
    elif held == "attached":
        policy = Policy("switch", policy=document, opts=there.opts)
        RolePolicyAttachment("switch", role=role.name, policy_arn=policy.arn, opts=there.opts)
    elif held == "vendor":
        arn = "arn:aws:iam::aws:policy/AmazonApplicationRecoveryControllerRegionSwitchPlanExecutionPolicy"
        RolePolicyAttachment("switch", role=role.name, policy_arn=arn, opts=there.opts)
    promote: Any = {
        "name": "promote",
        "execution_block_type": "RdsPromoteReadReplica",
        "rds_promote_read_replica_configs": [{"db_instance_arn_map": {"eu-central-1": replica.instance.arn}}],
    }
    Plan(
        "switch",
        execution_role=role.arn,
        recovery_approach="activePassive",
        regions=["eu-west-1", "eu-central-1"],
        primary_region="eu-west-1",
        associated_alarms=[
            {"map_block_key": watched, "alarm_type": "trigger", "resource_identifier": ARN.format(watched)}
        ],
        triggers=[
            {
                "action": "activate",
                "target_region": "eu-central-1",
                "min_delay_minutes_between_executions": 30,
                "conditions": [{"associated_alarm_name": watched, "condition": "red"}],
            }
        ],
        workflows=[{"workflow_target_action": "activate", "steps": [promote]}],
        opts=there.opts,
    )


def shut_out(found: Assessment) -> list[str]:
    return [say(f.says) for f in found.findings if f.says.kind is Refusal.NOT_PERMITTED]


@pytest.mark.parametrize("held", ["inline", "attached"])
@pytest.mark.parametrize("resource", [ARN.format("shop-down"), "arn:aws:cloudwatch:*:111122223333:alarm:*"])
def test_a_composite_alarm_starts_nothing_for_who_may_read_alarms_by_their_arn(resource: str, held: str) -> None:
    found = assessed(lambda: shop(resource, held=held))
    assert outcome(found, GONE).kind is Kind.PERSON
    assert shut_out(found) == ["start of switch never comes: role switch may not read alarm shop-down (`policy`)"]
    assert says(found, "BC0041")
    assert any("`*`" in fix(f) for f in found.findings if f.code == "BC0041")


@pytest.mark.parametrize(
    ("resource", "more"),
    [
        ("*", {}),
        ("*", {"action": "cloudwatch:Describe*"}),
        ("*", {"held": "attached"}),
        (ARN.format("nothing"), {"held": "vendor"}),
        (ARN.format("unreachable"), {"watched": "unreachable"}),
        ("arn:aws:cloudwatch:*:*:alarm:un*", {"watched": "unreachable"}),
    ],
)
def test_who_may_read_the_alarm_is_started_by_it(resource: str, more: dict[str, str]) -> None:
    found = assessed(lambda: shop(resource, **more))
    assert outcome(found, GONE).kind is Kind.RECOVERS
    assert shut_out(found) == []


@pytest.mark.parametrize("more", [{"action": "cloudwatch:GetMetricData"}, {"held": "nothing"}])
def test_a_role_that_may_not_read_alarms_at_all_starts_nothing(more: dict[str, str]) -> None:
    found = assessed(lambda: shop("*", watched="unreachable", **more))
    assert outcome(found, GONE).kind is Kind.PERSON
    assert shut_out(found) == ["start of switch never comes: role switch may not read alarm unreachable (`policy`)"]
