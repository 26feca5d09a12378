"""Two assessments compared: which objectives got worse or better, by how much, and which changes of the graph did it.

What is compared are :class:`Standings`: those of an assessment just made, or those that a kept document is read into.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias, TypeVar

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.moves import moved
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import Model, Provenance
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.recovery.outcomes import Kind, Verdict, Way
from bcinfra.continuity.recovery.steps import Deed

NOTICEABLE: Final = 0.05
"""Share by which a figure must grow or shrink to count as changed."""
_ORDER: Final = list(Judgement)

T = TypeVar("T")


def by_itself(kind: Kind | None) -> bool | None:
    """Whether nobody is needed for what becomes of a capability; ``None`` where that is not known."""
    if kind in (Kind.UNAFFECTED, Kind.RECOVERS, Kind.DEGRADED):
        return True
    return False if kind in (Kind.PERSON, Kind.LOST) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one objective of one capability stands in one scenario."""

    judgement: Judgement
    target: float
    """Seconds, or a share for the availability."""
    typical: float | None
    """``None``: unknown, or beyond all bounds (never back, everything lost), as ``unbounded`` says."""
    end: float | None
    """The pessimistic end, which the verdict uses."""
    unbounded: bool = False
    kind: Kind | None = None
    """What becomes of the capability; ``None`` for what is judged over all scenarios, or where it is not told."""
    path: Mapping[Deed, float | None] | None
    """Steps on the longest path of the way back, with their typical seconds; ``None``: not told."""

    @property
    def severity(self) -> float:
        """Larger is worse."""
        return math.inf if self.end is None else self.end


