"""What an assessment says to people, once for every format: the sentence, capabilities, scenarios, the worst, findings.

:func:`page` makes a :class:`Page` of plain data; :mod:`bcinfra.report.assess.text` and
:mod:`bcinfra.report.assess.markdown` only lay it out.
"""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult, ScenarioResult
from bcinfra.continuity.judgement.by_kind import KindResult, by_kind
from bcinfra.continuity.judgement.findings import Finding, Finds
from bcinfra.continuity.judgement.next_steps import NextStep, next_steps
from bcinfra.continuity.judgement.rules import SYMPTOMS, Breaks
from bcinfra.continuity.judgement.verdicts import graver, gravity
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.facts import Overrides, row
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.parts import Model, Provenance, Tail
from bcinfra.continuity.model.ranges import pessimistic, typical
from bcinfra.continuity.model.stateless import Holds, Proof
from bcinfra.continuity.recovery.outcomes import OVERALL, Acceptance, Kind, Outcome, matches
from bcinfra.continuity.recovery.peak import LOSES_CAPACITY, Held
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.report.assess import cells
from bcinfra.report.assess.cells import Cell
from bcinfra.report.assess.kinds import KindRow, kind_row
from bcinfra.report.assess.rests import function, rests_on
from bcinfra.report.cost.page import monthly, of_budget
from bcinfra.report.diff.continuity import Continuity
from bcinfra.report.words.findings import RULES, Rule, fix
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import amount, count, duration, money, pair, share
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.stateless import CONDITIONS
from bcinfra.report.words.statements import say

SHOWN: Final = 12
"""Scenarios that miss an objective and are shown before ``--full``."""
UNDECIDED: Final = 4
"""Scenarios that cannot be decided and are shown besides."""
STEPS: Final = 3
"""Next steps that are shown."""
MOST_UNTOLD: Final = 5
"""Scenarios that are named of those that losses leave out."""
GROUPS: Final = 6
"""Kinds of findings that are shown before ``--full``."""
_ORDER: Final = [*Judgement, None]


class CapabilityRow(NamedTuple):
    """One capability over all scenarios."""

    name: str
    judgement: Judgement | None
    recovery: Cell
    data: Cell
    availability: Cell
    bad: int
    """Scenarios in which an objective is missed or cannot be decided."""
    scenarios: int
    worst: str
    """The scenario that is worst for it."""

    @property
    def missed(self) -> str:
        return f"{self.bad} of {self.scenarios}"


class ScenarioRow(NamedTuple):
    """One scenario over all capabilities: the worst of each."""

    id: str
    title: str
    judgement: Judgement | None
    stops: str
    recovery: Cell
    data: Cell
    loss: str


class Story(NamedTuple):
    """What happens in one scenario, and what to do about it."""

    title: str
    path: str
    why: tuple[str, ...]
    fixes: tuple[str, ...]


class FindingRow(NamedTuple):
    """One finding."""

    finding: Finding
    message: str
    fix: str

    @property
    def place(self) -> str | None:
        return self.finding.place

    @property
    def taken(self) -> str:
        """Who took the risk, and until when; empty where it is open."""
        accepted = self.finding.accepted
        if not accepted:
            return ""
        owners = ", ".join(dict.fromkeys(one.owner for one in accepted))
        return f"accepted by {owners} until {min(one.expires for one in accepted)}"


class Group(NamedTuple):
    """Findings of one code."""

    code: str
    findings: tuple[FindingRow, ...]

    @property
    def rule(self) -> Rule:
        return RULES[self.code]

    @property
    def fix(self) -> str:
        """What to do: the fix of the first."""
        return self.findings[0].fix


