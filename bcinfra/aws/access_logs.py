"""Where load balancers and accelerators write who asked for what."""

from __future__ import annotations

from typing import Final

import pulumi
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.published import bucket_name, published
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component

WRITER: Final = "logdelivery.elasticloadbalancing.amazonaws.com"
"""Who writes them in every region (Application Load Balancers, enable access logs; the account of each region that
older policies name is no longer needed)."""
DELIVERY: Final = "delivery.logs.amazonaws.com"
"""Who writes logs for services that have no writer of their own (CloudWatch Logs, enable logging from AWS services)."""


class AccessLogsArgs(Args):
    """Arguments of :class:`AccessLogs`."""

    region: Region
    """The region of the load balancers. Its account must be known: the bucket is named after it, and takes the logs of
    no other."""
    delivered: bool = False
    """Whether AWS delivers what is written there, as flow logs of an :class:`Accelerator`, and no load balancer writes
    it."""
    days: int = Field(default=90, ge=1, le=3650)
    """Days for which they are kept, and a week more as old versions, should one be deleted by mistake. They name
    customers by their addresses: no longer than faults and attacks are looked into."""


class AccessLogs(Component):
    """A private bucket for the access logs of application load balancers, or for flow logs, which are deleted after
    some days.

    Load balancers write every five minutes, and only under a key of S3's own. Each has a folder by its prefix.
    """

    package = "aws"

    bucket: pulumi.Output[str]
    """The bucket, once it takes them: for ``TierArgs.access_log_bucket`` and ``AcceleratorArgs.flow_log_bucket``."""

    def __init__(self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        arn = policies.bucket_arn(region, bucket_name(name, region))
        ours = {"aws:SourceAccount": region.known_account}
        writer = policies.service(DELIVERY if args.delivered else WRITER)
        conditions = {"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}}
        writes = policies.allow(
            ["s3:PutObject"],
            [f"{arn}/*/AWSLogs/{region.known_account}/*"],
            principal=writer,
            condition=conditions if args.delivered else None,
        )
        looks = policies.allow(["s3:GetBucketAcl"], [arn], principal=writer, condition={"StringEquals": ours})
        _, policy = published(self, name, region, writes, *([looks] if args.delivered else []), days=args.days)
        # Who is to write tries the bucket at once, which its policy must allow by then.
        self.bucket = policies.after(policy, bucket_name(name, region))
        self.register_outputs({"bucket": self.bucket})
