"""How large what is declared is, as its own properties say it: what one looks for first on a bill."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.graph.core.model import Resource, Value


class _Said(NamedTuple):
    """Words made of properties, of which all must be known."""

    text: str
    """A format of the values, in the order of the paths."""
    paths: tuple[str, ...]
    scale: float = 1
    """What numbers are multiplied with."""


def _said(text: str, *paths: str, scale: float = 1) -> _Said:
    return _Said(text, paths, scale)


_QUANTITY: Final = re.compile(r"(\d+(?:\.\d+)?)(m|Mi|Gi|M|G)")
_GIB: Final = {"Mi": 1 / 1024, "Gi": 1.0, "M": 1e6 / 2**30, "G": 1e9 / 2**30}
_POD: Final = "spec.template.spec.containers.0.resources.requests"
SIZES: Final[Mapping[str, tuple[_Said, ...]]] = {
    "aws:appautoscaling/target:Target": (_said("{} to {} of", "minCapacity", "maxCapacity"),),
    "aws:autoscaling/group:Group": (_said("{} to {} of", "minSize", "maxSize"),),
    "aws:ec2/instance:Instance": (_said("{}", "instanceType"),),
    "aws:ec2/launchTemplate:LaunchTemplate": (_said("{}", "instanceType"),),
    "aws:ecs/taskDefinition:TaskDefinition": (
        _said("{:g} vCPU", "cpu", scale=1 / 1024),
        _said("{:g} GiB", "memory", scale=1 / 1024),
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        _said("{}", "nodeType"),
        _said("{} shards", "numNodeGroups"),
    ),
    "aws:elasticache/cluster:Cluster": (_said("{}", "nodeType"),),
    "aws:rds/clusterInstance:ClusterInstance": (_said("{}", "instanceClass"),),
    "aws:rds/instance:Instance": (_said("{}", "instanceClass"), _said("{} GiB", "allocatedStorage")),
    "gcp:cloudrunv2/service:Service": (
        _said("{} to {} of", "scaling.minInstanceCount", "template.scaling.maxInstanceCount"),
        _said("{} vCPU", "template.containers.0.resources.limits.cpu"),
        _said("{}", "template.containers.0.resources.limits.memory"),
    ),
    "gcp:compute/instanceTemplate:InstanceTemplate": (_said("{}", "machineType"),),
    "gcp:compute/instance:Instance": (_said("{}", "machineType"),),
    "gcp:redis/cluster:Cluster": (_said("{}", "nodeType"), _said("{} shards", "shardCount")),
    "gcp:redis/instance:Instance": (_said("{} GiB", "memorySizeGb"),),
    "gcp:sql/databaseInstance:DatabaseInstance": (
        _said("{}", "settings.tier"),
        _said("{} GiB", "settings.diskSize"),
    ),
    "kubernetes:apps/v1:Deployment": (_said("{} vCPU", f"{_POD}.cpu"), _said("{}", f"{_POD}.memory")),
    "kubernetes:apps/v1:StatefulSet": (
        _said("{} of", "spec.replicas"),
        _said("{} vCPU", f"{_POD}.cpu"),
        _said("{}", f"{_POD}.memory"),
    ),
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": (
        _said("{} to {} of", "spec.minReplicas", "spec.maxReplicas"),
    ),
    "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster": (
        _said("{} of", "spec.pxc.size"),
        _said("{} vCPU", "spec.pxc.resources.requests.cpu"),
        _said("{}", "spec.pxc.resources.requests.memory"),
    ),
    "kubernetes:opensearch.org/v1:OpenSearchCluster": (
        _said("{} of", "spec.nodePools.0.replicas"),
        _said("{} vCPU", "spec.nodePools.0.resources.requests.cpu"),
        _said("{}", "spec.nodePools.0.resources.requests.memory"),
    ),
    "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster": (
        _said("{} of", "spec.replicas"),
        _said("{} vCPU", "spec.resources.requests.cpu"),
        _said("{}", "spec.resources.requests.memory"),
    ),
    "kubernetes:redis.redis.opstreelabs.in/v1beta2:RedisCluster": (
        _said("{} shards", "spec.clusterSize"),
        _said("{}", "spec.kubernetesConfig.resources.requests.memory"),
    ),
}
"""What of each type says its size. How many come first."""


def size(resources: Iterable[Resource]) -> str:
    """The sizes of resources in one line, each once: ``3 to 36 of 1 vCPU 2 GiB``; empty where none is known."""
    counted = Counter(said for row in resources if (said := _size(row)))
    many = sorted((said for said in counted if said.endswith(" of")), reverse=True)
    each = [said if n == 1 else f"{n} x {said}" for said, n in counted.items() if said not in many]
    if len(many) == 1 and len(each) == 1:
        return f"{many[0]} {each[0]}"
    return ", ".join((*(said.removesuffix(" of") for said in many), *each))


def _size(resource: Resource) -> str:
    return " ".join(_parts(resource))


def _parts(resource: Resource) -> Iterator[str]:
    for said in SIZES.get(resource.type, ()):
        values = [_at(resource.inputs, path) for path in said.paths]
        if all(isinstance(value, str | int | float) and value != "" for value in values):
            yield said.text.format(*(_scaled(value, said.scale) for value in values))


def _at(value: Value | Mapping[str, Value], path: str) -> object:
    found: object = value
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):  # pyright: ignore[reportUnknownArgumentType]
            found = found[int(step)]  # pyright: ignore[reportUnknownVariableType]
        else:
            return None
    return found  # pyright: ignore[reportUnknownVariableType]


def _scaled(value: object, scale: float) -> object:
    """Numbers as such; whole ones without a fraction; quantities of Kubernetes in cores and GiB."""
    if isinstance(value, str) and (found := _QUANTITY.fullmatch(value)):
        number, unit = float(found[1]), found[2]
        return f"{number / 1000:g}" if unit == "m" else f"{number * _GIB[unit]:.3g} GiB"
    if isinstance(value, str) and scale != 1:
        return float(value) * scale
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str) or scale == 1 else float(str(value)) * scale
