"""What a change does to continuity, in words: the sentence a reviewer needs, the objectives that moved, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bcinfra.continuity.judgement.compare import NOTICEABLE, Change, Comparison, Standing
from bcinfra.continuity.model.costs import Cost
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.scenarios import Scenario
from bcinfra.continuity.recovery.steps import Deed
from bcinfra.graph.diff.changes import Risk
from bcinfra.report.cost.page import money_of
from bcinfra.report.diff.page import Moved, Name, Page, Phrase, page as diff_page, value
from bcinfra.report.words.outcomes import MANNER
from bcinfra.report.words.quantities import duration, money, share
from bcinfra.report.words.scenarios import title
from bcinfra.report.words.statements import say

if TYPE_CHECKING:
    from bcinfra.graph.diff.changes import Change as ResourceChange, Diff

NOTICED: Final = 0.0005
"""Part of a month's cost by which a move of it is told, where it is one of the currency at least."""
ROWS: Final = 8
"""Objectives that a table shows."""
_AT_DATA: Final = (Risk.DELETES_DATA, Risk.REPLACES_DATA, Risk.ABANDONS_DATA)
"""Dangers after which data is gone."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a diff does to continuity."""

    stack: str
    comparison: Comparison
    scenarios: tuple[Scenario, ...]
    """Of both sides."""
    currency: str
    costs: tuple[Cost, Cost]
    """What a month costs, before and after."""
    causes: tuple[ResourceChange, ...]
    """The changed resources without which the first objective that moved would stand as before."""


def continuity(found: Effect) -> Continuity:
    """What a diff does to continuity, in words."""
    titles = {scenario.id: title(scenario) for scenario in found.scenarios}
    causes = tuple(tuple(_said_of(change)) for change in found.causes)
    return summary(found.stack, found.comparison, found.currency, titles, causes, found.costs)


def page(diff: Diff, found: Continuity | None) -> Page:
    """The report on a diff that begins with its continuity half, where there is one.

    What endangers data without making an objective worse is said first: that all else stays as it is reassures nobody.
    """
    if found is None:
        return diff_page(diff)
    endangered = not found.regressions and diff.with_risk(*_AT_DATA)
    headline = None if endangered else found.headline
    return diff_page(diff, headline=headline, because=found.because, objectives=found.rows)


def summary(
    stack: str,
    found: Comparison,
    currency: str,
    titles: Mapping[str, str],
    causes: tuple[Phrase, ...] = (),
    costs: tuple[Cost, Cost] | None = None,
) -> Continuity:
    """A comparison in words.

    ``titles``: what scenarios are called, by id. ``causes``: the changes of the graph that did it, where known.
    ``costs``: what a month costs before and after.
    """
    short = {id: name.replace(f"{stack}-", "") for id, name in titles.items()}
    groups = found.groups
    rows = [_row(group, short) for group in groups]
    spent = moved_cost(*costs) if costs else None
    headline = _headline(stack, found, groups, currency, short, causes)
    return Continuity(
        headline=(*headline, f" {spent.verdict}.") if spent else headline,
        rows=(*rows[:ROWS], *_loss(found, currency), *([spent] if spent else ())),
        more=len(rows[ROWS:]),
        because=(*causes, *(_path(groups[0][0]) if groups else ())),
        regressions=tuple(said(change) for change in found.regressions),
    )


# The sentence


