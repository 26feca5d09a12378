"""Address plans: which range each site and each subnet gets, so that adding one never moves another.

A VPC is cut into eight equal blocks, one for each zone number that AWS uses, whether the zone is in use or not. Within
a zone half the block is for private subnets (tasks and instances take an address each), a quarter for data, an eighth
for public ones (load balancers and NAT gateways only), and an eighth stays free.

=========  ============  =====================
VPC /16    prefix        addresses AWS leaves
=========  ============  =====================
private    /20           4091
data       /21           2043
public     /22           1019
free       /22
=========  ============  =====================
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Final, NamedTuple

from bcinfra.places.regions import zone_number
from bcinfra.planning import addresses

_ZONE_BITS: Final = 3
LONGEST_VPC_PREFIX: Final = 22
"""A /22 VPC leaves /28 public subnets, the smallest AWS makes (VPC User Guide, subnet sizing)."""


class ZonePlan(NamedTuple):
    """The ranges of one zone, in CIDR notation."""

    public: str
    private: str
    data: str


def network(cidr: str) -> IPv4Network:
    """``cidr`` as the range of a VPC; raises ``ValueError`` when it is none or of another size."""
    return addresses.network(cidr, shortest=16, longest=LONGEST_VPC_PREFIX)


def zone_plans(cidr: str, zone_ids: Iterable[str]) -> dict[str, ZonePlan]:
    """The subnets of each zone of a VPC with range ``cidr``.

    A zone's ranges depend on the VPC and the zone's own number alone. Raises ``ValueError`` for a bad range or zone id.
    """
    blocks = list(network(cidr).subnets(_ZONE_BITS))
    return {zone: _zone_plan(blocks[zone_number(zone) - 1]) for zone in zone_ids}


def _zone_plan(block: IPv4Network) -> ZonePlan:
    private, rest = block.subnets()
    data, rest = rest.subnets()
    public, _free = rest.subnets()
    return ZonePlan(str(public), str(private), str(data))
