"""A function of the product's own, with what it may do and a log of what it did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi
from pulumi_aws.cloudwatch import EventRule, EventTarget, LogGroup
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.lambda_ import Function, Permission

from bcinfra import operations
from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Component, Str


def operation(
    parent: Component,
    name: str,
    region: Region,
    program: str,
    *statements: policies.Statement,
    does: str,
    environment: Mapping[str, Str],
    timeout_seconds: int,
    log_key_arn: Str | None,
    log_days: int,
) -> Function:
    """Declare a function that runs a ``program`` of ``bcinfra/operations`` and ``does`` what ``statements`` allow."""
    function_name = physical("lambda", name)
    group = f"/aws/lambda/{function_name}"
    options = region.child(parent)
    logs = LogGroup(
        name,
        name=group,
        kms_key_id=log_key_arn,
        retention_in_days=log_days,
        tags=region.tagged(name),
        opts=options,
    )
    role = Role(
        name,
        description=does,
        assume_role_policy=policies.trust(policies.service("lambda.amazonaws.com")),
        tags=region.tagged(name),
        opts=options,
    )
    writes = policies.allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [policies.after(logs, region.arn("logs", f"log-group:{group}:*"))],
    )
    policy = RolePolicy(name, role=role.id, policy=policies.document(*statements, writes), opts=options)
    source = Path(operations.__path__[0]) / f"{program}.py"
    return Function(
        name,
        name=function_name,
        description=does,
        runtime="python3.13",
        architectures=["arm64"],
        handler=f"{program}.handler",
        code=pulumi.AssetArchive({source.name: pulumi.FileAsset(str(source))}),
        role=role.arn,
        timeout=timeout_seconds,
        memory_size=128,
        environment={"variables": dict(environment)},
        tags=region.tagged(name),
        opts=region.child(parent, depends_on=[logs, policy]),
    )


def by_the_clock(parent: Component, name: str, region: Region, function: Function, schedule_expression: str) -> None:
    """Let a schedule call a function."""
    rule = EventRule(
        name,
        name=physical("event-rule", name),
        description=f"Calls {name}",
        schedule_expression=schedule_expression,
        tags=region.tagged(name),
        opts=region.child(parent),
    )
    Permission(
        name,
        function=function.name,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=region.child(parent),
    )
    EventTarget(name, rule=rule.name, arn=function.arn, opts=region.child(parent))
