"""Stores that may stand in any of several zones, taken to stand in different ones.

Where one stands changes no figure; that all share a zone would let the loss of every other pass. Members of one store
are taken to share theirs: a copy beside what it copies is no copy when the zone is lost. Those that take as many zones
are told apart, so that one that gains a standby begins where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Store
from bcinfra.continuity.model.statements import Subject
from bcinfra.continuity.readings.base.reading import Found


def apart(stores: tuple[Store, ...], found: Iterable[Found]) -> tuple[tuple[Store, ...], list[Found]]:
    """The stores, the second of a region in the next zones than the first, and what is then assumed."""
    found = list(found)
    free = {_about(one): one for one in found if isinstance(one, Assumption) and one.kind is Assumes.IN_SOME_ZONES}
    moved: dict[str, Assumption] = {}
    before: dict[tuple[frozenset[Domain], int], int] = {}
    placed: dict[str, Store] = {}
    for store in sorted(stores, key=lambda one: (one.kind, one.name)):
        own = {row: free[row] for member in store.members if (row := _row(member)) in free}
        shifted = {row: _shifted(one, before.get(_choice(one), 0)) for row, one in own.items()}
        before |= {choice: before.get(choice, 0) + 1 for choice in {_choice(one) for one in own.values()}}
        moved |= shifted
        members = tuple(_at(member, own, shifted) for member in store.members)
        placed[store.name] = replace(store, members=members) if own else store
    told = (moved.get(_about(one), one) if one == free.get(_about(one)) else one for one in found)
    return tuple(placed[store.name] for store in stores), list(told)


def _about(one: Found) -> str:
    return one.subject.urn if isinstance(one, Assumption) and isinstance(one.subject, Subject) else ""


def _row(member: Member) -> str:
    """URN of the resource that a member is, or is made by."""
    return member.urn.partition("#")[0]


def _zones(one: Assumption) -> tuple[tuple[Domain, ...], tuple[Domain, ...]]:
    """The zones that something may be in, and those that are taken."""
    return cast("tuple[tuple[Domain, ...], tuple[Domain, ...]]", one.object)


def _choice(one: Assumption) -> tuple[frozenset[Domain], int]:
    """The zones that something may be in, and how many of them it takes."""
    candidates, taken = _zones(one)
    return frozenset(candidates), len(taken)


def _shifted(one: Assumption, by: int) -> Assumption:
    candidates, taken = _zones(one)
    begin = by % len(candidates)
    others = (*candidates[begin:], *candidates[:begin])[: len(taken)]
    return Assumption(one.kind, one.subject, (candidates, others), one.amount)


def _at(member: Member, before: Mapping[str, Assumption], after: Mapping[str, Assumption]) -> Member:
    """A member in the zones that are taken now."""
    row = _row(member)
    if row not in before or member.zones is None:
        return member
    old, new = _zones(before[row])[1], _zones(after[row])[1]
    kept = (zone for zone in member.zones if zone not in old)
    return replace(member, zones=(*new, *kept) if set(old) <= set(member.zones) else member.zones)
