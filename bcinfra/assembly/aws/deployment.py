"""All of a shop that runs at AWS, phase by phase, and the shop's names where Route 53 answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pulumi
from pulumi_aws.acm import Certificate as ExistingCertificate
from pulumi_aws.vpc import SecurityGroupIngressRule

from bcinfra.assembly.aws.audit import audit
from bcinfra.assembly.aws.dns import Delivery, Route53, accelerated, declare_zone, own_entry_points
from bcinfra.assembly.aws.images import declare_images
from bcinfra.assembly.aws.mail import declare_mail
from bcinfra.assembly.aws.recovery import Checks, Recovery, WriterGuards, declare_topics, told_in
from bcinfra.assembly.aws.regions import GLOBAL, ProviderRegions, apart, provider_regions
from bcinfra.assembly.aws.site import (
    AwsServingSite,
    AwsSiteDeployment,
    AwsSiteDeploymentArgs,
    Front,
    Tier,
    Tiers,
    prepare,
)
from bcinfra.assembly.aws.state import declare_state
from bcinfra.assembly.aws.stores import Database, Stores, declare_stores, told_of_backups
from bcinfra.assembly.brought import known
from bcinfra.assembly.contract import (
    Data,
    DatabaseSource,
    DnsZone,
    DomainNames,
    Link,
    Origin,
    Provisioned,
    Published,
    Started,
    Upstream,
    VendorDeployment,
)
from bcinfra.assembly.networks import networks
from bcinfra.assembly.resources import AwsResources
from bcinfra.assembly.schedule import planned_work
from bcinfra.assembly.secrets import ORIGIN_KEY
from bcinfra.assembly.settings import copies
from bcinfra.assembly.workload import hosts, slug
from bcinfra.aws import (
    AlarmMutes,
    AlarmMutesArgs,
    AuroraMySql,
    Behind,
    BucketEvents,
    BucketEventsArgs,
    Buckets,
    Certificate,
    CertificateArgs,
    FargateTier,
    MutedWindow,
    Region,
    SiteLine,
    SiteVpn,
    SiteVpnArgs,
    Watch,
    WatchArgs,
    WatchedCopy,
    Worker,
    ZonalFailover,
    ZonalFailoverArgs,
)
from bcinfra.component import Str
from bcinfra.places.origin_facing import CLOUDFLARE, ORIGIN_FACING
from bcinfra.places.table import TRAFFIC_HOME
from bcinfra.spec import AwsSite

METHODS: Final[Mapping[bool | None, str | None]] = {True: "DNS", False: "NONE", None: None}
"""How ACM proves a certificate that renews itself, and one that was imported (DescribeCertificate)."""


@dataclass(frozen=True, kw_only=True)
class AwsDeployment(VendorDeployment):
    """Sites in regions of AWS, over any number of accounts."""

    def provision(self) -> AwsProvisioned:
        """Keys and networks of the sites, their certificates, and the ways to the buildings that their tiers call."""
        stated = {name: site for name, site in self.sites.items() if isinstance(site, AwsSite)}
        regions = provider_regions(self.parent, self.shop, stated)
        zone = declare_zone(self, regions.everywhere)
        further = {domain: at for domain in self.shop.domains if (at := declare_zone(self, regions.everywhere, domain))}
        components = {
            name: AwsSiteDeployment(
                f"{self.prefix}-{name}",
                AwsSiteDeploymentArgs(shop=self.shop, site=name, stated=site, region=regions.sites[name]),
                opts=self.inside,
            )
            for name, site in stated.items()
        }
        ranges = networks(self.shop)
        sites = {
            name: prepare(at, ranges[name], self.args.secrets) for name, at in components.items() if stated[name].serves
        }
        self._join_buildings(sites)
        existing = {name: at for name in sites if (at := stated[name].existing)}
        brought = {
            name: known(
                ExistingCertificate.get(
                    f"{self.prefix}-certificate-{name}",
                    at.certificate,
                    domain_name=self.shop.domain,
                    validation_method=METHODS[at.certificate_renews],
                    opts=sites[name].region.child(self.parent),
                ),
                at.certificate,
            )
            for name, at in existing.items()
            if at.certificate
        }
        lacking = {name: site for name, site in sites.items() if name not in brought}
        needed = lacking or (sites and self.shop.delivery.vendor == "cloudfront")
        certificate = self._certificate(lacking, regions, zone) if needed and zone else None
        backup = next((at for name, at in components.items() if stated[name].role == "backup"), None)
        declare_images(self, sites, backup)
        self._audit(components, regions.everywhere)
        declare_state(self, backup)
        return AwsProvisioned(
            zone=zone,
            further=further,
            further_certificates=self._further(sites, regions, further) if sites else {},
            proof=certificate and certificate.proof,
            deployment=self,
            regions=regions,
            sites=sites,
            backup=backup,
            certificates={**(certificate.arns if certificate else {}), **brought},
        )

    def _audit(self, components: Mapping[str, AwsSiteDeployment], everywhere: Region) -> None:
        """Who changes what, in the account of each site and in that of the names."""
        backup = next((at.args.region for at in components.values() if at.args.stated.role == "backup"), None)
        for at in sorted(components.values(), key=lambda at: (at.args.site != self.shop.primary, at.args.site)):
            audit(self.parent, self.shop, at.args.stated.account, at.args.region, backup)
        if names := self.shop.zones_at.get("aws"):
            audit(self.parent, self.shop, names, everywhere, backup)

    def _certificate(self, sites: Mapping[str, AwsServingSite], regions: ProviderRegions, zone: DnsZone) -> Certificate:
        return Certificate(
            f"{self.prefix}-certificate",
            CertificateArgs(
                sites={
                    **{name: site.region for name, site in sites.items()},
                    **({GLOBAL: regions.everywhere} if self.shop.delivery.vendor == "cloudfront" else {}),
                },
                dns=regions.everywhere,
                zone_id=zone.id,
                domain=self.shop.domain,
            ),
            opts=self.inside,
        )

    def _further(
        self, sites: Mapping[str, AwsServingSite], regions: ProviderRegions, zones: Mapping[str, DnsZone]
    ) -> dict[str, Mapping[str, Str]]:
        """Certificates of further domains: by domain, then by site."""
        return {
            domain: Certificate(
                f"{self.prefix}-certificate-{slug(domain)}",
                CertificateArgs(
                    sites={name: site.region for name, site in sites.items()},
                    dns=regions.everywhere,
                    zone_id=zone.id,
                    domain=domain,
                ),
                opts=self.inside,
            ).arns
            for domain, zone in zones.items()
        }

    def behind(self, region: Region) -> Behind | None:
        """What load balancers of a region take requests from alone."""
        if not self.shop.is_closed:
            return None
        keys = (self.args.secrets[ORIGIN_KEY],)
        if self.shop.delivery.vendor == "cloudflare":
            return Behind(ranges=CLOUDFLARE, keys=keys)
        return Behind(prefix_list_id=ORIGIN_FACING[region.name], keys=keys)

    @property
    def uncounted_keys(self) -> tuple[Str, ...]:
        """What firewalls of sites know the requests of CloudFront by, where they take those of everybody else too."""
        edge = self.shop.delivery
        return (self.args.secrets[ORIGIN_KEY],) if edge.vendor == "cloudfront" and edge.direct else ()

    def _join_buildings(self, sites: Mapping[str, AwsServingSite]) -> None:
        """Tunnels from every serving site over each line of the buildings that the tiers call."""
        for premises, place in self.shop.back_offices.items():
            for name, site in sites.items():
                SiteVpn(
                    f"{self.prefix}-{name}-{premises}",
                    SiteVpnArgs(
                        region=site.region,
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


@dataclass(frozen=True, kw_only=True)
class AwsProvisioned(Provisioned):
    """Sites at AWS, and nothing in them yet."""

    deployment: AwsDeployment
    regions: ProviderRegions
    sites: Mapping[str, AwsServingSite]
    """The sites that serve customers or can; none, where AWS answers for the domain alone."""
    backup: AwsSiteDeployment | None
    """The site for copies."""
    certificates: Mapping[str, Str]
    """ARNs of the certificates, by site."""
    further_certificates: Mapping[str, Mapping[str, Str]]
    """Those of further domains: by domain, then by site."""

    def declare_data(self, upstream: Upstream) -> AwsData:
        """The stores of the serving sites, and the copies of them in the account for backups."""
        here, secrets = self.deployment, self.deployment.args.secrets
        told = told_of_backups(here.shop, self.backup, secrets) if self.backup else None
        if not self.sites:
            return AwsData(provisioned=self, stores=Stores(settings={}))
        stores = declare_stores(here.shop, self.sites, self.backup, secrets, told, here.inside)
        is_source = stores.database is not None and here.shop.primary in self.sites
        return AwsData(
            provisioned=self,
            stores=stores,
            source=self._admit(stores.database, upstream.link) if stores.database and is_source else None,
            origins=self._origins(stores.media) if stores.media and copies(here.shop) else {},
        )

    def _origins(self, media: Buckets) -> dict[str, Origin]:
        """What tells another vendor's standby of every file that is written."""
        return {name: self._origin(name, site, media) for name, site in self.sites.items()}

    def _origin(self, name: str, site: AwsServingSite, media: Buckets) -> Origin:
        here = self.deployment
        events = BucketEvents(
            f"{here.prefix}-{name}-media-events",
            BucketEventsArgs(
                region=site.region,
                bucket=media.names[name],
                bucket_arn=media.arns[name],
                key_arn=site.keyed.key_arn,
                subject=here.args.settings["transferSubject"],
            ),
            opts=here.inside,
        )
        return Origin(bucket=media.names[name], role=events.role_arn, queue=events.queue_arn)

    def _admit(self, database: Database, link: Link) -> DatabaseSource:
        """Let other vendors' replicas follow the database, wherever its writer is."""
        here = self.deployment
        for name, group in database.security_group_ids.items():
            region = self.sites[name].region
            for other, cidr in link.ranges.items():
                rule = f"{here.prefix}-mysql-{name}-from-{other}"
                SecurityGroupIngressRule(
                    rule,
                    security_group_id=group,
                    ip_protocol="tcp",
                    from_port=database.port,
                    to_port=database.port,
                    cidr_ipv4=cidr,
                    description=f"the replica at {other}",
                    tags=region.tagged(rule),
                    opts=region.child(here.parent),
                )
        host = pulumi.Output.all(database.endpoint, *link.tunnels).apply(lambda found: found[0])
        return DatabaseSource(host=host, port=database.port)


