"""Backups by AWS Backup: taken on schedule, copied out of the site and out of the account, and restored for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

import pulumi
from pulumi_aws.backup import (
    Plan,
    RestoreTestingPlan,
    RestoreTestingSelection,
    Selection,
    Vault,
    VaultLockConfiguration,
    VaultPolicy,
)
from pulumi_aws.iam import Role, RolePolicyAttachment
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.events import told_of
from bcinfra.aws.function import by_the_clock, operation
from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.region import KeyedRegion, Region, without_account
from bcinfra.component import Args, Component, Str, refuse, unknown_site
from bcinfra.operations.report_restores import NAMESPACE
from bcinfra.seconds import DAY, HOUR, MINUTE

MINUTES_IN_HOUR: Final = HOUR // MINUTE
MINUTES_IN_DAY: Final = DAY // MINUTE
CADENCES: Final = (*(h * MINUTES_IN_HOUR for h in (1, 2, 3, 4, 6, 8, 12, 24)), 7 * MINUTES_IN_DAY)
"""Minutes between backups that one cron expression can state evenly."""

LONGEST_CONTINUOUS_DAYS: Final = 35
"""AWS Backup keeps continuous backups no longer (AWS Backup Developer Guide, point-in-time recovery)."""

BACKUP_POLICIES: Final = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForS3Backup",
)
RESTORE_POLICIES: Final = (
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Restore",
)

LOOKED_BACK_HOURS: Final = 7 * 24
"""How far an alarm looks back at most (CloudWatch User Guide, evaluating an alarm)."""
LOOKS_A_DAY: Final = 4
"""How often the restores of a day are looked at."""
SLOW_MINUTES: Final[Mapping[str, int]] = {"Aurora": 240, "EFS": 480, "RDS": 240}
"""Minutes that a restore takes at most by the assessment's figures, by resource type: what takes longer makes these
wrong."""

FAILURES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "Backup Job State Change": ("state", ("ABORTED", "EXPIRED", "FAILED", "PARTIAL")),
    "Copy Job State Change": ("state", ("FAILED",)),
    "Restore Job State Change": ("status", ("ABORTED", "FAILED")),
}
"""Events that say that a job did not do what it should: the field that holds the job's state, and the states that
count (AWS Backup Developer Guide, monitoring with EventBridge)."""


def cron(cadence_minutes: int, minute: int = 0, hour: int = 1) -> str:
    """The schedule of a cadence: every hour or so at ``minute``; daily and weekly ones at ``hour`` UTC, on Sunday.

    Raises ``ValueError`` for a cadence that AWS Backup cannot keep.
    """
    if cadence_minutes < MINUTES_IN_HOUR:
        raise ValueError(
            f"every {cadence_minutes} minutes is faster than AWS Backup runs; the fastest is every 60."
            " For less, replicate changes: Buckets, or a database's log"
        )
    if cadence_minutes not in CADENCES:
        near = min(CADENCES, key=lambda c: (abs(c - cadence_minutes), c))
        raise ValueError(
            f"every {cadence_minutes} minutes is no even cadence; the nearest is {near},"
            f" allowed: {', '.join(map(str, CADENCES))}"
        )
    if cadence_minutes < MINUTES_IN_DAY:
        every = cadence_minutes // MINUTES_IN_HOUR
        return f"cron({minute} {'*' if every == 1 else f'0/{every}'} * * ? *)"
    return f"cron({minute} {hour} * * ? *)" if cadence_minutes == MINUTES_IN_DAY else f"cron({minute} {hour} ? * SUN *)"


class BackupRule(Args):
    """How often, and for how long."""

    cadence_minutes: int = MINUTES_IN_HOUR
    """Minutes between backups. AWS Backup runs hourly at most."""
    minute: int = Field(default=0, ge=0, le=59)
    """Minute of the hour when a backup starts."""
    hour: int = Field(default=1, ge=0, le=23)
    """Hour (UTC) of daily and weekly backups."""
    continuous: bool = False
    """Whether services that can are backed up continuously, for restoring any second of the retention. It holds in the
    site's own vault; copies are snapshots. One rule a plan."""
    copied: bool = True
    """Whether each backup is copied into the other vaults. Copies of Aurora are whole, never increments (Aurora User
    Guide, copying a DB cluster snapshot): give them a rule of their own."""
    retention_days: int = Field(default=35, ge=1)
    """Days that a backup is kept in the site's vault."""
    copy_retention_days: int = Field(default=90, ge=1)
    """Days that a copy is kept in the other vaults."""
    start_window_minutes: int = Field(default=60, ge=60)
    """Minutes within which a backup must start; AWS Backup's own default of 8 hours would be 8 hours of lost data."""
    completion_window_minutes: int = Field(default=180, ge=60)
    """Minutes within which a started backup must end."""

    @property
    def longest_minutes(self) -> int:
        """Minutes between two backups that are done, at worst."""
        return self.cadence_minutes + self.start_window_minutes + self.completion_window_minutes

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        problems: list[str] = []
        try:
            cron(self.cadence_minutes)
        except ValueError as error:
            problems.append(f"cadence_minutes: {error}")
        if self.continuous and self.retention_days > LONGEST_CONTINUOUS_DAYS:
            problems.append(
                f"retention_days: a continuous backup is kept {LONGEST_CONTINUOUS_DAYS} days at most,"
                f" {self.retention_days} asked"
            )
        return problems


