"""What tests of Google Cloud components share: regions, recording a program, and contracts that hold for all."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pydantic import ValidationError

import bcinfra.gcp
from bcinfra.component import DeletionPolicy
from bcinfra.gcp.region import KeyedRegion, Project, Region
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.graph.record.recorder import record

PROJECT, NUMBER = "acme-prod", "111111111111"
VAULT, VAULT_NUMBER = "acme-vault", "999999999999"
REGIONS = {"ghent": "europe-west1", "turin": "europe-west12"}
MAINTENANCE = {"ghent": "tue:03:00-tue:04:00", "turin": "wed:03:00-wed:04:00"}


def _deletion(disposable: bool) -> DeletionPolicy:
    return DeletionPolicy.DISPOSABLE if disposable else DeletionPolicy.PROTECT


def project(project_id: str = PROJECT, number: str | None = NUMBER, *, disposable: bool = False) -> Project:
    """A project with a provider of its own; call it inside the program that is recorded."""
    provider = gcp.Provider(project_id, project=project_id)
    return Project(
        project=project_id,
        number=number,
        provider=provider,
        labels={"customer": "acme"},
        deletion=_deletion(disposable),
    )


def region(
    name: str = "europe-west1",
    project_id: str = PROJECT,
    number: str | None = NUMBER,
    *,
    disposable: bool = False,
) -> Region:
    """A region with a provider of its own."""
    return Region(
        name=name,
        project=project_id,
        number=number,
        provider=gcp.Provider(f"{project_id}-{name}", project=project_id, region=name),
        labels={"customer": "acme"},
        deletion=_deletion(disposable),
    )


def key_name(location: str, project_id: str = PROJECT) -> str:
    """A key that exists already."""
    return f"projects/{project_id}/locations/{location}/keyRings/shop/cryptoKeys/shop"


def keyed(name: str = "europe-west1", project_id: str = PROJECT, *, disposable: bool = False) -> KeyedRegion:
    """A region with a key."""
    return KeyedRegion(region=region(name, project_id, disposable=disposable), key_name=key_name(name, project_id))


@cache
def inputs_of(token: str) -> frozenset[str]:
    """The inputs that the SDK's class for ``token`` takes, in snake case."""
    loaded = {getattr(cls, "pulumi_type", None): cls for cls in pulumi.CustomResource.__subclasses__()}
    return frozenset(inspect.signature(loaded[token]._internal_init).parameters)  # type: ignore[attr-defined]


NO_LABELS = frozenset({"gcp:monitoring/notificationChannel:NotificationChannel"})
"""Types whose ``labels`` are something else: those of a channel say where it leads."""


def broken_promises(graph: Graph) -> list[str]:
    """Where a graph breaks what is promised of every component."""
    problems: list[str] = []
    for resource in (r for r in graph if r.package == "gcp"):
        provider, takes = graph.provider_of(resource), inputs_of(resource.type)
        if not provider or provider.is_default_provider:
            problems.append(f"{resource.urn} is left to the default provider")
        elif "project" in takes and resource.inputs.get("project") != provider.inputs["project"]:
            problems.append(f"{resource.urn} is in project {resource.inputs.get('project')!r}")
        field = "userLabels" if resource.type in NO_LABELS else "labels"
        labels = resource.inputs.get(field)
        if "labels" in takes and not (isinstance(labels, dict) and labels.get("customer") and labels.get("name")):
            problems.append(f"{resource.urn} has labels {labels!r}")
        if not resource.parent or graph[resource.parent].package != "bcinfra":
            problems.append(f"{resource.urn} is not the child of a component")
    for component in (r for r in graph if r.package == "bcinfra"):
        kept = outputs_of(getattr(bcinfra.gcp, component.type.rsplit(":", 1)[-1])) - component.outputs.keys()
        problems += [f"{component.urn} keeps {output} to itself" for output in sorted(kept)]
    return problems


def outputs_of(cls: type) -> set[str]:
    """The outputs that a component promises, as registered: its public attributes that are never ``None``."""
    bases = [base for base in cls.__mro__ if base.__module__.startswith("bcinfra.gcp")]
    hints = {name: hint for base in bases for name, hint in inspect.get_annotations(base).items()}
    return {
        camel(name)
        for name, hint in hints.items()
        if not name.startswith("_") and not any(word in hint for word in ("None", "ClassVar"))
    }


def declare(program: Callable[[], object]) -> Graph:
    """Record ``program`` and hold it to what is promised of every component."""
    graph = record(program)
    assert not (problems := broken_promises(graph)), "\n".join(problems)
    return graph


def counts(graph: Graph) -> dict[str, int]:
    """How many resources of each kind there are, without the stack and its providers: seals what a program makes."""
    return dict(Counter(r.type.rsplit(":", 1)[-1] for r in graph if r.package == "gcp"))


def row(graph: Graph, kind: str, name: str) -> Resource:
    """The one resource whose type ends in ``kind``, called ``name``."""
    found = {r.name: r for r in graph if r.type.endswith(f":{kind}")}
    assert name in found, f"no {kind} {name!r}; there are {sorted(found)}"
    return found[name]


def rows(graph: Graph, kind: str) -> dict[str, Resource]:
    """The resources whose type ends in ``kind``, by name."""
    return {r.name: r for r in graph if r.type.endswith(f":{kind}")}


def nested(resource: Resource, *path: str) -> Any:
    """A value inside a resource's inputs, without the inputs inside it that are not set."""
    value: Any = resource.inputs
    for key in path:
        value = value[key]
    return _set(value)


def _set(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _set(inner) for key, inner in value.items() if inner is not None}
    return [_set(inner) for inner in value] if isinstance(value, list) else value


def region_of(graph: Graph, resource: Resource) -> object:
    """The region of the provider that makes ``resource``; ``None`` for a worldwide one."""
    provider = graph.provider_of(resource)
    assert provider, f"{resource.urn} is left to the default provider"
    return provider.inputs.get("region")


def needs(graph: Graph, resource: Resource, field: str) -> set[str]:
    """Names of the resources that an input is computed from."""
    return {graph[urn].name for urn in resource.property_dependencies.get(field, ())}


def refusals(make: Callable[[], object]) -> list[str]:
    """What ``make`` refuses its arguments with, line by line."""
    lines: list[str] = []

    def program() -> None:
        with pytest.raises(ValidationError) as caught:
            make()
        assert "correct horse" not in str(caught.value), "an error tells the password"
        for error in caught.value.errors():
            lines.extend(error["msg"].removeprefix("Value error, ").splitlines())

    record(program)
    return lines


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
        for key in outer:
            inside = inside.get(key, {})
        inside.pop(last, None)
    return kept


def camel(field: str) -> str:
    """Pulumi's name of an input, such as ``kmsKeyName`` for ``kms_key_name``."""
    head, *rest = field.split("_")
    return head + "".join(map(str.capitalize, rest))
