"""What every MySQL instance on Cloud SQL is, whichever role it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from pydantic import Field, model_validator

from bcinfra.component import Args, Str, refuse
from bcinfra.gcp import zones
from bcinfra.gcp.datasite import DataSite, start, start_hour
from bcinfra.gcp.names import physical

if TYPE_CHECKING:
    from pulumi_gcp.sql import DatabaseInstanceSettingsArgsDict, DatabaseInstanceSettingsDenyMaintenancePeriodArgsDict

PORT: Final = 3306

DURABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "innodb_flush_log_at_trx_commit": "1",
        "log_output": "FILE",
        "slow_query_log": "on",
        "sync_binlog": "1",
    }
)
"""A committed order is on disk and in the binary log; slow queries are logged."""

MOST_QUIET_DAYS: Final = 90
"""Days without maintenance that Cloud SQL grants at a time."""
_MONTH_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_ANY_YEAR: Final = 2001
FINAL_BACKUP_DAYS: Final = 30
"""Days for which the last backup of a deleted instance is kept."""


PRIMARY_SETTINGS: Final = (
    "settings.backupConfiguration",
    "settings.denyMaintenancePeriod",
    "settings.finalBackupConfig",
    "settings.maintenanceWindow",
    "settings.retainBackupsOnDelete",
)
"""What Cloud SQL takes for a primary only, as the provider spells it: a replica has no backups, and is maintained
when its primary is, before it."""


class Edition(StrEnum):
    """How much Cloud SQL promises."""

    ENTERPRISE = "ENTERPRISE"
    """99.95 % apart from maintenance; a replica that is promoted becomes a database of its own."""
    ENTERPRISE_PLUS = "ENTERPRISE_PLUS"
    """99.99 % with maintenance; a designated replica takes over the primary's role and its DNS name."""

    @property
    def longest_log_days(self) -> int:
        """Most days of transaction logs (Cloud SQL editions overview)."""
        return 35 if self is Edition.ENTERPRISE_PLUS else 7


class Quiet(Args):
    """A time of every year, of 90 days at most (Cloud SQL, maintenance; read 2026-11)."""

    first: str = Field(pattern=_MONTH_DAY, examples=["11-20"])
    """First day, as month and day."""
    last: str = Field(pattern=_MONTH_DAY, examples=["12-27"])
    """Last day, included."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse(self._problems())
        return self

    @property
    def period(self) -> DatabaseInstanceSettingsDenyMaintenancePeriodArgsDict:
        """As Cloud SQL takes it: from midnight, UTC, to midnight after the last day."""
        _, after = _span(self)
        return {"start_date": self.first, "end_date": f"{after:%m-%d}", "time": "00:00:00"}

    def _problems(self) -> Iterator[str]:
        try:
            first, after = _span(self)
        except ValueError:
            yield "first, last: are no days of a year"
            return
        if (days := (after - first).days) > MOST_QUIET_DAYS:
            yield f"last: {days} days from the first; Cloud SQL leaves {MOST_QUIET_DAYS} out at most"


def _span(of: Quiet) -> tuple[date, date]:
    """The first day, and the one after the last. Raises ``ValueError`` where there is no such day."""
    first, last = (date.fromisoformat(f"{_ANY_YEAR}-{day}") for day in (of.first, of.last))
    return first, (last if last >= first else last.replace(year=_ANY_YEAR + 1)) + timedelta(days=1)


class MySqlSite(DataSite):
    """One copy of the database. Its fields belong to the place, whichever role it has."""

    allocated_range: Str | None = None
    """Name of the address range that the instance stands in: ``Network(...).sites["ghent"].services_range``."""
    tier: str | None = Field(default=None, pattern=r"^db-[A-Za-z0-9-]+$")
    """The machine type here, where it is not that of the other sites."""
    regional: bool = True
    """Whether a synchronous standby waits in a second zone."""
    zones: tuple[str, ...] = ()
    """The zones preferred for the instance and its standby, two. Cloud SQL chooses if none is given."""
    backup_location: str | None = Field(default=None, pattern=r"^[a-z]+(-[a-z]+\d+)?$")
    """Where backups are kept, such as ``us`` for another continent. The multi-region nearest if not given."""
    quiet: Quiet | None = None
    """Days of every year on which Cloud SQL does no planned work, such as those of a peak."""
    generation: int = Field(default=1, ge=1)
    """Part of the instance's name. Raise it to build the instance anew: the name of a deleted one is not free for a
    week."""


class EngineArgs(Args):
    """Arguments that every database has."""

    version: str = Field(pattern=r"^\d+\.\d+$", examples=["8.4"])
    """Engine version, major and minor. Cloud SQL keeps patches up to date within the maintenance windows."""
    edition: Edition = Edition.ENTERPRISE_PLUS
    """How much Cloud SQL promises."""
    tier: str = Field(pattern=r"^db-[A-Za-z0-9-]+$", examples=["db-perf-optimized-N-4"])
    """The machine type."""
    storage: int = Field(ge=10, le=65536)
    """Storage at creation, GB. It grows by itself: a full disk is an outage."""
    storage_limit: int = Field(default=0, ge=0, le=65536)
    """GB to which storage may grow; 0 sets no limit."""
    log_days: int = Field(default=7, ge=1, le=35)
    """Days for which the database can be restored to any second."""
    backups: int = Field(default=14, ge=1, le=365)
    """Daily backups that are kept; ``log_days`` at least, because logs are replayed onto one."""
    parameters: Mapping[str, str] = {}
    """Further engine flags; they win over :data:`DURABLE`."""

    @property
    def database_version(self) -> str:
        """The version as Cloud SQL writes it."""
        return f"MYSQL_{self.version.replace('.', '_')}"


def check(args: EngineArgs, sites: Mapping[str, MySqlSite]) -> Iterable[str]:
    """What is wrong with what is asked of Cloud SQL."""
    for name, site in sites.items():
        if site.zones:
            yield from (f"sites.{name}.{problem}" for problem in zones.problems(site.region.name, site.zones))
        if len(site.zones) > 2:
            yield f"sites.{name}.zones: {len(site.zones)} are given; an instance and its standby take two"
    if args.log_days > (most := args.edition.longest_log_days):
        yield f"log_days: {args.edition} keeps transaction logs for {most} days at most, {args.log_days} asked"
    if args.backups < args.log_days:
        yield f"backups: {args.backups} daily ones do not reach back {args.log_days} days; keep {args.log_days} or more"
    plus = args.edition is Edition.ENTERPRISE_PLUS
    for where, tier in {"tier": args.tier, **{f"sites.{n}.tier": s.tier for n, s in sites.items()}}.items():
        if tier is not None and tier.startswith("db-perf-optimized") is not plus:
            fitting = "db-perf-optimized-N-<vCPU>" if plus else "db-custom-<vCPU>-<MiB>"
            yield f"{where}: {tier} is no machine type of {args.edition}; use {fitting}"


def identifier(name: str, site: str, at: MySqlSite) -> str:
    """The physical name of one site's instance."""
    return physical("cloud-sql", f"{name}-{site}-{at.generation}")


