"""That what is watched is watched where it stands: in its own region and account."""

from __future__ import annotations

from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws
import pytest
from pulumi_aws.cloudtrail import Trail
from pulumi_aws.cloudwatch import EventRule, EventTarget
from pulumi_aws.kms import Key
from pulumi_aws.route53 import Zone
from pulumi_gcp import Provider
from pulumi_gcp.billing import Budget
from pulumi_gcp.storage import Bucket
from pulumi_kubernetes.core.v1 import Namespace

from bcinfra.continuity.readings.fcaps import cells
from bcinfra.continuity.readings.joins.covered import SPENT, Places
from bcinfra.graph import record
from tests.continuity.readings.programs import people

DELETED, CHANGES, NAMES = (
    "deletion of a key told, as a trail brings it",
    "changes in every region of each account kept",
    "log of queries or changes",
)


LATER = "known once it is deployed"


def made_later(name: str) -> pulumi.Output[str]:
    return Namespace(name).id


class At(NamedTuple):
    """A region of an account: one that is stated, that of whoever deploys (``None``), or one that only the deployment
    makes known."""

    region: str
    account: str | None = "111122223333"

    def provider(self) -> aws.Provider:
        name = "-".join(map(str, self))
        if self.account == LATER:
            return aws.Provider(name, region=self.region, assume_roles=[{"role_arn": made_later(name)}])
        return aws.Provider(name, region=self.region, allowed_account_ids=self.account and [self.account])


HERE, THERE, VAULT = At("eu-west-1"), At("us-east-1"), At("us-east-1", "444455556666")
OWN, OTHER = At("eu-west-1", None), At("us-east-1", None)
MADE, MADE_THERE = At("eu-west-1", LATER), At("us-east-1", LATER)
WHOLE: dict[str, Any] = {"is_multi_region_trail": True}
CHANGING = [{"field": "eventCategory", "equals": ["Management"]}, {"field": "readOnly", "equals": ["false"]}]


def missing(keys: list[At], rules: list[At], trails: list[tuple[At, dict[str, Any]]], target: bool = True) -> set[str]:
    """What is missing of three needs, of keys and of a zone of the first account."""

    def program() -> None:
        providers = {at: at.provider() for at in dict.fromkeys([HERE, *keys, *rules, *(at for at, _ in trails)])}
        options = {at: pulumi.ResourceOptions(provider=provider) for at, provider in providers.items()}
        Zone("zone", name="shop.example", opts=options[HERE])
        told = {region: people(options[HERE], region) for region in sorted({at.region for at in (HERE, *rules)})}
        for at in keys:
            Key("-".join(map(str, ("key", *at))), opts=options[at])
        for at in rules:
            name = "-".join(map(str, ("rule", *at)))
            rule = EventRule(name, event_pattern='{"detail": {"eventName": ["ScheduleKeyDeletion"]}}', opts=options[at])
            if target:
                EventTarget(name, rule=rule.name, arn=told[at.region], opts=options[at])
        for number, (at, stated) in enumerate(trails):
            said = {name: value() if callable(value) else value for name, value in stated.items()}
            Trail(f"trail-{number}", s3_bucket_name="logs", **said, opts=options[at])

    needs = (met for cell in cells(record(program)) for met in cell.needs)
    return {met.need.need for met in needs if met.missing} & {DELETED, CHANGES, NAMES}


