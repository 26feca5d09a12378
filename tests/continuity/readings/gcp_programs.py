"""Small Google Cloud programs whose graphs the readings are tested on."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_gcp import Provider
from pulumi_gcp.compute import (
    Autoscaler,
    BackendService,
    GlobalAddress,
    GlobalForwardingRule,
    HealthCheck,
    InstanceGroupManager,
    InstanceTemplate,
    ManagedSslCertificate,
    RegionAutoscaler,
    RegionInstanceGroupManager,
    SecurityPolicy,
    TargetHttpProxy,
    TargetHttpsProxy,
    URLMap,
)
from pulumi_gcp.dns import ManagedZone, RecordSet
from pulumi_gcp.kms import CryptoKey, KeyRing
from pulumi_gcp.sql import DatabaseInstance
from pulumi_gcp.storage import Bucket

BELGIUM, FRANKFURT = "europe-west1", "europe-west3"
IMAGE = "projects/acme-images/global/images/shop-4-2-0"


class Region:
    """A provider for a region of a project."""

    def __init__(self, name: str = BELGIUM, project: str = "acme-prod") -> None:
        self.name, self.project = name, project
        self.provider = Provider(f"{project}-{name}", project=project, region=name)
        self.opts = pulumi.ResourceOptions(provider=self.provider)


class Group:
    """Instances over the zones of a region, with an autoscaler."""

    def __init__(
        self, at: Region, *, least: int = 3, most: int = 9, zone: str | None = None, startup: Any = None, **more: Any
    ) -> None:
        name = f"web-{at.name}"
        disks: list[Any] = [{"boot": True, "source_image": IMAGE}]
        template = InstanceTemplate(
            name, machine_type="n2-standard-4", disks=disks, metadata_startup_script=startup, opts=at.opts
        )
        policy: Any = {"min_replicas": least, "max_replicas": most}
        versions: list[Any] = [{"instance_template": template.self_link}]
        self.manager: InstanceGroupManager | RegionInstanceGroupManager
        if zone:
            self.manager = InstanceGroupManager(
                name, base_instance_name="web", zone=zone, versions=versions, opts=at.opts, **more
            )
            Autoscaler(name, target=self.manager.id, zone=zone, autoscaling_policy=policy, opts=at.opts)
        else:
            self.manager = RegionInstanceGroupManager(
                name, base_instance_name="web", region=at.name, versions=versions, opts=at.opts, **more
            )
            RegionAutoscaler(
                name, name=name, target=self.manager.id, region=at.name, autoscaling_policy=policy, opts=at.opts
            )


class Front:
    """A worldwide load balancer before groups, with a rule that redirects to HTTPS at the same address."""

    def __init__(self, at: Region, *groups: Group, checked: bool = True, limited: bool = True) -> None:
        check = HealthCheck(
            "web",
            check_interval_sec=7,
            unhealthy_threshold=3,
            timeout_sec=4,
            http_health_check={"port": 8080},
            opts=at.opts,
        )
        limits: Any = {"action": "throttle", "priority": 1, "match": {"versioned_expr": "SRC_IPS_V1"}}
        allows: Any = {"action": "allow", "priority": 1, "match": {"versioned_expr": "SRC_IPS_V1"}}
        policy = SecurityPolicy("web", rules=[limits if limited else allows], opts=at.opts)
        backends: list[Any] = [{"group": group.manager.instance_group} for group in groups]
        self.service = BackendService(
            "web",
            backends=backends,
            health_checks=check.id if checked else None,
            security_policy=policy.id,
            load_balancing_scheme="EXTERNAL_MANAGED",
            opts=at.opts,
        )
        self.address = GlobalAddress("web", opts=at.opts)
        certificate = ManagedSslCertificate("web", managed={"domains": ["shop.example"]}, opts=at.opts)
        proxy = TargetHttpsProxy(
            "web",
            url_map=URLMap("web", default_service=self.service.id, opts=at.opts).id,
            ssl_certificates=[certificate.id],
            opts=at.opts,
        )
        redirect = URLMap("redirect", default_url_redirect={"https_redirect": True, "strip_query": False}, opts=at.opts)
        plain = TargetHttpProxy("redirect", url_map=redirect.id, opts=at.opts)
        common: Any = {"ip_address": self.address.address, "load_balancing_scheme": "EXTERNAL_MANAGED", "opts": at.opts}
        GlobalForwardingRule("a-redirect", target=plain.id, port_range="80", **common)
        self.rule = GlobalForwardingRule("web", target=proxy.id, port_range="443", **common)


def name(at: Region, front: Front) -> None:
    """The shop's name, which leads to a load balancer."""
    zone = ManagedZone("zone", dns_name="shop.example.", opts=at.opts)
    RecordSet(
        "shop",
        name="shop.example.",
        type="A",
        ttl=60,
        managed_zone=zone.name,
        rrdatas=[front.address.address],
        opts=at.opts,
    )


def key(at: Region) -> CryptoKey:
    ring = KeyRing(f"{at.name}", location=at.name, opts=at.opts)
    return CryptoKey(f"{at.name}", key_ring=ring.id, opts=at.opts)


def database(
    at: Region,
    *,
    regional: bool = True,
    source: DatabaseInstance | None = None,
    zones: tuple[str, ...] = (),
    edition: str = "ENTERPRISE",
    backups: Any = None,
    keyed: bool = True,
    **more: Any,
) -> DatabaseInstance:
    preference: Any = dict(zip(("zone", "secondary_zone"), zones, strict=False)) or None
    settings: Any = {
        "tier": "db-custom-4-16384",
        "edition": edition,
        "availability_type": "REGIONAL" if regional else "ZONAL",
        "location_preference": preference,
        "backup_configuration": backups
        or (None if source else {"enabled": True, "binary_log_enabled": True, "location": "us"}),
    }
    return DatabaseInstance(
        f"db-{at.name}",
        name=f"shop-db-{at.name}",
        database_version="MYSQL_8_0",
        region=at.name,
        master_instance_name=source.name if source else None,
        encryption_key_name=key(at).id if keyed else None,
        settings=settings,
        opts=at.opts,
        **more,
    )


def bucket(at: Region, what: str = "media", *, regions: tuple[str, ...] = (BELGIUM, FRANKFURT), **more: Any) -> Bucket:
    placement: Any = {"data_locations": [r.upper() for r in regions]} if len(regions) > 1 else None
    more = {"versioning": {"enabled": True}, **more}
    return Bucket(
        what,
        name=f"acme-{what}-bucket",
        location="EU" if placement else regions[0].upper(),
        custom_placement_config=placement,
        opts=at.opts,
        **more,
    )


def shop(
    *,
    regional: bool = True,
    zonal_group: bool = False,
    replica: bool = True,
    dual: bool = True,
    second_group: bool = True,
    checked: bool = True,
    limited: bool = True,
    keyed: bool = True,
) -> None:
    """Instances in two regions behind one address, Cloud SQL with a replica, media in two regions."""
    here, there = Region(BELGIUM), Region(FRANKFURT)
    primary = database(here, regional=regional, keyed=keyed)
    if replica:
        database(there, regional=regional, source=primary, keyed=keyed)
    media = bucket(here, regions=(BELGIUM, FRANKFURT) if dual else (BELGIUM,), rpo="ASYNC_TURBO" if dual else None)
    script = pulumi.Output.concat("DB=", primary.private_ip_address, " MEDIA=", media.name)
    groups = [Group(here, zone=f"{BELGIUM}-b" if zonal_group else None, startup=script)]
    if second_group:
        groups.append(Group(there, startup=script))
    name(here, Front(here, *groups, checked=checked, limited=limited))
