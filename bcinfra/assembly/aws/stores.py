"""The data of a shop over its sites at AWS, and what each site's replicas are told of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias, TypedDict

import pulumi

from bcinfra import operations, spec
from bcinfra.assembly import schedule, workload
from bcinfra.assembly.aws.site import (
    ALARM_SERVICES,
    AwsServingSite,
    AwsSettings,
    AwsSiteDeployment,
    monthly_budget,
    receivers,
)
from bcinfra.assembly.secrets import ARCHIVE_PASSWORD, USER_PASSWORD
from bcinfra.assembly.writer import usual_writer, writer
from bcinfra.aws import (
    AlarmTopic,
    AlarmTopicArgs,
    AuroraMySql,
    AuroraMySqlArgs,
    AuroraSite,
    BackupRule,
    Backups,
    BackupsArgs,
    BinlogArchive,
    BinlogArchiveArgs,
    BinlogSource,
    Buckets,
    BucketsArgs,
    DatabaseProxy,
    DatabaseProxyArgs,
    Directory,
    Files,
    FilesArgs,
    IsolatedBucket,
    IsolatedVault,
    Job,
    JobArgs,
    KeyedRegion,
    LockMode,
    MySql,
    MySqlArgs,
    MySqlSite,
    Parameters,
    ParametersArgs,
    Protected,
    Queue,
    QueueArgs,
    Reach,
    Redis,
    RedisArgs,
    RedisSite,
    Region,
    ReplicatedSecret,
    ReplicatedSecretArgs,
    RestoreTests,
    Search,
    SearchArgs,
    StoreSite,
    VaultPilotLight,
    VaultPilotLightArgs,
    policies,
    sizes,
)
from bcinfra.aws.redis import engine_of
from bcinfra.aws.vault_pilot_light import RESTORE_MINUTES
from bcinfra.component import Str
from bcinfra.operations import archive_binlogs
from bcinfra.planning.sizes import smallest
from bcinfra.spec import ARCHIVE_USER, Strategy

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
USER_SCHEDULE: Final = "*/10 * * * *"
"""When the shop's own user is made, and kept as stated: tiers that start first wait for it."""
LOG_HOURS: Final = 24
"""Hours for which the database keeps its log: the readers may be away for so long."""
SEARCH_MAINTENANCE: Final = "wed 02:00"
"""When search may be maintained, UTC, at the site that serves."""
OBJECTS: Final = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
SHARED: Final = "shared"
"""The directory of the file system that this is."""


Database: TypeAlias = MySql | AuroraMySql
"""The relational database."""
Secrets: TypeAlias = Mapping[str, ReplicatedSecret]
"""A secret for every class of data that lives among secrets."""


