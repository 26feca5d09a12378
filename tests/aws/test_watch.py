"""What people are told of a site: what customers would notice soon, and nothing that stands still by design."""

from __future__ import annotations

import json

import pytest

from bcinfra.aws import Watch, WatchArgs, WatchedCopy, WatchedDatabase, WatchedTier
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, named, one, region
from tests.helpers import refusals

TOLD = "arn:aws:sns:eu-west-1:111111111111:alarms"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
WEB = WatchedTier(load_balancer="app/web/1", target_group="targetgroup/web/2", fewest=3)
COPY = WatchedCopy(source="here", destination="there", rule="two")
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
RULE = "aws:cloudwatch/eventRule:EventRule"
METRICS = "aws:s3/bucketMetric:BucketMetric"


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        Watch(
            "shop",
            WatchArgs(
                region=region(),
                topic_arn=TOLD,
                tiers={"web": WEB, "app": WEB.model_copy(update={"fewest": 0, "inside": True})},
                databases={
                    "mysql": WatchedDatabase(instances=("one", "one-reader"), storage=100),
                    "aurora": WatchedDatabase(instances=("two",), local=True),
                },
                copies_out={"media-one-to-two": COPY},
                copies_in={"media-two-to-one": COPY},
                buckets={"media": "files-of-one"},
                gateways={"euw1-az1": "nat-1", "euw1-az2": "nat-2"},
                availability=99.9,
                caches={"redis": (("r-0001-001", "r-0001-002"),), "cart": (("c-0001-001",), ("c-0002-001",))},
            ),
        )

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Watch": 1,
        ALARM: 24,
        COMPOSITE: 2,
        "aws:cloudwatch/dashboard:Dashboard": 1,
        METRICS: 1,
        RULE: 3,
        "aws:cloudwatch/eventTarget:EventTarget": 3,
    }


@pytest.mark.parametrize(
    ("alarm", "metric", "together", "beyond", "threshold"),
    [
        ("web-slow", "TargetResponseTime", "MAX([m1])", "GreaterThanThreshold", 1.0),
        ("web-missing", "HealthyHostCount", "MIN([m1])", "LessThanThreshold", 3.0),
        ("mysql-load", "DBLoadRelativeToNumVCPUs", "MAX([m1, m2])", "GreaterThanThreshold", 1.0),
        ("mysql-storage", "FreeStorageSpace", "MIN([m1, m2])", "LessThanThreshold", 10 * 2**30),
        ("aurora-local-storage", "FreeLocalStorage", "MIN([m1])", "LessThanThreshold", 10 * 2**30),
        ("media-errors", "5xxErrors", "MAX([m1])", "GreaterThanThreshold", 0.05),
        ("media-refused", "4xxErrors", "MAX([m1])", "GreaterThanThreshold", 0.5),
        ("redis-1-evicting", "Evictions", "SUM([m1, m2])", "GreaterThanThreshold", 0.0),
        ("media-one-to-two-failing", "OperationsFailedReplication", "MAX([m1])", "GreaterThanThreshold", 0.0),
        ("media-two-to-one-late", "ReplicationLatency", "MAX([m1])", "GreaterThanThreshold", 900.0),
        ("gateways-ports", "ErrorPortAllocation", "SUM([m1, m2])", "GreaterThanThreshold", 0.0),
        ("gateways-drops", "PacketsDropCount", "SUM([m1, m2])", "GreaterThanThreshold", 0.0),
        ("keys-throttled", "CallCount", "m1 / SERVICE_QUOTA(m1) * 100", "GreaterThanThreshold", 80.0),
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


def test_what_s3_is_asked_is_measured_under_the_name_that_the_alarm_looks_at(graph: Graph) -> None:
    measured = one(graph, METRICS, "shop-media").inputs
    _, asked = one(graph, ALARM, "shop-media-errors").inputs["metricQueries"]
    assert asked["metric"]["dimensions"] == {"BucketName": measured["bucket"], "FilterId": measured["name"]}
    assert asked["metric"]["stat"] == "Average"


def test_of_a_pilot_light_no_replicas_are_missed_and_of_what_grows_without_end_no_disk(graph: Graph) -> None:
    assert {"shop-app-missing", "shop-aurora-storage"}.isdisjoint(named(graph, ALARM))


def test_every_figure_that_is_watched_is_on_the_page_of_charts(graph: Graph) -> None:
    board = json.loads(str(one(graph, "aws:cloudwatch/dashboard:Dashboard", "shop").inputs["dashboardBody"]))
    shown = {name for name in named(graph, ALARM) if "-burn-" not in name} - {"shop-keys-throttled"}
    assert len(board["widgets"]) == len(shown) + len(named(graph, COMPOSITE))
    places = {(chart["x"], chart["y"]) for chart in board["widgets"]}
    assert len(places) == len(board["widgets"])
    assert {chart["properties"]["region"] for chart in board["widgets"]} == {"eu-west-1"}
    assert ["AWS/ElastiCache", "Evictions", "CacheClusterId", "r-0001-002"] in [
        row for chart in board["widgets"] for row in chart["properties"]["metrics"]
    ]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("expiry", "ACM Certificate Approaching Expiration"),
        ("key-deletion", "AWS API Call via CloudTrail"),
        ("database", "RDS DB Cluster Event"),
    ],
)
def test_events_are_told(graph: Graph, rule: str, kind: str) -> None:
    pattern = json.loads(str(one(graph, RULE, f"shop-{rule}").inputs["eventPattern"]))
    assert kind in pattern["detail-type"]
    assert one(graph, "aws:cloudwatch/eventTarget:EventTarget", f"shop-{rule}").inputs["arn"] == TOLD


@pytest.mark.parametrize(("speed", "windows", "share"), [("14-4", ("1h", "5m"), 0.0144), ("6", ("6h", "30m"), 0.006)])
def test_errors_that_use_up_what_may_fail_are_told_once_both_windows_agree(
    graph: Graph, speed: str, windows: tuple[str, str], share: float
) -> None:
    burn = f"shop-web-burn-{speed}"
    told = one(graph, COMPOSITE, burn).inputs
    assert told["alarmRule"] == " AND ".join(f'ALARM("{burn}-{window}")' for window in windows)
    assert told["alarmActions"] == told["okActions"] == [TOLD]
    seconds = {"1h": 3600, "5m": 300, "6h": 21600, "30m": 1800}
    for window in windows:
        alarm = one(graph, ALARM, f"{burn}-{window}").inputs
        assert not alarm.get("alarmActions"), "one window alone tells nobody"
        assert alarm["threshold"] == pytest.approx(share)
        _, *each = alarm["metricQueries"]
        assert {query["metric"]["period"] for query in each} == {seconds[window]}


def test_errors_of_what_other_tiers_alone_reach_are_not_told_by_what_customers_are_promised(graph: Graph) -> None:
    assert not [name for name in named(graph, COMPOSITE) if "-app-" in name]


def test_what_cannot_be_is_refused() -> None:
    assert len(refusals(lambda: WatchedDatabase(instances=(), storage=0))) == 2
