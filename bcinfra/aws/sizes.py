"""AWS's sizes of servers, with the vCPU and GiB of each.

Figures: EC2 instance types, RDS instance classes, ElastiCache pricing (usable memory of a node) and the ECS Developer
Guide (task sizes), all under https://docs.aws.amazon.com and https://aws.amazon.com/elasticache/pricing, as of
2026-08. Graviton families, which exist in every region a shop is likely to use and cost least for the work, but for
images that are built for x86_64.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bcinfra.planning.sizes import Size


class TaskSize(NamedTuple):
    """A Fargate task, in the units of a task definition."""

    cpu: int
    """CPU units, 1024 to a vCPU."""
    memory: int
    """MiB."""


_STEPS: Final = (("large", 2), ("xlarge", 4), ("2xlarge", 8), ("4xlarge", 16), ("8xlarge", 32))
_LARGEST: Final = (("12xlarge", 48), ("16xlarge", 64))


def _family(prefix: str, per_vcpu: float, steps: Iterable[tuple[str, int]] = (*_STEPS, *_LARGEST)) -> Iterator[Size]:
    """A family whose sizes all have ``per_vcpu`` GiB a core."""
    return (Size(vcpu, vcpu * per_vcpu, f"{prefix}.{size}") for size, vcpu in steps)


def _nodes(prefix: str, memory: Sequence[float]) -> Iterator[Size]:
    """ElastiCache nodes: the engine has less than the server's memory."""
    return (
        Size(vcpu, usable, f"{prefix}.{size}")
        for (size, vcpu), usable in zip((*_STEPS, *_LARGEST), memory, strict=True)
    )


EC2: Final = tuple(
    sorted([*_family("c7g", 2), *_family("m7g", 4), *_family("r7g", 8), *_family("m7g", 4, [("medium", 1)])])
)
"""EC2 instance types."""
EC2_X86: Final = tuple(sorted([*_family("c7i", 2), *_family("m7i", 4), *_family("r7i", 8)]))
"""EC2 instance types for images that are built for x86_64."""
RDS: Final = tuple(sorted([*_family("db.m7g", 4), *_family("db.r7g", 8)]))
"""RDS instance classes for MySQL."""
AURORA: Final = tuple(sorted(_family("db.r7g", 8)))
"""Aurora instance classes that a global database takes."""
CACHE: Final = tuple(
    sorted(
        [
            *_nodes("cache.m7g", (6.38, 12.93, 26.04, 52.26, 103.68, 157.12, 209.55)),
            *_nodes("cache.r7g", (13.07, 26.32, 52.82, 105.81, 209.55, 317.77, 419.09)),
        ]
    )
)
"""ElastiCache node types that a global datastore takes."""
BURSTABLE_RDS: Final = (
    Size(2, 1, "db.t4g.micro"),
    Size(2, 2, "db.t4g.small"),
    Size(2, 4, "db.t4g.medium"),
    Size(2, 8, "db.t4g.large"),
)
"""RDS classes for staging and small shops: they slow down when their CPU credits are spent."""
SEARCH: Final = tuple(
    sorted(Size(s.vcpu, s.memory, f"{s.name}.search") for s in [*_family("m7g", 4, _STEPS), *_family("r7g", 8, _STEPS)])
)
"""Data nodes of OpenSearch Service."""
BURSTABLE_CACHE: Final = (
    Size(2, 0.5, "cache.t4g.micro"),
    Size(2, 1.37, "cache.t4g.small"),
    Size(2, 3.09, "cache.t4g.medium"),
)
"""ElastiCache nodes for staging and small shops."""

FARGATE: Final = tuple(
    TaskSize(cpu, memory)
    for cpu, sizes in (
        (256, (512, 1024, 2048)),
        (512, range(1024, 4096 + 1, 1024)),
        (1024, range(2048, 8192 + 1, 1024)),
        (2048, range(4096, 16384 + 1, 1024)),
        (4096, range(8192, 30720 + 1, 1024)),
        (8192, range(16384, 61440 + 1, 4096)),
        (16384, range(32768, 122880 + 1, 8192)),
    )
    for memory in sizes
)
"""Combinations that Fargate takes."""


def fargate(vcpu: float, memory: float) -> TaskSize:
    """The smallest Fargate task with at least ``vcpu`` cores and ``memory`` GiB; ``ValueError`` when none is."""
    fitting = [size for size in FARGATE if size.cpu >= vcpu * 1024 and size.memory >= memory * 1024]
    if not fitting:
        most = max(FARGATE)
        raise ValueError(
            f"no Fargate task has {vcpu:g} vCPU and {memory:g} GiB; the largest has {most.cpu // 1024} vCPU and"
            f" {most.memory // 1024} GiB"
        )
    return min(fitting)
