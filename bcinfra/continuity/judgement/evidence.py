"""What auditors ask for, as values: impact on the business, order of recovery, what would disrupt the shop, and what
can be shown for each clause of the rules that shops are held to.

*Design evidence* is what the declared stack shows; *operating evidence* is a record of something that was done. What is
neither is missing, and is said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from bcinfra.continuity.judgement.assessment import EARNING, Assessment, ScenarioResult, trade
from bcinfra.continuity.judgement.by_kind import KindResult, by_kind
from bcinfra.continuity.judgement.clauses import CLAUSES, Clause, Shows
from bcinfra.continuity.judgement.copies import DataCopies, copies
from bcinfra.continuity.judgement.records import Deed, Record
from bcinfra.continuity.judgement.runbooks import runbooks
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement
from bcinfra.continuity.model.parts import Capability, Model, Provenance, Shelf, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, typical
from bcinfra.continuity.recovery.outcomes import Kind, matches
from bcinfra.continuity.recovery.reasons import Reason
from bcinfra.continuity.recovery.scenarios import Scenario

YEAR: Final = timedelta(days=365)
"""How old a record may be: PCI DSS 12.10.2 and DORA 11(6) ask for tests at least once a year."""
REACHING: Final = ("reach", "contact")
"""How the capability to reach a person may begin."""


class Status(StrEnum):
    """What a clause can be shown with."""

    DESIGN = "design evidence"
    OPERATING = "operating evidence"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing that can be shown, or not."""

    shows: Shows
    status: Status
    held: tuple[str, ...]
    """Names of that for which it holds."""
    lacking: tuple[str, ...]
    """Names of that for which it does not."""
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A clause with all that is shown for it."""

    clause: Clause
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What it means for the business that one capability is out, and what it needs to be back."""

    capability: Capability
    kinds: tuple[KindResult, ...]
    """The worst of each kind of disruption, for this capability alone."""
    availability: Figure
    per_hour: float | None
    """Revenue that stops; ``None`` where none is stated or it does not earn."""
    at_peak: tuple[tuple[str, float], ...]
    """Peak and its factor on that."""
    data: tuple[str, ...]
    """Data classes that it needs."""
    stores: tuple[Store, ...]
    suppliers: tuple[str, ...]
    degraded: tuple[Reason, ...]
    """What may be left of it: the least that it is served with."""


class StageKind(StrEnum):
    """Stages of a recovery, in their order."""

    IDENTITY = "identity"
    """Names, certificates, keys and secrets, the infrastructure's state: nothing starts without."""
    DATA = "data"
    COMPUTE = "compute"
    WAY_IN = "way in"
    CAPABILITY = "capability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is brought back together, after all before it."""

    kind: StageKind
    items: tuple[str, ...]
    """Names of stores, labels of parts, or capabilities."""
    within: timedelta | None
    """The tightest objective of what waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disruptor:
    """Failures that together stop capabilities, whatever else is up: a minimal cut set."""

    scenario: Scenario
    stops: tuple[str, ...]
    result: ScenarioResult
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is shown."""

    title: str
    today: date
    copies: tuple[DataCopies, ...]
    impacts: tuple[Impact, ...]
    order: tuple[Stage, ...]
    disruptors: tuple[Disruptor, ...]
    """Worst first."""
    beyond: int
    """Cut sets of more failures than are listed."""
    clauses: tuple[Shown, ...]
    shelves: tuple[Shelf, ...] = ()
    """Where the runbook is published."""


def evidence(model: Model, assessment: Assessment, records: Sequence[Record], today: date) -> Evidence:
    """All evidence of a model with its assessment. Records older than :data:`YEAR`, or of the future, are left out."""
    shower = _Shower(model, assessment, records, today)
    disruptors = tuple(_disruptors(assessment))
    return Evidence(
        title=model.title,
        today=today,
        copies=shower.copies,
        impacts=tuple(_impact(model, assessment, one) for one in _urgent(model)),
        order=tuple(order(model)),
        disruptors=disruptors,
        beyond=sum(one.cut_sets.omitted for one in assessment.capabilities),
        clauses=tuple(Shown(clause=clause, grounds=tuple(map(shower.ground, clause.shows))) for clause in CLAUSES),
        shelves=model.shelves,
    )


# The business


