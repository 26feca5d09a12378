"""What tests of Kubernetes components share: clusters, recording a program, and contracts that hold for all."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pulumi_kubernetes as kubernetes
import pytest
from pydantic import ValidationError

import bcinfra.kubernetes
from bcinfra.component import DeletionPolicy
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.graph.record.recorder import record
from bcinfra.kubernetes.cluster import Cluster
from tests.kubernetes import schemas

ZONES = {"dublin": ("euw1-az1", "euw1-az2", "euw1-az3"), "ghent": ("rack-1", "rack-2", "rack-3")}
IMAGE = "registry.example/web@sha256:" + "0" * 64
KUBECTL = "registry.example/kubectl:1.36.1"


def cluster(site: str = "dublin", *, disposable: bool = False, **more: Any) -> Cluster:
    """A cluster with a provider of its own; call it inside the program that is recorded."""
    return Cluster(
        **{
            "name": f"shop-{site}",
            "site": site,
            "zones": ZONES.get(site, ()),
            "provider": kubernetes.Provider(f"shop-{site}"),
            "labels": {"customer": "acme"},
            "kubectl_image": KUBECTL,
            "deletion": DeletionPolicy.DISPOSABLE if disposable else DeletionPolicy.PROTECT,
            **more,
        }
    )


def declare(program: Callable[[], object]) -> Graph:
    """Record ``program`` and hold it to what is promised of every component."""
    graph = record(program)
    assert not (found := broken_promises(graph)), "\n".join(found)
    return graph


def broken_promises(graph: Graph) -> list[str]:
    """Where a graph breaks what is promised of every component."""
    found = list(schemas.problems(graph))
    for row in (r for r in graph if r.package == "kubernetes"):
        provider = graph.provider_of(row)
        if not provider or provider.is_default_provider:
            found.append(f"{row.urn} is left to the default provider")
        if not row.parent or graph[row.parent].package != "bcinfra":
            found.append(f"{row.urn} is not the child of a component")
    for row in schemas.objects(graph):
        labels = nested(row, "metadata", "labels")
        wanted = ("customer", *(f"app.kubernetes.io/{label}" for label in ("name", "instance", "managed-by")))
        found.extend(f"{row.urn} lacks the label {label}" for label in wanted if not labels.get(label))
        name = row.inputs["metadata"].get("name", "")  # type: ignore[union-attr]
        if not (isinstance(name, str) and len(name) <= 63 and re.fullmatch("[a-z0-9.-]*", name)):
            found.append(f"{row.urn} is called {name!r}")
    for row in (r for r in graph if r.package == "bcinfra"):
        if not row.outputs:
            found.append(f"{row.urn} registered no outputs")
        for name, hint in inspect.get_annotations(getattr(bcinfra.kubernetes, row.type.rsplit(":", 1)[-1])).items():
            key = re.sub("_(.)", lambda match: match[1].upper(), name)
            if not name.startswith("_") and "None" not in str(hint) and key not in row.outputs and name != "package":
                found.append(f"{row.urn} keeps {key} to itself")
    return found


def counts(graph: Graph) -> dict[str, int]:
    """How many objects of each kind there are: seals what a program makes."""
    return dict(Counter(r.type.rsplit(":", 1)[-1] for r in graph if r.package == "kubernetes"))


def row(graph: Graph, kind: str, name: str) -> Resource:
    """The one object of a ``kind``, called ``name`` in the program."""
    found = {r.name: r for r in schemas.objects(graph) if r.inputs["kind"] == kind}
    assert name in found, f"no {kind} {name!r}; there are {sorted(found)}"
    return found[name]


def component(graph: Graph, kind: str, name: str) -> Resource:
    """The one component of a ``kind``."""
    (found,) = [r for r in graph.of_type(f"bcinfra:kubernetes:{kind}") if r.name == name]
    return found


def nested(resource: Resource, *path: str | int) -> Any:
    """A value inside a resource's inputs."""
    value: Any = resource.inputs
    for key in path:
        value = value[key]
    return value


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
