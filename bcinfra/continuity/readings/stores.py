"""What all stores share: how one is named, and who its members are."""

from __future__ import annotations

from collections.abc import Iterable

from bcinfra.continuity.model import StoreKind
from bcinfra.continuity.readings.view import View
from bcinfra.graph.model import Resource


def store_name(view: View, kind: StoreKind, root: Resource, members: Iterable[Resource]) -> str:
    """The name of a store: that of the component which holds its members and no other store of these types."""
    mine = {member.urn for member in members} | {root.urn}
    types = {view.graph[urn].type for urn in mine}
    for ancestor in view.graph.ancestors(root):
        if not ancestor.is_component:
            break
        below = {r.urn for r in descendants(view, ancestor) if r.type in types}
        if below > mine:
            break
        if below == mine:
            return f"{kind} {ancestor.name}"
    return f"{kind} {root.name}"


def descendants(view: View, ancestor: Resource) -> tuple[Resource, ...]:
    """Everything below a component."""

    def collect() -> tuple[Resource, ...]:
        found: list[Resource] = []
        for child in view.graph.children(ancestor.urn):
            found += [child, *descendants(view, child)]
        return tuple(found)

    return view.once(("descendants", ancestor.urn), collect)


def part_urn(resource: Resource, what: str) -> str:
    """The name of a part that is no resource of its own: a replica in another region, the backups of a database."""
    return f"{resource.urn}#{what}"
