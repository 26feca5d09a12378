"""Whether a change of the model did it: how an objective that moved stands without that change."""

from __future__ import annotations

import math

from bcinfra.continuity.judgement.compare import NOTICEABLE, Change, by_itself
from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.scenarios import scenarios


def restores(model: Model, change: Change) -> bool:
    """Whether an objective stands in ``model`` as before: no worse if it got worse, no better if it got better."""
    found = _judged(model, change)
    before = change.before
    if found is None or before is None:
        return before is None and (found is None or found[0] is Judgement.MET)
    judgement, severity, kind = found
    if change.hands and by_itself(kind) is not by_itself(before.kind):
        return False
    alike = severity == before.severity or math.isclose(severity, before.severity, rel_tol=NOTICEABLE)
    order = list(Judgement).index
    if change.worse:
        return order(judgement) >= order(before.judgement) and (alike or severity < before.severity)
    return order(judgement) <= order(before.judgement) and (alike or severity > before.severity)


def _judged(model: Model, change: Change) -> tuple[Judgement, float, Kind] | None:
    """How one objective of one scenario stands in a model, how grave, and what becomes of the capability; ``None``
    where there is no such scenario."""
    design = Design(model)
    every = scenarios(design, Rates(base_rates(), facts()))
    scenario = next((s for s in every if s.id in (change.scenario, change.formerly)), None)
    target = next((c.target for c in design.model.capabilities if c.name == change.capability), None)
    if scenario is None or target is None:
        return None
    target = target.of(scenario.disruption)
    outcomes = Evaluator(design, facts()).outcomes(scenario)
    for outcome in outcomes:
        if outcome.capability == change.capability:
            for verdict in Judge().outcome(scenario, outcome, target):
                if verdict.objective is change.objective:
                    return verdict.judgement, pessimistic(verdict.value), outcome.kind
    return None
