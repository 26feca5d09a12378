"""What a new account may run at once in a region before anybody asks for more, and what a vendor gives at least, as it
documents both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from bcinfra.places.table import Source

Compute: TypeAlias = Literal["containers", "virtual-machines"]
"""What the replicas of a tier are."""

LEAST_UNITS: Final = 100
"""Capacity units that AWS reserves of a load balancer at least (Elastic Load Balancing, capacity reservations)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstQuota:
    """A quota, by region and account. Vendors raise it by use, and tell an account its own."""

    key: str
    """What names it among those of a region; at AWS the code of its service."""
    code: str
    """As the vendor's own tools call it."""
    what: str
    """For people: what it counts."""
    first: float
    """What the least of all accounts has."""
    source: Source


FARGATE: Final = FirstQuota(
    key="fargate",
    code="L-3032A538",
    what="vCPU of Fargate",
    first=6,
    source=Source("docs.aws.amazon.com/general/latest/gr/ecs-service.html", "2026-11"),
)
EC2: Final = FirstQuota(
    key="ec2",
    code="L-1216C47A",
    what="vCPU of EC2",
    first=5,
    source=Source("docs.aws.amazon.com/general/latest/gr/ec2-service.html", "2026-11"),
)
"""Of on-demand instances of the standard families (A, C, D, H, I, M, R, T, Z)."""
AT_AWS: Final[Mapping[Compute, FirstQuota]] = MappingProxyType({"containers": FARGATE, "virtual-machines": EC2})


def cpus_at_google(family: str = "") -> FirstQuota:
    """CPUs of Compute Engine: of a family of machines that has a quota of its own, or of all others.

    Google publishes no default, as not all projects have the same: eight is what a trial may run.
    """
    own = f"{family}-" if family else ""
    return FirstQuota(
        key=f"{own}cpus",
        code=f"{own.upper()}CPUS-per-project-region",
        what=f"{family.upper()} CPUs".strip(),
        first=8,
        source=Source("docs.cloud.google.com/free/docs/free-cloud-features", "2026-11"),
    )