def _headline(
    stack: str,
    found: Comparison,
    groups: Sequence[Sequence[Change]],
    currency: str,
    titles: Mapping[str, str],
    causes: Sequence[Phrase],
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
    return (*start, f"{word}: ", *_clause(first, titles), *cause, more, ".")


def _clause(group: Sequence[Change], titles: Mapping[str, str]) -> Phrase:
    """``region eu-west-1 lost: checkout now recovers in 40 min (p95, was 27 min), missing the 30 min objective``."""
    change = group[0]
    before, after = change.before, change.after
    happens = titles.get(change.scenario, "")
    who = Name(change.capability)
    others = f" and {len(group) - 1} more" if len(group) > 1 else ""
    if change.objective is Objective.AVAILABILITY:
        figures = f"availability at worst {_said(change, after)}, was {_said(change, before)}"
        return (who, f"{others}: {figures}", *_missing(change))
    s = "" if others else "s"
    recovers = change.objective is Objective.RECOVERY_TIME
    if after is None:
        return (happens, " no longer happens")
    verb = f"now recover{s} in" if recovers else f"now lose{s} up to"
    if change.hands and after.end is not None:
        verb = f"now recover{s} {_manner(after)} in"
    if after.unbounded:
        verb = f"now never recover{s}" if recovers else f"now lose{s} everything"
    elif after.end is None:
        verb = (
            f"may now take any time to recover: {change.objective} unknown" if recovers else "may now lose any amount"
        )
    text = verb if after.end is None else f"{verb} {_said(change, after)}"
    was = f"p95, was {_said(change, before)}{_how(change, before)}" if before else "p95, a new risk"
    return (f"{happens}: ", who, f"{others} {text} ({was})", *_missing(change))


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


def _manner(standing: Standing) -> str:
    return MANNER[standing.kind] if standing.kind else ""


def _how(change: Change, standing: Standing | None) -> str:
    """``, by hand`` where that is what moved."""
    return f", {_manner(standing)}" if change.hands and standing and not standing.unbounded else ""


def _target(standing: Standing, objective: Objective) -> str:
    return share(standing.target) if objective is Objective.AVAILABILITY else duration(standing.target)


def _money(value: float | None, currency: str) -> str:
    return "unknown" if value is None else money(value, currency)


def said(change: Change) -> str:
    """One change in one line."""
    where = f"{change.scenario}: " if change.scenario else ""
    sides = [_said(change, one) + _how(change, one) for one in (change.before, change.after)]
    figures = " -> ".join(sides)
    return (
        f"{where}{change.objective} of {change.capability}: {figures}, {' -> '.join(dict.fromkeys(_verdicts(change)))}"
    )


def _verdicts(change: Change) -> list[str]:
    """Before and after; a scenario that there was not is new, one that is no longer is gone."""
    return [
        change.before.judgement.value if change.before else "new",
        change.after.judgement.value if change.after else "gone",
    ]


# The table


def _row(group: Sequence[Change], titles: Mapping[str, str]) -> Moved:
    change = group[0]
    who = ", ".join(sorted(c.capability for c in group)) if len(group) < 4 else f"{len(group)} capabilities"
    about = f", {titles[change.scenario]}" if change.scenario in titles else ""
    verdicts = _verdicts(change)
    standing = change.after or change.before
    return Moved(
        objective=f"{change.objective}{about} ({who})",
        before=_said(change, change.before) + _how(change, change.before),
        after=_said(change, change.after) + _how(change, change.after),
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


def moved_cost(before: Cost, after: Cost) -> Moved | None:
    """What a month costs, where it moved: ``+ EUR 310 a month, 9 %``. Nothing where the currency is another."""
    currency = after.rate.currency
    old, new = before.total.typical, after.total.typical
    gain = new - old
    if (before.lines and before.rate.currency != currency) or abs(gain) < max(1, old * NOTICED):
        return None
    part = f", {share(abs(gain) / old)}" if old else ""
    said = f"{'+' if gain > 0 else '-'} {currency} {money_of(abs(gain))} a month{part}"
    budget = f"at most {money(after.budget, currency)}" if after.budget is not None else ""
    return Moved("cost a month", f"{currency} {money_of(old)}", f"{currency} {money_of(new)}", budget, said, gain > 0)


# Why


def _path(change: Change) -> Iterator[Phrase]:
    """What the longest path of the way back has that it had not, or takes longer for."""
    if change.before and change.after and change.before.path is not None and change.after.path is not None:
        added = _added(change.before.path, change.after.path)
        if added:
            yield (f"new on the longest path: {', '.join(added)}",)


def _added(before: Mapping[Deed, float | None], after: Mapping[Deed, float | None]) -> list[str]:
    longer: list[str] = []
    for deed, seconds in after.items():
        was = before.get(deed)
        if deed not in before or (seconds or 0) > (was or 0) * 1.01:
            text = "unknown" if seconds is None else duration(seconds)
            longer.append(f"{say(deed)} {text}" + (f" (was {duration(was)})" if was is not None else ""))
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
