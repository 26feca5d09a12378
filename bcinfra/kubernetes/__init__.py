"""Components for Kubernetes, whoever runs it, each usable alone.

A name is imported from its module when it is first used: the SDK is large, and a program pays for what it declares.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers and editors; a test holds it equal to the table below
    from bcinfra.kubernetes.cluster import Cluster as Cluster
    from bcinfra.kubernetes.ingress import Ingress as Ingress
    from bcinfra.kubernetes.ingress import IngressArgs as IngressArgs
    from bcinfra.kubernetes.ingress import Route as Route
    from bcinfra.kubernetes.namespace import Namespace as Namespace
    from bcinfra.kubernetes.namespace import NamespaceArgs as NamespaceArgs
    from bcinfra.kubernetes.namespace import Priorities as Priorities
    from bcinfra.kubernetes.namespace import PrioritiesArgs as PrioritiesArgs
    from bcinfra.kubernetes.policy import Peer as Peer
    from bcinfra.kubernetes.workload import Workload as Workload
    from bcinfra.kubernetes.workload import WorkloadArgs as WorkloadArgs

_HOMES = {
    "cluster": ("Cluster",),
    "ingress": ("Ingress", "IngressArgs", "Route"),
    "namespace": ("Namespace", "NamespaceArgs", "Priorities", "PrioritiesArgs"),
    "policy": ("Peer",),
    "workload": ("Workload", "WorkloadArgs"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
