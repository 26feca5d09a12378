"""Backups in Kubernetes: where an operator or a job puts them, and how old the newest is at worst."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Protection, RecoveryPoint, Stream
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, total, unknown
from bcinfra.continuity.readings.base import reasons, sites
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.schedules import longest_interval
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.vendor import Follower
from bcinfra.continuity.readings.base.view import (
    View,
    as_flag,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    strings,
)
from bcinfra.continuity.readings.kubernetes import places
from bcinfra.continuity.readings.kubernetes.places import Row
from bcinfra.continuity.readings.kubernetes.workloads import CRON_JOB
from bcinfra.graph.core.model import Resource

_TOOLS: Final = re.compile(
    r"mysqldump|mydumper|xtrabackup|mariabackup|mysqlsh|pg_dump|redis-cli|restic|kopia|rclone|rsync"
)
_URL: Final = re.compile(r"\b(s3|gs)://([a-z0-9][a-z0-9._-]+)")
_RESTIC: Final = re.compile(r"\bs3:(https?://)?([a-z0-9.:-]+)/([a-z0-9][a-z0-9._-]+)")
"""Restic's way to write a bucket: ``s3:https://host/bucket/path``."""
_REGION: Final = re.compile(r"\bs3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws")
_NAMED: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
RESTORE: Final = "mysql.physical_restore"


class Target(NamedTuple):
    """Where backups are kept."""

    urn: str | None
    label: str
    site: str | None
    homes: tuple[Domain, ...]
    needs: tuple[Domain, ...]
    protections: frozenset[Protection]
    retention: timedelta | None


def interval(cron: str | None) -> float | None:
    """The longest time between two runs of a cron expression, in seconds; ``None`` for what is not understood."""
    text = _NAMED.get(cron or "", cron or "")
    fields = re.sub(r"^(CRON_)?TZ=\S+\s+", "", text).split()
    if len(fields) != 5:
        return None
    # Days of the week count from Sunday = 0 (or 7) here, from 1 in the schedules of AWS.
    week = re.sub(r"(?<!/)\d+", lambda m: str(int(m[0]) % 7 + 1), fields[4])
    return longest_interval(f"cron({' '.join([*fields[:4], week])})")


def age(name: str, cron: str | None, place: str) -> Figure:
    """Age of the newest backup: up to an interval, and the time that taking and uploading it needs."""
    every = interval(cron)
    if every is None:
        return unknown(name, Unit.SECONDS, f"{place}: schedule {cron!r} is not understood")
    return total(
        name,
        Figure("since the last start", Unit.SECONDS, Range(every / 2, every, 0), Stated(f"{place}: {cron}")),
        assumed("taking and uploading the backup", Unit.SECONDS, Range(600, 7200), "depends on the size (judgement)"),
    )


def bucket(view: View, name: str | None, region: str | None, endpoint: str | None, owner: Resource) -> Target:
    """A bucket: of this graph, else what its region and endpoint tell of it."""
    for row in view.named(name or "", _buckets(view)):
        if known := _known(view, row, owner):
            return known
    homes: tuple[Domain, ...]
    if endpoint and "amazonaws.com" not in endpoint:
        host = endpoint.split("://")[-1].split("/")[0]
        google = host.endswith("googleapis.com")
        homes = (domains.provider("gcp"),) if google else (Domain(DomainKind.SUPPLIER, f"object store {host}"),)
        return Target(None, f"bucket {name} at {host}", None, homes, (), frozenset({Protection.VERSIONED}), None)
    homes = (domains.region("aws", region),) if region else (domains.provider("aws"),)
    site = f"aws/{region}" if region else None
    label = f"bucket {name or 'of ' + owner.name}" + (f" in {region}" if region else "")
    return Target(None, label, site, homes, (), frozenset({Protection.VERSIONED}), None)


@once_per_view
def targets(view: View) -> set[str]:
    """URNs of the buckets that copies were found in: they are no stores of their own. Known once all is read."""
    del view  # each has one
    return set()


def _buckets(view: View) -> tuple[str, ...]:
    """The types of all clouds' buckets."""
    return tuple(token for vendor in view.vendors.values() for token in vendor.buckets)


def _known(view: View, row: Resource, owner: Resource) -> Target | None:
    """A bucket of this graph. One in another account than the cluster is out of reach of whoever holds the cluster, as
    far as the bucket brings back what the key deletes that the cluster has."""
    vendor = view.vendors.get(row.package)
    found = vendor.bucket(view, row) if vendor else None
    if found is None:
        return None
    targets(view).add(row.urn)
    place = found.place
    target = Target(row.urn, found.label, place["site"], place["homes"], found.keys, found.protections, found.retention)
    kept = Protection.RETAINED in target.protections or as_flag(as_row(view.value(row, "versioning")).get("enabled"))
    cluster = places.cluster_of(view, owner).place["homes"]
    own, theirs = ({d for d in homes if d.kind is DomainKind.ACCOUNT} for homes in (cluster, target.homes))
    told = bool(own) or bool(cluster and sites.site_name(cluster[0]))
    if kept and told and theirs and not own & theirs:
        return target._replace(protections=target.protections | {Protection.OTHER_ACCOUNT})
    return target


