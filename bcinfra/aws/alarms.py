"""Alarms: where people are told, and how the region that survives learns that the other is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.budgets import Budget
from pulumi_aws.cloudwatch import CompositeAlarm, MetricAlarm
from pulumi_aws.sns import Topic, TopicPolicy, TopicSubscription
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.key_alarms import told_of_keys
from bcinfra.aws.names import physical
from bcinfra.aws.region import KeyedRegion, Region
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.places.table import GLOBAL_HOME
from bcinfra.seconds import MINUTE

PUBLISHERS: Final[Mapping[str, str | None]] = {"cloudwatch": "alarm:*", "events": None}
"""Services that publish to a topic, and for which resources of this account. EventBridge names none: with a condition
its events would be dropped unsaid (EventBridge User Guide, resource-based policies, SNS)."""
PAGERDUTY: Final = "https://events.pagerduty.com/integration/{key}/enqueue"
"""Where PagerDuty takes messages of SNS (PagerDuty, Amazon CloudWatch integration guide; read 2026-11)."""
MOST_TOLD: Final = 10
"""Addresses that one notification of a budget may go to (AWS Budgets quotas)."""
OBSERVER: Final = GLOBAL_HOME
"""The one region where CloudWatch has the state of Route 53's health checks (Route 53 Developer Guide, monitoring
health checks using CloudWatch)."""


class AlarmTopicArgs(KeyedRegion):
    """Arguments of :class:`AlarmTopic`. The key must serve ``cloudwatch.amazonaws.com`` and ``events.amazonaws.com``
    (``KeyArgs.services``)."""

    emails: Mapping[str, str] = {}
    """Who is told, by a name for each. Every address must confirm once; anything else can subscribe to the ARN."""
    phones: Mapping[str, str] = {}
    """Telephone numbers that get text messages, such as ``+3225550100``, by a name for each."""
    pagers: Mapping[str, Str] = {}
    """Services of PagerDuty by a name for each: the integration key of the type Amazon CloudWatch, which confirms by
    itself."""

    monthly_budget: float | None = Field(default=None, gt=0)
    """What the whole account may cost a month, in US dollars: who is told by mail hears of it once the month is
    forecast to cost more, and once it does. ``None``: nobody is told."""
    keys: bool = False
    """Whether it tells of keys of the region that somebody schedules for deletion or switches off, and that are asked
    too often, as :class:`Watch` does where there is one. A trail of the account (:class:`AuditTrail`) brings the
    first."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            ["monthly_budget: needs somebody in emails, for a budget tells nobody else"]
            if self.monthly_budget and not self.emails
            else []
        )
        every = [*self.emails, *self.phones, *self.pagers]
        refuse(f"{name}: is used for two who are told" for name in sorted({n for n in every if every.count(n) > 1}))
        return self


