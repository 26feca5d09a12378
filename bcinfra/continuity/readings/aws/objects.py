"""S3: buckets, what replicates to where, versions and locks; and buckets that hold nothing to lose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import UNNAMED, Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Shelf, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, unknown
from bcinfra.continuity.readings.aws import backup as aws_backup, binlogs, places
from bcinfra.continuity.readings.aws.balancers import DISTRIBUTION, serves_by_default
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.base import reasons, shelves
from bcinfra.continuity.readings.base.reading import Found, part, setting, subject
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import kept, part_urn, refused, store_name
from bcinfra.continuity.readings.base.traits import Backup, Without, guards, having, loses
from bcinfra.continuity.readings.base.vendor import Bucket
from bcinfra.continuity.readings.base.view import (
    View,
    as_json,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    strings,
)
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

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
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ACCESS_OF_ALL: Final = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
_FOR_ALL: Final = ("public-read", "public-read-write")
"""ACLs that let everybody read a file. On a bucket they let everybody see the names of its files, and read none
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html; read 2026-11)."""
WEBSITES: Final = (
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
)
OBJECTS: Final = {
    "aws:s3/bucketObject:BucketObject": "bucket",
    "aws:s3/bucketObjectv2:BucketObjectv2": "bucket",
    "synced-folder:index:S3BucketFolder": "bucketName",
}
"""What the program puts into a bucket, and its property that names the bucket."""
_FETCHES: Final = (DISTRIBUTION, "aws:cloudfront/originAccessIdentity:OriginAccessIdentity")
"""What a closed bucket's policy lets read in the name of CloudFront."""
_INLINE: Final = ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations")
"""Properties of a bucket that say how its objects are encrypted."""
FILLED_BY_OTHERS: Final = (
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
    ("aws:connect/instanceStorageConfig:InstanceStorageConfig", "storageConfig"),
    ("aws:codepipeline/pipeline:Pipeline", "artifactStores"),
)
"""Who writes logs, reports and artifacts into a bucket: type and property."""


def bucket(view: View, resource: Resource) -> Iterator[Found]:
    """A bucket and those it is replicated to, told once; one that a database's log is written to is a copy, and one
    with the runbook holds no data."""
    if binlogs.is_filled(view, resource):
        return
    if shelf := _shelf(view, resource):
        yield shelf
        return
    declared = family(view, resource, _rules)
    if declared[0] != resource:
        return
    rows = family(view, resource, replicated_to)
    name = store_name(view, StoreKind.OBJECTS, resource, rows)
    members = tuple(_member(view, row, rows) for row in rows if row == resource or not is_copy(view, row, resource))
    copies = [one for row in rows for one in (*_unmade(view, row), *_copies(view, row, resource, rows))]
    for row in rows:
        for vendor in view.vendors.values():
            served, found = vendor.copied(view, row, places.account(view, row))
            members = (*members, *served)
            copies += found
    published = [row for row in rows if is_published(view, row)]
    if published:
        filled = any(view.users(row, token, name) for row in rows for token, name in OBJECTS.items())
        yield Assumption(Assumes.PUBLISHED if filled else Assumes.PUBLISHED_UNSEEN, subject(published[0]))
    logs = any(is_log(view, row) for row in rows)
    yield Store(
        name=name,
        kind=StoreKind.OBJECTS,
        members=members,
        unmade=tuple(row.urn for row in declared if row not in rows),
        **kept(copies),
        durable=not published and not logs,
        logs=logs,
    )


def family(view: View, resource: Resource, rules: Callable[[View, Resource], Iterable[_Rule]]) -> tuple[Resource, ...]:
    """A bucket, and all that rules join it with; the one that is written now first."""
    into = view.once(("buckets by target", rules), lambda: _by_target(view, rules))
    rows = {resource.urn: resource}
    queue = [resource]
    while queue:
        row = queue.pop()
        for other in (*(rule.target for rule in rules(view, row)), *into.get(row.urn, ())):
            if other.urn not in rows:
                rows[other.urn] = other
                queue.append(other)
    active = view.active_site
    return tuple(
        sorted(
            rows.values(),
            key=lambda row: (places.site(view, row) != active, -len(tuple(rules(view, row))), row.urn),
        )
    )