class Step(NamedTuple):
    """Something to do next."""

    code: str
    fix: str
    saves: str
    """``saves up to EUR 3,900 a year``; empty where no revenue is stated."""
    because: str
    """Of the first finding that it removes."""
    brief: str
    """The same in a few words: what is wrong."""
    about: str
    """What with: the resource of the first finding."""
    place: str | None
    more: int
    """Findings that it removes besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The report on one stack."""

    title: str
    headline: str
    rests: str
    """What the verdicts rest on that nobody stated; empty where they rest on nothing such."""
    money: str
    """What it costs a year; empty where no revenue is stated."""
    stateless: str
    """Whether it holds business data; empty where it does not state to hold none."""
    currency: str
    kinds: tuple[KindRow, ...]
    """What it survives, by kind of disruption."""
    available: str
    """How much of the time it is up, that of the capability which keeps its promise least."""
    peak: str
    """How much of the declared peak it holds after a loss; empty where no peak is stated."""
    spent: str
    """What it costs a month, and what outages cost a year with the rarest of the losses that are stated."""
    judged: str
    """How times are judged."""
    other_steps: str
    """Further ones, by the codes of their findings."""
    steps: tuple[Step, ...]
    """What to do next, what saves most first."""
    capabilities: tuple[CapabilityRow, ...]
    scenarios: tuple[ScenarioRow, ...]
    rest: str
    """What is not shown."""
    story: Story | None
    groups: tuple[Group, ...]
    more: str
    """Findings that are not shown."""
    notes: tuple[str, ...]
    """What was inferred, accepted, not understood or left out."""
    basis: str
    next: tuple[str, ...]
    """Commands that lead on."""
    since: tuple[Continuity, ...] = ()
    """What moved since earlier assessments."""


def select(
    assessment: Assessment,
    domain: str | None = None,
    capability: str | None = None,
    kinds: Collection[DisruptionKind] = (),
) -> Assessment:
    """The part of an assessment about failure domains (by id, kind or a part of the name), one capability, and kinds of
    disruption (none: all).

    Sums over all scenarios and verdicts on them are left out where they are not of the part.
    """
    if domain is None and capability is None and not kinds:
        return assessment
    every = domain is None and not kinds

    scenarios = tuple(
        result if capability is None else result.only(capability)
        for result in assessment.scenarios
        if (domain is None or _about(result, domain)) and (not kinds or result.scenario.disruption in kinds)
    )
    ids = {result.scenario.id for result in scenarios}
    findings = tuple(
        f
        for f in assessment.findings
        if (every or ids.intersection(f.scenarios)) and (capability is None or capability in f.capabilities)
    )
    return replace(
        assessment,
        scenarios=scenarios,
        capabilities=tuple(
            c if every else replace(c, verdict=None) for c in assessment.capabilities if capability in (None, c.name)
        ),
        findings=findings,
        expected_loss=None,
        stateless=None,
        once_in={},
        untold=tuple(id for id in assessment.untold if id in ids),
    )


def _about(result: ScenarioResult, domain: str) -> bool:
    wanted = domain.casefold()
    return any(
        wanted == one.kind.casefold()
        or wanted in one.name.casefold()
        or any(name.casefold().startswith(wanted) for name in (domain_id(one), str(one)))
        for one in result.scenario.failed
    )


def page(
    assessment: Assessment,
    model: Model,
    subject: Sequence[str],
    *,
    quantile: float = 0.95,
    everything: bool = False,
    overrides: Overrides | None = None,
    since: Sequence[Continuity] = (),
    cost: Cost | None = None,
) -> Page:
    """The report. ``subject``: the words that name the stack on the command line."""
    short = shortened(assessment.title)
    rows = [_scenario(result, model, short) for result in assessment.scenarios] if assessment.capabilities else []
    shown = rows if everything else _shown(rows)
    groups = _groups(assessment, short)
    open_groups = groups if everything else groups[:GROUPS]
    kinds = by_kind(assessment.scenarios) if assessment.capabilities else ()
    steps = next_steps(assessment)
    worst = next((r for r in assessment.scenarios if r.judgement in (Judgement.MISSED, Judgement.UNKNOWN)), None)
    return Page(
        title=assessment.title,
        headline=_headline(assessment, kinds),
        rests=f"Rests on: {'; '.join(found)}." if (found := rests_on(assessment, model)) else "",
        money=_spent(cost, _money(assessment, model.business.currency)),
        stateless=_stateless(assessment.stateless) if assessment.stateless else "",
        currency=model.business.currency,
        kinds=tuple(kind_row(result, assessment.findings, short) for result in kinds),
        available=_available(assessment),
        peak=_peak(kinds),
        spent=_spent(cost, _money(assessment, model.business.currency, first=-1)),
        judged=f"Times are estimates, judged by the slowest {share(1 - quantile)}.",
        other_steps=_other_steps(steps),
        steps=tuple(_steps(steps, model.business.currency, short)),
        capabilities=tuple(
            sorted((_capability(c, assessment, short) for c in assessment.capabilities), key=_by_verdict)
        ),
        scenarios=tuple(shown),
        rest=_rest(rows, shown),
        story=_story(worst, model, groups, short) if worst else None,
        groups=tuple(open_groups),
        more=_more(groups[len(open_groups) :]),
        notes=tuple(_notes(assessment, model)),
        basis=_basis(assessment, quantile, overrides),
        next=tuple(_next(assessment, worst, groups, subject, everything)),
        since=tuple(since),
    )


