"""A project as it stands at a git ref: in a copy of its repository, which is recorded with the libraries in it.

A ref's files are written to a temporary folder through an index of its own, so neither the working tree nor anything
under ``.git`` changes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final, NamedTuple

from bcinfra.exits import Exit
from bcinfra.graph.core.problem import GraphError, Problem

_BRANCHES: Final = ("origin/HEAD", "main", "master", "origin/main", "origin/master")
_UNSHALLOW: Final = (
    "the clone is shallow: `git fetch --unshallow` gets the rest; in a pipeline ask the checkout for all of it "
    "(GitHub fetch-depth: 0, GitLab GIT_DEPTH: 0, Bitbucket clone: depth: full, Azure fetchDepth: 0)"
)


class RefError(GraphError):
    """A git ref, or the project at it, is not there."""

    exit = Exit.NOT_FOUND


class Copy(NamedTuple):
    """A repository's files at a ref: the temporary folder that stands for ``repository``, and the project's in it."""

    root: Path
    repository: Path
    folder: Path

    @property
    def original(self) -> Path:
        """The project's folder in the working tree."""
        return self.repository / self.folder.relative_to(self.root)


def default_base(folder: Path) -> str:
    """The commit where the current branch left the main one; raises :class:`RefError` where there is none."""
    for branch in _BRANCHES:
        with contextlib.suppress(RefError):
            return _commit(folder, f"{branch}...")
    hint = _UNSHALLOW if _is_shallow(folder) else "name what to compare with, such as HEAD or a file"
    raise RefError([Problem(f"{folder}: found none of the branches {', '.join(_BRANCHES[1:3])}", hint=hint)])


@contextlib.contextmanager
def checkout(folder: Path, ref: str) -> Generator[Copy]:
    """The project in ``folder`` as it is at ``ref``, in a temporary place; ``main...`` is where HEAD left main, as in
    ``git diff``.

    Raises :class:`RefError` where there is no such ref.
    """
    commit = _commit(folder, ref)
    top = Path(_git(folder, "rev-parse", "--show-toplevel")).resolve()
    with tempfile.TemporaryDirectory(prefix="bcinfra-") as temporary:
        tree = Path(temporary).resolve() / "tree"
        index = {"GIT_INDEX_FILE": str(tree.with_name("index"))}
        _git(top, "read-tree", commit, environment=index)
        _git(top, "checkout-index", "--all", f"--prefix={tree}/", environment=index)
        tree.mkdir(exist_ok=True)
        yield Copy(tree, top, tree / folder.resolve().relative_to(top))


def _commit(folder: Path, ref: str) -> str:
    branch = ref.removesuffix("...")
    about = f"{branch!r} is neither a file, a project's folder nor a git ref"
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{branch}^{{commit}}", about=about)
    if branch == ref:
        return commit
    return _git(folder, "merge-base", "HEAD", commit, about=f"HEAD and {branch!r} have no commit in common")


def _is_shallow(folder: Path) -> bool:
    return _run(folder, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"


def _git(folder: Path, *arguments: str, about: str | None = None, environment: dict[str, str] | None = None) -> str:
    ended = _run(folder, *arguments, environment=environment)
    if ended.returncode:
        said = ended.stderr.strip().removeprefix("fatal: ")
        what = about or f"git {arguments[0]} failed"
        hint = _UNSHALLOW if about and _is_shallow(folder) else None
        raise RefError([Problem(f"{what}{': ' if said else ''}{said}", hint=hint)])
    return ended.stdout.strip()


def _run(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603
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
