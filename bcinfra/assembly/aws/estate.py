"""All of a shop that runs at AWS, and the shop's names where Route 53 answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws.route53 import HealthCheck
from pulumi_aws.vpc import SecurityGroupIngressRule

from bcinfra import spec
from bcinfra.assembly.aws.ground import Ground
from bcinfra.assembly.aws.recovery import Recovery
from bcinfra.assembly.aws.site import ALARM_SERVICES, Site, SiteArgs
from bcinfra.assembly.aws.stores import Stores
from bcinfra.assembly.contract import Door, Estate, Origin, Shared, ShopArgs, Source, Zone
from bcinfra.assembly.networks import networks
from bcinfra.assembly.settings import copies
from bcinfra.aws import (
    AcceleratedSite,
    Accelerator,
    AcceleratorArgs,
    AlarmTopic,
    AlarmTopicArgs,
    AuroraMySql,
    BucketEvents,
    BucketEventsArgs,
    Buckets,
    Certificate,
    CertificateArgs,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    Key,
    KeyArgs,
    MySql,
    NameServers,
    NameServersArgs,
    ProofRecord,
    ProofRecordArgs,
    PublicZone,
    PublicZoneArgs,
    Region,
    Routing,
    SiteLine,
    SiteVpn,
    SiteVpnArgs,
)
from bcinfra.aws.vpn import CHECKERS
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
    def serving(self) -> dict[str, Site]:
        """The sites that serve customers or can."""
        return {name: site for name, site in self._all.items() if self._stated[name].serves}

    def zone(self) -> Zone:
        """The hosted zone at Route 53."""
        region = self._ground.everywhere
        made = PublicZone(
            f"{self._prefix}-dns", PublicZoneArgs(region=region, domain=self.shop.domain), opts=self.inside
        )
        return Zone(cloud="aws", id=made.zone_id, name_servers=made.name_servers)

    def found(self) -> None:
        """Keys and networks of the sites, their certificates, and the ways to the buildings that their tiers call."""
        ranges = networks(self.shop)
        for name, region in self._ground.regions.items():
            args = SiteArgs(
                shop=self.shop, site=name, stated=self._stated[name], region=region, network=ranges.get(name)
            )
            self._all[name] = Site(f"{self._prefix}-{name}", args, opts=self.inside)
        if self.serving:
            self._certificates = Certificate(
                f"{self._prefix}-certificate",
                CertificateArgs(
                    sites={name: self._ground.regions[name] for name in self.serving},
                    dns=self._ground.everywhere,
                    zone_id=self.shared.zones["aws"].id,
                    domain=self.shop.domain,
                ),
                opts=self.inside,
            )
            self.shared.proofs["aws"] = self._certificates.proof
        for premises, place in self.shop.back_offices.items():
            self._join(premises, place)

    def _join(self, premises: str, place: spec.Premises) -> None:
        """Tunnels from every serving site over each of the building's lines."""
        for name, site in self.serving.items():
            SiteVpn(
                f"{self._prefix}-{name}-{premises}",
                SiteVpnArgs(
                    region=site.keyed.region,
                    site=premises,
                    vpc_id=site.network.vpc_id,
                    route_table_ids=site.network.route_table_ids,
                    lines={
                        line: SiteLine(address=str(isp.address), keys=self.tunnel_keys(name, premises, line))
                        for line, isp in place.isps.items()
                    },
                    asn=place.asn,
                    topic_arn=site.topic_arn,
                ),
                opts=self.inside,
            )

    def store(self) -> None:
        """The stores of the serving sites, and the copies of them in the account for backups."""
        shop, secrets = self.shop, self.secrets
        vault = next((self._all[name] for name, site in self._stated.items() if site.role == "backup"), None)
        self._stores = Stores(shop, self.serving, vault, self.inside)
        if not self.serving:
            return
        if shop.mysql:
            self._stores.mysql(shop.mysql, secrets["mysqlPassword"])
        if shop.redis:
            self._stores.redis(shop.redis, secrets["redisPassword"])
        if shop.media:
            self._tell_of(self._stores.media())
        self._stores.secrets([data for data, kept in shop.data.items() if kept.home == "secrets"])
        self._stores.backups()
        if (database := self._stores.database) and shop.primary in self.serving:
            self._admit(database)

    def _tell_of(self, media: Buckets) -> None:
        """Tell another vendor's standby of every file that is written."""
        if not copies(self.shop):
            return
        for name, site in self.serving.items():
            told = BucketEvents(
                f"{self._prefix}-{name}-media-events",
                BucketEventsArgs(
                    region=site.keyed.region,
                    bucket=media.names[name],
                    bucket_arn=media.arns[name],
                    key_arn=site.keyed.key_arn,
                    subject=self.settings["transferSubject"],
                ),
                opts=self.inside,
            )
            self.shared.media[name] = Origin(bucket=media.names[name], role=told.role_arn, queue=told.queue_arn)

    def _admit(self, database: MySql | AuroraMySql) -> None:
        """Let other vendors' replicas follow the database, wherever its writer is."""
        joined = self.shared.joined
        host = pulumi.Output.all(database.endpoint, *joined.tunnels).apply(lambda found: found[0])
        self.shared.source = Source(host=host, port=database.port)
        for name, group in database.security_group_ids.items():
            region = self.serving[name].keyed.region
            for other, cidr in joined.ranges.items():
                SecurityGroupIngressRule(
                    f"{self._prefix}-mysql-{name}-from-{other}",
                    security_group_id=group,
                    ip_protocol="tcp",
                    from_port=database.port,
                    to_port=database.port,
                    cidr_ipv4=cidr,
                    description=f"the replica at {other}",
                    tags=region.tagged(f"{self._prefix}-mysql-{name}-from-{other}"),
                    opts=region.child(self.parent),
                )

    def serve(self) -> None:
        """The tiers, behind a load balancer in each region."""
        if not self.serving:
            return
        self._recovery = Recovery(
            self.shop, self.serving, self._ground.everywhere, self._topics(self._ground.everywhere), self.inside
        )
        self._guards = self._recovery.guards(self._stores.database)
        for name, site in self.serving.items():
            site.serve(
                self._stores.told[name],
                self._certificates.arns[name],
                self._ground.everywhere,
                self.shared.zones["aws"].id,
            )
        self.shared.doors |= self._own_doors() if self.is_alone else {"aws": self._accelerated()}

    def _own_doors(self) -> dict[str, Door]:
        """A door for each site: its load balancer, which only Route 53 can lead to."""
        live = self.shop.live_sites
        return {
            name: Door(sites=(name,), host=site.tiers["web"].dns_name, live=name in live)
            for name, site in self.serving.items()
        }

    def _accelerated(self) -> Door:
        """One door for all sites: addresses that stay, which any cloud's DNS can lead to."""
        live = self.shop.live_sites.keys() & self.serving.keys()
        made = Accelerator(
            f"{self._prefix}-accelerator",
            AcceleratorArgs(
                region=self._ground.everywhere,
                sites={
                    name: AcceleratedSite(
                        region=site.keyed.region.name,
                        load_balancer_arn=site.tiers["web"].load_balancer_arn,
                        dial=100 if name in live or not live else 0,
                    )
                    for name, site in self.serving.items()
                },
            ),
            opts=self.inside,
        )
        sites = sorted(self.serving, key=lambda name: name != self.shop.primary)
        return Door(sites=tuple(sites), addresses=made.addresses, host=made.dns_name, live=bool(live))

    def lead(self) -> None:
        """Records that each lead to a region, or to a vendor, as long as it is healthy."""
        shop, zone = self.shop, self.shared.zones["aws"]
        common: dict[str, Any] = {"region": self._ground.everywhere, "domain": shop.domain, "zone_id": zone.id}
        if self.is_alone:
            routing = Routing.LATENCY if shop.strategy is Strategy.ACTIVE_ACTIVE else Routing.WEIGHTED
            names = GeoDns(
                f"{self._prefix}-names",
                GeoDnsArgs(**common, primary=shop.primary, routing=routing, endpoints=self._regions()),
                opts=self.inside,
            )
            self._checks = names.endpoint_check_ids
            return
        doors = self.shared.doors
        GeoDns(
            f"{self._prefix}-names",
            GeoDnsArgs(
                **common,
                primary=next(name for name, door in doors.items() if shop.primary in door.sites),
                routing=Routing.WEIGHTED,
                endpoints={
                    name: Endpoint(
                        addresses=door.addresses,
                        weight=100 if door.live else 0,
                        path=shop.web.health_path,
                        host=shop.domain,
                    )
                    for name, door in doors.items()
                },
                issuers=self.issuers,
            ),
            opts=self.inside,
        )
        for cloud, other in self.shared.zones.items():
            if cloud != "aws":
                NameServers(
                    f"{self._prefix}-servers",
                    NameServersArgs(**common, own=zone.name_servers, others=other.name_servers),
                    opts=self.inside,
                )
        for cloud, proof in self.shared.proofs.items():
            if cloud != "aws":
                ProofRecord(
                    f"{self._prefix}-{cloud}-proof",
                    ProofRecordArgs(
                        region=self._ground.everywhere,
                        zone_id=zone.id,
                        name=proof["name"],
                        kind=proof["kind"],
                        value=proof["value"],
                    ),
                    opts=self.inside,
                )
        self._checks = {name: self._check(name, site) for name, site in self.serving.items()}

    def _regions(self) -> dict[str, Endpoint]:
        """The sites as the world reaches them."""
        return {
            name: Endpoint(
                dns_name=site.tiers["web"].dns_name,
                zone_id=site.tiers["web"].zone_id,
                region=self._ground.regions[name].name,
                # A standby answers only when no site with a weight is healthy.
                weight=100 if name == self.shop.primary else 0,
                path=self.shop.web.health_path,
                also=self._guards[name],
            )
            for name, site in self.serving.items()
        }

    def _check(self, name: str, site: Site) -> pulumi.Output[str]:
        """Whether the world reaches the site by itself: the accelerator's door is open while any site is."""
        region = self._ground.everywhere
        return HealthCheck(
            f"{self._prefix}-{name}-endpoint",
            type="HTTPS",
            fqdn=site.tiers["web"].dns_name,
            port=443,
            resource_path=self.shop.web.health_path,
            request_interval=10,
            failure_threshold=3,
            regions=CHECKERS,
            enable_sni=True,
            tags=region.tagged(f"{self._prefix}-{name}-endpoint"),
            opts=region.child(self.parent),
        ).id

    def recover(self) -> None:
        """Region switches, started by alarms in the regions that survive."""
        if self.shop.primary in self.serving:
            self._recovery.switches(self._checks, self._stores.database, self._stores.cache)

    def _topics(self, everywhere: Region) -> dict[str, pulumi.Output[str]]:
        """Where alarms are told, by region name: of every site that serves, and of the worldwide services."""
        name = f"{self._prefix}-alarms"
        key = Key(
            name,
            KeyArgs(region=everywhere, purpose=f"alarms of {self._prefix}", services=ALARM_SERVICES),
            opts=self.inside,
        )
        topic = AlarmTopic(name, AlarmTopicArgs(region=everywhere, key_arn=key.arn), opts=self.inside)
        regions = {site.keyed.region.name: site.topic_arn for site in self.serving.values()}
        return {**regions, everywhere.name: topic.arn}
