"""The real Pulumi engine, run on a copy of a project, against stand-in providers and a file backend.

:class:`Engine` runs the CLI as an operator would (``preview``, ``up``, ``refresh``, ``destroy``, ``config set``, ...)
with the project's own ``Pulumi.yaml`` and stack configuration. Only the language host is ours: the program is run in
a fork of the test's process, as the Automation API runs inline programs, by the same ``runpy`` call that Pulumi's
Python host makes. So no plugin has to be installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, NamedTuple, Self

import grpc
import pulumi
import yaml
from pulumi.automation._server import LanguageServer  # what the Automation API serves inline programs with
from pulumi.runtime import stack
from pulumi.runtime.proto import language_pb2_grpc

from bcinfra.fleet import hand
from tests.engine.cli import Cli
from tests.engine.standin import MESSAGE_LIMIT, Cloud, serve

ROOT: Final = Path(__file__).parents[2]
STAND_IN_SECRET: Final = "NotARealSecret0123456789"
TIMEOUT: Final = 300  # seconds a command may take
SHARED: Final = ("bcinfra.", "pulumi.", "pulumi_")  # what runs have in common: not the program's own modules
SCRUBBED: Final = ("AWS_", "GOOGLE_", "PULUMI_", "KUBE")  # environment that would leak into defaults of the SDKs


class EngineError(Exception):
    """The CLI ended with an error. The message holds what it printed."""


class Step(NamedTuple):
    """What a preview would do to one resource."""

    op: str
    urn: str
    fields: tuple[str, ...] = ()


class Engine:
    """One stack of one project, in a folder of its own. A context manager: on leaving, the stand-ins end."""

    def __init__(self, cli: Cli, folder: Path, project: Path, stack: str) -> None:
        """Copy the project at ``project`` (a folder with ``Pulumi.yaml``) into ``folder`` and create ``stack``.

        Secrets of the stack's configuration are replaced by :data:`STAND_IN_SECRET`: no test opens a customer's.
        """
        self.stack = stack
        self.project = folder / "project"
        self.cloud = Cloud(folder)
        self._cli = cli
        settings = copy_project(project, self.project)
        self._main = self.project / settings.get("main", "")
        secrets = unseal(self.project / settings.get("stackConfigDir", "") / f"Pulumi.{stack}.yaml")
        self._folder = folder
        self._standin = Fork(partial(serve, folder))
        (folder / "state").mkdir()
        (folder / "home").mkdir()
        (folder / "home/logs").touch()  # without a folder for it no log is kept, which takes half of the engine's time
        self._env = {key: value for key, value in os.environ.items() if not key.startswith(SCRUBBED)} | {
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "stand-in",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The state as a whole is written at the end alone, not after each of a thousand resources.
            "PULUMI_EXPERIMENTAL": "true",
            "PULUMI_SKIP_CHECKPOINTS": "true",
            # The engine would fetch the plugins its state names, although stand-ins serve them.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "GOGC": "400",  # a tenth less of the processor for memory that there is
            "PULUMI_DEBUG_PROVIDERS": self._standin.address,
        }
        self.run("stack", "init", stack)
        self.set_secrets(dict.fromkeys(secrets, STAND_IN_SECRET))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._standin.end()

    @contextlib.contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done inside is undone at the end: to the stacks, to the project, or by hand."""
        before = self._folder.with_name(f"{self._folder.name}-before")
        shutil.copytree(self._folder, before)
        try:
            yield
        finally:
            shutil.rmtree(self._folder)
            before.rename(self._folder)

    def run(self, *command: str) -> str:
        """Run a command of the CLI that needs no program; returns what it printed."""
        done = subprocess.run(
            [self._cli.path, "--non-interactive", *command],
            cwd=self.project,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        if done.returncode:
            raise EngineError(f"pulumi {' '.join(command)}:\n{said(done.stdout)}{done.stderr[-6000:]}")
        return done.stdout

    def run_program(self, *command: str) -> str:
        """Run a command of the CLI with the project's program."""
        with hosted(self._main) as port:
            client = f"--client=127.0.0.1:{port}"
            return self.run(*command, "--exec-kind=auto.inline", client, f"--stack={self.stack}")

    def preview(self) -> dict[str, Any]:
        """What ``pulumi preview --json`` prints."""
        return json.loads(self.run_program("preview", "--json"))

    def preview_with_plan(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A preview, and the plan it saves, with secrets in plain text."""
        path = self.project / "plan.json"
        preview = json.loads(self.run_program("preview", "--json", f"--save-plan={path}", "--show-secrets"))
        return preview, json.loads(path.read_text())

    def changes(self) -> list[Step]:
        """What an ``up`` would change, in the engine's order."""
        return [
            Step(step["op"], step["urn"], tuple(sorted(step.get("detailedDiff") or ())))
            for step in self.preview()["steps"]
            if step["op"] not in ("same", "read")
        ]

    def up(self) -> list[tuple[str, str]]:
        """Deploy; returns the calls that changed something, as ``(Create | Update | Delete, URN)``."""
        self.cloud.take_calls()
        self.run_program("up", "--yes", "--skip-preview")
        return self.cloud.take_calls()

    def refresh(self) -> str:
        return self.run_program("refresh", "--yes", "--skip-preview")

    def destroy(self) -> list[tuple[str, str]]:
        """Remove everything, after a preview as an operator would; returns the calls that changed something."""
        self.cloud.take_calls()
        self.run_program("destroy", "--yes")
        return self.cloud.take_calls()

    def export(self) -> dict[str, Any]:
        """What ``pulumi stack export`` prints."""
        return json.loads(self.run("stack", "export", f"--stack={self.stack}"))

    def outputs(self) -> dict[str, Any]:
        """What ``pulumi stack output`` prints."""
        return json.loads(self.run("stack", "output", "--json", f"--stack={self.stack}"))

    def resources(self) -> dict[str, dict[str, Any]]:
        """The rows of the stack's state by URN."""
        return {row["urn"]: row for row in self.export()["deployment"].get("resources", ())}

    def edit(self, file: str, old: str, new: str) -> None:
        """Edit a file of the project's copy, as the customer's commit would."""
        path = self.project / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file}: {old!r} stands there {text.count(old)} times"
        path.write_text(text.replace(old, new))

    def add_work(self, file: str, *parts: str) -> None:
        """Give the shop of a sample's page queues or search (``parts``), and their data, which no sample has."""
        stated = {"queues": 'queues={"mails": Queue()}', "search": "search=Search()"}
        homes = {part: f'"{part}": {{"criticality": "minor", "home": "{part}"}}' for part in parts}
        self.edit(file, "    Shop,\n", "    Queue,\n    Search,\n    Shop,\n")
        self.edit(file, "    strategy=", "".join(f"    {stated[part]},\n" for part in parts) + "    strategy=")
        self.edit(file, "    data={\n", "    data={" + ", ".join(homes.values()) + ",\n")

    def set_config(self, key: str, value: str, *flags: str) -> None:
        self.run("config", "set", key, value, *flags, f"--stack={self.stack}")

    def set_secrets(self, values: Mapping[str, str]) -> None:
        """All at once: each time the passphrase is made a key anew, which takes a third of a second."""
        given = [word for key, value in values.items() for word in ("--secret", f"{key}={value}")]
        if given:
            self.run("config", "set-all", *given, f"--stack={self.stack}")

    def unprotect_all(self) -> None:
        self.run("state", "unprotect", "--all", "--yes", f"--stack={self.stack}")


def said(output: str) -> str:
    """What matters of the output of a command that failed: of a JSON preview, its diagnostics."""
    with contextlib.suppress(json.JSONDecodeError, KeyError, TypeError):
        return "".join(note["message"] for note in json.loads(output)["diagnostics"])
    return output[-6000:]


def copy_project(source: Path, target: Path) -> Mapping[str, Any]:
    """Copy ``Pulumi.yaml`` and what it names (``main``, ``stackConfigDir``); returns its settings."""
    settings: Mapping[str, Any] = yaml.safe_load((source / "Pulumi.yaml").read_text())
    target.mkdir()
    shutil.copy(source / "Pulumi.yaml", target)
    main = settings.get("main", "")
    for folder in sorted({main, settings.get("stackConfigDir", main)}):
        shutil.copytree(
            source / folder, target / folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    return settings


def unseal(file: Path) -> list[str]:
    """Take the secrets and their salt out of a stack's configuration; returns the keys that were secret."""
    if not file.exists():
        return []
    config: dict[str, Any] = yaml.safe_load(file.read_text())
    config.pop("encryptionsalt", None)
    secret = [key for key, value in config["config"].items() if isinstance(value, dict) and "secure" in value]
    for key in secret:
        del config["config"][key]
    file.write_text(yaml.safe_dump(config))
    return secret


class Fork:
    """A fork of this process that serves: it says at which address, and ends when its caller has nothing more to say.

    What it starts and leaves behind ends with it: threads above all, with which this process could fork no more,
    neither for this nor to record. Another interpreter would take longer to start than most programs take to run.
    """

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        if not hand.is_alone():  # a recording whose transforms are still served
            raise EngineError("this process has threads: a fork would wait for them for ever")
        sys.stdout.flush()
        sys.stderr.flush()
        self._ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if not self._pid:
            self._ours.close()
            try:
                serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        self._told = self._ours.makefile()
        self.address = self._told.readline().strip()

    def end(self) -> str:
        """End it; returns what it says at last."""
        with self._ours, self._told:
            self._ours.shutdown(socket.SHUT_WR)  # closing would not do: forks made since have it open, too
            told = self._told.read()
            os.waitpid(self._pid, 0)
        return told


@contextlib.contextmanager
def hosted(program: Path) -> Iterator[str]:
    """The port where a fork runs ``program`` for the engine. What it loads of the SDKs is loaded here too, for the
    runs that follow."""
    host = Fork(partial(_host, program))
    loaded = ""
    try:
        yield host.address
    finally:
        loaded = host.end()
    for name in loaded.split():
        # Asked, a package of an SDK loads; were a module of it to come first, what that defines went missing in it.
        hasattr(importlib.import_module(name), "__all__")


def _host(program: Path, caller: socket.socket) -> None:
    """Give ``program`` what Pulumi's Python host gives it, and serve it until the caller has nothing more to say."""
    own = {path.stem for path in program.iterdir()} - {"__main__"}
    for name in [name for name in sys.modules if name.split(".")[0] in own]:
        del sys.modules[name]
    for key in [key for key in os.environ if key.startswith(SCRUBBED)]:
        del os.environ[key]
    sys.path.insert(0, str(program))
    sys.dont_write_bytecode = True  # it is stale where a test edits a file within the second
    os.chdir(program)
    # Each line that the SDK tells of itself would be a request to the engine, which shows none of them: a quarter of
    # a program's time.
    pulumi.log.debug = _say_nothing
    # It watches all of the thousands of its tasks anew whenever one is done, where the first to fail would do: two
    # fifths of what is left of it.
    stack.asyncio = SimpleNamespace(**{**vars(asyncio), "FIRST_COMPLETED": asyncio.FIRST_EXCEPTION})
    server = grpc.server(futures.ThreadPoolExecutor(4), options=[MESSAGE_LIMIT])
    host = LanguageServer(lambda: runpy.run_path(str(program), run_name="__main__"))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    known = _loaded()
    caller.sendall(f"{port}\n".encode())
    caller.recv(1)
    caller.sendall("\n".join(name for name in _loaded() if name not in known).encode())


def _loaded() -> dict[str, ModuleType]:
    """What runs have in common and is loaded, a package before its modules: not what waits to be asked."""
    shared = {name: module for name, module in sys.modules.items() if name.startswith(SHARED)}
    return {name: module for name, module in shared.items() if type(module) is ModuleType}


def _say_nothing(*_: object, **__: object) -> None:
    """For what the SDK tells of itself."""
