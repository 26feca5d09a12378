"""What a scenario does to a capability: whether it is hit, every way back, and the fastest that can be gone.

A serving path that heals in its region comes first, then another site that takes over, by itself or by a person, then
rebuilding from copies, then waiting for what failed. A step that needs what failed makes a way infeasible, not slow.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import permutations
from typing import Final

from bcinfra.continuity.model.domains import INSIDE, DomainKind
from bcinfra.continuity.model.facts import Fact, Table
from bcinfra.continuity.model.parts import (
    APART,
    Capability,
    Entry,
    Member,
    Part,
    Plan,
    Pool,
    Provenance,
    Store,
    StoreKind,
    Target,
)
from bcinfra.continuity.model.ranges import Figure, NotKnown, Unit, pessimistic, total, typical, unknown, unknowns
from bcinfra.continuity.model.rates import MAINTENANCE
from bcinfra.continuity.model.statements import capability as able, site, store as named
from bcinfra.continuity.recovery import capacity, peak as peaks, rules
from bcinfra.continuity.recovery.critical_path import Recovery, recover
from bcinfra.continuity.recovery.dataloss import StoreLoss, given_up, inconsistencies, worst_loss, worst_of_each
from bcinfra.continuity.recovery.design import Design, ServingPath, supplier
from bcinfra.continuity.recovery.failover import NOTHING, Failover, People, duration, verify
from bcinfra.continuity.recovery.failure_state import UP, Condition, FailureState, State, together, undecided
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Way, WayKind
from bcinfra.continuity.recovery.peak import Held, Peak
from bcinfra.continuity.recovery.quotas import Shortage, after_a_site
from bcinfra.continuity.recovery.reasons import Because, Reason, Undecided, undecided_figure
from bcinfra.continuity.recovery.rebuild import rebuild, restarts
from bcinfra.continuity.recovery.recovery_points import emptied, store_losses
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, Scenario
from bcinfra.continuity.recovery.standby import lacking, needed
from bcinfra.continuity.recovery.steps import Act, Deed, Phase, Step
from bcinfra.continuity.recovery.store_availability import StoreAvailability, starts_empty, store_availability
from bcinfra.seconds import MINUTE

SHIFTED: Final = duration(
    "a zone taken out of service", 120, 900, "a person starts a zonal shift or takes its subnets out (judgement)"
)
RECONCILED: Final = duration(
    "two histories reconciled", 4 * 3600, 72 * 3600, "a person merges what both primaries took (judgement)"
)
KEY_KEPT: Final = duration(
    "a key taken back from deletion",
    600,
    4 * 3600,
    "a call cancels the deletion and one enables the key; databases under it are started again (judgement)",
)
ALL_IS_WELL: Final = Scenario(id="all is well", kind=ScenarioKind.LOAD, rate=NOTHING, lasts=None)
TIMELESS: Final = frozenset(
    {StoreKind.SECRETS, StoreKind.CERTIFICATES, StoreKind.DNS_ZONE, StoreKind.STATE, StoreKind.SEARCH}
)
"""Stores whose content belongs to no moment of trade."""
PHYSICAL: Final = frozenset(
    {
        DomainKind.HOST,
        DomainKind.RACK,
        DomainKind.ROOM,
        DomainKind.ZONE,
        DomainKind.REGION,
        DomainKind.GEOGRAPHY,
        DomainKind.POWER,
        DomainKind.PROVIDER,
        DomainKind.ACCOUNT,
        DomainKind.KEY,
    }
)
"""Kinds of domain whose loss may take the data along for good."""
_MAY_HELP: Final = frozenset({Because.NOT_READ, Because.QUOTA_UNKNOWN})
"""Why a way is not relied on that may well be gone: what is worse than it is not decided either."""
_EFFORT: Final = {kind: n for n, kind in enumerate(WayKind)}
_RANK: Final = {kind: n for n, kind in enumerate(Kind)}
RENEWED: Final = frozenset({DomainKind.CERTIFICATE, DomainKind.REGISTRATION})
"""Kinds of domain that a person renews with who issued them."""


class Evaluator:
    """Evaluates scenarios on one design."""

    def __init__(self, design: Design, facts: Table[Fact]) -> None:
        self.design = design
        self._people = People(facts)
        self._absorbed = facts["aws.waf_shield"].failover_figure()
        self._shortages: dict[float, tuple[Shortage, ...]] = {}
        self._well: dict[Peak | None, Mapping[str, Outcome]] = {}
        self._unhit: dict[tuple[str, Peak | None], list[list[Outcome]]] = {}
        """What becomes of the clients of each name of a capability while nothing happens."""
        self._alone: dict[tuple[object, ...], Outcome] = {}
        """What the failure of one domain does: it is a scenario, and what is left of two once the other is back."""
        self._growths: dict[tuple[object, ...], tuple[tuple[tuple[Pool, ...], float | None], ...]] = {}
        self._recoveries: dict[tuple[object, ...], tuple[tuple[Step, ...], Recovery]] = {}
        """Steps and what comes of them: the same ways lead out of many scenarios, for many capabilities."""

    def outcomes(self, scenario: Scenario) -> tuple[Outcome, ...]:
        """One outcome a capability, without verdicts."""
        hit = {outcome.capability: outcome for outcome in self.touched(scenario)}
        return tuple([hit.get(name, well) for name, well in self.well(self.peak(scenario)).items()])

    def touched(self, scenario: Scenario) -> tuple[Outcome, ...]:
        """The outcomes of the capabilities that a scenario may affect, and of those that never run as they should: few,
        where many shops share no more than a program. The others fare as in :meth:`well`."""
        failure, peak = FailureState(self.design, scenario), self.peak(scenario)
        hit = self._touched(scenario)
        capabilities = self.design.model.capabilities
        found = [capabilities[n] for n in sorted(self._order[name] for name in {*hit, *self._never_well})]
        return tuple([self._capability(failure, one, peak, hit.get(one.name, ())) for one in found])

    def well(self, peak: Peak | None) -> Mapping[str, Outcome]:
        """The outcome of every capability while nothing happens to it, by name and held against a peak."""
        if peak not in self._well:
            self._well[peak] = {
                c.name: self._of_names(c, self._while_well(c, peak), ALL_IS_WELL)
                for c in self.design.model.capabilities
            }
        return self._well[peak]

    def _while_well(self, capability: Capability, peak: Peak | None) -> list[list[Outcome]]:
        """The outcomes of the clients of each name of a capability while nothing happens."""
        key = capability.name, peak
        if key not in self._unhit:
            nothing = FailureState(self.design, ALL_IS_WELL)
            self._unhit[key] = [self._of_name(nothing, capability, p, peak) for p in self._names[capability.name]]
        return self._unhit[key]

    def peak(self, scenario: Scenario) -> Peak | None:
        """The peak that a scenario is held against."""
        return peaks.asked(scenario, self._peak)

    @cached_property
    def _never_well(self) -> frozenset[str]:
        return frozenset(name for name, one in self.well(None).items() if one.kind is not Kind.UNAFFECTED)

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """Where each capability stands in the model."""
        return {capability.name: n for n, capability in enumerate(self.design.model.capabilities)}

    def _touched(self, scenario: Scenario) -> Mapping[str, Collection[str]]:
        """The capabilities that a scenario may affect, and URNs of the names of each that it may: for others it is as
        if nothing happened. A capability that many shops share has a name in each."""
        if scenario.partitioned or scenario.flooded or scenario.rebuilt or scenario.load != 1:
            return {c.name: c.entries for c in self.design.model.capabilities}
        failed = (
            # A part whose zones are not known may be in any of its region.
            outer
            for d in (*scenario.failed, *self.design.taken_by(scenario.failed))
            for outer in (d.chain() if d.kind in INSIDE else (d,))
        )
        keys = (
            *((d.kind, d.name) for d in failed),
            *scenario.hosts,
            *scenario.upgraded,
            *scenario.broken,
            *scenario.short,
            *scenario.spoiled,
        )
        found: dict[str, set[str]] = {}
        for key in keys:
            for capability, name in self._users.get(key, ()):
                found.setdefault(capability, set()).add(name)
        return found

    @cached_property
    def _users(self) -> Mapping[tuple[DomainKind, str] | str, Collection[tuple[str, str]]]:
        """The capabilities, each with the URN of a name of it, by what serves that now: domains, URNs of parts, and
        names of stores."""
        found: dict[tuple[DomainKind, str] | str, dict[tuple[str, str], None]] = {}
        for capability in self.design.model.capabilities:
            for entry, paths in self.design.capability_paths(capability):
                for key in self._serving(capability, entry, paths):
                    found.setdefault(key, {})[capability.name, entry.urn] = None
        return found

    def _serving(
        self, capability: Capability, entry: Entry, paths: Sequence[ServingPath]
    ) -> Iterator[tuple[DomainKind, str] | str]:
        parts: dict[str, Part] = {entry.urn: entry}
        for path in (c for c in paths if c.serving):
            names = self.design.needed(capability, path)
            yield from names
            stores = (store for name in names if (store := self.design.stores.get(name)))
            members = (member for store in stores for member in store.members)
            pools = (pool for group in path.groups for pool in group)
            parts |= {part.urn: part for part in (*path.balancers, *pools, *members)}
        yield from parts
        domains = {d for part in parts.values() for d in self.design.domains_of(part)}
        yield from {(o.kind, o.name) for d in (*domains, *map(supplier, capability.suppliers)) for o in d.walk()}

    def _capability(
        self, failure: FailureState, capability: Capability, peak: Peak | None, hit: Collection[str]
    ) -> Outcome:
        """``hit``: URNs of the names that the scenario may affect."""
        well = self._while_well(capability, peak)
        spared = capability.name not in self._never_well
        names = [
            outcomes if spared and _untouched(paths, outcomes, hit) else self._of_name(failure, capability, paths, peak)
            for paths, outcomes in zip(self._names[capability.name], well, strict=True)
        ]
        return self._of_names(capability, names, failure.scenario)

    @cached_property
    def _names(self) -> Mapping[str, Sequence[tuple[ServingPath, ...]]]:
        """The paths of each name of a capability, as they are until the promised share of its clients is served."""
        return {
            c.name: [
                tuple(_for_most(path, c.target.clients_served) for path in paths) for paths in self.design.answers(c)
            ]
            for c in self.design.model.capabilities
        }

    def _of_name(
        self, failure: FailureState, capability: Capability, paths: Sequence[ServingPath], peak: Peak | None
    ) -> list[Outcome]:
        """The outcomes for the clients of a name, by the paths that serve them now."""
        return [self._served(failure, capability, path, paths, peak) for path in paths if path.serving]

    def _of_names(self, capability: Capability, names: Sequence[list[Outcome]], scenario: Scenario) -> Outcome:
        """The outcome of a capability whose names fare so."""
        target = capability.target.of(scenario.disruption)

        def severity(outcome: Outcome) -> tuple[int, bool, float, float, int]:
            return _severity(outcome, target)

        if capability.any_name:
            names = [
                min(filter(None, names), key=lambda each: severity(max(each, key=severity)), default=list[Outcome]())
            ]
        found = [one for each in names for one in each]
        if not found:
            reasons = (Reason(Because.NO_NAME, able(capability.name)),)
            return Outcome(capability=capability.name, kind=Kind.UNDECIDED, time=_never_known(reasons), unknown=reasons)
        # Clients of the path that fares worst are the ones promised to; that others are served less is said too.
        worst = found[0] if len(found) == 1 else max(found, key=severity)
        if capability.name not in self._keeping:
            worst = replace(worst, stores_known=False)
        # A person decides once for all clients; what begins by itself does so where each of them comes in.
        elsewhere = tuple(loss for one in found if one.way and not one.way.person for loss in one.losses)
        if worst.way and elsewhere:
            worst = replace(worst, way=replace(worst.way, losses=worst_of_each((*worst.losses, *elsewhere))))
        if worst.held and len(found) > 1:
            worst = replace(worst, held=peaks.least([one.held for one in found if one.held]))
        less = next((one.degraded_to for one in found if one.degraded_to), None)
        if worst.degraded_to or not less or worst.kind not in (Kind.RECOVERS, Kind.PERSON):
            return worst
        return replace(worst, kind=Kind.DEGRADED if worst.kind is Kind.RECOVERS else worst.kind, degraded_to=less)

    @cached_property
    def _keeping(self) -> frozenset[str]:
        """Names of the capabilities of which it is stated what data they need, or seen."""
        return frozenset(
            c.name
            for c in self.design.model.capabilities
            if c.provenance is not Provenance.INFERRED
            or any(self.design.needed(c, path) for paths in self.design.answers(c) for path in paths)
        )

    def _served(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        paths: Sequence[ServingPath],
        peak: Peak | None,
    ) -> Outcome:
        """The outcome for the clients of one path, with how much of the peak they then find."""
        of = self._of_domain if failure.scenario.kind is ScenarioKind.DOMAIN else self._path
        outcome = of(failure, capability, path, paths)
        return replace(outcome, held=self._held(failure, capability, path, paths, outcome, peak)) if peak else outcome

    def _of_domain(
        self, failure: FailureState, capability: Capability, path: ServingPath, paths: Sequence[ServingPath]
    ) -> Outcome:
        """:meth:`_path` where one domain fails alone."""
        scenario = failure.scenario
        key = (scenario.id, scenario.failed, capability.name, path.entry.urn, path.route.urn, path.site)
        if key not in self._alone:
            self._alone[key] = self._path(failure, capability, path, paths)
        return self._alone[key]

    def _held(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        paths: Sequence[ServingPath],
        outcome: Outcome,
        peak: Peak,
    ) -> Held | None:
        """How much of a peak is held where a path's clients are served after a scenario."""
        way = outcome.way
        if outcome.kind is Kind.UNDECIDED:
            return peaks.undecided(outcome.unknown)
        if outcome.kind is Kind.LOST or (way and way.kind in (WayKind.REBUILD, WayKind.WAIT)):
            perhaps = [reason for other in outcome.others if other.feasible for reason in other.unknown]
            return peaks.undecided(perhaps) if perhaps else peaks.nothing()
        moved = way if way and way.kind is not WayKind.IN_PLACE and not way.stays else None
        away = [o for o in rules.elsewhere(path, paths) if moved and o is not path and o.site == moved.site]
        rows: list[Held] = []
        for other in away:
            needed = dict(self._needed(path, other))
            for group in other.groups:
                found = [failure.pool(pool, True, False)[0] for pool in group]
                left = [replace(one, pool=self._told_to_grow(one.pool, way)) for one in found]
                able = peaks.held(left, needed.get(group), peak, True)
                short = next((s for s in self._short(peak.factor) if s.lost == path.site and _grown(s, group)), None)
                rows.append(peaks.granted(able, group, short, peak) if short else able)
        for step in way.steps if way else ():
            if step.deed.kind is Act.PROMOTE and (promoted := self._by_subject.get(step.deed.subject)):
                replaced = self.design.members.get(promoted.source or "")
                rows += filter(None, (peaks.smaller(promoted, replaced) if replaced else None,))
        warm = self._warm
        if _has_most(path):  # what the same answer of a name leads to has as many already
            warm &= {one.urn for other in (path, *away) if other.route is path.route for one in other.balancers}
        cold = {one.urn: one for other in away for one in other.balancers if one.urn not in warm}
        rows += filter(None, (peaks.fronted(one, self.design.model.business, peak) for one in cold.values()))
        serves = next(iter(away), path)
        for store in (self.design.stores.get(name) for name in self.design.needed(capability, serves)):
            rows += filter(None, (self._store_held(store, path, serves, peak) if store else None,))
        for group in path.groups if not away else ():
            noticed = path.notices(group) or failure.scenario.gray
            rows.append(self._stays(failure, group, capability.calls_out, peak, noticed))
        return peaks.least(rows, way.load if way else 1.0)

    @staticmethod
    def _stays(failure: FailureState, group: Sequence[Pool], outside: bool | None, peak: Peak, noticed: bool) -> Held:
        """What is left of interchangeable pools against a peak, whatever is served by them."""

        def held() -> Held:
            found = [failure.pool(pool, noticed, outside)[0] for pool in group]
            left = [replace(one, grows=failure.grows(one)) for one in found]
            return peaks.held(left, capacity.usual(group), peak, noticed)

        urns = tuple([pool.urn for pool in group])
        key = ("held", urns, outside, peak, noticed)
        return failure.once(key, held) if failure.scenario.rebuilt else failure.shared(key, urns, held)

    def _store_held(self, store: Store, path: ServingPath, serves: ServingPath, peak: Peak) -> Held | None:
        """What a store holds of a peak: as it was tested, or less where a smaller one of another site stands for it."""
        here, there = (next((m for m in store.members if m.site == one.site), None) for one in (path, serves))
        less = peaks.smaller(there, here) if here and there and here is not there and there.writer else None
        return peaks.least([one for one in (peaks.tested(store, self.design.model.business, peak), less) if one])

    def _told_to_grow(self, pool: Pool, way: Way | None) -> Pool:
        """A pool as one that grows, where a way or a plan has it do so; of a plan that is not read nobody knows."""
        told = any(
            step.deed.kind is Act.GROW and step.deed.subject == pool.subject for step in (way.steps if way else ())
        )
        if told or pool.driven or pool.urn not in self._planned:
            return replace(pool, driven=told or pool.driven)
        return replace(pool, driven=self._planned[pool.urn] or None)

    @cached_property
    def _warm(self) -> frozenset[str]:
        """URNs of balancers that clients come to now, by whatever name or way."""
        paths = (path for entry in self.design.model.entries for path in self.design.paths(entry) if path.serving)
        return frozenset(one.urn for path in paths for one in path.balancers)

    @cached_property
    def _planned(self) -> Mapping[str | None, bool]:
        """URNs of what plans grow that start by themselves, and whether one of those is read."""
        plans = sorted((plan for plan in self.design.model.plans if plan.triggered), key=lambda plan: not plan.unread)
        return {step.target: not plan.unread for plan in plans for step in plan.steps if step.act == "scale"}

    def _short(self, load: float) -> Sequence[Shortage]:
        """Quotas that may not hold what takes over from a site under a load."""
        if load not in self._shortages:
            self._shortages[load] = tuple(after_a_site(self.design, load))
        return self._shortages[load]

    @cached_property
    def _by_subject(self) -> Mapping[object, Member]:
        return {member.subject: member for member in self.design.members.values()}

    def _path(
        self, failure: FailureState, capability: Capability, path: ServingPath, paths: Sequence[ServingPath]
    ) -> Outcome:
        name = capability.name
        now = self._now(failure, capability, path)
        if now.state is State.UP:
            return Outcome(capability=name, kind=Kind.UNAFFECTED, time=NOTHING)
        loaded = bool(failure.scenario.short) and not failure.scenario.failed
        if (failure.scenario.partitioned or failure.scenario.gray or loaded) and now.unknown:
            return Outcome(capability=name, kind=Kind.UNDECIDED, time=_never_known(now.unknown), unknown=now.unknown)
        if failure.scenario.partitioned and now.state is State.IMPAIRED:
            return Outcome(
                capability=name, kind=Kind.DEGRADED, time=RECONCILED, degraded_to=now.reasons[0], reasons=now.reasons
            )
        if now.state is State.IMPAIRED and now.share == 1.0:
            way = self._in_place(failure, capability, path, now)
            if way.feasible:
                time = way.recovery.time if way.steps else NOTHING
                left = Reason(Because.READ_ONLY)
                return Outcome(
                    capability=name, kind=Kind.DEGRADED, time=time, way=way, degraded_to=left, reasons=now.reasons
                )
        ways = list(self._ways(failure, capability, path, paths, now))
        if unclear := self._unclear(capability, path):
            # What is built anew, or is back, is as unclear as it was.
            again = (WayKind.REBUILD, WayKind.WAIT)
            ways = [replace(w, unknown=(*w.unknown, *unclear)) if w.kind in again else w for w in ways]
        possible = sorted((way for way in ways if way.feasible), key=_speed)
        if not possible:
            kind = Kind.UNDECIDED if now.state is State.UNKNOWN else Kind.LOST
            time = _never_known(now.unknown) if kind is Kind.UNDECIDED else None
            return Outcome(
                capability=name,
                kind=kind,
                time=time,
                way=self._nothing_left(failure, capability),
                others=tuple(ways),
                reasons=now.reasons,
                unknown=now.unknown,
            )
        way = _chosen(possible, capability, failure.scenario)
        others = tuple(other for other in ways if other is not way)
        kind, degraded = _kind(way)
        unread = [reason for other in others if other.feasible for reason in other.unknown if reason.kind in _MAY_HELP]
        if unread and kind in (Kind.PERSON, Kind.DEGRADED, Kind.LOST):
            kind, degraded = Kind.UNDECIDED, None
        return Outcome(
            capability=name,
            kind=kind,
            time=way.recovery.time,
            way=way,
            others=others,
            degraded_to=degraded,
            reasons=now.reasons,
            unknown=(*way.unknown, *_untold(way), *dict.fromkeys(unread)) if kind is Kind.UNDECIDED else (),
        )

    @cached_property
    def _peak(self) -> Peak | None:
        return peaks.greatest(self.design.model.business)

    # What is needed now.

    def _unclear(self, capability: Capability, path: ServingPath) -> tuple[Reason, ...]:
        """What is not known of a serving path while nothing has failed."""
        key = ("unclear", capability.name, path.entry.urn, path.route.urn, path.site)
        return self.design.once(
            key, lambda: self._now(FailureState(self.design, ALL_IS_WELL), capability, path).unknown
        )

    def _now(self, failure: FailureState, capability: Capability, path: ServingPath) -> Condition:
        stores = [
            store_availability(failure, name, capability.writes, path).condition
            for name in self.design.needed(capability, path)
        ]
        split = [self._split(failure, name) for name in capability.stores if capability.writes]
        return together(
            (
                *self._common(failure, capability, path),
                failure.path(path, capability.calls_out),
                *stores,
                *split,
            )
        )

    def _common(self, failure: FailureState, capability: Capability, path: ServingPath) -> Iterator[Condition]:
        """What every site of a capability shares, and what protects it where ``path`` answers."""
        entry = path.entry
        entry_condition = failure.entry(entry, path.route)
        if failure.scenario.flooded and entry.public and entry_condition is UP:
            step = Step(deed=Deed(Act.ABSORB), phase=Phase.ACT, duration=self._absorbed)
            entry_condition = Condition(State.HEALS, (Reason(Because.FLOODED, entry.named),), (step,))
        yield entry_condition
        yield failure.fares(rules.systems(capability.suppliers))

    def _split(self, failure: FailureState, name: str) -> Condition:
        """Whether a partition makes two members take writes."""
        store = self.design.stores.get(name)
        if not failure.scenario.partitioned or store is None:
            return UP
        promoted = [m for m in store.members if (plan := self._plan(m.promoted_by)) and plan.triggered and not m.writer]
        if not promoted or store.two_primaries_guarded:
            return UP
        if store.two_primaries_guarded is None:
            return undecided(Reason(Because.SPLIT_UNKNOWN, named(name)))
        return Condition(State.IMPAIRED, (Reason(Because.SPLIT, named(name)),))

    # Ways back.

    def _ways(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        paths: Sequence[ServingPath],
        now: Condition,
    ) -> Iterator[Way]:
        if now.state is State.HEALS or (now.state is State.IMPAIRED and failure.scenario.lasts is not None):
            yield self._in_place(failure, capability, path, now)
        if failure.scenario.gray and now.state is not State.HEALS:
            yield from self._left_by_hand(failure, capability, path)
        if failure.scenario.short and not failure.scenario.failed:
            return  # every site has the load that is too much here, or no more than its share of it
        moves: list[Way] = []
        for other in rules.elsewhere(path, paths):
            seen = self._seen(failure, capability, path, other, paths)
            moves += self._failovers(failure, capability, seen, other, now)
        yield from moves
        if now.state in (State.HEALS, State.UNKNOWN):
            return
        built = list(self._rebuild(failure, capability, path))
        yield from built
        yield from self._wait(failure, capability, path, paths, (*moves, *built))

    def _in_place(self, failure: FailureState, capability: Capability, path: ServingPath, now: Condition) -> Way:
        steps = now.steps
        if now.share < 1 and failure.scenario.lasts is not None:
            steps = (Step(deed=Deed(Act.OUTLAST), phase=Phase.ACT, duration=failure.scenario.lasts),)
        losses = tuple(
            self._taken(failure, store_availability(failure, name, capability.writes, path), name, path)
            for name in self.design.needed(capability, path)
        )
        steps, recovery = self._recovery(failure, steps)
        return Way(
            kind=WayKind.IN_PLACE,
            site=path.site,
            steps=steps,
            recovery=recovery,
            losses=losses,
            load=now.share,
            reasons=now.reasons,
        )

    def _left_by_hand(self, failure: FailureState, capability: Capability, path: ServingPath) -> Iterator[Way]:
        """A person takes what is impaired out of service; then it is as if it were lost."""
        lost = FailureState(self.design, replace(failure.scenario, gray=False))
        then = self._now(lost, capability, path)
        if then.state is not State.HEALS:
            return
        steps = self._people.decide()
        needs = dict.fromkeys(d for balancer in path.balancers for d in balancer.needs_to_recover)
        deed = Deed(Act.SHIFT_BY_HAND, failure.scenario.failed)
        steps.append(Step(deed=deed, phase=Phase.ACT, duration=SHIFTED, needs=tuple(needs), after=(steps[-1].deed,)))
        # What checks would notice of a zone that is lost, the person has.
        noticed = {step.deed for step in then.steps if step.phase is Phase.DETECT}
        rest = [step for step in then.steps if step.deed not in noticed]
        steps += (replace(s, after=tuple(a for a in s.after if a not in noticed) or (deed,)) for s in rest)
        steps.append(verify((deed, *(step.deed for step in rest))))
        losses = tuple(
            self._kept(store_availability(lost, store, capability.writes, path), store)
            for store in self.design.needed(capability, path)
        )
        yield self._way(failure, WayKind.MANUAL, path.site, steps, losses)

    def _kept(self, availability: StoreAvailability, store: str) -> StoreLoss:
        found = self.design.stores.get(store)
        steps = availability.condition.steps
        # What a cache holds that keeps nothing on a disk was in the memory of its server.
        cache = found is not None and found.kind is StoreKind.CACHE and not found.durable
        restarted = cache and any(step.deed.kind is Act.RESTART_ELSEWHERE for step in steps)
        if found and (restarted or starts_empty(availability)):
            return emptied(found)
        return StoreLoss(store=store, age=NOTHING, copy=availability.member.subject if availability.member else None)

    @staticmethod
    def _seen(
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        other: ServingPath,
        paths: Sequence[ServingPath],
    ) -> ServingPath:
        """A path as checks see it that lead clients elsewhere: those of a name, or of a balancer before others, pass
        while another site that serves behind the same front answers."""
        by_name = path.by_name_to(other)
        own = {balancer.urn for balancer in path.balancers}.difference(balancer.urn for balancer in other.balancers)
        beside = (
            one
            for one in paths
            if one.serving
            and one.route.urn == path.route.urn
            and one.site != path.site
            and (by_name or any(balancer.urn in own for balancer in one.balancers))
        )
        if all(failure.path(one, capability.calls_out).state > State.IMPAIRED for one in beside):
            return path
        return replace(path, route=replace(path.route, detects=None)) if by_name else replace(path, detects=None)

    def _failovers(
        self, failure: FailureState, capability: Capability, path: ServingPath, other: ServingPath, now: Condition
    ) -> Iterator[Way]:
        """Moving the clients of ``path`` to another site: by itself and by a person."""
        there = together((*self._common(failure, capability, other), failure.path(other, capability.calls_out)))
        if there.state is State.DOWN or lacking(path, other):
            return  # the other site is down too, or lacks what does the work: it holds a page that only says so
        names = self.design.needed(capability, other)
        waiting, at_once = (
            {name: store_availability(failure, name, capability.writes, other, waits) for name in names}
            for waits in (True, False)
        )
        # What heals is waited for, or a plan, or a person, promotes a replica meanwhile.
        planned = {name: one for name, one in at_once.items() if one.promote and one.member and one.member.promoted_by}
        variants = (waiting, {**waiting, **planned}, at_once)
        for stores in (one for n, one in enumerate(variants) if one not in variants[:n]):
            yield from self._moves(failure, capability, path, other, now, there, stores)

    def _moves(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        other: ServingPath,
        now: Condition,
        there: Condition,
        availabilities: Mapping[str, StoreAvailability],
    ) -> Iterator[Way]:
        """:meth:`_failovers`, with the stores of the other site as they are or are made to be. ``there``: how it fares
        without them."""
        if any(s.condition.state is State.DOWN and not s.promote for s in availabilities.values()):
            return
        missing = [c for c in (there, *(s.condition for s in availabilities.values())) if c.state is State.UNKNOWN]
        unknown_reasons = tuple(reason for c in missing for reason in c.unknown)
        promotions = [s.member for s in availabilities.values() if s.promote and s.member]
        if other is path and not promotions:
            return  # what stays where it is heals, or does not
        growth, load, load_unknown = self._growth(failure, path, other)
        losses = tuple(self._taken(failure, availability, name, path) for name, availability in availabilities.items())
        left = [name for name in self.design.needed(capability, path) if name not in availabilities]
        losses += tuple(emptied(self.design.stores[name]) for name in left if name in self.design.stores)
        again = [step for name in availabilities for step in self._filled(name, path, availabilities[name])]
        heals = (step for s in availabilities.values() if not s.promote for step in s.condition.steps)
        first = list({step.deed: step for step in (*there.steps, *heals, *again)}.values())
        if failure.scenario.busy == other.site:
            deed = Deed(Act.LEAVE_MAINTENANCE, site(other.site))
            first.append(Step(deed=deed, phase=Phase.ACT, duration=MAINTENANCE[1]))
        plan = self._plan_for(failure, path, other, promotions)
        ways = {(WayKind.MANUAL, None if plan and plan.unread else plan), (WayKind.MANUAL, None)}
        if not again and not failure.scenario.gray and (now.state is not State.IMPAIRED or now.share == 0):
            # What still answers is not left by itself. Checks and scaling do not wait for a plan that would do it too.
            ways |= {(WayKind.FAILOVER, plan), (WayKind.FAILOVER, None)}
        seen = _unseen(path) if failure.scenario.gray and other is not path else path
        editable = failure.editable(path.entry)
        for kind, run in sorted(ways, key=lambda way: (way[0], way[1] is None)):
            people = self._people if kind is WayKind.MANUAL else None
            steps = Failover(seen, other, promotions, growth, run, people, first, editable).steps()
            if steps is not None:
                held = None if load is None else min(load, there.share)
                unread = (Reason(Because.NOT_READ, run.subject),) if run and run.unread else ()
                reasons = (*unknown_reasons, *load_unknown, *unread)
                yield self._way(failure, kind, other.site, steps, losses, held, reasons)

    def _way(
        self,
        failure: FailureState,
        kind: WayKind,
        site: str | None,
        steps: Sequence[Step],
        losses: tuple[StoreLoss, ...],
        load: float | None = 1.0,
        unknown_reasons: tuple[Reason, ...] = (),
    ) -> Way:
        steps, recovery = self._recovery(failure, steps)
        return Way(
            kind=kind,
            site=site,
            steps=steps,
            recovery=recovery,
            losses=losses,
            inconsistencies=inconsistencies([loss for loss in losses if self._refers(loss.store)]),
            load=load,
            unknown=unknown_reasons,
        )

    def _recovery(self, failure: FailureState, steps: Sequence[Step]) -> tuple[tuple[Step, ...], Recovery]:
        """Steps and what comes of them where some of their needs stay down."""
        key = tuple(steps), tuple([failure.lost(step.needs) for step in steps])
        if key not in self._recoveries:
            self._recoveries[key] = key[0], recover(key[0], failure.lost)
        return self._recoveries[key]

    def _refers(self, name: str) -> bool:
        """Whether a store holds rows or files that others refer to."""
        return self.design.stores[name].durable and self.design.stores[name].kind not in TIMELESS

    def _taken(
        self, failure: FailureState, availability: StoreAvailability, store: str, path: ServingPath
    ) -> StoreLoss:
        """What is lost by going on at another site than that of ``path``: what had not arrived there when its source
        was lost, and all of a cache that is a site's own."""
        member = availability.member
        if member and member.writer and member.site not in (path.site, None) and self._has_its_own(store, path):
            there = self.design.stores[store]
            if there.kind is StoreKind.SEARCH and there.copies:
                return StoreLoss(store=store, age=there.copies[0].age, copy=there.copies[0].subject)
            return emptied(there)
        source = self.design.members.get(member.source or "") if member else None
        if member is None or not (availability.promote or (source and failure.member(source).state is State.DOWN)):
            return self._kept(availability, store)
        age = member.lag or unknown(f"lag of {member.label}", Unit.SECONDS, "nothing says how far it lags")
        if member.filled:
            return StoreLoss(store=store, age=age, copy=member.filled)
        if source and (reason := failure.unfed(member, source)):
            age = undecided_figure(f"lag of {member.label}", [reason])
        return StoreLoss(store=store, age=age, copy=member.subject)

    def _filled(self, store: str, path: ServingPath, availability: StoreAvailability) -> Iterator[Step]:
        """Making an index again that another site has of its own, which a person begins."""
        found, member = self.design.stores[store], availability.member
        away = member and member.writer and member.site not in (path.site, None)
        if found.kind is StoreKind.SEARCH and away and self._has_its_own(store, path):
            for copy in found.copies[:1]:
                deed = Deed(Act.RESTORE, named(store), copy.subject)
                yield Step(deed=deed, phase=Phase.ACT, duration=copy.restore)

    def _has_its_own(self, store: str, path: ServingPath) -> bool:
        """Whether every site has a cache, queue or index of its own that stands for the store."""
        found = self.design.stores[store]
        return found.kind in APART and any(m.writer and m.site == path.site for m in found.members)

    def _growth(
        self, failure: FailureState, path: ServingPath, other: ServingPath
    ) -> tuple[Sequence[Pool], float | None, tuple[Reason, ...]]:
        """Pools that must grow, the share of the load that is then held, and what is not known: the same for all that
        is served on the path."""
        key = ("growth", path.entry.urn, path.behind, other.entry.urn, other.behind)
        return failure.once(key, lambda: self._growing(failure, path, other))

    def _growing(
        self, failure: FailureState, path: ServingPath, other: ServingPath
    ) -> tuple[Sequence[Pool], float | None, tuple[Reason, ...]]:
        grow: list[Pool] = []
        share = 1.0
        reasons: list[Reason] = []
        for group, need in self._needed(path, other):
            if need is None:
                reasons.append(Reason(Because.NEED_UNKNOWN, group[0].subject))
                continue
            # A person may launch where the pool does not by itself; the step says what that needs.
            left = [failure.pool(pool, True, False)[0] for pool in group]
            wanted = need * failure.scenario.load
            if capacity.now(left) >= wanted:
                continue
            share = min(share, capacity.most(left) / wanted)
            grow += (one.pool for one in capacity.fewest(left, wanted) if one.pool not in grow)
        return grow, None if reasons else share, tuple(reasons)

    def _needed(self, path: ServingPath, other: ServingPath) -> Sequence[tuple[tuple[Pool, ...], float | None]]:
        """:func:`needed`, which is the same in all scenarios."""
        key = (path.entry.urn, path.behind, other.entry.urn, other.behind)
        if key not in self._growths:
            self._growths[key] = tuple(needed(self.design, path, other))
        return self._growths[key]

    def _plan(self, urn: str | None) -> Plan | None:
        part = self.design.parts.get(urn or "")
        return part if isinstance(part, Plan) else None

    def _plan_for(
        self, failure: FailureState, path: ServingPath, other: ServingPath, promotions: Sequence[Member]
    ) -> Plan | None:
        """The plan that moves clients to a site: one that promotes there, turns the route, or names the site."""
        named = [self._plan(urn) for urn in (*(m.promoted_by for m in promotions), path.route.switched_by)]
        fit = [plan for plan in named if plan and plan.towards in (other.site, None)]
        there = self._plans_to.get(other.site, ()) if other.site != path.site or other is path else ()
        best = failure.once(("plan", other.site, bool(there)), lambda: self._running(failure, there))
        return self._running(failure, sorted((*fit, best) if best else fit, key=_by_hand))

    @staticmethod
    def _running(failure: FailureState, plans: Sequence[Plan]) -> Plan | None:
        """The first of the plans that run, else of those that do not."""
        return next((plan for plan in plans if failure.because(plan) is None), plans[0] if plans else None)

    @cached_property
    def _plans_to(self) -> Mapping[str | None, Sequence[Plan]]:
        """Site → the plans that move clients there, those that start by themselves first."""
        found: dict[str | None, list[Plan]] = {}
        for plan in sorted(self.design.model.plans, key=_by_hand):
            found.setdefault(plan.towards, []).append(plan)
        return found

    def _rebuild(self, failure: FailureState, capability: Capability, path: ServingPath) -> Iterator[Way]:
        """A person restores what is lost from copies, and builds anew what does not run."""
        if found := rebuild(failure, self._people, capability, path):
            steps, losses = found
            yield self._way(failure, WayKind.REBUILD, path.site, steps, losses)

    def _wait(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        paths: Sequence[ServingPath],
        now: Sequence[Way],
    ) -> Iterator[Way]:
        """Waiting for what failed. ``now``: ways that wait for nothing."""
        scenario = failure.scenario
        if scenario.failed and all(d.kind is DomainKind.KEY for d in scenario.failed):
            yield self._key_kept(failure, capability)
            return
        if scenario.lasts is None:
            return
        if scenario.apart:
            yield from self._wait_apart(failure, capability, path, paths, now)
            return
        kind, step = _back(scenario, scenario.lasts)
        again = self._restarts(failure, capability, step.deed) if kind is WayKind.WAIT else ()
        yield self._way(failure, kind, None, (step, *again), self._at_risk(failure, capability))

    def _key_kept(self, failure: FailureState, capability: Capability) -> Way:
        """A person cancels the deletion of a key.

        KMS keeps a key for 7 to 30 days, Cloud KMS a version for 30 unless told otherwise, and what needs it fails at
        once, so that somebody looks (https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html,
        https://docs.cloud.google.com/kms/docs/destroy-restore; read 2026-11).
        """
        steps = self._people.decide()
        deed = Deed(Act.KEEP_KEY, failure.scenario.failed)
        steps.append(Step(deed=deed, phase=Phase.ACT, duration=KEY_KEPT, after=(steps[-1].deed,)))
        steps.append(verify((deed,)))
        losses = tuple(
            StoreLoss(store=name, age=NOTHING, copy=None) for name in capability.stores if name in self.design.stores
        )
        return self._way(failure, WayKind.REBUILD, None, steps, losses)

    def _wait_apart(
        self,
        failure: FailureState,
        capability: Capability,
        path: ServingPath,
        paths: Sequence[ServingPath],
        now: Sequence[Way],
    ) -> Iterator[Way]:
        """Of what failed at once by chance one is back first; then it is as if only the other had failed."""
        waits: list[tuple[Way, Way | None]] = []
        for back, left in permutations(failure.apart):
            then = self._of_domain(left, capability, path, paths)
            if back.scenario.lasts is None or then.time is None:
                continue
            kind, step = _back(back.scenario, back.scenario.lasts)
            # What the rest needs is back by then, or was looked for as that other failure.
            rest = [replace(s, needs=(), after=s.after or (step.deed,)) for s in then.way.steps] if then.way else []
            losses = worst_of_each((*self._at_risk(failure, capability), *then.losses))
            steps = (step, *rest) if rest else (step, *self._restarts(failure, capability, step.deed))
            way = self._way(failure, WayKind.WAIT if rest else kind, None, steps, losses, unknown_reasons=then.unknown)
            waits.append((way, then.way))
        # Who can go the rest without waiting waits for what does not matter.
        gone = [way.steps for way in (*now, *(way for way, _ in waits)) if way.feasible]
        yield from (way for way, rest in waits if rest is None or rest.steps not in gone)

    def _restarts(self, failure: FailureState, capability: Capability, after: Deed) -> Iterator[Step]:
        """Stores that must be started again once what stopped them is back."""
        stores = (self.design.stores[name] for name in capability.stores if name in self.design.stores)
        return (one for store in stores for one in restarts(failure, store, (after,)))

    def _at_risk(self, failure: FailureState, capability: Capability) -> tuple[StoreLoss, ...]:
        """What is lost should a place that failed not come back as it was; a lost network or vendor loses nothing but
        what died with its process."""
        names = [name for name in capability.stores if name in self.design.stores]
        physical = any(d.kind in PHYSICAL for d in failure.scenario.failed)
        risked = [name for name in names if physical or self._died(failure, name)]
        found = {loss.store: loss for loss in store_losses(failure, risked)}
        if physical:
            return tuple(found[name] for name in names if name in found)
        return tuple(found.get(name) or StoreLoss(store=name, age=NOTHING, copy=None) for name in names)

    def _died(self, failure: FailureState, name: str) -> bool:
        """Whether every copy of a store's data died with its process, whatever stopped that, or with its server."""
        members, hosts = self.design.stores[name].members, failure.scenario.hosts
        return bool(members) and all(
            failure.member(m).state is State.DOWN and (m.fleeting or (m.on_host and m.urn in hosts)) for m in members
        )

    def _nothing_left(self, failure: FailureState, capability: Capability) -> Way | None:
        """What remains of the data where service does not come back."""
        losses = self._at_risk(failure, capability) if not failure.spoiled else store_losses(failure, capability.stores)
        if not losses:
            return None
        stuck = Step(deed=Deed(Act.NOTHING), phase=Phase.ACT, duration=_never_known((Reason(Because.NO_WAY_BACK),)))
        return Way(kind=WayKind.WAIT, site=None, steps=(stuck,), recovery=Recovery(time=None), losses=losses)


