"""All of a shop that runs at Google Cloud, and the shop's names where Cloud DNS answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import Door, Estate, Shared, ShopArgs, Vault, Zone
from bcinfra.assembly.gcp.ground import Ground
from bcinfra.assembly.gcp.recovery import Recovery
from bcinfra.assembly.gcp.site import Site, SiteArgs
from bcinfra.assembly.gcp.stores import Stores
from bcinfra.assembly.gcp.tunnels import inside
from bcinfra.assembly.networks import networks
from bcinfra.assembly.secrets import vpn_keys, vpn_pair
from bcinfra.exits import Exit, UserError
from bcinfra.gcp import (
    Archive,
    ArchiveArgs,
    Armor,
    ArmorArgs,
    Backend,
    Certificate,
    CertificateArgs,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    LoadBalancer,
    LoadBalancerArgs,
    MySql,
    NameServers,
    NameServersArgs,
    Network,
    NetworkArgs,
    NetworkSite,
    ProofRecord,
    ProofRecordArgs,
    PublicZone,
    PublicZoneArgs,
    Routing,
    SiteLine,
    SiteVpn,
    SiteVpnArgs,
)
from bcinfra.gcp.archive import ENDPOINT, LEAST_DAYS, LOGS
from bcinfra.gcp.vpn import INTERFACES
from bcinfra.places.regions import nearest
from bcinfra.spec import GcpSite

ELSEWHERE: Final = "europe-west1"
"""Where a place is taken to be that is in no cloud. It matters only where two of them wait at once."""


class GcpEstate(Estate):
    """Sites in regions of Google Cloud: those that serve in one project, copies in another."""

    def __init__(self, parent: pulumi.Resource, args: ShopArgs, sites: Mapping[str, spec.Site], shared: Shared) -> None:
        super().__init__(parent, args, sites, shared)
        self._stated = {name: site for name, site in sites.items() if isinstance(site, GcpSite)}
        self._ground = Ground(parent, self.shop, self._stated)
        self._all: dict[str, Site] = {}
        self._prefix = self.shop.prefix
        self._balancers: dict[str, LoadBalancer] = {}
        """By door."""

    @property
    def serving(self) -> dict[str, Site]:
        """The sites that serve customers or can."""
        return {name: site for name, site in self._all.items() if self._stated[name].serves}

    def zone(self) -> Zone:
        """The managed zone at Cloud DNS. One that another DNS provider hosts too is not signed."""
        made = PublicZone(
            f"{self._prefix}-dns",
            PublicZoneArgs(
                project=self._ground.project(self.shop.zones_at["gcp"]),
                domain=self.shop.domain,
                signed=len(self.shop.zones_at) == 1,
            ),
            opts=self.inside,
        )
        return Zone(cloud="gcp", id=made.zone_name, name_servers=made.name_servers)

    def found(self) -> None:
        """Keys of the sites, one network over those that serve, what customers see of it."""
        for name, region in self._ground.regions.items():
            args = SiteArgs(shop=self.shop, site=name, stated=self._stated[name], region=region)
            self._all[name] = Site(f"{self._prefix}-{name}", args, opts=self.inside)
            if self._stated[name].role == "backup" and any(at.kind == "kubernetes" for at in self.shop.sites.values()):
                self.shared.vault = self._archive(name)
        if not self.serving:
            return
        ranges, home = networks(self.shop), self._ground.home
        self.network = Network(
            f"{self._prefix}-network",
            NetworkArgs(
                project=home,
                sites={
                    name: NetworkSite(region=site.keyed.region, cidr=ranges[name])
                    for name, site in self.serving.items()
                },
            ),
            opts=self.inside,
        )
        zone = self.shared.zones.get("gcp")
        self._certificate = Certificate(
            f"{self._prefix}-certificate",
            CertificateArgs(
                project=home,
                zone_name=zone and zone.id,
                zone_project=self._ground.project(self.shop.zones_at["gcp"]) if zone else None,
                domain=self.shop.domain,
            ),
            opts=self.inside,
        )
        self.shared.proofs["gcp"] = self._certificate.proof
        for premises, place in self.shop.back_offices.items():
            self._join(premises, place)
        self._armor = Armor(f"{self._prefix}-armor", ArmorArgs(project=home), opts=self.inside)

    def _archive(self, site: str) -> Vault:
        """The buckets that clusters write their backups to."""
        region, kept = self._ground.regions[site], self.shop.backups
        made = Archive(
            f"{self._prefix}-archive",
            ArchiveArgs(
                region=region,
                retention_days=max(kept.lock_days, LEAST_DAYS),
                keep_days=kept.retain_days,
                locked=kept.lock_days > 0 and not self.shop.disposable,
            ),
            opts=self.inside,
        )
        return Vault(
            site=site,
            region=region.name,
            endpoint=ENDPOINT,
            sealed=made.sealed,
            kept=made.kept,
            logs=LOGS,
            access_key=made.access_key,
            secret_key=made.secret_key,
        )

    def _join(self, premises: str, place: spec.Premises) -> None:
        """Tunnels from every serving site over both of the building's lines."""
        if len(place.isps) != len(INTERFACES):
            raise UserError(
                f"sites.{premises}.place.isps: a VPN of Google Cloud takes two lines, {len(place.isps)} are stated",
                Exit.USAGE,
            )
        ranges = inside(vpn_keys(self.shop))
        for name, site in self.serving.items():
            pairs = {line: vpn_pair(name, premises, line) for line in place.isps}
            SiteVpn(
                f"{self._prefix}-{name}-{premises}",
                SiteVpnArgs(
                    region=site.keyed.region,
                    site=premises,
                    network_id=self.network.network_id,
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

    def store(self) -> None:
        """The stores of the serving sites, and the copies of them in the project for backups."""
        shop = self.shop
        if not self.serving:
            return
        stores = self._stores = Stores(
            shop,
            self.serving,
            self.network,
            self._ground.home,
            self._vault(),
            _number(self.settings.get("roleSettings", "1")),
            self.inside,
        )
        if shop.mysql and self.shared.source is None:
            self.shared.source = stores.mysql(shop.mysql, self.secrets["mysqlPassword"])
        elif shop.mysql and self.shared.source:
            stores.follow(shop.mysql, self.shared.source, self.secrets, self.settings)
        if shop.redis:
            stores.redis(shop.redis)
        if shop.media:
            stores.media(self.shared.media)
        stores.secrets([data for data, kept in shop.data.items() if kept.home == "secrets"])
        if shop.mysql:
            stores.changes(shop.mysql)

    def _vault(self) -> Site | None:
        """The site for copies: in another project, so that who takes the shop's does not take them."""
        name = next((name for name, site in self._stated.items() if site.role == "backup"), None)
        if name and self._ground.regions[name].project == self._ground.home.project:
            raise UserError(
                f"sites.{name}.account: holds the shop too; copies on Google Cloud are kept in another project",
                Exit.USAGE,
            )
        return self._all[name] if name else None

    def serve(self) -> None:
        """The tiers; a worldwide door to the sites that serve, and one to each that would take over.

        A standby is behind no door of others: a worldwide load balancer would send it those customers who are nearest.
        """
        if not self.serving:
            return
        for name, site in self.serving.items():
            site.serve(self._stores.told[name], self.network)
        live = [name for name in self.serving if name in self.shop.live_sites]
        if live:
            self._open(live[0] if len(live) == 1 else "gcp", live, live=True)
        for name in self.serving:
            if name not in live:
                self._open(name, [name], live=False)

    def _open(self, door: str, sites: list[str], *, live: bool) -> None:
        web = self.shop.web
        made = self._balancers[door] = LoadBalancer(
            f"{self._prefix}-{door}-balancer",
            LoadBalancerArgs(
                project=self._ground.home,
                backends={
                    name: Backend(group=(tier := self.serving[name].tiers["web"]).group, serverless=tier.serverless)
                    for name in sites
                },
                certificate_map=self._certificate.map_id,
                security_policy=self._armor.policy_id,
                port=web.port,
                health_path=web.health_path,
            ),
            opts=self.inside,
        )
        self.shared.doors[door] = Door(sites=tuple(sites), addresses=(made.addresses["A"],), live=live)

    def lead(self) -> None:
        """Records that lead to a door that is open: the live ones, else one that opens when they cannot serve."""
        shop, zone = self.shop, self.shared.zones["gcp"]
        project = self._ground.project(shop.zones_at["gcp"])
        common: dict[str, Any] = {"project": project, "zone_name": zone.id, "domain": shop.domain}
        GeoDns(
            f"{self._prefix}-names",
            GeoDnsArgs(**common, **self._answers(), path=shop.web.health_path, issuers=self.issuers),
            opts=self.inside,
        )
        for cloud, other in self.shared.zones.items():
            if cloud != "gcp":
                NameServers(
                    f"{self._prefix}-gcp-servers",
                    NameServersArgs(**common, own=zone.name_servers, others=other.name_servers),
                    opts=self.inside,
                )
        for cloud, proof in self.shared.proofs.items():
            if cloud != "gcp":
                ProofRecord(
                    f"{self._prefix}-gcp-{cloud}-proof",
                    ProofRecordArgs(
                        project=project,
                        zone_name=zone.id,
                        name=proof["name"],
                        kind=proof["kind"],
                        value=proof["value"],
                    ),
                    opts=self.inside,
                )

    def _answers(self) -> dict[str, Any]:
        """The doors as places that Cloud DNS chooses among, as any other DNS of the shop does."""
        doors = self.shared.doors
        live = [name for name, door in doors.items() if door.live]
        waiting = [name for name, door in doors.items() if not door.live]
        if not waiting:
            return {
                "primary": live[0],
                "routing": Routing.WEIGHTED,
                "endpoints": {name: self._endpoint(name, [name]) for name in live},
            }
        first, *_ = live or waiting
        return {
            "primary": first,
            "routing": Routing.FAILOVER,
            "endpoints": {
                first: self._endpoint(first, live or [first]),
                **{name: self._endpoint(name, [name]) for name in waiting if name != first},
            },
        }

    def _endpoint(self, name: str, doors: list[str]) -> Endpoint:
        address, *further = (address for door in doors for address in self.shared.doors[door].addresses)
        site = self.shop.sites[self.shared.doors[name].sites[0]]
        place = site.place if isinstance(site, spec.KubernetesSite) else site
        region = nearest(place.kind, getattr(place, "region", "")) or ELSEWHERE
        return Endpoint(address=address, further=tuple(further), location=region)

    def recover(self) -> None:
        """Workflows in the regions that survive, started by alerts; restores that are tested; people who are told."""
        if not self.serving:
            return
        stores, shop = self._stores, self.shop
        recovery = Recovery(shop, self.serving, self._ground.home, self.inside)
        database = stores.database if isinstance(stores.database, MySql) else None
        doors = self.shared.doors
        balancer = next((made for door, made in self._balancers.items() if shop.primary in doors[door].sites), None)
        recovery.failovers(balancer, database, stores.cache)
        if shop.mysql and database:
            recovery.restore_test(shop.mysql, database, stores.guarded)
        if email := self.settings.get("alertEmail"):
            recovery.alerts(email, stores.instances, stores.guarded if database else None)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise UserError(f"roleSettings: {text!r} is no number from 1; raise it by one after each failover", Exit.USAGE)
    return int(text)
