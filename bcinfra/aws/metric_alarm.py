"""An alarm over metrics, told to those who listen, when it is red and when it is well again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import MetricAlarm

from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Str

BALANCER: Final = "AWS/ApplicationELB"
"""Where application load balancers are measured (CloudWatch metrics for Elastic Load Balancing)."""


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


def metric_query(
    ident: str, namespace: str, metric: str, dimensions: Mapping[str, Str], statistic: str, period: int
) -> dict[str, Any]:
    """A metric that an alarm's expression names by ``ident``; ``period`` in seconds."""
    return {
        "id": ident,
        "metric": {
            "namespace": namespace,
            "metric_name": metric,
            "dimensions": dimensions,
            "period": period,
            "stat": statistic,
        },
    }


def told(topic_arn: Str | None) -> list[Str]:
    """The one topic, where there is one."""
    return [] if topic_arn is None else [topic_arn]
