"""What fails when: every rule of failure domains, once.

A rule is a value that is built from the model alone. Two read it: :class:`bcinfra.continuity.recovery.failure_state.
FailureState` finds how what it is about fares in one scenario, with reasons and what heals it, and
:class:`bcinfra.continuity.reliability.structure.Structure` makes a fault tree of it, for all combinations of failures
at once. Of several rules all must hold; they stand in the order in which they are told. What no failure domain says
(a broken server, bad data, a flood, load) only a scenario knows: it adds to these rules and repeats none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bcinfra.continuity.model.domains import INSIDE, MOVABLE, Domain
from bcinfra.continuity.model.parts import Balancer, Entry, Link, Member, Part, Pool, Store, StoreKind, WayOut
from bcinfra.continuity.model.ranges import Range, Unit, assumed, total
from bcinfra.continuity.model.statements import Noun, Subject, resource
from bcinfra.continuity.recovery.design import ServingPath, release, supplier
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step

LEAVES_ZONE: Final = assumed(
    "a balancer leaves a dead zone",
    Unit.SECONDS,
    Range(60, 180),
    "its address leaves the DNS answer within a few checks",
)
FAILED_STARTS: Final = 3
"""Replicas in a row that must fail until a deployment is given up: the least that ECS takes for one
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html, read 2026-11). What passes
its health checks and fails its customers all the same only a person notices."""
READ_ONLY_KINDS: Final = frozenset(
    {StoreKind.SECRETS, StoreKind.CERTIFICATES, StoreKind.DNS_ZONE, StoreKind.STATE, StoreKind.OBJECTS}
)
"""Stores that a capability only reads while it serves: a replica anywhere is enough."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something needs domains. Once ``most`` of them are lost it is down; while fewer are, ``heals`` brings it back."""

    who: Subject
    of: tuple[Domain, ...]
    gone: Because
    most: int = 1
    several: Because | None = None
    """Said in place of ``gone`` where more than one is lost: how many, and of which kind."""
    partly: Because | None = None
    """Said in place of ``gone`` while fewer than ``most`` are lost."""
    sees: Step | None = None
    """What must be noticed before anything heals it."""
    heals: Step | None = None
    """Works while all that it needs is up; ``None``: nothing heals it, so that the loss of any brings it down."""


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A part is in zones that the graph does not tell: any of its region may be its."""

    part: Part


@dataclass(frozen=True, slots=True)
class Unclear:
    """It cannot be said what something needs."""

    why: Reason


@dataclass(frozen=True, slots=True)
class Perhaps:
    """It cannot be said whether something needs any of these domains."""

    of: tuple[Domain, ...]
    why: Reason


Rule: TypeAlias = Need | Somewhere | Unclear | Perhaps


def part(part: Part) -> tuple[Rule, ...]:
    """What any part needs as a whole."""
    needs = (part.homes, Because.LOST_WITH), (part.needs_to_run, Because.NOT_WITHOUT)
    return tuple(Need(part.subject, of, gone) for of, gone in needs if of)


def whole(one: Part) -> tuple[Rule, ...]:
    """What a part needs as a whole, where all that it refers to is known."""
    if not one.missing:
        return part(one)
    return (*part(one), Unclear(Reason(Because.REFERS_TO_NOTHING, one.subject, resource(one.missing[0]))))


def systems(suppliers: Iterable[str]) -> tuple[Rule, ...]:
    """The systems of suppliers are there."""
    return tuple(Need(Subject(Noun.SUPPLIER, name), (supplier(name),), Because.SUPPLIER_GONE) for name in suppliers)


def way(link: Link | None) -> tuple[Rule, ...]:
    """A line of a link is left, where traffic is taken to another line, and all that every line needs."""
    if link is None:
        return ()
    who = link.subject
    lines = Need(who, link.lines, Because.NO_WAY, max(1, len(link.lines)), partly=Because.NOT_REROUTED)
    if link.reroutes:
        step = Step(deed=Deed(Act.REROUTE, who), phase=Phase.DETECT, duration=link.reroutes)
        lines = replace(lines, partly=Because.LOSES_LINE, heals=step)
    return (Need(who, link.needs, Because.NO_WAY), lines)


def balancer(balancer: Balancer) -> tuple[Rule, ...]:
    """A balancer, whatever becomes of single zones."""
    who = balancer.subject
    unsure = (Perhaps((domain,), Reason(Because.GOES_ON_UNTOLD, who, domain)) for domain in balancer.perhaps)
    return (*whole(balancer), *way(balancer.entrance), *unsure)


def zones(balancer: Balancer) -> tuple[Rule, ...]:
    """One zone of a balancer is left; it leaves dead ones by itself."""
    if balancer.regional:
        return ()
    if balancer.zones is None:
        return (Somewhere(balancer),)
    who, most = balancer.subject, len(balancer.zones)
    if not most:
        return (Need(who, (), Because.NOTHING_RUNS, most),)
    step = Step(deed=Deed(Act.LEAVE_ZONE, who), phase=Phase.DETECT, duration=balancer.detects or LEAVES_ZONE)
    return (Need(who, balancer.zones, Because.LOST_WITH_ONLY_ZONE, most, partly=Because.LOSES, heals=step),)


def pool(pool: Pool, noticed: bool, outside: bool | None) -> tuple[Rule, ...]:
    """A pool as a whole. ``noticed``: bad replicas are, so that a release can be taken back; ``outside``: it must
    reach some outside, ``None``: it may."""
    out = (_leaves(pool, way, outside) for way in pool.egress if outside is not False)
    spread = _spread(pool)
    software = Need(pool.subject, (release(pool),), Because.RUNS)
    if pool.rollback and noticed:
        seen = Deed(Act.SEE_FAULT, pool.subject)
        takes = total(f"{pool.label}: a release is seen to fail", *[pool.start] * FAILED_STARTS)
        deed = Deed(Act.ROLL_BACK, pool.subject)
        step = Step(deed=deed, phase=Phase.ACT, duration=pool.start, needs=launching(pool), after=(seen,))
        software = replace(software, most=2, sees=Step(deed=seen, phase=Phase.DETECT, duration=takes), heals=step)
    return (*whole(pool), *spread, *out, software)


def _spread(pool: Pool) -> tuple[Rule, ...]:
    """A zone is left of those that the vendor may spread a pool over, and leaves by itself."""
    if not (pool.regional and pool.zones):
        return ()
    step = Step(deed=Deed(Act.LEAVE_ZONE, pool.subject), phase=Phase.DETECT, duration=LEAVES_ZONE)
    most = len(pool.zones)
    return (Need(pool.subject, pool.zones, Because.LOST_WITH_ONLY_ZONE, most, partly=Because.LOSES, heals=step),)


def _leaves(pool: Pool, way: WayOut, outside: bool | None) -> Rule:
    """A way out of a pool is there. Where other zones have their own, some of its requests still leave."""
    if outside and leaves_by(pool, way):
        return Need(pool.subject, way.zones, Because.NO_WAY_OUT, max(1, len(way.zones)))
    return Perhaps(way.zones, Reason(Because.CALLS_UNTOLD, pool.subject, (way.subject, *way.zones)))


def leaves_by(pool: Pool, way: WayOut) -> bool:
    """Whether all requests of a pool to the outside leave by one way."""
    return bool(pool.zones) and set(pool.zones or ()) <= set(way.serves)


def may_be_in(part: Part, domain: Domain) -> bool:
    """Whether a part may be in a zone, where it is :class:`Somewhere`."""
    if domain.kind not in INSIDE:
        return False
    homes = {(d.kind, d.name) for d in part.homes}
    return any((outer.kind, outer.name) in homes for outer in domain.chain())


def somewhere(pool: Pool) -> tuple[Rule, ...]:
    """Where a pool runs is told; if it is, :func:`bcinfra.continuity.recovery.capacity.carried` judges its zones."""
    return (Somewhere(pool),) if pool.zones is None and not pool.regional else ()


def launching(pool: Pool) -> tuple[Domain, ...]:
    """What a pool needs to launch replicas, whatever release they run."""
    return tuple(d for d in pool.needs_to_recover if d != release(pool))


def member(member: Member) -> tuple[Rule, ...]:
    """A member of a store, and one of its synchronous copies."""
    who = member.subject
    unsure = (Perhaps((domain,), Reason(Because.MAY_STAND_IN, who, domain)) for domain in member.perhaps)
    return (*whole(member), *_copies(member), *unsure)


def _copies(member: Member) -> tuple[Rule, ...]:
    who, zones = member.subject, member.zones
    if member.regional:
        return ()
    if zones is None:
        return (Somewhere(member),)
    if not zones:
        return (Need(who, (), Because.NOTHING_RUNS, most=0),) if member.writer else ()
    if member.server:
        servers = Need(who, zones, Because.LOST_WITH_ONLY_SERVER, len(zones), partly=Because.LOSES)
        return (replace(servers, heals=local_failover(member)),)
    held = min(member.synchronous or len(zones), len(zones))
    copies = Need(who, zones, Because.LOST_WITH_ONLY_COPY, held, several=Because.MAYBE_LOST_WITH_COPIES)
    if member.local_failover is None:
        return (replace(copies, partly=Because.NO_STANDBY_IN_ZONE),)
    return (replace(copies, partly=Because.LOSES, heals=local_failover(member)),)


def local_failover(member: Member) -> Step | None:
    """A copy in another zone, or on another server, takes over; ``None`` where none does."""
    if member.local_failover is None:
        return None
    deed = Deed(Act.LOCAL_FAILOVER, member.subject)
    needs = member.needs_to_recover if member.afresh else ()
    return Step(deed=deed, phase=Phase.ACT, duration=member.local_failover, needs=needs)


def majority(store: Store) -> int | None:
    """How many members a store may not lose; ``None`` where it needs no majority."""
    return (len(store.members) + 1) // 2 if store.majority else None


@dataclass(frozen=True, slots=True)
class Choice:
    """The members of a store that a serving path can go on with."""

    usable: tuple[Member, ...]
    """Those that serve it as they are, one of which is enough."""
    promotable: tuple[Member, ...]
    """Replicas in its site that can be promoted."""
    reads: bool
    """Whether a replica that serves reads will do."""


def choice(store: Store, writes: bool, path: ServingPath, alone: bool = False) -> Choice:
    """Whom a serving path can use: those at its site, else those elsewhere. ``alone``: it reaches no other site."""
    static = store.kind in READ_ONLY_KINDS
    local = [m for m in store.members if m.site in (path.site, None) or path.site is None]
    if (
        path.site is None and store.kind is StoreKind.OBJECTS
    ):  # who asks for objects knows the bucket that others follow
        local = [m for m in local if not m.source] or local
    # A standby does not rely on the site it stands in for, nor a program on a writer that it does not know.
    away = not alone and (path.serving or static) and not any(m.cut_off for m in local)
    remote = [m for m in store.members if m not in local] if away else []
    reads = static or not writes

    def serving(members: Iterable[Member]) -> tuple[Member, ...]:
        return tuple(m for m in members if m.writer or (reads and m.serves_reads))

    promotable = tuple(m for m in local if not m.writer and m.promotes)
    return Choice(serving(local) or serving(remote), promotable, reads)


def elsewhere(path: ServingPath, paths: Iterable[ServingPath]) -> tuple[ServingPath, ...]:
    """Where clients of a serving path can go on: in other sites, behind another front in its own, and where it is,
    where a replica may be promoted."""

    def apart(other: ServingPath) -> bool:
        return other.site != path.site or other.route.target != path.route.target

    return tuple(o for o in paths if o is path or (o.site is not None and apart(o)))


def locks(entry: Entry) -> tuple[Domain, ...]:
    """Domains whose failure, each by itself, leaves records of a name as they are until it is back: what its control
    plane needs, except what that is moved out of."""
    every = (d for need in entry.needs_to_recover for d in need.chain())
    locking = (d for d in every if entry.editable_after is None or d.kind not in MOVABLE)
    return tuple(replace(d, within=()) for d in dict.fromkeys(locking))
