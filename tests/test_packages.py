"""The component packages: what they offer, when they load it, and what they do without."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from bcinfra.component import Args, Component
from tests.packages import FOLDER, VENDORS, subclasses

DECLARING: Final = (*VENDORS, "assembly")
COMPONENTS: Final = [(package, cls) for package in DECLARING for cls in subclasses(package, Component)]
ARGUMENTS: Final = [cls for package in DECLARING for cls in subclasses(package, Args)]


def stub(package: str) -> dict[str, str]:
    """Module by name, as the stub of ``bcinfra.<package>`` tells type checkers."""
    body = ast.parse((FOLDER / package / "__init__.pyi").read_text()).body
    assert all(isinstance(node, ast.ImportFrom) and node.level == 1 for node in body)
    rows = [(node.module, alias) for node in body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert all(alias.name == alias.asname for _, alias in rows), "a re-export says so by `X as X`"
    return {alias.name: f"bcinfra.{package}.{module}" for module, alias in rows}


@pytest.mark.parametrize("package", VENDORS)
def test_public_names_are_those_of_the_stub_each_from_its_home(package: str) -> None:
    module = importlib.import_module(f"bcinfra.{package}")
    assert {name: getattr(module, name).__module__ for name in module.__all__} == stub(package)


@pytest.mark.parametrize("package", VENDORS)
def test_every_component_and_its_arguments_are_public(package: str) -> None:
    classes = {cls.__name__: cls.__module__ for base in (Component, Args) for cls in subclasses(package, base)}
    assert classes.items() <= stub(package).items()


@pytest.mark.parametrize("package", VENDORS)
def test_a_name_that_is_not_there_is_refused(package: str) -> None:
    module = importlib.import_module(f"bcinfra.{package}")
    with pytest.raises(AttributeError, match=f"No bcinfra.{package} attribute Netwrok"):
        _ = module.Netwrok


def test_importing_packages_loads_no_sdk() -> None:
    code = f"import sys, {', '.join(f'bcinfra.{package}' for package in VENDORS)}; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("package", "cls"), COMPONENTS, ids=lambda value: getattr(value, "__qualname__", value))
def test_a_component_is_made_from_name_arguments_and_options(package: str, cls: type[Component]) -> None:
    name, args, opts = list(inspect.signature(cls).parameters.values())
    assert (name.name, args.name, opts.name, opts.default) == ("name", "args", "opts", None)
    assert str(args.annotation).endswith(f"{cls.__name__}Args")
    assert cls.__doc__
    assert cls.package == package


@pytest.mark.parametrize("cls", ARGUMENTS, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_arguments_are_frozen_complete_and_described(cls: type[Args]) -> None:
    assert cls.model_config["frozen"]
    assert cls.model_config["extra"] == "forbid"
    assert not [name for name, field in cls.model_fields.items() if not field.description]


# -- the SDKs ---------------------------------------------------------------------------------------------------------


def broken_into(source: str) -> Iterator[str]:
    """Imports that load a service of an SDK from the middle: it would lack its other classes for good, for whoever
    asks for them later in the same program. Naming the service first loads it whole.
    """
    entered: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            sdk, *path = module.split(".")
            if not sdk.startswith("pulumi_") or not path:
                continue
            spec = find_spec(sdk)
            assert spec and spec.submodule_search_locations
            if Path(*spec.submodule_search_locations, *path).is_dir():
                entered.add(module)
            elif module.rpartition(".")[0] not in entered:
                yield module


def test_services_of_an_sdk_are_loaded_whole() -> None:
    broken = {path: found for path in FOLDER.rglob("*.py") if (found := list(broken_into(path.read_text())))}
    assert broken == {}


def test_a_service_that_is_loaded_from_the_middle_is_seen() -> None:
    assert list(broken_into("from pulumi_aws.lb.listener import Listener")) == ["pulumi_aws.lb.listener"]
    assert list(broken_into("from pulumi_aws.lb import Listener\nfrom pulumi_aws.lb.outputs import X")) == []
