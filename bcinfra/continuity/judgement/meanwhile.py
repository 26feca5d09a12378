"""What customers are shown while they are not served: by a switch that a scenario leaves, the least that is enough."""

from __future__ import annotations

from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.evidence import REACHING
from bcinfra.continuity.model.parts import CLOSED, QUEUE, READ_ONLY, Model, State, Switch
from bcinfra.continuity.recovery.scenarios import Kind

_TOO_MANY: Final = frozenset({Kind.LOAD, Kind.PEAK, Kind.QUOTA, Kind.QUOTA_AFTER})
"""Scenarios in which more come than are served."""


class Shown(NamedTuple):
    """A state that a person switches to."""

    switch: Switch
    state: State


def meanwhile(model: Model, result: ScenarioResult) -> Shown | None:
    """The state for a scenario; ``None`` where no switch is left, where none is needed, or where it is not known that
    its page is there: pages show the ways to a person, and are there as long as one is surely reached."""
    hit = {outcome.capability for outcome in result.affected}
    served = {one.name: one.writes for one in model.capabilities if not one.name.startswith(REACHING)}
    reaching = {one.name for one in model.capabilities} - served.keys()
    if not reaching or reaching & hit or not hit:
        return None
    fine = [name for name, writes in served.items() if name not in hit and not writes]
    wanted: State = QUEUE if result.scenario.kind in _TOO_MANY else READ_ONLY if fine else CLOSED
    left = (one for one in model.switches if not any(home.hit_by(result.scenario.failed) for home in one.homes))
    return next((Shown(one, wanted) for one in left if wanted in one.states), None)
