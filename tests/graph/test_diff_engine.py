"""What the real engine says of a change, read from ``pulumi preview --json``, and what two recordings say of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import Kind, diff as diff_of, load, record_project
from bcinfra.graph.diff.plan import read_plan
from tests.engine.cli import Cli
from tests.engine.engine import Engine

diff = partial(diff_of, replacements=REPLACEMENTS)

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("diff")]

PROJECT = Path(__file__).parents[1] / "engine" / "programs" / "lifecycle"


@pytest.fixture(scope="module")
def stack(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(pulumi_cli, tmp_path_factory.mktemp("diff"), PROJECT, "dev") as engine:
        engine.set_config("password", "not-a-real-one", "--secret")
        engine.up()
        yield engine


def test_a_preview_of_an_unchanged_stack_is_no_difference(stack: Engine):
    assert not read_plan(stack.preview()).diff(REPLACEMENTS)


def test_a_first_preview_creates_everything(pulumi_cli: Cli, tmp_path: Path):
    with Engine(pulumi_cli, tmp_path, PROJECT, "dev") as engine:
        engine.set_config("password", "not-a-real-one", "--secret")
        plan = read_plan(engine.preview())
    assert len(plan.base) == 0
    assert {change.kind for change in plan.diff(REPLACEMENTS).changes} == {Kind.CREATE}


def test_what_a_preview_replaces_is_what_the_engine_says(stack: Engine):
    before = record_project(stack.project, "dev")
    stack.edit("stacks/sites.py", "db.m7g.large", "db.m7g.xlarge")
    try:
        found = read_plan(stack.preview()).diff(REPLACEMENTS)
        recorded = diff(before, record_project(stack.project, "dev"))
    finally:
        stack.edit("stacks/sites.py", "db.m7g.xlarge", "db.m7g.large")
    expected = {name: ("updated", ["instanceClass"]) for name in ("dublin-database", "frankfurt-database")}
    for each in (found, recorded):
        got = {c.resource.name: (str(c.kind), [str(p) for p in c.properties]) for c in each.changes}
        assert got == expected


def test_a_live_stack_and_a_recording_of_its_program_are_the_same(stack: Engine):
    found = diff(load(stack.export()), record_project(stack.project, "dev"))
    assert not found, [(c.resource.urn, str(p), p.old, p.new) for c in found.changes for p in c.properties + c.options]
    assert found.later
