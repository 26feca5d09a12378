"""The data of a shop over its sites at Google Cloud, and what each site's replicas are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import pulumi

from bcinfra import spec
from bcinfra.assembly import schedule
from bcinfra.assembly.contract import Origin, Source
from bcinfra.assembly.gcp.site import Site, Told
from bcinfra.assembly.secrets import REPLICA
from bcinfra.exits import Exit, UserError
from bcinfra.gcp import (
    Agent,
    Buckets,
    BucketsArgs,
    ChangeStream,
    ChangeStreamArgs,
    Edition,
    ExternalPrimary,
    ForeignBucketCopy,
    ForeignBucketCopyArgs,
    IsolatedBucket,
    Key,
    KeyArgs,
    MySql,
    MySqlArgs,
    MySqlSite,
    MySqlStandby,
    MySqlStandbyArgs,
    Network,
    Project,
    Reach,
    Redis,
    RedisArgs,
    RedisSite,
    ReplicatedSecret,
    ReplicatedSecretArgs,
    sizes,
)
from bcinfra.gcp.cloudsql import PORT
from bcinfra.gcp.redis import PORT as REDIS_PORT, NodeType
from bcinfra.places.regions import pair
from bcinfra.planning.sizes import smallest
from bcinfra.spec import Strategy

ENTERPRISE_AVAILABILITY: Final = 99.95
"""Percent that Cloud SQL Enterprise promises, maintenance apart; Enterprise Plus promises more (Cloud SQL SLA)."""
NODES: Final = Reach(cidr="0.0.0.0/0", port=11000, last_port=13047)
"""The ports of a Redis cluster's nodes, beside that of its discovery (Memorystore for Redis Cluster, networking)."""
REDIS_USER: Final = "roles/redis.dbConnectionUser"
"""The role with which a client's access token is its password."""


