"""A process that does one thing after another for ours. It has one thread, so that it can fork, as recording does.

Its work is a function of a module and what to give it. It tells the answer, what was written to standard error
meanwhile, and what it loaded. When it dies, whatever of, only what it was at is without an answer.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_OTHER: Final = "import sys; sys.path[:] = sys.argv[3:]; from bcinfra.fleet.hand import main; main(*sys.argv[1:3])"
_LENGTH: Final = struct.Struct("!Q")
TRIES: Final = 2
"""How often a thing is tried that ends the process that does it: it may have been the machine's doing, once."""


class Answer(NamedTuple):
    """What became of one thing."""

    result: Any
    """What the function gave; a :class:`Fault` where it raised."""
    said: str
    """What was written to standard error."""
    modules: tuple[str, ...]
    """What was loaded."""


class Fault(NamedTuple):
    """Why there is no result: an exception that nobody foresaw, or a process that was lost."""

    what: str


def ended(status: int | None) -> Fault:
    """A process that died :data:`TRIES` times at the same thing, last with ``status``."""
    how = f"by {signal.Signals(-status).name}" if status is not None and status < 0 else f"with status {status}"
    return Fault(f"the process that did it ended {TRIES} times, at last {how}")


class Lost(Exception):  # noqa: N818  no mistake of ours
    """The process has ended; ``status`` is its exit status."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Hand:
    """A process of its own: a fork where this process has one thread, else another interpreter."""

    def __init__(self) -> None:
        theirs, self._requests = os.pipe()
        self.answers, theirs_too = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._buffer = bytearray()
        if is_alone():
            self.pid = os.fork()
            if not self.pid:
                _become(theirs, theirs_too, {self._requests, self.answers})
        else:
            process = subprocess.Popen(  # noqa: S603  ours
                [sys.executable, "-c", _OTHER, str(theirs), str(theirs_too), *filter(None, sys.path)],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs, theirs_too),
            )
            process.returncode = 0  # it is waited for by its id
            self.pid = process.pid
        os.close(theirs)
        os.close(theirs_too)

    def give(self, request: bytes) -> None:
        """Begin with what :func:`packed` made. Raises :class:`Lost`."""
        try:
            _write(self._requests, request)
        except BrokenPipeError:
            raise Lost(self.end()) from None

    def hear(self) -> bytes | None:
        """Read what is there; the whole answer, where that ends it. Raises :class:`Lost`."""
        data = os.read(self.answers, 1 << 20)
        if not data:
            raise Lost(self.end())
        self._buffer += data
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if len(self._buffer) < _LENGTH.size + length:
            return None
        answer = bytes(self._buffer[_LENGTH.size :])
        self._buffer.clear()
        return answer

    def ask(self, request: bytes) -> bytes:
        """The answer to ``request``, waited for. Raises :class:`Lost`."""
        self.give(request)
        while (answer := self.hear()) is None:
            pass
        return answer

    def end(self) -> int | None:
        """End it now; its exit status."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        for descriptor in (self._requests, self.answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(ChildProcessError):
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return None


def packed(work: Callable[[T], Any], given: T) -> bytes:
    """A request: ``work``, a function of a module, and what it is given."""
    return pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL)


def told(answer: Answer) -> bytes:
    """An answer on its way: a tenth of its size."""
    return zlib.compress(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL), 1)


def heard(answer: bytes) -> Answer:
    """What :func:`told` made, by a process of ours or a worker that runs our code."""
    return pickle.loads(zlib.decompress(answer))  # noqa: S301


def is_alone() -> bool:
    """Whether this process has one thread, those of libraries in other languages counted: others survive no fork."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:  # not Linux, where system libraries start threads of their own
        return False


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(_LENGTH.pack(len(data)) + data)
    while left:
        left = left[os.write(descriptor, left) :]


def _become(requests: int, answers: int, others: set[int]) -> None:
    """Serve, and never go back into what the caller was at."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller's to act on: it ends us
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for descriptor in others:
            os.close(descriptor)
        _serve(requests, answers)
    finally:
        os._exit(0)


def _serve(requests: int, answers: int) -> None:
    with open(requests, "rb", closefd=False) as channel:
        while head := channel.read(_LENGTH.size):
            loaded = set(sys.modules)
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                try:
                    work, given = pickle.loads(channel.read(_LENGTH.unpack(head)[0]))  # noqa: S301  our caller's
                    result = work(given)
                except Exception as error:
                    result = Fault(f"{type(error).__name__}: {error}")
            modules = tuple(name for name in sys.modules if name not in loaded)
            _write(answers, told(Answer(result, said.getvalue(), modules)))


def main(requests: str, answers: str) -> None:
    """Serve in another interpreter."""
    _become(int(requests), int(answers), set())