class _DataSiteFields(TypedDict):
    """The fields of ``DataSite`` that every store is given."""

    region: Region
    key_arn: Str
    log_key_arn: Str
    vpc_id: Str
    subnet_ids: Mapping[str, Str]
    maintenance_window: str
    backup_window: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The stores of a shop, and what its replicas are told of them."""

    database: Database | None = None
    """The relational database."""
    cache: Redis | None = None
    """The store of sessions that spans all sites; none where every site has its own."""
    caches: Mapping[str, Redis] = field(default_factory=dict[str, Redis])
    """The store of sessions by site: the same for all, or one each."""
    media: Buckets | None = None
    """Files and media."""
    files: Files | None = None
    """Files that replicas share as one directory."""
    settings: Mapping[str, AwsSettings]
    """What the replicas are told, by site."""


def told_of_backups(
    shop: spec.Shop, backup: AwsSiteDeployment, secrets: Mapping[str, pulumi.Output[str]]
) -> AlarmTopic:
    """Where people are told of the account for backups: of its keys, whatever is kept there, and of what it costs."""
    return AlarmTopic(
        f"{backup.name}-alarms",
        AlarmTopicArgs(
            region=backup.keyed.region,
            key_arn=backup.key("alarms", services=ALARM_SERVICES),
            monthly_budget=monthly_budget(shop),
            keys=True,
            **receivers(shop, secrets),
        ),
        opts=backup.inside,
    )


def declare_stores(
    shop: spec.Shop,
    sites: Mapping[str, AwsServingSite],
    backup: AwsSiteDeployment | None,
    passwords: Mapping[str, pulumi.Output[str]],
    told: AlarmTopic | None,
    opts: pulumi.ResourceOptions,
) -> Stores:
    """The stores of ``shop`` over ``sites``, and copies of them at ``backup``, of which ``told`` tells."""
    makes = _Makes(shop, sites, backup, opts)
    database = makes.database(shop.mysql, passwords["mysqlPassword"]) if shop.mysql else None
    caches = makes.caches(shop.redis, passwords["redisPassword"]) if shop.redis else dict[str, Redis]()
    media = makes.media() if shop.media else None
    files = makes.files() if shop.files else None
    hosts = makes.hosts(shop.mysql, database, passwords) if shop.mysql and database else dict[str, _Host]()
    secrets = makes.secrets()
    queues = makes.queues()
    indices = makes.search(shop.search) if shop.search else dict[str, Search]()
    if database or files:
        makes.backups(database, files)
    if shop.mysql and database:
        makes.archive(database, passwords, told)
        makes.users(shop.mysql, database, passwords)
    return Stores(
        database=database,
        cache=next(iter(caches.values())) if shop.strategy is not Strategy.ACTIVE_ACTIVE and caches else None,
        caches=caches,
        media=media,
        files=files,
        settings=workload.joined(
            AwsSettings(),
            sites,
            [
                *(
                    [_of_database(shop.mysql, hosts, passwords[_password(shop.mysql)])]
                    if shop.mysql and database
                    else []
                ),
                *([_of_caches(caches, passwords["redisPassword"])] if caches else []),
                *([_of_media(media, sites)] if media else []),
                *([_of_files(files)] if files else []),
                *(_of_queue(what, made) for what, made in queues.items()),
                _of_search(indices),
                *(_of_secret(data, secret, sites) for data, secret in secrets.items()),
            ],
        ),
    )


def _password(stated: spec.MySql) -> str:
    """Where the password stands that the shop's program logs in with."""
    return USER_PASSWORD if stated.user else "mysqlPassword"


def _of_database(
    stated: spec.MySql, hosts: Mapping[str, _Host], password: pulumi.Output[str]
) -> Mapping[str, AwsSettings]:
    return {
        site: AwsSettings(
            reaches={"mysql": at.reach},
            plain=workload.of_mysql(stated, at.host),
            secret={"MYSQL_PASSWORD": password},
        )
        for site, at in hosts.items()
    }


def _of_caches(caches: Mapping[str, Redis], password: pulumi.Output[str]) -> Mapping[str, AwsSettings]:
    return {
        site: AwsSettings(
            reaches={"redis": Reach(security_group_id=cache.security_group_ids[site], port=cache.port)},
            plain={"REDIS_HOST": cache.endpoints[site]},
            secret={"REDIS_PASSWORD": password},
        )
        for site, cache in caches.items()
    }


def _of_media(buckets: Buckets, sites: Mapping[str, AwsServingSite]) -> Mapping[str, AwsSettings]:
    return {
        name: AwsSettings(
            plain={"MEDIA_BUCKET": buckets.names[name]},
            allowed={
                "media objects": policies.allow(OBJECTS, [buckets.arns[name].apply(lambda arn: f"{arn}/*")]),
                "media list": policies.allow(["s3:ListBucket"], [buckets.arns[name]]),
                "media key": policies.allow(["kms:Decrypt", "kms:GenerateDataKey"], [site.keyed.key_arn]),
            },
        )
        for name, site in sites.items()
    }


