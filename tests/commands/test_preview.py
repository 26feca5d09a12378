"""The command line on the sample shop and on what users get wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bcinfra.exits import MEANING, Exit
from tests.commandline import bcinfra

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def text() -> str:
    done = bcinfra("preview", "midsize-prod")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tree_names_both_sites_and_what_they_hold(text: str):
    tree = text.split("By type")[0]
    for line in (
        "SiteDeployment ireland, primary",
        "SiteDeployment frankfurt, standby",
        "SiteDeployment virginia, backup",
    ):
        assert line in tree
    for component in ("FargateTier web", "FargateTier app", "MySql mysql", "Redis redis", "Buckets media", "GeoDns"):
        assert component in tree
    assert "aws/us-east-1 of 444455556666" in tree


@pytest.fixture(scope="module")
def each() -> str:
    """Every resource, after a failover that a person has stated."""
    done = bcinfra("preview", "midsize-prod", "--resources", "-c", "activeSite=frankfurt")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_says_what_is_protected_and_exported(text: str, each: str):
    _, protected = text.split("Protected")
    assert "17 kms.Key" in protected
    assert re.search(r"nameServers +\(known after up\)", protected)
    assert re.search(r"url +https://shop.example", protected)
    assert re.search(r"rds.Instance +mysql-frankfurt, mysql-ireland", each.split("\nProtected\n")[1])


def test_depth_cuts_the_tree_and_resources_fills_it(text: str, each: str):
    assert "rds.Instance frankfurt protected" in each.split("By type")[0]
    assert "rds.Instance frankfurt protected" not in text.split("By type")[0]
    assert "MySql orders" not in bcinfra("preview", *SMALL, "--depth", "0").stdout.split("Services")[0]


def test_configuration_can_be_overridden(each: str):
    assert re.search(r"activeSite +frankfurt", each)


SMALL = ("aws.mysql", "--project", "examples")
"""A stack that is recorded in a second."""


def test_the_same_text_in_a_pipe_and_a_file(tmp_path: Path):
    assert bcinfra("preview", *SMALL, "-o", str(tmp_path / "tree.txt")).stdout == ""
    assert (tmp_path / "tree.txt").read_text() == bcinfra("preview", *SMALL).stdout


def test_json_is_a_deployment_and_equal_in_every_run():
    first, second = (bcinfra("preview", *SMALL, "--json") for _ in range(2))
    assert first.stdout == second.stdout
    document = json.loads(first.stdout)
    assert document["version"] == 3
    assert len(document["deployment"]["resources"]) > 18


@pytest.mark.parametrize(
    ("args", "exit", "message"),
    [
        (["preview", "midsize-pord"], Exit.NOT_FOUND, "did you mean 'midsize-prod'?"),
        (["preview"], Exit.USAGE, "name a stack; there are: b2b-prod, hybrid-prod, large-prod, midsize-prod"),
        (["preview", "midsize-prod", "-c", "activeSite"], Exit.USAGE, "write KEY=VALUE"),
        (["preview", "midsize-prod", "-c", "activeSite=berlin"], Exit.PROGRAM, "berlin"),
        (["preview", *SMALL, "-o", "/nowhere/tree.txt"], Exit.ERROR, "/nowhere/tree.txt"),
        (["preview", "midsize-prod", "--project", "/"], Exit.NOT_FOUND, "Pulumi.yaml"),
        (["preveiw"], Exit.USAGE, "preview"),
        ([], Exit.USAGE, "Usage"),
    ],
)
def test_a_mistake_gets_a_message_a_code_and_no_traceback(args: list[str], exit: Exit, message: str):
    done = bcinfra(*args)
    assert (done.returncode, done.stdout) == (exit, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_starts_fast_and_loads_no_sdk():
    """The limit is 0.3 s on an idle machine; what is loaded decides it, and can be tested on a busy one."""
    code = (
        "import sys; sys.argv = ['bcinfra', '--help']\n"
        "from bcinfra.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pulumi', 'pulumi_aws', 'pydantic', 'rich', 'yaml', 'grpc'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "preview" in done.stdout


def test_every_exit_code_is_explained_in_help_and_readme():
    readme = (ROOT / "README.md").read_text()
    shown = " ".join(bcinfra("--help").stdout.split())
    for code, meaning in MEANING.items():
        assert f"{code.value} {meaning}" in shown
        assert f"| {code.value} | {meaning} |" in readme


def test_validate_lists_every_mistake_with_its_line(tmp_path: Path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        "name: tiny\ndomain: shop.example\nstrategy: warm-stanby\nsites: {a: {region: eu-wset-1, role: primary}}\n"
    )
    done = bcinfra("validate", str(file))
    assert done.returncode == Exit.USAGE
    assert f"{file}:3" in done.stderr
    assert "warm-standby" in done.stderr
    assert "did you mean 'eu-west-1'?" in done.stderr
