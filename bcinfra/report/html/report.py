"""The report on one stack, as values: all that the page shows, made of what the assessment found and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import Assessment, ScenarioResult, play_pairs
from bcinfra.continuity.judgement.by_kind import by_kind
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.next_steps import NextStep, next_steps, taken
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import Overrides
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement
from bcinfra.continuity.model.parts import Model, RecoveryPoint
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.outcomes import Accepted
from bcinfra.continuity.recovery.scenarios import Kind, domain_id
from bcinfra.report.assess.cells import Cell
from bcinfra.report.assess.kinds import Decided, KindRow, kind_row
from bcinfra.report.assess.page import Page, Severity, page, severity
from bcinfra.report.assess.writing import Writer
from bcinfra.report.cost.page import CostPage, cost_page
from bcinfra.report.diagrams.picture import Picture, picture
from bcinfra.report.fit.front import Front
from bcinfra.report.html.copies import Map, map_of
from bcinfra.report.html.sources import Fact, Source, facts, itself, sources
from bcinfra.report.html.story import Line, Lost, Story, Teller, Told, worst
from bcinfra.report.words.findings import RULES, fix
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import duration, ends, money, share
from bcinfra.report.words.scenarios import assumption
from bcinfra.report.words.statements import say

MOST_PAIRS: Final = 60
"""Pairs of places that are played for the picture besides those of the assessment, the outermost first."""
MOST_NAMES: Final = 3
"""Parts that are named in a sentence."""
FEW_NAMES: Final = 2
"""The same where customers notice nothing."""
REPEATED: Final = 20
"""Figures from which on what is computed alike is said once for all of them."""
BEYOND: Final = (
    DomainKind.DNS_PROVIDER,
    DomainKind.CDN,
    DomainKind.REGISTRATION,
    DomainKind.SUPPLIER,
    DomainKind.ISP,
    DomainKind.CABLE,
    DomainKind.POWER,
    DomainKind.GEOGRAPHY,
    DomainKind.ACCOUNT,
    DomainKind.SYSTEM,
    DomainKind.CERTIFICATE,
    DomainKind.RELEASE,
    DomainKind.KEY,
    DomainKind.CONTROL_PLANE,
    DomainKind.GLOBAL_CONTROL_PLANE,
)
"""Kinds of domain that are no place in the picture, in the order in which they are offered."""
_PAIRED: Final = frozenset({DomainKind.REGION, DomainKind.ZONE, DomainKind.RACK, DomainKind.ROOM, DomainKind.PROVIDER})


class Pair(NamedTuple):
    """A pair of places that one line tells: it is as bad as one of them alone, or worse and keeps every objective."""

    title: str
    failed: tuple[Domain, ...]
    alone: tuple[int, ...]
    """Stories of each alone, the one that it is as bad as first."""
    worse: bool
    """Whether it is worse than each alone."""
    time: Cell
    data: Cell


class Found(NamedTuple):
    """One finding."""

    message: str
    place: str
    resource: str
    severity: Severity
    fix: str
    evidence: tuple[str, ...]
    capabilities: tuple[str, ...]
    stories: tuple[int, ...]
    taken: str


class Step(NamedTuple):
    """Findings of one code, with what a change that removes them saves."""

    code: str
    title: str
    plain: str
    meaning: str
    fix: str
    saves: str
    kinds: tuple[str, ...]
    taken: bool
    """Whether the risk was accepted: then nothing is to be done, and ``saves`` is what is at stake."""
    found: tuple[Found, ...]


class Promise(NamedTuple):
    """One capability over all scenarios."""

    name: str
    availability: Told
    promised: str
    kept: Told | None
    recovery: str
    data: str
    judgement: str
    stops: tuple[str, ...]
    """What stops it alone, or together with another: the smallest cut sets, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report on one stack."""

    page: Page
    today: date
    picture: Picture
    beyond: tuple[tuple[str, tuple[Domain, ...]], ...]
    """Domains that are no place, by kind."""
    stories: tuple[Story, ...]
    apart: tuple[Story, ...]
    """Pairs that are played for the picture only, worse than each alone, and miss an objective."""
    pairs: tuple[Pair, ...]
    """All others that are."""
    by_scenario: dict[str, int]
    copies: Map
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...]
    assumptions: tuple[str, ...]
    sources: tuple[Source, ...]
    rules: Mapping[str, int]
    """How figures are computed → the number of that rule, where many are computed alike."""
    facts: tuple[Fact, ...]
    numbers: dict[Domain, int]
    """Domains that can be picked."""
    loss: tuple[tuple[str, Told], ...]
    """What outages cost: a year on average, and the years that are rare."""
    objective: str
    """Where it is the same in all kinds of disruption."""
    cost: CostPage | None
    """What the stack costs a month; ``None`` where nobody asked."""
    designs: Front | None
    """Other designs of the shop; ``None`` where nobody gave them."""
    kinds: tuple[tuple[KindRow, tuple[tuple[int, Decided], ...]], ...]
    """Kinds of disruption, each with the stories that decide it."""
    by_domain: Mapping[Domain, int]
    """The story of what fails when a domain does."""
    parts: Mapping[str, int]
    """URN of a part → its position on the page."""
    labels: Mapping[str, str]
    """URN of a part → its name."""
    short: Callable[[str], str]
    told_by: Mapping[Line, tuple[int, str]]
    lost_by: Mapping[tuple[Lost, ...], int]
    """The story that tells what is lost for all that lose the same."""

    @property
    def first(self) -> Story | None:
        """What most people ask first: the loss of the region that serves, else of the costliest place."""
        regions = [one for one in self.stories if one.disruption is DisruptionKind.REGION and len(one.failed) == 1]
        return next((one for one in regions if one.failed[0].kind is DomainKind.REGION and one.out), None)

    def positions(self, urns: Iterable[str]) -> str:
        return " ".join(str(self.parts[urn]) for urn in urns if urn in self.parts)

    def first_told(self, line: Line) -> tuple[int, str]:
        """The story that tells a way back for all that have the same, and its place on the page."""
        return self.told_by[line]

    def title_of(self, story: int) -> str:
        return (*self.stories, *self.apart)[story].title

    def picked(self, domains: Iterable[Domain]) -> str:
        return " ".join(str(n) for n in sorted(self.numbers[one] for one in domains if one in self.numbers))

    def named(self, urns: Iterable[str], noticed: object) -> str:
        """Parts by name, the first of many."""
        most = MOST_NAMES if noticed else FEW_NAMES
        names = list(dict.fromkeys(self.labels[urn] for urn in urns if urn in self.labels))
        more = f" and {len(names) - most} more" if len(names) > most else ""
        return ", ".join(names[:most]) + more


def report(
    assessment: Assessment,
    model: Model,
    words: Sequence[str],
    *,
    today: date,
    accepted: Sequence[Accepted] = (),
    quantile: float = 0.95,
    rehearsed: bool = False,
    overrides: Overrides | None = None,
    cost: Cost | None = None,
    before: Assessment | None = None,
    designs: Front | None = None,
) -> Report:
    """The report. ``words``: the words that name the stack on the command line; ``before``: the assessment without a
    change; ``designs``: what `bcinfra fit` found; the rest as the assessment was made."""
    design = Design(model)
    writer = Writer(model)
    shown: set[int] = set()

    def number(figure: Figure) -> int:
        n = itself(writer.figures, writer.figure(figure))
        shown.add(n)
        return n

    short = shortened(assessment.title)
    currency = model.business.currency
    teller = Teller(design, currency, short, number)
    codes: dict[str, dict[str, None]] = {}
    for finding in assessment.findings:
        for id in finding.scenarios:
            codes.setdefault(id, {})[finding.code] = None
    was = {one.scenario.id: one for one in before.scenarios} if before else {}
    stories = tuple(
        teller.story(n, one, tuple(codes.get(one.scenario.id, ())), was.get(one.scenario.id))
        for n, one in enumerate(assessment.scenarios)
    )
    drawn = picture(model)
    chosen = _pairs(assessment, drawn.places)
    found = play_pairs(
        model,
        chosen,
        accepted=accepted,
        today=today,
        quantile=quantile,
        rehearsed=rehearsed,
        overrides=overrides,
    )
    alone = {r.scenario.failed[0]: (n, r) for n, r in enumerate(assessment.scenarios) if r.scenario.kind is Kind.DOMAIN}
    apart: list[Story] = []
    pairs: list[Pair] = []
    for result in found:
        failed = result.scenario.failed
        known = sorted((not _as_bad(result, alone[one][1]), alone[one][0]) for one in failed if one in alone)
        worse = all(than for than, _ in known)
        if len(known) < len(failed) or (worse and result.judgement is not Judgement.MET):
            apart.append(teller.story(len(stories) + len(apart), result))
        else:
            pairs.append(Pair(teller.title(result), failed, tuple(n for _, n in known), worse, *worst(result)))
    told_by: dict[Line, tuple[int, str]] = {}
    for story in (*stories, *apart):
        for n, line in enumerate(story.lines):
            told_by.setdefault(line, (story.number, f"w{story.number}-{n}"))
    lost_by: dict[tuple[Lost, ...], int] = {}
    for story in (*stories, *apart):
        lost_by.setdefault(story.lost, story.number)
    pickable = [story.failed[0] for story in stories if len(story.failed) == 1]
    numbers = {domain: n for n, domain in enumerate((*drawn.places, *(d for d in pickable if d not in drawn.places)))}
    places = set(drawn.places)
    by_scenario = {story.id: story.number for story in stories}
    promises = tuple(_promises(assessment, number, short))
    steps = tuple(_steps(assessment, currency, short, by_scenario))
    losses = [("a year, on average", assessment.expected_loss)] if assessment.expected_loss else []
    losses += [(f"in the worst of {years} years", figure) for years, figure in sorted(assessment.once_in.items())]
    loss = tuple((what, Told(ends(figure.value, figure.unit, currency), number(figure))) for what, figure in losses)
    data = map_of(design.model, short, number)
    kinds = tuple((row, links) for row, links in _kinds(assessment, by_scenario, short))
    objectives = {row.objective for row, _ in kinds}
    told = sources(writer.figures, shown, currency)
    return Report(
        page=page(assessment, model, words, quantile=quantile, everything=True, overrides=overrides, cost=cost),
        today=today,
        picture=drawn,
        beyond=tuple(
            (str(kind), rows)
            for kind in BEYOND
            if (rows := tuple(d for d in pickable if d.kind is kind and d not in places))
        ),
        stories=stories,
        apart=tuple(apart),
        pairs=tuple(pairs),
        by_scenario=by_scenario,
        copies=data,
        steps=steps,
        promises=promises,
        assumptions=tuple(short(assumption(one)) for one in assessment.assumptions),
        sources=told,
        rules={said: n for n, said in enumerate(_repeated(told), 1)},
        facts=facts(sorted({one.fact for one in told if one.fact}), overrides),
        numbers=numbers,
        loss=loss,
        objective=objectives.pop() if len(objectives) == 1 else "",
        cost=cost_page(cost, assessment.title.rpartition("/")[2]) if cost else None,
        designs=designs,
        kinds=kinds,
        by_domain={story.failed[0]: story.number for story in stories if len(story.failed) == 1},
        parts={urn: n for n, urn in enumerate(design.parts)},
        labels={urn: short(part.label) for urn, part in design.parts.items() if not isinstance(part, RecoveryPoint)},
        short=short,
        told_by=told_by,
        lost_by=lost_by,
    )


def _repeated(told: Iterable[Source]) -> Iterator[str]:
    counts = Counter(one.said for one in told if one.why == "computed")
    yield from (said for said, n in counts.items() if n >= REPEATED)


def _kinds(
    assessment: Assessment, by_scenario: Mapping[str, int], short: Callable[[str], str]
) -> Iterator[tuple[KindRow, tuple[tuple[int, Decided], ...]]]:
    for one in by_kind(assessment.scenarios) if assessment.capabilities else ():
        row = kind_row(one, assessment.findings, short)
        ids = (by_scenario[one.time.scenario.id], by_scenario[one.data.scenario.id])
        yield row, tuple(zip(ids, row.decided_by, strict=False))


def _as_bad(both: ScenarioResult, alone: ScenarioResult) -> bool:
    """Whether customers and data fare in a pair as they do without one of the two alone."""
    return all(
        one.kind is two.kind
        and (one.time and one.time.value) == (two.time and two.time.value)
        and [(loss.store, loss.age and loss.age.value) for loss in one.losses]
        == [(loss.store, loss.age and loss.age.value) for loss in two.losses]
        for one, two in zip(both.outcomes, alone.outcomes, strict=True)
    )


def _pairs(assessment: Assessment, places: Sequence[Domain]) -> list[tuple[Domain, Domain]]:
    """Pairs of places that no scenario plays and of which neither contains the other."""
    known = {frozenset(r.scenario.failed) for r in assessment.scenarios if r.scenario.kind is Kind.PAIR}
    able = [place for place in places if place.kind in _PAIRED]
    order = {domain: n for n, domain in enumerate(able)}
    found = [
        tuple(sorted(pair))
        for pair in combinations(able, 2)
        if frozenset(pair) not in known and not pair[0].hit_by([pair[1]]) and not pair[1].hit_by([pair[0]])
    ]
    found.sort(key=lambda pair: (sum(one.kind is DomainKind.ZONE for one in pair), *(order[one] for one in pair)))
    return [(one, two) for one, two in found[:MOST_PAIRS]]


def _steps(
    assessment: Assessment, currency: str, short: Callable[[str], str], by_scenario: Mapping[str, int]
) -> Iterator[Step]:
    grave = severity(assessment)

    def of(finding: Finding) -> Found:
        by = [f"{one.owner}, until {one.expires}: {one.reason}" for one in finding.accepted]
        return Found(
            message=short(say(finding.says)),
            place=finding.place or "",
            resource=(finding.resource or "").rpartition("::")[2],
            severity=grave(finding),
            fix=short(fix(finding)),
            evidence=tuple(short(say(one)) for one in finding.evidence),
            capabilities=finding.capabilities,
            stories=tuple(by_scenario[id] for id in finding.scenarios if id in by_scenario),
            taken="; ".join(dict.fromkeys(by)),
        )

    def step(one: NextStep) -> Step:
        findings = one.findings
        rule = RULES[findings[0].code]
        return Step(
            code=findings[0].code,
            title=rule.title,
            plain=rule.plain,
            meaning=rule.meaning,
            fix=short(fix(findings[0])),
            saves=f"up to {money(one.saves, currency)} a year" if one.saves else "",
            kinds=tuple(sorted(map(str, one.kinds))),
            taken=bool(findings[0].accepted),
            found=tuple(map(of, findings)),
        )

    yield from map(step, next_steps(assessment))
    yield from map(step, taken(assessment))


def _promises(
    assessment: Assessment, number: Callable[[Figure], int], short: Callable[[str], str]
) -> Iterator[Promise]:
    names = {domain_id(domain): str(domain) for domain in assessment.domains}
    for one in assessment.capabilities:
        value = one.availability.value
        text = "unknown" if value is None else f"{share(value.typical)}, {share(value.lower)} at worst"
        target = one.target
        yield Promise(
            name=one.name,
            availability=Told(text, number(one.availability)),
            promised="" if target.availability is None else share(target.availability / 100),
            kept=Told(ends(one.kept.value, one.kept.unit, ""), number(one.kept)) if one.kept else None,
            recovery=duration(target.recovery_time.total_seconds()) if target.recovery_time else "",
            data=duration(target.data_loss.total_seconds()) if target.data_loss is not None else "",
            judgement=str(one.verdict.judgement) if one.verdict else "",
            stops=tuple(short(" and ".join(names.get(event, event) for event in cut)) for cut in one.cut_sets.sets),
        )
