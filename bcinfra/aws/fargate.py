"""A tier of containers on ECS Fargate: no servers to mend, replaced and spread over zones by themselves."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws.appautoscaling import Policy, ScheduledAction, Target
from pulumi_aws.ecs import Cluster, Service, TaskDefinition

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import CONTAINER, Containers, ContainersArgs
from bcinfra.aws.tier import Tier, TierArgs
from bcinfra.planning.scaling import Change


class FargateTierArgs(TierArgs, ContainersArgs):
    """Arguments of :class:`FargateTier`."""


class FargateTier(Tier, Containers):
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

    _args: FargateTierArgs

    def __init__(self, name: str, args: FargateTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.cluster_name = self.service_name = physical("ecs", name)
        cluster = self._cluster()
        service = self._service(cluster, self._task([args.port, *sorted(args.network_ports.values())]))
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
