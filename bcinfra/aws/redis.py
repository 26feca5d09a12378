"""Redis (or Valkey) on ElastiCache, in cluster mode: sessions and carts that outlive a node, a zone and a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, Self

import pulumi
from pulumi_aws.elasticache import GlobalReplicationGroup, ParameterGroup, ReplicationGroup, SubnetGroup
from pydantic import Field, model_validator

from bcinfra.aws.datasite import (
    DataSite,
    LogDays,
    check_home,
    check_sites,
    client_security_group,
    log_group,
    release,
)
from bcinfra.aws.names import physical
from bcinfra.component import Args, Component, Str, refuse

PORT: Final = 6379

LAST_REDIS: Final = (7, 1)
"""The last version of Redis that ElastiCache has; later ones are Valkey's (ElastiCache User Guide, supported engines
and versions)."""
FIRST_VALKEY: Final = (7, 2)
"""The first of Valkey."""

FAILOVER_FIELDS: Final = (
    "at_rest_encryption_enabled",
    "auth_token_update_strategy",
    "auth_token_wo",
    "auth_token_wo_version",
    "engine",
    "engine_version",
    "global_replication_group_id",
    "node_type",
    "num_node_groups",
    "parameter_group_name",
    "transit_encryption_enabled",
    "transit_encryption_mode",
)
"""What belongs to the primary's group alone, or to the global datastore, hence what a failover moves."""

FAILOVER_FIELDS_GLOBAL: Final = ("primary_replication_group_id",)
"""What a failover changes in the global datastore."""

LOGS: Final = ("slow-log", "engine-log")


def engine_of(version: str) -> Literal["redis", "valkey"]:
    """Whose version it is: the two share the numbers that went before."""
    return "redis" if release(version) <= LAST_REDIS else "valkey"


class RedisSite(DataSite):
    """One copy of the data. A secondary takes node type, engine and shards from the global datastore."""

    replicas: int = Field(default=1, ge=1, le=5)
    """Replicas of every shard here, each in another zone than the shard's primary."""


