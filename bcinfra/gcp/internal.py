"""A private address in one region, and behind it a tier of virtual machines that other tiers call."""

from __future__ import annotations

import pulumi
from pulumi_gcp.compute import Address, ForwardingRule, RegionBackendService, RegionHealthCheck
from pydantic import Field

from bcinfra.component import Args, Component, Str
from bcinfra.gcp.region import Region


class InternalBalancerArgs(Args):
    """Arguments of :class:`InternalBalancer`."""

    region: Region
    """The region of the tier."""
    network_id: Str
    """The network that holds the subnet."""
    subnet_id: Str
    """The subnet of the address: ``Network(...).sites["ghent"].subnet_id``."""
    group: Str
    """The replicas: ``InstanceTier(...).group``. They let in those who call (``InstanceTierArgs.clients``)."""
    port: int = Field(default=8080, ge=1, le=65535)
    """The replicas' TCP port, and the address's."""
    health_path: str = Field(default="/healthz", pattern=r"^/")
    """Answers 200 while a replica can serve."""
    health_interval: int = Field(default=5, ge=1, le=300)
    """Seconds between health checks of a replica."""
    health_failures: int = Field(default=2, ge=1, le=10)
    """Checks in a row that fail before a replica gets no more connections."""


class InternalBalancer(Component):
    """An address that connects callers in the same network and region to a healthy replica.

    It is no machine in a zone: the network itself hands connections on (internal passthrough Network Load Balancer),
    so it needs no zone and no replica of its own.
    """

    package = "gcp"

    address: pulumi.Output[str]
    """The address."""

    def __init__(self, name: str, args: InternalBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        check = RegionHealthCheck(
            f"{name}-serves",
            project=region.project,
            region=region.name,
            check_interval_sec=args.health_interval,
            timeout_sec=min(5, args.health_interval),
            healthy_threshold=2,
            unhealthy_threshold=args.health_failures,
            http_health_check={"port": args.port, "request_path": args.health_path},
            opts=region.child(self),
        )
        service = RegionBackendService(
            f"{name}-backends",
            project=region.project,
            region=region.name,
            load_balancing_scheme="INTERNAL",
            protocol="TCP",
            backends=[{"group": args.group, "balancing_mode": "CONNECTION"}],
            health_checks=check.id,
            connection_draining_timeout_sec=60,
            opts=region.child(self),
        )
        address = Address(
            f"{name}-address",
            project=region.project,
            region=region.name,
            address_type="INTERNAL",
            purpose="GCE_ENDPOINT",
            subnetwork=args.subnet_id,
            labels=region.labelled(f"{name}-address"),
            opts=region.child(self),
        )
        ForwardingRule(
            f"{name}-rule",
            project=region.project,
            region=region.name,
            load_balancing_scheme="INTERNAL",
            ip_protocol="TCP",
            ip_address=address.address,
            ports=[str(args.port)],
            backend_service=service.id,
            network=args.network_id,
            subnetwork=args.subnet_id,
            labels=region.labelled(f"{name}-rule"),
            opts=region.child(self),
        )
        self.address = address.address
        self.register_outputs({"address": self.address})
