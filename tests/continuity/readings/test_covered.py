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

from bcinfra.continuity.readings.joins.fcaps import cells
from bcinfra.graph import record

DELETED, CHANGES, NAMES = (
    "deletion of a key told, as a trail brings it",
    "changes in every region of each account kept",
    "log of queries or changes",
)


class At(NamedTuple):
    """A region of an account."""

    region: str
    account: str = "111122223333"


HERE, THERE, VAULT = At("eu-west-1"), At("us-east-1"), At("us-east-1", "444455556666")
WHOLE: dict[str, Any] = {"is_multi_region_trail": True}
CHANGING = [{"field": "eventCategory", "equals": ["Management"]}, {"field": "readOnly", "equals": ["false"]}]


def missing(keys: list[At], rules: list[At], trails: list[tuple[At, dict[str, Any]]], target: bool = True) -> set[str]:
    """What is missing of three needs, of keys and of a zone of the first account."""

    def program() -> None:
        providers = {
            at: aws.Provider("-".join(at), region=at.region, allowed_account_ids=[at.account])
            for at in dict.fromkeys([HERE, *keys, *rules, *(at for at, _ in trails)])
        }
        options = {at: pulumi.ResourceOptions(provider=provider) for at, provider in providers.items()}
        Zone("zone", name="shop.example", opts=options[HERE])
        for at in keys:
            Key("-".join(("key", *at)), opts=options[at])
        for at in rules:
            name = "-".join(("rule", *at))
            rule = EventRule(name, event_pattern='{"detail": {"eventName": ["ScheduleKeyDeletion"]}}', opts=options[at])
            if target:
                EventTarget(name, rule=rule.name, arn="arn:aws:sns:eu-west-1:111122223333:people", opts=options[at])
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


def test_a_rule_that_leads_nowhere_tells_nobody() -> None:
    assert missing([HERE], [HERE], [(HERE, WHOLE)], target=False) == {DELETED}
