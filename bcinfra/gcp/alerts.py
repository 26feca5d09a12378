"""Alerts: who is told that something is wrong with the data, and how the surviving region learns of an outage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

import pulumi
from pulumi_gcp.billing import Budget
from pulumi_gcp.monitoring import AlertPolicy, NotificationChannel, UptimeCheckConfig
from pulumi_gcp.pubsub import Topic, TopicIAMMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.agents import Agent
from bcinfra.gcp.failover_args import Signals
from bcinfra.gcp.names import physical
from bcinfra.gcp.region import Project, Region
from bcinfra.gcp.zone import HostName

PERIOD: Final = 60
"""Seconds between two checks from each checker, the shortest there is (Cloud Monitoring, uptime checks)."""
TIMEOUT: Final = 10
"""Seconds within which a check must answer."""
CHECKERS: Final[Mapping[str, str]] = {
    "ASIA_PACIFIC": "Asia",
    "EUROPE": "Europe",
    "SOUTH_AMERICA": "South America",
    "USA_VIRGINIA": "North America",
}
"""Places that check, one on each of four continents: by the service's name, the continent."""
REMIND: Final = "1800s"
"""How often an open alert is told again, the shortest there is: a failover that came too early is tried again."""
OUTSIDE: Final = 5
"""Minutes that a name must not answer before people are told: a switch to the standby may end it sooner."""
SLOW: Final = 3000.0
"""Milliseconds of an answer as the nearest checker waits for it. An assumption until the shop says otherwise."""
EXPIRY: Final = 14
"""Days before the end of a certificate when people are told: Certificate Manager renews about a month before
(Certificate Manager, how certificates work)."""
MOST_TOLD: Final = 5
"""Channels that a budget may tell (Cloud Billing Budget API, AllUpdatesRule)."""
WRITES: Final = "(Write|Insert|Put|Rewrite|Copy|Compose)Object.*|UploadPart.*|CompleteMultipartUpload.*"
"""What Cloud Storage's APIs call the methods by which something arrives in a bucket."""
CLOSE: Final = "1800s"
"""After how long without data an alert counts as over, the shortest there is."""
INACTIVE: Final = "EVALUATION_MISSING_DATA_INACTIVE"
"""Silence is no outage."""
LAG: Final = "cloudsql.googleapis.com/database/mysql/replication/seconds_behind_master"
"""Seconds that a replica is behind; negative while replication is not active (Google Cloud metrics)."""
FAILED_BACKUP: Final = (
    '(protoPayload.metadata.windowStatus = "STATUS_FAILED"'
    ' OR protoPayload.metadata.windowStatus = "STATUS_ATTEMPT_FAILED")'
)


class Watched(Args):
    """A queue whose age, depth and dead letters are watched: ``Queue(...).watched``."""

    subscription: str
    """Physical name of what workers pull from."""
    dead_letters: str
    """Physical name of the subscription that keeps what no worker could do."""
    late: int = Field(ge=60)
    """Seconds that a message may wait."""
    deep: int = Field(ge=1)
    """Messages that may wait at once."""


class Rehearsal(Args):
    """A workflow that shows ever and again that a copy restores: ``RestoreTest(...).rehearsal``."""

    workflow: str
    """Its physical name."""
    days: int = Field(ge=1, le=400)
    """Days without a success after which it is overdue."""
    metric: str
    """The metric of how long it took, in seconds."""
    longest: int | None = Field(default=None, ge=1)
    """Seconds that a restore may take; ``None``: as long as it likes."""


