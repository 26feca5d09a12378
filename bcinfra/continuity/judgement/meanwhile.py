"""What customers are shown while they are not served: by a switch that a scenario leaves, the least that is enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from bcinfra.continuity.judgement.assessment import ScenarioResult
from bcinfra.continuity.judgement.evidence import REACHING
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import CLOSED, QUEUE, READ_ONLY, Entry, Model, State, Switch
from bcinfra.continuity.recovery.scenarios import Kind, Scenario

_TOO_MANY: Final = frozenset({Kind.LOAD, Kind.PEAK, Kind.QUOTA, Kind.QUOTA_AFTER})
"""Scenarios in which more come than are served."""


class Shown(NamedTuple):
    """A state that a person switches to."""

    switch: Switch
    state: State


def meanwhile(model: Model, result: ScenarioResult) -> Shown | None:
    """The state for a scenario; ``None`` where no switch is left that customers still come to, where none is needed, or
    where it is not known that its page is there: pages show the ways to a person, and are there as long as one is
    surely reached."""
    hit = {outcome.capability for outcome in result.affected}
    served = {one.name: one.writes for one in model.capabilities if not one.name.startswith(REACHING)}
    reaching = {one.name for one in model.capabilities} - served.keys()
    if not reaching or reaching & hit or not hit:
        return None
    fine = [name for name, writes in served.items() if name not in hit and not writes]
    wanted: State = QUEUE if result.scenario.kind in _TOO_MANY else READ_ONLY if fine else CLOSED
    left = (one for one in model.switches if _obeyed(model, one, result.scenario))
    return next((Shown(one, wanted) for one in left if wanted in one.states), None)


def _obeyed(model: Model, switch: Switch, scenario: Scenario) -> bool:
    """Whether a switch can be changed, and customers come to what obeys it: by a name that is answered and leads
    there."""
    front = next((one for one in model.balancers if one.urn == switch.front), None)
    needed = (*switch.homes, *((*front.homes, *front.needs_to_run) if front else ()))
    if switch.front in scenario.broken or _lost(needed, scenario):
        return False
    leading = [entry for entry in model.leading if any(route.target == switch.front for route in entry.routes)]
    return not leading or any(
        _answered(model, entry, scenario) and _come_to(model, entry, switch, scenario) for entry in leading
    )


def _come_to(model: Model, entry: Entry, switch: Switch, scenario: Scenario) -> bool:
    """Whether a name leads to what obeys a switch: first, or all that it leads to before is lost."""
    if any(route.target == switch.front and not route.standby for route in entry.routes):
        return True
    first = {route.target for route in entry.routes if not route.standby}
    before = (one for one in model.balancers if one.urn in first)
    return bool(scenario.failed) and all(_lost((*one.homes, *one.needs_to_run), scenario) for one in before)


def _answered(model: Model, entry: Entry, scenario: Scenario) -> bool:
    """Whether a name is still found: whoever answers for it does, and holds its zone."""
    gone = any(store.answers(entry.name) for store in model.stores if store.name in scenario.spoiled)
    return not gone and not _lost((*entry.homes, *entry.needs_to_run), scenario)


def _lost(domains: Iterable[Domain], scenario: Scenario) -> bool:
    return any(one.hit_by(scenario.failed) for one in domains)
