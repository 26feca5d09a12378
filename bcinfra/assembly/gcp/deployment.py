"""All of a shop that runs at Google Cloud, phase by phase, and the shop's names where Cloud DNS answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bcinfra.assembly.contract import (
    BackupBuckets,
    Data,
    DatabaseSource,
    DnsZone,
    DomainNames,
    Provisioned,
    Published,
    Started,
    Upstream,
    VendorDeployment,
)
from bcinfra.assembly.edge import edge_ranges
from bcinfra.assembly.gcp.dns import Balancers, WayIn, declare_zone, origin, publish
from bcinfra.assembly.gcp.images import apart_with_images, declare_images
from bcinfra.assembly.gcp.recovery import TEST, Recovery, keep_logs, outside, receivers, watch_keys
from bcinfra.assembly.gcp.regions import ProviderRegions, provider_regions
from bcinfra.assembly.gcp.site import GcpSiteDeployment, GcpSiteDeploymentArgs, Networked, Tiers, brought
from bcinfra.assembly.gcp.stores import StoreFactory, Stores
from bcinfra.assembly.gcp.tunnels import inside
from bcinfra.assembly.networks import networks
from bcinfra.assembly.resources import GcpResources
from bcinfra.assembly.secrets import vpn_keys, vpn_pair
from bcinfra.assembly.workload import hosts
from bcinfra.component import Str
from bcinfra.gcp import (
    Archive,
    ArchiveArgs,
    Armor,
    ArmorArgs,
    Certificate,
    CertificateArgs,
    CloudRunTier,
    Network,
    NetworkArgs,
    NetworkSite,
    Project,
    Region,
    SiteLine,
    SiteVpn,
    SiteVpnArgs,
)
from bcinfra.gcp.archive import ENDPOINT, LEAST_DAYS, LOGS
from bcinfra.gcp.armor import ATTACKS
from bcinfra.gcp.vpn import INTERFACES
from bcinfra.spec import ExistingAtGoogle, GcpSite, Premises

RULE_SETS: Final[Mapping[str, frozenset[str]]] = {
    "common": frozenset(ATTACKS) - {"sqli", "cve-canary"},
    "bad-inputs": frozenset({"cve-canary"}),
    "sql-injection": frozenset({"sqli"}),
}
"""What Cloud Armor calls the rules that a page names. It judges no reputation of addresses without Enterprise."""


@dataclass(frozen=True, kw_only=True)
class GcpDeployment(VendorDeployment):
    """Sites in regions of Google Cloud: those that serve in one project, copies in another."""

    def provision(self) -> GcpProvisioned:
        """Keys of the sites, one network over those that serve, what customers see of it."""
        stated = self.stated
        regions = provider_regions(self.parent, self.shop, stated)
        zone = declare_zone(self, regions.dns)
        further = {domain: at for domain in self.shop.domains if (at := declare_zone(self, regions.dns, domain))}
        sites = {
            name: GcpSiteDeployment(
                f"{self.prefix}-{name}",
                GcpSiteDeploymentArgs(shop=self.shop, site=name, stated=site, region=regions.sites[name]),
                opts=self.inside,
            )
            for name, site in stated.items()
        }
        declare_images(self, sites)
        on_clusters = any(site.kind == "kubernetes" for site in self.shop.sites.values())
        backup = next((name for name, site in stated.items() if site.role == "backup"), None)
        serving = {name: site for name, site in sites.items() if stated[name].serves}
        certificate = self._certificate(regions, zone, further) if serving else None
        return GcpProvisioned(
            zone=zone,
            further=further,
            proof=(certificate and certificate.proof) or None,
            backup_buckets=self._archive(sites[backup]) if backup and on_clusters else None,
            deployment=self,
            regions=regions,
            serving=self._serving(serving, regions.home, certificate) if certificate and regions.home else None,
            backup=sites[backup] if backup else None,
        )

    def _certificate(
        self, regions: ProviderRegions, zone: DnsZone | None, further: Mapping[str, DnsZone]
    ) -> Certificate | None:
        if regions.home is None:
            return None
        return Certificate(
            f"{self.prefix}-certificate",
            CertificateArgs(
                project=regions.home,
                zone_name=zone and zone.id,
                zone_project=regions.dns,
                domain=self.shop.domain,
                shared=self.shop.delivery.vendor == "cloudflare",
                further={domain: at.id for domain, at in further.items()},
                existing=next((at.certificate for at in self.existing.values()), None),
                renews=next((at.certificate_renews for at in self.existing.values()), None),
            ),
            opts=self.inside,
        )

    @property
    def stated(self) -> dict[str, GcpSite]:
        """The sites, as the page states them."""
        return {name: site for name, site in self.sites.items() if isinstance(site, GcpSite)}

    @property
    def existing(self) -> dict[str, ExistingAtGoogle]:
        """What exists at the sites that serve."""
        return {name: site.existing for name, site in self.stated.items() if site.serves and site.existing}

    def _serving(self, sites: Mapping[str, GcpSiteDeployment], home: Project, certificate: Certificate) -> Serving:
        ranges = networks(self.shop)
        network = brought(f"{self.prefix}-network", self.existing, sites, home) or Network(
            f"{self.prefix}-network",
            NetworkArgs(
                project=home,
                sites={name: NetworkSite(region=at.keyed.region, cidr=ranges[name]) for name, at in sites.items()},
            ),
            opts=self.inside,
        )
        for premises, place in self.shop.back_offices.items():
            self._join_building(premises, place, sites, network)
        return Serving(
            sites=sites,
            home=home,
            network=network,
            certificate_map=certificate.map_id,
            security_policy=Armor(f"{self.prefix}-armor", self._exceptions(home), opts=self.inside).policy_id,
        )

    def _exceptions(self, home: Project) -> ArmorArgs:
        """What is refused at the edge, but for the shop's own callers."""
        stated, proxies, closed = self.shop.firewall, edge_ranges(self.shop), self.shop.is_closed
        args = ArmorArgs(
            project=home,
            counted=frozenset(one for group in stated.count for one in RULE_SETS.get(group, ())),
            unchecked=stated.unchecked,
            allowed={**stated.allowed, **(proxies if closed else {})},
            unlimited={} if closed else proxies,
            only_allowed=closed,
            health_path=self.shop.web.health_path,
        )
        return args.model_copy(update={"requests_a_minute": stated.requests_a_minute or args.requests_a_minute})

    def _archive(self, site: GcpSiteDeployment) -> BackupBuckets:
        """The buckets that clusters write their backups to."""
        kept, region = self.shop.backups, site.keyed.region
        made = Archive(
            f"{self.prefix}-archive",
            ArchiveArgs(
                region=region,
                key_name=site.keyed.key_name,
                retention_days=max(kept.lock_days, LEAST_DAYS),
                keep_days=kept.retain_days,
                locked=kept.lock_days > 0 and not self.shop.disposable,
            ),
            opts=self.inside,
        )
        return BackupBuckets(
            site=site.site,
            region=region.name,
            endpoint=ENDPOINT,
            sealed=made.sealed,
            kept=made.kept,
            logs=LOGS,
            held=made.held,
            access_key=made.access_key,
            secret_key=made.secret_key,
        )

    def _join_building(
        self, premises: str, place: Premises, sites: Mapping[str, GcpSiteDeployment], network: Networked
    ) -> None:
        """Tunnels from every serving site over both of the building's lines."""
        ranges = inside(vpn_keys(self.shop))
        for name, site in sites.items():
            pairs = {line: vpn_pair(name, premises, line) for line in place.isps}
            SiteVpn(
                f"{self.prefix}-{name}-{premises}",
                SiteVpnArgs(
                    region=site.keyed.region,
                    site=premises,
                    network_id=network.network_id,
                    lines={
                        line: SiteLine(
                            interface=interface,
                            address=str(place.isps[line].address),
                            keys=self.tunnel_keys(name, premises, line),
                            inside=(ranges[pairs[line][0].name], ranges[pairs[line][1].name]),
                        )
                        for interface, line in zip(INTERFACES, sorted(place.isps), strict=True)
                    },
                    asn=place.asn,
                ),
                opts=self.inside,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What sites that serve have: one project, network and face to the customers."""

    sites: Mapping[str, GcpSiteDeployment]
    home: Project
    network: Networked
    certificate_map: Str
    security_policy: Str


@dataclass(frozen=True, kw_only=True)
class GcpProvisioned(Provisioned):
    """Sites at Google Cloud, and nothing in them yet."""

    deployment: GcpDeployment
    regions: ProviderRegions
    serving: Serving | None
    """The sites that serve customers or can; none, where Google Cloud keeps copies or answers for the domain alone."""
    backup: GcpSiteDeployment | None
    """The site for copies."""

    def declare_data(self, upstream: Upstream) -> GcpData:
        """The stores of the serving sites, and the copies of them in the project for backups."""
        here, serving = self.deployment, self.serving
        if serving is None:
            return GcpData(provisioned=self, stores=None)
        stores = StoreFactory(
            shop=here.shop,
            sites=serving.sites,
            network=serving.network,
            home=serving.home,
            backup=self.backup,
            role_settings=int(here.args.settings.get("roleSettings", "1")),
            opts=here.inside,
        ).declare(upstream, here.args.secrets, here.args.settings)
        own = stores.own_database
        return GcpData(
            provisioned=self, stores=stores, source=DatabaseSource(host=own.address, port=own.port) if own else None
        )


@dataclass(frozen=True, kw_only=True)
class GcpData(Data):
    """Stores at Google Cloud, and nothing that uses them yet."""

    provisioned: GcpProvisioned
    stores: Stores | None

    def start_tiers(self) -> GcpStarted:
        """The tiers, and worldwide load balancers before them."""
        here, serving, stores = self.provisioned.deployment, self.provisioned.serving, self.stores
        if serving is None or stores is None:
            return GcpStarted(provisioned=self.provisioned, entry_points={})
        tiers = {
            name: at.start(stores.settings[name], serving.network, stores.own_secrets)
            for name, at in serving.sites.items()
        }
        ways = Balancers(
            deployment=here,
            project=serving.home,
            fronts={name: running["web"] for name, running in tiers.items()},
            certificate_map=serving.certificate_map,
            security_policy=serving.security_policy,
        ).declare()
        return GcpStarted(
            provisioned=self.provisioned,
            entry_points={name: way.point for name, way in ways.items()},
            checked={
                origin(here.shop): way.point.addresses
                for way in ways.values()
                if self.provisioned.zone and here.shop.primary in way.point.sites
            },
            ways=ways,
            tiers=tiers,
            stores=stores,
            recovery=Recovery(
                shop=here.shop,
                sites=serving.sites,
                home=serving.home,
                account=next(
                    here.shop.gcp_project(site.account)
                    for site in here.sites.values()
                    if isinstance(site, GcpSite) and site.serves
                ),
                stores=stores,
                opts=here.inside,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class GcpStarted(Started):
    """Tiers at Google Cloud, which nobody is led to yet."""

    provisioned: GcpProvisioned
    ways: Mapping[str, WayIn] = field(default_factory=dict[str, WayIn])
    """The entry points with their load balancers."""
    tiers: Mapping[str, Tiers] = field(default_factory=dict[str, Tiers])
    """What runs, by site."""
    recovery: Recovery | None = None
    """What moves them; none where nothing runs."""
    stores: Stores | None = None
    """What they use."""

    def publish_dns(self, names: DomainNames) -> GcpPublished:
        """Records that lead to an entry point that is open."""
        at = self.provisioned
        if at.zone and at.regions.dns:
            publish(at.deployment, at.regions.dns, at.zone, names)
            for domain, zone in at.further.items():
                publish(at.deployment, at.regions.dns, zone, names, domain)
        return GcpPublished(started=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Logs:
    """Sinks by a name for each."""

    of_home: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the project of the sites that serve."""
    of_vault: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of the project of the copies."""


@dataclass(frozen=True, kw_only=True)
class GcpPublished(Published):
    """Google Cloud's part of a shop that sells."""

    started: GcpStarted

    def resources(self) -> dict[str, GcpResources]:
        """Networks, keys and secrets of the sites that serve."""
        serving, stores = self.started.provisioned.serving, self.started.stores
        if serving is None or stores is None:
            return {}
        return {name: self._site(name, site, serving, stores) for name, site in serving.sites.items()}

    def _site(self, name: str, site: GcpSiteDeployment, serving: Serving, stores: Stores) -> GcpResources:
        settings, tiers, at = stores.settings[name], self.started.tiers[name], serving.network.sites[name]
        services = {what: one for what, one in tiers.items() if isinstance(one, CloudRunTier)}
        region = site.keyed.region
        return GcpResources(
            kind="gcp",
            provider=region.provider,
            region=region,
            network=serving.network.network_id,
            cidr=at.subnet_cidr,
            subnets={"private": {region.name: at.subnet_id}, "data": {region.name: at.endpoints_subnet_id}},
            endpoints={**hosts(settings.plain), **{what: one.url for what, one in services.items()}},
            clusters={what: one.service_name for what, one in services.items()},
            keys={"data": site.keyed.key_name},
            secrets={**settings.secret, **settings.read, **stores.own_secrets},
        )

    def declare_recovery(self) -> None:
        """Workflows in the regions that survive, started by alerts; restores that are tested; people who are told."""
        at, recovery = self.started.provisioned, self.started.recovery
        here, vault = at.deployment, at.backup
        email = here.args.settings.get("alertEmail")
        told = receivers(here.shop, email, here.args.secrets)
        somebody = bool(email) or not here.shop.alarms.empty
        kept = self._keep_logs(vault.keyed.region) if vault else _Logs()
        if vault and somebody:
            filled = {"logs": at.backup_buckets.held} if at.backup_buckets else {}
            account = here.stated[vault.site].account
            outside(here.shop, account, vault.keyed.region, told, here.inside, filled, kept.of_vault)
        if somebody:
            watched = {
                region.project for region in (vault and vault.keyed.region, recovery and recovery.home) if region
            }
            watch_keys(here.shop, apart_with_images(here, watched), told, here.inside)
        if recovery is None:
            return
        primary = here.shop.primary
        balancer = next((way.balancer for way in self.started.ways.values() if primary in way.point.sites), None)
        host = here.shop.host if at.zone is None else origin(here.shop)
        moves = recovery.failovers(balancer, self.started.tiers, host)
        test = recovery.restore_test()
        tested, rehearsals = ({TEST: test.workflow_name}, {TEST: test.rehearsal}) if test else ({}, {})
        workflows = {**moves, **tested, **recovery.backups()}
        channels = {name: found.alarm_channel for name, found in here.existing.items() if found.alarm_channel}
        if somebody or channels:
            hosts = {} if vault else {"shop": here.shop.host}
            recovery.alerts(told, channels, workflows, rehearsals, kept.of_home, self.started.tiers, hosts)

    def _keep_logs(self, vault: Region) -> _Logs:
        """The logs of each project, in another: of those that serve and answer for names in that of the copies, whose
        own are kept in one of them."""
        here, regions = self.started.provisioned.deployment, self.started.provisioned.regions
        home, dns = (at if at and at.project != vault.project else None for at in (regions.home, regions.dns))
        dns = dns if home is None or (dns and dns.project != home.project) else None

        def kept(what: str, of: Project, at: Project, *, requests: bool = False) -> Mapping[str, str]:
            return keep_logs(f"{here.prefix}-{what}", of, at, vault.name, here.inside, requests=requests)

        if dns:
            kept("dns-logs", dns, vault)
        other = home or dns
        return _Logs(
            of_home=kept("logs", home, vault, requests=True) if home else {},
            of_vault=kept("vault-logs", vault, other) if other else {},
        )
