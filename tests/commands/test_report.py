"""``bcinfra report`` on the command line: the page, the picture alone, a change, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

from bcinfra.exits import Exit
from tests.commands.conftest import Run


def test_the_page_and_the_same_beside_an_assessment(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    page, beside = tmp_path / "report.html", tmp_path / "sub" / "beside.html"
    assert bcinfra("report", export, "--today", "2026-11-29", "-o", page)[0] == 0
    code, said, told = bcinfra("assess", export, "--today", "2026-11-29", "--report", beside)
    assert code == 0
    assert f"report: {beside}" in told
    html = page.read_text(encoding="utf-8")
    assert html == beside.read_text(encoding="utf-8")  # the same values, so the same page
    assert html.startswith("<!doctype html>")
    headline = said.partition(".\n")[0].replace("\n ", "")
    assert " ".join(headline.split()) in " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "costs EUR 4," in html


def test_the_picture_alone(bcinfra: Run, export: Path, tmp_path: Path) -> None:
    code, said, _ = bcinfra("report", export, "--diagram", "mermaid")
    assert code == 0
    assert said.startswith("flowchart TB\n")
    drawing = tmp_path / "shop.svg"
    assert bcinfra("report", export, "--diagram", "svg", "-o", drawing)[0] == 0
    assert drawing.read_text(encoding="utf-8").startswith("<svg ")


def test_a_change(bcinfra: Run, export: Path, weaker: Path) -> None:
    code, html, _ = bcinfra("report", "--compare", export, weaker)
    assert code == 0
    text = " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "midsize-prod: WORSE: zone aws/eu-west-1/euw1-az1" in text
    assert "Before the change:" in text


def test_all_that_does_not_go_together_is_said_at_once(bcinfra: Run, export: Path) -> None:
    code, said, told = bcinfra("report", "--all", "--diagram", "svg", "--baseline", "before.json")
    assert (code, said) == (Exit.USAGE, "")
    for part in ("--baseline before.json: ", "--all and --diagram: give one of them", "give the index's file with -o"):
        assert part in told
    code, _, told = bcinfra("report", export, "--fit", "nowhere.json")
    assert code == Exit.USAGE
    assert "make it with: bcinfra fit midsize-prod --json -o nowhere.json" in told
    code, _, told = bcinfra("assess", export, "--report", "x.html", "--kind", "zone")
    assert code == Exit.USAGE
    assert "leave out --domain, --capability and --kind" in told