class _Rule(NamedTuple):
    """A rule that replicates objects to a bucket, and where it stands."""

    target: Resource
    row: Mapping[str, Value]
    owner: Resource
    within: str
    """The path of the rules in their resource."""

    @property
    def name(self) -> str:
        """What people call it."""
        return f"rule {as_text(self.row.get('id')) or ''}".strip() + f" of {self.owner.name}"

    @property
    def part(self) -> str | None:
        """What it selects; ``None``: everything."""
        return _selected(self.row)


@once_per_view
def replicated_to(view: View, resource: Resource) -> tuple[_Rule, ...]:
    """The rules by which objects are replicated to other buckets of this graph, the fullest to each first."""
    rules = (rule for rule in _rules(view, resource) if _refusal(view, resource, rule) is None)
    return tuple(sorted(rules, key=lambda rule: rule.part is not None))


def _unmade(view: View, resource: Resource) -> Iterator[Refused]:
    """Replicas that no rule makes, and those that hold a part only."""
    made = {rule.target.urn: rule for rule in reversed(replicated_to(view, resource))}
    for rule in _rules(view, resource):
        label = f"replica of bucket {resource.name} in bucket {rule.target.name}{places.where(view, rule.target)}"
        if (no := _refusal(view, resource, rule)) and rule.target.urn not in made:
            yield refused(no.kind, label, no.by, no.property, *no.more)
    for rule in made.values():
        if rule.part is not None:
            label = f"replica of bucket {resource.name} in bucket {rule.target.name}{places.where(view, rule.target)}"
            yield refused(Refusal.SELECTS_PART, label, rule.owner, f"{rule.within}.filter", rule.name, rule.part)


@once_per_view
def _rules(view: View, resource: Resource) -> tuple[_Rule, ...]:
    return tuple(rule for found in _configurations(view, resource) for rule in _led(view, resource, *found))


def _configurations(view: View, resource: Resource) -> Iterator[tuple[Resource, str, str, list[Mapping[str, Value]]]]:
    """What replicates a bucket: the resource that says so, the property, the path of the rules, and those."""
    for config in (c for token in REPLICATIONS for c in view.users(resource, token, "bucket")):
        yield config, "rules", "rules", view.rows(config, "rules")
    for name in ("replicationConfiguration", "replicationConfigurations"):
        for row in as_rows(resource.inputs.get(name)):
            yield resource, name, f"{name}.rules", as_rows(row.get("rules"))


def _led(
    view: View, resource: Resource, owner: Resource, name: str, within: str, rows: list[Mapping[str, Value]]
) -> Iterator[_Rule]:
    """The rules that are on, each with the bucket that it leads to."""
    rules = [row for row in rows if as_text(row.get("status")) != "Disabled"]
    named = [(b, row) for row in rules for b in _destination(view, row) if b != resource]
    yield from (_Rule(b, row, owner, within) for b, row in named)
    unnamed = [row for row in rules if not _destination(view, row)]
    linked = [r for r in view.linked(owner, name) if r.type in BUCKET_TYPES and r != resource]
    rest = [b for b in linked if b not in [known for known, _ in named]]
    # Which rule leads to which bucket is not known before deployment: the slowest that selects least stands for all.
    least = sorted(unnamed, key=lambda row: (_selected(row) is None, _timed(row)))
    yield from (_Rule(b, least[0], owner, within) for b in rest if least)


class _Refusal(NamedTuple):
    kind: Refusal
    by: Resource
    property: str
    more: tuple[str, ...]