def settings(args: EngineArgs, at: MySqlSite, name: str, *, primary: bool) -> DatabaseInstanceSettingsArgsDict:
    """The settings of an instance called ``name``, with those of its role: :data:`PRIMARY_SETTINGS`."""
    region = at.region
    common: DatabaseInstanceSettingsArgsDict = {
        "tier": at.tier or args.tier,
        "edition": args.edition.value,
        "availability_type": "REGIONAL" if at.regional else "ZONAL",
        "location_preference": {"zone": at.zones[0], "secondary_zone": at.zones[1] if at.regional else None}
        if at.zones
        else None,
        "disk_type": "PD_SSD",
        "disk_size": args.storage,
        "disk_autoresize": True,
        "disk_autoresize_limit": args.storage_limit,
        "ip_configuration": {
            "ipv4_enabled": False,
            "private_network": at.network_id,
            "allocated_ip_range": at.allocated_range,
            "ssl_mode": "ENCRYPTED_ONLY",
        },
        "database_flags": [
            {"name": flag, "value": value} for flag, value in sorted({**DURABLE, **args.parameters}.items())
        ],
        "insights_config": {"query_insights_enabled": True, "record_client_address": False},
        "deletion_protection_enabled": region.protected,
        "user_labels": region.labelled(name),
    }
    return {**common, **_primary_settings(args, at)} if primary else common


def _primary_settings(args: EngineArgs, at: MySqlSite) -> DatabaseInstanceSettingsArgsDict:
    day, hour = start(at.maintenance_window)
    protected = at.region.protected
    return {
        "tier": at.tier or args.tier,
        "deny_maintenance_period": at.quiet.period if at.quiet else None,
        "maintenance_window": {"day": day + 1, "hour": hour, "update_track": "stable"},
        "backup_configuration": {
            "enabled": True,
            "binary_log_enabled": True,
            "start_time": f"{start_hour(at.backup_window):02}:00",
            "location": at.backup_location,
            "transaction_log_retention_days": args.log_days,
            "backup_retention_settings": {"retained_backups": args.backups, "retention_unit": "COUNT"},
        },
        "retain_backups_on_delete": protected,
        "final_backup_config": {"enabled": True, "retention_days": FINAL_BACKUP_DAYS} if protected else None,
    }