@pytest.mark.parametrize(
    ("keys", "rules", "trails", "lacks"),
    [
        ([HERE], [HERE], [(HERE, WHOLE)], set[str]()),
        ([HERE], [HERE], [], {DELETED, CHANGES, NAMES}),
        ([HERE], [], [(HERE, WHOLE)], {DELETED}),
        ([HERE, THERE], [HERE, THERE], [(HERE, WHOLE)], set[str]()),
        ([HERE, THERE], [HERE], [(HERE, WHOLE)], {DELETED}),  # a key of another region
        ([HERE, VAULT], [HERE, VAULT], [(HERE, WHOLE)], {DELETED, CHANGES}),  # of another account
        ([HERE, VAULT], [HERE, VAULT], [(HERE, {**WHOLE, "is_organization_trail": True})], set[str]()),
        ([HERE], [HERE], [(VAULT, WHOLE)], {DELETED, CHANGES, NAMES}),
        ([HERE], [HERE], [(HERE, {})], {CHANGES, NAMES}),  # names are answered for elsewhere
        ([HERE], [HERE], [(HERE, {**WHOLE, "enable_logging": False})], {DELETED, CHANGES, NAMES}),
        ([HERE], [HERE], [(HERE, {**WHOLE, "enable_logging": lambda: aws.sns.Topic("later").arn.apply(bool)})],
         {DELETED, CHANGES, NAMES}),
        ([HERE], [HERE], [(HERE, {**WHOLE, "event_selectors": [{"read_write_type": "ReadOnly"}]})],
         {DELETED, CHANGES, NAMES}),
        ([HERE], [HERE], [(HERE, {**WHOLE, "event_selectors": [{"read_write_type": "WriteOnly"}]})], set[str]()),
        ([HERE], [HERE], [(HERE, {**WHOLE, "advanced_event_selectors": [{"field_selectors": CHANGING}]})], set[str]()),
        ([HERE], [HERE], [(HERE, {**WHOLE, "advanced_event_selectors": [
            {"field_selectors": [*CHANGING, {"field": "eventSource", "not_equals": ["kms.amazonaws.com"]}]}]})],
         {DELETED, CHANGES, NAMES}),
        ([HERE], [HERE], [(HERE, {**WHOLE, "advanced_event_selectors": [
            {"field_selectors": [{"field": "eventCategory", "equals": ["Data"]}]}]})], {DELETED, CHANGES, NAMES}),
    ],
)  # fmt: skip
def test_an_alarm_is_of_its_region_and_a_trail_of_its_account(
    keys: list[At], rules: list[At], trails: list[tuple[At, dict[str, Any]]], lacks: set[str]
) -> None:
    assert missing(keys, rules, trails) == lacks


@pytest.mark.parametrize(
    ("keys", "rules", "trail", "lacks"),
    [
        ([OWN, OTHER], [OWN, OTHER], OWN, set[str]()),  # whoever deploys owns both
        ([OWN], [HERE], HERE, {DELETED, CHANGES}),
        ([HERE], [OWN], HERE, {DELETED, CHANGES}),  # its alarm may be of another account, whose changes nobody keeps
        ([MADE], [MADE], MADE, set[str]()),  # through one provider
        ([MADE, MADE_THERE], [MADE, MADE_THERE], MADE, {DELETED, CHANGES}),
    ],
)
def test_two_whose_account_nobody_tells_are_not_taken_to_share_one(
    keys: list[At], rules: list[At], trail: At, lacks: set[str]
) -> None:
    assert missing(keys, rules, [(trail, WHOLE), (HERE, WHOLE)]) == lacks


def test_a_region_that_only_the_deployment_makes_known_is_that_of_no_other() -> None:
    def program() -> None:
        for name in ("key", "other"):
            Key(name, region=made_later(name))
        options = pulumi.ResourceOptions(provider=OWN.provider())
        pattern = '{"detail": {"eventName": ["ScheduleKeyDeletion"]}}'
        rule = EventRule("rule", region=made_later("rule"), event_pattern=pattern)
        EventTarget("rule", rule=rule.name, arn=people(options))
        Trail("trail", s3_bucket_name="logs", is_multi_region_trail=True, opts=options)

    (met,) = (met for cell in cells(record(program)) for met in cell.needs if met.need.need == DELETED)
    assert [urn.rpartition("::")[2] for urn in met.but] == ["key", "other"]


def test_a_rule_that_leads_nowhere_tells_nobody() -> None:
    assert missing([HERE], [HERE], [(HERE, WHOLE)], target=False) == {DELETED}


@pytest.mark.parametrize(
    ("project", "named", "counted"),
    [
        ("shop", {"projects": ["projects/123456789012"]}, True),
        ("finance", {"projects": ["projects/123456789012"]}, False),  # which one that is no graph tells
        ("finance", {"services": ["services/24E6-581D-38E5"]}, False),
        ("finance", {"calendar_period": "MONTH"}, True),
        ("finance", None, True),
    ],
)
def test_a_budget_at_google_is_of_what_its_filter_names(project: str, named: Any, *, counted: bool) -> None:
    def program() -> None:
        at = {name: pulumi.ResourceOptions(provider=Provider(name, project=name)) for name in {"shop", project}}
        Bucket("media", location="EU", opts=at["shop"])
        Budget(
            "spent",
            billing_account="0123AB-4567CD-89EF01",
            amount={"specified_amount": {"units": "900"}},
            budget_filter=named,
            opts=at[project],
        )

    graph = record(program)
    lacking = Places(graph).lacking(graph.of_type("gcp:storage/bucket:Bucket"), graph.of_type(SPENT))
    assert bool(lacking) is not counted
