"""MySQL on RDS: a Multi-AZ primary at one site, a replica of it at every other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.iam import Role
from pulumi_aws.rds import Instance, InstanceAutomatedBackupsReplication, ParameterGroup, SubnetGroup
from pydantic import Field, model_validator

from bcinfra.aws.database_proxy import ProxiedDatabase
from bcinfra.aws.datasite import (
    DataSite,
    LogDays,
    check_sites,
    client_security_group,
    log_group,
    monitoring_role,
    release,
)
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Reach
from bcinfra.aws.vault_pilot_light import RestoredDatabase
from bcinfra.aws.watch import WatchedDatabase
from bcinfra.component import Args, Component, Str, refuse, unknown_site

PORT: Final = 3306

LARGEST: Final = 65536
"""Largest storage, GiB (RDS User Guide, gp3 for MySQL)."""
LEAST_GROWTH: Final = 1.1
"""Storage can grow by itself when its limit is a tenth above it (RDS User Guide, storage autoscaling)."""

FAILOVER_FIELDS: Final = (
    "replicate_source_db",
    "db_name",
    "username",
    "password_wo",
    "password_wo_version",
    "final_snapshot_identifier",
    "skip_final_snapshot",
)
"""What differs between a primary and a replica, hence what a promotion outside Pulumi changes."""

DURABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "binlog_format": "ROW",
        "innodb_flush_log_at_trx_commit": "1",
        "sync_binlog": "1",
        "gtid-mode": "ON",
        "enforce_gtid_consistency": "ON",
        "require_secure_transport": "1",
        "slow_query_log": "1",
        "log_output": "FILE",
    }
)
"""A committed order is on disk and in the binary log, a replica can follow a new primary, and clients use TLS."""

LOGS: Final = ("error", "slowquery")
"""Logs sent to CloudWatch. The general log is not: it would copy customers' data."""


class MySqlSite(DataSite):
    """One copy of the database. Its fields belong to the place, whichever role it has."""

    instance_class: str | None = Field(default=None, pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$")
    """The instance class here, where it is not that of the other sites (a pilot light)."""
    multi_az: bool = True
    """Whether a synchronous standby waits in a second zone."""
    readers: frozenset[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]] = frozenset()
    """Names of further read-only instances here, such as ``{"reports"}``. They replicate this site's instance."""


