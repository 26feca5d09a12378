"""What a change can touch, checked in 90 seconds: ``make check``.

Types of the changed files and of what imports them, and the tests that reach a changed file by imports or by naming it,
the nearest first. What does not fit into the time is said, and is `make test`'s; so are the tests that run the engine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tools.imports import ROOT, file_of, import_graph

PACKAGES: Final = ("bcinfra", "stacks", "tests", "tools")
SECONDS: Final = 90
LAST_START: Final = 70
"""Seconds after which no test begins: most end within the rest."""
UNTIL: Final = "BCINFRA_CHECK_UNTIL"
STACKS: Final = ("stacks", *(path.stem.removeprefix("Pulumi.") for path in ROOT.glob("stacks/config/*.yaml")))
"""How a test names the sample stacks, which run by path, not by import."""


def changed(since: str | None) -> list[Path]:
    """Files that differ from ``since`` (default: from where this branch left its upstream), and new ones."""

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
        return done.stdout.splitlines()

    base = since or next(iter(git("merge-base", "HEAD", "@{upstream}")), "HEAD")
    names = git("diff", "--name-only", base, "--") + git("ls-files", "--others", "--exclude-standard")
    return [Path(name) for name in dict.fromkeys(names)]


def module_of(path: Path) -> str:
    """The name that ``path`` is imported by."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Reach:
    """Who imports what, and who reads what."""

    def __init__(self) -> None:
        self._graph = import_graph(*PACKAGES)
        files = {name: ROOT / file_of(name) for name in self._graph.modules}
        self._texts = {name: path.read_text() for name, path in files.items() if path.exists()}
        self._samples = {name for name in self._naming(*STACKS) if name.startswith("tests.")}

    def importers(self, module: str) -> set[str]:
        """The modules that ``module`` is part of when they run."""
        found = self._graph.find_modules_that_directly_import(module)
        if module.endswith(".conftest"):
            found |= self._graph.find_descendants(module.removesuffix(".conftest"))
        if module.split(".", 1)[0] == "stacks":
            found |= self._samples
        return found

    def owners(self, path: Path) -> set[str]:
        """The module that ``path`` is, or those that name it or the folder it is in: of its package, the nearest."""
        if (name := module_of(path)) in self._graph.modules and path.suffix == ".py":
            return {name}
        packages = {name.rpartition(".")[2] for name in self._graph.modules if self._graph.find_children(name)}
        naming, home = set[str](), set[str]()
        for word in (path.name, path.stem, *path.parts[-2::-1]):
            naming |= self._naming(word) if word not in packages else set()
            home = {name for name in naming if name.split(".", 1)[0] == path.parts[0]}
            if home or (naming and path.parts[0] != "bcinfra"):
                break
        near = {name for name in home if file_of(name).parent in path.parents}
        return (near or home) | (naming - home)

    def _naming(self, *words: str) -> set[str]:
        """The modules in whose texts one of ``words`` stands quoted, or as part of a path."""
        quoted = re.compile(f"[\"'`/]({'|'.join(map(re.escape, words))})[\"'`/]")
        return {name for name, text in self._texts.items() if quoted.search(text)}

    def distances(self, modules: Iterable[str]) -> Mapping[str, int]:
        """How many imports each module is away from ``modules``, the nearest first."""
        found = dict.fromkeys(modules, 0)
        edge = list(found)
        for module in edge:
            for importer in sorted(self.importers(module) - found.keys()):
                found[importer] = found[module] + 1
                edge.append(importer)
        return found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin no test after the time that :func:`main` gives."""
    if time.time() > float(os.environ.get(UNTIL, "inf")):
        pytest.skip("no time left: `make test` runs it")


def main(since: str | None = None) -> int:
    """Check, and return 1 where something is wrong."""
    begun = time.time()
    paths = changed(since)
    reach = Reach()
    away = reach.distances(sorted({owner for path in paths for owner in reach.owners(path)}))
    typed = [str(file_of(name)) for name, far in away.items() if far <= 1 and name.startswith(("bcinfra", "stacks"))]
    tests = [file_of(name) for name in away if name.rpartition(".")[2].startswith("test_")]
    areas = {part for path in paths for part in path.parts[1:-1]}
    tests.sort(key=lambda path: not areas & set(path.parts))  # its own area's first, each the nearest first
    print(f"{len(paths)} files differ: types of {len(typed)} files, {len(tests)} files of tests, the nearest first")
    wrong = 0
    types = subprocess.Popen([_tool("basedpyright"), "--warnings", *typed], cwd=ROOT) if typed else None  # noqa: S603
    if tests:
        workers = ("-n", "2", "--dist", "loadscope", "--no-loadscope-reorder") if len(tests) > 1 else ()
        chosen = ("-p", "tools.check", "-m", "not engine", *workers, *map(str, tests))
        limit = {**os.environ, UNTIL: str(begun + LAST_START)}
        ended = subprocess.run([_tool("pytest"), "-q", *chosen], cwd=ROOT, env=limit, check=False)  # noqa: S603
        wrong |= ended.returncode not in (0, pytest.ExitCode.NO_TESTS_COLLECTED)
    if types:
        try:
            wrong |= types.wait(max(0.0, begun + SECONDS - time.time())) != 0
        except subprocess.TimeoutExpired:
            types.terminate()
            print("no time left for the types: `make test` checks them")
    print(f"{time.time() - begun:.0f} s")
    return int(wrong)


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