def _refusal(view: View, resource: Resource, rule: _Rule) -> _Refusal | None:
    """Why a rule replicates nothing.

    S3 takes no rule where a bucket keeps no versions or, for objects under KMS, none that names no key for replicas; a
    rule that does not select such objects leaves them out
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_SourceSelectionCriteria.html; read 2026-11).
    """
    for bucket in (resource, rule.target):
        if _unversioned(view, bucket):
            return _Refusal(Refusal.NOT_VERSIONED, bucket, "versioning", (bucket.name,))
    if not any(_by_kms(value) for value in _encryption(view, resource)):
        return None
    name = f"{rule.within}.sourceSelectionCriteria.sseKmsEncryptedObjects"
    criteria = rule.row.get("sourceSelectionCriteria")
    selected = as_row(criteria).get("sseKmsEncryptedObjects")
    state = as_row(selected).get("status", as_row(selected).get("enabled"))
    if UNKNOWN in (criteria, selected, state):
        return None
    if state not in ("Enabled", True, "true"):
        return _Refusal(Refusal.NOT_SELECTED, rule.owner, name, (rule.name,))
    to = as_row(rule.row.get("destination"))
    at = "encryptionConfiguration.replicaKmsKeyId" if "encryptionConfiguration" in to else "replicaKmsKeyId"
    key = to.get("replicaKmsKeyId", as_row(to.get("encryptionConfiguration")).get("replicaKmsKeyId"))
    name = f"{rule.within}.destination.{at}"
    if key is None and UNKNOWN not in (rule.row.get("destination"), to.get("encryptionConfiguration")):
        return _Refusal(Refusal.NO_KEY_FOR_REPLICAS, rule.owner, name, (rule.name,))
    regions = places.regions_of_text(view, key) if isinstance(key, str) else []
    if apart := places.apart(places.region_of(view, rule.target), regions):
        return _Refusal(Refusal.KEY_ELSEWHERE, rule.owner, name, apart)
    if isinstance(key, str) and places.is_of_aws(key) and is_copy(view, rule.target, resource):
        return _Refusal(Refusal.MANAGED_KEY, rule.owner, name, ("aws/s3",))
    return None


def _unversioned(view: View, resource: Resource) -> bool:
    """Whether a bucket surely keeps no versions."""
    if is_versioned(view, resource) or lock_of(view, resource) or view.flag(resource, "objectLockEnabled"):
        return False
    stated = [
        as_row(view.value(row, "versioningConfiguration")).get("status")
        for token in VERSIONINGS
        for row in view.users(resource, token, "bucket")
    ]
    return UNKNOWN not in (*stated, resource.inputs.get("versioning"))


def _selected(rule: Mapping[str, Value]) -> str | None:
    """What a rule selects by prefix and tags, as text; ``None``: everything."""
    chosen = as_row(rule.get("filter"))
    inner = as_row(chosen.get("and"))
    prefixes = [text for row in (rule, chosen, inner) if (text := as_text(row.get("prefix")))]
    tags = as_row(chosen.get("tags")) or as_row(inner.get("tags"))
    if tag := as_row(chosen.get("tag")):
        tags = {as_text(tag.get("key")) or "": tag.get("value")}
    said = [f"'{prefix}...'" for prefix in prefixes]
    said += [f"what is tagged {name}={as_text(value) or 'so'}" for name, value in sorted(tags.items())]
    return " and ".join(said) or None


def _destination(view: View, rule: Mapping[str, Value]) -> tuple[Resource, ...]:
    text = as_text(as_row(rule.get("destination")).get("bucket"))
    return view.named(text, BUCKET_TYPES) if text else ()


def _timed(rule: Mapping[str, Value]) -> bool:
    time = as_row(as_row(rule.get("destination")).get("replicationTime"))
    return as_text(time.get("status")) == "Enabled"


