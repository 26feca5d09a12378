"""Aurora MySQL as a global database: a cluster at every site, one of which accepts writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

import pulumi
from pulumi_aws.rds import Cluster, ClusterInstance, ClusterParameterGroup, EngineType, GlobalCluster, SubnetGroup
from pydantic import Field, model_validator

from bcinfra.aws.database_proxy import ProxiedDatabase
from bcinfra.aws.datasite import (
    DataSite,
    LogDays,
    check_home,
    check_sites,
    client_security_group,
    log_group,
    monitoring_role,
)
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Reach
from bcinfra.aws.vault_pilot_light import RestoredDatabase
from bcinfra.aws.watch import WatchedDatabase
from bcinfra.component import Args, Component, Str, refuse

PORT: Final = 3306

FAILOVER_FIELDS: Final = (
    "database_name",
    "engine_version",
    "global_cluster_identifier",
    "master_password_wo",
    "master_password_wo_version",
    "master_username",
    "replication_source_identifier",
)
"""What a switchover, a failover or an upgrade of the global database changes in a cluster."""

DURABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "binlog_format": "ROW",
        "gtid-mode": "ON",
        "enforce_gtid_consistency": "ON",
        "innodb_flush_log_at_trx_commit": "1",
        "require_secure_transport": "ON",
        "slow_query_log": "1",
    }
)
"""A committed order is in storage in three zones, change streams and replicas elsewhere can follow it (global
transaction ids), and clients use TLS."""

FORWARDED: Final[Mapping[str, str]] = MappingProxyType({"aurora_replica_read_consistency": "SESSION"})
"""Who writes through a reader sees what was written: writes are forwarded only for sessions that have some consistency
(Aurora User Guide, write forwarding in an Aurora MySQL global database; read 2026-11)."""

AUDITED: Final[Mapping[str, str]] = MappingProxyType(
    {"server_audit_logging": "1", "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL"}
)
"""Who logs in, and who changes rights or tables; no queries, which would copy customers' data."""

LOGS: Final = ("audit", "error", "slowquery")
"""Logs sent to CloudWatch. The general log is not: it would copy customers' data."""


class AuroraSite(DataSite):
    """One cluster of the global database. Its fields belong to the place, whichever role it has."""

    instance_class: str | None = Field(default=None, pattern=r"^db\.(r|x)[a-z0-9-]+\.[a-z0-9]+$")
    """The instance class here, where it is not that of the other sites."""
    zones: frozenset[str] | None = None
    """Zones of ``subnet_ids`` that have an instance; all of them if not given. None at all (an empty set) keeps only
    the data here, and a failover starts with making an instance."""
    zone_names: Mapping[str, Str] = {}
    """This account's names of the zones, such as ``eu-west-1a``, by zone. Aurora spreads instances itself if empty."""


