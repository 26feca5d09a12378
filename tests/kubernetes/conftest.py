"""What tests of Kubernetes components share: clusters, recording a program, and contracts that hold for all."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pulumi_kubernetes as kubernetes

from bcinfra.component import DeletionPolicy
from bcinfra.graph.core.model import Graph, Resource
from bcinfra.kubernetes.cluster import Cluster
from tests.helpers import declaring, kept_back, kinds, strays
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


def broken_promises(graph: Graph) -> list[str]:
    """Where a graph breaks what is promised of every component."""
    found = [*schemas.problems(graph), *strays(graph, "kubernetes"), *kept_back(graph, "kubernetes")]
    for row in schemas.objects(graph):
        labels = nested(row, "metadata", "labels")
        wanted = ("customer", *(f"app.kubernetes.io/{label}" for label in ("name", "instance", "managed-by")))
        found.extend(f"{row.urn} lacks the label {label}" for label in wanted if not labels.get(label))
        name = row.inputs["metadata"].get("name", "")  # type: ignore[union-attr]
        if not (isinstance(name, str) and len(name) <= 63 and re.fullmatch("[a-z0-9.-]*", name)):
            found.append(f"{row.urn} is called {name!r}")
    return found


declare = declaring(broken_promises)
counts = partial(kinds, package="kubernetes")


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
