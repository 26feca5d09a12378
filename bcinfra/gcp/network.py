"""One network over the sites' regions: each region with ranges, a way out and private services of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from itertools import combinations
from typing import Final, NamedTuple, Self

import pulumi
from pulumi_gcp.compute import (
    Address,
    GlobalAddress,
    Network as Vpc,
    NetworkPeeringRoutesConfig,
    Router,
    RouterNat,
    Subnetwork,
)
from pulumi_gcp.networkconnectivity import ServiceConnectionPolicy
from pulumi_gcp.servicenetworking import Connection
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.addresses import LONGEST_PREFIX, region_plan
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, Region
from bcinfra.planning.addresses import network as parsed

PRIVATE_SERVICES: Final = "servicenetworking.googleapis.com"
"""The peer that managed services such as Cloud SQL are reached through."""
REDIS_CLASS: Final = "gcp-memorystore-redis"
"""The service class of Memorystore for Redis Cluster."""


class NetworkSite(Args):
    """One region of the network."""

    region: Region
    """The region."""
    cidr: str
    """Its IPv4 range, /16 to /22: workloads, managed services and endpoints are cut from it."""
    nat_addresses: frozenset[str] = frozenset()
    """Names of static addresses that the region is seen under, for partners' allow-lists, such as ``{"a", "b"}``. A
    region without any gets addresses by itself, as many as it needs."""


class NetworkArgs(Args):
    """Arguments of :class:`Network`."""

    project: Project
    """The project of the network, and of every site."""
    sites: Mapping[str, NetworkSite] = Field(min_length=1)
    """The regions, by site."""
    service_classes: frozenset[str] = frozenset({REDIS_CLASS})
    """Managed services that place endpoints in every region by themselves (Private Service Connect)."""
    flow_samples: float = Field(default=0.5, ge=0, le=1)
    """Part of the traffic that is written to flow logs; 0 writes none."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        ranges: dict[str, IPv4Network] = {}
        owners: dict[str, str] = {}
        for site, at in self.sites.items():
            try:
                ranges[site] = parsed(at.cidr, shortest=16, longest=LONGEST_PREFIX)
            except ValueError as error:
                yield f"sites.{site}.cidr: {error}"
            if (owner := owners.setdefault(at.region.name, site)) != site:
                yield f"sites: {owner!r} and {site!r} are both in {at.region.name}; one site a region"
            if at.region.project != self.project.project:
                yield f"sites.{site}.region: is in project {at.region.project}, the network in {self.project.project}"
        for (one, first), (other, second) in combinations(ranges.items(), 2):
            if first.overlaps(second):
                yield f"sites.{other}.cidr: {second} overlaps {first} of {one}"


class SiteNetwork(NamedTuple):
    """What one site has of the network."""

    subnet_id: pulumi.Output[str]
    """The subnet of its workloads."""
    subnet_cidr: str
    """The range of that subnet: what may connect to the site's stores."""
    services_range: pulumi.Output[str]
    """Name of the range for managed services, for Cloud SQL's ``allocated_range``."""
    services_cidr: str
    """That range."""
    endpoints_cidr: str
    """The range of endpoints of services behind Private Service Connect."""
    endpoints_subnet_id: pulumi.Output[str]
    """The subnet of those endpoints."""
    nat_addresses: Mapping[str, pulumi.Output[str]]
    """The static addresses that the site is seen under, by name."""


