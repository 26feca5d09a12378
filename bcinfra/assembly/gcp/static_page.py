"""The page for customers while the shop is down, at Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import StandIn
from bcinfra.assembly.gcp.recovery import budget, receivers
from bcinfra.assembly.gcp.regions import apart
from bcinfra.gcp import Alerts, AlertsArgs, StaticPage, StaticPageArgs, Watch, WatchArgs


def declare(
    parent: pulumi.Resource,
    shop: spec.Shop,
    contact: spec.Contact,
    pages: Mapping[str, str],
    secrets: Mapping[str, pulumi.Output[str]],
) -> StandIn:
    """The page in a project of its own, with a certificate for the shop's names where Route 53 can lead them there."""
    stated = contact.page
    if stated is None or stated.account is None or stated.region is None:
        raise TypeError("no account is stated for the page")
    leads, inside = "aws" in shop.zones_at, pulumi.ResourceOptions(parent=parent)
    region = apart(parent, shop, stated.account, stated.region)
    made = StaticPage(
        f"{shop.prefix}-page",
        StaticPageArgs(
            region=region,
            domain=stated.domain,
            pages=pages,
            shop=shop.domain if leads else None,
            mail_servers=contact.servers_of_page,
        ),
        inside,
    )
    if not shop.alarms.empty:
        told = Alerts(
            f"{shop.prefix}-page-alarms",
            AlertsArgs(
                project=region,
                **receivers(shop, None, secrets),
                **budget(shop, shop.gcp_project(stated.account)),
                hosts={"page": stated.domain},
                path="/",
            ),
            inside,
        )
        # No customer is promised how often the page may fail: under the shop's name it says 503 on purpose.
        watched = WatchArgs(project=region, channels=told.channels, network=False)
        Watch(f"{shop.prefix}-page-watch", watched, inside)
    return StandIn(name_servers=made.name_servers, addresses=(made.addresses["A"],) if leads else (), proof=made.proof)
