"""Which line of the program a resource or an error comes from."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable
from functools import cache
from os.path import relpath
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

import bcinfra
from bcinfra.graph.core.model import Place

_LIBRARIES = tuple(
    f"{folder}/"
    for folder in {
        str(Path(__file__).resolve().parents[2]),
        *bcinfra.__path__,  # a program that is recorded with our recorder may have a bcinfra of its own
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    }
)


@cache
def is_library(file: str) -> bool:
    """Whether ``file`` belongs to Python, an installed package or bcinfra, and not to the program."""
    return file.startswith(("<", *_LIBRARIES)) or "/site-packages/" in file


def nearest(frames: Iterable[tuple[str, int]], root: Path) -> Place | None:
    """The first of ``frames`` (innermost first) that is the program's own, relative to ``root``."""
    return next((place(file, line, root) for file, line in frames if not is_library(file)), None)


def place(file: str, line: int, root: Path) -> Place:
    """``file`` as seen from the project's folder, as the engine writes it."""
    return Place(Path(relpath(file, root)).as_posix() if file.startswith("/") else file, line)


def from_uri(uri: str) -> str:
    """The path in a ``file://`` or ``project://`` URI."""
    return unquote(urlsplit(uri).path)


def from_traceback(traceback: TracebackType | None, root: Path) -> Place | None:
    """The deepest frame of ``traceback`` that is the program's own."""
    found = None
    while traceback:
        file = traceback.tb_frame.f_code.co_filename
        if not is_library(file):
            found = place(file, traceback.tb_lineno, root)
        traceback = traceback.tb_next
    return found
