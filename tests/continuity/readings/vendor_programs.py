"""Small programs of one shop on two vendors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws.ec2 import CustomerGateway, VpnConnection, VpnGateway
from pulumi_aws.globalaccelerator import Accelerator, EndpointGroup, Listener
from pulumi_aws.lb import LoadBalancer
from pulumi_aws.rds import Cluster, ClusterInstance, ClusterParameterGroup, EngineType, GlobalCluster, SubnetGroup
from pulumi_aws.route53 import HealthCheck as Route53Check, Record, Zone
from pulumi_aws.s3 import Bucket
from pulumi_gcp.compute import (
    ExternalVpnGateway,
    HaVpnGateway,
    HealthCheck,
    Network,
    NetworkPeeringRoutesConfig,
    Router,
    VPNTunnel,
)
from pulumi_gcp.dns import ManagedZone, RecordSet
from pulumi_gcp.sql import DatabaseInstance, SourceRepresentationInstance
from pulumi_gcp.storage import Bucket as CloudBucket, BucketIAMMember, TransferJob

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

    def at_cloud_dns(
        self,
        accelerator: Accelerator,
        front: gcp.Front,
        *,
        swapped: bool = False,
        backed: bool = True,
        share: float | None = None,
    ) -> None:
        """The same: the accelerator's two addresses, else Google's, where they are ``backed``; ``share``: of the
        clients who get the second all the time."""
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
                "trickle_ratio": share,
            },
        }
        answers: Any = {"routing_policy": policy} if backed else {"rrdatas": own}
        RecordSet(
            "shop",
            managed_zone=self.managed.name,
            name=f"{DOMAIN}.",
            type="A",
            ttl=30,
            **answers,
            opts=self.google.opts,
        )


def named_twice(*, listed: str = "both", answered: str = "both", checked: bool = True, **at_google: Any) -> None:
    """A shop at AWS, a standby at Google, and names at either or both."""
    aws, google = Region("eu-west-1", IRELAND), gcp.Region()
    accelerator = accelerated(aws, {"eu-west-1": Tier(aws).balancer}, {})
    front = gcp.Front(google, gcp.Group(google))
    names = Names(aws, google, listed=listed)
    if answered in ("both", "aws"):
        names.at_route53(accelerator, front, checked=checked)
    if answered in ("both", "gcp"):
        names.at_cloud_dns(accelerator, front, **at_google)


def tunnelled(aws: Region, google: gcp.Region, network: Network, *, at: str = gcp.BELGIUM) -> None:
    """Two connections of a gateway at AWS, and Google's four tunnels to them."""
    gateway = HaVpnGateway("google", network=network.id, region=at, opts=google.opts)
    router = Router("google", network=network.id, region=at, bgp={"asn": 64514}, opts=google.opts)
    private = VpnGateway("google", vpc_id=aws.vpc.id, opts=aws.opts)
    connections = [
        VpnConnection(
            f"google-{n}",
            type="ipsec.1",
            customer_gateway_id=CustomerGateway(
                f"google-{n}",
                type="ipsec.1",
                bgp_asn="64514",
                ip_address=gateway.vpn_interfaces[n].ip_address.apply(str),
                opts=aws.opts,
            ).id,
            vpn_gateway_id=private.id,
            static_routes_only=False,
            opts=aws.opts,
        )
        for n in (0, 1)
    ]
    addresses = [address for one in connections for address in (one.tunnel1_address, one.tunnel2_address)]
    peer = ExternalVpnGateway(
        "aws",
        redundancy_type="FOUR_IPS_REDUNDANCY",
        interfaces=[{"id": n, "ip_address": address} for n, address in enumerate(addresses)],
        opts=google.opts,
    )
    for n in range(4):
        VPNTunnel(
            f"aws-{n}",
            region=at,
            vpn_gateway=gateway.id,
            vpn_gateway_interface=n // 2,
            peer_external_gateway=peer.id,
            peer_external_gateway_interface=n,
            shared_secret="secret",
            router=router.id,
            opts=google.opts,
        )


