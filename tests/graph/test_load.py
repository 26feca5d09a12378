"""Reading what Pulumi prints. Documents of the real engine are read in tests/engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bcinfra.graph import UNKNOWN, Graph, LoadError, Place, Secret, load
from bcinfra.graph.core.values import SIGNATURE, UNKNOWN_TEXT
from bcinfra.graph.files.export import to_deployment

STACK = {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", "type": "pulumi:pulumi:Stack"}
VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"
EU = "urn:pulumi:dev::shop::pulumi:providers:aws::eu"


def export(*rows: object) -> dict[str, object]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": [STACK, *rows]}}


def preview(*states: dict[str, object]) -> Graph:
    return load({"steps": [{"op": "create", "urn": state["urn"], "newState": state} for state in (STACK, *states)]})


def test_an_export_of_a_live_stack() -> None:
    secret = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270"}
    graph = load(
        export(
            {
                "urn": VPC,
                "custom": True,
                "id": "vpc-1",
                "inputs": {"cidrBlock": "10.0.0.0/16", "hidden": {**secret, "ciphertext": "v1:abc"}},
                "outputs": {"arn": "arn:1", "shown": {**secret, "plaintext": '"s3ntinel"'}},
                "parent": STACK["urn"],
                "provider": f"{EU}::1234",
                "dependencies": [EU],
                "propertyDependencies": {"cidrBlock": None},
                "protect": True,
                "sourcePosition": "project:///prog/__main__.py#12,4",
                "created": "2026-01-01T00:00:00Z",
            }
        )
    )
    vpc = graph[VPC]
    assert (graph.project, graph.stack, graph.preview) == ("shop", "dev", False)
    assert (vpc.id, vpc.provider, vpc.parent, vpc.options.protect) == ("vpc-1", EU, STACK["urn"], True)
    assert vpc.inputs == {"cidrBlock": "10.0.0.0/16", "hidden": Secret()}
    assert vpc.outputs == {"arn": "arn:1", "shown": Secret()}
    assert vpc.property_dependencies == {"cidrBlock": ()}
    assert vpc.place == Place("prog/__main__.py", 12)
    assert "s3ntinel" not in repr(graph)


def test_rows_that_wait_for_deletion_are_left_out() -> None:
    assert VPC not in load(export({"urn": VPC, "custom": True, "delete": True}))


def test_a_place_in_a_library_gives_way_to_the_program_s() -> None:
    stack = ["project:///.venv/lib/python3.11/site-packages/x/y.py#3", "project:///prog/__main__.py#12"]
    frames = [{"sourcePosition": position} for position in stack]
    graph = load(export({"urn": VPC, "custom": True, "sourcePosition": stack[0], "stackTrace": frames}))
    assert graph[VPC].place == Place("prog/__main__.py", 12)


def test_a_preview() -> None:
    graph = preview({"urn": VPC, "custom": True, "inputs": {"a": "[secret]", "b": [UNKNOWN_TEXT, "[secret]"]}})
    assert graph.preview
    assert graph[VPC].id is UNKNOWN
    assert graph[VPC].inputs == {"a": Secret(), "b": [UNKNOWN, Secret()]}


def test_a_preview_that_leaves_out_what_stays_is_not_complete() -> None:
    vpc = {"urn": VPC, "propertyDependencies": {"tags": [f"{VPC}-gone"]}}
    steps = [{"op": "create", "newState": state} for state in (STACK, vpc)]
    whole = load({"steps": steps, "changeSummary": {"create": 2}})
    assert (whole.complete, whole.dangling) == (True, {VPC: (f"{VPC}-gone",)})
    partial = load({"steps": steps, "changeSummary": {"create": 2, "same": 3}})
    assert (partial.complete, partial.dangling) == (False, {})
    assert not load(to_deployment(partial)).complete
    assert load(to_deployment(whole)).complete


STATE = {"urn": VPC, "custom": True}
PREVIEW = {"steps": [{"op": "create", "newState": STATE}], "changeSummary": {"create": 1}}
EVENTS = [
    {"sequence": 0, "preludeEvent": {"config": {}}},
    {
        "sequence": 1,
        "resourcePreEvent": {"metadata": {"op": "create", "urn": VPC, "new": {"urn": VPC, "custom": True}}},
    },
    {"sequence": 2, "summaryEvent": {"resourceChanges": {"create": 1}}},
]


@pytest.mark.parametrize(
    "printed",
    [
        json.dumps(PREVIEW, indent=4).replace("\n", "\r\n").encode(),
        f"Installing policy pack {{house}} 0.0.7...\n\n{json.dumps(PREVIEW, indent=4)}".encode(),
        f"{json.dumps(PREVIEW)}\nUpdate plan written to 'plan.json'\n".encode(),
        f"{{not this}}\n{json.dumps(PREVIEW)}\nwarning: A new version of Pulumi is available.\n".encode(),
        json.dumps(PREVIEW).encode("utf-16"),
        json.dumps(PREVIEW).encode("utf-8-sig"),
        "\n".join(map(json.dumps, EVENTS)).encode(),
    ],
    ids=["lines of Windows", "before", "after", "around", "PowerShell", "byte order mark", "events"],
)
def test_a_preview_as_it_comes_to_a_file(printed: bytes, tmp_path: Path) -> None:
    (file := tmp_path / "preview.json").write_bytes(printed)
    assert load(file) == load(PREVIEW)


def test_text_around_another_document_is_no_document(tmp_path: Path) -> None:
    (file := tmp_path / "x.json").write_text('note\n{"a": 1}\n')
    with pytest.raises(LoadError, match=r"x\.json:1: is not JSON"):
        load(file)


def test_an_export_of_version_4_is_read_as_one_of_3() -> None:
    rows = export({"urn": VPC, "custom": True, "refreshBeforeUpdate": True})
    assert load({**rows, "version": 4, "features": ["refreshBeforeUpdate"]}) == load(rows)


def test_steps_that_delete_have_no_row() -> None:
    steps = [{"op": "same", "newState": STACK}, {"op": "delete", "urn": VPC, "oldState": {"urn": VPC}}]
    assert VPC not in load({"steps": steps})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "is not a JSON object"),
        ({}, "is neither a stack export nor a preview"),
        ({"version": 2, "deployment": {}}, "is a deployment of version 2; versions 3 and 4 are read"),
        ({"version": 4, "features": ["hooks", "clocks"], "deployment": {}}, "uses 'clocks', which may change"),
        ({"version": 3, "checkpoint": {}}, "is a backend's state file"),
        ({"plan": {}}, "is a saved plan"),
        ({"version": 3, "deployment": {"resources": {}}}, "`deployment.resources` is not a list"),
        ({"version": 3, "deployment": {"resources": []}}, "holds no resources"),
    ],
)
def test_what_holds_no_graph_is_said_so(document: object, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    with pytest.raises(LoadError) as caught:
        load(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)


def test_every_row_that_is_wrong_is_named() -> None:
    wrong = [
        "text",
        {"type": "a:b:C"},
        {"urn": "urn"},
        {"urn": VPC, "inputs": []},
        {"urn": VPC, "dependencies": [1]},
        {"urn": VPC, "parent": 7},
    ]
    with pytest.raises(LoadError) as caught:
        load(export(*wrong))
    assert [problem.message for problem in caught.value.problems] == [
        "deployment.resources[1]: is not an object",
        "deployment.resources[2]: has no `urn`",
        "deployment.resources[3]: not a Pulumi URN: 'urn'",
        "deployment.resources[4]: `inputs` is not an object",
        "deployment.resources[5]: `dependencies` is not a list of texts",
        "deployment.resources[6]: `parent` is not text: 7",
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{\n  nothing")
    (tmp_path / "bytes.json").write_bytes(b"\x80\x81")
    for name, message in {
        "absent.json": "cannot be read",
        "broken.json": "broken.json:2: is not JSON",
        "bytes.json": "is neither UTF-8 nor UTF-16",
    }.items():
        with pytest.raises(LoadError, match=message):
            load(tmp_path / name)
