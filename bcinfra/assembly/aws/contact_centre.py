"""A shop's contact centre at AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.audit import audit
from bcinfra.assembly.aws.recovery import told_in
from bcinfra.assembly.aws.regions import apart
from bcinfra.assembly.resources import AwsResources, SiteResources
from bcinfra.aws import ContactCentre, ContactCentreArgs, Key, KeyArgs, Recordings, Region
from bcinfra.component import Str

SITE: Final = "contact-centre"
"""The site that its tags name."""


def declare(
    parent: pulumi.Resource,
    shop: spec.Shop,
    contact: spec.Contact,
    sites: Mapping[str, SiteResources],
    secrets: Mapping[str, pulumi.Output[str]],
) -> None:
    """The contact centre of the page, whose calls overflow to the number at another carrier."""
    phone = contact.phone
    if phone is None or phone.centre is None or phone.overflow is None:
        return
    stated, name, inside = phone.centre, f"{shop.prefix}-contact-centre", pulumi.ResourceOptions(parent=parent)
    region = apart(parent, shop, stated.account, stated.region, SITE)
    audit(parent, shop, stated.account, region)
    topic = _told(region, sites)
    if topic is None:
        topic = told_in(region, shop, f"{name}-alarms", secrets, inside, keys=True)
    args = ContactCentreArgs(
        region=region,
        alias=f"{shop.prefix}-help",
        country=stated.country,
        kind=stated.kind,
        overflow=phone.overflow.number,
        hours=contact.hours,
        time_zone=contact.time_zone,
        most_waiting=stated.most_waiting,
        topic_arn=topic,
        recordings=_recordings(f"{name}-recordings", region, stated.recorded, inside) if stated.recorded else None,
        replicated=stated.replicated,
    )
    ContactCentre(name, args, inside)


def _told(region: Region, sites: Mapping[str, SiteResources]) -> Str | None:
    """Where the alarms of a site are told that stands in the same region of the same account."""
    at = (one for one in sites.values() if isinstance(one, AwsResources))
    return next((o.topic for o in at if (o.region.name, o.region.account) == (region.name, region.account)), None)


def _recordings(name: str, region: Region, stated: spec.Recorded, opts: pulumi.ResourceOptions) -> Recordings:
    key = Key(name, KeyArgs(region=region, purpose="recorded calls"), opts=opts)
    return Recordings(notice=stated.notice, days=stated.days, key_arn=key.arn)
