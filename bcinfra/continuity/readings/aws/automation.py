"""The team's own automation: functions and state machines that alarms or events start.

What one may do is told by its permissions, on what its environment and its policies speak of. What it then does is
code that nobody reads here: where it could bring service back, that is not decided. Where a policy is known to nobody
before a deployment it counts only for what the automation knows of: what sends a message could else do everything. A
state machine that calls nothing but the vendor's own interfaces tells what it does, and what it does not call it cannot
bring back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.parts import Plan, PlanStep
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, typical
from bcinfra.continuity.readings.aws import custom_actions, mutes, permissions, places
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, fires
from bcinfra.continuity.readings.aws.metrics import may_fire
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.traits import PROCEDURE
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_text, once_per_view, strings
from bcinfra.graph.core.model import Resource, Value

STATE_MACHINE: Final = "aws:sfn/stateMachine:StateMachine"
_ROLES: Final = {custom_actions.FUNCTION: "role", STATE_MACHINE: "roleArn"}
SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
TOPIC: Final = "aws:sns/topic:Topic"
RULE: Final = "aws:cloudwatch/eventRule:EventRule"
TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
_PROMOTES: Final = "promote"
_DATABASES: Final = {
    "aws:rds/instance:Instance": ("rds:PromoteReadReplica",),
    "aws:rds/cluster:Cluster": (
        "rds:PromoteReadReplicaDBCluster",
        "rds:FailoverGlobalCluster",
        "rds:SwitchoverGlobalCluster",
        "rds:RemoveFromGlobalCluster",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("elasticache:FailoverGlobalReplicationGroup",),
}
_ACTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    **{token: (_PROMOTES, actions) for token, actions in _DATABASES.items()},
    "aws:route53/zone:Zone": ("switch", ("route53:ChangeResourceRecordSets",)),
    "aws:ecs/service:Service": ("scale", ("ecs:UpdateService",)),
    "aws:autoscaling/group:Group": ("scale", ("autoscaling:UpdateAutoScalingGroup", "autoscaling:SetDesiredCapacity")),
}
"""Type → what may be done to it that brings a shop back, and the actions that do it (AWS service authorization
reference)."""
_CALL: Final = re.compile(r"arn:[\w-]+:states:::aws-sdk:(\w+):(\w+)")
"""A task that calls an interface of a service, with no code between (AWS Step Functions, SDK service integrations)."""
_STARTS_OTHERS: Final = frozenset(
    {
        *("arcregionswitch", "batch", "cloudformation", "codebuild", "codepipeline", "eventbridge", "fis", "lambda"),
        *("scheduler", "sfn", "sns", "sqs", "ssm"),
    }
)
"""Services by which a task starts what acts in its stead."""
_SOURCES: Final = frozenset({"aws.cloudwatch", "aws.health", "aws.rds", "aws.route53", "aws.elasticache", "aws.ec2"})
"""Event sources that tell of failures."""
_EVENT: Final = assumed(
    "an event starts it",
    Unit.SECONDS,
    Range(60, 600),
    "the service notices a failure and says so within minutes; the event itself takes seconds (judgement)",
)


def automation(view: View, resource: Resource) -> Iterator[Found]:
    """What a function or state machine may bring back by itself, as a plan that is not read; nothing where nothing
    starts it on a failure, or it may do nothing of the kind."""
    starts = tuple(_starts(view, resource))
    steps = tuple(PlanStep(act=act, target=target.urn) for act, target in _reach(view, resource)) if starts else ()
    if not steps:
        return
    soonest = min((figure for _, figure in starts), key=lambda figure: typical(figure) or 0.0)
    regions = {places.region_of(view, started) for started, _ in starts}
    yield Plan(
        urn=_urn(resource),
        label=f"automation {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        towards=None,
        steps=steps,
        triggered=True,
        unread=True,
        detects=soonest,
        watched_from=tuple(domains.region("aws", r) for r in regions if r) if len(regions) == 1 else (),
        alarms=tuple(started.urn for started, _ in starts if started.type in (ALARM, COMPOSITE)),
    )


def _urn(resource: Resource) -> str:
    return part_urn(resource, "automation")


def acting(view: View, act: str, target: Resource) -> str | None:
    """URN of the automation that may do ``act`` to ``target``."""
    return _all(view).get((act, target.urn))


@once_per_view
def _all(view: View) -> dict[tuple[str, str], str]:
    return {
        (act, target.urn): _urn(resource)
        for resource in view.graph.of_type(*_ROLES)
        if next(_starts(view, resource), None)
        for act, target in _reach(view, resource)
    }


def _reach(view: View, resource: Resource) -> Iterator[tuple[str, Resource]]:
    """What may be done to what. Where nothing says which database or zone is meant, any that it may touch is."""
    role, called = _ROLES[resource.type], _called(view, resource)
    for token, (act, every) in _ACTS.items():
        actions = [one for one in every if called is None or one.lower() in called]
        if not actions:
            continue
        known = {row.urn for row in custom_actions.known(view, resource, role, token)}
        for row in view.graph.of_type(token):
            may = {permissions.allowed(view, resource, role, action, row) for action in actions}
            if (not known and True in may) or (row.urn in known and may != {False}):
                yield act, row


def _called(view: View, resource: Resource) -> frozenset[str] | None:
    """The actions that a state machine calls, in lower case; ``None`` where that is not known, as of a function, or
    where it starts something else that acts."""
    tasks = list(_tasks(as_json(view.value(resource, "definition")))) if resource.type == STATE_MACHINE else []
    calls = [_CALL.fullmatch(as_text(task.get("Resource")) or "") for task in tasks]
    found = [call for call in calls if call and call[1] not in _STARTS_OTHERS]
    return frozenset(f"{call[1]}:{call[2]}".lower() for call in found) if tasks and len(found) == len(calls) else None


def _tasks(value: Value) -> Iterator[Mapping[str, Value]]:
    """The tasks of a definition, those inside of branches and loops too."""
    if isinstance(value, Mapping):
        if value.get("Type") == "Task":
            yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _tasks(inner)


def _starts(view: View, resource: Resource) -> Iterator[tuple[Resource, Figure]]:
    """What starts it on a failure, and how soon: alarms, directly or by a message, and events that services send."""
    for alarm in _alarms(view, resource):
        yield alarm, fires(view, alarm) or _EVENT
    for subscription in view.users(resource, SUBSCRIPTION, "endpoint"):
        for topic in view.refs(subscription, "topic", TOPIC):
            yield from ((alarm, fires(view, alarm) or _EVENT) for alarm in _alarms(view, topic))
    for target in view.users(resource, TARGET, "arn"):
        for rule in view.refs(target, "rule", RULE):
            pattern = as_row(as_json(view.value(rule, "eventPattern")))
            if _SOURCES & set(strings(pattern.get("source"))):
                yield rule, _EVENT


def _alarms(view: View, started: Resource) -> Iterator[Resource]:
    for token in (ALARM, COMPOSITE):
        for row in view.users(started, token, "alarmActions"):
            if row.urn not in mutes.silent(view) and (row.type == COMPOSITE or may_fire(view, row)):
                yield row


READINGS: Final = {
    STATE_MACHINE: part("state machine", automation, PROCEDURE.also(holds=reasons.EXECUTIONS)),
}
