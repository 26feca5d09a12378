"""How a shop moves to its standby without a person: what sees the loss, what moves, what keeps customers there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

import pulumi

from bcinfra import spec
from bcinfra.assembly.aws.site import Site
from bcinfra.aws import (
    AuroraMySql,
    CachePromotion,
    CachePromotionArgs,
    Copy,
    EcsService,
    FargateTier,
    GlobalDatabase,
    InstanceTier,
    MySql,
    OutageAlarms,
    OutageAlarmsArgs,
    Redis,
    Region,
    RegionSwitch,
    RegionSwitchArgs,
    Trigger,
    WriterGuard,
    WriterGuardArgs,
    policies,
)
from bcinfra.aws.alarms import OBSERVER
from bcinfra.spec import Strategy

Checks: TypeAlias = Mapping[str, pulumi.Output[str]]
"""A health check of each site as the world reaches it."""


class Recovery:
    """Declares what moves ``shop`` to a standby. Nothing in it depends on which site writes now."""

    def __init__(
        self,
        shop: spec.Shop,
        sites: Mapping[str, Site],
        everywhere: Region,
        topics: Mapping[str, pulumi.Output[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._shop, self._sites, self._everywhere, self._opts = shop, sites, everywhere, opts
        self._topics = topics
        self._happened: dict[str, Mapping[str, pulumi.Output[str]]] = {}
        """By standby, the alarm that is red once its database was promoted."""
        moves = shop.primary in sites and shop.strategy is not Strategy.BACKUP_AND_RESTORE
        self._standbys = [site for site in sites if site != shop.primary] if moves else []

    def guards(self, database: MySql | AuroraMySql | None) -> dict[str, dict[str, pulumi.Output[str]]]:
        """Further health checks of each site: none of the other sites' replicas may have been promoted.

        Aurora needs none: a global database has one writer, and makes the old one a secondary when it comes back.
        """
        checks: dict[str, dict[str, pulumi.Output[str]]] = {site: {} for site in self._sites}
        if not isinstance(database, MySql):
            return checks
        for standby in self._standbys:
            guard = WriterGuard(
                f"{self._shop.prefix}-{standby}-writer",
                WriterGuardArgs(
                    standby=self._region(standby),
                    everywhere=self._everywhere,
                    replica=database.identifiers[standby],
                    topic_arn=self._sites[standby].topic_arn,
                ),
                opts=self._opts,
            )
            self._happened[standby] = guard.alarms
            for site in self._sites.keys() - {standby}:
                checks[site][f"{standby}-writer"] = guard.health_check_id
        return checks

    def switches(self, checks: Checks, database: MySql | AuroraMySql | None, cache: Redis | None) -> None:
        """A plan for every standby, of which the first one's starts by itself: two that start at once would promote
        two copies of the same database.

        A primary in the observer's region would take its own alarms along: there a person starts the plan.
        """
        promotions = self._cache_promotions(cache)
        seen = self._region(self._shop.primary).name != OBSERVER
        for rank, standby in enumerate(self._standbys):
            triggers = self._triggers(standby, checks, database) if seen and rank == 0 else {}
            pair = (self._shop.primary, standby)
            RegionSwitch(
                f"{self._shop.prefix}-{standby}-switch",
                RegionSwitchArgs(
                    sites={site: self._region(site) for site in pair},
                    primary=self._shop.primary,
                    **self._data(database, pair),
                    **self._servers(pair),
                    functions={"cache": {site: promotions[site] for site in pair}} if promotions else {},
                    triggers=triggers,
                    recovery_minutes=max(1, round(self._shop.objectives.recovery_time / timedelta(minutes=1))),
                ),
                opts=self._opts,
            )

    def _triggers(self, standby: str, checks: Checks, database: MySql | AuroraMySql | None) -> dict[str, Trigger]:
        """What starts the move to ``standby``: an outage that no move has answered yet."""
        warm = self._shop.strategy is not Strategy.PILOT_LIGHT
        outage = OutageAlarms(
            f"{self._shop.prefix}-{standby}-outage",
            OutageAlarmsArgs(
                observer=self._everywhere,
                standby=self._region(standby),
                check_id=checks[self._shop.primary],
                standby_check_id=checks[standby] if warm else None,
                copy_of_data=Copy(identifier=database.identifiers[standby], aurora=isinstance(database, AuroraMySql))
                if database
                else None,
                topic_arns=self._topics,
            ),
            opts=self._opts,
        )
        happened = self._happened.get(standby, {})
        return {reason: Trigger(red=alarms, green=happened) for reason, alarms in outage.triggers.items()}

    def _cache_promotions(self, cache: Redis | None) -> dict[str, pulumi.Output[str]]:
        """The functions that make a site's cache the primary, by site."""
        if cache is None or cache.global_identifier is None or not self._standbys:
            return {}
        datastore = cache.global_identifier
        return {
            site: CachePromotion(
                f"{self._shop.prefix}-redis-{site}-promotion",
                CachePromotionArgs(
                    region=self._region(site),
                    global_datastore=datastore,
                    group_arns=tuple(
                        self._region(other).arn("elasticache", f"replicationgroup:{cache.identifiers[other]}")
                        for other in self._sites
                    ),
                    log_key_arn=at.log_key_arn,
                ),
                opts=self._opts,
            ).function_arn
            for site, at in self._sites.items()
        }

    def _data(self, database: MySql | AuroraMySql | None, pair: tuple[str, str]) -> dict[str, Any]:
        """What is promoted, by kind."""
        match database:
            case MySql():
                return {"replicas": {"mysql": self._arns(database, "db", pair)}}
            case AuroraMySql():
                everywhere = GlobalDatabase(
                    identifier=database.global_identifier, cluster_arns=self._arns(database, "cluster", pair)
                )
                return {"global_databases": {"mysql": everywhere}}
            case None:
                return {}

    def _arns(self, database: MySql | AuroraMySql, kind: str, pair: tuple[str, str]) -> dict[str, pulumi.Output[str]]:
        """ARNs that a preview knows, so that the plan and its role can be read before anything is deployed."""
        return {
            site: policies.after(database, self._region(site).arn("rds", f"{kind}:{database.identifiers[site]}"))
            for site in pair
        }

    def _servers(self, pair: tuple[str, str]) -> dict[str, Any]:
        """What is scaled, by kind."""
        services: dict[str, dict[str, EcsService]] = {}
        groups: dict[str, dict[str, pulumi.Output[str]]] = {}
        for site in pair:
            region = self._region(site)
            for what, tier in self._sites[site].tiers.items():
                match tier:
                    case FargateTier():
                        services.setdefault(what, {})[site] = EcsService(
                            cluster_arn=policies.after(tier, region.arn("ecs", f"cluster/{tier.cluster_name}")),
                            service_arn=policies.after(
                                tier, region.arn("ecs", f"service/{tier.cluster_name}/{tier.service_name}")
                            ),
                        )
                    case InstanceTier():
                        groups.setdefault(what, {})[site] = tier.group_arn
        return {"services": services, "groups": groups}

    def _region(self, site: str) -> Region:
        return self._sites[site].keyed.region