Key: TypeAlias = tuple[str, str, Objective]
"""Id of a scenario, empty for what is judged over all of them; capability; objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """How every objective stands."""

    by_key: Mapping[Key, Standing]
    weights: Mapping[str, float]
    """Expected yearly loss by scenario."""
    loss: float | None
    """Expected a year; ``None`` where not known or no revenue is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One objective that stands differently."""

    scenario: str
    """Id of the scenario; empty for what is judged over all of them."""
    capability: str
    objective: Objective
    before: Standing | None
    """``None``: there was no such scenario."""
    after: Standing | None
    weight: float
    """Expected yearly loss of the scenario, to order by."""
    formerly: str = ""
    """Id of the scenario before, where what it is about was moved or renamed."""

    @property
    def shift(self) -> int:
        """How the verdict moved: below 0 worse, above 0 better."""
        before = _ORDER.index(self.before.judgement if self.before else Judgement.MET)
        return (_ORDER.index(self.after.judgement) if self.after else len(_ORDER) - 1) - before

    @property
    def drift(self) -> int:
        """How the figure moved at its pessimistic end: below 0 worse, above 0 better."""
        if self.before is None or self.after is None:
            return 0
        sign = -1 if self.objective is not Objective.AVAILABILITY else 1
        before, after = self.before.severity, self.after.severity
        if before == after or math.isclose(before, after, rel_tol=NOTICEABLE):
            return 0
        return sign if after > before else -sign

    @property
    def hands(self) -> int:
        """Whether service came back by itself and now needs a person (below 0), or the other way round (above 0)."""
        if self.objective is not Objective.RECOVERY_TIME or self.before is None or self.after is None:
            return 0
        before, after = (by_itself(one.kind) for one in (self.before, self.after))
        return 0 if before is after or None in (before, after) else 1 if after else -1

    @property
    def severity(self) -> float:
        """How grave it stands now: larger is worse."""
        sign = -1 if self.objective is Objective.AVAILABILITY else 1
        return sign * (self.after.severity if self.after else 0.0)

    @property
    def worse(self) -> bool:
        return self.shift < 0 or (self.shift == 0 and (self.hands < 0 or (self.hands == 0 and self.drift < 0)))

    @property
    def better(self) -> bool:
        return not self.worse and (self.shift > 0 or self.hands > 0 or self.drift > 0)

    @property
    def regression(self) -> bool:
        """Whether it should stop a change: a verdict got worse, or what was not met is now further from it."""
        met = self.after is None or self.after.judgement in (Judgement.MET, Judgement.ACCEPTED)
        return self.shift < 0 or (self.worse and not met)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two assessments, the gravest first."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    loss: tuple[float | None, float | None]
    """Expected loss a year, before and after; ``None`` where not known or no revenue is stated."""

    @property
    def regressions(self) -> tuple[Change, ...]:
        return tuple(change for change in self.worse if change.regression)

    def only(self, wanted: Callable[[Change], bool]) -> Comparison:
        """The part whose changes are wanted."""
        return replace(self, worse=tuple(filter(wanted, self.worse)), better=tuple(filter(wanted, self.better)))

    def __bool__(self) -> bool:
        return bool(self.worse or self.better)

    @property
    def groups(self) -> list[list[Change]]:
        """Changes by scenario and objective, in each the worst capability first.

        The news come first: what got worse, unless nothing regressed, nothing that went by itself now needs a person,
        and something was mended.
        """
        worse = self.regressions or any(change.hands < 0 for change in self.worse)
        mended = not worse and any(change.shift > 0 or change.hands > 0 for change in self.better)
        found: dict[tuple[str, Objective, bool], list[Change]] = {}
        for change in (*self.better, *self.worse) if mended else (*self.worse, *self.better):
            found.setdefault((change.scenario, change.objective, change.worse), []).append(change)
        return [sorted(group, key=lambda c: -c.severity) for group in found.values()]


def standings(assessment: Assessment) -> Standings:
    """How every objective stands in an assessment."""
    found: dict[Key, Standing] = {}
    for result in assessment.scenarios:
        for outcome in result.outcomes:
            for verdict in outcome.verdicts:
                key = result.scenario.id, outcome.capability, verdict.objective
                found[key] = _standing(verdict, outcome.way, outcome.kind)
    for one in assessment.capabilities:
        if one.verdict:
            found["", one.name, Objective.AVAILABILITY] = _standing(one.verdict, None, None)
    return Standings(
        by_key=found,
        weights={r.scenario.id: typical(r.loss) or 0.0 for r in assessment.scenarios},
        loss=typical(assessment.expected_loss),
    )


def _standing(verdict: Verdict, way: Way | None, kind: Kind | None) -> Standing:
    value = verdict.value and verdict.value.value
    low = verdict.objective is Objective.AVAILABILITY
    critical = set(way.recovery.critical) if way else ()
    return Standing(
        judgement=verdict.judgement,
        target=verdict.target,
        typical=typical(verdict.value),
        end=None if not value else value.lower if low else value.upper,
        unbounded=verdict.value is None,
        kind=kind,
        path={step.deed: typical(step.duration) for step in (way.steps if way else ()) if step.deed in critical},
    )


def heirs(before: Model, after: Model) -> dict[str, tuple[str, ...]]:
    """Inferred capabilities that are new by their name → those before, gone by theirs, that had a store of them.

    Their names list what fares alike, so that each changes with whatever joins or leaves.
    """
    names = [{one.name for one in model.capabilities} for model in (before, after)]
    gone, new = (
        [c for c in model.capabilities if c.provenance is Provenance.INFERRED and c.name not in others]
        for model, others in ((before, names[1]), (after, names[0]))
    )
    found = {one.name: tuple(old.name for old in gone if set(old.stores) & set(one.stores)) for one in new}
    return {name: olds for name, olds in found.items() if olds}


def renamed(before: Standings, after: Standings, heirs: Mapping[str, Sequence[str]]) -> Standings:
    """Standings from before by the names that their capabilities have after.

    Of several that are one now the gravest counts, and nothing of what theirs is no longer: a store that is gone.
    """
    olds = {old for names in heirs.values() for old in names}
    found = {key: one for key, one in before.by_key.items() if key[1] not in olds}
    for name, given in heirs.items():
        for (scenario, capability, objective), one in before.by_key.items():
            key = scenario, name, objective
            if capability in given and key in after.by_key:
                found[key] = max(found.get(key, one), one, key=partial(_gravity, objective))
    return replace(before, by_key=found)


def _gravity(objective: Objective, one: Standing) -> tuple[int, float]:
    return -_ORDER.index(one.judgement), one.severity * (-1 if objective is Objective.AVAILABILITY else 1)


def compare(before: Standings, after: Standings) -> Comparison:
    """Compare two assessments of one stack.

    A scenario that is new counts as worse where it misses an objective, unless it is a pair of failures of which one
    alone misses it: that one says so. What was moved or renamed is compared with what it was.
    """
    ids = [{scenario for scenario, _, _ in one.by_key} for one in (before, after)]
    now = moved(ids[0] - ids[1], ids[1] - ids[0])
    former = {new: old for old, new in now.items()}
    old = {(now.get(id, id), who, of): standing for (id, who, of), standing in before.by_key.items()}
    new = after.by_key
    weights = {**before.weights, **after.weights}
    found: list[Change] = []
    for key in {**old, **new}:
        scenario, capability, objective = key
        if key not in old and (_known_in_part(key, old) or _known_in_part(key, new)):
            continue
        found.append(
            Change(
                scenario=scenario,
                capability=capability,
                objective=objective,
                before=old.get(key),
                after=new.get(key),
                weight=weights.get(scenario, 0.0),
                formerly=former.get(scenario, ""),
            )
        )
    found.sort(key=_gravest)
    return Comparison(
        worse=tuple(c for c in found if c.worse),
        better=tuple(c for c in found if c.better),
        loss=(before.loss, after.loss),
    )


def _known_in_part(key: Key, standings: Mapping[Key, Standing]) -> bool:
    """Whether one of two failures alone misses the objective, so that both together are no news."""
    scenario, capability, objective = key
    parts = scenario.split("+") if "+" in scenario else ()
    found = (standings.get((part, capability, objective)) for part in parts)
    return any(one is not None and one.judgement is not Judgement.MET for one in found)


def _gravest(change: Change) -> tuple[bool, bool, float, bool, str, str, str]:
    """What went by itself and now needs a person leads, then verdicts that moved."""
    return (
        change.hands == 0,
        change.shift == 0,
        -change.weight,
        "+" in change.scenario,
        change.scenario,
        change.objective,
        change.capability,
    )


def culprits(items: Sequence[T], restores: Callable[[Sequence[T]], bool]) -> list[T]:
    """The few of ``items`` whose reversal alone restores what was; none where reverting all does not, or none need be.

    QuickXplain (Junker 2004): about ``k log(n / k)`` tries to find ``k`` of ``n``. Exact where reverting more never
    makes it worse again.
    """
    if not items or restores(()) or not restores(items):
        return []
    return list(_explained((), False, items, restores))


def _explained(
    given: Sequence[T], grown: bool, items: Sequence[T], restores: Callable[[Sequence[T]], bool]
) -> Iterator[T]:
    if grown and restores(given):
        return
    if len(items) == 1:
        yield items[0]
        return
    left, right = items[: len(items) // 2], items[len(items) // 2 :]
    second = list(_explained([*given, *left], True, right, restores))
    yield from _explained([*given, *second], bool(second), left, restores)
    yield from second
