"""ARC Region switch: the plan that moves a shop to its other region, started by alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.arcregionswitch import Plan
from pulumi_aws.iam import Role, RolePolicy
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse, unknown_site

SERVICE: Final = "arc-region-switch.amazonaws.com"
STEP_MINUTES: Final = 30
"""Minutes that a step may take before the plan stops and waits for a person: the longest that promotions of replicas
are reported to take, so that a slow one is not taken for a failed one."""
LEAST_PERCENT: Final = 50
"""All of a lost region's capacity may not be had at once. The plan goes on with half; autoscaling does the rest."""
RETRY_MINUTES: Final = 1.0


class EcsService(Args):
    """One service of containers."""

    cluster_arn: Str
    """Its cluster."""
    service_arn: Str
    """The service."""


class GlobalDatabase(Args):
    """An Aurora global database."""

    identifier: str
    """Physical identifier of the global database."""
    cluster_arns: Mapping[str, Str]
    """ARN of each site's cluster."""


class Trigger(Args):
    """A reason to start a plan: what all its alarms must say at once. Alarms are told by name, each with its ARN."""

    red: Mapping[str, Str] = Field(min_length=1)
    """Alarms that are red. None of them may live in the region that is lost."""
    green: Mapping[str, Str] = {}
    """Alarms that are green, such as "it has happened already"."""

    @property
    def alarms(self) -> dict[str, Str]:
        """All of them."""
        return {**self.red, **self.green}


