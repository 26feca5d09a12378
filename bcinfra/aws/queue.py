"""A queue on SQS: work that waits for a consumer, and a place for what no consumer can do."""

from __future__ import annotations

from typing import Any, Final

import pulumi
from pulumi_aws import sqs
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.names import physical
from bcinfra.aws.region import KeyedRegion
from bcinfra.component import Component, Str
from bcinfra.seconds import MINUTE

LONGEST: Final = 1_209_600
"""Seconds for which SQS keeps a message at most: 14 days (SQS API, SetQueueAttributes MessageRetentionPeriod)."""
USING: Final = (
    *("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    *("sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
)
"""What producers and consumers do with a queue."""
KEYED: Final = ("kms:Decrypt", "kms:GenerateDataKey")
"""What they do with its key (SQS Developer Guide, key management)."""


class QueueArgs(KeyedRegion):
    """Arguments of :class:`Queue`. The account of the region must be known."""

    timeout: int = Field(default=300, ge=1, le=43_200)
    """Seconds that a consumer has for a message, before another is given it: longer than the work takes."""
    attempts: int = Field(default=5, ge=1, le=1000)
    """How often a message is given to consumers before it is put aside."""
    kept: int = Field(default=4 * 86_400, ge=MINUTE, le=LONGEST)
    """Seconds for which a message waits for a consumer; what was put aside waits for 14 days."""
    late: int = Field(default=900, ge=MINUTE)
    """Seconds after which a message that still waits is told: consumers stand still."""
    deep: int = Field(default=1000, ge=1)
    """Messages that wait at once, from which that is told: consumers are too few."""
    topic_arn: Str | None = None
    """Who is told, such as ``AlarmTopic(...).arn``."""


class Queue(Component):
    """A queue over all zones of its region, with a dead-letter queue and alarms of age, depth and dead letters.

    Messages are encrypted under the given key, and asked for by TLS alone. A message is delivered at least once,
    and in no order that one can rely on. What no consumer has deleted after ``attempts`` stands aside: a person reads
    it and moves it back (``aws sqs start-message-move-task --source-arn <dead letters>``).

    Nothing copies a queue to another region. What waits when a region is lost is there again when the region is.
    """

    package = "aws"

    url: pulumi.Output[str]
    """What clients call."""
    arn: pulumi.Output[str]
    """The queue."""
    dead_letter_arn: pulumi.Output[str]
    """Where messages stand that no consumer could do."""

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.region
        called, dead_name = physical("sqs", name), physical("sqs", f"{name}-dead")
        dead = self._queue(f"{name}-dead", dead_name, kept=LONGEST)
        made = self._queue(
            name,
            called,
            kept=args.kept,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": dead.arn, "maxReceiveCount": args.attempts}
            ),
        )
        sqs.RedriveAllowPolicy(
            name,
            queue_url=dead.id,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [made.arn]}
            ),
            opts=region.child(self),
        )
        self._alarm(
            "late",
            called,
            "ApproximateAgeOfOldestMessage",
            args.late,
            "A message has waited for long: nobody consumes, or nobody can",
        )
        self._alarm("deep", called, "ApproximateNumberOfMessagesVisible", args.deep, "More waits than consumers can do")
        self._alarm(
            "dead",
            dead_name,
            "ApproximateNumberOfMessagesVisible",
            1,
            "No consumer could do a message: read it, mend, and move it back",
        )
        self.url = made.url
        self.arn = policies.after(made, region.arn("sqs", called))
        self.dead_letter_arn = policies.after(dead, region.arn("sqs", dead_name))
        self.register_outputs({"url": self.url, "arn": self.arn, "deadLetterArn": self.dead_letter_arn})

    def using(self) -> dict[str, policies.Statement]:
        """What a program may do that sends and consumes, by a name for each statement."""
        return {
            f"queue {self._name}": policies.allow(USING, [self.arn]),
            f"queue key {self._name}": policies.allow(KEYED, [self._args.key_arn]),
        }

    def _queue(self, name: str, called: str, *, kept: int, **more: Any) -> sqs.Queue:
        """A queue that is asked by TLS alone."""
        region = self._args.region
        queue = sqs.Queue(
            name,
            name=called,
            message_retention_seconds=kept,
            visibility_timeout_seconds=self._args.timeout,
            receive_wait_time_seconds=20,  # a consumer waits for work instead of asking all the time
            kms_master_key_id=self._args.key_arn,
            kms_data_key_reuse_period_seconds=300,
            tags=region.tagged(name),
            # Whoever deletes it deletes what waits in it: SQS has no switch that would refuse.
            opts=region.child(self, protect=region.protected),
            **more,
        )
        arn = region.arn("sqs", called)
        sqs.QueuePolicy(
            name,
            queue_url=queue.id,
            policy=policies.document(
                policies.deny(["sqs:*"], [arn], condition={"Bool": {"aws:SecureTransport": "false"}})
            ),
            opts=region.child(self),
        )
        return queue

    def _alarm(self, what: str, queue: str, metric: str, threshold: float, says: str) -> None:
        metric_alarm(
            self,
            self._args.region,
            f"{self._name}-{what}",
            says,
            told(self._args.topic_arn),
            namespace="AWS/SQS",
            metric_name=metric,
            dimensions={"QueueName": queue},
            statistic="Maximum",
            period=MINUTE,
            evaluation_periods=5,
            datapoints_to_alarm=5,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=float(threshold),
            # An idle queue reports nothing after six hours (SQS Developer Guide, CloudWatch metrics).
            treat_missing_data="notBreaching",
        )
