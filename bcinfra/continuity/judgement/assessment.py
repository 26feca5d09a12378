"""The assessment of a model: scenarios with outcomes and verdicts, availability, expected loss, findings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from bcinfra.continuity.judgement.economy import economy
from bcinfra.continuity.judgement.findings import Finding, find
from bcinfra.continuity.judgement.keys import placed
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.distributions import fitted
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.facts import Overrides, base_rates, facts
from bcinfra.continuity.model.fcaps import Cell
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, worst_judgement
from bcinfra.continuity.model.parts import Capability, Model, Provenance, Target
from bcinfra.continuity.model.ranges import (
    Assumed,
    Computed,
    Figure,
    Range,
    Stated,
    Unit,
    fact_ids,
    pessimistic,
    total,
    typical,
    unknown,
    walk,
)
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.model.stateless import Proof
from bcinfra.continuity.recovery import peak as peaks
from bcinfra.continuity.recovery.dataloss import CARTS, worst_loss
from bcinfra.continuity.recovery.design import Design, without_site
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.failover import NOTHING, duration
from bcinfra.continuity.recovery.outcomes import (
    OVERALL,
    Acceptance,
    Accepted,
    Kind as OutcomeKind,
    Outcome,
    Place,
    Verdict,
    WayKind,
)
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.rebuild import MOVED
from bcinfra.continuity.recovery.scenarios import Kind, Scenario, domain_id, pairs, scenarios
from bcinfra.continuity.reliability.availability import (
    REHEARSED,
    UNREHEARSED,
    Outage,
    availability,
    probability_kept,
    unavailability,
)
from bcinfra.continuity.reliability.faulttree import CutSets, FaultTree, Importance
from bcinfra.continuity.reliability.loss import Disruption, Peak, Trade, expected_loss, loss_each_time, loss_once_in
from bcinfra.continuity.reliability.structure import Structure
from bcinfra.seconds import DAY, YEAR

ORDER: Final = 2
"""Largest cut set that is listed; how many there are beyond is stated."""
MOST_PAIRS: Final = 40
"""Pairs of domains that are played as scenarios, the likeliest first."""
ONCE_IN: Final = (10, 100)
"""Years of which the loss that is exceeded once is stated."""
REBUILT: Final = duration(
    "the business rebuilt from nothing",
    30 * DAY,
    180 * DAY,
    "months without data or systems of one's own (judgement)",
)
ANEW: Final = duration(
    "made anew, without its data",
    DAY,
    14 * DAY,
    "what a program declares is made again in hours, and filled with what can be found; what is lost for good is no"
    " time without, and is told as lost (judgement)",
)
PARTIAL: Final = frozenset({Kind.PEAK, Kind.MAINTENANCE, Kind.QUOTA_AFTER})
"""Scenarios that are part of another one, so that they do not add to yearly sums."""
EARNING: Final = frozenset({"browse", "cart", "checkout"})
"""Capabilities without any of which nothing is sold; where none is so named, all count."""


class Premise(StrEnum):
    """What the method takes to be so."""

    HEADROOM = "headroom"
    CHECKS_SEE_ALL = "checks see all"
    EVEN_SPREAD = "even spread"
    EARNING = "earning"
    INDEPENDENCE = "independence"
    AT_RISK = "at risk"


@dataclass(frozen=True, slots=True)
class Well:
    """What becomes of capabilities that a scenario does not touch: the same in all scenarios that are judged alike, so
    that it is kept once for them."""

    outcomes: Mapping[str, Outcome]
    """By capability, in the order of the model, those of touched ones too."""
    promised: tuple[str, ...]
    """Names of the capabilities of which objectives are stated: these are met."""

    def only(self, capability: str) -> Well:
        """That of one capability."""
        outcomes = {name: outcome for name, outcome in self.outcomes.items() if name == capability}
        return Well(outcomes, tuple(name for name in self.promised if name == capability))


@dataclass(frozen=True, kw_only=True)
class ScenarioResult:
    """One scenario and what it does to every capability."""

    scenario: Scenario
    touched: tuple[Outcome, ...]
    """The outcomes of what the scenario may affect: few, where many shops share no more than a program."""
    well: Well
    """What becomes of the rest."""
    loss: Figure | None
    """Expected loss a year; ``None`` where no revenue is stated, or the scenario is part of another."""
    down: Figure | None = None
    """What of the loss is for the time down; the rest is for lost data."""
    each: Figure | None = None
    """What it costs each time that it comes; ``None`` where the loss is, and where nothing that earns is hit."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One a capability."""
        touched = {outcome.capability: outcome for outcome in self.touched}
        return tuple([touched.get(name, outcome) for name, outcome in self.well.outcomes.items()])

    @cached_property
    def affected(self) -> tuple[Outcome, ...]:
        """The outcomes of what is affected at all."""
        return tuple([o for o in self.touched if o.kind is not OutcomeKind.UNAFFECTED])

    @property
    def judgement(self) -> Judgement | None:
        """The worst verdict; ``None`` where no objective is stated."""
        found = {v.judgement for outcome in self.touched for v in outcome.verdicts}
        touched = {outcome.capability for outcome in self.touched}
        if any(name not in touched for name in self.well.promised):
            found.add(Judgement.MET)
        return worst_judgement(found)

    def only(self, capability: str) -> ScenarioResult:
        """What it does to one capability."""
        touched = tuple(one for one in self.touched if one.capability == capability)
        return replace(self, touched=touched, well=self.well.only(capability))


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityResult:
    """One capability over all scenarios."""

    name: str
    target: Target
    cut_sets: CutSets
    importance: Mapping[str, Importance]
    """By domain, most critical first."""
    down_by_design: Figure
    """Share of time that no site serves it, exact, on the decision diagram: failover times do not count."""
    availability: Figure
    """Mean share of time that it is up, with the time that failover takes and its coverage."""
    kept: Figure | None
    """Probability that a month keeps the availability that is promised."""
    undecided: tuple[str, ...]
    """Scenarios that the availability leaves out because their rate or time is unknown."""
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All that is found."""

    title: str
    strategy: str | None
    active_site: str | None
    sites: tuple[str, ...]
    domains: tuple[Domain, ...]
    counts: Mapping[str, int]
    scenarios: tuple[ScenarioResult, ...]
    """Worst first: by expected loss, then by verdict."""
    capabilities: tuple[CapabilityResult, ...]
    expected_loss: Figure | None
    """A year; ``None`` where no revenue is stated."""
    once_in: Mapping[int, Figure]
    """Years → the loss of a year that is exceeded once in so many."""
    untold: tuple[str, ...]
    """Scenarios that the losses leave out because their rate or time is unknown."""
    omitted_pairs: int
    findings: tuple[Finding, ...]
    stateless: Proof | None
    """Of a shop that states to store no business data."""
    expired: tuple[Accepted, ...]
    unmatched: tuple[Accepted, ...]
    """Acceptances that no verdict and no finding needs."""
    assumptions: tuple[Premise | Assumption | Figure, ...]
    """Of the method, of the readings, and figures that are assumed."""
    facts: tuple[str, ...]
    """Ids of the facts and base rates that the figures rest on."""
    figures: Mapping[str, Figure]
    """Every figure by id, for ``explain``."""


def assess(
    model: Model,
    *,
    accepted: Sequence[Accepted] = (),
    today: date | None = None,
    objectives: Mapping[str, Target] | None = None,
    quantile: float = 0.95,
    rehearsed: bool = False,
    overrides: Overrides | None = None,
    cost: Cost | None = None,
    managed: Sequence[Cell] = (),
) -> Assessment:
    """Assess a model.

    ``objectives`` replace those of capabilities by name (``*``: of all). ``rehearsed``: failover was rehearsed within
    90 days, so that it counts as more likely to work. ``overrides`` are a customer's own figures. ``cost`` is
    what the stack costs, where findings shall tell what of it is too much; ``managed`` is how its tiers are managed,
    where they shall tell what of that is missing.

    Raises ``ValueError`` for a quantile outside 0 and 1, for acceptances without ``today``, and for peaks that no year
    has.
    """
    if objectives:
        model = replace(model, capabilities=tuple(_with_objectives(c, objectives) for c in model.capabilities))
    return _Assessor(model, Judge(quantile, accepted, today), rehearsed, overrides).assessment(cost, managed)


def play_pairs(
    model: Model,
    chosen: Iterable[tuple[Domain, Domain]],
    *,
    accepted: Sequence[Accepted] = (),
    today: date | None = None,
    quantile: float = 0.95,
    rehearsed: bool = False,
    overrides: Overrides | None = None,
) -> tuple[ScenarioResult, ...]:
    """Pairs of domains lost together, judged as :func:`assess` judges those that matter.

    What does not come back by itself has been replaced before another fails, so it makes no pair.
    """
    assessor = _Assessor(model, Judge(quantile, accepted, today), rehearsed, overrides)
    return tuple(map(assessor.result, pairs(set(chosen), assessor.rates)))


def _with_objectives(capability: Capability, objectives: Mapping[str, Target]) -> Capability:
    target = objectives.get(capability.name) or objectives.get("*")
    return replace(capability, target=target) if target else capability


class _Assessor:
    def __init__(self, model: Model, judge: Judge, rehearsed: bool, overrides: Overrides | None) -> None:
        self.judge = judge
        self.overrides = overrides
        self.coverage = REHEARSED if rehearsed else UNREHEARSED
        self.design = Design(model)
        self.model = model = self.design.model
        self.facts = facts(overrides)
        self.rates = Rates(base_rates(overrides), self.facts)
        self.evaluator = Evaluator(self.design, self.facts)
        self.trade = trade(model)
        self.targets = {c.name: c.target for c in model.capabilities}
        self._wells: dict[tuple[DisruptionKind, peaks.Peak | None], Well] = {}
        self._alone: dict[Domain, dict[str, Outcome]] = {}
        """What the loss of a domain alone does, by capability."""

    @cached_property
    def trees(self) -> Mapping[str, FaultTree]:
        """By capability."""
        structure = Structure(self.design)
        return {c.name: FaultTree(structure.capability(c)) for c in self.model.capabilities}

    def assessment(self, cost: Cost | None = None, managed: Sequence[Cell] = ()) -> Assessment:
        cuts = {name: tree.cut_sets(ORDER) for name, tree in self.trees.items()}
        found, omitted = self._pairs(cuts)
        results = [self.result(s) for s in (*scenarios(self.design, self.rates), *found)]
        results.sort(key=_worst_first)
        hit: dict[str, list[tuple[Scenario, Outcome]]] = {c.name: [] for c in self.model.capabilities}
        for result in results:
            if result.scenario.kind not in PARTIAL:
                for outcome in result.affected:
                    hit[outcome.capability].append((result.scenario, outcome))
        capabilities = tuple(self._capability(c, cuts[c.name], hit[c.name]) for c in self.model.capabilities)
        disruptions, untold = self._disruptions(results)
        expected, once_in = self._losses(disruptions)
        figures = dict(_figures(results, capabilities, expected, once_in))
        model = self.model
        spare = [site for site in self.design.places if self._spare(site, results)]
        found = find(
            self.design,
            [(r.scenario, r.affected) for r in results],
            self.judge,
            cuts,
            {c.name: c.verdict for c in capabilities if c.verdict},
            spare,
            () if cost is None else self._economy(cost, results, expected, spare),
            managed,
        )
        findings = tuple(placed(one, model.places) for one in found)
        return Assessment(
            title=model.title,
            strategy=model.strategy,
            active_site=model.active_site,
            sites=tuple(self.design.places),
            domains=tuple(self.design.domains),
            counts={
                "entries": len(model.entries),
                "balancers": len(model.balancers),
                "pools": len(model.pools),
                "stores": len(model.stores),
                "plans": len(model.plans),
            },
            scenarios=tuple(results),
            capabilities=capabilities,
            expected_loss=expected,
            once_in=once_in,
            untold=untold,
            omitted_pairs=omitted,
            findings=findings,
            stateless=model.stateless,
            expired=self.judge.expired(),
            unmatched=self._unmatched(results, capabilities, findings),
            assumptions=_assumptions(model, figures.values()),
            facts=fact_ids(*figures.values()),
            figures=figures,
        )

    def _unmatched(
        self, results: Iterable[ScenarioResult], capabilities: Iterable[CapabilityResult], findings: Iterable[Finding]
    ) -> tuple[Accepted, ...]:
        needed: dict[Accepted, list[Place]] = {}
        for result in results:
            scenario = result.scenario
            for outcome in result.affected:
                for verdict in outcome.verdicts:
                    if verdict.acceptance:
                        at = Place(scenario.id, scenario.disruption, outcome.capability, verdict.objective)
                        needed.setdefault(verdict.acceptance, []).append(at)
        for one in capabilities:
            if one.verdict and one.verdict.acceptance:
                at = Place(OVERALL, None, one.name, one.verdict.objective)
                needed.setdefault(one.verdict.acceptance, []).append(at)
        found: dict[Accepted, list[tuple[str, str]]] = {}
        for finding in findings:
            for one in finding.accepted:
                found.setdefault(one, []).append((finding.code, finding.about))
        holding = [one for one in self.judge.accepted if one not in self.judge.expired()]
        return tuple(
            idle
            for one in holding
            for idle in (one.idle(needed.get(one, ())) if isinstance(one, Acceptance) else one.idle(found.get(one, ())))
        )

    def _pairs(self, cuts: Mapping[str, CutSets]) -> tuple[tuple[Scenario, ...], int]:
        by_id = self._by_id
        chosen: set[tuple[Domain, Domain]] = set()
        for found in cuts.values():
            chosen |= {(by_id[one], by_id[two]) for one, two in found.of_order(2)}
        every = sorted(pairs(chosen, self.rates), key=lambda s: (-(typical(s.rate) or 0.0), s.id))
        return tuple(every[:MOST_PAIRS]), len(every[MOST_PAIRS:])

    def result(self, scenario: Scenario) -> ScenarioResult:
        touched = tuple([self._judged(scenario, outcome) for outcome in self.evaluator.touched(scenario)])
        if scenario.kind is Kind.DOMAIN:
            (domain,) = scenario.failed
            self._alone[domain] = {outcome.capability: outcome for outcome in touched}
        result = ScenarioResult(scenario=scenario, touched=touched, well=self._well(scenario), loss=None)
        if self.trade and scenario.kind not in PARTIAL:
            disruption = self._disruption(result)
            loss = expected_loss([disruption] if disruption else [], self.trade)
            kept = replace(disruption, data_loss=None) if disruption and disruption.data_loss else None
            each = loss_each_time(disruption, self.trade) if disruption else None
            result = replace(result, loss=loss, down=expected_loss([kept], self.trade) if kept else loss, each=each)
        return result

    def _judged(self, scenario: Scenario, outcome: Outcome) -> Outcome:
        """An outcome with its verdicts."""
        decided = outcome.kind not in (OutcomeKind.UNAFFECTED, OutcomeKind.UNDECIDED)
        if scenario.kind is Kind.PAIR and decided and self._told_alone(scenario, outcome):
            return outcome
        target = self.targets[outcome.capability].of(scenario.disruption)
        return replace(outcome, verdicts=self.judge.outcome(scenario, outcome, target))

    def _well(self, scenario: Scenario) -> Well:
        """What becomes of what a scenario does not touch: by nothing that happens is an objective missed, so that the
        verdicts are the same for all of its kind."""
        key = scenario.disruption, self.evaluator.peak(scenario)
        if key not in self._wells:
            outcomes = {o.capability: self._judged(scenario, o) for o in self.evaluator.well(key[1]).values()}
            promised = tuple(name for name, outcome in outcomes.items() if outcome.verdicts)
            self._wells[key] = Well(outcomes, promised)
        return self._wells[key]

    def _told_alone(self, scenario: Scenario, outcome: Outcome) -> bool:
        """Whether one of two domains alone does as much to a capability: its row has the verdict, and what the two do
        together is judged where it is worse."""
        alone = (self._alone.get(domain, {}).get(outcome.capability) for domain in scenario.failed)
        return any(one is not None and _does(one) == _does(outcome) for one in alone)

    def _spare(self, site: str, results: Sequence[ScenarioResult]) -> bool:
        """Whether every verdict stays as good as it is without a site. Only stated objectives can call it spare."""
        targets = self.targets.values()
        stated = all(one.provenance is Provenance.STATED and not one.nothing for one in targets)
        if not self.targets or not stated or site == self.model.active_site or len(self.design.places) < 2:
            return False
        design = Design(without_site(self.model, site))
        if any(not list(design.capability_paths(c)) for c in design.model.capabilities):
            return False
        evaluator = Evaluator(design, self.facts)
        for result in results:
            if result.scenario.busy == site:
                continue
            for was, outcome in zip(result.outcomes, evaluator.outcomes(result.scenario), strict=True):
                target = self.targets[outcome.capability].of(result.scenario.disruption)
                verdicts = self.judge.outcome(result.scenario, outcome, target)
                if was.verdicts and any(map(_worse, verdicts, was.verdicts)):
                    return False
        return True

    def _economy(
        self, cost: Cost, results: Sequence[ScenarioResult], expected: Figure | None, spare: Sequence[str]
    ) -> Iterator[Finding]:
        """What is too dear or too little, where it is known what is lost."""
        of_regions = [r.loss for r in results if r.scenario.disruption is DisruptionKind.REGION and r.loss]
        known = [one for loss in of_regions if (one := typical(loss)) is not None]
        return economy(
            cost,
            self.design.places,
            math.fsum(known) if expected else None,
            {site: self._lost_without(site, expected) for site in spare},
        )

    def _lost_without(self, site: str, expected: Figure | None) -> Figure | None:
        """What is expected to be lost more a year without a site; ``None`` where that is not known."""
        rest = _Assessor(without_site(self.model, site), Judge(), self.coverage is REHEARSED, self.overrides)
        then = rest.assessment().expected_loss
        if expected is None or then is None or expected.value is None or then.value is None:
            return None
        more = max(0.0, then.value.typical - expected.value.typical)
        name = f"lost more without {site}"
        return Figure(name, Unit.MONEY_PER_YEAR, Range.exactly(more), Computed("difference", (then, expected)))

    def _outage(self, scenario: Scenario, outcome: Outcome, anew: Figure = REBUILT) -> Outage | None:
        """How long a capability that is affected is out each time, ``anew`` where nothing brings it back; ``None`` when
        clients notice nothing."""
        if outcome.time is NOTHING:
            return None
        fallback = scenario.lasts or anew
        way = outcome.way
        if outcome.kind is not OutcomeKind.RECOVERS or way is None:
            return Outage(name=scenario.id, rate=scenario.rate, manual=outcome.time or anew)
        by_hand = [
            w for w in outcome.others if w.feasible and not w.unknown and w.kind in (WayKind.MANUAL, WayKind.REBUILD)
        ]
        times = [w.recovery.time for w in by_hand if w.recovery.time and w.recovery.time.known]
        manual = min((*times, fallback), key=pessimistic)
        return Outage(
            name=scenario.id, rate=scenario.rate, manual=manual, automatic=outcome.time, coverage=self.coverage
        )

    @cached_property
    def _earning(self) -> frozenset[str]:
        names = frozenset(c.name for c in self.model.capabilities)
        return names & EARNING or names

    def _disruption(self, result: ScenarioResult) -> Disruption | None:
        """What a scenario does to the business: that of the capability that earns and is out longest."""
        found = [
            (outage, outcome)
            for outcome in result.affected
            if outcome.capability in self._earning and (outage := self._outage(result.scenario, outcome))
        ]
        if not found:
            return None
        outage, outcome = max(found, key=lambda row: pessimistic(row[0].automatic or row[0].manual))
        worst = worst_loss(outcome.losses) if outcome.way and outcome.way.kind is not WayKind.WAIT else None
        age = worst.age if worst and worst.age is not NOTHING else None
        if worst and worst.total_loss and outcome.time:
            age = CARTS  # only a cache comes back without anything of what it held
        return Disruption(outage=outage, data_loss=age, tail=outcome.way.tail if outcome.way else None)

    def _disruptions(self, results: Sequence[ScenarioResult]) -> tuple[list[Disruption], tuple[str, ...]]:
        rows = [(r.scenario.id, d) for r in results if r.scenario.kind not in PARTIAL and (d := self._disruption(r))]
        known = [d for _, d in rows if _known(d)]
        return known, tuple(id for id, d in rows if not _known(d))

    def _losses(self, disruptions: Sequence[Disruption]) -> tuple[Figure | None, dict[int, Figure]]:
        if self.trade is None:
            return None, {}
        alike = _alike(disruptions)
        return expected_loss(alike, self.trade), {n: loss_once_in(n, alike, self.trade) for n in ONCE_IN}

    def _capability(
        self, capability: Capability, cuts: CutSets, hit: Sequence[tuple[Scenario, Outcome]]
    ) -> CapabilityResult:
        """``hit``: the scenarios that affect it."""
        rows = [(scenario.id, outage) for scenario, outcome in hit if (outage := self._outage(scenario, outcome, ANEW))]
        told = [Disruption(outage=outage) for _, outage in rows if all(f.known for f in outage.figures)]
        known = [one.outage for one in _alike(told)]
        undecided = tuple(id for id, outage in rows if not all(f.known for f in outage.figures))
        share = availability(known)
        target = capability.target
        kept = probability_kept(known, target.availability / 100) if target.availability is not None else None
        verdict = self.judge.availability(capability.name, share, target)
        if verdict and verdict.judgement is Judgement.MET and undecided:
            because = Reason(Because.SCENARIOS_UNKNOWN, object=undecided, amount=len(undecided))
            verdict = replace(verdict, judgement=Judgement.UNKNOWN, because=(because,))
        tree = self.trees[capability.name]
        down = self._down(tree)
        probabilities = {name: figure.value for name, figure in down.items()}
        sure = {name: value for name, value in probabilities.items() if value is not None}
        return CapabilityResult(
            name=capability.name,
            target=target,
            cut_sets=cuts,
            importance=tree.importance(sure) if len(sure) == len(probabilities) else {},
            down_by_design=Figure(
                f"{capability.name}: no site serves it",
                Unit.SHARE,
                tree.probability(probabilities),
                Computed("exact, on the decision diagram of failure domains", tuple(down.values())),
            ),
            availability=share,
            kept=kept,
            undecided=undecided,
            verdict=verdict,
        )

    def _down(self, tree: FaultTree) -> dict[str, Figure]:
        """Share of time that each domain of a tree is down."""
        return {name: self._share_down(self._by_id[name]) for name in tree.events}

    @cached_property
    def _by_id(self) -> dict[str, Domain]:
        return {domain_id(d): d for d in self.design.domains}

    def _share_down(self, domain: Domain) -> Figure:
        rate, lasts = self.rates.of(domain)
        lasts = lasts or MOVED
        name = f"{domain}: share of time down"
        if rate.value is None or lasts.value is None or lasts.value.upper is None:
            return unknown(name, Unit.SHARE, f"how often {domain} fails or how long is not known")
        mean = fitted(lasts.value).mean
        low, typical = unavailability(rate.value.lower, mean), unavailability(rate.value.typical, mean)
        upper = None if rate.value.upper is None else unavailability(rate.value.upper, mean)
        return Figure(name, Unit.SHARE, Range(typical, upper, low), Computed("rate x mean duration", (rate, lasts)))


def _does(outcome: Outcome) -> tuple[object, ...]:
    """What an outcome does to a capability: for how long it is gone, and what of its data is."""
    time = (outcome.time is not None, outcome.time and outcome.time.value)
    return (
        outcome.kind,
        time,
        tuple((loss.store, loss.age and loss.age.value, loss.total_loss) for loss in outcome.losses),
    )


def _worse(now: Verdict, then: Verdict) -> bool:
    """Whether a verdict got worse, or stays missed with a worse value."""
    order = list(Judgement).index
    if now.judgement is not then.judgement:
        return order(now.judgement) < order(then.judgement)
    return now.judgement is not Judgement.MET and _ends(now) > _ends(then)


def _ends(verdict: Verdict) -> float:
    return pessimistic(verdict.value)


def _alike(disruptions: Iterable[Disruption]) -> list[Disruption]:
    """Disruptions that last and cost the same, as one: independent Poisson processes add up to one."""
    groups: dict[tuple[object, ...], list[Disruption]] = {}
    for one in disruptions:
        outage = one.outage
        automatic = outage.automatic and outage.automatic.value
        loss = one.data_loss and one.data_loss.value
        tail = one.tail and (one.tail.share.value, one.tail.lasts.value)
        groups.setdefault((outage.manual.value, automatic, outage.coverage.value, loss, tail), []).append(one)
    found: list[Disruption] = []
    for first, *more in groups.values():
        if more:
            names = [one.outage.name for one in (first, *more)]
            name = f"{names[0]} and {len(more)} alike"
            rate = total(f"{name}: rate", *(one.outage.rate for one in (first, *more)))
            first = replace(first, outage=replace(first.outage, name=name, rate=rate))
        found.append(first)
    return found


def trade(model: Model) -> Trade | None:
    """What the shop of ``model`` sells and when; ``None`` where no revenue is stated."""
    business = model.business
    if business.revenue_per_hour is None:
        return None
    revenue = Figure("revenue per hour", Unit.MONEY, Range.exactly(business.revenue_per_hour), Stated("business"))
    peaks = tuple(
        Peak(name, date.fromisoformat(first).timetuple().tm_yday, _days(first, last), factor)
        for name, (first, last, factor) in sorted(business.peaks.items())
    )
    return Trade(revenue_per_hour=revenue, peaks=peaks)


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def _known(disruption: Disruption) -> bool:
    loss = disruption.data_loss
    return all(f.known for f in disruption.outage.figures) and (loss is None or loss.known)


def _worst_first(result: ScenarioResult) -> tuple[float, int, int, float, str]:
    """Sort key: by the loss; where none is known by the verdict, the outcome, and the time down a year."""
    judgement = result.judgement
    longest = max((pessimistic(o.time) for o in result.affected), default=0.0)
    kinds = list(OutcomeKind)
    return (
        -(typical(result.loss) or 0.0),
        list(Judgement).index(judgement) if judgement else len(Judgement),
        -max((kinds.index(o.kind) for o in result.affected), default=0),
        -(typical(result.scenario.rate) or 0.0) * min(longest, YEAR),
        result.scenario.id,
    )


def _figures(
    results: Iterable[ScenarioResult],
    capabilities: Iterable[CapabilityResult],
    expected: Figure | None,
    once_in: Mapping[int, Figure],
) -> Iterator[tuple[str, Figure]]:
    """Ids: ``<scenario>``, then what of it, then of which capability and store."""
    if expected:
        yield "expected-loss", expected
    for years, figure in once_in.items():
        yield f"loss-once-in-{years}-years", figure
    for one in capabilities:
        yield f"{one.name}/availability", one.availability
        yield f"{one.name}/down-by-design", one.down_by_design
        if one.kept:
            yield f"{one.name}/commitment-kept", one.kept
    for result in results:
        id = result.scenario.id
        yield f"{id}/rate", result.scenario.rate
        if result.loss:
            yield f"{id}/loss", result.loss
        if result.each:
            yield f"{id}/loss-each-time", result.each
        for outcome in result.affected:
            if outcome.time:
                yield f"{id}/{outcome.capability}/recovery-time", outcome.time
            if outcome.held:
                yield f"{id}/{outcome.capability}/peak-at-once", outcome.held.now
                yield f"{id}/{outcome.capability}/peak-grown", outcome.held.grown
                yield f"{id}/{outcome.capability}/peak-sure", outcome.held.sure
            for loss in outcome.losses:
                if loss.age:
                    yield f"{id}/{outcome.capability}/data-loss/{loss.store}", loss.age


def _assumptions(model: Model, figures: Iterable[Figure]) -> tuple[Premise | Assumption | Figure, ...]:
    """Everything that is taken to be so: of the method, of the readings, and under figures."""
    found: dict[tuple[str, str], Figure] = {}
    for figure in walk(*figures):
        if isinstance(figure.why, Assumed):
            found.setdefault((figure.name, figure.why.text), figure)
    return (*Premise, *model.assumptions, *(figure for _, figure in sorted(found.items(), key=lambda row: row[0])))
