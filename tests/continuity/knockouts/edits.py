"""Changes of a recorded graph: what it would be, had the program not declared something."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bcinfra.graph import Graph
from bcinfra.graph.core.location import location
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

SITES = {"ireland": "frankfurt", "frankfurt": "ireland", "belgium": "carolina", "carolina": "belgium"}


def without(graph: Graph, *gone: Resource) -> Graph:
    """The graph without some resources, and without every property that only they gave a value."""
    urns = {row.urn for row in gone}
    return replace(graph, resources={u: _unlinked(row, urns) for u, row in graph.resources.items() if u not in urns})


def _unlinked(row: Resource, gone: Collection[str]) -> Resource:
    if not any(urn in gone for urn in row.dependencies):
        return row
    links = {name: tuple(u for u in urns if u not in gone) for name, urns in row.property_dependencies.items()}
    empty = {
        n for n, urns in row.property_dependencies.items() if urns and not links[n] and _unknown(row.inputs.get(n))
    }
    return replace(
        row,
        inputs={name: value for name, value in row.inputs.items() if name not in empty},
        dependencies=tuple(urn for urn in row.dependencies if urn not in gone),
        property_dependencies=links,
    )


def _unknown(value: Value) -> bool:
    return value is UNKNOWN or (isinstance(value, list) and all(map(_unknown, value)))


def put(graph: Graph, row: Resource, path: str, value: Value) -> Graph:
    """The graph with another value at a dotted path of a resource's inputs; what it depended on no longer counts."""
    name, *inner = path.split(".")
    given: Value = value
    if inner:
        outer = row.inputs.get(name)
        given = {**(outer if isinstance(outer, dict) else {}), inner[0]: value}
    links = row.property_dependencies if inner else {**row.property_dependencies, name: ()}
    return with_row(graph, replace(row, inputs={**row.inputs, name: given}, property_dependencies=links))


def with_row(graph: Graph, row: Resource) -> Graph:
    return replace(graph, resources={**graph.resources, row.urn: row})


def linked(graph: Graph, row: Resource, name: str, type: str = "") -> list[Resource]:
    """What a property leads to."""
    urns = row.property_dependencies.get(name, ())
    return [graph[urn] for urn in urns if urn in graph and graph[urn].type.endswith(type)]


def led(graph: Graph, row: Resource, name: str, to: Iterable[Resource]) -> Graph:
    """The graph in which a property leads elsewhere."""
    links = {**row.property_dependencies, name: tuple(target.urn for target in to)}
    return with_row(graph, replace(row, property_dependencies=links))


def crossed(graph: Graph, row: Resource, name: str, type: str) -> Graph | None:
    """The graph in which a property leads to the other site's resources instead of its own."""
    old = linked(graph, row, name)
    new = [(other(graph, one) or one) if one.type.endswith(type) else one for one in old]
    return led(graph, row, name, new) if new != old else None


def other(graph: Graph, row: Resource) -> Resource | None:
    """What does the same at the other site."""
    name = next((row.name.replace(a, b) for a, b in SITES.items() if f"-{a}" in row.name), None)
    return next((r for r in graph.of_type(row.type) if r.name == name), None)


def moved(graph: Graph, row: Resource, to: Resource) -> Graph:
    """The graph in which a resource belongs to the region and account of another."""
    return with_row(graph, replace(row, provider=to.provider))


def region(graph: Graph, row: Resource) -> str | None:
    at = location(graph, row)
    return at.region if at else None


def rows(row: Resource, name: str) -> list[dict[str, Any]]:
    """The dicts of a list property."""
    value = row.inputs.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def rewritten(value: Any, change: Callable[[Mapping[str, Any]], Any]) -> Any:
    """A value in which every dict was given to ``change``, the inner ones first; what it makes ``None`` is left out."""
    if isinstance(value, list):
        kept = [rewritten(item, change) for item in value]  # pyright: ignore[reportUnknownVariableType]
        return [item for item in kept if item is not None]
    if isinstance(value, dict):
        inner = {name: rewritten(item, change) for name, item in value.items()}  # pyright: ignore
        return change({name: item for name, item in inner.items() if item is not None})
    return value


def unchecked(graph: Graph, row: Resource) -> Graph | None:
    """Cloud DNS answers that nobody checks."""
    links = linked(graph, row, "routingPolicy")
    checks = [link for link in links if link.type.endswith(":HealthCheck")]
    if not checks:
        return None
    policy = {name: value for name, value in _policy(row).items() if name != "healthCheck"}
    changed = put(graph, row, "routingPolicy", policy)
    return led(changed, changed[row.urn], "routingPolicy", [link for link in links if link not in checks])


def without_backups(graph: Graph, row: Resource, standby: str) -> Graph | None:
    """Cloud DNS answers of which none leads to the standby."""
    links = linked(graph, row, "routingPolicy")
    if not links:
        return None
    policy = _policy(row)
    policy["primaryBackup"] = {**policy["primaryBackup"], "backupGeos": []}
    changed = put(graph, row, "routingPolicy", policy)
    return led(changed, changed[row.urn], "routingPolicy", [link for link in links if standby not in link.name])


def _policy(row: Resource) -> dict[str, Any]:
    return dict(row.inputs["routingPolicy"])  # type: ignore[call-overload]