def _headline(a: Assessment, kinds: Sequence[KindResult]) -> str:
    if not a.capabilities or not a.scenarios:
        return f"{a.title}: nothing that serves, runs or keeps something was found, so there is nothing to assess."
    counts = Counter(result.judgement for result in a.scenarios)
    if counts[None] == len(a.scenarios):
        return f"{a.title}: {count(len(a.scenarios), 'scenario')}, and no objective is stated to hold them against."
    judged = [result for result in kinds if result.judgement is not None]
    kept = sum(result.judgement is Judgement.MET for result in judged)
    taken = sum(result.judgement is Judgement.ACCEPTED for result in kinds)
    scenarios = count(len(a.scenarios) - counts[None], "scenario")
    kept_in = f"{kept} of {count(len(judged), 'kind')} of disruption and {counts[Judgement.MET]} of {scenarios}"
    clauses = [f"{a.title} keeps its word in {kept_in}"]
    clauses += [f"{taken} more kinds at accepted risk"] if taken else []
    clauses += [f"{counts[Judgement.MISSED]} miss an objective"] if counts[Judgement.MISSED] else []
    clauses += [f"{counts[Judgement.UNKNOWN]} cannot be decided"] if counts[Judgement.UNKNOWN] else []
    clauses += [f"{counts[Judgement.ACCEPTED]} are accepted"] if counts[Judgement.ACCEPTED] else []
    return f"{', '.join(clauses)}."


def _available(a: Assessment) -> str:
    """The capability that keeps its promise least, or is up least."""
    rows = [(c, c.availability.value) for c in a.capabilities]
    known = [(c, value) for c, value in rows if value is not None]
    if not known:
        return "Availability: unknown." if rows else ""
    order = [*Judgement, None].index
    one, value = min(known, key=lambda row: (order(row[0].verdict.judgement if row[0].verdict else None), row[1].lower))
    verdict = one.verdict
    missed = "missed at worst" if verdict and value.typical >= verdict.target else "missed"
    words = {Judgement.MISSED: missed, Judgement.MET: "kept", Judgement.ACCEPTED: f"{missed}, and accepted"}
    promised = f"; {share(verdict.target)} promised: {words.get(verdict.judgement, 'undecided')}" if verdict else ""
    return f"{one.name} is up {share(value.typical)} of the time, {share(value.lower)} at worst{promised}."


def _peak(kinds: Sequence[KindResult]) -> str:
    """How much of the greatest peak is held after a server, a zone, a region is lost."""
    lost: dict[str, list[str]] = {}
    for one in kinds:
        if one.held and one.kind in LOSES_CAPACITY:
            lost.setdefault(_held(one.held), []).append(one.kind)
    rows = [f"{said} without a {' or '.join(of)}" for said, of in lost.items()]
    return f"Peak held: {', '.join(rows)}." if rows else ""


def _held(held: Held) -> str:
    now, grown, sure = map(typical, held.figures)
    if now is None and grown is not None:
        return f"an unknown share at once ({share(grown)} grown)"
    if now is None or grown is None:
        return "undecided" if held.bound >= 1 else f"undecided, {share(held.bound)} at most"
    if now == grown:
        return share(now)
    if sure is None or sure >= grown:
        return f"{share(now)} ({share(grown)} grown)"
    kept = f", {share(sure)} where room is kept" if sure > now else ""
    return f"{share(now)} ({share(grown)} grown if there is room{kept})"


