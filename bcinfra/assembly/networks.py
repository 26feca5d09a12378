"""The private address ranges of the sites: pure planning, so that adding a site never moves another."""

from __future__ import annotations

from typing import Final

from bcinfra import spec
from bcinfra.planning import addresses
from bcinfra.spec import AwsSite, GcpSite
from bcinfra.spec.rules.grounds import range_number

PRIVATE_RANGE: Final = "10.0.0.0/8"


def networks(shop: spec.Shop) -> dict[str, str]:
    """The address range of every serving site in a cloud."""
    sites = shop.serving_sites.items()
    numbers = {name: range_number(name, site) for name, site in sites if isinstance(site, AwsSite | GcpSite)}
    return addresses.site_cidrs(PRIVATE_RANGE, numbers)


def called(shop: spec.Shop) -> dict[str, tuple[str, int]]:
    """What the tiers call in the customer's own buildings, by building and system: its address and its TCP port."""
    return {
        f"{name}-{system}": (f"{stated.address}/32", stated.port)
        for name, place in shop.back_offices.items()
        for system, stated in place.systems.items()
        if stated.address and stated.port
    }
