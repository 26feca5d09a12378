"""Record the stacks that a command is about."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bcinfra.commands.output import note
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bcinfra.commands.options import Options
    from bcinfra.graph.core.model import Graph
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.process.project import Project
    from bcinfra.graph.process.stacks import RecordOptions, Result


def record_stack(folder: Path | None, stack: str | None, options: Options) -> Graph:
    """The graph of ``stack`` of the project in ``folder``, recorded in a process of its own.

    Raises :class:`~bcinfra.exits.UserError`.
    """
    from bcinfra.graph import find_project, record_stack as record

    project = find_project(folder or Path.cwd())
    name = stack_of(project, stack)
    with told(f"recording {name}"):
        return record(project.root, name, options(project.name))


@contextmanager
def told(what: str, after: float = 1.0) -> Generator[None]:
    """Say on standard error what goes on, where it takes longer than ``after`` seconds.

    By an alarm, not by a thread: a process with threads cannot be forked to record in.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def tell(*_: object) -> None:
        note(f"{what} ...")

    before = signal.signal(signal.SIGALRM, tell)
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def record_every(project: Project, options: RecordOptions) -> tuple[dict[str, Graph], dict[str, GraphError]]:
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
        note(f"[{len(ended)}/{len(stacks)}] {stack}: {outcome}")

    results = record_stacks(project.root, stacks, options, done=tell)
    graphs = {stack: result for stack, result in results.items() if not isinstance(result, GraphError)}
    return graphs, {stack: result for stack, result in results.items() if isinstance(result, GraphError)}


def raise_failures(failures: Mapping[str, UserError], total: int) -> None:
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
