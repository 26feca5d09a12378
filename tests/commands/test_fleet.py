"""``bcinfra assess --all --cluster``: the same bytes as here, and no secret on the way."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from bcinfra.commands.assess import say
from bcinfra.commands.fleet import Stack, Told, assess_one
from bcinfra.commands.judging import Inputs, Settings
from bcinfra.commands.options import Format
from bcinfra.exits import Exit
from bcinfra.fleet.hand import packed
from bcinfra.graph.process.stacks import RecordOptions
from tests.commands.conftest import Run

PROGRAM: Final = """\
import os, signal, sys
import pulumi
import pulumi_aws as aws

settings = pulumi.Config()
if settings.get_bool("poisoned"):
    os.kill(os.getpid(), signal.SIGKILL)
print("token", os.environ.get("SHOP_TOKEN", "none"), file=sys.stderr)
on = pulumi.ResourceOptions(provider=aws.Provider("dublin", region="eu-west-1"))
key = os.environ.get("SHOP_TOKEN", "") + settings.get("key", "")
aws.rds.Instance("orders", instance_class="db.t4g.small", allocated_storage=20, engine="mysql", username="shop",
    password=pulumi.Output.secret(key), multi_az=settings.get_bool("spread") or False, opts=on)
"""
CANARY: Final = "c4nary-t0ken"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on this machine with two workers."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    """A project of three stacks, one of which kills its process."""
    (tmp_path / "Pulumi.yaml").write_text("{name: shops, runtime: python, config: {key: {type: string, secret: true}}}")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    for stack, config in {"alpine": "{shops:spread: true}", "basic": "{}", "poison": "{shops:poisoned: true}"}.items():
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(f"config: {config}\n")
    return tmp_path


def test_a_cluster_says_the_same_and_a_poisoned_stack_ends_alone(bcinfra: Run, shops: Path, scheduler: str) -> None:
    given = ("assess", shops, "--all", "--json", "--today", "2026-11-29")
    code, here, told = bcinfra(*given)
    assert (code, "alpine" in here) == (Exit.PROGRAM, True)
    assert "poison: the program's process was killed by SIGKILL" in told
    there = bcinfra(*given, "--cluster", scheduler)
    assert there[:2] == (code, here)
    assert sorted(line[6:] for line in there[2].splitlines()) == sorted(line[6:] for line in told.splitlines())


def test_a_program_that_differs_is_refused(
    bcinfra: Run, shops: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bcinfra.fleet import cluster

    real = cluster.digest
    monkeypatch.setattr(cluster, "digest", lambda *given: f"here {real(*given)}")
    code, said, told = bcinfra("assess", shops, "--all", "--cluster", scheduler)
    assert (code, said) == (Exit.USAGE, "")
    assert f"{shops} " in told and "install the same on all of them" in told


def test_secrets_stay(bcinfra: Run, shops: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ("assess", shops, "--all", "--cluster", "tcp://nobody.example:8786")
    code, _, told = bcinfra(*given, "--env", f"SHOP_TOKEN={CANARY}", "--config", f"key={CANARY}")
    assert code == Exit.USAGE
    assert "--env SHOP_TOKEN: its value stays here; set it where the workers run, and give --env SHOP_TOKEN" in told
    assert "--config shops:key: is secret, and its value stays here; leave it out" in told
    monkeypatch.setenv("SHOP_TOKEN", CANARY)
    stack = Stack(
        root=str(shops),
        name="alpine",
        words=("alpine",),
        options=RecordOptions(),
        environment=("SHOP_TOKEN",),
        inputs=Inputs((), (), None),
        settings=Settings.usual(date(2026, 11, 29)),
        say=partial(say, form=Format.JSON, tree=True, folder=shops, gates=()),
    )
    found = assess_one(stack)
    assert isinstance(found, Told)
    for wire in (packed(assess_one, stack), pickle.dumps(found)):
        assert CANARY.encode() not in wire
        assert b"SHOP_TOKEN" in wire or b"orders" in wire


def test_one_stack_needs_no_cluster(bcinfra: Run, shops: Path) -> None:
    code, _, told = bcinfra("assess", "alpine", "--project", shops, "--cluster", "local:2")
    assert code == Exit.USAGE
    assert "--cluster: is for several stacks, with --all" in told
