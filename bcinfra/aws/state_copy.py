"""A bucket with Pulumi's state, which is there before the program, and one copy of it that nobody can alter."""

from __future__ import annotations

from typing import Self

import pulumi
from pulumi_aws.s3 import Bucket, BucketPublicAccessBlock, BucketVersioning
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.buckets import (
    INTO_ISOLATED,
    ISOLATED,
    IsolatedBucket,
    Kept,
    Rules,
    admit,
    private_bucket,
    replicate,
    replicates,
)
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.region import KeyedRegion, without_account
from bcinfra.aws.watch import OBJECTS
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.seconds import MINUTE


class StateCopyArgs(Args):
    """Arguments of :class:`StateCopy`."""

    bucket: str = Field(min_length=3, max_length=63)
    """Name of the bucket that Pulumi writes."""
    held: KeyedRegion
    """Where it is, and the key that it encrypts its objects with already."""
    isolated: IsolatedBucket
    """Where the copy is kept: in another account, whose key lets the bucket's account use it."""
    topic_arn: Str | None = None
    """Where people are told that something was not copied: a topic in the bucket's region."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        held, copy = self.held.region, self.isolated.region
        problems = [*without_account({"held.region": held, "isolated.region": copy})]
        if not problems and held.account == copy.account:
            problems.append(f"isolated.region: is in account {copy.account} like the bucket; choose another account")
        refuse(problems)
        return self


class StateCopy(Component):
    """Versions of the state, no public access to it, and a locked copy in another account within 15 minutes.

    The bucket is only read: neither its encryption nor its policy is changed, and it is not locked, for Pulumi replaces
    and deletes what is in it. A bucket has one configuration of each of versions, public access and replication: one
    that was set before is replaced. Versions and the block stay when the component is removed.

    Replication carries what is written from then on. What is there is written once more while no update runs: ``aws s3
    cp --recursive s3://BUCKET/.pulumi/ s3://BUCKET/.pulumi/ --metadata-directive REPLACE``. It follows no deletion, so
    that marks of updates that are over stay in the copy: a restore leaves ``.pulumi/locks`` out.
    """

    package = "aws"

    copy_bucket: pulumi.Output[str]
    """Name of the copy."""

    def __init__(self, name: str, args: StateCopyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.held.region
        found = Bucket.get(f"{name}-bucket", args.bucket, opts=region.child(self))
        bucket = policies.after(found, args.bucket)
        BucketPublicAccessBlock(
            name,
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=region.child(self, retain_on_delete=True),
        )
        versioning = BucketVersioning(
            name,
            bucket=bucket,
            versioning_configuration={"status": "Enabled"},
            opts=region.child(self, retain_on_delete=True),
        )
        days = args.isolated.retention_days
        copy = private_bucket(self, f"{name}-{ISOLATED}", args.isolated, days)
        what = f"{name}-replication"
        role = replicate(self, what, Kept(args.held, found, args.bucket, versioning), {}, copy, Rules())
        writer = policies.roles(replicates(what, region, role))
        admit(self, f"{name}-{ISOLATED}", copy, policies.allow(INTO_ISOLATED, [f"{copy.arn}/*"], principal=writer))
        metric_alarm(
            self,
            region,
            f"{name}-failing",
            "The infrastructure's state is not copied",
            told(args.topic_arn),
            namespace=OBJECTS,
            metric_name="OperationsFailedReplication",
            dimensions={"SourceBucket": args.bucket, "DestinationBucket": copy.name, "RuleId": ISOLATED},
            statistic="Sum",
            period=5 * MINUTE,
            evaluation_periods=1,  # an update writes all it has at once, and perhaps nothing more for days
            comparison_operator="GreaterThanThreshold",
            threshold=0.0,
            treat_missing_data="notBreaching",
        )
        self.copy_bucket = policies.after(copy.bucket, copy.name)
        self.register_outputs({"copyBucket": self.copy_bucket})
