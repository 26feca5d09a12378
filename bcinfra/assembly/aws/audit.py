"""Who changes what, in each account of AWS that a shop uses."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

import pulumi

from bcinfra import spec
from bcinfra.aws import AuditTrail, AuditTrailArgs, Region


def audit(parent: pulumi.Resource, shop: spec.Shop, account: str, home: Region, kept: Region | None = None) -> None:
    """The trail of an account, once: kept in the account for copies where there is one, else in its own."""
    written = _WRITTEN.setdefault(parent, set())
    if account in written:
        return
    written.add(account)
    AuditTrail(
        f"{shop.prefix}-audit-{account}",
        AuditTrailArgs(region=home, kept=kept or home),
        pulumi.ResourceOptions(parent=parent),
    )


_WRITTEN: Final = WeakKeyDictionary[pulumi.Resource, set[str]]()
"""The accounts that have one, by shop: several things may stand in one account."""
