"""The recorder's graph equals what the real engine says, resource by resource and field by field.

``programs/*.py`` hold one feature of the SDK each. What the engine answered for them is kept in ``fixtures/``, so the
comparison runs without the CLI too; with the CLI the engine is asked again. ``python -m tests.engine.answers`` renews
the fixtures, when a program, the pinned CLI or an SDK has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Final

import pytest

from bcinfra.graph.core.model import UNKNOWN, Graph, Resource, Secret, Timeouts
from tests.engine.answers import NAMES, ask, asking, differences, fixture, kept, recorded
from tests.engine.cli import Cli, pinned_version
from tests.engine.engine import Engine

EXPLAINED: Final = {
    r"^preview: .*pulumi:providers:[^:]+::default: only recorded$": (
        "a preview does not print default providers; plan and export have them"
    ),
    r"^export: .*:Queue::(after|input|unknown): (dependencies|propertyDependencies): ": (
        "the SDK drops what an invoke depends on while its result is unknown, so only an up knows it"
    ),
    r"providers:pulumi-python::default: inputs.fidelity:password: ": (
        "the engine hands a dynamic provider the stack's whole configuration; no infrastructure is in it"
    ),
}
"""Differences that are right, by what their line matches."""

graph_of = cache(recorded)


def unexplained(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not any(re.search(pattern, line) for pattern in EXPLAINED)]


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_graph_equals_the_answers_kept(name: str):
    assert unexplained(differences(graph_of(name), fixture(name))) == []


@pytest.fixture(scope="module")
def engine(pulumi_cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with asking(pulumi_cli, tmp_path_factory.mktemp("fidelity")) as engine:
        yield engine


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_graph_equals_what_the_engine_answers_now(name: str, engine: Engine, pulumi_cli: Cli):
    documents = ask(engine, name)
    assert unexplained(differences(graph_of(name), documents)) == []
    if pulumi_cli.version == pinned_version():
        assert kept(documents) == fixture(name), "renew the fixtures: python -m tests.engine.answers"


def test_every_explanation_is_needed():
    lines = [line for name in NAMES for line in differences(graph_of(name), fixture(name))]
    assert [pattern for pattern in EXPLAINED if not any(re.search(pattern, line) for line in lines)] == []


# The comparison itself: one wrong thing in the graph is one thing seen, in each document that tells of it.

VPC: Final = "urn:pulumi:dev::fidelity::aws:ec2/vpc:Vpc::vpc"


def with_row(graph: Graph, urn: str, **changes: Any) -> Graph:
    return replace(graph, resources={**graph.resources, urn: replace(graph[urn], **changes)})


def with_option(**changes: Any) -> dict[str, Any]:
    return {"options": replace(graph_of("options")[VPC].options, **changes)}


@pytest.mark.parametrize(
    ("changes", "documents"),
    [
        ({"parent": None}, {"preview", "plan", "export"}),
        ({"provider": None}, {"preview", "plan", "export"}),
        ({"custom": False}, {"preview", "plan", "export"}),
        ({"dependencies": ("urn:pulumi:dev::fidelity::a:b:C::c",)}, {"preview", "plan", "export"}),
        ({"property_dependencies": {}}, {"preview", "plan", "export"}),
        ({"inputs": {}}, {"preview", "plan", "export"}),
        ({"external": True}, {"preview", "plan", "export"}),
        (with_option(protect=False), {"preview", "plan", "export"}),
        (with_option(retain_on_delete=False), {"preview", "export"}),
        (with_option(delete_before_replace=None), {"plan"}),
        (with_option(ignore_changes=()), {"plan", "export"}),
        (with_option(replace_on_changes=()), {"export"}),
        (with_option(hide_diff=()), {"export"}),
        (with_option(additional_secret_outputs=()), {"plan", "export"}),
        (with_option(timeouts=Timeouts()), {"preview", "plan", "export"}),
        (with_option(deleted_with=None), {"preview", "export"}),
        (with_option(replace_with=()), {"preview", "export"}),
        (with_option(hooks={"before_create": ("x",)}), {"export"}),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_field_is_seen(changes: dict[str, Any], documents: set[str]):
    wrong = with_row(graph_of("options"), VPC, **changes)
    lines = unexplained(differences(wrong, fixture("options")))
    assert {line.split(":")[0] for line in lines if VPC in line} == documents


@pytest.mark.parametrize("value", ["10.1.0.0/16", Secret(), UNKNOWN, None])
def test_a_wrong_input_is_seen(value: Any):
    inputs = {**graph_of("options")[VPC].inputs, "cidrBlock": value}
    lines = unexplained(differences(with_row(graph_of("options"), VPC, inputs=inputs), fixture("options")))
    documents = {"preview", "plan"} if value is UNKNOWN else {"preview", "plan", "export"}
    assert {line.split(":")[0] for line in lines} == documents


@pytest.mark.parametrize("value", ["a", UNKNOWN, Secret(known=False)])
def test_a_secret_that_is_none_is_seen(value: Any):
    urn = "urn:pulumi:dev::fidelity::aws:rds/instance:Instance::known"
    inputs = {**graph_of("secrets")[urn].inputs, "password": value}
    lines = unexplained(differences(with_row(graph_of("secrets"), urn, inputs=inputs), fixture("secrets")))
    documents = {"plan"} if isinstance(value, Secret) else {"preview", "plan", "export"}
    assert {line.split(":")[0] for line in lines} == documents


def test_a_missing_and_an_invented_resource_are_seen():
    graph = graph_of("options")
    missing = replace(graph, resources={urn: row for urn, row in graph.resources.items() if urn != VPC})
    invented = replace(graph, resources={**graph.resources, "urn:x": Resource(urn="urn:pulumi:dev::fidelity::a::x")})
    assert len(unexplained(differences(missing, fixture("options")))) == 3
    assert len(unexplained(differences(invented, fixture("options")))) == 3


def test_a_missing_alias_is_seen():
    graph = graph_of("aliases")
    for urn in fixture("aliases")["renames"]:
        wrong = with_row(graph, urn, options=replace(graph[urn].options, aliases=()))
        assert [line for line in differences(wrong, fixture("aliases")) if line.startswith("renames")]
