"""No circle of files: what a file imports, for types alone too, never leads back to it.

What may import what beyond that stands in pyproject.toml, and ``make lint`` holds it.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tools.imports import import_graph

OPEN = [("bcinfra.gcp.takeover", "bcinfra.gcp.failover")]
"""Imports that close a circle and are still to be cut: FailoverArgs is to stand below both (issue 11)."""


def circle(*packages: str) -> list[str]:
    """The files of one circle, each imported by the next; empty where there is none."""
    graph = import_graph(*packages)
    for importer, imported in OPEN if "bcinfra" in packages else ():
        assert graph.direct_import_exists(importer=importer, imported=imported), "it is cut: drop it from OPEN"
        graph.remove_import(importer=importer, imported=imported)
    try:
        TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("packages", [("bcinfra", "stacks"), ("tools",), ("tests",)])
def test_no_circle_of_files(packages: tuple[str, ...]) -> None:
    assert not circle(*packages)
