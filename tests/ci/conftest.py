"""What the tests of pipelines share: a repository as a forge has it, and checkouts of it as its runners make them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

ROOT = Path(__file__).parents[2]
CI = ROOT / "ci"
ODD = "change/$(touch${IFS}taken);`touch${IFS}taken`'\"&|{}€"
"""A name that git takes for a branch."""
PROGRAM = """\
import pulumi
import pulumi_aws as aws

dublin = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
aws.rds.Instance("orders", engine="mysql", engine_version="8.4.7", instance_class="db.r7g.large",
    allocated_storage=100, backup_retention_period=7, multi_az=True, opts=dublin)
"""
BRANCHES = {
    "unrelated": {"README": "A shop, and how to build it."},
    "worse": {"infra/__main__.py": PROGRAM.replace("multi_az=True", "multi_az=False")},
    "broken": {"infra/__main__.py": PROGRAM + "raise ValueError('broken')\n"},
    ODD: {"infra/__main__.py": PROGRAM.replace("allocated_storage=100", "allocated_storage=200")},
}


class Ended(NamedTuple):
    code: int
    err: str
    files: Mapping[str, str]
    """What was written, by name."""


Checkout: TypeAlias = Callable[..., Path]
Runs: TypeAlias = Callable[..., Ended]


def git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "a change")


@pytest.fixture(scope="session")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a project in a folder. Each branch changes one thing, and the main one went on since."""
    folder = tmp_path_factory.mktemp("upstream")
    git(folder, "init", "--quiet")
    settings = {"infra/Pulumi.yaml": "{name: tiny, runtime: python}\n", "infra/Pulumi.prod.yaml": "config: {}\n"}
    commit(folder, {"infra/__main__.py": PROGRAM, **settings})
    for branch, files in BRANCHES.items():
        git(folder, "switch", "--quiet", "-c", branch, "main")
        commit(folder, files)
    git(folder, "switch", "--quiet", "main")
    git(folder, "branch", f"{ODD}-target")
    commit(folder, {"infra/__main__.py": PROGRAM + 'aws.sqs.Queue("since", opts=dublin)\n'})
    return folder


@pytest.fixture
def checkout(upstream: Path, tmp_path: Path) -> Checkout:
    """Checks a branch out as a runner does, with the history that it is told to fetch."""

    def clone(branch: str, *options: str) -> Path:
        git(tmp_path, "clone", "--quiet", *options, "--branch", branch, upstream.as_uri(), "checkout")
        return tmp_path / "checkout"

    return clone


def shell(script: str | Path, folder: Path, **variables: str) -> tuple[int, str]:
    """Runs a script, or text as GitHub's runner does, with no other variables; gives its exit code and errors."""
    command = ["sh", str(script)] if isinstance(script, Path) else ["bash", "-eo", "pipefail", "-c", script]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("HOME", "PYTHONPATH") if name in os.environ}
    ended = subprocess.run(
        command, cwd=folder, env={"PATH": path, **kept, **variables}, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


@pytest.fixture
def compare() -> Runs:
    """Runs what all forges share in a checkout, as GitHub's runner for a pull request into ``main``."""

    def run(folder: Path, **variables: str) -> Ended:
        given = {"BCINFRA_FORGE": "github", "GITHUB_BASE_REF": "main", "BCINFRA_PROJECT": "infra", **variables}
        code, err = shell(CI / "bcinfra-diff.sh", folder, **given)
        out = folder / "bcinfra-results"
        return Ended(code, err, {at.name: at.read_text(encoding="utf-8") for at in out.glob("*")})

    return run
