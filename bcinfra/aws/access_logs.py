"""Where load balancers write who asked for what."""

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


class AccessLogsArgs(Args):
    """Arguments of :class:`AccessLogs`."""

    region: Region
    """The region of the load balancers. Its account must be known: the bucket is named after it, and takes the logs of
    no other."""
    days: int = Field(default=90, ge=1, le=3650)
    """Days for which they are kept, and a week more as old versions, should one be deleted by mistake. They name
    customers by their addresses: no longer than faults and attacks are looked into."""


class AccessLogs(Component):
    """A private bucket for the access logs of application load balancers, which are deleted after some days.

    Load balancers write every five minutes, and only under a key of S3's own. Each has a folder by its prefix.
    """

    package = "aws"

    bucket: pulumi.Output[str]
    """The bucket, for ``TierArgs.access_log_bucket``."""

    def __init__(self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        arn = policies.bucket_arn(region, bucket_name(name, region))
        made, _ = published(
            self,
            name,
            region,
            policies.allow(
                ["s3:PutObject"],
                [f"{arn}/*/AWSLogs/{region.known_account}/*"],
                principal=policies.service(WRITER),
            ),
            days=args.days,
        )
        self.bucket = made.bucket
        self.register_outputs({"bucket": self.bucket})
