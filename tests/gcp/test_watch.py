"""What a project tells of itself: each figure with whom it is told to, errors by what is promised."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bcinfra.gcp import Alerts, AlertsArgs, Watch, WatchArgs, WatchedService
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import NUMBER, counts, declare, needs, nested, project
from tests.helpers import refusals, row, rows


def watched() -> None:
    here = project()
    people = Alerts(
        "people",
        AlertsArgs(
            project=here,
            emails={"ann": "ann@shop.example"},
            hosts={"shop": "www.shop.example"},
            billing_account="0123AB-4567CD-89EF01",
            monthly_budget=900,
        ),
    )
    Watch(
        "watch",
        WatchArgs(
            project=here,
            channels=people.channels,
            availability=99.9,
            services={
                "web": WatchedService(name="web", fewest=2, most=20),
                "pilot": WatchedService(name="pilot", fewest=0, most=20),
            },
            databases={"orders": "orders-ghent"},
            caches={"carts": "carts-ghent"},
        ),
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(watched)


def conditions(graph: Graph, policy: str) -> dict[str, dict[str, Any]]:
    said = nested(row(graph, "AlertPolicy", policy), "conditions")
    return {one["displayName"]: one for one in said}


def test_what_it_is_made_of_and_whom_it_tells(graph: Graph) -> None:
    assert counts(graph) == {
        "AlertPolicy": 12, "Budget": 1, "Dashboard": 1, "NotificationChannel": 1, "UptimeCheckConfig": 1
    }  # fmt: skip
    for policy in rows(graph, "AlertPolicy").values():
        assert needs(graph, policy, "notificationChannels") == {"people-ann"}
        assert len(nested(policy, "conditions")) <= 6, "Cloud Monitoring takes no more"


def test_a_pilot_light_misses_no_replicas(graph: Graph) -> None:
    assert set(conditions(graph, "watch-web")) == {"Replicas of web are missing", "web grows no more"}
    assert set(conditions(graph, "watch-pilot")) == {"pilot grows no more"}


def test_errors_are_told_by_how_fast_they_use_up_what_is_promised(graph: Graph) -> None:
    (burning,) = conditions(graph, "watch-errors").values()
    query = burning["conditionPrometheusQueryLanguage"]["query"]
    assert query.count("> 0.0144") == query.count("> 0.006") == 2
    assert query.count("(") == query.count(")")
    assert query.count("{") == query.count("}")


def test_a_name_is_asked_from_outside_and_its_certificate_watched(graph: Graph) -> None:
    said = conditions(graph, "people-shop-answers")
    figures = [one["conditionThreshold"]["filter"].split('"')[1].rpartition("/")[2] for one in said.values()]
    assert figures == ["check_passed", "request_latency", "time_until_ssl_cert_expires"]
    assert all('host="www.shop.example"' in one["conditionThreshold"]["filter"] for one in said.values())
    check = row(graph, "UptimeCheckConfig", "people-shop")
    assert nested(check, "monitoredResource", "labels")["host"] == "www.shop.example"


def test_every_figure_of_an_alarm_has_its_chart(graph: Graph) -> None:
    board = json.loads(str(row(graph, "Dashboard", "watch").inputs["dashboardJson"]))
    shown = {tile["widget"]["title"] for tile in board["mosaicLayout"]["tiles"]}
    told = {
        title
        for name in rows(graph, "AlertPolicy")
        if name.startswith("watch-")
        for title, one in conditions(graph, name).items()
        if "conditionThreshold" in one
    }
    assert shown == told
    assert len({(tile["xPos"], tile["yPos"]) for tile in board["mosaicLayout"]["tiles"]}) == len(shown)


def test_a_budget_tells_before_and_once_it_is_spent(graph: Graph) -> None:
    budget = row(graph, "Budget", "people-budget")
    assert [rule["spendBasis"] for rule in nested(budget, "thresholdRules")] == ["FORECASTED_SPEND", "CURRENT_SPEND"]
    assert nested(budget, "budgetFilter")["projects"] == [f"projects/{NUMBER}"]
    assert nested(budget, "amount")["specifiedAmount"]["units"] == "900"
    assert refusals(lambda: AlertsArgs(project=project(), emails={"ann": "ann@shop.example"}, monthly_budget=900)) == [
        "monthly_budget: needs billing_account, which Google Cloud hangs budgets on"
    ]


def test_where_nothing_is_promised_errors_of_what_stands_behind_are_told() -> None:
    made = declare(lambda: Watch("watch", WatchArgs(project=project(), channels={"ann": "projects/p/channels/1"})))
    told = conditions(made, "watch-balancers")["What stands behind the load balancers answers with errors"]
    assert "backend_request_count" in told["conditionThreshold"]["filter"], "a page that says 503 on purpose is none"
    assert not [name for name in rows(made, "AlertPolicy") if name.endswith("-errors")]
