"""What may go wrong: every failure domain of a model, the pairs that matter, and what no single resource shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bcinfra.continuity.model import rates as often
from bcinfra.continuity.model.domains import ON_PREMISES, Domain, DomainKind
from bcinfra.continuity.model.objectives import DisruptionKind
from bcinfra.continuity.model.parts import DATALESS, Guard, Part, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, computed, pessimistic
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.model.statements import Noun, Subject, site as named, store as of_store
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.quotas import shortages
from bcinfra.seconds import DAY, HOUR, YEAR

OPERATOR: Final = Domain(DomainKind.OPERATOR, "error")
INSIDER: Final = Domain(DomainKind.OPERATOR, "who may delete in every account")
ATTACKER: Final = Domain(DomainKind.ATTACKER, "with the credentials of production")
DWELL: Final = assumed(
    "dwell time",
    Unit.SECONDS,
    Range(5 * DAY, 21 * DAY),
    "intruders change data unnoticed for days before they show themselves, for weeks at worst (judgement)",
)

FOUND: Final = assumed(
    "bad data is found",
    Unit.SECONDS,
    Range(2 * HOUR, 24 * HOUR),
    "customers or the next day's figures show what a migration or an import has done (judgement)",
)


class Kind(StrEnum):
    """Kinds of scenario."""

    DOMAIN = "failure domain"
    IMPAIRED = "zone impaired, not lost"
    HOST = "server"
    BALANCER = "load balancer"
    PAIR = "two failure domains"
    LOAD = "peak, nothing lost"
    PEAK = "site lost at peak"
    UPGRADE = "planned upgrade"
    MAINTENANCE = "site lost while the other is in maintenance"
    QUOTA = "quota spent, nothing lost"
    QUOTA_AFTER = "site lost, and the quota of the other spent"
    PARTITION = "sites cannot see each other"
    DELETION = "store deleted by an operator"
    BAD_DATA = "bad data, found hours later"
    PURGE = "data and backups deleted by an insider"
    COMPROMISE = "account taken over"
    RANSOMWARE = "ransomware"
    FLOOD = "denial of service"
    FLOOD_AFTER = "denial of service after a failover"


_BY_DOMAIN: Final[Mapping[DomainKind, DisruptionKind]] = {
    DomainKind.HOST: DisruptionKind.SERVER,
    DomainKind.RACK: DisruptionKind.SERVER,
    DomainKind.SYSTEM: DisruptionKind.SERVER,
    DomainKind.ROOM: DisruptionKind.ZONE,
    DomainKind.ZONE: DisruptionKind.ZONE,
    DomainKind.POWER: DisruptionKind.ZONE,
    DomainKind.REGION: DisruptionKind.REGION,
    DomainKind.CONTROL_PLANE: DisruptionKind.REGION,
    DomainKind.ISP: DisruptionKind.REGION,
    DomainKind.CABLE: DisruptionKind.REGION,
    DomainKind.RELEASE: DisruptionKind.CHANGE,
    DomainKind.CERTIFICATE: DisruptionKind.CHANGE,
    DomainKind.KEY: DisruptionKind.PEOPLE,
    DomainKind.OPERATOR: DisruptionKind.PEOPLE,
    DomainKind.ATTACKER: DisruptionKind.ATTACK,
    DomainKind.GEOGRAPHY: DisruptionKind.TOGETHER,
}
"""What no row names is somebody else's: a supplier."""
_BY_KIND: Final[Mapping[Kind, DisruptionKind]] = {
    Kind.IMPAIRED: DisruptionKind.ZONE,
    Kind.HOST: DisruptionKind.SERVER,
    Kind.BALANCER: DisruptionKind.SERVER,
    Kind.PAIR: DisruptionKind.TOGETHER,
    Kind.LOAD: DisruptionKind.CHANGE,
    Kind.PEAK: DisruptionKind.TOGETHER,
    Kind.UPGRADE: DisruptionKind.CHANGE,
    Kind.MAINTENANCE: DisruptionKind.TOGETHER,
    Kind.QUOTA: DisruptionKind.CHANGE,
    Kind.QUOTA_AFTER: DisruptionKind.TOGETHER,
    Kind.PARTITION: DisruptionKind.REGION,
    Kind.DELETION: DisruptionKind.PEOPLE,
    Kind.BAD_DATA: DisruptionKind.CHANGE,
    Kind.PURGE: DisruptionKind.ATTACK,
    Kind.COMPROMISE: DisruptionKind.ATTACK,
    Kind.RANSOMWARE: DisruptionKind.ATTACK,
    Kind.FLOOD: DisruptionKind.ATTACK,
    Kind.FLOOD_AFTER: DisruptionKind.TOGETHER,
}
"""All kinds but :attr:`Kind.DOMAIN`, which is of the kind of its domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that may happen, what it does, and how often it comes."""

    id: str
    """Stable, such as ``zone:aws/eu-west-1/euw1-az1``."""
    kind: Kind
    subject: Subject | None = None
    """The part, site, store or peak that it is about, where that is no domain."""
    rate: Figure
    """Per year."""
    lasts: Figure | None
    """Seconds until it is over for who only waits; ``None`` where waiting does not help."""
    failed: tuple[Domain, ...] = ()
    gray: bool = False
    """Whether what failed answers, but slowly or in part, so that no health check notices (gray failure)."""
    hosts: tuple[str, ...] = ()
    """URNs of parts of which one server fails."""
    broken: tuple[str, ...] = ()
    """URNs of balancers that answer nothing, though what they stand in and lead to is up."""
    upgraded: tuple[str, ...] = ()
    """URNs of members whose engine is upgraded, or of pools that are rolled out."""
    short: tuple[str, ...] = ()
    """URNs of pools that may not grow as far as they must."""
    granted: float | None = None
    """Share of what they must grow to that they are allowed; ``None``: not known."""
    needed: float | None = None
    """What they must grow to, in the unit of their quota."""
    rebuilt: bool = False
    """Whether everything that runs must be built anew, because it cannot be trusted."""
    spoiled: tuple[str, ...] = ()
    """Names of stores whose running copies are deleted or hold bad writes, or URNs of the members alone that are."""
    hostile: tuple[Domain, ...] = ()
    """Whose credentials are used wrongly."""
    beyond: frozenset[str] = frozenset()
    """Names of accounts that those credentials do not reach."""
    dwell: Figure | None = None
    """Seconds that bad writes go unnoticed."""
    load: float = 1.0
    """Load as a multiple of the usual."""
    on: date | None = None
    """Day on which it begins, where that is known."""
    until: date | None = None
    """Its last day."""
    busy: str | None = None
    """Site that is in maintenance."""
    past: tuple[Guard, ...] = ()
    """What must be got past for it to happen, the strongest first."""
    partitioned: bool = False
    flooded: bool = False
    played: tuple[Scenario, ...] = ()
    """What a precedent, the subject, is played as."""
    apart: tuple[Scenario, ...] = ()
    """What happens at once by chance, each by itself: one of them is over before the other."""

    @property
    def disruption(self) -> DisruptionKind:
        if self.kind is Kind.DOMAIN:
            return _BY_DOMAIN.get(self.failed[0].kind, DisruptionKind.SUPPLIER)
        return _BY_KIND[self.kind]


