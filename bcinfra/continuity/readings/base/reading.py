"""What a resource type means for continuity: one :class:`Reading` a type, found by its token.

It is the one place where something is said of a type: what part it plays and how it is read, what it holds, what guards
it, what names it, how it is backed up, what replacing it costs, which facts that rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.parts import Balancer, Entry, ImageRepository, Plan, Pool, Shelf, Store, Switch
from bcinfra.continuity.model.stateless import Reason, Row
from bcinfra.continuity.model.statements import Noun, Subject
from bcinfra.continuity.readings.base.metering import Costs
from bcinfra.continuity.readings.base.traits import Traits, having
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource
from bcinfra.graph.diff.replacement import Replacement

_NOTHING: Final = Traits()


class Call(NamedTuple):
    """Requests that go on from ``caller`` (a URN) to ``callee`` (a balancer's URN or a store's name)."""

    caller: str
    callee: str


class Held(NamedTuple):
    """A part that planned maintenance waits for: a budget lets none of its replicas be taken away."""

    part: str
    """URN."""
    budget: str
    """URN."""
    property: str
    """Of the budget, with its value."""


Found: TypeAlias = Entry | Balancer | Pool | Store | Plan | Shelf | ImageRepository | Switch | Call | Assumption | Held
Parts: TypeAlias = Callable[[View, Resource], Iterable[Found]]


def subject(resource: Resource) -> Subject:
    """A resource by its name alone."""
    return Subject(Noun.RESOURCE, resource.name, resource.urn)


class Part(StrEnum):
    """What part a type plays."""

    OWN = "part"
    """It is a part of the model itself."""
    SETTING = "setting"
    """It says something of another resource, and is read there."""
    PLUMBING = "plumbing"
    """Its loss is no loss that the parts do not already show."""
    UNREAD = "not understood"
    """What it holds is known, not yet how it fails."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a type is, in the field's words, and how it is read."""

    what: str
    part: Part
    why: str = ""
    """For a setting: what it says. For plumbing: why nothing follows from it."""
    parts: Parts | None = None
    traits: Traits = _NOTHING
    decides: Callable[[View, Resource], Row | None] | None = None
    """What the inputs of one say that it holds of the business; ``None``: what ``traits.holds`` says."""
    only: Callable[[Resource], bool] | None = None
    """Which are understood of a type that stands for any other; ``None``: all."""
    cost: Costs | None = None
    """What one costs; ``None``: nobody has said."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What its row does not state, by field. A part of the model must say all, or why it has none."""
        unsaid = [
            name for name in ("what", "why") if not getattr(self, name) and (name, self.part) != ("why", Part.OWN)
        ]
        replacement = self.traits.replacement
        if replacement and not (replacement.loses or replacement.harmless or replacement.guards):
            unsaid.append("replacement.loses or .harmless")
        if self.part is Part.OWN:
            stated = ("holds", "identities", "backup", "replacement")
            unsaid += [name for name in stated if getattr(self.traits, name) is None]
            unsaid += [] if self.parts else ["parts"]
        return tuple(unsaid)


def part(what: str, parts: Parts, traits: Traits) -> Reading:
    """A type that is a part of the model."""
    return Reading(what, Part.OWN, parts=parts, traits=traits)


def setting(what: str, why: str, traits: Traits | Reason | None = None, *, parts: Parts | None = None) -> Reading:
    """A type that is read where another resource is; what it holds, if it is no mere setting, or all its traits.
    ``parts``: what it says of parts that are none of its own."""
    own = traits if isinstance(traits, Traits) else having(traits)
    return Reading(what, Part.SETTING, why, parts=parts, traits=own)


def unread(
    what: str, replacement: Replacement, holds: Reason, parts: Parts | None = None, guarded_by: str = ""
) -> Reading:
    """A type that holds data and has no reading yet; ``parts``: a store of which nothing is known but its place, and
    whom the groups of ``guarded_by`` let in."""
    traits = having(holds, identities="" if parts else None, replacement=replacement, guarded_by=guarded_by)
    return Reading(what, Part.UNREAD, "It has no reading yet.", parts=parts, traits=traits)


def plumbing(
    why: str, whats: Mapping[Reason, Mapping[str, str]], replacements: Mapping[str, Replacement] | None = None
) -> dict[str, Reading]:
    """Types from which nothing follows: by what they hold and by token, what each is."""
    rows = replacements or {}
    return {
        token: Reading(what, Part.PLUMBING, why, traits=having(holds, replacement=rows.get(token)))
        for holds, group in whats.items()
        for token, what in group.items()
    }


def decided(
    rows: Mapping[str, Reading], decides: Mapping[str, Callable[[View, Resource], Row | None]]
) -> dict[str, Reading]:
    """The rows, each with what decides what one holds."""
    return {**rows, **{token: replace(rows[token], decides=by) for token, by in decides.items()}}


def costing(rows: Mapping[str, Reading], costs: Mapping[str, Costs]) -> dict[str, Reading]:
    """The rows, each with what it costs. Raises ``KeyError`` for what is said of a type without a row."""
    return {**rows, **{token: replace(rows[token], cost=cost) for token, cost in costs.items()}}
