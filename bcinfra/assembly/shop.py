"""A shop deployed: sites with their tiers, data that spans them, names that lead to whichever is healthy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import pulumi
from pydantic import model_validator

from bcinfra import spec
from bcinfra.assembly.data import Stores
from bcinfra.assembly.ground import Ground, networks
from bcinfra.assembly.recovery import Recovery
from bcinfra.assembly.site import ALARM_SERVICES, Site, SiteArgs
from bcinfra.aws import (
    AlarmTopic,
    AlarmTopicArgs,
    Certificate,
    CertificateArgs,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    Key,
    KeyArgs,
    PublicZone,
    PublicZoneArgs,
    Region,
    Routing,
)
from bcinfra.component import Args, Component, refuse
from bcinfra.spec import Strategy


def deploy(shop: spec.Shop) -> Shop:
    """Declare ``shop`` in the running Pulumi program, and export where it is reached.

    The stack's configuration holds ``mysqlPassword`` and ``redisPassword`` (secret, where the shop has the store) and,
    after a failover, ``activeSite``: the site that writes now. Setting it to what the failover did changes nothing
    that runs, so the next preview is empty. To make that site the primary for good, change the roles in the shop.
    """
    config = pulumi.Config()
    active = config.get("activeSite")
    stated = shop.revised(active_site=active) if active else shop
    deployed = Shop(
        stated.prefix,
        ShopArgs(
            shop=stated,
            mysql_password=config.require_secret("mysqlPassword") if stated.mysql else None,
            redis_password=config.require_secret("redisPassword") if stated.redis else None,
        ),
    )
    pulumi.export("url", f"https://{stated.domain}")
    pulumi.export("nameServers", deployed.name_servers)
    pulumi.export("activeSite", stated.active)
    pulumi.export("loadBalancers", {name: site.tiers["web"].dns_name for name, site in deployed.sites.items()})
    return deployed


class ShopArgs(Args):
    """Arguments of :class:`Shop`."""

    shop: spec.Shop
    """What the customer states."""
    mysql_password: pulumi.Output[str] | None = None
    """Password of the database's administrator."""
    redis_password: pulumi.Output[str] | None = None
    """Token that clients of Redis authenticate with, 16 to 128 characters."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        stores = {"mysql": (self.shop.mysql, self.mysql_password), "redis": (self.shop.redis, self.redis_password)}
        refuse(
            f"{store}_password: the shop has {store}, so its password is needed"
            for store, (stated, password) in stores.items()
            if stated and password is None
        )
        return self


class Shop(Component):
    """Everything of one shop. Its specification is its input, so that the graph says what was asked for."""

    package = "assembly"

    name_servers: pulumi.Output[Sequence[str]]
    """What the registrar must delegate the domain to."""
    sites: Mapping[str, Site]
    """The sites that serve customers or can, by name."""

    def __init__(self, name: str, args: ShopArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shop = args.shop
        offers = {what: offer.model_dump(mode="json") for what, offer in shop.offers.items()}
        # Which site writes now is seen from the data: leaving it out here, a failover changes no input of the shop.
        stated = shop.model_dump(mode="json", exclude={"active_site"})
        super().__init__(name, opts, inputs={"spec": stated, "offers": offers})
        self._name = name
        ground, ranges, inside = Ground(self, shop), networks(shop), pulumi.ResourceOptions(parent=self)
        zone = PublicZone(f"{name}-dns", PublicZoneArgs(region=ground.everywhere, domain=shop.domain), opts=inside)
        self.name_servers = zone.name_servers
        sites = {
            site: Site(
                f"{name}-{site}",
                SiteArgs(shop=shop, site=site, region=region, network=ranges.get(site)),
                opts=inside,
            )
            for site, region in ground.regions.items()
        }
        self.sites = {site: sites[site] for site in shop.serving_sites}
        certificates = Certificate(
            f"{name}-certificate",
            CertificateArgs(
                sites={site: ground.regions[site] for site in self.sites},
                dns=ground.everywhere,
                zone_id=zone.zone_id,
                domain=shop.domain,
            ),
            opts=inside,
        )
        vault = next((sites[site] for site in shop.backup_sites), None)
        stores = Stores(shop, self.sites, vault, inside)
        if shop.mysql and args.mysql_password is not None:
            stores.mysql(shop.mysql, args.mysql_password)
        if shop.redis and args.redis_password is not None:
            stores.redis(shop.redis, args.redis_password)
        if shop.media:
            stores.media()
        stores.secrets([data for data, kept in shop.data.items() if kept.home == "secrets"])
        stores.backups()
        recovery = Recovery(shop, self.sites, ground.everywhere, self._topics(ground.everywhere), inside)
        guards = recovery.guards(stores.database)
        for site, serving in self.sites.items():
            serving.serve(stores.told[site], certificates.arns[site], ground.everywhere, zone.zone_id)
        names = GeoDns(
            f"{name}-names",
            GeoDnsArgs(
                region=ground.everywhere,
                domain=shop.domain,
                zone_id=zone.zone_id,
                primary=shop.primary,
                routing=Routing.LATENCY if shop.strategy is Strategy.ACTIVE_ACTIVE else Routing.WEIGHTED,
                endpoints={
                    site: Endpoint(
                        dns_name=serving.tiers["web"].dns_name,
                        zone_id=serving.tiers["web"].zone_id,
                        region=ground.regions[site].name,
                        # A standby answers only when no site with a weight is healthy.
                        weight=100 if site == shop.primary else 0,
                        path=shop.web.health_path,
                        also=guards[site],
                    )
                    for site, serving in self.sites.items()
                },
            ),
            opts=inside,
        )
        recovery.switches(names, stores.database, stores.cache)
        self.register_outputs({"nameServers": self.name_servers, "zoneId": zone.zone_id})

    def _topics(self, everywhere: Region) -> dict[str, pulumi.Output[str]]:
        """Where alarms are told, by region name: of every site that serves, and of the worldwide services."""
        name = f"{self._name}-alarms"
        key = Key(
            name,
            KeyArgs(region=everywhere, purpose=f"alarms of {self._name}", services=ALARM_SERVICES),
            opts=pulumi.ResourceOptions(parent=self),
        )
        topic = AlarmTopic(
            name,
            AlarmTopicArgs(region=everywhere, key_arn=key.arn),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {**{site.keyed.region.name: site.topic_arn for site in self.sites.values()}, everywhere.name: topic.arn}
