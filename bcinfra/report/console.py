"""Consoles that print the same text to a terminal, a pipe and a CI log."""

from __future__ import annotations

import os
import shutil
from typing import IO

from rich.console import Console

DEFAULT_WIDTH = 120
"""Columns when the output is not a terminal and COLUMNS is unset: rich would take 80 and crop tables."""


def console(
    file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None, color: bool = True
) -> Console:
    """A console of a known width. ``NO_COLOR``, ``FORCE_COLOR``, ``COLUMNS`` and ``TERM=dumb`` are honoured.

    Width and height are given together, since rich ignores the first without the second on a dumb terminal.
    """
    columns = width or shutil.get_terminal_size((DEFAULT_WIDTH, 40)).columns
    return Console(
        file=file,
        stderr=stderr,
        width=columns,
        height=100,
        color_system="auto" if color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" else None,
        highlight=False,
        soft_wrap=False,
        emoji=False,
    )
