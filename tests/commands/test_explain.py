"""``bcinfra explain`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from bcinfra.exits import Exit
from tests.commands.conftest import Run


def test_a_code_needs_no_stack(bcinfra: Run) -> None:
    code, said, _ = bcinfra("explain", "BC0008")
    assert code == 0
    assert said.startswith("BC0008  all data of a store lost\n")
    assert "in plain words: " in said


def test_scenarios_and_figures_are_those_of_the_stack(bcinfra: Run, export: Path) -> None:
    code, said, _ = bcinfra("explain", "region aws/eu-west-1 lost", "--stack", export)
    assert code == 0
    assert said.startswith("region aws/eu-west-1 lost  [region:aws/eu-west-1]\n")
    code, _, said = bcinfra("explain", "region:aws/eu-west-1")
    assert code == Exit.USAGE
    assert "scenarios and figures need --stack" in said


def test_an_assessment_in_a_file_explains_the_same(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    bcinfra("assess", export, "--format", "json", "-o", kept)
    document = json.loads(kept.read_text())
    code = document["findings"][-1]["code"]
    for word in ("region:aws/eu-west-1/checkout/recovery-time", code):
        assert bcinfra("explain", word, "--stack", kept) == bcinfra("explain", word, "--stack", export)
    times = [one["code"] for one in document["findings"]].count(code)
    assert f"In {document['title']}: {times}\n" in bcinfra("explain", code, "--stack", export)[1]


def test_a_word_that_is_none_suggests_the_nearest(bcinfra: Run, export: Path) -> None:
    code, _, said = bcinfra("explain", "ransomwre", "--stack", export)
    assert code == Exit.USAGE
    assert "error: nothing is called 'ransomwre'; near: ransomware" in said


def test_without_a_word_it_lists_all(bcinfra: Run) -> None:
    code, said, _ = bcinfra("explain")
    assert code == 0
    for name in ("BC0001", "RTO", "aws.rds.pitr", "ransomware-company", "unisuper-gcp-2024-05"):
        assert f"\n  {name}\n" in said


def test_the_contract_with_the_images_is_that_of_a_page_or_a_stack(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    page = Path(__file__).parents[1] / "spec" / "shop.yaml"
    code, said, _ = bcinfra("explain", "contract", "--stack", page)
    assert code == 0
    for line in ("architecture: arm64", "ports: HTTP at 8080", "TLS: required", "MYSQL_PASSWORD=...", "SIGTERM"):
        assert line in said
    code, said, _ = bcinfra("explain", "contract", "--stack", page, "--json")
    told = {row["name"]: row for row in json.loads(said)["shops"][0]["tiers"]["app"]["aws"]["variables"]}
    assert (told["REDIS_PASSWORD"]["secret"], told["SHOP_DOMAIN"]["secret"]) == (True, False)
    code, said, _ = bcinfra("explain", "contract", "--stack", export)
    assert code == 0
    assert "web at AWS" in said


def test_a_stack_without_a_shop_has_no_contract(bcinfra: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    stack = {"urn": "urn:pulumi:prod::other::pulumi:pulumi:Stack::other-prod", "type": "pulumi:pulumi:Stack"}
    empty.write_text(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [stack]}}))
    code, _, said = bcinfra("explain", "contract", "--stack", empty)
    assert code == Exit.USAGE
    assert "has no shop that bcinfra deploys" in said