@dataclass(frozen=True, kw_only=True)
class AwsData(Data):
    """Stores at AWS, and nothing that uses them yet."""

    provisioned: AwsProvisioned
    stores: Stores

    def start_tiers(self) -> AwsStarted:
        """The tiers, behind a load balancer in each region, and what would move them."""
        at, here = self.provisioned, self.provisioned.deployment
        everywhere = at.regions.everywhere
        if at.zone is None:
            return AwsStarted(data=self, entry_points={}, tiers={})
        if not at.sites:
            told = told_in(everywhere, here.shop, f"{here.prefix}-alarms", here.args.secrets, here.inside, keys=True)
            return AwsStarted(data=self, entry_points={}, tiers={}, told=told)
        names = here.shop.zones_at["aws"]
        observer = None if here.is_alone else apart(here.parent, here.shop, names, TRAFFIC_HOME, "traffic")
        recovery = Recovery(
            shop=here.shop,
            sites=at.sites,
            everywhere=everywhere,
            topics=declare_topics(here.shop, at.sites, everywhere, observer, here.args.secrets, here.inside),
            database=self.stores.database,
            opts=here.inside,
        )
        mail = declare_mail(here, at.sites, everywhere, at.zone)
        tiers = {
            name: site.start(
                self.stores.settings[name] | mail[name],
                Front(
                    at.certificates[name],
                    everywhere,
                    at.zone.id,
                    here.behind(site.region),
                    here.uncounted_keys,
                    {slug(domain): arns[name] for domain, arns in at.further_certificates.items()},
                ),
                here.args.secrets,
            )
            for name, site in at.sites.items()
        }
        for name, site in at.sites.items():
            self._watch(site, name, tiers[name])
            self._leave_zones(site, name)
        fronts = {name: running.web for name, running in tiers.items()}
        return AwsStarted(
            data=self,
            tiers=tiers,
            recovery=recovery,
            guards=recovery.guards(),
            told=recovery.topics[everywhere.name],
            entry_points={
                "aws": accelerated(here, everywhere, at.sites, fronts, observer, recovery.topics[observer.name])
            }
            if observer
            else own_entry_points(here, fronts),
        )

    def _watch(self, site: AwsServingSite, name: str, tiers: Tiers) -> None:
        """Tell people what they should know of a site before its customers do."""
        database, cache, media = self.stores.database, self.stores.caches.get(name), self.stores.media
        shop = self.provisioned.deployment.shop
        promised = shop.objectives
        watch = Watch(
            f"{site.component.name}-watch",
            WatchArgs(
                region=site.region,
                topic_arn=site.topic_arn,
                tiers={what: tier.watched for what, tier in tiers.served.items()},
                databases={"mysql": database.watched(name)} if database else {},
                caches={"redis": cache.nodes[name]} if cache else {},
                copies_out=_of_media(media.watched(source=name)) if media else {},
                copies_in=_of_media(media.watched(destination=name)) if media else {},
                buckets={"media": media.names[name]} if media else {},
                gateways=site.network.gateways,
                availability=promised and promised.availability,
            ),
            opts=site.component.inside,
        )

        if shop.alarms.mute_planned:
            self._mute(site, name, watch)

    def _mute(self, site: AwsServingSite, name: str, watch: Watch) -> None:
        """Let alarms of a store rest in the hour in which it may be maintained."""
        windows = {
            what: MutedWindow(
                window=window,
                alarms={alarm: called for alarm, called in watch.alarms.items() if alarm.startswith(f"{what}-")},
            )
            for what, window in planned_work(self.provisioned.deployment.shop, name).items()
        }
        if windows:
            AlarmMutes(
                f"{site.component.name}-mutes",
                AlarmMutesArgs(region=site.region, windows=windows),
                opts=site.component.inside,
            )

    def _leave_zones(self, site: AwsServingSite, name: str) -> None:
        """Move a database's writer out of a zone that AWS takes traffic out of, where another zone has a copy."""
        database = self.stores.database
        if database and database.spread(name):
            ZonalFailover(
                f"{site.component.name}-writer-zone",
                ZonalFailoverArgs(
                    region=site.region,
                    identifier=database.identifiers[name],
                    aurora=isinstance(database, AuroraMySql),
                    log_key_arn=site.log_key_arn,
                ),
                opts=site.component.inside,
            )


