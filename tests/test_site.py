"""The documentation site: what its first pages show is run, in their order; every page is reached; nothing is asked of
anybody. ``make site`` builds it, and fails on any warning."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bcinfra.cli import app
from bcinfra.spec import load_shop
from tests.samples import assessed_once
from tools import reference
from tools.docs import DOCS

SHOWN = ("index.md", "howto.md")
"""Pages whose commands are run, one after the other in one folder."""


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Code blocks of a page with their language, in their order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    yield from re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[list[str], list[str]]]:
    """The words of each command of a console block, and the lines that are shown below it (``...``: they go on)."""
    for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, *answers = one.rstrip("\n").split("\n")
        yield shlex.split(line), answers


@assessed_once()
def test_what_the_first_pages_show_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    runner = CliRunner()
    ran: list[str] = []
    for page in SHOWN:
        for language, block in blocks(page):
            if language == "yaml" and (named := re.match(r"# (\S+\.yaml)\n", block)):
                (tmp_path / named[1]).write_text(block)
            for (program, *words), answers in commands(block) if language == "console" else ():
                assert program == "bcinfra"
                done = runner.invoke(app, words)
                assert done.exit_code == 0, (words, done.output, done.exception)
                printed = done.stdout.splitlines()
                for answer in answers:
                    begins = answer.removesuffix("...")
                    assert any(line.startswith(begins) for line in printed), (words, answer, printed[:40])
                ran.append(" ".join(words))
    assert len([line for line in (DOCS / "howto.md").read_text().splitlines() if line.startswith("## ")]) == 10
    assert len(ran) > 14
    assert (tmp_path / "evidence.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "runbook" / "region-aws-eu-west-1.html").is_file()


@pytest.mark.parametrize("page", sorted(path.stem for path in (DOCS / "grounds").glob("*.md")))
def test_a_ground_shows_a_page_that_is_valid(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(block for language, block in blocks("index.md") if language == "yaml")
    whole = yaml.safe_load(first)
    for language, block in blocks(f"grounds/{page}.md"):
        if language == "yaml":
            (tmp_path / "shop.yaml").write_text(yaml.safe_dump({**whole, **yaml.safe_load(block)}))
            assert load_shop(tmp_path / "shop.yaml").prefix == "corner-prod"
        elif language == "console":
            monkeypatch.chdir(tmp_path)
            for (_, *words), _answers in commands(block):
                done = CliRunner().invoke(app, words)
                assert done.exit_code == 0, done.output
                assert load_shop(tmp_path / words[1] / "shop.yaml")


def test_every_page_is_reached_from_the_first() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    entries = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    reached = {path for entry in entries for path in DOCS.glob(f"{entry}.md")}
    api = {
        DOCS / "api" / f"{name}.md" for name in re.findall(r"^(\w+)$", (DOCS / "api" / "README.md").read_text(), re.M)
    }
    assert set(DOCS.rglob("*.md")) - reached - api == {DOCS / "index.md"} - reached


def test_what_the_library_shows_is_there() -> None:
    import importlib

    for page in (DOCS / "api").glob("*.md"):
        for name in re.findall(r"^\.\. auto(?:function|class):: (\S+)$", page.read_text(), re.MULTILINE):
            module, _, attribute = name.rpartition(".")
            assert getattr(importlib.import_module(module), attribute).__doc__, name


def test_every_command_and_every_field_of_a_page_is_listed() -> None:
    listed = reference.commands()
    for command in ("assess", "evidence", "runbook", "explain"):
        assert f"\n## {command}\n" in listed
    assert "| `--records` |" in listed
    assert "| `objectives` |" in reference.shop()
