"""What people are told of a site: what customers would notice soon, and nothing that stands still by design."""

from __future__ import annotations

import json

import pytest

from bcinfra.aws import Watch, WatchArgs, WatchedDatabase, WatchedTier
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, named, one, region
from tests.helpers import refusals

TOLD = "arn:aws:sns:eu-west-1:111111111111:alarms"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
WEB = WatchedTier(load_balancer="app/web/1", target_group="targetgroup/web/2", fewest=3)


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        Watch(
            "shop",
            WatchArgs(
                region=region(),
                topic_arn=TOLD,
                tiers={"web": WEB, "app": WEB.model_copy(update={"fewest": 0})},
                databases={
                    "mysql": WatchedDatabase(instances=("one", "one-reader"), storage=100),
                    "aurora": WatchedDatabase(instances=("two",)),
                },
                caches={"redis": (("r-0001-001", "r-0001-002"),), "cart": (("c-0001-001",), ("c-0002-001",))},
            ),
        )

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Watch": 1,
        ALARM: 12,
        "aws:cloudwatch/dashboard:Dashboard": 1,
        "aws:cloudwatch/eventRule:EventRule": 1,
        "aws:cloudwatch/eventTarget:EventTarget": 1,
    }


@pytest.mark.parametrize(
    ("alarm", "metric", "together", "beyond", "threshold"),
    [
        ("web-slow", "TargetResponseTime", "MAX([m1])", "GreaterThanThreshold", 1.0),
        ("web-missing", "HealthyHostCount", "MIN([m1])", "LessThanThreshold", 3.0),
        ("mysql-load", "DBLoadRelativeToNumVCPUs", "MAX([m1, m2])", "GreaterThanThreshold", 1.0),
        ("mysql-storage", "FreeStorageSpace", "MIN([m1, m2])", "LessThanThreshold", 10 * 2**30),
        ("redis-1-evicting", "Evictions", "SUM([m1, m2])", "GreaterThanThreshold", 0.0),
        ("cart-2-memory", "DatabaseMemoryUsagePercentage", "MAX([m1])", "GreaterThanThreshold", 80.0),
    ],
)
def test_people_are_told(graph: Graph, alarm: str, metric: str, together: str, beyond: str, threshold: float) -> None:
    told = one(graph, ALARM, f"shop-{alarm}").inputs
    made, *each = told["metricQueries"]
    assert (made["expression"], made["returnData"]) == (together, True)
    assert {query["metric"]["metricName"] for query in each} == {metric}
    assert (told["comparisonOperator"], told["threshold"]) == (beyond, threshold)
    assert told["alarmActions"] == told["okActions"] == [TOLD]


def test_of_a_pilot_light_no_replicas_are_missed_and_of_what_grows_without_end_no_disk(graph: Graph) -> None:
    assert {"shop-app-missing", "shop-aurora-storage"}.isdisjoint(named(graph, ALARM))


def test_every_figure_that_is_watched_is_on_the_page_of_charts(graph: Graph) -> None:
    board = json.loads(str(one(graph, "aws:cloudwatch/dashboard:Dashboard", "shop").inputs["dashboardBody"]))
    assert len(board["widgets"]) == len(named(graph, ALARM))
    places = {(chart["x"], chart["y"]) for chart in board["widgets"]}
    assert len(places) == len(board["widgets"])
    assert {chart["properties"]["region"] for chart in board["widgets"]} == {"eu-west-1"}
    assert ["AWS/ElastiCache", "Evictions", "CacheClusterId", "r-0001-002"] in [
        row for chart in board["widgets"] for row in chart["properties"]["metrics"]
    ]


def test_a_certificate_that_ends_is_told(graph: Graph) -> None:
    rule = one(graph, "aws:cloudwatch/eventRule:EventRule", "shop-expiry").inputs
    assert json.loads(str(rule["eventPattern"]))["detail-type"] == ["ACM Certificate Approaching Expiration"]
    assert one(graph, "aws:cloudwatch/eventTarget:EventTarget", "shop-expiry").inputs["arn"] == TOLD


def test_what_cannot_be_is_refused() -> None:
    assert len(refusals(lambda: WatchedDatabase(instances=(), storage=0))) == 2
