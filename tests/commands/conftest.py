"""The sample shop as exports, so that commands need not record it again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from bcinfra import cli
from bcinfra.graph import to_json
from tests.samples import assessed_once, sample

Run: TypeAlias = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop."""
    path = tmp_path_factory.mktemp("exports") / "shop.json"
    path.write_text(to_json(sample("midsize-prod")), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def weaker(export: Path) -> Path:
    """The sample shop with its database in one zone."""
    from bcinfra.graph import load

    graph = load(export)
    rows = {
        row.urn: replace(row, inputs={**row.inputs, "multiAz": False})
        for row in graph.of_type("aws:rds/instance:Instance")
        if "ireland" in row.name
    }
    path = export.with_name("weaker.json")
    path.write_text(to_json(replace(graph, resources={**graph.resources, **rows})), encoding="utf-8")
    return path


@pytest.fixture
def bcinfra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line; gives the exit code and both outputs."""
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bcinfra", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return call


@pytest.fixture(scope="package", autouse=True)
def _assessed_once() -> Iterator[None]:
    with assessed_once():
        yield
