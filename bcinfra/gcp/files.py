"""Shared files on Filestore: a share over all zones of a region, a replica elsewhere, backups in another region."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.cloudrunv2 import Job as RunJob
from pulumi_gcp.filestore import Instance
from pulumi_gcp.workflows import Workflow
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.gcp import workflows
from bcinfra.gcp.clock import clock
from bcinfra.gcp.identity import Identity
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import KeyedRegion
from bcinfra.gcp.run import NfsMount
from bcinfra.gcp.workflows import FILES, Step, assign, attempt, call, each, get, log, send, when

SHARE: Final = "shared"
"""The one share of an instance."""
LEAST: Final = 100
"""GiB: the smallest share of the regional tier, where the region offers it (Filestore, service tiers, 2026-11)."""
PORTS: Final = (2046, 2050)
"""The first and the last TCP port of NFS version 3 (Filestore, configuring firewall rules, 2026-11)."""
MAPPER: Final = 111
"""The TCP port at which a client asks for them."""
OPTIONS: Final = "vers=3,proto=tcp,mountproto=tcp,nolock,hard,timeo=600,retrans=3,_netdev"
"""How a server mounts it: as Cloud Run does, which knows no locks."""
EVERY: Final = (1, 2, 3, 4, 6, 8, 12, 24)
"""Hours that divide a day."""
OWNER: Final = 65532
"""The user that files belong to where none is stated."""
FAILOVER_FIELDS: Final = ("desired_replica_state", "initial_replication")
"""What a promotion outside Pulumi changes."""
MOST_SITES: Final = 2
"""A share has one replica (Filestore API, Replication)."""


class FilesSite(KeyedRegion):
    """Where one copy of the files lives, encrypted by the site's own key."""

    network_id: Str
    """The network it is reached in: ``Network(...).services_network_id``."""
    allocated_range: Str
    """Name of the range that managed services of the site take addresses from: ``SiteNetwork.services_range``."""
    subnet_id: Str
    """The subnet from which the share is given to its user once: one of ``clients``."""
    clients: tuple[str, ...] = Field(min_length=1, max_length=60)
    """IPv4 ranges that may mount it: the subnets of the tiers. Nobody else is answered."""


