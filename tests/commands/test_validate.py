"""``bcinfra validate``: several pages, standard input, JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from bcinfra.exits import Exit
from bcinfra.spec.validation import schema_text
from tests.commands.conftest import ROOT, Run
from tests.commands.test_page_subject import PAGE, line

WRONG = PAGE.replace("eu-west-1", "eu-wset-1").replace("mysql: {", "mysql: {password: hunter2, ")


@pytest.fixture(autouse=True)
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"right.yaml": PAGE, "wrong.yaml": WRONG, "pod.yaml": "kind: Pod\n"}.items():
        Path(name).write_text(text)


def test_the_mistakes_of_all_pages_are_told_at_once(bcinfra: Run) -> None:
    code, said, told = bcinfra("validate", "wrong.yaml", "right.yaml", "gone.yaml", "pod.yaml", "wrong.yaml")
    assert code == Exit.USAGE
    assert said.startswith("right.yaml: corner-prod is a valid specification: warm-standby, ireland (primary), ")
    places = [text.strip() for text in told.splitlines() if "-->" in text]
    assert places == [
        f"--> wrong.yaml:{line('  ireland')}",
        f"--> wrong.yaml:{line('mysql')}",
        "--> gone.yaml:1",
        "--> pod.yaml:1",
    ]
    assert told.splitlines()[-1] == "4 mistakes in 3 of 4 specs"


def test_standard_input_is_a_page(bcinfra: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    given(PAGE)
    assert bcinfra("validate", "-")[0] == 0
    given(WRONG)
    code, _, told = bcinfra("validate", "-", "right.yaml")
    assert code == Exit.USAGE
    assert f"--> standard input:{line('  ireland')}" in told
    given(WRONG)
    code, said, _ = bcinfra("validate", "-", "--format", "json")
    assert code == Exit.USAGE
    assert {mistake["file"] for mistake in json.loads(said)["files"][0]["problems"]} == {"-"}


def test_programs_read_all_that_people_read(bcinfra: Run) -> None:
    code, said, told = bcinfra("validate", "wrong.yaml", "right.yaml", "gone.yaml", "--format", "json")
    assert (code, told) == (Exit.USAGE, "")
    document = json.loads(said)
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(document)
    wrong, right, gone = document["files"]
    region, password = wrong["problems"]
    assert {name: value for name, value in region.items() if name != "allowed"} == {
        "file": "wrong.yaml",
        "line": line("  ireland"),
        "key": "sites.ireland.region",
        "value": "eu-wset-1",
        "message": "is not an AWS region",
        "fix": "did you mean 'eu-west-1'?",
    }
    assert "eu-west-1" in region["allowed"]
    assert (password["key"], password["value"]) == ("mysql.password", "[hidden]")
    assert "hunter2" not in said
    assert right == {
        "file": "right.yaml",
        "valid": True,
        "shop": "corner-prod",
        "strategy": "warm-standby",
        "sites": {"ireland": "primary", "frankfurt": "standby", "virginia": "backup"},
    }
    assert [mistake["message"] for mistake in gone["problems"]] == ["cannot be read: no such file or directory"]
    assert not document["valid"]


def test_the_configuration_beside_a_page_is_checked(bcinfra: Run) -> None:
    Path("Pulumi.yaml").write_text("name: corner\nruntime: python\n")
    Path("Pulumi.dev.yaml").write_text("config:\n  corner:activSite: x\n")  # another shop's
    Path("Pulumi.prod.yaml").write_text(
        "config:\n  corner:mysqlPasword: {secure: v1:x}\n  corner:activeSite: frankfort\n  corner:theme: x\n"
        "  corner:redisPassword: {secure: v1:y}\n"
    )
    code, _, told = bcinfra("validate", "right.yaml")
    assert code == Exit.USAGE
    assert told.splitlines() == [
        "error: mysqlPasword: is no key of the shop's",
        "  --> Pulumi.prod.yaml:2",
        "  help: did you mean 'mysqlPassword'?",
        "",
        "error: activeSite = 'frankfort': is not a site of the shop",
        "  --> Pulumi.prod.yaml:3",
        "  allowed: ireland, frankfurt",
        "  help: did you mean 'frankfurt'?",
        "",
        "2 mistakes in the configuration",
    ]


def test_a_result_in_a_file(bcinfra: Run) -> None:
    assert bcinfra("validate", "right.yaml", "--format", "json", "-o", "found.json") == (0, "", "")
    assert json.loads(Path("found.json").read_text())["valid"]


def test_what_cannot_be_read_is_no_mistake_of_a_page(bcinfra: Run) -> None:
    for options in ((), ("--format", "json")):
        assert bcinfra("validate", "gone.yaml", "right.yaml", *options)[0] == Exit.ERROR
        assert bcinfra("validate", "gone.yaml", "wrong.yaml", *options)[0] == Exit.USAGE


def test_the_published_schema_is_current() -> None:
    assert (ROOT / "schemas" / "validation.schema.json").read_text() == schema_text(), "run `make schema`"
