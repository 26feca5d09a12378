"""How a shop moves to its standby without a person, who is told of it, and what shows that backups restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import pulumi

from bcinfra import spec
from bcinfra.assembly.capacity import capacity
from bcinfra.assembly.gcp.site import GcpSiteDeployment, Tiers
from bcinfra.assembly.gcp.stores import Stores
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
    OutageAlerts,
    OutageAlertsArgs,
    Project,
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


Workflows: TypeAlias = Mapping[str, str]
"""Workflows that tell something in the log, by a name for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Declares what moves ``shop`` to a standby. Nothing in it depends on which site writes now."""

    shop: spec.Shop
    sites: Mapping[str, GcpSiteDeployment]
    home: Project
    stores: Stores
    opts: pulumi.ResourceOptions

    @property
    def _standbys(self) -> list[str]:
        moves = self.shop.primary in self.sites and self.shop.strategy is not Strategy.BACKUP_AND_RESTORE
        return [site for site in self.sites if site in self.shop.standbys] if moves else []

    def failovers(self, balancer: LoadBalancer | None, tiers: Mapping[str, Tiers], host: str) -> Workflows:
        """A workflow for every standby, of which the first one's starts by itself: two that start at once would promote
        two copies of the same database. ``balancer`` is the primary's, and ``host`` the name by which checks ask it."""
        return {
            f"failover-{standby}": self._failover(standby, balancer, tiers[standby], host, automatic=rank == 0)
            for rank, standby in enumerate(self._standbys)
        }

    def _failover(
        self, standby: str, balancer: LoadBalancer | None, tiers: Tiers, host: str, *, automatic: bool
    ) -> str:
        shop, database, cache = self.shop, self.stores.own_database, self.stores.cache
        region, name = self.sites[standby].keyed.region, f"{shop.prefix}-{standby}"
        alerts = OutageAlerts(
            f"{name}-outage",
            OutageAlertsArgs(
                standby=region,
                host=host,
                path=shop.web.health_path,
                replicas={"mysql": database.identifiers[standby]} if database else {},
                url_map_name=balancer and balancer.url_map_name,
            ),
            opts=self.opts,
        )
        return Failover(
            f"{name}-failover",
            FailoverArgs(
                standby=region,
                primary_region=self.sites[shop.primary].keyed.region.name,
                signals=alerts.signals,
                automatic=automatic,
                databases={
                    "mysql": Database(replica=database.identifiers[standby], primary=database.identifiers[shop.primary])
                }
                if database
                else {},
                caches={"redis": cache.identifiers[standby]} if cache else {},
                groups={
                    what: Group(autoscaler=tier.autoscaler_name, minimum=self._minimum(standby, what))
                    for what, tier in tiers.items()
                    if isinstance(tier, InstanceTier)
                },
                services={
                    what: RunService(
                        name=tier.service_name,
                        service_account=tier.service_account,
                        minimum=self._minimum(standby, what),
                    )
                    for what, tier in tiers.items()
                    if isinstance(tier, CloudRunTier)
                },
            ),
            opts=self.opts,
        ).workflow_name

    def _minimum(self, standby: str, what: spec.TierName) -> int:
        """What a tier runs after the failover: what the primary runs."""
        return capacity(self.shop, self.shop.primary, self.shop.tiers[what], len(self.sites[standby].zones)).minimum

    def restore_test(self) -> Workflows:
        """What shows that the newest backup restores, as often as the shop states."""
        shop, often, database = self.shop, self.shop.backups.restore_test, self.stores.own_database
        if shop.mysql is None or database is None:
            return {}
        gib = sum(data.size or 0 for data in shop.kept.values() if data.home == "mysql")
        made = RestoreTest(
            f"{shop.prefix}-restore-test",
            RestoreTestArgs(
                region=self.sites[self.stores.guarded].keyed.region,
                instance=database.identifiers[self.stores.guarded],
                database=shop.mysql.database,
                least_mb=max(1, round(gib * 1024 * PART)),
                schedule=TEST_SCHEDULES[often],
            ),
            opts=self.opts,
        )
        return {"restore-test": made.workflow_name}

    def backups(self) -> Workflows:
        """What backs up shared files."""
        files = self.stores.files
        return {"files-backup": files.workflow_name} if files and files.workflow_name else {}

    def alerts(
        self,
        email: str | None,
        secrets: Mapping[str, pulumi.Output[str]],
        workflows: Workflows,
        channels: Mapping[str, str],
    ) -> None:
        """Who is told of failed backups, of replicas that fall behind, of failovers and of failed restore tests."""
        relational = self.stores.relational
        instances = relational.identifiers if relational else dict[str, str]()
        guarded = self.stores.guarded if self.stores.own_database else None
        told = self.shop.alarms
        Alerts(
            f"{self.shop.prefix}-alerts",
            AlertsArgs(
                project=self.home,
                emails={**told.mail, **({"operators": email} if email else {})},
                phones=told.sms,
                channels=channels,
                pagers={who: secrets[key] for who, key in told.pager.items()},
                chats={who: (chat.channel, secrets[chat.token]) for who, chat in told.chat.items()},
                databases={site: name for site, name in instances.items() if site == guarded},
                replicas={site: name for site, name in instances.items() if site != guarded},
                streams={"changes": self.stores.stream} if self.stores.stream else {},
                queues=self.stores.queues,
                workflows=workflows,
            ),
            opts=self.opts,
        )
