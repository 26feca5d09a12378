"""What an alarm over a metric can see at all: one that looks where nothing is measured, or waits for a figure that no
metric has, is green for ever; one that is red while all is well tells nothing new.

An alarm sees metrics of its own region alone, and some services measure in one region whatever they serve (CloudFront
and Route 53 developer guides, monitoring with CloudWatch; Global Accelerator developer guide; read 2026-11). What
services measure themselves is a count, a share, a size or a time: none is below zero, but for the lag of a replica that
replicates no more (Amazon RDS, ReplicaLag: -1; read 2026-11).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.aws.topics import apart
from bcinfra.continuity.readings.base.view import View, as_row, as_text
from bcinfra.graph.core.model import Resource, Value
from bcinfra.places.table import GLOBAL_HOME, TRAFFIC_HOME

_MEASURED_IN: Final = {
    "AWS/Billing": GLOBAL_HOME,
    "AWS/CloudFront": GLOBAL_HOME,
    "AWS/GlobalAccelerator": TRAFFIC_HOME,
    "AWS/Route53": GLOBAL_HOME,
}
_OF_AWS: Final = "AWS/"
_BEYOND_A_WHOLE: Final = "AWS/ECS"
"""Whose tasks may use more than what is reserved for them (Amazon ECS, service utilization)."""
_OF_A_HUNDRED: Final = re.compile(r"(Utilization|Percentage|PercentageHealthy|ErrorRate|BurstBalance)$")
_OF_ONE: Final = frozenset({"HealthCheckStatus", "TunnelState"})
_OF_EACH: Final = frozenset({"Average", "Maximum", "Minimum"})
"""Statistics of a value, not of how many there are."""
_OF_WHAT_HAPPENS: Final = frozenset(
    {
        *("AllRequests", "GetRequests", "Invocations", "NumberOfMessagesPublished", "PutRequests", "RequestCount"),
        *("NumberOfBackupJobsCompleted", "NumberOfCopyJobsCompleted", "NumberOfRestoreJobsCompleted"),
    }
)
"""Which are not measured as none while nothing happens, but not at all: who waits for less of them than usual waits for
silence (AWS Backup, Elastic Load Balancing, Lambda, S3 and SNS guides, CloudWatch metrics; read 2026-11)."""
_LAG: Final = "ReplicaLag"
_SERVERS: Final = ("aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance")
_CACHES: Final = ("aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster")
_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "DBInstanceIdentifier": _SERVERS,
    "DBClusterIdentifier": ("aws:rds/cluster:Cluster",),
    "CacheClusterId": _CACHES,
    "ReplicationGroupId": _CACHES,
    "BucketName": BUCKET_TYPES,
    "LoadBalancer": ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
}
"""Dimension → the types that it names one of (the services' guides, metrics and dimensions)."""
_REQUESTS: Final = "aws:s3/bucketMetric:BucketMetric"
_NAME: Final = re.compile(r"(?:app/|net/|gwy/)?(.+?)(?:/\w+|(?:-\d{3,4})+)?")
"""The name in a dimension: of a balancer between its kind and its number, of a node before its shard and its own."""


def may_fire(view: View, alarm: Resource) -> bool:
    """Whether an alarm is not known to be blind."""
    linked = [row for name in ("dimensions", "metricQueries") for row in view.linked(alarm, name)]
    regions = {region for row in linked if row.type.startswith("aws:") and (region := view.region(row))}
    here = not regions or any(not apart(view, region, alarm) for region in regions)
    seen = all(
        not apart(view, _MEASURED_IN.get(as_text(row.get("namespace")) or ""), alarm) for row in _measured(view, alarm)
    )
    return (
        here and seen and _requested(view, alarm) and (bool(view.rows(alarm, "metricQueries")) or _within(view, alarm))
    )


def _requested(view: View, alarm: Resource) -> bool:
    """Whether what an alarm looks at of requests to a bucket of the program is measured: S3 does so by a configuration
    of the bucket alone, whose name is the filter's (S3 User Guide, CloudWatch metrics configurations, read 2026-11)."""
    queried = (as_row(row.get("metric")).get("dimensions") for row in _queries(view, alarm))
    for row in map(as_row, (view.value(alarm, "dimensions"), *queried)):
        wanted, name = as_text(row.get("FilterId")), as_text(row.get("BucketName"))
        for bucket in view.named(name, BUCKET_TYPES, near=alarm) if wanted and name else ():
            if not any(view.text(one, "name") in (None, wanted) for one in view.users(bucket, _REQUESTS, "bucket")):
                return False
    return True


def of_another(view: View, alarm: Resource) -> bool:
    """Whether an alarm is known to look at something that the program does not make: its name is written down, and
    nothing of the program is called so. What only a deployment names may be."""
    queried = (as_row(row.get("metric")).get("dimensions") for row in _queries(view, alarm))
    said = [as_row(row) for row in (view.value(alarm, "dimensions"), *queried)]
    return any(
        (text := as_text(row.get(dimension))) and _is_of_nobody(view, alarm, text, types)
        for row in said
        for dimension, types in _OF.items()
    )


def _is_of_nobody(view: View, alarm: Resource, text: str, types: tuple[str, ...]) -> bool:
    match = _NAME.fullmatch(text)
    names = {text, match[1]} if match else {text}
    known = all(view.is_called(row) for row in view.graph.of_type(*types))
    return known and not any(view.named(name, types, near=alarm) for name in names)


def _queries(view: View, alarm: Resource) -> list[Mapping[str, Value]]:
    return [row for row in view.rows(alarm, "metricQueries") if row.get("metric")]


def _measured(view: View, alarm: Resource) -> Iterator[Mapping[str, Value]]:
    """The metrics that an alarm looks at."""
    yield from (as_row(row.get("metric")) for row in _queries(view, alarm))
    if view.value(alarm, "metricName") is not None:
        yield {name: view.value(alarm, name) for name in ("namespace", "metricName")}


def _within(view: View, alarm: Resource) -> bool:
    """Whether some figures of a metric set an alarm off, and others do not."""
    namespace, metric = view.text(alarm, "namespace") or "", view.text(alarm, "metricName") or ""
    threshold, how = view.number(alarm, "threshold"), view.text(alarm, "comparisonOperator") or ""
    if how.startswith("Less") and metric in _OF_WHAT_HAPPENS:
        return view.text(alarm, "treatMissingData") == "breaching"
    if threshold is None or not namespace.startswith(_OF_AWS):
        return True
    least = -1.0 if metric == _LAG else 0.0
    of_each = (view.text(alarm, "statistic") or "Average") in _OF_EACH
    most = (1 if metric in _OF_ONE else 100 if _OF_A_HUNDRED.search(metric) else math.inf) if of_each else math.inf
    if namespace == _BEYOND_A_WHOLE:
        most = math.inf
    match how:
        case "GreaterThanThreshold":
            return least <= threshold < most
        case "GreaterThanOrEqualToThreshold":
            return least < threshold <= most
        case "LessThanThreshold":
            return least < threshold <= most
        case "LessThanOrEqualToThreshold":
            return least <= threshold < most
        case _:
            return True
