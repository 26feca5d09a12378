"""The data of a shop over its clusters, and what each site's replicas are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

import pulumi

from bcinfra import spec
from bcinfra.assembly import mail, workload
from bcinfra.assembly.contract import BackupBuckets
from bcinfra.assembly.kubernetes.regions import INTERNAL
from bcinfra.assembly.kubernetes.site import DATA, KubernetesSettings, KubernetesSiteDeployment
from bcinfra.assembly.secrets import USER_PASSWORD, kept, system_users
from bcinfra.assembly.writer import writer
from bcinfra.component import Str
from bcinfra.kubernetes import (
    BackupBucket,
    Ceph,
    CephArgs,
    FileBackups,
    FileBackupsArgs,
    MySql,
    MySqlArgs,
    MySqlSite,
    RabbitMq,
    RabbitMqArgs,
    Redis,
    RedisArgs,
    RestoreTest,
    Search,
    SearchArgs,
    SharedFiles,
    SharedFilesArgs,
    WorkQueue,
)
from bcinfra.kubernetes.files import COPIES
from bcinfra.kubernetes.policy import Peer

REDIS: Final[Mapping[str, str]] = {"7.0": "quay.io/opstree/redis:v7.0.15"}
"""The image for a version of Redis, of those that the operator's maker builds."""
OPENSEARCH: Final[Mapping[str, str]] = {"2.19": "2.19.3"}
"""The full version that stands for a series."""
LEAST_SHARDS: Final = 3
"""A cluster of Redis has so many at least: memory that is stated for fewer is divided over them."""
FOR_KEYS: Final = 0.75
"""Part of a pod's memory that keys may fill."""
ROOM: Final = 1.3
"""Storage for a GiB of media: Ceph slows down when it is almost full. An assumption."""
TESTS: Final[Mapping[timedelta, tuple[str, str]]] = {
    timedelta(days=1): ("30 4 * * *", "15 5 * * *"),
    timedelta(weeks=1): ("30 4 * * 0", "15 5 * * 0"),
    timedelta(days=30): ("30 4 1 * *", "15 5 1 * *"),
}
"""When restores of the database and of files are tested, by how often."""

