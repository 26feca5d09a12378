"""What a command about continuity works on: a stack of a project, its folder, a shop's page, or what Pulumi printed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, TypeAlias

import typer

from bcinfra.commands.page import is_page, record_page
from bcinfra.commands.recording import record_stack
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.commands.options import Options
    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.process.project import Project

FILES: Final = (".json", ".yaml", ".yml")
"""How the names of files end that a command reads: no stack is called so."""


def stacks(incomplete: str) -> list[str]:
    """For a shell's completion: the stacks of the project that one is in."""
    from bcinfra.graph import RecordError, find_project

    with suppress(RecordError):
        return [name for name in find_project(Path.cwd()).stacks() if name.startswith(incomplete)]
    return []


SubjectArgument: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="[STACK|PATH|PAGE|EXPORT]",
        autocompletion=stacks,
        help="Name of a stack, project folder, a shop's page (YAML), stack export, preview JSON, or -. Default: the "
        "only stack there is.",
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
    page: str | None = None
    """The shop's page, where that was given."""
    root: Path = Path()
    """The folder that places in the graph are told from."""


def subject(given: str | None, folder: Path | None, options: Options, stack: str | None = None) -> Subject:
    """Read what was ``given``: a page, what Pulumi printed, a project's folder (with its ``stack``), or a stack of the
    project in ``folder``.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    from bcinfra.graph import find_project
    from bcinfra.graph.files.load import load
    from bcinfra.graph.process.project import is_project

    if given is not None and is_page(given):
        return Subject(record_page(given, options), (given,), page=given)
    if given is not None and (given == "-" or Path(given).is_file()):
        return Subject(load(given), (given,))
    if given is not None and Path(given).suffix in FILES and not Path(given).exists():
        raise UserError(f"{given}: there is no such file", Exit.NOT_FOUND)
    if given is not None and folder is None and is_project(Path(given)):
        words = (given, *(("--stack", stack) if stack else ()))
        return Subject(record_stack(Path(given), stack, options), words, root=Path(given))
    if given is not None and stack is not None:
        raise UserError(f"{given} is no project folder; name the stack once", Exit.USAGE)
    graph = record_stack(folder, given or stack, options)
    words = (graph.stack, *(("--project", str(folder)) if folder else ()))
    return Subject(graph, words, root=find_project(folder or Path.cwd()).root)


def project_of(given: str | None, folder: Path | None, stack: str | None) -> Project:
    """The project all of whose stacks are meant: in the folder that was ``given``, in ``folder``, else the nearest one.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    from bcinfra.graph import find_project
    from bcinfra.graph.process.project import is_project

    if stack is not None or (given is not None and not (folder is None and is_project(Path(given)))):
        raise UserError(f"{stack or given}: give a stack, or --all with the folder of a project", Exit.USAGE)
    return find_project(Path(given) if given else folder or Path.cwd())


def folder_of(given: str | None, folder: Path | None) -> Path:
    """The folder that places are told from, seen from the working directory: the project's, unless a file was given."""
    from bcinfra.graph import RecordError, find_project

    here = Path.cwd()
    if given and Path(given).is_file():
        return Path()
    with suppress(RecordError, ValueError):
        return find_project(Path(given) if given and Path(given).is_dir() else folder or here).root.relative_to(here)
    return Path()