def domain_id(domain: Domain) -> str:
    return f"{domain.kind.value.replace(' ', '-').lower()}:{domain.name}"


def scenarios(design: Design, rates: Rates) -> tuple[Scenario, ...]:
    """All single scenarios of a design; pairs come from its cut sets (:func:`pairs`)."""
    return tuple(
        dict.fromkeys(
            (
                *_domains(design, rates),
                *_balancers(design),
                *_upgrades(design),
                *_sites(design, rates),
                *_quotas(design, rates),
                *_data(design, rates),
                *_rest(design, rates),
            )
        )
    )


def pairs(cuts: set[tuple[Domain, Domain]], rates: Rates) -> tuple[Scenario, ...]:
    """Two domains down at once, by chance: each fails while the other is being repaired."""
    found: list[Scenario] = []
    for one, two in sorted(cuts):
        (rate1, lasts1), (rate2, lasts2) = rates.of(one), rates.of(two)
        if lasts1 is None or lasts2 is None:
            continue  # what does not come back has been replaced before the other fails
        how = "rate 1 x rate 2 x (duration 1 + duration 2) / year"
        rate = computed("both: rate", Unit.PER_YEAR, how, _both, rate1, rate2, lasts1, lasts2)
        found.append(
            Scenario(
                id=f"{domain_id(one)}+{domain_id(two)}",
                kind=Kind.PAIR,
                rate=rate,
                lasts=max((lasts1, lasts2), key=pessimistic),
                failed=(one, two),
                apart=(_domain(one, rates), _domain(two, rates)),
            )
        )
    return tuple(found)


