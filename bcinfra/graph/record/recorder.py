"""Record what a Pulumi program declares: in this process, without CLI, credentials or network.

The program runs as in ``pulumi preview``: the SDK, its serialization, its dependency tracking and the program are the
real ones; only the engine behind them is :class:`bcinfra.graph.record.monitor.Monitor`. What a provider would compute
is unknown, and code inside ``apply`` on an unknown does not run, as in a preview.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from bcinfra.graph.core.model import Graph, Value
from bcinfra.graph.core.problem import OutOfTimeError, Problem, RecordError
from bcinfra.graph.core.source import from_traceback
from bcinfra.graph.core.values import SECRET_PLACEHOLDER
from bcinfra.graph.record import failure, inputs, sdk
from bcinfra.graph.record.monitor import Answer, Missing, Monitor
from bcinfra.graph.record.script import script


def record(
    program: Path | Callable[[], object],
    *,
    project: str = "project",
    stack: str = "stack",
    config: Mapping[str, str] | None = None,
    secret_config: Collection[str] = (),
    organization: str = "organization",
    root: Path | None = None,
    invokes: Mapping[str, Answer] | None = None,
    stack_references: Mapping[str, Mapping[str, Value]] | None = None,
    assume: bool = False,
    environment: Mapping[str, str] | None = None,
    missing: Mapping[str, Missing] | None = None,
    timeout: float | None = 300,
) -> Graph:
    """The graph that ``program`` declares.

    ``program`` is a folder with a ``__main__.py``, a file, or a function; an ``async`` function too.
    ``config`` has full keys (``project:key``, ``aws:region``) and text values as Pulumi keeps them (JSON for objects).
    The keys in ``secret_config`` are secret; one without a value in ``config`` reads as ``[secret]``.
    ``root`` is the project's folder, to which places in the program are relative (default: the working directory).
    ``invokes`` answers functions of providers by token (``aws:ec2/getAmi:getAmi``): a result, or a function from the
    arguments to a result (``None`` where it has none). ``stack_references`` answers by full stack name. With ``assume``
    common functions are answered from :mod:`bcinfra.graph.record.answers`, and what rests on that is marked. What is
    not answered is unknown, and is named in :attr:`Graph.calls`; what did not run for want of it, in
    :attr:`Graph.skipped`. ``missing`` are settings, by full key, that are known to lack a value. ``timeout`` is in
    seconds of wall time.

    Environment variables with credentials or provider defaults are out of sight while the program runs, except for
    those in ``environment``, and what it prints goes to standard error. The environment is the process's: record one
    program at a time.

    Raises :class:`RecordError` with every problem that was found, each at its line of the program, and
    :class:`OutOfTimeError`.
    """
    root = (root or Path.cwd()).resolve()
    settings = dict.fromkeys(secret_config, SECRET_PLACEHOLDER) | dict(config or {})
    classes = sdk.ResourceClasses()
    monitor = Monitor(
        project=project,
        stack=stack,
        root=root,
        config=settings,
        secret_config=secret_config,
        invokes=invokes or {},
        stack_references=stack_references or {},
        assume=assume,
        environment=environment or {},
        complete=classes.complete,
        check=lambda row: inputs.check(row, classes[row.type]),
    )
    monitor.missing |= missing or {}
    hidden = {settings[key] for key in secret_config}
    problems: list[Problem] = []
    try:
        source = contextlib.nullcontext(program) if callable(program) else script(program)
        with contextlib.redirect_stdout(sys.stderr), source as main:
            sdk.run(
                main,
                monitor,
                classes,
                organization=organization,
                config=settings,
                secret_config=secret_config,
                environment=environment or {},
                timeout=timeout,
            )
    except sdk.Stalled as stalled:
        problems += failure.stalled(stalled, root)
    except sdk.OutOfTime as late:
        place = from_traceback(late.__traceback__, root)
        raise OutOfTimeError([Problem(f"the program was not done after {timeout:g} seconds", place=place)]) from None
    except (Exception, SystemExit) as error:  # whatever the program raises is the program's
        problems += failure.explain(error, monitor, hidden)
    finally:
        monitor.close()
    problems += monitor.problems
    for warning in dict.fromkeys(monitor.warnings):
        print(f"warning: {warning}; the provider takes it", file=sys.stderr)
    if monitor.missing:  # what else is wrong may be wrong for want of these
        raise RecordError(failure.missing(monitor.missing, project))
    if problems:
        raise RecordError(dict.fromkeys(problems))
    return Graph(
        project=project,
        stack=stack,
        resources=dict(sorted(monitor.resources.items())),
        calls=tuple(sorted(set(monitor.calls), key=str)),
        skipped=monitor.skipped,
    )
