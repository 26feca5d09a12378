"""AWS Backup: what a plan copies, where to, how old the newest copy is, and who can destroy it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from math import inf
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import UNNAMED, Domain
from bcinfra.continuity.model.parts import Protection, RecoveryPoint, Refusal, Refused
from bcinfra.continuity.model.ranges import Figure, Range, Stated, Unit, assumed, total, unknown
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.binlogs import proved
from bcinfra.continuity.readings.aws.permissions import powerless
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.schedules import interval_outside, longest_interval
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import refused
from bcinfra.continuity.readings.base.traits import Backup, guards, having, loses
from bcinfra.continuity.readings.base.view import (
    View,
    as_flag,
    as_json,
    as_number,
    as_row,
    as_rows,
    as_text,
    once_per_view,
    same,
    strings,
)
from bcinfra.graph.core.model import UNKNOWN, Resource, Value
from bcinfra.seconds import DAY, HOUR, WEEK

PLAN: Final = "aws:backup/plan:Plan"
SELECTION: Final = "aws:backup/selection:Selection"
VAULT: Final = "aws:backup/vault:Vault"
AIR_GAPPED: Final = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
LOCK: Final = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
POLICY: Final = "aws:backup/vaultPolicy:VaultPolicy"
TEST_PLAN: Final = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
TEST_SELECTION: Final = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
_VAULTS: Final = (VAULT, AIR_GAPPED)
_DEFAULT_START_MINUTES: Final = 480.0
_CLOSED_BEFORE: Final = 60
"""Minutes ahead of an instance's maintenance window in which AWS Backup starts no backup of it, nor does it inside of
that; Aurora is exempt (AWS Backup Developer Guide, backup plan options and configuration:
https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html; read 2026-11)."""
_DEFAULT_SCHEDULE: Final = "cron(0 5 ? * * *)"
_COPYING: Final = Range(1800, 14400)
_COMPLETION: Final = Range(600, HOUR)


@dataclass(frozen=True, slots=True)
class _Vault:
    """Where copies are kept, in this graph or known by its ARN alone."""

    urn: str
    label: str
    region: str | None
    account: Domain
    needs: tuple[Domain, ...]
    protections: frozenset[Protection]
    resource: Resource | None


def copies(view: View, resource: Resource, size_gb: float | None = None) -> Iterator[RecoveryPoint | Refused]:
    """The copies that AWS Backup makes of a resource, and those that it cannot make."""
    restore = view.time(_backup(view, resource).restore)
    for plan in _plans(view, resource):
        for rule in view.rows(plan, "rules"):
            yield from _rule(view, resource, plan, rule, restore, size_gb)


def _backup(view: View, resource: Resource) -> Backup:
    """How AWS Backup backs up what is of the type of a resource."""
    backup = view.of_type(resource.type).backup
    if not isinstance(backup, Backup) or not backup.kind:
        raise TypeError(f"{resource.type} is not backed up by AWS Backup")
    return backup


def _plans(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The plans that select a resource, by name or by tag."""
    by_name = view.users(resource, SELECTION, "resources")
    candidates = {s.urn: s for s in (*by_name, *_broad(view))}
    plans: dict[str, Resource] = {}
    for _, selection in sorted(candidates.items()):
        if _selects(view, selection, resource):
            plans |= {plan.urn: plan for plan in view.refs(selection, "planId", PLAN)}
    return tuple(plans.values())


@once_per_view
def _broad(view: View) -> tuple[Resource, ...]:
    """The selections that do not name all that they select."""
    return tuple(
        s
        for s in view.graph.of_type(SELECTION)
        if view.rows(s, "selectionTags") or any("*" in text for text in strings(view.value(s, "resources")))
    )


def _selects(view: View, selection: Resource, resource: Resource) -> bool:
    if places.region_of(view, selection) != places.region_of(view, resource):
        return False
    if not _meets(view, selection, resource) or resource in view.refs(selection, "notResources", resource.type):
        return False
    if resource in view.refs(selection, "resources", resource.type):
        return True
    patterns = [text for text in strings(view.value(selection, "resources")) if "*" in text]
    if any(_covers(text, _backup(view, resource).arn) for text in patterns):
        return True
    tags = _tags(view, resource)
    return any(same(tags.get(str(row.get("key"))), row.get("value")) for row in view.rows(selection, "selectionTags"))


