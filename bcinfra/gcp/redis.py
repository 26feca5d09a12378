"""Redis on Memorystore, in cluster mode: sessions and carts that outlive a node, a zone and a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_gcp.redis import Cluster
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, refuse
from bcinfra.gcp.datasite import DAY_NAMES, DataSite, check_sites, start, start_hour
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.names import physical

PORT: Final = 6379

FAILOVER_FIELDS: Final = ("cross_cluster_replication_config",)
"""What a switchover or a detachment outside Pulumi changes."""

SETTINGS: Final[Mapping[str, str]] = {"maxmemory-policy": "volatile-lru"}
"""When memory is full, the session that was idle longest gives way, and nothing that was stored without an expiry.
With ``noeviction`` no customer could begin a session or fill a cart until somebody made room; with ``allkeys-*`` locks
and counters would go too (Memorystore for Redis Cluster, supported instance configurations). It is Google's default, as
it is that of ElastiCache: stated, so that it is seen when it changes."""

NodeType = Literal[
    "REDIS_SHARED_CORE_NANO",
    "REDIS_STANDARD_SMALL",
    "REDIS_HIGHCPU_MEDIUM",
    "REDIS_STANDARD_LARGE",
    "REDIS_HIGHMEM_MEDIUM",
    "REDIS_HIGHMEM_XLARGE",
    "REDIS_HIGHMEM_2XLARGE",
]
"""Node types of Memorystore for Redis Cluster."""


class RedisSite(DataSite):
    """One copy of the data."""

    replicas: int = Field(default=1, ge=1, le=5)
    """Replicas of every shard here, each in another zone than the shard's primary."""


class RedisArgs(Args):
    """Arguments of :class:`Redis`."""

    sites: Mapping[str, RedisSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site that accepts writes. After a failover: the promoted one."""
    node_type: NodeType = "REDIS_STANDARD_SMALL"
    """The node type, the same at every site."""
    shards: int = Field(default=3, ge=1, le=250)
    """Shards over which keys are spread, the same at every site."""
    iam: bool = True
    """Whether clients show an IAM access token as their password (role ``redis.dbConnectionUser``), which they must
    renew every hour. Without it whoever is in the network and trusts the certificate gets in: Memorystore for Redis
    Cluster knows no other password."""
    backup_days: int = Field(default=7, ge=1, le=365)
    """Days for which daily backups are kept."""
    parameters: Mapping[str, str] = {}
    """Further engine parameters; they win over :data:`SETTINGS`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_sites(self.sites, self.primary)
        if len(self.sites) > 1 and self.node_type == "REDIS_SHARED_CORE_NANO":
            yield f"node_type: {self.node_type} does not replicate to another region; use REDIS_STANDARD_SMALL"


class Redis(Component):
    """Redis with a replica in another zone for every shard, failing over by itself, and a copy at every other site.

    Writes are on disk within a second (AOF). Secondary sites follow the primary's cluster asynchronously and can be
    read from.

    After a failover to another site (``gcloud redis clusters switchover``; where the primary is lost ``detach``, which
    :class:`~bcinfra.gcp.failover.Failover` does) set ``primary`` to it. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored. A cluster that was detached is built anew to follow again: delete it and its
    row in the state, and run ``pulumi up``.
    """

    package = "gcp"

    address: pulumi.Output[str]
    """Discovery address of the primary's cluster."""
    addresses: Mapping[str, pulumi.Output[str]]
    """Discovery address of each site's cluster."""
    identifiers: Mapping[str, str]
    """Physical name of each site's cluster: what a failover is called with."""
    port: int
    """The port that every node listens on, with TLS."""

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        self.identifiers = {site: physical("redis", f"{name}-{site}") for site in args.sites}
        primary = self._cluster(args.primary, None)
        clusters = {args.primary: primary}
        for site in sorted(args.sites.keys() - {args.primary}):
            clusters[site] = self._cluster(
                site, {"cluster_role": "SECONDARY", "primary_cluster": {"cluster": primary.id}}
            )
        self.addresses = {
            site: clusters[site].discovery_endpoints.apply(lambda found: str(found[0].address)) for site in args.sites
        }
        self.address = self.addresses[args.primary]
        self.register_outputs(
            {
                "address": self.address,
                "addresses": self.addresses,
                "identifiers": self.identifiers,
                "port": self.port,
            }
        )

    def _cluster(self, site: str, replication: Mapping[str, Any] | None) -> Cluster:
        args, at, identifier = self._args, self._args.sites[site], self.identifiers[site]
        region, (day, hour) = at.region, start(at.maintenance_window)
        return Cluster(
            f"{self._name}-{site}",
            name=identifier,
            project=region.project,
            region=region.name,
            node_type=args.node_type,
            shard_count=args.shards,
            replica_count=at.replicas,
            zone_distribution_config={"mode": "MULTI_ZONE"},
            psc_configs=[{"network": at.network_id}],
            authorization_mode="AUTH_MODE_IAM_AUTH" if args.iam else "AUTH_MODE_DISABLED",
            transit_encryption_mode="TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
            kms_key=at.key_name,
            persistence_config={"mode": "AOF", "aof_config": {"append_fsync": "EVERYSEC"}},
            automated_backup_config={
                "retention": f"{args.backup_days * DAY_SECONDS}s",
                "fixed_frequency_schedule": {"start_time": {"hours": start_hour(at.backup_window)}},
            },
            maintenance_policy={"weekly_maintenance_windows": [{"day": DAY_NAMES[day], "start_time": {"hours": hour}}]},
            redis_configs=dict(sorted({**SETTINGS, **args.parameters}.items())),
            cross_cluster_replication_config=replication,  # pyright: ignore[reportArgumentType]
            deletion_protection_enabled=region.protected,
            labels=region.labelled(identifier),
            opts=region.child(
                self,
                protect=region.protected,
                ignore_changes=list(FAILOVER_FIELDS) if len(args.sites) > 1 else [],
                custom_timeouts=pulumi.CustomTimeouts(create="2h", update="2h"),
            ),
        )