def _back(scenario: Scenario, takes: Figure) -> tuple[WayKind, Step]:
    """What failed is back: a person renews what runs out, all else is waited for."""
    if scenario.failed and all(d.kind in RENEWED for d in scenario.failed):
        return WayKind.REBUILD, Step(deed=Deed(Act.RENEW, scenario.failed[0]), phase=Phase.ACT, duration=takes)
    deed = Deed(Act.WAIT_FOR, scenario.failed) if scenario.failed else Deed(Act.WAIT)
    return WayKind.WAIT, Step(deed=deed, phase=Phase.ACT, duration=takes)


def _untouched(paths: Sequence[ServingPath], well: Sequence[Outcome], hit: Collection[str]) -> bool:
    """Whether the clients of a name fare ``well``, as they do while nothing happens."""
    return all(path.entry.urn not in hit for path in paths) and all(one.kind is Kind.UNAFFECTED for one in well)


def _for_most(path: ServingPath, served: float) -> ServingPath:
    """A path as it is until a share of its clients is served: resolvers that keep an answer too long are waited for
    where too many clients use them."""
    entry = path.entry
    share = entry.overstay and typical(entry.overstay.share)
    if not entry.overstay or share is None or share <= 1 - served:
        return path
    name = entry.propagates.name
    return replace(
        path, entry=replace(entry, propagates=total(name, entry.propagates, entry.overstay.lasts), overstay=None)
    )


