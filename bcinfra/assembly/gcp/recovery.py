"""How a shop moves to its standby without a person, who is told of it, and what shows that backups restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias, TypedDict

import pulumi

from bcinfra import spec
from bcinfra.assembly.capacity import capacity
from bcinfra.assembly.gcp.site import GcpSiteDeployment, Tiers
from bcinfra.assembly.gcp.stores import Stores
from bcinfra.component import Str
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
    LogArchive,
    LogArchiveArgs,
    OutageAlerts,
    OutageAlertsArgs,
    Project,
    Region,
    Rehearsal,
    RestoreTest,
    RestoreTestArgs,
    RunService,
    Watch,
    WatchArgs,
)
from bcinfra.gcp.log_archive import ACCESS_DAYS
from bcinfra.spec import KindObjectives, Strategy

TEST_SCHEDULES: Final[Mapping[timedelta, str]] = {
    timedelta(days=1): "0 4 * * *",
    timedelta(weeks=1): "0 4 * * 0",
    timedelta(days=30): "0 4 1 * *",
}
"""When a restore is tested, by how often: cron's fields, UTC."""
LATE_DAYS: Final = 2
"""Days that a test may be late: months have 31 days, and a restore may take one."""
PART: Final = 0.5
"""Part of what the data is stated to take that a restored database must have on disk."""


TEST: Final = "restore-test"
"""What the restore that is tested is called among workflows."""

Workflows: TypeAlias = Mapping[str, str]
"""Workflows that tell something in the log, by a name for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Declares what moves ``shop`` to a standby. Nothing in it depends on which site writes now."""

    shop: spec.Shop
    sites: Mapping[str, GcpSiteDeployment]
    home: Project
    account: spec.GcpProject
    """What is stated of ``home``."""
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

    def restore_test(self) -> RestoreTest | None:
        """What shows that the newest backup restores, as often as the shop states. A database is restored for what
        people did to it: that is how long it may take."""
        shop, often, database = self.shop, self.shop.backups.restore_test, self.stores.own_database
        if shop.mysql is None or database is None:
            return None
        promised = shop.objectives and shop.objectives.kinds.get("people", KindObjectives()).recovery_time
        longest = promised or (shop.objectives and shop.objectives.recovery_time)
        gib = sum(data.size or 0 for data in shop.kept.values() if data.home == "mysql")
        return RestoreTest(
            f"{shop.prefix}-restore-test",
            RestoreTestArgs(
                region=self.sites[self.stores.guarded].keyed.region,
                instance=database.identifiers[self.stores.guarded],
                database=shop.mysql.database,
                least_mb=max(1, round(gib * 1024 * PART)),
                schedule=TEST_SCHEDULES[often],
                overdue_days=often.days + LATE_DAYS,
                longest_seconds=round(longest.total_seconds()) if longest else None,
            ),
            opts=self.opts,
        )

    def backups(self) -> Workflows:
        """What backs up shared files."""
        files = self.stores.files
        return {"files-backup": files.workflow_name} if files and files.workflow_name else {}

    def alerts(
        self,
        receivers: Receivers,
        channels: Mapping[str, str],
        workflows: Workflows,
        rehearsals: Mapping[str, Rehearsal],
        sinks: Mapping[str, str],
        tiers: Mapping[str, Tiers],
        hosts: Mapping[str, str],
    ) -> None:
        """Who is told of failed backups, of replicas that fall behind, of failovers and of failed restore tests; of
        logs that are lost; of ``hosts`` that do not answer; of what load balancers, tiers, stores and the network tell
        of themselves."""
        shop, relational = self.shop, self.stores.relational
        instances = relational.identifiers if relational else dict[str, str]()
        guarded = self.stores.guarded if self.stores.own_database else None
        people = Alerts(
            f"{shop.prefix}-alerts",
            AlertsArgs(
                project=self.home,
                **receivers,
                channels=channels,
                databases={site: name for site, name in instances.items() if site == guarded},
                replicas={site: name for site, name in instances.items() if site != guarded},
                streams={"changes": self.stores.stream} if self.stores.stream else {},
                queues=self.stores.queues,
                workflows=workflows,
                rehearsals=rehearsals,
                sinks=sinks,
                hosts=hosts,
                path=shop.web.health_path,
                **budget(shop, self.account),
            ),
            opts=self.opts,
        )
        Watch(
            f"{shop.prefix}-watch",
            WatchArgs(
                project=self.home,
                channels=people.channels,
                availability=shop.objectives and shop.objectives.availability,
                services={
                    f"{site}-{what}": tier.watched
                    for site, made in tiers.items()
                    for what, tier in made.items()
                    if isinstance(tier, CloudRunTier)
                },
                databases={f"{site}-mysql": name for site, name in instances.items()},
                caches={f"{site}-redis": name for site, name in self.stores.caches.items()},
            ),
            opts=self.opts,
        )


