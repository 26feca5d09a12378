"""A container that runs by the clock: a nightly export, an hourly clean-up."""

from __future__ import annotations

from typing import Annotated, Final

import pulumi
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.scheduler import Schedule
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Containers, ContainersArgs
from bcinfra.planning.crontab import CRONTAB, Crontab

Line = Annotated[str, Field(pattern=CRONTAB)]
"""A crontab line of five numeric fields in UTC, such as ``30 2 * * *``."""
LATE: Final = 3600
"""Seconds for which a start that failed is tried again."""


class JobArgs(ContainersArgs):
    """Arguments of :class:`Job`."""

    schedule: Line = Field(examples=["30 2 * * *"])
    """When it is started: a crontab line of five numeric fields, UTC. Day of month and day of week are not stated
    together."""
    public: bool = False
    """Whether the task has a public address, where its subnets are public and have no other way out. Nobody is let in,
    with one or without."""
    enabled: bool = True
    """Whether it is started here; at one site alone, where it writes."""

    def _problems(self) -> list[str]:
        both = Crontab.read(self.schedule).both_days
        complaint = "schedule: states a day of the month and of the week; the scheduler of AWS takes one of them"
        return [*super()._problems(), *([complaint] if both else [])]


class Job(Containers):
    """A task of Fargate that EventBridge Scheduler starts, in any zone of its subnets.

    A start that fails is tried again for an hour. That a task runs twice at once, or not at all where a region is lost
    at that moment, is the program's to bear: it begins by finding out what is left to do.

    After a failover ``enabled`` follows the active site: state it, and the next preview moves the schedule there.
    """

    cluster_arn: pulumi.Output[str]
    """The cluster."""
    task_arn: pulumi.Output[str]
    """What is run: ``aws ecs run-task --task-definition`` runs it now."""
    schedule_arn: pulumi.Output[str]
    """The schedule."""

    _args: JobArgs

    def __init__(self, name: str, args: JobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        group, region = self._alone(), args.region
        cluster = self._cluster()
        task = self._task()
        role = Role(
            f"{name}-schedule",
            description=f"Starts {name} by the clock",
            assume_role_policy=policies.trust(
                policies.service("scheduler.amazonaws.com"), condition=policies.own_account(region)
            ),
            **self._own("schedule"),
        )
        RolePolicy(
            f"{name}-schedule",
            role=role.id,
            policy=policies.document(
                policies.allow(["ecs:RunTask"], [task.arn], condition={"ArnEquals": {"ecs:cluster": cluster.arn}}),
                policies.allow(
                    ["iam:PassRole"],
                    [self._starter.arn, self._worker.arn],
                    condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
                ),
            ),
            opts=region.child(self),
        )
        schedule = Schedule(
            f"{name}-schedule",
            name=physical("schedule", name),
            description=f"When {name} runs",
            state="ENABLED" if args.enabled else "DISABLED",
            schedule_expression=Crontab.read(args.schedule).eventbridge,
            schedule_expression_timezone="UTC",
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": cluster.arn,
                "role_arn": role.arn,
                "ecs_parameters": {
                    "task_definition_arn": task.arn,
                    "launch_type": "FARGATE",
                    "network_configuration": {
                        "subnets": list(args.subnet_ids.values()),
                        "security_groups": [group.id],
                        "assign_public_ip": args.public,
                    },
                    "propagate_tags": "TASK_DEFINITION",
                    "enable_ecs_managed_tags": True,
                },
                "retry_policy": {"maximum_event_age_in_seconds": LATE, "maximum_retry_attempts": 10},
            },
            opts=region.child(self),
        )
        self.cluster_arn, self.task_arn, self.schedule_arn = cluster.arn, task.arn, schedule.arn
        self.register_outputs(
            {
                "clusterArn": self.cluster_arn,
                "taskArn": self.task_arn,
                "scheduleArn": self.schedule_arn,
                "logGroupName": self.log_group_name,
                "securityGroupId": self.security_group_id,
            }
        )
