"""The pages of ``docs`` are what the code says: ``make docs`` writes those that are made from it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bcinfra import aws
from bcinfra.cli import app
from bcinfra.component import Component
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.read import read
from tests.commandline import bcinfra
from tests.samples import sample
from tools.alone import Row, below, survives
from tools.components import PAGES, after_failover, page
from tools.docs import DOCS, MADE as MARK, pages
from tools.examples import PACKAGES, ROOT, arguments, components, example
from tools.imports import import_graph

COMMITTED = sorted(at for at in DOCS.rglob("*.md") if at.read_text(encoding="utf-8").startswith(MARK))
"""The pages that say that they are made: which they are is known without making them."""


@cache
def made() -> dict[Path, str]:
    """What `make docs` would write; every example is recorded for it."""
    return pages()


def rows(**inputs: object) -> dict[str, Row]:
    """What the example of MySQL survives by itself, with inputs of its databases changed."""
    shown = example(aws.MySql)
    changed = {
        row.urn: replace(row, inputs={**row.inputs, **inputs})  # type: ignore[dict-item]
        for row in shown.made
        if row.type == "aws:rds/instance:Instance"
    }
    model = read(replace(shown.graph, resources={**shown.graph.resources, **changed}))
    return {row.lost: row for row in survives(model, shown.own)}


@pytest.mark.parametrize("at", COMMITTED, ids=lambda at: str(at.relative_to(DOCS)))
def test_the_committed_page_is_what_make_docs_writes(at: Path) -> None:
    assert at.read_text(encoding="utf-8") == made().get(at), "run `make docs`"


def test_no_page_is_missing_and_none_is_left_of_what_is_gone() -> None:
    assert set(COMMITTED) == set(made()), "run `make docs`"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_page_says_what_to_do_after_a_failover(package: str) -> None:
    for cls in components(package):
        if moves(cls):
            assert after_failover(cls), f"{cls.__name__}: say in the docstring, in a paragraph that begins so"
            assert "\n## After a failover\n" in made()[page(cls)]


def moves(cls: type[Component]) -> bool:
    """Whether a component has a primary, or fields that a failover changes outside Pulumi."""
    constants = vars(sys.modules[cls.__module__])
    return "primary" in arguments(cls).model_fields or any(name.startswith("FAILOVER_FIELDS") for name in constants)


def test_a_page_shows_outputs_arguments_and_the_whole_docstring() -> None:
    shown = made()[page(aws.MySql)]
    assert "| `endpoint` | `Output[str]` | Host name of the primary. |" in shown
    assert "| `storage` | `int` | required | Storage at creation, GiB. |" in shown
    assert "A new administrator's password: raise `password_version`." in shown


def test_what_it_survives_follows_the_graph() -> None:
    assert rows()["a zone"].outcome == "recovers by itself"
    assert rows(multiAz=False)["a zone"].outcome != "recovers by itself"


def test_a_component_is_judged_without_the_help_of_others() -> None:
    """The sample shop's isolated backups are another component's: they do not count for its database alone."""
    graph = sample("midsize-prod")
    (database,) = graph.of_type("bcinfra:aws:MySql")
    own = {row.urn for row in below(graph, database)}
    assert {row.lost: row.data for row in survives(read(graph), own)}["an account, taken over"] == "all of it"


def test_the_picture_shows_who_imports_whom() -> None:
    drawn = set(
        re.findall(r"^  (\w+) --> (\w+)$", (DOCS / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    packages = {name for edge in drawn for name in edge}
    imports = import_graph("bcinfra", "stacks")
    for_all = {"exits", "extras", "places", "seconds", "yamls"}
    assert {name.removeprefix("bcinfra.") for name in imports.find_children("bcinfra")} == packages - {
        "stacks"
    } | for_all
    made = {
        (_package(importer), _package(imported))
        for importer in imports.modules
        for imported in imports.find_modules_directly_imported_by(importer)
    }
    assert drawn == {
        (one, two) for one, two in made if one != two and "bcinfra" not in (one, two) and two not in for_all
    }


def test_the_view_answers_what_is_said_of_it() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = text.partition("| the view answers |")[2].partition("\n\n")[0]
    said = set(re.findall(r"`(\w+)`", rows)) - {"None"}
    assert {name for name in said if not callable(getattr(View, name, None))} == set()
    assert len(said) > 10


def _package(module: str) -> str:
    first, *rest = module.split(".")
    return rest[0] if first == "bcinfra" and rest else first


WRITTEN = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((*DOCS.glob("*.md"), *(path for each in ("api", "ci", "grounds") for path in DOCS.glob(f"{each}/*.md")))),
    PAGES / "README.md",
]
"""The pages that are not made, and what leads to those that are."""


@pytest.mark.parametrize("at", WRITTEN)
def test_links_and_paths_lead_somewhere(at: Path) -> None:
    text = at.read_text(encoding="utf-8")
    links = [at.parent / link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text)]
    paths = [ROOT / path for path in re.findall(r"`((?:bcinfra|docs|examples|stacks|tests)/[\w/.-]+)`", text)]
    assert [path for path in (*links, *paths) if not path.exists()] == []


def commands(*pages: Path) -> list[str]:
    """The commands that pages show: in code, or in a block after a prompt."""
    shown: dict[str, None] = {}
    for at in pages:
        text = at.read_text(encoding="utf-8")
        for found in re.findall(r"`(bcinfra [^`]+)`|^\$ (bcinfra .+)$", text, re.MULTILINE):
            shown[" ".join("".join(found).split())] = None
    return list(shown)


REAL = re.compile("explain RTO|explain stateless|examples$|small-prod$")
"""Commands that name what is there; others stand for what a reader has, or are shown with their output."""


@pytest.mark.parametrize("command", commands(*WRITTEN))
def test_a_command_that_is_shown_has_these_options(command: str) -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    name, *rest = command.split()[1:]
    assert name in group.commands
    group.commands[name].make_context(name, rest)


@pytest.mark.parametrize("command", [c for c in commands(*WRITTEN) if REAL.search(c) and not re.search("<|STACK", c)])
def test_a_command_that_is_shown_runs(command: str) -> None:
    ended = bcinfra(*command.split()[1:])
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout
