"""How every part of a design fares in one scenario: unaffected, healing by itself, impaired, unknown, or down."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final, TypeVar

from bcinfra.continuity.model.domains import INSIDE, MOVABLE, Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Link, Member, Part, Pool, Route
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.model.statements import resource
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.design import Design, ServingPath, release
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step

T = TypeVar("T")
LEAVES_ZONE: Final = assumed(
    "a balancer leaves a dead zone",
    Unit.SECONDS,
    Range(60, 180),
    "its address leaves the DNS answer within a few checks",
)


SEES_LOAD: Final = assumed(
    "scaling sees the load",
    Unit.SECONDS,
    Range(180, 360),
    "target tracking scales out after three periods of a minute above its target, and in more than one go",
)


class State(IntEnum):
    """From best to worst."""

    UP = 0
    HEALS = 1
    IMPAIRED = 2
    UNKNOWN = 3
    DOWN = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """How a part, or several together, fare."""

    state: State
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()
    """What heals it by itself, in the order of doing."""
    share: float = 1.0
    """Share of the load that is carried until it is over; 1 when all is."""
    unknown: tuple[Reason, ...] = ()
    """The reasons among these that say what is not known."""


UP: Final = Condition(State.UP)


def down(reason: Reason) -> Condition:
    return Condition(State.DOWN, (reason,))


def undecided(*reasons: Reason) -> Condition:
    return Condition(State.UNKNOWN, reasons, unknown=reasons)


def together(conditions: Iterable[Condition]) -> Condition:
    """All of them are needed."""
    found = [c for c in conditions if c.state is not State.UP]
    if not found:
        return UP
    reasons = tuple(dict.fromkeys(reason for c in found for reason in c.reasons))
    steps = {step.deed: step for c in found for step in c.steps}
    unknown = tuple(dict.fromkeys(reason for c in found for reason in c.unknown))
    state, share = max(c.state for c in found), min(c.share for c in found)
    return Condition(state, reasons, tuple(steps.values()), share, unknown)


class FailureState:
    """A design in a scenario."""

    def __init__(self, design: Design, scenario: Scenario) -> None:
        self.design = design
        self.scenario = scenario
        self._failed = {(d.kind, d.name) for d in scenario.failed}
        self._down = design.taken_by(scenario.failed)
        self._known: dict[Hashable, Any] = {}
        self.spoiled = frozenset(scenario.spoiled)
        self.taken = frozenset(d for d in scenario.failed if d.kind is DomainKind.ACCOUNT and scenario.hostile)
        """Accounts in wrong hands."""

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """What is the same for all who ask in this world, found on the first occasion."""
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]

    def hit(self, domain: Domain) -> bool:
        """Whether a domain is down."""
        return domain in self._down

    def lost(self, domains: Sequence[Domain]) -> tuple[Domain, ...]:
        return () if self._down.isdisjoint(domains) else tuple(d for d in domains if d in self._down)

    def because(self, part: Part) -> Reason | None:
        """Why a part as a whole is down, or ``None``."""
        return self.once(("because", part.urn), lambda: self._because(part))

    def _because(self, part: Part) -> Reason | None:
        if gone := self.lost(part.homes):
            return Reason(Because.LOST_WITH, part.subject, self._cause(gone[0]))
        if gone := self.lost(part.needs_to_run):
            return Reason(Because.NOT_WITHOUT, part.subject, self._cause(gone[0]))
        return None

    def _cause(self, domain: Domain) -> Domain:
        """What failed and took a domain along."""
        return next((d for d in domain.walk() if (d.kind, d.name) in self._failed), domain)

    def _zone_may_be_its(self, part: Part) -> bool:
        """Whether a failed zone lies where a part is whose zones are not known."""
        homes = {(d.kind, d.name) for d in part.homes}
        inner = (d for d in self._down if d.kind in INSIDE)
        return any((outer.kind, outer.name) in homes for d in inner for outer in d.chain())

    def editable(self, entry: Entry) -> Figure | None:
        """Time until records of a name can be changed again whose control plane is lost with its region alone."""
        lost = self.lost(entry.needs_to_recover)
        causes = {outer.kind for d in lost for outer in d.chain() if (outer.kind, outer.name) in self._failed}
        return entry.editable_after if causes and causes <= MOVABLE else None

    def entry(self, entry: Entry, route: Route | None = None) -> Condition:
        """A name, and whether an answer of it stands a flood."""
        if reason := self.because(entry):
            return down(reason)
        if entry.missing:
            return _lacking(entry)
        if self.scenario.flooded:
            if route and route.standby and route.shielded is False:
                return down(Reason(Because.STANDBY_UNSHIELDED, entry.named))
            if entry.shielded is None:
                return undecided(Reason(Because.SHIELD_UNKNOWN, entry.named))
            if not entry.shielded:
                return down(Reason(Because.UNSHIELDED, entry.named))
        return UP

    def balancer(self, balancer: Balancer) -> Condition:
        if reason := self.because(balancer):
            return down(reason)
        if balancer.missing:
            return _lacking(balancer)
        if balancer.entrance:
            way = self._way(balancer.entrance)
            return way if way.state is State.DOWN else together((way, self._in_zones(balancer)))
        return self._in_zones(balancer)

    def reach(self, member: Member, site: str | None) -> Condition:
        """How a member is reached from a site."""
        link = member.links.get(site or "")
        return self._way(link) if link else UP

    def cut_off(self, member: Member, site: str | None) -> bool:
        """Whether no line to a member is left, so that what is built anew beside a site would not reach it either."""
        link = member.links.get(site or "")
        return link is not None and len(self.lost(link.lines)) == len(link.lines)

    def unfed(self, member: Member, source: Member) -> Reason | None:
        """Why changes may have stopped coming to a replica before its source was lost; ``None``: they had not."""
        if member.feed is None:
            return None
        ends = (*source.homes, *source.needs_to_run)
        apart = [d for d in self.scenario.failed if not any(end.hit_by([d]) for end in ends)]
        gone = self.design.taken_by(apart)
        if not (gone.issuperset(member.feed.lines) or gone.intersection(member.feed.needs)):
            return None
        return Reason(Because.FEED_STOPPED, member.feed.subject, apart[0])

    def _way(self, link: Link) -> Condition:
        cut = self.lost(link.lines)
        if gone := self.lost(link.needs) or (cut if len(cut) == len(link.lines) else ()):
            return down(Reason(Because.NO_WAY, link.subject, self._cause(gone[0])))
        if not cut:
            return UP
        if link.reroutes is None:
            return down(Reason(Because.NOT_REROUTED, link.subject, self._cause(cut[0])))
        deed = Deed(Act.REROUTE, link.subject, cut[0])
        step = Step(deed=deed, phase=Phase.DETECT, duration=link.reroutes)
        return Condition(State.HEALS, (Reason(Because.LOSES_LINE, link.subject, self._cause(cut[0])),), (step,))

    def _in_zones(self, balancer: Balancer) -> Condition:
        if balancer.regional:
            return UP
        if balancer.zones is None:
            return self._unknown_zones(balancer)
        gone = self.lost(balancer.zones)
        if not gone:
            return UP
        if len(gone) == len(balancer.zones):
            return down(Reason(Because.LOST_WITH_ONLY_ZONE, balancer.subject, self._cause(gone[0])))
        if self.scenario.gray:
            return self._left(balancer, balancer, gone, balancer.zones)
        deed = Deed(Act.LEAVE_ZONE, balancer.subject)
        step = Step(deed=deed, phase=Phase.DETECT, duration=balancer.detects or LEAVES_ZONE)
        return Condition(State.HEALS, (Reason(Because.LOSES, balancer.subject, self._cause(gone[0])),), (step,))

    def _left(self, front: Balancer | None, who: Part, gone: Sequence[Domain], zones: Sequence[Domain]) -> Condition:
        """What stands in an impaired zone, where no check fails: another way than checks must take requests away."""
        zone = self._cause(gone[0])
        if front is None or front.zonal_shift is None:
            reason = Reason(Because.NOT_SHIFTED, who.subject, zone)
            return Condition(State.IMPAIRED, (reason,), share=1 - len(gone) / len(zones))
        step = Step(deed=Deed(Act.SHIFT_ZONE, zone), phase=Phase.DETECT, duration=front.zonal_shift)
        return Condition(State.HEALS, (Reason(Because.PARTLY_IMPAIRED, who.subject, zone),), (step,))

    def _unknown_zones(self, part: Part) -> Condition:
        if not self._zone_may_be_its(part):
            return UP
        return undecided(Reason(Because.ZONES_UNKNOWN, part.subject))

    def group(self, group: Sequence[Pool], path: ServingPath, suppliers: bool) -> Condition:
        """Interchangeable pools: whether what still runs, or what they launch by themselves, carries the load."""
        front = path.front(group[0])
        noticed = front is not None and front.detects is not None
        found = [self.pool(pool, noticed, suppliers) for pool in group]
        if unclear := [c for _, c in found if c.state is State.UNKNOWN]:
            return together(unclear)
        reasons = tuple(dict.fromkeys(reason for _, c in found for reason in c.reasons))
        left = [replace(one, pool=self._ahead(one.pool), grows=self.grows(one.pool)) for one, _ in found]
        need = capacity.usual(group) * self.scenario.load
        if not reasons and capacity.now(left) >= need:
            return UP
        if self.scenario.load > 1 and not capacity.counted(group) and not all(pool.regional for pool in group):
            return undecided(Reason(Because.REPLICAS_UNKNOWN, group[0].subject))
        rolled = [step for _, c in found for step in c.steps]
        zonal = any(not pool.regional for pool in group)
        zones = tuple(dict.fromkeys(z for pool in group if not pool.regional for z in pool.zones or ()))
        if self.scenario.gray and (gone := self.lost(zones)) and len(gone) < len(zones):
            leaves = self._left(front, group[0], gone, zones)
            if leaves.state is State.IMPAIRED:
                return leaves
            noticed = True
            rolled += leaves.steps
        elif reasons and zonal and noticed and front and front.detects:
            deed = Deed(Act.WITHDRAW_REPLICAS, front.subject)
            rolled.insert(0, Step(deed=deed, phase=Phase.DETECT, duration=front.detects))
        if self.scenario.on and not reasons:
            rolled.append(Step(deed=Deed(Act.SEE_LOAD, group[0].subject), phase=Phase.DETECT, duration=SEES_LOAD))
        if capacity.now(left) >= need and (noticed or not zonal):
            return Condition(State.HEALS, reasons, tuple(rolled))
        if capacity.most(left) >= need and all(one.grows for one in left if one.place):
            why = reasons or (Reason(Because.MUST_GROW, group[0].subject),)
            return Condition(State.HEALS, why, (*rolled, *_launches(left, rolled)))
        if not any(one.place for one in left):
            return Condition(State.DOWN, reasons)
        if not noticed and zonal and reasons:
            reason = Reason(Because.NOT_WITHDRAWN, group[0].subject)
            return Condition(State.IMPAIRED, (*reasons, reason), tuple(rolled), 0.0)
        share = min(1.0, max(capacity.now(left), capacity.most(left)) / need)
        if share == 0:
            return Condition(State.DOWN, reasons)
        reason = Reason(Because.CARRIES, group[0].subject, amount=share)
        return Condition(State.IMPAIRED, (*reasons, reason), tuple(rolled), share)

    def _ahead(self, pool: Pool) -> Pool:
        """A pool as its schedule has grown it before the load comes."""
        least = capacity.scheduled(pool, self.scenario.on) if self.scenario.on else None
        return replace(pool, desired=max(least, capacity.running(pool) or 0)) if least else pool

    def grows(self, pool: Pool) -> bool:
        """Whether a pool launches replicas by itself now."""
        return pool.replaced and not self.lost([d for d in pool.needs_to_recover if d != release(pool)])

    def pool(self, pool: Pool, noticed: bool, suppliers: bool) -> tuple[Left, Condition]:
        """What is left of one pool, and why; a release that is taken back by itself leaves it whole."""
        lost = Left(pool, whole=True)
        if reason := self.because(pool):
            return lost, down(reason)
        if pool.missing:
            return lost, _lacking(pool)
        if suppliers and (gone := self.lost(pool.egress)):
            return lost, down(Reason(Because.NO_WAY_OUT, pool.subject, self._cause(gone[0])))
        if self.scenario.rebuilt:
            return lost, down(Reason(Because.UNTRUSTED, pool.subject))
        reasons: list[Reason] = []
        steps: tuple[Step, ...] = ()
        if self.lost([release(pool)]):
            needs = tuple(d for d in pool.needs_to_recover if d != release(pool))
            if not pool.rollback or not noticed or self.lost(needs):
                return lost, down(Reason(Because.RUNS, pool.subject, release(pool)))
            reasons.append(Reason(Because.RUNS, pool.subject, release(pool)))
            steps = (Step(deed=Deed(Act.ROLL_BACK, pool.subject), phase=Phase.ACT, duration=pool.start, needs=needs),)
        if pool.zones is None and not pool.regional and self._zone_may_be_its(pool):
            return lost, self._unknown_zones(pool)
        gone = () if pool.regional else self.lost(pool.zones or ())
        if gone:
            only = len(gone) == len(pool.zones or ())
            what = self._cause(gone[0])
            reasons.append(Reason(Because.LOST_WITH if only else Because.LOSES, pool.subject, what))
        host = pool.urn in self.scenario.hosts
        if host and capacity.running(pool) is None:
            return lost, undecided(Reason(Because.REPLICAS_UNKNOWN, pool.subject))
        if host:
            reasons.append(Reason(Because.LOSES_A_SERVER, pool.subject))
        left = Left(pool, zones=len(gone), servers=int(host))
        return left, Condition(State.HEALS if reasons else State.UP, tuple(reasons), steps)

    def member(self, member: Member) -> Condition:
        return self.once(("member", member.urn), lambda: self._member(member))

    def _member(self, member: Member) -> Condition:
        store = self.design.store_of[member.urn]
        if store in self.spoiled:
            return down(Reason(Because.SPOILED, member.subject))
        if reason := self.because(member):
            return down(reason)
        if member.missing:
            return _lacking(member)
        if member.regional:
            return UP
        if member.writer and member.zones == ():
            return down(Reason(Because.NOTHING_RUNS, member.subject))
        if member.zones is None and self._zone_may_be_its(member):
            return self._unknown_zones(member)
        zones = member.zones or ()
        gone = self.lost(zones)
        if not gone and member.urn not in self.scenario.hosts:
            return UP
        held = min(member.synchronous or len(zones), len(zones))
        if not gone:
            return self._without_server(member)
        what = self._cause(gone[0])
        if len(gone) >= held:
            if len(gone) == 1:
                return down(Reason(Because.LOST_WITH_ONLY_COPY, member.subject, what))
            several = (what, gone[0].kind)
            return down(Reason(Because.MAYBE_LOST_WITH_COPIES, member.subject, several, amount=len(gone)))
        if member.local_failover is None:
            return down(Reason(Because.NO_STANDBY_IN_ZONE, member.subject, what))
        step = Step(deed=Deed(Act.LOCAL_FAILOVER, member.subject), phase=Phase.ACT, duration=member.local_failover)
        return Condition(State.HEALS, (Reason(Because.LOSES, member.subject, what),), (step,))

    def _without_server(self, member: Member) -> Condition:
        if member.local_failover is None:
            # The vendor starts the instance again on another server; its disks are not the server's.
            again = self.scenario.lasts or LEAVES_ZONE
            step = Step(deed=Deed(Act.RESTART_ELSEWHERE, member.subject), phase=Phase.ACT, duration=again)
            return Condition(State.HEALS, (Reason(Because.NO_STANDBY, member.subject),), (step,))
        deed = Deed(Act.LOCAL_FAILOVER, member.subject)
        step = Step(deed=deed, phase=Phase.ACT, duration=member.local_failover)
        return Condition(State.HEALS, (Reason(Because.LOSES_ITS_SERVER, member.subject),), (step,))

    def path(self, path: ServingPath, suppliers: bool) -> Condition:
        """A chain without the stores that a capability names."""
        return self.once(("chain", path.behind, suppliers), lambda: self._path(path, suppliers))

    def _path(self, path: ServingPath, suppliers: bool) -> Condition:
        unknown = [undecided(reason) for reason in path.unknown]
        balancers = [self.balancer(b) for b in path.balancers]
        groups = [self.group(group, path, suppliers) for group in path.groups]
        return together((*unknown, *balancers, *groups))


def _lacking(part: Part) -> Condition:
    return undecided(Reason(Because.REFERS_TO_NOTHING, part.subject, resource(part.missing[0])))


def _launches(left: Sequence[Left], after: Sequence[Step]) -> tuple[Step, ...]:
    waits = tuple(step.deed for step in after)
    return tuple(
        Step(
            deed=Deed(Act.LAUNCH, one.pool.subject),
            phase=Phase.ACT,
            duration=one.pool.start,
            needs=tuple(d for d in one.pool.needs_to_recover if d != release(one.pool)),
            after=waits,
        )
        for one in left
        if one.place
    )
