"""The data of a shop over its sites at Google Cloud, and what each site's replicas are told of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final, TypeAlias, TypedDict, cast

import pulumi

from bcinfra import spec
from bcinfra.assembly import mail, schedule, workload
from bcinfra.assembly.contract import DatabaseSource, Origin, Upstream
from bcinfra.assembly.gcp.site import GcpSettings, GcpSiteDeployment, Networked
from bcinfra.assembly.secrets import REPLICA
from bcinfra.assembly.writer import usual_writer, writer
from bcinfra.component import Str
from bcinfra.gcp import (
    Agent,
    Buckets,
    BucketsArgs,
    ChangeStream,
    ChangeStreamArgs,
    Edition,
    ExternalPrimary,
    Files,
    FilesArgs,
    FilesSite,
    ForeignBucketCopy,
    ForeignBucketCopyArgs,
    IsolatedBucket,
    Key,
    KeyArgs,
    KeyedRegion,
    MySql,
    MySqlArgs,
    MySqlSite,
    MySqlStandby,
    MySqlStandbyArgs,
    Project,
    Quiet,
    Reach,
    Redis,
    RedisArgs,
    RedisSite,
    Region,
    ReplicatedSecret,
    ReplicatedSecretArgs,
    sizes,
)
from bcinfra.gcp.alerts import Watched
from bcinfra.gcp.capacity import days_of
from bcinfra.gcp.cloudsql import MOST_QUIET_DAYS, PORT
from bcinfra.gcp.files import EVERY, LEAST, MAPPER, OWNER, PORTS
from bcinfra.gcp.queue import Queue, QueueArgs
from bcinfra.gcp.redis import PORT as REDIS_PORT, NodeType
from bcinfra.places.regions import pair
from bcinfra.planning.sizes import smallest
from bcinfra.spec import Peak, Strategy

ENTERPRISE_AVAILABILITY: Final = 99.95
"""Percent that Cloud SQL Enterprise promises, maintenance apart; Enterprise Plus promises more (Cloud SQL SLA)."""
NODES: Final = Reach(cidr="0.0.0.0/0", port=11000, last_port=13047)
"""The ports of a Redis cluster's nodes, beside that of its discovery (Memorystore for Redis Cluster, networking)."""
REDIS_USER: Final = "roles/redis.dbConnectionUser"
"""The role with which a client's access token is its password."""


_ANY_YEAR: Final = 2001


Database: TypeAlias = MySql | MySqlStandby
"""The relational database, or one that follows another vendor's."""


class _DataSiteFields(TypedDict):
    """The fields of ``DataSite`` that every store is given."""

    region: Region
    key_name: Str
    network_id: Str
    maintenance_window: str
    backup_window: str


class _EngineFields(TypedDict):
    """What every instance of the database is."""

    version: str
    edition: Edition
    tier: str
    storage: int
    storage_limit: int
    parameters: Mapping[str, str]
    log_days: int
    backups: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relational:
    """The relational database as the sites reach it."""

    database: Database
    addresses: Mapping[str, pulumi.Output[str]]
    """By site."""
    identifiers: Mapping[str, str]
    """The physical name of each site's instance."""
    password: ReplicatedSecret
    """Where the administrator's password is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The stores of a shop, and what its replicas are told of them."""

    relational: Relational | None
    """The relational database."""
    guarded: str
    """The site whose database is streamed and whose backups are tested."""
    queues: Mapping[str, Watched]
    """The queues of all sites, as they are watched."""
    stream: str | None
    """The stream of its changes, by its physical name."""
    files: Files | None
    """Files that replicas share as one directory."""
    cache: Redis | None
    """The store of sessions that spans all sites; none where every site has its own."""
    caches: Mapping[str, str]
    """Physical names of the clusters of Redis, by site."""
    settings: Mapping[str, GcpSettings]
    """What the replicas are told, by site."""
    own_secrets: Mapping[str, Str]
    """The tiers' own secrets in full, by their keys in the configuration."""

    @property
    def own_database(self) -> MySql | None:
        """The database, where it follows no other vendor's."""
        database = self.relational.database if self.relational else None
        return database if isinstance(database, MySql) else None


