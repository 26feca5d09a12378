"""The data of a shop over its clusters, and what each site's replicas are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly.contract import Vault
from bcinfra.assembly.kubernetes.ground import INTERNAL
from bcinfra.assembly.kubernetes.site import DATA, Site, Told
from bcinfra.assembly.secrets import kept, system_users
from bcinfra.exits import Exit, UserError
from bcinfra.kubernetes import (
    BackupBucket,
    Ceph,
    CephArgs,
    FileBackups,
    FileBackupsArgs,
    MySql,
    MySqlArgs,
    MySqlSite,
    Redis,
    RedisArgs,
    RestoreTest,
    SharedFiles,
    SharedFilesArgs,
)
from bcinfra.kubernetes.files import COPIES

MYSQL: Final = ("8.4",)
"""The versions of MySQL that ``bcinfra.kubernetes.MySql`` has images of."""
REDIS: Final[Mapping[str, str]] = {"7.0": "quay.io/opstree/redis:v7.0.15"}
"""The image for a version of Redis, of those that the operator's maker builds."""
LEAST_SHARDS: Final = 3
"""A cluster of Redis has so many at least: memory that is stated for fewer is divided over them."""
FOR_KEYS: Final = 0.75
"""Part of a pod's memory that keys may fill."""
ROOM: Final = 1.3
"""Storage for a GiB of media: Ceph slows down when it is almost full. An assumption."""
MEDIA: Final = "/media"
"""Where replicas find files and media."""
TESTS: Final[Mapping[timedelta, tuple[str, str]]] = {
    timedelta(days=1): ("30 4 * * *", "15 5 * * *"),
    timedelta(weeks=1): ("30 4 * * 0", "15 5 * * 0"),
    timedelta(days=30): ("30 4 1 * *", "15 5 1 * *"),
}
"""When restores of the database and of files are tested, by how often."""


