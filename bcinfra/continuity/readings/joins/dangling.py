"""What refers to something that the stack does not hold any more, such as a security group deleted by hand.

Whether a part runs that needs it is not known: it may go on until it is replaced, which then fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from bcinfra.continuity.model.parts import Model, Part
from bcinfra.graph.core.model import Graph

P = TypeVar("P", bound=Part)


def marked(graph: Graph, model: Model) -> Model:
    """``model`` with what each part needs and the stack does not hold; a plan that needs such runs by hand at best."""
    if not graph.dangling:
        return model
    members = [m for store in model.stores for m in store.members]
    parts: list[Part] = [*model.entries, *model.balancers, *model.pools, *model.plans, *members]
    missing = _missing(graph, {_resource(part) for part in parts})

    def told(found: Iterable[P]) -> tuple[P, ...]:
        return tuple(replace(p, missing=gone) if (gone := missing.get(_resource(p))) else p for p in found)

    return replace(
        model,
        entries=told(model.entries),
        balancers=told(model.balancers),
        pools=told(model.pools),
        stores=tuple(replace(store, members=told(store.members)) for store in model.stores),
        plans=tuple(replace(plan, triggered=plan.triggered and not plan.missing) for plan in told(model.plans)),
    )


def _resource(part: Part) -> str:
    return part.urn.split("#")[0]


def _missing(graph: Graph, parts: set[str]) -> dict[str, tuple[str, ...]]:
    """What is missing by the resource of a part that refers to it, itself or through what is no part."""
    found: dict[str, set[str]] = {}
    for urn, gone in graph.dangling.items():
        reached, waiting = {urn}, [urn]
        while waiting:
            at = waiting.pop()
            if at in parts:
                found.setdefault(at, set()).update(gone)
                continue
            users = {r.urn for r in graph.dependents(at) if any(at in to for to in r.property_dependencies.values())}
            waiting += users - reached
            reached |= users
    return {urn: tuple(sorted(gone)) for urn, gone in found.items()}