def _steps(steps: Sequence[NextStep], currency: str, short: Callable[[str], str]) -> Iterator[Step]:
    for step in steps[:STEPS]:
        first = step.findings[0]
        yield Step(
            code=first.code,
            fix=fix(first),
            saves=f"saves up to {money(step.saves, currency)} a year" if step.saves else "",
            because=short(say(first.says)),
            brief=RULES[first.code].title,
            about=short(first.about.partition("#")[0]),
            place=first.place,
            more=len(step.findings) - 1,
        )


def _other_steps(steps: Sequence[NextStep]) -> str:
    """What else there is to do, and in which kinds of disruption it shows."""
    rest = [s for s in steps[STEPS:] if s.kinds and s.findings[0].code not in SYMPTOMS]
    listed = [f"{step.findings[0].code} ({_kinds(step)})" for step in rest]
    return f"Then {', '.join(listed)}; why: bcinfra explain {rest[0].findings[0].code}" if listed else ""


def _kinds(step: NextStep) -> str:
    return ", ".join(kind for kind in DisruptionKind if kind in step.kinds)


def _money(a: Assessment, currency: str, first: int = 0) -> str:
    if a.expected_loss is None:
        return ""
    value = a.expected_loss.value
    if value is None:
        return "Expected loss a year: unknown."
    upper = "no known bound" if value.upper is None else amount(value.upper)
    text = f"Expected loss {money(value.typical, currency)} a year ({amount(value.lower)} to {upper})"
    for years, figure in sorted(a.once_in.items())[first:]:
        text += f"; once in {years} years " + ("unknown" if not figure.value else money(figure.value.typical, currency))
    return text + "."


def _spent(cost: Cost | None, lost: str) -> str:
    """What it costs, beside what outages cost."""
    costs = f"Costs {monthly(cost)}{of_budget(cost)}." if cost and (cost.lines or cost.gaps) else ""
    return f"{costs} {lost}".strip()


def _stateless(proof: Proof) -> str:
    if proof.judgement is Judgement.MET:
        within = proof.counts[Holds.NOTHING]
        given = f", given that {'; '.join(CONDITIONS[one] for one in proof.conditions)}" if proof.conditions else ""
        return f"Holds no business data: proven over {count(within, 'resource')}{given}."
    named = ", ".join(f"{row.urn.split('::')[-1]} {row.reason.holds}" for row in proof.breaks[:3])
    more = f" and {len(proof.breaks) - 3} more" if len(proof.breaks) > 3 else ""
    return f"Holds no business data: not proven: {named}{more} [BC0040]."


# Scenarios and capabilities


def _scenario(result: ScenarioResult, model: Model, short: Callable[[str], str]) -> ScenarioRow:
    stopped = [o.capability for o in result.outcomes if o.kind is not Kind.UNAFFECTED]
    every = len(stopped) == len(result.outcomes)
    return ScenarioRow(
        id=result.scenario.id,
        title=short(title(result.scenario)) + (" (assumed)" if model.guesses(result.scenario.failed) else ""),
        judgement=result.judgement,
        stops="nothing" if not stopped else "all" if every and len(stopped) > 1 else ", ".join(stopped),
        recovery=_worst(result.outcomes, Objective.RECOVERY_TIME),
        data=_worst(result.outcomes, Objective.DATA_LOSS),
        loss="" if result.loss is None else "unknown" if not result.loss.value else amount(result.loss.value.typical),
    )


def _worst(outcomes: Iterable[Outcome], objective: Objective) -> Cell:
    """How the gravest reads."""
    worst = min(outcomes, key=lambda o: gravity(o, objective), default=None)
    if worst is None:
        return Cell("")
    return cells.recovery(worst) if objective is Objective.RECOVERY_TIME else cells.data(worst)


