"""The page for customers while the shop is down, at AWS."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.audit import audit
from bcinfra.assembly.aws.recovery import told_in
from bcinfra.assembly.aws.regions import apart
from bcinfra.assembly.aws.site import monthly_budget
from bcinfra.assembly.contract import StandIn
from bcinfra.aws import StaticPage, StaticPageArgs
from bcinfra.places.table import GLOBAL_HOME


def declare(
    parent: pulumi.Resource,
    shop: spec.Shop,
    contact: spec.Contact,
    pages: Mapping[str, str],
    secrets: Mapping[str, pulumi.Output[str]],
) -> StandIn:
    """The page in an account of its own. CloudFront has no addresses that stay: the shop's names cannot lead there."""
    stated = contact.page
    if stated is None or stated.account is None or stated.region is None:
        raise TypeError("no account is stated for the page")
    everywhere = apart(parent, shop, stated.account, GLOBAL_HOME)
    inside = pulumi.ResourceOptions(parent=parent)
    audit(parent, shop, stated.account, everywhere)
    topic = f"{shop.prefix}-page-alarms"
    told = told_in(everywhere, shop, topic, secrets, inside, keys=True, budget=monthly_budget(shop))
    made = StaticPage(
        f"{shop.prefix}-page",
        StaticPageArgs(
            region=everywhere if stated.region == GLOBAL_HOME else apart(parent, shop, stated.account, stated.region),
            everywhere=everywhere,
            domain=stated.domain,
            pages=pages,
            mail_servers=contact.servers_of_page,
            topic_arn=told,
        ),
        inside,
    )
    return StandIn(name_servers=made.name_servers, ds_record=made.ds_record)
