"""The package ``bcinfra.gcp``: what it offers, when it loads it, and what it does without."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import bcinfra.gcp
from bcinfra.component import Args, Component

FOLDER = Path(bcinfra.gcp.__file__).parent
HOMES: dict[str, tuple[str, ...]] = bcinfra.gcp._HOMES  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in HOMES.items() for name in names])
def test_a_public_name_is_defined_in_its_home(module: str, name: str) -> None:
    assert getattr(bcinfra.gcp, name).__module__ == f"bcinfra.gcp.{module}"


def test_type_checkers_see_the_same_names() -> None:
    (block,) = [node for node in ast.parse(Path(bcinfra.gcp.__file__).read_text()).body if isinstance(node, ast.If)]
    seen: dict[str, tuple[str, ...]] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert all(alias.name == alias.asname for alias in node.names), "a re-export says so by `X as X`"
        module = str(node.module).rsplit(".", 1)[-1]
        seen[module] = (*seen.get(module, ()), *(alias.name for alias in node.names))
    assert seen == HOMES


def test_every_component_and_its_arguments_are_public() -> None:
    for path in FOLDER.glob("[!_]*.py"):
        module = __import__(f"bcinfra.gcp.{path.stem}", fromlist=["_"])
        for name, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__ and issubclass(cls, (Args, Component)) and not name.startswith("_"):
                assert name in HOMES.get(path.stem, ()), f"{path.stem}.{name} is not exported"


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"module 'bcinfra\.gcp' has no attribute 'Netwrok'"):
        bcinfra.gcp.Netwrok  # noqa: B018  # pyright: ignore


def test_importing_the_package_loads_no_sdk() -> None:
    code = "import sys, bcinfra.gcp; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_it_needs_no_sdk_of_another_vendor() -> None:
    modules = " ".join(f"bcinfra.gcp.{path.stem}" for path in sorted(FOLDER.glob("[!_]*.py")))
    code = (
        "import importlib, sys\n"
        "sys.modules.update(dict.fromkeys(['pulumi_aws', 'pulumi_kubernetes', 'bcinfra.aws']))\n"
        f"for name in {modules!r}.split(): importlib.import_module(name)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
