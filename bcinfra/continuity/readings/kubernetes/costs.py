"""What the types of Kubernetes cost: nothing by themselves, but for the balancers that a cloud makes for them.

Pods are paid with the servers that they run on. Where the program declares those, they have a price; where not, as many
nodes are counted as what pods ask for takes, at an estimate that a customer replaces; what asks for nothing is named as
having none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from bcinfra.continuity.model.costs import Area, Line
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.readings.base.metering import Costs, Meter, free, hours
from bcinfra.continuity.readings.base.view import as_number, as_row
from bcinfra.graph.core.model import Resource
from bcinfra.graph.core.values import Plain, is_list, is_object

_RUN: Final = (
    "kubernetes:apps/",
    "kubernetes:batch/",
    "kubernetes:core/v1:Pod:",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:ReplicationController",
    "kubernetes:helm.sh/",
    "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster:",
    "kubernetes:redis.redis.opstreelabs.in/",
    "kubernetes:rabbitmq.com/",
    "kubernetes:opensearch.opster.io/v1:OpenSearchCluster:",
    "kubernetes:opensearch.org/v1:OpenSearchCluster:",
)
"""How the tokens of types begin that take servers or disks."""
SERVICE: Final = "kubernetes:core/v1:Service"


def _balancer(meter: Meter, resource: Resource) -> Iterator[Line]:
    """The balancer that a cloud makes for a service of that type."""
    spec = meter.view.value(resource, "spec")
    if not (isinstance(spec, dict) and spec.get("type") == "LoadBalancer"):
        return
    site = next((one.site for one in meter.model.balancers if one.urn == resource.urn), None) or ""
    price = {"aws": "aws.nlb.hour", "gcp": "gcp.lb.rule.first5.hour"}.get(site.partition("/")[0])
    if price:
        yield Line(price, hours(1), "spec.type", region=site.partition("/")[2])


def costs(tokens: Mapping[str, object]) -> dict[str, Costs]:
    """What each type costs, of all that have a row. Left out is what runs and stores: its servers are unknown."""
    told = "an object of the cluster, which is paid with its servers"
    none = {token: free(told) for token in tokens if not f"{token}:".startswith(_RUN)}
    balancer = Costs("the balancer that a cloud makes for one of that type", _balancer, Area.COMPUTE)
    return {**none, **({SERVICE: balancer} if SERVICE in tokens else {})}


# -- nodes that exist -------------------------------------------------------------------------------------------------

NODE: Final = "node.month"
"""The price of a node that the program does not declare."""
_NODE: Final = 3.5, 14.0
"""vCPU and GiB that a node of 4 vCPU and 16 GiB leaves to pods, beside what keeps it running."""
_COUNTS: Final = ("replicas", "size", "clusterSize")
"""How fields are called that say how many there are of what stands beside and below them."""
_FOLLOWED: Final = "kubernetes:redis.redis.opstreelabs.in/v1beta2:RedisCluster"
"""A cluster whose operator runs a follower for each leader, of the same size."""
CORES: Final = {"m": 1e-3}
MEMORY: Final = {"Ki": 2**-20, "Mi": 2**-10, "Gi": 1.0, "Ti": 2**10, "M": 1e6 / 2**30, "G": 1e9 / 2**30}


class Asked(NamedTuple):
    """What pods ask for."""

    vcpu: float
    gib: float


def asked(meter: Meter, resource: Resource) -> Asked:
    """What all pods of a workload, or of what an operator makes one of, ask for while no more than usual run."""
    spec = as_row(meter.view.value(resource, "spec"))
    pool = meter.pools.get(resource.urn)
    running = meter.running(pool) if pool else None
    if running:
        one = _sum(_requests({**spec, "replicas": 1}, 1.0))
        return Asked(one.vcpu * running.typical, one.gib * running.typical)
    found = _sum(_requests(spec, 1.0))
    return Asked(2 * found.vcpu, 2 * found.gib) if resource.type == _FOLLOWED else found


def nodes(pods: Iterable[Asked], zones: int) -> Range:
    """How many nodes pods of one site take, at least one in each zone: at most twice as many, for nothing fills all."""
    every = _sum(pods)
    count = max(zones, *(math.ceil(need / room) for need, room in zip(every, _NODE, strict=True)))
    return Range(count, 2 * count, count)


def _sum(rows: Iterable[Asked]) -> Asked:
    listed = list(rows)
    return Asked(math.fsum(one.vcpu for one in listed), math.fsum(one.gib for one in listed))


def _requests(value: Plain, times: float) -> Iterator[Asked]:
    if is_list(value):
        for one in value:
            yield from _requests(one, times)
    elif is_object(value):
        times *= next((n for key in _COUNTS if (n := as_number(value.get(key))) is not None), 1.0)
        needs = as_row(as_row(value.get("resources")).get("requests"))
        if needs:
            yield Asked(times * amount(needs.get("cpu"), CORES), times * amount(needs.get("memory"), MEMORY))
        for key, one in value.items():
            if key != "resources":
                yield from _requests(one, times)


def amount(value: Plain, units: Mapping[str, float]) -> float:
    """A quantity as Kubernetes writes it; bare bytes of memory come to next to nothing."""
    text = str(value or 0)
    unit = next((unit for unit in units if text.endswith(unit)), "")
    return (as_number(text.removesuffix(unit)) or 0.0) * (units[unit] if unit else 1.0 if "m" in units else 2**-30)
