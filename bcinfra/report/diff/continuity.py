"""What a change does to continuity, in words: the sentence a reviewer needs, the objectives that moved, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.compare import NOTICEABLE, Change, Comparison, Standing, compare, culprits
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.scenarios import Scenario, scenarios
from bcinfra.report.assess.document import to_document
from bcinfra.report.diff.page import Moved, Name, Page, Phrase, page as diff_page, value
from bcinfra.report.words.quantities import duration, money, share

if TYPE_CHECKING:
    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.diff.changes import Change as ResourceChange, Diff

MOST: int = 60
"""Changed resources up to which the ones that did it are looked for."""
ROWS: int = 8
"""Objectives that a table shows."""


class Continuity(NamedTuple):
    """What differs between two assessments, as people read it."""

    headline: Phrase
    rows: tuple[Moved, ...]
    more: int
    """Objectives that moved and are not among the rows."""
    because: tuple[Phrase, ...]
    """The changes that did it, then what is new on the longest path of the way back."""
    regressions: tuple[str, ...]
    """What ``--fail-on regression`` stops at, a line each."""


def continuity(diff: Diff) -> Continuity | None:
    """What a diff does to continuity; ``None`` where a side has nothing that can be assessed."""
    if not (len(diff.base) and len(diff.head)):
        return None
    sides = [with_defaults(read(graph)) for graph in (diff.base, diff.head)]
    if not all(model.capabilities for model in sides):
        return None
    before, after = (to_document(assess(model), model) for model in sides)
    found = compare(before, after)
    first = next(iter(_moved(found)), None)
    return summary(diff.head.stack, found, sides[1].business.currency, tuple(_causes(diff, first[0])) if first else ())


def page(diff: Diff, found: Continuity | None) -> Page:
    """The report on a diff that begins with its continuity half, where there is one."""
    if found is None:
        return diff_page(diff)
    return diff_page(diff, headline=found.headline, because=found.because, objectives=found.rows)


def summary(stack: str, found: Comparison, currency: str, causes: tuple[Phrase, ...] = ()) -> Continuity:
    """A comparison in words. ``causes``: the changes of the graph that did it, where they are known."""
    groups = [[replace(c, title=c.title.replace(f"{stack}-", "")) for c in group] for group in _moved(found)]
    rows = [_row(group) for group in groups]
    return Continuity(
        headline=_headline(stack, found, groups, currency, causes),
        rows=(*rows[:ROWS], *_loss(found, currency)),
        more=len(rows[ROWS:]),
        because=(*causes, *(_path(groups[0][0]) if groups else ())),
        regressions=tuple(said(change) for change in found.regressions),
    )


def _moved(found: Comparison) -> list[list[Change]]:
    """What moved, the news first: what got worse, unless nothing regressed and something was mended."""
    mended = not found.regressions and any(change.shift > 0 for change in found.better)
    return _grouped((*found.better, *found.worse) if mended else (*found.worse, *found.better))


def _grouped(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes by scenario and objective; in each the worst capability first."""
    found: dict[tuple[str, Objective, bool], list[Change]] = {}
    for change in changes:
        found.setdefault((change.scenario, change.objective, change.worse), []).append(change)
    return [sorted(group, key=lambda c: -_severity(c)) for group in found.values()]


def _severity(change: Change) -> float:
    sign = -1 if change.objective is Objective.AVAILABILITY else 1
    return sign * (change.after.severity if change.after else 0.0)


# The sentence


def _headline(
    stack: str, found: Comparison, groups: Sequence[Sequence[Change]], currency: str, causes: Sequence[Phrase]
) -> Phrase:
    start = (Name(stack), ": ")
    if not groups:
        before, after = found.loss
        moved = before is not None and after is not None and not math.isclose(before, after, rel_tol=0.01)
        loss = f"; expected loss a year {_money(before, currency)} -> {_money(after, currency)}" if moved else ""
        return (*start, f"continuity stays as it is{loss}.")
    first = groups[0]
    word = "WORSE" if found.regressions else "BETTER" if not first[0].worse else "worse within the objectives"
    others = len(groups) - 1
    more = f"; {others} more {'objectives move' if others > 1 else 'objective moves'}" if others else ""
    cause = (", because ", *causes[0]) if causes else ()
    return (*start, f"{word}: ", *_clause(first), *cause, more, ".")


