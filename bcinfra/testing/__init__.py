"""Test what a Pulumi program declares: no CLI, no credentials, no engine.

::

    from bcinfra.testing import assert_counts, assert_resource, preview

    def test_the_database_is_protected():
        graph = preview(program)  # or preview("path/to/project", stack="dev")
        database = assert_resource(graph, "aws:rds/instance:Instance", "db", multiAz=True)
        assert database.options.protect
        assert_counts(graph, {"aws:rds/instance:Instance": 1, "aws:ec2/vpc:Vpc": 1})

Inputs are asserted as they were recorded, by Pulumi's own camelCase names. Nothing is asserted inside ``apply``, where
a preview would never look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bcinfra.graph.core.model import STACK_TYPE, Graph, Resource, Value


def preview(program: Callable[[], object] | Path | str, *, stack: str = "test", **options: Any) -> Graph:
    """What ``program`` declares: a function, or the folder of a Pulumi project.

    ``options`` are those of :func:`bcinfra.graph.record.record` (``config``, ``invokes``, ``stack_references``, ...).
    Raises :class:`bcinfra.graph.core.problem.RecordError` with all that is wrong, each at its line.
    """
    if callable(program):
        from bcinfra.graph.record.recorder import record

        return record(program, stack=stack, **options)
    from bcinfra.graph.process.project import record_project

    return record_project(Path(program), stack, **options)


def assert_resource(graph: Graph, token: str, name: str, /, **inputs: Value) -> Resource:
    """The resource of type ``token`` called ``name``, whose ``inputs`` are these (others may be there too)."""
    found = next((row for row in graph.of_type(token) if row.name == name), None)
    if found is None:
        raise AssertionError(f"there is no {token} {name!r}; {_nearest(graph, token, name)}")
    wrong = [
        f"{key} is {found.inputs.get(key)!r}, not {value!r}"
        for key, value in inputs.items()
        if found.inputs.get(key) != value
    ]
    if wrong:
        raise AssertionError(f"{token} {name!r} at {found.place}: {'; '.join(wrong)}")
    return found


def count_types(graph: Graph, *packages: str) -> Counter[str]:
    """How many resources of each type ``packages`` (``aws``, ...) have, or all of them where none is given.

    The stack itself and providers that Pulumi makes by default are not counted.
    """
    rows = (row for row in graph if row.type != STACK_TYPE and not row.is_default_provider)
    return Counter(row.type for row in rows if not packages or row.package in packages)


def assert_counts(graph: Graph, counts: Mapping[str, int]) -> None:
    """The graph holds exactly these numbers of resources by type, as :func:`count_types` counts, and of no other type.

    Sealing the counts makes a resource that appears or goes show up in review.
    """
    found = count_types(graph)
    tokens = sorted({*found, *counts})
    wrong = [
        f"{token}: {found[token]}, not {counts.get(token, 0)}"
        for token in tokens
        if found[token] != counts.get(token, 0)
    ]
    if wrong:
        raise AssertionError("\n".join(["counts differ:", *wrong]))


def _nearest(graph: Graph, token: str, name: str) -> str:
    names = [row.name for row in graph.of_type(token)]
    if names:
        return f"of this type there are: {', '.join(get_close_matches(name, names, 5, cutoff=0) or names)}"
    types = get_close_matches(token, graph.types, 3, cutoff=0)
    return f"types nearest to it are: {', '.join(types)}"


__all__ = ["assert_counts", "assert_resource", "count_types", "preview"]
