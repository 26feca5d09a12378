"""Which alarms tell how fast errors use up what may fail, as strangers write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_gcp
import pytest
from pulumi_aws.cloudwatch import CompositeAlarm, MetricAlarm
from pulumi_kubernetes import Provider
from pulumi_kubernetes.apiextensions import CustomResource

from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.joins.burning import burning
from bcinfra.continuity.readings.table import TRAITS, VENDORS
from bcinfra.graph import Graph, record
from tests.continuity.readings.programs import IRELAND, Region


def told_of(graph: Graph) -> frozenset[str]:
    return burning(View(graph, TRAITS, VENDORS), graph)


def alarm(name: str, at: Region, period: int, metrics: Sequence[str], expression: str, periods: int = 1) -> None:
    queries: Any = [
        {"id": "share", "expression": expression, "return_data": True},
        *(
            {"id": f"m{number}", "metric": {"namespace": "AWS/ApplicationELB", "metric_name": metric, "stat": "Sum",
                                            "period": period}}
            for number, metric in enumerate(metrics, start=1)
        ),
    ]  # fmt: skip
    MetricAlarm(name, name=name, comparison_operator="GreaterThanThreshold", evaluation_periods=periods,
                threshold=0.0144, metric_queries=queries, opts=at.opts)  # fmt: skip


ERRORS = ("HTTPCode_Target_5XX_Count", "RequestCount")
BOTH = 'ALARM("long") AND ALARM("short")'


@pytest.mark.parametrize(
    ("rule", "metrics", "expression", "short", "told"),
    [
        (BOTH, ERRORS, "m1 / m2", 300, True),
        (f"({BOTH}) OR (ALARM(slow) AND ALARM(slower))", ERRORS, "m1 / m2", 300, True),
        (f"{BOTH} AND NOT (ALARM(slow) OR ALARM(slower))", ERRORS, "m1 / m2", 300, True),
        (f"{BOTH} OR ALARM(slow)", ERRORS, "m1 / m2", 300, False),  # which binds first is not said
        ('ALARM("long") OR ALARM("short")', ERRORS, "m1 / m2", 300, False),
        ('ALARM("long") AND NOT ALARM("short")', ERRORS, "m1 / m2", 300, False),
        ('NOT (ALARM("long") AND ALARM("short"))', ERRORS, "m1 / m2", 300, False),
        ('ALARM("long") AND OK("short")', ERRORS, "m1 / m2", 300, False),
        (f"{BOTH} AND ALARM(slow)", ERRORS, "m1 / m2", 300, False),  # nobody knows when that one is red
        (BOTH, ERRORS, "m1 / m2", 3600, False),  # both look back alike
        (BOTH, ERRORS, "SUM(METRICS())", 300, False),  # a count is no share
        (BOTH, ("NewConnectionCount", "RequestCount"), "m1 / m2", 300, False),
    ],
)
def test_at_aws_two_looks_back_at_a_share_of_errors_agree(
    rule: str, metrics: Sequence[str], expression: str, short: int, told: bool
) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        alarm("long", at, 300, metrics, expression, periods=12)
        alarm("short", at, short, metrics, expression)
        CompositeAlarm("burn", alarm_name="burn", alarm_rule=rule, opts=at.opts)

    assert {urn.rpartition("::")[2] for urn in told_of(record(program))} == ({"burn"} if told else set())


def test_the_burn_rate_of_an_objective_is_told_as_it_is() -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND)
        for metric in ("BurnRate", "Latency"):
            MetricAlarm(metric, comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=14.4,
                        namespace="AWS/ApplicationSignals", metric_name=metric, opts=at.opts)  # fmt: skip

    assert {urn.rpartition("::")[2] for urn in told_of(record(program))} == {"BurnRate"}


SHARE = 'sum(rate(http_requests_total{{code=~"5.."}}[{0}])) / sum(rate(http_requests_total[{0}])) > 0.0144'
TWICE = f"{SHARE.format('1h')} and {SHARE.format('5m')}"
QUERIES = [
    (TWICE, True),
    (f"({TWICE}) or ({SHARE.format('3d')})", True),
    (TWICE.replace(' / sum(rate(http', ' or vector(0) / sum(rate(http'), True),
    ("job:slo_errors:ratio_rate1h > 14.4 * 0.001 and job:slo_errors:ratio_rate5m > 14.4 * 0.001", True),
    (SHARE.format("5m"), False),
    (f"{SHARE.format('1h')} or {SHARE.format('5m')}", False),
    (f"{SHARE.format('5m')} and {SHARE.format('5m')}", False),
    ("rate(node_cpu[1h]) / 4 > 0.8 and rate(node_cpu[5m]) / 4 > 0.8", False),
]  # fmt: skip


@pytest.mark.parametrize(("query", "told"), QUERIES)
def test_a_query_asks_for_two_looks_back_at_once(query: str, told: bool) -> None:
    def program() -> None:
        inside = pulumi.ResourceOptions(provider=Provider("cluster", context="cluster"))
        rules = [{"alert": "Burning", "expr": query}, {"record": "kept", "expr": TWICE}]
        CustomResource("rules", api_version="monitoring.coreos.com/v1", kind="PrometheusRule",
                       spec={"groups": [{"name": "slo", "rules": rules}]}, opts=inside)  # fmt: skip

    assert bool(told_of(record(program))) is told


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"condition_threshold": {"filter": 'select_slo_burn_rate("projects/p/services/s/serviceLevelObjectives/o")',
                                  "comparison": "COMPARISON_GT", "threshold_value": 14.4, "duration": "0s"}}, True),
        ({"condition_threshold": {"filter": 'metric.type="loadbalancing.googleapis.com/https/request_count"',
                                  "comparison": "COMPARISON_GT", "threshold_value": 5, "duration": "0s"}}, False),
        ({"condition_prometheus_query_language": {"query": TWICE, "duration": "0s"}}, True),
        ({"condition_prometheus_query_language": {"query": SHARE.format("5m"), "duration": "0s"}}, False),
    ],
)  # fmt: skip
def test_at_google_an_objective_or_a_query_tells_it(condition: dict[str, Any], told: bool) -> None:
    def program() -> None:
        at = pulumi.ResourceOptions(provider=pulumi_gcp.Provider("acme", project="acme"))
        conditions: Any = [{"display_name": "errors", **condition}]
        pulumi_gcp.monitoring.AlertPolicy("burn", project="acme", display_name="burn", combiner="OR",
                                          conditions=conditions, opts=at)  # fmt: skip

    assert bool(told_of(record(program))) is told