def in_cluster(view: View, resource: Resource, label: str) -> Target:
    """A volume of the cluster itself."""
    cluster = places.cluster_of(view, resource)
    place = cluster.place
    return Target(None, label, place["site"], place["homes"], cluster.control, frozenset({Protection.VERSIONED}), None)


def copy(
    view: View, resource: Resource, what: str, mechanism: str, age: Figure, target: Target, kept: timedelta | None
) -> RecoveryPoint:
    """A copy of the store that ``found`` is."""
    return RecoveryPoint(
        urn=part_urn(resource, what),
        label=f"{mechanism} of {resource.name} in {target.label}",
        site=target.site,
        homes=target.homes,
        needs_to_recover=target.needs,
        mechanism=mechanism,
        age=age,
        retention=kept or target.retention,
        protections=target.protections,
        restore=view.time(RESTORE),
    )


# -- what operators copy ----------------------------------------------------------------------------------------------


def barman(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The log that CloudNativePG sends to a bucket, every five minutes at least, and from which it replays: only where
    a base backup is taken. What its plugins and volume snapshots copy is not read.

    https://cloudnative-pg.io/documentation/current/wal_archiving/ (read 2026-11)
    """
    spec, name = places.spec_of(view, resource), places.name_of(view, resource)
    log = as_row(as_row(spec.get("backup")).get("barmanObjectStore"))
    found = _URL.search(as_text(log.get("destinationPath")) or "")
    if not found:
        yield from unread(view, resource, *(key for key in ("backup", "plugins") if spec.get(key)))
        return
    specs = [places.spec_of(view, row) for row in view.graph.of_type(*BASES)]
    bases = [row for row in specs if as_text(as_row(row.get("cluster")).get("name")) == name]
    if any(row.get("suspend") is not True for row in bases):
        target = bucket(view, found[2], None, as_text(log.get("endpointURL")), resource)
        sent = assumed("the log is sent", Unit.SECONDS, Range(60, 300, 0), "archive_timeout is five minutes")
        up = assumed("uploading it", Unit.SECONDS, Range(5, 60), "a file of 16 MB (judgement)")
        kept = _DAYS.fullmatch(as_text(as_row(spec.get("backup")).get("retentionPolicy")) or "")
        days = span(days=int(kept[1]) * {"d": 1, "w": 7, "m": 30}[kept[2]]) if kept else None
        lacks = total(f"age of the log of {resource.name}", sent, up)
        yield copy(view, resource, "log", "point-in-time recovery", lacks, target, days)


def unread(view: View, resource: Resource, *stated: str) -> Iterator[RecoveryPoint]:
    """A copy that an operator is told to make and of which nothing is known but that."""
    for key in stated[:1]:
        why = f"what spec.{key} of {resource.name} copies, and where to, is not read"
        made = copy(
            view,
            resource,
            "operator's backups",
            "operator's backup",
            unknown(f"age of the backup of {resource.name}", Unit.SECONDS, why),
            Target(None, "a place that is not read", None, (), (), frozenset({Protection.VERSIONED}), None),
            None,
        )
        yield replace(made, restore=unknown(f"restoring {resource.name}", Unit.SECONDS, why))


BASES: Final = ("kubernetes:postgresql.cnpg.io/v1:ScheduledBackup", "kubernetes:postgresql.cnpg.io/v1:Backup")
_DAYS: Final = re.compile(r"([1-9]\d*)([dwm])")


# -- jobs -------------------------------------------------------------------------------------------------------------


def jobs(view: View, resource: Resource, hosts: tuple[str, ...]) -> Iterator[RecoveryPoint]:
    """The copies that cron jobs make of a store that they name: dumps and syncs to a bucket."""
    here = places.namespace_of(view, resource)
    for job in view.graph.of_type(CRON_JOB):
        text = _text(view, job)
        names = places.namespace_of(view, job) == here and any(re.search(rf"\b{re.escape(h)}\b", text) for h in hosts)
        if not names or not _TOOLS.search(text) or places.spec_of(view, job).get("suspend") is True:
            continue
        cron = as_text(places.spec_of(view, job).get("schedule"))
        if not _RESTORES.search(text) and (target := _written(view, job, text)):
            name = f"age of what {job.name} copied"
            made = copy(view, resource, f"by {job.name}", DUMP, age(name, cron, job.name), target, _history_of(text))
            yield replace(made, tested_by=_tested(view, job, text))
            for follower, at in _followers(view, resource, target, _path(text)):
                lacks = total(f"{made.age.name} in {at.label}", made.age, follower.lag)
                held = copy(view, resource, f"by {job.name}, in {at.label}", COPIED, lacks, at, None)
                yield replace(held, stream=Stream(readers=None, watched=follower.watched))


DUMP: Final = "scheduled dump"
COPIED: Final = "copied dump"
"""What a job wrote, copied on to where it cannot delete."""
_DAILY: Final = re.compile(r"\brestic forget\b[^\n]*--keep-daily[ =]\"?(?:\$\{?(\w+)\}?|(\d+))")


def _history_of(text: str) -> timedelta | None:
    """How far back the copies reach that a job tells restic to keep, one a day. ``None``: it does not say."""
    if (found := _DAILY.search(text)) is None:
        return None
    stated = re.search(rf"^{found[1]}\n(\d+)$", text, re.MULTILINE) if found[1] else None
    days = found[2] or (stated and stated[1])
    return span(days=int(days)) if days else None


_RESTORES: Final = re.compile(r"\brestic restore\b|\brestore-test\b|pxc-restore|PerconaXtraDBClusterRestore")
_REPLAYS: Final = re.compile(r"\bpitr\b")
"""What a restore says that replays binary logs (Percona Operator for MySQL documentation, point-in-time recovery; read
2026-11)."""
_CONFIG_MAP: Final = "kubernetes:core/v1:ConfigMap"


def _written(view: View, job: Resource, text: str) -> Target | None:
    """The bucket that a job's text names, else the one it depends on."""
    if url := _URL.search(text):
        return bucket(view, url[2], None, "storage.googleapis.com" if url[1] == "gs" else None, job)
    if named := _RESTIC.search(text):
        region = _REGION.search(named[0])
        return bucket(view, named[3], region[1] if region else None, named[2], job)
    return _linked_bucket(view, job)


def _path(text: str) -> str | None:
    """Where in its bucket a job writes, with a slash behind it; ``None`` where its text does not tell."""
    found = _RESTIC.search(text) or _URL.search(text)
    rest = re.match(r"[\w./-]*", text[found.end() :]) if found else None
    return f"{rest[0].strip('/')}/" if rest else None


def _tested(view: View, job: Resource, text: str) -> str | None:
    """Another job that restores from where this one writes."""
    where = _addresses(text)
    names = (
        f"job {other.name}"
        for other in view.graph.of_type(CRON_JOB)
        if other != job and _RESTORES.search(said := _text(view, other)) and where & _addresses(said)
    )
    return next(names, None)


def _addresses(text: str) -> set[str]:
    """The repositories and folders of buckets that a job names, in full: several share a bucket."""
    return {word.strip("\"'") for word in text.split() if _RESTIC.search(word) or _URL.search(word)}


def _restoring(view: View, resource: Resource) -> Iterator[tuple[str, str]]:
    """The scheduled jobs that restore the backups of what an operator keeps, with what they run and mount."""
    named = re.compile(rf"\b{re.escape(places.name_of(view, resource))}\b")
    for job in view.graph.of_type(CRON_JOB):
        text = _text(view, job)
        here = places.namespace_of(view, job) == places.namespace_of(view, resource)
        if here and _RESTORES.search(text) and named.search(text):
            yield f"job {job.name}", "\n".join((text, *_mounted(view, job, text)))


def _mounted(view: View, job: Resource, text: str) -> Iterator[str]:
    """The data of the config maps of its namespace that a job names."""
    here, named = places.namespace_of(view, job), set(text.split())
    for row in view.graph.of_type(_CONFIG_MAP):
        if places.namespace_of(view, row) == here and places.name_of(view, row) in named:
            yield from strings(dict(as_row(view.value(row, "data"))))


def _linked_bucket(view: View, job: Resource) -> Target | None:
    for row in view.linked(job, "spec"):
        if row.type in _buckets(view):
            return _known(view, row, job)
    return None


def _text(view: View, job: Resource) -> str:
    """What the containers of a job run, with what."""
    template = as_row(as_row(places.spec_of(view, job).get("jobTemplate")).get("spec")).get("template")
    pod = places.pod_of(template)[1]
    rows = [*as_rows(pod.get("containers")), *as_rows(pod.get("volumes"))]
    return "\n".join(text for row in rows for text in strings(dict(row)))


# -- operators --------------------------------------------------------------------------------------------------------


def percona(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """Schedules, and the upload of binary logs, of Percona's operators."""
    backup = as_row(places.spec_of(view, resource).get("backup"))
    if backup.get("enabled") is False:
        return
    storages = {name: as_row(row) for name, row in as_row(backup.get("storages")).items()}
    restoring = tuple(_restoring(view, resource))
    bases: list[RecoveryPoint] = []
    for row in as_rows(backup.get("schedule")):
        cron, name = as_text(row.get("schedule")), as_text(row.get("name")) or "schedule"
        kept = as_number(row.get("keep")) or as_number(as_row(row.get("retention")).get("count"))
        every = interval(cron)
        history = span(seconds=kept * every) if kept and every else None
        target = _storage(view, resource, storages, as_text(row.get("storageName")))
        made = age(f"age of backup {name} of {resource.name}", cron, resource.name)
        taken = copy(view, resource, f"backup {name}", "scheduled backup", made, target, history)
        bases.append(taken)
        yield replace(taken, tested_by=next((name for name, _ in restoring), None))
    logs = as_row(backup.get("pitr"))
    if logs.get("enabled") is True and as_rows(backup.get("schedule")):
        target = _storage(view, resource, storages, as_text(logs.get("storageName")))
        stated = as_number(logs.get("timeBetweenUploads"))
        seconds = stated if stated and stated > 0 else 60.0  # what the operator takes
        place = f"{resource.name}: backup.pitr.timeBetweenUploads"
        uploaded = total(
            f"age of the binary logs of {resource.name}",
            Figure("since the last upload", Unit.SECONDS, Range(seconds / 2, seconds, 0), Stated(place)),
            assumed("uploading binary logs", Unit.SECONDS, Range(5, 60), "seconds to a minute (judgement)"),
        )
        history = max((_history(row) for row in as_rows(backup.get("schedule"))), default=timedelta())
        sent = copy(view, resource, "binary logs", "point-in-time recovery", uploaded, target, history or None)
        yield replace(sent, tested_by=next((name for name, text in restoring if _REPLAYS.search(text)), None))
        folder = _folder(storages.get(as_text(logs.get("storageName")) or "", {}))
        for follower, at in _followers(view, resource, target, f"{folder}{_BINLOG}"):
            lacks = total(f"{uploaded.name} in {at.label}", uploaded, follower.lag)
            held = copy(view, resource, f"binary logs in {at.label}", FOLLOWED, lacks, at, history or None)
            base = max(bases, key=lambda one: (Protection.LOCKED in one.protections, len(one.protections)))
            yield replace(
                held,
                needs_to_recover=tuple(dict.fromkeys((*held.needs_to_recover, *base.needs_to_recover, *base.homes))),
                protections=held.protections & base.protections,  # it takes both
                stream=Stream(readers=None, watched=follower.watched),
            )


FOLLOWED: Final = "copied binary logs"
_BINLOG: Final = "binlog_"
"""How the names of what Percona's operator uploads begin, and its restores read (cmd/pitr/collector/collector.go)."""


def _folder(storage: Row) -> str:
    """The folder of a bucket that a storage is, with a slash behind it."""
    _, _, folder = (as_text(as_row(storage.get("s3")).get("bucket")) or "").partition("/")
    return f"{folder.strip('/')}/" if folder else ""


def _followers(view: View, resource: Resource, target: Target, path: str | None) -> Iterator[tuple[Follower, Target]]:
    """The buckets that what is written under a path of one is copied on to."""
    row = view.graph[target.urn] if target.urn else None
    vendor = view.vendors.get(row.package) if row else None
    for follower in vendor.followers(view, row) if row and vendor else ():
        whole = not follower.prefixes or any(path is not None and path.startswith(one) for one in follower.prefixes)
        if whole and (at := _known(view, follower.bucket, resource)):
            yield follower, at


def _history(row: Row) -> timedelta:
    kept, every = as_number(row.get("keep")), interval(as_text(row.get("schedule")))
    kept = kept or as_number(as_row(row.get("retention")).get("count"))
    return span(seconds=kept * every) if kept and every else timedelta()


def _storage(view: View, resource: Resource, storages: dict[str, Row], name: str | None) -> Target:
    row = storages.get(name or "", {})
    for kind in ("s3", "gcs", "azure"):
        if inner := as_row(row.get(kind)):
            stated = as_text(inner.get("bucket")) or as_text(inner.get("container"))
            endpoint = as_text(inner.get("endpointUrl")) or {
                "gcs": "storage.googleapis.com",
                "azure": "blob.core.windows.net",
            }.get(kind)
            return bucket(view, (stated or "").split("/")[0] or None, as_text(inner.get("region")), endpoint, resource)
    return in_cluster(view, resource, f"a volume of {places.cluster_of(view, resource).name}")


READINGS: Final = {
    CRON_JOB: setting("scheduled job", "which store it copies, how often and where to", reasons.COMPUTE),
    **dict.fromkeys(BASES, setting("base backup of a cluster", "what its log is replayed on", reasons.COMPUTE)),
}
