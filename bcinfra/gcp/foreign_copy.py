"""A copy of another vendor's bucket that follows every write, and that nobody there can alter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import pulumi
from pulumi_gcp.storage import BucketIAMMember, TransferJob
from pydantic import model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.isolated import IsolatedBucket, isolated_bucket
from bcinfra.gcp.region import Project
from bcinfra.gcp.replication import WRITE_COPY

VIEW_COPY: Final = "roles/storage.objectViewer"
"""What tells Storage Transfer Service which objects it need not write again."""


class ForeignBucketCopyArgs(Args):
    """Arguments of :class:`ForeignBucketCopy`."""

    project: Project
    """The project that copies: the ``subject`` that the role at AWS trusts is its Storage Transfer Service's account.
    Its number must be known."""
    source: Str
    """Name of the bucket at AWS, such as ``aws.Buckets(...).names["dublin"]``."""
    role_arn: Str
    """The role that reads it: ``aws.BucketEvents(...).role_arn``."""
    queue_arn: Str
    """The queue that tells of its writes: ``aws.BucketEvents(...).queue_arn``."""
    copy_to: IsolatedBucket | None = None
    """Where the copy is kept, and for how long it cannot be deleted."""
    into: Str | None = None
    """Name of a bucket that there is, instead: one that a standby serves from, and writes once it takes over."""
    reader: Str | None = None
    """IAM member that reads the copy, such as a standby tier's ``member``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if (self.copy_to is None) == (self.into is None):
            yield "copy_to: give it or into, one of them"
        if self.into is not None and self.reader is not None:
            yield "reader: goes with copy_to; whoever has the bucket lets others read it"
        if not self.project.number:
            yield "project.number: is needed to name the service that copies"


class ForeignBucketCopy(Component):
    """A versioned bucket that gets what is written to a bucket at AWS, most of it within minutes.

    It is one of its own under retention, or the one that a standby serves from.

    Storage Transfer Service takes each write off a queue at AWS with a role that it proves itself for with a token: no
    key of AWS is kept here. An overwriting makes a version; deletions are not followed. Objects from before need one
    transfer without events, started by hand. Google promises no time, so alarm on the age of the queue's oldest message
    at AWS.
    """

    package = "gcp"

    name: pulumi.Output[str]
    """The copy's bucket."""

    def __init__(self, name: str, args: ForeignBucketCopyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        project = args.project
        kept = args.copy_to.project if args.copy_to else project
        copy = (
            isolated_bucket(self, name, args.copy_to).name
            if args.copy_to
            else pulumi.Output.from_input(args.into or "")
        )
        transfer = Agent.STORAGE_TRANSFER.member(project)
        members: dict[str, tuple[str, Str]] = {"writes": (WRITE_COPY, transfer), "looks": (VIEW_COPY, transfer)}
        if args.reader is not None:
            members["reads"] = (VIEW_COPY, args.reader)
        grants = [
            BucketIAMMember(f"{name}-{what}", bucket=copy, role=role, member=member, opts=kept.child(self))
            for what, (role, member) in members.items()
        ]
        TransferJob(
            name,
            project=project.project,
            description=f"Copies what is written at AWS to {name}",
            status="ENABLED",
            transfer_spec={
                "aws_s3_data_source": {"bucket_name": args.source, "role_arn": args.role_arn},
                "gcs_data_sink": {"bucket_name": copy},
                "transfer_options": {"overwrite_when": "DIFFERENT"},
            },
            event_stream={"name": args.queue_arn},
            logging_config={"log_actions": ["COPY"], "log_action_states": ["FAILED"]},
            opts=project.child(self, depends_on=grants),
        )
        self.name = copy
        self.register_outputs({"name": self.name})
