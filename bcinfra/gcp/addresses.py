"""Address plans: which range each region of a network gets for what, so that adding one never moves another.

=========  ========  ==================================================================
range      of a /16  for
=========  ========  ==================================================================
workloads  /17       instances, Cloud Run instances, Google Kubernetes Engine nodes
services   /18       managed services behind private service access, such as Cloud SQL
endpoints  /19       endpoints of services behind Private Service Connect
free       /19
=========  ========  ==================================================================
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bcinfra.planning.addresses import network

LONGEST_PREFIX: Final = 22
"""A /22 leaves a /24 for services, the smallest that Cloud SQL advises (Cloud SQL, configure private IP)."""


class RegionPlan(NamedTuple):
    """The ranges of one region, in CIDR notation."""

    workloads: str
    services: str
    endpoints: str


def region_plan(cidr: str) -> RegionPlan:
    """The ranges of a region with range ``cidr``, /16 to /22. Raises ``ValueError`` for any other."""
    workloads, rest = network(cidr, shortest=16, longest=LONGEST_PREFIX).subnets()
    services, rest = rest.subnets()
    endpoints, _free = rest.subnets()
    return RegionPlan(str(workloads), str(services), str(endpoints))
