"""A tier of containers on ECS Fargate: no servers to mend, replaced and spread over zones by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import pulumi
from pulumi_aws.appautoscaling import Policy, ScheduledAction, Target
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ecs import Cluster, Service, TaskDefinition
from pulumi_aws.iam import Role, RolePolicy
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.sizes import TaskSize, fargate
from bcinfra.aws.tier import Mount, Tier, TierArgs
from bcinfra.component import Str
from bcinfra.planning.scaling import Change

CONTAINER: Final = "app"
HARDENED: Final = ("nosuid", "nodev")
"""How directories in memory are mounted: what is written there gains no rights."""
_ECR: Final = re.compile(r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^:@]+)")
_PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


class FargateTierArgs(TierArgs):
    """Arguments of :class:`FargateTier`."""

    cpu: float = Field(gt=0, le=16)
    """vCPU of one task, at least: the smallest size that Fargate has is taken."""
    memory: float = Field(gt=0, le=120)
    """Memory of one task, GiB, at least."""
    architecture: Literal["ARM64", "X86_64"] = "ARM64"
    """What the image is built for."""
    environment: Mapping[str, Str] = {}
    """Environment variables, in plain text. Secrets go into ``secrets``."""
    user: str = Field(default="65532:65532", pattern=r"^[1-9]\d*(:[1-9]\d*)?$")
    """Numeric user (and group) that the container runs as: never root."""
    writable: frozenset[str] = frozenset({"/tmp"})  # noqa: S108  a path in the container
    """Directories that the container may write to; the rest of its file system is read-only. They are kept in memory:
    an empty volume of Fargate belongs to root, whatever the image says (containers-roadmap, issues 863 and 938)."""
    writable_mib: int = Field(default=64, ge=1, le=16384)
    """The most that each of those directories holds, MiB; it is taken from the memory of the task."""
    command: tuple[str, ...] = ()
    """What the container is started with, in place of the image's own command."""

    @property
    def size(self) -> TaskSize:
        """The size of a task."""
        return fargate(self.cpu, self.memory)

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        for variable in sorted(self.environment.keys() & self.secrets.keys()):
            yield f"environment: {variable!r} is also in secrets; a variable has one source"
        for path in sorted(self.mounts.keys() & self.writable):
            yield f"mounts: {path!r} is also in writable; a directory holds one or the other"


