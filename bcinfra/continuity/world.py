"""How every part of a design fares in one scenario: unaffected, healing by itself, impaired, unknown, or down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bcinfra.continuity.design import Chain, Design, release
from bcinfra.continuity.domains import Domain, DomainKind
from bcinfra.continuity.model import Balancer, Entry, Member, Part, Pool
from bcinfra.continuity.ranges import Figure, Range, Unit, assumed
from bcinfra.continuity.recovery import Phase, Step
from bcinfra.continuity.scenarios import Scenario

HEADROOM: Final = 0.6
"""Share of their capacity that running replicas use at the usual load: what target-tracking scaling aims at."""
HEADROOM_TEXT: Final = (
    "running replicas carry the usual load at 60 % of their capacity (usual scaling targets are 50 to 70 %)"
)
LEAVES_ZONE: Final = assumed(
    "a balancer leaves a dead zone",
    Unit.SECONDS,
    Range(60, 180),
    "its address leaves the DNS answer within a few checks",
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
    reasons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    """What heals it by itself, in the order of doing."""
    share: float = 1.0
    """Share of the load that is carried until it is over; 1 when all is."""


UP: Final = Condition(State.UP)


def down(reason: str) -> Condition:
    return Condition(State.DOWN, (reason,))


def together(conditions: Iterable[Condition]) -> Condition:
    """All of them are needed."""
    found = [c for c in conditions if c.state is not State.UP]
    if not found:
        return UP
    reasons = tuple(dict.fromkeys(reason for c in found for reason in c.reasons))
    steps = {step.name: step for c in found for step in c.steps}
    return Condition(max(c.state for c in found), reasons, tuple(steps.values()), min(c.share for c in found))


class World:
    """A design in a scenario."""

    def __init__(self, design: Design, scenario: Scenario) -> None:
        self.design = design
        self.scenario = scenario
        self._failed = {(d.kind, d.name) for d in scenario.failed}
        self._hit: dict[Domain, bool] = {}
        self._members: dict[str, Condition] = {}
        self.spoiled = frozenset(scenario.spoiled)

    def hit(self, domain: Domain) -> bool:
        """Whether a domain is down."""
        if domain not in self._hit:
            self._hit[domain] = any((d.kind, d.name) in self._failed for d in domain.chain())
        return self._hit[domain]

    def lost(self, domains: Iterable[Domain]) -> tuple[Domain, ...]:
        return tuple(d for d in domains if self.hit(d))

    def because(self, part: Part) -> str | None:
        """Why a part as a whole is down, or ``None``."""
        if gone := self.lost(part.homes):
            return f"{part.label}: lost with {self._cause(gone[0])}"
        if gone := self.lost(part.needs_to_run):
            return f"{part.label}: does not run without {self._cause(gone[0])}"
        return None

    def _cause(self, domain: Domain) -> str:
        return str(next(d for d in domain.chain() if (d.kind, d.name) in self._failed))

    def _zone_may_be_its(self, part: Part) -> bool:
        """Whether a failed zone lies where a part is whose zones are not known."""
        homes = {(d.kind, d.name) for d in part.homes}
        inner = (d for d in self.scenario.failed if d.kind in (DomainKind.ZONE, DomainKind.POWER))
        return any((outer.kind, outer.name) in homes for d in inner for outer in d.chain())

    def entry(self, entry: Entry) -> Condition:
        if reason := self.because(entry):
            return down(reason)
        if self.scenario.flooded:
            if entry.shielded is None:
                return Condition(State.UNKNOWN, (f"whether {entry.name} is shielded from floods is not known",))
            if not entry.shielded:
                return down(f"nothing absorbs floods in front of {entry.name}")
        return UP

    def balancer(self, balancer: Balancer) -> Condition:
        if reason := self.because(balancer):
            return down(reason)
        if balancer.regional:
            return UP
        if balancer.zones is None:
            return self._unknown_zones(balancer)
        gone = self.lost(balancer.zones)
        if not gone:
            return UP
        if len(gone) == len(balancer.zones):
            return down(f"{balancer.label}: lost with {self._cause(gone[0])}, the only zone it is in")
        step = Step(
            name=f"{balancer.label} leaves the zone", phase=Phase.DETECT, duration=balancer.detects or LEAVES_ZONE
        )
        return Condition(State.HEALS, (f"{balancer.label}: loses {self._cause(gone[0])}",), (step,))

    def _unknown_zones(self, part: Part) -> Condition:
        if not self._zone_may_be_its(part):
            return UP
        return Condition(State.UNKNOWN, (f"{part.label}: which zones it is in is not known",))

    def group(self, group: Sequence[Pool], chain: Chain, suppliers: bool) -> Condition:
        """Interchangeable pools: whether what still runs, or what they launch, carries the load."""
        states = [self._pool(pool, suppliers) for pool in group]
        alive = [(pool, share) for pool, (share, _) in zip(group, states, strict=True) if share is None or share > 0]
        reasons = tuple(reason for _, reason in states if reason)
        front = chain.front(group[0])
        if not alive:
            if all(self.lost([release(pool)]) and pool.rollback for pool in group):
                return self._rolled_back(group, front, reasons)
            return self._relaunched(group, front, reasons)
        if any(share is None for _, share in alive):
            return Condition(State.UNKNOWN, reasons)
        if not reasons and self.scenario.load <= 1:
            return UP
        running, need = self._running(alive), self._need(group)
        detect = self._withdrawn(group, front) if reasons else ()
        if detect is None:
            return Condition(State.IMPAIRED, (*reasons, f"{group[0].label}: nothing withdraws dead replicas"), (), 0.0)
        if running is None or need is None:
            # Without counts the share of zones tells: what is left must carry the load within the headroom.
            left = sum(share or 0.0 for _, share in alive) / len(group)
            if left >= HEADROOM * self.scenario.load:
                return Condition(State.HEALS, reasons, detect)
            if all(pool.regional or self._can_launch(pool) for pool, _ in alive):
                return self._grown(group, alive, reasons, detect)
            return Condition(State.UNKNOWN, (*reasons, f"{group[0].label}: how many replicas run is not known"))
        if running >= need:
            return Condition(State.HEALS, reasons, detect) if reasons else UP
        most = sum(pool.maximum or 0 for pool, _ in alive if self._can_launch(pool))
        if most >= need:
            return self._grown(group, alive, reasons, detect)
        share = max(running, most) / need
        text = f"{group[0].label}: what is left carries {share:.0%} of the load"
        return Condition(State.IMPAIRED, (*reasons, text), detect, share)

    def _rolled_back(self, group: Sequence[Pool], front: Balancer | None, reasons: tuple[str, ...]) -> Condition:
        if front is None or front.detects is None:
            return Condition(State.DOWN, (*reasons, "nothing notices it, so nothing rolls it back"))
        notice = Step(name=f"{front.label} notices failing replicas", phase=Phase.DETECT, duration=front.detects)
        back = tuple(
            Step(
                name=f"roll back {pool.label}",
                phase=Phase.ACT,
                duration=pool.start,
                needs=tuple(d for d in pool.needs_to_recover if d != release(pool)),
                after=(notice.name,),
            )
            for pool in group
        )
        return Condition(State.HEALS, reasons, (notice, *back))

    def _relaunched(self, group: Sequence[Pool], front: Balancer | None, reasons: tuple[str, ...]) -> Condition:
        """Nothing runs any more; a pool that heals starts replicas where it still has a place."""
        able = [pool for pool in group if self._can_launch(pool) and self._places_left(pool)]
        if not able:
            return Condition(State.DOWN, reasons)
        return self._grown(group, [(pool, 0.0) for pool in able], reasons, self._withdrawn(group, front) or ())

    def _grown(
        self,
        group: Sequence[Pool],
        alive: Sequence[tuple[Pool, float | None]],
        reasons: tuple[str, ...],
        detect: tuple[Step, ...],
    ) -> Condition:
        after = tuple(step.name for step in detect)
        steps = tuple(
            Step(
                name=f"launch replicas of {pool.label}",
                phase=Phase.ACT,
                duration=pool.start,
                needs=pool.needs_to_recover,
                after=after,
            )
            for pool, _ in alive
        )
        return Condition(State.HEALS, reasons or (f"{group[0].label}: must grow",), (*detect, *steps))

    def _withdrawn(self, group: Sequence[Pool], front: Balancer | None) -> tuple[Step, ...] | None:
        if all(pool.regional for pool in group):
            return ()
        if front is None or front.detects is None:
            return None
        return (Step(name=f"{front.label} withdraws dead replicas", phase=Phase.DETECT, duration=front.detects),)

    def _can_launch(self, pool: Pool) -> bool:
        return pool.replaced and not self.lost(pool.needs_to_recover)

    def _places_left(self, pool: Pool) -> bool:
        if self.because(pool) or self.lost([release(pool)]) or self.scenario.rebuilt:
            return False
        return pool.regional or (pool.zones is not None and len(self.lost(pool.zones)) < len(pool.zones))

    def _pool(self, pool: Pool, suppliers: bool) -> tuple[float | None, str | None]:
        """Share of a pool's replicas that still serve (``None``: not known), and why not all do."""
        if reason := self.because(pool):
            return 0.0, reason
        if self.lost([release(pool)]):
            return 0.0, f"{pool.label}: runs {release(pool)}"
        if self.scenario.rebuilt:
            return 0.0, f"{pool.label}: cannot be trusted"
        if suppliers and (gone := self.lost(pool.egress)):
            return 0.0, f"{pool.label}: reaches the outside through {self._cause(gone[0])} alone"
        if pool.regional:
            return 1.0, None
        if pool.zones is None:
            condition = self._unknown_zones(pool)
            if condition.state is not State.UP:
                return None, condition.reasons[0]
        running = pool.desired if pool.desired is not None else pool.minimum
        gone = self.lost(pool.zones or ())
        dead = 0.0
        if gone and pool.zones:
            dead = len(gone) / len(pool.zones)
            if running and dead < 1:
                # The worst spread: the lost zones hold the fuller part of an uneven distribution.
                dead = min(1.0, math.ceil(running / len(pool.zones)) * len(gone) / running)
        if pool.urn in self.scenario.hosts:
            if running is None:
                return None, f"{pool.label}: how many replicas run is not known"
            dead = max(dead, 1 / running if running else 0.0)
        if not dead:
            return 1.0, None
        what = self._cause(gone[0]) if gone else "a server"
        return 1 - dead, f"{pool.label}: loses {what}" if dead < 1 else f"{pool.label}: nothing left without {what}"

    @staticmethod
    def _running(alive: Sequence[tuple[Pool, float | None]]) -> float | None:
        counts = [(pool.desired if pool.desired is not None else pool.minimum, share) for pool, share in alive]
        if any(count is None for count, _ in counts):
            return None
        return sum(math.floor((count or 0) * (share or 0.0) + 1e-9) for count, share in counts)

    def _need(self, group: Sequence[Pool]) -> float | None:
        counts = [pool.desired if pool.desired is not None else pool.minimum for pool in group]
        if any(count is None for count in counts):
            return None
        return HEADROOM * self.scenario.load * sum(count or 0 for count in counts)

    def member(self, member: Member) -> Condition:
        if member.urn not in self._members:
            self._members[member.urn] = self._member(member)
        return self._members[member.urn]

    def _member(self, member: Member) -> Condition:
        store = self.design.store_of[member.urn]
        if store in self.spoiled:
            return down(f"{member.label}: holds deleted or bad data, like every replica")
        if reason := self.because(member):
            return down(reason)
        if member.regional:
            return UP
        if member.zones is None and self._zone_may_be_its(member):
            return self._unknown_zones(member)
        zones = member.zones or ()
        gone = self.lost(zones)
        if not gone and member.urn not in self.scenario.hosts:
            return UP
        held = min(member.synchronous or len(zones), len(zones))
        what = self._cause(gone[0]) if gone else "its server"
        if gone and len(gone) >= held:
            only = (
                "which holds its only copy" if len(gone) == 1 else f"which with {len(gone)} zones may hold every copy"
            )
            return down(f"{member.label}: lost with {what}, {only}")
        if member.local_failover is None:
            return down(f"{member.label}: loses {what} and no copy in another zone takes over")
        step = Step(
            name=f"{member.label} fails over inside its region", phase=Phase.ACT, duration=member.local_failover
        )
        return Condition(State.HEALS, (f"{member.label}: loses {what}",), (step,))

    def chain(self, chain: Chain, suppliers: bool) -> Condition:
        """A chain without the stores that a capability names."""
        unknown = [Condition(State.UNKNOWN, (reason,)) for reason in chain.unknown]
        balancers = [self.balancer(b) for b in chain.balancers]
        groups = [self.group(group, chain, suppliers) for group in chain.groups]
        return together((*unknown, *balancers, *groups))


def duration(name: str, typical: float, upper: float, text: str) -> Figure:
    """An assumed duration in seconds."""
    return assumed(name, Unit.SECONDS, Range(typical, upper), text)