def _clause(group: Sequence[Change]) -> Phrase:
    """``region eu-west-1 lost: checkout now recovers in 40 min (p95, was 27 min), missing the 30 min objective``."""
    change = group[0]
    before, after = change.before, change.after
    who = Name(change.capability)
    others = f" and {len(group) - 1} more" if len(group) > 1 else ""
    if change.objective is Objective.AVAILABILITY:
        figures = f"availability at worst {_said(change, after)}, was {_said(change, before)}"
        return (who, f"{others}: {figures}", *_missing(change))
    s = "" if others else "s"
    recovers = change.objective is Objective.RECOVERY_TIME
    if after is None:
        return (change.title, " no longer happens")
    verb = f"now recover{s} in" if recovers else f"now lose{s} up to"
    if after.unbounded:
        verb = f"now never recover{s}" if recovers else f"now lose{s} everything"
    elif after.end is None:
        verb = (
            f"may now take any time to recover: {change.objective} unknown" if recovers else "may now lose any amount"
        )
    text = verb if after.end is None else f"{verb} {_said(change, after)}"
    was = f"p95, was {_said(change, before)}" if before else "p95, a new risk"
    return (f"{change.title}: ", who, f"{others} {text} ({was})", *_missing(change))


def _missing(change: Change) -> Phrase:
    if change.after is None:
        return ()
    target = _target(change.after, change.objective)
    match change.after.judgement:
        case Judgement.MISSED:
            return (f", {'still ' if change.shift == 0 else ''}missing the {target} objective",)
        case Judgement.UNKNOWN:
            return (f", so that the {target} objective cannot be decided",)
        case Judgement.ACCEPTED:
            return (f", accepted against the {target} objective",)
        case Judgement.MET:
            return (f", within the {target} objective",)


def _said(change: Change, standing: Standing | None) -> str:
    if standing is None:
        return "-"
    if standing.unbounded:
        return "never" if change.objective is Objective.RECOVERY_TIME else "all of it"
    if standing.end is None:
        return "unknown"
    return share(standing.end) if change.objective is Objective.AVAILABILITY else duration(standing.end)


def _target(standing: Standing, objective: Objective) -> str:
    return share(standing.target) if objective is Objective.AVAILABILITY else duration(standing.target)


def _money(value: float | None, currency: str) -> str:
    return "unknown" if value is None else money(value, currency)


def said(change: Change) -> str:
    """One change in one line."""
    verdicts = [one.judgement.value if one else "-" for one in (change.before, change.after)]
    where = f"{change.scenario}: " if change.scenario else ""
    figures = f"{_said(change, change.before)} -> {_said(change, change.after)}"
    return f"{where}{change.objective} of {change.capability}: {figures}, {' -> '.join(dict.fromkeys(verdicts))}"


# The table


def _row(group: Sequence[Change]) -> Moved:
    change = group[0]
    who = ", ".join(sorted(c.capability for c in group)) if len(group) < 4 else f"{len(group)} capabilities"
    about = f", {change.title}" if change.title else ""
    verdicts = [one.judgement.value if one else "new" for one in (change.before, change.after)]
    standing = change.after or change.before
    return Moved(
        objective=f"{change.objective}{about} ({who})",
        before=_said(change, change.before),
        after=_said(change, change.after),
        target=_target(standing, change.objective) if standing else "",
        verdict=" -> ".join(verdicts) if change.shift else verdicts[1],
        worse=change.worse,
    )


def _loss(found: Comparison, currency: str) -> Iterator[Moved]:
    """The expected loss, where it moved noticeably or became known or unknown."""
    before, after = found.loss
    known = before is not None and after is not None
    if before == after or (known and math.isclose(before or 0, after or 0, rel_tol=NOTICEABLE)):
        return
    gain = (after or 0) - (before or 0)
    moved = f"{'+' if gain > 0 else '-'}{money(abs(gain), currency)}" if known else ""
    yield Moved("expected loss a year", _money(before, currency), _money(after, currency), "", moved, gain > 0)


