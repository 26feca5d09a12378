"""When a capability is down by design, as a fault tree over failure domains.

Down means that neither healing, nor another site, nor a person who fails over keeps it at its usual load; what a person
would have to rebuild from copies counts as down. What is not known counts as failing (the pessimistic reading). The
tree says in closed form what :mod:`bcinfra.continuity.recovery.evaluate` finds by evaluating a world; tests compare the
two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from bcinfra.continuity.model.domains import INSIDE, MOVABLE, Domain
from bcinfra.continuity.model.parts import Balancer, Capability, Entry, Link, Member, Part, Pool
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.design import Design, ServingPath, release, supplier
from bcinfra.continuity.recovery.evaluate import lacking, needed
from bcinfra.continuity.recovery.failover import turns
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.continuity.recovery.store_availability import READ_ONLY_KINDS, needed_stores
from bcinfra.continuity.reliability.faulttree import ALWAYS, NEVER, AtLeast, Event, Tree, all_of, any_of


class Structure:
    """The fault trees of one design. Events are named by :func:`bcinfra.continuity.recovery.scenarios.domain_id`."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self._events: dict[Domain, Tree] = {}
        self._members: dict[str, Tree] = {}

    def capability(self, capability: Capability) -> Tree:
        """When clients of the chain that fares worst cannot use a capability."""
        worst: list[Tree] = []
        for entry, paths in self.design.capability_paths(capability):
            common = any_of(self._part(entry), self._any(map(supplier, capability.suppliers)))
            for path in (c for c in paths if c.serving):
                here = any_of(self._path(path, capability), self._stores(path, capability, promoting=False))
                moves = (
                    self._move(path, other, capability)
                    for other in paths
                    if other.site is not None and (other is path or other.site != path.site)
                )
                worst.append(any_of(common, all_of(here, *moves)))
        return any_of(*worst) if worst else ALWAYS

    def _event(self, domain: Domain) -> Tree:
        if domain not in self._events:
            path = tuple(domain.chain())
            own = (Event(name) for name in dict.fromkeys(domain_id(d) for d in path if d.basic))
            spares = (self._spent(d) for d in path if d.spares)
            self._events[domain] = any_of(*own, *spares)
        return self._events[domain]

    def _spent(self, domain: Domain) -> Tree:
        """When too few of a domain's spares are up."""
        return AtLeast(len(domain.spares) - domain.enough + 1, tuple(map(self._event, domain.spares)))

    def _any(self, domains: Iterable[Domain]) -> Tree:
        return any_of(*(self._event(d) for d in dict.fromkeys(domains)))

    def _part(self, part: Part) -> Tree:
        return self._any((*part.homes, *part.needs_to_run))

    def _some_zone(self, part: Part) -> Tree:
        """Any zone that a part may be in whose zones are not known."""
        homes = {(d.kind, d.name) for d in part.homes}
        inner = (d for d in self.design.domains if d.kind in INSIDE)
        return self._any(d for d in inner if any((o.kind, o.name) in homes for o in d.chain()))

    def _path(self, path: ServingPath, capability: Capability) -> Tree:
        if path.unknown:
            return ALWAYS
        groups = (
            self._group(group, capacity.usual(group), path, bool(capability.suppliers), itself=True)
            for group in path.groups
        )
        return any_of(*(self._balancer(b) for b in path.balancers), *groups)

    def _balancer(self, balancer: Balancer) -> Tree:
        whole = any_of(self._part(balancer), self._cut(balancer.entrance))
        if balancer.regional:
            return whole
        zones = self._some_zone(balancer) if balancer.zones is None else all_of(*map(self._event, balancer.zones))
        return any_of(whole, zones)

    def _cut(self, link: Link | None) -> Tree:
        """When a way is of no use: all its lines are lost, or one where nothing takes traffic to another."""
        if link is None:
            return NEVER
        lines = AtLeast(len(link.lines) if link.reroutes else 1, tuple(map(self._event, link.lines)))
        return any_of(self._any(link.needs), lines)

    def _group(self, group: Sequence[Pool], need: float, path: ServingPath, suppliers: bool, itself: bool) -> Tree:
        """When interchangeable pools do not carry ``need`` replicas; ``itself``: nor grow to them by themselves."""
        front = path.front(group[0])
        noticed = front is not None and front.detects is not None
        zonal = any(not pool.regional for pool in group)
        hidden = any_of(*(self._some_zone(p) for p in group if p.zones is None and not p.regional))
        if len(group) > 1:
            return any_of(hidden, self._joint(group, need, noticed or not itself, suppliers, itself))
        (pool,) = group
        zones = () if pool.regional else pool.zones or ()
        whole = self._whole(pool, noticed, suppliers)
        stuck = self._stuck(pool, itself)
        steps = range(len(zones) + 1)
        alone = next((k for k in steps if capacity.now([Left(pool, zones=k)]) < need), None)
        if zonal and not noticed and itself:
            alone = min(1, len(zones)) if alone is None else min(alone, 1)
        grown = next((k for k in steps if capacity.most([Left(pool, zones=k)]) < need), None)
        lost = [whole]
        if alone is not None:
            lost.append(all_of(self._zones(alone, zones), stuck))
        if grown is not None:
            lost.append(self._zones(grown, zones))
        return any_of(hidden, *lost)

    def _zones(self, count: int, zones: Sequence[Domain]) -> Tree:
        return AtLeast(count, tuple(map(self._event, zones)))

    def _joint(self, group: Sequence[Pool], need: float, noticed: bool, suppliers: bool, itself: bool) -> Tree:
        """Several pools carry the load together: every minimal combination of what may be lost of each."""
        zones = tuple(dict.fromkeys(z for pool in group if not pool.regional for z in pool.zones or ()))
        events = [
            *(self._event(z) for z in zones),
            *(self._whole(pool, noticed, suppliers) for pool in group),
            *(self._stuck(pool, itself) for pool in group),
        ]
        found: list[frozenset[int]] = []
        for bits in sorted(product((False, True), repeat=len(events)), key=sum):
            failed = frozenset(n for n, bit in enumerate(bits) if bit)
            if any(cut <= failed for cut in found):
                continue
            first, second = len(zones), len(zones) + len(group)
            left = [
                Left(
                    pool,
                    whole=first + n in failed,
                    zones=0
                    if pool.regional
                    else sum(z in failed for z, d in enumerate(zones) if d in (pool.zones or ())),
                    grows=second + n not in failed,
                )
                for n, pool in enumerate(group)
            ]
            hurt = any(one.whole or one.zones for one in left) and not noticed
            able = all(one.grows for one in left if one.place)
            carried = (capacity.now(left) >= need and not hurt) or (capacity.most(left) >= need and able)
            if not carried:
                found.append(failed)
        return any_of(*(all_of(*(events[n] for n in sorted(cut))) for cut in found))

    def _whole(self, pool: Pool, noticed: bool, suppliers: bool) -> Tree:
        """What takes a pool as a whole; a release that is taken back by itself does not."""
        bad = self._event(release(pool))
        if pool.rollback and noticed:
            bad = all_of(bad, self._any(_launching(pool)))
        return any_of(self._part(pool), bad, self._any(pool.egress if suppliers else ()))

    def _stuck(self, pool: Pool, itself: bool) -> Tree:
        return ALWAYS if itself and not pool.replaced else self._any(_launching(pool))

    def _stores(self, path: ServingPath, capability: Capability, promoting: bool) -> Tree:
        return any_of(
            *(self._store(name, path, capability.writes, promoting) for name in needed_stores(capability, path))
        )

    def _store(self, name: str, path: ServingPath, writes: bool, promoting: bool) -> Tree:
        """When a store does not serve a chain, nor (``promoting``) can a replica there be promoted."""
        store = self.design.stores.get(name)
        if store is None or not store.members:
            return ALWAYS if store is None else NEVER
        lost = {m.urn: any_of(self._member(m), self._cut(m.links.get(path.site or ""))) for m in store.members}
        reads = not writes or store.kind in READ_ONLY_KINDS
        local = [m for m in store.members if m.site in (path.site, None) or path.site is None]
        remote = [m for m in store.members if m not in local]
        if not path.serving and store.kind not in READ_ONLY_KINDS:
            remote = []
        fit = [m for m in local if m.writer or (reads and m.serves_reads)]
        fit = fit or [m for m in remote if m.writer or (reads and m.serves_reads)]
        ways = [lost[m.urn] for m in fit]
        if promoting:
            able = (m for m in local if not m.writer and m.promotes)
            ways += (any_of(lost[m.urn], self._any(m.needs_to_recover)) for m in able)
        tree = all_of(*ways)
        if store.majority:
            tree = any_of(tree, AtLeast((len(store.members) + 1) // 2, tuple(lost.values())))
        return tree

    def _member(self, member: Member) -> Tree:
        if member.urn not in self._members:
            self._members[member.urn] = any_of(self._part(member), self._copies(member))
        return self._members[member.urn]

    def _copies(self, member: Member) -> Tree:
        if member.regional:
            return NEVER
        if member.zones is None:
            return self._some_zone(member)
        if not member.zones:
            return ALWAYS if member.writer else NEVER
        held = min(member.synchronous or len(member.zones), len(member.zones))
        return AtLeast(held if member.local_failover else 1, tuple(map(self._event, member.zones)))

    def _move(self, path: ServingPath, other: ServingPath, capability: Capability) -> Tree:
        """When clients of a chain cannot be moved to another; to the chain itself: when nothing is promoted there."""
        if lacking(path, other):
            return ALWAYS
        grows = [
            ALWAYS if need is None else self._group(group, need, other, bool(capability.suppliers), itself=False)
            for group, need in needed(self.design, path, other)
        ]
        turned = NEVER if other is path or path.detects_for(other) is not None else self._turn(path, other)
        return any_of(self._path(other, capability), self._stores(other, capability, promoting=True), *grows, turned)

    def _turn(self, path: ServingPath, other: ServingPath) -> Tree:
        """When neither a person nor a plan can send clients elsewhere."""
        plans = [p for p in self.design.model.plans if p.towards in (other.site, None) and turns(p, path)]
        return all_of(self._locked(path.entry), *(self._part(plan) for plan in plans))

    def _locked(self, entry: Entry) -> Tree:
        """When the records of a name cannot be changed, nor will be before what failed is back."""
        if entry.editable_after is None:
            return self._any(entry.needs_to_recover)
        outer = (d for need in entry.needs_to_recover for d in need.chain())
        return any_of(*(Event(domain_id(d)) for d in outer if d.kind not in MOVABLE))


def _launching(pool: Pool) -> tuple[Domain, ...]:
    return tuple(d for d in pool.needs_to_recover if d != release(pool))
