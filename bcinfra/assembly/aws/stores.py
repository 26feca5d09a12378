"""The data of a shop over its sites, and what each site's replicas are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pulumi

from bcinfra import spec
from bcinfra.assembly import schedule
from bcinfra.assembly.aws.site import Site, Told
from bcinfra.aws import (
    AuroraMySql,
    AuroraMySqlArgs,
    AuroraSite,
    BackupRule,
    Backups,
    BackupsArgs,
    Buckets,
    BucketsArgs,
    IsolatedBucket,
    IsolatedVault,
    KeyedRegion,
    LockMode,
    MySql,
    MySqlArgs,
    MySqlSite,
    Protected,
    Reach,
    Redis,
    RedisArgs,
    RedisSite,
    ReplicatedSecret,
    ReplicatedSecretArgs,
    RestoreTests,
    policies,
    sizes,
)
from bcinfra.exits import Exit, UserError
from bcinfra.planning.sizes import smallest
from bcinfra.spec import Strategy

RDS_VERSIONS: Final[Mapping[str, str]] = {"8.0": "8.0.44", "8.4": "8.4.7"}
"""The full version that stands for a series. RDS takes a series alone only where it may upgrade by itself, and a
replica must never be older than its source (RDS for MySQL release notes, 2025-12)."""
AURORA_VERSIONS: Final[Mapping[str, str]] = {"8.0": "8.0.mysql_aurora.3.10.1"}
"""Aurora's version for a version of MySQL (Aurora MySQL release notes, 3.10 is a long-term support release)."""
TEST_SCHEDULES: Final[Mapping[timedelta, str]] = {
    timedelta(days=1): "cron(0 3 * * ? *)",
    timedelta(weeks=1): "cron(0 3 ? * SUN *)",
    timedelta(days=30): "cron(0 3 1 * ? *)",
}
"""When restores are tested, by how often."""
DAYS_TO_THINK: Final = 3
"""Days within which a vault lock for good can still be taken back: the fewest that AWS Backup allows."""
OBJECTS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
LAST_REDIS: Final = (7, 1)
"""The last version of Redis that ElastiCache has; later ones are Valkey's."""


