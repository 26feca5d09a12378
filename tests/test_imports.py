"""No circle of files: what a file imports, for types alone too, never leads back to it.

What may import what beyond that stands in pyproject.toml, and ``make lint`` holds it.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from tools.imports import import_graph


def circle(*packages: str) -> list[str]:
    """The files of one circle, each imported by the next; empty where there is none."""
    graph = import_graph(*packages)
    try:
        TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("packages", [("bcinfra", "stacks"), ("tools",), ("tests",)])
def test_no_circle_of_files(packages: tuple[str, ...]) -> None:
    assert not circle(*packages)
