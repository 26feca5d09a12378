"""What a ground offers, where a page may ask for more: the rules of each cloud and of clusters, and their tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zlib import crc32

from bcinfra.places import regions
from bcinfra.places.origin_facing import ORIGIN_FACING
from bcinfra.spec.problems import Path, Problem
from bcinfra.spec.sites import AwsSite, CloudSite, GcpSite, KubernetesSite
from bcinfra.spec.values import Strategy, format_duration

if TYPE_CHECKING:
    from bcinfra.spec.edge import Edge
    from bcinfra.spec.page import Page
    from bcinfra.spec.parts import Background, MySql, Tier

OLDEST_MYSQL: Final = "8.0"
"""5.7 reached its end in October 2023 (the community's dates, read 2026-11:
https://www.alibabacloud.com/help/en/rds/apsaradb-rds-for-mysql/major-version-lifecycle-description). 8.0, whose end
that page expects in April 2026, stays allowed: Aurora is assembled with no other."""
MYSQL: Final[Mapping[str, tuple[str, ...]]] = {"aws": ("8.0", "8.4"), "gcp": ("8.0", "8.4"), "kubernetes": ("8.4",)}
"""By kind of site, the series of MySQL that it has. Of RDS a release of a series may be stated too (release notes of
RDS for MySQL, 2025-12; https://cloud.google.com/sql/docs/mysql/db-versions, 2026-11; on clusters the images of
``bcinfra.kubernetes.MySql``)."""
AURORA: Final = ("8.0",)
"""The series of MySQL that Aurora's long-term release follows (Aurora MySQL release notes, 3.10)."""
REDIS: Final = ("7.0",)
"""The versions of Redis that clusters have images of."""
TESTS: Final = {"1d": timedelta(days=1), "1w": timedelta(weeks=1), "30d": timedelta(days=30)}
"""How often restores are tested: everywhere by calendar."""
WHOLE_COPIES: Final = {format_duration(timedelta(hours=h)): timedelta(hours=h) for h in (1, 2, 3, 4, 6, 8, 12, 24, 168)}
"""How often AWS Backup copies what it copies as a whole."""
FARGATE: Final[Mapping[float, float]] = {0.25: 2, 0.5: 4, 1: 8, 2: 16, 4: 30, 8: 60, 16: 120}
"""The vCPU of a Fargate task, and the most memory with them, GiB
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html, 2026-11)."""
LINES: Final = 2
"""Lines of a building that a VPN of Google Cloud takes."""


def range_number(name: str, site: CloudSite) -> int:
    """Which /16 of 10.0.0.0/8 a site has: as stated, else one that follows from its name alone."""
    return int(site.network.split(".")[1]) if site.network else crc32(name.encode()) % 256


def networks(shop: Page) -> Iterator[Problem]:
    """Sites whose ranges are alike cannot be joined."""
    placed = [(name, site) for name, site in shop.serving_sites.items() if isinstance(site, CloudSite)]
    numbers = {name: range_number(name, site) for name, site in placed}
    free = next(n for n in range(256) if n not in numbers.values())
    for (name, _), (other, twin) in combinations(placed, 2):
        if numbers[name] == numbers[other]:
            yield Problem(
                path=("sites", other, "network"),
                value=twin.network or f"10.{numbers[other]}.0.0/16",
                message=f"is the range of site {name!r} too" + ("" if twin.network else ", as their names have it"),
                allowed=("a range of its own for each site",),
                hint=f"state another, such as 10.{free}.0.0/16",
            )


def partitions(shop: Page) -> Iterator[Problem]:
    """AWS in China and for the government of the United States are apart: no account, copy or key crosses."""
    regions_of = {name: site.region for name, site in shop.sites.items() if isinstance(site, AwsSite)}
    at = {name: regions.partition(region) for name, region in regions_of.items()}
    if len(set(at.values())) < 2:
        return
    ((usual, _),) = Counter(at.values()).most_common(1)
    others = [region for name, region in regions_of.items() if at[name] == usual]
    for name, partition in at.items():
        if partition != usual:
            yield Problem(
                path=("sites", name, "region"),
                value=regions_of[name],
                message=f"is in another partition of AWS than {' and '.join(others)}, which its accounts do not reach",
                allowed=("regions of one partition",),
                hint="put all sites at AWS in one partition: cn-*, us-gov-* or the rest",
            )


def mysql(shop: Page) -> Iterator[Problem]:
    """The engine and its version, where each site that serves has its database."""
    if shop.mysql is None:
        return
    kinds = [kind for kind in ("aws", "gcp", "kubernetes") if kind in shop.serving_kinds]
    if shop.mysql.engine == "aurora":
        yield from _aurora(shop, shop.mysql)
    else:
        if shop.strategy is Strategy.ACTIVE_ACTIVE:
            yield from _one_writer(shop)
        for kind in kinds:
            yield from _series(kind, shop.mysql)
    if shop.mysql.proxy:
        yield from _proxy(shop)
    followers = [name for name, site in shop.serving_sites.items() if site.kind == "gcp"]
    for name in followers[1:] if _home(shop) == "aws" else ():
        yield Problem(
            path=("sites", name, "role"),
            value=shop.sites[name].role,
            message=f"would follow the database outside Google Cloud, which {followers[0]} does already",
            allowed=("backup",),
            hint="keep one site at Google Cloud that serves",
        )


def _home(shop: Page) -> str:
    """The kind of the primary site, which has the database; empty where there is none yet."""
    return next((site.kind for site in shop.sites.values() if site.role == "primary"), "")


def _series(kind: str, stated: MySql) -> Iterator[Problem]:
    known = MYSQL[kind]
    for field in ("version", "replica_version"):
        version = getattr(stated, field)
        of_series = version and next((one for one in known if version.startswith(f"{one}.")), None)
        if version is None or version in known or (kind == "aws" and of_series) or is_old(version):
            continue
        where = {"aws": "at RDS", "gcp": "at Cloud SQL", "kubernetes": "on Kubernetes"}[kind]
        hint = f"state {of_series or known[-1]}" + (", whose releases the vendor chooses" if of_series else "")
        yield Problem(path=("mysql", field), value=version, message=f"is no version {where}", allowed=known, hint=hint)


def is_old(version: str) -> bool:
    """Whether its maker mends it no longer."""
    return release(version) < release(OLDEST_MYSQL)


def release(version: str) -> tuple[int, ...]:
    """By which versions are ordered."""
    return tuple(int(part) for part in version.split("."))


def _aurora(shop: Page, stated: MySql) -> Iterator[Problem]:
    for name, site in shop.serving_sites.items():
        if site.kind == "kubernetes" or site.kind == _home(shop) == "gcp":
            yield Problem(
                path=("mysql", "engine"),
                value="aurora",
                message=f"is AWS's alone, and {name!r} is of kind {site.kind!r}",
                allowed=("mysql",),
            )
            return
    if stated.version not in AURORA:
        yield Problem(
            path=("mysql", "version"),
            value=stated.version,
            message="is no version of Aurora",
            allowed=AURORA,
            hint=f"state {AURORA[-1]}, or engine: mysql",
        )


def _proxy(shop: Page) -> Iterator[Problem]:
    """A proxy of AWS's holds no session that writes are forwarded for: RDS Proxy does not support the read consistency
    SESSION (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-gdb.html; read 2026-11)."""
    if _home(shop) != "aws":
        yield Problem(
            path=("mysql", "proxy"),
            value=True,
            message=f"is AWS's alone, and the primary site is of kind {_home(shop)!r}",
            allowed=("false",),
            hint="leave it out",
        )
    elif [site.kind for site in shop.live_sites.values()].count("aws") > 1:
        yield Problem(
            path=("mysql", "proxy"),
            value=True,
            message="does not carry the sessions by which a second active site forwards its writes"
            " (aurora_replica_read_consistency)",
            allowed=("false",),
            hint="leave it out, or let one site serve: strategy warm-standby, and the role 'standby' for the others",
        )


def _one_writer(shop: Page) -> Iterator[Problem]:
    """Plain MySQL takes writes at one site. Aurora's other sites forward them; Cloud SQL has nothing of the kind."""
    kinds = [site.kind for site in shop.live_sites.values()]
    if kinds.count("aws") > 1:
        yield Problem(
            path=("mysql", "engine"),
            value="mysql",
            message="takes writes at one site alone, which does not fit active-active",
            allowed=("aurora",),
            hint=f"state engine: aurora and version: {AURORA[-1]}, whose other sites forward writes",
        )
    elif kinds.count("gcp") > 1:
        yield Problem(
            path=("strategy",),
            value=str(shop.strategy),
            message="needs a database that takes orders at every site, and Cloud SQL takes them at one",
            allowed=("warm-standby", "pilot-light", "backup-and-restore"),
            hint="state warm-standby and the role 'standby', or leave mysql out",
        )


def restore_tests(shop: Page) -> Iterator[Problem]:
    """Tests go by calendar on every ground, and AWS Backup by the clock."""
    if shop.backups.restore_test not in TESTS.values():
        yield Problem(
            path=("backups", "restore_test"),
            value=format_duration(shop.backups.restore_test),
            message="is no time by which restores are tested: they go by the calendar",
            allowed=tuple(TESTS),
        )
    whole = shop.mysql is not None and shop.mysql.engine == "aurora"
    if whole and shop.backups.whole_copies not in WHOLE_COPIES.values():
        yield Problem(
            path=("backups", "whole_copies"),
            value=format_duration(shop.backups.whole_copies),
            message="is no time by which AWS Backup copies: it goes by the clock",
            allowed=tuple(WHOLE_COPIES),
        )


def fargate(shop: Page) -> Iterator[Problem]:
    """Fargate has some pairs of vCPU and memory; more memory comes with more vCPU, which is paid for."""
    if "aws" not in shop.serving_kinds:
        return
    for name, tier in (("web", shop.web), ("app", shop.app)):
        if tier and tier.compute == "containers":
            yield from _task((name,), tier)
    for what, rows in (("workers", shop.workers), ("jobs", shop.jobs)):
        for name, row in rows.items():
            yield from _task((what, name), row)


def _task(path: Path, tier: Tier | Background) -> Iterator[Problem]:
    most = max(FARGATE)
    cpu = next((size for size in FARGATE if size >= tier.cpu), None)
    if cpu is None:
        hint = "run more, smaller replicas"
        allowed = (f"at most {most:g}",)
        yield Problem(
            path=(*path, "cpu"), value=tier.cpu, message="is more than a Fargate task has", allowed=allowed, hint=hint
        )
    elif tier.memory > FARGATE[cpu]:
        needed = next((size for size, memory in FARGATE.items() if memory >= tier.memory), None)
        hint = f"state cpu: {needed:g}, with which it has as much" if needed else "run more, smaller replicas"
        yield Problem(
            path=(*path, "memory"),
            value=tier.memory,
            message=f"is more than a Fargate task of {cpu:g} vCPU has",
            allowed=(f"at most {FARGATE[cpu]:g}",),
            hint=hint,
        )


def google(shop: Page) -> Iterator[Problem]:
    """Projects, pairs of regions and lines of Google Cloud."""
    serving = {name: site for name, site in shop.serving_sites.items() if isinstance(site, GcpSite)}
    if not serving:
        return
    home = next(iter(serving.values())).account
    for name, site in serving.items():
        if site.account != home:
            yield Problem(
                path=("sites", name, "account"),
                value=site.account,
                message=f"is not {home!r}, where the others serve: Cloud SQL replicates within a project",
                allowed=(home,),
            )
    for name, site in shop.backup_sites.items():
        if isinstance(site, GcpSite) and site.account == home:
            yield Problem(
                path=("sites", name, "account"),
                value=home,
                message="holds the shop too: who takes it over would have the copies",
                allowed=tuple(name for name, at in shop.accounts.items() if name != home and not isinstance(at, str)),
                hint="give the copies a project of their own, and add it to accounts",
            )
    if shop.media:
        yield from _pair(serving)
    for name, place in shop.back_offices.items():
        if len(place.isps) != LINES:
            yield Problem(
                path=("sites", name, "place", "isps"),
                value=len(place.isps),
                message="are not the lines that a VPN of Google Cloud takes",
                allowed=(f"{LINES} lines",),
            )


def _pair(serving: Mapping[str, GcpSite]) -> Iterator[Problem]:
    """Media is kept in two regions at once."""
    name = next((name for name, site in serving.items() if site.role == "primary"), next(iter(serving)))
    region = serving[name].region
    known = regions.names("gcp")
    if region in known and not regions.is_paired(region):
        paired = tuple(one for one in known if regions.is_paired(one))
        better = next((one for one in paired if regions.geography(one) == regions.geography(region)), None)
        yield Problem(
            path=("sites", name, "region"),
            value=region,
            message="is paired with no other region by Cloud Storage, which media needs",
            allowed=paired,
            hint=f"choose {better}, or leave media out" if better else "choose another, or leave media out",
        )


def clusters(shop: Page) -> Iterator[Problem]:
    """What a cluster has to be told, and where its copies go."""
    serving = {name: site for name, site in shop.serving_sites.items() if isinstance(site, KubernetesSite)}
    if not serving:
        return
    if shop.redis and shop.redis.version not in REDIS:
        yield Problem(
            path=("redis", "version"),
            value=shop.redis.version,
            message="is no version that Kubernetes has an image of",
            allowed=REDIS,
            hint=f"state {REDIS[-1]}",
        )
    copies = any(isinstance(site, GcpSite) for site in shop.backup_sites.values())
    if (shop.mysql or shop.media) and not copies and not shop.disposable:
        yield Problem(
            path=("sites",),
            message="has no bucket for the backups of clusters",
            hint="add a site of kind gcp with the role 'backup'",
        )
    for name, site in serving.items():
        if shop.mysql and len(serving) > 1 and not site.ranges:
            yield Problem(
                path=("sites", name, "ranges"),
                message="is required, for the database of the other sites to let this one's in",
                allowed=("such as [10.20.0.0/16]",),
                hint="state the IPv4 ranges that its hosts and pods are seen to come from",
            )
        if (shop.media or shop.files) and site.storage_class is None:
            yield Problem(
                path=("sites", name, "storage_class"),
                message="is required for files and media, which Ceph keeps on volumes of that class",
                hint="state one that `kubectl get storageclass` lists",
            )
    for name, tier in (("web", shop.web), ("app", shop.app)):
        if tier and tier.compute != "containers":
            yield Problem(
                path=(name, "compute"),
                value=tier.compute,
                message=f"does not run on a Kubernetes cluster, and {next(iter(serving))!r} is one",
                allowed=("containers",),
            )


EDGES: Final[Mapping[str, str]] = {"cloudfront": "aws", "cloud-cdn": "gcp"}
"""Content delivery network → the kind of site that it stands before."""


def edge(shop: Page) -> Iterator[Problem]:
    """A cloud's own content delivery network, where all that serves is at that cloud."""
    stated = shop.edge
    if stated is None:
        return
    kind = EDGES.get(stated.vendor)
    others = sorted(shop.serving_kinds - {kind})
    of_clouds = ("cloudflare",) if shop.serving_kinds <= {"aws", "gcp"} else ()
    allowed = ("off", *(vendor for vendor, at in EDGES.items() if shop.serving_kinds <= {at}), *of_clouds)
    led = stated.vendor == "cloudfront" and set(shop.zones_at) - {kind}  # by an alias; Google's addresses are plain
    if kind and (others or led):
        where = f"sites of kind {', '.join(map(repr, others))}" if others else "names at another cloud's DNS"
        yield Problem(
            path=("edge",),
            value=stated.vendor,
            message=f"is led to by its own cloud's names alone, and stands before its own sites; there are {where}",
            allowed=allowed,
        )
    elif stated.vendor == "cloudfront":
        for name, site in shop.serving_sites.items():
            if isinstance(site, AwsSite) and site.region not in ORIGIN_FACING:
                yield Problem(
                    path=("edge",),
                    value=stated.vendor,
                    message=f"cannot be told from others at {name!r}: its addresses in {site.region} are not known",
                    allowed=("off", f"sites in {', '.join(sorted(ORIGIN_FACING))}"),
                )
    elif stated.vendor == "cloudflare":
        yield from _cloudflare(shop, stated, allowed)
    for field, vendors in _OF_VENDORS.items():
        if getattr(stated, field) and stated.vendor not in vendors:
            value = getattr(stated, field)
            yield Problem(
                path=("edge", field),
                value=", ".join(map(str, value)) if field == "addresses" else value,
                message=f"is of {' and '.join(vendors)} alone",
            )


_OF_VENDORS: Final[Mapping[str, tuple[str, ...]]] = {
    "reading": ("cloudfront",),
    "direct": ("cloudfront", "cloudflare"),
    "modes": ("cloudfront", "cloud-cdn", "cloudflare"),
    "shield_advanced": ("cloudfront",),
    "account": ("cloudflare",),
    "addresses": ("cloudflare",),
    "address_map": ("cloudflare",),
}
"""What is stated of an edge → whose it is."""


def _cloudflare(shop: Page, stated: Edge, allowed: tuple[str, ...]) -> Iterator[Problem]:
    """Cloudflare before sites at clouds, whose names are with others."""
    if "cloudflare" not in allowed:
        yield Problem(
            path=("edge",),
            value="cloudflare",
            message="stands before load balancers of AWS and Google Cloud: there are sites of another kind",
            allowed=allowed,
        )
    if "cloudflare" in shop.zones_at:
        yield Problem(
            path=("dns", "cloudflare"),
            message="would lose the names with the proxy: nobody could lead customers around it",
            hint="leave it to other vendors to answer for the domain",
        )
    for field, what in _NEEDED.items():
        if not getattr(stated, field):
            yield Problem(path=("edge", field), message="is required for cloudflare", hint=what)
    if len(shop.serving_kinds) > 1 and not stated.direct:
        yield Problem(
            path=("edge", "direct"),
            message="is required where sites of several clouds serve: each asks from outside whether the other does",
            allowed=("true",),
        )


_NEEDED: Final[Mapping[str, str]] = {
    "account": "name the account at Cloudflare, and add it to accounts",
    "addresses": "state the static addresses that Cloudflare has given the account",
    "address_map": "state the id of the map that it made for them",
}
"""What is stated of Cloudflare's proxy."""


RULES: Final = (partitions, networks, mysql, restore_tests, fargate, google, clusters, edge)
