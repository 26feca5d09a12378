"""Whatever a property holds, reading ends with a model: what is not known or not understood is left out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bcinfra.continuity.readings.base.reading import Part
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import READINGS
from bcinfra.graph import Graph
from bcinfra.graph.core.model import UNKNOWN, Resource, Secret, Value
from bcinfra.graph.record.recorder import record
from tests.continuity.readings import onprem_programs, test_flow, test_stores

ODD: list[Value] = [UNKNOWN, None, Secret(), "", "x", -1, True, [], {}, [UNKNOWN], {"": UNKNOWN}, ["x", 1, None]]


def bent(value: Value, chance: random.Random) -> Value:
    """A value in which some parts are of a kind that nobody expects."""
    if chance.random() < 0.08:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {key: bent(item, chance) for key, item in value.items()}
    if isinstance(value, list):
        return [bent(item, chance) for item in value]
    return value


def mutated(graph: Graph, chance: random.Random) -> Graph:
    def row(resource: Resource) -> Resource:
        inputs: Mapping[str, Value] = {name: bent(value, chance) for name, value in resource.inputs.items()}
        dependencies = {name: urns for name, urns in resource.property_dependencies.items() if chance.random() > 0.1}
        return replace(resource, inputs=inputs, property_dependencies=dependencies)

    return replace(graph, resources={urn: row(r) for urn, r in graph.resources.items() if chance.random() > 0.05})


@pytest.mark.parametrize(
    "program",
    [
        test_flow.two_sites,
        lambda: test_stores.region_switch(promotes=True),
        test_stores.backed_up,
        test_stores.redis,
        test_stores.buckets,
        lambda: test_stores.aurora(None, "eu-west-1a", everywhere=True),
        onprem_programs.called,
        onprem_programs.called_from_google,
        onprem_programs.on_kubernetes,
    ],
    ids=["sites", "switch", "backups", "redis", "buckets", "aurora", "premises", "tunnels", "cluster in a room"],
)
def test_odd_values_are_no_crash(program: object) -> None:
    assert callable(program)
    graph = record(program)
    for seed in range(30):
        model = read(mutated(graph, random.Random(seed)))
        urns = [part.urn for part in (*model.entries, *model.balancers, *model.pools)]
        assert len(urns) == len(set(urns))
        names = [store.name for store in model.stores]
        assert len(names) == len(set(names))


def test_every_reading_says_what_and_why() -> None:
    for token, reading in READINGS.items():
        assert reading.what, token
        assert reading.parts or reading.part is not Part.OWN, token
        assert not reading.parts or reading.part is not Part.PLUMBING, token  # where data is, what it says of others
        assert reading.part is Part.OWN or reading.why, token
