"""When a capability is down by design, as a fault tree over failure domains.

Down means that neither healing, nor another site, nor a person who fails over keeps it at its usual load; what a person
would have to rebuild from copies counts as down. What is not known counts as failing (the pessimistic reading). The
tree says in closed form what :mod:`bcinfra.continuity.recovery.evaluate` finds by evaluating a world; tests compare the
two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from operator import ge

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Capability, Member, Pool
from bcinfra.continuity.recovery import capacity, rules
from bcinfra.continuity.recovery.capacity import Left
from bcinfra.continuity.recovery.design import Design, Memo, ServingPath
from bcinfra.continuity.recovery.evaluate import lacking, needed
from bcinfra.continuity.recovery.failover import turns
from bcinfra.continuity.recovery.rules import Need, Perhaps, Rule, Somewhere, Unclear
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.continuity.reliability.faulttree import ALWAYS, NEVER, AtLeast, Event, Tree, all_of, any_of


class Structure(Memo):
    """The fault trees of one design. Events are named by :func:`bcinfra.continuity.recovery.scenarios.domain_id`."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design = design

    def capability(self, capability: Capability) -> Tree:
        """When clients of the chain that fares worst cannot use a capability."""
        names: list[Tree] = []
        for paths in self.design.answers(capability):
            worst: list[Tree] = []
            for path in (c for c in paths if c.serving):
                common = self._fails((*rules.whole(path.entry), *rules.systems(capability.suppliers)))
                here = any_of(self.path(path, capability), self._stores(path, capability, promoting=False))
                moves = (self._move(path, other, capability) for other in rules.elsewhere(path, paths))
                worst.append(any_of(common, all_of(here, *moves)))
            names += [any_of(*worst)] if worst else []
        return (all_of if capability.any_name else any_of)(*names) if names else ALWAYS

    def _event(self, domain: Domain) -> Tree:
        return self.once(domain, lambda: self._failed(domain))

    def _failed(self, domain: Domain) -> Tree:
        path = tuple(domain.chain())
        own = (Event(name) for name in dict.fromkeys(domain_id(d) for d in path if d.basic))
        return any_of(*own, *(self._spent(d) for d in path if d.spares))

    def _spent(self, domain: Domain) -> Tree:
        """When too few of a domain's spares are up."""
        return AtLeast(len(domain.spares) - domain.enough + 1, tuple(map(self._event, domain.spares)))

    def _any(self, domains: Iterable[Domain]) -> Tree:
        return any_of(*(self._event(d) for d in dict.fromkeys(domains)))

    def _fails(self, needed: Iterable[Rule]) -> Tree:
        """When any of these rules does not hold."""
        return any_of(*map(self._rule, needed))

    def _rule(self, rule: Rule) -> Tree:
        match rule:
            case Need():
                return self._need(rule)
            case Somewhere(part):
                return self._any(d for d in self.design.domains if rules.may_be_in(part, d))
            case Unclear():
                return ALWAYS
            case Perhaps(of):
                return all_of(*map(self._event, of))

    def _need(self, need: Need) -> Tree:
        lost = tuple(map(self._event, need.of))
        if need.heals is None:
            return AtLeast(min(need.most, 1), lost)
        unhealed = all_of(any_of(*lost), self._any(need.heals.needs))
        return any_of(AtLeast(need.most, lost), unhealed) if need.heals.needs else AtLeast(need.most, lost)

    def path(self, path: ServingPath, capability: Capability) -> Tree:
        outside = capability.calls_out
        return self.once(("path", path.behind, outside), lambda: self._path(path, outside))

    def _path(self, path: ServingPath, outside: bool | None) -> Tree:
        if path.unknown:
            return ALWAYS
        groups = (self._group(group, capacity.usual(group), path, outside, itself=True) for group in path.groups)
        return any_of(*(self._fails((*rules.balancer(b), *rules.zones(b))) for b in path.balancers), *groups)

    def _group(self, group: Sequence[Pool], need: float, path: ServingPath, outside: bool | None, itself: bool) -> Tree:
        """When interchangeable pools do not carry ``need`` replicas; ``itself``: nor grow to them by themselves."""
        noticed = not itself or path.notices(group)
        spread = [() if pool.regional else pool.zones or () for pool in group]
        alike: dict[tuple[bool, ...], list[Domain]] = {}  # zones by the pools that are in them
        for zone in dict.fromkeys(zone for zones in spread for zone in zones):
            alike.setdefault(tuple(zone in zones for zones in spread), []).append(zone)
        what = (
            *(tuple(map(self._event, zones)) for zones in alike.values()),
            *((self._fails(rules.pool(pool, noticed, outside)),) for pool in group),
            *((self._any(rules.launching(pool)),) for pool in group),
        )

        def fails(lost: Sequence[int]) -> bool:
            at = len(alike) + len(group)
            zones, whole, stuck = lost[: len(alike)], lost[len(alike) : at], lost[at:]
            left = [
                Left(
                    pool,
                    whole=bool(whole[n]),
                    zones=sum(count for count, inside in zip(zones, alike, strict=True) if inside[n]),
                )
                for n, pool in enumerate(group)
            ]
            left = [
                replace(one, grows=capacity.launches_itself(one) and not stuck[n] if itself else not any(stuck))
                for n, one in enumerate(left)
            ]
            return not capacity.carried(left, need, noticed)

        cuts = _fewest([len(of) for of in what], fails)
        ways = (all_of(*(AtLeast(n, of) for n, of in zip(cut, what, strict=True) if n)) for cut in cuts)
        return any_of(*(self._fails(rules.somewhere(pool)) for pool in group), *ways)

    def _stores(self, path: ServingPath, capability: Capability, promoting: bool) -> Tree:
        return any_of(
            *(self.store(name, path, capability.writes, promoting) for name in self.design.needed(capability, path))
        )

    def store(self, name: str, path: ServingPath, writes: bool, promoting: bool) -> Tree:
        """When a store does not serve a chain, nor (``promoting``) can a replica there be promoted."""
        key = ("store", name, path.site, path.serving, writes, promoting)
        return self.once(key, lambda: self._store(name, path, writes, promoting))

    def _store(self, name: str, path: ServingPath, writes: bool, promoting: bool) -> Tree:
        store = self.design.stores.get(name)
        if store is None or not store.members:
            return ALWAYS if store is None else NEVER
        lost = {
            m.urn: any_of(self.member(m), self._fails(rules.way(m.links.get(path.site or "")))) for m in store.members
        }
        choice = rules.choice(store, writes, path)
        ways = [lost[m.urn] for m in choice.usable]
        if promoting:
            ways += (any_of(lost[m.urn], self._any(m.needs_to_recover)) for m in choice.promotable)
        tree = all_of(*ways)
        if (most := rules.majority(store)) is not None:
            tree = any_of(tree, AtLeast(most, tuple(lost.values())))
        return tree

    def member(self, member: Member) -> Tree:
        return self.once(("member", member.urn), lambda: self._fails(rules.member(member)))

    def _move(self, path: ServingPath, other: ServingPath, capability: Capability) -> Tree:
        """When clients of a chain cannot be moved to another; to the chain itself: when nothing is promoted there."""
        if lacking(path, other):
            return ALWAYS
        grows = [
            ALWAYS if need is None else self._group(group, need, other, capability.calls_out, itself=False)
            for group, need in needed(self.design, path, other)
        ]
        turned = NEVER if other is path or path.detects_for(other) is not None else self._turn(path, other)
        return any_of(self.path(other, capability), self._stores(other, capability, promoting=True), *grows, turned)

    def _turn(self, path: ServingPath, other: ServingPath) -> Tree:
        """When neither a person nor a plan can send clients elsewhere."""
        every = (p for p in self.design.model.plans if p.towards in (other.site, None) and not p.unread)
        plans = [p for p in every if turns(p, path)]
        return all_of(self._any(rules.locks(path.entry)), *(self._fails(rules.part(plan)) for plan in plans))


def _fewest(most: Sequence[int], fails: Callable[[Sequence[int]], bool]) -> Sequence[tuple[int, ...]]:
    """Every minimal choice, of up to so many of each, with which something fails that more of any only worsens."""
    found: list[tuple[int, ...]] = []
    for lost in sorted(product(*(range(count + 1) for count in most)), key=sum):
        if not any(all(map(ge, lost, fewer)) for fewer in found) and fails(lost):
            found.append(lost)
    return found
