"""What to do first: open findings by what they can save."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from bcinfra.continuity.judgement.assessment import Assessment, ScenarioResult
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.judgement.rules import SYMPTOMS, Breaks
from bcinfra.continuity.model.objectives import DisruptionKind, Judgement, Objective
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.recovery.outcomes import Outcome

_OBJECTIVES = {Breaks.RECOVERY_TIME: Objective.RECOVERY_TIME, Breaks.DATA_LOSS: Objective.DATA_LOSS}

_OPEN = (Judgement.MISSED, Judgement.UNKNOWN)


class NextStep(NamedTuple):
    """Findings of one code, which one kind of change removes."""

    findings: tuple[Finding, ...]
    """Those that save most first."""
    saves: float | None
    """At most, a year: the loss of time, of data, or of both that its scenarios bring where they miss the objective
    that it breaks. ``None``: no revenue is stated."""
    kinds: frozenset[DisruptionKind]
    """In which an objective that it breaks is not met."""


def next_steps(assessment: Assessment) -> tuple[NextStep, ...]:
    """Steps for all open findings in the order in which they help: by what they save, then by the kinds that they
    concern."""
    steps = _steps_of(assessment, (one for one in assessment.findings if not one.accepted), _OPEN)
    return tuple(
        sorted(
            steps, key=lambda s: (-(s.saves or 0.0), s.findings[0].code in SYMPTOMS, -len(s.kinds), s.findings[0].code)
        )
    )


def taken(assessment: Assessment) -> tuple[NextStep, ...]:
    """The same for findings whose risk was accepted: ``saves`` is what is at stake, the most first."""
    steps = _steps_of(assessment, (one for one in assessment.findings if one.accepted), (*_OPEN, Judgement.ACCEPTED))
    return tuple(sorted(steps, key=lambda s: -(s.saves or 0.0)))


def _steps_of(assessment: Assessment, findings: Iterable[Finding], missed: Collection[Judgement]) -> Iterator[NextStep]:
    results = {result.scenario.id: result for result in assessment.scenarios}
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    for rows in by_code.values():
        yield _step(rows, results, missed, priced=assessment.expected_loss is not None)


def _step(
    findings: list[Finding], results: Mapping[str, ScenarioResult], bad: Collection[Judgement], *, priced: bool
) -> NextStep:
    missed = {finding: list(_missed(finding, results, bad)) for finding in findings}
    of = {finding: {r.scenario.id: _at_stake(finding, r) for r in rows} for finding, rows in missed.items()}
    together = {id: cost for costs in of.values() for id, cost in costs.items()}
    return NextStep(
        findings=tuple(sorted(findings, key=lambda f: (-math.fsum(of[f].values()), -len(of[f]), f.says.id))),
        saves=math.fsum(together.values()) if priced else None,
        kinds=frozenset(result.scenario.disruption for rows in missed.values() for result in rows),
    )


def _missed(
    finding: Finding, results: Mapping[str, ScenarioResult], bad: Collection[Judgement]
) -> Iterator[ScenarioResult]:
    """The scenarios in which it shows and an objective that it breaks is not met, or not known to be."""
    broken = {_OBJECTIVES[one] for one in finding.breaks if one in _OBJECTIVES}
    for id in finding.scenarios:
        result = results.get(id)
        if result and any(_misses(outcome, broken, bad) for outcome in result.outcomes if _concerns(finding, outcome)):
            yield result


def _misses(outcome: Outcome, objectives: set[Objective], bad: Collection[Judgement]) -> bool:
    return any(v.judgement in bad and v.objective in objectives for v in outcome.verdicts)


def _concerns(finding: Finding, outcome: Outcome) -> bool:
    return not finding.capabilities or outcome.capability in finding.capabilities


def _at_stake(finding: Finding, result: ScenarioResult) -> float:
    """What a scenario costs a year, of what the finding breaks."""
    if finding.code in SYMPTOMS:
        return 0.0
    whole, down = typical(result.loss) or 0.0, typical(result.down) or 0.0
    time, data = (one in finding.breaks for one in (Breaks.RECOVERY_TIME, Breaks.DATA_LOSS))
    return (down if time else 0.0) + (whole - down if data else 0.0)