@dataclass(frozen=True, slots=True)
class StoreFactory:
    """Declares the stores of ``shop`` over ``sites`` in one project and network, with copies at ``backup``."""

    shop: spec.Shop
    sites: Mapping[str, GcpSiteDeployment]
    network: Networked
    home: Project
    """The project of ``sites``."""
    backup: GcpSiteDeployment | None
    """The site for copies, in another project."""
    role_settings: int
    """From 2 it gives the site that writes now what only a primary has, after a failover."""
    opts: pulumi.ResourceOptions

    def declare(
        self, upstream: Upstream, secrets: Mapping[str, pulumi.Output[str]], settings: Mapping[str, str]
    ) -> Stores:
        """Every store, following what is ``upstream``."""
        shop = self.shop
        relational = self._relational(shop.mysql, upstream.source, secrets, settings) if shop.mysql else None
        caches = self._caches(shop.redis) if shop.redis else dict[str, Redis]()
        media = self._media(upstream.origins) if shop.media else None
        files = self._files(shop.files) if shop.files else None
        queues = {site: self._queues(site) for site in self.sites}
        kept = {data: self._secret(data, None) for data in sorted(shop.kept) if shop.kept[data].home == "secrets"}
        stream = self._changes(shop.mysql, relational) if shop.mysql and relational else None
        own = {key: self._secret(_hyphened(key), secrets[key]) for key in workload.own_keys(shop)}
        return Stores(
            own_secrets={key: secret.secret_id for key, secret in own.items()},
            relational=relational,
            guarded=self._guarded,
            stream=stream,
            queues={f"{site}-{what}": queue.watched for site, made in queues.items() for what, queue in made.items()},
            files=files,
            caches={site: cache.identifiers[site] for site, cache in caches.items()},
            cache=next(iter(caches.values())) if caches and shop.strategy is not Strategy.ACTIVE_ACTIVE else None,
            settings=workload.joined(
                GcpSettings(),
                self.sites,
                [
                    *([self._of_mysql(shop.mysql, relational)] if shop.mysql and relational else []),
                    self._of_caches(caches),
                    *([self._of_media(media)] if media else []),
                    *([self._of_files(files)] if files else []),
                    {site: _of_queues(made) for site, made in queues.items()},
                    *(self._of_secret(data, secret) for data, secret in kept.items()),
                    *([self._of_mail(shop.mail, secrets)] if shop.mail else []),
                ],
            ),
        )

    @property
    def _usual(self) -> str:
        return usual_writer(self.shop, self.sites)

    @property
    def _active(self) -> str:
        return writer(self.shop, self.sites)

    @property
    def _guarded(self) -> str:
        return self._active if self.role_settings > 1 else self._usual

    # -- the relational database ---------------------------------------------------------------------------------------

    def _relational(
        self,
        stated: spec.MySql,
        source: DatabaseSource | None,
        secrets: Mapping[str, pulumi.Output[str]],
        settings: Mapping[str, str],
    ) -> Relational:
        """The shop's own database, or one that follows another vendor's."""
        given = secrets["mysqlPassword"]
        if source is None:
            own = self._own(stated, given)
            addresses, identifiers, database = own.addresses, own.identifiers, own
        else:
            database = self._follower(stated, source, secrets["replicationPassword"], settings)
            addresses, identifiers = {self._usual: database.address}, {self._usual: database.identifier}
        return Relational(
            database=database,
            addresses=addresses,
            identifiers=identifiers,
            password=self._secret("mysql-password", given),
        )

    def _own(self, stated: spec.MySql, password: pulumi.Output[str]) -> MySql:
        """The relational database, with a replica at every other site."""
        shop = self.shop
        return MySql(
            f"{shop.prefix}-mysql",
            MySqlArgs(
                project=self.home,
                sites={name: self._copy(name, stated) for name in self.sites},
                primary=self._active,
                role_settings_version=self.role_settings,
                database=stated.database,
                username=stated.username,
                password=password,
                **self._engine(stated),
            ),
            opts=self.opts,
        )

    def _follower(
        self, stated: spec.MySql, source: DatabaseSource, password: pulumi.Output[str], settings: Mapping[str, str]
    ) -> MySqlStandby:
        """A database that follows another vendor's, to take over when that vendor cannot serve."""
        shop, (site,) = self.shop, self.sites
        return MySqlStandby(
            f"{shop.prefix}-mysql",
            MySqlStandbyArgs(
                site=self._copy(site, stated),
                primary=ExternalPrimary(
                    host=source.host,
                    port=source.port,
                    username=REPLICA,
                    password=password,
                    ca_certificate=settings["replicationCa"],
                    dump=settings["replicationDump"],
                ),
                promoted=shop.active == site and self.role_settings > 1,
                **self._engine(stated),
            ),
            opts=self.opts,
        )

    def _engine(self, stated: spec.MySql) -> _EngineFields:
        """What every instance is. Enterprise Plus is taken where the shop promises more than Enterprise does, or states
        a machine type of it."""
        kept = self.shop.backups
        promised = max(
            (one.objectives.availability for one in self.shop.offers.values() if one.objectives), default=0.0
        )
        exact = stated.instance_class.get("gcp")
        plus = not exact.startswith("db-custom-") if exact else promised > ENTERPRISE_AVAILABILITY
        edition = Edition.ENTERPRISE_PLUS if plus else Edition.ENTERPRISE
        return {
            "version": stated.version,
            "edition": edition,
            "tier": exact
            or (smallest(sizes.SQL_PLUS, stated.cpu, stated.memory) if plus else sizes.sql(stated.cpu, stated.memory)),
            "storage": stated.storage,
            "storage_limit": stated.storage_limit or 0,
            "parameters": stated.parameters,
            "log_days": min(kept.retain_days, edition.longest_log_days),
            "backups": min(kept.retain_days, 365),
        }

    def _copy(self, site: str, stated: spec.MySql) -> MySqlSite:
        shop = self.shop
        return MySqlSite(
            **self._place(site, stated.maintenance),
            allocated_range=self.network.sites[site].services_range,
            regional=site == shop.primary or shop.strategy is not Strategy.PILOT_LIGHT,
            zones=self.sites[site].zones[:2],
            quiet=_quiet(schedule.peaks(shop)),
        )

    def _of_mysql(self, stated: spec.MySql, relational: Relational) -> Mapping[str, GcpSettings]:
        return {
            site: GcpSettings(
                reaches={"mysql": Reach(cidr=self.network.sites[site].services_cidr, port=PORT)},
                plain=workload.of_mysql(stated, address),
                secret={"MYSQL_PASSWORD": relational.password.secret_id},
            )
            for site, address in relational.addresses.items()
        }

    def _changes(self, stated: spec.MySql, relational: Relational) -> str | None:
        """Every change of the database, in the project of the backup site: Cloud SQL keeps its daily backups in the
        shop's own project, and under the key of its region.

        Backup and DR would keep them elsewhere, but takes no instance with a key of the customer's, and no vault in
        another region than the instance (Cloud SQL, backup options, 2025-11).
        """
        shop, backup, database = self.shop, self.backup, relational.database
        if backup is None or not isinstance(database, MySql):
            return None
        return ChangeStream(
            f"{shop.prefix}-changes",
            ChangeStreamArgs(
                at=self.sites[self._guarded].keyed,
                subnet_id=self.network.sites[self._guarded].endpoints_subnet_id,
                host=database.addresses[self._guarded],
                username=stated.username,
                password_secret=relational.password.secret_id,
                ca_certificate=database.ca_certificates[self._guarded],
                databases=frozenset({stated.database}),
                bucket=self._isolated(backup),
            ),
            opts=self.opts,
        ).stream_name

    # -- sessions, files, secrets --------------------------------------------------------------------------------------

    def _caches(self, stated: spec.Redis) -> Mapping[str, Redis]:
        """The store of sessions and carts by site: one that follows the writer, or one a site where every site writes.

        A copy in another region accepts no writes, so sites that all serve each have a store of their own; a customer
        whose site is lost starts a new session.
        """
        name = f"{self.shop.prefix}-redis"
        if self.shop.strategy is Strategy.ACTIVE_ACTIVE:
            return {site: self._cache(f"{name}-{site}", stated, [site], site) for site in self.sites}
        return dict.fromkeys(self.sites, self._cache(name, stated, self.sites, self._active))

    def _cache(self, name: str, stated: spec.Redis, sites: Iterable[str], primary: str) -> Redis:
        return Redis(
            name,
            RedisArgs(
                sites={
                    site: RedisSite(**self._place(site, stated.maintenance), replicas=stated.replicas_per_shard)
                    for site in sites
                },
                primary=primary,
                node_type=cast("NodeType", stated.instance_class.get("gcp") or smallest(sizes.CACHE, 0, stated.memory)),
                shards=stated.shards,
            ),
            opts=self.opts,
        )

    def _of_caches(self, caches: Mapping[str, Redis]) -> Mapping[str, GcpSettings]:
        cidrs = {site: self.network.sites[site].endpoints_cidr for site in caches}
        return {
            site: GcpSettings(
                reaches={
                    "redis": Reach(cidr=cidrs[site], port=REDIS_PORT),
                    "redis-nodes": NODES.model_copy(update={"cidr": cidrs[site]}),
                },
                plain={"REDIS_HOST": cache.addresses[site]},
                roles=frozenset({REDIS_USER}),
            )
            for site, cache in caches.items()
        }

    def _media(self, origins: Mapping[str, Origin]) -> Buckets:
        """Files and media in two regions at once: nothing needs to be turned in a failover. ``origins`` are those of
        another vendor, by site, which are copied here as they are written."""
        shop, backup = self.shop, self.backup
        regions = {name: site.keyed.region.name for name, site in self.sites.items()}
        around, both = pair(regions[self._usual], (regions[name] for name in regions if name != self._usual))
        key = Key(
            f"{shop.prefix}-media",
            KeyArgs(
                project=self.home,
                location=around.key,
                purpose=f"media of {shop.prefix}",
                agents=frozenset({Agent.STORAGE}),
            ),
            opts=self.opts,
        )
        buckets = Buckets(
            f"{shop.prefix}-media",
            BucketsArgs(
                project=self.home,
                location=around.bucket,
                regions=both,
                key_name=key.key_name,
                copies={backup.site: self._isolated(backup)} if backup else {},
            ),
            opts=self.opts,
        )
        for site, origin in origins.items():
            ForeignBucketCopy(
                f"{shop.prefix}-{site}-media",
                ForeignBucketCopyArgs(
                    project=self.home,
                    source=origin.bucket,
                    role_arn=origin.role,
                    queue_arn=origin.queue,
                    into=buckets.name,
                ),
                opts=self.opts,
            )
        return buckets

    def _of_media(self, buckets: Buckets) -> Mapping[str, GcpSettings]:
        told = GcpSettings(plain={"MEDIA_BUCKET": buckets.name}, buckets={"media": buckets.name})
        return dict.fromkeys(self.sites, told)

    def _files(self, stated: spec.Files) -> Files:
        """Files that the replicas of the one serving site share, backed up to the region of the backup site."""
        shop, backup, site = self.shop, self.backup, self._usual
        at, network = self.sites[site], self.network.sites[site]
        owner = shop.web.user or OWNER
        cadence = min((data.cadence for data in shop.kept.values() if data.home == "files"), default=timedelta(days=1))
        hours = max((every for every in EVERY if timedelta(hours=every) <= cadence), default=1)
        return Files(
            f"{shop.prefix}-files",
            FilesArgs(
                sites={
                    site: FilesSite(
                        region=at.keyed.region,
                        key_name=at.keyed.key_name,
                        network_id=self.network.services_network_id,
                        subnet_id=network.subnet_id,
                        allocated_range=network.services_range,
                        clients=(network.subnet_cidr,),
                    )
                },
                primary=site,
                size=max(LEAST, ceil(stated.size)),
                uid=owner,
                gid=owner,
                backups=self._beside(backup, at) if backup else None,
                every_hours=hours,
                keep_days=shop.backups.retain_days,
            ),
            opts=self.opts,
        )

    @staticmethod
    def _beside(backup: GcpSiteDeployment, at: GcpSiteDeployment) -> KeyedRegion:
        """The region of the backup site and its key, in the project that serves: Filestore keeps there what it backs
        up."""
        region = at.keyed.region.model_copy(update={"name": backup.keyed.region.name})
        return KeyedRegion(region=region, key_name=backup.keyed.key_name)

    def _of_files(self, files: Files) -> Mapping[str, GcpSettings]:
        site = self._usual
        cidr = self.network.sites[site].services_cidr
        first, last = PORTS
        return {
            site: GcpSettings(
                reaches={
                    "files": Reach(cidr=cidr, port=first, last_port=last),
                    "files-ports": Reach(cidr=cidr, port=MAPPER),
                },
                plain={"FILES_PATH": workload.FILES},
                mounts={workload.FILES: files.mount(site)},
            )
        }

    def _of_secret(self, data: str, secret: ReplicatedSecret) -> Mapping[str, GcpSettings]:
        """Operators fill it; replicas read it."""
        told = GcpSettings(plain={f"{workload.variable(data)}_SECRET": secret.name}, read={data: secret.secret_id})
        return dict.fromkeys(self.sites, told)

    def _of_mail(self, stated: spec.Sending, secrets: Mapping[str, pulumi.Output[str]]) -> Mapping[str, GcpSettings]:
        told = GcpSettings(plain=mail.plain(stated))
        if stated.relay:
            password = self._secret("mail-password", secrets[stated.relay.secret])
            told |= GcpSettings(secret={mail.PASSWORD: password.secret_id})
        return dict.fromkeys(self.sites, told)

    def _queues(self, site: str) -> dict[str, Queue]:
        """The queues of one site, by name: what waits at a site that is lost waits for it."""
        at = self.sites[site]
        return {
            what: Queue(
                f"{self.shop.prefix}-{site}-queue-{what}",
                QueueArgs(
                    region=at.keyed.region,
                    key_name=at.keyed.key_name,
                    **workload.queue(stated),
                ),
                opts=self.opts,
            )
            for what, stated in self.shop.queues.items()
        }

    def _secret(self, what: str, value: pulumi.Output[str] | None) -> ReplicatedSecret:
        return ReplicatedSecret(
            f"{self.shop.prefix}-{what}",
            ReplicatedSecretArgs(
                project=self.home, sites={name: site.keyed for name, site in self.sites.items()}, value=value
            ),
            opts=self.opts,
        )

    def _isolated(self, backup: GcpSiteDeployment) -> IsolatedBucket:
        return IsolatedBucket(
            project=backup.keyed.region,
            location=backup.keyed.region.name,
            key_name=backup.keyed.key_name,
            retention_days=max(self.shop.backups.lock_days, 1),
            locked=self.shop.backups.lock_days > 0 and not self.shop.disposable,
        )

    def _place(self, site: str, maintenance: str) -> _DataSiteFields:
        """Where a store's copy at ``site`` lives, and when it is maintained."""
        at = self.sites[site]
        peaks = schedule.peaks(self.shop)
        return {
            "region": at.keyed.region,
            "key_name": at.keyed.key_name,
            "network_id": self.network.services_network_id,
            "maintenance_window": schedule.maintenance(
                maintenance, schedule.maintained(self.shop), self.shop.primary, peaks
            )[site],
            "backup_window": schedule.backup(maintenance),
        }


