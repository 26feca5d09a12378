"""Two shops in one program, in a network that another stack made, under the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import REPLACEMENTS
from bcinfra.graph import diff, load
from bcinfra.graph.process.project import record_project
from tests.engine.cli import Cli
from tests.engine.engine import ROOT, Engine

pytestmark = pytest.mark.engine

PROJECT = ROOT / "examples" / "apart"


def test_what_one_stack_made_serves_the_shops_of_another_and_outlives_them(pulumi_cli: Cli, tmp_path: Path) -> None:
    below, above = tmp_path / "below", tmp_path / "above"
    for folder in (below, above):
        folder.mkdir()
    with Engine(pulumi_cli, below, PROJECT, "network") as network, Engine(pulumi_cli, above, PROJECT, "shops") as shops:
        network.up()
        made = network.outputs()
        told = shops.project / "Pulumi.shops.yaml"
        stated = yaml.safe_load(told.read_text())
        stated["config"]["apart:network"] = made
        told.write_text(yaml.safe_dump(stated))
        shops.up()
        assert shops.changes() == []
        live, program = load(shops.export()), record_project(shops.project, shops.stack)
        assert not diff(live, program, replacements=REPLACEMENTS)
        used = {row["id"] for row in shops.resources().values() if row.get("external")}
        assert {made["vpc"], *made["private_subnets"].values()} <= used
        names = {one.name.split(".")[0] for one in read(live).capabilities}
        assert names == {"shoes-prod", "bags-prod"}
        outputs = shops.outputs()
        assert (outputs["url"], outputs["bags-prod"]["url"]) == ("https://shoes.example", "https://bags.example")
        shops.destroy()
        assert shops.resources() == {}
        assert network.changes() == [], "the network is there still"
        network.destroy()
        assert network.resources() == {}
