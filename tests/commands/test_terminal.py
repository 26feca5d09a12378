"""The command line in terminals, pipes and full disks, and when it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bcinfra.commands import subject
from bcinfra.commands.output import QUIET
from bcinfra.commands.recording import told
from bcinfra.exits import Exit
from bcinfra.graph import RecordError, find_project, record_project
from tests.commandline import bcinfra

ROOT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "bcinfra"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([*RUN, *arguments], capture_output=True, cwd=ROOT, env=env, check=False)


def test_what_an_encoding_does_not_have_is_replaced() -> None:
    done = run("explain", "RTO", PYTHONIOENCODING="cp1252")
    assert done.returncode == Exit.DONE, done.stderr
    done = run("preview", "aws.mysql", "--project", "examples", "--resources", PYTHONIOENCODING="cp1252")
    assert done.returncode == Exit.DONE, done.stderr
    assert b"? rds.Instance" in done.stdout.replace(b"??", b"?")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", [["schema"], ["explain", "RTO"], ["--help"]])
def test_a_full_disk_is_no_fault_of_the_product(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*RUN, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, env=env, check=False)
    assert done.returncode == Exit.ERROR
    assert done.stderr.decode() == "error: the output could not be written: No space left on device\n"


def test_no_color_leaves_no_escape() -> None:
    done = run("explain", "RTO", NO_COLOR="1", FORCE_COLOR="1")
    assert done.returncode == Exit.DONE
    assert b"\x1b" not in done.stdout


def _heard() -> None:
    """Interrupts are heard, though who runs the tests in the background may have them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupt_says_so_and_has_its_own_exit_code(tmp_path: Path, times: int) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: slow\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text("import time\ntime.sleep(60)\n")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        [*RUN, "preview", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=env,
        preexec_fn=_heard,
    )
    assert started.stderr is not None
    assert started.stderr.readline() == b"recording dev ...\n"  # told after a second
    for _ in range(times):
        started.send_signal(signal.SIGINT)
        time.sleep(0.01)
    out, err = started.communicate(timeout=30)
    assert (started.returncode, out) == (Exit.CANCELLED, b"")
    assert err == b"error: cancelled; nothing was changed\n"


def test_usage_errors_keep_their_form_and_code() -> None:
    done = run("assess", "--nonsense")
    assert done.returncode == Exit.USAGE
    assert b"No such option: --nonsense" in done.stderr
    assert run().returncode == Exit.USAGE
    assert run("--version").returncode == Exit.DONE


def test_a_file_that_is_not_there_is_no_stack() -> None:
    done = run("assess", "nofile.json")
    assert (done.returncode, done.stderr) == (Exit.NOT_FOUND, b"error: nofile.json: there is no such file\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("assess mid", {"midsize-prod", "midsize-staging"}),
        ("preview b2b", {"b2b-prod"}),
        ("explain BC000", {f"BC000{n}" for n in range(1, 10)}),
        ("assess --kind z", {"zone"}),
        ("accept --stack b2b", {"b2b-prod"}),
    ],
)
def test_shells_complete_stacks_codes_and_kinds(words: str, expected: set[str]) -> None:
    done = run(_BCINFRA_COMPLETE="complete_bash", COMP_WORDS=f"bcinfra {words}", COMP_CWORD=str(len(words.split())))
    assert set(done.stdout.decode().split()) == expected


def test_a_format_has_one_name_everywhere(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    one, other = bcinfra("preview", str(tmp_path), "--json"), bcinfra("preview", str(tmp_path), "--format", "json")
    assert one.stdout == other.stdout != ""
    assert bcinfra("assess", str(tmp_path), "--json").stdout.startswith("{")


def test_the_library_takes_paths_as_text() -> None:
    assert find_project(str(ROOT)) == find_project(ROOT)
    with pytest.raises(RecordError, match="there is no stack 'none'"):
        record_project(str(ROOT), "none")


def test_quiet_tells_errors_alone(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        for quiet in (False, True):
            QUIET.set(quiet)
            with told("waiting", after=0.01):
                time.sleep(0.05)
            assert capsys.readouterr().err == ("" if quiet else "waiting ...\n")
    finally:
        QUIET.set(False)
    assert run("--quiet", "assess", "nofile.json").stderr.startswith(b"error: nofile.json")


def test_a_fault_shows_where_it_is_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "Subject", None)
    for option, shown in (("--verbose", "Traceback"), ("--quiet", "bcinfra --verbose shows where")):
        assert shown in bcinfra(option, "assess", "aws.key", "--project", "examples").stderr