def _urgent(model: Model) -> list[Capability]:
    """Capabilities in the order in which they are wanted back: the tightest objective first."""
    return sorted(model.capabilities, key=lambda one: (one.target.recovery_time or timedelta.max, one.name))


def _impact(model: Model, assessment: Assessment, capability: Capability) -> Impact:
    alone = [result.only(capability.name) for result in assessment.scenarios]
    earns = capability.name in _earning(model)
    business = model.business
    stores = tuple(store for store in model.stores if store.name in capability.stores)
    degraded = (o.degraded_to for result in alone for o in result.outcomes if o.degraded_to)
    return Impact(
        capability=capability,
        kinds=by_kind(alone),
        availability=next(one.availability for one in assessment.capabilities if one.name == capability.name),
        per_hour=business.revenue_per_hour if earns and trade(model) else None,
        at_peak=tuple((name, factor) for name, (_, _, factor) in sorted(business.peaks.items())) if earns else (),
        data=tuple(dict.fromkeys(name for store in stores for name in store.holds)),
        stores=stores,
        suppliers=capability.suppliers,
        degraded=tuple(dict.fromkeys(degraded)),
    )


def _earning(model: Model) -> frozenset[str]:
    names = frozenset(one.name for one in model.capabilities)
    return names & EARNING or names


# The order of recovery


_FIRST: Final = frozenset({StoreKind.DNS_ZONE, StoreKind.STATE, StoreKind.SECRETS, StoreKind.CERTIFICATES})


def order(model: Model) -> Iterator[Stage]:
    """What is brought back first: names and secrets, data, what serves it from within to the edge, the way in, and what
    clients then can do, the most urgent first."""
    tightest = min((c.target.recovery_time for c in model.capabilities if c.target.recovery_time), default=None)
    needs = {name: c.target.recovery_time for c in reversed(_urgent(model)) for name in c.stores}

    def within(stores: Iterable[Store]) -> timedelta | None:
        return min((wanted for one in stores if (wanted := needs.get(one.name))), default=None)

    identity = [one for one in model.stores if one.kind in _FIRST]
    if identity:
        yield Stage(kind=StageKind.IDENTITY, items=tuple(one.name for one in identity), within=tightest)
    data = [one for one in model.stores if one.kind not in _FIRST]
    for kept in (True, False):
        if found := [one for one in data if one.durable is kept]:
            yield Stage(kind=StageKind.DATA, items=tuple(one.name for one in found), within=within(found))
    for pools in _by_depth(model):
        yield Stage(kind=StageKind.COMPUTE, items=pools, within=tightest)
    doors = tuple(
        dict.fromkeys([*(one.label for one in model.balancers if one.public), *(e.name for e in model.entries)])
    )
    if doors:
        yield Stage(kind=StageKind.WAY_IN, items=doors, within=tightest)
    wanted: dict[timedelta | None, list[str]] = {}
    for one in _urgent(model):
        wanted.setdefault(one.target.recovery_time, []).append(one.name)
    for target, names in wanted.items():
        yield Stage(kind=StageKind.CAPABILITY, items=tuple(names), within=target)


def _by_depth(model: Model) -> Iterator[tuple[str, ...]]:
    """Pools by how many others stand between them and the data: what calls no other pool first."""
    behind = {one.urn: one.pools for one in model.balancers}
    pools = {one.urn: one for one in model.pools}

    def called(urn: str) -> set[str]:
        found = {pool for callee in model.calls.get(urn, ()) for pool in behind.get(callee, (callee,))}
        return (found & pools.keys()) - {urn}

    left = set(pools)
    while left:
        ready = {urn for urn in left if not called(urn) & left} or left  # what calls each other comes together
        yield tuple(one.label for one in model.pools if one.urn in ready)
        left -= ready


# What would disrupt the shop


def _disruptors(assessment: Assessment) -> list[Disruptor]:
    """Cut sets by the scenario that plays them, over all capabilities: by the loss, then by the time down a year."""
    stops: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for one in assessment.capabilities:
        for cut in one.cut_sets.sets:
            id = "+".join(cut)
            stops.setdefault(id, []).append(one.name)
            sizes[id] = len(cut)
    named = {"+".join(sorted(result.scenario.id.split("+"))): result for result in assessment.scenarios}
    found = [
        Disruptor(scenario=result.scenario, stops=tuple(names), result=result, size=sizes[id])
        for id, names in stops.items()
        if (result := named.get(id))
    ]
    return sorted(found, key=lambda one: (-(typical(one.result.loss) or 0), -_down(one), one.scenario.id))


