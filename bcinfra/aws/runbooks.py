"""Where the runbook is kept for the day on which the shop's own accounts are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import pulumi
from pulumi_aws.s3 import BucketObjectv2
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.published import bucket_name, published
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component

FOLDER: Final = "runbook"
"""The folder of the bucket that holds the pages: by it an assessment knows what they are."""

Reader = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+$")]
"""The ARN of a role or of a user; never a whole account, nor everybody."""
PageName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
"""The name of a page's file."""


class RunbooksArgs(Args):
    """Arguments of :class:`Runbooks`."""

    region: Region
    """Where they are kept: in an account that holds nothing of the shop, best with another vendor than the shop's."""
    pages: Mapping[PageName, pulumi.Asset] = Field(min_length=1)
    """The pages by the names of their files: ``{"index.html": pulumi.FileAsset("runbook/index.html")}``."""
    readers: tuple[Reader, ...] = Field(min_length=1)
    """Who reads them: roles and users that there are, of people whose sign-in does not hang on the shop's own accounts.
    Those of other accounts need ``s3:GetObject`` and ``s3:ListBucket`` there too."""


class Runbooks(Component):
    """A private bucket with the pages of a runbook, and named people who read them.

    A new version of a page leaves the one of before it for 90 days. A page names resources, accounts and commands: no
    secret, and still more than strangers should know. It is under S3's own key, so that no key can be missing.
    """

    package = "aws"

    name: pulumi.Output[str]
    """The bucket."""

    def __init__(self, name: str, args: RunbooksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        called = bucket_name(name, region)
        arn = policies.bucket_arn(region, called)
        readers = policies.roles(*args.readers)
        bucket, _ = published(
            self,
            name,
            region,
            policies.allow(["s3:ListBucket"], [arn], principal=readers),
            policies.allow(["s3:GetObject"], [f"{arn}/*"], principal=readers),
        )
        for page, text in args.pages.items():
            BucketObjectv2(
                f"{name}-{page}",
                bucket=bucket.bucket,
                key=f"{FOLDER}/{page}",
                source=text,
                content_type="text/html; charset=utf-8" if page.endswith(".html") else "text/plain; charset=utf-8",
                cache_control="no-store",
                tags=region.tagged(f"{name}-{page}"),
                opts=region.child(self),
            )
        self.name = policies.after(bucket, called)
        self.register_outputs({"name": self.name})