# Why


def _causes(diff: Diff, change: Change) -> Iterator[Phrase]:
    """The changed resources without which the objective would stand as before."""
    items = [c for c in diff.changes if not c.resource.is_provider]
    for one in culprits(items, _Reverted(diff, change).restores) if len(items) <= MOST else ():
        yield tuple(_said_of(one))


def _path(change: Change) -> Iterator[Phrase]:
    """What the longest path of the way back has that it had not, or takes longer for."""
    if change.before and change.after:
        added = _added(change.before.path, change.after.path)
        if added:
            yield (f"new on the longest path: {', '.join(added)}",)


def _added(before: Mapping[str, float | None], after: Mapping[str, float | None]) -> list[str]:
    longer: list[str] = []
    for name, seconds in after.items():
        was = before.get(name)
        if name not in before or (seconds or 0) > (was or 0) * 1.01:
            text = "unknown" if seconds is None else duration(seconds)
            longer.append(f"{name} {text}" + (f" (was {duration(was)})" if was is not None else ""))
    return longer


def _said_of(change: ResourceChange) -> Iterator[str]:
    """``web-service.desiredCount: 6 -> 1  stacks/shop.py:88``."""
    row = change.resource
    yield Name(row.name)
    properties = (*change.properties, *change.options)
    if change.old and change.new and properties:
        shown = [f".{p}: {value(p.old)} -> {value(p.new)}" for p in properties[:2]]
        yield Name(shown[0])
        for text in shown[1:]:
            yield ", "
            yield Name(text[1:])
        if len(properties) > 2:
            yield f" and {len(properties) - 2} more"
    else:
        yield f" {change.kind}"
    if row.place:
        yield " at "
        yield Name(str(row.place))


class _Reverted:
    """The head of a diff with some of its changes taken back, and how one objective stands there."""

    def __init__(self, diff: Diff, change: Change) -> None:
        self._diff = diff
        self._change = change

    def restores(self, reverted: Sequence[ResourceChange]) -> bool:
        """Whether the objective stands as it did in the base: no worse if it got worse, no better if it got better."""
        standing = _judged(self._graph(reverted), self._change)
        if standing is None:
            return self._change.before is None
        judgement, severity = standing
        before = self._change.before
        if before is None:
            return judgement is Judgement.MET
        alike = severity == before.severity or math.isclose(severity, before.severity, rel_tol=NOTICEABLE)
        order = list(Judgement).index
        if self._change.worse:
            return order(judgement) >= order(before.judgement) and (alike or severity < before.severity)
        return order(judgement) <= order(before.judgement) and (alike or severity > before.severity)

    def _graph(self, reverted: Sequence[ResourceChange]) -> Graph:
        head = self._diff.head
        gone = {change.new.urn for change in reverted if change.new}
        back = {change.old.urn: change.old for change in reverted if change.old}
        kept = {urn: row for urn, row in head.resources.items() if urn not in gone}
        return replace(head, resources=dict(sorted({**kept, **back}.items())))


def _judged(graph: Graph, change: Change) -> tuple[Judgement, float] | None:
    """How one objective of one scenario stands in a graph; ``None`` where there is no such scenario."""
    design = Design(with_defaults(read(graph)))
    scenario = _scenario(design, change.scenario)
    if scenario is None:
        return None
    target = next((c.target for c in design.model.capabilities if c.name == change.capability), None)
    outcomes = Evaluator(design, facts()).outcomes(scenario)
    outcome = next((o for o in outcomes if o.capability == change.capability), None)
    if target is None or outcome is None:
        return None
    verdicts = Judge().outcome(scenario.id, outcome, target)
    verdict = next((v for v in verdicts if v.objective is change.objective), None)
    if verdict is None:
        return None
    found = verdict.value and verdict.value.value
    return verdict.judgement, math.inf if not found or found.upper is None else found.upper


def _scenario(design: Design, id: str) -> Scenario | None:
    return next((s for s in scenarios(design, Rates(base_rates(), facts())) if s.id == id), None)