def _of_files(files: Files) -> Mapping[str, AwsSettings]:
    return {
        site: AwsSettings(
            reaches={"files": Reach(security_group_id=group, port=files.port)},
            plain={"FILES_PATH": workload.FILES},
            mounts={workload.FILES: files.mount(site, SHARED)},
        )
        for site, group in files.security_group_ids.items()
    }


def _of_queue(what: str, made: Mapping[str, Queue]) -> Mapping[str, AwsSettings]:
    return {
        site: AwsSettings(plain={f"{workload.variable(what)}_QUEUE": queue.url}, allowed=queue.using())
        for site, queue in made.items()
    }


def _of_search(indices: Mapping[str, Search]) -> Mapping[str, AwsSettings]:
    return {
        site: AwsSettings(
            reaches={"search": Reach(security_group_id=index.security_group_id, port=index.port)},
            plain={"SEARCH_URL": index.url},
            allowed=index.using(),
        )
        for site, index in indices.items()
    }


def _of_secret(data: str, secret: ReplicatedSecret, sites: Mapping[str, AwsServingSite]) -> Mapping[str, AwsSettings]:
    return {
        name: AwsSettings(
            plain={f"{workload.variable(data)}_SECRET": secret.name},
            allowed={
                data: policies.allow(["secretsmanager:GetSecretValue"], [secret.arns[name]]),
                f"{data} key": policies.allow(["kms:Decrypt"], [site.keyed.key_arn]),
            },
        )
        for name, site in sites.items()
    }


