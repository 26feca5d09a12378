"""Small programs whose graphs the readings are tested on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi_aws import Provider
from pulumi_aws.ec2 import SecurityGroup, Subnet, Vpc
from pulumi_aws.ecs import Cluster as EcsCluster, Service as EcsService, TaskDefinition
from pulumi_aws.lb import Listener, LoadBalancer, TargetGroup
from pulumi_aws.rds import Instance as RdsInstance, SubnetGroup
from pulumi_aws.sns import TopicSubscription

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.graph.record.recorder import record


def model(program: Callable[[], object]) -> Model:
    """The model of a program, recorded."""
    return read(record(program))


def names(found: Model, what: str) -> dict[str, str]:
    """URNs of the parts of one kind, by logical name."""
    return {part.urn.rsplit("::", 1)[-1]: part.urn for part in getattr(found, what)}


def assumed(found: Model, kind: Assumes) -> list[Assumption]:
    """The assumptions of one kind."""
    return [one for one in found.assumptions if one.kind is kind]


class Region:
    """A provider, and a network of three zones."""

    def __init__(self, name: str, zones: tuple[str, ...], account: str = "111122223333") -> None:
        self.name = name
        self.provider = Provider(f"{account}-{name}", region=name, allowed_account_ids=[account])
        self.opts = pulumi.ResourceOptions(provider=self.provider)
        self.vpc = Vpc(f"{name}", cidr_block="10.0.0.0/16", opts=self.opts)
        self.subnets = [
            Subnet(
                f"{zone}", vpc_id=self.vpc.id, availability_zone_id=zone, cidr_block=f"10.0.{i}.0/24", opts=self.opts
            )
            for i, zone in enumerate(zones)
        ]
        self.subnet_ids = [subnet.id for subnet in self.subnets]

    def group(self, what: str, *, admits: SecurityGroup | None = None) -> SecurityGroup:
        rule: dict[str, Any] = {"protocol": "tcp", "from_port": 1, "to_port": 9999}
        source: dict[str, Any] = {"security_groups": [admits.id]} if admits else {"cidr_blocks": ["0.0.0.0/0"]}
        rules: list[Any] = [rule | source]
        return SecurityGroup(f"{self.name}-{what}", vpc_id=self.vpc.id, ingress=rules, opts=self.opts)


IRELAND = ("euw1-az1", "euw1-az2", "euw1-az3")
FRANKFURT = ("euc1-az1", "euc1-az2", "euc1-az3")


class Tier:
    """A load balancer before an ECS service, with the security groups to reach it and to be reached by it."""

    def __init__(
        self,
        at: Region,
        *,
        count: int = 3,
        internal: bool = False,
        admits: SecurityGroup | None = None,
        name: str = "web",
        environment: Mapping[str, pulumi.Input[str]] | None = None,
        shifts: bool | None = None,
        across: str | None = None,
        lets_go: int | None = None,
        kind: str | None = None,
    ) -> None:
        """``shifts``: whether its traffic may be taken out of a zone; ``across``: whether it goes to other zones
        (``"false"``: not); ``lets_go``: seconds after which connections of clients end; ``kind``: of balancer."""
        name = f"{at.name}-{name}"
        front = at.group(f"{name}-front", admits=admits)
        self.group = at.group(f"{name}-tasks", admits=front)
        self.balancer = LoadBalancer(
            name[:32],
            internal=internal,
            load_balancer_type=kind,
            subnets=at.subnet_ids,
            security_groups=[front.id],
            enable_zonal_shift=shifts,
            client_keep_alive=lets_go,
            opts=at.opts,
        )
        self.targets = TargetGroup(
            name[:32],
            port=8080,
            protocol="HTTP",
            target_type="ip",
            vpc_id=at.vpc.id,
            health_check={"interval": 10, "unhealthy_threshold": 2, "timeout": 5, "healthy_threshold": 3, "path": "/"},
            load_balancing_cross_zone_enabled=across,
            opts=at.opts,
        )
        self.listener = Listener(
            name,
            load_balancer_arn=self.balancer.arn,
            port=443,
            default_actions=[{"type": "forward", "target_group_arn": self.targets.arn}],
            opts=at.opts,
        )
        self.cluster = EcsCluster(name, opts=at.opts)
        self.tasks = TaskDefinition(
            name,
            family=name,
            container_definitions=pulumi.Output.json_dumps(
                [
                    {
                        "name": "web",
                        "image": f"111122223333.dkr.ecr.{at.name}.amazonaws.com/web:4.2.0",
                        **(
                            {"environment": [{"name": n, "value": v} for n, v in environment.items()]}
                            if environment
                            else {}
                        ),
                    }
                ]
            ),
            opts=at.opts,
        )
        self.service = EcsService(
            name,
            cluster=self.cluster.arn,
            task_definition=self.tasks.arn,
            desired_count=count,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            network_configuration={"subnets": at.subnet_ids, "security_groups": [self.group.id]},
            load_balancers=[{"target_group_arn": self.targets.arn, "container_name": "web", "container_port": 8080}],
            opts=at.opts,
        )


def people(opts: pulumi.ResourceOptions | None = None, region: str = "eu-west-1") -> str:
    """A topic of another program, whose messages a mailbox gets."""
    topic = f"arn:aws:sns:{region}:111122223333:people"
    TopicSubscription(f"people-{region}", topic=topic, protocol="email", endpoint="on-call@shop.example", opts=opts)
    return topic


class Database:
    """RDS in the data subnets of a region, open to a tier."""

    def __init__(
        self,
        at: Region,
        tier: Tier | None,
        *,
        multi_az: bool = True,
        source: Database | None = None,
        days: int = 14,
        **more: Any,
    ) -> None:
        subnets = SubnetGroup(f"{at.name}-db", subnet_ids=at.subnet_ids, opts=at.opts)
        group = at.group("db", admits=tier.group if tier else None)
        own = {"replicate_source_db": source.instance.arn} if source else {"username": "shop", "allocated_storage": 100}
        self.instance = RdsInstance(
            f"{at.name}-db",
            engine="mysql",
            instance_class="db.r7g.large",
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            multi_az=multi_az,
            backup_retention_period=days,
            skip_final_snapshot=True,
            **own,
            **more,
            opts=at.opts,
        )