class MySqlArgs(Args):
    """Arguments of :class:`MySql`."""

    sites: Mapping[str, MySqlSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site that accepts writes. After a failover: the promoted one."""
    version: str = Field(pattern=r"^\d+\.\d+(\.\d+)?$", examples=["8.4.7"])
    """Engine version of the primary."""
    replica_version: str | None = Field(default=None, pattern=r"^\d+\.\d+(\.\d+)?$")
    """Engine version of every replica and reader, ``version`` if not given. An upgrade raises this first, then
    ``version``: a replica may be newer than its source, never older."""
    allow_major_upgrade: bool = False
    """Whether a change of version may be a major one."""
    instance_class: str = Field(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$", examples=["db.r7g.large"])
    """The RDS instance class."""
    storage: int = Field(ge=20, le=LARGEST)
    """Storage at creation, GiB."""
    storage_limit: int | None = Field(default=None, ge=22, le=LARGEST)
    """GiB to which storage may grow by itself. Four times ``storage`` if not given: a full disk is an outage."""
    database: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    """The database made at creation."""
    username: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")
    """The administrator's name."""
    password: Str
    """The administrator's password. It is written, never kept in the state."""
    password_version: int = Field(default=1, ge=1)
    """1 leaves the password as the instance was created with. A raise sets ``password`` anew on the primary."""
    backup_days: int = Field(default=14, ge=1, le=35)
    """Days for which every site can be restored to any second."""
    backups_to: Mapping[str, str] = {}
    """Sites whose automated backups are also kept at another site: source to destination."""
    parameters: Mapping[str, str] = {}
    """Further engine parameters; they win over :data:`DURABLE`."""
    ca_certificate: str = "rds-ca-rsa2048-g1"
    """The authority that signs the server's certificate."""
    log_days: LogDays = 365
    """Days for which the error and slow-query logs are kept."""

    @property
    def growth(self) -> int | None:
        """GiB to which storage may grow; ``None`` where RDS has too little left to grow into."""
        limit = self.storage_limit or min(4 * self.storage, LARGEST)
        return limit if limit >= self.storage * LEAST_GROWTH else None

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_sites(self.sites, self.primary)
        if self.replica_version and release(self.replica_version) < release(self.version):
            yield (
                f"replica_version: {self.replica_version} is older than the primary's {self.version};"
                " replicas are upgraded first, so it must be the same or newer"
            )
        if self.storage_limit is not None and self.storage_limit < self.storage * LEAST_GROWTH:
            yield f"storage_limit: {self.storage_limit} GiB is less than a tenth above storage, {self.storage} GiB"
        for source, destination in self.backups_to.items():
            for site in (source, destination):
                if site not in self.sites:
                    yield f"backups_to: {unknown_site(site, self.sites)}"
            if source in self.sites and destination in self.sites:
                here, there = self.sites[source].region.name, self.sites[destination].region.name
                if here == there:
                    yield f"backups_to.{source}: {destination!r} is in the same region, {here}"


class MySql(Component):
    """MySQL that survives the loss of a zone by itself and of a region by a promotion.

    Every site has its own key, network, parameters and backups, so a replica needs nothing of the region it replaces.

    After a failover (the replica at another site was promoted, by a runbook or a region switch): set ``primary`` to
    that site, and ``version`` to ``replica_version`` where they differ. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored. The old primary still runs as it was: to make it a replica, remove its
    deletion protection, delete it and its row in the state, and run ``pulumi up``. An instance keeps the final
    snapshot setting of the role it was created in; its automated backups outlive it in either role.

    A new administrator's password: raise ``password_version``. After a failover set it back to 1, or leave it and
    Pulumi sets the same password on the new primary.
    """

    package = "aws"

    endpoint: pulumi.Output[str]
    """Host name of the primary."""
    endpoints: Mapping[str, pulumi.Output[str]]
    """Host name of each site's instance."""
    reader_endpoints: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """Host names of the readers, by site and name."""
    identifiers: Mapping[str, str]
    """Physical identifier of each site's instance: what a promotion is called with."""
    arns: Mapping[str, pulumi.Output[str]]
    """ARN of each site's instance."""
    security_group_ids: Mapping[str, pulumi.Output[str]]
    """The security group that guards each site's instances."""
    port: int
    """The port that every instance listens on."""

    def __init__(self, name: str, args: MySqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        self.identifiers = {site: physical("rds", f"{name}-{site}") for site in args.sites}
        places = {site: self._place(site) for site in args.sites}
        primary = self._instance(args.primary, places[args.primary], source=None)
        self._instances = {
            site: primary if site == args.primary else self._instance(site, place, source=primary)
            for site, place in places.items()
        }
        self.reader_endpoints = {
            site: {reader: self._reader(site, place, reader).address for reader in sorted(args.sites[site].readers)}
            for site, place in places.items()
        }
        for source, destination in args.backups_to.items():
            there = args.sites[destination]
            InstanceAutomatedBackupsReplication(
                f"{name}-{source}-backups-{destination}",
                source_db_instance_arn=self._instances[source].arn,
                kms_key_id=there.key_arn,
                retention_period=args.backup_days,
                opts=there.region.child(self),
            )
        self.endpoint = primary.address
        self.endpoints = {site: instance.address for site, instance in self._instances.items()}
        self.arns = {site: instance.arn for site, instance in self._instances.items()}
        self.security_group_ids = {site: place.clients.id for site, place in places.items()}
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "endpoints": self.endpoints,
                "readerEndpoints": self.reader_endpoints,
                "identifiers": self.identifiers,
                "arns": self.arns,
                "securityGroupIds": self.security_group_ids,
                "port": self.port,
            }
        )

    def watched(self, site: str) -> WatchedDatabase:
        """The instances of a site, for :class:`bcinfra.aws.Watch`."""
        readers = (physical("rds", f"{self._name}-{site}-{one}") for one in sorted(self._args.sites[site].readers))
        return WatchedDatabase(instances=(self.identifiers[site], *readers), storage=self._args.storage)

    @property
    def restored(self) -> RestoredDatabase:
        """What a restore needs to know, for :class:`bcinfra.aws.VaultPilotLight`."""
        args = self._args
        return RestoredDatabase(
            engine="mysql",
            family=_family(args.version),
            parameters={**DURABLE, **args.parameters},
            identifiers=self.identifiers,
            instance_class=args.instance_class,
            username=args.username,
        )

    def spread(self, site: str) -> bool:
        """Whether it can fail over to another zone of a site."""
        return self._args.sites[site].multi_az

    def proxied(self, site: str) -> ProxiedDatabase:
        """The instance of a site, for :class:`bcinfra.aws.DatabaseProxy`. RDS takes in one that accepts writes: of
        another site it must be promoted before."""
        return ProxiedDatabase(
            instance=self._instances[site].identifier,
            reach=Reach(security_group_id=self.security_group_ids[site], port=PORT),
        )

    def _place(self, site: str) -> _Place:
        name, at = f"{self._name}-{site}", self._args.sites[site]
        region = at.region
        subnets = SubnetGroup(
            name,
            description=f"{self._name} at {site}",
            subnet_ids=list(at.subnet_ids.values()),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        versions = [self._engine(site), *([self._replica_engine] if at.readers else [])]
        return _Place(
            subnets=subnets,
            clients=client_security_group(self, f"{name}-clients", at, PORT),
            parameters={family: self._parameters(site, family) for family in sorted(set(map(_family, versions)))},
            monitoring=monitoring_role(self, f"{name}-monitoring", region),
        )

    def _parameters(self, site: str, family: str) -> ParameterGroup:
        # The name holds the family and Pulumi adds a suffix: a major upgrade makes the new group before the old goes.
        name, region = f"{self._name}-{site}-{family}", self._args.sites[site].region
        return ParameterGroup(
            name,
            family=family,
            description=f"Durable commits and TLS for {self._name} at {site}",
            parameters=[
                {"name": key, "value": value, "apply_method": "pending-reboot"}
                for key, value in sorted({**DURABLE, **self._args.parameters}.items())
            ],
            tags=region.tagged(name),
            opts=region.child(self),
        )

    @property
    def _replica_engine(self) -> str:
        return self._args.replica_version or self._args.version

    def _engine(self, site: str) -> str:
        return self._args.version if site == self._args.primary else self._replica_engine

    def _instance(self, site: str, place: _Place, source: Instance | None) -> Instance:
        """The instance of one site: the primary, or a replica of ``source`` in another region."""
        args, at, identifier = self._args, self._args.sites[site], self.identifiers[site]
        role: dict[str, Any] = (
            {
                "db_name": args.database,
                "username": args.username,
                "password_wo": pulumi.Output.secret(args.password),
                "password_wo_version": args.password_version,
                "skip_final_snapshot": not at.region.protected,
                "final_snapshot_identifier": f"{identifier}-final" if at.region.protected else None,
            }
            if source is None
            # RDS refuses credentials for a replica, and a final snapshot of one.
            else {"replicate_source_db": source.arn, "skip_final_snapshot": True}
        )
        new_password = source is None and args.password_version > 1
        return Instance(
            f"{self._name}-{site}",
            identifier=identifier,
            allocated_storage=args.storage,
            max_allocated_storage=args.growth,
            kms_key_id=at.key_arn,
            db_subnet_group_name=place.subnets.name,
            multi_az=at.multi_az,
            backup_retention_period=args.backup_days,
            backup_window=at.backup_window,
            # Restorable for `backup_days` more, whichever role the instance has when it goes.
            delete_automated_backups=not at.region.protected,
            **self._common(identifier, site, place, self._engine(site)),
            **role,
            opts=at.region.child(
                self,
                protect=at.region.protected,
                depends_on=self._logs(identifier, site),
                ignore_changes=[
                    field for field in FAILOVER_FIELDS if not (new_password and field.startswith("password_wo"))
                ],
                # A replica of a large database starts with a copy of all of it.
                custom_timeouts=pulumi.CustomTimeouts(create="6h", update="3h"),
            ),
        )

    def _reader(self, site: str, place: _Place, reader: str) -> Instance:
        """A read-only instance beside the site's own. It takes subnets, key and storage from it."""
        region, source = self._args.sites[site].region, self._instances[site]
        identifier = physical("rds", f"{self._name}-{site}-{reader}")
        return Instance(
            f"{self._name}-{site}-{reader}",
            identifier=identifier,
            replicate_source_db=source.identifier,
            skip_final_snapshot=True,
            **self._common(identifier, site, place, self._replica_engine),
            opts=region.child(self, depends_on=self._logs(identifier, site)),
        )

    def _common(self, identifier: str, site: str, place: _Place, version: str) -> dict[str, Any]:
        """Inputs that every instance has, in whichever role."""
        args, at = self._args, self._args.sites[site]
        size = at.instance_class or args.instance_class
        insights = not size.endswith((".micro", ".small"))  # RDS for MySQL has no Performance Insights on these
        return {
            "engine": "mysql",
            "engine_version": version,
            "allow_major_version_upgrade": args.allow_major_upgrade,
            "auto_minor_version_upgrade": False,
            # A new version is made ready beside and switched to; RDS refuses that beside a replica in another region.
            "blue_green_update": {"enabled": True} if len(args.sites) == 1 else None,
            "instance_class": size,
            "storage_type": "gp3",
            "storage_encrypted": True,
            "parameter_group_name": place.parameters[_family(version)].name,
            "vpc_security_group_ids": [place.clients.id],
            "publicly_accessible": False,
            "port": PORT,
            "ca_cert_identifier": args.ca_certificate,
            "maintenance_window": at.maintenance_window,
            "copy_tags_to_snapshot": True,
            "deletion_protection": at.region.protected,
            "monitoring_interval": 60,
            "monitoring_role_arn": place.monitoring.arn,
            "performance_insights_enabled": insights,
            "performance_insights_kms_key_id": at.key_arn if insights else None,
            "enabled_cloudwatch_logs_exports": list(LOGS),
            "tags": at.region.tagged(identifier),
        }

    def _logs(self, identifier: str, site: str) -> list[LogGroup]:
        at, days = self._args.sites[site], self._args.log_days
        return [
            log_group(self, f"{identifier}-{log}", f"/aws/rds/instance/{identifier}/{log}", at, days) for log in LOGS
        ]


@dataclass(frozen=True, slots=True)
class _Place:
    """What the instances of one site share."""

    subnets: SubnetGroup
    clients: SecurityGroup
    parameters: Mapping[str, ParameterGroup]
    monitoring: Role


def _family(version: str) -> str:
    return "mysql" + ".".join(version.split(".")[:2])
