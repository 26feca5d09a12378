"""Datastream: every change of a database, written to a bucket as it happens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.parts import RecoveryPoint, Stream
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, total
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.vendor import Follower
from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text, strings
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places, plans, storage as gcp_storage
from bcinfra.continuity.readings.gcp.alerts import FACT, POLICY, opens, telling
from bcinfra.continuity.readings.gcp.compute import JOB
from bcinfra.continuity.readings.gcp.storage import PROFILE, STREAM
from bcinfra.graph.core.model import Resource

_SOURCES: Final = ("mysqlProfile", "postgresqlProfile", "sqlServerProfile")
_MEASURES: Final = "datastream.googleapis.com"
_ANY: Final = "stream_id"
"""The label of what is measured of one stream; a filter without it is of all."""
_LOADED: Final = "gcp.datastream.load"
_MAKES: Final = ("cloudsql.instances.create", "cloudsql.instances.import")
"""Permissions to fill a database that is made for it (Cloud SQL, IAM permissions)."""
_ROTATION: Final = 60.0
"""Seconds after which a file is closed where the program states none (Datastream, destination configuration)."""


def copies(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """What a stream wrote of a database: all rows, and every change after them, up to the moment before the damage.

    It writes rows alone. Its vendor's loader wants tables that are there, and deletes nothing from one without a
    primary key (https://docs.cloud.google.com/dataflow/docs/guides/templates/provided/datastream-to-sql); a foreign
    key's cascade is in no binary log that a stream could read
    (https://dev.mysql.com/doc/refman/8.4/en/innodb-and-mysql-replication.html; both read 2026-11).
    """
    for stream in view.graph.of_type(STREAM):
        bucket = gcp_storage.written_by(view, stream)
        if bucket and any(
            resource in view.refs(profile, name, resource.type) for profile, name in _profiles(view, stream)
        ):
            kept = gcp_storage.kept_in(view, bucket, places.project(view, resource))
            yield RecoveryPoint(
                urn=part_urn(stream, f"changes of {resource.name}"),
                label=f"changes of {resource.name} in {bucket.name}",
                **kept.place,
                needs_to_run=kept.keys,
                mechanism="change stream",
                age=_age(view, stream),
                retention=kept.retention,
                protections=kept.protections,
                restore=view.time(_LOADED),
                tested_by=_loaded_by(view, bucket),
                stream=Stream(readers=None, watched=_watched(view, stream), rows_alone=True),
            )


def _loaded_by(view: View, bucket: Resource) -> str | None:
    """A job of the bucket's own project that loads by the clock what lies there: one elsewhere goes with the sites. It
    is told the bucket, and has a database to load it into; what it then does is code."""
    name = view.text(bucket, "name")
    for job in view.graph.of_type(JOB):
        told = strings(view.value(job, "template"))
        meant = bucket in view.linked(job, "template") or (name and any(name in text for text in told))
        here = places.project(view, job) == places.project(view, bucket)
        if meant and here and plans.runs_by_clock(view, job) and _loads(view, job):
            return f"job {job.name}"
    return None


def _loads(view: View, job: Resource) -> bool:
    """Whether a job is connected to a database of its own project, or is known to be allowed to make one."""
    own = places.project(view, job)
    inner = as_row(as_row(view.value(job, "template")).get("template"))
    volumes = [row["cloudSqlInstance"] for row in as_rows(inner.get("volumes")) if row.get("cloudSqlInstance")]
    linked = [row for row in view.linked(job, "template") if row.type == plans.DATABASE]
    connected = any(places.project(view, row) == own for row in linked) or any(
        f"gcp/{text.partition(':')[0]}" == own.name for text in strings(volumes)
    )
    return (bool(volumes) and connected) or any(plans.allowed(view, job, one) for one in _MAKES)


def followers(view: View, bucket: Resource) -> Iterator[Follower]:
    """The buckets that follow one."""
    for sink, prefixes in gcp_storage.replicated(view, bucket):
        yield Follower(sink, prefixes, view.age("gcp.gcs.dual_region"), _silent(view, sink))


def _silent(view: View, bucket: Resource) -> Figure | None:
    """Time until an alert of a bucket's own project says that nothing arrives in it."""
    name = view.text(bucket, "name")
    for policy in view.graph.of_type(POLICY):
        absent = [as_row(row.get("conditionAbsent")) for row in view.rows(policy, "conditions")]
        meant = any(name and f'"{name}"' in (as_text(row.get("filter")) or "") for row in absent)
        here = places.project(view, policy) == places.project(view, bucket)
        if meant and here and policy.urn in telling(view):
            return opens(view, policy)
    return None


def _profiles(view: View, stream: Resource) -> Iterator[tuple[Resource, str]]:
    yield from ((p, name) for p in view.refs(stream, "sourceConfig", PROFILE) for name in _SOURCES)


def _watched(view: View, stream: Resource) -> Figure | None:
    """Time until an alert says that a stream writes no more: by what Datastream measures, or by its log."""
    name = view.text(stream, "streamId") or stream.name
    for policy in view.graph.of_type(POLICY):
        texts = "\n".join(strings(view.value(policy, "conditions")))
        meant = name in texts or stream in view.linked(policy, "conditions") or _ANY not in texts
        if _MEASURES in texts and meant and policy.urn in telling(view):
            return opens(view, policy) or view.time(FACT)
    return None


def _age(view: View, stream: Resource) -> Figure:
    stated = as_row(as_row(view.value(stream, "destinationConfig")).get("gcsDestinationConfig"))
    seconds = gcp_backup.seconds(stated.get("fileRotationInterval"))
    every = seconds if seconds and seconds > 0 else _ROTATION
    place = f"{stream.name}: fileRotationInterval" + ("" if every == seconds else " (where none is stated)")
    return total(
        f"age of what {stream.name} wrote",
        Figure("since a file was closed", Unit.SECONDS, Range(every / 2, every, 0), Stated(place)),
        assumed("the stream lags", Unit.SECONDS, Range(10, 300), "seconds, minutes under load (judgement)"),
    )


READINGS: Final = {
    STREAM: setting("change stream", "a copy of every change in a bucket"),
    PROFILE: setting("end of a change stream", "which database and which bucket"),
}
