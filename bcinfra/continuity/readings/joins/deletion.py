"""What stands between a mistaken deletion and a store, whichever vendor keeps it: refusals, and what is left behind.

It is told of the resources that take writes. Whoever means harm and has the credentials switches it off first: none of
it counts against them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model.parts import Guard, Member, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.ranges import Range, Unit, assumed, unknown
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.traits import Backup
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

CLOUD_SQL: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_SERVICE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster"), "deletionProtection"
    ),
    "aws:dynamodb/table:Table": "deletionProtectionEnabled",
    CLOUD_SQL: "settings.deletionProtectionEnabled",
    "gcp:filestore/instance:Instance": "deletionProtectionEnabled",
    "gcp:redis/cluster:Cluster": "deletionProtectionEnabled",
    "gcp:memorystore/instance:Instance": "deletionProtectionEnabled",
}
"""The setting with which a service refuses a deletion, by whatever means, until it is switched off."""
_PROVIDER: Final[Mapping[str, bool]] = {CLOUD_SQL: True, "gcp:redis/instance:Instance": False}
"""Types whose ``deletionProtection`` binds the provider alone, and what it is unless stated."""
_FULL: Final = (
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:route53/zone:Zone",
    "gcp:storage/bucket:Bucket",
    "gcp:dns/managedZone:ManagedZone",
)
"""Types of which a service deletes only what is empty."""
_CERTIFICATES: Final = "aws:acm/certificate:Certificate"
_BY_IDENTIFIER: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/cluster:Cluster",
)
"""Types that leave a final snapshot behind where its name is stated."""


def guarded(view: View, store: Store) -> Store:
    """A store with what refuses its deletion, what would, and what a deletion leaves behind."""
    writers = [(m, view.graph[m.urn]) for m in store.members if m.writer and m.urn in view.graph]
    if not writers:
        return store
    each = [frozenset(_guards(view, row)) for _, row in writers]
    common = each[0].intersection(*each)
    offered = [_SERVICE.get(row.type) for _, row in writers]
    return replace(
        store,
        guards=tuple(guard for guard in Guard if guard in common),
        guard_offered=None if Guard.SERVICE in common else next(filter(None, offered), None),
        final=tuple(point for member, row in writers for point in _final(view, member, row)),
    )


def _guards(view: View, row: Resource) -> Iterator[Guard]:
    if (name := _SERVICE.get(row.type)) and as_flag(_at(view, row, name)):
        yield Guard.SERVICE
    if row.type == _CERTIFICATES and view.graph.dependents(row.urn):
        yield Guard.IN_USE
    if row.type in _FULL and not view.flag(row, "forceDestroy"):
        yield Guard.NOT_EMPTY
    usual = _PROVIDER.get(row.type)
    stated = view.value(row, "deletionProtection")
    bound = usual is not None and (usual if stated is None else as_flag(stated))
    if bound or row.options.protect or row.options.retain_on_delete:
        yield Guard.PROGRAM


def _at(view: View, row: Resource, path: str) -> Value:
    """What stands at a dotted path."""
    first, *rest = path.split(".")
    value = view.value(row, first)
    for name in rest:
        value = as_row(value).get(name)
    return value


def _final(view: View, member: Member, row: Resource) -> Iterator[RecoveryPoint]:
    """What is left of a database that is deleted, taken at that moment."""
    days: float | None = None
    if row.type in _BY_IDENTIFIER:
        named = row.inputs.get("finalSnapshotIdentifier")
        left = (named is UNKNOWN or bool(named)) and not view.flag(row, "skipFinalSnapshot")
    elif row.type == CLOUD_SQL:
        final = as_row(_at(view, row, "settings.finalBackupConfig"))
        left, days = as_flag(final.get("enabled")), as_number(final.get("retentionDays"))
    else:
        return
    backup = view.of_type(row.type).backup
    if not left or not isinstance(backup, Backup):
        return
    yield RecoveryPoint(
        urn=part_urn(row, "final snapshot"),
        label=f"final snapshot of {row.name}",
        site=member.site,
        homes=member.homes,
        needs_to_recover=member.needs_to_recover,
        mechanism="final snapshot",
        age=assumed(
            f"age of the final snapshot of {row.name}",
            Unit.SECONDS,
            Range(0, 0),
            "it is taken when the store is deleted; who does so by hand is asked for one too",
        ),
        retention=None if days is None else span(days=days),
        protections=frozenset({Protection.VERSIONED}),
        restore=view.time(backup.restore)
        if backup.restore
        else unknown(f"restore of {row.name}", Unit.SECONDS, "no fact says how long a restore takes"),
    )
