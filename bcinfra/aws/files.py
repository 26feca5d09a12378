"""Shared files on EFS: a file system over all zones of each site, the primary's replicated to the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, Self

import pulumi
from pulumi_aws.efs import (
    AccessPoint,
    BackupPolicy,
    FileSystem,
    FileSystemPolicy,
    MountTarget,
    ReplicationConfiguration,
)
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import StoreSite, check_places, client_security_group
from bcinfra.aws.names import physical
from bcinfra.aws.replicas import Mount
from bcinfra.component import Args, Component, refuse

PORT: Final = 2049
"""NFS."""

FAILOVER_FIELDS: Final = ("protection",)
"""Whether replication may overwrite a file system: EFS turns it on by itself when the replication ends."""

CLIENT: Final = tuple(f"elasticfilesystem:Client{action}" for action in ("Mount", "Write", "RootAccess"))
"""What clients do by NFS; replication and backups are other actions."""

MOST_SITES: Final = 2
"""EFS replicates a file system to one other (EFS API, CreateReplicationConfiguration)."""


class Directory(Args):
    """A directory of the file system that may be mounted, and the user that whoever mounts it becomes."""

    path: str = Field(pattern=r"^(/[A-Za-z0-9._-]+){1,4}$", max_length=100, examples=["/documents"])
    """The directory. The first that mounts it at the primary makes it."""
    uid: int = Field(default=65532, ge=1, le=4294967295)
    """User that all files are written as: never root."""
    gid: int = Field(default=65532, ge=1, le=4294967295)
    """Its group."""
    permissions: str = Field(default="0750", pattern=r"^0?[0-7]{3}$")
    """Mode of the directory when it is made."""


class FilesArgs(Args):
    """Arguments of :class:`Files`."""

    sites: Mapping[str, StoreSite] = Field(min_length=1, max_length=MOST_SITES)
    """The sites by name, one or two. A site's name is part of its resources' identity."""
    primary: str
    """The site whose file system is written, and replicated to the other."""
    directories: Mapping[str, Directory] = Field(min_length=1)
    """What may be mounted, by a name for each; nothing else can be."""
    cold_after_days: Literal[1, 7, 14, 30, 60, 90, 180, 270, 365] | None = 30
    """Days without access after which a file moves to cheaper storage, from which a reader brings it back; ``None``
    leaves it."""
    automatic_backups: bool = True
    """Whether AWS makes a backup a day of each file system and keeps it for 35 days in the region. Off where a plan
    of :class:`~bcinfra.aws.Backups` names the file systems."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        yield from check_places(self.sites, self.primary)
        regions: dict[str, str] = {}
        for name, site in self.sites.items():
            if (other := regions.setdefault(site.region.name, name)) != name:
                yield f"sites: {other!r} and {name!r} are both in {site.region.name}; the replica is in another region"
        paths: dict[str, str] = {}
        for name, point in self.directories.items():
            if (other := paths.setdefault(point.path, name)) != name:
                yield f"directories.{name}.path: {point.path!r} is also that of {other!r}"


