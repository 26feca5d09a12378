"""What people are told of a site before its customers tell them, and a page of charts to look at then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import Dashboard, EventRule, EventTarget
from pydantic import Field

from bcinfra.aws.metric_alarm import metric_alarm
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str
from bcinfra.seconds import MINUTE

BALANCER: Final = "AWS/ApplicationELB"
DATABASE: Final = "AWS/RDS"
CACHE: Final = "AWS/ElastiCache"
GIB: Final = 2**30
SCARCE: Final = 0.1
"""Share of a disk that is free, below which RDS makes it grow (RDS User Guide, storage autoscaling): who is told then
has a disk that no longer does."""
FULL: Final = 80.0
"""Percent of a cache's memory: the rest is for a peak and a snapshot (ElastiCache User Guide, which metrics should I
monitor). An assumption that fits most shops."""
MOST: Final = 9
"""Nodes of a shard, or instances of a cluster, that one alarm watches: ten metrics with what is made of them
(CloudWatch User Guide, alarms based on metric math)."""


class WatchedTier(Args):
    """A tier, as CloudWatch knows it: ``FargateTier(...).watched``."""

    load_balancer: Str
    """The load balancer's suffix."""
    target_group: Str
    """The target group's suffix."""
    fewest: int = Field(ge=0)
    """Replicas that always run; 0 for a pilot light, of which none are missed."""


class WatchedDatabase(Args):
    """Instances on RDS that stand for each other: a primary and its readers, or those of a cluster."""

    instances: tuple[str, ...] = Field(min_length=1, max_length=MOST)
    """Their identifiers."""
    storage: int | None = Field(default=None, ge=1)
    """GiB of each one's disk; ``None`` where it has no end, as at Aurora."""


class WatchArgs(Args):
    """Arguments of :class:`Watch`."""

    region: Region
    """Where what is watched stands."""
    topic_arn: Str
    """Who is told, such as ``AlarmTopic(...).arn``."""
    tiers: Mapping[str, WatchedTier] = {}
    """Tiers, by a name for each."""
    databases: Mapping[str, WatchedDatabase] = {}
    """Databases, by a name for each."""
    caches: Mapping[str, tuple[tuple[str, ...], ...]] = {}
    """Caches, by a name for each: the nodes of every shard, as ``Redis(...).nodes`` has them."""
    slow: float = Field(default=1.0, gt=0, le=60)
    """Seconds that one answer in twenty may take. An assumption until the shop says what its customers bear."""


