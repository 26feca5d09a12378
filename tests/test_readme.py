"""The README is true: its programs run, its specification is valid, its output is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bcinfra.graph import record
from bcinfra.spec import load_shop
from bcinfra.spec.sites import _SiteKind
from tests.commandline import bcinfra

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def block(language: str, containing: str) -> str:
    (found,) = [text for kind, text in BLOCKS if kind == language and containing in text]
    return found


def test_the_output_shown_is_the_output_printed():
    shown = block("console", "$ make preview").splitlines()[1:]
    printed = [line.rstrip() for line in bcinfra("assess", "midsize-prod", "--tree").stdout.splitlines()]
    assert shown
    position = 0
    for line in shown:
        assert line in printed[position:], f"not printed: {line!r}"
        position = printed.index(line, position)


def test_the_specification_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "shop.yaml").write_text(block("yaml", "name: corner"))
    monkeypatch.chdir(tmp_path)
    assert load_shop(tmp_path / "shop.yaml").prefix == "corner-prod"
    graph = record(
        lambda: exec(block("python", "load_shop"), {}),
        secret_config=["project:mysqlArchivePassword", "project:mysqlPassword", "project:redisPassword"],
    )
    assert len(graph) > 200


def test_three_commands_start_a_shop(tmp_path: Path):
    init, folder, assess = block("console", "$ bcinfra init").replace("$ ", "").splitlines()
    done = bcinfra(*init.split()[1:], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = bcinfra(*assess.split()[1:], cwd=tmp_path / folder.split()[1])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("corner/prod keeps its word in ")


def test_components_work_alone():
    graph = record(lambda: exec(block("python", "from bcinfra.aws import Endpoint"), {}))
    assert graph.of_type("aws:rds/instance:Instance")
    assert graph.of_type("aws:route53/record:Record")


def test_the_test_shown_passes(monkeypatch: pytest.MonkeyPatch):
    names: dict[str, object] = {}
    exec(block("python", "from bcinfra.testing"), names)
    program = block("python", "from bcinfra.aws import Endpoint")
    monkeypatch.setitem(names, "preview", lambda *_, **__: record(lambda: exec(program, {})))
    names["test_the_database_survives_a_zone"]()  # type: ignore[operator]


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_a_standby_moves_to_another_vendor_by_what_is_shown(tmp_path: Path):
    page, moved = (yaml.safe_load(block("yaml", text)) for text in ("name: corner", "kind: gcp"))
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump({**page, **moved}))
    shop = load_shop(tmp_path / "shop.yaml")
    assert {site.kind for site in shop.serving_sites.values()} == {"aws", "gcp"}


def test_every_sample_customer_is_shown():
    for customer in (path.parent.name for path in (ROOT / "stacks").glob("*/__init__.py")):
        assert f"stacks/{customer}/__init__.py" in README, customer


def test_every_kind_of_site_is_shown():
    assert all(f"| `{kind}` |" in README for kind in _SiteKind.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]
