"""A tier of virtual machines in an Auto Scaling group, for software that does not run in containers."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Final, Literal

import pulumi
from pulumi_aws.autoscaling import Group, Metric, Policy, Schedule
from pulumi_aws.ec2 import CapacityReservation, LaunchTemplate
from pulumi_aws.iam import InstanceProfile, Role, RolePolicy, RolePolicyAttachment
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.tier import Tier, TierArgs
from bcinfra.component import Str
from bcinfra.planning.scaling import Change

UNCHANGED: Final = -1
"""What a scheduled action does not touch."""
LAUNCHED: Final = 300
"""Seconds ahead of its hour that what is forecast is launched at least: five minutes are what a new instance takes
(the typical time of ``aws.asg.instance_replacement``)."""


class InstanceTierArgs(TierArgs):
    """Arguments of :class:`InstanceTier`. ``image`` is an AMI id, or ``resolve:ssm:<parameter>`` that holds one: the
    newest at each launch, but then a bad image is not rolled back by itself."""

    instance_type: str = Field(pattern=r"^[a-z0-9-]+\.[a-z0-9]+$", examples=["m7g.large"])
    """The EC2 instance type."""
    user_data: Str | None = None
    """What the instance runs at its first start, in plain text."""
    disk: int = Field(default=20, ge=8, le=16384)
    """Size of the root volume, GiB."""
    disk_device: str = "/dev/xvda"
    """The root device of the image."""
    disk_key_arn: Str | None = None
    """KMS key for the root volume, whose policy lets the service role of Auto Scaling use it. The account's own key
    for volumes if not given."""
    warm: bool = False
    """Whether as many instances as it may grow by stand by, prepared and stopped: they serve sooner than new ones, and
    their disks are paid. Nothing keeps room for them."""
    reserved: int = Field(default=0, ge=0)
    """Instances that AWS keeps room for, those that run among them, whoever else launches when a zone or region is
    lost: as many in each zone, paid whether they run or not."""
    platform: Literal["Linux/UNIX", "Red Hat Enterprise Linux", "SUSE Linux", "Windows"] = "Linux/UNIX"
    """What the image is billed as, which a reservation must match."""
    zone_names: Mapping[str, Str] = {}
    """This account's names of the zones by their ids, for reservations: ``Network(...).zone_names``."""

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.reserved > self.peak:
            yield f"reserved: {self.reserved} is more than peak, {self.peak}: the rest could never run"
        if missing := sorted(self.subnet_ids.keys() - self.zone_names.keys()) if self.reserved else []:
            yield f"zone_names: lacks {', '.join(missing)}, where room is reserved; give Network(...).zone_names"


