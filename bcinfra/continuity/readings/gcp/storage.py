"""Buckets, file shares and disks on Google Cloud."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import UNNAMED, Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Shelf, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, unknown
from bcinfra.continuity.readings.base import reasons, shelves
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting, subject
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import kept, part_urn, refused, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.vendor import Bucket
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places, plans
from bcinfra.continuity.readings.gcp.balancers import BACKEND_BUCKET, BUCKET
from bcinfra.graph.core.model import UNKNOWN, Resource, Value
from bcinfra.places.table import DUAL_REGIONS
from bcinfra.places.world import multi_region_around
from bcinfra.seconds import DAY, HOUR, WEEK

_BUCKETS_AT_AWS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
_READERS: Final = "gcp:storage/bucketIAMMember:BucketIAMMember"
_BINDING: Final = "gcp:storage/bucketIAMBinding:BucketIAMBinding"
_ANYBODY: Final = "allUsers"
_EVERYBODY: Final = (_ANYBODY, "allAuthenticatedUsers")
"""Who is anybody at all; and whoever has an account of Google, as customers need not."""
_OPENS: Final = frozenset(
    f"roles/storage.{name}"
    for name in ("admin", "legacyObjectOwner", "legacyObjectReader", "objectAdmin", "objectUser", "objectViewer")
)
"""Roles that let files be read. That of a bucket's reader lets see their names alone, as does the bucket's own ACL
(https://docs.cloud.google.com/storage/docs/access-control/iam-roles, .../lists; read 2026-11)."""
_PUBLIC_ACL: Final = ("publicRead", "publicReadWrite")
_AGENT: Final = "@storage-transfer-service."
"""In the name of the account that copies, which serves nobody."""
TRANSFER: Final = "gcp:storage/transferJob:TransferJob"
STREAM: Final = "gcp:datastream/stream:Stream"
PROFILE: Final = "gcp:datastream/connectionProfile:ConnectionProfile"
OBJECT: Final = "gcp:storage/bucketObject:BucketObject"
_FOLDER: Final = "synced-folder:index:GoogleCloudFolder"
_BUCKET_ACL: Final = "gcp:storage/bucketACL:BucketACL"
_FILE_ACLS: Final = (
    "gcp:storage/objectACL:ObjectACL",
    "gcp:storage/objectAccessControl:ObjectAccessControl",
)
_NEW_FILES: Final = (
    _BUCKET_ACL,
    "gcp:storage/defaultObjectACL:DefaultObjectACL",
    "gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl",
)
FILESTORE: Final = "gcp:filestore/instance:Instance"
DISK: Final = "gcp:compute/disk:Disk"
REGION_DISK: Final = "gcp:compute/regionDisk:RegionDisk"
DISKS: Final = (DISK, REGION_DISK)
DISK_REPLICATION: Final = "gcp:compute/diskAsyncReplication:DiskAsyncReplication"
DISK_POLICIES: Final = (
    "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment",
    "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment",
)
SCHEDULE: Final = "gcp:compute/resourcePolicy:ResourcePolicy"
_SOFT_DELETE: Final = WEEK
_REGIONAL_TIERS: Final = ("ENTERPRISE", "REGIONAL")


# -- buckets ----------------------------------------------------------------------------------------------------------


def bucket(view: View, resource: Resource) -> Iterator[Found]:
    """A bucket in a region, in two, or in a multi-region; one that a job or a stream fills is a copy, and one with the
    runbook holds no data."""
    if sources_of(view, resource) or _is_written(view, resource):
        return
    if shelf := _shelf(view, resource):
        yield shelf
        return
    regions = regions_of(view, resource)
    published = is_published(view, resource)
    if published:
        filled = view.users(resource, OBJECT, "bucket")
        yield Assumption(Assumes.PUBLISHED if filled else Assumes.PUBLISHED_UNSEEN, subject(resource))
    copies = [*_kept(view, resource), *(_made(view, resource, *pair) for pair in _targets(view, resource))]
    copies += [no for job, target in _targets(view, resource) if (no := _in_part(resource, job, target))]
    logs = bool(view.users(resource, BUCKET, "logging"))
    yield Store(
        name=store_name(view, StoreKind.OBJECTS, resource, (resource,)),
        kind=StoreKind.OBJECTS,
        members=tuple(_members(view, resource, regions)),
        **kept(copies),
        durable=not published and not logs,
        logs=logs,
    )


def regions_of(view: View, resource: Resource) -> tuple[str, ...]:
    """The regions that hold a bucket's objects, the active one first; empty for a multi-region."""
    stated = [
        text.lower() for text in strings(as_row(view.value(resource, "customPlacementConfig")).get("dataLocations"))
    ]
    location = (view.text(resource, "location") or "").lower()
    regions = tuple(stated) or DUAL_REGIONS.get(location) or ((location,) if places.region_name(location) else ())
    active = view.active_site
    return tuple(sorted(regions, key=lambda region: f"gcp/{region}" != active))


def _around(view: View, resource: Resource) -> str | None:
    """Where all of a bucket's objects are: its region, else the multi-region that it is, or that holds its regions."""
    regions = regions_of(view, resource)
    if len(regions) == 1:
        return regions[0]
    around = multi_region_around(regions[0]) if regions else None
    return around.bucket if around else view.text(resource, "location")


def _members(view: View, resource: Resource, regions: tuple[str, ...]) -> Iterator[Member]:
    keys = places.keys(view, resource, "encryption")
    owner = places.project(view, resource)
    fact = "gcp.gcs.turbo" if view.text(resource, "rpo") == "ASYNC_TURBO" else "gcp.gcs.dual_region"
    for at in regions or (view.text(resource, "location"),):
        replica = bool(regions) and at != regions[0]
        yield Member(
            urn=part_urn(resource, at or "") if replica else resource.urn,
            label=f"bucket {resource.name}" + (f" in {at}" if at else ""),
            **places.placed(at, owner),
            needs_to_run=keys,
            needs_to_recover=places.control_of(places.region_name(at)),
            zones=None,
            regional=True,
            writer=True,
            source=resource.urn if replica else None,
            lag=view.age(fact) if replica else None,
        )


def guards_of(view: View, resource: Resource) -> Iterator[Protection]:
    policy = as_row(view.value(resource, "retentionPolicy"))
    if gcp_backup.seconds(policy.get("retentionPeriod")):
        yield Protection.VERSIONED
        yield Protection.RETAINED
        if as_flag(policy.get("isLocked")):
            yield Protection.LOCKED


def _versioned(view: View, resource: Resource) -> bool:
    return as_flag(as_row(view.value(resource, "versioning")).get("enabled"))


def soft_deleted(view: View, resource: Resource) -> float:
    """Seconds for which what was deleted can be brought back."""
    stated = gcp_backup.seconds(as_row(view.value(resource, "softDeletePolicy")).get("retentionDurationSeconds"))
    return _SOFT_DELETE if stated is None else stated


def _kept(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """Earlier versions, and what was deleted and is kept for a while: seven days where nothing is stated."""
    retained = gcp_backup.seconds(as_row(view.value(resource, "retentionPolicy")).get("retentionPeriod"))
    soft = soft_deleted(view, resource)
    if _versioned(view, resource):
        days = [
            number
            for rule in view.rows(resource, "lifecycleRules")
            if as_text(as_row(rule.get("action")).get("type")) == "Delete"
            and (number := as_number(as_row(rule.get("condition")).get("daysSinceNoncurrentTime")))
        ]
        kept = span(days=min(days)) if days else None
        yield from _at_rest(view, resource, "object versions", kept, {Protection.VERSIONED, *guards_of(view, resource)})
    elif retained:
        yield from _at_rest(view, resource, "retained objects", span(seconds=retained), {*guards_of(view, resource)})
    if soft:
        protections = {Protection.VERSIONED, Protection.RETAINED}
        yield from _at_rest(view, resource, "soft-deleted objects", span(seconds=soft), protections)


def _at_rest(
    view: View, resource: Resource, what: str, kept: timedelta | None, protections: set[Protection]
) -> Iterator[RecoveryPoint]:
    """Versions stay wherever the bucket's objects are: in each of two regions."""
    regions = regions_of(view, resource)
    for at in regions or (view.text(resource, "location"),):
        yield _at_rest_in(view, resource, what, at, kept, protections, one=len(regions) < 2)


def _at_rest_in(
    view: View,
    resource: Resource,
    what: str,
    at: str | None,
    kept: timedelta | None,
    protections: set[Protection],
    *,
    one: bool,
) -> RecoveryPoint:
    keys = places.keys(view, resource, "encryption")
    return RecoveryPoint(
        urn=part_urn(resource, what if one else f"{what} in {at}"),
        label=f"{what} in {resource.name}" + ("" if one else f" in {at}"),
        **places.placed(at, places.project(view, resource)),
        needs_to_run=keys,
        needs_to_recover=keys,
        mechanism=what,
        age=assumed("age of the newest version", Unit.SECONDS, Range(0, 0), "a bucket keeps every version as written"),
        retention=kept,
        protections=frozenset(protections),
        restore=assumed(
            f"objects of {resource.name} are back",
            Unit.SECONDS,
            Range(3600, 43200),
            "restoring or copying back, at some thousand objects a second (judgement)",
        ),
    )


def _jobs(view: View) -> list[tuple[Resource, Resource, Resource]]:
    """Transfer jobs with the bucket each reads and the one it fills."""

    return _transfer_jobs(view)


@once_per_view
def _transfer_jobs(view: View) -> list[tuple[Resource, Resource, Resource]]:
    found: list[tuple[Resource, Resource, Resource]] = []
    for job in view.graph.of_type(TRANSFER):
        for name in ("transferSpec", "replicationSpec"):
            sink = _bucket(view, job, name, "gcsDataSink", BUCKET)
            source = _bucket(view, job, name, "gcsDataSource", BUCKET)
            source = source or _bucket(view, job, name, "awsS3DataSource", *_BUCKETS_AT_AWS)
            if source and sink and source != sink:
                found.append((job, source, sink))
    return found


def _bucket(view: View, job: Resource, name: str, end: str, *types: str) -> Resource | None:
    """The bucket at an end of a job: by its name; before deployment the only one of its vendor that the job names."""
    row = as_row(as_row(view.value(job, name)).get(end))
    if text := as_text(row.get("bucketName")):
        return next(iter(view.named(text, types)), None)
    linked = [found for found in view.linked(job, name) if found.type in types]
    return linked[0] if row and len(linked) == 1 else None


def replicated(view: View, resource: Resource) -> Iterator[tuple[Resource, tuple[str, ...]]]:
    """The buckets that what is written to one is copied to as it comes, and the prefixes of what is."""
    for job, source, sink in _jobs(view):
        spec = as_row(view.value(job, "replicationSpec"))
        chosen = as_row(spec.get("objectConditions"))
        whole = not set(chosen) - {"includePrefixes"} and UNKNOWN not in chosen.values()
        if source == resource and spec and whole and (view.text(job, "status") or "ENABLED") == "ENABLED":
            yield sink, tuple(strings(chosen.get("includePrefixes")))


def sources_of(view: View, resource: Resource) -> tuple[Resource, ...]:
    return tuple(source for _, source, sink in _jobs(view) if sink == resource)


def _targets(view: View, resource: Resource) -> list[tuple[Resource, Resource]]:
    return [(job, sink) for job, source, sink in _jobs(view) if source == resource]


def copied(view: View, resource: Resource, owner: Domain) -> tuple[list[Member], list[RecoveryPoint | Refused]]:
    """The copies at Google Cloud of a bucket at AWS; those that somebody there reads serve requests too."""
    rows = _targets(view, resource)
    copies = [_made(view, resource, job, target, owner) for job, target in rows]
    members = [
        Member(
            urn=target.urn,
            label=f"bucket {target.name}{places.where(view, target)}",
            **places.placed(_around(view, target), places.project(view, target)),
            needs_to_run=copy.needs_to_run,
            needs_to_recover=places.control_plane(view, target),
            zones=None,
            regional=True,
            writer=False,
            source=resource.urn,
            lag=copy.age,
        )
        for (_, target), copy in zip(rows, copies, strict=True)
        if isinstance(copy, RecoveryPoint)
        and any(_AGENT not in (view.text(grant, "member") or "") for grant in view.users(target, _READERS, "bucket"))
    ]
    return members, [*copies, *(no for job, target in rows if (no := _in_part(resource, job, target)))]


def _made(
    view: View, resource: Resource, job: Resource, target: Resource, owner: Domain | None = None
) -> RecoveryPoint | Refused:
    """What a transfer job copies into another bucket; ``owner``: whose the first is, where not a project's.

    A job that is off, or that has neither a schedule nor events, copies nothing until somebody runs it; one that ends
    on the day it starts runs once
    (https://docs.cloud.google.com/storage-transfer/docs/reference/rest/v1/transferJobs; read 2026-11).
    """
    what = f"copy of {resource.name} in {target.name}"
    if (view.text(job, "status") or "ENABLED") != "ENABLED":
        return refused(Refusal.NOT_STARTED, what, job, "status", job.name)
    if all(job.inputs.get(name) is None for name in ("schedule", "eventStream", "replicationSpec")):
        return refused(Refusal.NOT_STARTED, what, job, "schedule", job.name)
    if _once(as_row(view.value(job, "schedule"))):
        return refused(Refusal.NOT_STARTED, what, job, "schedule.scheduleEndDate", job.name)
    return _transferred(view, resource, job, target, owner)


def _once(schedule: Mapping[str, Value]) -> bool:
    """Whether a job ends on the day it starts: what is written after that is not copied."""
    first, last = (as_row(schedule.get(name)) for name in ("scheduleStartDate", "scheduleEndDate"))
    return bool(last) and dict(first) == dict(last)


def _in_part(resource: Resource, job: Resource, target: Resource) -> Refused | None:
    """That a job copies a part of a bucket only."""
    found = _selected(job)
    what = f"copy of {resource.name} in {target.name}"
    return refused(Refusal.SELECTS_PART, what, job, found[0], job.name, found[1]) if found else None


def _selected(job: Resource) -> tuple[str, str] | None:
    """The property by which a job selects less than its bucket holds, and what; ``None``: it copies everything."""
    for name in ("transferSpec", "replicationSpec"):
        spec = as_row(job.inputs.get(name))
        for end in ("gcsDataSource", "awsS3DataSource"):
            if path := as_text(as_row(spec.get(end)).get("path")):
                return f"{name}.{end}.path", f"'{path}...'"
        for condition, value in sorted(as_row(spec.get("objectConditions")).items()):
            if value not in (None, [], ""):
                said = ", ".join(f"'{text}...'" for text in strings(value)) or "some objects"
                less = condition.startswith("exclude")
                return f"{name}.objectConditions.{condition}", f"what is not {said}" if less else said
    return None


def keeps(view: View, row: Resource) -> Bucket:
    """How a bucket keeps what is put into it from elsewhere."""
    protections = {Protection.VERSIONED, *guards_of(view, row)}
    protections |= {Protection.RETAINED} if soft_deleted(view, row) else set[Protection]()
    place, keys = places.placed(_around(view, row), places.project(view, row)), places.keys(view, row, "encryption")
    return Bucket(f"bucket {row.name}", place, frozenset(protections), keys=keys)


class Kept(NamedTuple):
    """How a bucket keeps what is copied into it from elsewhere."""

    place: Place
    keys: tuple[Domain, ...]
    protections: frozenset[Protection]
    retention: timedelta | None
    where: str


def kept_in(view: View, target: Resource, own: Domain) -> Kept:
    """How ``target`` keeps copies of what project ``own`` has."""
    owner = places.project(view, target)
    protections = set(guards_of(view, target)) | (
        {Protection.VERSIONED} if _versioned(view, target) else set[Protection]()
    )
    if owner != own and UNNAMED not in owner.name + own.name:
        protections |= {Protection.OTHER_ACCOUNT, Protection.VERSIONED}
    at = _around(view, target)
    retention = gcp_backup.seconds(as_row(view.value(target, "retentionPolicy")).get("retentionPeriod"))
    return Kept(
        place=places.placed(at, owner),
        keys=places.keys(view, target, "encryption"),
        protections=frozenset(protections),
        retention=span(seconds=retention) if retention else None,
        where=f"{target.name} in {at}" if at else target.name,
    )


def _transferred(
    view: View, resource: Resource, job: Resource, target: Resource, owner: Domain | None = None
) -> RecoveryPoint:
    """What a transfer job copies into another bucket; ``owner``: whose the first is, where not a project's."""
    kept = kept_in(view, target, owner or places.project(view, resource))
    part = _selected(job)
    continuous = bool(view.rows(job, "replicationSpec") or view.rows(job, "eventStream"))
    every = gcp_backup.seconds(as_row(view.value(job, "schedule")).get("repeatInterval")) or DAY
    options = as_row(as_row(view.value(job, "transferSpec")).get("transferOptions"))
    return RecoveryPoint(
        urn=part_urn(target, f"copy of {resource.name}"),
        label=f"copy of {resource.name} in {kept.where}",
        **kept.place,
        needs_to_run=kept.keys,
        mechanism="object replication" if continuous else "scheduled transfer",
        age=unknown(
            f"what {target.name} lacks",
            Unit.SECONDS,
            f"{job.name} copies {part[1]} alone, and nothing says how much more there is",
        )
        if part
        else view.age("gcp.storage_transfer.event_driven" if owner else "gcp.gcs.dual_region")
        if continuous
        else gcp_backup.age(f"age of what {job.name} copied", every, f"{job.name}: schedule"),
        retention=kept.retention,
        protections=kept.protections,
        follows_deletes=as_flag(options.get("deleteObjectsUniqueInSink"))
        and Protection.VERSIONED not in kept.protections,
        restore=assumed(
            f"objects copied back from {target.name}",
            Unit.SECONDS,
            Range(7200, 86400),
            "a transfer back, at some thousand objects a second (judgement)",
        ),
    )


def written_by(view: View, stream: Resource) -> Resource | None:
    """The bucket that a change stream writes."""
    profiles = view.refs(stream, "destinationConfig", PROFILE)
    return next((b for profile in profiles for b in view.refs(profile, "gcsProfile", BUCKET)), None)


def _is_written(view: View, resource: Resource) -> bool:
    return any(written_by(view, stream) == resource for stream in view.graph.of_type(STREAM))


def is_published(view: View, resource: Resource) -> bool:
    """Whether a bucket shows what is made elsewhere: a website, or a page that the program put behind a balancer."""
    shown = view.users(resource, BACKEND_BUCKET, "bucketName")
    return bool(view.rows(resource, "website")) or bool(shown and view.users(resource, OBJECT, "bucket"))


def _shelf(view: View, resource: Resource) -> Shelf | None:
    """What a bucket shows of the runbook, and to whom
    (https://docs.cloud.google.com/storage/docs/public-access-prevention, 2026-11-29)."""
    pages = shelves.pages(view, resource, [(OBJECT, "name")])
    if pages is None:
        return None
    at = regions_of(view, resource)
    return Shelf(
        urn=resource.urn,
        label=f"bucket {resource.name}" + (f" in {at[0]}" if at else ""),
        address=f"gs://{view.text(resource, 'name') or resource.name}/runbook",
        homes=places.placed(at[0] if at else view.text(resource, "location"), places.project(view, resource))["homes"],
        readers=tuple(who for who in _members_of(view, resource) if who not in _EVERYBODY),
        public=any(is_open(view, resource, row, *_EVERYBODY) for _, row in files(view, resource)),
        pages=pages,
    )


def files(view: View, resource: Resource) -> Iterator[tuple[str | None, Resource]]:
    """What the program puts into a bucket, by its name there; ``None`` for a folder that is copied."""
    yield from ((view.text(row, "name") or row.name, row) for row in view.users(resource, OBJECT, "bucket"))
    yield from ((None, row) for row in view.users(resource, _FOLDER, "bucketName"))


def is_open(view: View, resource: Resource, file: Resource | None, *who: str) -> bool:
    """Whether a file of a bucket may be read by any of ``who``: anybody, if nobody is named. Who is admitted to the
    bucket reads all; its files' own ACLs, or those that new ones get, count where the bucket has not given them up."""
    wanted = set(who or (_ANYBODY,))
    if view.text(resource, "publicAccessPrevention") == "enforced":
        return False
    if not wanted.isdisjoint(_members_of(view, resource, _OPENS)):
        return True
    if view.flag(resource, "uniformBucketLevelAccess"):
        return False
    own = [row for token in _FILE_ACLS for row in view.users(file, token, "object")] if file else []
    return not wanted.isdisjoint(_on_acls(view, own or [*_usual_acls(view, resource)]))


def _usual_acls(view: View, resource: Resource) -> Iterator[Resource]:
    """What says which ACL a new file of a bucket gets."""
    yield from (row for token in _NEW_FILES for row in view.users(resource, token, "bucket"))


def _on_acls(view: View, rows: Iterable[Resource]) -> Iterator[str]:
    """Who ACLs let read."""
    for row in rows:
        own = row.type == _BUCKET_ACL  # what else it says is of the bucket itself
        yield from strings(view.value(row, "entity"))
        yield from () if own else (text.rpartition(":")[2] for text in strings(view.value(row, "roleEntities")))
        yield from (_ANYBODY,) if view.text(row, "defaultAcl" if own else "predefinedAcl") in _PUBLIC_ACL else ()


def _members_of(view: View, resource: Resource, roles: Container[str] | None = None) -> tuple[str, ...]:
    """Who is admitted to a bucket; with ``roles``: under no condition, by one of them."""
    rows = [row for token in (_READERS, _BINDING) for row in view.users(resource, token, "bucket")]
    if roles is not None:
        rows = [row for row in rows if (view.text(row, "role") or "") in roles and not view.value(row, "condition")]
    named = (who for row in rows for name in ("member", "members") for who in strings(view.value(row, name)))
    return tuple(dict.fromkeys(named))


# -- file shares ------------------------------------------------------------------------------------------------------


def filestore(view: View, resource: Resource) -> Iterator[Found]:
    """A file share of one zone or of a region, and its replica in another."""
    if _file_source(view, resource):
        return
    rows = (resource, *(r for r in view.graph.of_type(FILESTORE) if _file_source(view, r) == resource))
    yield Store(
        name=store_name(view, StoreKind.FILES, resource, rows),
        kind=StoreKind.FILES,
        members=tuple(_share(view, row, resource) for row in rows),
        copies=(
            *_backed_up(view, resource),
            *gcp_backup.copies(view, resource, view.time("gcp.cloudsql.pitr")),
        ),
    )


def _backed_up(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The backups that a workflow makes: Filestore keeps them in the project of the share, under a key of their region.
    Whoever holds the project deletes them."""
    for found in plans.share_backups(view, resource):
        at = found.to or places.region_of(view, resource)
        yield RecoveryPoint(
            urn=part_urn(found.workflow, f"backups of {resource.name}"),
            label=f"backups of {resource.name}" + (f" in {at}" if at else ""),
            **places.placed(at, places.project(view, resource)),
            needs_to_recover=(
                *places.control_of(places.region_name(at)),
                *places.keys(view, found.workflow, "userEnvVars"),
            ),
            mechanism="scheduled backup",
            age=gcp_backup.age(
                f"age of the backup of {resource.name}", found.every, f"{found.workflow.name}: schedule", 600
            ),
            retention=None if found.days is None else span(days=found.days),
            protections=frozenset({Protection.VERSIONED}),
            restore=view.time("gcp.cloudsql.pitr"),
        )


def _file_source(view: View, resource: Resource) -> Resource | None:
    replication = as_row(view.value(resource, "initialReplication"))
    if as_text(replication.get("role")) == "ACTIVE":
        return None
    return next((r for r in view.refs(resource, "initialReplication", FILESTORE) if r != resource), None)


def _share(view: View, resource: Resource, primary: Resource) -> Member:
    spread = view.text(resource, "tier") in _REGIONAL_TIERS
    own = places.zone(places.location(view, resource))
    follows = resource != primary
    keys = places.keys(view, resource, "kmsKeyName")
    return Member(
        urn=resource.urn,
        label=f"file share {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=(*places.control_plane(view, resource), *keys),
        zones=places.region_zones(places.region_of(view, resource)) if spread else (own,) if own else None,
        synchronous=2 if spread else 1,
        writer=not follows,
        source=primary.urn if follows else None,
        lag=assumed(f"lag of {resource.name}", Unit.SECONDS, Range(900, 3600), "replication between regions; judgement")
        if follows
        else None,
        promotes=assumed(f"{resource.name} promoted", Unit.SECONDS, Range(300, 1800), "a person does it; judgement")
        if follows
        else None,
        local_failover=view.time("gcp.filestore.regional") if spread else None,
    )


# -- disks ------------------------------------------------------------------------------------------------------------


def disk(view: View, resource: Resource) -> Iterator[Found]:
    """A disk: of one zone, or in two zones of which a person attaches the other; its replica in another region."""
    if any(
        view.refs(pair, "secondaryDisk", resource.type) == (resource,) for pair in view.graph.of_type(DISK_REPLICATION)
    ):
        return
    replicas = [r for pair in view.users(resource, DISK_REPLICATION, "primaryDisk") for r in _secondary(view, pair)]
    yield Store(
        name=store_name(view, StoreKind.FILES, resource, (resource,)),
        kind=StoreKind.FILES,
        members=(_disk_member(view, resource, None), *(_disk_member(view, r, resource) for r in replicas)),
        copies=(
            *_snapshots(view, resource),
            *gcp_backup.copies(view, resource, view.time("gcp.pd.regional"), view.number(resource, "size")),
        ),
    )


def _secondary(view: View, pair: Resource) -> tuple[Resource, ...]:
    return view.refs(pair, "secondaryDisk", *DISKS)


def _disk_member(view: View, resource: Resource, primary: Resource | None) -> Member:
    spread = resource.type == REGION_DISK
    own = places.zones(view.value(resource, "replicaZones" if spread else "zone"))
    return Member(
        urn=resource.urn,
        label=f"disk {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=places.keys(view, resource, "diskEncryptionKey"),
        needs_to_recover=places.control_plane(view, resource),
        zones=own or None,
        writer=primary is None,
        source=primary.urn if primary else None,
        lag=_lag(resource) if primary else None,
        promotes=view.time("gcp.pd.regional") if primary else None,
        local_failover=view.time("gcp.pd.regional") if spread else None,
    )


def _lag(resource: Resource) -> Figure:
    return assumed(
        f"lag of {resource.name}", Unit.SECONDS, Range(60, 1800), "asynchronous replication of disks (judgement)"
    )


def _snapshots(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """The snapshots of the schedules that a disk has."""
    attached = [a for token in DISK_POLICIES for a in view.users(resource, token, "disk")]
    policies = [p for a in attached for p in view.refs(a, "name", SCHEDULE)]
    policies += view.refs(resource, "resourcePolicies", SCHEDULE)
    for policy in dict.fromkeys(p.urn for p in policies):
        row = view.graph[policy]
        snapshots = as_row(view.value(row, "snapshotSchedulePolicy"))
        if not snapshots:
            continue
        days = as_number(as_row(snapshots.get("retentionPolicy")).get("maxRetentionDays"))
        kept = next(strings(as_row(snapshots.get("snapshotProperties")).get("storageLocations")), None)
        at = kept or _multi(places.region_of(view, resource))
        yield RecoveryPoint(
            urn=f"{policy}#snapshots of {resource.name}",
            label=f"snapshots of {resource.name}",
            **places.placed(at, places.project(view, resource)),
            needs_to_recover=places.control_of(places.region_name(at)),
            mechanism="disk snapshot",
            age=gcp_backup.age(f"age of the snapshot of {resource.name}", _every(snapshots), f"{row.name}: schedule"),
            retention=None if days is None else span(days=days),
            protections=frozenset({Protection.VERSIONED}),
            restore=view.time("gcp.pd.regional"),
            size_gb=view.number(resource, "size"),
        )


def _every(snapshots: Mapping[str, Value]) -> float | None:
    schedule = as_row(snapshots.get("schedule"))
    hours = as_number(as_row(schedule.get("hourlySchedule")).get("hoursInCycle"))
    days = as_number(as_row(schedule.get("dailySchedule")).get("daysInCycle"))
    if hours is not None:
        return hours * HOUR
    return WEEK if schedule.get("weeklySchedule") else None if days is None else days * DAY


def _multi(region: str | None) -> str | None:
    """Where snapshots go if nothing is stated: the multi-region around the disk, else its region."""
    around = multi_region_around(region or "")
    return around.bucket if around else region


READINGS: Final = {
    BUCKET: part(
        "bucket",
        bucket,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("object versions, soft deletion and transfers to another bucket"),
            replacement=loses("bucket", "location name", bare_while="forceDestroy"),
            facts="gcp.gcs.dual_region gcp.gcs.turbo gcp.storage_transfer.event_driven",
        ),
    ),
    FILESTORE: part(
        "file share",
        filestore,
        having(
            reasons.STORE,
            identities="",
            backup=Backup("a workflow on schedule, and Backup and DR", "gcp.cloudsql.pitr"),
            replacement=loses(
                "file system", "kmsKeyName location name tier", guarded_while="deletionProtectionEnabled"
            ),
            facts="gcp.filestore.regional",
        ),
    ),
    **{
        token: part(
            "disk",
            disk,
            having(
                reasons.STORE,
                identities="",
                backup=Backup("snapshot schedules, and Backup and DR", "gcp.pd.regional"),
                replacement=loses("disk", "image name region replicaZones snapshot type zone"),
            ),
        )
        for token in DISKS
    },
    TRANSFER: setting("transfer job", "which bucket is copied to which, and how often"),
    OBJECT: setting("object", "the program holds what the bucket shows", reasons.PROGRAM),
    DISK_REPLICATION: setting("replication of a disk", "a replica in another region"),
    **{token: setting("schedule of a disk", "which snapshots are made") for token in DISK_POLICIES},
    SCHEDULE: setting("schedule", "how often snapshots are made, and how long they are kept"),
    "gcp:filestore/backup:Backup": setting(
        "backup of a file share", "one copy, made when the program ran", reasons.VOLUME
    ),
}
