"""S3: buckets, what replicates to where, versions and locks; and buckets that hold nothing to lose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, unknown
from bcinfra.continuity.readings.aws import backup as aws_backup, places
from bcinfra.continuity.readings.aws.balancers import BUCKET_TYPES, DISTRIBUTION, serves_by_default
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting, subject
from bcinfra.continuity.readings.base.stores import part_urn, store_name
from bcinfra.continuity.readings.base.traits import Backup, guards, having, loses
from bcinfra.continuity.readings.base.vendor import Bucket
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_text, once_per_view, strings
from bcinfra.graph.core.model import Resource, Value

REPLICATIONS: Final = (
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration",
)
VERSIONINGS: Final = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
LOCKS: Final = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
LIFECYCLES: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
ENCRYPTIONS: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
WEBSITES: Final = (
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
)
OBJECTS: Final = (
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "synced-folder:index:S3BucketFolder",
)
_FILLED_BY_OTHERS: Final = (
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs"),
    ("aws:lb/loadBalancer:LoadBalancer", "connectionLogs"),
    ("aws:alb/loadBalancer:LoadBalancer", "accessLogs"),
    ("aws:s3/bucketLogging:BucketLogging", "targetBucket"),
    ("aws:cloudfront/distribution:Distribution", "loggingConfig"),
    ("aws:globalaccelerator/accelerator:Accelerator", "attributes"),
    ("aws:ec2/flowLog:FlowLog", "logDestination"),
    ("aws:synthetics/canary:Canary", "artifactS3Location"),
    ("aws:cloudtrail/trail:Trail", "s3BucketName"),
    ("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "logDestinationConfigs"),
    ("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "extendedS3Configuration"),
    ("aws:arcregionswitch/plan:Plan", "reportConfigurations"),
    ("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName"),
    ("aws:codepipeline/pipeline:Pipeline", "artifactStores"),
)
"""Who writes logs, reports and artifacts into a bucket: type and property."""


def bucket(view: View, resource: Resource) -> Iterator[Found]:
    """A bucket and those it is replicated to, told once."""
    rows = family(view, resource)
    if rows[0] != resource:
        return
    name = store_name(view, StoreKind.OBJECTS, resource, rows)
    members = tuple(_member(view, row, rows) for row in rows if row == resource or not is_copy(view, row, resource))
    copies = tuple(copy for row in rows for copy in _copies(view, row, resource, rows))
    for row in rows:
        for vendor in view.vendors.values():
            served, kept = vendor.copied(view, row, places.account(view, row))
            members, copies = (*members, *served), (*copies, *kept)
    published = [row for row in rows if is_published(view, row)]
    if published:
        yield Assumption(Assumes.PUBLISHED, subject(published[0]))
    yield Store(
        name=name,
        kind=StoreKind.OBJECTS,
        members=members,
        copies=copies,
        durable=not published and not any(is_log(view, row) for row in rows),
    )


def family(view: View, resource: Resource) -> tuple[Resource, ...]:
    """A bucket, and all that replication joins it with; the one that is written now first."""
    rows = {resource.urn: resource}
    queue = [resource]
    while queue:
        row = queue.pop()
        for other in (*(to for to, _ in replicated_to(view, row)), *replicated_from(view, row)):
            if other.urn not in rows:
                rows[other.urn] = other
                queue.append(other)
    active = view.active_site
    return tuple(
        sorted(
            rows.values(),
            key=lambda row: (places.site(view, row) != active, -len(replicated_to(view, row)), row.urn),
        )
    )


@once_per_view
def replicated_to(view: View, resource: Resource) -> tuple[tuple[Resource, Mapping[str, Value]], ...]:
    """The buckets of this graph that objects of ``found`` are replicated to, each with its rule."""
    return tuple(_replicated_to(view, resource))


def _replicated_to(view: View, resource: Resource) -> Iterator[tuple[Resource, Mapping[str, Value]]]:
    for config in (c for token in REPLICATIONS for c in view.users(resource, token, "bucket")):
        rules = [row for row in view.rows(config, "rules") if as_text(row.get("status")) != "Disabled"]
        linked = [r for r in view.linked(config, "rules") if r.type in BUCKET_TYPES and r != resource]
        named = [(b, row) for row in rules for b in _destination(view, row) if b != resource]
        yield from named
        unnamed = [row for row in rules if not _destination(view, row)]
        if unnamed:
            rest = [b for b in linked if b not in [known for known, _ in named]]
            # Which rule leads to which bucket is not known before deployment: the slowest rule stands for all.
            yield from ((b, min(unnamed, key=lambda row: _timed(row))) for b in rest)


def _destination(view: View, rule: Mapping[str, Value]) -> tuple[Resource, ...]:
    text = as_text(as_row(rule.get("destination")).get("bucket"))
    return view.named(text, BUCKET_TYPES) if text else ()


def _timed(rule: Mapping[str, Value]) -> bool:
    time = as_row(as_row(rule.get("destination")).get("replicationTime"))
    return as_text(time.get("status")) == "Enabled"


def replicated_from(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The buckets whose objects are replicated to ``found``."""

    return tuple(_replicated_from(view).get(resource.urn, ()))


