"""The smallest server that fits: pure planning from vCPU and GiB to a vendor's name for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Size(NamedTuple):
    """One size of server. Sizes compare by vCPU, then memory: of two that fit, the one with fewer cores costs less."""

    vcpu: float
    memory: float
    """GiB."""
    name: str


def smallest(sizes: Iterable[Size], vcpu: float, memory: float) -> str:
    """The smallest of ``sizes`` with at least ``vcpu`` cores and ``memory`` GiB; ``ValueError`` when none is."""
    known = list(sizes)
    fitting = [size for size in known if size.vcpu >= vcpu and size.memory >= memory]
    if not fitting:
        most = max(known)
        raise ValueError(
            f"nothing has {vcpu:g} vCPU and {memory:g} GiB; the largest is {most.name} with {most.vcpu:g} vCPU and"
            f" {most.memory:g} GiB"
        )
    return min(fitting).name
