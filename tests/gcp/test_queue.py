"""A queue on Pub/Sub: it stays in its region, what nobody could do stands aside, and people are told."""

from __future__ import annotations

import pytest

from bcinfra.gcp import Alerts, AlertsArgs, Queue, QueueArgs
from bcinfra.graph.core.model import Graph
from tests.gcp.conftest import counts, declare, nested, region
from tests.helpers import refusals, row

KEY = "projects/acme-prod/locations/europe-west1/keyRings/data/cryptoKeys/data"


@pytest.fixture(scope="module")
def graph() -> Graph:
    def program() -> None:
        here = region()
        queue = Queue("mails", QueueArgs(region=here, key_name=KEY, timeout=120, attempts=7))
        queue.used_by("mailer", "serviceAccount:mailer@acme-prod.iam.gserviceaccount.com", queue)
        Alerts("told", AlertsArgs(project=here, emails={"on-call": "a@shop.example"}, queues={"mails": queue.watched}))

    return declare(program)


def test_what_it_is_made_of(graph: Graph) -> None:
    assert counts(graph) == {
        "Topic": 2,
        "Subscription": 2,
        "TopicIAMMember": 2,
        "SubscriptionIAMMember": 2,
        "AlertPolicy": 1,
        "NotificationChannel": 1,
    }


def test_messages_stay_in_the_region_under_its_key(graph: Graph) -> None:
    for name in ("mails", "mails-dead"):
        topic = row(graph, "Topic", name)
        assert topic.inputs["kmsKeyName"] == KEY
        assert nested(topic, "messageStoragePolicy", "allowedPersistenceRegions") == ["europe-west1"]
        assert topic.options.protect
        assert row(graph, "Subscription", name).inputs["expirationPolicy"] == {"ttl": ""}


def test_what_nobody_could_do_stands_aside(graph: Graph) -> None:
    pulled = row(graph, "Subscription", "mails")
    assert nested(pulled, "deadLetterPolicy", "maxDeliveryAttempts") == 7
    assert row(graph, "Subscription", "mails-dead").inputs["messageRetentionDuration"] == "2678400s"
    agent = row(graph, "TopicIAMMember", "mails-puts-aside").inputs
    assert (agent["role"], "gcp-sa-pubsub" in str(agent["member"])) == ("roles/pubsub.publisher", True)


def test_people_are_told_of_age_depth_and_dead_letters(graph: Graph) -> None:
    (policy,) = graph.of_type("gcp:monitoring/alertPolicy:AlertPolicy")
    filters = [one["conditionThreshold"]["filter"] for one in nested(policy, "conditions")]
    wanted = [("oldest_unacked", '"mails"'), ("num_undelivered", '"mails"'), ("num_undelivered", '"mails-dead"')]
    assert [all(part in text for part in pair) for pair, text in zip(wanted, filters, strict=True)] == [True] * 3


def test_what_cannot_be_is_refused() -> None:
    assert len(refusals(lambda: QueueArgs(region=region(), key_name=KEY, attempts=4, timeout=601))) == 2