def _has_most(path: ServingPath) -> bool:
    """Whether its weight brings it more than half of the clients: without it those that are left get more than twice
    theirs at once, and a balancer is taken to double within minutes (judgement: AWS advises to reserve for what more
    than doubles within five, Networking blog, load balancer capacity unit reservation; read in quotations, 2026-11)."""
    others = (route.weight or 0 for route in path.entry.routes if route is not path.route and not route.standby)
    return (path.route.weight or 0) > sum(others)


def _by_hand(plan: Plan) -> bool:
    return not plan.triggered


def _unseen(path: ServingPath) -> ServingPath:
    """A path whose health checks notice nothing."""
    return replace(path, detects=None, route=replace(path.route, detects=None))


def _speed(way: Way) -> tuple[bool, float, float, bool, float, int]:
    """Sort key: ways that may be relied on first, then by the pessimistic end of their time, then those that carry all
    of the load (to wait carries none of it), that give up less, and that are less effort."""
    time = way.recovery.time
    usual = typical(time)
    short = way.kind is WayKind.WAIT or way.load != 1
    seconds = pessimistic(time), math.inf if usual is None else usual
    return bool(way.unknown), *seconds, short, given_up(way.losses), _EFFORT[way.kind]


def _chosen(possible: Sequence[Way], capability: Capability, scenario: Scenario) -> Way:
    """The quickest way, where nobody chooses it. A person goes the one that takes least, time and data together, of
    those that keep to both objectives where one does: an order that is lost costs what one does that is not taken.
    Nobody leads clients away to win a minute."""
    if not possible[0].person:
        return possible[0]
    target = capability.target.of(scenario.disruption)
    kept = [way for way in possible if way.kind is not WayKind.WAIT and _kept_to(way, target)]
    best = min(kept or possible, key=_takes)
    near = (way for way in kept or possible if way.stays and not way.unknown and _costs(way) <= _costs(best) + MINUTE)
    return min(near, key=_takes, default=best)


