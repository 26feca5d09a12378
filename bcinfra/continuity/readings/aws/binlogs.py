"""Binary logs of databases, which containers that follow them write to buckets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, total
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base.view import (
    View,
    as_json,
    as_number,
    as_rows,
    as_text,
    once_per_view,
    strings,
)
from bcinfra.graph.core.model import Resource

SERVICE: Final = "aws:ecs/service:Service"
TASKS: Final = "aws:ecs/taskDefinition:TaskDefinition"
_FOLLOWS: Final = re.compile(r"bin-?logs?|binlog", re.IGNORECASE)
"""What the image, the command or a setting of a container that follows a binary log says: ``mysqlbinlog``,
``percona-binlog-server``, ``archive_binlogs``."""
_INTERVAL: Final = re.compile(r"INTERVAL", re.IGNORECASE)
_SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
_PROVES: Final = re.compile(r"\b(prove|restore)\b", re.IGNORECASE)
"""What the command of a job says that restores a copy and replays the log on it."""
_AGE: Final = "mysql.binlog_archive"
_ON_ITS_WAY: Final = Range(5, 90)


class Archive(NamedTuple):
    """Containers that follow a database's log, and the bucket that they fill."""

    service: Resource
    tasks: Resource
    bucket: Resource
    every: float | None
    """Seconds between uploads, where stated."""


@once_per_view
def archives(view: View) -> tuple[Archive, ...]:
    """All services that follow a log."""
    return tuple(found for service in view.graph.of_type(SERVICE) if (found := _archive(view, service)))


def _archive(view: View, service: Resource) -> Archive | None:
    tasks = view.ref(service, "taskDefinition", TASKS)
    for container in as_rows(as_json(view.value(tasks, "containerDefinitions"))) if tasks else ():
        said = [as_text(container.get("image")) or "", *strings(container.get("command"))]
        settings = {as_text(row.get("name")) or "": row.get("value") for row in as_rows(container.get("environment"))}
        if tasks is None or not any(map(_FOLLOWS.search, (*said, *settings))):
            continue
        named = (view.named(text, BUCKET_TYPES) for text in (as_text(value) for value in settings.values()) if text)
        every = (as_number(value) for name, value in settings.items() if _INTERVAL.search(name))
        if bucket := next((row for rows in named for row in rows), None):
            return Archive(service, tasks, bucket, next((n for n in every if n is not None), None))
    return None


def is_filled(view: View, bucket: Resource) -> bool:
    """Whether a bucket holds a database's log, and so is no store of its own."""
    return bucket.urn in _archiving(view)


def follows(view: View, service: Resource) -> bool:
    """Whether a service follows a log, and so answers nobody."""
    return service.urn in _archiving(view)


@once_per_view
def _archiving(view: View) -> frozenset[str]:
    """URNs of the services that follow a log, and of the buckets that they fill."""
    return frozenset(row.urn for archive in archives(view) for row in (archive.service, archive.bucket))


class _Proof(NamedTuple):
    """A job that restores by the clock what it names."""

    name: str
    account: Domain
    says: frozenset[str]
    """Words of its command and its settings."""


@once_per_view
def _proofs(view: View) -> tuple[_Proof, ...]:
    return tuple(
        _Proof(f"job {tasks.name}", places.account(view, schedule), frozenset(" ".join((*command, *settings)).split()))
        for schedule in view.graph.of_type(_SCHEDULE)
        if view.text(schedule, "state") != "DISABLED"
        for tasks in view.linked(schedule, "target")
        if tasks.type == TASKS
        for container in as_rows(as_json(view.value(tasks, "containerDefinitions")))
        if any(map(_PROVES.search, command := [*strings(container.get("command"))]))
        for settings in ([text for row in as_rows(container.get("environment")) for text in strings(row.get("value"))],)
    )


def proved(view: View, account: Domain, *wanted: Resource) -> str | None:
    """The job of an account that restores there, by the clock, all that is wanted: one elsewhere goes with the sites,
    and what it does not name it does not restore."""
    first, *rest = wanted
    jobs = _proving(view, account, first.type).get(first.urn, ())
    found = (job.name for job in jobs if all(one.urn in _named(view, job.says, one.type) for one in rest))
    return next(found, None)


@once_per_view
def _proving(view: View, account: Domain, type: str) -> Mapping[str, Sequence[_Proof]]:
    """URN of a resource of a type → the jobs of an account that name it."""
    found: dict[str, list[_Proof]] = {}
    for job in _proofs(view):
        for urn in _named(view, job.says, type) if job.account == account else ():
            found.setdefault(urn, []).append(job)
    return found


@once_per_view
def _named(view: View, words: frozenset[str], type: str) -> frozenset[str]:
    """URNs of the resources of a type that words name."""
    return frozenset(row.urn for word in words for row in view.named(word, (type,)))


def age(view: View, archive: Archive) -> Figure:
    """How old what lies in the bucket is at worst, while the readers work."""
    if archive.every is None:
        return view.age(_AGE)
    stated = Stated(f"{archive.tasks.name}: interval of its container")
    return total(
        f"age of what {archive.service.name} uploaded",
        Figure("since the last upload", Unit.SECONDS, Range(archive.every / 2, archive.every, 0), stated),
        assumed("on its way to the bucket", Unit.SECONDS, _ON_ITS_WAY, "seconds, more under load (judgement)"),
    )
