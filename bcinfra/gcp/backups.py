"""Backups by Backup and DR: taken on schedule, kept in a vault of another project that lets nobody delete them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.backupdisasterrecovery import BackupPlan, BackupPlanAssociation, BackupVault
from pulumi_gcp.projects import IAMMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.gcp.keys import DAY_SECONDS
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, Region

HOURLY: Final = range(1, 24)
"""Hours between backups that Backup and DR keeps within a day (Backup and DR, backup plans, 2026-10)."""
DAILY: Final = 24
WEEKLY: Final = 7 * DAILY
WINDOW_HOURS: Final = 6
"""Shortest window in which a backup may start (Backup and DR API, BackupWindow)."""


class Kind(StrEnum):
    """What Backup and DR backs up."""

    INSTANCE = "instance"
    DISK = "disk"
    MYSQL = "mysql"

    @property
    def resource_type(self) -> str:
        """The service's name for it."""
        return {
            Kind.INSTANCE: "compute.googleapis.com/Instance",
            Kind.DISK: "compute.googleapis.com/Disk",
            Kind.MYSQL: "sqladmin.googleapis.com/Instance",
        }[self]

    @property
    def least_hours(self) -> int:
        """Fewest hours between two backups of it (Backup and DR, backup plans, 2026-10)."""
        return 6 if self is Kind.MYSQL else HOURLY[0]

    @property
    def role(self) -> str:
        """What a vault may do to back it up."""
        return {
            Kind.INSTANCE: "roles/backupdr.computeEngineOperator",
            Kind.DISK: "roles/backupdr.diskOperator",
            Kind.MYSQL: "roles/backupdr.cloudSqlOperator",
        }[self]


class BackupRule(Args):
    """How often, and for how long."""

    every_hours: int = DAILY
    """Hours between backups: 1 to 23, of databases 6 to 23; 24 for daily, 168 for weekly."""
    hour: int = Field(default=1, ge=0, le=18)
    """Hour (UTC) from which daily and weekly backups start, within six hours."""
    retention_days: int = Field(default=35, ge=1)
    """Days that a backup is kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if self.every_hours not in (*HOURLY, DAILY, WEEKLY):
            near = min((*HOURLY, DAILY, WEEKLY), key=lambda hours: (abs(hours - self.every_hours), hours))
            yield f"every_hours: {self.every_hours} is no schedule of Backup and DR; the nearest is {near}"

    @property
    def schedule(self) -> dict[str, Any]:
        """The schedule as the service takes it."""
        if self.every_hours < DAILY:
            when: dict[str, Any] = {"recurrence_type": "HOURLY", "hourly_frequency": self.every_hours}
            return {**when, "time_zone": "UTC", "backup_window": {"start_hour_of_day": 0, "end_hour_of_day": 24}}
        window = {"start_hour_of_day": self.hour, "end_hour_of_day": self.hour + WINDOW_HOURS}
        days = {"days_of_weeks": ["SUNDAY"]} if self.every_hours == WEEKLY else {}
        kind = "WEEKLY" if self.every_hours == WEEKLY else "DAILY"
        return {"recurrence_type": kind, "time_zone": "UTC", "backup_window": window, **days}


class Vault(Args):
    """Where backups are kept."""

    project: Project
    """The project: another than what is backed up."""
    location: str = Field(pattern=r"^[a-z]+(-[a-z]+\d+)?$", examples=["europe-west1", "eu"])
    """The region, or a multi-region that the service offers."""
    key_name: Str | None = None
    """The key of that location. Google's own if not given."""
    minimum_days: int = Field(default=30, ge=1, le=36159)
    """Days for which no backup can be deleted, by administrators neither."""
    locked_from: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    """The moment (UTC) from which that time cannot be shortened. It cannot be undone; ``None`` leaves it open."""


class Protected(Args):
    """Something that is backed up."""

    kind: Kind
    """What it is."""
    resource: Str
    """Its full name (``projects/.../instances/...``), such as ``MySql(...).instance_ids["ghent"]``."""


