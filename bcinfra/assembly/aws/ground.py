"""The ground a shop stands on at AWS: a provider for every account and region it uses, made once each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import pulumi
import pulumi_aws as aws

from bcinfra import spec
from bcinfra.aws.region import Region
from bcinfra.component import DeletionPolicy
from bcinfra.places.regions import first_zones
from bcinfra.places.table import GLOBAL_HOME

GLOBAL: Final = "global"
"""The site name of what belongs to no site, such as DNS."""
DEPLOYER: Final = "bcinfra-deployer"
"""Role that the deployment assumes in every account but the main one."""


class Ground:
    """Regions by site, each with tags and the provider that reaches it."""

    def __init__(self, parent: pulumi.Resource, shop: spec.Shop, sites: Mapping[str, spec.AwsSite]) -> None:
        self._parent, self._shop = parent, shop
        self._providers: dict[tuple[str, str], aws.Provider] = {}
        self.regions: Mapping[str, Region] = {
            name: self._region(name, site.region, site.account) for name, site in sites.items()
        }

    @cached_property
    def everywhere(self) -> Region:
        """The region that worldwide services are managed from."""
        return self._region(GLOBAL, GLOBAL_HOME, self._shop.zones_at.get("aws", "main"))

    def _region(self, site: str, region: str, account: str) -> Region:
        shop = self._shop
        return Region(
            name=region,
            provider=self._provider(region, account),
            account=shop.aws_account(account),
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
            number = self._shop.aws_account(account)
            self._providers[key] = aws.Provider(
                f"{self._shop.prefix}-{account}-{region}",
                region=region,
                # The wrong credentials must fail, not build the shop in somebody else's account.
                allowed_account_ids=[number],
                assume_roles=None if account == "main" else [{"role_arn": f"arn:aws:iam::{number}:role/{DEPLOYER}"}],
                opts=pulumi.ResourceOptions(parent=self._parent),
            )
        return self._providers[key]


def zones_of(site: spec.AwsSite) -> tuple[str, ...]:
    """The zone ids that a site spreads over."""
    return first_zones("aws", site.region, site.zones) if isinstance(site.zones, int) else site.zones
