"""One bucket at each site, each a full copy of the others, and one copy that nobody can alter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

import pulumi
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.s3 import (
    Bucket,
    BucketLifecycleConfiguration,
    BucketObjectLockConfiguration,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPublicAccessBlock,
    BucketReplicationConfig,
    BucketServerSideEncryptionConfiguration,
    BucketVersioning,
)
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import KeyedRegion, Region, without_account
from bcinfra.aws.watch import WatchedCopy
from bcinfra.component import Args, Component, refuse, unknown_site

RTC_MINUTES: Final = 15
"""S3 Replication Time Control replicates 99.9 % of objects within this time (S3 service level agreement); S3 offers
no other."""

ISOLATED: Final = "isolated"
"""The rule that copies out of reach."""
INTO_ISOLATED: Final = ("s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner")
"""What replication may do in the isolated bucket: add, never delete."""


class LockMode(StrEnum):
    """Who may end a retention early."""

    GOVERNANCE = "GOVERNANCE"
    """Those with the permission to bypass it."""
    COMPLIANCE = "COMPLIANCE"
    """Nobody, the account's owner and AWS included. It cannot be undone, and the bucket cannot be emptied before."""


class IsolatedBucket(KeyedRegion):
    """A copy out of reach: in another account, or at least in a region that holds no site.

    In another account its key must let the sites' account use it (``KeyArgs.accounts``).
    """

    retention_days: int = Field(default=30, ge=1, le=36500)
    """Days for which no version can be deleted or overwritten (S3 Object Lock)."""
    mode: LockMode = LockMode.GOVERNANCE
    """Who may end the retention early."""


