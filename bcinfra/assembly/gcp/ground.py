"""The ground a shop stands on at Google Cloud: a provider for every project and region it uses, made once each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi_gcp as gcp

from bcinfra import spec
from bcinfra.component import DeletionPolicy
from bcinfra.exits import Exit, UserError
from bcinfra.gcp import Project, Region
from bcinfra.gcp.region import label
from bcinfra.places.regions import first_zones

WORLDWIDE: Final = "global"
"""The site name of what belongs to no site, such as DNS."""


class Ground:
    """Regions by site and projects by account, each with labels and the provider that reaches it."""

    def __init__(self, parent: pulumi.Resource, shop: spec.Shop, sites: Mapping[str, spec.GcpSite]) -> None:
        self._parent, self._shop = parent, shop
        self._providers: dict[tuple[str, str | None], gcp.Provider] = {}
        self._projects: dict[str, Project] = {}
        self.regions: Mapping[str, Region] = {
            name: Region(name=site.region, **self._common(name, site.account, site.region))
            for name, site in sites.items()
        }
        serving = {site.account for site in sites.values() if site.serves}
        if len(serving) > 1:
            raise UserError(
                f"sites: those that serve from Google Cloud are in the accounts {', '.join(sorted(serving))};"
                " put them in one: a Cloud SQL replica stands in its primary's project and network",
                Exit.USAGE,
            )
        self._home = next(iter(serving), None)

    @property
    def home(self) -> Project:
        """The project of the sites that serve."""
        return self.project(self._home or self._shop.zones_at["gcp"])

    def project(self, account: str) -> Project:
        """The project ``account``, for what belongs to none of its regions."""
        if account not in self._projects:
            self._projects[account] = Project(**self._common(WORLDWIDE, account, None))
        return self._projects[account]

    def _common(self, site: str, account: str, region: str | None) -> dict[str, Any]:
        shop, project = self._shop, self._shop.gcp_project(account)
        return {
            "project": project.project,
            "number": project.number,
            "provider": self._provider(account, project.project, region),
            "labels": {
                "bcinfra-shop": label(shop.name),
                "bcinfra-environment": label(shop.environment),
                "bcinfra-site": label(site),
                **{label(key): label(value) for key, value in shop.tags.items()},
            },
            "deletion": DeletionPolicy.DISPOSABLE if shop.disposable else DeletionPolicy.PROTECT,
        }

    def _provider(self, account: str, project: str, region: str | None) -> gcp.Provider:
        """The provider of a project, or of a region of it. Its name is part of what it made: never rename it."""
        key = (account, region)
        if key not in self._providers:
            self._providers[key] = gcp.Provider(
                "-".join(part for part in (self._shop.prefix, account, region) if part),
                project=project,
                region=region,
                opts=pulumi.ResourceOptions(parent=self._parent),
            )
        return self._providers[key]


def zones_of(site: spec.GcpSite) -> tuple[str, ...]:
    """The zones that a site spreads over."""
    return first_zones("gcp", site.region, site.zones) if isinstance(site.zones, int) else site.zones