def _tags(view: View, resource: Resource) -> Mapping[str, Value]:
    return as_row(view.value(resource, "tagsAll")) or as_row(view.value(resource, "tags"))


def _meets(view: View, selection: Resource, resource: Resource) -> bool:
    """Whether a resource has the tags that a selection makes a condition, all of them."""
    tags = _tags(view, resource)
    return all(
        test(as_text(tags.get((as_text(row.get("key")) or "").removeprefix("aws:ResourceTag/"))), row.get("value"))
        for condition in view.rows(selection, "conditions")
        for name, test in _TESTS.items()
        for row in as_rows(condition.get(name))
    )


def _like(tag: str | None, pattern: Value) -> bool:
    return tag is not None and fnmatchcase(tag, as_text(pattern) or "")


_TESTS: Final[Mapping[str, Callable[[str | None, Value], bool]]] = {
    "stringEquals": same,
    "stringLikes": _like,
    "stringNotEquals": lambda tag, value: tag != value,
    "stringNotLikes": lambda tag, value: not _like(tag, value),
}
"""Conditions of a selection, by name."""


def _covers(pattern: str, arn: str) -> bool:
    """Whether a pattern of ARNs takes all resources of a type: ``*``, or ``arn:aws:rds:*:*:db:*``."""
    service, _, kind = arn.partition(":")
    parts = pattern.split(":", 5)
    if len(parts) < 6 or not pattern.endswith("*"):
        return pattern == "*"
    return parts[2] == service and (parts[5] == "*" or parts[5].startswith(kind))


def _rule(
    view: View, resource: Resource, plan: Resource, rule: Mapping[str, Value], restore: Figure, size_gb: float | None
) -> Iterator[RecoveryPoint | Refused]:
    name = as_text(rule.get("ruleName")) or plan.name
    continuous = as_flag(rule.get("enableContinuousBackup"))
    snapshot = _age(view, resource, plan, rule, name)  # a continuous backup is copied as snapshots
    age = view.age("aws.rds.pitr") if continuous else snapshot
    what = "continuous backup" if continuous else f"{_often(rule)} backup"
    targets = _vaults(view, plan, [rule.get("targetVaultName")]) or (_default_vault(view, plan),)
    for vault in targets[:1]:
        yield _copy(view, resource, vault, what, age, _retention(rule), restore, size_gb)
    for action in as_rows(rule.get("copyActions")):
        copied = total(
            f"age of the copy that rule {name} makes",
            snapshot,
            assumed("copying to the other vault", Unit.SECONDS, _COPYING, "AWS publishes no duration of copies"),
        )
        for vault in _destinations(view, plan, action, targets):
            made = _copy(view, resource, vault, f"{what}, copied", copied, _retention(action), restore, size_gb)
            yield _refused(view, resource, vault, made.label) or _of_some_key(view, resource, vault, made)


