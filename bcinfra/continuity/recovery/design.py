"""A model indexed for questions: which paths serve a name, in which sites, out of which domains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any, Final, TypeVar

from bcinfra.continuity.model.domains import INSIDE, Domain, DomainKind
from bcinfra.continuity.model.parts import (
    APART,
    Balancer,
    Capability,
    Entry,
    Link,
    Member,
    Model,
    Part,
    Plan,
    Pool,
    Provenance,
    Route,
    Store,
)
from bcinfra.continuity.model.ranges import Figure, NotKnown
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.reasons import Because, Reason

T = TypeVar("T")
P = TypeVar("P", bound=Part)
UNNAMED_RELEASE = Domain(DomainKind.RELEASE, "whose version the graph does not tell")
"""The release of pools whose image is not known: taken as shared, which is the pessimistic reading."""
_SITE_KINDS = (DomainKind.REGION, DomainKind.POWER, DomainKind.ZONE, DomainKind.ISP, DomainKind.PROVIDER)


@dataclass(frozen=True, slots=True)
class ServingPath:
    """All that one route of a name needs inside one site, except the stores that a capability names."""

    entry: Entry
    route: Route
    site: str | None
    """``None``: served from everywhere."""
    serving: bool
    """Whether clients are sent there now."""
    by_name: bool
    """Whether leaving it takes a changed DNS answer; false behind a worldwide balancer, which moves by itself."""
    detects: Figure | None
    """Time until clients are sent elsewhere after it died; ``None``: nothing notices."""
    balancers: tuple[Balancer, ...] = ()
    groups: tuple[tuple[Pool, ...], ...] = ()
    """Interchangeable pools; of every group one is needed."""
    fronts: tuple[tuple[str, Balancer], ...] = ()
    """URN of a pool and the balancer that withdraws its dead replicas."""
    stores: tuple[str, ...] = ()
    """Stores that answer requests themselves, such as a bucket behind a CDN."""
    unknown: tuple[Reason, ...] = ()
    """Why it cannot be said what the path needs."""
    calls: tuple[str, ...] = ()
    """Stores that its pools call."""
    reads: Figure | None = None
    """Time until what is only read is answered elsewhere after it died, where that is another."""

    @property
    def behind(self) -> tuple[object, ...]:
        """Paths of which this is equal need the same balancers, pools and stores."""
        return (self.route.target, self.site, *self.unknown)

    @property
    def parts(self) -> Iterator[str]:
        """URNs of its balancers and pools."""
        yield from (part.urn for group in (self.balancers, *self.groups) for part in group)

    def by_name_to(self, other: ServingPath) -> bool:
        """Whether moving clients to another path takes a changed DNS answer: not between places of one balancer."""
        return self.by_name or other.route.target != self.route.target

    def detects_for(self, other: ServingPath) -> Figure | None:
        """Time until clients are sent to another path after this one died; ``None``: nothing sends them."""
        return self.route.detects if self.by_name_to(other) else self.detects

    def front(self, pool: Pool) -> Balancer | None:
        return next((balancer for urn, balancer in self.fronts if urn == pool.urn), None)

    def notices(self, group: Sequence[Pool]) -> bool:
        """Whether requests leave replicas of interchangeable pools that are dead."""
        front = self.front(group[0])
        return front.detects is not None if front else all(pool.watched for pool in group)


@dataclass
class _Found:
    balancers: dict[str, Balancer] = field(default_factory=dict[str, Balancer])
    groups: list[tuple[Pool, ...]] = field(default_factory=list[tuple[Pool, ...]])
    fronts: list[tuple[str, Balancer]] = field(default_factory=list[tuple[str, Balancer]])
    stores: list[str] = field(default_factory=list[str])
    unknown: list[Reason] = field(default_factory=list[Reason])
    calls: dict[str, None] = field(default_factory=dict[str, None])
    seen: set[str] = field(default_factory=set[str])


NEW: Final = object()


class Memo:
    """What is found on the first occasion, and is the same on all later ones."""

    def __init__(self) -> None:
        self.known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        found = self.known.get(key, NEW)
        if found is NEW:
            found = self.known[key] = find()
        return found


class Damage(Memo):
    """What some domains take down when they fail, and how what they touch then fares."""

    def __init__(self, down: frozenset[Domain], touched: frozenset[str]) -> None:
        super().__init__()
        self.down = down
        """Every domain that is down."""
        self.touched = touched
        """URNs of the parts, and names of the stores, that may not fare as if nothing had happened."""


class Design(Memo):
    """The indexes of one model."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model = _labelled(model)
        self.stores: dict[str, Store] = {store.name: store for store in model.stores}
        self.members: dict[str, Member] = {m.urn: m for store in model.stores for m in store.members}
        self.store_of: dict[str, str] = {m.urn: store.name for store in model.stores for m in store.members}
        self.parts: dict[str, Part] = {part.urn: part for part in self._parts()}
        self._paths: dict[str, tuple[ServingPath, ...]] = {}
        self._answers: dict[str, tuple[tuple[ServingPath, ...], ...]] = {}

    def _parts(self) -> Iterator[Part]:
        model = self.model
        yield from (*model.entries, *model.balancers, *model.pools, *model.plans, *self.members.values())
        for store in model.stores:
            yield from store.copies

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """Every failure domain of the model, outer ones included, in a fixed order."""
        found = {(d.kind, d.name): d for d in sorted(d for d in self._every if d.basic)}
        return tuple(found.values())

    @cached_property
    def _suppliers(self) -> frozenset[str]:
        """What capabilities state that somebody else runs: they need it, and where it stands is not ours to know."""
        return frozenset(name for capability in self.model.capabilities for name in capability.suppliers)

    @cached_property
    def _named(self) -> frozenset[Domain]:
        """What parts and capabilities name as a domain."""
        parts = (d for part in self.parts.values() for d in self.domains_of(part))
        stated = {domain.name: domain for domain in self.model.suppliers}
        return frozenset((*parts, *(stated.get(name) or supplier(name) for name in self._suppliers)))

    @cached_property
    def _every(self) -> frozenset[Domain]:
        return frozenset(other for d in self._named for other in d.walk())

    @cached_property
    def _inside(self) -> dict[tuple[DomainKind, str], frozenset[Domain]]:
        found: dict[tuple[DomainKind, str], set[Domain]] = {}
        for domain in self._every:
            for outer in domain.chain():
                found.setdefault((outer.kind, outer.name), set()).add(domain)
        return {key: frozenset(domains) for key, domains in found.items()}

    @cached_property
    def _spared(self) -> frozenset[Domain]:
        return frozenset(d for d in self._every if d.spares)

    def taken_by(self, failed: Iterable[Domain]) -> frozenset[Domain]:
        """Every domain of the model that is down when all of ``failed`` are."""
        down = frozenset[Domain]().union(*(self._inside.get((d.kind, d.name), ()) for d in failed))
        while more := {d for d in self._spared - down if len(set(d.spares) - down) < d.enough}:
            down = down.union(*(self._inside[d.kind, d.name] for d in more))
        return down

    def domains_of(self, part: Part) -> Iterator[Domain]:
        yield from (*part.homes, *part.needs_to_run, *part.needs_to_recover)
        if isinstance(part, Pool | Balancer | Member):
            yield from _hidden(part) if part.zones is None else part.zones
            yield from (d for link in _links(part) for d in (*link.needs, *link.lines))
        if isinstance(part, Pool):
            yield release(part)
            yield from part.released_from
            yield from (zone for way in part.egress for zone in way.zones)
        if isinstance(part, Plan):
            yield from part.watched_from
        if isinstance(part, Balancer | Member):
            yield from part.perhaps

    @cached_property
    def _standing(self) -> tuple[Mapping[Domain, Sequence[str]], Mapping[Domain, Sequence[str]]]:
        """Parts and stores that need a domain, and those that may stand in a zone of it."""
        on: dict[Domain, list[str]] = {}
        somewhere: dict[Domain, list[str]] = {}
        kept = ((store.name, part) for store in self.model.stores for part in (*store.members, *store.copies))
        for name, part in (*((part.urn, part) for part in self._parts()), *kept):
            for domain in dict.fromkeys(self.domains_of(part)):
                on.setdefault(domain, []).append(name)
            if isinstance(part, Pool | Balancer | Member) and part.zones is None and not part.regional:
                for home in part.homes:
                    somewhere.setdefault(home, []).append(name)
        return on, somewhere

    def damage(self, failed: tuple[Domain, ...]) -> Damage:
        """What the failure of domains does, whatever else happens."""
        return self.once(("damage", failed), lambda: self._damage(failed))

    def _damage(self, failed: tuple[Domain, ...]) -> Damage:
        down = self.taken_by(failed)
        on, somewhere = self._standing
        inside = (outer for d in down if d.kind in INSIDE for outer in d.chain())
        touched = frozenset[str]().union(*(on.get(d, ()) for d in down), *(somewhere.get(d, ()) for d in inside))
        return Damage(down, touched)

    def damages(self, failed: tuple[Domain, ...]) -> tuple[Damage, ...]:
        """The same for each domain apart, where together they take down no more, and nothing by its spares."""
        each = tuple(self.damage((domain,)) for domain in failed)
        down = self.damage(failed).down
        apart = down == frozenset[Domain]().union(*(one.down for one in each)) and not any(d.spares for d in down)
        return each if apart else (self.damage(failed),)

    @cached_property
    def serving(self) -> frozenset[str]:
        """Sites that clients are sent to now."""
        return frozenset(path.site for path in self._leading() if path.serving and path.site)

    @cached_property
    def places(self) -> dict[str, Domain]:
        """Site that serves, or stands by to, → the domain that is lost when the site is."""
        sites = sorted({path.site for path in self._leading() if path.site})
        found: dict[str, Domain] = {}
        for site in sites:
            homes = [d for part in self.parts.values() if part.site == site for h in part.homes for d in h.chain()]
            named = [d for d in homes if d.name == site] or homes
            if named:
                found[site] = min(named, key=lambda d: (_rank(d), d))
        return found

    def _leading(self) -> Iterator[ServingPath]:
        """The paths of names that lead to the shop. A page apart that one falls back to is no shop."""
        for path in (path for entry in self.model.leading for path in self.paths(entry)):
            target = self.parts.get(path.route.target or "")
            if not target or not any(home.name in self.model.aside for home in target.homes):
                yield path

    def paths(self, entry: Entry) -> tuple[ServingPath, ...]:
        """The serving paths of a name, serving ones first, then by site."""
        if entry.urn not in self._paths:
            found = [path for route in entry.routes for path in self._follow(entry, route)]
            self._paths[entry.urn] = tuple(sorted(found, key=lambda p: (not p.serving, p.site or "", p.route.urn)))
        return self._paths[entry.urn]

    def capability_paths(self, capability: Capability) -> Iterator[tuple[Entry, tuple[ServingPath, ...]]]:
        for urn in capability.entries:
            entry = self.parts.get(urn)
            if isinstance(entry, Entry):
                yield entry, self.paths(entry) if capability.writes else self._read(entry)

    def _read(self, entry: Entry) -> tuple[ServingPath, ...]:
        """The serving paths of a name, as they are for who only reads."""
        paths = self.paths(entry)
        if not any(path.reads for path in paths):
            return paths
        return self.once(
            ("read", entry.urn), lambda: tuple(replace(path, detects=path.reads or path.detects) for path in paths)
        )

    def answers(self, capability: Capability) -> tuple[tuple[ServingPath, ...], ...]:
        """The chains of each name of a capability; of names that fare alike (as with and without ``www.``), of one."""
        if capability.name not in self._answers:
            found: dict[Hashable, tuple[ServingPath, ...]] = {}
            for entry, paths in self.capability_paths(capability):
                found.setdefault(_fares(entry, paths), paths)
            self._answers[capability.name] = tuple(found.values())
        return self._answers[capability.name]

    def _follow(self, entry: Entry, route: Route) -> Iterator[ServingPath]:
        target = route.target and self.parts.get(route.target)
        standby = route.standby or route.weight == 0
        if store := self.stores.get(route.target or ""):
            # A store of several sites: any of its members will do.
            yield ServingPath(entry, route, None, not standby, True, route.detects, stores=(store.name,))
            return
        if not target:
            reason = Reason(Because.LEADS_NOWHERE_KNOWN, route.target or entry.named)
            yield ServingPath(entry, route, None, not standby, True, route.detects, unknown=(reason,))
            return
        sites = (target.site,) if target.site else tuple(sorted(self._sites_behind(target.urn, set()))) or (None,)
        worldwide = target.site is None and len(sites) > 1
        chooser = self._chooser(target)
        now = self._served(chooser, sites) if worldwide else set(sites)
        for site in sites:
            found = _Found()
            self._visit(target.urn, site, None, found)
            detects = chooser.detects if worldwide and isinstance(chooser, Balancer) else route.detects
            serves = not standby and site in (now or set(sites))
            shut = (target,) if isinstance(target, Balancer) and self._shut(entry, target) else ()
            off = (group[0] for group in found.groups if serves and all(map(capacity.idle, group)))
            yield ServingPath(
                entry,
                route,
                site,
                serves,
                not worldwide,
                detects,
                tuple(found.balancers.values()),
                tuple(found.groups),
                tuple(found.fronts),
                tuple(dict.fromkeys(found.stores)),
                (
                    *found.unknown,
                    *(Reason(Because.LETS_NOBODY_IN, one.subject) for one in shut),
                    *(Reason(Because.NOTHING_RUNS, pool.subject) for pool in off),
                ),
                tuple(found.calls),
                target.reads if worldwide and isinstance(target, Balancer) else None,
            )

    def _shut(self, entry: Entry, target: Balancer) -> bool:
        """Whether a balancer lets in nobody who comes by a name, while another that the name leads to does."""
        others = [part for route in entry.routes if isinstance(part := self.parts.get(route.target or ""), Balancer)]
        return entry.public and target.closed and not all(other.closed for other in others)

    def _chooser(self, part: Part) -> Part:
        """Which of the worldwide parts that stand one behind the other chooses among sites."""
        while isinstance(part, Balancer) and part.detects is None:
            ways = {name: set(self._sites_behind(name, set())) for name in self._apart(part)}
            if part.serving is not None and len(part.serving) > 1:
                break
            spread = [name for name, sites in ways.items() if len(sites) > 1]
            inner = self.parts.get(spread[0]) if len(spread) == 1 else None
            if part.serving and inner and inner.urn not in part.serving:
                break
            if inner is None or inner.site or any(sites - ways[spread[0]] for sites in ways.values()):
                break
            part = inner
        return part

    def _served(self, target: Part, sites: tuple[str | None, ...]) -> set[str | None]:
        """The sites that a worldwide part sends requests to now: as it says, else by the shop's strategy."""
        if isinstance(target, Balancer) and target.serving is not None:
            inner = [(urn, self.parts.get(urn)) for urn in target.serving]
            chosen = (
                self._served(part, sites)
                if isinstance(part, Balancer) and not part.site and part.serving is not None
                else self._sites_behind(urn, set())
                for urn, part in inner
            )
            return {site for those in chosen for site in those}
        if self.model.strategy == "active-active" or self._nothing_stated:
            return set(sites)
        return {self.model.active_site, *self.model.active_sites} & set(sites)

    @cached_property
    def _nothing_stated(self) -> bool:
        """Whether no specification says which site serves: a worldwide part then sends clients to any."""
        return all(one.provenance is Provenance.INFERRED for one in self.model.capabilities)

    def _next(self, part: Part) -> tuple[str, ...]:
        behind = part.pools if isinstance(part, Balancer) else ()
        return (*behind, *self.model.calls.get(part.urn, ()))

    def _apart(self, part: Part) -> tuple[str, ...]:
        """What stands behind a part without the files that it shows, where it has anything else: they serve nobody who
        comes for what runs."""
        every = self._next(part)
        return tuple(name for name in every if name not in self.stores and name not in self.store_of) or every

    def _sites_behind(self, urn: str, seen: set[str]) -> Iterator[str]:
        if urn in seen:
            return
        seen.add(urn)
        store = self.stores.get(urn) or self.stores.get(self.store_of.get(urn, ""))
        if store:
            yield from (m.site for m in store.members if m.site)
            return
        part = self.parts.get(urn)
        if part and part.site:
            yield part.site
        elif part:
            for name in self._apart(part):
                yield from self._sites_behind(name, seen)

    def _visit(self, urn: str, site: str | None, front: Balancer | None, found: _Found) -> None:
        if urn in found.seen:
            return
        found.seen.add(urn)
        if urn in self.store_of or urn in self.stores:
            # What a pool calls counts where a capability names it; what a balancer leads to answers itself.
            name = self.store_of.get(urn, urn)
            found.calls[name] = None
            if (front is not None and not front.relays) or not found.seen - {urn}:
                found.stores.append(name)
            return
        part = self.parts.get(urn)
        if part is None:
            found.unknown.append(Reason(Because.CALLED_UNKNOWN, urn))
        elif isinstance(part, Balancer):
            found.balancers[part.urn] = part
            behind = self._next(part) if part.site else self._taken(part, site)
            strange = (text for text in part.beyond if text not in self._suppliers)
            found.unknown += (Reason(Because.BEYOND, part.subject, text) for text in strange)
            if not self._next(part) and not part.beyond:
                found.unknown.append(Reason(Because.BEHIND_UNKNOWN, part.subject))
            self._pools(behind, site, part, found)
        elif isinstance(part, Pool):
            self._pools([part.urn], site, front, found)

    def _taken(self, part: Part, site: str | None) -> tuple[str, ...]:
        """What a worldwide part goes on to for the clients of a site: what stands there, or else what does elsewhere,
        and what some of their requests need wherever it stands."""
        behind = self._next(part)
        parts = {urn: one for urn in behind if (one := self.parts.get(urn))}  # of a store any member will do
        choice = [urn for urn, one in parts.items() if not (isinstance(one, Balancer) and one.always)]
        near = [urn for urn in choice if site is None or site in (set(self._sites_behind(urn, set())) or {site})]
        left_out = set(choice) - set(near or choice)
        return tuple(urn for urn in behind if urn not in left_out)

    def _pools(self, urns: Iterable[str], site: str | None, front: Balancer | None, found: _Found) -> None:
        pools = [part for urn in urns if isinstance(part := self.parts.get(urn), Pool)]
        others = [urn for urn in urns if not isinstance(self.parts.get(urn), Pool)]
        # Pools of one version are interchangeable; others answer other requests, so that each is needed.
        for _, same in groupby(sorted(pools, key=_version), key=_version):
            group = tuple(same)
            if group in found.groups:
                continue  # by another way
            found.groups.append(group)
            for pool in group:
                found.seen.add(pool.urn)
                if front:
                    found.fronts.append((pool.urn, front))
                for name in self.model.calls.get(pool.urn, ()):
                    self._visit(name, site, None, found)
        for urn in others:
            self._visit(urn, site, front, found)

    def needed(self, capability: Capability, path: ServingPath) -> tuple[str, ...]:
        """The stores that a capability needs in a serving path. Of those that every site has one of, only its own."""
        key = ("needed", capability.name, path.entry.urn, path.route.urn, path.site)
        return self.once(key, lambda: self._needed(capability, path))

    def _needed(self, capability: Capability, path: ServingPath) -> tuple[str, ...]:
        asked = self._answering(path.entry) if capability.any_name else ()
        names = dict.fromkeys((*capability.stores, *asked, *path.stores))
        return tuple(name for name in names if not self._anothers(name, path))

    def _answering(self, entry: Entry) -> tuple[str, ...]:
        """The zone that answers a name, where it is seen: a capability that any of its names serves states none."""
        above = [name for name, store in self.stores.items() if store.answers(entry.name)]
        return (max(above, key=len),) if above else ()

    def _anothers(self, name: str, path: ServingPath) -> bool:
        """Whether a store is a cache, queue or index of another site, which is called there and not from here."""
        store = self.stores.get(name)
        if not store or store.kind not in APART or not path.site or name in path.calls:
            return False
        sites = {member.site for member in store.members}
        called = any(other.site in sites and name in other.calls for other in self.paths(path.entry))
        # A standby that calls none has not been seen to do without.
        own = (self.stores[one].kind is store.kind for one in path.calls if one in self.stores)
        return called and path.site not in sites and None not in sites and (path.serving or any(own))

    def peak_days(self, name: str) -> int:
        first, last, _ = self.model.business.peaks[name]
        return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def _fares(entry: Entry, paths: Iterable[ServingPath]) -> Hashable:
    """All of a name that any outcome depends on, besides what it is called."""
    nameless = replace(
        entry,
        urn="",
        label="",
        name="",
        routes=(),
        propagates=_valued(entry.propagates),
        editable_after=_valued(entry.editable_after) if entry.editable_after else None,
    )
    return nameless, tuple(
        (
            replace(path.route, urn="", health_check=None, detects=None),
            path.route.detects and (path.route.detects.value,),
            path.detects and (path.detects.value,),
            path.site,
            path.serving,
            path.by_name,
            path.unknown,
        )
        for path in paths
    )


