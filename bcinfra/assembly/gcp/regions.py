"""Where a shop stands at Google Cloud: a provider for every project and region it uses, made once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import pulumi
import pulumi_gcp as gcp

from bcinfra import spec
from bcinfra.component import DeletionPolicy
from bcinfra.gcp import Project, Region
from bcinfra.gcp.region import label
from bcinfra.places.regions import first_zones

WORLDWIDE: Final = "global"
"""The site name of what belongs to no site, such as DNS."""


@dataclass(frozen=True, slots=True)
class ProviderRegions:
    """The regions and projects of a shop, each with labels and the provider that reaches it."""

    sites: Mapping[str, Region]
    """By site."""
    home: Project | None
    """The project of the sites that serve."""
    dns: Project | None
    """The project of the domain's zone."""


def provider_regions(parent: pulumi.Resource, shop: spec.Shop, sites: Mapping[str, spec.GcpSite]) -> ProviderRegions:
    """The regions of ``sites`` and the projects of what belongs to none of them, with the providers that reach them."""
    serving = {site.account for site in sites.values() if site.serves}
    home, dns = next(iter(serving), None), shop.zones_at.get("gcp")
    places = dict.fromkeys((site.account, site.region) for site in sites.values())
    providers = {place: _provider(parent, shop, *place) for place in places}
    accounts = [account for account in dict.fromkeys((home, dns)) if account]
    projects = {account: _project(shop, account, _provider(parent, shop, account)) for account in accounts}
    return ProviderRegions(
        sites={
            name: _region(shop, name, *at, providers[at])
            for name, site in sites.items()
            if (at := (site.account, site.region))
        },
        home=projects[home] if home else None,
        dns=projects[dns] if dns else None,
    )


def apart(parent: pulumi.Resource, shop: spec.Shop, account: str, region: str) -> Region:
    """A region of a project that holds no part of the shop, with the provider that reaches it."""
    made = _APART.setdefault(parent, {})
    if (account, region) not in made:
        made[account, region] = _provider(parent, shop, account, region)
    return _region(shop, account, account, region, made[account, region])


_APART: Final = WeakKeyDictionary[pulumi.Resource, dict[tuple[str, str], gcp.Provider]]()
"""The providers of such regions, by shop: several things may stand in one."""


def _region(shop: spec.Shop, site: str, account: str, region: str, provider: gcp.Provider) -> Region:
    project = shop.gcp_project(account)
    return Region(
        name=region,
        project=project.project,
        number=project.number,
        provider=provider,
        labels=_labels(shop, site),
        deletion=_deletion(shop),
    )


def _project(shop: spec.Shop, account: str, provider: gcp.Provider) -> Project:
    project = shop.gcp_project(account)
    return Project(
        project=project.project,
        number=project.number,
        provider=provider,
        labels=_labels(shop, WORLDWIDE),
        deletion=_deletion(shop),
    )


def _labels(shop: spec.Shop, site: str) -> dict[str, str]:
    return {
        "bcinfra-shop": label(shop.name),
        "bcinfra-environment": label(shop.environment),
        "bcinfra-site": label(site),
        **{label(key): label(value) for key, value in shop.tags.items()},
    }


def _deletion(shop: spec.Shop) -> DeletionPolicy:
    return DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT


def _provider(parent: pulumi.Resource, shop: spec.Shop, account: str, region: str | None = None) -> gcp.Provider:
    """The provider of a project, or of a region of it. Its name is part of what it made: never rename it."""
    return gcp.Provider(
        "-".join(part for part in (shop.prefix, account, region) if part),
        project=shop.gcp_project(account).project,
        region=region,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def zones_of(site: spec.GcpSite) -> tuple[str, ...]:
    """The zones that a site spreads over."""
    return first_zones("gcp", site.region, site.zones) if isinstance(site.zones, int) else site.zones
