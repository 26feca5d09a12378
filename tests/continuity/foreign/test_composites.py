"""Alarms over alarms: what one tells people of is told, and what its rule names for another reason is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws.cloudwatch import CompositeAlarm, MetricAlarm

from bcinfra.continuity.readings.aws.alarm_rules import parsed
from bcinfra.continuity.readings.aws.receivers import telling
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph import record
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Region, people

RULES = [
    ("ALARM(a)", "a"),
    ('ALARM ( "a" )', "a"),
    ("ALARM(a) OR ALARM(b)", "a b"),
    ("ALARM(a) AND ALARM(b)", ""),
    ("NOT ALARM(a)", ""),
    ("NOT NOT ALARM(a)", "a"),
    ("not (alarm(a) or alarm(b))", ""),
    ("NOT (NOT (ALARM(a) OR ALARM(b)))", "a b"),
    ("ALARM(a) AND NOT ALARM(b)", "a"),
    ("ALARM(a) AND NOT (ALARM(b) OR ALARM(c))", "a"),
    ("ALARM(a) AND NOT ALARM(a)", ""),
    ("ALARM(a) OR NOT ALARM(b)", ""),  # red while all is well: it never turns red
    ("OK(a)", ""),
    ("NOT OK(a)", "a"),
    ("(ALARM(a) OR ALARM(b)) AND OK(c)", "a b"),
    ("ALARM(a) AND NOT OK(b)", ""),
    ("INSUFFICIENT_DATA(a)", ""),
    ("ALARM(a) OR INSUFFICIENT_DATA(a)", "a"),
    ("ALARM(a) AND INSUFFICIENT_DATA(b)", ""),
    ("TRUE", ""),
    ("FALSE", ""),
    ("ALARM(a) OR TRUE", ""),
    ("ALARM(a) AND TRUE", "a"),
    ("ALARM(a) AND FALSE", ""),
    ("ALARM(a) AND (ALARM(b) OR NOT ALARM(c))", "a"),
    ("AT_LEAST(1, ALARM, (a, b))", "a b"),
    ("AT_LEAST(2, ALARM, (a, b, c))", ""),
    ("AT_LEAST(50%, NOT OK, (a, b))", "a b"),
    ("AT_LEAST(51%, ALARM, (a, b))", ""),
    ("AT_LEAST(0, ALARM, (a, b))", ""),
    ("ALARM(a) OR ALARM(b) AND ALARM(c)", None),  # which binds first is not said
    ("ALARM(a", None),
    ("ALARM(a) ALARM(b)", None),
    ("SOON(a)", None),
    ("AT_LEAST(most, ALARM, (a, b))", None),
    ('ALARM("a)', None),
    ("", None),
    ("(" * 9999 + "TRUE", None),
]


@pytest.mark.parametrize(("text", "told"), RULES)
def test_a_rule_says_which_alarm_alone_makes_it_true(text: str, told: str | None) -> None:
    rule = parsed(text)
    assert (rule is None) is (told is None)
    if rule is not None and told is not None:
        quiet = rule.holds(lambda _: False)
        assert {name for name in "abc" if not quiet and rule.holds(name.__eq__)} == {*told.split()}
        assert {*told.split()} <= rule.rising


def alarm(name: str, at: Region, **more: Any) -> MetricAlarm:
    return MetricAlarm(name, name=name, comparison_operator="GreaterThanThreshold", evaluation_periods=1, period=60,
                       threshold=1, namespace="AWS/RDS", metric_name="ReplicaLag", **more, opts=at.opts)  # fmt: skip


def over(name: str, at: Region, rule: pulumi.Input[str], **more: Any) -> CompositeAlarm:
    return CompositeAlarm(name, alarm_name=name, alarm_rule=rule, **more, opts=at.opts)


def heard(program: Callable[[Region, dict[str, Any]], None]) -> set[str]:
    """The alarms of which people hear, of a program that is given what tells them."""

    def made() -> None:
        at = Region("eu-west-1", IRELAND)
        for name in "ab":
            alarm(name, at)
        program(at, {"alarm_actions": [people(at.opts)]})

    found = telling(View(record(made), TRAITS, VENDORS))
    return {urn.rpartition("::")[2] for urn in found if "larm::" in urn}


ARN = "arn:aws:cloudwatch:{}:111122223333:alarm:{}"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("ALARM(a) AND NOT ALARM(b)", {"a"}),
        (f'ALARM("{ARN.format("eu-west-1", "a")}") OR ALARM({ARN.format("eu-west-1", "b")})', {"a", "b"}),
        (f'ALARM("{ARN.format("eu-central-1", "a")}")', set[str]()),  # CloudWatch reads its own region's alone
        ("ALARM(of-another-program) OR ALARM(a)", {"a"}),
        ("ALARM(a) AND ALARM(of-another-program)", set[str]()),
        ("ALARM(a) AND nonsense", set[str]()),
    ],
)
def test_an_alarm_that_one_over_it_turns_red_for_is_told(rule: str, told: set[str]) -> None:
    assert heard(lambda at, tells: over("all", at, rule, **tells) and None) == {"all", *told}


def test_a_rule_that_only_a_deployment_tells_tells_of_nothing() -> None:
    def program(at: Region, tells: dict[str, Any]) -> None:
        rule = alarm("c", at).arn.apply(lambda arn: f'ALARM("{arn}")')
        over("all", at, rule, **tells)

    assert heard(program) == {"all"}


@pytest.mark.parametrize(
    ("inner", "outer", "told"),
    [
        ("ALARM(a)", "ALARM(inner)", {"inner", "a"}),
        ("NOT ALARM(a)", "ALARM(inner)", set[str]()),  # red while all is well
        ("NOT ALARM(a)", "NOT ALARM(inner)", {"a"}),
        ("NOT ALARM(a)", "ALARM(b) AND ALARM(inner)", {"b"}),
        ("ALARM(a)", "ALARM(inner) AND NOT ALARM(a)", {"inner"}),  # whenever one is red, the other is
        ("ALARM(outer)", "ALARM(inner) OR ALARM(a)", set[str]()),  # CloudWatch does not evaluate a circle
    ],
)
def test_an_alarm_over_alarms_over_alarms(inner: str, outer: str, told: set[str]) -> None:
    def program(at: Region, tells: dict[str, Any]) -> None:
        over("inner", at, inner)
        over("outer", at, outer, **tells)

    assert heard(program) == {"outer", *told}


@pytest.mark.parametrize(("suppressor", "told"), [("b", {"a"}), ("a", {"b"}), ("quiet", {"a", "b"}), ("work", {"b"})])
def test_an_alarm_for_which_all_is_suppressed_is_not_told(suppressor: str, told: set[str]) -> None:
    def program(at: Region, tells: dict[str, Any]) -> None:
        alarm("quiet", at)
        over("work", at, "ALARM(a)")
        waits: Any = {"alarm": suppressor, "wait_period": 60, "extension_period": 60}
        over("all", at, "ALARM(a) OR ALARM(b)", actions_suppressor=waits, **tells)

    assert heard(program) == {"all", *told}


def test_an_alarm_that_is_suppressed_while_all_is_well_tells_of_nothing() -> None:
    def program(at: Region, tells: dict[str, Any]) -> None:
        over("always", at, "NOT ALARM(b)")
        waits: Any = {"alarm": "always", "wait_period": 60, "extension_period": 60}
        over("all", at, "ALARM(a)", actions_suppressor=waits, **tells)

    assert heard(program) == set()


def test_an_alarm_of_the_same_name_elsewhere_is_not_meant() -> None:
    def program(at: Region, tells: dict[str, Any]) -> None:
        alarm("there", Region("eu-central-1", FRANKFURT))
        over("all", at, "ALARM(there) OR ALARM(a)", **tells)

    assert heard(program) == {"all", "a"}
