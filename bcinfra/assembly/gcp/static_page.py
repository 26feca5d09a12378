"""The page for customers while the shop is down, at Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import StandIn
from bcinfra.assembly.gcp.regions import apart
from bcinfra.gcp import StaticPage, StaticPageArgs


def declare(parent: pulumi.Resource, shop: spec.Shop, contact: spec.Contact, pages: Mapping[str, str]) -> StandIn:
    """The page in a project of its own, with a certificate for the shop's names where Route 53 can lead them there."""
    stated = contact.page
    if stated is None or stated.account is None or stated.region is None:
        raise TypeError("no account is stated for the page")
    leads = "aws" in shop.zones_at
    made = StaticPage(
        f"{shop.prefix}-page",
        StaticPageArgs(
            region=apart(parent, shop, stated.account, stated.region),
            domain=stated.domain,
            pages=pages,
            shop=shop.domain if leads else None,
            mail_servers=contact.servers_of_page,
        ),
        pulumi.ResourceOptions(parent=parent),
    )
    return StandIn(name_servers=made.name_servers, addresses=(made.addresses["A"],) if leads else (), proof=made.proof)
