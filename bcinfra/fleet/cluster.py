"""The workers of a Dask cluster, by the address of its scheduler.

A worker hands what it is given to a process of its own (:class:`~bcinfra.fleet.hand.Hand`): that can fork, as recording
does, and can die alone. Nothing is done by workers that are not alike: they would answer otherwise.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import pickle
import platform
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, TypeVar
from uuid import uuid4

from bcinfra.exits import Exit, UserError
from bcinfra.fleet.hand import TRIES, Answer, Fault, Hand, Lost, ended, heard, packed, told

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")

LOCAL: Final = "local:"
_WAIT: Final = 30
"""Seconds that the scheduler and its first worker may take to answer."""
_QUIET: Final = {
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.worker.profile.enabled": False,
}
"""What workers of our own watch less often: nobody looks, and it takes a twentieth of each processor."""
_SHARED: Final = ("pulumi", "pulumi-aws", "pulumi-gcp", "pulumi-kubernetes", "pydantic", "relibmss")
"""What graphs and figures come out of, beside ourselves."""


@dataclass(slots=True)
class Cluster:
    """The workers at ``address``: of a scheduler (``tcp://host:8786``, ``tls://``), or ``local:N`` for N on this
    machine, which end with the ``with`` that it is used in.

    To enter raises :class:`~bcinfra.exits.UserError` where there is no such cluster, or it is not like this machine.
    """

    address: str
    alike: Callable[[], Mapping[str, str]] = dict[str, str]
    """What must be the same here and at every worker, by what it is; beside the versions of all that we run on."""
    _client: Client | None = field(default=None, init=False)
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, init=False)
    _expected: bytes = field(default=b"", init=False)

    def __enter__(self) -> Self:
        ours = pickle.dumps(self.alike)
        with contextlib.ExitStack() as opening:
            self._client = opening.enter_context(_client(self.address))
            mine = _compare(self._client, ours)
            self._open = opening.pop_all()
        self._expected = pickle.dumps((uuid4().hex, ours, mine))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def each(
        self, work: Callable[[T], R], given: Mapping[str, T], done: Callable[[str, R | Fault], object]
    ) -> dict[str, R | Fault]:
        """What ``work`` makes of each of ``given``, by name, in that order; ``done`` is told of each as it ends.

        A worker that is lost is replaced by others, and what it was at is done again.
        """
        from distributed import as_completed

        client, results = self._client, dict[str, R | Fault]()
        if client is None:
            raise RuntimeError("a cluster is used within `with`")
        futures = {
            client.submit(_do, packed(work, one), self._expected, key=f"{name[:40]}-{uuid4().hex}", pure=False): name
            for name, one in given.items()
        }
        for future in as_completed(list(futures), loop=client.loop):
            name = futures[future]
            if future.status == "finished":
                answer = heard(future.result())
                sys.stderr.write(answer.said)
                results[name] = answer.result
            else:
                error = future.exception()
                if isinstance(error, UserError):
                    raise error
                results[name] = Fault(f"{type(error).__name__}: {error}")
            future.release()
            done(name, results[name])
        return {name: results[name] for name in given}


def _do(request: bytes, expected: bytes) -> bytes:
    """At a worker: the answer to ``request``. Raises :class:`~bcinfra.exits.UserError` where this worker is not like
    who asks: it may have come after those that were compared."""
    if _mine.agreed != expected:
        _, ours, wanted = pickle.loads(expected)  # noqa: S301  of who may run anything here
        if unlike := _differences(wanted, _likeness(ours)):
            _refuse({platform.node(): unlike})
        _mine.agreed = expected
    status = None
    for _ in range(TRIES):
        _mine.hand = _mine.hand or Hand()
        try:
            return _mine.hand.ask(request)
        except Lost as why:
            _mine.hand, status = None, why.status
    return told(Answer(ended(status), "", ()))


class _Mine(threading.local):
    """What each thread of a worker keeps."""

    hand: Hand | None = None
    agreed: bytes = b""


_mine = _Mine()


def _likeness(alike: bytes) -> dict[str, str]:
    """What must be the same wherever parts of one whole are made."""
    found = {"Python": platform.python_version(), "bcinfra": _digest(Path(__file__).parents[1])}
    for name in _SHARED:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return {**found, **pickle.loads(alike)()}  # noqa: S301  a function by its name


def _digest(folder: Path) -> str:
    """The version of what is in ``folder``, code and facts, and a hash of it."""
    from bcinfra import __version__

    return f"{__version__} ({digest(folder, ('.py', '.yaml', '.json', '.pyi'))})"


def digest(folder: Path, suffixes: tuple[str, ...]) -> str:
    """A hash of the files in ``folder`` that end in ``suffixes``, and of their names; hidden ones do not count."""
    found = hashlib.sha256()
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and name != "__pycache__" and not _is_env(top, name)
        )
        for name in sorted(files):
            if name.endswith(suffixes) and name[0] != ".":
                path = Path(top, name)
                found.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


def _is_env(top: str, name: str) -> bool:
    return name == "node_modules" or Path(top, name, "pyvenv.cfg").is_file()


def _compare(client: Client, ours: bytes) -> dict[str, str]:
    """What must be the same everywhere, here and there. Raise
    :class:`~bcinfra.exits.UserError` where a worker is not like this process, all of them told at once."""
    mine = _likeness(ours)
    unlike: dict[str, list[str]] = {}
    answers: Any = client.run(_likeness, ours, on_error="return")
    for worker, found in answers.items():
        if isinstance(found, BaseException):
            unlike[worker] = [f"it cannot say what it runs: {type(found).__name__}: {found}"]
        elif differences := _differences(mine, found):
            unlike[worker] = differences
    if unlike:
        _refuse(unlike)
    return mine


def _differences(mine: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {found.get(name, 'is missing')} there, {mine.get(name, 'is missing')} here"
        for name in sorted({*mine, *found})
        if mine.get(name) != found.get(name)
    ]


def _refuse(unlike: Mapping[str, list[str]]) -> NoReturn:
    told = "\n".join(f"    {worker}: {'; '.join(found)}" for worker, found in unlike.items())
    raise UserError(
        f"workers that are not like this machine would answer otherwise:\n{told}\n"
        "    install the same on all of them; what is deployed must be there at the same path",
        Exit.USAGE,
    )


@contextlib.contextmanager
def _client(address: str) -> Generator[Client]:
    try:
        import dask.config
        from distributed import Client, LocalCluster
    except ImportError:
        raise UserError("--cluster needs Dask: pip install 'bcinfra[cluster]'", Exit.USAGE) from None
    # Workers that end say so in many lines, of which none is a mistake.
    for name in ("distributed", "distributed.worker", "distributed.nanny", "distributed.comm", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        if address.startswith(LOCAL):
            size = address.removeprefix(LOCAL)
            if not size.isdecimal() or not int(size):
                raise UserError(f"--cluster {address!r}: write local:2, or tcp://host:8786", Exit.USAGE)
            stack.enter_context(dask.config.set(_QUIET))
            there: Any = stack.enter_context(
                LocalCluster(
                    n_workers=int(size),
                    threads_per_worker=1,
                    memory_limit=0,
                    dashboard_address=None,  # pyright: ignore[reportArgumentType]  none is served
                    silence_logs=logging.CRITICAL,
                )
            )
        else:
            there = address
        try:
            client = Client(there, timeout=_WAIT, set_as_default=False)
            stack.callback(_close, client)
            client.wait_for_workers(1, timeout=_WAIT)
        except (OSError, TimeoutError, TypeError, ValueError) as error:  # TypeError: TLS without certificates
            what = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"--cluster {address}: there is no scheduler with a worker: {what}") from None
        yield client


def _close(client: Client) -> None:
    """Close ``client``. Its thread may take longer to end than Dask waits for it, on a busy machine: it ends with the
    process, and what was asked for has been answered."""
    with contextlib.suppress(TimeoutError):
        client.close()
