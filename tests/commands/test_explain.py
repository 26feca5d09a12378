"""``bcinfra explain`` on the command line."""

from __future__ import annotations

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
    word = "region:aws/eu-west-1/checkout/recovery-time"
    assert bcinfra("explain", word, "--stack", kept) == bcinfra("explain", word, "--stack", export)


def test_a_word_that_is_none_suggests_the_nearest(bcinfra: Run, export: Path) -> None:
    code, _, said = bcinfra("explain", "ransomwre", "--stack", export)
    assert code == Exit.USAGE
    assert "error: nothing is called 'ransomwre'; near: ransomware" in said


def test_without_a_word_it_lists_all(bcinfra: Run) -> None:
    code, said, _ = bcinfra("explain")
    assert code == 0
    for name in ("BC0001", "RTO", "aws.rds.pitr", "ransomware-company", "unisuper-gcp-2024-05"):
        assert f"\n  {name}\n" in said
