"""Address ranges: which one each site gets, so that adding a site never moves another."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network


def network(cidr: str, *, shortest: int, longest: int) -> IPv4Network:
    """``cidr`` as a network; raises ``ValueError`` when it is none, has host bits set or is not of an allowed size."""
    try:
        found = IPv4Network(cidr)
    except ValueError as error:
        raise ValueError(f"{cidr!r} is not an IPv4 range such as '10.0.0.0/16': {error}") from None
    if not shortest <= found.prefixlen <= longest:
        raise ValueError(f"{cidr!r} is a /{found.prefixlen}; allowed: /{shortest} to /{longest}")
    return found


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