def _capability(one: CapabilityResult, a: Assessment, short: Callable[[str], str]) -> CapabilityRow:
    found = [(r, o) for r in a.scenarios for o in r.outcomes if o.capability == one.name]
    bad = [r for r, o in found if any(v.judgement in (Judgement.MISSED, Judgement.UNKNOWN) for v in o.verdicts)]
    recovery, data = (_worst([o for _, o in found], of) for of in (Objective.RECOVERY_TIME, Objective.DATA_LOSS))
    value = one.availability.value
    text = "unknown" if value is None else f"{share(value.typical)} ({share(value.lower)})"
    verdict = one.verdict
    availability = Cell(text, share(verdict.target), verdict.judgement) if verdict else Cell(text)
    worst = min(found, key=lambda row: graver(row[1]), default=None)
    return CapabilityRow(
        name=one.name,
        judgement=min((c.judgement for c in (recovery, data, availability)), key=_ORDER.index),
        recovery=recovery,
        data=data,
        availability=availability,
        bad=len(bad),
        scenarios=len(found),
        worst=short(title(worst[0].scenario)) if worst and bad else "",
    )


def _by_verdict(one: CapabilityRow) -> tuple[int, int, str]:
    return _ORDER.index(one.judgement), -one.bad, one.name


def _shown(rows: Sequence[ScenarioRow]) -> list[ScenarioRow]:
    """The first that miss an objective and the first that cannot be decided, in their order."""
    missed = [r for r in rows if r.judgement is Judgement.MISSED][:SHOWN]
    unknown = [r for r in rows if r.judgement is Judgement.UNKNOWN][:UNDECIDED]
    shown = {r.id for r in (*missed, *unknown)} or {r.id for r in rows[:3]}
    return [r for r in rows if r.id in shown]


def _rest(rows: Sequence[ScenarioRow], shown: Sequence[ScenarioRow]) -> str:
    ids = {r.id for r in shown}
    counts = Counter(r.judgement for r in rows if r.id not in ids)
    words = {
        Judgement.MISSED: "missed",
        Judgement.UNKNOWN: "undecided",
        Judgement.ACCEPTED: "accepted",
        Judgement.MET: "met",
        None: "without objective",
    }
    listed = [f"{counts[j]} more {word}" for j, word in words.items() if counts[j]]
    return f"{', '.join(listed)}: --full" if listed else ""


# The worst scenario


def _story(result: ScenarioResult, model: Model, groups: Sequence[Group], short: Callable[[str], str]) -> Story:
    outcome = min(result.outcomes, key=graver)
    found = [row for group in groups for row in group.findings if result.scenario.id in row.finding.scenarios]
    order = {"BC0008": 0, "BC0001": 1, "BC0002": 2}
    found.sort(key=lambda row: order.get(row.finding.code, len(order)))
    hit = (row for row in found if outcome.capability in row.finding.capabilities)
    causes = list({row.finding.code: row for row in hit}.values())[:2]
    why = [*map(short, _why(outcome))]
    why += [f"{row.message} [{row.finding.code}]" + (f" {row.place}" if row.place else "") for row in causes]
    guesses = ", ".join(map(function, model.guesses(result.scenario.failed)))
    why += [f"it rests on the assumed answer of {guesses}: give the real one with --answers"] if guesses else []
    return Story(
        title=f"{short(title(result.scenario))}, {outcome.capability}",
        path=short(path(outcome)),
        why=tuple(dict.fromkeys(why)),
        fixes=tuple(dict.fromkeys(row.fix for row in causes)),
    )


def path(outcome: Outcome) -> str:
    """The longest path of the way back in one line, or that there is none."""
    way = outcome.way
    if way is None or outcome.time is None:
        return "no way back: nothing that the design holds restores service"
    steps = [s for s in way.steps if s.deed in way.recovery.critical]
    listed = " > ".join(f"{say(s.deed)} {pair(s.duration.value)}" for s in steps)
    late = f"; {share(typical(way.tail.share) or 0.0)} of clients up to {_at_most(way.tail)} later" if way.tail else ""
    return f"{listed}: {pair(outcome.time.value)} in all, {way.kind}{late}" if listed else str(way.kind)


def _at_most(tail: Tail) -> str:
    return duration(pessimistic(tail.lasts))


def _why(outcome: Outcome) -> Iterator[str]:
    for loss in outcome.losses:
        if loss.total_loss and not loss.spare:
            rejected = (
                "; ".join(f"{one.copy.name} {say(one.reason)}" for one in loss.rejected[:2]) or "there is no copy"
            )
            more = f"; and {len(loss.rejected) - 2} more" if len(loss.rejected) > 2 else ""
            yield f"nothing of {loss.store} survives: {rejected}{more}"
            break
    else:
        yield from map(say, outcome.reasons[:1])
    for way in outcome.others:
        for stuck in way.recovery.infeasible[:1]:
            yield f"{way.kind}: not possible, '{say(stuck.step)}' needs {stuck.lost[0]}"
            return


