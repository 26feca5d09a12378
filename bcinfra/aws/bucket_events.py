"""What lets another vendor copy a bucket as it is written: events in a queue, and a role without keys."""

from __future__ import annotations

import json
from typing import Any, Final, Self

import pulumi
from pulumi_aws.iam import Role, RolePolicy
from pulumi_aws.s3 import BucketNotification
from pulumi_aws.sqs import Queue, QueuePolicy
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region, without_account
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.seconds import WEEK

GOOGLE: Final = "accounts.google.com"
"""Who vouches for Google's service accounts; IAM knows it without a provider of its own."""
READING_EVENTS: Final = ("sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:ReceiveMessage")
"""What Storage Transfer Service does with the queue (Storage Transfer Service, event-driven transfers from AWS S3)."""


class BucketEventsArgs(Args):
    """Arguments of :class:`BucketEvents`."""

    region: Region
    """The region and account of the bucket. The account must be known."""
    bucket: Str
    """Name of the bucket, such as ``Buckets(...).names["dublin"]``. It must have no other notifications."""
    bucket_arn: Str
    """Its ARN, such as ``Buckets(...).arns["dublin"]``."""
    key_arn: Str | None = None
    """The key that its objects are encrypted with, if it is one of yours."""
    subject: str = Field(pattern=r"^\d+$", examples=["112233445566778899000"])
    """Who may take the role: ``subjectId`` of the Storage Transfer Service's account in the Google Cloud project that
    copies, a number (``gcloud transfer`` or ``googleServiceAccounts.get`` tell it)."""
    kept: int = Field(default=WEEK, ge=3600, le=1_209_600)
    """Seconds for which an event waits while nobody copies: the longest outage of the copy that loses none."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(without_account({"region": self.region}))
        return self


class BucketEvents(Component):
    """Every write to a bucket is put into a queue, which one Google Cloud project may read along with the bucket.

    The role is taken with a token of Google's (federated identity): there is no key to keep, leak or rotate. It reads
    and takes events off the queue; it can change nothing in the bucket. Deletions are not told. Give what is found here
    to ``gcp.ForeignBucketCopy``.
    """

    package = "aws"

    queue_arn: pulumi.Output[str]
    """The queue of events."""
    role_arn: pulumi.Output[str]
    """The role that reads the queue and the bucket."""

    def __init__(self, name: str, args: BucketEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        called = physical("sqs", name)
        queue = Queue(
            name,
            name=called,
            message_retention_seconds=args.kept,
            visibility_timeout_seconds=60,
            sqs_managed_sse_enabled=True,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        queue_arn = region.arn("sqs", called)
        permitted = QueuePolicy(
            name,
            queue_url=queue.id,
            policy=policies.document(
                policies.allow(
                    ["sqs:SendMessage"],
                    [queue_arn],
                    principal=policies.service("s3.amazonaws.com"),
                    condition={
                        "StringEquals": {"aws:SourceAccount": region.known_account},
                        "ArnLike": {"aws:SourceArn": args.bucket_arn},
                    },
                ),
                policies.deny(["sqs:*"], [queue_arn], condition={"Bool": {"aws:SecureTransport": "false"}}),
            ),
            opts=region.child(self),
        )
        BucketNotification(
            name,
            bucket=args.bucket,
            queues=[{"id": name, "queue_arn": queue.arn, "events": ["s3:ObjectCreated:*"]}],
            opts=region.child(self, depends_on=[permitted]),  # S3 tries the queue before it accepts it
        )
        role = Role(
            name,
            name=physical("iam-role", name),
            description=f"Lets a Google Cloud project copy what is written to the bucket of {name}",
            assume_role_policy=_trust(args.subject),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        reading = RolePolicy(
            name,
            role=role.name,
            policy=policies.document(*_reading(args, queue_arn)),
            opts=region.child(self),
        )
        self.queue_arn = queue.arn
        self.role_arn = pulumi.Output.all(role.arn, reading.id).apply(lambda found: str(found[0]))
        self.register_outputs({"queueArn": self.queue_arn, "roleArn": self.role_arn})


def _trust(subject: str) -> str:
    """Only the one account of Google's that copies may take the role."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Federated": GOOGLE},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{GOOGLE}:sub": subject}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _reading(args: BucketEventsArgs, queue_arn: str) -> list[policies.Statement]:
    objects = pulumi.Output.concat(args.bucket_arn, "/*")
    return [
        policies.allow(READING_EVENTS, [queue_arn]),
        policies.allow(["s3:ListBucket", "s3:GetBucketLocation"], [args.bucket_arn]),
        policies.allow(["s3:GetObject", "s3:GetObjectVersion"], [objects]),
        *([policies.allow(["kms:Decrypt"], [args.key_arn])] if args.key_arn is not None else []),
    ]
