"""An alarm over metrics, told to those who listen, when it is red and when it is well again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws.cloudwatch import MetricAlarm

from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Str


def metric_alarm(
    parent: pulumi.Resource, region: Region, name: str, says: str, topic_arns: Sequence[Str], **metric: Any
) -> MetricAlarm:
    """An alarm with the logical ``name``; ``metric`` is what CloudWatch is told of what it watches."""
    return MetricAlarm(
        name,
        name=physical("alarm", name),
        alarm_description=says,
        **metric,
        alarm_actions=topic_arns,
        ok_actions=topic_arns,
        tags=region.tagged(name),
        opts=region.child(parent),
    )


def told(topic_arn: Str | None) -> list[Str]:
    """The one topic, where there is one."""
    return [] if topic_arn is None else [topic_arn]