class Files(Component):
    """Shared files that survive the loss of a zone unnoticed, and of a region by an act of a person.

    Each site has a file system of the regional class, under its own key, which every zone reaches by a mount target of
    its own. It grows by itself, and so does its throughput. The primary's is replicated to the other site's, for most
    file systems within 15 minutes; replication follows deletions and bad writes, so it is no backup.

    Nobody mounts it without TLS, an access point and the permission that a tier with a :meth:`mount` is given: there
    is no root, and no way around ``directories``. The other site's replicas of the shop mount
    their own file system and can read it; at first they start when replication has brought the directories that the
    primary's made.

    Leave the replica out of a refresh (``pulumi refresh --exclude <its URN>``): the provider refuses what EFS says of
    one, ``REPLICATING`` (pulumi/pulumi-aws, issue 6041).

    After a failover (a person deleted the replication in the region that is left, with ``aws efs
    delete-replication-configuration --source-file-system-id <id> --deletion-mode LOCAL_CONFIGURATION_ONLY``, which
    makes the file system there writable): nothing has to be set. The next preview changes nothing, because
    :data:`FAILOVER_FIELDS` are ignored and each site mounts its own. What the old primary wrote last is there alone:
    bring it over before it is overwritten. To replicate the other way, let the old primary be overwritten (``aws efs
    update-file-system-protection --file-system-id <id> --replication-overwrite-protection DISABLED``) and set
    ``primary`` to the site that writes now.
    """

    package = "aws"

    file_system_ids: Mapping[str, pulumi.Output[str]]
    """Each site's file system."""
    arns: Mapping[str, pulumi.Output[str]]
    """ARN of each site's file system, for :class:`~bcinfra.aws.Backups`."""
    access_point_ids: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """Access points by site and name."""
    access_point_arns: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """Their ARNs."""
    security_group_ids: Mapping[str, pulumi.Output[str]]
    """The security group that guards each site's mount targets."""
    port: int
    """The port that every mount target listens on."""

    def __init__(self, name: str, args: FilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.port = PORT
        systems = {site: self._file_system(site) for site in args.sites}
        points = {site: self._access_points(site, system) for site, system in systems.items()}
        self.security_group_ids = {site: self._mount_targets(site, system) for site, system in systems.items()}
        for site in args.sites:
            if site != args.primary:
                self._replicate(systems[args.primary], site, systems[site])
        self.file_system_ids = {site: system.id for site, system in systems.items()}
        self.arns = {site: system.arn for site, system in systems.items()}
        self.access_point_ids = {site: {at: point.id for at, point in here.items()} for site, here in points.items()}
        self.access_point_arns = {site: {at: point.arn for at, point in here.items()} for site, here in points.items()}
        self.register_outputs(
            {
                "fileSystemIds": self.file_system_ids,
                "arns": self.arns,
                "accessPointIds": self.access_point_ids,
                "accessPointArns": self.access_point_arns,
                "securityGroupIds": self.security_group_ids,
                "port": self.port,
            }
        )

    def mount(self, site: str, directory: str) -> Mount:
        """What a tier at ``site`` mounts; it ``reaches`` the site's security group besides."""
        return Mount(
            file_system_id=self.file_system_ids[site],
            file_system_arn=self.arns[site],
            access_point_id=self.access_point_ids[site][directory],
            access_point_arn=self.access_point_arns[site][directory],
        )

    def _file_system(self, site: str) -> FileSystem:
        """The file system of one site: the primary, or what it is replicated into."""
        args, at, name = self._args, self._args.sites[site], f"{self._name}-{site}"
        cold = args.cold_after_days
        system = FileSystem(
            name,
            creation_token=physical("efs", name),
            encrypted=True,
            kms_key_id=at.key_arn,
            performance_mode="generalPurpose",
            throughput_mode="elastic",
            lifecycle_policies=[
                {"transition_to_ia": f"AFTER_{cold}_DAY{'S' * (cold > 1)}"},
                {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
            ]
            if cold
            else None,
            protection=None if site == args.primary else {"replication_overwrite": "DISABLED"},
            tags=at.region.tagged(name),
            opts=at.region.child(self, protect=at.region.protected, ignore_changes=list(FAILOVER_FIELDS)),
        )
        FileSystemPolicy(
            name,
            file_system_id=system.id,
            # No statement allows: who mounts has the permission of an own role.
            policy=policies.document(
                policies.deny(CLIENT, [], condition={"Bool": {"aws:SecureTransport": "false"}}),
                policies.deny(CLIENT, [], condition={"Null": {"elasticfilesystem:AccessPointArn": "true"}}),
            ),
            opts=at.region.child(self),
        )
        if args.automatic_backups:
            BackupPolicy(
                name, file_system_id=system.id, backup_policy={"status": "ENABLED"}, opts=at.region.child(self)
            )
        return system

    def _access_points(self, site: str, system: FileSystem) -> dict[str, AccessPoint]:
        region = self._args.sites[site].region
        return {
            at: AccessPoint(
                f"{self._name}-{site}-{at}",
                file_system_id=system.id,
                posix_user={"uid": point.uid, "gid": point.gid},
                root_directory={
                    "path": point.path,
                    "creation_info": {
                        "owner_uid": point.uid,
                        "owner_gid": point.gid,
                        "permissions": point.permissions,
                    },
                },
                tags=region.tagged(f"{self._name}-{site}-{at}"),
                opts=region.child(self),
            )
            for at, point in self._args.directories.items()
        }

    def _mount_targets(self, site: str, system: FileSystem) -> pulumi.Output[str]:
        """One for each zone, behind a group of their own, whose id is returned."""
        at, name = self._args.sites[site], f"{self._name}-{site}"
        group = client_security_group(self, f"{name}-clients", at, PORT)
        for zone, subnet in at.subnet_ids.items():
            MountTarget(
                f"{name}-{zone}",
                file_system_id=system.id,
                subnet_id=subnet,
                security_groups=[group.id],
                opts=at.region.child(self),
            )
        return group.id

    def _replicate(self, source: FileSystem, site: str, target: FileSystem) -> None:
        args, there = self._args, self._args.sites[site].region
        ReplicationConfiguration(
            f"{self._name}-{args.primary}-replication",
            source_file_system_id=source.id,
            destination={"file_system_id": target.id, "region": there.name},
            opts=args.sites[args.primary].region.child(
                self,
                # The replica of a large file system starts with a copy of all of it.
                custom_timeouts=pulumi.CustomTimeouts(create="6h"),
            ),
        )