class Stores:
    """Declares the stores of ``shop`` and gathers, by site, what its replicas are told."""

    def __init__(
        self,
        shop: spec.Shop,
        sites: Mapping[str, Site],
        network: Network,
        home: Project,
        vault: Site | None,
        role_settings: int,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """``home`` is the project of ``sites``; ``vault``, in another one, keeps copies; ``role_settings`` from 2 gives
        the site that writes now what only a primary has, after a failover."""
        self._shop, self._sites, self._network, self._home = shop, sites, network, home
        self._vault, self._opts = vault, opts
        self._role_settings = role_settings
        self._first = shop.primary if shop.primary in sites else next(iter(sites))
        self._active = shop.active if shop.active in sites else self._first
        self.guarded = self._active if role_settings > 1 else self._first
        """The site whose database is streamed and whose backups are tested."""
        self.told = {site: Told() for site in sites}
        self.database: MySql | MySqlStandby | None = None
        """The relational database, once it is declared."""
        self.cache: Redis | None = None
        """The store of sessions that spans all sites, once it is declared."""

    # -- the relational database ---------------------------------------------------------------------------------------

    def mysql(self, stated: spec.MySql, password: pulumi.Output[str]) -> Source:
        """The relational database, with a replica at every other site."""
        shop = self._shop
        if len(shop.live_sites.keys() & self._sites.keys()) > 1:
            raise UserError(
                "strategy: active-active needs a database that takes orders at every site, and Cloud SQL takes them at"
                " one; choose warm-standby, or leave mysql out",
                Exit.USAGE,
            )
        database = self.database = MySql(
            f"{shop.prefix}-mysql",
            MySqlArgs(
                project=self._home,
                sites={name: self._copy(name, stated) for name in self._sites},
                primary=self._active,
                role_settings_version=self._role_settings,
                database=stated.database,
                username=stated.username,
                password=password,
                **self._engine(stated),
            ),
            opts=self._opts,
        )
        self._tell_of_mysql(stated, database.addresses, password)
        return Source(host=database.address, port=database.port)

    def follow(
        self, stated: spec.MySql, source: Source, secrets: Mapping[str, pulumi.Output[str]], settings: Mapping[str, str]
    ) -> None:
        """A database that follows another vendor's, to take over when that vendor cannot serve."""
        shop, (site, *others) = self._shop, self._sites
        if others:
            raise UserError(
                f"sites: {', '.join(self._sites)} would each follow the database outside Google Cloud; keep one",
                Exit.USAGE,
            )
        database = self.database = MySqlStandby(
            f"{shop.prefix}-mysql",
            MySqlStandbyArgs(
                site=self._copy(site, stated),
                primary=ExternalPrimary(
                    host=source.host,
                    port=source.port,
                    username=REPLICA,
                    password=secrets["replicationPassword"],
                    ca_certificate=settings["replicationCa"],
                    dump=settings["replicationDump"],
                ),
                promoted=shop.active == site,
                **self._engine(stated),
            ),
            opts=self._opts,
        )
        self._tell_of_mysql(stated, {site: database.address}, secrets["mysqlPassword"])

    def _engine(self, stated: spec.MySql) -> dict[str, Any]:
        """What every instance is. Enterprise Plus is taken where the shop promises more than Enterprise does."""
        kept, edition = self._shop.backups, self._edition
        plus = edition is Edition.ENTERPRISE_PLUS
        log_days = min(kept.retain_days, edition.longest_log_days)
        return {
            "version": stated.version,
            "edition": edition,
            "tier": smallest(sizes.SQL_PLUS, stated.cpu, stated.memory)
            if plus
            else sizes.sql(stated.cpu, stated.memory),
            "storage": stated.storage,
            "log_days": log_days,
            "backups": min(kept.retain_days, 365),
        }

    @property
    def _edition(self) -> Edition:
        promised = max(offer.objectives.availability for offer in self._shop.offers.values())
        return Edition.ENTERPRISE_PLUS if promised > ENTERPRISE_AVAILABILITY else Edition.ENTERPRISE

    def _copy(self, site: str, stated: spec.MySql) -> MySqlSite:
        shop = self._shop
        return MySqlSite(
            **self._place(site, stated.maintenance),
            allocated_range=self._network.sites[site].services_range,
            regional=site == shop.primary or shop.strategy is not Strategy.PILOT_LIGHT,
            zones=self._sites[site].zones[:2],
        )

    def _tell_of_mysql(
        self, stated: spec.MySql, addresses: Mapping[str, pulumi.Output[str]], password: pulumi.Output[str]
    ) -> None:
        """Each site uses its own copy: it accepts writes once it is promoted, under the same address."""
        self.password = self._secret("mysql-password", password)
        for site, told in self.told.items():
            told.reaches["mysql"] = Reach(cidr=self._network.sites[site].services_cidr, port=PORT)
            told.plain["MYSQL_HOST"] = addresses[site]
            told.plain["MYSQL_DATABASE"] = stated.database
            told.plain["MYSQL_USER"] = stated.username
            told.secret["MYSQL_PASSWORD"] = self.password.secret_id

    def changes(self, stated: spec.MySql) -> None:
        """Every change of the database, in the project of the backup site: Cloud SQL keeps its daily backups in the
        shop's own project, and under the key of its region.

        Backup and DR would keep them elsewhere, but takes no instance with a key of the customer's, and no vault in
        another region than the instance (Cloud SQL, backup options, 2025-11).
        """
        shop, vault, database = self._shop, self._vault, self.database
        if vault is None or not isinstance(database, MySql):
            return
        ChangeStream(
            f"{shop.prefix}-changes",
            ChangeStreamArgs(
                at=self._sites[self.guarded].keyed,
                subnet_id=self._network.sites[self.guarded].endpoints_subnet_id,
                host=database.addresses[self.guarded],
                username=stated.username,
                password_secret=self.password.secret_id,
                databases=frozenset({stated.database}),
                bucket=self._isolated(vault),
            ),
            opts=self._opts,
        )

    @property
    def instances(self) -> Mapping[str, str]:
        """The physical name of each site's database."""
        match self.database:
            case MySql():
                return self.database.identifiers
            case MySqlStandby():
                return {self._first: self.database.identifier}
            case None:
                return {}

    # -- sessions, files, secrets --------------------------------------------------------------------------------------

    def redis(self, stated: spec.Redis) -> None:
        """The store of sessions and carts: one that follows the writer, or one a site where every site writes.

        A copy in another region accepts no writes, so sites that all serve each have a store of their own; a customer
        whose site is lost starts a new session.
        """
        if self._shop.strategy is Strategy.ACTIVE_ACTIVE:
            for site in self._sites:
                self._cache(f"{self._shop.prefix}-redis-{site}", stated, [site], site)
        else:
            self.cache = self._cache(f"{self._shop.prefix}-redis", stated, list(self._sites), self._active)

    def _cache(self, name: str, stated: spec.Redis, sites: list[str], primary: str) -> Redis:
        cache = Redis(
            name,
            RedisArgs(
                sites={
                    site: RedisSite(**self._place(site, stated.maintenance), replicas=stated.replicas_per_shard)
                    for site in sites
                },
                primary=primary,
                node_type=cast("NodeType", smallest(sizes.CACHE, 0, stated.memory)),
                shards=stated.shards,
            ),
            opts=self._opts,
        )
        for site in sites:
            told, cidr = self.told[site], self._network.sites[site].endpoints_cidr
            told.reaches["redis"] = Reach(cidr=cidr, port=REDIS_PORT)
            told.reaches["redis-nodes"] = NODES.model_copy(update={"cidr": cidr})
            told.plain["REDIS_HOST"] = cache.addresses[site]
            told.roles.add(REDIS_USER)
        return cache

    def media(self, origins: Mapping[str, Origin]) -> Buckets:
        """Files and media in two regions at once: nothing needs to be turned in a failover. ``origins`` are those of
        another vendor, by site, which are copied here as they are written."""
        shop, vault = self._shop, self._vault
        regions = {name: site.keyed.region.name for name, site in self._sites.items()}
        try:
            around, both = pair(regions[self._first], (regions[name] for name in regions if name != self._first))
        except ValueError as error:
            raise UserError(f"media: {error}", Exit.USAGE) from None
        key = Key(
            f"{shop.prefix}-media",
            KeyArgs(
                project=self._home,
                location=around.key,
                purpose=f"media of {shop.prefix}",
                agents=frozenset({Agent.STORAGE}),
            ),
            opts=self._opts,
        )
        buckets = Buckets(
            f"{shop.prefix}-media",
            BucketsArgs(
                project=self._home,
                location=around.bucket,
                regions=both,
                key_name=key.key_name,
                copies={vault.site: self._isolated(vault)} if vault else {},
            ),
            opts=self._opts,
        )
        for site, origin in origins.items():
            ForeignBucketCopy(
                f"{shop.prefix}-{site}-media",
                ForeignBucketCopyArgs(
                    project=self._home,
                    source=origin.bucket,
                    role_arn=origin.role,
                    queue_arn=origin.queue,
                    into=buckets.name,
                ),
                opts=self._opts,
            )
        for told in self.told.values():
            told.plain["MEDIA_BUCKET"] = buckets.name
            told.buckets["media"] = buckets.name
        return buckets

    def secrets(self, classes: list[str]) -> None:
        """A secret for every class of data that lives among secrets. Operators fill them; replicas read them."""
        for data in sorted(classes):
            secret = self._secret(data, None)
            for told in self.told.values():
                told.plain[f"{data.replace('-', '_').upper()}_SECRET"] = secret.name
                told.read[data] = secret.secret_id

    def _secret(self, what: str, value: pulumi.Output[str] | None) -> ReplicatedSecret:
        return ReplicatedSecret(
            f"{self._shop.prefix}-{what}",
            ReplicatedSecretArgs(
                project=self._home, sites={name: site.keyed for name, site in self._sites.items()}, value=value
            ),
            opts=self._opts,
        )

    def _isolated(self, vault: Site) -> IsolatedBucket:
        return IsolatedBucket(
            project=vault.keyed.region,
            location=vault.keyed.region.name,
            key_name=vault.keyed.key_name,
            retention_days=max(self._shop.backups.lock_days, 1),
            locked=self._shop.backups.lock_days > 0 and not self._shop.disposable,
        )

    def _place(self, site: str, maintenance: str) -> dict[str, Any]:
        """Where a store's copy at ``site`` lives, and when it is maintained."""
        at = self._sites[site]
        return {
            "region": at.keyed.region,
            "key_name": at.keyed.key_name,
            "network_id": self._network.services_network_id,
            "maintenance_window": schedule.maintenance(maintenance, self._sites, self._first)[site],
            "backup_window": schedule.backup(maintenance),
        }