def _takes(way: Way) -> tuple[bool, float, tuple[object, ...]]:
    """Sort key: ways that may be relied on first, then by seconds without service and of data that is given up."""
    return bool(way.unknown), _costs(way), _speed(way)


def _costs(way: Way) -> float:
    """Seconds without service and of data that is given up."""
    return pessimistic(way.recovery.time) + given_up(way.losses)


def _kept_to(way: Way, target: Target) -> bool:
    """Whether a way is known to keep to both objectives, where they are stated, with all of the load."""
    worst = worst_loss(way.losses)
    in_time = target.recovery_time is None or pessimistic(way.recovery.time) <= target.recovery_time.total_seconds()
    enough = target.data_loss is None or worst is None or pessimistic(worst.age) <= target.data_loss.total_seconds()
    return not way.unknown and way.load == 1 and in_time and enough


def _kind(way: Way) -> tuple[Kind, Reason | None]:
    if way.unknown or way.recovery.time is None or way.recovery.time.value is None:
        return Kind.UNDECIDED, None
    if way.kind is WayKind.WAIT or (way.kind is WayKind.IN_PLACE and way.load == 0):
        return Kind.LOST, None  # it waits, and carries nothing until then
    left = Reason(Because.SHARE_LEFT, amount=way.load) if way.load is not None and way.load < 1 else None
    return (Kind.PERSON if way.person else Kind.DEGRADED if left else Kind.RECOVERS), left


