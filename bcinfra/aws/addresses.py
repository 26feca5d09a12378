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

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Final, NamedTuple

from bcinfra.aws import zones

_ZONE_BITS: Final = 3
LONGEST_VPC_PREFIX: Final = 22
"""A /22 VPC leaves /28 public subnets, the smallest AWS makes (VPC User Guide, subnet sizing)."""


class ZonePlan(NamedTuple):
    """The ranges of one zone, in CIDR notation."""

    public: str
    private: str
    data: str


def network(cidr: str, *, shortest: int = 16, longest: int = LONGEST_VPC_PREFIX) -> IPv4Network:
    """``cidr`` as a network; raises ``ValueError`` when it is none, has host bits set or is not of an allowed size."""
    try:
        found = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"{cidr!r} is not an IPv4 range such as '10.0.0.0/16': {error}") from None
    if not shortest <= found.prefixlen <= longest:
        raise ValueError(f"{cidr!r} is a /{found.prefixlen}; allowed: /{shortest} to /{longest}")
    return found


def zone_plans(cidr: str, zone_ids: Iterable[str]) -> dict[str, ZonePlan]:
    """The subnets of each zone of a VPC with range ``cidr``.

    A zone's ranges depend on the VPC and the zone's own number alone. Raises ``ValueError`` for a bad range or zone id.
    """
    blocks = list(network(cidr).subnets(_ZONE_BITS))
    return {zone: _zone_plan(blocks[zones.number(zone) - 1]) for zone in zone_ids}


def _zone_plan(block: IPv4Network) -> ZonePlan:
    private, rest = block.subnets()
    data, rest = rest.subnets()
    public, _free = rest.subnets()
    return ZonePlan(str(public), str(private), str(data))


def site_cidrs(base: str, numbers: Mapping[str, int], prefix: int = 16) -> dict[str, str]:
    """The VPC range of each site: the ``numbers[site]``-th block of length ``prefix`` in ``base``.

    Sites carry their number, so that a third one moves nobody and two VPCs can always be joined. Raises ``ValueError``
    naming every number that two sites share or that lies outside ``base``.
    """
    whole = network(base, shortest=8, longest=prefix)
    count = 1 << (prefix - whole.prefixlen)
    problems = [
        f"site {site!r} has number {n}; {base} holds /{prefix} blocks 0 to {count - 1}"
        for site, n in numbers.items()
        if not 0 <= n < count
    ]
    owners: dict[int, str] = {}
    for site, n in numbers.items():
        if (owner := owners.setdefault(n, site)) != site:
            problems.append(f"sites {owner!r} and {site!r} share number {n}; each needs its own")
    if problems:
        raise ValueError("\n".join(problems))
    size = 1 << (32 - prefix)
    return {site: str(IPv4Network((int(whole.network_address) + n * size, prefix))) for site, n in numbers.items()}
