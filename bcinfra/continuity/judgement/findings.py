"""Findings: what breaks which objective, on which resource, and what to change. Codes are stable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

from bcinfra.continuity.judgement.rules import EXPIRED, RULES, Breaks
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.fcaps import Cell
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import (
    Capability,
    Entry,
    Model,
    Pool,
    Protection,
    Provenance,
    RecoveryPoint,
    Refused,
    Store,
    StoreKind,
)
from bcinfra.continuity.model.statements import (
    Noun,
    Statement,
    Subject,
    capability as able,
    resource as of_resource,
    site,
    store as of_store,
)
from bcinfra.continuity.recovery import capacity
from bcinfra.continuity.recovery.design import UNNAMED_RELEASE, Design, ServingPath, release
from bcinfra.continuity.recovery.failover import turns
from bcinfra.continuity.recovery.outcomes import Accepted, Kind, Outcome, Verdict, Way, WayKind
from bcinfra.continuity.recovery.peak import LOSES_CAPACITY, LOSES_PLACE, reasons
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.scenarios import DWELL, Kind as ScenarioKind, Scenario, domain_id
from bcinfra.continuity.recovery.standby import lacking
from bcinfra.continuity.recovery.steps import Act, Phase
from bcinfra.continuity.reliability.faulttree import CutSets
from bcinfra.seconds import MINUTE

NOTICED_WITHIN: Final = 15 * MINUTE
"""Seconds within which somebody must be told that a copy is not written any more: as old as the newest data outside of
the network may be."""


_WEEK: Final = 7


class Finds(StrEnum):
    """What findings say. The subject is what is concerned, unless said otherwise."""

    ALONE = "alone"
    """A domain that alone stops a capability."""
    NEEDS_FAILED = "needs failed"
    """A step that needs domains, the object, which failed."""
    MUST_ACT = "must act"
    """A person, in a site, with a step first, the object."""
    MUST_MOVE = "must move"
    """A person, clients to a site, with a step first, the object."""
    IN_ONE_ZONE = "in one zone"
    NO_STANDBY_IN_ZONE = "no standby in zone"
    NO_SERVER_IN_ZONE = "no server in zone"
    """Whose data is kept apart from servers."""
    NO_CHECK = "no check"
    NEVER_ASKED = "never asked"
    """Replicas, whether they serve."""
    NEVER_WITHDRAWN = "never withdrawn"
    """The answer of a name that leads to a site, the object."""
    SHARE_CARRIED = "share carried"
    """From a site; the amount is a share of the load."""
    WORK_UNDONE = "work undone"
    """In a site; the object is the pool whose work it is."""
    NOTHING_SURVIVES = "nothing survives"
    EXPOSED = "exposed"
    DELETED_WITH_COPIES = "deleted with copies"
    DELETED_AT_ONCE = "deleted at once"
    """The object is the setting with which the service would refuse."""
    KEPT_SHORTER = "kept shorter"
    """Copies of a store, than as many seconds as the amount."""
    COPY_TOO_OLD = "copy too old"
    UNTESTED = "untested"
    UNREPLAYED = "unreplayed"
    UNLOADED = "unloaded"
    """Of a copy that holds rows alone."""
    SLOW_RESTORE = "slow restore"
    """A step."""
    NEWER_THAN = "newer than"
    TWO_PRIMARIES = "two primaries"
    TWO_PRIMARIES_UNKNOWN = "two primaries unknown"
    RUNS_EVERYWHERE = "runs everywhere"
    """A release."""
    NO_READING = "no reading"
    OPAQUE = "opaque"
    DANGLING = "dangling"
    HOMELESS = "homeless"
    """Data of a criticality, the object."""
    NO_COPY = "no copy"
    MINOR_AS_CRITICAL = "minor as critical"
    SPARE = "spare"
    NO_OBJECTIVE = "no objective"
    DEFAULT_OBJECTIVE = "default objective"
    BELOW_PROMISE = "below promise"
    """The object is the availability: typical, at worst, promised."""
    ONE_GEOGRAPHY = "one geography"
    EXPIRED = "expired"
    """A risk; the object is who took it and until when."""
    UNSHIELDED = "unshielded"
    AROUND_EDGE = "around edge"
    """What stands behind a content delivery network; the object is the network."""
    STANDBY_UNSHIELDED = "standby unshielded"
    """At a site; the object is the name whose clients are moved there."""
    PEAK_HELD = "peak held"
    """After what is lost; the amount is the share of the peak, once all has grown that may."""
    NOT_GROWN = "not grown"
    NOT_SHIFTED = "not shifted"
    ONLY_IN_HOUSE = "only in-house"
    NOT_EDITABLE = "not editable"
    FEWER_SITES = "fewer sites"
    """A name; the object is the site that it leaves out and the name that leads there."""
    ON_ONE_SERVER = "on one server"
    """Which may hold all of as many replicas as the amount."""
    COPIES_ON_ONE_SERVER = "copies on one server"
    UNDRAINABLE = "undrainable"
    UNCOPIED = "uncopied"
    MOVABLE = "movable"
    """The object is the property of a budget that lets none go."""
    FLEETING = "fleeting"
    """Its data die with its processes."""
    MAINTAINED_TOGETHER = "maintained together"
    MAINTAINED_AT_PEAK = "maintained at peak"
    """The object is the peak."""
    SLOW_UPGRADE = "slow upgrade"
    ROLLED_AT_ONCE = "rolled at once"
    """All replicas, the amount."""
    ONE_WAY_OUT = "one way out"
    """A way out; the object is the zones that hang on it besides its own."""
    UNWATCHED = "unwatched"
    """A copy that is written all the time: nobody is told that it is not."""
    WATCHED_LATE = "watched late"
    """The same; the amount is in how many seconds somebody is."""
    BY_ONE_READER = "by one reader"
    """A copy that is written all the time."""
    SHELVED_WITHIN = "shelved within"
    """Where the runbook is; the object is the account of the shop that it is lost with."""
    SHELVED_OPENLY = "shelved openly"
    SEALED_WITHIN = "sealed within"
    """Copies of the state; the object is what nobody can read them without, and the account that it is lost with."""
    UNMANAGED = "unmanaged"
    """Of a tier, one area of its management; the object is what it needs, of which nothing is there."""
    PARTLY_MANAGED = "partly managed"
    """The same; the object is what is missing."""
    HOLDS_DATA = "holds data"
    """The object is what it holds, and why that is so."""
    OVER_BUDGET = "over budget"
    DEAR_COPIES = "dear copies"
    UNDERPROTECTED = "underprotected"
    OVERPROTECTED = "overprotected"
    """A site."""


class Found(Statement[Finds]):
    """What a finding says."""

    __slots__ = ()


class Seen(StrEnum):
    """What findings are seen by."""

    REJECTED = "rejected"
    """A copy, the subject, that does not count for a reason, the object."""
    NOT_MADE = "not made"
    """The object says what is not, and why."""
    NO_COPY = "no copy"
    APART = "apart"
    """By as many seconds as the amount."""
    APART_UNKNOWN = "apart unknown"
    LACKS = "lacks"
    """A need of a tier, which the resources that are the object do not meet."""
    COSTS = "costs"
    """A month, as all that follow in the currency that is the object; the rest a year."""
    MAY_COST = "may cost"
    """A month."""
    COPIED_COSTS = "copied costs"
    """What is copied, a month."""
    COSTS_A_YEAR = "costs a year"
    LOSES = "loses"
    SAVES = "saves"


class Evidence(Statement[Seen]):
    """What a finding is seen by."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding."""

    code: str
    says: Found | Reason | Refused
    resource: str | None = None
    """URN, where one resource is concerned."""
    place: str | None = None
    """File and line of the program, where known."""
    capabilities: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    """Ids of the scenarios in which it shows."""
    evidence: tuple[Evidence, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    """Who took the risk: of every verdict that is broken where it shows, or of the finding itself where no verdict is;
    else it is open."""

    @property
    def breaks(self) -> tuple[Breaks, ...]:
        return RULES[self.code]

    @property
    def about(self) -> str:
        """What an acceptance names it by: the resource's name in the program, or that of its subject."""
        if self.resource:
            return self.resource.rpartition("::")[2]
        subject = self.says.subject
        return subject.name if isinstance(subject, Subject | Domain) else self.says.id


Result = tuple[Scenario, tuple[Outcome, ...]]


def find(
    design: Design,
    results: Sequence[Result],
    judge: Judge,
    cuts: Mapping[str, CutSets],
    availability: Mapping[str, Verdict],
    spare: Iterable[str],
    economy: Iterable[Finding] = (),
    managed: Iterable[Cell] = (),
) -> tuple[Finding, ...]:
    """All findings, each once, by code. ``spare``: sites without which every verdict stays as good as it is;
    ``economy``: what is found of money; ``managed``: how each tier is."""
    found = (
        *_from_outcomes(design, results, cuts),
        *_from_design(design),
        *_from_model(design, judge),
        *(Finding(code="BC0024", says=Found(Finds.SPARE, site(name))) for name in spare),
        *(f for name, verdict in availability.items() for f in _promised(name, verdict)),
        *economy,
        *_unmanaged(managed),
    )
    same: dict[tuple[str, Found | Reason | Refused, str | None], list[Finding]] = {}
    for one in found:
        same.setdefault((one.code, one.says, one.resource), []).append(one)
    places = design.model.places
    broken = {
        (scenario.id, outcome.capability): tuple(v for v in outcome.verdicts if v.judgement is not Judgement.MET)
        for scenario, outcomes in results
        for outcome in outcomes
    }
    return tuple(
        replace(
            one,
            place=places.get(one.resource or "-"),
            accepted=_accepted(one, broken, judge),
        )
        for one in sorted(map(_merged, same.values()), key=lambda f: (f.code, f.says.id, f.resource or ""))
    )


def _accepted(
    one: Finding, broken: Mapping[tuple[str, str], tuple[Verdict, ...]], judge: Judge
) -> tuple[Accepted, ...]:
    """The acceptances of all verdicts that are broken where a finding shows; none where one of them is open."""
    verdicts = [v for id in one.scenarios for name in one.capabilities for v in broken.get((id, name), ())]
    if not verdicts:
        taken = judge.finding(one.code, one.about)
        return (taken,) if taken else ()
    taken = tuple(v.acceptance for v in verdicts if v.acceptance)
    return tuple(dict.fromkeys(taken)) if len(taken) == len(verdicts) else ()


def _merged(same: Sequence[Finding]) -> Finding:
    """One finding of those that say the same."""
    if len(same) == 1:
        return same[0]
    return replace(
        same[0],
        capabilities=tuple(sorted({name for one in same for name in one.capabilities})),
        scenarios=tuple(sorted({id for one in same for id in one.scenarios})),
        evidence=tuple(sorted({seen for one in same for seen in one.evidence}, key=lambda seen: seen.id)),
    )


def _promised(name: str, verdict: Verdict) -> Iterator[Finding]:
    value = verdict.value and verdict.value.value
    if verdict.judgement is Judgement.MISSED and value:
        says = Found(Finds.BELOW_PROMISE, able(name), (value.typical, value.lower, verdict.target))
        yield Finding(code="BC0026", says=says, capabilities=(name,))


def _from_outcomes(design: Design, results: Sequence[Result], cuts: Mapping[str, CutSets]) -> Iterator[Finding]:
    single = {(name, cut[0]) for name, found in cuts.items() for cut in found.of_order(1) if cut}
    by_id = {domain_id(d): d for d in design.domains}
    for scenario, outcomes in results:
        for outcome in outcomes:
            missed = {v.objective for v in outcome.verdicts if v.judgement is not Judgement.MET}
            found = list(_lossy(design, outcome, missed))
            decided = outcome.kind is not Kind.UNDECIDED
            if decided and (outcome.capability, scenario.id) in single and Objective.RECOVERY_TIME in missed:
                found.append(Finding(code="BC0001", says=Found(Finds.ALONE, by_id[scenario.id])))
            if Objective.RECOVERY_TIME in missed:
                found += _slow(scenario, outcome)
            found += _at_peak(scenario, outcome)
            if not decided:
                found += (Finding(code="BC0018", says=r, resource=_resource(r)) for r in outcome.unknown)
            if outcome.way and outcome.way.kind is WayKind.MANUAL and Objective.RECOVERY_TIME in missed:
                found.append(Finding(code="BC0003", says=_by_hand(outcome.way)))
            for one in found:
                yield replace(one, capabilities=(outcome.capability,), scenarios=(scenario.id,))


def _by_hand(way: Way) -> Found:
    """That a person must act, and at what first: on the longest path, where the path is known."""
    acts = [step.deed for step in way.steps if step.phase is Phase.ACT]
    slow = [deed for deed in acts if deed in way.recovery.critical]
    return Found(Finds.MUST_ACT if way.stays else Finds.MUST_MOVE, site(way.site), next(iter(slow or acts), None))


def _at_peak(scenario: Scenario, outcome: Outcome) -> Iterator[Finding]:
    """What of the declared peak is not held once a server, zone or region is lost and all has grown that may, and what
    it is not known of whether it holds all of it, or has no room that is kept."""
    if outcome.held is None or scenario.disruption not in LOSES_CAPACITY:
        return
    if 0 < outcome.held.bound < 1:
        lost = scenario.subject or scenario.failed[0]
        yield Finding(code="BC0007", says=Found(Finds.PEAK_HELD, lost, amount=outcome.held.bound))
    if outcome.kind is not Kind.UNDECIDED:
        unkept = outcome.held.unkept if scenario.disruption in LOSES_PLACE else ()
        for why in dict.fromkeys((*reasons(outcome.held.now), *reasons(outcome.held.grown), *unkept)):
            yield Finding(code="BC0007", says=why, resource=_resource(why))


def _slow(scenario: Scenario, outcome: Outcome) -> Iterator[Finding]:
    # In a pair the second failure is chosen so that it stops the way out of the first.
    ways = outcome.others if scenario.kind is not ScenarioKind.PAIR else ()
    for way in ways:
        for stuck in way.recovery.infeasible:
            if way.kind is not WayKind.REBUILD or stuck.step.kind is Act.RESTORE:
                says = Found(Finds.NEEDS_FAILED, stuck.step, stuck.lost)
                yield Finding(code="BC0002", says=says, resource=_resource(stuck.step))
    way = outcome.way
    if outcome.degraded_to and way and (way.load or 0) < 1:
        yield Finding(code="BC0007", says=Found(Finds.SHARE_CARRIED, site(way.site), amount=way.load or 0.0))
    if way and way.kind is WayKind.REBUILD:
        for deed in (s.deed for s in way.steps if s.deed.kind is Act.RESTORE and s.deed in way.recovery.critical):
            yield Finding(code="BC0014", says=Found(Finds.SLOW_RESTORE, deed), resource=_resource(deed))
    if scenario.kind is ScenarioKind.UPGRADE:
        (urn,) = scenario.upgraded
        yield Finding(code="BC0046", says=Found(Finds.SLOW_UPGRADE, scenario.subject), resource=urn)
    for reason in outcome.reasons:
        if reason.kind is Because.NOT_WITHDRAWN:
            yield Finding(code="BC0006", says=reason, resource=_resource(reason))


def _lossy(design: Design, outcome: Outcome, missed: set[Objective]) -> Iterator[Finding]:
    target = next((v.target for v in outcome.verdicts if v.objective is Objective.DATA_LOSS), 0.0)
    counting = [loss for loss in outcome.losses if not loss.spare]
    for loss in counting if Objective.DATA_LOSS in missed else ():
        yield from (_not_made(one) for one in design.stores[loss.store].refused)
        urn = _store_urn(design, loss.store)
        upper = loss.age.value.upper if loss.age and loss.age.value else None
        if loss.total_loss:
            rejected = tuple(Evidence(Seen.REJECTED, one.copy, one.reason) for one in loss.rejected)
            rejected += tuple(Evidence(Seen.NOT_MADE, object=one) for one in design.stores[loss.store].refused)
            says = Found(Finds.NOTHING_SURVIVES, of_store(loss.store))
            yield Finding(code="BC0008", says=says, resource=urn, evidence=rejected or (Evidence(Seen.NO_COPY),))
        elif upper is not None and upper > target:
            says = Found(Finds.COPY_TOO_OLD, of_store(loss.store), loss.copy)
            yield Finding(code="BC0012", says=says, resource=urn)
    for gap in outcome.way.inconsistencies if outcome.way else ():
        apart = Evidence(Seen.APART_UNKNOWN) if gap.seconds is None else Evidence(Seen.APART, amount=gap.seconds)
        says = Found(Finds.NEWER_THAN, of_store(gap.newer), of_store(gap.older))
        yield Finding(code="BC0015", says=says, evidence=(apart,))


def _not_made(one: Refused) -> Finding:
    return Finding(code="BC0041", says=one, resource=_resource(one))


def _store_urn(design: Design, name: str) -> str | None:
    store = design.stores.get(name)
    parts = (*store.members, *store.copies) if store else ()
    return parts[0].urn if parts else None


def _resource(said: Statement[StrEnum]) -> str | None:
    """The URN of what a statement is about."""
    named = (one.urn for one in (said.subject, said.object) if isinstance(one, Subject))
    return next(filter(None, named), None)


def _from_design(design: Design) -> Iterator[Finding]:
    model = design.model
    for pool in model.pools:
        if not pool.regional and pool.zones is not None and len(pool.zones) == 1:
            yield Finding(code="BC0004", says=Found(Finds.IN_ONE_ZONE, pool.subject, pool.zones[0]), resource=pool.urn)
    ways = {way.urn: way for pool in model.pools for way in pool.egress}
    for way in ways.values():
        says = Found(Finds.ONE_WAY_OUT, (way.subject, *way.zones), tuple(z for z in way.serves if z not in way.zones))
        yield Finding(code="BC0043", says=says, resource=way.urn)
    for balancer in model.balancers:
        pools = (pool for urn in balancer.pools if isinstance(pool := design.parts.get(urn), Pool))
        if balancer.detects is None and any(not pool.regional for pool in pools):  # the vendor's own it leaves itself
            yield Finding(code="BC0006", says=Found(Finds.NO_CHECK, balancer.subject), resource=balancer.urn)
    for urn in dict.fromkeys(urn for balancer in model.balancers for urn in balancer.unasked):
        if isinstance(pool := design.parts.get(urn), Pool):
            yield Finding(code="BC0006", says=Found(Finds.NEVER_ASKED, pool.subject), resource=urn)
    for entry in model.entries:
        paths = design.paths(entry)
        sites = {c.site for c in paths}
        for path in paths:
            unnoticed = len(sites) > 1 and path.serving and path.detects is None
            if unnoticed and not any(turns(plan, path) for plan in model.plans):
                says = Found(Finds.NEVER_WITHDRAWN, entry.named, site(path.site))
                yield Finding(code="BC0006", says=says, resource=path.route.urn)
            # A path that is known to run nothing is a page that says so, and no standby.
            standbys = [c for c in paths if c.site != path.site and c.balancers and (c.groups or c.unknown)]
            for other in standbys if path.serving else ():
                yield from _less_guarded(path, other)
                for pool in lacking(path, other):
                    says = Found(Finds.WORK_UNDONE, site(other.site), pool.subject)
                    yield Finding(code="BC0007", says=says, resource=other.balancers[-1].urn)
        if entry.editable_after is None and (homes := tuple(_run_from(entry))):
            yield Finding(code="BC0031", says=Found(Finds.NOT_EDITABLE, entry.named, homes[0]), resource=entry.urn)
        if entry.shielded is False:
            yield Finding(code="BC0029", says=Found(Finds.UNSHIELDED, entry.named), resource=entry.urn)
    for front in model.balancers:
        for urn in front.exposed:
            if origin := design.parts.get(urn):
                says = Found(Finds.AROUND_EDGE, origin.subject, front.subject)
                yield Finding(code="BC0029", says=says, resource=urn)
    yield from _left_behind(design)
    for plan in model.plans:
        yield from map(_not_made, plan.refused)
    for store in model.stores:
        yield from _of_store(design, store)
        if store.kind is StoreKind.SYSTEM and store.criticality == "critical" and len(store.members) == 1:
            says = Found(Finds.ONLY_IN_HOUSE, store.members[0].subject)
            yield Finding(code="BC0030", says=says, resource=store.members[0].urn)
    asked = {pool.urn for entry in model.entries for c in design.paths(entry) for group in c.groups for pool in group}
    serving = [pool for pool in model.pools if pool.site in design.serving and pool.urn in asked]
    for pool in serving:
        running = capacity.running(pool) or 0
        if running and capacity.on_server(pool) >= running and not pool.regional:
            says = Found(Finds.ON_ONE_SERVER, pool.subject, amount=running)
            yield Finding(code="BC0035", says=says, resource=pool.urn)
        if pool.rollout and pool.rollout.takes == running and running > 1:
            says = Found(Finds.ROLLED_AT_ONCE, pool.subject, amount=running)
            yield Finding(code="BC0046", says=says, resource=pool.urn)
    for urn, budget, said in model.held:
        if part := design.parts.get(urn):
            says = Found(Finds.UNDRAINABLE, part.subject, (of_resource(budget), said))
            yield Finding(code="BC0036", says=says, resource=budget)
    yield from _images(model)
    released: dict[Domain, list[Pool]] = {}
    for pool in serving:
        released.setdefault(release(pool), []).append(pool)
    for version, same in released.items():
        sites = frozenset(pool.site for pool in same if pool.site)
        if version != UNNAMED_RELEASE and sites == design.serving and not any(pool.rollback for pool in same):
            yield Finding(code="BC0017", says=Found(Finds.RUNS_EVERYWHERE, version), resource=same[0].urn)


def _images(model: Model) -> Iterator[Finding]:
    """Repositories that nobody is known to fill, or whose tags may come to mean another image."""
    pulling: dict[str, list[Pool]] = {}
    for pool in model.pools:
        for urn in dict.fromkeys(pool.pulls):
            pulling.setdefault(urn, []).append(pool)
    for kept in model.repositories:
        images = Subject(Noun.PART, kept.label, kept.urn)
        started = pulling.get(kept.urn, ())
        tagged = [pool for pool in started if kept.urn in pool.pulls_tags]
        if started and kept.unfilled:
            yield Finding(code="BC0038", says=Found(Finds.UNCOPIED, images, started[0].subject), resource=kept.urn)
        if tagged and kept.movable:
            yield Finding(code="BC0039", says=Found(Finds.MOVABLE, images, tagged[0].subject), resource=kept.urn)


def _left_behind(design: Design) -> Iterator[Finding]:
    """Names that do not lead to a site that another name does, though both lead to the same now."""
    named: dict[str, list[Entry]] = {}
    sites = {entry.urn: {c.site: None for c in design.paths(entry)} for entry in design.model.entries}
    for entry in design.model.entries:
        for target in {c.route.target for c in design.paths(entry) if c.serving and c.route.target}:
            named.setdefault(target, []).append(entry)
    for entries in named.values():
        most = max(entries, key=lambda e: len(sites[e.urn]))
        for entry in entries:
            for other in sites[most.urn].keys() - sites[entry.urn].keys():
                says = Found(Finds.FEWER_SITES, entry.named, (site(other), most.named))
                yield Finding(code="BC0034", says=says, resource=entry.urn)


def _less_guarded(path: ServingPath, other: ServingPath) -> Iterator[Finding]:
    """What protects a serving path and is missing in one that stands by."""
    if path.entry.shielded and other.route.shielded is False:
        says = Found(Finds.STANDBY_UNSHIELDED, site(other.site), path.entry.named)
        yield Finding(code="BC0032", says=says, resource=other.balancers[0].urn)
    ahead = {release(pool) for group in path.groups for pool in group if _grown_ahead(pool)}
    # What the vendor spreads over a region it also grows within seconds.
    behind = (p for group in other.groups for p in group if not p.regional and not _grown_ahead(p))
    for pool in (p for p in behind if release(p) in ahead):
        says = Found(Finds.NOT_GROWN, pool.subject, site(path.site))
        yield Finding(code="BC0032", says=says, resource=pool.urn)
    zonal = [b for b in path.balancers if b.zones and len(b.zones) > 1 and not b.relays]
    if zonal and all(b.zonal_shift or b.alarmed_shift for b in zonal):
        for balancer in other.balancers:
            shifted = balancer.zonal_shift or balancer.alarmed_shift
            if balancer.zones and len(balancer.zones) > 1 and not shifted and not balancer.relays:
                says = Found(Finds.NOT_SHIFTED, balancer.subject, site(path.site))
                yield Finding(code="BC0032", says=says, resource=balancer.urn)


def _maintained(design: Design, store: Store) -> Iterator[Finding]:
    """Members that their vendors work on while they do on one in another site, or on days of a peak: of one of a week
    or more, which holds every window, where days without such work can be stated."""
    told = [(member, member.window) for member in store.members if member.window]
    for (one, here), (two, there) in combinations(told, 2):
        if one.site != two.site and here.minutes & there.minutes:
            says = Found(Finds.MAINTAINED_TOGETHER, one.subject, two.subject)
            yield Finding(code="BC0045", says=says, resource=one.urn)
    for name, (first, _, _) in sorted(design.model.business.peaks.items()):
        begins = date.fromisoformat(first)
        days = [begins + timedelta(n) for n in range(design.peak_days(name))]
        for member, window in told:
            closed = member.closed or ()
            hit = any(day.weekday() in window.days and not any(one.holds(day) for one in closed) for day in days)
            if member.site in design.serving and hit and (len(days) < _WEEK or member.closed is not None):
                says = Found(Finds.MAINTAINED_AT_PEAK, member.subject, Subject(Noun.PEAK, name))
                yield Finding(code="BC0045", says=says, resource=member.urn)


def _grown_ahead(pool: Pool) -> bool:
    """Whether a schedule has more running ahead of a peak than usual."""
    return max((count for _, _, count in pool.schedule), default=0) > (capacity.running(pool) or 0)


def _run_from(entry: Entry) -> Iterator[Domain]:
    """The regions that a worldwide control plane of a name is run from."""
    for domain in entry.needs_to_recover:
        if domain.kind is DomainKind.GLOBAL_CONTROL_PLANE:
            yield from (outer for outer in domain.chain() if outer.kind is DomainKind.REGION)


def _of_store(design: Design, store: Store) -> Iterator[Finding]:
    urn, named = _store_urn(design, store.name), of_store(store.name)
    for member in store.members:
        known = member.zones is not None and not member.regional
        if member.writer and known and (len(member.zones or ()) < 2 or member.local_failover is None):
            kind = Finds.NO_SERVER_IN_ZONE if member.server and member.zones else Finds.NO_STANDBY_IN_ZONE
            yield Finding(code="BC0005", says=Found(kind, member.subject), resource=member.urn)
        if member.fleeting and store.durable:
            yield Finding(code="BC0037", says=Found(Finds.FLEETING, member.subject), resource=urn)
        if member.writer and member.together:
            yield Finding(code="BC0035", says=Found(Finds.COPIES_ON_ONE_SERVER, member.subject), resource=member.urn)
    yield from _maintained(design, store)
    promoted = [m for m in store.members if not m.writer and m.promoted_by]
    if promoted and not store.two_primaries_guarded:
        kind = Finds.TWO_PRIMARIES if store.two_primaries_guarded is False else Finds.TWO_PRIMARIES_UNKNOWN
        yield Finding(code="BC0016", says=Found(kind, named), resource=promoted[0].urn)
    yield from map(_not_made, store.refused)
    yield from (_not_made(m.cut_off) for m in store.members if m.cut_off and m.site in design.serving)
    if store.guard_offered and store.durable:
        says = Found(Finds.DELETED_AT_ONCE, named, store.guard_offered)
        yield Finding(code="BC0042", says=says, resource=urn)
    for copy in store.copies:
        yield from _may_stop(copy)
    if not store.durable or store.kind is StoreKind.SEARCH:
        return  # an index is made again: the copies of what it is of count
    if not store.copies:
        yield Finding(code="BC0022", says=Found(Finds.NO_COPY, named), resource=urn)
        return
    if store.kind is StoreKind.STATE:
        yield from _sealed(store)
    isolated = [copy for copy in store.copies if copy.protections & {Protection.LOCKED, Protection.OTHER_ACCOUNT}]
    hidden = (DWELL.value and DWELL.value.upper) or 0.0
    if isolated and all(copy.retention and copy.retention.total_seconds() < hidden for copy in isolated):
        yield Finding(
            code="BC0011", says=Found(Finds.KEPT_SHORTER, named, amount=hidden), resource=isolated[0].urn or urn
        )
    if not isolated:
        yield Finding(code="BC0009", says=Found(Finds.EXPOSED, named), resource=urn)
    if not store.final and not any(copy.protections and not copy.follows_deletes for copy in store.copies):
        yield Finding(code="BC0010", says=Found(Finds.DELETED_WITH_COPIES, named), resource=urn)
    at_rest = [copy for copy in store.copies if copy.stream is None] or store.copies
    if not any(copy.tested for copy in at_rest):
        yield Finding(code="BC0013", says=Found(Finds.UNTESTED, named), resource=urn)
    for copy in store.copies:
        if copy.stream and copy.stream.readers is not None and not copy.tested:
            yield Finding(code="BC0013", says=Found(Finds.UNREPLAYED, copy.subject), resource=copy.urn)
        elif copy.stream and copy.stream.rows_alone and not copy.tested:
            yield Finding(code="BC0013", says=Found(Finds.UNLOADED, copy.subject), resource=copy.urn)
    worlds = {
        d.name
        for part in (*store.members, *store.copies)
        for home in part.homes
        for d in home.chain()
        if d.kind is DomainKind.GEOGRAPHY
    }
    if len(worlds) == 1:
        yield Finding(code="BC0027", says=Found(Finds.ONE_GEOGRAPHY, named, worlds.pop()), resource=urn)


def _sealed(store: Store) -> Iterator[Finding]:
    """Keys without which no copy of the state can be read, and which are lost with the state's own account."""
    owners = [d for one in store.members for d in one.homes if d.kind is DomainKind.ACCOUNT]
    apart = [copy for copy in store.copies if Protection.OTHER_ACCOUNT in copy.protections]
    needed = [{*one.needs_to_run, *one.needs_to_recover} for one in apart]
    for key in sorted(set[Domain]().union(*needed), key=str) if needed else ():
        lost = next((one for one in owners if one in key.chain()), None)
        if lost and all(key in one for one in needed):
            says = Found(Finds.SEALED_WITHIN, of_store(store.name), (key, lost))
            yield Finding(code="BC0048", says=says, resource=apart[0].urn)


def _may_stop(copy: RecoveryPoint) -> Iterator[Finding]:
    """How what writes a copy all the time may stop without anybody knowing, until the copy is needed."""
    if copy.stream is None:
        return
    told = copy.stream.watched and copy.stream.watched.value
    if told is None:
        yield Finding(code="BC0044", says=Found(Finds.UNWATCHED, copy.subject), resource=copy.urn)
    elif told.worst > NOTICED_WITHIN:
        says = Found(Finds.WATCHED_LATE, copy.subject, amount=told.worst)
        yield Finding(code="BC0044", says=says, resource=copy.urn)
    if copy.stream.readers is not None and copy.stream.readers < 2:
        yield Finding(code="BC0044", says=Found(Finds.BY_ONE_READER, copy.subject), resource=copy.urn)


def _from_model(design: Design, judge: Judge) -> Iterator[Finding]:
    model = design.model
    if model.not_understood:
        for urn in model.not_understood:
            yield Finding(code="BC0019", says=Found(Finds.NO_READING, of_resource(urn)), resource=urn)
    for urn in model.opaque:
        yield Finding(code="BC0020", says=Found(Finds.OPAQUE, of_resource(urn)), resource=urn)
    for urn, gone in model.dangling.items():
        for one in gone:
            says = Found(Finds.DANGLING, of_resource(urn), of_resource(one))
            yield Finding(code="BC0033", says=says, resource=urn)
    homes = {name for store in model.stores for name in store.holds}
    for name, criticality in sorted(model.data.items()):
        if name not in homes:
            yield Finding(code="BC0021", says=Found(Finds.HOMELESS, Subject(Noun.DATA, name), criticality))
    yield from _shelved(model)
    yield from _out_of_proportion(design)
    for row in model.stateless.breaks if model.stateless else ():
        says = Found(Finds.HOLDS_DATA, of_resource(row.urn), (row.reason.holds, row.says))
        yield Finding(code="BC0040", says=says, resource=row.urn)
    for capability in model.capabilities:
        target = capability.target
        if target.nothing:
            continue
        if target.recovery_time is None and target.data_loss is None:
            says = Found(Finds.NO_OBJECTIVE, able(capability.name))
            yield Finding(code="BC0025", says=says, capabilities=(capability.name,))
        elif target.provenance is Provenance.DEFAULT:
            says = Found(Finds.DEFAULT_OBJECTIVE, able(capability.name))
            yield Finding(code="BC0025", says=says, capabilities=(capability.name,))
    for one in judge.expired():
        says = Found(Finds.EXPIRED, one.risk, (one.owner, one.expires.isoformat()))
        yield Finding(code=EXPIRED, says=says)


def _shelved(model: Model) -> Iterator[Finding]:
    """A runbook that everybody reads, or that no copy of is kept apart from what it is for: a trail of who changes the
    runbook's own account is none of that."""
    needed = [member for store in model.stores if store.holds or not store.logs for member in store.members]
    homes = [home for part in (*model.pools, *model.balancers, *needed) for home in part.homes]
    chains = {outer for home in homes for outer in home.chain()}
    used = {one for one in chains if one.kind is DomainKind.ACCOUNT and one.name not in model.aside}
    within = {shelf.urn: next((one for one in shelf.homes if one in used), None) for shelf in model.shelves}
    for shelf in model.shelves:
        account = within[shelf.urn]
        kept = Subject(Noun.PART, shelf.label, shelf.urn)
        if shelf.public:
            yield Finding(code="BC0047", says=Found(Finds.SHELVED_OPENLY, kept), resource=shelf.urn)
        if account and all(within.values()):
            yield Finding(code="BC0047", says=Found(Finds.SHELVED_WITHIN, kept, account), resource=shelf.urn)


def _unmanaged(managed: Iterable[Cell]) -> Iterator[Finding]:
    """What of a tier's management is missing: one an area, so that each is taken or filled by itself."""
    for cell in managed:
        if not cell.whole:
            kind = Finds.UNMANAGED if cell.empty else Finds.PARTLY_MANAGED
            missing = tuple(one.need.need for one in cell.needs if one.missing)
            lacking = (
                Evidence(Seen.LACKS, one.need.need, tuple(map(of_resource, one.but))) for one in cell.needs if one.but
            )
            says = Found(kind, Subject(Noun.TIER, cell.label), missing)
            yield Finding(code="BC0049", says=says, evidence=tuple(lacking))


def _out_of_proportion(design: Design) -> Iterator[Finding]:
    """Capabilities that need minor data only, but are promised as much as those that need critical data."""
    model = design.model
    levels = {c.name: _criticalities(design, c) for c in model.capabilities}
    strict = [
        c.target.recovery_time
        for c in model.capabilities
        if "critical" in levels[c.name] and c.target.recovery_time is not None
    ]
    for capability in model.capabilities:
        wanted = capability.target.recovery_time
        if levels[capability.name] == {"minor"} and wanted is not None and strict and wanted <= max(strict):
            says = Found(Finds.MINOR_AS_CRITICAL, able(capability.name))
            yield Finding(code="BC0023", says=says, capabilities=(capability.name,))


def _criticalities(design: Design, capability: Capability) -> set[str]:
    stores: Iterable[Store] = (design.stores[name] for name in capability.stores if name in design.stores)
    return {design.model.data[name] for store in stores for name in store.holds if name in design.model.data}
