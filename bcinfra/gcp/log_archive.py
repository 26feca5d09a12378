"""Who asked for what, and who changed what, told where it outlives the project that it is told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Self, TypeAlias

import pulumi
from pulumi_gcp.logging import ProjectBucketConfig, ProjectSink
from pulumi_gcp.projects import IAMAuditConfig, IAMMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, refuse
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, Region

WRITER: Final = "roles/logging.bucketWriter"
ACCESS: Final = 'log_id("requests")'
"""Requests that load balancers answered (Cloud Load Balancing, logging)."""
ACCESS_DAYS: Final = 90
"""Days for which requests are kept where nothing else is said. An assumption of how far back an inquiry looks."""
AUDIT: Final = " OR ".join(
    f'log_id("cloudaudit.googleapis.com/{what}")' for what in ("activity", "data_access", "policy", "system_event")
)
"""What was changed, read and refused (Cloud Audit Logs overview)."""

Told: TypeAlias = Literal["ADMIN_READ", "DATA_READ", "DATA_WRITE"]
AUDITED: Final[Mapping[str, tuple[Told, ...]]] = {
    "cloudsql.googleapis.com": ("ADMIN_READ", "DATA_READ", "DATA_WRITE"),
    "secretmanager.googleapis.com": ("ADMIN_READ", "DATA_READ", "DATA_WRITE"),
    "iam.googleapis.com": ("ADMIN_READ", "DATA_READ"),
    "storage.googleapis.com": ("ADMIN_READ", "DATA_WRITE"),
}
"""What is told besides changes, which Google always tells: who read a secret, exported a database, took a token, or
deleted a file. Files that are read are the load balancers' log, and keys are used by services themselves, thousands of
times a day. An assumption of what an inquiry asks for."""


class LogArchiveArgs(Args):
    """Arguments of :class:`LogArchive`."""

    project: Project
    """The project whose logs are kept."""
    vault: Region
    """Where they are kept: in another project, that nobody at the first can enter."""
    access_days: int | None = Field(default=ACCESS_DAYS, ge=1, le=3650)
    """Days for which requests are kept. They name customers by their addresses: no longer than faults and attacks are
    looked into. ``None``: there is no load balancer whose requests could be kept."""
    audit_days: int = Field(default=400, ge=1, le=3650)
    """Days for which it is kept who changed and read what. Google's own log of changes has 400, and goes with its
    project."""
    audited: Mapping[str, tuple[Told, ...]] = AUDITED
    """What is told of services besides changes."""
    locked: bool = False
    """Whether the retention can never be changed and nothing is deleted before its time. This cannot be undone: the
    buckets stay until they are empty."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.vault.project == self.project.project:
            refuse([f"vault.project: {self.vault.project} is what is told of; name a project that outlives it"])
        return self


class LogArchive(Component):
    """Buckets of logs in another project: requests at load balancers for some weeks, changes and what was read for a
    year.

    An intruder who owns the shop's project may stop the sinks, which the log then tells last
    (:class:`~bcinfra.gcp.watch.Watch` tells people too); what was told before stays. Logs are written once more in the
    other project, and paid there by what is ingested.

    The writer may add entries to these buckets and do nothing else. What is told of a service replaces what was told of
    it before: state it in one place.
    """

    package = "gcp"

    sinks: Mapping[str, str]
    """Names of the sinks, ``access``, where requests are kept, and ``audit``: for ``AlertsArgs.sinks``."""

    def __init__(self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        for service, told in sorted(args.audited.items()):
            IAMAuditConfig(
                f"{name}-{service.split('.', 1)[0]}",
                project=args.project.project,
                service=service,
                audit_log_configs=[{"log_type": one} for one in told],
                opts=args.project.child(self),
            )
        wanted = {"access": (ACCESS, args.access_days), "audit": (AUDIT, args.audit_days)}
        self.sinks = {what: self._kept(what, logs, days) for what, (logs, days) in wanted.items() if days}
        self.register_outputs({"sinks": self.sinks})

    def _kept(self, what: str, wanted: str, days: int) -> str:
        """A bucket of logs and the sink that fills it; the sink's name."""
        args, vault, name = self._args, self._args.vault, f"{self._name}-{what}"
        named = physical("log-bucket", name)
        path = f"projects/{vault.project}/locations/{vault.name}/buckets/{named}"
        bucket = ProjectBucketConfig(
            name,
            project=vault.project,
            location=vault.name,
            bucket_id=named,
            description=f"Logs of {args.project.project}: {what}",
            retention_days=days,
            locked=args.locked,
            opts=vault.child(self, protect=vault.protected),
        )
        sink = ProjectSink(
            name,
            name=named,
            project=args.project.project,
            destination=f"logging.googleapis.com/{path}",
            filter=wanted,
            unique_writer_identity=True,
            opts=args.project.child(self, depends_on=[bucket]),
        )
        IAMMember(
            f"{name}-writer",
            project=vault.project,
            role=WRITER,
            member=sink.writer_identity,
            condition={"title": named, "expression": f'resource.name.endsWith("{path.split("/", 2)[2]}")'},
            opts=vault.child(self),
        )
        return named