class RegionSwitchArgs(Args):
    """Arguments of :class:`RegionSwitch`. Everything is told for both sites, so that the same plan leads back."""

    sites: Mapping[str, Region] = Field(min_length=2, max_length=2)
    """The two sites. Their account must be known."""
    primary: str
    """The site that the shop runs at when all is well. It stays when a failover has moved the shop."""
    replicas: Mapping[str, Mapping[str, Str]] = {}
    """RDS databases by name: ARN of each site's instance, the replica of which is promoted."""
    global_databases: Mapping[str, GlobalDatabase] = {}
    """Aurora global databases by name."""
    services: Mapping[str, Mapping[str, EcsService]] = {}
    """Services of containers by name, at each site."""
    groups: Mapping[str, Mapping[str, Str]] = {}
    """Auto Scaling groups by name: ARN at each site."""
    functions: Mapping[str, Mapping[str, Str]] = {}
    """Functions by name for what has no step of its own, such as a cache: ARN at each site. The one of the region that
    takes over runs. It must bear being called again."""
    triggers: Mapping[str, Trigger] = {}
    """What starts the plan without a person, by a name for each reason. Without any a person must start it."""
    capacity_percent: int = Field(default=100, ge=1, le=200)
    """Replicas that run after the move, in percent of the most that ran in the other region within 24 hours."""
    recovery_minutes: int = Field(ge=1, le=10080)
    """Recovery time objective. Each execution is measured against it."""
    pause_minutes: int = Field(default=60, ge=1)
    """Minutes after a start within which alarms do not start the plan again."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    @property
    def standby(self) -> str:
        """The site that takes over."""
        return next(site for site in self.sites if site != self.primary)

    @property
    def alarms(self) -> dict[str, Str]:
        """Every alarm that the plan watches: ARN by name."""
        return {name: arn for trigger in self.triggers.values() for name, arn in trigger.alarms.items()}

    def _problems(self) -> Iterable[str]:
        if self.primary not in self.sites:
            yield f"primary: {unknown_site(self.primary, self.sites)}"
        regions = [region.name for region in self.sites.values()]
        if len(set(regions)) < len(regions):
            yield f"sites: both are in {regions[0]}; a switch is between regions"
        for field, name, known in self._spread():
            for site in sorted(known ^ self.sites.keys()):
                missing = site in self.sites
                yield f"{field}.{name}: " + (f"{site!r} is missing" if missing else unknown_site(site, self.sites))
        for name in sorted(self.replicas.keys() & self.global_databases.keys()):
            yield f"global_databases.{name}: is also in replicas; each name is used once"
        for name in sorted(self.services.keys() & self.groups.keys()):
            yield f"groups.{name}: is also in services; each name is used once"
        if not any((self.replicas, self.global_databases, self.services, self.groups, self.functions)):
            yield "there is nothing to promote or to scale"
        for name, trigger in self.triggers.items():
            for alarm in sorted(trigger.red.keys() & trigger.green.keys()):
                yield f"triggers.{name}: {alarm!r} cannot be red and green at once"

    def _spread(self) -> Iterable[tuple[str, str, set[str]]]:
        """Everything that is told by site: the field, the name, the sites."""
        for field in ("replicas", "services", "groups", "functions"):
            by_name: Mapping[str, Mapping[str, object]] = getattr(self, field)
            for name, sites in by_name.items():
                yield field, name, set(sites)
        for name, database in self.global_databases.items():
            yield "global_databases", name, set(database.cluster_arns)


class RegionSwitch(Component):
    """A plan that promotes the databases, runs the functions and starts the servers of the other site, all at once.

    ARC runs it in the region that takes over, with nothing of the other one; capacities are of samples that it takes
    while all is well. It starts by itself when all alarms of one of the ``triggers`` agree, and never moves back by
    itself: to return, start it by hand towards the primary, once that has a replica again.

    DNS needs no step. ARC's own (``Route53HealthCheck``) makes health checks whose ids can be had only by asking AWS,
    which a program that is previewed offline cannot. Two checks do as much: each site's own turns customers away from
    what is lost, and :class:`~bcinfra.aws.writer_guard.WriterGuard` holds them where the database was promoted.
    ElastiCache has no step either: see :class:`~bcinfra.aws.cache_promotion.CachePromotion`.

    After a failover nothing is to be changed here: ``primary`` stays what it is when all is well.

    Sources: ARC Developer Guide, Region switch (execution blocks, their sample policies, plan execution role).
    """

    package = "aws"

    plan_arn: pulumi.Output[str]
    """The plan: what a rehearsal, or the way back, starts."""
    plan_name: str
    """Physical name of the plan."""
    role_arn: pulumi.Output[str]
    """The role that it acts by."""

    def __init__(self, name: str, args: RegionSwitchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.sites[args.standby]
        self.plan_name = physical("region-switch-plan", name)
        role_name = physical("iam-role", name)
        role = Role(
            name,
            name=role_name,
            description=f"Region switch between {' and '.join(sorted(args.sites))}",
            assume_role_policy=policies.trust(policies.service(SERVICE)),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        policy = RolePolicy(
            name,
            role=role.id,
            policy=policies.document(*_permissions(args, self.plan_name, role_name)),
            opts=region.child(self),
        )
        plan = Plan(
            name,
            name=self.plan_name,
            description=f"Moves the shop between {' and '.join(sorted(args.sites))}",
            execution_role=role.arn,
            recovery_approach="activePassive",
            regions=sorted(site.name for site in args.sites.values()),
            primary_region=args.sites[args.primary].name,
            recovery_time_objective_minutes=args.recovery_minutes,
            associated_alarms=[
                {"map_block_key": alarm, "alarm_type": "trigger", "resource_identifier": args.alarms[alarm]}
                for alarm in sorted(args.alarms)
            ],
            triggers=[
                {
                    "description": trigger,
                    "action": "activate",
                    "target_region": region.name,
                    "conditions": _conditions(args.triggers[trigger]),
                    "min_delay_minutes_between_executions": args.pause_minutes,
                }
                for trigger in sorted(args.triggers)
            ],
            # One workflow without a target serves both directions.
            workflows=[
                {
                    "workflow_target_action": "activate",
                    "workflow_description": "Promote the data and start the servers",
                    "steps": [
                        {
                            "name": "take-over",
                            "execution_block_type": "Parallel",
                            "parallel_configs": [{"steps": _steps(args)}],
                        }
                    ],
                }
            ],
            tags=region.tagged(name),
            opts=region.child(self, depends_on=[policy]),
        )
        self.plan_arn, self.role_arn = plan.arn, role.arn
        self.register_outputs({"planArn": self.plan_arn, "planName": self.plan_name, "roleArn": self.role_arn})


def _conditions(trigger: Trigger) -> list[Any]:
    return [
        {"associated_alarm_name": alarm, "condition": colour}
        for colour, alarms in (("red", trigger.red), ("green", trigger.green))
        for alarm in sorted(alarms)
    ]


def _steps(args: RegionSwitchArgs) -> list[Any]:
    """What happens at once."""
    promotions = {
        f"promote-{name}": (
            "RdsPromoteReadReplica",
            "rds_promote_read_replica_configs",
            {"db_instance_arn_map": {args.sites[site].name: arn for site, arn in arns.items()}},
        )
        for name, arns in args.replicas.items()
    }
    failovers = {
        f"promote-{name}": (
            "AuroraGlobalDatabase",
            "global_aurora_configs",
            {
                "behavior": "failover",  # it must not ask a region that is lost
                "global_cluster_identifier": database.identifier,
                "database_cluster_arns": list(database.cluster_arns.values()),
                "ungracefuls": [{"ungraceful": "failover"}],
            },
        )
        for name, database in args.global_databases.items()
    }
    capacity: dict[str, Any] = {
        "capacity_monitoring_approach": "sampledMaxInLast24Hours",
        "target_percent": args.capacity_percent,
        "ungraceful": {"minimum_success_percentage": LEAST_PERCENT},
    }
    services = {
        f"scale-{name}": (
            "ECSServiceScaling",
            "ecs_capacity_increase_configs",
            {"services": [dict(service) for service in sites.values()], **capacity},
        )
        for name, sites in args.services.items()
    }
    groups = {
        f"scale-{name}": (
            "EC2AutoScaling",
            "ec2_asg_capacity_increase_configs",
            {"asgs": [{"arn": arn} for arn in sites.values()], **capacity},
        )
        for name, sites in args.groups.items()
    }
    functions = {
        f"run-{name}": (
            "CustomActionLambda",
            "custom_action_lambda_configs",
            {
                "lambdas": [{"arn": arn} for arn in sites.values()],
                "region_to_run": "activatingRegion",
                "retry_interval_minutes": RETRY_MINUTES,
            },
        )
        for name, sites in args.functions.items()
    }
    return [
        {"name": step, "execution_block_type": block, field: [{**settings, "timeout_minutes": STEP_MINUTES}]}
        for step, (block, field, settings) in sorted(
            {**promotions, **failovers, **services, **groups, **functions}.items()
        )
    ]


def _permissions(args: RegionSwitchArgs, plan_name: str, role_name: str) -> Iterable[policies.Statement]:
    """What the plan's steps need, and no more (ARC Developer Guide, execution block permissions)."""
    region = args.sites[args.standby]
    plan = f"arn:{region.partition}:arc-region-switch::{region.known_account}:plan/{plan_name}:*"
    yield policies.allow(["iam:SimulatePrincipalPolicy"], [policies.role_arn(region, role_name)])
    yield policies.allow(
        [f"arc-region-switch:{action}" for action in ("GetPlan", "GetPlanExecution", "ListPlanExecutions")], [plan]
    )
    if args.triggers:
        yield policies.allow(["arc-region-switch:StartPlanExecution"], [plan])
    if args.alarms:
        # Composite alarms are described to those alone whose permission is for everything (DescribeAlarms in the
        # CloudWatch API reference, read 2026-11): with a narrower one the trigger never fires, and nothing says so.
        yield policies.allow(["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"], ["*"])
    if args.replicas:
        yield policies.allow(["rds:DescribeDBInstances"], ["*"])
        yield policies.allow(["rds:ModifyDBInstance", "rds:PromoteReadReplica"], _each(args.replicas))
    if args.global_databases:
        yield policies.allow(["rds:DescribeDBClusters", "rds:DescribeGlobalClusters"], ["*"])
        yield policies.allow(
            ["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"],
            [
                *(
                    f"arn:{region.partition}:rds::{region.known_account}:global-cluster:{database.identifier}"
                    for database in args.global_databases.values()
                ),
                *_each({name: database.cluster_arns for name, database in args.global_databases.items()}),
            ],
        )
    if args.services:
        services = [service for sites in args.services.values() for service in sites.values()]
        yield policies.allow(["ecs:DescribeServices", "ecs:UpdateService"], [s.service_arn for s in services])
        yield policies.allow(["ecs:DescribeClusters"], [s.cluster_arn for s in services])
        yield policies.allow(["application-autoscaling:DescribeScalableTargets", "ecs:ListServices"], ["*"])
        yield policies.allow(
            ["application-autoscaling:RegisterScalableTarget"],
            ["*"],
            condition={"StringEquals": {"application-autoscaling:service-namespace": "ecs"}},
        )
    if args.groups:
        yield policies.allow(["autoscaling:DescribeAutoScalingGroups"], ["*"])
        yield policies.allow(["autoscaling:UpdateAutoScalingGroup"], _each(args.groups))
    if args.services or args.groups:
        yield policies.allow(["cloudwatch:GetMetricStatistics"], ["*"])
    if args.functions:
        yield policies.allow(["lambda:GetFunction", "lambda:InvokeFunction"], _each(args.functions))


def _each(by_name: Mapping[str, Mapping[str, Str]]) -> list[Str]:
    return [arn for sites in by_name.values() for arn in sites.values()]
