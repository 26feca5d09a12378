"""The team's own automation: what may bring a shop back by itself is neither a person's work nor proved to work."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.cloudwatch import AlarmMuteRule, EventRule, EventTarget, MetricAlarm
from pulumi_aws.iam import Role, RolePolicy, RolePolicyAttachment
from pulumi_aws.lambda_ import Function
from pulumi_aws.route53 import Zone
from pulumi_aws.sfn import StateMachine
from pulumi_aws.sns import Topic, TopicSubscription

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.reasons import Because
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, paper, says
from tests.continuity.readings.programs import Database, Region

PROMOTE = "rds:PromoteReadReplica"


def shop(automation: Callable[[Region, Database, Zone], object] | None = None, *, lost: bool = False) -> None:
    """Two sites: DNS leaves the first by itself, its database has a replica at the second, where the automation is;
    ``lost``: it is at the first."""
    here, there, replica, zone = paper()
    if automation:
        automation(here if lost else there, replica, zone)


def role(at: Region, *actions: str, resource: pulumi.Input[str] = "*") -> Role:
    made = Role("role", assume_role_policy="{}", opts=at.opts)
    document = pulumi.Output.json_dumps(
        {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}
    )
    RolePolicy("may", role=made.id, policy=document, opts=at.opts)
    return made


def function(at: Region, made: Role, **fields: Any) -> Function:
    return Function("failover", role=made.arn, runtime="python3.12", handler="main.run", opts=at.opts, **fields)


def alarm(at: Region, *actions: pulumi.Input[str]) -> MetricAlarm:
    return MetricAlarm(
        "down",
        comparison_operator="LessThanThreshold",
        evaluation_periods=3,
        period=60,
        threshold=1,
        alarm_actions=list(actions),
        opts=at.opts,
    )


def by_message(at: Region, replica: Database, _: Zone) -> None:
    topic = Topic("down", opts=at.opts)
    alarm(at, topic.arn)
    started = function(at, role(at, PROMOTE, resource=replica.instance.arn))
    TopicSubscription("down", topic=topic.arn, protocol="lambda", endpoint=started.arn, opts=at.opts)


def by_alarm(at: Region, _: Database, __: Zone) -> None:
    alarm(at, function(at, role(at, "rds:*")).arn)


def by_muted_alarm(at: Region, _: Database, __: Zone) -> None:
    rule: Any = {"schedule": {"expression": "cron(0 * * * *)", "duration": "PT1H"}}
    muted = alarm(at, function(at, role(at, "rds:*")).arn)
    AlarmMuteRule("quiet", mute_targets={"alarm_names": [muted.name]}, rule=rule, opts=at.opts)


def by_alarm_muted_an_hour_a_week(at: Region, _: Database, __: Zone) -> None:
    rule: Any = {"schedule": {"expression": "cron(0 3 * * TUE)", "duration": "PT1H"}}
    muted = alarm(at, function(at, role(at, "rds:*")).arn)
    AlarmMuteRule("work", mute_targets={"alarm_names": [muted.name]}, rule=rule, opts=at.opts)


def by_event(at: Region, _: Database, __: Zone, *calls: str) -> None:
    """``calls``: what a state machine does, one after the other."""
    states = {call: {"Type": "Task", "Resource": f"arn:aws:states:::{call}"} for call in calls}
    nested = {"All": {"Type": "Parallel", "Branches": [{"States": states}]}}
    text = json.dumps({"States": nested} if calls else {})
    machine = StateMachine("failover", role_arn=role(at, PROMOTE).arn, definition=text, opts=at.opts)
    rule = EventRule("ill", event_pattern=json.dumps({"source": ["aws.health"]}), opts=at.opts)
    EventTarget("ill", rule=rule.name, arn=machine.arn, opts=at.opts)


def by_event_promoting(*at: Any) -> None:
    by_event(*at, "aws-sdk:rds:describeDBInstances", "aws-sdk:rds:promoteReadReplica")


def by_event_calling_code(*at: Any) -> None:
    by_event(*at, "aws-sdk:rds:describeDBInstances", "lambda:invoke")


def by_event_starting_another(*at: Any) -> None:
    by_event(*at, "aws-sdk:rds:describeDBInstances", "aws-sdk:sfn:startExecution")


def calls_nothing_of_it(*at: Any) -> None:
    by_event(*at, "aws-sdk:rds:describeDBInstances", "aws-sdk:arczonalshift:startZonalShift")


def telling(at: Region, *_: Any, **fields: Any) -> None:
    """What sends a message on: its policy speaks of a topic that only the deployment makes known."""
    topic = Topic("people", opts=at.opts)
    alarm(at, function(at, role(at, "sns:Publish", resource=topic.arn), **fields).arn)


def telling_by_steps(at: Region, *_: Any) -> None:
    """The same of a state machine that calls code, so that nothing else says what it does."""
    topic = Topic("people", opts=at.opts)
    made = role(at, "sns:Publish", resource=topic.arn)
    text = json.dumps({"States": {"Tell": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}}})
    alarm(at, StateMachine("failover", role_arn=made.arn, definition=text, opts=at.opts).arn)


def telling_of_the_replica(at: Region, replica: Database, _: Zone) -> None:
    """What it may do is not known, and it knows the replica: it may promote that."""
    telling(at, environment={"variables": {"DATABASE": replica.instance.identifier}})


def that_logs_of_the_replica(at: Region, replica: Database, _: Zone) -> None:
    made = Role("role", assume_role_policy="{}", opts=at.opts)
    logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    RolePolicyAttachment("logs", role=made.name, policy_arn=logs, opts=at.opts)
    alarm(at, function(at, made, environment={"variables": {"DATABASE": replica.instance.identifier}}).arn)


def by_a_role_of_others(at: Region, replica: Database, _: Zone) -> None:
    arn = "arn:aws:iam::111122223333:role/failover"
    variables: Any = {"variables": {"DATABASE": replica.instance.identifier}}
    made = Function("failover", role=arn, runtime="python3.12", handler="a.b", environment=variables, opts=at.opts)
    alarm(at, made.arn)


def for_another_database(at: Region, *_: Any) -> None:
    alarm(at, function(at, role(at, PROMOTE, resource="arn:aws:rds:eu-central-1:111122223333:db:blog")).arn)


def may_switch(at: Region, *_: Any) -> None:
    alarm(at, function(at, role(at, "route53:ChangeResourceRecordSets")).arn)


def on_schedule(at: Region, _: Database, __: Zone) -> None:
    rule = EventRule("nightly", schedule_expression="rate(1 day)", opts=at.opts)
    EventTarget("nightly", rule=rule.name, arn=function(at, role(at, PROMOTE)).arn, opts=at.opts)


def may_not(at: Region, _: Database, __: Zone) -> None:
    alarm(at, function(at, role(at, "rds:DescribeDBInstances")).arn)


def never_started(at: Region, _: Database, __: Zone) -> None:
    function(at, role(at, PROMOTE))


AUTOMATIONS = [
    *(by_message, by_alarm, by_alarm_muted_an_hour_a_week),
    *(by_event, by_event_promoting, by_event_calling_code, by_event_starting_another),
    *(telling_of_the_replica, by_a_role_of_others),
]
LEFT_TO_A_PERSON = [
    *(None, on_schedule, may_not, never_started, by_muted_alarm, calls_nothing_of_it),
    *(telling, telling_by_steps, that_logs_of_the_replica, for_another_database),
]


@pytest.mark.parametrize("automation", AUTOMATIONS)
def test_what_may_promote_by_itself_is_neither_a_person_s_work_nor_proved(automation: Callable[..., None]) -> None:
    found = outcome(assessed(lambda: shop(automation)), "region:aws/eu-west-1")
    assert found.kind is Kind.UNDECIDED
    assert judgement(found, Objective.RECOVERY_TIME) is Judgement.UNKNOWN
    assert [(one.kind, getattr(one.subject, "name", "")) for one in found.unknown] == [
        (Because.NOT_READ, "automation failover in eu-central-1")
    ]


@pytest.mark.parametrize("automation", LEFT_TO_A_PERSON)
def test_what_nothing_starts_on_a_failure_or_may_not_promote_leaves_it_to_a_person(
    automation: Callable[..., None] | None,
) -> None:
    found = outcome(assessed(lambda: shop(automation)), "region:aws/eu-west-1")
    assert found.kind is Kind.PERSON
    assert judgement(found, Objective.RECOVERY_TIME) is Judgement.MISSED


def test_what_is_lost_with_the_region_brings_nothing_back() -> None:
    found = outcome(assessed(lambda: shop(by_message, lost=True)), "region:aws/eu-west-1")
    assert found.kind is Kind.PERSON


@pytest.mark.parametrize(("automation", "stays"), [(telling, True), (may_switch, False)])
def test_an_answer_that_nothing_withdraws_is_found_though_alarms_start_something_else(
    automation: Callable[..., None], stays: bool
) -> None:
    def program() -> None:
        _, there, replica, zone = paper(checked=False)
        automation(there, replica, zone)

    assert says(assessed(program), "BC0006", "aws/eu-west-1") is stays