@once_per_view
def _replicated_from(view: View) -> dict[str, list[Resource]]:
    into: dict[str, list[Resource]] = {}
    for token in BUCKET_TYPES:
        for row in view.graph.of_type(token):
            for target, _ in replicated_to(view, row):
                into.setdefault(target.urn, []).append(row)
    return into


def is_copy(view: View, resource: Resource, root: Resource) -> bool:
    """Whether a bucket is kept from who writes the others: locked, or in another account. It serves nobody."""
    return bool(lock_of(view, resource)) or places.account(view, resource) != places.account(view, root)


def _member(view: View, resource: Resource, rows: tuple[Resource, ...]) -> Member:
    sources = replicated_from(view, resource)
    # What nothing replicates to lacks what the others take, nobody knows since when.
    source = None if resource == rows[0] else next((row for row in rows if row in sources), rows[0])
    keys = _keys(view, resource)
    return Member(
        urn=resource.urn,
        label=f"bucket {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=None,
        regional=True,
        writer=True,  # a bucket takes writes whoever replicates to it
        source=source.urn if source else None,
        lag=_lag(view, source, resource) if source in sources else None,
    )


def _keys(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The key of a bucket's objects, unless S3 keeps it itself."""
    rows = [r for token in ENCRYPTIONS for r in view.users(resource, token, "bucket")]
    return tuple(key for row in rows if _by_kms(view, row) for key in places.key(view, row, "rules", "s3"))


def _by_kms(view: View, encryption: Resource) -> bool:
    return any(text.startswith("aws:kms") for text in strings(view.value(encryption, "rules")))


def _lag(view: View, source: Resource, target: Resource) -> Figure:
    return view.age("aws.s3.rtc" if _timed(_rule(view, source, target)) else "aws.s3.crr")


def _rule(view: View, source: Resource, target: Resource) -> Mapping[str, Value]:
    return next(rule for to, rule in replicated_to(view, source) if to == target)


def _deletes(rule: Mapping[str, Value]) -> bool:
    """Whether a rule carries deletions over, as markers before which the versions stay."""
    return as_text(as_row(rule.get("deleteMarkerReplication")).get("status")) == "Enabled"


def is_versioned(view: View, resource: Resource) -> bool:
    rows = [r for token in VERSIONINGS for r in view.users(resource, token, "bucket")]
    inline = as_row(view.value(resource, "versioning"))
    return inline.get("enabled") is True or any(
        "Enabled" in strings(view.value(r, "versioningConfiguration")) for r in rows
    )


def lock_of(view: View, resource: Resource) -> tuple[str, timedelta | None] | None:
    """Mode and retention of the object lock that a bucket puts on what comes in."""
    for row in (r for token in LOCKS for r in view.users(resource, token, "bucket")):
        default = as_row(as_row(view.value(row, "rule")).get("defaultRetention"))
        days = as_number(default.get("days")) or 365 * (as_number(default.get("years")) or 0)
        return as_text(default.get("mode")) or "GOVERNANCE", timedelta(days=days) if days else None
    return None


def _kept(view: View, resource: Resource) -> timedelta | None:
    """How long replaced and deleted versions are kept; ``None``: for ever, or not known."""
    days = [
        number
        for row in (r for token in LIFECYCLES for r in view.users(resource, token, "bucket"))
        for rule in view.rows(row, "rules")
        if (number := as_number(as_row(rule.get("noncurrentVersionExpiration")).get("noncurrentDays"))) is not None
    ]
    return timedelta(days=min(days)) if days else None


def _copies(view: View, resource: Resource, root: Resource, rows: tuple[Resource, ...]) -> Iterator[RecoveryPoint]:
    lock = lock_of(view, resource)
    protections = {Protection.VERSIONED} if is_versioned(view, resource) or lock else set[Protection]()
    if lock:
        protections |= {Protection.RETAINED} | ({Protection.LOCKED} if lock[0] == "COMPLIANCE" else set())
    own, other = places.account(view, resource).name, places.account(view, root).name
    if own != other and not {own, other} & {f"aws/{places.UNNAMED_ACCOUNT}"}:
        protections |= {Protection.OTHER_ACCOUNT}
    sources = [row for row in rows if row in replicated_from(view, resource)]
    keys = _keys(view, resource)
    if protections & {Protection.VERSIONED} or (sources and is_copy(view, resource, root)):
        in_place = resource == root
        deletes = bool(sources) and _deletes(_rule(view, sources[0], resource))
        yield RecoveryPoint(
            urn=part_urn(resource, "versions"),
            label=f"{'versions' if in_place else 'replicated objects'} in "
            f"{resource.name}{places.where(view, resource)}",
            **places.place(view, resource),
            needs_to_run=keys,
            needs_to_recover=keys,
            mechanism="object versions" if in_place else "object replication",
            age=_now() if in_place else _age(view, sources, resource),
            retention=lock[1] if lock and lock[1] else _kept(view, resource),
            protections=frozenset(protections),
            follows_deletes=deletes and Protection.VERSIONED not in protections,
            restore=_restoring(resource),
        )
    yield from aws_backup.copies(view, resource)


def _age(view: View, sources: list[Resource], resource: Resource) -> Figure:
    if not sources:
        return unknown(f"age of what {resource.name} holds", Unit.SECONDS, f"nothing replicates to {resource.name}")
    return _lag(view, sources[0], resource)


def _now() -> Figure:
    return assumed(
        "age of the newest version", Unit.SECONDS, Range(0, 0), "a bucket keeps every version as it is written"
    )


def _restoring(resource: Resource) -> Figure:
    return assumed(
        f"objects of {resource.name} are back",
        Unit.SECONDS,
        Range(3600, 43200),
        "removing delete markers or copying back, at some thousand objects a second",
    )


def is_published(view: View, resource: Resource) -> bool:
    """Whether a bucket shows what is made elsewhere: a website, or what a CDN shows first and the program put there."""
    if any(view.users(resource, token, "bucket") for token in WEBSITES):
        return True
    if view.value(resource, "website") or any(view.users(resource, token, "bucket") for token in OBJECTS[:2]):
        return True
    cdns = [cdn for cdn in view.graph.of_type(DISTRIBUTION) if resource in view.refs(cdn, "origins", *BUCKET_TYPES)]
    return any(serves_by_default(view, cdn, resource) for cdn in cdns)


def is_log(view: View, resource: Resource) -> bool:
    """Whether services write logs, reports or artifacts into a bucket."""
    return any(view.users(resource, type, name) for type, name in _FILLED_BY_OTHERS)


def keeps(view: View, row: Resource) -> Bucket:
    """How a bucket keeps what is put into it from elsewhere."""
    lock = lock_of(view, row)
    protections = {Protection.VERSIONED} | ({Protection.RETAINED} if lock else set[Protection]())
    protections |= {Protection.LOCKED} if lock and lock[0] == "COMPLIANCE" else set()
    label = f"bucket {row.name}{places.where(view, row)}"
    return Bucket(label, places.place(view, row), frozenset(protections), lock[1] if lock else None)


READINGS: Final = {
    **{
        token: part(
            "bucket",
            bucket,
            having(
                reasons.STORE,
                identities="bucket bucketRegionalDomainName bucketDomainName websiteEndpoint",
                backup=Backup("AWS Backup", "aws.backup.snapshot", "S3", "s3"),
                replacement=loses(
                    "bucket",
                    "bucket bucketPrefix objectLockEnabled",
                    guarded_while="objectLockEnabled",
                    bare_while="forceDestroy",
                ),
                facts="aws.rds.pitr aws.s3.crr aws.s3.rtc",
            ),
        )
        for token in BUCKET_TYPES
    },
    **{token: setting("bucket replication", "which bucket copies which, and how fast") for token in REPLICATIONS},
    **{
        token: setting("bucket versioning", "whether overwritten objects are kept", having(replacement=guards()))
        for token in VERSIONINGS
    },
    **{
        token: setting(
            "object lock",
            "whether objects can be deleted early",
            having(replacement=guards(guarded_while="objectLockEnabled")),
        )
        for token in LOCKS
    },
    **{token: setting("bucket lifecycle", "how long old versions are kept") for token in LIFECYCLES},
    **{token: setting("bucket encryption", "which key the objects need") for token in ENCRYPTIONS},
    **{
        token: setting(
            "bucket website", "the bucket shows what is published elsewhere", having(identities="websiteEndpoint")
        )
        for token in WEBSITES
    },
    **{token: setting("object", "the program holds what the bucket shows", reasons.PROGRAM) for token in OBJECTS},
}
