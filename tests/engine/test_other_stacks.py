"""The shop over two vendors and the front of a back office under the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.answers import ask_before_up, differences
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("stack", ["large-prod", "b2b-prod", "php-aws", "php-gcp"])
def test_what_is_recorded_is_what_the_engine_registers(pulumi_cli: Cli, tmp_path: Path, stack: str) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, stack) as engine:
        graph = record_project(engine.project, engine.stack)
        assert list(differences(graph, ask_before_up(engine))) == []


def test_two_vendors_are_joined_in_one_deployment_and_end_in_one(pulumi_cli: Cli, tmp_path: Path) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, "large-prod") as engine:
        engine.edit("stacks/large/__init__.py", 'name="large",', 'name="large", disposable=True,')
        engine.up()
        assert engine.changes() == []
        assert not diff(load(engine.export()), record_project(engine.project, engine.stack), replacements=REPLACEMENTS)
        engine.destroy()
        assert engine.resources() == {}
