"""The shop over two vendors and the front of a back office under the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcinfra.assembly.readiness import FIRST
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.answers import ask_before_up, differences
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine
from tests.samples import sample

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("stack", ["b2b-prod", "php-gcp"])
def test_what_is_recorded_is_what_the_engine_registers(pulumi_cli: Cli, tmp_path: Path, stack: str) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, stack) as engine:
        assert list(differences(sample(stack), ask_before_up(engine))) == []


DISPOSABLE = {
    "large-prod": ("stacks/large/__init__.py", 'name="large",', 'name="large", disposable=True,'),
    "php-aws": ("stacks/php/aws.yaml", "name: php", "name: php\ndisposable: true"),
}
"""How a sample is made one that may go with its data: two vendors that are joined, a shop in a network it brings."""


@pytest.mark.parametrize("stack", DISPOSABLE)
def test_it_is_deployed_as_recorded_in_one_go_and_ends_in_one(pulumi_cli: Cli, tmp_path: Path, stack: str) -> None:
    with Engine(pulumi_cli, tmp_path, ROOT, stack) as engine:
        engine.edit(*DISPOSABLE[stack])
        graph = record_project(engine.project, engine.stack)
        assert list(differences(graph, ask_before_up(engine))) == []
        if stack == "php-aws":  # its images are pushed before what runs them is deployed
            engine.run_program("up", "--yes", "--skip-preview", *(f"--target={one}" for one in FIRST))
            made = {urn.split("::")[2].rpartition("$")[2] for urn in engine.resources()}
            assert "aws:ecr/replicationConfiguration:ReplicationConfiguration" in made
            assert not any(token.startswith(("aws:ecs/", "aws:rds/")) for token in made)
            assert engine.outputs()["nameServers"], "which the registrar is told before certificates are proved"
        engine.up()
        assert engine.changes() == []
        assert not diff(load(engine.export()), graph, replacements=REPLACEMENTS)
        engine.destroy()
        assert engine.resources() == {}
