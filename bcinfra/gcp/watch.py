"""What people are told of a project before customers tell them, and a page of charts to look at then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_gcp.monitoring import AlertPolicy, Dashboard
from pydantic import Field

from bcinfra.component import Args, Component, Str
from bcinfra.gcp.alerts import CLOSE, condition
from bcinfra.gcp.region import Project
from bcinfra.planning.burning import burning

FULL: Final = 0.8
"""Part of a memory that may be used before people are told: the rest is for a peak and a snapshot. An assumption."""
SCARCE: Final = 0.9
"""Part of a disk that may be used: Cloud SQL makes one grow before (Cloud SQL, automatic storage increases), so that
who is told then has a disk that no longer does."""
BUSY: Final = 0.9
"""Part of a database's processors that may be used for a quarter of an hour. An assumption."""
ERRORS: Final = 0.1
"""Errors a second that people are told of, where nothing promises how many there may be. An assumption."""
KEYS: Final = "cloudkms.googleapis.com"
TELLING: Final = (
    "SetIamPolicy$",
    "CreateServiceAccountKey$",
    "ConfigServiceV2.(Update|Delete)(Sink|Bucket)$",
    "ConfigServiceV2.CreateExclusion$",
)
"""Changes that people are told of at once: ends of the names of methods, as a regular expression."""


class WatchedService(Args):
    """A service on Cloud Run, such as ``CloudRunTier(...).service_name``."""

    name: str
    """Its physical name."""
    fewest: int = Field(ge=0)
    """Replicas that always run; 0 where none are missed."""
    most: int = Field(ge=1)
    """Replicas at which it grows no more."""


class WatchArgs(Args):
    """Arguments of :class:`Watch`."""

    project: Project
    """The project that is watched."""
    channels: Mapping[str, Str] = Field(min_length=1)
    """Who is told: ``Alerts(...).channels``."""
    balancers: bool = True
    """Whether the project's load balancers are watched, all together."""
    availability: float | None = Field(default=None, gt=0, lt=100)
    """Percent of answers that must be no errors: how fast the rest is used up is told. ``None``: errors of
    what stands behind load balancers are told, not those that one shows on purpose."""
    services: Mapping[str, WatchedService] = {}
    """Services on Cloud Run, by a name for each."""
    databases: Mapping[str, str] = {}
    """Instances of Cloud SQL, by a name for each."""
    caches: Mapping[str, str] = {}
    """Memorystore clusters, by a name for each."""
    network: bool = True
    """Whether a network and its ways out are watched."""
    buckets: bool = True
    """Whether buckets are, and transfers between them."""
    slow: float = Field(default=1.0, gt=0, le=60)
    """Seconds that one answer in twenty may take. An assumption until the shop says what its customers bear."""