def replicated_from(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The buckets whose objects are replicated to ``found``."""
    into = view.once(("buckets by target", replicated_to), lambda: _by_target(view, replicated_to))
    return tuple(into.get(resource.urn, ()))


def _by_target(view: View, rules: Callable[[View, Resource], Iterable[_Rule]]) -> dict[str, list[Resource]]:
    """URN of a bucket → those that rules lead to it from."""
    into: dict[str, list[Resource]] = {}
    for row in (row for token in BUCKET_TYPES for row in view.graph.of_type(token)):
        for rule in rules(view, row):
            if row not in into.setdefault(rule.target.urn, []):
                into[rule.target.urn].append(row)
    return into


def is_copy(view: View, resource: Resource, root: Resource) -> bool:
    """Whether a bucket is kept from who writes the others: locked, or in another account. It serves nobody."""
    return bool(lock_of(view, resource)) or places.account(view, resource) != places.account(view, root)


def _member(view: View, resource: Resource, rows: tuple[Resource, ...]) -> Member:
    sources = replicated_from(view, resource)
    # What nothing replicates to lacks what the others take, nobody knows since when.
    source = None if resource == rows[0] else next((row for row in rows if row in sources), rows[0])
    keyed = keys(view, resource)
    return Member(
        urn=resource.urn,
        label=f"bucket {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keyed,
        needs_to_recover=(*places.control_plane(view, resource), *keyed),
        zones=None,
        regional=not (one_zone := _in_one_zone(view, resource, sources)),
        serverless=one_zone,
        writer=True,  # a bucket takes writes whoever replicates to it
        source=source.urn if source else None,
        lag=_lag(view, source, resource) if source in sources else None,
    )


def _in_one_zone(view: View, resource: Resource, sources: Iterable[Resource]) -> bool:
    """Whether objects come to lie in one zone, which nobody is told and whose loss destroys them: by a lifecycle, or by
    a rule that replicates them so.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html (read 2026-11)
    """
    rows = [r for token in LIFECYCLES for r in view.users(resource, token, "bucket")]
    lifecycles = (
        *(rule for row in rows for rule in view.rows(row, "rules")),
        *(rule for name in ("lifecycleRules", "lifecycleRule") for rule in view.rows(resource, name)),
    )
    on = [rule for rule in lifecycles if as_text(rule.get("status")) != "Disabled" and rule.get("enabled") is not False]
    moved = {as_text(one.get("storageClass")) for rule in on for one in as_rows(rule.get("transitions"))}
    put = {as_text(as_row(_rule(view, one, resource).row.get("destination")).get("storageClass")) for one in sources}
    return "ONEZONE_IA" in moved | put


def directory(view: View, resource: Resource) -> Iterator[Found]:
    """A directory bucket: its objects lie in the one zone that it names, and have no versions
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-one-zone.html; read 2026-11)."""
    where = places.zone(places.region_of(view, resource), as_text(as_row(view.value(resource, "location")).get("name")))
    yield Store(
        name=store_name(view, StoreKind.OBJECTS, resource, (resource,)),
        kind=StoreKind.OBJECTS,
        members=(
            Member(
                urn=resource.urn,
                label=f"bucket {resource.name}{places.where(view, resource)}",
                **places.place(view, resource),
                needs_to_recover=places.control_plane(view, resource),
                zones=(where,) if where else None,
                serverless=True,
                writer=True,
            ),
        ),
    )


def keys(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The key of a bucket's objects, unless S3 or AWS keeps it itself."""
    rows = ((r, "rules") for token in ENCRYPTIONS for r in view.users(resource, token, "bucket"))
    inline = ((resource, name) for name in _INLINE)
    stated = ((row, name) for row, name in (*rows, *inline) if _by_kms(view.value(row, name)))
    return tuple(key for row, name in stated for key in places.key(view, row, name))


