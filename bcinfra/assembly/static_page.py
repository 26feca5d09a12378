"""The page that customers see while the shop is down, on ground of its own: who makes it, and how names lead there."""

from __future__ import annotations

from importlib import import_module

import pulumi

from bcinfra.assembly.contract import ShopArgs, StandIn
from bcinfra.planning.pages import pages


def static_page(parent: pulumi.Resource, args: ShopArgs) -> StandIn | None:
    """Declare the page, where the shop states an account for it."""
    contact = args.shop.contact
    if contact is None or contact.page is None or contact.page.account is None:
        return None
    cloud = "aws" if isinstance(args.shop.accounts[contact.page.account], str) else "gcp"
    made: StandIn = import_module(f"bcinfra.assembly.{cloud}.static_page").declare(
        parent, args.shop, contact, pages(contact, args.shop.domain), args.secrets
    )
    return made
