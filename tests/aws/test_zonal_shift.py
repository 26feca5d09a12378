"""A zone that alone is ill is left: what its alarms watch, what starts that, what it asks, and what it may do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from bcinfra.aws.zonal_shift import ZonalShift, ZonalShiftArgs, definition
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, named, one, region, statements
from tests.helpers import refusals

BALANCER = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:loadbalancer/app/web/1"
ZONES = {"euw1-az1": "eu-west-1c", "euw1-az2": "eu-west-1a", "euw1-az3": "eu-west-1b"}
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


def args(**more: Any) -> ZonalShiftArgs:
    given: dict[str, Any] = {
        "region": region(account=more.pop("account", ACCOUNT)),
        "load_balancer_arn": BALANCER,
        "load_balancer_suffix": "app/web/1",
        "zone_names": ZONES,
        "topic_arn": "topic",
    }
    return ZonalShiftArgs(**{**given, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: ZonalShift("shift", args()))


def test_what_it_is_made_of(graph: Graph):
    assert counts(graph) == {
        "bcinfra:aws:ZonalShift": 1,
        ALARM: 3,
        COMPOSITE: 3,
        "aws:cloudwatch/eventRule:EventRule": 1,
        "aws:cloudwatch/eventTarget:EventTarget": 1,
        "aws:cloudwatch/logGroup:LogGroup": 1,
        "aws:iam/role:Role": 2,
        "aws:iam/rolePolicy:RolePolicy": 2,
        "aws:sfn/stateMachine:StateMachine": 1,
    }


def test_each_zone_is_watched_under_this_accounts_name_of_it(graph: Graph):
    for zone, name in ZONES.items():
        alarm = one(graph, ALARM, f"shift-{zone}").inputs
        metrics: Any = alarm["metricQueries"]
        dimensions = [row["metric"]["dimensions"] for row in metrics if "metric" in row]
        assert dimensions == [{"LoadBalancer": "app/web/1", "AvailabilityZone": name}] * 4
        assert alarm["treatMissingData"] == "notBreaching", "a zone that was left is not asked"
        assert alarm["evaluationPeriods"] == 3


def felt(expression: str, **counted: float) -> bool:
    """What an alarm's expression makes of a minute."""
    python = re.sub(r"FILL\((\w+), 0\)", r"\1", expression).replace("||", "or").replace("&&", "and")
    condition = re.fullmatch(r"IF\((.*), 1, 0\)", python)
    assert condition
    return bool(eval(condition[1], {"__builtins__": {}}, counted))


@pytest.mark.parametrize(
    ("minute", "red"),
    [
        ({"requests": 1000, "balancer": 60, "replicas": 60, "slow": 0.2}, True),
        ({"requests": 1000, "balancer": 0, "replicas": 0, "slow": 8}, True),
        ({"requests": 1000, "balancer": 10, "replicas": 10, "slow": 0.2}, False),
        ({"requests": 5, "balancer": 5, "replicas": 0, "slow": 20}, False),
    ],
    ids=["errors", "slow answers", "well", "hardly asked"],
)
def test_a_zone_is_ill_that_customers_feel(graph: Graph, minute: dict[str, float], red: bool):
    rows: Any = one(graph, ALARM, "shift-euw1-az1").inputs["metricQueries"]
    (expression,) = [row["expression"] for row in rows if "expression" in row]
    assert felt(expression, **minute) is red


def test_it_is_left_where_it_alone_is_ill(graph: Graph):
    alone = {row.inputs["alarmName"]: row.inputs for row in named(graph, COMPOSITE).values()}
    assert alone["shift-euw1-az2-alone"]["alarmRule"] == (
        'ALARM("shift-euw1-az2") AND NOT ALARM("shift-euw1-az1") AND NOT ALARM("shift-euw1-az3")'
    )
    assert all(row["alarmActions"] == ["topic"] for row in alone.values()), "somebody is told"
    rule = one(graph, "aws:cloudwatch/eventRule:EventRule", "shift").inputs
    pattern = json.loads(str(rule["eventPattern"]))
    assert pattern["detail"] == {"alarmName": sorted(map(str, alone)), "state": {"value": ["ALARM"]}}


def test_the_machine_is_told_which_alarm_and_which_balancer(graph: Graph):
    target: Any = one(graph, "aws:cloudwatch/eventTarget:EventTarget", "shift").inputs["inputTransformer"]
    assert target["inputPaths"] == {"alarm": "$.detail.alarmName"}
    assert target["inputTemplate"] == f'{{"alarm": <alarm>, "balancer": "{BALANCER}"}}'


def run(machine: dict[str, Any], given: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """The calls that the machine makes."""
    calls, name = list[tuple[str, dict[str, Any]]](), machine["StartAt"]
    while name:
        state = machine["States"][name]
        name = state.get("Next")
        if state["Type"] == "Choice":
            rows = state["Choices"]
            name = next((row["Next"] for row in rows if given["alarm"] == row["StringEquals"]), state["Default"])
        elif state["Type"] == "Task":
            asked = {
                key.removesuffix(".$"): given[value.removeprefix("$.")] if key.endswith(".$") else value
                for key, value in state["Parameters"].items()
            }
            calls.append((state["Resource"].rpartition(":")[2], asked))
    return calls


def test_the_zone_of_the_alarm_is_left_for_a_while(graph: Graph):
    machine = json.loads(str(one(graph, "aws:sfn/stateMachine:StateMachine", "shift").inputs["definition"]))
    for zone in ZONES:
        ((call, asked),) = run(machine, {"alarm": f"shift-{zone}-alone", "balancer": BALANCER})
        assert call == "startZonalShift"
        assert (asked["AwayFrom"], asked["ResourceIdentifier"], asked["ExpiresIn"]) == (zone, BALANCER, "2h")
        assert asked["Comment"], "the API asks for one"
    assert run(machine, {"alarm": "another", "balancer": BALANCER}) == []


def test_it_may_shift_that_balancer_and_nothing_else(graph: Graph):
    rows = statements(one(graph, "aws:iam/rolePolicy:RolePolicy", "shift-reads"))
    acts = [(row["Action"], row["Resource"]) for row in rows if not str(row["Action"]).startswith("['logs:")]
    assert acts == [(["arc-zonal-shift:StartZonalShift"], [BALANCER])]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: args(account=None), "region.account: is needed here"),
        (lambda: args(zone_names={"euw1-az1": "a"}), "zone_names"),
        (lambda: args(hours=100), "hours"),
    ],
)
def test_wrong_arguments_are_refused(wrong: Callable[[], object], says: str):
    (refused,) = refusals(wrong)
    assert says in refused


def test_a_machine_knows_each_zone_by_its_alarm():
    assert [state for state in definition({"a": "euw1-az1"}, 3)["States"] if state.startswith("Leave")] == [
        "Leave euw1-az1"
    ]