def _refused(view: View, resource: Resource, vault: _Vault, what: str) -> Refused | None:
    """Why a copy into another vault is not made.

    What AWS Backup does not encrypt itself is copied to another account only where the resource and the vault are under
    customer managed keys, and the other account may use the resource's
    (https://aws.amazon.com/blogs/storage/how-encryption-works-in-aws-backup/). A Multi-AZ DB cluster is copied nowhere
    (https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html). All read 2026-11.
    """
    if resource.inputs.get("dbClusterInstanceClass") is not None:
        return refused(Refusal.NOT_COPIED, what, resource, "dbClusterInstanceClass")
    if not _elsewhere(view, resource, vault):
        return None
    to, own = (domain.name.removeprefix("aws/") for domain in (vault.account, places.account(view, resource)))
    if vault.resource is not None:
        policies = [as_json(view.value(row, "policy")) for row in view.users(vault.resource, POLICY, "backupVaultName")]
        stated = bool(policies) and None not in policies
        if stated and not any(places.admits(policy, own, "backup:CopyIntoBackupVault") for policy in policies):
            return refused(Refusal.NOT_ADMITTED, what, vault.resource, "policy", own)
    if not (under := _backup(view, resource).under.split()):
        return None
    key, encrypted, managed = under
    if not (view.flag(resource, encrypted) or resource.inputs.get(key) is not None):
        return None
    if places.left_to_aws(view, resource, key):
        return refused(Refusal.MANAGED_KEY, what, resource, key, managed)
    kept_in = vault.resource if vault.resource and vault.resource.type == VAULT else None
    if kept_in and places.left_to_aws(view, kept_in, "kmsKeyArn"):
        return refused(Refusal.MANAGED_KEY, what, kept_in, "kmsKeyArn", "aws/backup")
    shut = next((row for row in places.keys_of(view, resource, key) if places.shuts_out(view, row, to)), None)
    return refused(Refusal.KEY_NOT_SHARED, what, shut, "policy", shut.name, to) if shut else None


def _of_some_key(view: View, resource: Resource, vault: _Vault, made: RecoveryPoint) -> RecoveryPoint:
    """A copy; whether it is made is not known where only the deployment tells the key, which may be the vendor's."""
    under = _backup(view, resource).under.split()
    if not under or not _elsewhere(view, resource, vault):
        return made
    if resource.inputs.get(under[0]) is not UNKNOWN or view.linked(resource, under[0]):
        return made
    why = f"{resource.name}: whose key `{under[0]}` is, which is looked up, decides whether another account gets a copy"
    return replace(made, age=unknown(made.label, Unit.SECONDS, why))


def _elsewhere(view: View, resource: Resource, vault: _Vault) -> bool:
    """Whether a vault is known to be in another account."""
    own = places.account(view, resource)
    return vault.account != own and UNNAMED not in vault.account.name + own.name


def _copy(
    view: View,
    resource: Resource,
    vault: _Vault,
    mechanism: str,
    age: Figure,
    retention: timedelta | None,
    restore: Figure,
    size_gb: float | None,
) -> RecoveryPoint:
    home = domains.region("aws", vault.region) if vault.region else domains.provider("aws")
    return RecoveryPoint(
        urn=f"{vault.urn}#{mechanism} of {resource.name}",
        label=f"{mechanism} of {resource.name} in {vault.label}",
        site=f"aws/{vault.region}" if vault.region else None,
        homes=(home, vault.account),
        needs_to_recover=vault.needs,
        mechanism=mechanism,
        age=age,
        retention=retention,
        protections=vault.protections
        | {Protection.VERSIONED}
        | ({Protection.OTHER_ACCOUNT} if _elsewhere(view, resource, vault) else set[Protection]()),
        restore=restore,
        tested_by=_tested(view, resource, vault) or proved(view, vault.account, resource),
        size_gb=size_gb,
    )


def _age(view: View, resource: Resource, plan: Resource, rule: Mapping[str, Value], name: str) -> Figure:
    """Age of the newest backup: up to an interval, a start window and the time that it takes; of an instance of RDS
    longer once a week, as none starts while it may be maintained."""
    schedule = as_text(rule.get("schedule")) or _DEFAULT_SCHEDULE
    interval = longest_interval(schedule)
    place = f"{plan.name}: rule {name}"
    if interval is None:
        return unknown(f"age of the backup of rule {name}", Unit.SECONDS, f"{place}: schedule {schedule!r}")
    stated = as_number(rule.get("startWindow")) or 0.0
    window = 60 * (stated if stated > 0 else _DEFAULT_START_MINUTES)
    since = Figure(
        "since the last start", Unit.SECONDS, Range(interval / 2, interval, 0), Stated(f"{place}: {schedule}")
    )
    start = Figure("start window", Unit.SECONDS, Range(min(600, window), window, 0), Stated(f"{place}: startWindow"))
    taking = assumed("taking the backup", Unit.SECONDS, _COMPLETION, "AWS publishes no duration of backups")
    label = f"age of the backup of rule {name}"
    closed = view.text(resource, "maintenanceWindow") if _backup(view, resource).kind == "RDS" else None
    longest = interval_outside(schedule, closed, _CLOSED_BEFORE) if closed else None
    if closed is None or longest is None or longest <= interval:
        return total(label, since, start, taking)
    if longest == inf:
        return unknown(label, Unit.SECONDS, f"{place}: each start lies in or near {resource.name}'s {closed}")
    held = f"{resource.name}: maintenanceWindow {closed}, and the hour before"
    skipped = Figure("no start then", Unit.SECONDS, Range(0, longest - interval, 0), Stated(held))
    return total(label, since, skipped, start, taking)


