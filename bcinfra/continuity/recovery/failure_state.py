"""How every part of a design fares in one scenario: unaffected, healing by itself, impaired, unknown, or down."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Final, TypeVar

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Member, Part, Pool, Route
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, pessimistic
from bcinfra.continuity.recovery import capacity, rules
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.design import NEW, Design, Memo, ServingPath
from bcinfra.continuity.recovery.peak import ahead
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.rules import Need, Perhaps, Rule, Somewhere, Unclear
from bcinfra.continuity.recovery.scenarios import Scenario, out_of_reach
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step

T = TypeVar("T")
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
    if len(found) < 2:
        return found[0] if found else UP
    reasons = tuple(dict.fromkeys(reason for c in found for reason in c.reasons))
    steps = {step.deed: step for c in found for step in c.steps}
    unknown = tuple(dict.fromkeys(reason for c in found for reason in c.unknown))
    state, share = max(c.state for c in found), min(c.share for c in found)
    return Condition(state, reasons, tuple(steps.values()), share, unknown)


class FailureState(Memo):
    """A design in a scenario."""

    def __init__(self, design: Design, scenario: Scenario) -> None:
        super().__init__()
        self.design = design
        self.scenario = scenario
        self._failed = {(d.kind, d.name) for d in scenario.failed}
        self.down = design.damage(scenario.failed).down
        """Every domain that is down."""
        self._damages = design.damages(scenario.failed)
        self.spoiled = frozenset(scenario.spoiled)
        self.taken = frozenset(d for d in scenario.failed if d.kind is DomainKind.ACCOUNT and scenario.hostile)
        """Accounts in wrong hands."""
        touched = (*scenario.hosts, *scenario.upgraded, *scenario.spoiled)
        stores = (design.store_of[urn] for urn in touched if urn in design.store_of)
        members = (m.urn for name in scenario.spoiled if name in design.stores for m in design.stores[name].members)
        self._hit = frozenset((*touched, *scenario.broken, *scenario.short, *stores, *members))
        """Parts and stores that something other than the failure of a domain touches."""

    def shared(self, key: Hashable, names: Iterable[str], find: Callable[[], T]) -> T:
        """What is found of parts and stores, and is the same in all scenarios that touch them alike. In one scenario
        the same is asked most often again: it is then known by its key, and ``names`` are not looked at."""
        found = self.known.get(key, NEW)
        if found is NEW:
            found = self.known[key] = self.memo(*names).once(key, find)
        return found

    def memo(self, *names: str) -> Memo:
        """Where it is kept how parts and stores fare: where nothing touches them, or one failed domain alone does, they
        fare as in every other scenario of which that is so."""
        if not self._hit.isdisjoint(names):
            return self
        memo = self.design
        for damage in self._damages:
            if not damage.touched.isdisjoint(names):
                if memo is not self.design:
                    return self
                memo = damage
        return memo

    @cached_property
    def apart(self) -> tuple[FailureState, ...]:
        """The design in each of the scenarios that happen at once by chance."""
        return tuple([FailureState(self.design, one) for one in self.scenario.apart])

    def hit(self, domain: Domain) -> bool:
        """Whether a domain is down."""
        return domain in self.down

    def lost(self, domains: Sequence[Domain]) -> tuple[Domain, ...]:
        return () if self.down.isdisjoint(domains) else tuple(d for d in domains if d in self.down)

    def because(self, part: Part) -> Reason | None:
        """Why a part as a whole is down, or ``None``."""
        reasons = self.shared(("part", part.urn), (part.urn,), lambda: self.fares(rules.part(part))).reasons
        return reasons[0] if reasons else None

    def fares(self, needed: Iterable[Rule]) -> Condition:
        """How what needs all of this fares. What stops it says enough; the rest is not asked."""
        found: list[Condition] = []
        for rule in needed:
            if isinstance(rule, Need) and rule.most and self.down.isdisjoint(rule.of):
                continue  # most often, and asked most of all
            condition = self._rule(rule)
            if condition is not UP:
                found.append(condition)
                if condition.state > State.HEALS:
                    break
        return together(found)

    def _rule(self, rule: Rule) -> Condition:
        match rule:
            case Need():
                return self._need(rule)
            case Somewhere(part):
                unclear = any(rules.may_be_in(part, d) for d in self.down)
                return undecided(Reason(Because.ZONES_UNKNOWN, part.subject)) if unclear else UP
            case Unclear(why):
                return undecided(why)
            case Perhaps(of, why):
                return undecided(why) if len(self.lost(of)) == len(of) else UP

    def _need(self, need: Need) -> Condition:
        gone = self.lost(need.of)
        if len(gone) >= need.most:
            if not gone:
                return down(Reason(need.gone, need.who))
            what = self._cause(gone[0])
            if need.several is None or len(gone) == 1:
                return down(Reason(need.gone, need.who, what))
            return down(Reason(need.several, need.who, (what, gone[0].kind), amount=len(gone)))
        if not gone:
            return UP
        reason = Reason(need.partly or need.gone, need.who, self._cause(gone[0]))
        step = need.heals
        if step is None or self.lost(step.needs):
            return down(reason)
        if step.deed.kind is Act.REROUTE:
            step = replace(step, deed=replace(step.deed, object=gone[0]))
        return Condition(State.HEALS, (reason,), (need.sees, step) if need.sees else (step,))

    def _cause(self, domain: Domain) -> Domain:
        """What failed and took a domain along."""
        return next((d for d in domain.walk() if (d.kind, d.name) in self._failed), domain)

    def editable(self, entry: Entry) -> Figure | None:
        """Time until records of a name can be changed again that what failed does not lock for longer."""
        if not self.lost(entry.needs_to_recover):
            return None
        locked = any((d.kind, d.name) in self._failed for d in rules.locks(entry))
        return None if locked else entry.editable_after

    def entry(self, entry: Entry, route: Route | None = None) -> Condition:
        """A name, whether all of its answers are ours, and whether one of it stands a flood."""
        condition = self.shared(("entry", entry.urn), (entry.urn,), lambda: self.fares(rules.whole(entry)))
        if condition is UP and (held := self._answering(entry)):
            return down(Reason(Because.ANSWERED_IN_WRONG_HANDS, entry.named, held))
        if condition is UP and self.scenario.flooded and entry.public:
            if route and route.standby and route.shielded is False:
                return down(Reason(Because.STANDBY_UNSHIELDED, entry.named))
            if entry.shielded is None:
                return undecided(Reason(Because.SHIELD_UNKNOWN, entry.named))
            if not entry.shielded:
                return down(Reason(Because.UNSHIELDED, entry.named))
        return condition

    def _answering(self, entry: Entry) -> Domain | None:
        """The account in wrong hands that one of several DNS providers answers from: its servers say what whoever holds
        it likes, until the name is delegated to the others alone."""
        if not self.taken:
            return None
        homes = (outer for row in entry.at_providers for home in row.homes for outer in home.chain())
        return next((domain for domain in homes if domain in self.taken), None)

    def balancer(self, balancer: Balancer) -> Condition:
        if balancer.urn in self.scenario.broken:
            return down(Reason(Because.FAILS_ITSELF, balancer.subject))
        gone = self.lost(balancer.zones or ())
        if not self.scenario.gray or not gone or len(gone) == len(balancer.zones or ()):
            key = ("balancer", balancer.urn)
            return self.fares(self.design.once(key, lambda: (*rules.balancer(balancer), *rules.zones(balancer))))
        whole = self.fares(rules.balancer(balancer))
        if whole.state > State.HEALS:
            return whole
        return together((whole, self._left(balancer, balancer, gone, balancer.zones or ())))

    def reach(self, member: Member, site: str | None) -> Condition:
        """How a member is reached from a site."""
        link = member.links.get(site or "")
        return self.fares(rules.way(link)) if link else UP

    def at(self, member: Member, site: str | None) -> Condition:
        """How a member fares as a site sees it."""
        key = ("at", member.urn, site, self.scenario.gray)
        return self.shared(key, (member.urn,), lambda: together((self.member(member), self.reach(member, site))))

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

    def _left(self, front: Balancer | None, who: Part, gone: Sequence[Domain], zones: Sequence[Domain]) -> Condition:
        """What stands in an impaired zone, where no check fails: another way than checks must take requests away."""
        zone = self._cause(gone[0])
        ways = (
            ()
            if front is None
            else (
                (front.zonal_shift, Deed(Act.SHIFT_ZONE, zone)),
                (front.alarmed_shift, Deed(Act.SHIFT_BY_ALARMS, front.subject, zone)),
            )
        )
        steps = [Step(deed=deed, phase=Phase.DETECT, duration=figure) for figure, deed in ways if figure]
        if not steps:
            reason = Reason(Because.NOT_SHIFTED, who.subject, zone)
            return Condition(State.IMPAIRED, (reason,), share=1 - len(gone) / len(zones))
        step = min(steps, key=lambda one: pessimistic(one.duration))
        return Condition(State.HEALS, (Reason(Because.PARTLY_IMPAIRED, who.subject, zone),), (step,))

    def group(self, group: Sequence[Pool], path: ServingPath, outside: bool | None) -> Condition:
        """Interchangeable pools: whether what still runs, or what they launch by themselves, carries the load."""
        front = path.front(group[0])
        noticed = path.notices(group)
        if short := [pool for pool in group if pool.urn in self.scenario.short]:
            return self._refused(short[0])
        if rolled := [pool for pool in group if pool.rollout and pool.urn in self.scenario.upgraded]:
            return self._rolled(rolled[0], group)
        found = [self.pool(pool, noticed, outside) for pool in group]
        if unclear := [c for _, c in found if c.state is State.UNKNOWN]:
            return together(unclear)
        reasons = tuple(dict.fromkeys(reason for _, c in found for reason in c.reasons))
        on, until = self.scenario.on, self.scenario.until
        left = [replace(one, pool=ahead(one.pool, on, until), grows=self.grows(one)) for one, _ in found]
        need = capacity.usual(group) * self.scenario.load
        if not reasons and capacity.stands(left, need, noticed):
            return UP
        if self.scenario.load > 1 and not capacity.counted(group) and not all(pool.regional for pool in group):
            return undecided(Reason(Because.REPLICAS_UNKNOWN, group[0].subject))
        rolled = [step for _, c in found for step in c.steps]
        zonal = any(not pool.regional for pool in group)
        zones = tuple(dict.fromkeys(z for pool in group if not pool.regional for z in pool.zones or ()))
        if self.scenario.gray and (gone := self.lost(zones)) and len(gone) < len(zones):
            leaves = self._left(front, group[0], gone, zones)
            if leaves.state is State.IMPAIRED:
                return _impaired(leaves, left, group)
            noticed = True
            rolled += leaves.steps
        elif reasons and zonal and noticed and front and front.detects:
            deed = Deed(Act.WITHDRAW_REPLICAS, front.subject)
            rolled.insert(0, Step(deed=deed, phase=Phase.DETECT, duration=front.detects))
        if self.scenario.on and not reasons:
            rolled.append(Step(deed=Deed(Act.SEE_LOAD, group[0].subject), phase=Phase.DETECT, duration=SEES_LOAD))
        if capacity.stands(left, need, noticed):
            if front and front.leaves_empty and capacity.empties_zone(left):
                rolled += _asked_again(front, front.leaves_empty, left, rolled)
            return Condition(State.HEALS, reasons, tuple(rolled))
        if capacity.launches(left, need, noticed):
            why = reasons or (Reason(Because.MUST_GROW, group[0].subject),)
            able = capacity.fewest(left, need) if noticed else [one for one in left if one.place and one.grows]
            return Condition(State.HEALS, why, (*rolled, *_launches(able, rolled)))
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

    def _rolled(self, pool: Pool, group: Sequence[Pool]) -> Condition:
        """A pool of which planned work takes replicas away at once: they get no requests, and are soon back."""
        if not (how := pool.rollout):
            return UP
        left = [Left(one) for one in group if one is not pool]
        less = (capacity.running(pool) or 0) - how.takes
        rest = replace(pool, minimum=less, desired=less)
        if less + capacity.now(left) > 0 and capacity.stands([*left, Left(rest)], capacity.usual(group), True):
            return UP
        step = Step(deed=Deed(Act.UPGRADE, pool.subject), phase=Phase.ACT, duration=how.back)
        return Condition(State.HEALS, (Reason(Because.ROLLED, pool.subject, amount=how.takes),), (step,))

    def _refused(self, pool: Pool) -> Condition:
        """A pool that must grow and may not as far."""
        scenario = self.scenario
        quota = scenario.subject
        if scenario.granted is None:
            return undecided(Reason(Because.QUOTA_UNKNOWN, pool.subject, quota, scenario.needed))
        reason = Reason(Because.QUOTA_SPENT, pool.subject, quota, scenario.granted)
        return Condition(State.IMPAIRED, (reason,), share=scenario.granted)

    def grows(self, left: Left) -> bool:
        """Whether what is left of a pool launches replicas by itself now."""
        again = left.pool.restarted and left.pool.urn in self.scenario.hosts
        return (capacity.launches_itself(left) or again) and not self.lost(rules.launching(left.pool))

    def pool(self, pool: Pool, noticed: bool, outside: bool | None) -> tuple[Left, Condition]:
        """What is left of one pool, and why; a release that is taken back by itself leaves it whole."""
        lost = Left(pool, whole=True)
        key = ("pool", pool.urn, noticed, outside)
        whole = self.fares(self.design.once(key, lambda: rules.pool(pool, noticed, outside)))
        if whole.state > State.HEALS:
            return lost, whole
        if self.scenario.rebuilt and not out_of_reach(self.scenario.beyond, (pool,)):
            return lost, down(Reason(Because.UNTRUSTED, pool.subject))
        unclear = self.fares(rules.somewhere(pool))
        if unclear is not UP:
            return lost, unclear
        reasons = list(whole.reasons)
        gone = () if pool.regional else self.lost(pool.zones or ())
        if gone:
            only = len(gone) == len(pool.zones or ())
            what = self._cause(gone[0])
            reasons.append(Reason(Because.LOST_WITH if only else Because.LOSES, pool.subject, what))
        host = pool.urn in self.scenario.hosts
        if host and capacity.running(pool) is None:
            return lost, undecided(Reason(Because.REPLICAS_UNKNOWN, pool.subject))
        if host:
            lost_with = capacity.on_server(pool)
            why = Because.LOSES_A_SERVER if lost_with <= 1 else Because.LOSES_A_SERVER_WITH
            reasons.append(Reason(why, pool.subject, amount=lost_with if lost_with > 1 else None))
        left = Left(pool, zones=len(gone), servers=int(host))
        return left, Condition(State.HEALS if reasons else State.UP, tuple(reasons), whole.steps)

    def member(self, member: Member) -> Condition:
        key = ("member", member.urn, self.scenario.gray)
        return self.shared(key, (member.urn,), lambda: self._member(member))

    def _member(self, member: Member) -> Condition:
        if self.spoils(member):
            return down(Reason(Because.SPOILED, member.subject))
        condition = self.fares(self.design.once(("rules", member.urn), lambda: rules.member(member)))
        if self.scenario.gray and condition.state is State.HEALS and self.lost(member.zones or ()):
            # What no check notices makes nothing fail over; it is taken to run in the first of its zones.
            gone = self.lost((member.zones or ())[:1])
            reasons = tuple(Reason(Because.NOT_SHIFTED, member.subject, self._cause(zone)) for zone in gone)
            if gone and member.told:
                tell = Step(deed=Deed(Act.SHIFT_ZONE, self._cause(gone[0])), phase=Phase.DETECT, duration=member.told)
                moves = tuple(replace(step, after=(tell.deed, *step.after)) for step in condition.steps)
                return replace(condition, steps=(tell, *moves))
            return Condition(State.IMPAIRED, reasons, share=0.0) if gone else UP
        if condition is UP and member.upgrade and member.urn in self.scenario.upgraded:
            step = Step(deed=Deed(Act.UPGRADE, member.subject), phase=Phase.ACT, duration=member.upgrade)
            return Condition(State.HEALS, (Reason(Because.UPGRADED, member.subject),), (step,))
        alone = condition is UP and not member.regional and member.urn in self.scenario.hosts
        return self._without_server(member) if alone else condition

    def spoils(self, member: Member) -> bool:
        """Whether a member is deleted or holds bad writes, by itself or with all of its store."""
        return not self.spoiled.isdisjoint((member.urn, self.design.store_of[member.urn]))

    def holds(self, member: Member) -> bool:
        """Whether the data of a member is there, though nothing may serve it.

        Aurora and its kin keep two copies in each of three zones, and need three of the six to go on from: with two
        zones lost nothing is relied on (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/
        Aurora.Overview.StorageReliability.html; read 2026-11).
        """
        if self.member(member).state is not State.DOWN:
            return True
        if member.server is None or self.spoils(member):
            return False
        gone = sum(rules.may_be_in(member, d) for d in self.scenario.failed)
        return gone < 2 and self.fares(rules.whole(member)).state is not State.DOWN

    def _without_server(self, member: Member) -> Condition:
        if (step := rules.local_failover(member)) and not member.together:
            return Condition(State.HEALS, (Reason(Because.LOSES_ITS_SERVER, member.subject),), (step,))
        if member.fleeting and not self.design.stores[self.design.store_of[member.urn]].may_be_empty:
            return down(Reason(Because.DIES_WITH_PROCESS, member.subject))
        if member.on_host:
            return down(Reason(Because.ON_SERVER_S_DISK, member.subject))
        # The vendor starts the instance again on another server; its disks are not the server's.
        deed = Deed(Act.RESTART_ELSEWHERE, member.subject)
        again = member.server or self.scenario.lasts or rules.LEAVES_ZONE
        step = Step(deed=deed, phase=Phase.ACT, duration=again)
        why = Because.MAY_SHARE_SERVER if member.together and member.local_failover else Because.NO_STANDBY
        return Condition(State.HEALS, (Reason(why, member.subject),), (step,))

    def path(self, path: ServingPath, outside: bool | None) -> Condition:
        """A serving path without the stores that a capability names."""
        scenario = self.scenario
        key = ("path", path.behind, outside, scenario.gray)
        if scenario.load != 1 or scenario.rebuilt or scenario.on:
            return self.once(key, lambda: self._path(path, outside))
        return self.shared(key, path.parts, lambda: self._path(path, outside))

    def _path(self, path: ServingPath, outside: bool | None) -> Condition:
        unknown = map(undecided, path.unknown)
        balancers = [self.balancer(b) for b in path.balancers]
        groups = [self.group(group, path, outside) for group in path.groups]
        return together((*unknown, *balancers, *groups))


def _impaired(leaves: Condition, left: Sequence[Left], group: Sequence[Pool]) -> Condition:
    """What is left beside an impaired zone where the zone holds the fuller part: nothing, where it may hold all."""
    if not capacity.counted(group):
        return leaves
    share = min(leaves.share, capacity.now(left) / (sum(capacity.running(pool) or 0 for pool in group) or 1))
    return replace(leaves, share=share) if share else Condition(State.DOWN, leaves.reasons)


def _asked_again(front: Balancer, leaves: Figure, left: Sequence[Left], after: Sequence[Step]) -> Sequence[Step]:
    """A zone whose node has nobody to ask: clients leave it, or a replica is started there sooner."""
    deed = Deed(Act.LEAVE_ZONE, front.subject)
    ways = [(Step(deed=deed, phase=Phase.DETECT, duration=leaves),)]
    ways += [_launches([one], after) for one in left if one.servers and one.grows]
    return min(ways, key=lambda way: pessimistic(way[0].duration))


def _launches(left: Sequence[Left], after: Sequence[Step]) -> tuple[Step, ...]:
    waits = tuple(step.deed for step in after)
    return tuple(
        Step(
            deed=Deed(Act.LAUNCH, one.pool.subject),
            phase=Phase.ACT,
            duration=one.pool.start,
            needs=rules.launching(one.pool),
            after=waits,
        )
        for one in left
    )
