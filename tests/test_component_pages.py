"""The pages on components are what the code says: ``make docs`` writes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bcinfra.continuity.readings.read import read
from tools.alone import Row, survives
from tools.components import PACKAGES, PAGES, Sample, components, pages, samples


def rows(sample: Sample, **inputs: object) -> dict[str, Row]:
    """What a sample survives by itself, with inputs of its databases changed."""
    graph = sample.graph
    changed = {
        row.urn: replace(row, inputs={**row.inputs, **inputs})  # type: ignore[dict-item]
        for row in sample.made
        if row.type == "aws:rds/instance:Instance"
    }
    model = read(replace(graph, resources={**graph.resources, **changed}))
    return {row.lost: row for row in survives(model, {row.urn for row in sample.made})}


def mysql() -> Sample:
    return samples("aws")["bcinfra:aws:MySql"]


@pytest.mark.parametrize("name", ["README.md", *(f"{package}.md" for package in PACKAGES)])
def test_the_committed_pages_are_what_make_docs_writes(name: str) -> None:
    assert (PAGES / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_every_component_has_a_section() -> None:
    made = pages()
    for package in PACKAGES:
        assert components(package)
        for cls in components(package):
            assert f"\n## {cls.__name__}\n" in made[f"{package}.md"]


def test_what_it_survives_follows_the_graph() -> None:
    assert rows(mysql())["a zone"].outcome == "recovers by itself"
    assert rows(mysql(), multiAz=False)["a zone"].outcome != "recovers by itself"


def test_a_component_is_judged_without_the_help_of_others() -> None:
    """The sample's isolated backups are another component's: they do not count for the database alone."""
    assert rows(mysql())["an account, taken over"].data == "all of it"


def test_what_neither_serves_nor_keeps_data_is_not_judged() -> None:
    for name in ("Key", "Network", "AlarmTopic"):
        sample = samples("aws")[f"bcinfra:aws:{name}"]
        assert survives(sample.model, {row.urn for row in sample.made}) == []
