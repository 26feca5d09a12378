"""Who changed what in an account, kept where those who change it cannot delete it."""

from __future__ import annotations

from typing import Final

import pulumi
from pulumi_aws.cloudtrail import Trail
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.names import physical
from bcinfra.aws.published import bucket_name, published
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component

WRITER: Final = "cloudtrail.amazonaws.com"


class AuditTrailArgs(Args):
    """Arguments of :class:`AuditTrail`."""

    region: Region
    """The home of the trail, which covers every region of its account. The account must be known."""
    kept: Region
    """Where it is kept: best in another account, which those who are watched cannot enter."""
    days: int = Field(default=400, ge=1, le=3650)
    """Days for which it is kept, and a week more as old versions. A year and a month: an intruder is often found late,
    and an auditor asks for a whole year; an assumption until a contract says more."""


class AuditTrail(Component):
    """A trail of every change in an account, of all its regions, with digests by which a change of the trail shows.

    While its region is protected, what is written is locked for as long as it is kept: who may delete objects may not
    delete these (S3 Object Lock in governance mode).

    Changes alone are written: who reads, such as every use of a key, is most of the events and none of the changes. The
    first copy of an account's management events costs nothing but its storage; where a trail of an organization is
    there already, a second one is charged (CloudTrail pricing). It also brings calls of services to EventBridge, which
    :class:`Watch` tells people of.
    """

    package = "aws"

    arn: pulumi.Output[str]
    """The trail's ARN."""

    def __init__(self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        called = physical("trail", name)
        arn = region.arn("cloudtrail", f"trail/{called}")
        bucket_arn = policies.bucket_arn(args.kept, bucket_name(name, args.kept))
        ours = {"aws:SourceArn": arn}
        bucket, policy = published(
            self,
            name,
            args.kept,
            policies.allow(
                ["s3:GetBucketAcl"],
                [bucket_arn],
                principal=policies.service(WRITER),
                condition={"StringEquals": ours},
            ),
            policies.allow(
                ["s3:PutObject"],
                [f"{bucket_arn}/AWSLogs/{region.known_account}/*"],
                principal=policies.service(WRITER),
                condition={"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
            ),
            days=args.days,
            lock_days=args.days if args.kept.protected else None,
        )
        trail = Trail(
            name,
            name=called,
            s3_bucket_name=bucket.bucket,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            advanced_event_selectors=[
                {
                    "name": "changes",
                    "field_selectors": [
                        {"field": "eventCategory", "equals": ["Management"]},
                        {"field": "readOnly", "equals": ["false"]},
                    ],
                }
            ],
            tags=region.tagged(name),
            # CloudTrail tries the bucket when it is made: its policy must be there.
            opts=region.child(self, depends_on=[policy]),
        )
        self.arn = policies.after(trail, arn)
        self.register_outputs({"arn": self.arn})
