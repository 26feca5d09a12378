"""The shop's names at Cloud DNS, and the ways in that they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_gcp.dns import ManagedZone, RecordSet

from bcinfra import spec
from bcinfra.assembly import mail
from bcinfra.assembly.brought import known
from bcinfra.assembly.contract import CHECKED_TTL, DnsZone, DomainNames, EntryPoint, VendorDeployment
from bcinfra.assembly.edge import pages
from bcinfra.assembly.gcp.site import Tier
from bcinfra.assembly.workload import slug
from bcinfra.component import Str
from bcinfra.gcp import (
    Backend,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    LoadBalancer,
    LoadBalancerArgs,
    NameServers,
    NameServersArgs,
    Project,
    ProofRecord,
    ProofRecordArgs,
    PublicZone,
    PublicZoneArgs,
    Routing,
)
from bcinfra.places.regions import nearest
from bcinfra.places.table import HUBS

ELSEWHERE: Final = "europe-west1"
"""Where a place is taken to be that is in no cloud. It matters only where two of them wait at once."""
EVERYWHERE: Final = HUBS["gcp"]["North America"]
"""Where what stands everywhere is taken to be, by preference: places of Cloud DNS have to differ."""


def declare_zone(deployment: VendorDeployment, project: Project | None, further: str | None = None) -> DnsZone | None:
    """The managed zone at Cloud DNS of the shop's domain or a ``further`` one, where it answers for it. One that
    another DNS provider hosts too is not signed."""
    shop = deployment.shop
    if project is None:
        return None
    name = f"{shop.prefix}-dns-{slug(further)}" if further else f"{shop.prefix}-dns"
    if brought := shop.domains[further].zone if further else shop.zones.get("gcp"):
        found = ManagedZone.get(
            f"{name}-zone",
            f"projects/{project.project}/managedZones/{brought}",
            name=brought,
            dns_name=f"{further or shop.domain}.",
            opts=project.child(deployment.parent),
        )
        return DnsZone(cloud="gcp", id=known(found, brought), name_servers=found.name_servers)
    made = PublicZone(
        name,
        PublicZoneArgs(project=project, domain=further or shop.domain, signed=len(shop.zones_at) == 1),
        opts=deployment.inside,
    )
    return DnsZone(cloud="gcp", id=made.zone_name, name_servers=made.name_servers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """An entry point, and the worldwide load balancer it is."""

    point: EntryPoint
    balancer: LoadBalancer


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancers:
    """Declares worldwide load balancers: one to the sites that serve, and one to each that would take over.

    A standby is behind no other site's: a worldwide load balancer would send it those customers who are nearest.
    """

    deployment: VendorDeployment
    project: Project
    fronts: Mapping[str, Tier]
    """What customers reach, by site."""
    certificate_map: Str
    security_policy: Str

    def declare(self) -> dict[str, WayIn]:
        """The ways in, by a name for each: the site's, or the vendor's where one leads to several."""
        live = [name for name in self.fronts if name in self.deployment.shop.live_sites]
        groups = {live[0] if len(live) == 1 else "gcp": live} if live else {}
        return {
            **{name: self._open(name, sites, live=True) for name, sites in groups.items()},
            **{name: self._open(name, [name], live=False) for name in self.fronts if name not in live},
        }

    def _open(self, name: str, sites: Sequence[str], *, live: bool) -> WayIn:
        shop = self.deployment.shop
        balancer = LoadBalancer(
            f"{shop.prefix}-{name}-balancer",
            LoadBalancerArgs(
                project=self.project,
                backends={
                    site: Backend(group=self.fronts[site].group, serverless=self.fronts[site].serverless)
                    for site in sites
                },
                certificate_map=self.certificate_map,
                security_policy=self.security_policy,
                redirects=shop.redirects,
                cache=shop.edge is None or shop.edge.vendor != "off",
                port=shop.web.port,
                health_path=shop.web.health_path,
                pages=pages(shop),
            ),
            opts=self.deployment.inside,
        )
        return WayIn(
            point=EntryPoint(sites=tuple(sites), addresses=(balancer.addresses["A"],), live=live), balancer=balancer
        )


def publish(
    deployment: VendorDeployment, project: Project, zone: DnsZone, names: DomainNames, further: str | None = None
) -> None:
    """Records that lead to an entry point that is open; what the zone holds of the other clouds."""
    shop, inside = deployment.shop, deployment.inside
    answers = _answers(shop, names.entry_points)
    GeoDns(
        f"{shop.prefix}-names-{slug(further)}" if further else f"{shop.prefix}-names",
        GeoDnsArgs(
            project=project,
            zone_name=zone.id,
            domain=further or shop.domain,
            primary=answers.primary,
            routing=answers.routing,
            endpoints=answers.endpoints,
            path=shop.web.health_path,
            issuers=deployment.issuers if further else names.issuers(deployment.issuers),
        ),
        opts=inside,
    )
    for record in () if further else mail.records(shop):
        RecordSet(
            f"{shop.prefix}-mail-{record.what}",
            project=project.project,
            managed_zone=zone.id,
            name=f"{record.host}.",
            type=record.kind,
            ttl=mail.TTL,
            rrdatas=[f'"{record.value}"' if record.kind == "TXT" else f"{record.value}."],
            opts=project.child(deployment.parent),
        )
    for host, addresses in () if further else names.checked.items():
        RecordSet(
            f"{shop.prefix}-{host.partition('.')[0]}-origin",
            project=project.project,
            managed_zone=zone.id,
            name=f"{host}.",
            type="A",
            ttl=CHECKED_TTL,
            rrdatas=list(addresses),
            opts=project.child(deployment.parent),
        )
    for cloud, other in names.zones.items():
        if cloud != "gcp":
            NameServers(
                f"{shop.prefix}-gcp-servers",
                NameServersArgs(
                    project=project,
                    zone_name=zone.id,
                    domain=shop.domain,
                    own=zone.name_servers,
                    others=other.name_servers,
                ),
                opts=inside,
            )
    for vendor, proof in names.proofs.items():
        if vendor != "gcp":
            ProofRecord(
                f"{shop.prefix}-gcp-{vendor}-proof",
                ProofRecordArgs(
                    project=project,
                    zone_name=zone.id,
                    name=proof["name"],
                    kind=proof["kind"],
                    value=proof["value"],
                ),
                opts=inside,
            )


def origin(shop: spec.Shop) -> str:
    """A name of the primary's own way in, which checks ask: DNS leads the shop's name to the standby within two
    minutes, before an outage has lasted long enough to start a failover, and the standby takes no orders until then."""
    return f"{shop.primary}.{shop.domain}"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What Cloud DNS chooses among."""

    primary: str
    routing: Routing
    endpoints: Mapping[str, Endpoint]


