"""Programs that misbehave, recorded in processes of their own: each gets its own error, and none harms another."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bcinfra.exits import Exit
from bcinfra.graph import (
    Graph,
    GraphError,
    RecordOptions,
    Secret,
    record_project,
    record_stack,
    record_stacks,
)
from bcinfra.graph.core.problem import OutOfTimeError
from bcinfra.graph.process import stacks
from bcinfra.graph.record import recorder  # loaded here, for forks to have  # noqa: F401

SECRET = "s3ntinel-of-a-secret"
Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a project with this program, and returns its folder."""

    def write(program: str, **files: str) -> Path:
        texts = {"Pulumi.yaml": "{name: shop, runtime: python}", "__main__.py": program, **files}
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


def error(folder: Path, **options: object) -> GraphError:
    with pytest.raises(GraphError) as caught:
        record_stack(folder, "dev", RecordOptions(**{"timeout": 20, **options}))  # pyright: ignore[reportArgumentType]
    return caught.value


def test_the_graph_is_the_one_that_is_recorded_here(project: Project) -> None:
    folder = project(
        """
import pulumi
import pulumi_aws as aws
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
aws.ec2.Subnet("subnet", vpc_id=vpc.id, availability_zone=aws.get_availability_zones().names[0])
vpc.id.apply(lambda identity: print(identity))
pulumi.export("token", pulumi.Output.secret("x"))
"""
    )
    assert record_stack(folder, "dev") == record_project(folder, "dev", assume=True)


def test_what_a_program_prints_goes_to_standard_error(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    folder = project("import os, pulumi\nprint('one')\nos.write(1, b'two')\npulumi.export('a', 1)\n")
    assert record_stack(folder, "dev").outputs == {"a": 1}
    out, err = capfd.readouterr()
    assert out == ""
    assert sorted(err.split()) == ["one", "two"] or err.split() == ["twoone"]


def test_a_failure_is_the_program_s_own(project: Project) -> None:
    assert str(error(project("x = 1\nraise ValueError('no')\n"))) == "__main__.py:2: ValueError: no"


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("import sys; sys.exit(3)", "the program ended itself with exit status 3"),
        ("import os; os._exit(7)", "the program ended its process with exit status 7"),
        ("import os; os.kill(os.getpid(), 9)", "the program's process was killed by SIGKILL"),
        ("import socket; socket.create_connection(('192.0.2.1', 80), 5)", "a preview has no network"),
        ("import urllib.request as u; u.urlopen('http://shop.example')", "a preview has no network"),
        ("import os; os.environ['SHOP_ZONE']", "--env SHOP_ZONE=VALUE"),
        ("import pulumi; pulumi.Config().require('zone')", "--config zone='TEXT'"),
        ("import pulumi_nothing", "install pulumi-nothing into the project's environment"),
        ("import iam", "its file iam.py is missing"),
        ("import pulumi\npulumi.Output.from_input(1).apply(lambda one: one / 0)", "__main__.py:2: ZeroDivisionError"),
        ("import pulumi\npulumi.export('a', {}['gone'])", "__main__.py:2: KeyError: 'gone'"),
    ],
)
def test_what_a_program_does_wrong_is_said(project: Project, program: str, message: str) -> None:
    found = error(project(program))
    assert message in str(found)
    assert found.exit is Exit.PROGRAM


PATIENCE = (1.5, 6, 24)
"""Seconds that a program has to come to its line: more of them where a busy machine keeps it from that."""


@pytest.mark.parametrize("program", ["while True: pass", "import time\nwhile True: time.sleep(9)"])
def test_a_program_that_loops_for_ever_is_ended_at_its_line(project: Project, program: str) -> None:
    folder, line = project(program), f"__main__.py:{len(program.splitlines())}: "
    for seconds in PATIENCE:
        start = time.monotonic()
        found = error(folder, timeout=seconds)
        assert time.monotonic() - start < seconds + 5
        assert isinstance(found, OutOfTimeError)
        assert found.exit is Exit.TIMEOUT
        if str(found).startswith(line):
            break
    assert str(found) == f"{line}the program was not done after {seconds:g} seconds"


def test_a_program_that_catches_everything_is_ended_too(project: Project) -> None:
    program = "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"
    assert "was not done after 1 seconds" in str(error(project(program), timeout=1))


DAEMON = """
import fcntl, os, pulumi, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        held = open('held', 'w')
        fcntl.flock(held, fcntl.LOCK_EX)
        open('started', 'w').write('x')
        time.sleep(600)
    os._exit(0)
while not os.path.exists('started'): time.sleep(0.01)
"""
"""A program that starts a daemon, known by the lock that it holds: its number is one of its own namespace."""
FORBIDDEN = "a preview starts no other program"


