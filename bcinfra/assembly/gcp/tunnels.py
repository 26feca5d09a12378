"""The addresses inside VPN tunnels: pure planning, so that adding a tunnel moves no other."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import Final
from zlib import crc32

from bcinfra.gcp.vpn import LINK_LOCAL

FIRST: Final = 64
"""The /24 at either end of the range is reserved (RFC 3927)."""
METADATA: Final = IPv4Network("169.254.169.252/30")
"""Where Google Cloud's metadata server is, to which no tunnel may lead."""
_COUNT: Final = 2 ** (30 - LINK_LOCAL.prefixlen) - 2 * FIRST


def inside(names: Iterable[str]) -> dict[str, str]:
    """A /30 range for every tunnel, which follows from its name alone unless another has it already."""
    found: dict[str, str] = {}
    taken = {str(METADATA)}
    for name in sorted(names):
        number = crc32(name.encode())
        while (cidr := _numbered(number)) in taken:
            number += 1
        taken.add(cidr)
        found[name] = cidr
    return found


def _numbered(number: int) -> str:
    first = int(LINK_LOCAL.network_address) + 4 * (FIRST + number % _COUNT)
    return str(IPv4Network((first, 30)))