def _untold(way: Way) -> Iterator[Reason]:
    """Why the time of a way is unknown."""
    leaves = {figure: step.deed for step in reversed(way.steps) for figure in unknowns(step.duration)}
    for figure in unknowns(*(step.duration for step in way.steps)):
        match figure.why:
            case Undecided():
                yield from figure.why.reasons
            case NotKnown(reason):
                yield Reason(Because.NOT_TOLD, leaves[figure].subject, reason)
            case _:
                pass


def _severity(outcome: Outcome, target: Target) -> tuple[int, bool, float, float, int]:
    """Sort key: what is back too late last, and what cannot be decided before it; then what carries less, then the
    time, as near as that is known, then what is given up."""
    seconds, kind = pessimistic(outcome.time), outcome.kind
    less = bool(outcome.way and (outcome.way.load or 0) < 1)
    if target.recovery_time is None:
        late = outcome.time is None or kind is Kind.LOST
    else:
        late = seconds > target.recovery_time.total_seconds()
    unsure = kind is Kind.UNDECIDED
    lost = given_up(outcome.way.losses) if outcome.way else 0.0
    return 1 if unsure else 2 * late, less, float(f"{seconds:.3g}"), lost, _RANK[kind]


def _never_known(reasons: Sequence[Reason]) -> Figure:
    return undecided_figure("recovery time", reasons)


def _grown(short: Shortage, group: Sequence[Pool]) -> bool:
    return any(pool.urn in short.short for pool in group)
