"""Small programs of one shop on two vendors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_aws.globalaccelerator.accelerator import Accelerator
from pulumi_aws.globalaccelerator.endpoint_group import EndpointGroup
from pulumi_aws.globalaccelerator.listener import Listener
from pulumi_aws.lb.load_balancer import LoadBalancer
from pulumi_aws.route53.health_check import HealthCheck as Route53Check
from pulumi_aws.route53.record import Record
from pulumi_aws.route53.zone import Zone
from pulumi_gcp.compute import HealthCheck
from pulumi_gcp.dns import ManagedZone, RecordSet

from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

DOMAIN = "shop.example"


def accelerated(at: Region, balancers: dict[str, LoadBalancer], dials: Mapping[str, float]) -> Accelerator:
    """An accelerator before load balancers by region."""
    front = Accelerator("front", opts=at.opts)
    listener = Listener(
        "front",
        accelerator_arn=front.arn,
        protocol="TCP",
        port_ranges=[{"from_port": 443, "to_port": 443}],
        opts=at.opts,
    )
    for region, balancer in balancers.items():
        EndpointGroup(
            region,
            listener_arn=listener.arn,
            endpoint_group_region=region,
            traffic_dial_percentage=dials.get(region, 100),
            endpoint_configurations=[{"endpoint_id": balancer.arn}],
            opts=at.opts,
        )
    return front


def two_regions(*, standby: bool = True, dials: tuple[float, float] = (100, 0)) -> None:
    """A shop of two regions behind an accelerator."""
    here, there = Region("eu-west-1", IRELAND), Region("eu-central-1", FRANKFURT)
    tiers = {at.name: Tier(at) for at in ((here, there) if standby else (here,))}
    primary = Database(here, tiers["eu-west-1"])
    if standby:
        Database(there, tiers["eu-central-1"], source=primary)
    balancers = {name: tier.balancer for name, tier in tiers.items()}
    accelerated(here, balancers, dict(zip(("eu-west-1", "eu-central-1"), dials, strict=True)))


class Names:
    """A domain at Route 53 and at Cloud DNS, whose zones name the servers of both."""

    def __init__(self, aws: Region, google: gcp.Region, *, listed: str = "both") -> None:
        self.aws, self.google = aws, google
        self.zone = Zone("zone", name=DOMAIN, opts=aws.opts)
        self.managed = ManagedZone("zone", dns_name=f"{DOMAIN}.", visibility="public", opts=google.opts)
        if listed in ("both", "aws"):
            servers: Any = self.managed.name_servers
            Record("servers", zone_id=self.zone.zone_id, name=DOMAIN, type="NS", records=servers, opts=aws.opts)
        if listed in ("both", "gcp"):
            RecordSet(
                "servers",
                managed_zone=self.managed.name,
                name=f"{DOMAIN}.",
                type="NS",
                rrdatas=self.zone.name_servers,
                opts=google.opts,
            )

    def at_route53(self, accelerator: Accelerator, front: gcp.Front, *, checked: bool = True) -> None:
        """The shop at AWS answers, else the one at Google."""
        asked: dict[str, Any] = {
            "type": "HTTPS",
            "port": 443,
            "request_interval": 10,
            "failure_threshold": 3,
            "opts": self.aws.opts,
        }
        checks = {
            "PRIMARY": Route53Check("aws", fqdn=accelerator.dns_name, **asked),
            "SECONDARY": Route53Check("google", fqdn=DOMAIN, ip_address=front.address.address, **asked),
        }
        alias: Any = [
            {"name": accelerator.dns_name, "zone_id": accelerator.hosted_zone_id, "evaluate_target_health": False}
        ]
        says: dict[str, dict[str, Any]] = {
            "PRIMARY": {"aliases": alias},
            "SECONDARY": {"records": [front.address.address], "ttl": 60},
        }
        for role, answer in says.items():
            Record(
                role.lower(),
                zone_id=self.zone.zone_id,
                name=DOMAIN,
                type="A",
                set_identifier=role,
                failover_routing_policies=[{"type": role}],
                health_check_id=checks[role].id if checked else None,
                **answer,
                opts=self.aws.opts,
            )

    def at_cloud_dns(self, accelerator: Accelerator, front: gcp.Front, *, swapped: bool = False) -> None:
        """The same: the accelerator's two addresses, else Google's."""
        check = HealthCheck(
            "sells",
            check_interval_sec=30,
            unhealthy_threshold=2,
            timeout_sec=5,
            https_health_check={"port": 443, "host": DOMAIN},
            source_regions=["us-east1", "europe-west1", "asia-southeast1"],
            opts=self.google.opts,
        )
        own, other = [accelerator.ip_sets[0].ip_addresses[n] for n in (0, 1)], [front.address.address]
        if swapped:
            own, other = other, own
        policy: Any = {
            "health_check": check.id,
            "primary_backup": {
                "primary": {"external_endpoints": own},
                "backup_geos": [{"location": "europe-west1", "health_checked_targets": {"external_endpoints": other}}],
            },
        }
        RecordSet(
            "shop",
            managed_zone=self.managed.name,
            name=f"{DOMAIN}.",
            type="A",
            ttl=30,
            routing_policy=policy,
            opts=self.google.opts,
        )


def named_twice(*, listed: str = "both", answered: str = "both", checked: bool = True, swapped: bool = False) -> None:
    """A shop at AWS, a standby at Google, and names at either or both."""
    aws, google = Region("eu-west-1", IRELAND), gcp.Region()
    accelerator = accelerated(aws, {"eu-west-1": Tier(aws).balancer}, {})
    front = gcp.Front(google, gcp.Group(google))
    names = Names(aws, google, listed=listed)
    if answered in ("both", "aws"):
        names.at_route53(accelerator, front, checked=checked)
    if answered in ("both", "gcp"):
        names.at_cloud_dns(accelerator, front, swapped=swapped)
