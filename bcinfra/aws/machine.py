"""A state machine that a rule starts, with what it may do and a log of what failed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import EventRule, EventTarget, LogGroup
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.sfn import StateMachine

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Component, Str

DELIVERING: Final = (
    *("logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies"),
    *("logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"),
)
"""What a state machine must be allowed to write a log (AWS Step Functions Developer Guide, logging in CloudWatch Logs:
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html; read 2026-11)."""


def started_machine(
    parent: Component,
    name: str,
    region: Region,
    definition: Mapping[str, Any],
    *statements: policies.Statement,
    does: str,
    log_key_arn: Str | None,
    log_days: int,
    schedule_expression: str | None = None,
    event_pattern: str | None = None,
    given: Mapping[str, str] | None = None,
    told: Mapping[str, Str] | None = None,
) -> pulumi.Output[str]:
    """Declare a state machine that ``does`` something as ``statements`` allow, and the rule that starts it: its ARN.

    It is given the event, or in its place what ``given`` picks from that and what it is ``told``, each by a name.
    """
    options = region.child(parent)

    def role(what: str, service: str, *allowed: policies.Statement) -> Role:
        made = Role(
            f"{name}-{what}",
            description=f"{name}: {what}",
            assume_role_policy=policies.trust(policies.service(service), condition=policies.own_account(region)),
            tags=region.tagged(f"{name}-{what}"),
            opts=options,
        )
        RolePolicy(f"{name}-{what}", role=made.id, policy=policies.document(*allowed), opts=options)
        return made

    # Log deliveries take no resource.
    acts = role("reads", "states.amazonaws.com", *statements, policies.allow(DELIVERING, ["*"]))
    log = LogGroup(
        f"{name}-log",
        # Groups whose names begin so let log deliveries write (CloudWatch Logs User Guide, vended logs).
        name=physical("log-group", f"/aws/vendedlogs/states/{name}"),
        kms_key_id=log_key_arn,
        retention_in_days=log_days,
        tags=region.tagged(f"{name}-log"),
        opts=options,
    )
    machine_name = physical("state-machine", name)
    machine = StateMachine(
        name,
        name=machine_name,
        type="EXPRESS",  # paid by the run: well under a dollar a month
        role_arn=acts.arn,
        definition=json.dumps(definition),
        # An express machine keeps no history of its own.
        logging_configuration={
            "level": "ERROR",
            "include_execution_data": False,
            "log_destination": pulumi.Output.concat(log.arn, ":*"),
        },
        tags=region.tagged(name),
        opts=options,
    )
    arn = policies.after(machine, region.arn("states", f"stateMachine:{machine_name}"))
    starter = role("starts", "events.amazonaws.com", policies.allow(["states:StartExecution"], [arn]))
    rule = EventRule(
        name,
        name=physical("event-rule", name),
        description=does,
        tags=region.tagged(name),
        schedule_expression=schedule_expression,
        event_pattern=event_pattern,
        opts=options,
    )
    picked = {what: f"<{what}>" for what in given or {}}
    EventTarget(
        name,
        rule=rule.name,
        arn=machine.arn,
        role_arn=starter.arn,
        input_transformer={
            "input_paths": given,
            # EventBridge puts quotes around what is picked (EventBridge User Guide, input transformation).
            "input_template": pulumi.Output.json_dumps({**picked, **(told or {})}).apply(
                lambda text: re.sub(r'"(<\w+>)"', r"\1", text)
            ),
        }
        if given
        else None,
        opts=options,
    )
    return arn
