"""MySQL on Cloud SQL that follows a primary outside Google Cloud, to take over when its vendor cannot serve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import pulumi
from pulumi_gcp.sql import DatabaseInstance, SourceRepresentationInstance
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp import cloudsql
from bcinfra.gcp.cloudsql import PORT, PRIMARY_SETTINGS, EngineArgs, MySqlSite
from bcinfra.gcp.datasite import check_sites
from bcinfra.gcp.mysql import STORAGE_GROWN

FAILOVER_FIELDS: Final = ("instance_type", "master_instance_name", "replica_configuration")
"""What a promotion outside Pulumi changes."""


class ExternalPrimary(Args):
    """The MySQL that is followed: on another cloud, or on-premises."""

    host: Str
    """Its IPv4 address or name, as reached from the standby's network."""
    port: int = Field(default=PORT, ge=1, le=65535)
    """Its port."""
    username: str = Field(min_length=1)
    """The replication user there."""
    password: Str
    """That user's password. The service keeps it with the instance; in the state it is secret."""
    ca_certificate: Str
    """Certificate of the authority that signed the server's, PEM: replication crosses networks under TLS."""
    client_certificate: Str | None = None
    """Certificate that the standby shows, PEM."""
    client_key: Str | None = None
    """The private key of that certificate, PEM."""
    dump: str = Field(pattern=r"^gs://.+")
    """A dump in Cloud Storage that the standby starts from, taken with GTIDs (``mysqldump --set-gtid-purged=on``)."""

    @model_validator(mode="after")
    def _pair(self) -> Self:
        half = (self.client_certificate is None) != (self.client_key is None)
        refuse(["client_key: goes with client_certificate; give both or neither"] if half else [])
        return self


class MySqlStandbyArgs(EngineArgs):
    """Arguments of :class:`MySqlStandby`."""

    site: MySqlSite
    """Where the standby lives."""
    primary: ExternalPrimary
    """What it follows."""
    promoted: bool = False
    """Whether it has been promoted. Then it has backups of its own: a replica cannot."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        sites = {"standby": self.site}
        yield from check_sites(sites, "standby")
        yield from cloudsql.check(self, sites)


class MySqlStandby(Component):
    """A replica on Cloud SQL of a primary that is not.

    The primary needs GTIDs, row-based binary logs that are kept for a day or more, and a way from the standby's
    network to it (a VPN). The standby is read-only until it is promoted.

    After a failover (``gcloud sql instances promote-replica`` on :attr:`identifier`) the next preview changes nothing,
    because :data:`FAILOVER_FIELDS`, and what only a primary has, are ignored. Then set ``promoted``, so that it has
    backups. It does not go back to being a replica: to follow the old primary again, replicate the other way first,
    then build the standby anew with a higher ``generation``.
    """

    package = "gcp"

    address: pulumi.Output[str]
    """Private address of the standby."""
    identifier: str
    """Physical name of the standby: what a promotion is called with."""
    port: int
    """The port that it listens on."""

    def __init__(self, name: str, args: MySqlStandbyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        at, source = args.site, args.primary
        region = at.region
        self.port = PORT
        self.identifier = cloudsql.identifier(name, region.name, at)
        password = pulumi.Output.secret(source.password)
        client_key = None if source.client_key is None else pulumi.Output.secret(source.client_key)
        followed = SourceRepresentationInstance(
            f"{name}-source",
            name=cloudsql.identifier(name, "source", at),
            project=region.project,
            region=region.name,
            database_version=args.database_version,
            host=source.host,
            port=source.port,
            username=source.username,
            password=password,
            dump_file_path=source.dump,
            ca_certificate=source.ca_certificate,
            client_certificate=source.client_certificate,
            client_key=client_key,
            opts=region.child(self),
        )
        instance = DatabaseInstance(
            f"{name}-standby",
            name=self.identifier,
            project=region.project,
            region=region.name,
            database_version=args.database_version,
            encryption_key_name=at.key_name,
            master_instance_name=followed.name,
            replica_configuration={
                "username": source.username,
                "password": password,
                "dump_file_path": source.dump,
                "verify_server_certificate": True,
                "ca_certificate": source.ca_certificate,
                "client_certificate": source.client_certificate,
                "client_key": client_key,
            },
            settings=cloudsql.settings(args, at, self.identifier, primary=args.promoted),
            deletion_protection=region.protected,
            opts=region.child(
                self,
                protect=region.protected,
                ignore_changes=[*FAILOVER_FIELDS, *(() if args.promoted else PRIMARY_SETTINGS), STORAGE_GROWN],
                custom_timeouts=pulumi.CustomTimeouts(create="12h", update="3h"),
            ),
        )
        self.address = instance.private_ip_address
        self.register_outputs({"address": self.address, "identifier": self.identifier, "port": self.port})
