"""How a shop moves to its standby without a person, who is told of it, and what shows that backups restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.capacity import capacity
from bcinfra.assembly.gcp.site import Site
from bcinfra.exits import Exit, UserError
from bcinfra.gcp import (
    Alerts,
    AlertsArgs,
    CloudRunTier,
    Database,
    Failover,
    FailoverArgs,
    Group,
    InstanceTier,
    LoadBalancer,
    MySql,
    OutageAlerts,
    OutageAlertsArgs,
    Project,
    Redis,
    RestoreTest,
    RestoreTestArgs,
    RunService,
)
from bcinfra.spec import Strategy

TEST_SCHEDULES: Final[Mapping[timedelta, str]] = {
    timedelta(days=1): "0 4 * * *",
    timedelta(weeks=1): "0 4 * * 0",
    timedelta(days=30): "0 4 1 * *",
}
"""When a restore is tested, by how often: cron's fields, UTC."""
PART: Final = 0.5
"""Part of what the data is stated to take that a restored database must have on disk."""


class Recovery:
    """Declares what moves ``shop`` to a standby. Nothing in it depends on which site writes now."""

    def __init__(self, shop: spec.Shop, sites: Mapping[str, Site], home: Project, opts: pulumi.ResourceOptions) -> None:
        self._shop, self._sites, self._home, self._opts = shop, sites, home, opts
        moves = shop.primary in sites and shop.strategy is not Strategy.BACKUP_AND_RESTORE
        self._standbys = [site for site in sites if site in shop.standbys] if moves else []
        self._workflows: dict[str, str] = {}
        """Workflows that tell something in the log, by a name for each."""

    def failovers(self, balancer: LoadBalancer | None, database: MySql | None, cache: Redis | None) -> None:
        """A workflow for every standby, of which the first one's starts by itself: two that start at once would promote
        two copies of the same database. ``balancer`` is the primary's."""
        shop = self._shop
        for rank, standby in enumerate(self._standbys):
            region = self._sites[standby].keyed.region
            name = f"{shop.prefix}-{standby}"
            alerts = OutageAlerts(
                f"{name}-outage",
                OutageAlertsArgs(
                    standby=region,
                    host=shop.domain,
                    path=shop.web.health_path,
                    replicas={"mysql": database.identifiers[standby]} if database else {},
                    url_map_name=balancer and balancer.url_map_name,
                ),
                opts=self._opts,
            )
            made = Failover(
                f"{name}-failover",
                FailoverArgs(
                    standby=region,
                    primary_region=self._sites[shop.primary].keyed.region.name,
                    signals=alerts.signals,
                    automatic=rank == 0,
                    databases={
                        "mysql": Database(
                            replica=database.identifiers[standby], primary=database.identifiers[shop.primary]
                        )
                    }
                    if database
                    else {},
                    caches={"redis": cache.identifiers[standby]} if cache else {},
                    **self._servers(standby),
                ),
                opts=self._opts,
            )
            self._workflows[f"failover-{standby}"] = made.workflow_name

    def _servers(self, standby: str) -> dict[str, Any]:
        """What is scaled, by kind, to what the primary runs."""
        shop, site = self._shop, self._sites[standby]
        groups: dict[str, Group] = {}
        services: dict[str, RunService] = {}
        for what, stated in shop.tiers.items():
            least = capacity(shop, shop.primary, stated, len(site.zones)).minimum
            match tier := site.tiers[what]:
                case CloudRunTier():
                    services[what] = RunService(
                        name=tier.service_name, service_account=tier.service_account, minimum=least
                    )
                case InstanceTier():
                    groups[what] = Group(autoscaler=tier.autoscaler_name, minimum=least)
        return {"groups": groups, "services": services}

    def restore_test(self, stated: spec.MySql, database: MySql, site: str) -> None:
        """What shows that the newest backup of ``site`` restores, as often as the shop states."""
        shop, often = self._shop, self._shop.backups.restore_test
        if often not in TEST_SCHEDULES:
            raise UserError(
                "backups.restore_test: restores on Google Cloud are tested by calendar; allowed: 1d, 1w, 30d",
                Exit.USAGE,
            )
        gib = sum(data.size or 0 for data in shop.data.values() if data.home == "mysql")
        made = RestoreTest(
            f"{shop.prefix}-restore-test",
            RestoreTestArgs(
                region=self._sites[site].keyed.region,
                instance=database.identifiers[site],
                database=stated.database,
                least_mb=max(1, round(gib * 1024 * PART)),
                schedule=TEST_SCHEDULES[often],
            ),
            opts=self._opts,
        )
        self._workflows["restore-test"] = made.workflow_name

    def alerts(self, email: str, instances: Mapping[str, str], guarded: str | None) -> None:
        """Who is told of failed backups of the site ``guarded``, of replicas that fall behind, of failovers and of
        failed restore tests. ``instances`` are the databases, by site."""
        shop = self._shop
        Alerts(
            f"{shop.prefix}-alerts",
            AlertsArgs(
                project=self._home,
                emails={"operators": email},
                databases={site: name for site, name in instances.items() if site == guarded},
                replicas={site: name for site, name in instances.items() if site != guarded},
                workflows=self._workflows,
            ),
            opts=self._opts,
        )
