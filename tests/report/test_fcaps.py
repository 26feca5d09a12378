"""How tiers are managed: what is there is named, what is missing is, and what is taken away shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pulumi import ResourceOptions
from pulumi_aws import Provider
from pulumi_aws.backup import Vault
from pulumi_aws.budgets import Budget
from pulumi_aws.cloudtrail import Trail
from pulumi_aws.cloudwatch import AlarmMuteRule, CompositeAlarm, EventRule, EventTarget, MetricAlarm
from pulumi_aws.eks import Cluster
from pulumi_aws.kms import Key
from pulumi_aws.route53 import Zone
from pulumi_aws.s3 import Bucket, BucketMetric, BucketReplicationConfig
from pulumi_gcp.compute import TargetHttpsProxy
from pulumi_gcp.dns import ManagedZone, RecordSet

from bcinfra.aws import Region as AwsRegion, Watch, WatchArgs, WatchedDatabase, WatchedTier
from bcinfra.continuity.judgement.findings import Finding
from bcinfra.continuity.model.fcaps import AREAS, GROUNDS, TIERS, Area, Cell, book
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.fcaps import cells
from bcinfra.continuity.readings.joins.burning import burning
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.continuity.recovery.outcomes import FindingAcceptance
from bcinfra.graph import Graph, record
from bcinfra.report.assess.page import Severity, severity
from bcinfra.report.documents.fcaps import lines, to_json
from bcinfra.report.words.statements import say
from tests.continuity.readings.programs import IRELAND, Database, Region, Tier, people
from tests.samples import assess, sample


def shop(*, receivers: bool = True, rotation: bool = True, budget: bool = False) -> None:
    at = Region("eu-west-1", IRELAND)
    Database(at, Tier(at))
    MetricAlarm(
        "lag",
        comparison_operator="LessThanThreshold",
        evaluation_periods=1,
        namespace="AWS/RDS",
        metric_name="ReplicaLag",
        alarm_actions=[people(at.opts)] if receivers else None,
        opts=at.opts,
    )
    for name, rotates in (("one", True), ("two", rotation)):
        Key(name, enable_key_rotation=rotates, opts=at.opts)
    if budget:
        told: Any = [{"comparison_operator": "GREATER_THAN", "threshold": 80, "threshold_type": "PERCENTAGE",
                      "notification_type": "ACTUAL", "subscriber_email_addresses": ["a@shop.example"]}]  # fmt: skip
        Budget("all", budget_type="COST", limit_amount="100", limit_unit="USD", time_unit="MONTHLY",
               notifications=told, opts=at.opts)  # fmt: skip


def cell(program: Callable[[], None], tier: str, area: Area) -> Cell:
    graph = record(program)
    (found,) = (one for one in cells(graph) if (one.tier, one.ground, one.area) == (tier, "aws", area))
    return found


def test_an_alarm_counts_where_somebody_is_told() -> None:
    for receivers in (True, False):
        found = cell(lambda on=receivers: shop(receivers=on), "mysql", Area.FAULT)
        assert found.needs[0].missing is not receivers
        assert found.empty is not receivers
        assert not found.whole, "nothing watches the storage"


WEEKLY, DAILY = ("cron(0 2 * * SUN)", "PT4H"), ("cron(0 2 * * *)", "PT1H")


@pytest.mark.parametrize(
    ("rules", "heard"),
    [
        ([WEEKLY], True),
        ([DAILY], True),
        ([("at(2026-12-01T02:00)", "PT4H")], True),
        ([("cron(0 * * * *)", "PT1H")], False),
        ([("cron(0 2 * * *)", "PT4H")], False),
        ([("cron(0 2 * * SUN)", "P15D")], False),
        ([("cron(0 2 L * ?)", "PT23H")], True),
        ([("whenever", "PT1M")], False),
        ([WEEKLY, ("cron(0 2 * * MON-FRI)", "PT4H")], False),
        ([WEEKLY, DAILY], True),
        ([("at(2026-12-01T02:00)", "PT20H"), ("at(2026-12-02T02:00)", "PT20H")], False),
        ([("at(2026-12-01T02:00)", "PT20H"), ("at(2027-02-01T02:00)", "PT20H")], True),
    ],
)
def test_an_alarm_that_is_muted_beyond_planned_work_is_none(rules: list[tuple[str, str]], heard: bool) -> None:
    assert (
        cell(muted(*({"schedule": {"expression": e, "duration": d}} for e, d in rules)), "mysql", Area.FAULT)
        .needs[0]
        .missing
        is not heard
    )


@pytest.mark.parametrize(
    ("periods", "heard"),
    [
        ([("2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z")], True),
        ([("2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z")], False),
        ([("2026-12-01T00:00:00Z", None)], False),
        ([("2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z"), ("2026-12-01T06:00:00Z", "2026-12-01T18:00:00Z")], False),
        ([("2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z"), ("2026-12-01T12:00:00Z", "2026-12-02T00:00:00Z")], True),
    ],
)
def test_a_mute_counts_from_its_start_to_its_end(periods: list[tuple[str, str | None]], heard: bool) -> None:
    rule: Any = {"schedule": {"expression": "cron(0 * * * *)", "duration": "PT1H"}}
    found = cell(muted(*(rule for _ in periods), periods=periods), "mysql", Area.FAULT)
    assert found.needs[0].missing is not heard


def muted(*rules: Any, periods: list[tuple[str, str | None]] | None = None) -> Callable[[], None]:
    """A database with an alarm that these rules mute."""

    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at))
        alarm = MetricAlarm("lag", comparison_operator="LessThanThreshold", evaluation_periods=1, namespace="AWS/RDS",
                            metric_name="ReplicaLag", alarm_actions=[people(at.opts)],
                            opts=at.opts)  # fmt: skip
        for number, rule in enumerate(rules):
            start, end = periods[number] if periods else (None, None)
            AlarmMuteRule(f"work-{number}", mute_targets={"alarm_names": [alarm.name]}, rule=rule, start_date=start,
                          expire_date=end, opts=at.opts)  # fmt: skip

    return program


@pytest.mark.parametrize("told", [True, False])
def test_an_alarm_tells_whom_one_that_is_made_of_it_tells(*, told: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Database(at, Tier(at))
        alarm = MetricAlarm("lag", name="lag", comparison_operator="LessThanThreshold", evaluation_periods=1,
                            namespace="AWS/RDS", metric_name="ReplicaLag", opts=at.opts)  # fmt: skip
        rule = alarm.name.apply(lambda name: f'ALARM("{name}") AND NOT ALARM("other")')
        told_to = [people(at.opts)] if told else None
        CompositeAlarm("both", alarm_name="both", alarm_rule=rule, alarm_actions=told_to, opts=at.opts)

    assert cell(program, "mysql", Area.FAULT).needs[0].missing is not told


@pytest.mark.parametrize("kept", [True, False])
def test_an_event_that_a_trail_brings_is_told_where_there_is_one(*, kept: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Key("one", enable_key_rotation=True, opts=at.opts)
        rule = EventRule("gone", event_pattern='{"detail": {"eventName": ["ScheduleKeyDeletion"]}}', opts=at.opts)
        EventTarget("gone", rule=rule.name, arn=people(at.opts), opts=at.opts)
        if kept:
            Trail("audit", s3_bucket_name="logs", opts=at.opts)

    assert cell(program, "keys", Area.FAULT).empty is not kept


def test_what_nobody_has_needs_no_alarm_and_what_is_there_does() -> None:
    def program(*, copied: bool, logs: bool = False) -> Callable[[], None]:
        def made() -> None:
            at = Region("eu-west-1", IRELAND)
            bucket = Bucket("files", bucket="files", opts=at.opts)
            if logs:
                Trail("audit", s3_bucket_name=bucket.bucket, opts=at.opts)
            if copied:
                BucketReplicationConfig("copy", bucket=bucket.bucket, role="arn:aws:iam::111122223333:role/copy",
                                        rules=[{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::there"}}],
                                        opts=at.opts)  # fmt: skip

        return made

    def media(made: Callable[[], None]) -> dict[Area, Cell]:
        return {one.area: one for one in cells(record(made)) if one.tier == "media"}

    assert media(program(copied=True))[Area.FAULT].empty
    assert Area.FAULT not in media(program(copied=False))
    assert media(program(copied=False))[Area.PERFORMANCE].empty, "files that nobody copies are still asked for"
    assert not media(program(copied=False, logs=True)), "logs are no media"


@pytest.mark.parametrize(("metric", "bucket", "measured", "told"), [
    ("4xxErrors", "files", "all", True), ("PutRequests", "files", "all", False), ("4xxErrors", "logs", "all", False),
    ("4xxErrors", "files", "few", False), ("4xxErrors", "files", None, False),
])  # fmt: skip
def test_an_alarm_on_files_is_on_errors_of_their_own_bucket_that_are_measured(
    metric: str, bucket: str, measured: str | None, *, told: bool
) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        buckets = {name: Bucket(name, bucket=name, opts=at.opts) for name in ("files", "logs")}
        Trail("audit", s3_bucket_name=buckets["logs"].bucket, opts=at.opts)
        if measured:
            BucketMetric("asked", bucket=buckets[bucket].bucket, name=measured, opts=at.opts)
        MetricAlarm("asked", comparison_operator="GreaterThanThreshold", evaluation_periods=1, namespace="AWS/S3",
                    metric_name=metric, dimensions={"BucketName": buckets[bucket].bucket, "FilterId": "all"},
                    alarm_actions=[people(at.opts)], opts=at.opts)  # fmt: skip

    assert cell(program, "media", Area.PERFORMANCE).whole is told


def test_a_budget_is_of_its_account() -> None:
    told: Any = [{"comparison_operator": "GREATER_THAN", "threshold": 80, "threshold_type": "PERCENTAGE",
                  "notification_type": "ACTUAL", "subscriber_email_addresses": ["a@shop.example"]}]  # fmt: skip

    def program() -> None:
        for name, account in (("shop", "111122223333"), ("vault", "444455556666")):
            at = ResourceOptions(provider=Provider(name, region="eu-west-1", allowed_account_ids=[account]))
            Vault(name, opts=at)
            if name == "shop":
                everywhere = Provider("all", region="us-east-1", allowed_account_ids=[account])
                Budget("all", budget_type="COST", limit_amount="100", limit_unit="USD", time_unit="MONTHLY",
                       notifications=told, opts=ResourceOptions(provider=everywhere))  # fmt: skip

    (met,) = cell(program, "backups", Area.ACCOUNTING).needs
    assert [urn.rpartition("::")[2] for urn in met.but] == ["vault"]


def test_what_cannot_be_is_said_and_is_no_finding() -> None:
    graph = sample("large-prod")
    (found,) = (one for one in cells(graph) if (one.ground, one.area) == ("cloudflare", Area.PERFORMANCE))
    assert found.excused
    assert not found.empty
    shown = [text for _, text, _ in lines([found], "p/s")]
    assert any("Enterprise plan alone" in text for text in shown)
    assert shown[-1] == "0 of 1 cells are empty"


def test_nobody_is_told_of_what_cloudflare_charges_without_an_alert_of_it() -> None:
    def empty(*types: str) -> bool:
        kept = {u: r for u, r in graph.resources.items() if r.inputs.get("alertType") not in types}
        (found,) = (
            one
            for one in cells(replace(graph, resources=kept))
            if (one.ground, one.area) == ("cloudflare", Area.ACCOUNTING)
        )
        return found.empty

    graph = sample("large-prod")
    assert not empty()
    assert empty("billing_usage_alert")


MEANS: dict[str, tuple[str, str]] = {
    "AWS media F": ("MetricAlarm", "-watch-media-|-state-failing"),
    "AWS keys F": ("Trail", "-audit"),
    "AWS keys P": ("MetricAlarm", "-keys-throttled"),
    "AWS network F": ("MetricAlarm", "-watch-gateways-"),
    "AWS network P": ("MetricAlarm", "-watch-gateways-drops"),
}
"""Cells of a sample, and what alone fills them: a type and a pattern of names."""


@pytest.mark.parametrize("what", MEANS)
def test_what_fills_a_cell_is_missed_where_it_is_taken_away(what: str) -> None:
    graph, (token, named) = sample("midsize-prod"), MEANS[what]
    _, tier, area = what.split()
    gone = {row.urn for row in graph if row.type.endswith(f":{token}") and re.search(named, row.name)}
    kept = {urn: row for urn, row in graph.resources.items() if urn not in gone}
    assert len(kept) < len(graph.resources)

    def needs(of: Graph) -> set[str]:
        return {
            met.need.need
            for one in cells(of)
            if (one.tier, one.ground, one.area) == (tier, "aws", area)
            for met in one.needs
            if met.missing
        }

    assert not needs(graph)
    assert needs(replace(graph, resources=kept))


def test_what_every_resource_must_have_is_named_where_one_has_it_not() -> None:
    assert cell(shop, "keys", Area.CONFIGURATION).whole
    found = cell(lambda: shop(rotation=False), "keys", Area.CONFIGURATION)
    assert not found.whole
    assert not found.empty, "one of the keys has it"
    assert [urn.rpartition("::")[2] for urn in found.needs[0].but] == ["two"]


def found(program: Callable[[], None], *accepted: FindingAcceptance) -> dict[str, Finding]:
    """What ``bcinfra assess`` finds of how tiers are managed, by what an acceptance names it by."""
    graph = record(program)
    judged = assess(read(graph), managed=cells(graph), accepted=accepted, today=date(2026, 11, 24))
    of = severity(judged)
    assert all(of(one) is Severity.NOTE for one in judged.findings if one.code == "BC0049"), "no verdict rests on it"
    return {one.about: one for one in judged.findings if one.code == "BC0049"}


def test_what_is_missing_of_a_tier_is_a_finding_until_it_is_there() -> None:
    spent = "accounting of MySQL on AWS"
    assert say(found(shop)[spent].says) == f"{spent}: nothing is there, missing: budget with receivers"
    assert spent not in found(lambda: shop(budget=True))
    told = "fault of MySQL on AWS: {}, missing: {}alarm on storage; failover told to people"
    assert say(found(shop)[told[:21]].says) == told.format("in part", "")
    silent = found(lambda: shop(receivers=False))
    assert say(silent[told[:21]].says) == told.format("nothing is there", "alarm on replication; ")


def test_a_finding_says_which_resources_lack_what_others_have() -> None:
    keys = "configuration of keys, secrets, certificates on AWS"
    assert keys not in found(shop)
    one = found(lambda: shop(rotation=False))[keys]
    assert [say(seen) for seen in one.evidence] == ["rotation: not of aws:kms/key:Key two"]


def test_what_cannot_be_is_no_finding_and_what_is_missing_may_be_accepted() -> None:
    assert "configuration of web, app on AWS" not in found(shop), "drift is seen by a pipeline, and no graph shows it"
    row = FindingAcceptance(codes=("BC0049",), resources=("accounting of *",), owner="Ada", reason="one bill for all",
                            expires=date(2027, 1, 31))  # fmt: skip
    taken = found(shop, row)
    assert {about for about, one in taken.items() if one.accepted} == {a for a in taken if a.startswith("accounting")}
    assert any(not one.accepted for one in taken.values())


def test_a_budget_fills_the_cells_that_lack_one() -> None:
    assert cell(shop, "mysql", Area.ACCOUNTING).empty
    assert cell(lambda: shop(budget=True), "mysql", Area.ACCOUNTING).whole


def test_a_tier_that_is_not_there_has_no_cells() -> None:
    assert {one.tier for one in cells(record(shop))} == {"balancer", "app", "mysql", "keys", "network"}
    assert not cells(Graph(project="p", stack="s", resources={}))


def test_every_tier_of_every_ground_has_five_areas_and_words() -> None:
    grounds = [(tier, ground) for tier, stated in book().tiers.items() for ground in stated]
    needed = {(one.tier, one.ground, one.area) for one in book().needs}
    assert needed >= {(tier, ground, area) for tier, ground in grounds for area in Area}
    assert {tier for tier, _, _ in needed} == set(TIERS)
    assert {ground for _, ground, _ in needed} == set(GROUNDS)
    assert set(AREAS) == set(Area)


def test_programs_get_what_people_are_shown() -> None:
    found = cells(record(shop))
    document = json.loads(to_json(found, "p/s"))
    shown = [text for _, text, _ in lines(found, "p/s")]
    assert len(document["cells"]) == len(found)
    assert document["findings"][0]["message"].startswith("load balancer on AWS: fault is not managed")
    assert sum("finding: nothing is there" in text for text in shown) == len(document["findings"])
    assert shown[-1] == f"{len(document['findings'])} of {len(found)} cells are empty"


@pytest.mark.parametrize("graph", [Graph(project="p", stack="s", resources={})])
def test_nothing_is_said_of_nothing(graph: Graph) -> None:
    assert [text for _, text, _ in lines(cells(graph), "p/s")][1] == "nothing in the stack is a tier that is known"


def test_what_watches_a_site_fills_its_cells_and_leaves_them_empty_where_nobody_is_told() -> None:
    def watched(*, told: bool) -> Callable[[], None]:
        def program() -> None:
            at = Region("eu-west-1", IRELAND)
            Database(at, Tier(at))
            tier = WatchedTier(load_balancer="app/web/1", target_group="targetgroup/web/2", fewest=2)
            if told:
                Watch(
                    "watch",
                    WatchArgs(
                        region=AwsRegion(name=at.name, provider=at.provider),
                        topic_arn=people(at.opts),
                        tiers={"web": tier},
                        databases={"mysql": WatchedDatabase(instances=("shop",), storage=100)},
                    ),
                )

        return program

    for tier, area, need in (
        ("balancer", Area.PERFORMANCE, "alarm on latency"),
        ("mysql", Area.FAULT, "alarm on storage"),
        ("mysql", Area.PERFORMANCE, "alarm on load"),
    ):
        for told in (True, False):
            found = cell(watched(told=told), tier, area)
            (one,) = (met for met in found.needs if met.need.need == need)
            assert one.missing is not told, need


UNTOLD: dict[str, tuple[str, ...]] = {
    "gcp:monitoring/alertPolicy:AlertPolicy": ("notificationChannels",),
    "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig": ("metadata",),
    "gcp:billing/budget:Budget": ("allUpdatesRule",),
}
"""What tells somebody, and the inputs without which nobody is told."""


@pytest.mark.parametrize(
    ("stack", "ground", "emptied"),
    [
        ("small-prod", "gcp", {"balancer F", "balancer A", "balancer P", "mysql F", "redis P", "media F", "keys P"}),
        ("php-kubernetes", "kubernetes", {"balancer F", "mysql F", "backups F", "keys F"}),
    ],
)
def test_where_nobody_is_told_a_samples_alarms_fill_no_cell(stack: str, ground: str, emptied: set[str]) -> None:
    graph = sample(stack)
    silent = {
        urn: replace(
            row,
            inputs={key: value for key, value in row.inputs.items() if key not in UNTOLD.get(row.type, ())},
            property_dependencies={},
        )
        for urn, row in graph.resources.items()
    }

    def empty(of: Graph) -> set[str]:
        return {f"{one.tier} {one.area}" for one in cells(of) if one.ground == ground and one.empty}

    assert empty(replace(graph, resources=silent)) - empty(graph) >= emptied


HEARERS: dict[str, tuple[str, set[str]]] = {
    "midsize-prod": ("topicSubscription:TopicSubscription", {"aws mysql F", "aws backups F", "aws keys P"}),
    "small-prod": ("notificationChannel:NotificationChannel", {"gcp mysql F", "gcp backups F", "gcp keys P"}),
}
"""Samples, what brings people what alarms tell, and some of the cells that have nothing else."""


@pytest.mark.parametrize("stack", HEARERS)
def test_without_those_who_hear_them_a_samples_alarms_fill_no_cell(stack: str) -> None:
    graph, (token, emptied) = sample(stack), HEARERS[stack]
    left = {urn: row for urn, row in graph.resources.items() if not row.type.endswith(token)}

    def empty(of: Graph) -> set[str]:
        return {f"{one.ground} {one.tier} {one.area}" for one in cells(of) if one.empty}

    assert not emptied & empty(graph)
    assert emptied <= empty(replace(graph, resources=left))


@pytest.mark.parametrize(
    ("metric", "need"),
    [("TestAgeSeconds", "restore tests that are overdue told"), ("RestoreSeconds", "slow restores told")],
)
def test_a_restore_test_that_nobody_hears_of_is_named(metric: str, need: str) -> None:
    graph = sample("php-aws")
    deaf = [
        row.urn
        for row in graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
        if row.inputs.get("metricName") == metric
    ]

    def missing(of: Graph) -> bool:
        (one,) = (met for cell in cells(of) for met in cell.needs if met.need.need == need)
        return one.missing

    assert not missing(graph)
    assert missing(replace(graph, resources={urn: row for urn, row in graph.resources.items() if urn not in deaf}))


GONE, KEPT = "deletion of a key told, as a trail brings it", "changes in every region of each account kept"
LOCKED = "changes kept where nobody deletes them"
SHOWN_BEFORE = "pages instead of the shop, shown before the accelerator, which shows nothing itself"
GUARDED = "firewall at the balancers that the accelerator leads to, as it has none"
TOLD_ELSEWHERE = "audit log kept in another project"
FILES = "request metrics with an alarm"
SIGNED = "signed zone (DNSSEC)"


@pytest.mark.parametrize(
    ("stack", "named", "need"),
    [
        ("midsize-prod", "EventRule::midsize-prod-alarms-key-deletion", GONE),  # no site serves from us-east-1
        ("midsize-prod", "EventRule::midsize-prod-virginia-alarms-key-deletion", GONE),  # nor from the vault
        ("midsize-prod", "EventTarget::midsize-prod-virginia-alarms-key-deletion", GONE),
        ("midsize-prod", "MetricAlarm::midsize-prod-alarms-keys-throttled", "throttling noticed"),
        ("midsize-prod", "MetricAlarm::midsize-prod-virginia-alarms-keys-throttled", "throttling noticed"),
        ("midsize-prod", "Trail::midsize-prod-audit-vault", GONE),
        ("midsize-prod", "Trail::midsize-prod-audit-vault", KEPT),
        ("midsize-prod", "BucketObjectLockConfiguration::midsize-prod-audit-vault", LOCKED),
        ("midsize-prod", "Budget::midsize-prod-page-alarms-budget", "budget with receivers"),
        ("midsize-prod", "AlertPolicy::midsize-prod-page-watch-balancers", "alert on errors"),
        ("midsize-prod", "AlertPolicy::midsize-prod-page-watch-balancers", "alert on latency"),
        ("midsize-prod", "AlertPolicy::midsize-prod-page-watch-buckets", "alert on requests that fail"),
        ("midsize-prod", "KeySigningKey::midsize-prod-signing", SIGNED),
        ("midsize-prod", "HostedZoneDnsSec::midsize-prod-signing", SIGNED),
        ("b2b-prod", "KeySigningKey::b2b-prod-signing", SIGNED),
        ("b2b-prod", "KeyvaluestoreKey::b2b-prod-edge-modes-mode", "pages instead of the shop, shown by one command"),
        ("hybrid-prod", "Record::hybrid-prod-servers", SIGNED),  # what shows that two providers answer
        ("large-prod", "RecordSet::large-prod-gcp-servers", SIGNED),
        ("small-prod", "ZoneDnsSettings::small-prod-cloudflare-servers", SIGNED),
        ("php-aws", "MetricAlarm::php-prod-backups-ireland-backups-missing", "jobs that are missing noticed"),
        ("php-aws", "MetricAlarm::php-prod-ireland-queue-mails-late", "alarm on what waits too long"),
        ("php-aws", "MetricAlarm::php-prod-ireland-search-red", "alarm on lost shards"),
        ("b2b-prod", "MetricAlarm::b2b-prod-paris-mail-bounces", "alarm on what bounces"),
        ("b2b-prod", "MetricAlarm::b2b-prod-ireland-mail-complaints", "alarm on mail that people call unwanted"),
        ("b2b-prod", "Record::b2b-prod-mail-dmarc", "what receivers do with mail that is not signed (DMARC)"),
        ("small-prod", "Trail::small-prod-audit-help", KEPT),
        ("small-prod", "EventRule::small-prod-page-alarms-key-deletion", GONE),
        ("small-prod", "MetricAlarm::small-prod-page-alarms-keys-throttled", "throttling noticed"),
        ("small-prod", "AlertPolicy::small-prod-vault-watch-keys-gone", "deletion of a key told"),
        ("small-prod", "MetricAlarm::small-prod-page-down", "alarm on those checks"),
        ("small-prod", "MetricAlarm::small-prod-page-errors", "alarm on errors"),
        ("small-prod", "EventRule::small-prod-page-expiry", "expiry told ahead"),
        ("small-prod", "KeySigningKey::small-prod-page-signing", SIGNED),
        ("small-prod", "Budget::small-prod-page-alarms-budget", "budget with receivers"),
        ("small-prod", "LogDeliverySource::small-prod-page-requests", "access logs"),
        ("small-prod", "MetricAlarm::small-prod-page-errors", FILES),
        ("midsize-prod", "BucketMetric::midsize-prod-ireland-watch-media", FILES),
        ("midsize-prod", "BucketMetric::midsize-prod-frankfurt-watch-media", FILES),
        ("midsize-prod", "BucketObjectLockConfiguration::midsize-prod-media-isolated", FILES),  # no copy apart any more
        ("large-prod", "BucketMetric::large-prod-ireland-watch-media", FILES),
        ("hybrid-prod", "MetricAlarm::hybrid-prod-alarms-keys-throttled", "throttling noticed"),
        ("hybrid-prod", "MetricAlarm::hybrid-prod-names-down", "alarm on those checks"),
        ("hybrid-prod", "Trail::hybrid-prod-audit-dns", KEPT),
        ("hybrid-prod", "ProjectSink::hybrid-prod-vault-logs-audit", TOLD_ELSEWHERE),
        ("hybrid-prod", "Budget::hybrid-prod-outside-budget", "budget of who keeps the copies, with receivers"),
        ("hybrid-prod", "ResourceQuota::hybrid-prod-ghent-quota", "quota of the namespace"),
        ("small-prod", "ProjectSink::small-prod-vault-logs-audit", TOLD_ELSEWHERE),
        ("small-prod", "ProjectSink::small-prod-logs-audit", TOLD_ELSEWHERE),
        ("small-prod", "IAMAuditConfig::small-prod-logs-secretmanager", "who read secrets is logged"),
        ("large-prod", "MetricAlarm::large-prod-accelerator-left-out", "alarm on what the accelerator leaves out"),
        ("large-prod", "Budget::large-prod-page-alarms-budget", "budget with receivers"),
        ("large-prod", "WorkersKv::large-prod-edge-modes-mode", SHOWN_BEFORE),
        ("large-prod", "WebAclAssociation::large-prod-frankfurt-firewall-web", GUARDED),
        ("large-prod", "URLMap::large-prod-netherlands-balancer-read-only", "pages instead of the shop lie ready"),
        ("large-prod", "MetricAlarm::large-prod-contact-centre-failing", "alarm on calls that are refused"),
        ("large-prod", "MetricAlarm::large-prod-contact-centre-flow-failing", "alarm on flows that fail"),
        ("large-prod", "MetricAlarm::large-prod-contact-centre-waiting", "alarm on queues or abandoned calls"),
        ("large-prod", "MetricAlarm::large-prod-contact-centre-waiting", "answer time measured"),
        ("large-prod", "InstanceStorageConfig::large-prod-contact-centre-recordings", "recordings encrypted"),
    ],
)
def test_what_alone_meets_a_need_of_a_sample_is_missed(stack: str, named: str, need: str) -> None:
    graph = sample(stack)
    (urn,) = (urn for urn in graph.resources if urn.endswith(f":{named}"))
    left = replace(graph, resources={u: row for u, row in graph.resources.items() if u != urn})
    assert need not in lacking(graph)
    assert need in lacking(left)


@pytest.mark.parametrize("stack", ["midsize-prod", "small-prod", "large-prod", "hybrid-prod", "b2b-prod"])
def test_a_customers_sample_lacks_nothing(stack: str) -> None:
    assert [met.need.need for one in cells(sample(stack)) for met in one.needs if met.missing] == []


def test_a_vault_without_a_budget_of_its_own_is_named() -> None:
    graph = sample("midsize-prod")
    left = {urn: row for urn, row in graph.resources.items() if not urn.endswith("-virginia-alarms-budget")}

    def whole(of: Graph) -> bool:
        (found,) = (one for one in cells(of) if (one.tier, one.ground, one.area) == ("backups", "aws", Area.ACCOUNTING))
        return found.whole

    assert (whole(graph), whole(replace(graph, resources=left))) == (True, False)


@pytest.mark.parametrize(("stack", "grounds"), [("hybrid-prod", {"aws", "gcp"}), ("small-prod", {"gcp"})])
def test_a_zone_that_two_providers_answer_for_cannot_be_signed_and_why_is_said(stack: str, grounds: set[str]) -> None:
    dns = [one for one in cells(sample(stack)) if (one.tier, one.area) == ("dns", Area.SECURITY)]
    assert {one.ground for one in dns for met in one.needs if met.need.need == SIGNED and met.excused} == grounds


@pytest.mark.parametrize(("state", "signed"), [("on", True), ("transfer", True), ("off", False), (None, False)])
def test_a_zone_of_cloud_dns_is_signed_where_that_is_on(state: str | None, *, signed: bool) -> None:
    graph = sample("php-gcp")
    zones = {
        zone.urn: replace(zone, inputs={**zone.inputs, "dnssecConfig": {"state": state} if state else None})
        for zone in graph.of_type("gcp:dns/managedZone:ManagedZone")
    }
    assert (SIGNED not in lacking(replace(graph, resources={**graph.resources, **zones}))) is signed


def test_what_a_network_alone_asks_is_no_dns_tier() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Zone("inside", name="shop.internal", vpcs=[{"vpc_id": "vpc-1"}], opts=at.opts)

    assert "dns" not in {one.tier for one in cells(record(program))}


@pytest.mark.parametrize(
    ("stack", "aside"),
    [
        ("midsize-prod", {"audit-main", "mysql-log-vault", "state-bucket", "state-isolated", "runbook"}),
        ("small-prod", {"audit-help", "runbook", "changes"}),
        ("hybrid-prod", {"audit-dns", "audit-help", "runbook", "archive-sealed", "archive-kept", "archive-held"}),
    ],
)
def test_logs_changes_state_and_the_runbook_are_no_media(stack: str, aside: set[str]) -> None:
    graph = sample(stack)
    buckets = {urn for urn, row in graph.resources.items() if row.type.partition("/")[2] == "bucket:Bucket"}
    others = {urn for urn in buckets if urn.endswith(tuple(f"{stack}-{name}" for name in aside))}
    assert len(others) == len(aside)
    left = {urn: row for urn, row in graph.resources.items() if urn not in buckets - others}
    assert "media" not in {one.tier for one in cells(replace(graph, resources=left))}


def test_a_pod_that_holds_a_token_of_its_cluster_is_named() -> None:
    graph, need = sample("hybrid-prod"), "pods hold no token of the cluster's API, which may read secrets"
    deployment = graph.of_type("kubernetes:apps/v1:Deployment")[0]
    said = json.loads(json.dumps(deployment.inputs, default=str).replace('"automountServiceAccountToken": false, ', ""))
    holding = {deployment.urn: replace(deployment, inputs=said)}
    assert need not in lacking(graph)
    assert need in lacking(replace(graph, resources={**graph.resources, **holding}))


DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
WALL, INSTEAD = "firewall at the edge", "pages instead of the shop, shown by one command"


@pytest.mark.parametrize(
    "changed",
    [
        {"origins": [{"originId": "files", "domainName": "shop.example"}]},
        {"defaultCacheBehavior": {"targetOriginId": "files", "lambdaFunctionAssociations": [{"lambdaArn": "arn"}]}},
    ],
)
def test_files_at_the_edge_need_no_firewall_and_nothing_else_is_spared_it(changed: dict[str, Any]) -> None:
    graph = sample("small-prod")
    (page,) = graph.of_type(DISTRIBUTION)
    other = replace(page, inputs={**page.inputs, **changed})
    assert lacking(graph).isdisjoint({WALL, INSTEAD})
    assert lacking(replace(graph, resources={**graph.resources, other.urn: other})) >= {WALL, INSTEAD}


def test_a_firewall_stands_before_each_distribution_that_leads_to_a_shop() -> None:
    graph = sample("midsize-prod")
    (edge,) = graph.of_type(DISTRIBUTION)
    bare = replace(
        edge,
        inputs={name: value for name, value in edge.inputs.items() if name != "webAclId"},
        property_dependencies={**edge.property_dependencies, "webAclId": ()},
    )
    assert WALL not in lacking(graph)
    assert WALL in lacking(replace(graph, resources={**graph.resources, bare.urn: bare}))


def test_aurora_tells_of_the_disk_that_it_sorts_on() -> None:
    graph = sample("large-prod")
    left = {urn: row for urn, row in graph.resources.items() if not urn.endswith("-mysql-local-storage")}
    assert "alarm on storage" not in lacking(graph)
    assert "alarm on storage" in lacking(replace(graph, resources=left))


def test_a_bucket_is_no_media_for_the_copies_in_it_alone() -> None:
    graph = sample("hybrid-prod")
    writers = {row.urn for row in graph.of_type("kubernetes:pxc.percona.com/v1:PerconaXtraDBCluster")}
    left = {urn: row for urn, row in graph.resources.items() if urn not in writers}
    assert not any(one.tier == "media" for one in cells(graph))
    assert any((one.tier, one.ground) == ("media", "gcp") for one in cells(replace(graph, resources=left)))


@pytest.mark.parametrize(("stack", "logs"), [("hybrid-prod", 2), ("small-prod", 3)])
def test_logs_whose_retention_may_be_shortened_are_named(stack: str, logs: int) -> None:
    graph, need = sample(stack), "retention of logs that nobody shortens"
    buckets = graph.of_type("gcp:logging/projectBucketConfig:ProjectBucketConfig")
    assert len(buckets) == logs
    assert need not in lacking(graph)
    for bucket in buckets:
        open_ = {bucket.urn: replace(bucket, inputs={**bucket.inputs, "locked": False})}
        assert need in lacking(replace(graph, resources={**graph.resources, **open_}))


@pytest.mark.parametrize(
    ("stack", "token", "states", "need"),
    [
        ("large-prod", "aws:globalaccelerator/accelerator:Accelerator", "attributes", "flow logs of the accelerator"),
        ("midsize-prod", "gcp:compute/backendBucket:BackendBucket", "enableCdn", "caching on"),
        ("midsize-prod", "gcp:compute/backendBucket:BackendBucket", "edgeSecurityPolicy", "policy at the edge"),
    ],
)
def test_what_a_sample_states_no_more_is_missed(stack: str, token: str, states: str, need: str) -> None:
    graph = sample(stack)
    (row,) = graph.of_type(token)
    silent = replace(
        row,
        inputs={name: value for name, value in row.inputs.items() if name != states},
        property_dependencies={name: urns for name, urns in row.property_dependencies.items() if name != states},
    )
    assert need not in lacking(graph)
    assert need in lacking(replace(graph, resources={**graph.resources, silent.urn: silent}))


def test_requests_to_an_application_are_asked_for_those_to_a_bucket_are_always_logged() -> None:
    graph = sample("small-prod")
    mute = [
        replace(row, inputs={name: value for name, value in row.inputs.items() if name != "logConfig"})
        for row in graph.of_type("gcp:compute/backendService:BackendService")
    ]
    assert "requests logged" not in lacking(graph)
    assert "requests logged" in lacking(replace(graph, resources={**graph.resources, mute[0].urn: mute[0]}))
    assert not {"requests logged", "firewall with limits"} & lacking(sample("midsize-prod"))


def names(*records: dict[str, Any], fronts: int = 1) -> Callable[[], None]:
    """A zone with records of one name, before as many load balancers."""

    def program() -> None:
        zone = ManagedZone("shop", dns_name="shop.example.", description="names")
        for n, given in enumerate(records):
            RecordSet(f"www-{n}", managed_zone=zone.name, name="www.shop.example.", type="A", ttl=60, **given)
        for n in range(fronts):
            TargetHttpsProxy(f"front-{n}", url_map=f"projects/p/global/urlMaps/shop-{n}")

    return program


ONE, TWO = {"rrdatas": ["192.0.2.1"]}, {"rrdatas": ["192.0.2.1", "192.0.2.2"]}
WEIGHED = {"routing_policy": {"wrrs": [{"weight": 1, "rrdatas": ["192.0.2.1"]}]}}


@pytest.mark.parametrize(
    ("program", "asked"),
    [(names(ONE), False), (names(TWO), True), (names(WEIGHED), True), (names(ONE, fronts=2), True)],
)
def test_answers_are_checked_where_there_is_a_choice_of_them(program: Callable[[], None], *, asked: bool) -> None:
    assert ("checked answers" in lacking(record(program))) is asked


@pytest.mark.parametrize("stack", ["small-prod", "large-prod"])
def test_a_cache_that_does_not_say_what_gives_way_is_named(stack: str) -> None:
    graph, need = sample(stack), "parameters stated: what gives way when memory is full"
    caches = graph.of_type("gcp:redis/cluster:Cluster")
    assert caches
    assert need not in lacking(graph)
    unsaid = {
        row.urn: replace(row, inputs={**row.inputs, "redisConfigs": {"maxmemory-clients": "10%"}}) for row in caches[:1]
    }
    assert need in lacking(replace(graph, resources={**graph.resources, **unsaid}))


def lacking(graph: Graph) -> set[str]:
    return {met.need.need for one in cells(graph) for met in one.needs if met.missing}


BURNING = "errors told by how fast they use up what may fail"


def without_what_tells_of_errors(graph: Graph) -> dict[str, tuple[bool, bool]]:
    """By ground, whether nobody is told how fast errors use up what may fail: as it is, and with what tells it gone."""

    def missing(of: Graph) -> dict[str, bool]:
        return {one.ground: met.missing for one in cells(of) for met in one.needs if met.need.need == BURNING}

    gone = burning(View(graph, TRAITS, VENDORS), graph)
    left = missing(replace(graph, resources={urn: row for urn, row in graph.resources.items() if urn not in gone}))
    return {ground: (lacks, left[ground]) for ground, lacks in missing(graph).items()}


@pytest.mark.parametrize(
    ("stack", "grounds"),
    [
        ("midsize-prod", {"aws"}),
        ("large-prod", {"aws", "gcp"}),
        ("small-prod", {"gcp"}),
        ("php-aws", {"aws"}),
        ("php-kubernetes", {"kubernetes"}),
        ("b2b-prod", {"aws"}),
        ("hybrid-prod", {"kubernetes"}),
        ("php-gcp", {"gcp"}),
    ],
)
def test_without_what_tells_of_errors_a_promise_is_watched_by_nobody(stack: str, grounds: set[str]) -> None:
    assert without_what_tells_of_errors(sample(stack)) == dict.fromkeys(grounds, (False, True))


@pytest.mark.parametrize(
    ("logs", "audited"), [(["api", "audit"], True), (["api", "authenticator"], False), (None, False)]
)
def test_a_cluster_whose_audit_log_is_off_is_named(logs: list[str] | None, audited: bool) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        Cluster("shop", role_arn="arn:aws:iam::111122223333:role/eks", vpc_config={"subnet_ids": ["subnet-1"]},
                enabled_cluster_log_types=logs, opts=at.opts)  # fmt: skip

    needs = [met for met in cell(program, "cluster", Area.SECURITY).needs if "audit log" in met.need.need]
    assert [met.missing for met in needs] == [not audited]


def test_on_kubernetes_the_owner_is_told_that_the_audit_log_is_theirs() -> None:
    asked = ("keys", "kubernetes", Area.SECURITY)
    (found,) = (one for one in cells(sample("php-kubernetes")) if (one.tier, one.ground, one.area) == asked)
    said = [text for _, text, _ in lines([found], "p/s")]
    assert any("audit log where it is told to" in text for text in said)
