"""The sample shop, recorded and assessed once for all tests of reports."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.readings.read import read
from bcinfra.graph import Graph
from bcinfra.report.assess.page import Page, page
from bcinfra.report.assess.text import show_assessment
from bcinfra.report.assess.writing import to_document
from bcinfra.report.console import console
from tests.samples import assess, sample

ROOT = Path(__file__).parents[2]


class Shop(NamedTuple):
    """A stack through all steps."""

    graph: Graph
    model: Model
    assessment: Assessment
    document: dict[str, Any]

    def page(self, **options: Any) -> Page:
        return page(self.assessment, self.model, (self.graph.stack,), **options)


@pytest.fixture(scope="session")
def shop() -> Shop:
    return through(sample("midsize-prod"))


def through(graph: Graph) -> Shop:
    model = read(graph)
    found = assess(model)
    return Shop(graph, model, found, to_document(found, model))


def without_standby_in_zone(graph: Graph) -> Graph:
    """The database of the primary site in one zone only."""
    return changed(graph, "aws:rds/instance:Instance", "ireland", multiAz=False)


def changed(graph: Graph, token: str, part: str, **inputs: Any) -> Graph:
    """The graph with inputs of the resources of a type whose name holds ``part`` changed; some there must be."""
    hit = [row for row in graph.of_type(token) if part in row.name]
    assert hit
    rows = {row.urn: replace(row, inputs={**row.inputs, **inputs}) for row in hit}
    return replace(graph, resources={**graph.resources, **rows})


def text(said: Page, width: int = 120, **options: Any) -> str:
    out = StringIO()
    show_assessment(console(out, width=width, color=False), said, **options)
    return out.getvalue()