class AlarmTopic(Component):
    """An encrypted topic that alarms and events of one region are published to, and nothing else."""

    package = "aws"

    arn: pulumi.Output[str]
    """The topic's ARN."""

    def __init__(self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        topic_name = physical("sns-topic", name)
        topic = Topic(
            name,
            name=topic_name,
            kms_master_key_id=args.key_arn,
            tags=region.tagged(name),
            opts=region.child(self),
        )
        arn = policies.after(topic, region.arn("sns", topic_name))
        TopicPolicy(
            name,
            arn=topic.arn,
            policy=policies.document(
                *(
                    policies.allow(
                        ["sns:Publish"],
                        [arn],
                        principal=policies.service(f"{service}.amazonaws.com"),
                        condition={"ArnLike": {"aws:SourceArn": region.arn(service, resources)}} if resources else None,
                    )
                    for service, resources in PUBLISHERS.items()
                )
            ),
            opts=region.child(self),
        )
        receivers: dict[str, tuple[str, Str]] = {
            **{who: ("email", address) for who, address in args.emails.items()},
            **{who: ("sms", number) for who, number in args.phones.items()},
            **{
                who: ("https", pulumi.Output.secret(pulumi.Output.format(PAGERDUTY, key=key)))
                for who, key in args.pagers.items()
            },
        }
        for who, (protocol, endpoint) in receivers.items():
            TopicSubscription(
                f"{name}-{who}",
                topic=topic.arn,
                protocol=protocol,
                endpoint=endpoint,
                endpoint_auto_confirms=True if protocol == "https" else None,
                opts=region.child(self),
            )
        if args.monthly_budget:
            Budget(
                f"{name}-budget",
                budget_type="COST",
                time_unit="MONTHLY",
                limit_amount=f"{args.monthly_budget:.0f}",
                limit_unit="USD",
                notifications=[
                    {
                        "notification_type": when,
                        "comparison_operator": "GREATER_THAN",
                        "threshold": 100,
                        "threshold_type": "PERCENTAGE",
                        "subscriber_email_addresses": list(args.emails.values())[:MOST_TOLD],
                    }
                    for when in ("FORECASTED", "ACTUAL")
                ],
                tags=region.tagged(f"{name}-budget"),
                opts=region.child(self),
            )
        if args.keys:
            told_of_keys(self, region, name, arn)
        self.arn = arn
        self.register_outputs({"arn": self.arn})


class Copy(Args):
    """The copy of a database that waits in the standby's region: what it reports when its source is gone."""

    identifier: str
    """Physical identifier of the RDS instance, or of the Aurora cluster."""
    aurora: bool = False
    """Whether it is a cluster of an Aurora global database."""


class OutageAlarmsArgs(Args):
    """Arguments of :class:`OutageAlarms`."""

    observer: Region
    """us-east-1, where the state of health checks is a metric."""
    standby: Region
    """The region that takes over."""
    check_id: Str
    """The health check of the primary's endpoint, such as ``GeoDns(...).endpoint_check_ids["dublin"]``."""
    standby_check_id: Str | None = None
    """The health check of the standby's endpoint, where it answers while it stands by. ``None`` for a pilot light."""
    copy_of_data: Copy | None = None
    """The standby's copy of the database, if the shop has one."""
    topic_arns: Mapping[str, Str] = {}
    """Topics that are told, by region name."""
    minutes: int = Field(default=2, ge=1, le=30)
    """Minutes that two independent signals must last together."""
    minutes_alone: int = Field(default=4, ge=1, le=60)
    """Minutes that the outage must last where the copy of the data sees nothing wrong."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(
            [
                *(
                    [f"observer: health checks have their metrics in {OBSERVER}, not in {self.observer.name}"]
                    if self.observer.name != OBSERVER
                    else []
                ),
                *(
                    [f"minutes_alone: {self.minutes_alone} is less than minutes, {self.minutes}"]
                    if self.minutes_alone < self.minutes
                    else []
                ),
            ]
        )
        return self


class OutageAlarms(Component):
    """Alarms that say that the primary site is lost, none of which lives in its region.

    ========================  =========  ====================================================  ===============
    alarm                     where      red while                                             without data
    ========================  =========  ====================================================  ===============
    ``unreachable``           us-east-1  checkers on three continents cannot use the primary   green
    ``cut-off``               standby    the copy of the data has lost its source              green (see below)
    ``standby-unreachable``   us-east-1  the standby cannot be used either                     green
    ``down``                  us-east-1  the primary is unreachable for longer, the standby is  green
                                         not: it is the place, not the release
    ========================  =========  ====================================================  ===============

    :attr:`triggers` holds what starts a failover: ``lost`` (``unreachable`` and ``cut-off`` at once, two signals from
    two regions by two mechanisms) or ``down``. No alarm can turn red because it knows nothing: us-east-1 is only an
    observer, and its loss starts nothing. Lost together with the primary's region it delays the failover until a person
    starts it; DNS still fails over by itself.

    An alarm sees metrics of its own region alone, and health checks report in us-east-1 alone; so the standby's region
    judges by its own copy of the data. RDS reports a ``ReplicaLag`` of -1 while replication is not active (RDS User
    Guide, monitoring read replicas). An Aurora secondary that lost its primary may report no lag at all, so there no
    data counts as cut off: the other signal decides.
    """

    package = "aws"

    arns: Mapping[str, pulumi.Output[str]]
    """ARN of every alarm, by its physical name: ``<name>-unreachable`` and so on."""
    triggers: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """What starts a failover: alarms (ARN by name) that are all red, by a name for each reason."""

    def __init__(self, name: str, args: OutageAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self.arns = {}
        triggers: dict[str, tuple[str, ...]] = {}
        if args.copy_of_data:
            triggers["lost"] = (
                self._unreachable("unreachable", args.check_id, args.minutes),
                self._cut_off(args.copy_of_data),
            )
        if args.standby_check_id is not None:
            long = self._unreachable("unreachable-long", args.check_id, args.minutes_alone)
            standby = self._unreachable("standby-unreachable", args.standby_check_id, args.minutes)
            triggers["down"] = (self._down(long, standby),)
        if not triggers:  # nothing else can confirm it
            triggers["lost"] = (self._unreachable("unreachable", args.check_id, args.minutes_alone),)
        self.triggers = {reason: {alarm: self.arns[alarm] for alarm in alarms} for reason, alarms in triggers.items()}
        self.register_outputs({"arns": self.arns, "triggers": self.triggers})

    def _unreachable(self, what: str, check_id: Str, minutes: int) -> str:
        return self._alarm(
            what,
            self._args.observer,
            minutes,
            "Route 53's checkers cannot use it",
            namespace="AWS/Route53",
            metric_name="HealthCheckStatus",
            dimensions={"HealthCheckId": check_id},
            statistic="Minimum",
            comparison_operator="LessThanThreshold",
            threshold=1.0,
            treat_missing_data="notBreaching",
        )

    def _cut_off(self, copy: Copy) -> str:
        metric: dict[str, Any] = (
            {
                "metric_name": "AuroraGlobalDBReplicationLag",
                "dimensions": {"DBClusterIdentifier": copy.identifier},
                "statistic": "Minimum",
                "comparison_operator": "GreaterThanThreshold",
                "threshold": MINUTE * 1000.0,  # milliseconds; usually below one second
                "treat_missing_data": "breaching",
            }
            if copy.aurora
            else {
                "metric_name": "ReplicaLag",
                "dimensions": {"DBInstanceIdentifier": copy.identifier},
                "statistic": "Maximum",
                "comparison_operator": "LessThanThreshold",
                "threshold": 0.0,
                # No lag is reported while the replica restarts and after it was promoted: neither is a loss.
                "treat_missing_data": "notBreaching",
            }
        )
        return self._alarm(
            "cut-off",
            self._args.standby,
            self._args.minutes,
            "The standby's copy of the database has lost its source",
            namespace="AWS/RDS",
            **metric,
        )

    def _alarm(self, what: str, region: Region, minutes: int, description: str, **metric: Any) -> str:
        """An alarm over one metric: its physical name."""
        logical = f"{self._name}-{what}"
        name = physical("alarm", logical)
        alarm = MetricAlarm(
            logical,
            name=name,
            alarm_description=description,
            period=MINUTE,
            evaluation_periods=minutes,
            datapoints_to_alarm=minutes,
            **metric,
            **self._common(logical, region),
        )
        return self._keep(name, alarm, region)

    def _down(self, long: str, standby: str) -> str:
        logical, region = f"{self._name}-down", self._args.observer
        name = physical("alarm", logical)
        alarm = CompositeAlarm(
            logical,
            alarm_name=name,
            alarm_description="The primary is down while the standby answers",
            alarm_rule=pulumi.Output.all(self.arns[long], self.arns[standby]).apply(
                lambda _: f'ALARM("{long}") AND NOT ALARM("{standby}")'
            ),
            **self._common(logical, region),
        )
        return self._keep(name, alarm, region)

    def _common(self, logical: str, region: Region) -> dict[str, Any]:
        told = [arn for name, arn in self._args.topic_arns.items() if name == region.name]
        return {
            "alarm_actions": told,
            "ok_actions": told,
            "tags": region.tagged(logical),
            "opts": region.child(self),
        }

    def _keep(self, name: str, alarm: MetricAlarm | CompositeAlarm, region: Region) -> str:
        self.arns = {**self.arns, name: policies.after(alarm, region.arn("cloudwatch", f"alarm:{name}"))}
        return name