def _valued(figure: Figure) -> Figure:
    """A figure without what it is called and why it is believed."""
    return replace(figure, name="", why=NotKnown(""))


def _version(pool: Pool) -> tuple[str, str]:
    return ("", pool.release.name) if pool.release else (pool.urn, "")


def _hidden(part: Pool | Balancer | Member) -> Iterator[Domain]:
    """The zone that a part may stand in whose zones are not told: its loss is a scenario too, which is not decided."""
    for home in part.homes if not part.regional else ():
        if home.kind is DomainKind.REGION:
            yield Domain(DomainKind.ZONE, f"{home.name}/not told", (home,))


def _links(part: Pool | Balancer | Member) -> Iterator[Link]:
    if isinstance(part, Member):
        yield from (*part.links.values(), *((part.feed,) if part.feed else ()))
    if isinstance(part, Balancer) and part.entrance:
        yield part.entrance


def _rank(domain: Domain) -> int:
    return _SITE_KINDS.index(domain.kind) if domain.kind in _SITE_KINDS else len(_SITE_KINDS)


def release(pool: Pool) -> Domain:
    """The software version a pool runs."""
    return pool.release or UNNAMED_RELEASE


def supplier(name: str) -> Domain:
    """Somebody else's system."""
    return Domain(DomainKind.SUPPLIER, name)


