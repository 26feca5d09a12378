"""The package ``bcinfra.aws``: what it offers, and when it loads it."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import bcinfra.aws
from bcinfra.component import Args, Component

HOMES: dict[str, tuple[str, ...]] = bcinfra.aws._HOMES  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in HOMES.items() for name in names])
def test_a_public_name_is_defined_in_its_home(module: str, name: str) -> None:
    assert getattr(bcinfra.aws, name).__module__ == f"bcinfra.aws.{module}"


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse(Path(bcinfra.aws.__file__).read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen: dict[str, tuple[str, ...]] = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert all(alias.name == alias.asname for alias in node.names), "a re-export says so by `X as X`"
        module = str(node.module).rsplit(".", 1)[-1]
        seen[module] = (*seen.get(module, ()), *(alias.name for alias in node.names))
    assert seen == HOMES


def test_every_component_and_its_arguments_are_public() -> None:
    folder = Path(bcinfra.aws.__file__).parent
    for path in folder.glob("[!_]*.py"):
        module = __import__(f"bcinfra.aws.{path.stem}", fromlist=["_"])
        for name, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__ and issubclass(cls, (Args, Component)) and not name.startswith("_"):
                assert name in HOMES.get(path.stem, ()), f"{path.stem}.{name} is not exported"


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"module 'bcinfra\.aws' has no attribute 'Netwrok'"):
        bcinfra.aws.Netwrok  # noqa: B018  # pyright: ignore


def test_importing_the_package_loads_no_sdk() -> None:
    code = "import sys, bcinfra.aws; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("module", sorted(HOMES))
def test_using_a_component_leaves_the_sdk_whole(module: str) -> None:
    """The SDK loads a service when it is first used; one loaded from the middle would lack its classes for good."""
    code = (
        f"import bcinfra.aws.{module}, pulumi_aws as aws\n"
        "aws.iam.Role, aws.ec2.SecurityGroup, aws.rds.Instance, aws.s3.Bucket, aws.lb.Listener, aws.kms.Key"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
