"""What a page states exactly instead of by size: instance classes, parameters of the database, how tiers grow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bcinfra.places.quotas import LEAST_UNITS
from bcinfra.spec.problems import Path, Problem, did_you_mean
from bcinfra.spec.values import Strategy

if TYPE_CHECKING:
    from bcinfra.places.place import Cloud
    from bcinfra.spec.page import Page
    from bcinfra.spec.parts import MySql, Tier

_SIZES: Final[Mapping[str, float]] = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "metal": 0}
"""vCPU by AWS's names of sizes; ``<n>xlarge`` has four times ``n``."""
_PER_VCPU: Final[Mapping[str, float]] = {"c": 2, "m": 4, "r": 8, "x": 16}
"""GiB for each vCPU by AWS's families, at least."""
_BURSTABLE: Final[Mapping[str, float]] = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
"""GiB of AWS's burstable sizes."""
_AWS: Final = re.compile(r"([a-z])([0-9])([a-z-]*)\.([0-9]*[a-z]+)")
"""Family, generation, what sets it apart, size."""


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of one service."""

    prefix: str
    oldest: Mapping[str, int]
    """The oldest generation by family. Those before encrypt nothing, or their makers sell them no longer."""
    example: str


AWS: Final[Mapping[str, _Classes]] = {
    "mysql": _Classes("db.", {"t": 3, "m": 5, "r": 5, "x": 2, "c": 6}, "db.r7g.large"),
    "aurora": _Classes("db.", {"r": 5, "x": 2}, "db.r7g.large"),
    "redis": _Classes("cache.", {"t": 3, "m": 5, "r": 5, "c": 7}, "cache.r7g.large"),
    "tier": _Classes("", {"t": 3, "m": 5, "r": 5, "c": 5, "x": 2}, "m7g.large"),
}
"""RDS encrypts no M1, M2, T1 nor T2.micro, and has MySQL 8.4 from the fifth generation on
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html,
.../Overview.Encryption.html); an Aurora global database takes R5 and newer, no burstable ones
(.../AuroraUserGuide/aurora-global-database-getting-started.html); a global datastore takes M5, R5 and newer
(.../AmazonElastiCache/latest/red-ug/Redis-Global-Datastores-Getting-Started.html; all read 2026-11)."""
GCP: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "mysql": (
        re.compile(r"db-custom-(?P<vcpu>\d+)-(?P<mib>\d+)|db-(perf-optimized-N|c4a-highmem)-(?P<plus>\d+)"),
        "db-custom-4-16384 (Enterprise) or db-perf-optimized-N-4 (Enterprise Plus)",
    ),
    "redis": (
        re.compile(r"REDIS_(STANDARD_SMALL|HIGHCPU_MEDIUM|STANDARD_LARGE|HIGHMEM_(MEDIUM|XLARGE|2XLARGE))"),
        "REDIS_HIGHMEM_MEDIUM",
    ),
    "tier": (re.compile(r"[a-z][0-9][a-z]?-(standard|highcpu|highmem)-(?P<vcpu>\d+)(-lssd)?"), "n4-standard-4"),
}
"""Machine types of Cloud SQL, Memorystore for Redis Cluster and Compute Engine. Shared-core ones are promised nothing
(https://cloud.google.com/sql/docs/mysql/instance-settings, .../memorystore/docs/cluster/cluster-node-specification,
.../compute/docs/machine-resource; read 2026-11)."""
_GIB_OF_PLUS: Final = 8
"""GiB for each vCPU of Enterprise Plus."""

SAFE: Final = frozenset(
    {"character_set_server", "collation_server", "ft_min_word_len", "group_concat_max_len", "innodb_ft_min_token_size"}
    | {"innodb_lock_wait_timeout", "innodb_print_all_deadlocks", "interactive_timeout", "join_buffer_size"}
    | {"log_bin_trust_function_creators", "long_query_time", "max_allowed_packet", "max_connections"}
    | {"max_execution_time", "max_heap_table_size", "net_read_timeout", "net_write_timeout", "optimizer_switch"}
    | {"sort_buffer_size", "sql_mode", "table_definition_cache", "table_open_cache", "thread_cache_size"}
    | {"tmp_table_size", "transaction_isolation", "wait_timeout"}
)
"""Parameters that RDS, Aurora, Cloud SQL and plain MySQL take by the same name, and that no copy of the data rests on
(RDS for MySQL, parameters; https://cloud.google.com/sql/docs/mysql/flags; read 2026-11)."""
_COPIES: Final = re.compile(
    "binlog_|gtid|log_bin$|log_replica|log_slave|log_output$|master_|relay_|replica|replicate_|rpl_|server_id|server_uuid|slave_"
    "|sync_|super_read_only|read_only$|enforce_gtid|expire_logs|wsrep_|pxc_|skip_log_bin"
)
"""What replicas, the archive of the binary log and reading it rest on."""
_DURABLE: Final = re.compile(
    "innodb_flush_|innodb_doublewrite|innodb_checksum|require_secure_transport|slow_query_log$"
)
"""What a committed order, and a connection that nobody listens to, rest on."""


def scaling(shop: Page) -> Iterator[Problem]:
    """Bounds that enclose what is stated beside them, and targets that some site can go by."""
    for name, tier in (("web", shop.web), ("app", shop.app)):
        if tier:
            yield from _bounds(name, tier)
            yield from _targets(shop, name, tier)


def _bounds(name: str, tier: Tier) -> Iterator[Problem]:
    stated = tier.scaling
    if stated.minimum is not None and stated.minimum > tier.replicas:
        yield Problem(
            path=(name, "scaling", "minimum"),
            value=stated.minimum,
            message="is more than the normal replicas",
            allowed=(f"at most {tier.replicas} (replicas)",),
            hint=f"state more of {name}.replicas, which run at first",
        )
    if 0 < stated.balancer_units < LEAST_UNITS:
        yield Problem(
            path=(name, "scaling", "balancer_units"),
            value=stated.balancer_units,
            message="is fewer than AWS reserves",
            allowed=(f"{LEAST_UNITS} or more", "0 for none"),
        )
    most = max(stated.maximum or 0, tier.peak)
    if stated.reserved > most:
        yield Problem(
            path=(name, "scaling", "reserved"),
            value=stated.reserved,
            message="is more than may ever run",
            allowed=(f"at most {most} ({'maximum' if stated.maximum else 'peak'})",),
        )
    if stated.maximum is not None and stated.maximum < tier.peak:
        yield Problem(
            path=(name, "scaling", "maximum"),
            value=stated.maximum,
            message="is less than the peak calendar starts",
            allowed=(f"{tier.peak} (peak) or more",),
        )


def _targets(shop: Page, name: str, tier: Tier) -> Iterator[Problem]:
    kinds = shop.serving_kinds
    run = tier.compute == "containers"
    goes_by = {
        "cpu": bool(kinds - {"gcp"}) or not run,
        "requests": "aws" in kinds,
        "concurrency": "gcp" in kinds and run,
        "balancer_units": "aws" in kinds,
        "reserved": not run,
        "warm": "aws" in kinds and not run,
    }
    for field, possible in goes_by.items():
        value, usual = getattr(tier.scaling, field), type(tier.scaling).model_fields[field].default
        if value != usual and not possible:
            yield Problem(
                path=(name, "scaling", field),
                value=value,
                message="is nothing that a site of the shop scales by",
                allowed=tuple(other for other, fits in goes_by.items() if fits),
            )


def classes(shop: Page) -> Iterator[Problem]:
    """Classes that exist at the cloud that they are stated for, that encrypt, and that have what is stated beside."""
    if shop.mysql:
        engine = shop.mysql.engine
        yield from _classes(shop, ("mysql",), engine, shop.mysql.instance_class, shop.mysql.cpu, shop.mysql.memory)
    if shop.redis:
        yield from _classes(shop, ("redis",), "redis", shop.redis.instance_class, 0, shop.redis.memory)
    for name, tier in (("web", shop.web), ("app", shop.app)):
        if tier is None:
            continue
        if tier.instance_class and tier.compute != "virtual-machines":
            yield Problem(
                path=(name, "instance_class"),
                value=", ".join(tier.instance_class.values()),
                message="is of a machine, and the tier runs in containers, which have cpu and memory alone",
                hint=f"leave it out, or state {name}.compute: virtual-machines",
            )
            continue
        yield from _classes(shop, (name,), "tier", tier.instance_class, tier.cpu, tier.memory)
        yield from _architecture((name,), tier)


def _classes(
    shop: Page, path: Path, what: str, stated: Mapping[Cloud, str], cpu: float, memory: float
) -> Iterator[Problem]:
    for cloud, name in stated.items():
        at: Path = (*path, "instance_class")
        if cloud not in shop.serving_kinds:
            yield Problem(
                path=at,
                value=name,
                message=f"is a class of {cloud}, and no site that serves is of that kind",
                allowed=tuple(sorted(shop.serving_kinds & {"aws", "gcp"})),
            )
            continue
        problem, size = _of_aws(AWS[what], name) if cloud == "aws" else _of_gcp(what, name)
        spans = len(shop.serving_sites) > 1 and shop.strategy is not Strategy.ACTIVE_ACTIVE
        if problem is None and name.startswith("cache.t") and spans:
            problem = "is burstable, which a store over several sites does not take", "cache.r7g.large"
        if problem:
            message, example = problem
            yield Problem(path=at, value=name, message=message, allowed=(f"such as {example}",))
        elif size and (size[0] < cpu or size[1] < memory):
            has = f"{size[0]:g} vCPU and {size[1]:g} GiB"
            needs = f"cpu: {size[0]:g} and memory: {size[1]:g}" if cpu else f"memory: {size[1]:g}"
            yield Problem(
                path=at,
                value=name,
                message=f"has {has}, less than is stated beside it",
                hint=f"state {needs} at most, or a larger class",
            )


def _of_aws(known: _Classes, name: str) -> tuple[tuple[str, str] | None, tuple[float, float] | None]:
    """What is wrong with a class, with an example; else its vCPU and GiB, where they are known."""
    match = _AWS.fullmatch(name.removeprefix(known.prefix)) if name.startswith(known.prefix) else None
    if match is None:
        return ("is no class that there is", known.example), None
    family, generation, more, size = match.groups()
    times = re.fullmatch(r"(\d+)xlarge", size)
    if size not in _SIZES and not times:
        return (f"is of no size that there is: {size}", known.example), None
    if family not in known.oldest:
        return (f"is of a family that does not fit: {', '.join(known.oldest)} do", known.example), None
    if int(generation) < known.oldest[family]:
        oldest = f"{known.prefix}{family}{known.oldest[family]}"
        return (
            f"is of a generation that is too old to encrypt or to be had: {oldest} is the oldest",
            known.example,
        ), None
    if known.prefix == "cache." and "d" in more:
        return ("keeps part of the data on disks, which a store of sessions does not", known.example), None
    vcpu = 4 * int(times[1]) if times else _SIZES[size]
    if family == "t":
        return None, (vcpu, _BURSTABLE[size]) if size in _BURSTABLE else None
    return None, (vcpu, vcpu * _PER_VCPU[family]) if vcpu else None


def _of_gcp(what: str, name: str) -> tuple[tuple[str, str] | None, tuple[float, float] | None]:
    form, example = GCP[what]
    match = form.fullmatch(name)
    if match is None:
        return ("is no machine type that there is", example), None
    found = match.groupdict()
    if what != "mysql":
        return None, None
    if found["plus"]:
        return None, (int(found["plus"]), int(found["plus"]) * _GIB_OF_PLUS)
    return None, (int(found["vcpu"]), int(found["mib"]) / 1024)


def _architecture(path: Path, tier: Tier) -> Iterator[Problem]:
    """AWS's machines with Graviton have a g behind the generation, and run what is built for arm64 alone."""
    name = tier.instance_class.get("aws")
    match = _AWS.fullmatch(name) if name else None
    if match is None or tier.architecture is None:
        return
    built = "arm64" if match[3].startswith("g") else "x86_64"
    if built != tier.architecture:
        yield Problem(
            path=(*path, "instance_class"),
            value=name,
            message=f"runs images that are built for {built}, and the tier's is for {tier.architecture}",
            hint=f"state architecture: {built}, or another class",
        )


def database(shop: Page) -> Iterator[Problem]:
    """Parameters that no copy rests on, and a limit to the disk where it grows."""
    if shop.mysql:
        yield from _parameters(shop.mysql)
        yield from _limit(shop, shop.mysql)


def _parameters(stated: MySql) -> Iterator[Problem]:
    for name, value in stated.parameters.items():
        if name in SAFE:
            continue
        message, hint = "is not among those that every ground takes", did_you_mean(name, SAFE)
        plain = name.replace("-", "_")  # as RDS and option files spell some
        if _COPIES.match(plain):
            message = "is what replicas and the archive of changes rest on, and is set for them"
        elif _DURABLE.match(plain):
            message = "is what durable commits and safe connections rest on, and is set for them"
        elif plain.startswith("innodb_buffer_pool"):
            message, hint = "follows from the memory of a server", "state mysql.memory"
        yield Problem(
            path=("mysql", "parameters", name), value=value, message=message, allowed=tuple(sorted(SAFE)), hint=hint
        )


def _limit(shop: Page, stated: MySql) -> Iterator[Problem]:
    limit = stated.storage_limit
    if limit is None:
        return
    path: Path = ("mysql", "storage_limit")
    if stated.engine == "aurora":
        yield Problem(
            path=path,
            value=limit,
            message="is nothing that Aurora has: its storage grows as it fills",
            hint="leave it out",
        )
    elif not shop.serving_kinds & {"aws", "gcp"}:
        yield Problem(
            path=path,
            value=limit,
            message="is for disks that grow by themselves, which volumes of a cluster do not",
            hint="state storage for what there will be, and leave storage_limit out",
        )
    elif limit * 10 < stated.storage * 11:
        yield Problem(
            path=path,
            value=limit,
            message="is less than a tenth above storage, by which RDS lets a disk grow",
            allowed=(f"{-(-stated.storage * 11 // 10)} or more",),
        )


RULES: Final = (scaling, classes, database)
