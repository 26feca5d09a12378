"""A queue on Pub/Sub: a topic with one subscription that workers pull from, and a place for what none can do."""

from __future__ import annotations

from typing import Any, Final

import pulumi
from pulumi_gcp.pubsub import Subscription, SubscriptionIAMMember, Topic, TopicIAMMember
from pydantic import Field

from bcinfra.component import Component, Str
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.alerts import Watched
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import KeyedRegion

LONGEST: Final = 2_678_400
"""Seconds for which a subscription keeps a message at most: 31 days (Pub/Sub, subscription properties)."""
PUBLISHER: Final = "roles/pubsub.publisher"
SUBSCRIBER: Final = "roles/pubsub.subscriber"


class QueueArgs(KeyedRegion):
    """Arguments of :class:`Queue`. The project's number must be known. Its Pub/Sub agent (``Agent.PUBSUB``) uses the
    key."""

    timeout: int = Field(default=300, ge=10, le=600)
    """Seconds that a worker has for a message, before another is given it: longer than the work takes."""
    attempts: int = Field(default=5, ge=5, le=100)
    """How often a message is given to workers before it is put aside."""
    kept: int = Field(default=4 * 86_400, ge=600, le=LONGEST)
    """Seconds for which a message waits for a worker; what was put aside waits for 31 days."""
    late: int = Field(default=900, ge=60)
    """Seconds after which a message that still waits is told: workers stand still."""
    deep: int = Field(default=1000, ge=1)
    """Messages that wait at once, from which that is told: workers are too few."""


class Queue(Component):
    """A queue over all zones of its region, with a dead-letter subscription. :class:`~bcinfra.gcp.Alerts` tells people
    of age, depth and dead letters, given :attr:`watched`.

    Messages stay in the region, under its key. One is delivered at least once, and in no order that one can rely on.
    What no worker has acknowledged after ``attempts`` stands aside: a person pulls it (``gcloud pubsub subscriptions
    pull``), mends, and publishes it again.

    Nothing copies a queue to another region. What waits when a region is lost is there again when the region is.
    """

    package = "gcp"

    topic_id: pulumi.Output[str]
    """Where messages are sent: its full name."""
    subscription_id: pulumi.Output[str]
    """Where workers pull them: its full name."""
    watched: Watched
    """What :class:`~bcinfra.gcp.Alerts` watches."""

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        dead, topic = self._topic(f"{name}-dead"), self._topic(name)
        self._subscription(f"{name}-dead", dead, LONGEST)
        agent = Agent.PUBSUB.member(region)
        may = TopicIAMMember(
            f"{name}-puts-aside",
            project=region.project,
            topic=dead.name,
            role=PUBLISHER,
            member=agent,
            opts=region.child(self),
        )
        pulled = self._subscription(
            name,
            topic,
            args.kept,
            dead_letter_policy={"dead_letter_topic": dead.id, "max_delivery_attempts": args.attempts},
            retry_policy={"minimum_backoff": "10s", "maximum_backoff": "600s"},
        )
        SubscriptionIAMMember(
            f"{name}-puts-aside",
            project=region.project,
            subscription=pulled.name,
            role=SUBSCRIBER,
            member=agent,
            opts=region.child(self, depends_on=[may]),
        )
        self.topic_id, self.subscription_id = topic.id, pulled.id
        called = physical("topic", name)
        self.watched = Watched(
            subscription=called, dead_letters=physical("topic", f"{name}-dead"), late=args.late, deep=args.deep
        )
        self.register_outputs(
            {
                "topicId": self.topic_id,
                "subscriptionId": self.subscription_id,
                "watched": self.watched.model_dump(),
            }
        )

    def used_by(self, who: str, member: Str, parent: pulumi.Resource) -> None:
        """Let ``member`` send to it and pull from it; ``who`` begins the names of its permissions."""
        region = self._args.region
        TopicIAMMember(
            f"{who}-sends",
            project=region.project,
            topic=self.topic_id,
            role=PUBLISHER,
            member=member,
            opts=region.child(parent),
        )
        SubscriptionIAMMember(
            f"{who}-pulls",
            project=region.project,
            subscription=self.subscription_id,
            role=SUBSCRIBER,
            member=member,
            opts=region.child(parent),
        )

    def _topic(self, name: str) -> Topic:
        """A topic whose messages stay in the region."""
        region = self._args.region
        return Topic(
            name,
            name=physical("topic", name),
            project=region.project,
            kms_key_name=self._args.key_name,
            message_storage_policy={"allowed_persistence_regions": [region.name]},
            labels=region.labelled(name),
            opts=region.child(self, protect=region.protected),
        )

    def _subscription(self, name: str, topic: Topic, kept: int, **more: Any) -> Subscription:
        """A subscription that never ends, however long nobody pulls."""
        region = self._args.region
        return Subscription(
            name,
            name=physical("topic", name),
            project=region.project,
            topic=topic.id,
            ack_deadline_seconds=self._args.timeout,
            message_retention_duration=f"{kept}s",
            expiration_policy={"ttl": ""},
            labels=region.labelled(name),
            opts=region.child(self, protect=region.protected),
            **more,
        )
