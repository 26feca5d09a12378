"""What tests of Google Cloud components share: regions, recording a program, and contracts that hold for all."""

from __future__ import annotations

import inspect
from functools import cache, partial
from typing import Any

import pulumi
import pulumi_gcp as gcp

from bcinfra.component import DeletionPolicy
from bcinfra.gcp.region import KeyedRegion, Project, Region
from bcinfra.graph.core.model import Graph, Resource
from tests.helpers import declaring, kept_back, kinds, strays

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
    problems = [*strays(graph, "gcp"), *kept_back(graph, "gcp")]
    for resource in (r for r in graph if r.package == "gcp"):
        provider, takes = graph.provider_of(resource), inputs_of(resource.type)
        if provider and "project" in takes and resource.inputs.get("project") != provider.inputs["project"]:
            problems.append(f"{resource.urn} is in project {resource.inputs.get('project')!r}")
        field = "userLabels" if resource.type in NO_LABELS else "labels"
        labels = resource.inputs.get(field)
        if "labels" in takes and not (isinstance(labels, dict) and labels.get("customer") and labels.get("name")):
            problems.append(f"{resource.urn} has labels {labels!r}")
    return problems


declare = declaring(broken_promises)
counts = partial(kinds, package="gcp")


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
