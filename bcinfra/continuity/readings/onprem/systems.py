"""What runs on premises and what is kept there: systems over their hosts, and the data sets that they hold.

A system is needed as a store is. It goes on while enough of its hosts do, and where it is ``automatic`` it moves to
another one, or to its standby, by itself; else a person moves it, in the time that is stated. Where none is stated
nobody knows how long it takes, and nothing is promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bcinfra.continuity.model import statements
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import ON_PREMISES, Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Plan, PlanStep, Protection, RecoveryPoint, Store, StoreKind, System
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated, unknown
from bcinfra.continuity.readings.base import reasons, sites
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.traits import Backup, Without, harmless, having
from bcinfra.continuity.readings.base.view import View, as_number, as_row, strings
from bcinfra.graph.core.model import Resource

_MOVES: Final = assumed(
    "moved to another host",
    Unit.SECONDS,
    Range(120, 600),
    "a host is missed after a minute or two, then what ran there is started on another (judgement)",
)
_MISSED: Final = assumed(
    "the standby misses the site",
    Unit.SECONDS,
    Range(60, 300),
    "some checks in a row fail, seen from there (judgement)",
)
_WITH_SYSTEM: Final = assumed("found again", Unit.SECONDS, Range.exactly(0), "data is there when its system is")
_NO_DATA: Final = assumed("lag", Unit.SECONDS, Range.exactly(0), "what it keeps is judged with its data sets")


@dataclass(frozen=True, slots=True)
class _Stand:
    """What a system and the data that it keeps have in common."""

    site: str
    name: str
    home: Domain
    hosts: tuple[Domain, ...] | None
    enough: int
    recovery: Figure
    automatic: bool
    standby: str | None
    plan: str | None
    """URN of what moves it to its standby by itself."""

    @property
    def held(self) -> int | None:
        """Hosts whose loss together is that of the system."""
        return len(self.hosts) - self.enough + 1 if self.hosts else None


def system(view: View, resource: Resource) -> Iterator[Found]:
    """A system, and the data sets that it keeps."""
    at = _stand(view, resource)
    yield from _system(view, resource, at)
    kept = [row for row in sites.rows(view, sites.DATA, at.site) if view.text(row, "system") == at.name]
    for row in kept:
        yield _data(view, row, at)
    if kept and at.hosts and len(at.hosts) > at.enough:
        yield Assumption(Assumes.ON_EVERY_HOST, statements.Subject(statements.Noun.RESOURCE, at.name, resource.urn))
    copied = (place for row in kept for place in as_row(view.value(row, "copies")))
    for place in dict.fromkeys((*copied, *((at.standby,) if at.standby else ()))):
        if not sites.named(view, place).known:
            yield Assumption(Assumes.SHARES_NOTHING, statements.site(place), statements.site(at.site))
    if at.plan and at.standby:
        yield _failover(view, at, [resource, *kept])


def _stand(view: View, resource: Resource) -> _Stand:
    site, name = sites.site_of(view, resource), view.text(resource, "system") or resource.name
    hosts = tuple(sites.host(view, site, one) for one in sites.names(view, resource, "hosts"))
    standby, automatic = view.text(resource, "standby"), view.flag(resource, "automatic")
    recovery = view.setting(resource, "recovery", f"{name} is brought back")
    return _Stand(
        site=site,
        name=name,
        home=sites.building(view, site),
        hosts=hosts or None,
        enough=max(1, min(view.count(resource, "enough") or 1, len(hosts) or 1)),
        recovery=recovery or unknown("recovery", Unit.SECONDS, f"nobody knows how long bringing back {name} takes"),
        automatic=automatic,
        standby=standby,
        plan=part_urn(resource, "failover") if standby and automatic else None,
    )


def _system(view: View, resource: Resource, at: _Stand) -> Iterator[Found]:
    own = Domain(DomainKind.SYSTEM, f"{ON_PREMISES}{at.site}/{at.name}")
    racks = tuple(dict.fromkeys(outer for host in at.hosts or () for outer in host.within))
    some = Domain(DomainKind.RACK, f"{ON_PREMISES}{at.site}/any for {at.name}", (at.home,), racks, basic=False)
    writer = Member(
        urn=resource.urn,
        label=f"{at.name} in {at.site}",
        homes=(at.home, own),
        needs_to_recover=(some,),
        zones=at.hosts,
        synchronous=at.held,
        writer=True,
        local_failover=_MOVES if at.automatic else None,
        restart=at.recovery,
    )
    yield Store(
        name=f"{at.name} in {at.site}",
        kind=StoreKind.SYSTEM,
        members=(writer, *_standby(view, resource, at, at.name, _NO_DATA)),
        durable=False,
        system=System(
            site=at.site,
            name=at.name,
            needs=sites.names(view, resource, "needs"),
            internet=view.flag(resource, "internet"),
        ),
        criticality=view.text(resource, "criticality"),
    )


def _standby(view: View, resource: Resource, at: _Stand, what: str, lag: Figure) -> Iterator[Member]:
    if at.standby:
        yield Member(
            urn=part_urn(resource, "standby"),
            label=f"{what} in {at.standby}",
            homes=sites.named(view, at.standby).homes,
            zones=None,
            regional=True,  # nothing tells how it stands there
            writer=False,
            source=resource.urn,
            lag=lag,
            promotes=at.recovery,
            promoted_by=at.plan,
        )


def _failover(view: View, at: _Stand, rows: list[Resource]) -> Plan:
    """What moves a system to its standby by itself."""
    homes = sites.named(view, at.standby or "").homes
    return Plan(
        urn=at.plan or "",
        label=f"failover of {at.name} in {at.standby}",
        homes=homes,
        towards=None,
        steps=tuple(PlanStep(act="promote", target=part_urn(row, "standby"), takes=at.recovery) for row in rows),
        triggered=True,
        detects=_MISSED,
        watched_from=homes,
    )


# -- data -------------------------------------------------------------------------------------------------------------


def data(view: View, resource: Resource) -> Iterator[Found]:
    """A data set whose system the graph does not tell: it is somewhere in its building. Others are read with it."""
    site, name = sites.site_of(view, resource), view.text(resource, "system")
    if name is None or sites.row_of(view, sites.SYSTEM, site, "system", name) is None:
        never = unknown("recovery", Unit.SECONDS, "nothing tells which system keeps it")
        yield _data(
            view, resource, _Stand(site, name or "", sites.building(view, site), None, 1, never, False, None, None)
        )


def _data(view: View, resource: Resource, at: _Stand) -> Store:
    name, criticality = view.text(resource, "data") or resource.name, view.text(resource, "criticality")
    copies = {
        place: seconds for place, value in as_row(view.value(resource, "copies")).items() if (seconds := _age(value))
    }
    near = at.standby if at.standby in copies else None
    lag = copies[near] if near else unknown("lag", Unit.SECONDS, f"nothing says how far {name} lags in {at.standby}")
    spread = at.hosts is not None and len(at.hosts) > at.enough
    writer = Member(
        urn=resource.urn,
        label=f"{name} in {at.site}",
        homes=(at.home,),
        zones=at.hosts,
        synchronous=at.held,
        writer=True,
        local_failover=_WITH_SYSTEM if spread else None,
    )
    return Store(
        name=f"{name} in {at.site}",
        kind=StoreKind.OTHER,
        members=(writer, *_standby(view, resource, at, name, lag)),
        copies=tuple(_copy(view, resource, name, place, age) for place, age in copies.items() if place != near),
        holds=(name,),
        durable=criticality != "minor",
        system=System(site=at.site, name=at.name),
        criticality=criticality,
    )


def _age(value: object) -> Figure | None:
    seconds = as_number(value)  # pyright: ignore[reportArgumentType]
    return None if seconds is None else stated("age of the copy", Unit.SECONDS, max(seconds, 0.0), "copies")


def _copy(view: View, resource: Resource, name: str, place: str, age: Figure) -> RecoveryPoint:
    """A copy elsewhere, guarded as its people say. A place that nothing knows is taken to be in the same part of the
    world."""
    at, told = sites.named(view, place), ""
    homes = at.homes
    if not at.known:
        here = sites.building(view, sites.site_of(view, resource)).chain()
        near = tuple(domain for domain in here if domain.kind is DomainKind.GEOGRAPHY)
        homes, told = (Domain(DomainKind.REGION, place, near),), ", a place that is not known"
    days = as_number(as_row(view.value(resource, "keptDays")).get(place))
    protections = {Protection.VERSIONED} if days else set[Protection]()
    if place in strings(view.value(resource, "isolated")):
        protections |= {Protection.OTHER_ACCOUNT, Protection.LOCKED}
    restored = view.setting(resource, "restore", f"{name} is restored")
    return RecoveryPoint(
        urn=part_urn(resource, place),
        label=f"copy of {name} in {place}{told}",
        mechanism="copy elsewhere",
        homes=homes,
        age=age,
        retention=None if days is None else span(days=days),
        protections=frozenset(protections),
        restore=restored or unknown("restore", Unit.SECONDS, f"nobody has rehearsed restoring {name}"),
        tested_by=restored and "its people",
        size_gb=view.number(resource, "sizeGib"),
    )


_STATED: Final = having(
    reasons.BACK_OFFICE,
    identities=Without("the customer's statement names it"),
    backup=Backup("what the customer states"),
    replacement=harmless("it describes what stands on premises, and runs nothing there"),
)
READINGS: Final = {
    sites.SITE: setting("site on premises", "where what stands there is", reasons.BACK_OFFICE),
    sites.FEED: setting("power feed", "what a rack goes on with, and for how long", reasons.BACK_OFFICE),
    sites.RACK: setting("rack", "what fails together with a host", reasons.BACK_OFFICE),
    sites.SYSTEM: part("system on premises", system, _STATED),
    sites.DATA: part("data set on premises", data, _STATED),
}
