"""A shop's runbook at Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.gcp.regions import apart
from bcinfra.gcp import Runbooks, RunbooksArgs


def declare(parent: pulumi.Resource, shop: spec.Shop, kept: spec.Runbooks, pages: Mapping[str, pulumi.Asset]) -> None:
    """The bucket in a project of its own."""
    args = RunbooksArgs(region=apart(parent, shop, kept.account, kept.region), pages=pages, readers=kept.readers)
    Runbooks(f"{shop.prefix}-runbook", args, pulumi.ResourceOptions(parent=parent))