class FargateTier(Tier):
    """A service of containers behind a load balancer, spread and rebalanced over all its zones.

    A deployment starts new tasks before old ones stop, and goes back by itself when they do not become healthy. The
    number of tasks belongs to autoscaling: neither it nor, with a peak calendar, its minimum is reset by a deployment.
    """

    target_type = "ip"

    cluster_name: str
    """Physical name of the cluster."""
    service_name: str
    """Physical name of the service: what a failover scales."""
    cluster_arn: pulumi.Output[str]
    """The cluster."""
    service_arn: pulumi.Output[str]
    """The service."""
    log_group_name: str
    """Where the containers' output goes."""

    _args: FargateTierArgs

    def __init__(self, name: str, args: FargateTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.cluster_name = self.service_name = physical("ecs", name)
        self.log_group_name = physical("log-group", f"/ecs/{name}")
        cluster = Cluster(
            f"{name}-cluster",
            name=self.cluster_name,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            **self._own("cluster"),
        )
        service = self._service(cluster, self._task())
        self.cluster_arn, self.service_arn = cluster.arn, service.arn
        self._scaling(service)
        self.register_outputs(
            {
                **self._outputs,
                "clusterName": self.cluster_name,
                "serviceName": self.service_name,
                "clusterArn": self.cluster_arn,
                "serviceArn": self.service_arn,
                "logGroupName": self.log_group_name,
            }
        )

    def _task(self) -> TaskDefinition:
        args, name = self._args, self._name
        logs = LogGroup(
            f"{name}-logs",
            name=self.log_group_name,
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_days,
            **self._own("logs"),
        )
        starter = self._role("execution", f"Starts tasks of {name}", policies.document(*self._starting(logs)))
        worker = self._role("task", f"What {name} may do", args.policy)
        if mounting := self._mounting():
            RolePolicy(
                f"{name}-mounts", role=worker.id, policy=policies.document(*mounting), opts=args.region.child(self)
            )
        return TaskDefinition(
            f"{name}-task",
            family=physical("ecs", name),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.size.cpu),
            memory=str(args.size.memory),
            runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": args.architecture},
            execution_role_arn=starter.arn,
            task_role_arn=worker.arn,
            container_definitions=pulumi.Output.json_dumps([self._container()]),
            volumes=[_shared(volume, args.mounts[path]) for volume, path in _volumes(args.mounts).items()],
            **self._own("task", depends_on=[logs]),
        )

    def _role(self, what: str, description: str, document: Str | None) -> Role:
        trust = policies.trust(
            policies.service("ecs-tasks.amazonaws.com"), condition=policies.own_account(self._args.region)
        )
        role = Role(f"{self._name}-{what}", description=description, assume_role_policy=trust, **self._own(what))
        if document is not None:
            RolePolicy(f"{self._name}-{what}", role=role.id, policy=document, opts=self._args.region.child(self))
        return role

    def _starting(self, logs: LogGroup) -> list[policies.Statement | pulumi.Output[list[policies.Statement]]]:
        """What ECS does to start a task: pull its image, read its secrets, write its log."""
        args = self._args
        region = args.region
        log_streams = (
            policies.after(logs, region.arn("logs", f"log-group:{self.log_group_name}:*"))
            if region.account
            else pulumi.Output.concat(logs.arn, ":*")
        )
        statements: list[policies.Statement | pulumi.Output[list[policies.Statement]]] = [
            policies.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_streams])
        ]
        if isinstance(args.image, str) and (image := _ECR.match(args.image)):
            repository = f"arn:{region.partition}:ecr:{image['region']}:{image['account']}:repository/{image['name']}"
            statements += [
                policies.allow(["ecr:GetAuthorizationToken"], ["*"]),  # it takes no resource
                policies.allow(_PULL, [repository]),
            ]
        return [*statements, *self._reading_secrets()]

    def _container(self) -> dict[str, Any]:
        args = self._args
        return {
            "name": CONTAINER,
            "image": args.image,
            "essential": True,
            "user": args.user,
            "readonlyRootFilesystem": True,
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": ["ALL"]},
                # Fargate mounts them since platform 1.4.0 of January 2026 (ECS, what is new, tmpfs mounts on Fargate).
                "tmpfs": [
                    {"containerPath": path, "size": args.writable_mib, "mountOptions": ["mode=1777", *HARDENED]}
                    for path in sorted(args.writable)
                ],
            },
            **({"command": list(args.command)} if args.command else {}),
            "portMappings": [
                {"containerPort": port, "protocol": "tcp"} for port in (args.port, *sorted(args.network_ports.values()))
            ],
            "environment": [{"name": key, "value": args.environment[key]} for key in sorted(args.environment)],
            "secrets": [{"name": key, "valueFrom": args.secrets[key]} for key in sorted(args.secrets)],
            "mountPoints": [
                {"sourceVolume": volume, "containerPath": path} for volume, path in _volumes(args.mounts).items()
            ],
            "stopTimeout": min(args.drain, 120),  # Fargate waits no longer
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group_name,
                    "awslogs-region": args.region.name,
                    "awslogs-stream-prefix": CONTAINER,
                    # An outage of CloudWatch must not become one of the shop.
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
        }

    def _service(self, cluster: Cluster, task: TaskDefinition) -> Service:
        args = self._args
        return Service(
            f"{self._name}-service",
            name=self.service_name,
            cluster=cluster.arn,
            task_definition=task.arn,
            launch_type="FARGATE",
            desired_count=args.replicas,
            availability_zone_rebalancing="ENABLED",
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            health_check_grace_period_seconds=args.warmup,
            network_configuration={
                "subnets": list(args.subnet_ids.values()),
                "security_groups": [self.security_group_id],
                "assign_public_ip": False,
            },
            load_balancers=[
                {
                    "target_group_arn": self.target_group_arn,
                    "container_name": CONTAINER,
                    "container_port": args.port,
                }
            ],
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            wait_for_steady_state=True,  # a deployment that went back is a failed `pulumi up`
            **self._own("service", depends_on=self._listeners, ignore_changes=["desired_count"]),
        )

    def _scaling(self, service: Service) -> None:
        args, name = self._args, self._name
        target = Target(
            f"{name}-scaling",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=policies.after(service, f"service/{self.cluster_name}/{self.service_name}"),
            min_capacity=args.minimum,
            max_capacity=args.peak,
            # The calendar moves the minimum; a deployment on a shopping day must not move it back.
            **self._own("scaling", ignore_changes=["min_capacity"] if args.changes else []),
        )
        of_target: dict[str, Any] = {
            "service_namespace": target.service_namespace,
            "scalable_dimension": target.scalable_dimension,
            "resource_id": target.resource_id,
        }
        for what, metric, value, label in (
            ("cpu", "ECSServiceAverageCPUUtilization", args.cpu_target, None),
            ("requests", "ALBRequestCountPerTarget", args.requests_target, self._request_label),
        ):
            Policy(
                f"{name}-{what}",
                policy_type="TargetTrackingScaling",
                target_tracking_scaling_policy_configuration={
                    "target_value": float(value),
                    "predefined_metric_specification": {"predefined_metric_type": metric, "resource_label": label},
                    "scale_out_cooldown": args.warmup,
                    "scale_in_cooldown": 300,
                },
                **of_target,
                opts=args.region.child(self),
            )
        for what, change in args.changes.items():
            ScheduledAction(
                f"{name}-{what}",
                name=f"{name}-{what}",
                schedule=_cron(change, down=what.endswith("-end")),
                timezone="UTC",
                scalable_target_action={"min_capacity": change.minimum, "max_capacity": args.peak},
                **of_target,
                opts=args.region.child(self),
            )


def _cron(change: Change, *, down: bool) -> str:
    """When a change comes, in AWS's own words: days of the week are counted from Sunday, 1."""
    if change.weekday is None:
        return f"cron(0 {change.hour} {change.day} {change.month} ? *)"
    month, nth = change.nth(down=down)
    return f"cron(0 {change.hour} ? {month} {change.weekday % 7 + 1}#{nth} *)"


def _shared(volume: str, mount: Mount) -> Any:
    """A volume of shared files: reached by TLS, with the task's own permission."""
    return {
        "name": volume,
        "efs_volume_configuration": {
            "file_system_id": mount.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": mount.access_point_id, "iam": "ENABLED"},
        },
    }


def _volumes(paths: Iterable[str]) -> dict[str, str]:
    """Volume names by the directory they are mounted at."""
    return {path.strip("/").replace("/", "-"): path for path in sorted(paths)}
