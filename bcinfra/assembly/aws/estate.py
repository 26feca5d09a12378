"""All of a shop that runs at AWS, and the shop's names where Route 53 answers for them."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.ground import Ground
from bcinfra.assembly.aws.recovery import Recovery
from bcinfra.assembly.aws.site import ALARM_SERVICES, Site, SiteArgs
from bcinfra.assembly.aws.stores import Stores
from bcinfra.assembly.estate import Door, Estate, Shared, Zone
from bcinfra.assembly.networks import networks
from bcinfra.assembly.shop import ShopArgs
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
from bcinfra.spec import AwsSite, Strategy


class AwsEstate(Estate):
    """Sites in regions of AWS, over any number of accounts."""

    def __init__(self, parent: pulumi.Resource, args: ShopArgs, sites: Mapping[str, spec.Site], shared: Shared) -> None:
        super().__init__(parent, args, sites, shared)
        self._stated = {name: site for name, site in sites.items() if isinstance(site, AwsSite)}
        self._ground = Ground(parent, self.shop, self._stated)
        self._all: dict[str, Site] = {}
        self._prefix = self.shop.prefix

    @property
    def _serving(self) -> dict[str, Site]:
        return {name: site for name, site in self._all.items() if self._stated[name].serves}

    def zone(self) -> Zone:
        """The hosted zone at Route 53."""
        region = self._ground.everywhere
        made = PublicZone(
            f"{self._prefix}-dns", PublicZoneArgs(region=region, domain=self.shop.domain), opts=self.inside
        )
        return Zone(cloud="aws", id=made.zone_id, name_servers=made.name_servers)

    def found(self) -> None:
        """Keys and networks of the sites, and their certificates."""
        ranges = networks(self.shop)
        for name, region in self._ground.regions.items():
            args = SiteArgs(
                shop=self.shop, site=name, stated=self._stated[name], region=region, network=ranges.get(name)
            )
            self._all[name] = Site(f"{self._prefix}-{name}", args, opts=self.inside)
        if self._serving:
            self._certificates = Certificate(
                f"{self._prefix}-certificate",
                CertificateArgs(
                    sites={name: self._ground.regions[name] for name in self._serving},
                    dns=self._ground.everywhere,
                    zone_id=self.shared.zones["aws"].id,
                    domain=self.shop.domain,
                ),
                opts=self.inside,
            )

    def store(self) -> None:
        """The stores of the serving sites, and the copies of them in the account for backups."""
        shop, secrets = self.shop, self.secrets
        vault = next((self._all[name] for name, site in self._stated.items() if site.role == "backup"), None)
        self._stores = Stores(shop, self._serving, vault, self.inside)
        if not self._serving:
            return
        if shop.mysql:
            self._stores.mysql(shop.mysql, secrets["mysqlPassword"])
        if shop.redis:
            self._stores.redis(shop.redis, secrets["redisPassword"])
        if shop.media:
            self._stores.media()
        self._stores.secrets([data for data, kept in shop.data.items() if kept.home == "secrets"])
        self._stores.backups()

    def serve(self) -> None:
        """The tiers, behind a load balancer in each region."""
        self._recovery = Recovery(
            self.shop, self._serving, self._ground.everywhere, self._topics(self._ground.everywhere), self.inside
        )
        self._guards = self._recovery.guards(self._stores.database)
        for name, site in self._serving.items():
            site.serve(
                self._stores.told[name],
                self._certificates.arns[name],
                self._ground.everywhere,
                self.shared.zones["aws"].id,
            )
            live = name in self.shop.live_sites
            self.shared.doors[name] = Door(sites=(name,), host=site.tiers["web"].dns_name, live=live)

    def lead(self) -> None:
        """Records that each lead to a region, as long as it is healthy."""
        shop = self.shop
        self._names = GeoDns(
            f"{self._prefix}-names",
            GeoDnsArgs(
                region=self._ground.everywhere,
                domain=shop.domain,
                zone_id=self.shared.zones["aws"].id,
                primary=shop.primary,
                routing=Routing.LATENCY if shop.strategy is Strategy.ACTIVE_ACTIVE else Routing.WEIGHTED,
                endpoints={
                    name: Endpoint(
                        dns_name=site.tiers["web"].dns_name,
                        zone_id=site.tiers["web"].zone_id,
                        region=self._ground.regions[name].name,
                        # A standby answers only when no site with a weight is healthy.
                        weight=100 if name == shop.primary else 0,
                        path=shop.web.health_path,
                        also=self._guards[name],
                    )
                    for name, site in self._serving.items()
                },
            ),
            opts=self.inside,
        )

    def recover(self) -> None:
        """Region switches, started by alarms in the regions that survive."""
        self._recovery.switches(self._names, self._stores.database, self._stores.cache)

    def _topics(self, everywhere: Region) -> dict[str, pulumi.Output[str]]:
        """Where alarms are told, by region name: of every site that serves, and of the worldwide services."""
        name = f"{self._prefix}-alarms"
        key = Key(
            name,
            KeyArgs(region=everywhere, purpose=f"alarms of {self._prefix}", services=ALARM_SERVICES),
            opts=self.inside,
        )
        topic = AlarmTopic(name, AlarmTopicArgs(region=everywhere, key_arn=key.arn), opts=self.inside)
        regions = {site.keyed.region.name: site.topic_arn for site in self._serving.values()}
        return {**regions, everywhere.name: topic.arn}