def _of_media(copies: Mapping[str, WatchedCopy]) -> dict[str, WatchedCopy]:
    return {f"media-{what}": copy for what, copy in copies.items()}


@dataclass(frozen=True, kw_only=True)
class AwsStarted(Started):
    """Tiers at AWS, which nobody is led to yet."""

    data: AwsData
    tiers: Mapping[str, Tiers]
    """What runs, by site."""
    recovery: Recovery | None = None
    """What moves them; none where nothing runs."""
    guards: WriterGuards = field(default_factory=lambda: WriterGuards(checks={}))
    told: pulumi.Output[str] | None = None
    """Where alarms of the worldwide services are told; none where AWS does not answer for the domain."""

    @property
    def fronts(self) -> dict[str, Tier]:
        """What customers reach, by site."""
        return {name: running.web for name, running in self.tiers.items()}

    def publish_dns(self, names: DomainNames) -> AwsPublished:
        """Records that each lead to a region, or to a vendor, as long as it is healthy."""
        at = self.data.provisioned
        if at.zone is None:
            return AwsPublished(started=self, checks={})
        route53 = Route53(deployment=at.deployment, everywhere=at.regions.everywhere, zone=at.zone, told=self.told)
        route53.vouch(names)
        if at.deployment.is_alone:
            edge = at.deployment.shop.delivery
            front = (
                Delivery(
                    edge=edge,
                    certificate_arn=at.certificates[GLOBAL],
                    media=self.data.stores.media,
                    topic_arn=self.told,
                )
                if edge.vendor == "cloudfront"
                else None
            )
            checks = route53.regions(at.sites, self.fronts, self.guards.checks, names, front)
            for domain, zone in at.further.items():
                replace(route53, zone=zone, further=domain).regions(at.sites, self.fronts, self.guards.checks, names)
            signed = route53.sign() if at.deployment.shop.dnssec else None
            return AwsPublished(started=self, checks=checks, ds_record=signed)
        route53.vendors(names)
        for domain, zone in at.further.items():
            replace(route53, zone=zone, further=domain).vendors(names)
        return AwsPublished(started=self, checks=route53.checks(self.fronts))