class Watch(Component):
    """Alarms of a site's tiers, databases and caches, certificates that come to their end, and a dashboard.

    Each alarm says what a customer would notice soon: answers that are slow, replicas that are missing, a disk that no
    longer grows, a database with more work than processors, a cache that throws away what it holds. Metrics live in the
    region that they tell of: what is told when it is lost comes from elsewhere (``WriterGuard``, health checks).
    """

    package = "aws"

    dashboard: pulumi.Output[str]
    """Name of the dashboard, with every figure that an alarm looks at."""

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self._charts: list[dict[str, Any]] = []
        for what, tier in args.tiers.items():
            self._tier(what, tier)
        for what, database in args.databases.items():
            self._database(what, database)
        for what, shards in args.caches.items():
            for number, nodes in enumerate(shards, start=1):
                self._cache(f"{what}-{number}", nodes)  # a second shard renames nothing
        self._certificates()
        board = Dashboard(
            name,
            dashboard_name=physical("dashboard", name),
            dashboard_body=pulumi.Output.json_dumps({"widgets": self._charts}),
            opts=args.region.child(self),
        )
        self.dashboard = board.dashboard_name
        self.register_outputs({"dashboard": self.dashboard})

    def _tier(self, what: str, tier: WatchedTier) -> None:
        balancer = {"LoadBalancer": tier.load_balancer}
        self._alarm(
            f"{what}-slow", f"{what} answers slowly: one request in twenty", BALANCER, "TargetResponseTime", [balancer],
            "p95", "MAX", ">", self._args.slow, minutes=5,
        )  # fmt: skip
        if tier.fewest:
            self._alarm(
                f"{what}-missing", f"Replicas of {what} are missing", BALANCER, "HealthyHostCount",
                [{**balancer, "TargetGroup": tier.target_group}], "Minimum", "MIN", "<", tier.fewest, minutes=5,
            )  # fmt: skip

    def _database(self, what: str, database: WatchedDatabase) -> None:
        instances = [{"DBInstanceIdentifier": one} for one in database.instances]
        # Measured where Performance Insights is on (RDS User Guide, CloudWatch metrics for Performance Insights).
        self._alarm(
            f"{what}-load", f"{what} has more work than processors", DATABASE, "DBLoadRelativeToNumVCPUs", instances,
            "Average", "MAX", ">", 1.0, minutes=15,
        )  # fmt: skip
        if database.storage:
            self._alarm(
                f"{what}-storage", f"The disk of {what} is nearly full", DATABASE, "FreeStorageSpace", instances,
                "Minimum", "MIN", "<", SCARCE * database.storage * GIB, minutes=15,
            )  # fmt: skip

    def _cache(self, what: str, nodes: Sequence[str]) -> None:
        each = [{"CacheClusterId": node} for node in nodes]
        self._alarm(
            f"{what}-evicting", f"{what} throws away what it holds, such as carts", CACHE, "Evictions", each,
            "Sum", "SUM", ">", 0.0, minutes=5,
        )  # fmt: skip
        self._alarm(
            f"{what}-memory", f"The memory of {what} is nearly full", CACHE, "DatabaseMemoryUsagePercentage", each,
            "Maximum", "MAX", ">", FULL, minutes=5,
        )  # fmt: skip

    def _alarm(
        self, what: str, says: str, namespace: str, metric: str, of: Sequence[Mapping[str, Str]], statistic: str,
        together: str, beyond: str, threshold: float, *, minutes: int,
    ) -> None:  # fmt: skip
        """An alarm over one metric of one or several, red while it is ``beyond`` (``<`` or ``>``) for ``minutes``."""
        queries = [
            {
                "id": f"m{number}",
                "metric": {
                    "namespace": namespace,
                    "metric_name": metric,
                    "dimensions": dimensions,
                    "period": MINUTE,
                    "stat": statistic,
                },
            }
            for number, dimensions in enumerate(of, start=1)
        ]
        listed = ", ".join(str(query["id"]) for query in queries)
        metric_alarm(
            self,
            self._args.region,
            f"{self._name}-{what}",
            says,
            [self._args.topic_arn],
            metric_queries=[
                {"id": "all", "label": metric, "expression": f"{together}([{listed}])", "return_data": True},
                *queries,
            ],
            comparison_operator="LessThanThreshold" if beyond == "<" else "GreaterThanThreshold",
            threshold=float(threshold),
            evaluation_periods=minutes,
            datapoints_to_alarm=minutes,
            # Nothing is measured where nobody asks; that what is watched is there at all, health checks tell.
            treat_missing_data="notBreaching",
        )
        rows = [[namespace, metric, *(part for pair in dimensions.items() for part in pair)] for dimensions in of]
        self._chart(says, rows, statistic, threshold)

    def _chart(self, title: str, metrics: list[list[Any]], statistic: str, threshold: float) -> None:
        """A chart of 8 by 6 units, three in a row of 24 (CloudWatch API reference, dashboard body)."""
        place = len(self._charts)
        self._charts.append(
            {
                "type": "metric",
                "x": place % 3 * 8,
                "y": place // 3 * 6,
                "width": 8,
                "height": 6,
                "properties": {
                    "title": title,
                    "region": self._args.region.name,
                    "metrics": metrics,
                    "stat": statistic,
                    "period": MINUTE,
                    "annotations": {"horizontal": [{"label": "alarm", "value": threshold}]},
                },
            }
        )

    def _certificates(self) -> None:
        """Certificate Manager tells of an end daily, from 45 days before (ACM User Guide, EventBridge support)."""
        region, name = self._args.region, f"{self._name}-expiry"
        rule = EventRule(
            name,
            name=physical("event-rule", name),
            description="A certificate comes to its end and was not renewed",
            event_pattern=pulumi.Output.json_dumps(
                {"source": ["aws.acm"], "detail-type": ["ACM Certificate Approaching Expiration"]}
            ),
            tags=region.tagged(name),
            opts=region.child(self),
        )
        EventTarget(name, rule=rule.name, arn=self._args.topic_arn, opts=region.child(self))