def followed(
    *,
    engine: str = "rds",
    joined: bool = True,
    routing: str = "GLOBAL",
    at: str = gcp.BELGIUM,
    exports: bool | None = None,
    log: Any = "ROW",
    **primary: Any,
) -> None:
    """A shop at AWS whose database is followed at Google, to take over there; ``exports``: inside of a network whose
    peering exports routes or does not; ``log``: the format of Aurora's binary log."""
    aws, google = Region("eu-west-1", IRELAND), gcp.Region()
    network = Network("shop", routing_mode=routing, opts=google.opts)
    tier = Tier(aws)
    group = gcp.Group(google)
    front = gcp.Front(google, group)
    accelerator = accelerated(aws, {"eu-west-1": tier.balancer}, {})
    host: Any
    host = Database(aws, tier, **primary).instance.address if engine == "rds" else aurora(aws, tier, log)
    if engine == "private name":
        zone = Zone("inside", name="shop.internal", vpcs=[{"vpc_id": aws.vpc.id}], opts=aws.opts)
        name = Record(
            "db", zone_id=zone.zone_id, name="db.shop.internal", type="CNAME", ttl=5, records=[host], opts=aws.opts
        )
        host = name.fqdn
    source = SourceRepresentationInstance(
        "source", database_version="MYSQL_8_0", host=host, region=google.name, opts=google.opts
    )
    DatabaseInstance(
        "standby",
        database_version="MYSQL_8_0",
        region=google.name,
        master_instance_name=source.name,
        settings={
            "tier": "db-custom-4-16384",
            "availability_type": "REGIONAL",
            **({} if exports is None else {"ip_configuration": {"private_network": network.id}}),
        },
        opts=google.opts,
    )
    if exports is not None:
        NetworkPeeringRoutesConfig(
            "services",
            peering="servicenetworking-googleapis-com",
            network=network.name,
            export_custom_routes=exports,
            import_custom_routes=False,
            opts=google.opts,
        )
    if joined:
        tunnelled(aws, google, network, at=at)
    names = Names(aws, google)
    names.at_route53(accelerator, front)
    names.at_cloud_dns(accelerator, front)


def aurora(aws: Region, tier: Tier, log: Any = "ROW") -> pulumi.Output[str]:
    """A global database with its writer at AWS; its endpoint."""
    everywhere = GlobalCluster("db", global_cluster_identifier="db", engine="aurora-mysql", opts=aws.opts)
    subnets = SubnetGroup("db", subnet_ids=aws.subnet_ids, opts=aws.opts)
    group = ClusterParameterGroup(
        "db", family="aurora-mysql8.0", parameters=[{"name": "binlog_format", "value": log or "OFF"}], opts=aws.opts
    )
    cluster = Cluster(
        "db",
        db_cluster_parameter_group_name=group.name if log else None,
        engine="aurora-mysql",
        master_username="shop",
        db_subnet_group_name=subnets.name,
        vpc_security_group_ids=[aws.group("db", admits=tier.group).id],
        global_cluster_identifier=everywhere.id,
        skip_final_snapshot=True,
        opts=aws.opts,
    )
    for n in (0, 1):
        ClusterInstance(
            f"db-{n}",
            cluster_identifier=cluster.id,
            engine=EngineType.AURORA_MYSQL,
            instance_class="db.r7g.large",
            opts=aws.opts,
        )
    return everywhere.endpoint


def copied(
    *, events: bool = True, read: bool = True, owner: str = "acme-vault", follows: bool = False, versioned: bool = True
) -> None:
    """A bucket at AWS, and a copy of it at Google."""
    aws, google = Region("eu-west-1", ()), gcp.Region(project=owner)
    media = Bucket("media", bucket="acme-media", opts=aws.opts)
    retention: Any = {"retention_period": "2592000"} if versioned else None
    copy = CloudBucket(
        "media-copy",
        name="acme-media-copy",
        location="EUROPE-WEST1",
        versioning={"enabled": versioned},
        retention_policy=retention,
        opts=google.opts,
    )
    agent = "serviceAccount:project-1@storage-transfer-service.iam.gserviceaccount.com"
    readers = {"agent": agent, **({"web": "serviceAccount:web@acme.iam.gserviceaccount.com"} if read else {})}
    for who, member in readers.items():
        BucketIAMMember(who, bucket=copy.name, role="roles/storage.objectViewer", member=member, opts=google.opts)
    TransferJob(
        "media",
        description="media",
        transfer_spec={
            "aws_s3_data_source": {"bucket_name": media.id, "role_arn": "arn:aws:iam::111122223333:role/copy"},
            "gcs_data_sink": {"bucket_name": copy.name},
            "transfer_options": {"delete_objects_unique_in_sink": follows},
        },
        event_stream={"name": "arn:aws:sqs:eu-west-1:111122223333:media"} if events else None,
        schedule=None if events else {"schedule_start_date": {"year": 2026, "month": 1, "day": 1}},
        opts=google.opts,
    )
