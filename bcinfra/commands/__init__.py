"""The commands, one module each, and what they share: options, reading a stack, writing a result."""

from __future__ import annotations

import os
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.console import Console

    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.process.project import Project
    from bcinfra.graph.process.stacks import Result, Surroundings

ProjectOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="Folder with Pulumi.yaml. Default: the nearest one upwards."),
]
ConfigOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--config", "-c", metavar="KEY=VALUE", help="Override a configuration value. Repeatable."),
]
TimeoutOption: TypeAlias = Annotated[float, typer.Option(min=1, help="Seconds that the program may take.")]
OutputOption: TypeAlias = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Write the result there; - is standard output.")
]
WidthOption: TypeAlias = Annotated[
    int | None, typer.Option(min=40, help="Columns of the text. Default: the terminal's.")
]
ColorOption: TypeAlias = Annotated[bool, typer.Option("--color/--no-color", help="Colour where the terminal can.")]


EnvOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--env", metavar="NAME[=VALUE]", help="Variable that the program sees; without a value, your own."),
]
AnswersOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="What provider functions answer and other stacks export."),
]
AssumeOption: TypeAlias = Annotated[
    bool, typer.Option("--assume/--no-assume", help="Answer common provider functions plausibly, and mark it.")
]


def record_stack(folder: Path | None, stack: str | None, overrides: list[str] | None, timeout: float) -> Graph:
    """The graph of ``stack`` of the project in ``folder``, recorded in a process of its own.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    from bcinfra.graph import find_project, record_stack as record

    project = find_project(folder or Path.cwd())
    return record(project.root, stack_of(project, stack), surroundings(project.name, overrides, timeout=timeout))


def record_every(project: Project, around: Surroundings) -> tuple[dict[str, Graph], dict[str, GraphError]]:
    """The graphs of all stacks of ``project``, and why the others have none; each is told of as it ends.

    Raises :class:`~bcinfra.exits.UserError` where there is no stack.
    """
    from bcinfra.graph import GraphError, record_stacks

    stacks = project.stacks()
    if not stacks:
        raise UserError(f"{project.root}: the project has no stack files", Exit.NOT_FOUND)
    ended: list[str] = []

    def tell(stack: str, result: Result) -> None:
        ended.append(stack)
        outcome = "failed" if isinstance(result, GraphError) else f"{len(result)} rows"
        typer.echo(f"[{len(ended)}/{len(stacks)}] {stack}: {outcome}", err=True)

    results = record_stacks(project.root, stacks, around, done=tell)
    graphs = {stack: result for stack, result in results.items() if not isinstance(result, GraphError)}
    return graphs, {stack: result for stack, result in results.items() if isinstance(result, GraphError)}


def raise_failures(failures: Mapping[str, GraphError], total: int) -> None:
    """Raise :class:`~bcinfra.exits.UserError` with every failure and the exit code of the first, if there is any."""
    if failures:
        told = "\n".join(f"{stack}: {failure}" for stack, failure in failures.items())
        raise UserError(f"{len(failures)} of {total} stacks failed\n{told}", next(iter(failures.values())).exit)


def stack_of(project: Project, stack: str | None) -> str:
    """The stack that is meant where none is named: the only one; ``dev`` where a project has no stack files."""
    known = project.stacks()
    if stack or len(known) == 1:
        return stack or known[0]
    if known:
        raise UserError(f"name a stack; there are: {', '.join(known)}", Exit.USAGE)
    return "dev"


def surroundings(
    project: str,
    config: list[str] | None,
    env: list[str] | None = None,
    answers: Path | None = None,
    assume: bool = True,
    *,
    timeout: float,
) -> Surroundings:
    """What a program of ``project`` finds around it, as the options say; raises :class:`~bcinfra.exits.UserError`."""
    from bcinfra.graph.files.given import Given, read_given
    from bcinfra.graph.process.stacks import Surroundings

    given = read_given(answers) if answers else Given({}, {})
    return Surroundings(
        config=dict(_setting(project, item) for item in config or ()),
        environment=dict(map(_variable, env or ())),
        invokes=given.calls,
        stacks=given.stacks,
        assume=assume,
        timeout=timeout,
    )


def _setting(project: str, item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals or not key:
        raise UserError(f"--config {item!r}: write KEY=VALUE, such as activeSite=frankfurt", Exit.USAGE)
    return key if ":" in key else f"{project}:{key}", value


def _variable(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals and name not in os.environ:
        raise UserError(f"--env {name}: there is no such variable; write {name}=VALUE", Exit.USAGE)
    return name, value if equals else os.environ[name]


def show(draw: Callable[[Console], None], output: str, width: int | None, color: bool) -> None:
    """Print text that ``draw`` puts on a console, to the terminal or to a file."""
    from bcinfra.report.console import console

    if output == "-":
        draw(console(width=width, color=color))
        return
    page = StringIO()
    draw(console(page, width=width, color=False))
    write(page.getvalue(), output)


def write(text: str, output: str) -> None:
    """Write a result whole or not at all; ``-`` is standard output."""
    if output == "-":
        sys.stdout.write(text)
        return
    target = Path(output)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(f"{output}: {error.strerror}") from error