def _domain(domain: Domain, rates: Rates) -> Scenario:
    rate, lasts = rates.of(domain)
    return Scenario(id=domain_id(domain), kind=Kind.DOMAIN, rate=rate, lasts=lasts, failed=(domain,))


def _both(rate1: float, rate2: float, lasts1: float, lasts2: float) -> float:
    return rate1 * rate2 * (lasts1 + lasts2) / YEAR


def _domains(design: Design, rates: Rates) -> Iterator[Scenario]:
    fronted = {zone for part in (*design.model.balancers, *design.model.pools) for zone in part.zones or ()}
    for domain in design.domains:
        if domain.kind in (DomainKind.OPERATOR, DomainKind.ATTACKER):
            continue  # what people do wrong is told by what they do it to
        yield _domain(domain, rates)
        if domain.kind is DomainKind.ZONE and domain in fronted:
            rate, lasts = often.IMPAIRED
            yield Scenario(
                id=f"impaired:{domain.name}",
                kind=Kind.IMPAIRED,
                rate=rate,
                lasts=lasts,
                failed=(domain,),
                gray=True,
            )
    members = (member for member in design.members.values() if not member.serverless)
    parts = [part for part in (*design.model.pools, *members) if not part.regional]
    parts = [part for part in parts if not any(zone.kind is DomainKind.HOST for zone in part.zones or ())]
    names = Counter(part.urn.split("::")[-1] for part in parts)
    for part in parts:
        name = part.urn.split("::")[-1]
        rate, lasts = often.HOST
        yield Scenario(
            id=f"server:{name if names[name] == 1 else part.urn}",
            kind=Kind.HOST,
            subject=part.subject,
            rate=rate,
            lasts=lasts,
            hosts=(part.urn,),
        )


def _balancers(design: Design) -> Iterator[Scenario]:
    """Each load balancer that a cloud runs for a site fails itself. Worldwide ones have a domain of their own, what
    stands on premises is a release on one's own servers, and an address inside of a cluster is every node's."""
    paths = (path for entry in design.model.entries for path in design.paths(entry) if path.serving)
    run = (one for path in paths for one in path.balancers if one.site and not one.site.startswith(ON_PREMISES))
    found = {one.urn: one for one in run if one.public or not one.regional}
    names = Counter(urn.split("::")[-1] for urn in found)
    for urn, balancer in sorted(found.items()):
        name, (rate, lasts) = urn.split("::")[-1], often.BALANCER
        yield Scenario(
            id=f"balancer:{name if names[name] == 1 else urn}",
            kind=Kind.BALANCER,
            subject=balancer.subject,
            rate=rate,
            lasts=lasts,
            broken=(urn,),
        )


def _upgrades(design: Design) -> Iterator[Scenario]:
    """The engine of each store that is written to is upgraded, as the program declares that it is done, and so is what
    runs. Where that takes away no more than a server's loss does it is no scenario of its own."""
    writers = [(one, one.upgrade) for one in design.members.values() if one.writer and one.upgrade]
    pools = [(one, one.rollout) for one in design.model.pools if one.rollout]
    rolled = [(one, how.back) for one, how in pools if how.takes > capacity.on_server(one)]
    names = Counter(one.urn.split("::")[-1] for one, _ in (*writers, *rolled))
    for one, lasts in (*writers, *rolled):
        name = one.urn.split("::")[-1]
        yield Scenario(
            id=f"upgrade:{name if names[name] == 1 else one.urn}",
            kind=Kind.UPGRADE,
            subject=one.subject,
            rate=often.UPGRADE,
            lasts=lasts,
            upgraded=(one.urn,),
        )


