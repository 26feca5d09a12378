"""What is wrong with a program or a file, said so that a reader can act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bcinfra.exits import Exit, UserError
from bcinfra.graph.core.model import Place, Resource, Urn


def label(resource: Resource | Urn) -> str:
    """A resource as messages name it: its type and its name."""
    return f"{resource.type} {resource.name!r}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, about which resource, what, and what to do."""

    message: str
    resource: str | None = None
    """Type and name of the resource, where one is concerned."""
    place: Place | None = None
    hint: str | None = None

    def __str__(self) -> str:
        parts = (str(self.place) if self.place else None, self.resource, self.message)
        text = ": ".join(part for part in parts if part)
        return "\n    ".join([text, *(self.hint or "").splitlines()])


class GraphError(UserError):
    """A graph could not be made; ``problems`` says why, all of it at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[GraphError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RecordError(GraphError):
    """A program could not be recorded."""

    exit = Exit.PROGRAM


class NotFoundError(RecordError):
    """There is no such project or stack."""

    exit = Exit.NOT_FOUND


class OutOfTimeError(RecordError):
    """A program did not end within its time limit."""

    exit = Exit.TIMEOUT


class LoadError(GraphError):
    """A file does not hold what is read from it."""

    exit = Exit.USAGE


class UnreadableError(LoadError):
    """A file cannot be read at all."""

    exit = Exit.ERROR
