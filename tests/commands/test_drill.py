"""``bcinfra drill`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from bcinfra.exits import Exit
from tests.commands.conftest import Run

REGION = ("--scenario", "region:aws/eu-west-1", "--runs", "200")


def test_the_same_seed_prints_the_same(bcinfra: Run, export: Path) -> None:
    first, again = (bcinfra("drill", export, *REGION, "--seed", "3") for _ in range(2))
    other = bcinfra("drill", export, *REGION, "--seed", "4")
    assert first[0] == 0
    assert first == again
    assert first != other
    assert "200 plays, seed 3" in first[1]


def test_the_moment_can_be_given(bcinfra: Run, export: Path) -> None:
    _, said, _ = bcinfra("drill", export, *REGION, "--at", "2026-11-27T20:00")
    assert "failure on 27 November, 20:00" in said


def test_titles_name_scenarios_too(bcinfra: Run, export: Path) -> None:
    by_title = bcinfra("drill", export, "--scenario", "Region aws/eu-west-1 lost", "--runs", "200")
    assert by_title == bcinfra("drill", export, *REGION)


def test_a_precedent_is_played_or_said_not_to_fit(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("drill", export, "--precedent", "aws-eu-west-1-2011-08", "--runs", "50")
    assert code == 0
    assert "rehearsal of aws-eu-west-1-2011-08: zone aws/eu-west-1/euw1-az1 lost" in said
    lines = export.read_text().replace("aws:cloudfront/distribution:Distribution", "aws:iot/thing:Thing")
    # the front ends of the page that customers see instead of the shop are a CDN too
    lines = lines.replace("gcp:compute/globalForwardingRule:GlobalForwardingRule", "aws:iot/thing:Thing")
    other = export.with_name("without-cdn.json")
    other.write_text(lines)
    code, _, said = bcinfra("drill", other, "--precedent", "azure-front-door-2025-10")
    assert code == Exit.USAGE
    assert "this stack cannot show it: no CDN is declared" in said


def test_names_that_are_none_suggest_the_nearest(bcinfra: Run, export: Path) -> None:
    code, _, said = bcinfra("drill", export, "--scenario", "regoin:aws/eu-west-1")
    assert code == Exit.USAGE
    assert "near: region:aws/eu-west-1" in said
    code, _, said = bcinfra("drill", export, "--precedent", "optus-2024")
    assert code == Exit.USAGE
    assert "did you mean 'optus-2023-11'?" in said
    code, _, said = bcinfra("drill", export, *REGION, "--capability", "sell")
    assert code == Exit.USAGE
    assert "there are: account, browse" in said
    assert bcinfra("drill", export, *REGION, "--precedent", "optus-2023-11")[0] == Exit.USAGE


def test_programs_read_what_people_read(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("drill", export, *REGION, "--json", "--capability", "checkout")
    assert code == 0
    document = json.loads(said)
    (checkout,) = document["capabilities"]
    assert (document["scenario"], document["runs"]) == ("region:aws/eu-west-1", 200)
    assert checkout["computed"]["typical"] < checkout["computed"]["upper"]
    assert checkout["simulated"]["p50"] < checkout["simulated"]["p95"]
    assert 0 <= checkout["within"] <= 1
    listed = json.loads(bcinfra("drill", export, "--format", "json")[1])
    assert listed["scenarios"]["region:aws/eu-west-1"] == "region aws/eu-west-1 lost"
    code, _, said = bcinfra("drill", export, "--format", "jsn")
    assert code == Exit.USAGE
    assert "'jsn' is not one of 'text', 'json'; did you mean 'json'?" in said


def test_without_a_scenario_it_lists_all(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("drill", export)
    assert code == 0
    assert "region:aws/eu-west-1  region aws/eu-west-1 lost" in said
    assert "Precedents that this stack cannot show" in said
