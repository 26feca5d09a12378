"""Graphs of a project as it stands at a git ref, or in the working tree, each recorded in a process of its own.

A ref's files are written to a temporary folder through an index of its own, so neither the working tree nor anything
under ``.git`` changes. What a ref imports comes from that folder: an entry of the module path inside the repository is
replaced by the same folder at the ref, so a ref is evaluated with its own libraries. Installed packages are shared.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple

from bcinfra.graph.load import load
from bcinfra.graph.model import Graph
from bcinfra.graph.problem import GraphError, Problem, RecordError

_CHILD: Final = Path(__file__).with_name("apart.py")
_BRANCHES: Final = ("origin/HEAD", "main", "master", "origin/main", "origin/master")


class RefError(GraphError):
    """A git ref, or the project at it, is not there."""


class SlowError(GraphError):
    """A program did not end in time."""


class Tree(NamedTuple):
    """A repository's files at a ref: the temporary folder that stands for ``repository``, and the project's in it."""

    root: Path
    repository: Path
    folder: Path


def default_base(folder: Path) -> str:
    """The commit where the current branch left the main one; raises :class:`RefError` where there is none."""
    for branch in _BRANCHES:
        with contextlib.suppress(RefError):
            return _git(folder, "merge-base", "HEAD", branch)
    hint = "name what to compare with, such as HEAD or a file"
    raise RefError([Problem(f"{folder}: found none of the branches {', '.join(_BRANCHES[1:3])}", hint=hint)])


@contextlib.contextmanager
def checkout(folder: Path, ref: str) -> Generator[Tree]:
    """The project in ``folder`` as it is at ``ref``, in a temporary place.

    Raises :class:`RefError` where there is no such ref.
    """
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", about=ref)
    top = Path(_git(folder, "rev-parse", "--show-toplevel")).resolve()
    with tempfile.TemporaryDirectory(prefix="bcinfra-") as temporary:
        tree = Path(temporary).resolve() / "tree"
        index = {"GIT_INDEX_FILE": str(tree.with_name("index"))}
        _git(top, "read-tree", commit, environment=index)
        _git(top, "checkout-index", "--all", f"--prefix={tree}/", environment=index)
        tree.mkdir(exist_ok=True)
        yield Tree(tree, top, tree / folder.resolve().relative_to(top))


def record_apart(folder: Path, stack: str, *, tree: Tree | None = None, timeout: float = 300) -> Graph:
    """The graph of ``stack`` of the project in ``folder``, recorded in a new process; at a ref where ``tree`` is given.

    ``timeout`` is in seconds. Raises :class:`~bcinfra.graph.problem.RecordError` for what is wrong with the program,
    and :class:`SlowError`.
    """
    with tempfile.TemporaryDirectory(prefix="bcinfra-") as temporary:
        answer, problems = Path(temporary) / "graph.json", Path(temporary) / "problems"
        moved = [str(tree.repository), str(tree.root)] if tree else []
        try:
            ended = subprocess.run(  # noqa: S603  this interpreter, on our own file
                [sys.executable, "-P", str(_CHILD), str(folder), stack, str(answer), str(problems), *moved],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a program may print secrets
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            raise SlowError([Problem(f"{stack}: the program was not done after {timeout:g} seconds")]) from None
        if problems.exists():
            raise RecordError([Problem(f"{stack}: {problems.read_text(encoding='utf-8')}")])
        if not answer.exists():
            hint = f"`bcinfra preview {stack}` shows what it prints"
            raise RecordError([Problem(f"{stack}: the program ended the process ({ended.returncode})", hint=hint)])
        return load(answer)


def _git(folder: Path, *arguments: str, about: str | None = None, environment: dict[str, str] | None = None) -> str:
    try:
        ended = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607  the user's own git
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    except FileNotFoundError:
        raise RefError(
            [Problem("git is not installed", hint="compare files instead: bcinfra diff A.json B.json")]
        ) from None
    if ended.returncode:
        said = ended.stderr.strip().removeprefix("fatal: ")
        what = (
            f"{about!r} is neither a file, a project's folder nor a git ref" if about else f"git {arguments[0]} failed"
        )
        raise RefError([Problem(f"{what}{': ' if said else ''}{said}")])
    return ended.stdout.strip()
