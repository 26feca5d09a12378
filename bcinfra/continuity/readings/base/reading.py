"""What a resource type means for continuity: one :class:`Reading` a type, found by its token."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from bcinfra.continuity.model.parts import Balancer, Entry, Plan, Pool, Store
from bcinfra.continuity.readings.base.view import View
from bcinfra.graph.core.model import Resource


class Call(NamedTuple):
    """Requests that go on from ``caller`` (a URN) to ``callee`` (a balancer's URN or a store's name)."""

    caller: str
    callee: str


class Assumption(NamedTuple):
    """Something that the graph does not tell and the reading took to be so."""

    text: str


Found: TypeAlias = Entry | Balancer | Pool | Store | Plan | Call | Assumption
Parts: TypeAlias = Callable[[View, Resource], Iterable[Found]]


class Part(StrEnum):
    """What part a type plays."""

    OWN = "part"
    """It is a part of the model itself."""
    SETTING = "setting"
    """It says something of another resource, and is read there."""
    PLUMBING = "plumbing"
    """Its loss is no loss that the parts do not already show."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a type is, in the field's words, and how it is read."""

    what: str
    part: Part
    why: str = ""
    """For a setting: what it says. For plumbing: why nothing follows from it."""
    parts: Parts | None = None


def part(what: str, parts: Parts) -> Reading:
    """A type that is a part of the model."""
    return Reading(what, Part.OWN, parts=parts)


def setting(what: str, why: str) -> Reading:
    """A type that is read where another resource is."""
    return Reading(what, Part.SETTING, why)


def plumbing(why: str, whats: Mapping[str, str]) -> dict[str, Reading]:
    """Types, by token with what each is, from which nothing follows."""
    return {token: Reading(what, Part.PLUMBING, why) for token, what in whats.items()}
