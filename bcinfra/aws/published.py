"""A bucket with pages that people read, or logs of services: closed to all but those whom its policy names."""

from __future__ import annotations

from typing import Final, NamedTuple

import pulumi
from pulumi_aws.s3 import (
    Bucket,
    BucketLifecycleConfiguration,
    BucketObjectLockConfiguration,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPublicAccessBlock,
    BucketServerSideEncryptionConfiguration,
    BucketVersioning,
)

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region

KEPT_DAYS: Final = 90
"""Days for which an older version of a page is kept: whoever spoils it is noticed by then."""
DELETED_DAYS: Final = 7
"""Days for which what was deleted can be had back of a bucket whose content is deleted by itself; judgement."""


class Published(NamedTuple):
    """The bucket, and its policy, which those who write must find there when they are made."""

    bucket: Bucket
    policy: BucketPolicy


def bucket_name(name: str, region: Region) -> str:
    """The physical name: names are taken by all of AWS, the account's id makes this one ours."""
    return physical("s3", f"{name}-{region.known_account}")


def published(
    parent: pulumi.Resource,
    name: str,
    region: Region,
    *named: policies.Statement,
    days: int | None = None,
    lock_days: int | None = None,
) -> Published:
    """The bucket, under S3's own key, so that no key can be missing. ``named`` are statements of its policy, by which
    some read or write. What is in it is deleted after ``days``, for good a week later; default never. Until
    ``lock_days`` are over nobody deletes it for good without a permission of its own (governance mode)."""
    called = bucket_name(name, region)
    bucket = Bucket(
        name,
        bucket=called,
        force_destroy=not region.protected,
        tags=region.tagged(name),
        opts=region.child(parent, protect=region.protected),
    )
    versioning = BucketVersioning(
        name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=region.child(parent)
    )
    BucketLifecycleConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": DELETED_DAYS if days else KEPT_DAYS},
                "expiration": {"days": days} if days else None,
            }
        ],
        opts=region.child(parent, depends_on=[versioning]),
    )
    if lock_days:
        BucketObjectLockConfiguration(
            name,
            bucket=bucket.bucket,
            rule={"default_retention": {"mode": "GOVERNANCE", "days": lock_days}},
            opts=region.child(parent, depends_on=[versioning]),
        )
    BucketOwnershipControls(
        name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=region.child(parent)
    )
    BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=region.child(parent),
    )
    access = BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=region.child(parent),
    )
    arn = policies.bucket_arn(region, called)
    policy = BucketPolicy(
        name,
        bucket=bucket.bucket,
        policy=policies.document(
            policies.deny(["s3:*"], [arn, f"{arn}/*"], condition={"Bool": {"aws:SecureTransport": "false"}}),
            *named,
        ),
        opts=region.child(parent, depends_on=[access]),  # S3 refuses two changes to a bucket's access at once
    )
    return Published(bucket, policy)