def _sites(design: Design, rates: Rates) -> Iterator[Scenario]:
    for name, (first, last, factor) in sorted(design.model.business.peaks.items()):
        days = Range.exactly(design.peak_days(name) * DAY)
        yield Scenario(
            id=f"load:{name}",
            kind=Kind.LOAD,
            subject=Subject(Noun.PEAK, name),
            rate=Figure(f"{name}: rate", Unit.PER_YEAR, Range.exactly(1.0), Stated("business.peaks")),
            lasts=Figure(f"{name}: duration", Unit.SECONDS, days, Stated("business.peaks")),
            load=factor,
            on=date.fromisoformat(first),
            until=date.fromisoformat(last),
        )
    factor = max((factor for _, _, factor in design.model.business.peaks.values()), default=None)
    for site, region in design.places.items():
        if site not in design.serving:
            continue
        rate, lasts = rates.of(region)
        if factor is not None:
            yield Scenario(
                id=f"peak:{site}",
                kind=Kind.PEAK,
                subject=named(site),
                rate=computed(
                    "at peak: rate", Unit.PER_YEAR, "rate x share of the year", _times, rate, _peak_share(design)
                ),
                lasts=lasts,
                failed=(region,),
                load=factor,
            )
        share, _ = often.MAINTENANCE
        for other in design.places:
            if other != site:
                yield Scenario(
                    id=f"maintenance:{site}:{other}",
                    kind=Kind.MAINTENANCE,
                    subject=named(site),
                    rate=computed("in maintenance: rate", Unit.PER_YEAR, "rate x share of time", _times, rate, share),
                    lasts=lasts,
                    failed=(region,),
                    busy=other,
                )
    if len(design.places) > 1:
        rate, lasts = often.PARTITION
        yield Scenario(id="partition", kind=Kind.PARTITION, rate=rate, lasts=lasts, partitioned=True)


def _quotas(design: Design, rates: Rates) -> Iterator[Scenario]:
    """What must grow is refused, by load or where another site is lost. What may be allowed more is not decided."""
    for short in shortages(design):
        granted = short.quota.allows / short.need if short.quota.firm else None
        rate, lasts = often.QUOTA
        place = design.places[short.lost] if short.lost else None
        if place:
            rate, lasts = rates.of(place)
            rate = computed("may not grow: rate", Unit.PER_YEAR, "rate x share of time", _times, rate, often.QUOTA_LOW)
        yield Scenario(
            id=f"quota:{short.name}" + (f":{short.lost}" if short.lost else ""),
            kind=Kind.QUOTA_AFTER if place else Kind.QUOTA,
            subject=short.quota.subject,
            rate=rate,
            lasts=lasts,
            failed=(place,) if place else (),
            short=short.short,
            granted=granted,
            needed=short.need,
        )


def _times(one: float, two: float) -> float:
    return one * two


def _peak_share(design: Design) -> Figure:
    days = sum(design.peak_days(name) for name in design.model.business.peaks)
    value = Range.exactly(min(1.0, days / 365))
    return Figure("share of the year at peak", Unit.SHARE, value, Stated("business.peaks"))


def _got_past(rate: Figure, guards: tuple[Guard, ...]) -> Figure:
    """How often a deletion by mistake gets past the strongest of its guards."""
    if not guards:
        return rate
    return computed("deletion: rate", Unit.PER_YEAR, "rate x share that gets past", _times, rate, often.PAST[guards[0]])


def _deleted_apart(design: Design, store: Store) -> Iterator[tuple[str, Subject]]:
    """What one deletion takes of a store, and what it is called. Of a domain that several DNS providers answer for it
    takes one provider's zone: its servers then refuse to answer, and a resolver asks the next of those that the domain
    is delegated to (RFC 1034, section 5.3.3, https://www.rfc-editor.org/rfc/rfc1034). Not where one of them lacks a
    name that clients know, nor where a program may delete them, which does it to all at once."""
    known = {urn for capability in design.model.capabilities for urn in capability.entries}
    entries = (entry for entry in design.model.entries if entry.urn in known)
    absent = {route.urn for entry in entries for route in entry.routes if route.target is None}
    whole = Guard.PROGRAM not in store.guards or not absent.isdisjoint(member.urn for member in store.members)
    if store.kind is not StoreKind.DNS_ZONE or len(store.members) == 1 or whole:
        yield store.name, of_store(store.name)
        return
    for member in store.members:
        yield member.urn, of_store(f"{store.name} ({member.homes[0].name})")