class AlertsArgs(Args):
    """Arguments of :class:`Alerts`."""

    project: Project
    """The project that is watched."""
    emails: Mapping[str, str] = {}
    """Who is told, by a name for each."""
    phones: Mapping[str, str] = {}
    """Telephone numbers that get text messages, such as ``+3225550100``. Each must be verified once."""
    pagers: Mapping[str, Str] = {}
    """Services of PagerDuty by a name for each: the integration key."""
    chats: Mapping[str, tuple[str, Str]] = {}
    """Channels of Slack by a name for each, with the token of a bot that may write to them."""
    channels: Mapping[str, str] = {}
    """Notification channels that exist, by a name for each: ``projects/acme-prod/notificationChannels/1234567890``."""
    databases: Mapping[str, str] = {}
    """Instances of Cloud SQL whose daily backups are watched, by a name for each: ``MySql(...).identifiers``."""
    replicas: Mapping[str, str] = {}
    """Instances that replicate, whose lag is watched."""
    streams: Mapping[str, str] = {}
    """Change streams by a name for each, whose age is watched: ``ChangeStream(...).stream_name``."""
    filled: Mapping[str, str] = {}
    """Buckets in which something arrives all the time, by a name for each: silence is told, such as of
    ``Archive(...).held``."""
    lag_seconds: int = Field(default=300, ge=1)
    """Seconds that a replica may be behind for ten minutes."""
    queues: Mapping[str, Watched] = {}
    """Queues by a name for each."""
    workflows: Mapping[str, str] = {}
    """Workflows that tell something in the log, by a name for each: ``Failover(...).workflow_name``."""
    rehearsals: Mapping[str, Rehearsal] = {}
    """Restores that are tested, by a name for each: people are told of one that is overdue, which a failed one is in
    the end, or too slow."""
    sinks: Mapping[str, str] = {}
    """Sinks of logs whose failing is told, by a name for each: ``LogArchive(...).sinks``."""
    hosts: Mapping[str, HostName] = {}
    """Names of the shop that are asked from four continents, by a name for each. Stand these alerts in a project that
    outlives the one that answers."""
    path: str = Field(default="/health", pattern=r"^/")
    """What is asked of each of ``hosts``, over HTTPS."""
    billing_account: str | None = Field(default=None, pattern=r"^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$")
    """The billing account that pays for the project. Who deploys must be a Billing Account Costs Manager of it."""
    monthly_budget: float | None = Field(default=None, gt=0)
    """What the project may cost a month, in the billing account's currency: people are told once the month is forecast
    to cost more, and once it does."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        every = [*self.emails, *self.phones, *self.pagers, *self.chats, *self.channels]
        nobody = [] if every else ["emails: nobody is told; name somebody in emails, phones, pagers, chats or channels"]
        if self.monthly_budget and not self.billing_account:
            nobody.append("monthly_budget: needs billing_account, which Google Cloud hangs budgets on")
        refuse(
            [*nobody, *(f"{n}: is used for two who are told" for n in sorted({n for n in every if every.count(n) > 1}))]
        )
        return self

    @property
    def receivers(self) -> Mapping[str, dict[str, Any]]:
        """Who is told, as Cloud Monitoring calls the kinds of channel (Monitoring API, notification channel types)."""
        return {
            **{who: {"type": "email", "labels": {"email_address": mail}} for who, mail in self.emails.items()},
            **{who: {"type": "sms", "labels": {"number": number}} for who, number in self.phones.items()},
            **{who: {"type": "pagerduty", "sensitive_labels": {"service_key": k}} for who, k in self.pagers.items()},
            **{
                who: {"type": "slack", "labels": {"channel_name": name}, "sensitive_labels": {"auth_token": token}}
                for who, (name, token) in self.chats.items()
            },
        }


class Alerts(Component):
    """People who are told by e-mail, chat, pager or text message when a backup fails, a replica falls behind, a name
    does not answer, a month costs more than its budget, or a workflow has something to say: that a failover was begun,
    is done or not possible, that a test restore failed.

    Cloud Monitoring and Cloud Logging are worldwide: these alerts survive every region, though not an outage of both.
    """

    package = "gcp"

    channels: dict[str, pulumi.Output[str]]
    """Notification channel of each person, for other alerts."""

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        project = args.project
        self.channels = {
            who: NotificationChannel(
                f"{name}-{who}",
                project=project.project,
                display_name=f"{name}-{who}",
                **receiver,
                user_labels=project.labelled(f"{name}-{who}"),
                opts=project.child(self),
            ).id
            for who, receiver in sorted(args.receivers.items())
        }
        for who, ident in sorted(args.channels.items()):
            found = NotificationChannel.get(f"{name}-{who}", ident, opts=project.child(self))
            self.channels[who] = found.urn.apply(
                lambda _, ident=ident: ident
            )  # an id that is read is unknown in previews
        for label, instance in sorted(args.databases.items()):
            self._on_log(
                f"backup-{label}",
                f"A backup of {instance} failed",
                'resource.type = "cloudsql_database"'
                f' AND resource.labels.database_id = "{project.project}:{instance}"'
                f' AND log_id("cloudaudit.googleapis.com/system_event")'
                ' AND protoPayload.methodName = "cloudsql.instances.automatedBackup"'
                f" AND {FAILED_BACKUP}",
            )
        for label, instance in sorted(args.replicas.items()):
            self._on_lag(label, instance)
        for label, stream in sorted(args.streams.items()):
            self._on_age(label, stream)
        for label, bucket in args.filled.items():
            self._on_silence(label, bucket)
        for label, queue in sorted(args.queues.items()):
            self._on_queue(label, queue)
        for label, workflow in sorted(args.workflows.items()):
            self._on_log(
                f"workflow-{label}",
                f"{workflow} has something to say",
                'resource.type = "workflows.googleapis.com/Workflow"'
                f' AND resource.labels.workflow_id = "{workflow}" AND severity >= WARNING',
            )
        for label, rehearsal in sorted(args.rehearsals.items()):
            self._on_rehearsal(label, rehearsal)
        for label, sink in sorted(args.sinks.items()):
            self._on_sink(label, sink)
        for label, host in sorted(args.hosts.items()):
            self._on_host(label, host)
        if args.monthly_budget and args.billing_account:
            self._budget(args.billing_account, args.monthly_budget)
        self.register_outputs({"channels": self.channels})

    def _on_host(self, label: str, host: str) -> None:
        """A name that two continents cannot use, answers slowly to all or has a certificate that ends."""
        project, name, args = self._args.project, f"{self._name}-{label}", self._args
        check = UptimeCheckConfig(
            name,
            project=project.project,
            display_name=name,
            period=f"{PERIOD}s",
            timeout=f"{TIMEOUT}s",
            selected_regions=sorted(CHECKERS),
            monitored_resource={"type": "uptime_url", "labels": {"project_id": project.project, "host": host}},
            http_check={"path": args.path, "port": 443, "use_ssl": True, "validate_ssl": True},
            log_check_failures=True,
            user_labels=project.labelled(name),
            opts=project.child(self),
        )

        def asked(figure: str) -> str:
            return (
                f'metric.type="monitoring.googleapis.com/uptime_check/{figure}" AND resource.type="uptime_url"'
                f' AND resource.labels.host="{host}"'
            )

        def sampled(aligner: str, reducer: str) -> list[dict[str, str]]:
            return [
                {
                    "alignment_period": f"{2 * PERIOD}s",
                    "per_series_aligner": aligner,
                    "cross_series_reducer": reducer,
                }
            ]

        self._policy(
            f"{label}-answers",
            [
                condition(
                    f"{host} cannot be used from two continents",
                    OUTSIDE,
                    filter=asked("check_passed"),
                    aggregations=sampled("ALIGN_NEXT_OLDER", "REDUCE_COUNT_FALSE"),
                    comparison="COMPARISON_GT",
                    threshold_value=1.0,
                ),
                condition(
                    f"{host} answers slowly on every continent",
                    OUTSIDE,
                    filter=asked("request_latency"),
                    aggregations=sampled("ALIGN_MEAN", "REDUCE_MIN"),
                    comparison="COMPARISON_GT",
                    threshold_value=SLOW,
                ),
                condition(
                    f"The certificate of {host} ends in {EXPIRY} days",
                    OUTSIDE,
                    filter=asked("time_until_ssl_cert_expires"),
                    aggregations=sampled("ALIGN_NEXT_OLDER", "REDUCE_MIN"),
                    comparison="COMPARISON_LT",
                    threshold_value=float(EXPIRY),
                ),
            ],
            {"auto_close": CLOSE},
            depends_on=[check],
        )

    def _budget(self, account: str, monthly: float) -> None:
        project = self._args.project
        Budget(
            f"{self._name}-budget",
            billing_account=account,
            display_name=f"{self._name}-budget",
            budget_filter={"projects": [f"projects/{project.known_number}"], "calendar_period": "MONTH"},
            amount={"specified_amount": {"units": f"{monthly:.0f}"}},
            threshold_rules=[
                {"threshold_percent": 1.0, "spend_basis": basis} for basis in ("FORECASTED_SPEND", "CURRENT_SPEND")
            ],
            all_updates_rule={
                "monitoring_notification_channels": [self.channels[who] for who in sorted(self.channels)[:MOST_TOLD]],
            },
            opts=project.child(self),
        )

    def _on_log(self, what: str, says: str, query: str) -> None:
        self._policy(
            what,
            [{"display_name": says, "condition_matched_log": {"filter": query}}],
            {"notification_rate_limit": {"period": "300s"}, "auto_close": CLOSE},
        )

    def _on_rehearsal(self, label: str, of: Rehearsal) -> None:
        """What has not succeeded for days, whether it failed, was never started or is gone (Google Cloud metrics,
        workflows). Queries look back for as long as two years
        (https://docs.cloud.google.com/monitoring/alerts/using-promql) and write a metric's first slash as a colon
        (https://cloud.google.com/monitoring/promql/promql-mapping; both read 2026-11)."""
        done = (
            'workflows_googleapis_com:finished_execution_count{monitored_resource="workflows.googleapis.com/Workflow",'
            f'workflow_id="{of.workflow}",status="SUCCEEDED"}}[{of.days}d]'
        )
        self._policy(
            f"{label}-overdue",
            [
                {
                    "display_name": f"{of.workflow} has not succeeded for {of.days} days: start it",
                    "condition_prometheus_query_language": {
                        "query": f"(sum(increase({done})) < 1) or absent_over_time({done})",
                        "duration": "0s",
                        "evaluation_interval": "3600s",
                    },
                }
            ],
            {"auto_close": CLOSE},
        )
        if of.longest is None:
            return
        self._policy(
            f"{label}-slow",
            [
                {
                    "display_name": f"A restore takes longer than {of.longest} seconds",
                    "condition_threshold": {
                        "filter": f'metric.type = "logging.googleapis.com/user/{of.metric}"'
                        ' AND resource.type = "workflows.googleapis.com/Workflow"',
                        "aggregations": [{"alignment_period": "3600s", "per_series_aligner": "ALIGN_PERCENTILE_99"}],
                        "comparison": "COMPARISON_GT",
                        "threshold_value": float(of.longest),
                        "duration": "0s",
                    },
                }
            ],
            {"auto_close": CLOSE},
        )

    def _on_sink(self, label: str, sink: str) -> None:
        """Entries that a sink could not hand over (Google Cloud metrics, logging)."""
        self._policy(
            f"logs-{label}",
            [
                {
                    "display_name": f"{sink} loses logs",
                    "condition_threshold": {
                        "filter": 'metric.type = "logging.googleapis.com/exports/error_count"'
                        f' AND resource.type = "logging_sink" AND resource.labels.name = "{sink}"',
                        "aggregations": [{"alignment_period": "300s", "per_series_aligner": "ALIGN_SUM"}],
                        "comparison": "COMPARISON_GT",
                        "threshold_value": 0.0,
                        "duration": "0s",
                    },
                }
            ],
            {"auto_close": CLOSE},
        )

    def _on_age(self, label: str, stream: str) -> None:
        """A stream that stops measures nothing any more, so that silence is told too (Datastream, monitor a stream)."""
        args = self._args
        query = (
            'metric.type = "datastream.googleapis.com/stream/freshness"'
            f' AND resource.type = "datastream.googleapis.com/Stream" AND resource.labels.stream_id = "{stream}"'
        )
        sampled = [{"alignment_period": "300s", "per_series_aligner": "ALIGN_MAX"}]
        self._policy(
            f"stream-{label}",
            [
                {
                    "display_name": f"{stream} is behind",
                    "condition_threshold": {
                        "filter": query,
                        "aggregations": sampled,
                        "comparison": "COMPARISON_GT",
                        "threshold_value": float(args.lag_seconds),
                        "duration": "300s",
                    },
                },
                {
                    "display_name": f"{stream} writes nothing",
                    "condition_absent": {"filter": query, "aggregations": sampled, "duration": "600s"},
                },
            ],
            {"auto_close": CLOSE},
        )

    def _on_silence(self, label: str, bucket: str) -> None:
        """A bucket that nothing is written to (Cloud Storage, monitoring: ``api/request_count`` by method).

        What the methods are called there is listed nowhere: whatever an API of it calls a write is taken (an
        assumption). Five minutes of silence, so that people know within a quarter
        of an hour: a shop that changes nothing for as long is told of, too.
        """
        query = (
            'metric.type = "storage.googleapis.com/api/request_count" AND resource.type = "gcs_bucket"'
            f' AND resource.labels.bucket_name = "{bucket}" AND metric.labels.response_code = "OK"'
            f' AND metric.labels.method = monitoring.regex.full_match("{WRITES}")'
        )
        sampled = [{"alignment_period": "300s", "per_series_aligner": "ALIGN_RATE"}]
        self._policy(
            f"bucket-{label}",
            [
                {
                    "display_name": f"Nothing arrives in {bucket}",
                    "condition_absent": {"filter": query, "aggregations": sampled, "duration": "300s"},
                }
            ],
            {"auto_close": CLOSE},
        )

    def _on_queue(self, label: str, queue: Watched) -> None:
        """Messages that wait too long or are too many, and those that nobody could do (Pub/Sub, monitoring)."""
        rows = (
            ("waits for long", queue.subscription, "oldest_unacked_message_age", queue.late),
            ("is deep", queue.subscription, "num_undelivered_messages", queue.deep),
            ("has dead letters", queue.dead_letters, "num_undelivered_messages", 1),
        )
        self._policy(
            f"queue-{label}",
            [
                {
                    "display_name": f"{queue.subscription} {says}",
                    "condition_threshold": {
                        "filter": f'metric.type = "pubsub.googleapis.com/subscription/{metric}"'
                        ' AND resource.type = "pubsub_subscription"'
                        f' AND resource.labels.subscription_id = "{subscription}"',
                        "aggregations": [{"alignment_period": "60s", "per_series_aligner": "ALIGN_MAX"}],
                        "comparison": "COMPARISON_GT",
                        "threshold_value": float(limit - 1),
                        "duration": "300s",
                    },
                }
                for says, subscription, metric, limit in rows
            ],
            {"auto_close": CLOSE},
        )

    def _on_lag(self, label: str, instance: str) -> None:
        args = self._args
        behind = {"comparison": "COMPARISON_GT", "threshold_value": float(args.lag_seconds)}
        broken = {"comparison": "COMPARISON_LT", "threshold_value": 0.0}
        self._policy(
            f"lag-{label}",
            [
                {
                    "display_name": f"{instance} {says}",
                    "condition_threshold": {
                        "filter": lag_of(args.project.project, instance),
                        "aggregations": [{"alignment_period": "60s", "per_series_aligner": "ALIGN_NEXT_OLDER"}],
                        "duration": "600s",
                        **limit,
                    },
                }
                for says, limit in (("is behind", behind), ("does not replicate", broken))
            ],
            {"auto_close": CLOSE},
        )

    def _policy(
        self, what: str, conditions: list[Any], strategy: Any, depends_on: Sequence[pulumi.Resource] = ()
    ) -> None:
        name, project = f"{self._name}-{what}", self._args.project
        AlertPolicy(
            name,
            project=project.project,
            display_name=name,
            combiner="OR",
            conditions=conditions,
            alert_strategy=strategy,
            notification_channels=[self.channels[who] for who in sorted(self.channels)],
            user_labels=project.labelled(name),
            opts=project.child(self, depends_on=list(depends_on)),
        )


class OutageAlertsArgs(Args):
    """Arguments of :class:`OutageAlerts`."""

    standby: Region
    """The region that takes over. The project's number must be known."""
    host: HostName
    """The shop's name."""
    path: str = Field(default="/health", pattern=r"^/")
    """What checkers ask for. Answer 200 only while the shop can sell: while its database takes orders."""
    port: int = Field(default=443, ge=1, le=65535)
    """Port of the check, over HTTPS."""
    checkers: frozenset[str] = Field(default=frozenset(CHECKERS), min_length=3)
    """Places that check: some of :data:`CHECKERS`, each on another continent."""
    failing: int = Field(default=3, ge=2)
    """Checkers that must not reach the shop. Fewer than all: one may be lost with the region."""
    minutes: int = Field(default=3, ge=1, le=30)
    """Minutes that an outage must last."""
    minutes_alone: int = Field(default=6, ge=1, le=60)
    """Minutes that it must last where there is no replica to confirm it."""
    replicas: Mapping[str, str] = Field(default={}, max_length=5)
    """Replicas of databases in the standby's region, by a name for each: all must have lost their source."""
    url_map_name: Str | None = None
    """The load balancer whose errors count too: ``LoadBalancer(...).url_map_name``."""
    error_percent: int = Field(default=50, ge=1, le=100)
    """Percent of its answers that are errors (5xx) when customers cannot use the shop."""
    channels: Mapping[str, Str] = {}
    """Who is told too: ``Alerts(...).channels``."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        if not self.standby.number:
            yield "standby.number: is needed to name the account that publishes alerts"
        for place in sorted(self.checkers - CHECKERS.keys()):
            yield f"checkers: {place} is none of {', '.join(sorted(CHECKERS))}"
        if self.failing >= len(self.checkers):
            yield (
                f"failing: {self.failing} of {len(self.checkers)} checkers must fail; one of them may be lost with the"
                " region, so take fewer"
            )
        if self.minutes_alone < self.minutes:
            yield f"minutes_alone: {self.minutes_alone} is less than minutes, {self.minutes}"


class OutageAlerts(Component):
    """Alerts that say that the primary site is lost, published to a topic in the region that survives.

    =================  ======================================================================================
    condition          true while
    =================  ======================================================================================
    *unreachable*      ``failing`` of the checkers, on as many continents, cannot use the shop
    *errors*           the load balancer answers most requests with an error (5xx)
    *cut off*          a replica, in the surviving region, has lost its source
    =================  ======================================================================================

    Two policies start a failover, either of them: ``lost`` (unreachable *and* every replica cut off) and ``failing``
    (errors *and* every replica cut off). Within a policy all conditions must hold at once; without data none does. So
    customers and data must both say it: a bad release leaves the replica attached, and a replica that broke by itself
    leaves customers served. Where there is no replica the first one asks the checkers alone, and for longer.

    Uptime checks, alert policies and notification channels are worldwide; messages are stored in the standby's region
    alone.
    """

    package = "gcp"

    signals: Signals
    """What the workflow of :class:`~bcinfra.gcp.failover.Failover` looks at itself."""
    check_id: pulumi.Output[str]
    """The uptime check."""
    topic_id: pulumi.Output[str]
    """The topic that alerts are published to."""

    def __init__(self, name: str, args: OutageAlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        region = args.standby
        self.check_id = self._check().uptime_check_id
        topic = Topic(
            name,
            name=physical("topic", name),
            project=region.project,
            message_storage_policy={"allowed_persistence_regions": [region.name]},
            labels=region.labelled(name),
            opts=region.child(self),
        )
        channel = NotificationChannel(
            name,
            project=region.project,
            display_name=name,
            type="pubsub",
            labels={"topic": topic.id},
            user_labels=region.labelled(name),
            opts=region.child(self),
        )
        TopicIAMMember(
            name,
            project=region.project,
            topic=topic.name,
            role="roles/pubsub.publisher",
            member=Agent.MONITORING.member(region),
            # The account comes into being with the project's first channel of this kind.
            opts=region.child(self, depends_on=[channel]),
        )
        cut_off = [self._cut_off(replica) for _, replica in sorted(args.replicas.items())]
        minutes = args.minutes if cut_off else args.minutes_alone
        self._policy("lost", channel, [self._unreachable(minutes), *cut_off])
        if args.url_map_name is not None:
            self._policy("failing", channel, [self._errors(args.url_map_name, minutes), *cut_off])
        self.topic_id = topic.id
        self.signals = Signals(
            check_id=self.check_id,
            topic_id=self.topic_id,
            url_map_name=args.url_map_name,
            failing=args.failing,
            minutes=minutes,
            error_percent=args.error_percent,
        )
        self.register_outputs({"checkId": self.check_id, "topicId": self.topic_id, "signals": dict(self.signals)})

    def _check(self) -> UptimeCheckConfig:
        args, name = self._args, self._name
        region = args.standby
        return UptimeCheckConfig(
            name,
            project=region.project,
            display_name=name,
            period=f"{PERIOD}s",
            timeout=f"{TIMEOUT}s",
            selected_regions=sorted(args.checkers),
            monitored_resource={"type": "uptime_url", "labels": {"project_id": region.project, "host": args.host}},
            http_check={"path": args.path, "port": args.port, "use_ssl": True, "validate_ssl": True},
            log_check_failures=True,
            user_labels=region.labelled(name),
            opts=region.child(self),
        )

    def _unreachable(self, minutes: int) -> Any:
        return condition(
            f"{self._args.failing} checkers or more cannot use the shop",
            minutes,
            filter=pulumi.Output.concat(
                'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url"'
                ' AND metric.labels.check_id="',
                self.check_id,
                '"',
            ),
            aggregations=[
                {
                    "alignment_period": f"{2 * PERIOD}s",
                    "per_series_aligner": "ALIGN_NEXT_OLDER",
                    "cross_series_reducer": "REDUCE_COUNT_FALSE",
                }
            ],
            comparison="COMPARISON_GT",
            threshold_value=float(self._args.failing - 1),
        )

    def _errors(self, url_map: Str, minutes: int) -> Any:
        served = pulumi.Output.concat(
            'metric.type="loadbalancing.googleapis.com/https/request_count" AND resource.type="https_lb_rule"'
            ' AND resource.labels.url_map_name="',
            url_map,
            '"',
        )
        summed = [
            {
                "alignment_period": f"{PERIOD}s",
                "per_series_aligner": "ALIGN_RATE",
                "cross_series_reducer": "REDUCE_SUM",
            }
        ]
        return condition(
            "The load balancer answers with errors",
            minutes,
            filter=pulumi.Output.concat(served, " AND metric.labels.response_code_class=500"),
            aggregations=summed,
            denominator_filter=served,
            denominator_aggregations=summed,
            comparison="COMPARISON_GT",
            threshold_value=self._args.error_percent / 100,
        )

    def _cut_off(self, replica: str) -> Any:
        return condition(
            f"{replica} has lost its source",
            self._args.minutes,
            filter=lag_of(self._args.standby.project, replica),
            aggregations=[{"alignment_period": f"{PERIOD}s", "per_series_aligner": "ALIGN_NEXT_OLDER"}],
            comparison="COMPARISON_LT",
            threshold_value=0.0,
        )

    def _policy(self, what: str, channel: NotificationChannel, conditions: list[Any]) -> None:
        name, region = f"{self._name}-{what}", self._args.standby
        AlertPolicy(
            name,
            project=region.project,
            display_name=name,
            combiner="AND" if len(conditions) > 1 else "OR",
            conditions=conditions,
            notification_channels=[channel.id, *(self._args.channels[who] for who in sorted(self._args.channels))],
            alert_strategy={
                "auto_close": CLOSE,
                "notification_channel_strategies": [
                    {"notification_channel_names": [channel.id], "renotify_interval": REMIND}
                ],
            },
            severity="CRITICAL",
            user_labels=region.labelled(name),
            opts=region.child(self),
        )


def condition(says: str, minutes: int, **threshold: Any) -> Any:
    """What is true while a figure is beyond a threshold for ``minutes``; silence is none."""
    return {
        "display_name": says,
        "condition_threshold": {
            **threshold,
            "duration": f"{minutes * 60}s",
            "evaluation_missing_data": INACTIVE,
            "trigger": {"count": 1},
        },
    }


def lag_of(project: str, instance: str) -> str:
    """The filter of a replica's lag."""
    whose = f'resource.type="cloudsql_database" AND resource.labels.database_id="{project}:{instance}"'
    return f'metric.type="{LAG}" AND {whose}'