class Protected(Args):
    """What is backed up at a site."""

    arns: Mapping[str, Str] = {}
    """ARNs of databases, file systems, buckets and so on, by a name for each."""
    tags: Mapping[str, str] = {}
    """Everything that carries one of these tags is backed up too."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        refuse([] if self.arns or self.tags else ["names neither arns nor tags: nothing would be backed up"])
        return self


class IsolatedVault(KeyedRegion):
    """A vault in an account that no one at the sites can enter.

    Its key must let the sites' accounts use it (``KeyArgs.accounts``), and theirs must let this account.
    """

    min_retention_days: int = Field(default=30, ge=1)
    """The vault refuses copies that shall be deleted sooner, and deletes none before."""
    max_retention_days: int = Field(default=366, ge=1)
    """The vault refuses copies that shall be kept longer."""
    compliance_after_days: int | None = Field(default=None, ge=3)
    """Days after which the lock can never be lifted again, not by AWS either. ``None`` leaves it to those with the
    permission. This cannot be undone: backups are then paid for until they expire."""


class RestoreTests(Args):
    """Restores that prove the backups."""

    resource_types: Mapping[str, Mapping[str, Str]] = Field(min_length=1, examples=[{"Aurora": {}, "S3": {}}])
    """AWS Backup resource types to restore (``Aurora``, ``RDS``, ``EBS``, ``EFS``, ``S3``, ...), each with the restore
    metadata that shall differ from what AWS Backup infers, such as a subnet group."""
    schedule: str = Field(default="cron(0 3 ? * SUN *)", pattern=r"^(cron|rate)\(.+\)$")
    """When a test starts, as a cron or rate expression in UTC."""
    start_window_hours: int = Field(default=1, ge=1, le=168)
    """Hours within which it must start."""
    selection_window_days: int = Field(default=7, ge=1, le=365)
    """Age in days of the backups that may be picked; the newest is."""
    validation_window_hours: int = Field(default=1, ge=1, le=168)
    """Hours that a restored resource is kept for a validation script, before AWS Backup deletes it."""
    overdue_days: int = Field(default=9, ge=1, le=80)
    """Days after the last restore that passed, of whatever resource, after which the next one is overdue: the longest
    time between two by ``schedule``, and two days."""
    slow_minutes: Mapping[str, int] = {}
    """Minutes by resource type beyond which a restore is slow. Left out, those that ``bcinfra assess`` counts with
    (:data:`SLOW_MINUTES`): state your own figures in both."""


class BackupsArgs(Args):
    """Arguments of :class:`Backups`."""

    sites: Mapping[str, KeyedRegion] = Field(min_length=1)
    """Where a vault is kept, by site, each under that region's own key. Every account must be known."""
    protected: Mapping[str, Protected] = Field(min_length=1)
    """What is backed up, by the site where it is."""
    rules: Mapping[str, BackupRule] = Field(default={"hourly": BackupRule()}, min_length=1)
    """How often and how long, by a name for each rule."""
    isolated: IsolatedVault | None = None
    """The vault in another account that gets a copy of every backup."""
    restore_tests: RestoreTests | None = None
    """Restores at every site with something protected. Without them nobody knows whether the backups are any good."""
    alarm_topic_arns: Mapping[str, Str] = {}
    """SNS topics, by site, that are told of every backup, copy or restore that fails, of backups that are missing, and
    of restore tests that are overdue or slow. A topic's policy must let ``events.amazonaws.com`` and
    ``cloudwatch.amazonaws.com`` publish."""
    log_key_arns: Mapping[str, Str] = {}
    """KMS keys, by site, for the log of what looks after restore tests, whose policies let
    ``logs.<region>.amazonaws.com`` use them."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> list[str]:
        regions = {f"sites[{site!r}].region": keyed.region for site, keyed in self.sites.items()}
        if self.isolated:
            regions["isolated.region"] = self.isolated.region
        problems = [*without_account(regions)]
        for field, by_site in (
            ("protected", self.protected),
            ("alarm_topic_arns", self.alarm_topic_arns),
            ("log_key_arns", self.log_key_arns),
        ):
            problems += [f"{field}: {unknown_site(site, self.sites)}" for site in by_site if site not in self.sites]
        if sum(rule.continuous for rule in self.rules.values()) > 1:
            problems.append("rules: more than one is continuous; a resource has one continuous backup")
        if vault := self.isolated:
            if "isolated" in self.sites:
                problems.append("sites: 'isolated' is the name of the isolated vault; choose another")
            problems += [
                f"isolated.region: account {vault.region.account} also holds site {site!r}; whoever takes that account"
                " takes this vault"
                for site, keyed in self.sites.items()
                if vault.region.account and keyed.region.account == vault.region.account
            ]
            low, high = vault.min_retention_days, vault.max_retention_days
            problems += [
                f"rules[{name!r}].copy_retention_days: {rule.copy_retention_days} is refused by the isolated vault;"
                f" allowed: {low} to {high}"
                for name, rule in self.rules.items()
                if not low <= rule.copy_retention_days <= high
            ]
        return problems


class _Store(NamedTuple):
    """A vault, its known ARN, and what must exist before something is copied into it."""

    region: Region
    vault: Vault
    arn: str
    ready: pulumi.Resource


class Backups(Component):
    """A vault at each site, one in an isolated account, and plans that fill them.

    Each site with something protected has a plan: it backs up into the site's own vault and copies from there to every
    other site and to the isolated vault. Nobody may delete a backup by hand while the region is protected, and the
    isolated vault is locked against everyone, in governance mode unless asked otherwise.

    AWS Backup tells of a backup that fails, not of one that is never begun: an alarm tells where none came into a vault
    in the time that the most frequent rule gives it. A rule of every week alone is longer than an alarm looks back.

    AWS Backup tells of a restore test that fails, not of one that is never begun, and has no metric of how long one
    takes. A function looks four times a day at those that passed, and alarms tell of a test that is overdue or slow.

    What the accounts must have before, which no component of one stack can set:

    - For copies between accounts, both accounts are in one AWS Organization, whose management account has turned on
      cross-account backup (``aws.backup.GlobalSettings`` with ``isCrossAccountBackupEnabled``).
    - Each service that is backed up is opted in, in each account and region (``aws.backup.RegionSettings``).
    - What is backed up is encrypted with a customer-managed key: a snapshot under an AWS-managed key cannot leave its
      account.

    A snapshot of RDS or Aurora goes into another account *and* region in one copy. AWS Backup does that since November
    2025 (announced as single-action copies for RDS, Aurora, Neptune and DocumentDB; quoted on 2025-11-03 in
    nationalarchives/terraform-aws-immutable-aws-backup, issue 59, and used by sqlxpert/backup-events-aws 2.0.0 since
    2026-02). Older copies of the developer guide still say that such a copy takes two steps.

    To restore after the loss of an account, copy a recovery point from the isolated vault into any site's vault: their
    policies let the isolated account do so.
    """

    package = "aws"

    vault_arns: Mapping[str, pulumi.Output[str]]
    """The vault of each site."""
    isolated_vault_arn: pulumi.Output[str] | None
    """The vault in the isolated account."""
    plan_ids: Mapping[str, pulumi.Output[str]]
    """The plan of each site with something protected."""

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        places: dict[str, KeyedRegion] = dict(args.sites)
        if args.isolated:
            places["isolated"] = args.isolated
        known = sorted({place.region.account for place in places.values() if place.region.account})
        stores = {
            site: self._vault(site, place, [a for a in known if a != place.region.account])
            for site, place in places.items()
        }
        if args.isolated:
            self._lock(args.isolated, stores["isolated"])

        self.plan_ids = {}
        for site, protected in args.protected.items():
            self.plan_ids = {**self.plan_ids, site: self._plan(site, protected, stores)}
            if args.restore_tests:
                plan = self._restore_tests(site, stores[site], args.restore_tests)
                if site in args.alarm_topic_arns:
                    self._look_after(site, stores[site].region, plan, args.restore_tests)
        for site, topic_arn in args.alarm_topic_arns.items():
            self._alarms(site, topic_arn)
            if site in args.protected:
                self._notice(site, stores[site], topic_arn)

        arns = {site: policies.after(store.vault, store.arn) for site, store in stores.items()}
        self.isolated_vault_arn = arns.pop("isolated") if args.isolated else None
        self.vault_arns = arns
        self.register_outputs(
            {"vaultArns": self.vault_arns, "isolatedVaultArn": self.isolated_vault_arn, "planIds": self.plan_ids}
        )

    def _vault(self, site: str, place: KeyedRegion, other_accounts: Sequence[str]) -> _Store:
        """A vault into which the other accounts may copy, and from which nobody deletes."""
        region, what = place.region, f"{self._name}-{site}"
        name = physical("backup-vault", what)
        arn = region.arn("backup", f"backup-vault:{name}")
        vault = Vault(
            what,
            name=name,
            kms_key_arn=place.key_arn,
            force_destroy=not region.protected,
            tags=region.tagged(what),
            opts=region.child(self, protect=region.protected),
        )
        statements: list[policies.Statement] = []
        if other_accounts:
            others = policies.accounts(region, *other_accounts)
            statements.append(policies.allow(["backup:CopyIntoBackupVault"], ["*"], principal=others))
        if region.protected:
            statements.append(
                policies.deny(
                    ["backup:DeleteRecoveryPoint", "backup:DeleteBackupVault", "backup:UpdateRecoveryPointLifecycle"],
                    ["*"],
                )
            )
        if not statements:
            return _Store(region, vault, arn, vault)
        policy = VaultPolicy(
            what, backup_vault_name=vault.name, policy=policies.document(*statements), opts=region.child(self)
        )
        return _Store(region, vault, arn, policy)

    def _lock(self, isolated: IsolatedVault, store: _Store) -> None:
        if store.region.protected:
            VaultLockConfiguration(
                f"{self._name}-isolated",
                backup_vault_name=store.vault.name,
                min_retention_days=isolated.min_retention_days,
                max_retention_days=isolated.max_retention_days,
                changeable_for_days=isolated.compliance_after_days,  # None is governance, a number is compliance
                opts=store.region.child(self),
            )

    def _plan(self, site: str, protected: Protected, stores: Mapping[str, _Store]) -> pulumi.Output[str]:
        own, what = stores[site], f"{self._name}-{site}"
        region = own.region
        others = [store for to, store in sorted(stores.items()) if to != site]
        plan = Plan(
            what,
            name=physical("backup-plan", what),
            rules=[_plan_rule(name, rule, own, others) for name, rule in self._args.rules.items()],
            tags=region.tagged(what),
            opts=region.child(self, depends_on=[store.ready for store in (own, *others)]),
        )
        role = backup_role(self, f"{what}-backup", region, BACKUP_POLICIES)
        # Two selections: AWS Backup takes what either names, while ARNs and tags in one would have to agree.
        if protected.arns:
            Selection(
                f"{what}-arns",
                name=physical("backup-plan", f"{what}-arns"),
                plan_id=plan.id,
                iam_role_arn=role.arn,
                resources=list(protected.arns.values()),
                opts=region.child(self),
            )
        if protected.tags:
            Selection(
                f"{what}-tags",
                name=physical("backup-plan", f"{what}-tags"),
                plan_id=plan.id,
                iam_role_arn=role.arn,
                selection_tags=[
                    {"type": "STRINGEQUALS", "key": key, "value": value} for key, value in protected.tags.items()
                ],
                opts=region.child(self),
            )
        return plan.id

    def _restore_tests(self, site: str, store: _Store, tests: RestoreTests) -> str:
        """The plan that restores what a site's vault holds: its name."""
        region, what = store.region, f"{self._name}-{site}-restore"
        continuous = any(rule.continuous for rule in self._args.rules.values())
        plan = RestoreTestingPlan(
            what,
            name=physical("restore-testing", what),
            schedule_expression=tests.schedule,
            start_window_hours=tests.start_window_hours,
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [policies.after(store.vault, store.arn)],
                "recovery_point_types": ["CONTINUOUS", "SNAPSHOT"] if continuous else ["SNAPSHOT"],
                "selection_window_days": tests.selection_window_days,
            },
            tags=region.tagged(what),
            opts=region.child(self),
        )
        role = backup_role(self, what, region, RESTORE_POLICIES)
        for kind, overrides in tests.resource_types.items():
            RestoreTestingSelection(
                f"{what}-{kind}",
                name=physical("restore-testing", f"{what}-{kind}"),
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                protected_resource_arns=["*"],
                restore_metadata_overrides=overrides or None,
                validation_window_hours=tests.validation_window_hours,
                iam_role_arn=role.arn,
                opts=region.child(self),
            )
        return physical("restore-testing", what)

    def _look_after(self, site: str, region: Region, plan: str, tests: RestoreTests) -> None:
        """A function that says how old the last restores are and how long they took, and alarms of each type."""
        what = f"{self._name}-{site}-restore-tests"
        function = operation(
            self,
            what,
            region,
            "report_restores",
            policies.allow(["backup:ListRestoreJobs"], ["*"]),  # lists take no resource
            policies.allow(
                ["cloudwatch:PutMetricData"], ["*"], condition={"StringEquals": {"cloudwatch:namespace": NAMESPACE}}
            ),
            does=f"Says how the restore tests of {plan} went",
            environment={"PLAN": plan, "KINDS": ",".join(tests.resource_types)},
            timeout_seconds=MINUTE,
            log_key_arn=self._args.log_key_arns.get(site),
            log_days=90,
        )
        by_the_clock(self, what, region, function, f"rate({24 // LOOKS_A_DAY} hours)")
        for kind in tests.resource_types:
            common: dict[str, Any] = {
                "namespace": NAMESPACE,
                "dimensions": {"Plan": plan, "Type": kind},
                "period": DAY,
                "statistic": "Maximum",
                "comparison_operator": "GreaterThanThreshold",
            }
            topics = [self._args.alarm_topic_arns[site]]
            metric_alarm(
                self,
                region,
                f"{what}-{kind}-overdue",
                f"{plan} restored some {kind} more than {tests.overdue_days} days ago, or never: nobody knows whether"
                " it still could",
                topics,
                **common,
                metric_name="TestAgeSeconds",
                threshold=float(tests.overdue_days * DAY),
                evaluation_periods=2,  # a day that has just begun has no figure yet
                datapoints_to_alarm=2,
                treat_missing_data="breaching",
            )
            slow = tests.slow_minutes.get(kind, SLOW_MINUTES.get(kind))
            if slow is not None:
                metric_alarm(
                    self,
                    region,
                    f"{what}-{kind}-slow",
                    f"{plan} took longer than {slow} minutes to restore {kind}: longer than the assessment counts with",
                    topics,
                    **common,
                    metric_name="RestoreSeconds",
                    threshold=float(slow * MINUTE),
                    evaluation_periods=1,
                    treat_missing_data="notBreaching",
                )

    def _alarms(self, site: str, topic_arn: Str) -> None:
        region = self._args.sites[site].region
        for event, (field, states) in FAILURES.items():
            what = f"{self._name}-{site}-{event.split(' ')[0].lower()}-failed"
            told_of(
                self,
                region,
                what,
                f"AWS Backup: {event} to {', '.join(states)}",
                {"source": ["aws.backup"], "detail-type": [event], "detail": {field: list(states)}},
                topic_arn,
            )

    def _notice(self, site: str, store: _Store, topic_arn: Str) -> None:
        """An alarm where no backup came into a vault in the time that one may take: a job that never began tells of no
        failure. It is of the vault, not of each thing that is backed up."""
        hours = min(-(-rule.longest_minutes // MINUTES_IN_HOUR) for rule in self._args.rules.values())
        if hours > LOOKED_BACK_HOURS:
            return
        what = f"{self._name}-{site}"
        metric_alarm(
            self,
            store.region,
            f"{what}-backups-missing",
            f"No backup was made into {physical('backup-vault', what)} for {hours} hours",
            [topic_arn],
            namespace="AWS/Backup",
            metric_name="NumberOfBackupJobsCompleted",
            dimensions={"BackupVaultName": store.vault.name},
            statistic="Sum",
            period=HOUR,
            evaluation_periods=hours,
            datapoints_to_alarm=hours,
            comparison_operator="LessThanThreshold",
            threshold=1.0,
            treat_missing_data="breaching",
        )


def _plan_rule(name: str, rule: BackupRule, own: _Store, others: Sequence[_Store]) -> Any:
    return {
        "rule_name": physical("backup-plan", name),
        "target_vault_name": own.vault.name,
        "schedule": cron(rule.cadence_minutes, rule.minute, rule.hour),
        "schedule_expression_timezone": "Etc/UTC",
        "start_window": rule.start_window_minutes,
        "completion_window": rule.completion_window_minutes,
        "enable_continuous_backup": rule.continuous,
        "lifecycle": {"delete_after": rule.retention_days},
        "copy_actions": [
            {
                "destination_vault_arn": policies.after(store.vault, store.arn),
                "lifecycle": {"delete_after": rule.copy_retention_days},
            }
            for store in (others if rule.copied else ())
        ],
    }


def backup_role(parent: Component, what: str, region: Region, managed: Sequence[str]) -> Role:
    """A role of AWS Backup with policies that AWS manages: they follow the services it learns to back up."""
    role = Role(
        what,
        description=f"AWS Backup: {what}",
        assume_role_policy=policies.trust(policies.service("backup.amazonaws.com")),
        tags=region.tagged(what),
        opts=region.child(parent),
    )
    for policy in managed:
        RolePolicyAttachment(
            f"{what}-{policy.rsplit('/', 1)[-1]}",
            role=role.name,
            policy_arn=policies.managed_policy(region, policy),
            opts=region.child(parent),
        )
    return role