def _data(design: Design, rates: Rates) -> Iterator[Scenario]:
    durable = tuple(store.name for store in design.model.stores if store.kind is not StoreKind.CHANNELS)
    rate, _ = rates.base("operator-data-destruction")
    for store in design.model.stores:
        if not store.members or store.kind in DATALESS:
            continue  # a system that fails is a domain of its own
        for spoiled, subject in _deleted_apart(design, store):
            yield Scenario(
                id=f"deletion:{subject.name}",
                kind=Kind.DELETION,
                subject=subject,
                rate=_got_past(rate, store.guards),
                lasts=None,
                spoiled=(spoiled,),
                hostile=(OPERATOR,),
                past=store.guards,
            )
        if store.durable and store.kind is StoreKind.RELATIONAL:
            yield Scenario(
                id=f"bad-data:{store.name}",
                kind=Kind.BAD_DATA,
                subject=of_store(store.name),
                rate=often.BAD_DATA,
                lasts=None,
                spoiled=(store.name,),
                dwell=FOUND,
            )
    accounts = tuple(d for d in design.domains if d.kind is DomainKind.ACCOUNT)
    for taken in dict.fromkeys((*((account,) for account in accounts), accounts)):
        if taken:
            yield Scenario(
                # Accepted risks and kept assessments name it so: an id is never renamed.
                id=f"takeover:{'+'.join(account.name for account in taken)}",
                kind=Kind.COMPROMISE,
                rate=often.COMPROMISE if len(taken) == 1 else often.COMPROMISE_OF_ALL,
                lasts=None,
                failed=taken,
                hostile=(ATTACKER,),
            )
    if durable:
        beyond = _beyond(design, everywhere=True)
        yield Scenario(
            id="purge",
            kind=Kind.PURGE,
            rate=often.INSIDER,
            lasts=None,
            spoiled=tuple(name for name in durable if not out_of_reach(beyond, design.stores[name].members)),
            hostile=(INSIDER,),
            beyond=beyond,
        )
    if durable or design.model.pools:
        rate, _ = rates.base("ransomware-company")
        beyond = _beyond(design, everywhere=False)
        yield Scenario(
            id="ransomware",
            kind=Kind.RANSOMWARE,
            rate=rate,
            lasts=None,
            rebuilt=True,
            spoiled=tuple(name for name in durable if not out_of_reach(beyond, design.stores[name].members)),
            hostile=(ATTACKER,),
            beyond=beyond,
            dwell=DWELL,
        )


def _beyond(design: Design, *, everywhere: bool) -> frozenset[str]:
    """The accounts apart that credentials do not reach: those of production none that lets nobody in from elsewhere,
    those of who may delete ``everywhere`` none of a vendor at whom the shop has nothing."""
    model = design.model
    own = {d.name for d in design.domains if d.kind is DomainKind.ACCOUNT} - model.aside
    vendors = {_vendor(name) for name in own} if everywhere else set[str]()
    return frozenset(name for name in model.aside - model.entrusted if _vendor(name) not in vendors)


def _vendor(account: str) -> str:
    return account.partition("/")[0]


def out_of_reach(beyond: frozenset[str], parts: Sequence[Part]) -> bool:
    """Whether all of something is in accounts that lost credentials do not reach."""
    return bool(parts) and all(any(home.name in beyond for home in part.homes) for part in parts)


def _rest(design: Design, rates: Rates) -> Iterator[Scenario]:
    if any(entry.public for entry in design.model.entries):
        rate, lasts = often.FLOOD
        yield Scenario(id="flood", kind=Kind.FLOOD, rate=rate, lasts=lasts, flooded=True)
        for site, place in design.places.items() if len(design.places) > 1 else ():
            alone, back = rates.of(place)
            if site in design.serving and back is not None:
                how = "rate 1 x rate 2 x (duration 1 + duration 2) / year"
                yield Scenario(
                    id=f"flood:{site}",
                    kind=Kind.FLOOD_AFTER,
                    subject=named(site),
                    rate=computed("both: rate", Unit.PER_YEAR, how, _both, alone, rate, back, lasts),
                    lasts=max((back, lasts), key=pessimistic),
                    failed=(place,),
                    flooded=True,
                )