def _down(one: Disruptor) -> float:
    """Seconds a year that what it stops longest is down."""
    longest = max((typical(o.time) or typical(one.scenario.lasts) or 0 for o in one.result.affected), default=0)
    return (typical(one.scenario.rate) or 0) * longest


# The clauses


class _Shower:
    """What can be shown of a model, each thing once."""

    def __init__(self, model: Model, assessment: Assessment, records: Sequence[Record], today: date) -> None:
        self.model = model
        self.assessment = assessment
        self.today = today
        self.records = tuple(one for one in records if today - YEAR <= one.on <= today)
        self.copies = copies(model, self.records)
        self._known: dict[Shows, Ground] = {}

    def ground(self, shows: Shows) -> Ground:
        if shows not in self._known:
            self._known[shows] = self._operating(shows) if shows in OPERATING else self._design(shows)
        return self._known[shows]

    def _design(self, shows: Shows) -> Ground:
        held, lacking = _DESIGN[shows](self)
        status = Status.DESIGN if held else Status.MISSING
        return Ground(shows=shows, status=status, held=tuple(held), lacking=tuple(lacking))

    def _operating(self, shows: Shows) -> Ground:
        deed = OPERATING[shows]
        found = tuple(one for one in self.records if one.what is deed and one.passed)
        asked = {Deed.RESTORE: self._restored, Deed.DRILL: self._drilled}.get(deed)
        held, lacking = asked(found) if asked else ([], [])
        status = Status.OPERATING if held or (found and not asked) else Status.MISSING
        return Ground(shows=shows, status=status, held=tuple(held), lacking=tuple(lacking), records=found)

    def _restored(self, _: Sequence[Record]) -> _Split:
        """Critical data classes by whether a copy was restored."""
        return _split(
            (one.name, any(copy.proved for copy in one.copies))
            for one in self.copies
            if one.criticality in ("critical", None)
        )

    def _drilled(self, found: Sequence[Record]) -> _Split:
        """Kinds of disruption by whether one scenario of each was played."""
        ids: dict[str, list[str]] = {}
        for result in self.assessment.scenarios:
            if result.affected:
                ids.setdefault(str(result.scenario.disruption), []).append(result.scenario.id)
        return _split((kind, any(matches(one.of, id) for one in found for id in of)) for kind, of in ids.items())

    @cached_property
    def kinds(self) -> tuple[KindResult, ...]:
        return by_kind(self.assessment.scenarios)

    def data(self, holds: Callable[[DataCopies], bool]) -> _Split:
        """Data classes, or stores where none is stated, for which something holds."""
        return _split((one.name, holds(one)) for one in self.copies if one.data or one.copies)


_Split = tuple[list[str], list[str]]


def _split(rows: Iterable[tuple[str, bool]]) -> _Split:
    held: list[str] = []
    lacking: list[str] = []
    for name, holds in rows:
        (held if holds else lacking).append(name)
    return held, lacking


def _kept(shower: _Shower, *kinds: DisruptionKind) -> _Split:
    """Kinds of disruption in which every objective is met or its risk was accepted."""
    fine = (Judgement.MET, Judgement.ACCEPTED)
    return _split((str(one.kind), one.judgement in fine) for one in shower.kinds if not kinds or one.kind in kinds)


def _named(names: Iterable[str]) -> _Split:
    return list(names), []


def _triggered(shower: _Shower) -> _Split:
    return _split((plan.label, plan.triggered) for plan in shower.model.plans)


def _watched(shower: _Shower) -> _Split:
    model = shower.model
    routes = [
        (f"{e.name}: {r.urn.rsplit('::', 1)[-1]}", r.detects is not None) for e in model.entries for r in e.routes
    ]
    return _split([*((one.label, one.detects is not None) for one in model.balancers), *routes])


def _objectives(shower: _Shower) -> _Split:
    return _split((c.name, c.target.provenance is Provenance.STATED) for c in shower.model.capabilities)


def _priced(shower: _Shower) -> _Split:
    stated = trade(shower.model) is not None
    return _split((c.name, stated) for c in shower.model.capabilities)


