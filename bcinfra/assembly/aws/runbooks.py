"""A shop's runbook at AWS."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.audit import audit
from bcinfra.assembly.aws.regions import apart
from bcinfra.aws import Runbooks, RunbooksArgs


def declare(parent: pulumi.Resource, shop: spec.Shop, kept: spec.Runbooks, pages: Mapping[str, pulumi.Asset]) -> None:
    """The bucket in an account of its own."""
    region = apart(parent, shop, kept.account, kept.region)
    audit(parent, shop, kept.account, region)
    args = RunbooksArgs(region=region, pages=pages, readers=kept.readers)
    Runbooks(f"{shop.prefix}-runbook", args, pulumi.ResourceOptions(parent=parent))
