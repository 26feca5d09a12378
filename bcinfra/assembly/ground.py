"""The ground a shop stands on: a provider for every account and region it uses, made once each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zlib import crc32

import pulumi
import pulumi_aws as aws

from bcinfra import spec
from bcinfra.aws import zones
from bcinfra.aws.region import Region
from bcinfra.component import DeletionPolicy
from bcinfra.exits import Exit, UserError
from bcinfra.planning import addresses

GLOBAL: Final = "global"
"""The site name of what belongs to no site, such as DNS."""
GLOBAL_REGION: Final = "us-east-1"
"""Where Route 53 and other worldwide services of AWS are managed from."""
DEPLOYER: Final = "bcinfra-deployer"
"""Role that the deployment assumes in every account but the main one."""
PRIVATE_RANGE: Final = "10.0.0.0/8"


class Ground:
    """Regions by site, each with tags and the provider that reaches it."""

    def __init__(self, parent: pulumi.Resource, shop: spec.Shop) -> None:
        self._parent, self._shop = parent, shop
        self._providers: dict[tuple[str, str], aws.Provider] = {}
        self.regions: Mapping[str, Region] = {
            name: self._region(name, site.region, site.account) for name, site in shop.sites.items()
        }
        self.everywhere = self._region(GLOBAL, GLOBAL_REGION, "main")
        """The region that worldwide services are managed from."""

    def _region(self, site: str, region: str, account: str) -> Region:
        shop = self._shop
        return Region(
            name=region,
            provider=self._provider(region, account),
            account=shop.accounts[account],
            tags={
                "bcinfra:shop": shop.name,
                "bcinfra:environment": shop.environment,
                "bcinfra:site": site,
                **shop.tags,
            },
            deletion=DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT,
        )

    def _provider(self, region: str, account: str) -> aws.Provider:
        """The provider of a region and account. Its name is part of what it made: never rename it."""
        key = (region, account)
        if key not in self._providers:
            number = self._shop.accounts[account]
            self._providers[key] = aws.Provider(
                f"{self._shop.prefix}-{account}-{region}",
                region=region,
                # The wrong credentials must fail, not build the shop in somebody else's account.
                allowed_account_ids=[number],
                assume_roles=None if account == "main" else [{"role_arn": f"arn:aws:iam::{number}:role/{DEPLOYER}"}],
                opts=pulumi.ResourceOptions(parent=self._parent),
            )
        return self._providers[key]


def networks(shop: spec.Shop) -> dict[str, str]:
    """The address range of every serving site: as stated, else one that follows from the site's name alone.

    Raises :class:`~bcinfra.exits.UserError` where two sites would share one.
    """
    numbers = {
        name: int(site.network.split(".")[1]) if site.network else crc32(name.encode()) % 256
        for name, site in shop.serving_sites.items()
    }
    try:
        return addresses.site_cidrs(PRIVATE_RANGE, numbers)
    except ValueError as error:
        raise UserError(f"sites: {error}; set `network` of one, such as 10.{len(numbers)}.0.0/16", Exit.USAGE) from None


def zones_of(site: spec.Site) -> tuple[str, ...]:
    """The zone ids that a site spreads over."""
    return zones.zone_ids(site.region, site.zones) if isinstance(site.zones, int) else site.zones