class Receivers(TypedDict):
    """Who is told: fields of ``AlertsArgs``."""

    emails: Mapping[str, str]
    phones: Mapping[str, str]
    pagers: Mapping[str, Str]
    chats: Mapping[str, tuple[str, Str]]


def receivers(shop: spec.Shop, email: str | None, secrets: Mapping[str, pulumi.Output[str]]) -> Receivers:
    """Who is told of alarms, as the shop and the stack's configuration state."""
    told = shop.alarms
    return {
        "emails": {**told.mail, **({"operators": email} if email else {})},
        "phones": told.sms,
        "pagers": {who: secrets[key] for who, key in told.pager.items()},
        "chats": {who: (chat.channel, secrets[chat.token]) for who, chat in told.chat.items()},
    }


class Budget(TypedDict):
    """What a project may cost: fields of ``AlertsArgs``."""

    billing_account: str | None
    monthly_budget: float | None


def budget(shop: spec.Shop, project: spec.GcpProject) -> Budget:
    """What a project may cost, where it is stated who pays for it."""
    pays = project.billing_account
    return {
        "billing_account": pays,
        "monthly_budget": shop.business.budget_per_month if shop.business and pays else None,
    }


def keep_logs(
    name: str, of: Project, at: Project, region: str, opts: pulumi.ResourceOptions, *, requests: bool
) -> Mapping[str, str]:
    """What keeps who changed and read what of one project in another, and ``requests`` too; the sinks by a name for
    each."""
    vault = Region(
        name=region,
        project=at.project,
        number=at.number,
        provider=at.provider,
        labels=at.labels,
        deletion=at.deletion,
    )
    days = ACCESS_DAYS if requests else None
    args = LogArchiveArgs(project=of, vault=vault, access_days=days, locked=at.protected)
    return LogArchive(name, args, opts=opts).sinks


def outside(
    shop: spec.Shop,
    account: str,
    vault: Region,
    told: Receivers,
    opts: pulumi.ResourceOptions,
    filled: Mapping[str, str],
    sinks: Mapping[str, str],
) -> None:
    """Who is told, from the project of the copies, that the shop does not answer, or that what should be ``filled``
    there is not: it outlives the one that does. What watches the shop's own project sees neither its buckets nor its
    keys, nor what copies cost."""
    people = Alerts(
        f"{shop.prefix}-outside",
        AlertsArgs(
            project=vault,
            **told,
            **budget(shop, shop.gcp_project(account)),
            hosts={"shop": shop.host},
            path=shop.web.health_path,
            filled=filled,
            sinks=sinks,
        ),
        opts=opts,
    )
    Watch(
        f"{shop.prefix}-vault-watch",
        WatchArgs(project=vault, channels=people.channels, balancers=False, network=False),
        opts=opts,
    )


def watch_keys(shop: spec.Shop, projects: Mapping[str, Region], told: Receivers, opts: pulumi.ResourceOptions) -> None:
    """Who is told of the keys in projects that hold little else of the shop."""
    for account, project in projects.items():
        name = f"{shop.prefix}-{account}"
        args = AlertsArgs(project=project, **told, **budget(shop, shop.gcp_project(account)))
        people = Alerts(f"{name}-alerts", args, opts=opts)
        Watch(
            f"{name}-watch",
            WatchArgs(project=project, channels=people.channels, balancers=False, network=False, buckets=False),
            opts=opts,
        )
