"""Dated outages as scenarios of a stack: what would have happened here if it had hit this stack.

An incident hit somebody else's places; it is played on those of the stack that correspond: a zone for a zone, the
active region for a region, with the duration that it had. An incident whose kind of failure domain the stack does not
declare cannot be shown, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import Incident
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.model.ranges import Unit, stated
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.recovery.design import Design, release
from bcinfra.continuity.recovery.scenarios import Kind, Scenario, scenarios
from bcinfra.places.place import Place
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.seconds import HOUR


class Missing(StrEnum):
    """What a stack must declare for an incident to be played on it."""

    ZONE = "zone"
    CONTROL_PLANE = "control plane"
    REGIONAL_CONTROL_PLANE = "regional control plane"
    REGION = "region"
    GEOGRAPHY = "geography"
    RELEASE = "release"
    DATABASE_SERVER = "database server"
    STORE = "store"
    ACCOUNT = "account"
    PREY = "prey"
    """Anything that can be encrypted."""
    CERTIFICATE = "certificate"
    NAME = "name"
    DNS_PROVIDER = "DNS provider"
    CDN = "CDN"
    LINE_OR_DNS_PROVIDER = "line or DNS provider"
    LINE = "line"
    COUNTERPART = "counterpart"
    """Of a kind of incident that no stack has."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """An incident and what it is on this stack."""

    incident: Incident
    scenario: Scenario | None
    missing: Missing | None = None
    """Why it cannot be shown."""


class Precedents:
    """Incidents on one design."""

    def __init__(self, design: Design, rates: Rates) -> None:
        self._design = design
        self._scenarios = scenarios(design, rates)
        self._site = design.model.active_site or next(iter(sorted(design.serving)), "")
        served = design.places.get(self._site)
        self._at = Place.parse(self._site)
        self._home = {served.name} if served else set[str]()

    def of(self, incident: Incident) -> Precedent:
        """What ``incident`` is on this stack."""
        found = self._bases(incident)
        if isinstance(found, Missing):
            return Precedent(incident, None, found)
        first = found[0]
        failed = tuple(dict.fromkeys(d for base in found for d in base.failed))
        lasts = first.lasts
        if lasts is not None and incident.duration_hours is not None:
            seconds = incident.duration_hours * HOUR
            lasts = stated(f"{incident.id}: duration", Unit.SECONDS, seconds, f"incident {incident.id}")
        scenario = replace(
            first,
            id=f"precedent:{incident.id}",
            subject=Subject(Noun.INCIDENT, incident.id),
            failed=failed,
            lasts=lasts,
            played=tuple(found),
        )
        return Precedent(incident, scenario)

    def _bases(self, incident: Incident) -> Sequence[Scenario] | Missing:
        """The scenarios that together are the incident, or why there are none."""
        hit = set(incident.failure_domains)
        match incident.domain:
            case "az":
                kinds = (DomainKind.ROOM, DomainKind.ZONE, DomainKind.RACK)
                zones = self._here(DomainKind.POWER)[:1] if "site" in hit else ()
                zones = zones or next((found[:1] for kind in kinds if (found := self._here(kind))), ())
                frozen = self._here(DomainKind.CONTROL_PLANE) if "provider_control_plane" in hit else ()
                return (*zones, *frozen) if zones else Missing.ZONE
            case "region" if incident.kind == "region_control_plane" and incident.still_worked.data_plane != "down":
                worldwide = GLOBAL_HOME in incident.regions
                planes = (
                    *self._here(DomainKind.CONTROL_PLANE),
                    *(self._ours(DomainKind.GLOBAL_CONTROL_PLANE) if worldwide else ()),
                )
                return planes or Missing.REGIONAL_CONTROL_PLANE
            case "region":
                return self._here(DomainKind.REGION) or Missing.REGION
            case "multi_region":
                return self._around(DomainKind.GEOGRAPHY) or Missing.GEOGRAPHY
            case "provider_control_plane":
                planes = (*self._ours(DomainKind.CONTROL_PLANE), *self._ours(DomainKind.GLOBAL_CONTROL_PLANE))
                return planes or Missing.CONTROL_PLANE
            case "component" if "software_update" in hit:
                return self._releases() or Missing.RELEASE
            case "component":
                return self._database(Kind.HOST) or Missing.DATABASE_SERVER
            case "operator":
                return self._database(Kind.DELETION) or Missing.STORE
            case "account":
                return self._account() or Missing.ACCOUNT
            case "ransomware":
                return self._kind(Kind.RANSOMWARE) or Missing.PREY
            case "certificate":
                return self._here(DomainKind.CERTIFICATE)[:1] or Missing.CERTIFICATE
            case "software_update":
                return self._releases() or Missing.RELEASE
            case "ddos" if incident.kind != "dns_provider":
                return self._in_front() or self._kind(Kind.FLOOD) or Missing.NAME
            case "ddos":
                found = self._asked()
                own = tuple(s for s in found if s.failed[0].name.startswith(f"{incident.provider}/"))
                return (own or found)[:1] or Missing.DNS_PROVIDER
            case "dns_cdn":
                return self._run_by(incident.provider) or self._in_front() or Missing.CDN
            case "network_isp" if "dns_cdn" in hit and not self._lines():
                return self._asked()[:1] or Missing.LINE_OR_DNS_PROVIDER
            case "network_isp":
                # A carrier with all its lines, and calls to the shop where it has no lines; a line where the carriers
                # are not told.
                lines = self._lines() or self._of(DomainKind.ISP)
                carriers = tuple(s for s in lines if not ((at := s.failed[0].place) and at.on_premises))
                return (carriers or lines)[:1] or Missing.LINE
            case _:
                return Missing.COUNTERPART

    # Scenarios of the stack that correspond

    def _kind(self, kind: Kind) -> tuple[Scenario, ...]:
        return tuple(s for s in self._scenarios if s.kind is kind)

    def _of(self, kind: DomainKind, fits: Callable[[Domain], bool] = lambda _: True) -> tuple[Scenario, ...]:
        """Failures of domains of a kind."""
        found = self._kind(Kind.DOMAIN)
        return tuple(s for s in found if s.failed[0].kind is kind and fits(s.failed[0]))

    def _here(self, kind: DomainKind) -> tuple[Scenario, ...]:
        """Of domains of the place that serves."""

        def here(domain: Domain) -> bool:
            inside = not self._home.isdisjoint(o.name for o in domain.chain())
            return inside or (domain.at is not None and domain.at == self._at)

        return self._of(kind, here)

    def _ours(self, kind: DomainKind) -> tuple[Scenario, ...]:
        """Of domains of the provider of the place that serves."""
        at = self._at
        return self._of(kind, lambda d: at is not None and d.place is not None and d.place.cloud == at.cloud)

    def _around(self, kind: DomainKind) -> tuple[Scenario, ...]:
        """Of domains that the place that serves lies in."""
        served = self._design.places.get(self._site)
        outer = {o.name for o in served.chain()} if served else set[str]()
        return self._of(kind, lambda d: d.name in outer)

    def _asked(self) -> tuple[Scenario, ...]:
        """Of who answers for the names that customers ask for."""
        homes = (home for entry in self._design.model.entries if entry.public for home in entry.homes)
        asked = {d.name for home in homes for d in home.walk()}
        return self._of(DomainKind.DNS_PROVIDER, lambda d: d.name in asked)

    def _run_by(self, vendor: str) -> tuple[Scenario, ...]:
        """Of what the vendor itself does for the shop: its delivery, or a page with the ways to a person."""
        every = (*self._of(DomainKind.CDN), *self._of(DomainKind.SUPPLIER))
        return tuple(s for s in every if s.failed[0].name.partition("/")[0] == vendor)

    def _in_front(self) -> tuple[Scenario, ...]:
        """Of the delivery that customers come by while all is well: that of one vendor, as another's outage was."""
        paths = (path for entry in self._design.model.leading for path in self._design.paths(entry) if path.serving)
        homes = (home for path in paths for balancer in path.balancers for home in balancer.homes)
        names = (d.name for home in homes for d in home.chain() if d.kind is DomainKind.CDN)
        first = next(names, None)
        return self._of(DomainKind.CDN, lambda d: d.name == first)

    def _lines(self) -> tuple[Scenario, ...]:
        """Of carriers and lines that more than calls to the shop go by."""
        channels = (store for store in self._design.model.stores if store.kind is StoreKind.CHANNELS)
        calls = {home.name for store in channels for member in store.members for home in member.homes}
        return self._of(DomainKind.ISP, lambda d: d.name not in calls)

    def _account(self) -> tuple[Scenario, ...]:
        """Of the account that the servers of the active site are in."""
        pools = (p for p in self._design.model.pools if p.site == self._site)
        homes = {d.name for pool in pools for home in pool.homes for d in home.chain() if d.kind is DomainKind.ACCOUNT}
        return self._of(DomainKind.ACCOUNT, lambda d: d.name in homes)

    def _releases(self) -> tuple[Scenario, ...]:
        """Of the software versions that serve clients."""
        paths = (path for entry in self._design.model.entries for path in self._design.paths(entry))
        serving = {release(pool).name for path in paths if path.serving for group in path.groups for pool in group}
        return self._of(DomainKind.RELEASE, lambda d: d.name in serving)

    def _database(self, kind: Kind) -> tuple[Scenario, ...]:
        """Of the database that takes writes; of the first store where there is none."""
        stores = sorted(
            (s for s in self._design.model.stores if s.members),
            key=lambda s: (s.kind is not StoreKind.RELATIONAL, not s.durable, s.name),
        )
        for store in stores:
            writers = {m.urn for m in store.members if m.writer}
            for found in self._kind(kind):
                if store.name in found.spoiled or writers.intersection(found.hosts):
                    return (found,)
        return ()
