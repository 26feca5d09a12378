"""Containers that work in the background: nobody connects to them, they take their work from a queue or a database."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
from pulumi_aws.ecs import Service
from pydantic import Field

from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Containers, ContainersArgs


class WorkerArgs(ContainersArgs):
    """Arguments of :class:`Worker`."""

    replicas: int = Field(ge=0, le=5000)
    """Replicas that run; 0 where they are started by who fails over."""

    def _problems(self) -> Iterable[str]:
        yield from super()._problems()
        if self.replicas == 1:
            yield "replicas: 1 replica is one zone's failure away from none; take 2 or more, or 0 for a pilot light"


class Worker(Containers):
    """A service of containers without a load balancer, spread and rebalanced over all its zones.

    A container that ends is started again. A deployment starts new tasks before old ones stop, and goes back by itself
    when they do not stay up: nothing asks them how they are, so that a worker which can do nothing must end.

    After a failover ``replicas`` follow the active site: state it, and the next preview changes nothing that runs.
    """

    cluster_name: str
    """Physical name of the cluster."""
    service_name: str
    """Physical name of the service: what a failover scales."""
    cluster_arn: pulumi.Output[str]
    """The cluster."""
    service_arn: pulumi.Output[str]
    """The service."""

    _args: WorkerArgs

    def __init__(self, name: str, args: WorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.cluster_name = self.service_name = physical("ecs", name)
        group = self._alone()
        cluster = self._cluster()
        service = Service(
            f"{name}-service",
            name=self.service_name,
            cluster=cluster.arn,
            task_definition=self._task().arn,
            launch_type="FARGATE",
            desired_count=args.replicas,
            availability_zone_rebalancing="ENABLED",
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            network_configuration={
                "subnets": list(args.subnet_ids.values()),
                "security_groups": [group.id],
                "assign_public_ip": False,
            },
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            wait_for_steady_state=True,  # a deployment that went back is a failed `pulumi up`
            **self._own("service"),
        )
        self.cluster_arn, self.service_arn = cluster.arn, service.arn
        self.register_outputs(
            {
                "clusterName": self.cluster_name,
                "serviceName": self.service_name,
                "clusterArn": self.cluster_arn,
                "serviceArn": self.service_arn,
                "logGroupName": self.log_group_name,
                "securityGroupId": self.security_group_id,
            }
        )
