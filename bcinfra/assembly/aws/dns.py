"""The shop's names at Route 53, and the way in that leads to AWS from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_aws.route53 import HealthCheck, Record, Zone

from bcinfra.assembly import mail
from bcinfra.assembly.aws.recovery import Checks
from bcinfra.assembly.aws.site import AwsServingSite, Tier, exceptions
from bcinfra.assembly.brought import known
from bcinfra.assembly.contract import CHECKED_TTL, DnsZone, DomainNames, EntryPoint, VendorDeployment
from bcinfra.assembly.edge import modes
from bcinfra.assembly.secrets import ORIGIN_KEY
from bcinfra.assembly.workload import slug
from bcinfra.aws import (
    AcceleratedSite,
    Accelerator,
    AcceleratorArgs,
    AccessLogs,
    AccessLogsArgs,
    Buckets,
    Edge,
    EdgeArgs,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    Key,
    KeyArgs,
    NameServers,
    NameServersArgs,
    ProofRecord,
    ProofRecordArgs,
    PublicZone,
    PublicZoneArgs,
    Region,
    Routing,
    Target,
    ZoneSigning,
    ZoneSigningArgs,
)
from bcinfra.aws.dns import HOSTS
from bcinfra.aws.vpn import CHECKERS
from bcinfra.component import Str
from bcinfra.spec import Edge as StatedEdge, Strategy

QUERY_LOG_DAYS: Final = 90
"""Days for which it is kept who asked for which name: as access logs are."""
ORIGIN: Final = "origin"
"""The host below the domain that leads to a healthy site, for the content delivery network alone."""


def declare_zone(deployment: VendorDeployment, everywhere: Region, further: str | None = None) -> DnsZone | None:
    """The hosted zone at Route 53 of the shop's domain or a ``further`` one, where it answers for it."""
    shop = deployment.shop
    if "aws" not in shop.zones_at:
        return None
    name = f"{shop.prefix}-dns-{slug(further)}" if further else f"{shop.prefix}-dns"
    if brought := shop.domains[further].zone if further else shop.zones.get("aws"):
        found = Zone.get(f"{name}-zone", brought, name=further or shop.domain, opts=everywhere.child(deployment.parent))
        return DnsZone(cloud="aws", id=known(found, brought), name_servers=found.name_servers)
    key = Key(
        f"{name}-logs",
        KeyArgs(
            region=everywhere,
            purpose=f"log of who asks for {further or shop.domain}",
            services=(f"logs.{everywhere.name}.amazonaws.com",),
        ),
        opts=deployment.inside,
    )
    made = PublicZone(
        name,
        PublicZoneArgs(region=everywhere, domain=further or shop.domain, log_days=QUERY_LOG_DAYS, log_key_arn=key.arn),
        opts=deployment.inside,
    )
    return DnsZone(cloud="aws", id=made.zone_id, name_servers=made.name_servers)


def own_entry_points(deployment: VendorDeployment, fronts: Mapping[str, Tier]) -> dict[str, EntryPoint]:
    """An entry point for each site: its load balancer, which only Route 53 can lead to."""
    live = deployment.shop.live_sites
    return {name: EntryPoint(sites=(name,), host=tier.dns_name, live=name in live) for name, tier in fronts.items()}


