"""What others refer to and is gone, as after a deletion by hand: it is told, and who needs it is not counted on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.parts import Part
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.graph import Graph, Resource
from bcinfra.report.words.statements import say
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import SAMPLES, Sample

CONNECTIONS = r"aws:ec2/securityGroup:.*|aws:iam/role:.*|aws:ecs/taskDefinition:.*|gcp:serviceaccount/account:.*"


def gone(graph: Graph, row: Resource) -> Graph:
    """The graph without a resource that others go on to refer to."""
    return replace(graph, resources={urn: r for urn, r in graph.resources.items() if urn != row.urn})


def users(graph: Graph, row: Resource) -> list[Resource]:
    return [r for r in graph if any(row.urn in urns for urns in r.property_dependencies.values())]


def lacking(graph: Graph) -> set[str]:
    """Names of the parts that need what is gone."""
    model = read(graph)
    members = [m for store in model.stores for m in store.members]
    parts: list[Part] = [*model.entries, *model.balancers, *model.pools, *model.plans, *members]
    return {part.urn.rpartition("::")[2] for part in parts if part.missing}


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_whoever_refers_to_what_is_gone_is_found(sample: Sample) -> None:
    graph = sample.graph
    assert read(graph).dangling == {}
    rows = [r for r in graph if re.fullmatch(CONNECTIONS, r.type) and users(graph, r)]
    assert rows
    for row in rows:
        found = gone(graph, row).dangling
        assert dict.fromkeys((r.urn for r in users(graph, row)), (row.urn,)) == found, row.urn
    assert read(gone(graph, rows[-1])).dangling == gone(graph, rows[-1]).dangling


@pytest.mark.parametrize(
    ("type", "name", "part"),
    [
        (
            "aws:ec2/securityGroup:SecurityGroup",
            "midsize-prod-ireland-web-replicas",
            "midsize-prod-ireland-web-service",
        ),
        ("aws:iam/role:Role", "midsize-prod-ireland-web-execution", "midsize-prod-ireland-web-service"),
        ("aws:ecs/taskDefinition:TaskDefinition", "midsize-prod-ireland-web-task", "midsize-prod-ireland-web-service"),
    ],
)
def test_a_tier_is_not_counted_on_without_what_it_needs(type: str, name: str, part: str) -> None:
    graph = SAMPLES[0].graph
    (row,) = (r for r in graph.of_type(type) if r.name == name)
    cut = gone(graph, row)
    assert part in lacking(cut)
    found = assess(focused(read(cut)))
    assert any(
        f.code == "BC0033" and f"{row.type} {row.name}, which is not there" in say(f.says) for f in found.findings
    )
    browse = [o for r in found.scenarios for o in r.outcomes if o.capability == "browse"]
    assert not any(o.kind is Kind.UNAFFECTED for o in browse)
    assert not any(v.judgement is Judgement.MET for o in browse if o.kind is Kind.UNDECIDED for v in o.verdicts)
    assert any(part in say(reason) for o in browse for reason in o.unknown)


def test_a_preview_that_leaves_out_what_stays_says_nothing_of_what_is_not_there() -> None:
    graph = SAMPLES[0].graph
    row = next(r for r in graph.of_type("aws:ec2/securityGroup:SecurityGroup") if users(graph, r))
    partial = replace(gone(graph, row), complete=False)
    assert read(partial).dangling == {}
    assert lacking(partial) == set()
