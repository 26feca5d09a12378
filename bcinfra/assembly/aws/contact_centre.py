"""A shop's contact centre at AWS."""

from __future__ import annotations

from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.regions import apart
from bcinfra.aws import ContactCentre, ContactCentreArgs

SITE: Final = "contact-centre"
"""The site that its tags name."""


def declare(parent: pulumi.Resource, shop: spec.Shop, contact: spec.Contact) -> None:
    """The contact centre of the page, whose calls overflow to the number at another carrier."""
    phone = contact.phone
    if phone is None or phone.centre is None or phone.overflow is None:
        return
    stated = phone.centre
    args = ContactCentreArgs(
        region=apart(parent, shop, stated.account, stated.region, SITE),
        alias=f"{shop.prefix}-help",
        country=stated.country,
        kind=stated.kind,
        overflow=phone.overflow.number,
        hours=contact.hours,
        time_zone=contact.time_zone,
        most_waiting=stated.most_waiting,
        replicated=stated.replicated,
    )
    ContactCentre(f"{shop.prefix}-contact-centre", args, pulumi.ResourceOptions(parent=parent))