@dataclass(frozen=True, slots=True)
class _Host:
    """Where the programs of a site connect to the database."""

    host: pulumi.Output[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class _Makes:
    """Declares the stores of ``shop`` over ``sites``, with copies at ``backup``."""

    shop: spec.Shop
    sites: Mapping[str, AwsServingSite]
    backup: AwsSiteDeployment | None
    opts: pulumi.ResourceOptions

    def database(self, stated: spec.MySql, password: pulumi.Output[str]) -> Database:
        """The relational database."""
        if stated.engine == "aurora":
            return self._aurora(stated, password)
        return self._rds(stated, password)

    def hosts(
        self, stated: spec.MySql, database: Database, passwords: Mapping[str, pulumi.Output[str]]
    ) -> Mapping[str, _Host]:
        """Where each site's programs connect: a site that serves beside the writer's uses readers, which pass its
        writes on; where the page states a proxy, to that."""
        shop = self.shop
        answering = dict(database.endpoints)
        if isinstance(database, AuroraMySql) and shop.strategy is Strategy.ACTIVE_ACTIVE:
            answering |= {site: host for site, host in database.reader_endpoints.items() if site != shop.primary}
        hosts = {
            site: _Host(answering[site], Reach(security_group_id=group, port=database.port))
            for site, group in database.security_group_ids.items()
        }
        # RDS takes no replica into a proxy: a site that took over goes on as it is.
        proxied = () if not stated.proxy else self.sites if isinstance(database, AuroraMySql) else (shop.primary,)
        return hosts | {site: self._proxy(site, stated, database, passwords) for site in proxied}

    def _proxy(
        self, name: str, stated: spec.MySql, database: Database, passwords: Mapping[str, pulumi.Output[str]]
    ) -> _Host:
        site = self.sites[name]
        proxy = DatabaseProxy(
            f"{self.shop.prefix}-mysql-{name}-proxy",
            DatabaseProxyArgs(
                site=StoreSite(
                    region=site.keyed.region,
                    key_arn=site.keyed.key_arn,
                    vpc_id=site.network.vpc_id,
                    subnet_ids=site.network.data_subnet_ids,
                ),
                database=database.proxied(name),
                logins={stated.user or stated.username: passwords[_password(stated)]},
                log_key_arn=site.log_key_arn,
            ),
            opts=self.opts,
        )
        return _Host(proxy.endpoint, Reach(security_group_id=proxy.security_group_id, port=proxy.port))

    def _rds(self, stated: spec.MySql, password: pulumi.Output[str]) -> MySql:
        shop = self.shop
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
                    for name in self.sites
                },
                primary=writer(shop, self.sites),
                version=RDS_VERSIONS.get(stated.version, stated.version),
                replica_version=stated.replica_version
                and RDS_VERSIONS.get(stated.replica_version, stated.replica_version),
                instance_class=stated.instance_class.get("aws")
                or smallest((*burstable, *sizes.RDS), stated.cpu, stated.memory),
                storage=stated.storage,
                storage_limit=stated.storage_limit,
                parameters=stated.parameters,
                database=stated.database,
                username=stated.username,
                password=password,
                backup_days=min(shop.backups.retain_days, 35),
            ),
            opts=self.opts,
        )

    def _aurora(self, stated: spec.MySql, password: pulumi.Output[str]) -> AuroraMySql:
        shop = self.shop
        return AuroraMySql(
            f"{shop.prefix}-mysql",
            AuroraMySqlArgs(
                sites={name: AuroraSite(**self._place(name, stated.maintenance)) for name in self.sites},
                primary=writer(shop, self.sites),
                home=usual_writer(shop, self.sites),
                version=AURORA_VERSIONS[stated.version],
                instance_class=stated.instance_class.get("aws") or smallest(sizes.AURORA, stated.cpu, stated.memory),
                parameters=stated.parameters,
                # A proxy supports no session that writes could be forwarded for.
                write_forwarding=not stated.proxy,
                database=stated.database,
                username=stated.username,
                password=password,
                backup_days=min(shop.backups.retain_days, 35),
            ),
            opts=self.opts,
        )

    def caches(self, stated: spec.Redis, password: pulumi.Output[str]) -> Mapping[str, Redis]:
        """The store of sessions and carts by site: one that follows the writer, or one a site where every site writes.

        A copy in another region accepts no writes, so sites that all serve each have a store of their own; a customer
        whose site is lost starts a new session.
        """
        name = f"{self.shop.prefix}-redis"
        if self.shop.strategy is Strategy.ACTIVE_ACTIVE:
            return {site: self._cache(f"{name}-{site}", stated, password, [site], site) for site in self.sites}
        return dict.fromkeys(self.sites, self._cache(name, stated, password, self.sites, writer(self.shop, self.sites)))

    def _cache(
        self, name: str, stated: spec.Redis, password: pulumi.Output[str], sites: Collection[str], primary: str
    ) -> Redis:
        burstable = sizes.BURSTABLE_CACHE if len(sites) == 1 else ()
        return Redis(
            name,
            RedisArgs(
                sites={
                    site: RedisSite(**self._place(site, stated.maintenance), replicas=stated.replicas_per_shard)
                    for site in sites
                },
                primary=primary,
                home=self.shop.primary if self.shop.primary in sites else primary,
                engine=engine_of(stated.version),
                version=stated.version,
                node_type=stated.instance_class.get("aws") or smallest((*burstable, *sizes.CACHE), 0, stated.memory),
                shards=stated.shards,
                password=password,
            ),
            opts=self.opts,
        )

    def media(self) -> Buckets:
        """Files and media, replicated both ways: a site that takes over writes, and nothing needs to be turned."""
        shop, backup = self.shop, self.backup
        return Buckets(
            f"{shop.prefix}-media",
            BucketsArgs(
                sites={name: site.keyed for name, site in self.sites.items()},
                primary=shop.primary,
                every_site_writes=len(self.sites) > 1,
                cloudfront=shop.delivery.vendor == "cloudfront",
                isolated=isolated_bucket(shop, backup.keyed) if backup else None,
            ),
            opts=self.opts,
        )

    def files(self) -> Files:
        """Files that replicas share, replicated from where the shop usually writes. A failover turns nothing."""
        shop = self.shop
        return Files(
            f"{shop.prefix}-files",
            FilesArgs(
                sites={
                    name: StoreSite(
                        region=site.keyed.region,
                        key_arn=site.keyed.key_arn,
                        vpc_id=site.network.vpc_id,
                        subnet_ids=site.network.data_subnet_ids,
                    )
                    for name, site in self.sites.items()
                },
                primary=usual_writer(shop, self.sites),
                directories={SHARED: Directory(path=f"/{SHARED}")},
                automatic_backups=False,
            ),
            opts=self.opts,
        )

    def queues(self) -> dict[str, dict[str, Queue]]:
        """Every queue, by name and site: what waits at a site that is lost waits for it."""
        return {
            what: {
                name: Queue(
                    f"{site.component.name}-queue-{what}",
                    QueueArgs(
                        region=site.keyed.region,
                        key_arn=site.keyed.key_arn,
                        **workload.queue(stated),
                        topic_arn=site.topic_arn,
                    ),
                    opts=site.component.inside,
                )
                for name, site in self.sites.items()
            }
            for what, stated in self.shop.queues.items()
        }

    def search(self, stated: spec.Search) -> dict[str, Search]:
        """The index of each site: what it holds is made again from the database."""
        return {
            name: Search(
                f"{site.component.name}-search",
                SearchArgs(
                    **self._place(name, SEARCH_MAINTENANCE),
                    version=stated.version,
                    instance_type=smallest(sizes.SEARCH, stated.cpu, stated.memory),
                    storage=stated.storage,
                    topic_arn=site.topic_arn,
                ),
                opts=site.component.inside,
            )
            for name, site in self.sites.items()
        }

    def secrets(self) -> Secrets:
        """A secret for every class of data that lives among secrets. Operators fill them; replicas read them."""
        shop = self.shop
        return {
            data: ReplicatedSecret(
                f"{shop.prefix}-{data}",
                ReplicatedSecretArgs(
                    sites={name: site.keyed for name, site in self.sites.items()},
                    primary=shop.primary,
                    description=f"{data} of {shop.prefix}",
                ),
                opts=self.opts,
            )
            for data in sorted(data for data, kept in shop.kept.items() if kept.home == "secrets")
        }

    def backups(self, database: Database | None, files: Files | None) -> Backups:
        """Backups of database and files at every site, so that they go on after a failover without a change."""
        shop, kept, backup = self.shop, self.shop.backups, self.backup
        cadence = min(data.cadence for data in shop.kept.values() if data.home in ("mysql", "files"))
        isolated = self._isolated_vault(backup) if backup and self._is_elsewhere(backup) else None
        vaults = {name: _backup_key(site.component) for name, site in self.sites.items()}
        if backup and isolated is None:
            vaults["copies"] = _backup_key(backup)
        arns = {**({"mysql": database.arns} if database else {}), **({"files": files.arns} if files else {})}
        kinds = ["Aurora" if isinstance(database, AuroraMySql) else "RDS"] if database else []
        kinds += ["EFS"] if files else []
        return Backups(
            f"{shop.prefix}-backups",
            BackupsArgs(
                sites=vaults,
                protected={
                    site: Protected(arns={what: found[site] for what, found in arns.items()}) for site in self.sites
                },
                rules=self._rules(cadence, whole=isinstance(database, AuroraMySql)),
                restore_tests=RestoreTests(
                    resource_types={kind: {} for kind in kinds},
                    schedule=TEST_SCHEDULES[kept.restore_test],
                    overdue_days=kept.restore_test // timedelta(days=1) + 2,
                ),
                alarm_topic_arns={name: site.topic_arn for name, site in self.sites.items()},
                log_key_arns={name: site.log_key_arn for name, site in self.sites.items() if site.log_key_arn},
                isolated=isolated,
            ),
            opts=self.opts,
        )

    def _rules(self, cadence: timedelta, *, whole: bool) -> Mapping[str, BackupRule]:
        """How often backups are made and copied: where every copy is ``whole`` they are by a cadence of their own."""
        kept = self.shop.backups
        every = BackupRule(
            cadence_minutes=max(60, int(cadence.total_seconds() // 60)),
            retention_days=kept.retain_days,
            copy_retention_days=kept.retain_days,
        )
        copies = int(kept.whole_copies.total_seconds() // 60)
        if not whole or copies <= every.cadence_minutes:
            return {"frequent": every}
        return {
            "frequent": every.model_copy(update={"copied": False}),
            "copied": every.model_copy(update={"cadence_minutes": copies}),
        }

    def users(self, stated: spec.MySql, database: Database, secrets: Mapping[str, pulumi.Output[str]]) -> None:
        """The database's users, beside the administrator: whom the shop logs in as, and who reads the log for the
        archive. Replicas have them too."""
        if stated.user:
            rights = {"RIGHTS": f"ALL PRIVILEGES ON `{stated.database}`.*"}
            self._user("database-user", stated, database, stated.user, (secrets, USER_PASSWORD), rights)
        if self.shop.archives:
            # RDS drops its log within minutes of its backup unless told otherwise, which no resource can tell it.
            hours = f"CALL mysql.rds_set_configuration('binlog retention hours', {LOG_HOURS});"
            rights = {"SETUP": f"{archive_binlogs.SETUP} {hours}", "RIGHTS": "\n".join(archive_binlogs.RIGHTS)}
            self._user("archive-user", stated, database, ARCHIVE_USER, (secrets, ARCHIVE_PASSWORD), rights)

    def _user(
        self,
        what: str,
        stated: spec.MySql,
        database: Database,
        user: str,
        password: tuple[Mapping[str, pulumi.Output[str]], str],
        rights: Mapping[str, str],
    ) -> None:
        """A user, which a job makes at the writer and keeps as stated: no service of AWS does. The jobs alone read the
        administrator's password."""
        shop, name, (secrets, own) = self.shop, self.shop.primary, password
        site, prefix = self.sites[name], f"{shop.prefix}-{name}-{what}"
        parameters = Parameters(
            f"{prefix}-parameters",
            ParametersArgs(
                at=site.keyed,
                prefix=f"/{shop.prefix}/operators/{what}",
                plain={"HOST": database.endpoints[name]},
                secret={"MYSQL_PWD": secrets["mysqlPassword"], "USER_PASSWORD": secrets[own]},
            ),
            opts=site.component.inside,
        )
        Job(
            prefix,
            JobArgs(
                region=site.keyed.region,
                vpc_id=site.network.vpc_id,
                subnet_ids=site.network.private_subnet_ids,
                reaches={
                    "mysql": Reach(security_group_id=database.security_group_ids[name], port=database.port),
                },
                image=shop.filled(shop.backups.archive_image, name),
                command=("sh", "-c", (Path(operations.__path__[0]) / "database_user.sh").read_text()),
                cpu=0.25,
                memory=0.5,
                schedule=USER_SCHEDULE,
                enabled=shop.active == name,
                log_key_arn=site.log_key_arn,
                secrets=dict(parameters.arns),
                secret_key_arns={"data": site.keyed.key_arn},
                environment={"USER_NAME": user, "ADMINISTRATOR": stated.username, **rights},
            ),
            opts=site.component.inside,
        )

    def archive(self, database: Database, secrets: Mapping[str, pulumi.Output[str]], topic: AlarmTopic | None) -> None:
        """Every change of the database in the account for backups, where that is another: AWS Backup copies hourly at
        most, and its copies there are what this log is replayed on."""
        shop, kept, backup = self.shop, self.shop.backups, self.backup
        if backup is None or topic is None or not shop.archives:
            return
        keyed = _backup_key(backup)
        archive = BinlogArchive(
            f"{shop.prefix}-mysql-log",
            BinlogArchiveArgs(
                sites={
                    name: BinlogSource(
                        region=site.keyed.region,
                        key_arn=site.keyed.key_arn,
                        log_key_arn=site.log_key_arn,
                        vpc_id=site.network.vpc_id,
                        subnet_ids=site.network.private_subnet_ids,
                        host=database.endpoints[name],
                        database=Reach(security_group_id=database.security_group_ids[name], port=database.port),
                        image=shop.filled(kept.archive_image, name),
                    )
                    for name, site in self.sites.items()
                },
                vault=isolated_bucket(shop, keyed),
                topic_arn=topic.arn,
                username=ARCHIVE_USER,
                password=secrets[ARCHIVE_PASSWORD],
                keep_days=max(kept.retain_days, kept.lock_days),
            ),
            opts=self.opts,
        )
        if shop.vault and not shop.disposable:
            self._pilot_light(database, archive, backup, shop.filled(kept.archive_image, shop.vault), topic)

    def _pilot_light(
        self, database: Database, archive: BinlogArchive, backup: AwsSiteDeployment, image: str, topic: AlarmTopic
    ) -> None:
        """What a restore in the vault takes, and one each day that proves it."""
        shop = self.shop
        kept = (shop.objectives and shop.objectives.kinds.get("attack")) or spec.KindObjectives()
        recovery = kept.recovery_time or (shop.objectives and shop.objectives.recovery_time) or timedelta(days=1)
        lost = kept.data_loss or (shop.objectives and shop.objectives.data_loss) or timedelta(minutes=15)
        VaultPilotLight(
            f"{shop.prefix}-restore",
            VaultPilotLightArgs(
                vault=_backup_key(backup),
                database=database.restored,
                archive_bucket=archive.bucket_name,
                image=image,
                topic_arn=topic.arn,
                lost_minutes=max(1, lost // timedelta(minutes=1)),
                restore_minutes=min(RESTORE_MINUTES, max(1, recovery // timedelta(minutes=1))),
                log_key_arn=backup.key("logs", services=[f"logs.{backup.keyed.region.name}.amazonaws.com"]),
            ),
            opts=backup.inside,
        )

    def _isolated_vault(self, at: AwsSiteDeployment) -> IsolatedVault:
        """Copies in another account, which who takes over the shop's does not reach."""
        keyed, kept = _backup_key(at), self.shop.backups
        return IsolatedVault(
            region=keyed.region,
            key_arn=keyed.key_arn,
            min_retention_days=max(kept.lock_days, 1),
            max_retention_days=max(kept.retain_days, 366),
            compliance_after_days=DAYS_TO_THINK if _for_good(self.shop) else None,
        )

    def _is_elsewhere(self, backup: AwsSiteDeployment) -> bool:
        return all(backup.keyed.region.account != site.keyed.region.account for site in self.sites.values())

    def _place(self, site: str, maintenance: str) -> _DataSiteFields:
        """Where a store's copy at ``site`` lives, and when it is maintained."""
        at = self.sites[site]
        peaks = schedule.peaks(self.shop)
        return {
            "region": at.keyed.region,
            "key_arn": at.keyed.key_arn,
            "log_key_arn": at.log_key_arn,
            "vpc_id": at.network.vpc_id,
            "subnet_ids": at.network.data_subnet_ids,
            "maintenance_window": schedule.maintenance(
                maintenance, schedule.maintained(self.shop), self.shop.primary, peaks
            )[site],
            "backup_window": schedule.backup(maintenance),
        }


def isolated_bucket(shop: spec.Shop, at: KeyedRegion) -> IsolatedBucket:
    """A bucket of copies, locked as the page states."""
    return IsolatedBucket(
        region=at.region,
        key_arn=at.key_arn,
        retention_days=max(shop.backups.lock_days, 1),
        mode=LockMode.COMPLIANCE if _for_good(shop) else LockMode.GOVERNANCE,
    )


def _for_good(shop: spec.Shop) -> bool:
    """What shall be removed in one go cannot be locked for good."""
    return shop.backups.lock_for_good and not shop.disposable


def _backup_key(site: AwsSiteDeployment) -> KeyedRegion:
    return KeyedRegion(region=site.keyed.region, key_arn=site.backup_key_arn)