def is_held(folder: Path) -> bool:
    """Whether the daemon lives. One that is told to die takes a moment to."""
    end = time.monotonic() + 5
    with (folder / "held").open() as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    return True
                time.sleep(0.01)
            else:
                return False


@pytest.mark.parametrize(
    ("rest", "timeout", "told"),
    [
        ("pulumi.export('a', 1)", 20, ""),
        ("raise ValueError('no')", 20, "ValueError: no"),
        ("os.kill(os.getpid(), 9)", 20, "the program's process was killed by SIGKILL"),
        ("while True: time.sleep(9)", 2, "was not done after 2 seconds"),
        (
            "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN); time.sleep(600)",
            1,
            "not done after 1 seconds",
        ),
    ],
)
def test_a_daemon_ends_with_its_program_however_that_ends(
    project: Project, tmp_path: Path, rest: str, timeout: float, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacks, "_GRACE", 0.2)
    (result,) = record_stacks(project(DAEMON + rest), ["dev"], RecordOptions(timeout=timeout)).values()
    if FORBIDDEN in str(result):
        return
    assert result.outputs == {"a": 1} if isinstance(result, Graph) else told and told in str(result)
    assert not is_held(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("interpreter", ["forked", "spawned"])
def test_a_daemon_ends_when_the_preview_is_interrupted(
    project: Project, tmp_path: Path, number: int, interpreter: str
) -> None:
    folder = project(DAEMON + "time.sleep(600)\n")
    thread = "threading.Thread(target=threading.Event().wait, daemon=True).start()" if interpreter == "spawned" else ""
    # Who runs the tests in the background may have told them to ignore interrupts, and children would do so too.
    heeds = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    caller = "import signal, sys, threading; from pathlib import Path; from bcinfra.graph import record_stack\n"
    caller += f"{heeds}; {thread}\n"
    command = [sys.executable, "-c", f"{caller}record_stack(Path(sys.argv[1]), 'dev')", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        while not (tmp_path / "started").exists():
            if running.poll() is not None:
                assert running.stderr and FORBIDDEN in running.stderr.read().decode()
                return
            time.sleep(0.01)
        running.send_signal(number)
    assert not is_held(tmp_path)


def test_a_stranger_lives_on_whatever_namespace_it_is_in(project: Project) -> None:
    """The kernel gives the number of a namespace that is gone to a new one: a stranger may bear what was ours."""
    own = "import ctypes, os, time; failed = ctypes.CDLL(None).unshare(0x50000000)"
    tell = "print('' if failed else os.readlink('/proc/self/ns/net'), flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", f"{own}; {tell}"], stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout
        number = stranger.stdout.readline().strip()
        claim = json.dumps({"namespace": number}) + "\n"
        folder = project(
            "import os\nfor file in map(int, os.listdir('/proc/self/fd')):\n"
            f"    try: os.write(file, {claim.encode()!r})\n    except OSError: pass\n"
        )
        record_stack(folder, "dev")
        assert stranger.poll() is None
        stranger.kill()


def test_a_program_has_nothing_open_of_its_caller_s(project: Project, tmp_path: Path) -> None:
    """A program that wrote to the channels of whoever records it could make them hang."""
    told = "import os, pulumi\nopen = []\nfor file in map(int, os.listdir('/proc/self/fd')):\n"
    told += "    try: open.append(os.readlink(f'/proc/self/fd/{file}'))\n    except OSError: pass\n"
    folder = project(told + "pulumi.export('open', open)\n")
    seen = record(folder, "own = open(sys.argv[2], 'w'); os.set_inheritable(own.fileno(), True)", tmp_path / "own")
    names = seen["open"]
    assert all(name.startswith(("pipe:", "/dev/null", "anon_inode:", "socket:")) for name in names), names
    assert sum(name.startswith("pipe:") for name in names) <= 3, "its output, its errors, its answer"


def test_what_the_caller_forgot_to_close_closes_nothing_of_the_program_s(project: Project) -> None:
    """A file that is garbage here is collected there as well, and closes its number, whoever has that by then."""
    folder = project(
        "import gc, pulumi\nfiles = [open(__file__) for _ in range(64)]\ngc.collect()\n"
        "pulumi.export('read', sum(bool(file.read()) for file in files))\n"
    )
    forget = "gc.disable(); lost = [[open(os.devnull)] for _ in range(16)]; [one.append(one) for one in lost]; del lost"
    assert record(folder, forget)["read"] == 64


def test_a_caller_with_threads_is_not_forked(project: Project) -> None:
    """Not even where Python knows nothing of them: what a library in another language has started is not there."""
    folder = project("import sys, pulumi\npulumi.export('forked', 'imaplib' in sys.modules)\n")
    assert record(folder, "import imaplib")["forked"]
    for start in ("threading.Thread(target=time.sleep, args=[600], daemon=True).start()", "grpc.aio.init_grpc_aio()"):
        assert not record(folder, f"import imaplib, grpc.aio; {start}")["forked"], start


def record(folder: Path, before: str, *arguments: object) -> dict[str, Any]:
    """The outputs of the stack, recorded by a process that has one thread and has done something before."""
    program = "import gc, json, os, sys, threading, time\nfrom pathlib import Path\n"
    program += f"from bcinfra.graph import record_stack\n{before}\n"
    program += "print(json.dumps(dict(record_stack(Path(sys.argv[1]), 'dev').outputs)), flush=True)\nos._exit(0)\n"
    command = [sys.executable, "-c", program, str(folder), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def test_credentials_are_out_of_sight(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    folder = project(
        "import os, pulumi\npulumi.export('seen', sorted(os.environ))\npulumi.export('a', os.environ['A'])"
    )
    graph = record_stack(folder, "dev", RecordOptions(environment={"A": "b"}))
    assert graph.outputs["a"] == "b"
    assert isinstance(seen := graph.outputs["seen"], list)
    assert not {"AWS_SECRET_ACCESS_KEY", "SHOP_TOKEN"} & {str(name) for name in seen}


@pytest.mark.parametrize("program", ["print(token)", "raise ValueError(token)", "pulumi.log.error(token)", "1/0"])
def test_no_secret_is_in_any_output(project: Project, program: str, capfd: pytest.CaptureFixture[str]) -> None:
    folder = project(
        f"import pulumi\nfrom pulumi_aws.sqs import Queue\ntoken = pulumi.Config().require('token')\n"
        f"Queue('q', name=pulumi.Config().require_secret('token'))\n{program}\n",
        **{"Pulumi.dev.yaml": "config: {shop:token: {secure: v1:abc}}"},
    )
    try:
        graph = record_stack(folder, "dev", RecordOptions(config={"shop:token": SECRET}))
        assert next(r for r in graph if r.name == "q").inputs["name"] == Secret()
        text = repr(graph)
    except GraphError as failure:
        text = str(failure)
    out, err = capfd.readouterr()
    assert SECRET not in text + out + err


def test_a_secret_that_stands_open_in_the_stack_s_file_is_hidden_too(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = project(
        "import pulumi\nprint('it is', pulumi.Config().require('token'))\n",
        **{
            "Pulumi.yaml": "{name: shop, runtime: python, config: {token: {type: string, secret: true}}}",
            "Pulumi.dev.yaml": f"config: {{shop:token: {SECRET}}}",
        },
    )
    record_stack(folder, "dev")
    assert capfd.readouterr().err == "it is [secret]\n"
    record_stack(folder, "dev", RecordOptions(traceless=True))
    assert capfd.readouterr().err == ""


def test_each_stack_ends_with_its_own_result(project: Project) -> None:
    folder = project(
        "import os, pulumi, time\nfrom pulumi_aws.ec2.vpc import Vpc\n"
        "match pulumi.get_stack():\n"
        "    case 'bad': raise ValueError('bad')\n"
        "    case 'gone': os._exit(1)\n"
        "    case 'slow': time.sleep(60)\n"
        "    case name: Vpc(name, cidr_block='10.0.0.0/16')\n",
        **{f"Pulumi.{stack}.yaml": "" for stack in ("a", "bad", "gone", "slow", "z")},
    )
    names = ["a", "bad", "gone", "slow", "z"]
    for seconds in PATIENCE:
        told: list[str] = []
        results = record_stacks(
            folder, names, RecordOptions(timeout=seconds), done=lambda stack, _, told=told: told.append(stack)
        )
        late = {stack for stack, result in results.items() if isinstance(result, OutOfTimeError)}
        if late == {"slow"} and "__main__.py" in str(results["slow"]):
            break
    assert list(results) == names
    assert sorted(told) == sorted(results)
    assert {stack: len(graph) for stack, graph in results.items() if isinstance(graph, Graph)} == {"a": 3, "z": 3}
    assert "ValueError: bad" in str(results["bad"])
    assert "exit status 1" in str(results["gone"])
    assert isinstance(results["slow"], OutOfTimeError)
    assert "__main__.py:6" in str(results["slow"])


def test_a_program_has_its_own_environment_s_interpreter(project: Project, tmp_path: Path) -> None:
    folder = project(
        "import pulumi, sys, helper\npulumi.export('prefix', sys.prefix)\npulumi.export('name', helper.NAME)\n",
        **{
            "Pulumi.yaml": "{name: shop, runtime: {name: python, options: {virtualenv: env}}}",
            "helper.py": "NAME = 'own'",
        },
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    (packages,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (packages / "ours.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    graph = record_stack(folder, "dev", RecordOptions(timeout=60))
    assert graph.outputs == {"prefix": str(tmp_path / "env"), "name": "own"}
