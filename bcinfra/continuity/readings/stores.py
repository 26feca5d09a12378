"""What all stores share: how one is named, who its members are, and what a zone is at any vendor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bcinfra.continuity.domains import Domain
from bcinfra.continuity.model import Copy, Guard, Member, Store, StoreKind
from bcinfra.continuity.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.view import View
from bcinfra.graph.model import Resource

SOURCE_KEPT: Final = timedelta(days=3650)
"""How far back a program can be had: its version control forgets nothing, for which ten years stand."""


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


def dns_zone(found: Resource, name: str, *, homes: tuple[Domain, ...], control: Domain) -> Store:
    """A public zone at any vendor: what the program declares, it can make again."""
    return Store(
        name=f"DNS zone {name}",
        kind=StoreKind.DNS_ZONE,
        members=(
            Member(
                urn=found.urn,
                label=f"DNS zone {name}",
                homes=homes,
                needs_to_recover=(control,),
                zones=None,
                regional=True,
                writer=True,
            ),
        ),
        copies=(
            Copy(
                urn=part_urn(found, "records"),
                label=f"records of {name} in the program",
                mechanism="declared in the program",
                age=assumed(
                    "records since the last change", Unit.SECONDS, Range(0, 0), "the program is the zone's source"
                ),
                retention=SOURCE_KEPT,
                guards=frozenset({Guard.VERSIONED, Guard.OTHER_ACCOUNT}),  # with the program's source, not in the cloud
                tested=True,  # every deployment applies it
                restore=assumed(
                    f"{name} answers from a new zone",
                    Unit.SECONDS,
                    Range(3600, 172800),
                    "making the records takes minutes; the delegation at the registrar is kept for up to two days",
                ),
            ),
        ),
    )
