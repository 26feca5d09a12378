"""How a shop moves to its standby without a person: what sees the loss, what moves, what keeps customers there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

import pulumi
from pulumi_aws.chatbot import SlackChannelConfiguration
from pulumi_aws.iam import Role

from bcinfra import spec
from bcinfra.assembly.aws.site import ALARM_SERVICES, AwsServingSite, Tiers, receivers
from bcinfra.assembly.aws.stores import Database
from bcinfra.aws import (
    AlarmTopic,
    AlarmTopicArgs,
    AuroraMySql,
    CachePromotion,
    CachePromotionArgs,
    Copy,
    EcsService,
    FargateTier,
    GlobalDatabase,
    InstanceTier,
    Key,
    KeyArgs,
    MySql,
    OutageAlarms,
    OutageAlarmsArgs,
    Redis,
    Region,
    RegionSwitch,
    RegionSwitchArgs,
    Trigger,
    Worker,
    WriterGuard,
    WriterGuardArgs,
    policies,
)
from bcinfra.aws.alarms import OBSERVER
from bcinfra.aws.names import physical
from bcinfra.spec import Strategy

Checks: TypeAlias = Mapping[str, pulumi.Output[str]]
"""A health check of each site as the world reaches it."""


UNPROMISED: Final = timedelta(minutes=15)
"""In which a plan should be done where nothing is promised: by it the service counts how much of its time is left."""


def _promised(shop: spec.Shop) -> timedelta:
    return shop.objectives.recovery_time if shop.objectives else UNPROMISED


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterGuards:
    """What keeps customers away from a database that another one has replaced."""

    checks: Mapping[str, Checks]
    """Further health checks of each site, by a name for each."""
    promoted: Mapping[str, Mapping[str, pulumi.Output[str]]] = field(
        default_factory=dict[str, Mapping[str, pulumi.Output[str]]]
    )
    """By standby, the alarms that are red once its database was promoted."""


def told_in(
    region: Region,
    shop: spec.Shop,
    name: str,
    secrets: Mapping[str, pulumi.Output[str]],
    opts: pulumi.ResourceOptions,
    *,
    keys: bool,
    budget: float | None = None,
) -> pulumi.Output[str]:
    """Where alarms of a region are told that holds no site which serves, and whether of its keys too, and of what its
    account costs."""
    key = Key(name, KeyArgs(region=region, purpose=f"alarms of {shop.prefix}", services=ALARM_SERVICES), opts=opts)
    args = AlarmTopicArgs(region=region, key_arn=key.arn, keys=keys, monthly_budget=budget, **receivers(shop, secrets))
    return AlarmTopic(name, args, opts=opts).arn


def declare_topics(
    shop: spec.Shop,
    sites: Mapping[str, AwsServingSite],
    everywhere: Region,
    observer: Region | None,
    secrets: Mapping[str, pulumi.Output[str]],
    opts: pulumi.ResourceOptions,
) -> dict[str, pulumi.Output[str]]:
    """Where alarms are told, by region name: of every site that serves, of the worldwide services, and of what sees an
    accelerator, where there is one."""
    served = {site.region.name: site.topic_arn for site in sites.values()}
    topic = told_in(everywhere, shop, f"{shop.prefix}-alarms", secrets, opts, keys=everywhere.name not in served)
    topics = {**served, everywhere.name: topic}
    if observer and observer.name not in topics:
        topics[observer.name] = told_in(observer, shop, f"{shop.prefix}-traffic-alarms", secrets, opts, keys=True)
    for who, chat in shop.alarms.chat.items():
        _join_chat(f"{shop.prefix}-chat-{who}", chat, everywhere, list(topics.values()), opts)
    return topics


def _join_chat(
    name: str, chat: spec.Chat, region: Region, topics: list[pulumi.Output[str]], opts: pulumi.ResourceOptions
) -> None:
    """A channel that is told what the topics say. Its workspace is let in once, in the console."""
    options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=region.provider))
    role = Role(
        name,
        name=physical("iam-role", name),
        description="What a chat may see of AWS",
        assume_role_policy=policies.trust(policies.service("chatbot.amazonaws.com")),
        tags=region.tagged(name),
        opts=options,
    )
    SlackChannelConfiguration(
        name,
        configuration_name=name,
        iam_role_arn=role.arn,
        guardrail_policy_arns=[policies.managed_policy(region, "CloudWatchReadOnlyAccess")],
        slack_team_id=chat.team,
        slack_channel_id=chat.channel,
        sns_topic_arns=topics,
        tags=region.tagged(name),
        opts=options,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Declares what moves ``shop`` to a standby. Nothing in it depends on which site writes now."""

    shop: spec.Shop
    sites: Mapping[str, AwsServingSite]
    everywhere: Region
    topics: Mapping[str, pulumi.Output[str]]
    """Where alarms are told, by region name."""
    database: Database | None
    opts: pulumi.ResourceOptions

    @property
    def _standbys(self) -> list[str]:
        moves = self.shop.primary in self.sites and self.shop.strategy is not Strategy.BACKUP_AND_RESTORE
        return [site for site in self.sites if site != self.shop.primary] if moves else []

    def guards(self) -> WriterGuards:
        """Guards of each site: none of the other sites' replicas may have been promoted.

        Aurora needs none: a global database has one writer, and makes the old one a secondary when it comes back.
        """
        database = self.database
        if not isinstance(database, MySql):
            return WriterGuards(checks={site: {} for site in self.sites})
        guards = {standby: self._guard(standby, database) for standby in self._standbys}
        return WriterGuards(
            checks={
                site: {f"{other}-writer": guard.health_check_id for other, guard in guards.items() if other != site}
                for site in self.sites
            },
            promoted={standby: guard.alarms for standby, guard in guards.items()},
        )

    def _guard(self, standby: str, database: MySql) -> WriterGuard:
        return WriterGuard(
            f"{self.shop.prefix}-{standby}-writer",
            WriterGuardArgs(
                standby=self._region(standby),
                everywhere=self.everywhere,
                replica=database.identifiers[standby],
                topic_arn=self.sites[standby].topic_arn,
                log_key_arn=self.sites[standby].log_key_arn,
            ),
            opts=self.opts,
        )

    def switches(self, checks: Checks, guards: WriterGuards, tiers: Mapping[str, Tiers], cache: Redis | None) -> None:
        """A plan for every standby, of which the first one's starts by itself: two that start at once would promote
        two copies of the same database.

        A primary in the observer's region would take its own alarms along: there a person starts the plan.
        """
        promotions = self._cache_promotions(cache)
        seen = self._region(self.shop.primary).name != OBSERVER
        for rank, standby in enumerate(self._standbys):
            pair = (self.shop.primary, standby)
            RegionSwitch(
                f"{self.shop.prefix}-{standby}-switch",
                RegionSwitchArgs(
                    sites={site: self._region(site) for site in pair},
                    primary=self.shop.primary,
                    replicas=self._replicas(pair),
                    global_databases=self._global_databases(pair),
                    services=self._services(pair, tiers),
                    groups=self._groups(pair, tiers),
                    functions={"cache": {site: promotions[site] for site in pair}} if promotions else {},
                    triggers=self._triggers(standby, checks, guards) if seen and rank == 0 else {},
                    recovery_minutes=max(1, round(_promised(self.shop) / timedelta(minutes=1))),
                ),
                opts=self.opts,
            )

    def _triggers(self, standby: str, checks: Checks, guards: WriterGuards) -> dict[str, Trigger]:
        """What starts the move to ``standby``: an outage that no move has answered yet."""
        database = self.database
        warm = self.shop.strategy is not Strategy.PILOT_LIGHT
        outage = OutageAlarms(
            f"{self.shop.prefix}-{standby}-outage",
            OutageAlarmsArgs(
                observer=self.everywhere,
                standby=self._region(standby),
                check_id=checks[self.shop.primary],
                standby_check_id=checks[standby] if warm else None,
                copy_of_data=Copy(identifier=database.identifiers[standby], aurora=isinstance(database, AuroraMySql))
                if database
                else None,
                topic_arns=self.topics,
            ),
            opts=self.opts,
        )
        promoted = guards.promoted.get(standby, {})
        return {reason: Trigger(red=alarms, green=promoted) for reason, alarms in outage.triggers.items()}

    def _cache_promotions(self, cache: Redis | None) -> dict[str, pulumi.Output[str]]:
        """The functions that make a site's cache the primary, by site."""
        if cache is None or cache.global_identifier is None or not self._standbys:
            return {}
        datastore = cache.global_identifier
        return {
            site: CachePromotion(
                f"{self.shop.prefix}-redis-{site}-promotion",
                CachePromotionArgs(
                    region=self._region(site),
                    global_datastore=datastore,
                    group_arns=tuple(
                        self._region(other).arn("elasticache", f"replicationgroup:{cache.identifiers[other]}")
                        for other in self.sites
                    ),
                    log_key_arn=at.log_key_arn,
                ),
                opts=self.opts,
            ).function_arn
            for site, at in self.sites.items()
        }

    def _replicas(self, pair: tuple[str, str]) -> dict[str, dict[str, pulumi.Output[str]]]:
        """Replicas that are promoted."""
        return {"mysql": self._arns(self.database, "db", pair)} if isinstance(self.database, MySql) else {}

    def _global_databases(self, pair: tuple[str, str]) -> dict[str, GlobalDatabase]:
        """Databases that fail over as a whole."""
        if not isinstance(self.database, AuroraMySql):
            return {}
        arns = self._arns(self.database, "cluster", pair)
        return {"mysql": GlobalDatabase(identifier=self.database.global_identifier, cluster_arns=arns)}

    def _arns(self, database: Database, kind: str, pair: tuple[str, str]) -> dict[str, pulumi.Output[str]]:
        """ARNs that a preview knows, so that the plan and its role can be read before anything is deployed."""
        return {
            site: policies.after(database, self._region(site).arn("rds", f"{kind}:{database.identifiers[site]}"))
            for site in pair
        }

    def _services(self, pair: tuple[str, str], tiers: Mapping[str, Tiers]) -> dict[str, dict[str, EcsService]]:
        """Containers that are scaled, by tier and site."""
        return {
            what: {
                site: _ecs_service(tier, self._region(site))
                for site in pair
                if isinstance(tier := tiers[site].scaled[what], FargateTier | Worker)
            }
            for what, running in tiers[pair[0]].scaled.items()
            if isinstance(running, FargateTier | Worker)
        }

    def _groups(self, pair: tuple[str, str], tiers: Mapping[str, Tiers]) -> dict[str, dict[str, pulumi.Output[str]]]:
        """Virtual machines that are scaled, by tier and site."""
        return {
            what: {site: tier.group_arn for site in pair if isinstance(tier := tiers[site].scaled[what], InstanceTier)}
            for what, running in tiers[pair[0]].scaled.items()
            if isinstance(running, InstanceTier)
        }

    def _region(self, site: str) -> Region:
        return self.sites[site].region


def _ecs_service(tier: FargateTier | Worker, region: Region) -> EcsService:
    return EcsService(
        cluster_arn=policies.after(tier, region.arn("ecs", f"cluster/{tier.cluster_name}")),
        service_arn=policies.after(tier, region.arn("ecs", f"service/{tier.cluster_name}/{tier.service_name}")),
    )