class BucketsArgs(Args):
    """Arguments of :class:`Buckets`."""

    sites: Mapping[str, KeyedRegion] = Field(min_length=1)
    """Where a bucket is kept, by site, each under that region's own key. All are in one account."""
    primary: str
    """The site whose bucket is written."""
    every_site_writes: bool = False
    """Whether the other sites write too: then objects are replicated both ways. Of two writes to one key the later
    wins at both ends."""
    replicate_deletes: bool = True
    """Whether deleting an object at one site hides it at the others, so that all show the same after a failover. Its
    versions stay for ``noncurrent_days`` everywhere. The isolated copy never follows a deletion."""
    noncurrent_days: int = Field(default=90, ge=1)
    """Days that an overwritten or deleted version is kept: the time in which damage must be noticed."""
    isolated: IsolatedBucket | None = None
    """A copy that follows neither deletions nor commands of the sites' accounts."""
    cloudfront: bool = False
    """Whether CloudFront distributions of a site's account may read its bucket (origin access control). The site's
    key must let ``cloudfront.amazonaws.com`` use it (``KeyArgs.services``)."""

    @model_validator(mode="after")
    def _sites_fit(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        problems: list[str] = []
        if self.primary not in self.sites:
            problems.append(f"primary: {unknown_site(self.primary, self.sites)}")
        owners: dict[str, str] = {}
        for site, keyed in self.sites.items():
            if (owner := owners.setdefault(keyed.region.name, site)) != site:
                problems.append(f"sites: {owner!r} and {site!r} are both in {keyed.region.name}; a copy is elsewhere")
        if len(accounts := {str(keyed.region.account) for keyed in self.sites.values()}) > 1:
            problems.append(
                f"sites: are in accounts {', '.join(sorted(accounts))}; all share one, another is for isolated"
            )
        if ISOLATED in self.sites:
            problems.append(f"sites: {ISOLATED!r} is the name of the isolated copy; choose another")
        needed = {f"sites[{s!r}].region": k.region for s, k in self.sites.items() if self.cloudfront or self.isolated}
        if self.isolated:
            needed["isolated.region"] = self.isolated.region
        problems += without_account(needed)
        if self.isolated and not problems and _inside(self.isolated.region, self.sites):
            problems.append(
                f"isolated.region: {self.isolated.region.name} of account {self.isolated.region.account} also holds a"
                " site; choose another account, or a region without a site"
            )
        return problems


def _inside(region: Region, sites: Mapping[str, KeyedRegion]) -> bool:
    return any((k.region.name, k.region.account) == (region.name, region.account) for k in sites.values())


class Kept(NamedTuple):
    """One bucket with what must exist before objects are replicated into or out of it."""

    place: KeyedRegion
    bucket: Bucket
    name: str
    versioning: BucketVersioning

    @property
    def arn(self) -> str:
        return policies.bucket_arn(self.place.region, self.name)


def private_bucket(
    parent: pulumi.Resource, what: str, place: KeyedRegion, noncurrent_days: int, *, expires_days: int | None = None
) -> Kept:
    """A bucket that is versioned, encrypted and private, and locked where it is isolated. Its old versions are kept for
    ``noncurrent_days``, and no shorter than they are locked; objects go after ``expires_days``, where stated."""
    region = place.region
    lock = place if isinstance(place, IsolatedBucket) else None
    # Bucket names are taken by all of AWS; the account's number makes this one ours.
    name = physical("s3", f"{what}-{region.account}" if region.account else what)
    bucket = Bucket(
        what,
        bucket=name,
        object_lock_enabled=bool(lock),
        force_destroy=not region.protected,
        tags=region.tagged(what),
        opts=region.child(parent, protect=region.protected),
    )
    versioning = BucketVersioning(
        what,
        bucket=bucket.bucket,
        versioning_configuration={"status": "Enabled"},
        opts=region.child(parent),
    )
    BucketOwnershipControls(
        what, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=region.child(parent)
    )
    BucketServerSideEncryptionConfiguration(
        what,
        bucket=bucket.bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": place.key_arn,
                },
                "bucket_key_enabled": True,  # one key request a bucket and period, not one an object
            }
        ],
        opts=region.child(parent),
    )
    days = max(noncurrent_days, lock.retention_days if lock else 0)
    BucketLifecycleConfiguration(
        what,
        bucket=bucket.bucket,
        rules=[
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": days},
                "expiration": {"days": expires_days} if expires_days else {"expired_object_delete_marker": True},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=region.child(parent, depends_on=[versioning]),
    )
    if lock:
        BucketObjectLockConfiguration(
            what,
            bucket=bucket.bucket,
            rule={"default_retention": {"mode": lock.mode.value, "days": lock.retention_days}},
            opts=region.child(parent, depends_on=[versioning]),
        )
    return Kept(place, bucket, name, versioning)


def admit(parent: pulumi.Resource, what: str, store: Kept, *statements: policies.Statement) -> None:
    """Close a bucket to the public and to what is not encrypted on its way, and let in who is stated."""
    region, objects = store.place.region, f"{store.arn}/*"
    access = BucketPublicAccessBlock(
        what,
        bucket=store.bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=region.child(parent),
    )
    BucketPolicy(
        what,
        bucket=store.bucket.bucket,
        policy=policies.document(
            policies.deny(["s3:*"], [store.arn, objects], condition={"Bool": {"aws:SecureTransport": "false"}}),
            policies.deny(["s3:*"], [store.arn, objects], condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
            *statements,
        ),
        opts=region.child(parent, depends_on=[access]),  # S3 refuses two changes to a bucket's access at once
    )


class Buckets(Component):
    """A versioned, encrypted, private bucket at each site, replicated within 15 minutes.

    The primary's objects are replicated to every other site, and the others' back when every site writes. Replication
    is under S3 Replication Time Control, whose metrics say how far a copy is behind. It carries what is written after
    it was set up: objects from before need one S3 Batch Replication job.

    Replication follows deletions and overwriting, so it is no backup; versions are, and the isolated copy is. Its
    retention starts with each version's arrival.

    In a failover nothing moves: the other site's bucket is complete but for what was written in the last minutes.

    After a failover set ``primary`` to the surviving site, and replication runs the other way.
    """

    package = "aws"

    names: Mapping[str, pulumi.Output[str]]
    """Bucket names by site."""
    arns: Mapping[str, pulumi.Output[str]]
    """Bucket ARNs by site."""
    domain_names: Mapping[str, pulumi.Output[str]]
    """Regional host names by site: origins of a content delivery network."""
    isolated_arn: pulumi.Output[str] | None
    """ARN of the isolated copy's bucket."""

    def __init__(self, name: str, args: BucketsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        stores = {site: self._store(site, keyed) for site, keyed in args.sites.items()}
        isolated = self._store(ISOLATED, args.isolated) if args.isolated else None

        self._kept = {**stores, **({ISOLATED: isolated} if isolated else {})}
        self._copied: list[tuple[str, str]] = []
        roles: dict[str, Role] = {}
        for site in args.sites if args.every_site_writes else (args.primary,):
            targets = {other: store for other, store in stores.items() if other != site}
            if targets or isolated:
                roles[site] = self._replicate(site, stores[site], targets, isolated)
                self._copied += [(site, other) for other in (*targets, *((ISOLATED,) if isolated else ()))]
        for site, store in stores.items():
            self._policy(site, store, ())
        if isolated:
            self._policy(ISOLATED, isolated, tuple(roles.items()))

        self.names = {site: policies.after(store.bucket, store.name) for site, store in stores.items()}
        self.arns = {site: policies.after(store.bucket, store.arn) for site, store in stores.items()}
        self.domain_names = {site: store.bucket.bucket_regional_domain_name for site, store in stores.items()}
        self.isolated_arn = policies.after(isolated.bucket, isolated.arn) if isolated else None
        self.register_outputs(
            {"names": self.names, "arns": self.arns, "domainNames": self.domain_names, "isolatedArn": self.isolated_arn}
        )

    def watched(self, *, source: str | None = None, destination: str | None = None) -> dict[str, WatchedCopy]:
        """Replications out of the bucket of a site, or into it, for :class:`bcinfra.aws.Watch`."""
        return {
            f"{one}-to-{other}": WatchedCopy(
                source=self._kept[one].name, destination=self._kept[other].name, rule=other
            )
            for one, other in self._copied
            if source in (None, one) and destination in (None, other)
        }

    def _store(self, site: str, place: KeyedRegion) -> Kept:
        """The bucket at ``site``."""
        return private_bucket(self, f"{self._name}-{site}", place, self._args.noncurrent_days)

    def _policy(self, site: str, store: Kept, writers: tuple[tuple[str, Role], ...]) -> None:
        """What the bucket refuses to everyone, and whom it lets in from outside its account."""
        region, what = store.place.region, f"{self._name}-{site}"
        objects = f"{store.arn}/*"
        statements: list[policies.Statement] = []
        if self._args.cloudfront and site in self._args.sites:
            distributions = f"arn:{region.partition}:cloudfront::{region.account}:distribution/*"
            statements.append(
                policies.allow(
                    ["s3:GetObject"],
                    [objects],
                    principal=policies.service("cloudfront.amazonaws.com"),
                    condition={"ArnLike": {"aws:SourceArn": distributions}},
                )
            )
        if writers:
            sites = self._args.sites
            arns = [replicates(f"{self._name}-{at}-replication", sites[at].region, role) for at, role in writers]
            statements.append(policies.allow(INTO_ISOLATED, [objects], principal=policies.roles(*arns)))
        admit(self, what, store, *statements)

    def _replicate(self, site: str, source: Kept, targets: Mapping[str, Kept], isolated: Kept | None) -> Role:
        """Replicate ``source`` into every target; return the role that does it."""
        rules = Rules(deletes=self._args.replicate_deletes, both_ways=self._args.every_site_writes)
        return replicate(self, f"{self._name}-{site}-replication", source, targets, isolated, rules)


class Rules(NamedTuple):
    """What replication carries between buckets that serve, beside what is written."""

    deletes: bool = False
    """Whether what is deleted is hidden at the other end too."""
    both_ways: bool = False
    """Whether the other end replicates back."""


def replicates(what: str, region: Region, role: Role) -> pulumi.Output[str]:
    """The ARN of the ``role`` that :func:`replicate` made as ``what``, known before it is deployed."""
    return policies.after(role, policies.role_arn(region, physical("iam-role", what)))


def replicate(
    parent: pulumi.Resource,
    what: str,
    source: Kept,
    targets: Mapping[str, Kept],
    isolated: Kept | None,
    rules: Rules,
) -> Role:
    """Replicate ``source`` into every target and to the ``isolated`` copy, which follows no deletion; return the role
    that does it."""
    region = source.place.region
    everywhere = [*targets.values(), *([isolated] if isolated else [])]
    role = Role(
        what,
        name=physical("iam-role", what),  # known, so that the isolated bucket's policy can be read before deployment
        description=f"Replicates the objects of {source.name}",
        assume_role_policy=policies.trust(policies.service("s3.amazonaws.com")),
        tags=region.tagged(what),
        opts=region.child(parent),
    )
    into_targets = ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ReplicateDelete"]
    statements = [
        policies.allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [source.arn]),
        policies.allow(
            ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
            [f"{source.arn}/*"],
        ),
        *(policies.allow(into_targets, [f"{target.arn}/*"]) for target in targets.values()),
        *([policies.allow(INTO_ISOLATED, [f"{isolated.arn}/*"])] if isolated else []),
    ]
    objects = RolePolicy(what, role=role.name, policy=policies.document(*statements), opts=region.child(parent))
    # Apart from the object permissions: key ARNs are not known in a preview, bucket ARNs are.
    keys = RolePolicy(
        f"{what}-keys",
        role=role.name,
        policy=policies.document(
            _use_key(["kms:Decrypt"], source.place),
            *(_use_key(["kms:Encrypt", "kms:GenerateDataKey"], store.place) for store in everywhere),
        ),
        opts=region.child(parent),
    )
    BucketReplicationConfig(
        what,
        bucket=policies.after(source.bucket, source.name),
        role=role.arn,
        rules=[
            *(_rule(source, number, to, targets[to], rules) for number, to in enumerate(sorted(targets), start=1)),
            *([_rule(source, len(targets) + 1, ISOLATED, isolated, rules)] if isolated else []),
        ],
        opts=region.child(
            parent, depends_on=[source.versioning, *(store.versioning for store in everywhere), objects, keys]
        ),
    )
    return role


def _rule(source: Kept, priority: int, to: str, target: Kept, rules: Rules) -> Any:
    place = target.place
    deletes = rules.deletes and not isinstance(place, IsolatedBucket)
    rule: dict[str, Any] = {
        "id": to,
        "priority": priority,
        "status": "Enabled",
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled" if deletes else "Disabled"},
        "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
        "destination": {
            "bucket": policies.after(target.bucket, target.arn),
            "encryption_configuration": {"replica_kms_key_id": place.key_arn},
            "metrics": {"status": "Enabled", "event_threshold": {"minutes": RTC_MINUTES}},
            "replication_time": {"status": "Enabled", "time": {"minutes": RTC_MINUTES}},
        },
    }
    if rules.both_ways:
        # Tags and locks changed on a replica go back too; its objects never do, so nothing goes round in circles.
        rule["source_selection_criteria"]["replica_modifications"] = {"status": "Enabled"}
    if place.region.account != source.place.region.account:
        # Without it the replicas would belong to the account they are kept safe from.
        rule["destination"] |= {
            "account": place.region.account,
            "access_control_translation": {"owner": "Destination"},
        }
    return rule


def _use_key(actions: list[str], place: KeyedRegion) -> policies.Statement:
    """A key, for S3 in its region alone."""
    via = f"s3.{place.region.name}.amazonaws.com"
    return policies.allow(actions, [place.key_arn], condition={"StringEquals": {"kms:ViaService": via}})