class Watch(Component):
    """Alerts of what stands in a project, and a dashboard with every figure that they look at.

    Cloud Monitoring is worldwide, so that these tell of a region that is lost; that the whole project is, only what
    stands in another one tells (:class:`~bcinfra.gcp.alerts.Alerts` there, with ``hosts``).

    An objective of Cloud Monitoring's own may promise 99.9 % at most (Monitoring API, serviceLevelObjectives): errors
    are told by a query of the burn rate, which may promise what the shop does.

    Sources: Google Cloud metrics; Cloud Monitoring, PromQL alerting; read 2026-11.
    """

    package = "gcp"

    dashboard: pulumi.Output[str]
    """The dashboard's id."""

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self._charts: list[dict[str, Any]] = []
        if args.balancers and args.availability is not None:
            self._burn(1 - args.availability / 100)
        if args.balancers:
            self._policy("balancers", [*self._latency(), *(self._errors() if args.availability is None else [])])
        for what, service in sorted(args.services.items()):
            self._policy(what, self._service(what, service))
        for what, instance in sorted(args.databases.items()):
            self._policy(what, self._database(what, instance))
        for what, cluster in sorted(args.caches.items()):
            self._policy(what, self._cache(what, cluster))
        if args.network:
            self._policy("network", self._network())
        if args.buckets:
            self._policy("buckets", self._buckets())
        self._policy("keys", self._keys())
        self._on_destruction()
        self._on_changes()
        board = Dashboard(
            name,
            project=args.project.project,
            dashboard_json=json.dumps(
                {
                    "displayName": name,
                    "labels": {"bcinfra": ""},
                    "mosaicLayout": {"columns": 48, "tiles": self._charts},
                }
            ),
            opts=args.project.child(self),
        )
        self.dashboard = board.id
        self.register_outputs({"dashboard": self.dashboard})

    def _burn(self, may_fail: float) -> None:
        """A policy with a query has no other condition (Cloud Monitoring, PromQL alerting policies)."""
        counter, of = "loadbalancing_googleapis_com:https_request_count", 'monitored_resource="https_lb_rule"'
        errors = f'{counter}{{{of},response_code_class="500"}}'
        told = burning(may_fail, lambda over: f"sum(rate({errors}[{over}])) / sum(rate({counter}{{{of}}}[{over}]))")
        self._declare(
            "errors",
            [
                {
                    "display_name": "Errors use up too fast what may fail",
                    "condition_prometheus_query_language": {
                        "query": " or ".join(f"({one})" for one in told),
                        "duration": "0s",
                        "evaluation_interval": "60s",
                    },
                }
            ],
        )

    def _latency(self) -> list[Any]:
        return [
            self._condition(
                "Answers are slow: one request in twenty", "loadbalancing.googleapis.com/https/total_latencies",
                'resource.type="https_lb_rule"', "ALIGN_PERCENTILE_95", "REDUCE_MAX", ">", self._args.slow * 1000,
            ),
        ]  # fmt: skip

    def _errors(self) -> list[Any]:
        return [
            self._condition(
                "What stands behind the load balancers answers with errors",
                "loadbalancing.googleapis.com/https/backend_request_count",
                'resource.type="https_lb_rule" AND metric.labels.response_code_class=500', "ALIGN_RATE", "REDUCE_SUM",
                ">", ERRORS,
            ),
        ]  # fmt: skip

    def _service(self, what: str, service: WatchedService) -> list[Any]:
        of = f'resource.type="cloud_run_revision" AND resource.labels.service_name="{service.name}"'
        count = ("run.googleapis.com/container/instance_count", of, "ALIGN_MAX", "REDUCE_SUM")
        return [
            *(
                [self._condition(f"Replicas of {what} are missing", *count, "<", service.fewest)]
                if service.fewest
                else []
            ),
            self._condition(f"{what} grows no more", *count, ">", service.most - 0.5),
        ]

    def _database(self, what: str, instance: str) -> list[Any]:
        whose = f"{self._args.project.project}:{instance}"
        of = f'resource.type="cloudsql_database" AND resource.labels.database_id="{whose}"'
        return [
            self._condition(
                f"The disk of {what} is nearly full", "cloudsql.googleapis.com/database/disk/utilization", of,
                "ALIGN_MEAN", "REDUCE_MAX", ">", SCARCE,
            ),
            self._condition(
                f"{what} has more work than processors", "cloudsql.googleapis.com/database/cpu/utilization", of,
                "ALIGN_MEAN", "REDUCE_MAX", ">", BUSY,
            ),
        ]  # fmt: skip

    def _cache(self, what: str, cluster: str) -> list[Any]:
        of = f'resource.type="redis.googleapis.com/Cluster" AND resource.labels.cluster_id="{cluster}"'
        return [
            self._condition(
                f"{what} throws away what it holds, such as carts",
                "redis.googleapis.com/cluster/stats/maximum_evicted_keys", of, "ALIGN_MAX", "REDUCE_MAX", ">", 0,
            ),
            self._condition(
                f"The memory of {what} is nearly full", "redis.googleapis.com/cluster/memory/maximum_utilization", of,
                "ALIGN_MAX", "REDUCE_MAX", ">", FULL,
            ),
        ]  # fmt: skip

    def _network(self) -> list[Any]:
        nat, tunnel = 'resource.type="nat_gateway"', 'resource.type="vpn_gateway"'
        return [
            self._condition(
                "A way out has no more ports", "router.googleapis.com/nat/dropped_sent_packets_count", nat,
                "ALIGN_RATE", "REDUCE_SUM", ">", 0,
            ),
            self._condition(
                "A tunnel is down", "vpn.googleapis.com/tunnel_established", tunnel, "ALIGN_MIN", "REDUCE_MIN", "<", 1
            ),
            self._condition(
                "A tunnel loses packets", "vpn.googleapis.com/network/dropped_received_packets_count", tunnel,
                "ALIGN_RATE", "REDUCE_SUM", ">", 1,
            ),
        ]  # fmt: skip

    def _buckets(self) -> list[Any]:
        failed = 'metric.labels.response_code=monitoring.regex.full_match("INTERNAL|UNAVAILABLE|DEADLINE_EXCEEDED")'
        return [
            self._condition(
                "Buckets answer with errors", "storage.googleapis.com/api/request_count",
                f'resource.type="gcs_bucket" AND {failed}', "ALIGN_RATE", "REDUCE_SUM", ">", ERRORS,
            ),
            self._condition(
                "Objects are not copied", "storagetransfer.googleapis.com/transferjob/error_count",
                'resource.type="storage_transfer_job"', "ALIGN_DELTA", "REDUCE_SUM", ">", 0,
            ),
        ]  # fmt: skip

    def _keys(self) -> list[Any]:
        quota = f'resource.type="consumer_quota" AND resource.labels.service="{KEYS}"'
        return [
            self._condition(
                "Keys are asked more often than the quota allows", "serviceruntime.googleapis.com/quota/exceeded",
                quota, "ALIGN_COUNT_TRUE", "REDUCE_SUM", ">", 0,
            ),
        ]  # fmt: skip

    def _on_destruction(self) -> None:
        """A key's material is kept for a while after somebody destroyed it: time to take that back."""
        self._declare(
            "keys-gone",
            [
                {
                    "display_name": "Somebody destroys a key: restore its version before the time set for it is over",
                    "condition_matched_log": {
                        "filter": f'protoPayload.serviceName="{KEYS}"'
                        ' AND protoPayload.methodName="DestroyCryptoKeyVersion" AND severity < ERROR'
                    },
                }
            ],
            {"notification_rate_limit": {"period": "300s"}, "auto_close": CLOSE},
        )

    def _on_changes(self) -> None:
        """Rights that are granted or taken, keys of accounts, logs that are turned off: what an intruder does first,
        and a deployment now and then (Cloud Audit Logs, activity)."""
        self._declare(
            "changes",
            [
                {
                    "display_name": "Somebody changes who may do what, or what is logged",
                    "condition_matched_log": {
                        "filter": 'log_id("cloudaudit.googleapis.com/activity") AND severity < ERROR AND ('
                        + " OR ".join(f'protoPayload.methodName=~"{one}"' for one in TELLING)
                        + ")"
                    },
                }
            ],
            {"notification_rate_limit": {"period": "3600s"}, "auto_close": CLOSE},
        )

    def _condition(
        self, says: str, metric: str, of: str, aligner: str, reducer: str, beyond: str, threshold: float
    ) -> Any:
        """What is true while a figure is ``beyond`` (``<`` or ``>``) a threshold for five minutes, and its chart."""
        asked = f'metric.type="{metric}" AND {of}'
        aggregation = {"alignment_period": "60s", "per_series_aligner": aligner, "cross_series_reducer": reducer}
        self._chart(says, asked, aligner, reducer, threshold)
        return condition(
            says,
            5,
            filter=asked,
            aggregations=[aggregation],
            comparison="COMPARISON_LT" if beyond == "<" else "COMPARISON_GT",
            threshold_value=float(threshold),
        )

    def _chart(self, says: str, asked: str, aligner: str, reducer: str, threshold: float) -> None:
        """A chart of 16 by 16 units, three in a row of 48 (Monitoring API, MosaicLayout)."""
        place = len(self._charts)
        aggregation = {"alignmentPeriod": "60s", "perSeriesAligner": aligner, "crossSeriesReducer": reducer}
        query = {"timeSeriesQuery": {"timeSeriesFilter": {"filter": asked, "aggregation": aggregation}}}
        widget = {"title": says, "xyChart": {"dataSets": [query], "thresholds": [{"value": float(threshold)}]}}
        self._charts.append(
            {"xPos": place % 3 * 16, "yPos": place // 3 * 16, "width": 16, "height": 16, "widget": widget}
        )

    def _policy(self, what: str, conditions: list[Any]) -> None:
        if conditions:
            self._declare(what, conditions)

    def _declare(self, what: str, conditions: list[Any], strategy: Any = None) -> None:
        name, args = f"{self._name}-{what}", self._args
        AlertPolicy(
            name,
            project=args.project.project,
            display_name=name,
            combiner="OR",
            conditions=conditions,
            notification_channels=[args.channels[who] for who in sorted(args.channels)],
            alert_strategy=strategy or {"auto_close": CLOSE},
            user_labels=args.project.labelled(name),
            opts=args.project.child(self),
        )
