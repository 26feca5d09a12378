"""What an assessment says to people, once for every format: the sentence, capabilities, scenarios, the worst, findings.

:func:`page` makes a :class:`Page` of plain data; :mod:`bcinfra.report.assess.text` and
:mod:`bcinfra.report.assess.markdown` only lay it out.
"""

from __future__ import annotations

import math
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import Assessment, CapabilityResult, ScenarioResult
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import Breaks
from bcinfra.continuity.model.facts import Overrides, row
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model, Provenance, Tail
from bcinfra.continuity.model.ranges import Figure, pessimistic, typical
from bcinfra.continuity.model.stateless import Holds, Proof
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Verdict
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.report.assess.rests import function, rests_on
from bcinfra.report.diff.continuity import Continuity
from bcinfra.report.words.findings import RULES, Rule, fix
from bcinfra.report.words.names import shortened
from bcinfra.report.words.quantities import against, amount, count, duration, money, pair, share
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.stateless import CONDITIONS
from bcinfra.report.words.statements import say

SHOWN: Final = 12
"""Scenarios that miss an objective and are shown before ``--full``."""
UNDECIDED: Final = 4
"""Scenarios that cannot be decided and are shown besides."""
GROUPS: Final = 6
"""Kinds of findings that are shown before ``--full``."""
_ORDER: Final = [*Judgement, None]


class Cell(NamedTuple):
    """A figure against its target."""

    text: str
    target: str = ""
    judgement: Judgement | None = None


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