class Stores:
    """Declares the stores of ``shop`` and gathers, by site, what its replicas are told."""

    def __init__(
        self,
        shop: spec.Shop,
        stated: Mapping[str, spec.KubernetesSite],
        sites: Mapping[str, Site],
        vault: Vault | None,
        secrets: Mapping[str, pulumi.Output[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._shop, self._stated, self._sites, self._vault = shop, stated, sites, vault
        self._secrets, self._opts = secrets, opts
        self.told = {site: Told() for site in sites}
        if shop.backups.restore_test not in TESTS:
            raise UserError("backups.restore_test: jobs run by the calendar; allowed: 1d, 1w, 30d", Exit.USAGE)
        self._tests = TESTS[shop.backups.restore_test]
        if (shop.mysql or shop.media) and vault is None and not shop.disposable:
            message = (
                "sites: clusters keep backups in buckets of Google Cloud; add one of kind gcp with the role 'backup'"
            )
            raise UserError(message, Exit.USAGE)

    def mysql(self, stated: spec.MySql) -> None:
        """The relational database: a cluster at each site, the others following the one that writes."""
        shop = self._shop
        if stated.engine != "mysql" or stated.version not in MYSQL:
            what = "Aurora" if stated.engine == "aurora" else f"MySQL {stated.version}"
            message = f"mysql: there is no {what} on Kubernetes; allowed: engine mysql, version {', '.join(MYSQL)}"
            raise UserError(message, Exit.USAGE)
        query = f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{stated.database}'"  # noqa: S608
        database = MySql(
            f"{shop.prefix}-mysql",
            MySqlArgs(
                sites={name: self._member(name) for name in self._sites},
                primary=shop.active,
                cpu=stated.cpu,
                memory=round(stated.memory * 1024),
                storage=stated.storage,
                database=stated.database,
                username=stated.username,
                password=self._secrets["mysqlPassword"],
                system_passwords={user: self._secrets[name] for user, name in system_users().items()},
                priority=DATA,
                backup_days=min(shop.backups.retain_days, 365),
                restore_test=RestoreTest(query=query, schedule=self._tests[0]) if self._vault else None,
            ),
            opts=self._opts,
        )
        for site, told in self.told.items():
            told.reaches["mysql"] = self._sites[site].of_data(database.peers[site])
            # Each site uses its own cluster: it accepts writes once it is promoted, under the same name.
            told.plain["MYSQL_HOST"] = database.hosts[site]
            told.plain["MYSQL_DATABASE"] = stated.database
            told.plain["MYSQL_USER"] = stated.username
            told.secret["MYSQL_PASSWORD"] = self._secrets["mysqlPassword"]

    def _member(self, name: str) -> MySqlSite:
        at, stated = self._sites[name], self._stated[name]
        others = [site for other, site in self._stated.items() if other != name]
        if others and not stated.ranges:
            message = f"sites.{name}.ranges: is needed, for the database of the other sites to let this one's in"
            raise UserError(message, Exit.USAGE)
        return MySqlSite(
            cluster=at.cluster,
            namespace=at.data_namespace,
            operator=at.operators["mysql"],
            storage_class=stated.storage_class,
            hosts=stated.members,
            expose=INTERNAL[stated.place.kind],
            peers=tuple(cidr for site in others for cidr in site.ranges),
            bucket=self._bucket(sealed=True),
            log_bucket=self._vault and self._bucket(sealed=False, folder=self._vault.logs),
            clients=at.clients(),
            survives_zone=self._shop.sites[name].role != "standby" or len(at.cluster.zones) >= COPIES,
        )

    def _bucket(self, *, sealed: bool, folder: str = "") -> BackupBucket | None:
        """The vault's bucket for what is written once, or for what is replaced."""
        vault = self._vault
        if vault is None:
            return None
        name = vault.sealed if sealed else vault.kept
        return BackupBucket(
            site=vault.site,
            bucket=pulumi.Output.concat(name, "/", folder) if folder else name,
            region=vault.region,
            endpoint=vault.endpoint,
            access_key=vault.access_key,
            secret_key=vault.secret_key,
            locked=sealed or bool(folder),
        )

    def redis(self, stated: spec.Redis) -> None:
        """A store of sessions and carts at each site: a customer whose site is lost starts a new session."""
        if stated.version not in REDIS:
            message = (
                f"redis.version: there is no image of {stated.version} for Kubernetes; allowed: {', '.join(REDIS)}"
            )
            raise UserError(message, Exit.USAGE)
        shards = max(stated.shards, LEAST_SHARDS)
        memory = ceil(stated.memory * 1024 * stated.shards / shards / FOR_KEYS)
        for site, at in self._sites.items():
            cache = Redis(
                f"{self._shop.prefix}-{site}-redis",
                RedisArgs(
                    cluster=at.cluster,
                    namespace=at.data_namespace,
                    operator=at.operators["redis"],
                    image=REDIS[stated.version],
                    shards=shards,
                    memory=memory,
                    storage=ceil(memory * 2 / 1024),
                    storage_class=self._stated[site].storage_class,
                    password=self._secrets["redisPassword"],
                    priority=DATA,
                    clients=at.clients(),
                ),
                opts=self._opts,
            )
            told = self.told[site]
            told.reaches["redis"] = at.of_data(cache.peer)
            told.plain["REDIS_HOST"] = cache.host
            told.secret["REDIS_PASSWORD"] = self._secrets["redisPassword"]

    def media(self, stated: spec.Media) -> None:
        """Files and media at each site, over its zones, with copies in the vault.

        No site follows another here: who moves to a standby restores the newest copy there.
        """
        for site, at in self._sites.items():
            name, storage_class = f"{self._shop.prefix}-{site}-media", self._stated[site].storage_class
            if storage_class is None:
                message = f"sites.{site}.storage_class: is needed for media, which Ceph keeps on volumes of that class"
                raise UserError(message, Exit.USAGE)
            disks = len(at.cluster.zones)
            ceph = Ceph(
                f"{name}-ceph",
                CephArgs(
                    cluster=at.cluster,
                    namespace=at.operators["ceph"].namespace,
                    operator=at.operators["ceph"],
                    disks=disks,
                    disk=max(10, ceil(stated.size * ROOM * COPIES / disks)),
                    storage_class=storage_class,
                ),
                opts=self._opts,
            )
            files = SharedFiles(
                name,
                SharedFilesArgs(
                    cluster=at.cluster,
                    namespace=at.namespace,
                    ceph_namespace=ceph.namespace,
                    volumes={"media": ceil(stated.size)},
                ),
                opts=self._opts,
            )
            if bucket := self._bucket(sealed=False):
                FileBackups(
                    f"{name}-copies",
                    FileBackupsArgs(
                        cluster=at.cluster,
                        namespace=at.namespace,
                        claims=files.claims,
                        bucket=bucket,
                        password=self._secrets["backupPassword"],
                        test_schedule=self._tests[1],
                        scratch=ceil(stated.size),
                    ),
                    opts=self._opts,
                )
            self.told[site].claims[MEDIA] = files.claims["media"]
            self.told[site].plain["MEDIA_PATH"] = MEDIA

    def secrets(self) -> None:
        """What is kept among secrets: the stack's configuration holds it, and every site is told it."""
        for name, data in kept(self._shop).items():
            for told in self.told.values():
                told.secret[data.replace("-", "_").upper()] = self._secrets[name]
