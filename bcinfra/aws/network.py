"""The network of one site: public, private and data subnets in every zone, each zone standing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import (
    DefaultSecurityGroup,
    Eip,
    FlowLog,
    InternetGateway,
    NatGateway,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.vpc import SecurityGroupIngressRule
from pydantic import model_validator

from bcinfra.aws import addresses, policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places import regions

ANYWHERE: Final = "0.0.0.0/0"
HTTPS: Final = 443


class Nat(StrEnum):
    """How private subnets reach the internet."""

    PER_ZONE = "per-zone"
    """A NAT gateway in every zone: a zone that fails takes no other zone's way out with it."""
    SINGLE = "single"
    """One NAT gateway, in the first zone, for all: cheaper, and that zone's failure cuts all off."""
    NONE = "none"
    """No way out: only what endpoints reach."""


class NetworkArgs(Args):
    """Arguments of :class:`Network`."""

    region: Region
    """Where the network lives."""
    cidr: str = "10.0.0.0/16"
    """The IPv4 range, /16 to /22. Sites that shall ever be joined need ranges apart:
    ``bcinfra.planning.addresses.site_cidrs``."""
    zones: tuple[str, ...] = ()
    """Zone ids such as ``euw1-az1``, two or more. Empty takes the region's first three."""
    nat: Nat = Nat.PER_ZONE
    """How private subnets reach the internet."""
    endpoints: tuple[str, ...] = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts")
    """AWS services reached inside the network, by the last part of their endpoint's name. The default is what a
    container needs to start and to log, so that starting one in a failover needs no NAT gateway. Each costs an hourly
    price in every zone. S3 always has its gateway endpoint, which is free."""
    flow_log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = 365
    """Days that flow logs are kept."""
    flow_log_key_arn: Str | None = None
    """KMS key for the flow logs, whose policy lets ``logs.<region>.amazonaws.com`` use it. Without one CloudWatch
    Logs encrypts with a key of its own."""

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """The zones in use."""
        return self.zones or regions.first_zones("aws", self.region.name)

    @model_validator(mode="after")
    def _plan_fits(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        problems: list[str] = []
        try:
            addresses.network(self.cidr)
        except ValueError as error:
            problems.append(f"cidr: {error}")
        try:
            used = self.zone_ids
        except ValueError as error:
            return [*problems, f"zones: {error}"]
        if len(set(used)) < 2 or len(set(used)) < len(used):
            problems.append(f"zones: {list(used)} are not two or more different zones")
        allowed = regions.zones(self.region.name)
        for zone in used:
            try:
                regions.zone_number(zone)
            except ValueError as error:
                problems.append(f"zones: {error}")
                continue
            if allowed and zone not in allowed:
                problems.append(f"zones: {zone!r} is not in {self.region.name}; it has {', '.join(sorted(allowed))}")
        return problems


class Network(Component):
    """A VPC whose zones do not depend on one another.

    Every zone has a public subnet (load balancers, NAT gateways), a private one (tasks, instances) and a data one (no
    way to the internet at all), with route tables of its own. The default security group lets nothing through. All
    traffic is written to flow logs.
    """

    package = "aws"

    vpc_id: pulumi.Output[str]
    """The VPC's id."""
    cidr: str
    """The VPC's IPv4 range."""
    zones: tuple[str, ...]
    """The zone ids in use."""
    public_subnet_ids: Mapping[str, pulumi.Output[str]]
    """Subnets for load balancers, by zone id."""
    private_subnet_ids: Mapping[str, pulumi.Output[str]]
    """Subnets for tasks and instances, by zone id."""
    data_subnet_ids: Mapping[str, pulumi.Output[str]]
    """Subnets for data stores, by zone id."""
    zone_names: Mapping[str, pulumi.Output[str]]
    """This account's names of the zones, by zone id: what metrics call them."""
    route_table_ids: Mapping[str, pulumi.Output[str]]
    """Route tables by name: ``public``, ``private-<zone>``, ``data-<zone>``. For routes to other networks."""
    nat_addresses: Mapping[str, pulumi.Output[str]]
    """Public addresses that private subnets are seen under, by the NAT gateway's zone id: for partners' allow-lists."""
    gateways: Mapping[str, pulumi.Output[str]]
    """NAT gateways by zone id, for :class:`Watch`."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._region = name, args.region
        self.cidr, self.zones = args.cidr, args.zone_ids
        vpc = Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,  # private DNS of interface endpoints needs both
            **self._own("vpc"),
        )
        self.vpc_id = vpc.id
        DefaultSecurityGroup(f"{name}-default", vpc_id=vpc.id, **self._own("default"))
        gateway = InternetGateway(f"{name}-internet", vpc_id=vpc.id, **self._own("internet"))

        plans = addresses.zone_plans(args.cidr, self.zones)
        public = {zone: self._subnet("public", zone, plan.public) for zone, plan in plans.items()}
        private = {zone: self._subnet("private", zone, plan.private) for zone, plan in plans.items()}
        data = {zone: self._subnet("data", zone, plan.data) for zone, plan in plans.items()}
        self.public_subnet_ids, self.private_subnet_ids, self.data_subnet_ids = (
            {zone: subnet.id for zone, subnet in subnets.items()} for subnets in (public, private, data)
        )
        self.zone_names = {zone: subnet.availability_zone for zone, subnet in private.items()}

        self.route_table_ids = {"public": self._route_table("public", self.public_subnet_ids)}
        self._default_route("public", gateway_id=gateway.id)
        for zone in self.zones:
            for kind, subnets in (("private", self.private_subnet_ids), ("data", self.data_subnet_ids)):
                self.route_table_ids[f"{kind}-{zone}"] = self._route_table(f"{kind}-{zone}", {zone: subnets[zone]})

        self.nat_addresses = {}
        nats = {zone: self._nat(zone, gateway) for zone in nat_zones(args.nat, self.zones)}
        self.gateways = {zone: nat.id for zone, nat in nats.items()}
        for zone in self.zones if nats else ():
            self._default_route(f"private-{zone}", nat_gateway_id=nats.get(zone, next(iter(nats.values()))).id)

        self._endpoints(args.endpoints)
        self._flow_logs(args)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "cidr": self.cidr,
                "zones": self.zones,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
                "dataSubnetIds": self.data_subnet_ids,
                "zoneNames": self.zone_names,
                "routeTableIds": self.route_table_ids,
                "natAddresses": self.nat_addresses,
                "gateways": self.gateways,
            }
        )

    def _own(self, what: str, **options: object) -> dict[str, Any]:
        """Tags and options of the child called ``what``."""
        return {
            "tags": self._region.tagged(f"{self._name}-{what}"),
            "opts": self._region.child(self, **options),
        }

    def _subnet(self, kind: str, zone: str, cidr: str) -> Subnet:
        what = f"{kind}-{zone}"
        return Subnet(
            f"{self._name}-{what}",
            vpc_id=self.vpc_id,
            availability_zone_id=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            **self._own(what),
        )

    def _route_table(self, what: str, subnet_ids: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        table = RouteTable(f"{self._name}-{what}", vpc_id=self.vpc_id, **self._own(what))
        for zone, subnet_id in subnet_ids.items():
            RouteTableAssociation(
                f"{self._name}-{what}" if what.endswith(zone) else f"{self._name}-{what}-{zone}",
                route_table_id=table.id,
                subnet_id=subnet_id,
                opts=self._region.child(self),
            )
        return table.id

    def _default_route(self, table: str, **target: pulumi.Output[str]) -> None:
        Route(
            f"{self._name}-{table}-default",
            route_table_id=self.route_table_ids[table],
            destination_cidr_block=ANYWHERE,
            opts=self._region.child(self),
            **target,
        )

    def _nat(self, zone: str, gateway: InternetGateway) -> NatGateway:
        what = f"nat-{zone}"
        address = Eip(f"{self._name}-{what}", domain="vpc", **self._own(what, depends_on=[gateway]))
        self.nat_addresses = {**self.nat_addresses, zone: address.public_ip}
        return NatGateway(
            f"{self._name}-{what}",
            subnet_id=self.public_subnet_ids[zone],
            allocation_id=address.allocation_id,
            **self._own(what, depends_on=[gateway]),
        )

    def _endpoints(self, services: tuple[str, ...]) -> None:
        VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{self._region.name}.s3",
            route_table_ids=[i for table, i in self.route_table_ids.items() if table != "public"],
            **self._own("s3"),
        )
        if not services:
            return
        group = SecurityGroup(
            f"{self._name}-endpoints",
            description="HTTPS from this network to AWS services",
            vpc_id=self.vpc_id,
            **self._own("endpoints"),
        )
        SecurityGroupIngressRule(
            f"{self._name}-endpoints",
            security_group_id=group.id,
            cidr_ipv4=self.cidr,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            **self._own("endpoints"),
        )
        for service in services:
            VpcEndpoint(
                f"{self._name}-{service}",
                vpc_id=self.vpc_id,
                vpc_endpoint_type="Interface",
                service_name=f"com.amazonaws.{self._region.name}.{service}",
                private_dns_enabled=True,
                subnet_ids=list(self.private_subnet_ids.values()),
                security_group_ids=[group.id],
                **self._own(service),
            )

    def _flow_logs(self, args: NetworkArgs) -> None:
        region = self._region
        group = LogGroup(
            f"{self._name}-flow",
            name=physical("log-group", f"/vpc/{self._name}"),
            retention_in_days=args.flow_log_days,
            kms_key_id=args.flow_log_key_arn,
            **self._own("flow"),
        )
        role = Role(
            f"{self._name}-flow",
            description=f"Lets VPC flow logs of {self._name} write to CloudWatch Logs",
            assume_role_policy=policies.trust(
                policies.service("vpc-flow-logs.amazonaws.com"),
                condition=policies.own_account(region),
            ),
            **self._own("flow"),
        )
        writing = ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
        policy = RolePolicy(
            f"{self._name}-flow",
            role=role.id,
            policy=policies.document(policies.allow(writing, [group.arn.apply(lambda arn: f"{arn}:*")])),
            opts=region.child(self),
        )
        FlowLog(
            f"{self._name}-flow",
            vpc_id=self.vpc_id,
            traffic_type="ALL",
            max_aggregation_interval=60,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            **self._own("flow", depends_on=[policy]),
        )


def nat_zones(nat: Nat, zone_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The zones that get a NAT gateway."""
    return {Nat.PER_ZONE: zone_ids, Nat.SINGLE: zone_ids[:1], Nat.NONE: ()}[nat]