def key_owners(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The accounts of the keys of a bucket's objects: who closes one closes the bucket."""
    rows = ((r, "rules") for token in ENCRYPTIONS for r in view.users(resource, token, "bucket"))
    return tuple(places.account(view, key) for row, name in rows for key in places.keys_of(view, row, name))


def _encryption(view: View, resource: Resource) -> Iterator[Value]:
    """What is stated of the encryption of a bucket's objects, beside it or in it."""
    yield from (view.value(r, "rules") for token in ENCRYPTIONS for r in view.users(resource, token, "bucket"))
    yield from (view.value(resource, name) for name in _INLINE)


def _by_kms(encryption: Value) -> bool:
    return any(text.startswith("aws:kms") for text in strings(encryption))


def _lag(view: View, source: Resource, target: Resource) -> Figure:
    rule = _rule(view, source, target)
    if rule.part is not None:
        why = f"{rule.name} copies {rule.part} alone, and nothing says how much more there is"
        return unknown(f"what {target.name} lacks", Unit.SECONDS, why)
    return view.age("aws.s3.rtc" if _timed(rule.row) else "aws.s3.crr")


def _rule(view: View, source: Resource, target: Resource) -> _Rule:
    return next(rule for rule in replicated_to(view, source) if rule.target == target)


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
        return as_text(default.get("mode")) or "GOVERNANCE", span(days=days) if days else None
    return None


def _kept(view: View, resource: Resource) -> timedelta | None:
    """How long replaced and deleted versions are kept; ``None``: for ever, or not known."""
    days = [
        number
        for row in (r for token in LIFECYCLES for r in view.users(resource, token, "bucket"))
        for rule in view.rows(row, "rules")
        if (number := as_number(as_row(rule.get("noncurrentVersionExpiration")).get("noncurrentDays"))) is not None
    ]
    return span(days=min(days)) if days else None


def _copies(
    view: View, resource: Resource, root: Resource, rows: tuple[Resource, ...]
) -> Iterator[RecoveryPoint | Refused]:
    lock = lock_of(view, resource)
    protections = {Protection.VERSIONED} if is_versioned(view, resource) or lock else set[Protection]()
    if lock and lock[1]:
        protections |= {Protection.RETAINED} | ({Protection.LOCKED} if lock[0] == "COMPLIANCE" else set())
    own, other = places.account(view, resource).name, places.account(view, root).name
    if own != other and not {own, other} & {f"aws/{UNNAMED}"}:
        protections |= {Protection.OTHER_ACCOUNT}
    sources = [row for row in rows if row in replicated_from(view, resource)]
    keyed = keys(view, resource)
    strangers = (one for one in key_owners(view, resource) if one.name != own)
    if protections & {Protection.VERSIONED} or (sources and is_copy(view, resource, root)):
        in_place = resource == root
        deletes = bool(sources) and _deletes(_rule(view, sources[0], resource).row)
        yield RecoveryPoint(
            urn=part_urn(resource, "versions"),
            label=f"{'versions' if in_place else 'replicated objects'} in "
            f"{resource.name}{places.where(view, resource)}",
            **places.place(view, resource),
            needs_to_run=keyed,
            needs_to_recover=(*keyed, *strangers),
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
    if view.value(resource, "website") or any(view.users(resource, token, name) for token, name in OBJECTS.items()):
        return True
    return any(serves_by_default(view, cdn, resource) for cdn in view.users(resource, DISTRIBUTION, "origins"))


def _shelf(view: View, resource: Resource) -> Shelf | None:
    """What a bucket shows of the runbook, and to whom
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, 2026-11-29)."""
    pages = shelves.pages(view, resource, ((token, "key") for token, named in OBJECTS.items() if named == "bucket"))
    if pages is None:
        return None
    policies = [view.text(row, "policy") or "" for row in view.users(resource, POLICY, "bucket")]
    readers = tuple(dict.fromkeys(who for text in policies for who in _admitted(text)))
    at = places.place(view, resource)
    return Shelf(
        urn=resource.urn,
        label=f"bucket {resource.name}{places.where(view, resource)}",
        address=f"s3://{view.text(resource, 'bucket') or resource.name}/runbook",
        homes=at["homes"],
        readers=tuple(who for who in readers if who != "*"),
        public=any(is_open(view, resource, row, unstated=True) for _, row in files(view, resource)),
        pages=pages,
    )


def _admitted(policy: str) -> Iterator[str]:
    """Who a bucket's policy lets read."""
    for who in _let_in(policy):
        yield from strings(as_row(who).get("AWS")) if isinstance(who, Mapping) else strings(who)


def _let_in(policy: str) -> Iterator[Value]:
    """The principals that a bucket's policy lets read."""
    rows = as_rows(as_row(as_json(policy)).get("Statement"))
    yield from (row.get("Principal") for row in rows if _lets_read(row))


def _lets_read(row: Mapping[str, Value]) -> bool:
    """Whether a statement allows that a file is read."""
    actions = set(strings(row.get("Action")))
    return as_text(row.get("Effect")) == "Allow" and bool(actions & {"s3:GetObject", "s3:Get*", "s3:*", "*"})


def files(view: View, resource: Resource) -> Iterator[tuple[str | None, Resource]]:
    """What the program puts into a bucket, by its name there; ``None`` for a folder that is copied."""
    for token, named in OBJECTS.items():
        for row in view.users(resource, token, named):
            yield (view.text(row, "key") or row.name) if named == "bucket" else None, row


def is_fetched(view: View, resource: Resource) -> bool:
    """Whether a bucket's policy lets CloudFront read. One that only the deployment knows lets in the distribution that
    it is made of."""
    for row in view.users(resource, POLICY, "bucket"):
        policy = view.text(row, "policy")
        who = (text for one in _let_in(policy or "") for text in strings(one))
        if any("cloudfront" in text.lower() for text in who):
            return True
        if policy is None and any(one.type in _FETCHES for one in view.linked(row, "policy")):
            return True
    return False


def is_open(view: View, resource: Resource, file: Resource | None, *, unstated: bool) -> bool | None:
    """Whether everybody may read a file of a bucket, by the bucket's policy or the file's own ACL; ``None`` where only
    the deployment knows the policy.

    ``unstated``: whether what no setting says is open. It is not in buckets made since April 2023, and is in older ones
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html; read 2026-11).
    """
    ways = [_lets_in_everybody(view.text(row, "policy")) for row in view.users(resource, POLICY, "bucket")]
    if not _unblocked(view, resource, "blockPublicPolicy", "restrictPublicBuckets", unstated=unstated):
        ways = []
    if file and view.text(file, "acl") in _FOR_ALL and _takes_acls(view, resource, unstated=unstated):
        ways.append(_unblocked(view, resource, "blockPublicAcls", "ignorePublicAcls", unstated=unstated))
    return True if True in ways else None if None in ways else False


def _unblocked(view: View, resource: Resource, *names: str, unstated: bool) -> bool:
    """Whether nothing blocks public access, neither for a bucket nor for its account."""
    own = view.users(resource, ACCESS, "bucket")
    all_of_it = (row for row in view.graph.of_type(_ACCESS_OF_ALL) if _of_one_account(view, row, resource))
    blocked = any(view.flag(row, name) for row in (*own, *all_of_it) for name in names)
    return not blocked and (bool(own) or unstated)


def _of_one_account(view: View, row: Resource, resource: Resource) -> bool:
    return places.account(view, row) == places.account(view, resource)


def _takes_acls(view: View, resource: Resource, *, unstated: bool) -> bool:
    rules = [as_row(view.value(row, "rule")) for row in view.users(resource, _OWNERSHIP, "bucket")]
    return all(as_text(row.get("objectOwnership")) != "BucketOwnerEnforced" for row in rules) if rules else unstated


def _lets_in_everybody(policy: str | None) -> bool | None:
    """Whether a policy lets everybody read, under no condition; ``None``: it is not known."""
    if policy is None:
        return None
    rows = (row for row in as_rows(as_row(as_json(policy)).get("Statement")) if not row.get("Condition"))
    return any("*" in strings(row.get("Principal")) for row in rows if _lets_read(row))


def expires(view: View, bucket: Resource) -> float | None:
    """Days after which every object of a bucket is deleted for good; ``None`` where some are kept for ever. What
    expires in a bucket with versions stays as an old one
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html; read 2026-11).
    """
    rules = [
        rule for token in LIFECYCLES for row in view.users(bucket, token, "bucket") for rule in view.rows(row, "rules")
    ]
    whole = [
        rule
        for rule in rules
        if as_text(rule.get("status")) == "Enabled" and not any(as_row(rule.get("filter")).values())
    ]
    days = [as_number(as_row(rule.get("expiration")).get("days")) for rule in whole]
    expired = min((n for n in days if n), default=None)
    if _unversioned(view, bucket):
        return expired
    ends = [as_row(rule.get("noncurrentVersionExpiration")) for rule in whole]
    old = [as_number(row.get("noncurrentDays")) for row in ends if row.get("newerNoncurrentVersions") is None]
    gone = min((n for n in old if n), default=None)
    return expired + gone if expired and gone else None


def is_log(view: View, resource: Resource) -> bool:
    """Whether services write logs, reports or artifacts into a bucket."""
    return any(view.users(resource, type, name) for type, name in FILLED_BY_OTHERS)


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
    "aws:s3/directoryBucket:DirectoryBucket": part(
        "bucket in one zone",
        directory,
        having(
            reasons.STORE,
            identities="bucket",
            backup=Without("it keeps no versions, and nothing copies it by itself"),
            replacement=loses("bucket", "bucket dataRedundancy location type", bare_while="forceDestroy"),
        ),
    ),
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
