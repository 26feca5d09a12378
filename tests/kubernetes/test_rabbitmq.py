"""RabbitMQ: quorum queues over three zones, what nobody could do stands aside, and clients make nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bcinfra.graph.core.model import Graph, Secret
from bcinfra.kubernetes import Operator, OperatorArgs, Peer, RabbitMq, RabbitMqArgs, WorkQueue
from bcinfra.kubernetes.cluster import HOST, ZONE
from tests.helpers import refusals
from tests.kubernetes.conftest import cluster, counts, declare, nested, row


def args(*, kind: Any = "rabbitmq", **more: Any) -> RabbitMqArgs:
    at = more.pop("cluster", None) or cluster()
    fields: dict[str, Any] = {
        "cluster": at,
        "namespace": "shop",
        "operator": Operator("rabbitmq", OperatorArgs(cluster=at, kind=kind, namespace="rabbitmq-operator")),
        "queues": {"mails": WorkQueue(timeout=120, attempts=7, deep=50)},
        "password": "correct horse",
        "clients": {"mailer": Peer(pods={"app.kubernetes.io/name": "mailer"})},
    }
    return RabbitMqArgs(**{**fields, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return declare(lambda: RabbitMq("queues", args()))


def test_what_it_is_made_of(graph: Graph) -> None:
    found = counts(graph)
    for alarms in ("PodMonitor", "PrometheusRule"):
        found.pop(alarms, None)
    assert found == {"RabbitmqCluster": 1, "Release": 1, "Secret": 1, "PodDisruptionBudget": 1, "NetworkPolicy": 1}


def test_no_zone_and_no_server_takes_a_majority(graph: Graph) -> None:
    spec = nested(row(graph, "RabbitmqCluster", "queues"), "spec")
    pod = spec["override"]["statefulSet"]["spec"]["template"]["spec"]
    assert spec["replicas"] == 3
    assert [(r["topologyKey"], r["whenUnsatisfiable"]) for r in pod["topologySpreadConstraints"]] == [
        (ZONE, "DoNotSchedule"),
        (HOST, "DoNotSchedule"),
    ]
    assert row(graph, "RabbitmqCluster", "queues").options.protect


def test_queues_are_quorum_queues_that_lose_no_dead_letter() -> None:
    said = WorkQueue(attempts=7, kept=3600).arguments("mails")
    assert (said["x-queue-type"], said["x-delivery-limit"], said["x-message-ttl"]) == ("quorum", 7, 3_600_000)
    assert (said["x-dead-letter-routing-key"], said["x-dead-letter-strategy"]) == ("mails-dead", "at-least-once")
    assert said["x-overflow"] == "reject-publish"  # what at-least-once asks for


def test_what_the_cluster_begins_with_is_a_secret(graph: Graph) -> None:
    assert isinstance(row(graph, "Secret", "queues-definitions").inputs["stringData"], Secret)


def test_what_cannot_be_is_refused() -> None:
    assert refusals(lambda: args(kind="redis", cluster=cluster(zones=("a", "b")))) == [
        "cluster: 2 zone(s); a quorum needs three, of which any may be lost",
        "operator: this one keeps redis running, not rabbitmq",
    ]
