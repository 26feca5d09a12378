"""What people are told of a site before its customers tell them, and a page of charts to look at then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import CompositeAlarm, Dashboard
from pulumi_aws.s3 import BucketMetric
from pydantic import Field

from bcinfra.aws import policies
from bcinfra.aws.events import told_of, told_of_expiry
from bcinfra.aws.key_alarms import told_of_keys
from bcinfra.aws.metric_alarm import BALANCER, metric_alarm, metric_query
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str
from bcinfra.planning.burning import BURNING, limit
from bcinfra.seconds import BY_LETTER, MINUTE

DATABASE: Final = "AWS/RDS"
CACHE: Final = "AWS/ElastiCache"
OBJECTS: Final = "AWS/S3"
GATEWAY: Final = "AWS/NATGateway"
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
LOCAL: Final = 10 * GIB
"""Bytes free on the disk that an instance of Aurora sorts and logs on, below which it may soon refuse what it is asked;
an assumption. Its size goes by the instance's class (Aurora User Guide, temporary storage limits for Aurora MySQL)."""
REFUSED: Final = 0.5
"""Share of requests that a bucket refuses, beyond which it is no longer strangers that ask for what is not there: a
permission or a key is gone; an assumption."""
ERRORS: Final = 0.05
"""Share of requests that a bucket fails to answer, beyond which people are told; an assumption."""
ASKED: Final = "all"
"""The metrics of all requests to a bucket, by the id that S3 measures them under."""
LATE: Final = 15 * MINUTE
"""Seconds within which S3 promises to have copied an object (S3 User Guide, Replication Time Control)."""


class WatchedTier(Args):
    """A tier, as CloudWatch knows it: ``FargateTier(...).watched``."""

    load_balancer: Str
    """The load balancer's suffix."""
    target_group: Str
    """The target group's suffix."""
    fewest: int = Field(ge=0)
    """Replicas that always run; 0 for a pilot light, of which none are missed."""
    inside: bool = False
    """Whether other tiers alone reach it: then its errors are not told by what customers are promised."""


class WatchedCopy(Args):
    """A replication from one bucket to another: ``Buckets(...).watched``."""

    source: Str
    """The bucket that is read."""
    destination: Str
    """The bucket that is written."""
    rule: str
    """The rule's id, whose metrics are on."""