class AuroraMySqlArgs(Args):
    """Arguments of :class:`AuroraMySql`."""

    sites: Mapping[str, AuroraSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site whose cluster accepts writes. After a failover: the promoted one."""
    home: str | None = None
    """The site through whose region the global database is declared. It stays when the primary changes."""
    version: str = Field(pattern=r"^\d+\.\d+\.mysql_aurora\.\d+\.\d+\.\d+$", examples=["8.0.mysql_aurora.3.10.1"])
    """Engine version. The global database upgrades its members in the right order."""
    instance_class: str = Field(pattern=r"^db\.(r|x)[a-z0-9-]+\.[a-z0-9]+$", examples=["db.r7g.large"])
    """The instance class. A global database takes no burstable ones."""
    database: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    """The database made at creation."""
    username: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,15}$")
    """The administrator's name."""
    password: Str
    """The administrator's password. It is written, never kept in the state."""
    password_version: int = Field(default=1, ge=1)
    """1 leaves the password as the cluster was created with. A raise sets ``password`` anew on the primary."""
    write_forwarding: bool = True
    """Whether a secondary passes writes on to the primary, so that a program there need not know which it is. RDS
    takes the setting at the primary too, for the day that it is demoted. It takes writes at the endpoint of the readers
    (``reader_endpoints``), in its own region too, so that a site which was promoted goes on with the same host."""
    backup_days: int = Field(default=14, ge=1, le=35)
    """Days for which every site can be restored to any second."""
    parameters: Mapping[str, str] = {}
    """Further cluster parameters; they win over :data:`DURABLE`."""
    ca_certificate: str = "rds-ca-rsa2048-g1"
    """The authority that signs the servers' certificates."""
    log_days: LogDays = 365
    """Days for which the error and slow-query logs are kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_sites(self.sites, self.primary)
        yield from check_home(self.sites, self.home)
        for name, site in self.sites.items():
            for zone in sorted((site.zones or frozenset()) - site.subnet_ids.keys()):
                yield f"sites.{name}.zones: {zone!r} has no subnet; there are {', '.join(site.subnet_ids)}"
        if self.primary in self.sites and self.sites[self.primary].zones == frozenset():
            yield f"sites.{self.primary}.zones: the primary needs at least one instance"


class AuroraMySql(Component):
    """Aurora MySQL that survives the loss of a zone by itself and of a region by a failover of the global database.

    Every site has its own key, network, parameters and backups. Secondaries have no credentials: they are replicas of
    the primary's storage. ``endpoint`` follows the writer through a switchover or failover.

    A version is raised in ``version`` alone, and reaches the clusters through the global database.

    After a failover set ``primary`` to the site that took over. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored.
    """

    package = "aws"

    endpoint: pulumi.Output[str]
    """Host name of the writer, wherever it is."""
    endpoints: Mapping[str, pulumi.Output[str]]
    """Host name of each cluster's own writer: answers only where the primary is."""
    reader_endpoints: Mapping[str, pulumi.Output[str]]
    """Host name of each cluster's readers, which pass writes on to the writer wherever it is."""
    global_identifier: str
    """Physical identifier of the global database: what a failover is called with."""
    identifiers: Mapping[str, str]
    """Physical identifier of each site's cluster."""
    arns: Mapping[str, pulumi.Output[str]]
    """ARN of each site's cluster: what a failover is called with."""
    security_group_ids: Mapping[str, pulumi.Output[str]]
    """The security group that guards each cluster."""
    port: int
    """The port that every instance listens on."""

    def __init__(self, name: str, args: AuroraMySqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        self.global_identifier = physical("rds", name)
        self.identifiers = {site: physical("rds", f"{name}-{site}") for site in args.sites}
        home = args.sites[args.home or args.primary].region
        everywhere = GlobalCluster(
            f"{name}-global",
            global_cluster_identifier=self.global_identifier,
            engine="aurora-mysql",
            engine_version=args.version,
            storage_encrypted=True,
            deletion_protection=home.protected,
            tags=home.tagged(self.global_identifier),
            opts=home.child(self, protect=home.protected),
        )
        groups = {
            site: client_security_group(self, f"{name}-{site}-clients", at, PORT) for site, at in args.sites.items()
        }
        primary, writers = self._cluster(args.primary, everywhere, groups[args.primary].id, after=[])
        self._clusters = clusters = {
            site: primary
            if site == args.primary
            # A secondary joins a global database whose primary is in service.
            else self._cluster(site, everywhere, groups[site].id, after=writers)[0]
            for site in args.sites
        }
        self.endpoint = everywhere.endpoint
        self.endpoints = {site: cluster.endpoint for site, cluster in clusters.items()}
        self.reader_endpoints = {site: cluster.reader_endpoint for site, cluster in clusters.items()}
        self.arns = {site: cluster.arn for site, cluster in clusters.items()}
        self.security_group_ids = {site: group.id for site, group in groups.items()}
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "endpoints": self.endpoints,
                "readerEndpoints": self.reader_endpoints,
                "globalIdentifier": self.global_identifier,
                "identifiers": self.identifiers,
                "arns": self.arns,
                "securityGroupIds": self.security_group_ids,
                "port": self.port,
            }
        )

    def watched(self, site: str) -> WatchedDatabase:
        """The instances of a site, for :class:`bcinfra.aws.Watch`."""
        zones = sorted(_zones(self._args.sites[site]))
        instances = tuple(physical("rds", f"{self._name}-{site}-{zone}") for zone in zones)
        return WatchedDatabase(instances=instances, local=True)

    @property
    def restored(self) -> RestoredDatabase:
        """What a restore needs to know, for :class:`bcinfra.aws.VaultPilotLight`."""
        args = self._args
        return RestoredDatabase(
            engine="aurora",
            family=_family(args.version),
            parameters=self._settings,
            identifiers=self.identifiers,
            instance_class=args.instance_class,
            username=args.username,
        )

    def spread(self, site: str) -> bool:
        """Whether it can fail over to another zone of a site."""
        return len(_zones(self._args.sites[site])) > 1

    def proxied(self, site: str) -> ProxiedDatabase:
        """The cluster of a site, for :class:`bcinfra.aws.DatabaseProxy`."""
        return ProxiedDatabase(
            cluster=self._clusters[site].cluster_identifier,
            reach=Reach(security_group_id=self.security_group_ids[site], port=PORT),
            forwards_writes=self._args.write_forwarding,
        )

    def _cluster(
        self, site: str, everywhere: GlobalCluster, group_id: pulumi.Output[str], after: list[ClusterInstance]
    ) -> tuple[Cluster, list[ClusterInstance]]:
        """The cluster of one site and its instances."""
        args, name, at = self._args, f"{self._name}-{site}", self._args.sites[site]
        region, identifier = at.region, self.identifiers[site]
        subnets = SubnetGroup(
            name,
            description=f"{self._name} at {site}",
            subnet_ids=list(at.subnet_ids.values()),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        credentials: dict[str, Any] = {
            "database_name": args.database,
            "master_username": args.username,
            "master_password_wo": pulumi.Output.secret(args.password),
            "master_password_wo_version": args.password_version,
        }
        primary = site == args.primary
        new_password = primary and args.password_version > 1
        cluster = Cluster(
            name,
            cluster_identifier=identifier,
            global_cluster_identifier=everywhere.id,
            enable_global_write_forwarding=args.write_forwarding,
            enable_local_write_forwarding=args.write_forwarding,
            engine="aurora-mysql",
            engine_version=args.version,
            storage_encrypted=True,
            kms_key_id=at.key_arn,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=self._parameters(site).name,
            vpc_security_group_ids=[group_id],
            port=PORT,
            backup_retention_period=args.backup_days,
            preferred_backup_window=at.backup_window,
            preferred_maintenance_window=at.maintenance_window,
            copy_tags_to_snapshot=True,
            deletion_protection=region.protected,
            # Restorable for `backup_days` more, whichever role the cluster has when it goes.
            delete_automated_backups=not region.protected,
            skip_final_snapshot=not region.protected,
            final_snapshot_identifier=f"{identifier}-final" if region.protected else None,
            enabled_cloudwatch_logs_exports=list(LOGS),
            **(credentials if primary else {}),
            tags=region.tagged(identifier),
            opts=region.child(
                self,
                protect=region.protected,
                depends_on=[
                    *after,
                    *(
                        log_group(self, f"{name}-{log}", f"/aws/rds/cluster/{identifier}/{log}", at, args.log_days)
                        for log in LOGS
                    ),
                ],
                ignore_changes=[
                    field for field in FAILOVER_FIELDS if not (new_password and field.startswith("master_password"))
                ],
            ),
        )
        monitoring = monitoring_role(self, f"{name}-monitoring", region)
        instances = [
            ClusterInstance(
                f"{name}-{zone}",
                identifier=physical("rds", f"{name}-{zone}"),
                cluster_identifier=cluster.id,
                engine=EngineType.AURORA_MYSQL,
                instance_class=at.instance_class or args.instance_class,
                availability_zone=at.zone_names.get(zone),
                promotion_tier=0,  # any of them may become the writer
                db_subnet_group_name=subnets.name,
                publicly_accessible=False,
                auto_minor_version_upgrade=False,
                ca_cert_identifier=args.ca_certificate,
                preferred_maintenance_window=at.maintenance_window,
                copy_tags_to_snapshot=True,
                monitoring_interval=60,
                monitoring_role_arn=monitoring.arn,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=at.key_arn,
                tags=region.tagged(f"{name}-{zone}"),
                opts=region.child(self),
            )
            for zone in sorted(_zones(at))
        ]
        return cluster, instances

    @property
    def _settings(self) -> dict[str, str]:
        forwarded = dict(FORWARDED) if self._args.write_forwarding else dict[str, str]()
        return {**DURABLE, **AUDITED, **forwarded, **self._args.parameters}

    def _parameters(self, site: str) -> ClusterParameterGroup:
        # The name holds the family and Pulumi adds a suffix: a major upgrade makes the new group before the old goes.
        region = self._args.sites[site].region
        family = _family(self._args.version)
        name = f"{self._name}-{site}-{family}"
        return ClusterParameterGroup(
            name,
            family=family,
            description=f"Durable commits and TLS for {self._name} at {site}",
            parameters=[
                {"name": key, "value": value, "apply_method": "pending-reboot"}
                for key, value in sorted(self._settings.items())
            ],
            tags=region.tagged(name),
            opts=region.child(self),
        )


def _family(version: str) -> str:
    return "aurora-mysql" + ".".join(version.split(".")[:2])


def _zones(at: AuroraSite) -> Collection[str]:
    """The zones that have an instance."""
    return at.subnet_ids.keys() if at.zones is None else at.zones
