"""Google Cloud's sizes of servers, with the vCPU and GiB of each.

Figures: Compute Engine, N4 machine series; Cloud SQL for MySQL, instance settings (Enterprise) and machine series
(Enterprise Plus); Memorystore for Redis Cluster, cluster and node specification (default writable keyspace); Cloud Run,
memory limits and CPU limits; all under https://cloud.google.com, as of 2025-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Final, Literal, NamedTuple

from bcinfra.planning.sizes import Size

_CORES: Final = (2, 4, 8, 16, 32, 48, 64, 80)


def _family(prefix: str, per_vcpu: float, cores: Iterable[int] = _CORES) -> Iterator[Size]:
    """A family whose sizes all have ``per_vcpu`` GiB a core."""
    return (Size(vcpu, vcpu * per_vcpu, f"{prefix}-{vcpu}") for vcpu in cores)


COMPUTE: Final = tuple(sorted([*_family("n4-highcpu", 2), *_family("n4-standard", 4), *_family("n4-highmem", 8)]))
"""Compute Engine machine types."""
SQL_PLUS: Final = tuple(sorted(_family("db-perf-optimized-N", 8, (*_CORES, 96, 128))))
"""Machine types of Cloud SQL Enterprise Plus."""
CACHE: Final = (
    Size(0, 5.2, "REDIS_STANDARD_SMALL"),
    Size(0, 10.4, "REDIS_HIGHMEM_MEDIUM"),
    Size(0, 46.4, "REDIS_HIGHMEM_XLARGE"),
)
"""Node types of Memorystore for Redis Cluster by what a shard may hold. What is left of the node is reserved."""

SQL_STEP: Final = 256
"""Memory of an instance of Cloud SQL Enterprise is a multiple of this, MiB."""
SQL_LEAST: Final = 3840
"""Least memory of an instance of Cloud SQL Enterprise, MiB."""
SQL_PER_VCPU: Final = (0.9, 6.5)
"""Least and most GiB a vCPU of an instance of Cloud SQL Enterprise."""
SQL_CORES: Final = (1, *range(2, 97, 2))
"""Cores that an instance of Cloud SQL Enterprise may have."""


class RunSize(NamedTuple):
    """A replica on Cloud Run."""

    cpu: Literal[1, 2, 4, 6, 8]
    memory: float
    """GiB."""


RUN: Final[tuple[tuple[Literal[1, 2, 4, 6, 8], float, float], ...]] = (
    (1, 0.5, 4),
    (2, 0.5, 8),
    (4, 2, 16),
    (6, 4, 24),
    (8, 4, 32),
)
"""vCPU of a replica on Cloud Run, with the least and most GiB that go with it."""


def sql(vcpu: float, memory: float) -> str:
    """The smallest machine type of Cloud SQL Enterprise with at least that much; ``ValueError`` when none is."""
    least, most = SQL_PER_VCPU
    for cores in SQL_CORES:
        if cores >= vcpu and cores * most >= memory:
            mib = max(ceil(memory * 1024), ceil(cores * least * 1024), SQL_LEAST)
            return f"db-custom-{cores}-{ceil(mib / SQL_STEP) * SQL_STEP}"
    raise ValueError(
        f"no instance of Cloud SQL has {vcpu:g} vCPU and {memory:g} GiB; the largest has {SQL_CORES[-1]} vCPU and"
        f" {SQL_CORES[-1] * most:g} GiB"
    )


def run(vcpu: float, memory: float) -> RunSize:
    """The smallest replica on Cloud Run with at least that much; ``ValueError`` when none is."""
    for cpu, least, most in RUN:
        if cpu >= vcpu and most >= memory:
            return RunSize(cpu, max(memory, least))
    cpu, _, most = RUN[-1]
    raise ValueError(
        f"no replica on Cloud Run has {vcpu:g} vCPU and {memory:g} GiB; the largest has {cpu} vCPU and {most:g} GiB"
    )