class WatchedDatabase(Args):
    """Instances on RDS that stand for each other: a primary and its readers, or those of a cluster."""

    instances: tuple[str, ...] = Field(min_length=1, max_length=MOST)
    """Their identifiers."""
    storage: int | None = Field(default=None, ge=1)
    """GiB of each one's disk; ``None`` where it has no end, as at Aurora."""
    local: bool = False
    """Whether each has a disk of its own beside that, for what it sorts and logs, as at Aurora."""


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
    copies_out: Mapping[str, WatchedCopy] = {}
    """Replications out of buckets of the region, by a name for each: what fails is measured where it is read."""
    copies_in: Mapping[str, WatchedCopy] = {}
    """Replications into buckets of the region: how far they are behind is measured where it is written."""
    buckets: Mapping[str, Str] = {}
    """Buckets of the region whose files people are shown, by a name for each: ``Buckets(...).names``. S3 measures what
    they are asked by a configuration of its own, each metric of which is paid."""
    gateways: Mapping[str, Str] = {}
    """NAT gateways, by zone: ``Network(...).gateways``."""
    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of answers that customers are promised; without it nobody is told how fast errors use up the rest."""
    slow: float = Field(default=1.0, gt=0, le=60)
    """Seconds that one answer in twenty may take. An assumption until the shop says what its customers bear."""


class Watch(Component):
    """Alarms of a site's tiers, databases, caches, buckets, copies, ways out and keys, and a dashboard.

    Each alarm says what a customer would notice soon: answers that are slow, replicas that are missing, a disk that no
    longer grows, a database with more work than processors, a cache that throws away what it holds, a copy that is
    late, files that are not shown, errors that use up in days what may fail in a month. Events tell of failovers and
    failures of databases, of certificates that come to their end, and of keys that somebody schedules for deletion:
    that one takes a trail of the account (:class:`AuditTrail`). Metrics live in the region that they tell of: what is
    told when it is lost comes from elsewhere (``WriterGuard``, health checks).
    """

    package = "aws"

    dashboard: pulumi.Output[str]
    """Name of the dashboard, with every figure that an alarm looks at."""
    alarms: Mapping[str, pulumi.Output[str]]
    """Names of the alarms by what they tell of, such as ``mysql-load``: for :class:`AlarmMutes`."""

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self._charts: list[dict[str, Any]] = []
        self.alarms = {}
        for what, tier in args.tiers.items():
            self._tier(what, tier)
        for what, database in args.databases.items():
            self._database(what, database)
        for what, shards in args.caches.items():
            for number, nodes in enumerate(shards, start=1):
                self._cache(f"{what}-{number}", nodes)  # a second shard renames nothing
        for what, copy in args.copies_out.items():
            self._copy(f"{what}-failing", f"Copies of {what} fail", "OperationsFailedReplication", copy, "Sum", 0)
        for what, copy in args.copies_in.items():
            self._copy(f"{what}-late", f"Copies of {what} are late", "ReplicationLatency", copy, "Maximum", LATE)
        for what, bucket in args.buckets.items():
            self._bucket(what, bucket)
        if args.gateways:
            self._gateways()
        told_of_keys(self, args.region, name, args.topic_arn)
        self._events()
        board = Dashboard(
            name,
            dashboard_name=physical("dashboard", name),
            dashboard_body=pulumi.Output.json_dumps({"widgets": self._charts}),
            opts=args.region.child(self),
        )
        self.dashboard = board.dashboard_name
        self.register_outputs({"dashboard": self.dashboard, "alarms": self.alarms})

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
        if self._args.availability is not None and not tier.inside:
            for factor, *windows in BURNING:
                self._burn(what, balancer, factor, windows, limit(factor, 1 - self._args.availability / 100))

    def _burn(
        self, what: str, balancer: Mapping[str, Str], factor: float, windows: Sequence[str], share: float
    ) -> None:
        """Told once both windows agree. A balancer's own errors are not among the requests that it hands on
        (Application Load Balancers, CloudWatch metrics)."""
        logical = f"{self._name}-{what}-burn-{factor:g}".replace(".", "-")
        says = f"Errors of {what} use up what may fail {factor:g} times too fast"
        counted = {"m1": "HTTPCode_Target_5XX_Count", "m2": "HTTPCode_ELB_5XX_Count", "m3": "RequestCount"}
        ratio = "(FILL(m1, 0) + FILL(m2, 0)) / (FILL(m3, 0) + FILL(m2, 0))"
        alarms = [
            metric_alarm(
                self,
                self._args.region,
                f"{logical}-{window}",
                f"{says}: the last {window}",
                [],
                metric_queries=[
                    {"id": "all", "label": "errors", "expression": ratio, "return_data": True},
                    *(
                        metric_query(name, BALANCER, metric, balancer, "Sum", int(window[:-1]) * BY_LETTER[window[-1]])
                        for name, metric in counted.items()
                    ),
                ],
                comparison_operator="GreaterThanThreshold",
                threshold=share,
                evaluation_periods=1,
                treat_missing_data="notBreaching",
            )
            for window in windows
        ]
        names = [physical("alarm", f"{logical}-{window}") for window in windows]
        CompositeAlarm(
            logical,
            alarm_name=physical("alarm", logical),
            alarm_description=says,
            alarm_rule=policies.after_all(alarms, " AND ".join(f'ALARM("{name}")' for name in names)),
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            tags=self._args.region.tagged(logical),
            opts=self._args.region.child(self),
        )
        rows = [[BALANCER, metric, *_flat(balancer)] for metric in counted.values()]
        self._chart(says, rows, "Sum", None)

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

        if database.local:
            self._alarm(
                f"{what}-local-storage", f"The disk that {what} sorts on is nearly full", DATABASE, "FreeLocalStorage",
                instances, "Minimum", "MIN", "<", LOCAL, minutes=15,
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

    def _copy(self, what: str, says: str, metric: str, copy: WatchedCopy, statistic: str, threshold: float) -> None:
        """What S3 measures of a rule: failures in the region of the source, lateness in that of the destination
        (https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html, read 2026-11)."""
        rule = {"SourceBucket": copy.source, "DestinationBucket": copy.destination, "RuleId": copy.rule}
        self._alarm(what, says, OBJECTS, metric, [rule], statistic, "MAX", ">", threshold, minutes=5)

    def _bucket(self, what: str, bucket: Str) -> None:
        """What S3 measures of requests where it is told to: an average is the share of those that fail (S3 User Guide,
        metrics and dimensions, read 2026-11)."""
        BucketMetric(f"{self._name}-{what}", bucket=bucket, name=ASKED, opts=self._args.region.child(self))
        asked = [{"BucketName": bucket, "FilterId": ASKED}]
        self._alarm(
            f"{what}-errors", f"Files of {what} are not shown: S3 fails", OBJECTS, "5xxErrors", asked,
            "Average", "MAX", ">", ERRORS, minutes=5,
        )  # fmt: skip
        self._alarm(
            f"{what}-refused", f"Files of {what} are not shown: S3 refuses most requests", OBJECTS, "4xxErrors", asked,
            "Average", "MAX", ">", REFUSED, minutes=15,
        )  # fmt: skip

    def _gateways(self) -> None:
        """Ways out that have no ports left, or lose what they should carry (NAT gateways, CloudWatch metrics)."""
        each = [{"NatGatewayId": gateway} for gateway in self._args.gateways.values()]
        for what, says, metric in (
            ("ports", "A NAT gateway has no ports left", "ErrorPortAllocation"),
            ("drops", "A NAT gateway loses packets", "PacketsDropCount"),
        ):
            self._alarm(f"gateways-{what}", says, GATEWAY, metric, each, "Sum", "SUM", ">", 0.0, minutes=5)

    def _alarm(
        self, what: str, says: str, namespace: str, metric: str, of: Sequence[Mapping[str, Str]], statistic: str,
        together: str, beyond: str, threshold: float, *, minutes: int,
    ) -> None:  # fmt: skip
        """An alarm over one metric of one or several, red while it is ``beyond`` (``<`` or ``>``) for ``minutes``."""
        queries = [
            metric_query(f"m{number}", namespace, metric, dimensions, statistic, MINUTE)
            for number, dimensions in enumerate(of, start=1)
        ]
        listed = ", ".join(str(query["id"]) for query in queries)
        made = metric_alarm(
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
        self.alarms = {**self.alarms, what: made.name}
        rows = [[namespace, metric, *_flat(dimensions)] for dimensions in of]
        self._chart(says, rows, statistic, threshold)

    def _chart(self, title: str, metrics: list[list[Any]], statistic: str, threshold: float | None) -> None:
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
                    **(
                        {"annotations": {"horizontal": [{"label": "alarm", "value": threshold}]}}
                        if threshold is not None
                        else {}
                    ),
                },
            }
        )

    def _events(self) -> None:
        region, name, topic = self._args.region, self._name, self._args.topic_arn
        told_of_expiry(self, region, name, topic)
        if self._args.databases:
            told_of(
                self,
                region,
                f"{name}-database",
                "A database fails over, fails, or runs out of storage",
                # Of all databases of the region (RDS User Guide, event categories and messages).
                {
                    "source": ["aws.rds"],
                    "detail-type": ["RDS DB Instance Event", "RDS DB Cluster Event"],
                    "detail": {"EventCategories": ["failover", "failure", "low storage"]},
                },
                topic,
            )


def _flat(dimensions: Mapping[str, Str]) -> list[Str]:
    return [part for pair in dimensions.items() for part in pair]
