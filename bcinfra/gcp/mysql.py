"""MySQL on Cloud SQL: a primary over two zones at one site, a replica of it at every other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.sql import Database, DatabaseInstance, User
from pydantic import Field, model_validator

from bcinfra.component import Component, Str, refuse, unknown_site
from bcinfra.gcp import cloudsql
from bcinfra.gcp.cloudsql import PORT, PRIMARY_SETTINGS, Edition, EngineArgs, MySqlSite
from bcinfra.gcp.datasite import check_sites
from bcinfra.gcp.region import Project

STORAGE_GROWN: Final = "settings.diskSize"
"""Storage that has grown by itself is never taken back, which would replace the instance."""

FAILOVER_FIELDS: Final = (
    "instance_type",
    "master_instance_name",
    "replica_names",
    "replication_cluster",
    "settings.activationPolicy",
    *PRIMARY_SETTINGS,
)
"""What differs between a primary and a replica, hence what a promotion outside Pulumi changes; and whether an instance
runs, so that no deployment starts an old primary that a failover has stopped."""

FAILOVER_FIELDS_CONTENT: Final = ("instance",)
"""The database and the user are replicated with the data: after a promotion they are on the new primary already."""

ROLE_SETTINGS: Final = ("replication_cluster", *PRIMARY_SETTINGS)
"""What only a primary has, and Pulumi sets when it is told to."""


class MySqlArgs(EngineArgs):
    """Arguments of :class:`MySql`."""

    project: Project
    """The project of all sites. The database and the user are declared through it, whichever site is primary."""
    sites: Mapping[str, MySqlSite] = Field(min_length=1)
    """The sites by name. A site's name is part of its resources' identity."""
    primary: str
    """The site that accepts writes. After a failover: the promoted one."""
    disaster_replica: str | None = None
    """The site designated to take over the primary's role (Enterprise Plus): its failover keeps the DNS name that
    writers use, and the old primary becomes its replica when it is back. Cloud SQL can be told only once both exist:
    raise ``role_settings_version`` in the deployment after the one that makes them."""
    role_settings_version: int = Field(default=1, ge=1)
    """1 leaves what only a primary has (:data:`ROLE_SETTINGS`) as its instance was created with. A raise sets it on
    the primary: the replica designated, changed backup settings, or, after a failover, all of it at the new one. Set
    it back to 1 then: above it, a failover that nobody has adopted yet makes the next deployment fail."""
    database: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")
    """The database made at creation."""
    username: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")
    """The shop's user."""
    password: Str
    """That user's password. It is written, never kept in the state."""
    password_version: int = Field(default=1, ge=1)
    """Raise it to set ``password`` anew: a write-only value shows no difference by itself."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_sites(self.sites, self.primary)
        for name, site in self.sites.items():
            if site.region.project != self.project.project:
                yield f"sites.{name}.region: is in project {site.region.project}; all are in {self.project.project}"
        if self.disaster_replica is not None:
            if self.disaster_replica not in self.sites:
                yield f"disaster_replica: {unknown_site(self.disaster_replica, self.sites)}"
            if self.disaster_replica == self.primary:
                yield f"disaster_replica: {self.primary!r} is the primary; name another site"
            if self.edition is not Edition.ENTERPRISE_PLUS:
                yield f"disaster_replica: needs edition {Edition.ENTERPRISE_PLUS}"
        yield from cloudsql.check(self, self.sites)


class MySql(Component):
    """MySQL that survives the loss of a zone by itself and of a region by a failover of Cloud SQL.

    Every site has its own key and address range, so a replica needs nothing of the region it replaces. There is no
    public address, and clients use TLS.

    After a failover (the replica at another site was promoted by :class:`~bcinfra.gcp.failover.Failover`, or by
    ``gcloud sql instances promote-replica``, with ``--failover`` for the ``disaster_replica``): set ``primary`` to that
    site, ``disaster_replica`` to the other one or to nothing, and ``role_settings_version`` to 1. The next preview
    changes nothing, because :data:`FAILOVER_FIELDS` are ignored. Then raise ``role_settings_version``, so that the new
    primary has backups. To build the old primary anew as a replica, remove its protection, delete it and its row in the
    state, raise its ``generation`` and run ``pulumi up``. Before the next change of the password, delete the rows of
    the database and the user from the state and import both from the new primary: the state still knows them at the old
    one.
    """

    package = "gcp"

    address: pulumi.Output[str]
    """Private address of the primary."""
    addresses: Mapping[str, pulumi.Output[str]]
    """Private address of each site's instance."""
    write_endpoint: pulumi.Output[str | None]
    """DNS name that follows the primary through a failover of a designated replica."""
    identifiers: Mapping[str, str]
    """Physical name of each site's instance: what a failover is called with."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """Full name of each site's instance (``projects/.../instances/...``), for backup plans."""
    ca_certificates: Mapping[str, pulumi.Output[str]]
    """Certificate of the authority that signs each site's server, PEM."""
    port: int
    """The port that every instance listens on."""

    def __init__(self, name: str, args: MySqlArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        self.identifiers = {site: cloudsql.identifier(name, site, at) for site, at in args.sites.items()}
        primary = self._instance(args.primary, self._designation())
        instances = {args.primary: primary}
        for site in sorted(args.sites.keys() - {args.primary}):
            instances[site] = self._instance(site, {"master_instance_name": primary.name})
        self._content(primary)
        self.address = primary.private_ip_address
        self.addresses = {site: instances[site].private_ip_address for site in args.sites}
        self.write_endpoint = primary.replication_cluster.apply(lambda cluster: cluster.psa_write_endpoint)
        self.instance_ids = {
            site: instances[site].urn.apply(
                lambda _, path=f"projects/{args.project.project}/instances/{self.identifiers[site]}": path
            )
            for site in args.sites
        }
        self.ca_certificates = {
            site: instances[site].server_ca_certs.apply(lambda found: (found[0].cert if found else None) or "")
            for site in args.sites
        }
        self.register_outputs(
            {
                "address": self.address,
                "caCertificates": self.ca_certificates,
                "addresses": self.addresses,
                "writeEndpoint": self.write_endpoint,
                "identifiers": self.identifiers,
                "instanceIds": self.instance_ids,
                "port": self.port,
            }
        )

    def _designation(self) -> dict[str, Any]:
        replica = self._args.disaster_replica
        if replica is None or self._args.role_settings_version == 1:
            return {}
        return {
            "replication_cluster": {
                "failover_dr_replica_name": f"{self._args.project.project}:{self.identifiers[replica]}"
            }
        }

    def _instance(self, site: str, role: Mapping[str, Any]) -> DatabaseInstance:
        args, at = self._args, self._args.sites[site]
        region, primary = at.region, site == args.primary
        settled = ROLE_SETTINGS if primary and args.role_settings_version > 1 else ()
        # One site cannot fail over to another: its instance takes every change.
        ignored = [field for field in FAILOVER_FIELDS if field not in settled] if len(args.sites) > 1 else []
        return DatabaseInstance(
            f"{self._name}-{site}",
            name=self.identifiers[site],
            project=region.project,
            region=region.name,
            database_version=args.database_version,
            encryption_key_name=at.key_name,
            settings=cloudsql.settings(args, at, self.identifiers[site], primary=primary),
            deletion_protection=region.protected,
            **role,
            opts=region.child(
                self,
                protect=region.protected,
                ignore_changes=[*ignored, STORAGE_GROWN],
                # A replica of a large database starts with a copy of all of it.
                custom_timeouts=pulumi.CustomTimeouts(create="6h", update="3h"),
            ),
        )

    def _content(self, primary: DatabaseInstance) -> None:
        """The database and the user, which replication carries to every other site."""
        args, project = self._args, self._args.project
        ignored = list(FAILOVER_FIELDS_CONTENT) if len(args.sites) > 1 else []
        where: dict[str, Any] = {
            "project": project.project,
            "instance": primary.name,
            "deletion_policy": "ABANDON" if project.protected else "DELETE",
            "opts": project.child(self, ignore_changes=ignored),
        }
        Database(f"{self._name}-database", name=args.database, charset="utf8mb4", **where)
        User(
            f"{self._name}-user",
            name=args.username,
            host="%",
            password_wo=pulumi.Output.secret(args.password),
            password_wo_version=args.password_version,
            **where,
        )