def _answers(shop: spec.Shop, points: Mapping[str, EntryPoint]) -> _Answers:
    """The entry points as places: the live ones, else one that opens when they cannot serve, as any other DNS of the
    shop answers."""
    live = [name for name, point in points.items() if point.live]
    waiting = [name for name, point in points.items() if not point.live]
    if not waiting:
        return _Answers(live[0], Routing.WEIGHTED, {name: _endpoint(shop, points, [name]) for name in live})
    first, *_ = live or waiting
    others = {name: _endpoint(shop, points, [name]) for name in waiting if name != first}
    taken = frozenset(endpoint.location for endpoint in others.values())
    return _Answers(first, Routing.FAILOVER, {first: _endpoint(shop, points, live or [first], taken), **others})


def _endpoint(
    shop: spec.Shop, points: Mapping[str, EntryPoint], names: Sequence[str], taken: frozenset[str] = frozenset()
) -> Endpoint:
    """The entry points ``names`` as one place: that of the first one's preferred site."""
    address, *further = (address for name in names for address in points[name].addresses)
    if points[names[0]].everywhere:
        location = next(region for region in EVERYWHERE if region not in taken)
        return Endpoint(address=address, further=tuple(further), location=location)
    site = shop.sites[points[names[0]].sites[0]]
    place = site.place if isinstance(site, spec.KubernetesSite) else site
    region = nearest(place.kind, getattr(place, "region", "")) or ELSEWHERE
    return Endpoint(address=address, further=tuple(further), location=region)
