"""What is said of a model, as values: a kind, and what it is about. The words stand in :mod:`bcinfra.report.words`.

Findings, comparisons and rehearsals are made of these values and never of sentences, so that no wording can change what
is found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from bcinfra.continuity.model.domains import Domain


class Noun(StrEnum):
    """What a statement can be about, besides failure domains."""

    PART = "part"
    NAME = "name"
    """A name that clients ask for."""
    WAY = "way"
    """What goes over lines to another place."""
    SITE = "site"
    STORE = "store"
    SUPPLIER = "supplier"
    CAPABILITY = "capability"
    DATA = "data"
    """A data class of the specification."""
    PEAK = "peak"
    RESOURCE = "resource"
    TIER = "tier"
    """What of a tier is managed."""
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a statement is about."""

    noun: Noun
    name: str
    urn: str = ""
    """Of the resource or part, where it is one."""

    @property
    def id(self) -> str:
        return f"{self.noun}:{self.urn or self.name}"


def site(name: str | None) -> Subject:
    """A site; ``None``: everywhere."""
    return Subject(Noun.SITE, str(name))


def store(name: str) -> Subject:
    return Subject(Noun.STORE, name)


def capability(name: str) -> Subject:
    return Subject(Noun.CAPABILITY, name)


def resource(urn: str) -> Subject:
    """A resource by its type and name, as ``aws:s3/bucket:Bucket pictures``."""
    parts = urn.split("::")
    return Subject(Noun.RESOURCE, f"{parts[-2].split('$')[-1]} {parts[-1]}" if len(parts) >= 4 else urn, urn)


K_co = TypeVar("K_co", bound=StrEnum, covariant=True)
Operand: TypeAlias = "Subject | Domain | Statement[StrEnum] | str | float | tuple[Operand, ...]"
Operands: TypeAlias = "Operand | None"


@dataclass(frozen=True, slots=True, eq=False)
class Statement(Generic[K_co]):
    """One statement. What ``object`` and ``amount`` are, its kind says."""

    kind: K_co
    subject: Operands = None
    object: Operands = None
    amount: float | None = None
    id: str = field(init=False, repr=False)
    """The same for the same statement, whatever the words: its identity."""

    def __post_init__(self) -> None:
        subject, of, amount = self.subject, self.object, self.amount
        if of is None and amount is None:  # most often
            text = self.kind.value if subject is None else f"{self.kind.value}/{_id(subject)}"
        else:
            parts = ["" if one is None else _id(one) for one in (subject, of, amount)]
            text = "/".join((self.kind, *parts))
        text = text.rstrip("/")
        object.__setattr__(self, "id", text)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


def _id(of: Operand) -> str:
    match of:
        case Subject() | Statement():
            return of.id
        case tuple():
            return "+".join(map(_id, of))
        case float():
            return f"{of:.9g}"
        case _:
            return str(of)