def _switched(shower: _Shower) -> _Split:
    """Sites whose loss another one takes over, by itself or by a person."""
    rows = {
        result.scenario.id: all(
            o.kind in (Kind.UNAFFECTED, Kind.RECOVERS, Kind.DEGRADED, Kind.PERSON) for o in result.outcomes
        )
        for result in shower.assessment.scenarios
        if result.scenario.disruption is DisruptionKind.REGION and result.scenario.id.startswith("region:")
    }
    return _split(rows.items())


def _readable(shower: _Shower) -> _Split:
    """Scenarios that need a person, by whether the runbook is still read from where it is published."""
    shelves = [shelf for shelf in shower.model.shelves if shelf.pages and not shelf.public]
    return _split(
        (page.scenario.id, any(not shelf.lost_to(page.scenario.failed) for shelf in shelves))
        for page in runbooks(shower.assessment)
    )


def _reachable(shower: _Shower) -> _Split:
    return _named(c.name for c in shower.model.capabilities if c.name.startswith(REACHING))


def _apart(one: DataCopies) -> bool:
    """A copy in another region that who holds production's credentials cannot reach."""
    home = next((c.place.region for c in one.copies if c.place and c.mechanism == "writer"), None)
    return any(c.isolated and (c.anew or (c.place and c.place.region != home)) for c in one.copies)


def _tied(shower: _Shower) -> _Split:
    """Scenarios in which stores come back at different moments, with how far apart is known."""
    gaps = [
        (result.scenario.id, gap.seconds is not None)
        for result in shower.assessment.scenarios
        for outcome in result.affected
        for gap in (outcome.way.inconsistencies if outcome.way else ())
    ]
    return _split(dict(gaps).items())


_DESIGN: Final[Mapping[Shows, Callable[[_Shower], _Split]]] = {
    Shows.SCENARIOS: lambda s: _named(result.scenario.id for result in s.assessment.scenarios),
    Shows.PROCEDURES: lambda s: _named(page.scenario.id for page in runbooks(s.assessment)),
    Shows.READABLE: _readable,
    Shows.ROLES: lambda _: _named(()),
    Shows.CHANNELS: _reachable,
    Shows.ACTIVATION: _triggered,
    Shows.ORDER: lambda s: _named(str(stage.kind) for stage in order(s.model)),
    Shows.OBJECTIVES: _objectives,
    Shows.RESOURCES: lambda s: _named(site for site in s.assessment.sites if site != s.assessment.active_site),
    Shows.IMPACT: _priced,
    Shows.BACKUPS: lambda s: s.data(lambda one: any(not copy.running for copy in one.copies)),
    Shows.RESTORE_TIMES: lambda s: s.data(lambda one: any(copy.restore and copy.restore.known for copy in one.copies)),
    Shows.COMPLETE: lambda s: s.data(lambda one: bool(one.copies)),
    Shows.APART: lambda s: s.data(_apart),
    Shows.ACCESS: lambda s: s.data(lambda one: any(copy.isolated for copy in one.copies)),
    Shows.RETENTION: lambda s: s.data(lambda one: any(copy.retention or copy.anew for copy in one.copies)),
    Shows.INTEGRITY: lambda s: s.data(lambda one: any(copy.tested_by for copy in one.copies)),
    Shows.KEYS: lambda s: s.data(lambda one: bool(one.copies) and all(copy.keys or copy.anew for copy in one.copies)),
    Shows.REDUNDANT: lambda s: _kept(s, DisruptionKind.SERVER, DisruptionKind.ZONE, DisruptionKind.REGION),
    Shows.RESILIENT: _kept,
    Shows.FACILITIES: lambda s: _named(s.assessment.sites if len(s.assessment.sites) > 1 else ()),
    Shows.STAFF: lambda _: _named(()),
    Shows.INTAKE: lambda _: _named(()),
    Shows.WATCHED: _watched,
    Shows.SWITCHOVER: _switched,
    Shows.RECONCILED: _tied,
    Shows.COSTS: lambda s: _named(("expected-loss",) if s.assessment.expected_loss else ()),
}
"""How each thing is shown by the design: names of that for which it holds, and of that for which it does not. What no
graph shows is empty: people and their roles."""
OPERATING: Final[Mapping[Shows, Deed]] = {
    Shows.RESTORED: Deed.RESTORE,
    Shows.DRILLED: Deed.DRILL,
    Shows.REVIEWED: Deed.REVIEW,
    Shows.TRAINED: Deed.TRAINING,
}
"""What only records show."""