PATHS: Final = {"media": workload.MEDIA, "files": workload.FILES}
"""Where replicas find what they share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the replicas of a shop are told of its stores."""

    settings: Mapping[str, KubernetesSettings]
    """By site."""
    keys: Mapping[str, Mapping[str, Str]]
    """Where the keys of each site's data are kept, by what they encrypt."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """Files that replicas of one site share."""

    claim: Str
    key: Str | None
    """Name of the Secret with the password of their copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFactory:
    """Declares the stores of ``shop`` over its clusters, with copies in ``buckets``."""

    shop: spec.Shop
    stated: Mapping[str, spec.KubernetesSite]
    sites: Mapping[str, KubernetesSiteDeployment]
    buckets: BackupBuckets | None
    secrets: Mapping[str, pulumi.Output[str]]
    opts: pulumi.ResourceOptions

    def declare(self) -> Stores:
        """Every store."""
        shop = self.shop
        shared = self._shared() if shop.media or shop.files else dict[str, Mapping[str, _Shared]]()
        return Stores(
            keys={site: self._keys(site, shared.get(site, {})) for site in self.sites},
            settings=workload.joined(
                KubernetesSettings(),
                self.sites,
                [
                    *([self._mysql(shop.mysql)] if shop.mysql else []),
                    *([self._redis(shop.redis)] if shop.redis else []),
                    _of_shared(shared),
                    *([self._queues()] if shop.queues else []),
                    *([self._search(shop.search)] if shop.search else []),
                    dict.fromkeys(self.sites, self._secret_settings()),
                    *([self._mail(shop.mail)] if shop.mail else []),
                ],
            ),
        )

    def _mysql(self, stated: spec.MySql) -> Mapping[str, KubernetesSettings]:
        """The relational database: a cluster at each site, the others following the one that writes."""
        shop = self.shop
        query = f"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{stated.database}'"  # noqa: S608
        database = MySql(
            f"{shop.prefix}-mysql",
            MySqlArgs(
                sites={name: self._member(name) for name in self.sites},
                primary=writer(shop, self.sites),
                cpu=stated.cpu,
                memory=round(stated.memory * 1024),
                storage=stated.storage,
                parameters=stated.parameters,
                database=stated.database,
                username=stated.user or stated.username,
                password=self._password(stated),
                system_passwords={user: self.secrets[name] for user, name in system_users().items()},
                priority=DATA,
                backup_days=min(shop.backups.retain_days, 365),
                restore_test=RestoreTest(query=query, schedule=TESTS[shop.backups.restore_test][0])
                if self.buckets
                else None,
            ),
            opts=self.opts,
        )
        return {
            site: KubernetesSettings(
                reaches={"mysql": at.of_data(database.peers[site])},
                plain=workload.of_mysql(stated, database.hosts[site]),
                secret={"MYSQL_PASSWORD": self._password(stated)},
            )
            for site, at in self.sites.items()
        }

    def _password(self, stated: spec.MySql) -> pulumi.Output[str]:
        """What the shop logs in with: the operator makes its user, which is no administrator."""
        return self.secrets[USER_PASSWORD if stated.user else "mysqlPassword"]

    def _member(self, name: str) -> MySqlSite:
        at, stated = self.sites[name], self.stated[name]
        others = [site for other, site in self.stated.items() if other != name]
        return MySqlSite(
            cluster=at.cluster,
            namespace=at.data_namespace,
            operator=at.operators["mysql"],
            storage_class=stated.storage_class,
            hosts=stated.members,
            expose=INTERNAL[stated.place.kind],
            peers=tuple(cidr for site in others for cidr in site.ranges),
            bucket=self._bucket(sealed=True),
            log_bucket=self.buckets and self._bucket(sealed=False, folder=self.buckets.logs),
            clients=at.clients(),
            survives_zone=self.shop.sites[name].role != "standby" or len(at.cluster.zones) >= COPIES,
        )

    def _bucket(self, *, sealed: bool, folder: str = "") -> BackupBucket | None:
        """The vault's bucket for what is written once, or for what is replaced."""
        buckets = self.buckets
        if buckets is None:
            return None
        name = buckets.sealed if sealed else buckets.kept
        return BackupBucket(
            site=buckets.site,
            bucket=pulumi.Output.concat(name, "/", folder) if folder else name,
            region=buckets.region,
            endpoint=buckets.endpoint,
            access_key=buckets.access_key,
            secret_key=buckets.secret_key,
            locked=sealed or bool(folder),
        )

    def _redis(self, stated: spec.Redis) -> Mapping[str, KubernetesSettings]:
        """A store of sessions and carts at each site: a customer whose site is lost starts a new session."""
        shards = max(stated.shards, LEAST_SHARDS)
        memory = ceil(stated.memory * 1024 * stated.shards / shards / FOR_KEYS)
        caches = {
            site: Redis(
                f"{self.shop.prefix}-{site}-redis",
                RedisArgs(
                    cluster=at.cluster,
                    namespace=at.data_namespace,
                    operator=at.operators["redis"],
                    image=REDIS[stated.version],
                    shards=shards,
                    memory=memory,
                    storage=ceil(memory * 2 / 1024),
                    storage_class=self.stated[site].storage_class,
                    password=self.secrets["redisPassword"],
                    priority=DATA,
                    clients=at.clients(),
                ),
                opts=self.opts,
            )
            for site, at in self.sites.items()
        }
        return {
            site: KubernetesSettings(
                reaches={"redis": self.sites[site].of_data(cache.peer)},
                plain={"REDIS_HOST": cache.host},
                secret={"REDIS_PASSWORD": self.secrets["redisPassword"]},
            )
            for site, cache in caches.items()
        }

    def _queues(self) -> Mapping[str, KubernetesSettings]:
        """The queues of each site: what waits at a site that is lost waits for it."""
        password = self.secrets["queuePassword"]
        made = {
            site: RabbitMq(
                f"{self.shop.prefix}-{site}-queues",
                RabbitMqArgs(
                    cluster=at.cluster,
                    namespace=at.data_namespace,
                    operator=at.operators["rabbitmq"],
                    queues={
                        what: WorkQueue(**workload.queue(stated, least=60)) for what, stated in self.shop.queues.items()
                    },
                    storage_class=self.stated[site].storage_class,
                    password=password,
                    priority=DATA,
                    clients=at.clients(),
                ),
                opts=self.opts,
            )
            for site, at in self.sites.items()
        }
        names = {f"{workload.variable(what)}_QUEUE": what for what in self.shop.queues}
        return {
            site: KubernetesSettings(
                reaches={"queues": self.sites[site].of_data(one.peer)},
                plain={"RABBITMQ_HOST": one.host, "RABBITMQ_USER": one.username, **names},
                secret={"RABBITMQ_PASSWORD": password},
            )
            for site, one in made.items()
        }

    def _search(self, stated: spec.Search) -> Mapping[str, KubernetesSettings]:
        """The index of each site: what it holds is made again from the database."""
        password = self.secrets["searchPassword"]
        made = {
            site: Search(
                f"{self.shop.prefix}-{site}-search",
                SearchArgs(
                    cluster=at.cluster,
                    namespace=at.data_namespace,
                    operator=at.operators["opensearch"],
                    version=OPENSEARCH.get(stated.version, stated.version),
                    cpu=stated.cpu,
                    memory=round(stated.memory * 1024),
                    storage=stated.storage,
                    storage_class=self.stated[site].storage_class,
                    administrator_password=self.secrets["searchAdministratorPassword"],
                    password=password,
                    priority=DATA,
                    clients=at.clients(),
                ),
                opts=self.opts,
            )
            for site, at in self.sites.items()
        }
        return {
            site: KubernetesSettings(
                reaches={"search": self.sites[site].of_data(one.peer)},
                plain={
                    "SEARCH_URL": pulumi.Output.concat("https://", one.host, f":{one.port}"),
                    "SEARCH_USER": one.username,
                },
                secret={"SEARCH_PASSWORD": password},
            )
            for site, one in made.items()
        }

    def _keys(self, site: str, shared: Mapping[str, _Shared]) -> dict[str, Str]:
        """A storage class encrypts its volumes by a key of the cloud's; copies of files are encrypted here."""
        volumes, copies = self.stated[site].storage_class, [one.key for one in shared.values() if one.key is not None]
        return {**({"data": volumes} if volumes else {}), **({"backups": copies[0]} if copies else {})}

    def _shared(self) -> Mapping[str, Mapping[str, _Shared]]:
        """Files and media at each site, over its zones, with copies in the vault.

        No site follows another here: who moves to a standby restores the newest copy there.
        """
        stated = {"media": self.shop.media, "files": self.shop.files}
        sizes = {what: ceil(one.size) for what, one in stated.items() if one}
        return {site: self._volumes(site, at, sizes) for site, at in self.sites.items()}

    def _volumes(self, site: str, at: KubernetesSiteDeployment, sizes: Mapping[str, int]) -> dict[str, _Shared]:
        """The claims of one site's shared files: a file system for each kind, in one storage."""
        name, disks = f"{self.shop.prefix}-{site}", len(at.cluster.zones)
        ceph = Ceph(
            f"{name}-{next(iter(sizes))}-ceph",
            CephArgs(
                cluster=at.cluster,
                namespace=at.operators["ceph"].namespace,
                operator=at.operators["ceph"],
                disks=disks,
                disk=max(10, ceil(sum(sizes.values()) * ROOM * COPIES / disks)),
                storage_class=self.stated[site].storage_class or "",  # a shop with files or media states it
                portable=self.stated[site].place.kind != "on-premises",  # those of a machine room are taken to stay
            ),
            opts=self.opts,
        )
        return {what: self._files(f"{name}-{what}", at, ceph, what, size) for what, size in sizes.items()}

    def _files(self, name: str, at: KubernetesSiteDeployment, ceph: Ceph, what: str, size: int) -> _Shared:
        files = SharedFiles(
            name,
            SharedFilesArgs(
                cluster=at.cluster,
                namespace=at.namespace,
                ceph_namespace=ceph.namespace,
                volumes={what: size},
            ),
            opts=self.opts,
        )
        key: Str | None = None
        if bucket := self._bucket(sealed=False):
            key = FileBackups(
                f"{name}-copies",
                FileBackupsArgs(
                    cluster=at.cluster,
                    namespace=at.namespace,
                    claims=files.claims,
                    bucket=bucket,
                    password=self.secrets["backupPassword"],
                    test_schedule=TESTS[self.shop.backups.restore_test][1],
                    scratch=size,
                ),
                opts=self.opts,
            ).secret
        return _Shared(files.claims[what], key)

    def _mail(self, stated: spec.Sending) -> Mapping[str, KubernetesSettings]:
        told = KubernetesSettings(plain=mail.plain(stated))
        if relay := stated.relay:
            told |= KubernetesSettings(
                secret={mail.PASSWORD: self.secrets[relay.secret]},
                reaches={"mail": Peer(cidrs=("0.0.0.0/0",), ports=(relay.port,))},
            )
        return dict.fromkeys(self.sites, told)

    def _secret_settings(self) -> KubernetesSettings:
        """What is kept among secrets: the stack's configuration holds it, and every site is told it."""
        return KubernetesSettings(
            secret={workload.variable(data): self.secrets[name] for name, data in kept(self.shop).items()}
        )


def _of_shared(shared: Mapping[str, Mapping[str, _Shared]]) -> Mapping[str, KubernetesSettings]:
    return {
        site: KubernetesSettings(
            plain={f"{what.upper()}_PATH": PATHS[what] for what in mounted},
            claims={PATHS[what]: one.claim for what, one in mounted.items()},
        )
        for site, mounted in shared.items()
    }
