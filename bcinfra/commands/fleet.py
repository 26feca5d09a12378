"""Many stacks at once: each is recorded and judged whole by one process, of this machine or of a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Generic, NamedTuple, TypeAlias, TypeVar

import typer

from bcinfra.commands.judging import Inputs, Judged, Settings, judge
from bcinfra.commands.output import note
from bcinfra.commands.subject import Subject
from bcinfra.exits import Exit, UserError

if TYPE_CHECKING:
    from bcinfra.fleet.cluster import Cluster
    from bcinfra.fleet.local import Local
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.process.project import Project
    from bcinfra.graph.process.stacks import RecordOptions

ClusterOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Hand the work to the Dask scheduler there (tcp://host:8786, tls://), whose workers have the same bcinfra;"
        " local:N starts N workers here. Default: the processors of this machine. Needs the extra `cluster`.",
    ),
]
R = TypeVar("R")
_PROGRAM: Final = (".py", ".yaml", ".yml", ".json", ".toml", ".txt", ".j2")
"""What a program is made of: files that are compared with those at the workers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Generic[R]):
    """All that is told of a stack to whoever assesses it: no values of secrets are among it."""

    root: str
    name: str
    words: tuple[str, ...]
    options: RecordOptions
    environment: tuple[str, ...]
    """Variables that the program sees, by name: their values are those of where it runs."""
    inputs: Inputs
    settings: Settings
    say: Callable[[Judged], R]
    """What is made of it where it was judged: that alone is sent back."""


class Told(NamedTuple, Generic[R]):
    """What is said of a stack."""

    said: R
    size: int
    """Rows of its graph."""


def executor(cluster: str | None, project: Path | None = None) -> Local | Cluster:
    """Where work is done. The files of the ``project`` must then be the same there."""
    from bcinfra.fleet.cluster import Cluster
    from bcinfra.fleet.local import Local

    if cluster is None:
        return Local()
    return Cluster(cluster, partial(_program, str(project))) if project else Cluster(cluster)


def _program(root: str) -> dict[str, str]:
    from bcinfra.fleet.cluster import digest

    return {root: digest(Path(root), _PROGRAM)}


def assess_every(
    project: Project,
    options: RecordOptions,
    words: tuple[str, ...],
    inputs: Mapping[str, Inputs],
    settings: Settings,
    cluster: str | None,
    say: Callable[[Judged], R],
) -> tuple[dict[str, R], dict[str, UserError]]:
    """What is to ``say`` of each stack of ``project``, and why others could not be read; each is told of as it ends.

    One that a filter leaves nothing of is left out. Raises :class:`~bcinfra.exits.UserError` where there is no stack,
    where a filter leaves nothing of any, and for secrets that a cluster would be told.
    """
    from bcinfra.fleet.hand import Fault

    stacks = project.stacks()
    if not stacks:
        raise UserError(f"{project.root}: the project has no stack files", Exit.NOT_FOUND)
    if cluster is not None:
        _keep_secrets(project, stacks, options)
    bare, environment = replace(options, environment={}), tuple(options.environment)
    ended: list[str] = []

    def tell(name: str, found: Told[R] | UserError | Fault) -> None:
        ended.append(name)
        match found:
            case Told():
                outcome = f"assessed, {found.size} rows"
            case LeftOutError():
                outcome = f"left out: {found}"
            case _:
                outcome = "failed"
        note(f"[{len(ended)}/{len(stacks)}] {name}: {outcome}")

    given = {
        name: Stack(
            root=str(project.root),
            name=name,
            words=(name, *words),
            options=bare if cluster else options,
            environment=environment if cluster else (),
            inputs=inputs[name],
            settings=settings,
            say=say,
        )
        for name in stacks
    }
    with executor(cluster, project.root) as hands:
        found = hands.each(assess_one, given, tell)
    told = {name: one.said for name, one in found.items() if isinstance(one, Told)}
    left = [f"{name}: {one}" for name, one in found.items() if isinstance(one, LeftOutError)]
    if left and not told:
        raise UserError("\n".join(left), Exit.USAGE)
    failures = {
        name: UserError(one.what, Exit.BUG) if isinstance(one, Fault) else one
        for name, one in found.items()
        if not isinstance(one, Told | LeftOutError)
    }
    return told, failures


class LeftOutError(UserError):
    """Why a filter leaves nothing of a stack."""


def assess_one(stack: Stack[R]) -> Told[R] | GraphError | LeftOutError:
    """Record a stack, judge it, and say what is to be said of it."""
    from bcinfra.graph.core.collector import without_collector
    from bcinfra.graph.core.problem import GraphError, Problem, RecordError
    from bcinfra.graph.process.stacks import record_stacks

    missing = [name for name in stack.environment if name not in os.environ]
    if missing:
        return RecordError([Problem(f"--env {', '.join(missing)}: there is no such variable where it runs")])
    own = {name: os.environ[name] for name in stack.environment}
    options = replace(stack.options, environment={**stack.options.environment, **own})
    with without_collector():
        (result,) = record_stacks(stack.root, [stack.name], options, among=True).values()
        if isinstance(result, GraphError):
            return result
        subject = Subject(result, stack.words, root=Path(stack.root))
        try:
            judged = judge(subject, stack.inputs, stack.settings)
        except UserError as error:
            return LeftOutError(str(error), error.exit)
        return Told(stack.say(judged), len(result))


def _keep_secrets(project: Project, stacks: tuple[str, ...], options: RecordOptions) -> None:
    """Raise :class:`~bcinfra.exits.UserError` for options whose values would go to other machines and may be secret."""
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.core.values import is_object
    from bcinfra.graph.process.project import read_config

    declared = {key for key, one in project.config.items() if is_object(one) and one.get("secret") is True}
    problems = [
        f"--env {name}: its value stays here; set it where the workers run, and give --env {name} alone"
        for name, value in options.environment.items()
        if os.environ.get(name) != value
    ]
    for stack in stacks:
        try:
            secret = (declared | read_config(project, stack).secret) & options.config.keys()
        except GraphError:  # whoever records it will say so
            continue
        problems += [f"--config {key}: is secret, and its value stays here; leave it out" for key in sorted(secret)]
    if problems:
        raise UserError("\n".join(dict.fromkeys(problems)), Exit.USAGE)