def _often(rule: Mapping[str, Value]) -> str:
    interval = longest_interval(as_text(rule.get("schedule")) or _DEFAULT_SCHEDULE)
    words: dict[float, str] = {HOUR: "hourly", DAY: "daily", WEEK: "weekly"}
    return words.get(interval, "scheduled") if interval else "scheduled"


def _retention(row: Mapping[str, Value]) -> timedelta | None:
    days = as_number(as_row(row.get("lifecycle")).get("deleteAfter"))
    return None if days is None else span(days=days)


def _vaults(view: View, plan: Resource, values: list[Value]) -> tuple[_Vault, ...]:
    """The vaults of this graph that the plan's text names, in its own place."""
    named = [v for text in strings(values) for v in view.named(text, _VAULTS, near=plan)]
    if not named:  # unknown text: of the vaults that the plan depends on, those where the plan is
        at = view.location(plan)
        named = [r for r in view.linked(plan, "rules") if r.type in _VAULTS and view.location(r) == at]
    return tuple(_vault(view, v) for v in dict.fromkeys(v.urn for v in named))


def _destinations(
    view: View, plan: Resource, action: Mapping[str, Value], targets: tuple[_Vault, ...]
) -> tuple[_Vault, ...]:
    """Where a copy action copies to."""
    arn = as_text(action.get("destinationVaultArn"))
    if arn:
        named = view.named(arn, _VAULTS)
        account = places.arn_parts(arn)[1]
        fitting = [v for v in named if account in (None, (view.location(v) or (None, None, None))[2])]
        return (_vault(view, (fitting or list(named))[0].urn),) if named else (_foreign(plan, arn),)
    own = {vault.urn for vault in targets}
    linked = [r.urn for r in view.linked(plan, "rules") if r.type in _VAULTS and r.urn not in own]
    return tuple(_vault(view, urn) for urn in linked)


def _vault(view: View, urn: str) -> _Vault:
    vault = view.graph[urn]
    region = places.region_of(view, vault)
    return _Vault(
        urn=urn,
        label=f"vault {vault.name}{places.where(view, vault)}",
        region=region,
        account=places.account(view, vault),
        needs=(*places.control_plane(view, vault), *places.key(view, vault, "kmsKeyArn")),
        protections=_guards(view, vault),
        resource=vault,
    )


def _foreign(plan: Resource, arn: str) -> _Vault:
    """A vault outside this program: its ARN tells region and account, nothing tells whether it is locked."""
    region, account = places.arn_parts(arn)
    return _Vault(
        urn=plan.urn,
        label=f"vault {arn}",
        region=region,
        account=domains.account("aws", account or UNNAMED),
        needs=(domains.control_plane("aws", region),) if region else (),
        protections=frozenset(),
        resource=None,
    )


def _default_vault(view: View, plan: Resource) -> _Vault:
    region = places.region_of(view, plan)
    return _Vault(
        urn=plan.urn,
        label=f"the default vault{places.where(view, plan)}",
        region=region,
        account=places.account(view, plan),
        needs=places.control_plane(view, plan),
        protections=frozenset(),
        resource=None,
    )


def _guards(view: View, vault: Resource) -> frozenset[Protection]:
    """What keeps recovery points: a lock that nobody can lift, a lock or policy that administrators can."""
    if vault.type == AIR_GAPPED:
        return frozenset({Protection.RETAINED, Protection.LOCKED})
    protections: set[Protection] = set()
    for lock in view.users(vault, LOCK, "backupVaultName"):
        protections |= {Protection.RETAINED} | (
            {Protection.LOCKED} if view.number(lock, "changeableForDays") else set()
        )
    for policy in view.users(vault, POLICY, "backupVaultName"):
        if _denies_deletion(as_json(view.value(policy, "policy"))):
            protections.add(Protection.RETAINED)
    return frozenset(protections)