def accelerated(
    deployment: VendorDeployment,
    everywhere: Region,
    sites: Mapping[str, AwsServingSite],
    fronts: Mapping[str, Tier],
    observer: Region,
    topic_arn: Str,
) -> EntryPoint:
    """One entry point for all sites: addresses that stay, which any cloud's DNS can lead to. People are told of it by
    a topic where it is measured."""
    shop = deployment.shop
    live = shop.live_sites.keys() & sites.keys()
    logs = AccessLogs(
        f"{shop.prefix}-accelerator-logs", AccessLogsArgs(region=everywhere, delivered=True), opts=deployment.inside
    )
    made = Accelerator(
        f"{shop.prefix}-accelerator",
        AcceleratorArgs(
            region=everywhere,
            sites={
                name: AcceleratedSite(
                    region=site.region.name,
                    load_balancer_arn=fronts[name].load_balancer_arn,
                    dial=100 if name in live or not live else 0,
                    cold=name not in live and shop.strategy is Strategy.PILOT_LIGHT,
                )
                for name, site in sites.items()
            },
            flow_log_bucket=logs.bucket,
            observer=observer,
            topic_arn=topic_arn,
        ),
        opts=deployment.inside,
    )
    preferred = sorted(sites, key=lambda name: name != shop.primary)
    return EntryPoint(sites=tuple(preferred), addresses=made.addresses, host=made.dns_name, live=bool(live))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the content delivery network is made of besides the sites."""

    edge: StatedEdge
    certificate_arn: Str
    """The certificate in the global region."""
    media: Buckets | None
    topic_arn: Str | None
    """Where people are told, in the global region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route53:
    """Declares the records of the shop, each of which leads to a region, or to a vendor, as long as it is healthy."""

    deployment: VendorDeployment
    everywhere: Region
    zone: DnsZone
    told: Str | None = None
    """Where people are told, in the global region."""
    further: str | None = None
    """The domain, where it is not the shop's first."""

    @property
    def _names(self) -> str:
        return f"{self.deployment.prefix}-names" + (f"-{slug(self.further)}" if self.further else "")

    @property
    def _domain(self) -> str:
        return self.further or self.deployment.shop.domain

    def regions(
        self,
        sites: Mapping[str, AwsServingSite],
        fronts: Mapping[str, Tier],
        guards: Mapping[str, Checks],
        names: DomainNames,
        delivery: Delivery | None = None,
    ) -> Checks:
        """Records that lead to the sites, where customers reach the shop by AWS alone; the health checks of each.
        Behind a content delivery network it alone asks for them, by a name of its own."""
        shop = self.deployment.shop
        if delivery:
            self._deliver(delivery, fronts, names)
        if self._page(names):
            self._proofs(names)
        return GeoDns(
            f"{shop.prefix}-{ORIGIN}" if delivery else self._names,
            GeoDnsArgs(
                region=self.everywhere,
                domain=self._domain,
                hosts=frozenset({ORIGIN}) if delivery else HOSTS,
                issuers=frozenset() if delivery else self._issuers(names),
                fallback=None if delivery else self._page(names),
                topic_arn=self.told,
                zone_id=self.zone.id,
                primary=shop.primary,
                routing=Routing.LATENCY if shop.strategy is Strategy.ACTIVE_ACTIVE else Routing.WEIGHTED,
                endpoints={
                    name: Endpoint(
                        dns_name=fronts[name].dns_name,
                        zone_id=fronts[name].zone_id,
                        region=site.region.name,
                        # A standby answers only when no site with a weight is healthy.
                        weight=100 if name == shop.primary else 0,
                        path=shop.web.health_path,
                        also=guards[name],
                    )
                    for name, site in sites.items()
                },
            ),
            opts=self.deployment.inside,
        ).endpoint_check_ids

    def _deliver(self, delivery: Delivery, fronts: Mapping[str, Tier], names: DomainNames) -> None:
        """The content delivery network, and the shop's names, which lead to it."""
        shop, here, stated = self.deployment.shop, self.deployment, delivery.edge
        name = f"{shop.prefix}-edge"
        key = Key(
            f"{name}-logs",
            KeyArgs(
                region=self.everywhere,
                purpose=f"logs of the edge of {shop.prefix}",
                services=(f"logs.{self.everywhere.name}.amazonaws.com",),
            ),
            opts=here.inside,
        )
        other = next((tier.dns_name for site, tier in fronts.items() if site != shop.primary), None)
        reads = stated.reading if other is not None else ()
        media = delivery.media
        edge = Edge(
            name,
            EdgeArgs(
                region=self.everywhere,
                domain=shop.domain,
                certificate_arn=delivery.certificate_arn,
                origin=f"{ORIGIN}.{shop.domain}",
                failover=other if reads else None,
                reading=reads,
                key=here.args.secrets[ORIGIN_KEY],
                media=media.domain_names if media else {},
                media_primary=shop.primary if media else None,
                cached=not shop.stateless,
                shield_advanced=stated.shield_advanced,
                modes=modes(here.args),
                log_key_arn=key.arn,
                topic_arn=delivery.topic_arn,
                **exceptions(shop),
            ),
            opts=here.inside,
        )
        GeoDns(
            f"{shop.prefix}-names",
            GeoDnsArgs(
                region=self.everywhere,
                domain=shop.domain,
                zone_id=self.zone.id,
                primary="edge",
                endpoints={
                    "edge": Endpoint(
                        dns_name=edge.domain_name,
                        zone_id=edge.zone_id,
                        path=shop.web.health_path,
                        evaluate_target_health=False,
                    )
                },
                fallback=Target(dns_name=f"{ORIGIN}.{shop.domain}", zone_id=self.zone.id)
                if stated.direct
                else self._page(names),
                issuers=self._issuers(names),
                topic_arn=self.told,
            ),
            opts=here.inside,
        )

    def vendors(self, names: DomainNames) -> None:
        """Records that lead to every vendor's entry points; what the zone holds of the other clouds."""
        shop, inside = self.deployment.shop, self.deployment.inside
        GeoDns(
            self._names,
            GeoDnsArgs(
                region=self.everywhere,
                domain=self._domain,
                zone_id=self.zone.id,
                primary=next(name for name, point in names.entry_points.items() if shop.primary in point.sites),
                routing=Routing.WEIGHTED,
                endpoints={
                    name: Endpoint(
                        addresses=point.addresses,
                        weight=100 if point.live else 0,
                        path=shop.web.health_path,
                        host=shop.host,
                    )
                    for name, point in names.entry_points.items()
                },
                fallback=self._page(names),
                issuers=self._issuers(names),
                topic_arn=self.told,
            ),
            opts=inside,
        )
        self._proofs(names)
        for cloud, other in names.zones.items():
            if cloud != "aws":
                NameServers(
                    f"{shop.prefix}-servers",
                    NameServersArgs(
                        region=self.everywhere,
                        domain=shop.domain,
                        zone_id=self.zone.id,
                        own=self.zone.name_servers,
                        others=other.name_servers,
                    ),
                    opts=inside,
                )

    def _proofs(self, names: DomainNames) -> None:
        """The records by which other vendors know the domain."""
        for vendor, proof in names.proofs.items():
            if vendor != "aws":
                ProofRecord(
                    f"{self.deployment.prefix}-{vendor}-proof",
                    ProofRecordArgs(
                        region=self.everywhere,
                        zone_id=self.zone.id,
                        name=proof["name"],
                        kind=proof["kind"],
                        value=proof["value"],
                    ),
                    opts=self.deployment.inside,
                )

    def _page(self, names: DomainNames) -> Target | None:
        """What answers when no site does: of the shop's first domain alone, which the page has a certificate for."""
        page = None if self.further else names.page
        return Target(addresses=page.addresses) if page and page.addresses else None

    def _issuers(self, names: DomainNames) -> frozenset[str]:
        """Who may issue for the domain: the page shows a certificate for the shop's first one alone."""
        sites = self.deployment.issuers
        return sites if self.further else names.issuers(sites)

    def sign(self) -> pulumi.Output[str]:
        """Sign the zone's answers; what the registrar is told."""
        return ZoneSigning(
            f"{self.deployment.prefix}-signing",
            ZoneSigningArgs(region=self.everywhere, zone_id=self.zone.id, domain=self._domain, topic_arn=self.told),
            opts=self.deployment.inside,
        ).ds_record

    def vouch(self, names: DomainNames) -> None:
        """Records that say who sends mail for the domain, and those that checks of another cloud ask."""
        for record in mail.records(self.deployment.shop):
            Record(
                f"{self.deployment.prefix}-mail-{record.what}",
                zone_id=self.zone.id,
                name=record.host,
                type=record.kind,
                ttl=mail.TTL,
                records=[record.value],
                opts=self.everywhere.child(self.deployment.parent),
            )
        for host, addresses in names.checked.items():
            Record(
                f"{self.deployment.prefix}-{host.partition('.')[0]}-origin",
                zone_id=self.zone.id,
                name=host,
                type="A",
                ttl=CHECKED_TTL,
                records=list(addresses),
                opts=self.everywhere.child(self.deployment.parent),
            )

    def checks(self, fronts: Mapping[str, Tier]) -> Checks:
        """Whether the world reaches each site by itself: the accelerator is open while any site is."""
        return {name: self._check(name, tier) for name, tier in fronts.items()}

    def _check(self, site: str, front: Tier) -> pulumi.Output[str]:
        name = f"{self.deployment.prefix}-{site}-endpoint"
        return HealthCheck(
            name,
            type="HTTPS",
            fqdn=front.dns_name,
            port=443,
            resource_path=self.deployment.shop.web.health_path,
            request_interval=10,
            failure_threshold=3,
            regions=CHECKERS,
            enable_sni=True,
            tags=self.everywhere.tagged(name),
            opts=self.everywhere.child(self.deployment.parent),
        ).id