class Stores:
    """Declares the stores of ``shop`` and gathers, by site, what its replicas are told."""

    def __init__(
        self,
        shop: spec.Shop,
        sites: Mapping[str, Site],
        vault: Site | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._shop, self._sites, self._vault, self._opts = shop, sites, vault, opts
        self.told = {site: Told() for site in sites}
        self.database: MySql | AuroraMySql | None = None
        """The relational database, once it is declared."""
        self.cache: Redis | None = None
        """The store of sessions that spans all sites, once it is declared."""
        self._protected: dict[str, dict[str, pulumi.Output[str]]] = {site: {} for site in sites}

    def mysql(self, stated: spec.MySql, password: pulumi.Output[str]) -> None:
        """The relational database."""
        shop = self._shop
        database = self.database = (
            self._aurora(stated, password) if stated.engine == "aurora" else self._rds(stated, password)
        )
        for site, told in self.told.items():
            told.reaches["mysql"] = Reach(security_group_id=database.security_group_ids[site], port=database.port)
            # Each site uses its own copy: it accepts writes once it is promoted, under the same name.
            told.plain["MYSQL_HOST"] = database.endpoints[site]
            told.plain["MYSQL_DATABASE"] = stated.database
            told.plain["MYSQL_USER"] = stated.username
            told.secret["MYSQL_PASSWORD"] = password
            self._protected[site]["mysql"] = database.arns[site]
        if stated.engine != "aurora" and len(shop.live_sites.keys() & self._sites.keys()) > 1:
            raise UserError(
                "mysql.engine: active-active needs 'aurora', whose secondary sites forward writes;"
                " plain MySQL accepts them at one site alone",
                Exit.USAGE,
            )

    def _rds(self, stated: spec.MySql, password: pulumi.Output[str]) -> MySql:
        shop = self._shop
        burstable = sizes.BURSTABLE_RDS if shop.disposable else ()
        return MySql(
            f"{shop.prefix}-mysql",
            MySqlArgs(
                sites={
                    name: MySqlSite(
                        **self._place(name, stated.maintenance),
                        multi_az=name == shop.primary or shop.strategy is not Strategy.PILOT_LIGHT,
                        readers=frozenset(f"reader-{n}" for n in range(1, stated.readers + 1)),
                    )
                    for name in self._sites
                },
                primary=shop.active,
                version=RDS_VERSIONS.get(stated.version, stated.version),
                replica_version=stated.replica_version
                and RDS_VERSIONS.get(stated.replica_version, stated.replica_version),
                instance_class=smallest((*burstable, *sizes.RDS), stated.cpu, stated.memory),
                storage=stated.storage,
                database=stated.database,
                username=stated.username,
                password=password,
                backup_days=min(shop.backups.retain_days, 35),
            ),
            opts=self._opts,
        )

    def _aurora(self, stated: spec.MySql, password: pulumi.Output[str]) -> AuroraMySql:
        shop = self._shop
        if stated.version not in AURORA_VERSIONS:
            known = ", ".join(AURORA_VERSIONS)
            raise UserError(f"mysql.version: Aurora has no MySQL {stated.version}; allowed: {known}", Exit.USAGE)
        return AuroraMySql(
            f"{shop.prefix}-mysql",
            AuroraMySqlArgs(
                sites={name: AuroraSite(**self._place(name, stated.maintenance)) for name in self._sites},
                primary=shop.active,
                home=shop.primary,
                version=AURORA_VERSIONS[stated.version],
                instance_class=smallest(sizes.AURORA, stated.cpu, stated.memory),
                database=stated.database,
                username=stated.username,
                password=password,
                backup_days=min(shop.backups.retain_days, 35),
            ),
            opts=self._opts,
        )

    def redis(self, stated: spec.Redis, password: pulumi.Output[str]) -> None:
        """The store of sessions and carts: one that follows the writer, or one a site where every site writes.

        A copy in another region accepts no writes, so sites that all serve each have a store of their own; a customer
        whose site is lost starts a new session.
        """
        if self._shop.strategy is Strategy.ACTIVE_ACTIVE:
            for site in self._sites:
                self._cache(f"{self._shop.prefix}-redis-{site}", stated, password, {site: self._sites[site]}, site)
        else:
            name = f"{self._shop.prefix}-redis"
            self.cache = self._cache(name, stated, password, self._sites, self._shop.active)

    def _cache(
        self, name: str, stated: spec.Redis, password: pulumi.Output[str], sites: Mapping[str, Site], primary: str
    ) -> Redis:
        burstable = sizes.BURSTABLE_CACHE if len(sites) == 1 else ()
        release = tuple(map(int, stated.version.split(".")))
        cache = Redis(
            name,
            RedisArgs(
                sites={
                    site: RedisSite(**self._place(site, stated.maintenance), replicas=stated.replicas_per_shard)
                    for site in sites
                },
                primary=primary,
                home=self._shop.primary if self._shop.primary in sites else primary,
                engine="redis" if release <= LAST_REDIS else "valkey",
                version=stated.version,
                node_type=smallest((*burstable, *sizes.CACHE), 0, stated.memory),
                shards=stated.shards,
                password=password,
            ),
            opts=self._opts,
        )
        for site in sites:
            told = self.told[site]
            told.reaches["redis"] = Reach(security_group_id=cache.security_group_ids[site], port=cache.port)
            told.plain["REDIS_HOST"] = cache.endpoints[site]
            told.secret["REDIS_PASSWORD"] = password
        return cache

    def media(self) -> Buckets:
        """Files and media, replicated both ways: a site that takes over writes, and nothing needs to be turned."""
        shop, vault = self._shop, self._vault
        buckets = Buckets(
            f"{shop.prefix}-media",
            BucketsArgs(
                sites={name: site.keyed for name, site in self._sites.items()},
                primary=shop.primary,
                every_site_writes=len(self._sites) > 1,
                isolated=IsolatedBucket(
                    region=vault.keyed.region,
                    key_arn=vault.keyed.key_arn,
                    retention_days=max(shop.backups.lock_days, 1),
                    mode=LockMode.COMPLIANCE if self._for_good else LockMode.GOVERNANCE,
                )
                if vault
                else None,
            ),
            opts=self._opts,
        )
        for name, told in self.told.items():
            told.plain["MEDIA_BUCKET"] = buckets.names[name]
            told.allowed += [
                policies.allow(OBJECTS, [buckets.arns[name].apply(lambda arn: f"{arn}/*")]),
                policies.allow(["s3:ListBucket"], [buckets.arns[name]]),
                policies.allow(["kms:Decrypt", "kms:GenerateDataKey"], [self._sites[name].keyed.key_arn]),
            ]
        return buckets

    def secrets(self, classes: list[str]) -> None:
        """A secret for every class of data that lives among secrets. Operators fill them; replicas read them."""
        shop = self._shop
        for data in sorted(classes):
            secret = ReplicatedSecret(
                f"{shop.prefix}-{data}",
                ReplicatedSecretArgs(
                    sites={name: site.keyed for name, site in self._sites.items()},
                    primary=shop.primary,
                    description=f"{data} of {shop.prefix}",
                ),
                opts=self._opts,
            )
            for name, told in self.told.items():
                told.plain[f"{data.replace('-', '_').upper()}_SECRET"] = secret.name
                told.allowed += [
                    policies.allow(["secretsmanager:GetSecretValue"], [secret.arns[name]]),
                    policies.allow(["kms:Decrypt"], [self._sites[name].keyed.key_arn]),
                ]

    def backups(self) -> Backups | None:
        """Backups of all databases at every site, so that they go on after a failover without a change."""
        shop, vault = self._shop, self._vault
        protected = {site: Protected(arns=arns) for site, arns in self._protected.items() if arns}
        if not protected:
            return None
        kept = shop.backups
        cadence = min(data.cadence for data in shop.data.values() if data.home == "mysql")
        if kept.restore_test not in TEST_SCHEDULES:
            allowed = "1d, 1w, 30d"
            raise UserError(f"backups.restore_test: AWS Backup tests by calendar; allowed: {allowed}", Exit.USAGE)
        vaults = {name: self._backup_key(site) for name, site in self._sites.items()}
        isolated: dict[str, Any] = {}
        if vault and self._is_elsewhere(vault):
            keyed = self._backup_key(vault)
            isolated = {
                "isolated": IsolatedVault(
                    region=keyed.region,
                    key_arn=keyed.key_arn,
                    min_retention_days=max(kept.lock_days, 1),
                    max_retention_days=max(kept.retain_days, 366),
                    compliance_after_days=DAYS_TO_THINK if self._for_good else None,
                )
            }
        elif vault:
            vaults["copies"] = self._backup_key(vault)
        kind = "Aurora" if shop.mysql and shop.mysql.engine == "aurora" else "RDS"
        return Backups(
            f"{shop.prefix}-backups",
            BackupsArgs(
                sites=vaults,
                protected=protected,
                rules={
                    "frequent": BackupRule(
                        cadence_minutes=max(60, int(cadence.total_seconds() // 60)),
                        retention_days=kept.retain_days,
                        copy_retention_days=kept.retain_days,
                    )
                },
                restore_tests=RestoreTests(resource_types={kind: {}}, schedule=TEST_SCHEDULES[kept.restore_test]),
                alarm_topic_arns={site: self._sites[site].topic_arn for site in protected},
                **isolated,
            ),
            opts=self._opts,
        )

    @property
    def _for_good(self) -> bool:
        """What shall be removed in one go cannot be locked for good."""
        return self._shop.backups.lock_for_good and not self._shop.disposable

    def _is_elsewhere(self, vault: Site) -> bool:
        return all(vault.keyed.region.account != site.keyed.region.account for site in self._sites.values())

    def _backup_key(self, site: Site) -> KeyedRegion:
        return KeyedRegion(region=site.keyed.region, key_arn=site.backup_key_arn)

    def _place(self, site: str, maintenance: str) -> dict[str, Any]:
        """Where a store's copy at ``site`` lives, and when it is maintained."""
        at = self._sites[site]
        return {
            "region": at.keyed.region,
            "key_arn": at.keyed.key_arn,
            "log_key_arn": at.log_key_arn,
            "vpc_id": at.network.vpc_id,
            "subnet_ids": at.network.data_subnet_ids,
            "maintenance_window": schedule.maintenance(maintenance, self._sites, self._shop.primary)[site],
            "backup_window": schedule.backup(maintenance),
        }