class InstanceTier(Tier):
    """An Auto Scaling group behind a load balancer, balanced over all its zones.

    An instance that fails the load balancer's health check is replaced. A change of image or settings is rolled out
    with new instances started before old ones stop, and taken back when they do not become healthy. The number of
    instances belongs to autoscaling: neither it nor, with a peak calendar, its minimum is reset by a deployment. It
    follows the load, and a forecast of what each hour of the day and week brought in the last two weeks, which knows
    nothing of a day that comes once a year.

    Reserved room is for this group alone, which launches there first and elsewhere once that is full. A deployment
    that reserves more than AWS has there fails, and changes nothing that runs.
    """

    target_type = "instance"

    group_name: str
    """Physical name of the Auto Scaling group: what a failover scales."""
    group_arn: pulumi.Output[str]
    """The Auto Scaling group."""
    role_arn: pulumi.Output[str]
    """The role that the instances have."""

    _args: InstanceTierArgs

    def __init__(self, name: str, args: InstanceTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.group_name = physical("autoscaling-group", name)
        role = self._role()
        group = self._replicas(self._template(role), self._reservations())
        self.group_arn, self.role_arn = group.arn, role.arn
        self._scaling(group)
        self.register_outputs(
            {**self._outputs, "groupName": self.group_name, "groupArn": self.group_arn, "roleArn": self.role_arn}
        )

    def _role(self) -> Role:
        args, name, region = self._args, self._name, self._args.region
        role = Role(
            f"{name}-instance",
            description=f"What instances of {name} may do",
            assume_role_policy=policies.trust(policies.service("ec2.amazonaws.com")),
            **self._own("instance"),
        )
        # Session Manager in place of SSH: no open port, no key to lose.
        RolePolicyAttachment(
            f"{name}-session",
            role=role.name,
            policy_arn=policies.managed_policy(region, "AmazonSSMManagedInstanceCore"),
            opts=region.child(self),
        )
        if secrets := self._reading_secrets():
            RolePolicy(f"{name}-secrets", role=role.id, policy=policies.document(*secrets), opts=region.child(self))
        if mounting := self._mounting():
            RolePolicy(f"{name}-mounts", role=role.id, policy=policies.document(*mounting), opts=region.child(self))
        if args.policy is not None:
            RolePolicy(f"{name}-instance", role=role.id, policy=args.policy, opts=region.child(self))
        return role

    def _template(self, role: Role) -> LaunchTemplate:
        args, name = self._args, self._name
        profile = InstanceProfile(f"{name}-instance", role=role.name, **self._own("instance"))
        tags = args.region.tagged(name)
        return LaunchTemplate(
            f"{name}-template",
            image_id=args.image,
            instance_type=args.instance_type,
            iam_instance_profile={"arn": profile.arn},
            vpc_security_group_ids=[self.security_group_id],
            user_data=None if args.user_data is None else pulumi.Output.from_input(args.user_data).apply(_base64),
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",  # IMDSv2: a forged request cannot steal the role
                "http_put_response_hop_limit": 1,
            },
            block_device_mappings=[
                {
                    "device_name": args.disk_device,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.disk,
                        "encrypted": "true",
                        "kms_key_id": args.disk_key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            monitoring={"enabled": True},
            update_default_version=True,
            tag_specifications=[{"resource_type": kind, "tags": tags} for kind in ("instance", "volume")],
            **self._own("template"),
        )

    def _reservations(self) -> list[CapacityReservation]:
        args = self._args
        return [
            CapacityReservation(
                f"{self._name}-room-{zone}",
                availability_zone=args.zone_names[zone],
                instance_type=args.instance_type,
                instance_platform=args.platform,
                instance_count=ceil(args.reserved / len(args.subnet_ids)),
                instance_match_criteria="targeted",
                end_date_type="unlimited",
                **self._own(f"room-{zone}"),
            )
            for zone in (args.subnet_ids if args.reserved else ())
        ]

    def _replicas(self, template: LaunchTemplate, reservations: list[CapacityReservation]) -> Group:
        args, region = self._args, self._args.region
        resolved_late = isinstance(args.image, str) and args.image.startswith("resolve:ssm:")
        return Group(
            f"{self._name}-group",
            name=self.group_name,
            vpc_zone_identifiers=list(args.subnet_ids.values()),
            availability_zone_distribution={"capacity_distribution_strategy": "balanced-best-effort"},
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            capacity_reservation_specification={
                "capacity_reservation_preference": "capacity-reservations-first",
                "capacity_reservation_target": {"capacity_reservation_ids": [one.id for one in reservations]},
            }
            if reservations
            else None,
            min_size=args.minimum,
            desired_capacity=args.replicas,
            max_size=args.peak,
            target_group_arns=[self.target_group_arn],
            health_check_type="ELB",
            health_check_grace_period=args.warmup,
            default_instance_warmup=args.warmup,
            instance_maintenance_policy={"min_healthy_percentage": 100, "max_healthy_percentage": 200},
            instance_refresh={
                "strategy": "Rolling",
                "preferences": {
                    "min_healthy_percentage": 100,
                    "max_healthy_percentage": 200,
                    "instance_warmup": str(args.warmup),
                    # EC2 Auto Scaling cannot go back to an image that a parameter no longer holds.
                    "auto_rollback": not resolved_late,
                },
            },
            warm_pool={
                "pool_state": "Stopped",  # as many as the group may grow by, where no number is stated
                "instance_reuse_policy": {"reuse_on_scale_in": True},
            }
            if args.warm
            else None,
            enabled_metrics=[
                Metric.GROUP_DESIRED_CAPACITY,
                Metric.GROUP_IN_SERVICE_INSTANCES,
                Metric.GROUP_MAX_SIZE,
                Metric.GROUP_MIN_SIZE,
            ],
            force_delete=not region.protected,
            tags=[
                {"key": key, "value": value, "propagate_at_launch": True}
                for key, value in region.tagged(self._name).items()
            ],
            opts=region.child(
                self,
                depends_on=self._listeners,
                # The calendar moves the minimum; a deployment on a shopping day must not move it back.
                ignore_changes=["desired_capacity", *(["min_size"] if args.changes else [])],
            ),
        )

    def _scaling(self, group: Group) -> None:
        args, name = self._args, self._name
        for what, metric, value, label in (
            ("cpu", "ASGAverageCPUUtilization", args.cpu_target, None),
            ("requests", "ALBRequestCountPerTarget", args.requests_target, self._request_label),
        ):
            Policy(
                f"{name}-{what}",
                autoscaling_group_name=group.name,
                policy_type="TargetTrackingScaling",
                target_tracking_configuration={
                    "target_value": float(value),
                    "predefined_metric_specification": {"predefined_metric_type": metric, "resource_label": label},
                },
                opts=args.region.child(self),
            )
        Policy(
            f"{name}-forecast",
            autoscaling_group_name=group.name,
            policy_type="PredictiveScaling",
            predictive_scaling_configuration={
                "mode": "ForecastAndScale",  # the default only forecasts
                "max_capacity_breach_behavior": "HonorMaxCapacity",
                "scheduling_buffer_time": str(max(args.warmup, LAUNCHED)),
                "metric_specification": {
                    "target_value": float(args.cpu_target),
                    "predefined_metric_pair_specification": {"predefined_metric_type": "ASGCPUUtilization"},
                },
            },
            opts=args.region.child(self),
        )
        for what, change in args.changes.items():
            Schedule(
                f"{name}-{what}",
                scheduled_action_name=f"{name}-{what}",
                autoscaling_group_name=group.name,
                recurrence=_recurrence(change, down=what.endswith("-end")),
                time_zone="Etc/UTC",
                min_size=change.minimum,
                max_size=UNCHANGED,
                desired_capacity=UNCHANGED,
                opts=args.region.child(self),
            )


def _recurrence(change: Change, *, down: bool) -> str:
    """When a change comes. Groups know no "fourth Thursday": of the days it may come on, the first; the last where it
    takes capacity away."""
    month, day = change.days[-1 if down else 0]
    return f"0 {change.hour} {day} {month} *"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
