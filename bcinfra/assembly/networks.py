"""The private address ranges of the sites: pure planning, so that adding a site never moves another."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from bcinfra import spec
from bcinfra.exits import Exit, UserError
from bcinfra.planning import addresses
from bcinfra.spec import AwsSite, GcpSite

PRIVATE_RANGE: Final = "10.0.0.0/8"


def networks(shop: spec.Shop) -> dict[str, str]:
    """The address range of every serving site in a cloud: as stated, else one that follows from the site's name alone.

    Raises :class:`~bcinfra.exits.UserError` where two sites would share one.
    """
    numbers = {
        name: int(site.network.split(".")[1]) if site.network else crc32(name.encode()) % 256
        for name, site in shop.serving_sites.items()
        if isinstance(site, AwsSite | GcpSite)
    }
    try:
        return addresses.site_cidrs(PRIVATE_RANGE, numbers)
    except ValueError as error:
        raise UserError(f"sites: {error}; set `network` of one, such as 10.{len(numbers)}.0.0/16", Exit.USAGE) from None


def called(shop: spec.Shop) -> dict[str, tuple[str, int]]:
    """What the tiers call in the customer's own buildings, by building and system: its address and its TCP port."""
    return {
        f"{name}-{system}": (f"{stated.address}/32", stated.port)
        for name, place in shop.back_offices.items()
        for system, stated in place.systems.items()
        if stated.address and stated.port
    }
