"""One bucket in two regions at once, and copies of it on another continent and out of reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, Self

import pulumi
from pulumi_gcp.storage import Bucket, BucketIAMMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.isolated import IsolatedBucket, isolated_bucket, private
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.region import Project
from bcinfra.gcp.replication import READ_SOURCE, WRITE_COPY, follow, notifies

PREFIXES: Final[Mapping[str, str]] = {"asia": "asia-", "eu": "europe-", "us": "us-"}
"""How the names of the regions of a multi-region begin."""


class BucketsArgs(Args):
    """Arguments of :class:`Buckets`."""

    project: Project
    """The project of the bucket. Its number must be known where there are copies."""
    location: Literal["asia", "eu", "us"]
    """The multi-region that holds both regions."""
    regions: frozenset[str] = Field(min_length=2, max_length=2, examples=[{"europe-west1", "europe-west4"}])
    """The two regions. They cannot be changed: another pair is another bucket."""
    key_name: Str | None = None
    """A key in the multi-region (``europe`` where ``location`` is ``eu``): a key of one region would be lost with it.
    Google's own if not given."""
    noncurrent_days: int = Field(default=90, ge=1)
    """Days that an overwritten or deleted version is kept: the time in which damage must be noticed."""
    soft_delete_days: int = Field(default=30, ge=7, le=90)
    """Days for which whatever was deleted, old versions included, can be brought back by an administrator."""
    copies: Mapping[str, IsolatedBucket] = {}
    """Copies by name, in other projects, best on another continent. They never follow a deletion."""
    readers: Mapping[str, Str] = {}
    """IAM members that read objects, by a name for each, such as a tier's ``member``."""
    writers: Mapping[str, Str] = {}
    """IAM members that read, write and delete objects, by a name for each."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        prefix = PREFIXES[self.location]
        for name in sorted(self.regions):
            if not name.startswith(prefix):
                yield f"regions: {name!r} is not in {self.location}, whose regions begin with {prefix!r}"
        if self.copies and not self.project.number:
            yield "project.number: is needed to name the service that copies"
        for name, at in self.copies.items():
            if at.project.project == self.project.project:
                yield (
                    f"copies.{name}.project: {at.project.project} also holds the bucket; whoever takes that project"
                    " takes this copy"
                )
        for who in sorted(self.readers.keys() & self.writers.keys()):
            yield f"readers: {who!r} is also in writers; each name is used once"


class Buckets(Component):
    """A versioned, private bucket that is in two regions, and copies that nobody at the sites can alter.

    Both regions have one name and one content: in a failover nothing moves and nothing is told. Turbo replication
    carries every object over within 15 minutes. That follows deletions and overwriting, so it is no backup; versions
    are, and the copies are. A copy is written when an object is, most of them within minutes, without a promise of
    Google's; objects from before need one transfer job. Its retention starts with each version's arrival.
    """

    package = "gcp"

    name: pulumi.Output[str]
    """The bucket's name."""
    copies: Mapping[str, pulumi.Output[str]]
    """Names of the copies' buckets."""

    def __init__(self, name: str, args: BucketsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        project = args.project
        bucket = Bucket(
            name,
            **private(name, project, noncurrent_days=args.noncurrent_days),
            location=args.location.upper(),
            custom_placement_config={"data_locations": [region.upper() for region in sorted(args.regions)]},
            rpo="ASYNC_TURBO",
            soft_delete_policy={"retention_duration_seconds": args.soft_delete_days * DAY_SECONDS},
            encryption=None if args.key_name is None else {"default_kms_key_name": args.key_name},
            opts=project.child(self, protect=project.protected),
        )
        for role, members in (
            ("roles/storage.objectViewer", args.readers),
            ("roles/storage.objectUser", args.writers),
        ):
            for who, member in sorted(members.items()):
                self._grant(who, bucket, role, member, project)
        copying = self._copying(bucket) if args.copies else []
        self.name = bucket.name
        self.copies = {what: self._copy(what, at, bucket, copying) for what, at in sorted(args.copies.items())}
        self.register_outputs({"name": self.name, "copies": self.copies})

    def _copying(self, bucket: Bucket) -> list[pulumi.Resource]:
        """What the services that copy may do at the source."""
        project = self._args.project
        transfer = Agent.STORAGE_TRANSFER.member(project)
        return [
            *(self._grant(f"source-{i}", bucket, role, transfer, project) for i, role in enumerate(READ_SOURCE)),
            notifies(self, f"{self._name}-notifies", project),
        ]

    def _copy(self, what: str, at: IsolatedBucket, source: Bucket, ready: list[pulumi.Resource]) -> pulumi.Output[str]:
        """A copy, and the job that writes it."""
        name, project = f"{self._name}-{what}", self._args.project
        copy = isolated_bucket(self, name, at)
        writes = self._grant(what, copy, WRITE_COPY, Agent.STORAGE_TRANSFER.member(project), at.project)
        follow(self, name, project, source, copy, says=f"Copies {self._name} to {what}", ready=[*ready, writes])
        return copy.name

    def _grant(self, who: str, bucket: Bucket, role: str, member: Str, project: Project) -> BucketIAMMember:
        return BucketIAMMember(
            f"{self._name}-{who}", bucket=bucket.name, role=role, member=member, opts=project.child(self)
        )
