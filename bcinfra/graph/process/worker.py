"""The process that records one stack: without network, credentials or a way out of its time.

It is a fork of ours, or another interpreter that is given this file. It is told what to record as JSON, writes what it
found as JSON lines to one file descriptor, and ends. Nothing it says is run; a program can at worst lie about itself.

Another interpreter records with our recorder, so that all graphs are made alike, and runs the program with the
libraries that it has itself: also with its own bcinfra, of any version, except for :data:`_OURS`.
"""

# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any, Final

_OURS: Final = ("bcinfra.exits", "bcinfra.extras", "bcinfra.graph")
"""The recorder, and what it shares with the rest of bcinfra."""
_KEPT: Final = (
    "HOME", "LANG", "LC_", "LOGNAME", "PATH", "PYTHONPATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV",
)  # fmt: skip
"""Variables that a program sees without being given them: what every shell has, and no credentials."""
_STARTS_PROCESS: Final = frozenset(
    {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn"}
)
_REACHES_OUT: Final = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}
"""Events of the interpreter that concern the network, and which argument says where."""
_LOOPBACK: Final = ("127.", "::1", "localhost")
_NEW_USER, _NEW_PROCESSES, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000  # linux/sched.h
_SIGNAL_WITH_PARENT = 1  # linux/prctl.h
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h


def environment() -> dict[str, str]:
    """The variables that a program sees without being given them: the harmless ones of this process."""
    return {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}


def work(request: Mapping[str, Any], answer: int) -> None:
    """Record what ``request`` asks for and write it to the file descriptor ``answer``. Ends the process."""
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.dont_write_bytecode |= request["traceless"]
    sealed = _enclose(answer)
    own = os.getpid()
    _limit(request["timeout"])
    _watch(sealed)
    try:
        found = _recorded(request)
    except BaseException as fault:  # whatever happens here is the parent's to tell
        found = {"fault": f"{type(fault).__name__}: {fault}"}
    if os.getpid() == own:  # the program may have forked, and come back twice
        _write(answer, found)
    sys.stderr.flush()
    os._exit(0)


def _recorded(request: Mapping[str, Any]) -> dict[str, Any]:
    from bcinfra.graph.core.problem import GraphError
    from bcinfra.graph.core.values import decode_map
    from bcinfra.graph.files.export import to_deployment
    from bcinfra.graph.process.project import record_project
    from bcinfra.graph.record.answers import given

    try:
        graph = record_project(
            Path(request["folder"]),
            request["stack"],
            config=request["config"],
            organization=request["organization"],
            invokes={token: given(cases) for token, cases in request["invokes"].items()},
            stack_references={name: decode_map(outputs) for name, outputs in request["stacks"].items()},
            assume=request["assume"],
            environment=request["given"],
            timeout=request["timeout"],
        )
    except GraphError as error:
        return {
            "error": type(error).__name__,
            "problems": [
                [problem.message, problem.resource, problem.place, problem.hint] for problem in error.problems
            ],
        }
    loaded = [name for name in sys.modules if name.startswith("pulumi_") or name.partition(".")[0] == "bcinfra"]
    return {"graph": to_deployment(graph), "modules": loaded}


def _write(answer: int, line: Mapping[str, Any]) -> None:
    with os.fdopen(os.dup(answer), "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _limit(seconds: float) -> None:
    """An alarm that raises in the program, so that its line is known; processor time in case it is caught."""
    import resource

    def ring(_signal: int, _frame: object) -> None:
        from bcinfra.graph.record.sdk import OutOfTime

        raise OutOfTime

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _watch(sealed: bool) -> None:
    """Shut the network for this process; and, where it is not ``sealed``, forbid the program to start others (such as
    ``git``): they would have a network, and could outlive it."""

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event in _REACHES_OUT:
            if not _is_here(args[_REACHES_OUT[event]]):
                raise PermissionError("a preview has no network")
        elif event in _STARTS_PROCESS and not sealed:
            raise PermissionError(f"a preview starts no other program ({event}) where it cannot shut its network")

    sys.addaudithook(watch)


def _is_here(address: Any) -> bool:
    """Whether a socket's address, or the name of a host, is this machine's own loopback."""
    host = str(address if isinstance(address, str | bytes | None) else address[0])
    return host == "None" or host.startswith(_LOOPBACK)


def _enclose(answer: int) -> bool:
    """Go on in a new process that has namespaces of its own, where the system allows that: a network of a loopback
    alone, and a process namespace, whose processes the kernel ends with its first one. Says whether it is so.

    Two processes stay behind. This one is the handle by which the parent ends all. The first of the namespace waits for
    the program, writes its exit status to ``answer`` and ends, and with it whatever was started, daemons too; it is
    killed when the handle dies, as the handle is when the parent does. So nothing is ever looked for by a number.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None)
    uid, gid = os.getuid(), os.getgid()
    apart = libc.unshare(_NEW_USER | _NEW_PROCESSES | _NEW_NETWORK) == 0
    libc.prctl(_SIGNAL_WITH_PARENT, signal.SIGKILL)
    if not apart:
        return False
    sealed = _map_users(uid, gid)
    if first := os.fork():
        os.waitpid(first, 0)
        os._exit(0)
    libc.prctl(_SIGNAL_WITH_PARENT, signal.SIGKILL)
    if program := os.fork():
        ended, status = os.wait()
        while ended != program:
            ended, status = os.wait()
        os.write(answer, b"\n")  # what it was writing when it was killed is no line
        _write(answer, {"status": os.waitstatus_to_exitcode(status)})
        os._exit(0)
    os.setsid()  # what it does to its own process group is not done to the other two
    return sealed


def _map_users(uid: int, gid: int) -> bool:
    """Stay the user that this process was in the new namespace, and raise the loopback. Says whether that could be."""
    import fcntl
    import struct

    try:
        for file, text in (("uid_map", f"{uid} {uid} 1"), ("setgroups", "deny"), ("gid_map", f"{gid} {gid} 1")):
            Path("/proc/self", file).write_text(text)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            name = struct.pack("16sh14x", b"lo", 0)
            flags = struct.unpack("16sh14x", fcntl.ioctl(control, _GET_FLAGS, name))[1]
            fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
    except OSError:
        return False
    return True


class _Finder:
    """Finds ``modules`` in ``folders``, wherever else they may be."""

    def __init__(self, modules: Collection[str], folders: Sequence[str]) -> None:
        self._modules, self._folders = modules, folders

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(fullname, self._folders) if fullname in self._modules else None


def _moved(entry: str, repository: str, copy: str) -> str:
    """The folder that stands in ``copy`` for ``entry``, if that is in ``repository``."""
    there = Path(copy, Path(entry).relative_to(repository)) if Path(entry).is_relative_to(repository) else None
    return str(there) if there and there.is_dir() else entry


def _main(package: str, answer: str) -> None:
    """Serve another interpreter. Our bcinfra is in the folder ``package``, and is used whole where it has none."""
    request = json.load(sys.stdin)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    homes = [str(Path(package).parent)]
    if copied := request["copied"]:
        homes.insert(0, _moved(homes[0], *copied))
        sys.path[:] = [request["folder"], *(_moved(entry, *copied) for entry in sys.path)]
    sys.meta_path.insert(0, _Finder(_OURS, [package]))
    sys.meta_path.append(_Finder(["bcinfra"], homes))
    work(request, int(answer))


if __name__ == "__main__":
    _main(*sys.argv[1:])
