"""Where the runbook is kept for the day on which the shop's own accounts are gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import pulumi
from pulumi_gcp.storage import Bucket, BucketIAMMember, BucketObject
from pydantic import Field

from bcinfra.component import Args, Component
from bcinfra.gcp.isolated import private
from bcinfra.gcp.region import Region

FOLDER: Final = "runbook"
"""The folder of the bucket that holds the pages: by it an assessment knows what they are."""
KEPT_DAYS: Final = 90
"""Days for which an older version of a page is kept: whoever spoils it is noticed by then."""

Reader = Annotated[str, Field(pattern=r"^(user|group|serviceAccount|principal|principalSet|domain):\S+$")]
"""An IAM member; never everybody."""
PageName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
"""The name of a page's file."""


class RunbooksArgs(Args):
    """Arguments of :class:`Runbooks`."""

    region: Region
    """Where they are kept: in a project that holds nothing of the shop, best with another vendor than the shop's."""
    pages: Mapping[PageName, pulumi.Asset] = Field(min_length=1)
    """The pages by the names of their files: ``{"index.html": pulumi.FileAsset("runbook/index.html")}``."""
    readers: tuple[Reader, ...] = Field(min_length=1)
    """Who reads them, as IAM members: people whose sign-in does not hang on the shop's own accounts."""


class Runbooks(Component):
    """A private bucket with the pages of a runbook, and named people who read them.

    A new version of a page leaves the one of before it for 90 days. A page names resources, accounts and commands: no
    secret, and still more than strangers should know.
    """

    package = "gcp"

    name: pulumi.Output[str]
    """The bucket."""

    def __init__(self, name: str, args: RunbooksArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        bucket = Bucket(
            name,
            **private(name, region, noncurrent_days=KEPT_DAYS),
            location=region.name.upper(),
            opts=region.child(self, protect=region.protected),
        )
        for reader in args.readers:
            BucketIAMMember(
                f"{name}-{reader}",
                bucket=bucket.name,
                role="roles/storage.objectViewer",
                member=reader,
                opts=region.child(self),
            )
        for page, text in args.pages.items():
            BucketObject(
                f"{name}-{page}",
                bucket=bucket.name,
                name=f"{FOLDER}/{page}",
                source=text,
                content_type="text/html; charset=utf-8" if page.endswith(".html") else "text/plain; charset=utf-8",
                cache_control="no-store",
                opts=region.child(self),
            )
        self.name = bucket.name
        self.register_outputs({"name": self.name})
