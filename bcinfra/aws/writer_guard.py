"""The guard against two primaries: customers never reach a site whose database was replaced by a promoted one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_aws.cloudwatch import MetricAlarm
from pulumi_aws.route53 import HealthCheck

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.machine import started_machine
from bcinfra.aws.metric_alarm import metric_alarm, told
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region
from bcinfra.component import Args, Component, Str
from bcinfra.seconds import MINUTE

NAMESPACE: Final = "bcinfra"
METRIC: Final = "Writer"
SILENT_MINUTES: Final = 10
"""Minutes without a report after which people are told that the guard is blind."""


class WriterGuardArgs(Args):
    """Arguments of :class:`WriterGuard`."""

    standby: Region
    """The region of the replica."""
    everywhere: Region
    """The global region: Route 53 is managed in us-east-1."""
    replica: str
    """Physical identifier of the RDS instance that is a replica until it is promoted."""
    topic_arn: Str | None = None
    """A topic in the replica's region that is told when the replica writes, and when nothing is known of it."""
    log_key_arn: Str | None = None
    """KMS key for the log of runs that failed, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which that log is kept."""


class WriterGuard(Component):
    """A health check that fails while the standby's database accepts writes; for every *other* site
    (``Endpoint.also``).

    Promoting a replica cuts it off its source for good. A region that comes back then holds a stale database that
    still accepts orders, and its web servers pass their checks. So customers follow the data: once a minute a state
    machine in the standby's region asks RDS whether the instance still replicates, and reports 0 (it does) or 1 (it
    writes). It needs neither code to maintain nor anything in the other region, and sees every promotion, whoever
    started it.

    ==============================  ===========  ==========================  =================================
    case                            report       this check                  who answers
    ==============================  ===========  ==========================  =================================
    normal                          0            healthy                     the primary
    primary's region lost           0            healthy                     the standby (endpoint check)
    replica promoted                1            unhealthy                   the standby
    primary's region back           1            unhealthy                   the standby
    replica restarting, upgrading   0            healthy                     the primary
    standby's region lost           none         as last known: healthy      the primary
    promoted, then reports stop     none         as last known: unhealthy    the standby
    promoted, then lost for good    none         as last known: unhealthy    all fail: Route 53 answers by weight
    rebuilt as a replica            0            healthy                     the primary
    ==============================  ===========  ==========================  =================================

    Only a report of 1 takes a site out; silence never does. Route 53 reads the metric itself rather than the alarm's
    state, and with ``LastKnownStatus`` keeps its verdict while there is no data, healthy to begin with (Route 53 API,
    HealthCheckConfig). A missing ``ReplicaLag`` would be no substitute: it cannot be told from a lost region. ARC
    routing controls would do as well for about USD 1,800 a month, and follow who was told to write, not who does.

    Between the start of a promotion and its first report, two minutes at most, DNS alone decides. Servers of the old
    site that write without customers (jobs, queues) are not fenced off: stop them before the old database starts.
    """

    package = "aws"

    health_check_id: pulumi.Output[str]
    """The check that every other site's record must pass too."""
    alarms: Mapping[str, pulumi.Output[str]]
    """ARN by name of the alarm that is red while the standby's database writes: a failover that has happened."""

    def __init__(self, name: str, args: WriterGuardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args = name, args
        self._report()
        alarm_name = physical("alarm", f"{name}-writes")
        alarm = self._alarm(
            "writes",
            f"{args.replica} accepts writes",
            statistic="Maximum",
            comparison_operator="GreaterThanOrEqualToThreshold",
            # Route 53 takes no alarm that counts some of several periods.
            evaluation_periods=1,
            treat_missing_data="ignore",  # as the health check does
        )
        self._alarm(
            "silent",
            f"Nothing is known of {args.replica}",
            statistic="SampleCount",
            comparison_operator="LessThanThreshold",
            evaluation_periods=SILENT_MINUTES,
            treat_missing_data="breaching",
        )
        self.alarms = {alarm_name: policies.after(alarm, args.standby.arn("cloudwatch", f"alarm:{alarm_name}"))}
        self.health_check_id = HealthCheck(
            name,
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=policies.after(alarm, alarm_name),
            cloudwatch_alarm_region=args.standby.name,
            insufficient_data_health_status="LastKnownStatus",
            tags=args.everywhere.tagged(name),
            opts=args.everywhere.child(self),
        ).id
        self.register_outputs({"healthCheckId": self.health_check_id, "alarms": self.alarms})

    def _report(self) -> None:
        """The state machine, and what starts it every minute."""
        args, region = self._args, self._args.standby
        started_machine(
            self,
            self._name,
            region,
            definition(args.replica),
            policies.allow(["rds:DescribeDBInstances"], [region.arn("rds", f"db:{args.replica}")]),
            policies.allow(
                ["cloudwatch:PutMetricData"], ["*"], condition={"StringEquals": {"cloudwatch:namespace": NAMESPACE}}
            ),
            does=f"Asks whether {args.replica} still replicates",
            log_key_arn=args.log_key_arn,
            log_days=args.log_days,
            schedule_expression="rate(1 minute)",
        )

    def _alarm(self, what: str, description: str, **settings: Any) -> MetricAlarm:
        return metric_alarm(
            self,
            self._args.standby,
            f"{self._name}-{what}",
            description,
            told(self._args.topic_arn),
            namespace=NAMESPACE,
            metric_name=METRIC,
            dimensions={"Database": self._args.replica},
            period=MINUTE,
            threshold=1.0,
            **settings,
        )


def definition(replica: str) -> dict[str, Any]:
    """The state machine: is ``replica`` (an RDS instance) still one? A call that fails ends the run with no report.

    RDS names a source, and states a status of replication, for a replica alone (RDS API, DBInstance). Either counts:
    what is not understood must not look like a promotion.
    """
    instance = "$.DbInstances[0]"
    return {
        "Comment": f"Whether {replica} is a replica (0) or writes (1)",
        "TimeoutSeconds": MINUTE,
        "StartAt": "Read",
        "States": {
            "Read": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:rds:describeDBInstances",
                "Parameters": {"DbInstanceIdentifier": replica},
                "Next": "Replicates",
            },
            "Replicates": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": f"{instance}.{field}", "IsPresent": True, "Next": "Replica"}
                    for field in ("ReadReplicaSourceDBInstanceIdentifier", "StatusInfos[0]")
                ],
                "Default": "Writer",
            },
            "Replica": _tell(replica, 0),
            "Writer": _tell(replica, 1),
        },
    }


def _tell(replica: str, value: int) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:cloudwatch:putMetricData",
        "Parameters": {
            "Namespace": NAMESPACE,
            "MetricData": [
                {"MetricName": METRIC, "Dimensions": [{"Name": "Database", "Value": replica}], "Value": value}
            ],
        },
        "End": True,
    }