@dataclass(frozen=True, kw_only=True)
class AwsPublished(Published):
    """AWS's part of a shop that sells."""

    started: AwsStarted
    checks: Checks
    """Whether the world reaches each site."""
    ds_record: pulumi.Output[str] | None = None

    def resources(self) -> dict[str, AwsResources]:
        """Networks, groups, keys and secrets of the sites that serve."""
        return {name: self._site(name, site) for name, site in self.started.data.provisioned.sites.items()}

    def _site(self, name: str, site: AwsServingSite) -> AwsResources:
        settings, network = self.started.data.stores.settings[name], site.network
        tiers = self.started.tiers[name]
        containers = {what: one for what, one in tiers.scaled.items() if isinstance(one, FargateTier | Worker)}
        served = {what: one for what, one in tiers.scaled.items() if not isinstance(one, Worker)}
        return AwsResources(
            kind="aws",
            provider=site.region.provider,
            region=site.region,
            keyed=site.keyed,
            network=network.vpc_id,
            cidr=network.cidr,
            subnets={
                "public": network.public_subnet_ids,
                "private": network.private_subnet_ids,
                "data": network.data_subnet_ids,
            },
            security_groups={
                **{what: reach.security_group_id for what, reach in settings.reaches.items()},
                **{what: one.security_group_id for what, one in tiers.scaled.items()},
            },
            endpoints={**hosts(settings.plain), **{what: one.dns_name for what, one in served.items()}},
            clusters={what: one.cluster_arn for what, one in containers.items()},
            keys={"data": site.keyed.key_arn, "backups": site.component.backup_key_arn, "logs": site.log_key_arn},
            secrets=tiers.secrets,
            topic=site.topic_arn,
        )

    def declare_recovery(self) -> None:
        """Region switches, started by alarms in the regions that survive."""
        started, at = self.started, self.started.data.provisioned
        if started.recovery and at.deployment.shop.primary in at.sites:
            started.recovery.switches(self.checks, started.guards, started.tiers, started.data.stores.cache)