def _quiet(peaks: Mapping[str, Peak]) -> Quiet | None:
    """The days of the highest peak, and of those around it that fit beside it: a database has one such time."""
    spans = [days_of(at) for at in sorted(peaks.values(), key=lambda at: (-at.factor, at.start))]
    spans = [(_this(first), _this(first) + (last - first)) for first, last in spans]
    if not spans or (spans[0][1] - spans[0][0]).days >= MOST_QUIET_DAYS:
        return None
    first, last = spans[0]
    for begins, ends in spans[1:]:
        around = min(first, begins), max(last, ends)
        if (around[1] - around[0]).days < MOST_QUIET_DAYS:
            first, last = around
    return Quiet(first=f"{first:%m-%d}", last=f"{last:%m-%d}")


def _this(day: date) -> date:
    """A day in the year that all are compared in."""
    return date(_ANY_YEAR, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _of_queues(made: Mapping[str, Queue]) -> GcpSettings:
    """Where messages go, and where they are pulled from."""
    told = {f"{workload.variable(what)}_TOPIC": queue.topic_id for what, queue in made.items()}
    told |= {f"{workload.variable(what)}_SUBSCRIPTION": queue.subscription_id for what, queue in made.items()}
    return GcpSettings(plain=told, queues=made)


def _hyphened(key: str) -> str:
    """``payment-key`` for ``paymentKey``."""
    return re.sub("(?<=[a-z0-9])([A-Z])", r"-\1", key).lower().replace("_", "-")
