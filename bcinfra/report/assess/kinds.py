"""Kinds of disruption as they read on the first screen: a row each, with what decides it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.by_kind import Deciding, KindResult
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import SYMPTOMS, Breaks
from bcinfra.continuity.model.domains import UNNAMED
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.report.assess import cells
from bcinfra.report.words.findings import RULES
from bcinfra.report.words.outcomes import HOW
from bcinfra.report.words.quantities import at_worst, duration
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say

HEADING: Final = ("Kind", "Kept", "Served again", "95 % within", "Data lost (95 %)", "How")
BEYOND: Final = " x"
"""Marks a figure that is beyond its objective."""


UNSTATED: Final = "none stated"
ELSEWHERE: Final = "*"
"""Marks data that are lost in another scenario than the one that decides the row."""


class Decided(NamedTuple):
    """What decides a row."""

    scenario: str
    """Its title, and where it cannot be decided what would have to be known."""
    capability: str
    why: str
    """Why it fares so; empty where all is well."""
    code: str
    """Of the finding that says so."""

    @property
    def whole(self) -> str:
        return self._said(self._worst, f": {self.why}" if self.why else "")

    def within(self, room: int) -> str:
        """As much of it as there is room for: why, then whom it hits, is left out, for which the code stands."""
        brief = self._said(self._worst, "")
        return next((said for said in (self.whole, brief) if len(said) <= room), self._said("", ""))

    @property
    def _worst(self) -> str:
        return f", worst for {self.capability}"

    def _said(self, worst: str, why: str) -> str:
        return self.scenario + worst + why + (f" [{self.code}]" if self.code else "")


class KindRow(NamedTuple):
    """One kind of disruption: what is worst in it."""

    kind: DisruptionKind
    judgement: Judgement | None
    kept: str
    """In how many of its scenarios every objective is met; ``-`` where none is stated."""
    again: str
    """Until service is back, typically."""
    worst: str
    """The same at the pessimistic end."""
    data: str
    objective: str
    how: str
    decided_by: tuple[Decided, ...]
    """The scenario that decides the row; a second one where its data are not lost as promised in another. Empty where
    nothing happens."""

    @property
    def elsewhere(self) -> bool:
        """Whether data are lost in another scenario than the one that decides the row."""
        return self.data.endswith(ELSEWHERE)

    @property
    def cells(self) -> tuple[str, ...]:
        """By :data:`HEADING`."""
        return (str(self.kind), self.kept, self.again, self.worst, self.data, self.how)


def kind_row(result: KindResult, findings: Sequence[Finding], short: Callable[[str], str]) -> KindRow:
    """``short``: takes from a text what every name of the stack begins with."""
    time, data = result.time, result.data
    outcome = time.outcome
    quiet = outcome.kind is Kind.UNAFFECTED
    again, worst = _ends(outcome)
    decided = [] if quiet else [_decided(time, Breaks.RECOVERY_TIME, findings, short)]
    lost = cells.data(data.outcome)
    elsewhere = data.scenario.id != time.scenario.id and lost.text != cells.data(outcome).text
    bad = lost.judgement not in (Judgement.MET, None)
    if elsewhere and bad:
        of = _decided(data, Breaks.DATA_LOSS, findings, short)
        decided = [by._replace(scenario=f"time: {by.scenario}") for by in decided]
        decided.append(of._replace(scenario=f"data: {of.scenario}"))
    return KindRow(
        kind=result.kind,
        judgement=result.judgement,
        kept="-" if result.judgement is None else f"{result.kept} of {result.scenarios}",
        again=again,
        worst=worst,
        data=lost.text + (ELSEWHERE if elsewhere and not bad else _beyond(lost.judgement)),
        objective=_objective(outcome, data.outcome),
        how=_how(outcome),
        decided_by=tuple(decided),
    )


def _ends(outcome: Outcome) -> tuple[str, str]:
    if outcome.kind is Kind.UNAFFECTED:
        return "no outage", ""
    if outcome.time is None:
        return "never", ""
    value = outcome.time.value
    if value is None:
        return "unknown", ""
    verdict = outcome.verdict(Objective.RECOVERY_TIME)
    beyond = _beyond(verdict.judgement if verdict else None)
    if value.upper is None:
        return duration(value.typical), f"no bound{beyond}"
    worst = at_worst(value.upper, verdict.target) if verdict else duration(value.upper)
    return duration(value.typical), f"{worst}{beyond}"


def _beyond(judgement: Judgement | None) -> str:
    return BEYOND if judgement is Judgement.MISSED else ""


def _objective(time: Outcome, data: Outcome) -> str:
    """``15 min / 5 min``: time and data."""
    found = time.verdict(Objective.RECOVERY_TIME), data.verdict(Objective.DATA_LOSS)
    return " / ".join("-" if one is None else duration(one.target) for one in found) if any(found) else UNSTATED


def _how(outcome: Outcome) -> str:
    way = outcome.way
    match outcome.kind:
        case Kind.UNAFFECTED:
            return "goes on"
        case Kind.UNDECIDED:
            return "cannot be decided"
        case Kind.LOST if way is None or outcome.time is None:
            return "no way back"
        case Kind.DEGRADED if way is None or way.kind is WayKind.IN_PLACE:
            return "goes on, less well"
        case _:
            how = HOW[way.kind].format(site=(way.site or "another site").rpartition("/")[2]) if way else "goes on"
            return how.removesuffix(f", {UNNAMED}")


def _decided(by: Deciding, breaks: Breaks, findings: Sequence[Finding], short: Callable[[str], str]) -> Decided:
    outcome = by.outcome
    scenario, hit = short(title(by.scenario)), outcome.capability
    if outcome.kind is Kind.UNDECIDED:
        return Decided(": ".join((scenario, *(short(say(one)) for one in outcome.unknown[:1]))), hit, "", "")
    verdict = outcome.verdict(Objective(breaks))
    if verdict is None or verdict.judgement is Judgement.MET:
        return Decided(scenario, hit, "", "")
    found = [
        f
        for f in findings
        if by.scenario.id in f.scenarios and outcome.capability in f.capabilities and breaks in f.breaks
    ]
    first = min(found, key=lambda f: (f.code in SYMPTOMS, f.code), default=None)
    if first:
        return Decided(scenario, hit, RULES[first.code].title, first.code)
    return Decided(scenario, hit, short(next(map(say, outcome.reasons), "")), "")
