"""The executors: the same answers from this process's children and from a cluster, whatever dies meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bcinfra.exits import UserError
from bcinfra.fleet.cluster import Cluster, digest
from bcinfra.fleet.hand import Fault
from bcinfra.fleet.local import Local
from tests.fleet import work

NUMBERS: Final = {f"n{number}": number for number in range(11, 19)}
HALVES: Final = {name: number / 2 for name, number in NUMBERS.items() if number not in (13, 14)}
KILLED: Final = Fault("the process that did it ended 2 times, at last by SIGKILL")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on this machine with two workers."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def check_answers(executor: Local | Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    told: dict[str, object] = {}
    with executor:
        found = executor.each(work.half, NUMBERS, told.__setitem__)
    assert list(found) == list(NUMBERS)
    assert told == found
    assert {name: one for name, one in found.items() if not isinstance(one, Fault)} == HALVES
    assert found["n13"] == KILLED
    assert found["n14"] == Fault("ValueError: cannot be halved")
    assert sorted(capsys.readouterr().err.splitlines()) == [f"halved {n}" for n in (11, 12, 15, 16, 17, 18)]


@pytest.mark.parametrize("size", [1, 2, None])
def test_what_kills_its_process_ends_alone(size: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    check_answers(Local(size), capsys)


def test_a_process_with_threads_starts_others_in_place_of_forks(capsys: pytest.CaptureFixture[str]) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        check_answers(Local(2), capsys)
    finally:
        over.set()
        thread.join()


def test_a_cluster_answers_the_same(scheduler: str, capsys: pytest.CaptureFixture[str]) -> None:
    check_answers(Cluster(scheduler), capsys)


def test_a_client_that_is_slow_to_end_takes_no_answer_away(
    scheduler: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed.utils import LoopRunner

    stop = LoopRunner.stop

    def slow(runner: LoopRunner) -> None:
        stop(runner)
        raise TimeoutError("join timed out")

    monkeypatch.setattr(LoopRunner, "stop", slow)
    check_answers(Cluster(scheduler), capsys)


def test_what_was_lost_once_is_done_again(scheduler: str, tmp_path: Path) -> None:
    for number, executor in enumerate((Local(1), Cluster(scheduler))):
        mark = tmp_path / str(number)
        with executor:
            found = executor.each(work.once, {"it": str(mark)}, lambda *_: None)
        assert mark.exists()
        assert isinstance(found["it"], int)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    marks = {f"m{number}": str(tmp_path / f"m{number}") for number in range(4)}

    def kill() -> None:
        """The worker of whoever began first."""
        while not (begun := list(tmp_path.iterdir())):
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(begun[0].read_text().split()[0]), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with Cluster(scheduler) as cluster:
        found = cluster.each(work.slow, marks, lambda *_: None)
    killer.join()
    assert found == {name: name for name in marks}
    assert sum(len(Path(mark).read_text().split()) for mark in marks.values()) > len(marks), "something was done twice"


def test_workers_that_are_not_alike_are_refused(scheduler: str) -> None:
    with pytest.raises(UserError, match="workers that are not like this machine") as refused:
        Cluster(scheduler, work.here).__enter__()
    assert f"process {os.getpid()} here" not in str(refused.value).partition("there")[0]
    assert f" there, {os.getpid()} here" in str(refused.value)


@pytest.mark.parametrize("address", ["local:none", "local:0", "nonsense"])
def test_an_address_that_leads_nowhere_is_said(address: str) -> None:
    with pytest.raises(UserError, match=f"--cluster '?{address}"):
        Cluster(address).__enter__()


def test_a_digest_moves_with_what_a_program_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = digest(tmp_path, (".py",))
    (tmp_path / ".secret.py").write_text("hidden")
    (tmp_path / "b.txt").write_text("of another kind")
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/pyvenv.cfg").touch()
    (tmp_path / "venv/library.py").touch()
    assert digest(tmp_path, (".py",)) == before
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert digest(tmp_path, (".py",)) != before