# Findings and what the figures rest on


def _groups(a: Assessment, short: Callable[[str], str]) -> list[Group]:
    """Findings by code: those of the scenarios that cost most first."""
    losses = {r.scenario.id: r.loss.value.typical for r in a.scenarios if r.loss and r.loss.value}
    found: dict[str, list[FindingRow]] = {}
    for finding in a.findings:
        found.setdefault(finding.code, []).append(FindingRow(finding, short(say(finding.says)), fix(finding)))

    def grave(row: FindingRow) -> tuple[bool, float]:
        return bool(row.finding.accepted), -math.fsum(losses.get(id, 0.0) for id in row.finding.scenarios)

    groups = [
        Group(code, tuple(sorted(rows, key=lambda row: (*grave(row), row.message)))) for code, rows in found.items()
    ]
    return sorted(groups, key=lambda group: (*grave(group.findings[0]), group.code))


def _more(groups: Sequence[Group]) -> str:
    n = sum(len(group.findings) for group in groups)
    return f"{count(n, 'more finding')}: {', '.join(sorted(g.code for g in groups))}: --full" if n else ""


def _notes(a: Assessment, model: Model) -> Iterator[str]:
    inferred = [c.name for c in model.capabilities if c.provenance is Provenance.INFERRED]
    if inferred:
        yield f"No specification: what the stack is there for was inferred ({', '.join(inferred)})."
    if not a.capabilities:
        yield from _nothing(model)
    if model.not_understood:
        yield f"Not understood, so not counted: {_types(model.not_understood)} [BC0019]."
    if model.opaque:
        what = count(len(model.opaque), "remote component or chart", "remote components or charts")
        yield f"Not visible: the content of {what} [BC0020]."
    rare = f"the {count(a.omitted_pairs, 'least likely pair')}" if a.omitted_pairs else ""
    if a.untold:
        more = f" and {len(a.untold) - MOST_UNTOLD} more" if len(a.untold) > MOST_UNTOLD else ""
        besides = f", and {rare}" if rare else ""
        yield f"Losses leave out what is unknown ({', '.join(a.untold[:MOST_UNTOLD])}{more}){besides}."
    elif rare:
        yield f"Not played: {rare} of failure domains."
    for one in a.expired:
        yield f"Expired on {one.expires}: {one.owner} accepted {say(one.risk)} [BC0028]."
    for one in a.unmatched:
        near = dict.fromkeys(_near(one.scenarios, a)) if isinstance(one, Acceptance) else ()
        yield f"Accepted by {one.owner} for nothing: {say(one.risk)}" + (f"; near: {', '.join(near)}." if near else ".")


def _near(scenarios: Iterable[str], a: Assessment) -> Iterator[str]:
    """The ids most like those of no scenario, whatever part of them is shown."""
    ids = [OVERALL, *(name.removesuffix("/rate") for name in a.figures if name.endswith("/rate"))]
    for one in scenarios:
        if not any(matches(one, id) for id in ids):
            yield from get_close_matches(one, ids)


def _nothing(model: Model) -> Iterator[str]:
    """What was understood of a stack that nothing can be said of, and what would have to be stated."""
    if model.understood:
        yield f"Understood, and nothing that can fail by itself: {_types(model.understood)}."
    if model.not_understood or model.opaque:
        yield "What serves or keeps something may be in what was not understood or is not visible."
    yield (
        "To be judged, a stack declares what serves (a server, a function, a balancer, a DNS record), what keeps data"
        " (a database, a bucket, a queue), or a specification that says what it offers (`bcinfra.Shop`)."
    )


def _types(urns: Iterable[str]) -> str:
    """Resources by type, such as ``2 aws:iam/role:Role``."""
    types = Counter(urn.split("::")[-2].split("$")[-1] for urn in urns)
    return ", ".join(f"{n} {token}" for token, n in sorted(types.items()))


