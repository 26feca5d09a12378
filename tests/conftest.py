"""What all tests share: which Pulumi CLI the engine tests run (its report must be loaded from here), how they spread
over processes, and no race."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from typer import main
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bcinfra.fleet import hand
from bcinfra.graph.process import stacks
from tests.engine.cli import BUILD_TIMEOUT
from tests.kept import kept

pytest_plugins = ["tests.engine.plugin"]

# By default an example that takes 200 ms fails, and on a busy machine that is any.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# Recorded samples and the clouds' SDKs are kept and hold no circles: looking through them again and again takes an
# eighth of the time, for which some hundred megabytes more are given.
gc.set_threshold(3_000_000, 5, 10)

APART = "tests/continuity/knockouts/test_"
"""Where tests share nothing but recorded samples, which each process keeps."""
THREADS = ("tests/fleet/", "tests/commands/test_fleet.py")
"""Where a cluster's threads stay: a process that has some records each stack in another interpreter."""

FORKING = ("tests/ci/", "tests/commands/")
"""Where each test forks, and each stack that it records: the less a process holds by then, the less that takes."""
EXAMPLES = tuple(f"tests/test_{name}.py" for name in ("adding_a_component", "docs", "examples"))
"""Modules that record the example of every component: once, where one process runs them all."""


class _Spread(LoadScopeScheduling):
    """A module or class stays together, because it shares what it deploys; knock-outs fill up the time that is left."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(EXAMPLES):
            return "examples"
        return nodeid if nodeid.startswith(APART) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    if config.getvalue("dist") != "loadscope":
        return None
    config.option.loadscopereorder = False  # begin with what takes longest, not with what has most tests
    return _Spread(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What forks first, then the real engine, a minute and more for a module, before recordings whose transforms are
    served by threads; knock-outs last, for which threads are none too many. The first engine test of a process may wait
    for Pulumi's CLI to be built."""

    def turn(item: pytest.Item) -> tuple[bool, ...]:
        is_late = map(item.nodeid.startswith, (APART, THREADS))
        return *is_late, not item.nodeid.startswith(FORKING), not item.get_closest_marker("engine")

    items.sort(key=turn)
    for item in items:
        if item.get_closest_marker("engine"):
            item.add_marker(pytest.mark.timeout(2 * BUILD_TIMEOUT))
    if named := [item.nodeid for item in items if _is_named_by_a_set(item)]:
        raise pytest.UsageError(f"each process orders a set in its own way, so none may name a test: {named}")


def _is_named_by_a_set(item: pytest.Item) -> bool:
    stated: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return any(isinstance(value, set | frozenset) and value and str(value) in item.name for value in stated.values())


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end, the clouds' SDKs above all: a million things not to be looked through."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Before pytest looks five times for what broke unseen: once through what tests have kept is enough."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _kept(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Processes of one run share what is costly to make."""
    mine = tmp_path_factory.getbasetemp()
    kept.folder = (mine if worker_id == "master" else mine.parent) / "kept"
    kept.folder.mkdir(exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _commands() -> Iterator[None]:
    """Make the commands of their signatures once, not for each line that is given: a tenth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "get_command", cache(main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def forks() -> Iterator[None]:
    """Record in forks, as a command does, in processes of xdist too: one of their threads waits for what the controller
    says, and holds nothing that a fork lacks. Other interpreters would load the clouds' SDKs anew for each stack; what
    a fork has loaded of them is loaded here too, for those that follow.
    """
    alone, own, threads = hand.is_alone, os.getpid(), _threads()
    runs, load = vars(stacks)["_Run"], vars(stacks)["_warm_up"]
    result = runs.result

    def told(run: Any) -> Any:
        found = result(run)
        load(run.modules if run.is_fork else ())
        return found

    with pytest.MonkeyPatch.context() as patch:
        for module in (hand, stacks):
            patch.setattr(module, "is_alone", lambda: alone() or (os.getpid() == own and _are_left(threads)))
        patch.setattr(runs, "result", told)
        yield


_STAYING: Final = set[int]()
"""How many threads there were where waiting was in vain: a cluster's stay, and each stack would wait again."""


def _are_left(threads: int) -> bool:
    """Whether so many threads are left. Those of a callback server, which a recording with transforms has, end when the
    server is collected."""
    if _threads() > threads and _threads() not in _STAYING:
        gc.collect()
        end = time.monotonic() + 1
        while _threads() > threads and time.monotonic() < end:
            time.sleep(0.01)
        _STAYING.update({_threads()} - {threads})
    return _threads() == threads


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else 0
