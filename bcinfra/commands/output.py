"""Write what a command found: to the terminal, or to a file, whole or not at all."""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from bcinfra.exits import UserError
from bcinfra.graph.core.secrets import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console


QUIET: Final = ContextVar("quiet", default=False)
"""Whether only errors are told."""


def show(draw: Callable[[Console], None], output: str, width: int | None, color: bool) -> None:
    """Print text that ``draw`` puts on a console, to the terminal or to a file."""
    from bcinfra.report.console import console

    if output == "-":
        draw(console(width=width, color=color))
        return
    page = StringIO()
    draw(console(page, width=width, color=False))
    write(page.getvalue(), output)


def note(text: str) -> None:
    """Say on standard error what goes on, unless ``--quiet`` asks for errors alone."""
    if not QUIET.get():
        typer.echo(text, err=True)


def write(text: str, output: str) -> None:
    """Write a result whole or not at all; ``-`` is standard output."""
    text = shown(text)
    if output == "-":
        sys.stdout.write(text)
    else:
        save(text, Path(output))


def save(text: str, target: Path) -> None:
    """Put a text in place of a file, whole or not at all. Raises :class:`~bcinfra.exits.UserError`."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UserError(f"{target}: {error.strerror}") from error
