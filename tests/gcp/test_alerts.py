"""Alerts: what turns them on, what does not, and who is told."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.gcp.alerts import CHECKERS, Alerts, AlertsArgs, OutageAlerts, OutageAlertsArgs
from bcinfra.graph.core.model import UNKNOWN, Graph
from tests.gcp.conftest import NUMBER, PROJECT, counts, declare, needs, nested, project, region
from tests.helpers import refusals, row, rows

TURIN = "europe-west12"


def outage(**more: Any) -> Graph:
    given: dict[str, Any] = {
        "host": "shop.example",
        "replicas": {"orders": "orders-turin-1"},
        "url_map_name": "web-urls",
        "channels": {"ann": "projects/acme-prod/notificationChannels/1"},
    }
    return declare(
        lambda: OutageAlerts("outage", OutageAlertsArgs(**{**given, "standby": region(TURIN), **more})),
    )


@pytest.fixture(scope="module")
def graph() -> Graph:
    return outage()


def conditions(graph: Graph, policy: str) -> list[dict[str, Any]]:
    return [condition["conditionThreshold"] for condition in nested(row(graph, "AlertPolicy", policy), "conditions")]


def test_it_is_made_of_these_and_nothing_else(graph: Graph) -> None:
    assert counts(graph) == {
        "AlertPolicy": 2,
        "NotificationChannel": 1,
        "Topic": 1,
        "TopicIAMMember": 1,
        "UptimeCheckConfig": 1,
    }


def test_the_shop_is_asked_every_minute_from_four_continents(graph: Graph) -> None:
    check = row(graph, "UptimeCheckConfig", "outage").inputs
    assert (check["period"], check["timeout"]) == ("60s", "10s")
    places = check["selectedRegions"]
    assert isinstance(places, list)
    assert len({CHECKERS[str(place)] for place in places}) == 4
    assert nested(row(graph, "UptimeCheckConfig", "outage"), "monitoredResource", "labels", "host") == "shop.example"
    assert nested(row(graph, "UptimeCheckConfig", "outage"), "httpCheck") == {
        "path": "/health",
        "port": 443,
        "useSsl": True,
        "validateSsl": True,
    }


@pytest.mark.parametrize("policy", ["outage-lost", "outage-failing"])
def test_customers_and_the_data_must_both_say_it(graph: Graph, policy: str) -> None:
    customers, data = conditions(graph, policy)
    assert nested(row(graph, "AlertPolicy", policy), "combiner") == "AND"
    assert data["filter"] == (
        'metric.type="cloudsql.googleapis.com/database/mysql/replication/seconds_behind_master"'
        ' AND resource.type="cloudsql_database" AND resource.labels.database_id="acme-prod:orders-turin-1"'
    )
    assert (data["comparison"], data["thresholdValue"]) == ("COMPARISON_LT", 0), "negative: replication is not active"
    assert {customers["duration"], data["duration"]} == {"180s"}


def test_three_of_four_checkers_must_fail(graph: Graph) -> None:
    unreachable, _ = conditions(graph, "outage-lost")
    assert unreachable["filter"] is UNKNOWN, "the check has no id before it exists"
    assert needs(graph, row(graph, "AlertPolicy", "outage-lost"), "conditions") == {"outage"}
    (counted,) = unreachable["aggregations"]
    assert counted["crossSeriesReducer"] == "REDUCE_COUNT_FALSE"
    assert (unreachable["comparison"], unreachable["thresholdValue"]) == ("COMPARISON_GT", 2)


def test_errors_are_a_share_of_the_load_balancers_answers(graph: Graph) -> None:
    errors, _ = conditions(graph, "outage-failing")
    assert errors["filter"] == f"{errors['denominatorFilter']} AND metric.labels.response_code_class=500"
    assert 'resource.labels.url_map_name="web-urls"' in errors["denominatorFilter"]
    assert errors["aggregations"] == errors["denominatorAggregations"]
    assert (errors["comparison"], errors["thresholdValue"]) == ("COMPARISON_GT", 0.5)


def test_silence_turns_nothing_on(graph: Graph) -> None:
    for policy in ("outage-lost", "outage-failing"):
        for condition in conditions(graph, policy):
            assert condition["evaluationMissingData"] == "EVALUATION_MISSING_DATA_INACTIVE"


def test_alerts_reach_the_topic_again_and_again_and_people_too(graph: Graph) -> None:
    channel = row(graph, "NotificationChannel", "outage")
    assert channel.inputs["type"] == "pubsub"
    assert needs(graph, channel, "labels") == {"outage"}
    for policy in rows(graph, "AlertPolicy").values():
        assert "projects/acme-prod/notificationChannels/1" in nested(policy, "notificationChannels")
        assert needs(graph, policy, "notificationChannels") == {"outage"}
        (again,) = nested(policy, "alertStrategy", "notificationChannelStrategies")
        assert again["renotifyInterval"] == "1800s"


def test_messages_stay_in_the_region_that_survives(graph: Graph) -> None:
    topic = row(graph, "Topic", "outage")
    assert nested(topic, "messageStoragePolicy") == {"allowedPersistenceRegions": [TURIN]}


def test_only_monitoring_publishes(graph: Graph) -> None:
    (member,) = rows(graph, "TopicIAMMember").values()
    assert member.inputs["role"] == "roles/pubsub.publisher"
    account = f"service-{NUMBER}@gcp-sa-monitoring-notification.iam.gserviceaccount.com"
    assert member.inputs["member"] == f"serviceAccount:{account}"
    assert row(graph, "NotificationChannel", "outage").urn in member.dependencies


def test_without_a_replica_the_checkers_are_asked_alone_for_longer() -> None:
    alone = outage(replicas={}, url_map_name=None)
    (unreachable,) = conditions(alone, "outage-lost")
    assert unreachable["duration"] == "360s"
    assert nested(row(alone, "AlertPolicy", "outage-lost"), "combiner") == "OR"
    assert set(rows(alone, "AlertPolicy")) == {"outage-lost"}


def test_wrong_arguments_are_all_named_at_once() -> None:
    assert refusals(
        lambda: OutageAlertsArgs(
            standby=region(TURIN, number=None),
            host="shop.example",
            checkers=frozenset({"EUROPE", "MOON", "ASIA_PACIFIC"}),
            minutes=9,
            failing=3,
        )
    ) == [
        "standby.number: is needed to name the account that publishes alerts",
        "checkers: MOON is none of ASIA_PACIFIC, EUROPE, SOUTH_AMERICA, USA_VIRGINIA",
        "failing: 3 of 3 checkers must fail; one of them may be lost with the region, so take fewer",
        "minutes_alone: 6 is less than minutes, 9",
    ]


@pytest.fixture(scope="module")
def told() -> Graph:
    def program() -> None:
        Alerts(
            "alerts",
            AlertsArgs(
                project=project(),
                emails={"ann": "ann@shop.example", "bob": "bob@shop.example"},
                databases={"orders": "orders-ghent-1"},
                replicas={"orders": "orders-turin-1"},
                workflows={"failover": "failover"},
            ),
        )

    return declare(program)


def test_people_are_told_of_backups_replicas_and_workflows(told: Graph) -> None:
    assert counts(told) == {"AlertPolicy": 3, "NotificationChannel": 2}
    for policy in rows(told, "AlertPolicy").values():
        assert needs(told, policy, "notificationChannels") == {"alerts-ann", "alerts-bob"}
    addresses = {nested(channel, "labels", "email_address") for channel in rows(told, "NotificationChannel").values()}
    assert addresses == {"ann@shop.example", "bob@shop.example"}


def query(told: Graph, policy: str) -> str:
    (condition,) = nested(row(told, "AlertPolicy", policy), "conditions")
    return condition["conditionMatchedLog"]["filter"]


def test_a_backup_that_fails_tells_somebody(told: Graph) -> None:
    found = query(told, "alerts-backup-orders")
    assert f'database_id = "{PROJECT}:orders-ghent-1"' in found
    assert 'methodName = "cloudsql.instances.automatedBackup"' in found
    assert "STATUS_FAILED" in found
    assert "STATUS_ATTEMPT_FAILED" in found


def test_a_workflow_that_has_something_to_say_is_heard(told: Graph) -> None:
    assert query(told, "alerts-workflow-failover") == (
        'resource.type = "workflows.googleapis.com/Workflow" AND resource.labels.workflow_id = "failover"'
        " AND severity >= WARNING"
    )


def test_a_replica_that_is_behind_or_broken_tells_somebody(told: Graph) -> None:
    behind, broken = conditions(told, "alerts-lag-orders")
    assert (behind["comparison"], behind["thresholdValue"]) == ("COMPARISON_GT", 300)
    assert (broken["comparison"], broken["thresholdValue"]) == ("COMPARISON_LT", 0)
    assert nested(row(told, "AlertPolicy", "alerts-lag-orders"), "combiner") == "OR"


def test_a_stream_that_stops_is_told_though_it_measures_nothing_any_more() -> None:
    def program() -> None:
        streams = {"changes": "shop-changes"}
        Alerts("shop", AlertsArgs(project=project(), emails={"ann": "ann@shop.example"}, streams=streams))

    made = declare(program)
    behind, silent = nested(row(made, "AlertPolicy", "shop-stream-changes"), "conditions")
    assert behind["conditionThreshold"]["thresholdValue"] == 300
    assert 'stream_id = "shop-changes"' in silent["conditionAbsent"]["filter"]


def test_nobody_is_no_receiver() -> None:
    assert refusals(lambda: AlertsArgs(project=project(), emails={})) == [
        "emails: nobody is told; name somebody in emails, phones, pagers, chats or channels"
    ]