class BackupsArgs(Args):
    """Arguments of :class:`Backups`."""

    sites: Mapping[str, Region] = Field(min_length=1)
    """Where what is backed up is, by site; plans are in the same region, and in the vault's project."""
    vaults: Mapping[str, Vault] = Field(min_length=1)
    """Where each site's backups go."""
    protected: Mapping[str, Mapping[str, Protected]] = Field(min_length=1)
    """What is backed up, by site and a name for each."""
    rules: Mapping[str, BackupRule] = Field(default={"daily": BackupRule()}, min_length=1)
    """How often and how long, by a name for each rule."""
    log_days: int = Field(default=7, ge=1, le=35)
    """Days for which a database's transaction logs are kept in the vault, for restoring to any second."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        for field, by_site in (("vaults", self.vaults), ("protected", self.protected)):
            yield from (f"{field}: {unknown_site(site, self.sites)}" for site in by_site if site not in self.sites)
        yield from (f"vaults: {site!r} has none" for site in self.protected if site not in self.vaults)
        kinds = {what.kind for protected in self.protected.values() for what in protected.values()}
        for kind in sorted(kinds):
            for name, rule in self.rules.items():
                if rule.every_hours < kind.least_hours:
                    yield (
                        f"rules.{name}.every_hours: {rule.every_hours} is too often for {kind}, which takes"
                        f" {kind.least_hours} or more. Stream changes: ChangeStream, or replicate: Buckets"
                    )
        for site, vault in self.vaults.items():
            if site in self.sites and vault.project.project == (own := self.sites[site].project):
                yield f"vaults.{site}.project: {own} also holds the site; whoever takes that project takes this vault"
            for name, rule in self.rules.items():
                if rule.retention_days < vault.minimum_days:
                    yield (
                        f"rules.{name}.retention_days: {rule.retention_days} is less than the {vault.minimum_days} days"
                        f" that the vault of {site} enforces"
                    )


class Backups(Component):
    """Vaults in a project that no one at the sites can enter, and plans that fill them.

    A backup cannot be deleted before the vault's minimum, whoever asks. Cloud SQL hands its backups over to the plan,
    with its transaction logs, and keeps none itself. To restore after the loss of the site's project, restore from the
    vault into another. Of Cloud SQL it takes neither instances under a key of yours nor vaults in another region (Cloud
    SQL, backup options, 2025-11).

    Backup and DR backs up a database every six hours at most, and tests no restore by itself: what must be newer is
    streamed (:class:`~bcinfra.gcp.changes.ChangeStream`), and restores are rehearsed by the runbook.
    """

    package = "gcp"

    vault_ids: Mapping[str, pulumi.Output[str]]
    """The vault of each site."""
    plan_ids: Mapping[str, pulumi.Output[str]]
    """The plans, by site and kind."""

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        vaults = {site: self._vault(site, vault) for site, vault in sorted(args.vaults.items())}
        self.plan_ids = {}
        for site, protected in sorted(args.protected.items()):
            for kind in sorted({what.kind for what in protected.values()}):
                allowed = self._allow(site, kind, vaults[site])
                plan = self._plan(site, kind, vaults[site])
                self.plan_ids = {**self.plan_ids, f"{site}-{kind}": plan.id}
                for what, at in sorted(protected.items()):
                    if at.kind is kind:
                        self._associate(site, what, at, plan, allowed)
        self.vault_ids = {site: vault.id for site, vault in vaults.items()}
        self.register_outputs({"vaultIds": self.vault_ids, "planIds": self.plan_ids})

    def _vault(self, site: str, at: Vault) -> BackupVault:
        name, project = f"{self._name}-{site}", at.project
        return BackupVault(
            name,
            backup_vault_id=physical("backup-vault", name),
            project=project.project,
            location=at.location,
            description=f"Backups of {site}",
            backup_minimum_enforced_retention_duration=f"{at.minimum_days * DAY_SECONDS}s",
            access_restriction="WITHIN_ORGANIZATION",
            effective_time=at.locked_from,
            encryption_config=None if at.key_name is None else {"kms_key_name": at.key_name},
            ignore_inactive_datasources=not project.protected,
            labels=project.labelled(name),
            opts=project.child(self, protect=project.protected),
        )

    def _allow(self, site: str, kind: Kind, vault: BackupVault) -> IAMMember:
        """Let the vault's own account back up what is in the site's project."""
        region = self._args.sites[site]
        return IAMMember(
            f"{self._name}-{site}-{kind}",
            project=region.project,
            role=kind.role,
            member=pulumi.Output.concat("serviceAccount:", vault.service_account),
            opts=region.child(self),
        )

    def _plan(self, site: str, kind: Kind, vault: BackupVault) -> BackupPlan:
        """A plan: where its resources are, and in the vault's project."""
        args, name, owner = self._args, f"{self._name}-{site}-{kind}", self._args.vaults[site].project
        return BackupPlan(
            name,
            backup_plan_id=physical("backup-vault", name),
            project=owner.project,
            location=args.sites[site].name,
            resource_type=kind.resource_type,
            backup_vault=vault.id,
            backup_rules=[
                {
                    "rule_id": rule_id,
                    "backup_retention_days": rule.retention_days,
                    "standard_schedule": rule.schedule,  # pyright: ignore[reportArgumentType]
                }
                for rule_id, rule in sorted(args.rules.items())
            ],
            log_retention_days=args.log_days if kind is Kind.MYSQL else None,
            opts=owner.child(self),
        )

    def _associate(self, site: str, what: str, at: Protected, plan: BackupPlan, allowed: IAMMember) -> None:
        name, region = f"{self._name}-{site}-{what}", self._args.sites[site]
        BackupPlanAssociation(
            name,
            backup_plan_association_id=physical("backup-vault", name),
            project=region.project,
            location=region.name,
            resource_type=at.kind.resource_type,
            resource=at.resource,
            backup_plan=plan.name,
            opts=region.child(self, depends_on=[allowed]),
        )
