"""Backups on Google Cloud: plans of Backup and DR, and how old what a schedule makes is at worst."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import UNNAMED
from bcinfra.continuity.model.parts import Protection, RecoveryPoint
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, total, unknown
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_text
from bcinfra.continuity.readings.gcp import places
from bcinfra.graph.core.model import Resource, Value
from bcinfra.seconds import DAY, HOUR, WEEK

PLAN: Final = "gcp:backupdisasterrecovery/backupPlan:BackupPlan"
ASSOCIATION: Final = "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation"
VAULT: Final = "gcp:backupdisasterrecovery/backupVault:BackupVault"
_RECURRENCES: Final = {"DAILY": DAY, "WEEKLY": WEEK, "MONTHLY": 31 * DAY, "YEARLY": 366 * DAY}
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)s")


def seconds(value: Value) -> float | None:
    """A duration as Google writes it: ``604800s``, or a number of seconds."""
    match = _SECONDS.fullmatch(value) if isinstance(value, str) else None
    return float(match[1]) if match else as_number(value)


def age(name: str, interval: float | None, place: str, window: float = HOUR) -> Figure:
    """Age of the newest backup: up to an interval, the window it may start in, and the time that it takes."""
    if interval is None or interval <= 0:
        return unknown(name, Unit.SECONDS, f"{place}: how often is not understood")
    return total(
        name,
        Figure("since the last start", Unit.SECONDS, Range(interval / 2, interval, 0), Stated(place)),
        assumed("start window", Unit.SECONDS, Range(min(600, window), window, 0), f"within {window / HOUR:g} h"),
        assumed("taking the backup", Unit.SECONDS, Range(600, 3600), "Google publishes no duration of backups"),
    )


def copies(view: View, resource: Resource, restore: Figure, size_gb: float | None = None) -> Iterator[RecoveryPoint]:
    """The copies that Backup and DR makes of a resource."""
    for association in view.users(resource, ASSOCIATION, "resource"):
        for plan in view.refs(association, "backupPlan", PLAN):
            for rule in view.rows(plan, "backupRules"):
                yield _copy(view, resource, plan, rule, restore, size_gb)


def _copy(
    view: View, resource: Resource, plan: Resource, rule: Mapping[str, Value], restore: Figure, size_gb: float | None
) -> RecoveryPoint:
    vault = view.ref(plan, "backupVault", VAULT)
    stated = view.text(plan, "backupVault") or ""
    own = places.project(view, resource)
    owner = places.project(view, vault) if vault else own
    if not vault and (match := re.search(r"projects/([^/]+)/", stated)):
        owner = domains.account("gcp", match[1])
    at = places.location(view, vault or plan)
    name = as_text(rule.get("ruleId")) or plan.name
    days = as_number(rule.get("backupRetentionDays"))
    protections = {Protection.VERSIONED, *(_guards(view, vault) if vault else ())}
    if owner != own and UNNAMED not in owner.name + own.name:
        protections.add(Protection.OTHER_ACCOUNT)
    interval = _interval(as_row(rule.get("standardSchedule")))
    mechanism = f"{_often(interval)} backup in a vault"
    return RecoveryPoint(
        urn=f"{(vault or plan).urn}#{name} of {resource.name}",
        label=f"{mechanism} of {resource.name} by rule {name}",
        **places.placed(at, owner),
        needs_to_recover=places.control_of(places.region_name(at)),
        mechanism=mechanism,
        age=age(f"age of the backup of rule {name}", interval, f"{plan.name}: rule {name}", _window(rule)),
        retention=None if days is None else span(days=days),
        protections=frozenset(protections),
        restore=restore,
        size_gb=size_gb,
    )


def _interval(schedule: Mapping[str, Value]) -> float | None:
    recurrence = as_text(schedule.get("recurrenceType"))
    if recurrence == "HOURLY":
        hours = as_number(schedule.get("hourlyFrequency"))
        return None if hours is None else hours * HOUR
    return _RECURRENCES.get(recurrence or "")


def _often(interval: float | None) -> str:
    words: dict[float | None, str] = {HOUR: "hourly", DAY: "daily", WEEK: "weekly"}
    return words.get(interval, "scheduled")


def _window(rule: Mapping[str, Value]) -> float:
    """Length of the daily window that backups start in, in seconds; Backup and DR takes no shorter one than 6 h."""
    window = as_row(as_row(rule.get("standardSchedule")).get("backupWindow"))
    start, end = as_number(window.get("startHourOfDay")), as_number(window.get("endHourOfDay"))
    return 6 * HOUR if start is None or end is None else max(0.0, (end - start) * HOUR)


def _guards(view: View, vault: Resource) -> Iterator[Protection]:
    """Nothing in a vault is deleted before its enforced retention; once that is in force, nobody shortens it."""
    if seconds(view.value(vault, "backupMinimumEnforcedRetentionDuration")):
        yield Protection.RETAINED
        if view.text(vault, "effectiveTime"):
            yield Protection.LOCKED


READINGS: Final = {
    PLAN: setting("backup plan", "how often, and where to, what it protects is backed up"),
    ASSOCIATION: setting("backup plan association", "what a plan backs up"),
    VAULT: setting("backup vault", "where backups are kept, and whether they can be deleted early", reasons.VAULT),
}
