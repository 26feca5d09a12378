"""What all pods share: how they spread, how soon they leave a dead node, what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bcinfra.component import Str
from bcinfra.kubernetes.cluster import HOST, ZONE

DEAD_NODE_SECONDS: Final = 30
"""How long a pod stays bound to a node that does not answer. The default of 300 makes the loss of a node an outage of
six minutes for what ran there (Kubernetes documentation, Taints and Tolerations)."""

RESTRICTED: Final[Mapping[str, Any]] = {
    "allowPrivilegeEscalation": False,
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
"""A container's part of the ``restricted`` Pod Security Standard, and a file system that cannot be changed."""


def spread(selector: Mapping[str, str], *, strict_hosts: bool = False) -> list[dict[str, Any]]:
    """Spreads the pods of ``selector`` evenly over zones, and over hosts as far as there are enough."""
    return [even(ZONE, selector, strict=True), even(HOST, selector, strict=strict_hosts)]


def even(topology: str, selector: Mapping[str, str], *, strict: bool, each: str | None = None) -> dict[str, Any]:
    """One spread constraint: no place has two pods more than another. ``each`` counts the pods apart that differ in
    that label."""
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "DoNotSchedule" if strict else "ScheduleAnyway",
        "labelSelector": {"matchLabels": dict(selector)},
        # A zone that is down must not count as one with room, or nothing replaces its pods elsewhere.
        "nodeTaintsPolicy": "Honor",
        **({"matchLabelKeys": [each]} if each else {}),
    }


def tolerations() -> list[dict[str, Any]]:
    """Leaves a dead node after :data:`DEAD_NODE_SECONDS`."""
    return [
        {
            "key": f"node.kubernetes.io/{state}",
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": DEAD_NODE_SECONDS,
        }
        for state in ("not-ready", "unreachable")
    ]


def user(uid: int) -> dict[str, Any]:
    """A pod's part of the ``restricted`` standard, as a user that is not root and owns its volumes."""
    return {
        "runAsNonRoot": True,
        "runAsUser": uid,
        "runAsGroup": uid,
        "fsGroup": uid,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def resources(cpu: float, memory: int) -> dict[str, Any]:
    """``cpu`` cores and ``memory`` MiB, reserved. Memory is also the limit; CPU has none, so that a peak may use what
    is free."""
    return {
        "requests": {"cpu": f"{round(cpu * 1000)}m", "memory": f"{memory}Mi"},
        "limits": {"memory": f"{memory}Mi"},
    }


def environment(values: Mapping[str, Str], secret: Str | None = None, keys: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Environment variables: ``values``, and those that are keys of a Kubernetes secret."""
    return [{"name": name, "value": values[name]} for name in sorted(values)] + [
        {"name": key, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}} for key in sorted(keys)
    ]


def scratch(paths: Iterable[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Volumes, and their mounts, for directories that may be written and are empty at each start."""
    named = {path.strip("/").replace("/", "-").lower(): path for path in sorted(paths)}
    return (
        [{"name": name, "emptyDir": {}} for name in named],
        [{"name": name, "mountPath": path} for name, path in named.items()],
    )