def _labelled(model: Model) -> Model:
    """The model with every label used once: steps and findings name parts by it."""
    stores = [part for store in model.stores for part in (*store.members, *store.copies)]
    parts = (*model.balancers, *model.pools, *model.plans, *stores)
    times = Counter(part.label for part in parts)
    taken = Counter[str]()
    labels: dict[int, str] = {}
    for part in parts:
        label = part.label if times[part.label] == 1 else f"{part.label} [{part.urn.split('::')[-1]}]"
        taken[label] += 1
        labels[id(part)] = label if taken[label] == 1 else f"{label} ({taken[label]})"
    if all(labels[id(part)] == part.label for part in parts):
        return model

    def named(group: tuple[P, ...]) -> tuple[P, ...]:
        return tuple(replace(part, label=labels[id(part)]) for part in group)

    return replace(
        model,
        balancers=named(model.balancers),
        pools=named(model.pools),
        plans=named(model.plans),
        stores=tuple(replace(s, members=named(s.members), copies=named(s.copies)) for s in model.stores),
    )


def without_site(model: Model, site: str) -> Model:
    """The model without what serves from a site; copies at rest stay."""
    gone = {part.urn for part in (*model.balancers, *model.pools, *model.plans) if part.site == site}
    entries = tuple(replace(e, routes=tuple(r for r in e.routes if r.target not in gone)) for e in model.entries)
    return replace(
        model,
        entries=entries,
        balancers=tuple(b for b in model.balancers if b.site != site),
        pools=tuple(p for p in model.pools if p.site != site),
        plans=tuple(p for p in model.plans if p.site != site and p.towards != site),
        stores=tuple(replace(s, members=tuple(m for m in s.members if m.site != site)) for s in model.stores),
    )
