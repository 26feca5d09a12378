"""What the types of Kubernetes cost: nothing by themselves, but for the balancers that a cloud makes for them.

Pods are paid with the servers that they run on. Where the program declares those, they have a price; where not, what
runs is named as having none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.costs import Area, Line
from bcinfra.continuity.readings.base.metering import Costs, Meter, free, hours
from bcinfra.graph.core.model import Resource

_RUN: Final = (
    "kubernetes:apps/",
    "kubernetes:batch/",
    "kubernetes:core/v1:Pod:",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:ReplicationController",
    "kubernetes:helm.sh/",
    "kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster:",
    "kubernetes:redis.redis.opstreelabs.in/",
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
