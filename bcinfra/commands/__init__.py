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
    from collections.abc import Callable

    from rich.console import Console

    from bcinfra.graph.model import Graph

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


def record_stack(folder: Path | None, stack: str | None, overrides: list[str] | None, timeout: float) -> Graph:
    """The graph of ``stack`` of the project in ``folder``; raises :class:`~bcinfra.exits.UserError`."""
    from bcinfra.graph import find_project, record_project

    project = find_project(folder or Path.cwd())
    known = project.stacks()
    if stack is None:
        if len(known) != 1:
            raise UserError(f"name a stack; there are: {', '.join(known) or 'none'}", Exit.USAGE)
        stack = known[0]
    config = dict(_setting(project.name, item) for item in overrides or ())
    return record_project(project.root, stack, config=config, timeout=timeout)


def _setting(project: str, item: str) -> tuple[str, str]:
    key, equals, value = item.partition("=")
    if not equals or not key:
        raise UserError(f"--config {item!r}: write KEY=VALUE, such as activeSite=frankfurt", Exit.USAGE)
    return key if ":" in key else f"{project}:{key}", value


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