def _basis(a: Assessment, quantile: float, overrides: Overrides | None) -> str:
    rows = [row(id, overrides) for id in a.facts]
    confidence = Counter(one.confidence.value.replace("_", " ") for one in rows)
    listed = ", ".join(f"{n} {word}" for word, n in sorted(confidence.items(), key=lambda item: (-item[1], item[0])))
    own = sum(one.overridden is not None for one in rows)
    own_text = f", {own} of them your own" if own else ""
    return (
        f"Verdicts use p{quantile * 100:g}; recovery times are estimates, not measured."
        " Steps show their most likely duration, totals the typical one, which is longer."
        f" {count(len(rows), 'fact')} ({listed or 'none'}{own_text}), {count(len(a.assumptions), 'assumption')}."
    )


def _next(
    a: Assessment, worst: ScenarioResult | None, groups: Sequence[Group], subject: Sequence[str], everything: bool
) -> Iterator[str]:
    stack, rest = shlex.quote(subject[0]), " ".join(map(shlex.quote, subject[1:]))
    tail = f" {rest}" if rest else ""
    if groups:
        yield f"bcinfra explain {groups[0].code}"
    if worst:
        yield f"bcinfra explain {shlex.quote(worst.scenario.id)} --stack {stack}{tail}"
    played = next((r for r in a.scenarios if r.judgement is not None and _plays(r)), None)
    if played:
        yield f"bcinfra drill {stack}{tail} --scenario {shlex.quote(played.scenario.id)}"
    if not everything:
        yield f"bcinfra assess {stack}{tail} --full"


def _plays(result: ScenarioResult) -> bool:
    return any(o.way and len(o.way.steps) > 1 and o.time and o.time.known for o in result.outcomes)


class Severity(StrEnum):
    """How grave a finding is, by the verdicts: named as in SARIF."""

    ERROR = "error"
    """A scenario in which it shows misses an objective."""
    WARNING = "warning"
    """One cannot be decided."""
    NOTE = "note"


def severity(assessment: Assessment) -> Callable[[Finding], Severity]:
    """How grave each finding of ``assessment`` is."""
    judged = {result.scenario.id: result.judgement for result in assessment.scenarios}
    promised = {one.name: one.verdict.judgement for one in assessment.capabilities if one.verdict}

    held = (
        {row.urn for row in assessment.stateless.breaks if row.reason.holds is Holds.DATA}
        if assessment.stateless
        else ()
    )

    def of(finding: Finding) -> Severity:
        if Breaks.STATELESS in finding.breaks:
            return Severity.ERROR if finding.resource in held else Severity.WARNING
        found = {judged.get(id) for id in finding.scenarios}
        if finding.says.kind is Finds.BELOW_PROMISE:
            found |= {promised.get(name) for name in finding.capabilities}
        if Judgement.MISSED in found:
            return Severity.ERROR
        return Severity.WARNING if Judgement.UNKNOWN in found else Severity.NOTE

    return of


def stopped(assessment: Assessment, judgements: Iterable[Judgement]) -> list[str]:
    """What has one of the verdicts: ``region aws/eu-west-1 lost: recovery time of checkout``."""
    wanted = set(judgements)
    proof = assessment.stateless
    broken = [f"{row.urn}: {row.reason.holds}" for row in proof.breaks] if proof and proof.judgement in wanted else []
    if not assessment.capabilities:
        return [
            *broken,
            *(["nothing that serves, runs or keeps something was found"] if Judgement.UNKNOWN in wanted else []),
        ]
    found = [
        *broken,
        *(
            f"{result.scenario.id}: {verdict.objective} of {outcome.capability}"
            for result in assessment.scenarios
            for outcome in result.outcomes
            for verdict in outcome.verdicts
            if verdict.judgement in wanted
        ),
    ]
    found += [
        f"{one.verdict.objective} of {one.name}"
        for one in assessment.capabilities
        if one.verdict and one.verdict.judgement in wanted
    ]
    return found


WORDS: Final[Mapping[Judgement | None, str]] = {
    Judgement.MISSED: "x",
    Judgement.UNKNOWN: "?",
    Judgement.ACCEPTED: "a",
    Judgement.MET: "ok",
    None: "",
}
"""A mark for each verdict, so that it never depends on colour."""
