"""A plan that ``pulumi preview --save-plan`` wrote: differences to a state, so the state is needed to read it.

The format is ``sdk/go/common/apitype/plan.go``: per URN a goal, whose inputs are what is added to, updated in and
deleted from the inputs of the row in the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.graph.core.model import Graph, Urn
from bcinfra.graph.core.problem import LoadError, Problem
from bcinfra.graph.core.values import UNKNOWN_TEXT, Plain, as_object, is_object
from bcinfra.graph.files.export import METADATA, VERSION
from bcinfra.graph.files.load import load

_SAME_NAME: Final = (
    "custom",
    "parent",
    "protect",
    "dependencies",
    "propertyDependencies",
    "ignoreChanges",
    "additionalSecretOutputs",
    "aliases",
    "customTimeouts",
    "provider",
)
"""Fields that a goal and a row of a state have in common."""


def is_saved_plan(document: Mapping[str, Plain]) -> bool:
    """Whether ``document`` is a saved plan."""
    return is_object(as_object(document.get("plan", document)).get("resourcePlans"))


def load_saved_plan(plan: Mapping[str, Plain], state: Mapping[str, Plain]) -> Graph:
    """The graph that ``plan`` would make of ``state``, the stack's export from before it.

    Raises :class:`LoadError` where either cannot be read, and where the plan is of another state.
    """
    rows = as_object(as_object(plan.get("plan", plan)).get("resourcePlans"))
    deployed = load(state) if as_object(state.get("deployment")).get("resources") else None
    before = {row["urn"]: row for row in as_object(state.get("deployment")).get("resources") or () if is_object(row)}
    stacks = {Urn.parse(urn)[:2] for urn in rows}
    if deployed and stacks != {(deployed.stack, deployed.project)}:
        planned = ", ".join(sorted("/".join(reversed(stack)) for stack in stacks))
        raise LoadError([Problem(f"the plan is of {planned}, the state of {deployed.project}/{deployed.stack}")])
    planned_rows = list(_rows(rows, before))
    return load(
        {
            "version": VERSION,
            "deployment": {"metadata": {METADATA: {"preview": True}}, "resources": planned_rows},
        }
    )


def _rows(plans: Mapping[str, Plain], before: Mapping[str, Plain]) -> Iterator[dict[str, Plain]]:
    for urn, plan in plans.items():
        goal = as_object(as_object(plan).get("goal"))
        if not goal:  # it only deletes
            continue
        old = as_object(before.get(urn))
        identity = as_object(before.get(urn)).get("id") or (UNKNOWN_TEXT if goal.get("custom") else None)
        yield {
            **{key: goal[key] for key in _SAME_NAME if goal.get(key) is not None},
            "urn": urn,
            "type": goal.get("type"),
            "id": UNKNOWN_TEXT if "replace" in as_object(plan).get("steps", ()) else identity,
            "inputs": _changed(as_object(old.get("inputs")), as_object(goal.get("inputDiff"))),
            "outputs": _changed(as_object(old.get("outputs")), as_object(goal.get("outputDiff"))),
        }


def _changed(old: Mapping[str, Plain], diff: Mapping[str, Plain]) -> dict[str, Plain]:
    kept = {key: value for key, value in old.items() if key not in (diff.get("deletes") or ())}
    return {**kept, **as_object(diff.get("adds")), **as_object(diff.get("updates"))}