class FilesArgs(Args):
    """Arguments of :class:`Files`."""

    sites: Mapping[str, FilesSite] = Field(min_length=1, max_length=MOST_SITES)
    """The sites by name, one or two of one project. A site's name is part of its resources' identity."""
    primary: str
    """The site whose share is written, and replicated to the other."""
    size: int = Field(ge=LEAST, le=102_400)
    """GiB of the share, which is paid whether it is full or not. It can grow while it is used, and shrink."""
    uid: int = Field(default=OWNER, ge=1, le=65535)
    """The user that the root of the share is given to, as which the tiers run: never root."""
    gid: int = Field(default=OWNER, ge=1, le=65535)
    """Its group."""
    image: str = "docker.io/library/busybox:1.37.0"
    """A small image with ``chown``, which runs as root once."""
    backups: KeyedRegion | None = None
    """Another region of the same project that backups are kept in, and a key there; ``None`` makes none."""
    every_hours: int = Field(default=1, ge=1, le=24)
    """Hours between two backups: 1, 2, 3, 4, 6, 8, 12 or 24."""
    keep_days: int = Field(default=35, ge=1, le=365)
    """Days that a backup is kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.primary not in self.sites:
            yield f"primary: {unknown_site(self.primary, self.sites)}"
        if self.every_hours not in EVERY:
            yield f"every_hours: {self.every_hours} hours do not divide a day; allowed: {', '.join(map(str, EVERY))}"
        regions: dict[str, str] = {}
        for name, site in self.sites.items():
            if (other := regions.setdefault(site.region.name, name)) != name:
                yield f"sites: {other!r} and {name!r} are both in {site.region.name}; the replica is in another region"
            if self.backups and site.region.name == self.backups.region.name:
                yield f"backups.region: {site.region.name} is that of {name!r}; what takes the region takes both"
            if self.backups and site.region.project != self.backups.region.project:
                yield f"backups.region.project: is not {site.region.project}, where Filestore keeps what it backs up"


class Files(Component):
    """A share that survives the loss of a zone unnoticed, and of a region by an act of a person.

    Each site has an instance of the regional tier, under its own key, with an address in the network: nobody reaches it
    from outside, and of the network only ``clients``. The primary's is replicated to the other site's; that one answers
    nobody before it is promoted, so that no tier of the other site starts before. Replication follows deletions and bad
    writes: backups go to another region on schedule, made by a workflow that may do nothing else, and are deleted when
    they are old. What goes wrong is told in the log (:class:`~bcinfra.gcp.alerts.Alerts`). They stay in the project:
    who takes it takes them. Backup and DR keeps a share's backups in a vault of another project (Filestore, backup
    options, enhanced backups, read 2026-11), which this does not declare: a plan beside it, of
    ``file.googleapis.com/Instance`` and associated with ``instance_ids``, is judged.

    NFS version 3 is mounted, which has no encryption of its own: Google encrypts and authenticates what machines of a
    network send each other (Google Cloud, encryption in transit, read 2026-11), and Filestore encrypts further only by
    Kerberos, with a directory that Cloud Run cannot join. Locks hold within one replica alone, for Cloud Run mounts
    without.
    The root of a new share belongs to root: a job of Cloud Run gives it to ``uid`` once, before anybody mounts it.

    After a failover (``gcloud filestore instances promote-replica <the other> --location <its region>``) set
    ``primary`` to the promoted site. The next preview changes nothing of the shares, because :data:`FAILOVER_FIELDS`
    are ignored; what backs them up and gives them to their user moves along. To follow again, the old primary is
    deleted with its row in the state, and ``pulumi up`` makes it anew.
    """

    package = "gcp"

    addresses: Mapping[str, pulumi.Output[str]]
    """IPv4 address of each site's share."""
    identifiers: Mapping[str, str]
    """Physical name of each site's instance: what a promotion is called with."""
    instance_ids: Mapping[str, pulumi.Output[str]]
    """Full name of each site's instance, for :class:`~bcinfra.gcp.Backups`."""
    workflow_name: str | None
    """Physical name of the workflow that backs up: what a person starts, and what :class:`Alerts` listens to."""

    def __init__(self, name: str, args: FilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.identifiers = {site: physical("filestore", f"{name}-{site}") for site in args.sites}
        primary = self._instance(args.primary, None)
        made = {args.primary: primary}
        for site in sorted(args.sites.keys() - {args.primary}):
            made[site] = self._instance(site, {"role": "STANDBY", "replicas": [{"peer_instance": primary.id}]})
        owned = self._give(args.primary, _address(primary))
        self.addresses = {
            site: pulumi.Output.all(_address(one), owned).apply(lambda found: str(found[0]))
            for site, one in sorted(made.items())
        }
        self.instance_ids = {site: made[site].id for site in args.sites}
        self.workflow_name = self._back_up(primary) if args.backups else None
        self.register_outputs(
            {
                "addresses": self.addresses,
                "identifiers": self.identifiers,
                "instanceIds": self.instance_ids,
                "workflowName": self.workflow_name,
            }
        )

    def mount(self, site: str) -> NfsMount:
        """What a tier at ``site`` mounts; one of virtual machines ``reaches`` its ports besides."""
        return NfsMount(server=self.addresses[site], path=f"/{SHARE}")

    def _instance(self, site: str, replication: Mapping[str, Any] | None) -> Instance:
        args, at, identifier = self._args, self._args.sites[site], self.identifiers[site]
        region = at.region
        return Instance(
            f"{self._name}-{site}",
            name=identifier,
            project=region.project,
            location=region.name,
            tier="REGIONAL",
            protocol="NFS_V3",
            file_shares={
                "name": SHARE,
                "capacity_gb": args.size,
                "nfs_export_options": [
                    {"ip_ranges": sorted(at.clients), "access_mode": "READ_WRITE", "squash_mode": "NO_ROOT_SQUASH"}
                ],
            },
            networks=[
                {
                    "network": at.network_id,
                    "modes": ["MODE_IPV4"],
                    "connect_mode": "PRIVATE_SERVICE_ACCESS",
                    "reserved_ip_range": at.allocated_range,
                }
            ],
            kms_key_name=at.key_name,
            initial_replication=replication,  # pyright: ignore[reportArgumentType]
            deletion_protection_enabled=region.protected,
            deletion_protection_reason="shared files" if region.protected else None,
            labels=region.labelled(identifier),
            opts=region.child(
                self,
                protect=region.protected,
                ignore_changes=list(FAILOVER_FIELDS) if len(args.sites) > 1 else [],
                # The replica of a large share starts with a copy of all of it.
                custom_timeouts=pulumi.CustomTimeouts(create="6h", update="2h"),
            ),
        )

    def _give(self, site: str, address: pulumi.Output[str]) -> pulumi.Output[str]:
        """Give the root of the share to its user. Known once that is done."""
        args, at, name = self._args, self._args.sites[site], f"{self._name}-owner"
        region = at.region
        account = Identity(self, name, region, "Gives shared files to their user, and may do nothing else")
        return RunJob(
            name,
            name=physical("cloud-run", name),
            project=region.project,
            location=region.name,
            template={
                "template": {
                    "service_account": account.email,
                    "encryption_key": at.key_name,
                    "execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
                    "timeout": "600s",
                    "max_retries": 3,
                    "vpc_access": {
                        "egress": "PRIVATE_RANGES_ONLY",
                        "network_interfaces": [{"subnetwork": at.subnet_id}],
                    },
                    "volumes": [{"name": SHARE, "nfs": {"server": address, "path": f"/{SHARE}"}}],
                    "containers": [
                        {
                            "image": args.image,
                            "commands": ["chown"],
                            "args": [f"{args.uid}:{args.gid}", f"/{SHARE}"],
                            "volume_mounts": [{"name": SHARE, "mount_path": f"/{SHARE}"}],
                        }
                    ],
                },
                "labels": region.labelled(name),
            },
            run_execution_token=f"u{args.uid}g{args.gid}",  # again where the user changes
            deletion_protection=False,  # it holds nothing
            labels=region.labelled(name),
            opts=region.child(self),
        ).id

    def _back_up(self, primary: Instance) -> str:
        """A workflow that makes a backup and deletes old ones, and the clock that starts it; its name."""
        args, name = self._args, f"{self._name}-backup"
        region, called = args.sites[args.primary].region, physical("workflow", name)
        source = definition(args, self.identifiers[args.primary])
        acts = Identity(self, f"{name}-acts", region, f"Backs up {self.identifiers[args.primary]}")
        workflow = Workflow(
            name,
            name=called,
            project=region.project,
            region=region.name,
            description=f"Backs up {self.identifiers[args.primary]} to another region",
            source_contents=json.dumps(source, indent=1),
            # The key there is known when Filestore may use it.
            user_env_vars={"KEY": args.backups.key_name} if args.backups else {},
            service_account=acts.email,
            call_log_level="LOG_ERRORS_ONLY",
            deletion_protection=False,  # it holds nothing
            labels=region.labelled(name),
            opts=region.child(self, depends_on=[primary, acts.may("makes", workflows.permissions(source))]),
        )
        says = f"Backs up {self.identifiers[args.primary]}"
        hours = "*" if args.every_hours == 1 else f"*/{args.every_hours}"
        starts = "Starts backups of shared files"
        clock(self, name, region, workflow, called, schedule=f"17 {hours} * * *", says=says, starts=starts)
        return called


def _address(instance: Instance) -> pulumi.Output[str]:
    """The address of a share: not known before it is made, as its id, though its network is stated."""
    made = pulumi.Output.all(instance.networks, instance.id)
    return made.apply(lambda found: str((found[0][0].ip_addresses or [""])[0]))


def definition(args: FilesArgs, instance: str) -> dict[str, Any]:
    """The source of the workflow: a backup of ``instance``, then the deletion of its old ones, one after the other.

    Filestore API, projects.locations.backups; Filestore, backups limitations: one deletion at a time (read 2026-11).
    """
    return {"main": {"steps": list(_main(args, instance))}, "wait": dict(workflows.WAIT)}


def _main(args: FilesArgs, instance: str) -> Iterator[Step]:
    assert args.backups
    region, there = args.sites[args.primary].region, args.backups.region
    backups = f"{FILES}projects/{there.project}/locations/{there.name}/backups"
    source = f"projects/{region.project}/locations/{region.name}/instances/{instance}"
    yield assign("begin", backup=f'${{"{instance[:50]}-" + string(int(sys.now()))}}')
    yield attempt(
        "make",
        send(
            "create",
            "post",
            backups,
            "started",
            {
                "sourceInstance": source,
                "sourceFileShare": SHARE,
                "kmsKey": '${sys.get_env("KEY")}',
                "labels": {"of": instance},
            },
            {"backupId": "${backup}"},
        ),
        call("until_made", "wait", url=f'${{"{FILES}" + started.body.name}}'),
        otherwise=[
            log("tell", "ERROR", said=f"no backup of {instance} was made", problem="${problem}"),
            {"fail": {"raise": "${problem}"}},
        ],
    )
    yield get("list", backups, "made", {"filter": f"labels.of={instance}", "pageSize": "1000"})
    yield each(
        "every_backup",
        "old",
        '${default(map.get(made.body, "backups"), [])}',
        when(
            "is_old",
            {
                "condition": f"${{sys.now() - time.parse(old.createTime) > {args.keep_days * 86400}}}",
                "steps": [
                    attempt(
                        "remove",
                        send("delete", "delete", f'${{"{FILES}" + old.name}}', "started"),
                        call("until_removed", "wait", url=f'${{"{FILES}" + started.body.name}}'),
                        otherwise=[log("left_behind", "WARNING", said="not deleted", backup="${old.name}")],
                    )
                ],
            },
        ),
    )
    yield log("made_one", "INFO", said=f"backed up {instance}", backup="${backup}")
