"""Record stacks, each in a process of its own, side by side on all cores.

One that fails, exits, hangs or crashes is told so and disturbs no other. See :mod:`bcinfra.graph.process.worker` for
what a program may do. The first stack warms the others up: what SDK modules it loads, they find loaded.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from bcinfra.fleet.hand import is_alone
from bcinfra.fleet.local import available
from bcinfra.graph.core.model import Graph, Place, Value
from bcinfra.graph.core.problem import GraphError, NotFoundError, OutOfTimeError, Problem, RecordError
from bcinfra.graph.core.values import SECRET_PLACEHOLDER, Plain, encode
from bcinfra.graph.files.load import load
from bcinfra.graph.process import worker
from bcinfra.graph.process.project import Config, Project, read_config, read_project

if TYPE_CHECKING:
    from bcinfra.graph.process.refs import Copy

Result: TypeAlias = "Graph | GraphError"
Done: TypeAlias = "Callable[[str, Result], object]"
"""Told of each stack, with its result, as it ends."""

_GRACE: Final = 2
"""Seconds that a process may outlive its time limit: in them it says itself where the program was."""
_ERRORS: Final[dict[str, type[GraphError]]] = {
    cls.__name__: cls for cls in (RecordError, NotFoundError, OutOfTimeError, GraphError)
}
_LINE: Final = 64 * 1024
"""Bytes of one line of what a program prints, above which it is passed on in parts."""


@dataclass(frozen=True, kw_only=True)
class RecordOptions:
    """What a program finds around it: answers to what it asks, and overrides of its configuration.

    ``invokes`` answers functions by token: a result, or a list of ``{args, result}``. ``stacks`` has the outputs of
    other stacks by full name. ``environment`` are variables that it sees beside the harmless ones; their values, and
    those of secret configuration, are kept out of what is printed.
    """

    config: Mapping[str, str] = field(default_factory=dict[str, str])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    invokes: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    stacks: Mapping[str, Mapping[str, Value]] = field(default_factory=dict[str, "Mapping[str, Value]"])
    organization: str | None = None
    assume: bool = True
    timeout: float = 300
    """Seconds of wall time for one stack."""
    copy: Copy | None = None
    """The copy of a repository that the project is in, whose libraries it has; installed packages are shared."""
    traceless: bool = False
    """Whether nothing is left of the run: what the program prints is dropped, and no bytecode is kept of its modules.
    """


def record_stacks(
    folder: Path | str,
    stacks: Sequence[str],
    options: RecordOptions | None = None,
    *,
    cores: int | None = None,
    done: Done = lambda _stack, _result: None,
    among: bool = False,
) -> dict[str, Result]:
    """The graph, or the error, of each of ``stacks`` of the project in ``folder``, by name, in that order.

    ``cores`` processes run at a time (default: as many as this process may use). What programs print goes to standard
    error, after the stack's name where there are others: here, or ``among`` those that are recorded apart. Raises
    :class:`RecordError` where there is no such project.
    """
    options = options or RecordOptions()
    project = read_project(folder)
    size = cores or available()
    among |= len(stacks) > 1
    waiting, results, warm = list(stacks), dict[str, Result](), not among
    if not warm:
        importlib.import_module("bcinfra.graph.record.recorder")
    with selectors.DefaultSelector() as selector:
        running: list[_Run] = []
        try:
            while waiting or running:
                while waiting and len(running) < (size if warm else 1):
                    running.append(_Run(project, waiting.pop(0), options, selector, named=among))
                for key, _ in selector.select(_wait(running)):
                    key.data(key.fd)
                for run in [run for run in running if run.has_ended()]:
                    running.remove(run)
                    results[run.stack] = run.result()
                    done(run.stack, results[run.stack])
                    if not warm:
                        warm = True
                        _warm_up(run.modules if run.is_fork else ())
        finally:
            for run in running:
                run.kill()
    return {stack: results[stack] for stack in stacks}


def record_stack(folder: Path | str, stack: str, options: RecordOptions | None = None) -> Graph:
    """The graph of one stack, recorded in a process of its own; raises :class:`GraphError`."""
    (result,) = record_stacks(folder, [stack], options).values()
    if isinstance(result, GraphError):
        raise result
    return result


def _wait(running: Sequence[_Run]) -> float:
    nearest = min((run.end for run in running), default=0.0) - time.monotonic()
    return max(0.0, min(0.05, nearest))


def _warm_up(modules: Collection[str]) -> None:
    """Load what a stack of the project loaded of the SDKs, for those that are forked after it."""
    for name in modules:
        with contextlib.suppress(Exception):  # the stack that needs it will say so
            importlib.import_module(name)


class _Run:
    """One stack on its way. ``modules`` are the SDK modules that it loaded."""

    def __init__(
        self, project: Project, stack: str, options: RecordOptions, selector: selectors.BaseSelector, *, named: bool
    ) -> None:
        self.stack = stack
        self.end = time.monotonic() + options.timeout + _GRACE
        self.modules: list[str] = []
        self._timeout, self._selector = options.timeout, selector
        self._prefix = f"{stack}: " if named else ""
        self._quiet = options.traceless
        self._hidden = _hidden(project, stack, options)
        self._answer, self._printed = bytearray(), bytearray()
        self._status: int | None = None
        self._late = False
        request: dict[str, Plain] = {
            "folder": str(project.root),
            "stack": stack,
            "config": dict(options.config),
            "organization": options.organization,
            "invokes": dict(options.invokes),
            "stacks": {
                name: {key: encode(value, sealed=True) for key, value in outputs.items()}
                for name, outputs in options.stacks.items()
            },
            "assume": options.assume,
            "timeout": options.timeout,
            "environment": worker.environment(),
            "given": dict(options.environment),
            "copied": [str(options.copy.repository), str(options.copy.root)] if options.copy else None,
            "traceless": options.traceless,
        }
        answers, answer = os.pipe()
        errors, error = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        interpreter = (read_project(options.copy.original) if options.copy else project).interpreter
        # What this process has loaded may differ from what is in the copy.
        self.is_fork = not (interpreter or options.copy) and is_alone()
        if self.is_fork:
            self._pid = _fork(request, answer, error)
        else:
            self._pid = _spawn(interpreter or Path(sys.executable), request, answer, error)
        os.close(answer)
        os.close(error)
        self._open = {answers, errors}
        selector.register(answers, selectors.EVENT_READ, self._hear)
        selector.register(errors, selectors.EVENT_READ, self._relay)

    def _hear(self, descriptor: int) -> None:
        self._answer += self._read(descriptor)

    def _relay(self, descriptor: int) -> None:
        self._printed += self._read(descriptor)
        while (at := self._printed.find(b"\n") + 1) or len(self._printed) > _LINE:
            self._say(at or _LINE)

    def _say(self, length: int) -> None:
        text = self._printed[:length].decode(errors="replace")
        del self._printed[:length]
        for hidden in self._hidden:
            text = text.replace(hidden, "[secret]")
        if not self._quiet:
            sys.stderr.write(self._prefix + text)

    def _read(self, descriptor: int) -> bytes:
        data = os.read(descriptor, _LINE)
        if not data:
            self._selector.unregister(descriptor)
            os.close(descriptor)
            self._open.discard(descriptor)
        return data

    def has_ended(self) -> bool:
        """Whether the process has ended, which it is made to when its time is over."""
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > self.end:
                self._late = True
                self.kill()
        return self._status is not None

    def kill(self) -> None:
        """End the process with all that it started (:func:`bcinfra.graph.process.worker.work` says how).

        Its number is its own, and its group's, until it is waited for: no other process can be meant.
        """
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _lines(self) -> Iterator[dict[str, Plain]]:
        for line in bytes(self._answer).splitlines(keepends=True):
            with contextlib.suppress(ValueError):
                found: Plain = json.loads(line) if line.endswith(b"\n") else None
                if isinstance(found, dict):
                    yield found

    def result(self) -> Result:
        """What the process found, once it has ended."""
        for descriptor in list(self._open):  # what it wrote last; nobody writes any more
            os.set_blocking(descriptor, False)
            with contextlib.suppress(BlockingIOError):
                while descriptor in self._open:
                    self._selector.get_key(descriptor).data(descriptor)
        for descriptor in self._open:
            self._selector.unregister(descriptor)
            os.close(descriptor)
        if self._printed:
            self._printed += b"\n"
            self._say(len(self._printed))
        found = {key: value for line in self._lines() for key, value in line.items()}
        if "graph" in found:
            self.modules = found["modules"]
            return load(found["graph"])
        if "problems" in found:
            problems = (
                Problem(what, row, Place(*place) if place else None, hint)
                for what, row, place, hint in found["problems"]
            )
            return _ERRORS[found["error"]](problems)
        if self._late:
            return OutOfTimeError([Problem(f"the program was not done after {self._timeout:g} seconds")])
        return RecordError([Problem(found.get("fault") or self._end(found.get("status") or self._status or 0))])

    @staticmethod
    def _end(status: int) -> str:
        if status < 0:
            return f"the program's process was killed by {signal.Signals(-status).name}"
        return f"the program ended its process with exit status {status}"


def _hidden(project: Project, stack: str, options: RecordOptions) -> list[str]:
    """The texts that the user gave and that no output may show, the longest first."""
    try:
        config = read_config(project, stack.split("/")[-1])
    except GraphError:  # the process will say so
        config = Config({}, frozenset())
    values = {**config.values, **options.config}
    texts = {*(values[key] for key in config.secret), *options.environment.values()} - {"", SECRET_PLACEHOLDER}
    return sorted(texts, key=len, reverse=True)


def _fork(request: Mapping[str, Plain], answer: int, error: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        os.dup2(error, 1)
        os.dup2(error, 2)
        # Whatever else the caller has open is none of the program's business: it could write to it. It stays open, on
        # nothing: its owners are here too, and whoever of them is collected closes its number.
        with open(os.devnull, "r+b", buffering=0) as nothing:
            for inherited in {int(name) for name in os.listdir("/dev/fd")} - {1, 2, answer, nothing.fileno()} | {0}:
                os.dup2(nothing.fileno(), inherited)
        # The caller may have put objects of its own in their place.
        sys.stdout = sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
        worker.work(request, answer)
    finally:
        os._exit(70)  # never back into the caller's code


def _spawn(interpreter: Path, request: Mapping[str, Plain], answer: int, error: int) -> int:
    package = str(Path(__file__).parents[2])
    process = subprocess.Popen(  # noqa: S603  the project's interpreter, on our own file
        [str(interpreter), "-P", worker.__file__, package, str(answer)],
        stdin=subprocess.PIPE,
        stdout=error,
        stderr=error,
        pass_fds=[answer],
        env={**worker.environment(), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    assert process.stdin
    with contextlib.suppress(BrokenPipeError), process.stdin as channel:
        channel.write(json.dumps(request).encode())
    process.returncode = 0  # it is waited for by its id
    return process.pid