class RedisArgs(Args):
    """Arguments of :class:`Redis`."""

    sites: Mapping[str, RedisSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site that accepts writes. After a failover: the promoted one."""
    home: str | None = None
    """The site through whose region the global datastore is declared. It stays when the primary changes."""
    engine: Literal["redis", "valkey"] = "valkey"
    """The engine. Valkey is the open-source continuation of Redis and speaks the same protocol."""
    version: str = Field(pattern=r"^\d+\.\d+$", examples=["8.1"])
    """Engine version, major and minor."""
    node_type: str = Field(pattern=r"^cache\.[a-z0-9-]+\.[a-z0-9]+$", examples=["cache.r7g.large"])
    """The node type."""
    shards: int = Field(default=1, ge=1, le=500)
    """Shards (node groups) over which keys are spread."""
    password: Str
    """The token that clients authenticate with (AUTH), 16 to 128 characters. It is written, never kept in the state."""
    password_version: int = Field(default=1, ge=1)
    """1 leaves the token as the group was created with. A raise rotates it on the primary: the old one stays valid
    until the next rotation."""
    backup_days: int = Field(default=7, ge=1, le=35)
    """Days for which daily snapshots are kept."""
    parameters: Mapping[str, str] = {}
    """Further engine parameters."""
    log_days: LogDays = 365
    """Days for which the slow and engine logs are kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_sites(self.sites, self.primary, shortest_window=60)
        yield from check_home(self.sites, self.home)
        if len(self.sites) > 1 and self.node_type.startswith("cache.t"):
            yield f"node_type: {self.node_type} is burstable, which a global datastore does not take; use m or r nodes"
        if self.engine != engine_of(self.version):
            last, first = (".".join(map(str, one)) for one in (LAST_REDIS, FIRST_VALKEY))
            yield (
                f"version: {self.version} is no version of {self.engine} at ElastiCache; Redis ends at {last}, Valkey"
                f" begins at {first}: state one of them, or engine={engine_of(self.version)!r}"
            )


class Redis(Component):
    """Redis with a replica in another zone for every shard, failing over by itself, and a copy at every other site.

    With several sites a global datastore carries the data over; it, not the groups, then holds node type, version and
    number of shards.

    After a failover to another site set ``primary`` to it. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored.
    """

    package = "aws"

    endpoint: pulumi.Output[str]
    """Configuration endpoint of the primary's group."""
    endpoints: Mapping[str, pulumi.Output[str]]
    """Configuration endpoint of each site's group."""
    identifiers: Mapping[str, str]
    """Physical identifier of each site's group: what a failover is called with."""
    nodes: Mapping[str, tuple[tuple[str, ...], ...]]
    """Identifiers of each site's nodes in CloudWatch metrics, shard by shard."""
    global_identifier: pulumi.Output[str] | None
    """Identifier of the global datastore; ``None`` with one site."""
    arns: Mapping[str, pulumi.Output[str]]
    """ARN of each site's group."""
    security_group_ids: dict[str, pulumi.Output[str]]
    """The security group that guards each group."""
    port: int
    """The port that every node listens on, with TLS."""

    def __init__(self, name: str, args: RedisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        self.identifiers = {site: physical("elasticache", f"{name}-{site}") for site in args.sites}
        self.nodes = {site: self._nodes(site) for site in args.sites}
        self.security_group_ids = {}
        common = {site: self._common(site) for site in args.sites}
        parameters = {site: self._parameters(site) for site in args.sites}
        primary = self._group(args.primary, common[args.primary], self._data(parameters[args.primary]))
        groups = {args.primary: primary}
        self.global_identifier = None
        if len(args.sites) > 1:
            everywhere = self._everywhere(primary)
            self.global_identifier = everywhere.global_replication_group_id
            joined = {"global_replication_group_id": self.global_identifier}
            groups |= {
                site: self._group(site, inputs, joined) for site, inputs in common.items() if site != args.primary
            }
        self.endpoint = primary.configuration_endpoint_address
        self.endpoints = {site: groups[site].configuration_endpoint_address for site in args.sites}
        self.arns = {site: groups[site].arn for site in args.sites}
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "endpoints": self.endpoints,
                "identifiers": self.identifiers,
                "nodes": self.nodes,
                "globalIdentifier": self.global_identifier,
                "arns": self.arns,
                "securityGroupIds": self.security_group_ids,
                "port": self.port,
            }
        )

    def _nodes(self, site: str) -> tuple[tuple[str, ...], ...]:
        """As ElastiCache names them: group, shard, node (ElastiCache User Guide, Redis OSS node naming)."""
        each = range(1, self._args.sites[site].replicas + 2)
        return tuple(
            tuple(f"{self.identifiers[site]}-{shard:04}-{node:03}" for node in each)
            for shard in range(1, self._args.shards + 1)
        )

    def _common(self, site: str) -> dict[str, Any]:
        """Inputs of the group of one site that do not depend on its role."""
        args, name, at = self._args, f"{self._name}-{site}", self._args.sites[site]
        region, identifier = at.region, self.identifiers[site]
        subnets = SubnetGroup(
            name,
            description=f"{self._name} at {site}",
            subnet_ids=list(at.subnet_ids.values()),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        clients = client_security_group(self, f"{name}-clients", at, PORT)
        self.security_group_ids[site] = clients.id
        logs = {
            log: log_group(self, f"{name}-{log}", f"/aws/elasticache/{identifier}/{log}", at, args.log_days)
            for log in LOGS
        }
        return {
            "replication_group_id": identifier,
            "description": f"{self._name} at {site}",
            "replicas_per_node_group": at.replicas,
            "automatic_failover_enabled": True,
            "multi_az_enabled": True,
            "auto_minor_version_upgrade": False,
            "kms_key_id": at.key_arn,
            "port": PORT,
            "subnet_group_name": subnets.name,
            "security_group_ids": [clients.id],
            "maintenance_window": at.maintenance_window,
            "snapshot_window": at.backup_window,
            "snapshot_retention_limit": args.backup_days,
            "final_snapshot_identifier": f"{identifier}-final" if region.protected else None,
            "log_delivery_configurations": [
                {
                    "destination": group.name,
                    "destination_type": "cloudwatch-logs",
                    "log_format": "json",
                    "log_type": log,
                }
                for log, group in logs.items()
            ],
            "tags": region.tagged(identifier),
        }

    def _parameters(self, site: str) -> ParameterGroup:
        """The parameters of one site: in use where the primary is. The global datastore copies them to the others."""
        args, region = self._args, self._args.sites[site].region
        family = args.engine + args.version.split(".")[0]
        name = f"{self._name}-{site}-{family}"
        return ParameterGroup(
            name,
            family=family,
            description=f"Cluster mode for {self._name} at {site}",
            parameters=[
                {"name": key, "value": value}
                for key, value in sorted({**args.parameters, "cluster-enabled": "yes"}.items())
            ],
            tags=region.tagged(name),
            opts=region.child(self),
        )

    def _data(self, parameters: ParameterGroup) -> dict[str, Any]:
        """What only the primary's group says; a secondary takes it over, and refuses to be told."""
        args = self._args
        return {
            "engine": args.engine,
            "engine_version": args.version,
            "node_type": args.node_type,
            "num_node_groups": args.shards,
            "parameter_group_name": parameters.name,
            "at_rest_encryption_enabled": True,
            "transit_encryption_enabled": True,
            "auth_token_wo": pulumi.Output.secret(args.password),
            "auth_token_wo_version": args.password_version,
            "auth_token_update_strategy": "ROTATE",
        }

    def _group(self, site: str, common: dict[str, Any], role: Mapping[str, Any]) -> ReplicationGroup:
        args, region = self._args, self._args.sites[site].region
        new_password = site == args.primary and args.password_version > 1
        ignored = [field for field in FAILOVER_FIELDS if not (new_password and field.startswith("auth_token"))]
        return ReplicationGroup(
            f"{self._name}-{site}",
            **common,
            **role,
            # One site cannot fail over to another: its group holds node type, version and shards itself.
            opts=region.child(self, protect=region.protected, ignore_changes=ignored if len(args.sites) > 1 else []),
        )

    def _everywhere(self, primary: ReplicationGroup) -> GlobalReplicationGroup:
        args = self._args
        home = args.sites[args.home or args.primary].region
        return GlobalReplicationGroup(
            f"{self._name}-global",
            global_replication_group_id_suffix=physical("elasticache", self._name),
            global_replication_group_description=f"{self._name} at {', '.join(sorted(args.sites))}",
            primary_replication_group_id=primary.id,
            automatic_failover_enabled=True,
            cache_node_type=args.node_type,
            engine=args.engine,
            engine_version=args.version,
            num_node_groups=args.shards,
            opts=home.child(self, protect=home.protected, ignore_changes=list(FAILOVER_FIELDS_GLOBAL)),
        )
