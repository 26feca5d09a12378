"""Scripts and agents that are pushed to servers: where all of them get it at once, a bad one stops them all.

What is put out a few servers at a time stops where the first of them fail, and is no domain of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Pool
from bcinfra.continuity.readings.aws import compute as aws, places as aws_places
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_rows, as_text, strings
from bcinfra.continuity.readings.gcp import compute as gcp, places as gcp_places
from bcinfra.graph.core.model import Resource, Value

_ALL: Final = 100
_SERVERS: Final = (aws.GROUP, aws.INSTANCE)
_MACHINES: Final = (gcp.GROUP, gcp.REGION_GROUP, gcp.INSTANCE)


def with_scripts(view: View, pool: Pool) -> Pool:
    """A pool with the scripts that all its servers, and those of others, get at once."""
    row = view.graph.resources.get(pool.urn)
    found = tuple(_pushed_to(view, row)) if row else ()
    return replace(pool, needs_to_run=(*pool.needs_to_run, *found)) if found else pool


def _pushed_to(view: View, server: Resource) -> Iterator[Domain]:
    if server.type in _SERVERS:
        for row in view.graph.of_type(aws.ASSOCIATION):
            same = aws_places.place(view, row) == aws_places.place(view, server)
            if (
                same
                and _at_once(view, row)
                and any(_meant(view, row, one, server) for one in view.rows(row, "targets"))
            ):
                yield Domain(DomainKind.RELEASE, f"script {row.name}")
    if server.type in _MACHINES:
        for row in view.graph.of_type(gcp.POLICY):
            here = gcp_places.location(view, row) in (None, gcp_places.location(view, server))
            if here and _budget(view, row) >= _ALL and _picked(view, row, server):
                yield Domain(DomainKind.RELEASE, f"script {row.name}")


def _at_once(view: View, row: Resource) -> bool:
    """Whether an association runs on all its servers together, as it does unless it says otherwise
    (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html, MaxConcurrency,
    2026-11-29)."""
    return (view.text(row, "maxConcurrency") or "100%") == "100%"


def _meant(view: View, row: Resource, target: Mapping[str, Value], server: Resource) -> bool:
    """Whether a target of an association takes a server in; by a tag that the server does not bear it does not."""
    key, values = as_text(target.get("key")) or "", set(strings(target.get("values")))
    if key.lower() == "instanceids":
        return "*" in values or server in view.linked(row, "targets") or (view.text(server, "id") or "-") in values
    if not key.startswith("tag:"):
        return True  # a group of resources: what it holds is not told here
    tag = _tags(view, server).get(key.removeprefix("tag:"))
    return tag in values if tag is not None else "*" in values


def _tags(view: View, server: Resource) -> dict[str, str]:
    """Tags of a server, or of those that a group starts."""
    rows = view.rows(server, "tags") if server.type == aws.GROUP else []
    started = {str(one.get("key")): str(one.get("value")) for one in rows if as_flag(one.get("propagateAtLaunch"))}
    own: Mapping[str, Value] = as_row(view.value(server, "tags")) if server.type == aws.INSTANCE else {}
    return started | {name: text for name, value in own.items() if (text := as_text(value)) is not None}


def _budget(view: View, row: Resource) -> float:
    """Per cent of the machines of a policy that may be disrupted at once
    (https://cloud.google.com/compute/docs/os-configuration-management/view-assignments, rollouts, 2026-11-29)."""
    budget = as_row(as_row(view.value(row, "rollout")).get("disruptionBudget"))
    return as_number(budget.get("percent")) or 0.0


def _picked(view: View, row: Resource, server: Resource) -> bool:
    """Whether a policy takes a machine in: all, or none of the labels that it names is known to be missing."""
    chosen = as_row(view.value(row, "instanceFilter"))
    if as_flag(chosen.get("all")):
        return True
    labels = as_row(view.value(server, "labels"))
    wanted = [as_row(one.get("labels")) for one in as_rows(chosen.get("inclusionLabels"))]
    known = server.type == gcp.INSTANCE  # a group's machines bear what its template says
    return not known or any(all(labels.get(k) == v for k, v in some.items()) for some in wanted)
