"""Figures against their targets, as they read in tables."""

from __future__ import annotations

from typing import NamedTuple

from bcinfra.continuity.judgement.verdicts import emptied
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.ranges import Figure, pessimistic
from bcinfra.continuity.recovery.dataloss import worst_loss
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, Verdict
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.report.words.quantities import against, duration, pair
from bcinfra.report.words.statements import say


class Cell(NamedTuple):
    """A figure against its target."""

    text: str
    target: str = ""
    judgement: Judgement | None = None


def recovery(outcome: Outcome) -> Cell:
    """Until when service is back."""
    time = outcome.time
    text = "never" if time is None else "no outage" if outcome.kind is Kind.UNAFFECTED else pair(time.value)
    return _cell(text, time, outcome.verdict(Objective.RECOVERY_TIME))


def data(outcome: Outcome) -> Cell:
    """How much of the newest data is lost."""
    worst = worst_loss(outcome.losses)
    age = worst.age if worst else None
    none = "0" if outcome.stores_known else say(Reason(Because.NO_STORE_KNOWN))
    text = none if worst is None else "all of it" if age is None else pair(age.value)
    if not (pessimistic(age) if worst else 0.0) and emptied(outcome):
        text = "0, starts empty"
    return _cell(text, age, outcome.verdict(Objective.DATA_LOSS))


def _cell(text: str, figure: Figure | None, verdict: Verdict | None) -> Cell:
    if verdict is None:
        return Cell(text)
    # What has no value or no bound says so itself.
    bounded = not figure or (figure.value is not None and figure.value.upper is not None)
    undecided = verdict.judgement is Judgement.UNKNOWN and bounded
    if text == pair(figure and figure.value):
        text = against(figure and figure.value, verdict.target)
    return Cell("unknown" if undecided else text, duration(verdict.target), verdict.judgement)
