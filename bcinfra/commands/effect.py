"""What a diff of two graphs does to continuity, and which of its changes did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.causes import restores
from bcinfra.continuity.judgement.compare import Change, compare, culprits, heirs, renamed, standings
from bcinfra.continuity.judgement.defaults import with_defaults
from bcinfra.continuity.readings.costing import cost_of
from bcinfra.continuity.readings.read import read
from bcinfra.graph.core.model import Graph
from bcinfra.graph.diff.changes import Change as ResourceChange, Diff
from bcinfra.report.diff.continuity import Effect

MOST: Final = 60
"""Changed resources up to which the ones that did it are looked for."""


def effect(diff: Diff) -> Effect | None:
    """What a diff does to continuity; ``None`` where a side has nothing that can be assessed."""
    if not (len(diff.base) and len(diff.head)):
        return None
    sides = [with_defaults(read(graph)) for graph in (diff.base, diff.head)]
    if not all(model.capabilities for model in sides):
        return None
    before, after = map(assess, sides)
    names = heirs(*sides)
    now = standings(after)
    found = compare(renamed(standings(before), now, names), now)
    groups = found.groups
    items = [change for change in diff.changes if not change.resource.is_provider]
    searched = groups and len(items) <= MOST
    return Effect(
        stack=diff.head.stack,
        comparison=found,
        scenarios=tuple(result.scenario for one in (before, after) for result in one.scenarios),
        currency=sides[1].business.currency,
        costs=(cost_of(diff.base, sides[0]), cost_of(diff.head, sides[1])),
        causes=tuple(culprits(items, partial(_restores, diff, groups[0][0], names))) if searched else (),
    )


def _restores(
    diff: Diff, moved: Change, names: Mapping[str, Sequence[str]], reverted: Sequence[ResourceChange]
) -> bool:
    """Whether an objective stands as in the base, once changes of the head are taken back."""
    model = with_defaults(read(_without(diff, reverted)))
    known = {capability.name for capability in model.capabilities}
    called = (moved.capability, *names.get(moved.capability, ()))
    capability = next((name for name in called if name in known), moved.capability)
    return restores(model, replace(moved, capability=capability))


def _without(diff: Diff, reverted: Sequence[ResourceChange]) -> Graph:
    gone = {change.new.urn for change in reverted if change.new}
    back = {change.old.urn: change.old for change in reverted if change.old}
    kept = {urn: row for urn, row in diff.head.resources.items() if urn not in gone}
    return replace(diff.head, resources=dict(sorted({**kept, **back}.items())))