def _denies_deletion(policy: Value) -> bool:
    statements = as_rows(as_row(policy).get("Statement"))
    return any(
        row.get("Effect") == "Deny" and "backup:DeleteRecoveryPoint" in strings(row.get("Action")) for row in statements
    )


def _tested(view: View, resource: Resource, vault: _Vault) -> str | None:
    """A restore-testing plan that restores snapshots of this resource from this vault, by a role that may.

    What it excludes, and recovery points of other types, are never restored
    (https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html; read 2026-11-29).
    """
    if vault.resource is None:
        return None
    kind = _backup(view, resource).kind
    everywhere = _of_all_vaults(view)
    plans = (*view.users(vault.resource, TEST_PLAN, "recoveryPointSelection"), *everywhere.get(vault.region, ()))
    names = (
        f"restore testing plan {plan.name}"
        for plan in plans
        if _takes(view, plan, vault.resource)
        for selection in view.users(plan, TEST_SELECTION, "restoreTestingPlanName")
        if view.text(selection, "protectedResourceType") == kind
        and _restores(view, selection, resource)
        and not powerless(view, selection, "iamRoleArn")
    )
    return next(names, None)


def _takes(view: View, plan: Resource, vault: Resource) -> bool:
    """Whether a restore-testing plan takes snapshots out of a vault that it may name or exclude."""
    chosen = as_row(view.value(plan, "recoveryPointSelection"))
    excluded = chosen.get("excludeVaults")
    left_out = [row for text in strings(excluded) for row in view.named(text, (VAULT, AIR_GAPPED), plan)]
    if isinstance(excluded, list) and not all(isinstance(one, str) for one in excluded):
        left_out += view.linked(plan, "recoveryPointSelection")
    types = [*strings(chosen.get("recoveryPointTypes"))]
    return vault not in left_out and (not types or "SNAPSHOT" in types)


def _restores(view: View, selection: Resource, resource: Resource) -> bool:
    """Whether a selection takes a resource, by name or as any of its type."""
    stated = view.value(selection, "protectedResourceArns")
    if stated is None or "*" in strings(stated):
        return True
    return resource in view.refs(selection, "protectedResourceArns", resource.type)


@once_per_view
def _of_all_vaults(view: View) -> dict[str | None, list[Resource]]:
    """Region → the restore-testing plans that take any vault there."""
    found: dict[str | None, list[Resource]] = {}
    for plan in view.graph.of_type(TEST_PLAN):
        if "*" in strings(as_row(view.value(plan, "recoveryPointSelection")).get("includeVaults")):
            found.setdefault(places.region_of(view, plan), []).append(plan)
    return found


READINGS: Final = {
    PLAN: setting("backup plan", "how often, and where to, what it selects is backed up"),
    SELECTION: setting("backup selection", "what a plan backs up", having(replacement=guards())),
    VAULT: setting(
        "backup vault",
        "where backups are kept",
        having(reasons.VAULT, replacement=loses("backups", "kmsKeyArn name", bare_while="forceDestroy")),
    ),
    AIR_GAPPED: setting(
        "isolated backup vault",
        "where backups are kept that nobody can delete",
        having(reasons.VAULT, replacement=loses("backups", "name", guarded_longer="minRetentionDays")),
    ),
    LOCK: setting(
        "vault lock",
        "whether backups can be deleted early",
        having(replacement=guards(guarded_longer="minRetentionDays")),
    ),
    POLICY: setting(
        "vault policy", "whether backups can be deleted by hand", having(reasons.PERMISSIONS, replacement=guards())
    ),
    TEST_PLAN: setting("restore test plan", "which vaults' backups are restored on a schedule"),
    TEST_SELECTION: setting("restore test selection", "what is restored on a schedule"),
}
