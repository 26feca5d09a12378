"""A database leaves an ill zone: what starts that, what it asks, when it moves, and what it may do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bcinfra.aws.zonal_failover import ZonalFailover, ZonalFailoverArgs, definition
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import ACCOUNT, counts, declare, one, region, statements

EVENT = {"detail-type": "Autoshift In Progress", "detail": {"metadata": {"awayFrom": "euw1-az2", "notes": ""}}}
"""As ARC's developer guide shows it."""
RDS = f"arn:aws:rds:eu-west-1:{ACCOUNT}"


@pytest.fixture(scope="module", params=[False, True], ids=["rds", "aurora"])
def aurora(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture(scope="module")
def graph(aurora: bool) -> Graph:
    return declare(
        lambda: ZonalFailover("leaves", ZonalFailoverArgs(region=region(), identifier="orders", aurora=aurora))
    )


def at(data: Any, path: str) -> Any:
    """What a path of the state machine leads to."""
    if get := re.fullmatch(r"States\.Array(GetItem)?\((.*?)(?:, 0)?\)", path):
        found = at(data, get[2])
        return found[0] if get[1] else [found]
    for name, index, writer in re.findall(r"\.(\w+)(?:\[(?:(\d+)|\?\(@\.(\w+)==true\))\])?", path):
        data = [row[name] for row in data] if isinstance(data, list) else data[name]
        data = data[int(index)] if index else [row for row in data if row[writer]] if writer else data
    return data


def filled(stated: dict[str, Any], data: Any) -> dict[str, Any]:
    return {k.removesuffix(".$"): at(data, v) if k.endswith(".$") else v for k, v in stated.items()}


def run(answers: dict[str, list[dict[str, Any]]], *, aurora: bool) -> list[tuple[str, dict[str, Any]]]:
    """The calls that the machine makes, where AWS answers so; the last answer of each kind holds from then on."""
    machine, data, calls = (
        definition("orders", aurora=aurora),
        dict[str, Any](EVENT),
        list[tuple[str, dict[str, Any]]](),
    )
    name: str | None = machine["StartAt"]
    while name and len(calls) < 20:
        state = machine["States"][name]
        name = state.get("Next")
        if state["Type"] == "Choice":
            rows = state["Choices"]
            name = next((row["Next"] for row in rows if holds(row, data)), state["Default"])
        elif state["Type"] == "Task":
            call = state["Resource"].rpartition(":")[2]
            calls.append((call, filled(state["Parameters"], data)))
            kept = answers.get(call, [{}])
            answer = kept.pop(0) if len(kept) > 1 else kept[0]
            if "error" in answer:
                name = state["Catch"][0]["Next"]
            elif "ResultSelector" in state:
                data[state["ResultPath"].removeprefix("$.")] = filled(state["ResultSelector"], answer)
        elif state["Type"] == "Pass":
            data[state["ResultPath"].removeprefix("$.")] = filled(state["Parameters"], data)
    return calls


def holds(row: dict[str, Any], data: Any) -> bool:
    if "Not" in row:
        return not holds(row["Not"], data)
    other = at(data, row["StringEqualsPath"]) if "StringEqualsPath" in row else row["StringEquals"]
    return at(data, row["Variable"]) == other


def answers(*writers: tuple[str, str], moves: dict[str, Any] | None = None) -> dict[str, list[dict[str, Any]]]:
    members = [
        {"IsClusterWriter": False, "DbInstanceIdentifier": "a"},
        {"IsClusterWriter": True, "DbInstanceIdentifier": "b"},
    ]
    return {
        "describeAvailabilityZones": [{"AvailabilityZones": [{"ZoneName": "eu-west-1b"}]}],
        "describeDBClusters": [{"DbClusters": [{"DbClusterMembers": members}]}],
        "describeDBInstances": [
            {"DbInstances": [{"AvailabilityZone": zone, "DbInstanceStatus": status}]} for zone, status in writers
        ],
        **{call: [moves or {}, {}] for call in ("rebootDBInstance", "failoverDBCluster")},
    }


def moved(calls: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(call, given) for call, given in calls if not call.startswith("describe")]


def test_a_writer_in_the_zone_moves(aurora: bool):
    calls = run(answers(("eu-west-1b", "available")), aurora=aurora)
    assert calls[0] == ("describeAvailabilityZones", {"ZoneIds": ["euw1-az2"]})
    assert ("describeDBInstances", {"DbInstanceIdentifier": "b" if aurora else "orders"}) in calls
    reboot = ("rebootDBInstance", {"DbInstanceIdentifier": "orders", "ForceFailover": True})
    assert moved(calls) == [("failoverDBCluster", {"DbClusterIdentifier": "orders"}) if aurora else reboot]


def test_a_writer_elsewhere_stays(aurora: bool):
    assert moved(run(answers(("eu-west-1a", "available")), aurora=aurora)) == []


def test_a_busy_one_is_asked_again(aurora: bool):
    assert len(moved(run(answers(("eu-west-1b", "backing-up"), ("eu-west-1b", "available")), aurora=aurora))) == 1
    assert moved(run(answers(("eu-west-1b", "failing-over"), ("eu-west-1a", "available")), aurora=aurora)) == []


def test_one_that_another_run_moves_is_not_moved_back(aurora: bool):
    twice = answers(("eu-west-1b", "available"), ("eu-west-1a", "available"), moves={"error": "InvalidDBInstanceState"})
    assert len(moved(run(twice, aurora=aurora))) == 1, "it is refused, and found elsewhere afterwards"


def test_shifts_start_it_and_rehearsals_do_not(graph: Graph, aurora: bool):
    assert counts(graph)["aws:sfn/stateMachine:StateMachine"] == 1
    pattern = json.loads(str(one(graph, "aws:cloudwatch/eventRule:EventRule", "leaves").inputs["eventPattern"]))
    assert pattern["source"] == ["aws.arc-zonal-shift"]
    assert EVENT["detail-type"] in pattern["detail-type"]
    assert not any("Practice" in kind for kind in pattern["detail-type"])
    machine = one(graph, "aws:sfn/stateMachine:StateMachine", "leaves").inputs
    assert json.loads(str(machine["definition"])) == definition("orders", aurora=aurora)
    told = one(graph, "bcinfra:aws:ZonalFailover", "leaves").outputs["machineArn"]
    assert told == f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:{machine['name']}"


def test_it_may_move_that_database_and_no_other(graph: Graph, aurora: bool):
    rows = [
        row
        for row in statements(one(graph, "aws:iam/rolePolicy:RolePolicy", "leaves-reads"))
        if "rds" in str(row["Action"])
    ]
    assert {action for row in rows for action in row["Action"] if not action.startswith("rds:Describe")} == {
        "rds:FailoverDBCluster" if aurora else "rds:RebootDBInstance"
    }
    found = {resource for row in rows for resource in row["Resource"]}
    assert found == ({f"{RDS}:cluster:orders", f"{RDS}:db:orders-*"} if aurora else {f"{RDS}:db:orders"})