class Network(Component):
    """A VPC network with a subnet, a NAT and ranges for managed services in every site's region.

    Subnets, Cloud NAT and the endpoints of managed services are regional: a region that fails takes no other's with
    it. The network itself, its firewall rules and its peering are worldwide, and one mistake in them reaches all sites;
    it is one network because a Cloud SQL replica stands in the network of its primary. No rule lets anything in: what
    needs to is let in by the tier that needs it.
    """

    package = "gcp"

    network_id: pulumi.Output[str]
    """The network's id."""
    services_network_id: pulumi.Output[str]
    """The network's id, known once managed services can be placed in it: for Cloud SQL and Memorystore."""
    sites: Mapping[str, SiteNetwork]
    """What each site has of the network."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        project = args.project
        vpc = Vpc(
            f"{name}-network",
            name=physical("compute", name),
            project=project.project,
            auto_create_subnetworks=False,
            routing_mode="GLOBAL",  # a site that has lost its own link to on-premises uses another's
            opts=project.child(self),
        )
        self.network_id = vpc.id
        policies: list[ServiceConnectionPolicy] = []
        self.sites = {site: self._site(site, at, policies) for site, at in sorted(args.sites.items())}
        connection = Connection(
            f"{name}-services",
            network=vpc.id,
            service=PRIVATE_SERVICES,
            reserved_peering_ranges=[at.services_range for at in self.sites.values()],
            # The peering cannot go before what is behind it, which takes days to let go of its addresses.
            deletion_policy="ABANDON",
            opts=project.child(self),
        )
        # Managed services reach what is behind tunnels, such as the primary of a replica, by routes that they are told.
        told = NetworkPeeringRoutesConfig(
            f"{name}-services",
            project=project.project,
            peering=connection.peering,
            network=vpc.name,
            export_custom_routes=True,
            import_custom_routes=False,
            opts=project.child(self),
        )
        ready = [resource.urn for resource in (connection, told, *policies)]
        self.services_network_id = pulumi.Output.all(vpc.id, *ready).apply(lambda found: str(found[0]))
        self.register_outputs(
            {
                "networkId": self.network_id,
                "servicesNetworkId": self.services_network_id,
                "sites": {site: at._asdict() for site, at in self.sites.items()},
            }
        )

    def _site(self, site: str, at: NetworkSite, policies: list[ServiceConnectionPolicy]) -> SiteNetwork:
        name, region, plan = f"{self._name}-{site}", at.region, region_plan(at.cidr)
        workloads = self._subnet(f"{name}-workloads", at, plan.workloads)
        endpoints = self._subnet(f"{name}-endpoints", at, plan.endpoints)
        services = self._services_range(f"{name}-services", plan.services)
        policies += [
            ServiceConnectionPolicy(
                f"{name}-{service}",
                name=physical("compute", f"{name}-{service}"),
                project=region.project,
                location=region.name,
                service_class=service,
                network=self.network_id,
                psc_config={"subnetworks": [endpoints.id]},
                labels=region.labelled(f"{name}-{service}"),
                opts=region.child(self),
            )
            for service in sorted(self._args.service_classes)
        ]
        return SiteNetwork(
            subnet_id=workloads.id,
            subnet_cidr=plan.workloads,
            services_range=services.name,
            services_cidr=plan.services,
            endpoints_cidr=plan.endpoints,
            endpoints_subnet_id=endpoints.id,
            nat_addresses=self._nat(f"{name}-nat", at, workloads),
        )

    def _subnet(self, name: str, at: NetworkSite, cidr: str) -> Subnetwork:
        return Subnetwork(
            name,
            name=physical("compute", name),
            project=at.region.project,
            region=at.region.name,
            network=self.network_id,
            ip_cidr_range=cidr,
            private_ip_google_access=True,  # Google's interfaces are reached without a public address
            log_config={
                "aggregation_interval": "INTERVAL_1_MIN",
                "flow_sampling": samples,
                "metadata": "INCLUDE_ALL_METADATA",
            }
            if (samples := self._args.flow_samples)
            else None,
            opts=at.region.child(self),
        )

    def _services_range(self, name: str, cidr: str) -> GlobalAddress:
        """A range that only managed services of one region are placed in."""
        address, _, prefix = cidr.partition("/")
        return GlobalAddress(
            name,
            name=physical("compute", name),
            project=self._args.project.project,
            purpose="VPC_PEERING",
            address_type="INTERNAL",
            address=address,
            prefix_length=int(prefix),
            network=self.network_id,
            labels=self._args.project.labelled(name),
            opts=self._args.project.child(self),
        )

    def _nat(self, name: str, at: NetworkSite, workloads: Subnetwork) -> dict[str, pulumi.Output[str]]:
        """The region's way out. Cloud NAT is no machine in a zone: it is part of the network in every one of them."""
        region = at.region
        router = Router(
            name,
            project=region.project,
            region=region.name,
            network=self.network_id,
            opts=region.child(self),
        )
        addresses = {
            which: Address(
                f"{name}-{which}",
                project=region.project,
                region=region.name,
                address_type="EXTERNAL",
                labels=region.labelled(f"{name}-{which}"),
                opts=region.child(self, protect=region.protected),
            )
            for which in sorted(at.nat_addresses)
        }
        nat_ips: list[Str] = [address.self_link for address in addresses.values()]
        RouterNat(
            name,
            project=region.project,
            region=region.name,
            router=router.name,
            nat_ip_allocate_option="MANUAL_ONLY" if nat_ips else "AUTO_ONLY",
            nat_ips=nat_ips or None,
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[{"name": workloads.id, "source_ip_ranges_to_nats": ["ALL_IP_RANGES"]}],
            enable_dynamic_port_allocation=True,  # a busy instance takes more ports instead of failing
            enable_endpoint_independent_mapping=False,
            log_config={"enable": True, "filter": "ERRORS_ONLY"},
            opts=region.child(self),
        )
        return {which: address.address for which, address in addresses.items()}
