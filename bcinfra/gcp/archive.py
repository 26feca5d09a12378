"""Buckets for backups that are made elsewhere, on premises or in another cloud, and written by S3's API."""

from __future__ import annotations

from typing import Final, Self

import pulumi
from pulumi_gcp.storage import Bucket, BucketIAMMember, HmacKey
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.identity import Identity
from bcinfra.gcp.isolated import IsolatedBucket, bucket_name, expires, isolated_bucket, private
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.region import Region
from bcinfra.gcp.replication import READ_SOURCE, WRITE_COPY, follow, notifies

ENDPOINT: Final = "https://storage.googleapis.com"
"""Where Cloud Storage speaks S3's API (Cloud Storage, interoperability)."""

LEAST_DAYS: Final = 7
MOST_DAYS: Final = 90
"""Days for which soft-deleted objects can be kept (Cloud Storage, soft delete)."""

LOGS: Final = "logs"
"""The folder of the kept bucket whose objects expire. Who writes elsewhere in it deletes: old packs of restic hold what
newer copies refer to."""

SEALED: Final = ("roles/storage.legacyBucketReader", "roles/storage.objectCreator", "roles/storage.objectViewer")
"""Look at the bucket, add to it and read it. Nothing is replaced or deleted."""
READ: Final = ("roles/storage.legacyBucketReader", "roles/storage.objectViewer")
"""Look at the bucket and read what is in it, to restore."""
KEPT: Final = ("roles/storage.legacyBucketReader", "roles/storage.objectUser")
"""Look at the bucket; read, write and delete what is in it."""


class ArchiveArgs(Args):
    """Arguments of :class:`Archive`."""

    region: Region
    """Where it is: best a project of its own, on another continent."""
    retention_days: int = Field(default=30, ge=LEAST_DAYS, le=36500)
    """Days for which what was written can be had again, whoever holds the key."""
    keep_days: int = Field(default=35, ge=1, le=36500)
    """Days after which full backups and logs are deleted: what lies longer, nobody restores."""
    key_name: Str | None = None
    """The key of that region that the buckets are encrypted with. Google's own if not given."""
    locked: bool = False
    """Whether the retention of what is sealed can never be shortened or lifted, by Google neither. This cannot be
    undone: a bucket stays until its last object is old enough."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse([] if self.region.number else ["region.number: is needed to name the service that copies logs"])
        return self


class Archive(Component):
    """Two buckets and a key that writes and reads both, for programs that know S3's API; and a sealed copy of what one
    of them has to keep open.

    What is written once goes to the sealed one: full backups. A retention period refuses that anything is replaced or
    deleted, and so it refuses programs that replace a mark of how far they came, or delete their own locks: binary
    logs, restic's repositories. They use the other one, in which old versions stay, and what is deleted can be brought
    back for up to 90 days: but for an administrator of the project, who can end that for what he deletes later.

    So all that comes there is copied on as it comes, by Storage Transfer Service, to a bucket under the same retention.
    A log and a pack of restic are written once; of marks that are replaced a version stays, and no restore reads them.
    Deletions are not followed: what restic drops stays, and its locks too, so that a copy is read with ``--no-lock``.
    Logs expire there as well. Google promises no time.
    """

    package = "gcp"

    sealed: pulumi.Output[str]
    """Name of the bucket in which nothing can be replaced or deleted before its time."""
    kept: pulumi.Output[str]
    """Name of the bucket in which old versions and deleted objects are kept."""
    held: str
    """Name of the bucket that holds the sealed copy: alert where nothing arrives in it."""
    access_key: pulumi.Output[str]
    """The id of the key."""
    secret_key: pulumi.Output[str]
    """The key."""

    def __init__(self, name: str, args: ArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        at = IsolatedBucket(
            project=region,
            location=region.name,
            key_name=args.key_name,
            retention_days=args.retention_days,
            keep_days=max(args.keep_days, args.retention_days),
            locked=args.locked,
        )
        sealed = isolated_bucket(self, f"{name}-sealed", at)
        kept = Bucket(
            f"{name}-kept",
            **private(
                f"{name}-kept",
                region,
                noncurrent_days=args.retention_days,
                rules=[expires(args.keep_days, matches_prefixes=[f"{LOGS}/"])],
            ),
            location=region.name.upper(),
            encryption=None if args.key_name is None else {"default_kms_key_name": args.key_name},
            soft_delete_policy={"retention_duration_seconds": min(args.retention_days, MOST_DAYS) * DAY_SECONDS},
            opts=region.child(self, protect=region.protected),
        )
        writer = Identity(self, f"{name}-writer", region, f"writes backups to {name}")
        held = self._hold(f"{name}-held", at, kept)
        for what, bucket, roles in (("sealed", sealed, SEALED), ("kept", kept, KEPT), ("held", held, READ)):
            for role in roles:
                self._grant(f"{name}-{what}-{role.rsplit('.', 1)[-1]}", bucket, role, writer, args)
        key = HmacKey(
            name,
            project=region.project,
            service_account_email=writer.email,
            opts=region.child(self, additional_secret_outputs=["secret"]),
        )
        self.sealed, self.kept, self.held = sealed.name, kept.name, bucket_name(f"{name}-held", region)
        self.access_key, self.secret_key = key.access_id, pulumi.Output.secret(key.secret)
        self.register_outputs(
            {
                "sealed": self.sealed,
                "kept": self.kept,
                "held": self.held,
                "accessKey": self.access_key,
                "secretKey": self.secret_key,
            }
        )

    def _hold(self, name: str, at: IsolatedBucket, kept: Bucket) -> Bucket:
        """The sealed copy, and the job that writes it."""
        project, held = at.project, isolated_bucket(self, name, at, expiring=LOGS)
        transfer = Agent.STORAGE_TRANSFER.member(project)
        grants: list[pulumi.Resource] = [
            BucketIAMMember(f"{name}-{what}", bucket=bucket.name, role=role, member=transfer, opts=project.child(self))
            for what, bucket, role in (
                *((f"reads-{i}", kept, role) for i, role in enumerate(READ_SOURCE)),
                ("writes", held, WRITE_COPY),
            )
        ]
        told = notifies(self, f"{name}-notifies", project)
        follow(self, name, project, kept, held, says=f"Copies what is kept open to {name}", ready=[*grants, told])
        return held

    def _grant(self, name: str, bucket: Bucket, role: str, writer: Identity, args: ArchiveArgs) -> None:
        BucketIAMMember(name, bucket=bucket.name, role=role, member=writer.member, opts=args.region.child(self))
