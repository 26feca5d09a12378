"""A queue: what nobody could do stands aside and is told, and nobody asks it without TLS."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from bcinfra.aws import Queue, QueueArgs, policies
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, key_arn, one, region, statements
from tests.helpers import refusals, row

TOLD = "arn:aws:sns:eu-west-1:111111111111:alarms"
QUEUE, ALARM = "aws:sqs/queue:Queue", "aws:cloudwatch/metricAlarm:MetricAlarm"


def args(**more: Any) -> QueueArgs:
    return QueueArgs(**{"region": region(), "key_arn": key_arn("eu-west-1"), "topic_arn": TOLD, **more})


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        pulumi.export("may", policies.document(*Queue("mails", args(timeout=120, attempts=7)).using().values()))

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "bcinfra:aws:Queue": 1,
        QUEUE: 2,
        "aws:sqs/queuePolicy:QueuePolicy": 2,
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": 1,
        ALARM: 3,
    }


def test_what_no_consumer_can_do_stands_aside_for_as_long_as_there_is(graph: Graph) -> None:
    queue, dead = one(graph, QUEUE, "mails"), one(graph, QUEUE, "mails-dead")
    assert dead.urn in queue.dependencies
    assert dead.inputs["messageRetentionSeconds"] == 14 * 86_400
    assert queue.inputs["visibilityTimeoutSeconds"] == 120
    for one_of_them in (queue, dead):
        assert one_of_them.inputs["kmsMasterKeyId"] == key_arn("eu-west-1")
        assert one_of_them.options.protect


@pytest.mark.parametrize(
    ("alarm", "queue", "metric", "threshold"),
    [
        ("late", "mails", "ApproximateAgeOfOldestMessage", 900.0),
        ("deep", "mails", "ApproximateNumberOfMessagesVisible", 1000.0),
        ("dead", "mails-dead", "ApproximateNumberOfMessagesVisible", 1.0),
    ],
)
def test_people_are_told(graph: Graph, alarm: str, queue: str, metric: str, threshold: float) -> None:
    told = one(graph, ALARM, f"mails-{alarm}").inputs
    assert (told["metricName"], told["threshold"], told["alarmActions"]) == (metric, threshold, [TOLD])
    assert told["dimensions"] == {"QueueName": queue}


def test_a_program_is_given_what_it_takes_and_nothing_that_empties_a_queue(graph: Graph) -> None:
    using, keyed = json.loads(str(graph.outputs["may"]))["Statement"]
    assert set(using["Action"]) & {"sqs:*", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes"} == set()
    assert keyed["Resource"] == [key_arn("eu-west-1")]


def test_nobody_asks_without_tls(graph: Graph) -> None:
    for name in ("mails", "mails-dead"):
        (denied,) = statements(row(graph, "QueuePolicy", name))
        assert (denied["Effect"], denied["Action"]) == ("Deny", ["sqs:*"])
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_cannot_be_is_refused() -> None:
    assert len(refusals(lambda: args(kept=30 * 86_400, timeout=0))) == 2
