"""What a command about continuity works on: a stack of a project, a project folder, or what Pulumi printed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import typer

from bcinfra.commands import record_stack
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.graph.model import Graph

SubjectArgument: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[STACK|PATH|EXPORT]",
        help="Name of a stack, project folder, stack export, preview JSON, or -. Default: the only stack there is.",
    ),
]

StackOption: TypeAlias = Annotated[
    str | None, typer.Option("--stack", "-s", help="Name of the stack, where a folder is given.")
]


class Subject(NamedTuple):
    """A graph and how to name it in the next command."""

    graph: Graph
    words: tuple[str, ...]
    """What was given, as words of a command line."""


def subject(
    given: str | None, folder: Path | None, config: list[str] | None, timeout: float, stack: str | None = None
) -> Subject:
    """Read what was ``given``: a file, a project's folder (with its ``stack``) or a stack of the project in ``folder``.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    if given is not None and (given == "-" or Path(given).is_file()):
        return Subject(_loaded(document(given), given), (given,))
    if given is not None and folder is None and _is_project(Path(given)):
        return Subject(
            record_stack(Path(given), stack, config, timeout), (given, *(("--stack", stack) if stack else ()))
        )
    if given is not None and stack is not None:
        raise UserError(f"{given} is no project folder; name the stack once", Exit.USAGE)
    graph = record_stack(folder, given or stack, config, timeout)
    return Subject(graph, (graph.stack, *(("--project", str(folder)) if folder else ())))


def document(given: str) -> dict[str, Any]:
    """The JSON object in a file or on standard input; raises :class:`~bcinfra.exits.UserError`."""
    name = "standard input" if given == "-" else given
    try:
        found = json.loads(sys.stdin.read() if given == "-" else Path(given).read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{name}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{name}: is not JSON (line {error.lineno}: {error.msg})", Exit.USAGE) from None
    except UnicodeDecodeError:
        raise UserError(f"{name}: is not UTF-8 text", Exit.USAGE) from None
    if not isinstance(found, dict):
        raise UserError(f"{name}: is not a JSON object", Exit.USAGE)
    return found  # pyright: ignore[reportUnknownVariableType]  json.loads knows no more


def _loaded(found: dict[str, Any], name: str) -> Graph:
    from bcinfra.graph.load import load
    from bcinfra.graph.problem import LoadError

    try:
        return load(found)
    except LoadError as error:
        raise UserError(f"{name}: {error}", Exit.USAGE) from None


def _is_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml"))
