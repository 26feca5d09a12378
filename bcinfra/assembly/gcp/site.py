"""One site of a shop at Google Cloud: its keys first, its tiers when the data they reach is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi_gcp.cloudrunv2 import ServiceIamMember
from pulumi_gcp.secretmanager import SecretIamMember
from pulumi_gcp.storage import BucketIAMMember

from bcinfra import spec
from bcinfra.assembly.capacity import capacity
from bcinfra.assembly.gcp.ground import zones_of
from bcinfra.assembly.networks import called
from bcinfra.component import Args, Component, Str
from bcinfra.gcp import (
    Agent,
    CloudRunTier,
    CloudRunTierArgs,
    InstanceTier,
    InstanceTierArgs,
    InternalBalancer,
    InternalBalancerArgs,
    Key,
    KeyArgs,
    KeyedRegion,
    Network,
    Reach,
    Region,
    sizes,
)
from bcinfra.gcp.secrets import READ
from bcinfra.planning.sizes import smallest

WRITE: Final = "roles/storage.objectUser"
"""What the tiers may do with media."""
HTTPS: Final = Reach(cidr="0.0.0.0/0", port=443)
"""Google's interfaces and payment providers."""
USERS: Final = frozenset(
    {
        Agent.CLOUD_RUN,
        Agent.CLOUD_SQL,
        Agent.COMPUTE,
        Agent.DATASTREAM,
        Agent.MEMORYSTORE,
        Agent.SECRET_MANAGER,
        Agent.STORAGE,
    }
)
"""Services that use the key of a site that serves."""


@dataclass(slots=True)
class Told:
    """What the replicas of a site are told, and what they may reach and read."""

    reaches: dict[str, Reach] = field(default_factory=dict[str, Reach])
    plain: dict[str, Str] = field(default_factory=dict[str, Str])
    """Settings by environment variable, in clear."""
    secret: dict[str, Str] = field(default_factory=dict[str, Str])
    """Secrets by environment variable: their full names."""
    read: dict[str, Str] = field(default_factory=dict[str, Str])
    """Secrets that the shop's program reads by itself, by a name for each."""
    buckets: dict[str, Str] = field(default_factory=dict[str, Str])
    """Buckets that it writes, by a name for each."""
    roles: set[str] = field(default_factory=set[str])
    """Roles that it has in the project."""


class SiteArgs(Args):
    """Arguments of :class:`Site`."""

    shop: spec.Shop
    """The shop that the site belongs to."""
    site: str
    """The site's name in it."""
    stated: spec.GcpSite
    """What is stated of it."""
    region: Region
    """Where it is."""


