"""Copies of the infrastructure's state, whose bucket is there before the shop."""

from __future__ import annotations

from typing import Final

from bcinfra.assembly.aws.recovery import told_in
from bcinfra.assembly.aws.regions import apart
from bcinfra.assembly.aws.site import AwsSiteDeployment
from bcinfra.assembly.aws.stores import isolated_bucket
from bcinfra.assembly.contract import VendorDeployment
from bcinfra.aws import KeyedRegion, StateCopy, StateCopyArgs

SITE: Final = "state"
"""What tags name: it is in no site."""


def declare_state(here: VendorDeployment, backup: AwsSiteDeployment | None) -> None:
    """Versions of the state, and a locked copy of it at ``backup``, where the page states that they are declared."""
    shop, state = here.shop, here.shop.state
    if backup is None or state is None or state.copied is None or state.region is None:
        return
    region = apart(here.parent, shop, state.copied.account, state.region, SITE)
    name = f"{shop.prefix}-{SITE}"
    StateCopy(
        name,
        StateCopyArgs(
            bucket=state.bucket,
            held=KeyedRegion(region=region, key_arn=state.copied.key),
            isolated=isolated_bucket(shop, backup.keyed),
            topic_arn=told_in(region, shop, f"{name}-alarms", here.args.secrets, here.inside, keys=True),
        ),
        opts=here.inside,
    )
