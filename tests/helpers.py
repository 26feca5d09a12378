"""What tests of components share, whoever's cloud they are for: recording a program, its rows, and its refusals."""

from __future__ import annotations

import importlib
import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from bcinfra.component import RefusedError
from bcinfra.graph import Graph, Resource
from bcinfra.spec.base import Model, refusal
from bcinfra.spec.problems import key
from bcinfra.testing import count_types, preview

Program: TypeAlias = Callable[[], object]


# -- recording --------------------------------------------------------------------------------------------------------


def declaring(broken_promises: Callable[[Graph], list[str]]) -> Callable[[Program], Graph]:
    """How a vendor's tests record a program: held to what is promised of every component."""

    def declare(program: Program) -> Graph:
        graph = preview(program)
        assert not (found := broken_promises(graph)), "\n".join(found)
        return graph

    return declare


def strays(graph: Graph, package: str) -> Iterator[str]:
    """Resources of a vendor that Pulumi's default provider makes, or that are no component's children."""
    for resource in (r for r in graph if r.package == package):
        provider = graph.provider_of(resource)
        if not provider or provider.is_default_provider:
            yield f"{resource.urn} is left to the default provider"
        if not resource.parent or graph[resource.parent].package != "bcinfra":
            yield f"{resource.urn} is not the child of a component"


def kept_back(graph: Graph, package: str) -> Iterator[str]:
    """Outputs that components of ``bcinfra.<package>`` have as attributes and do not register. One that may be ``None``
    may be missing.
    """
    module = importlib.import_module(f"bcinfra.{package}")
    for component in (r for r in graph if r.package == "bcinfra"):
        promised = _outputs(getattr(module, component.type.rsplit(":", 1)[-1]))
        yield from (
            f"{component.urn} keeps {output} to itself" for output in sorted(promised - component.outputs.keys())
        )


def _outputs(cls: type) -> set[str]:
    bases = [base for base in cls.__mro__ if base.__module__.startswith("bcinfra.") and base.__module__.count(".") > 1]
    hints = {name: str(hint) for base in bases for name, hint in inspect.get_annotations(base).items()}
    return {
        camel(name)
        for name, hint in hints.items()
        if not name.startswith("_") and not any(word in hint for word in ("None", "ClassVar"))
    }


def refusals(make: Program) -> list[str]:
    """What ``make`` refuses its arguments with, line by line."""
    lines: list[str] = []
    preview(lambda: lines.extend(told(make)))
    return lines


def told(make: Program) -> list[str]:
    """The same in a program that runs already."""
    try:
        made = make()
    except RefusedError as error:
        problems = [replace(one, path=one.path[1:]) for one in error.problems]
    else:
        problems = refusal(made) if isinstance(made, Model) else ()  # a part waits for what it is a part of
    assert problems, "nothing is refused"
    assert "correct horse" not in "".join(map(str, problems)), "an error tells the password"
    return [f"{key(one.path)}: {one.message}" if one.path else one.message for one in problems]


# -- rows -------------------------------------------------------------------------------------------------------------


def row(graph: Graph, kind: str, name: str) -> Resource:
    """The one resource whose type ends in ``kind``, called ``name``."""
    found = rows(graph, kind)
    assert name in found, f"no {kind} {name!r}; there are {sorted(found)}"
    return found[name]


def rows(graph: Graph, kind: str) -> dict[str, Resource]:
    """The resources whose type ends in ``kind``, by name."""
    return {r.name: r for r in graph if r.type.endswith(f":{kind}")}


def kinds(graph: Graph, package: str) -> dict[str, int]:
    """How many resources of each kind of a vendor there are: seals what a program makes."""
    found: Counter[str] = Counter()
    for token, count in count_types(graph, package).items():
        found[token.rsplit(":", 1)[-1]] += count
    return found


def camel(field: str) -> str:
    """Pulumi's name of an input, such as ``kmsKeyId`` for ``kms_key_id``."""
    head, *rest = field.split("_")
    return head + "".join(map(str.capitalize, rest))


# -- after a failover -------------------------------------------------------------------------------------------------


def assert_adopted(before: Graph, after: Graph, **failover_fields: tuple[str, ...]) -> None:
    """The two graphs differ in nothing but the fields that are ignored, which are given by kind of resource."""
    assert set(before.resources) == set(after.resources)
    for old in before:
        new = after[old.urn]
        hidden = [
            ".".join(camel(part) for part in field.split("."))
            for field in failover_fields.get(old.type.rsplit(":", 1)[-1], ())
        ]
        assert _but(old, hidden) == _but(new, hidden), old.urn
        assert old.options == new.options, old.urn
        assert set(hidden) <= set(old.options.ignore_changes), old.urn


def _but(resource: Resource, hidden: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: dict(v) if isinstance(v, dict) else v for key, v in resource.inputs.items()}
    for path in hidden:
        *outer, last = path.split(".")
        inside = kept
        for step in outer:
            inside = inside.get(step, {})
        inside.pop(last, None)
    return kept
