"""The command line in a process of its own, as a user runs it, but forked from this one, where all is loaded: half a
second and more that an interpreter and the clouds' SDKs take to start. ``tests/commands/test_terminal.py`` starts real
ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import IO

from typer import main

from bcinfra import cli

ROOT = Path(__file__).parents[1]


def bcinfra(*args: str, cwd: Path = ROOT, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """What the command prints and ends with, ``given`` to its standard input."""
    with (
        tempfile.TemporaryFile("w+") as stdin,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
    ):
        stdin.write(given)
        stdin.seek(0)
        sys.stdout.flush()
        sys.stderr.flush()
        main.get_command(cli.app)  # for forks to have
        pid = os.fork()
        if not pid:
            try:
                _become(args, cwd, {"COLUMNS": "120", **env}, (stdin, out, err))
            finally:
                os._exit(70)  # never back into the tests
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(args, code, out.read(), err.read())


def _become(args: tuple[str, ...], cwd: Path, env: dict[str, str], streams: tuple[IO[str], IO[str], IO[str]]) -> None:
    os.chdir(cwd)
    os.environ.update(env)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115  the process ends with them
    sys.stderr = open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv = ["bcinfra", *args]
    code: int | str | None = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