def select(assessment: Assessment, domain: str | None = None, capability: str | None = None) -> Assessment:
    """The part of an assessment about failure domains (by id, kind or a part of the name) and one capability.

    Sums over all scenarios and verdicts on them are left out where they are not of the part.
    """
    if domain is None and capability is None:
        return assessment

    def outcomes(result: ScenarioResult) -> tuple[Outcome, ...]:
        return tuple(o for o in result.outcomes if capability in (None, o.capability))

    scenarios = tuple(
        replace(result, outcomes=outcomes(result))
        for result in assessment.scenarios
        if domain is None or _about(result, domain)
    )
    ids = {result.scenario.id for result in scenarios}
    findings = tuple(
        f
        for f in assessment.findings
        if (domain is None or ids.intersection(f.scenarios)) and (capability is None or capability in f.capabilities)
    )
    return replace(
        assessment,
        scenarios=scenarios,
        capabilities=tuple(
            c if domain is None else replace(c, verdict=None)
            for c in assessment.capabilities
            if capability in (None, c.name)
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
) -> Page:
    """The report. ``subject``: the words that name the stack on the command line."""
    short = shortened(assessment.title)
    rows = [_scenario(result, model, short) for result in assessment.scenarios] if assessment.capabilities else []
    shown = rows if everything else _shown(rows)
    groups = _groups(assessment, short)
    open_groups = groups if everything else groups[:GROUPS]
    worst = next((r for r in assessment.scenarios if r.judgement in (Judgement.MISSED, Judgement.UNKNOWN)), None)
    return Page(
        title=assessment.title,
        headline=_headline(assessment),
        rests=f"Rests on: {'; '.join(found)}." if (found := rests_on(assessment, model)) else "",
        money=_money(assessment, model.business.currency),
        stateless=_stateless(assessment.stateless) if assessment.stateless else "",
        currency=model.business.currency,
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


def _headline(a: Assessment) -> str:
    if not a.capabilities or not a.scenarios:
        return f"{a.title}: nothing that serves, runs or keeps something was found, so there is nothing to assess."
    counts = Counter(result.judgement for result in a.scenarios)
    if counts[None] == len(a.scenarios):
        return f"{a.title}: {count(len(a.scenarios), 'scenario')}, and no objective is stated to hold them against."
    clauses = [
        f"{counts[Judgement.MISSED]} of {count(len(a.scenarios), 'scenario')} miss an objective"
        if counts[Judgement.MISSED]
        else f"no scenario of {len(a.scenarios)} misses an objective"
    ]
    clauses += [f"{counts[Judgement.UNKNOWN]} cannot be decided"] if counts[Judgement.UNKNOWN] else []
    clauses += [f"{counts[Judgement.ACCEPTED]} are accepted"] if counts[Judgement.ACCEPTED] else []
    return f"{a.title}: {', '.join(clauses)}."


def _money(a: Assessment, currency: str) -> str:
    if a.expected_loss is None:
        return ""
    value = a.expected_loss.value
    if value is None:
        return "Expected loss a year: unknown."
    upper = "no known bound" if value.upper is None else amount(value.upper)
    text = f"Expected loss {money(value.typical, currency)} a year ({amount(value.lower)} to {upper})"
    for years, figure in sorted(a.once_in.items()):
        text += f"; once in {years} years " + ("unknown" if not figure.value else money(figure.value.typical, currency))
    return text + "."


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
        recovery=min((_recovery(o) for o in result.outcomes), key=_worst, default=_NO_CELL)[1],
        data=min((_data(o) for o in result.outcomes), key=_worst, default=_NO_CELL)[1],
        loss="" if result.loss is None else "unknown" if not result.loss.value else amount(result.loss.value.typical),
    )


_NO_CELL: Final = (0.0, Cell(""))


def _worst(row: tuple[float, Cell]) -> tuple[int, float]:
    return _ORDER.index(row[1].judgement), -row[0]


def _verdict(outcome: Outcome, objective: Objective) -> Verdict | None:
    return next((v for v in outcome.verdicts if v.objective is objective), None)


def _recovery(outcome: Outcome) -> tuple[float, Cell]:
    """How grave it is, and how it reads."""
    time = outcome.time
    text = "never" if time is None else "no outage" if outcome.kind is Kind.UNAFFECTED else pair(time.value)
    return pessimistic(time), _cell(text, time, _verdict(outcome, Objective.RECOVERY_TIME))


def _data(outcome: Outcome) -> tuple[float, Cell]:
    worst = worst_loss(outcome.losses)
    age = worst.age if worst else None
    none = "0" if outcome.stores_known else say(Reason(Because.NO_STORE_KNOWN))
    text = none if worst is None else "all of it" if age is None else pair(age.value)
    grave = pessimistic(age) if worst else 0.0
    if not grave and any(loss.spare and loss.total_loss for loss in outcome.losses):
        grave, text = 1.0, "0, cache empty"
    return grave, _cell(text, age, _verdict(outcome, Objective.DATA_LOSS))


def _cell(text: str, figure: Figure | None, verdict: Verdict | None) -> Cell:
    if verdict is None:
        return Cell(text)
    # What has no value or no bound says so itself.
    bounded = not figure or (figure.value is not None and figure.value.upper is not None)
    undecided = verdict.judgement is Judgement.UNKNOWN and bounded
    if text == pair(figure and figure.value):
        text = against(figure and figure.value, verdict.target)
    return Cell("unknown" if undecided else text, duration(verdict.target), verdict.judgement)


def _capability(one: CapabilityResult, a: Assessment, short: Callable[[str], str]) -> CapabilityRow:
    found = [(r, o) for r in a.scenarios for o in r.outcomes if o.capability == one.name]
    bad = [r for r, o in found if any(v.judgement in (Judgement.MISSED, Judgement.UNKNOWN) for v in o.verdicts)]
    recovery = min((_recovery(o) for _, o in found), key=_worst, default=_NO_CELL)[1]
    data = min((_data(o) for _, o in found), key=_worst, default=_NO_CELL)[1]
    value = one.availability.value
    text = "unknown" if value is None else f"{share(value.typical)} ({share(value.lower)})"
    verdict = one.verdict
    availability = Cell(text, share(verdict.target), verdict.judgement) if verdict else Cell(text)
    worst = min(found, key=lambda row: (_worst(_recovery(row[1])), _worst(_data(row[1]))), default=None)
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
    outcome = min(result.outcomes, key=lambda o: (_worst(_recovery(o)), _worst(_data(o))))
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
    if a.untold:
        yield f"Losses and availability leave out what is unknown: {', '.join(a.untold)}."
    if a.omitted_pairs:
        yield f"{count(a.omitted_pairs, 'pair')} of failure domains, the least likely, are not played."
    for one in a.expired:
        yield f"Expired on {one.expires}: {one.owner} accepted {say(one.risk)} [BC0028]."
    for one in a.unmatched:
        yield f"Accepted by {one.owner} for nothing: {say(one.risk)}."


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

    held = (
        {row.urn for row in assessment.stateless.breaks if row.reason.holds is Holds.DATA}
        if assessment.stateless
        else ()
    )

    def of(finding: Finding) -> Severity:
        if Breaks.STATELESS in finding.breaks:
            return Severity.ERROR if finding.resource in held else Severity.WARNING
        found = {judged.get(id) for id in finding.scenarios}
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