class Site(Component):
    """Keys and tiers of one site. Nothing in it depends on another site."""

    package = "assembly"

    site: str
    """The site's name in the shop."""
    zones: tuple[str, ...]
    """The zones it spreads over."""
    keyed: KeyedRegion
    """The region with the key that encrypts data there."""
    tiers: dict[str, CloudRunTier | InstanceTier]
    """Its tiers, once it serves; customers reach ``web``."""

    def __init__(self, name: str, args: SiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        stated = args.stated
        super().__init__(name, opts, inputs={"site": args.site, **stated.model_dump(mode="json")})
        self._name, self._args = name, args
        self.site, self.zones = args.site, zones_of(stated)
        key = Key(
            f"{name}-data",
            KeyArgs(
                project=args.region,
                location=args.region.name,
                purpose=f"data of {args.shop.prefix}" if stated.serves else f"copies of {args.shop.prefix}",
                agents=USERS if stated.serves else frozenset({Agent.STORAGE}),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.keyed = KeyedRegion(region=args.region, key_name=key.key_name)
        self.tiers = {}
        if not stated.serves:
            self.register_outputs({"dataKeyName": self.keyed.key_name})

    def serve(self, told: Told, network: Network) -> None:
        """Start the tiers: ``app`` first, which only ``web`` reaches."""
        shop = self._args.shop
        environment: dict[str, Str] = {"SITE": self._args.site, "SHOP_DOMAIN": shop.domain}
        if shop.app is None:
            self._tier("web", shop.web, told, network, environment)
        else:
            # A tier behind another has the data to itself.
            app = self._tier("app", shop.app, told, network, environment, internal=True)
            environment = {**environment, "APP_URL": self._url_of(app, shop.app, network)}
            subnet = Reach(cidr=network.sites[self._args.site].subnet_cidr, port=shop.app.port)
            web = self._tier("web", shop.web, Told(reaches={"app": subnet}), network, environment)
            if isinstance(app, CloudRunTier):
                self._let_call(web, app)
        self.register_outputs({"dataKeyName": self.keyed.key_name})

    def _url_of(self, app: CloudRunTier | InstanceTier, stated: spec.Tier, network: Network) -> Str:
        """Where ``web`` calls ``app``."""
        if isinstance(app, CloudRunTier):
            return app.url
        balancer = InternalBalancer(
            f"{self._name}-app-balancer",
            InternalBalancerArgs(
                region=self._args.region,
                network_id=network.network_id,
                subnet_id=network.sites[self._args.site].subnet_id,
                group=app.group,
                port=stated.port,
                health_path=stated.health_path,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return pulumi.Output.concat("http://", balancer.address, f":{stated.port}")

    def _let_call(self, caller: CloudRunTier | InstanceTier, called: CloudRunTier) -> None:
        region = self._args.region
        ServiceIamMember(
            f"{self._name}-web-calls-app",
            project=region.project,
            location=region.name,
            name=pulumi.Output.all(called.service_name, called.url).apply(lambda found: str(found[0])),
            role="roles/run.invoker",
            member=caller.member,
            opts=region.child(self),
        )

    def _tier(
        self,
        what: spec.TierName,
        tier: spec.Tier,
        told: Told,
        network: Network,
        environment: Mapping[str, Str],
        *,
        internal: bool = False,
    ) -> CloudRunTier | InstanceTier:
        shop, site, region, at = self._args.shop, self._args.site, self._args.region, network.sites[self._args.site]
        count = capacity(shop, site, tier, len(self.zones))
        name, inside = f"{self._name}-{what}", pulumi.ResourceOptions(parent=self)
        variables = {**environment, **told.plain, **tier.environment}
        common: dict[str, Any] = {
            "region": region,
            "network_id": network.network_id,
            "subnet_id": at.subnet_id,
            "image": shop.image(what, site),
            "port": tier.port,
            "health_path": tier.health_path,
            "minimum": count.minimum,
            "peak": count.maximum,
            "roles": frozenset(told.roles),
            "secrets": told.secret,
        }
        buildings = {system: Reach(cidr=cidr, port=port) for system, (cidr, port) in called(shop).items()}
        made = self.tiers[what] = (
            CloudRunTier(
                name,
                CloudRunTierArgs(
                    **common,
                    **sizes.run(tier.cpu, tier.memory)._asdict(),
                    environment=variables,
                    key_name=self.keyed.key_name,
                    internal=internal,
                    egress="all" if self._calls_a_service(what) else "private",
                ),
                opts=inside,
            )
            if tier.compute == "containers"
            else InstanceTier(
                name,
                InstanceTierArgs(
                    **common,
                    zones=self.zones,
                    machine_type=smallest(sizes.COMPUTE, tier.cpu, tier.memory),
                    startup_script=_settings(variables, told.secret),
                    disk_key_name=self.keyed.key_name,
                    replicas=count.desired,
                    peaks=shop.business.peaks if shop.business and count.desired else {},
                    clients={"web": at.subnet_cidr} if internal else {},
                    reaches={"https": HTTPS, **told.reaches, **buildings},
                ),
                opts=inside,
            )
        )
        for data, secret in sorted(told.read.items()):
            SecretIamMember(
                f"{name}-reads-{data}",
                project=region.project,
                secret_id=secret,
                role=READ,
                member=made.member,
                opts=region.child(self),
            )
        for data, bucket in sorted(told.buckets.items()):
            BucketIAMMember(
                f"{name}-writes-{data}", bucket=bucket, role=WRITE, member=made.member, opts=region.child(self)
            )
        return made

    def _calls_a_service(self, what: spec.TierName) -> bool:
        app = self._args.shop.app
        return what == "web" and app is not None and app.compute == "containers"


def _settings(variables: Mapping[str, Str], secrets: Mapping[str, Str]) -> pulumi.Output[str]:
    """A start-up script that leaves the settings in ``/etc/shop.json``: values, and the secrets that hold others."""
    content = pulumi.Output.json_dumps({"environment": dict(variables), "secrets": dict(secrets)}, sort_keys=True)
    return content.apply(lambda text: f"#!/bin/sh\ncat > /etc/shop.json <<'END'\n{text}\nEND\n")
