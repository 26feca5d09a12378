"""Where a shop stands at AWS: a provider for every account and region it uses, made once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

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


@dataclass(frozen=True, slots=True)
class ProviderRegions:
    """The regions of a shop, each with tags and the provider that reaches it."""

    sites: Mapping[str, Region]
    """By site."""
    everywhere: Region
    """The region that worldwide services are managed from."""


def provider_regions(parent: pulumi.Resource, shop: spec.Shop, sites: Mapping[str, spec.AwsSite]) -> ProviderRegions:
    """The regions of ``sites``, and the providers that reach them."""
    places = {name: (site.region, site.account) for name, site in sites.items()}
    places[GLOBAL] = (GLOBAL_HOME, shop.zones_at.get("aws", "main"))
    providers = {place: _provider(parent, shop, *place) for place in dict.fromkeys(places.values())}
    _MADE[parent] = dict(providers)
    regions = {name: _region(shop, name, place, providers[place]) for name, place in places.items()}
    return ProviderRegions({name: regions[name] for name in sites}, regions[GLOBAL])


def apart(parent: pulumi.Resource, shop: spec.Shop, account: str, region: str, site: str | None = None) -> Region:
    """A region of an account that holds no site of the shop, with the provider that reaches it. ``site``: what tags
    name; default the account."""
    made = _MADE.setdefault(parent, {})
    if (region, account) not in made:
        made[region, account] = _provider(parent, shop, region, account)
    return _region(shop, site or account, (region, account), made[region, account])


_MADE: Final = WeakKeyDictionary[pulumi.Resource, dict[tuple[str, str], aws.Provider]]()
"""The providers, by shop, then by region and account: several things may stand in one."""


def _region(shop: spec.Shop, site: str, place: tuple[str, str], provider: aws.Provider) -> Region:
    region, account = place
    return Region(
        name=region,
        provider=provider,
        account=shop.aws_account(account),
        tags={
            "bcinfra:shop": shop.name,
            "bcinfra:environment": shop.environment,
            "bcinfra:site": site,
            **shop.tags,
        },
        deletion=DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT,
    )


def _provider(parent: pulumi.Resource, shop: spec.Shop, region: str, account: str) -> aws.Provider:
    """The provider of a region and account. Its name is part of what it made: never rename it."""
    number = shop.aws_account(account)
    return aws.Provider(
        f"{shop.prefix}-{account}-{region}",
        region=region,
        # The wrong credentials must fail, not build the shop in somebody else's account.
        allowed_account_ids=[number],
        assume_roles=None if account == "main" else [{"role_arn": f"arn:aws:iam::{number}:role/{DEPLOYER}"}],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def zones_of(site: spec.AwsSite) -> tuple[str, ...]:
    """The zone ids that a site spreads over."""
    return first_zones("aws", site.region, site.zones) if isinstance(site.zones, int) else site.zones
