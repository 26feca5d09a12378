"""Alarms that leave an ill zone: traffic is taken out of the one zone whose answers are errors, or slow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Self

import pulumi
from pulumi_aws.cloudwatch import CompositeAlarm
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.datasite import LogDays
from bcinfra.aws.machine import started_machine
from bcinfra.aws.metric_alarm import BALANCER, metric_alarm, metric_query, told
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region, without_account
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.seconds import MINUTE

MOST_HOURS: Final = 72
"""Longest that a shift may last (ARC zonal shift API, StartZonalShift)."""
COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "requests": ("RequestCount", "Sum"),
    "balancer": ("HTTPCode_ELB_5XX_Count", "Sum"),
    "replicas": ("HTTPCode_Target_5XX_Count", "Sum"),
    "slow": ("TargetResponseTime", "p90"),
}
"""What a zone of the load balancer counts by the minute, and the statistic that is looked at."""


class ZonalShiftArgs(Args):
    """Arguments of :class:`ZonalShift`."""

    region: Region
    """The region of the load balancer. Its account must be known."""
    load_balancer_arn: Str
    """An application load balancer that allows zonal shifts and whose nodes send requests to replicas of their own zone
    alone, such as ``FargateTier(...).load_balancer_arn`` with ``zones_apart``."""
    load_balancer_suffix: Str
    """The load balancer in CloudWatch metrics."""
    zone_names: Mapping[str, Str] = Field(min_length=2)
    """This account's names of the load balancer's zones by their ids, such as ``Network(...).zone_names``."""
    error_percent: float = Field(default=10, gt=0, le=100)
    """Answers of a zone with an error of the server, in percent, from which it is taken to be ill."""
    slow_seconds: float = Field(default=5, gt=0)
    """Seconds that a tenth of a zone's answers take at least, from which it is taken to be ill."""
    fewest_requests: int = Field(default=20, ge=1)
    """Requests a minute below which a zone is not judged: a few say nothing."""
    minutes: int = Field(default=3, ge=1, le=15)
    """Minutes in a row that a zone is ill, and no other is, until it is left."""
    hours: int = Field(default=2, ge=1, le=MOST_HOURS)
    """Hours until traffic comes back by itself; a zone that is still ill is then left again."""
    topic_arn: Str | None = None
    """A topic that is told of a zone that is left."""
    log_key_arn: Str | None = None
    """KMS key for the log of runs that failed, whose policy lets ``logs.<region>.amazonaws.com`` use it."""
    log_days: LogDays = 365
    """Days for which that log is kept."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(without_account({"region": self.region}))
        return self


class ZonalShift(Component):
    """Traffic leaves a zone whose answers are errors, or slow, while those of the other zones are not.

    AWS leaves a zone that its own telemetry shows to be ill (:class:`ZonalAutoshift`), and publishes no delay. What
    customers feel shows sooner, and in what AWS does not see: an alarm for every zone of the load balancer, and one
    that is red while that zone alone is. A release that is bad everywhere leaves no zone. Then a state machine starts a
    zonal shift, which ends after ``hours``: a zone that is still ill then is left again.

    A node of the load balancer must send requests to replicas of its own zone alone, else all zones show an ill one
    alike; so every zone needs replicas enough. What answers for all zones, such as a database's writer, makes all of
    them slow: these alarms do not tell where that stands.
    """

    package = "aws"

    machine_arn: pulumi.Output[str]
    """ARN of the state machine: what alarms of failed runs name."""
    alarm_names: Mapping[str, str]
    """The alarm that is red while a zone alone is ill, by zone id."""

    def __init__(self, name: str, args: ZonalShiftArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self._name, self._args, region = name, args, args.region
        ill = {zone: self._ill(zone, named) for zone, named in sorted(args.zone_names.items())}
        self.alarm_names = {zone: physical("alarm", f"{name}-{zone}-alone") for zone in ill}
        for zone, (alarm_name, alarm) in ill.items():
            others = [(other, known) for other, known in ill.values() if known is not alarm]
            CompositeAlarm(
                f"{name}-{zone}-alone",
                alarm_name=self.alarm_names[zone],
                alarm_description=f"Zone {zone} is ill, and no other: traffic leaves it",
                alarm_rule=policies.after_all(
                    [alarm, *(known for _, known in others)],
                    " AND ".join([f'ALARM("{alarm_name}")', *(f'NOT ALARM("{other}")' for other, _ in others)]),
                ),
                alarm_actions=told(args.topic_arn),
                ok_actions=told(args.topic_arn),
                tags=region.tagged(f"{name}-{zone}-alone"),
                opts=region.child(self),
            )
        self.machine_arn = started_machine(
            self,
            name,
            region,
            definition({self.alarm_names[zone]: zone for zone in ill}, args.hours),
            policies.allow(["arc-zonal-shift:StartZonalShift"], [args.load_balancer_arn]),
            does=f"Takes traffic of {name} out of a zone that alone is ill",
            log_key_arn=args.log_key_arn,
            log_days=args.log_days,
            event_pattern=json.dumps(
                {
                    "source": ["aws.cloudwatch"],
                    "detail-type": ["CloudWatch Alarm State Change"],
                    "detail": {"alarmName": sorted(self.alarm_names.values()), "state": {"value": ["ALARM"]}},
                }
            ),
            given={"alarm": "$.detail.alarmName"},
            told={"balancer": args.load_balancer_arn},
        )
        self.register_outputs({"machineArn": self.machine_arn, "alarmNames": self.alarm_names})

    def _ill(self, zone: str, named: Str) -> tuple[str, pulumi.Resource]:
        """The alarm of one zone, and its name."""
        args, name = self._args, f"{self._name}-{zone}"
        where = {"LoadBalancer": args.load_balancer_suffix, "AvailabilityZone": named}
        errors = f"100 * (FILL(balancer, 0) + FILL(replicas, 0)) / requests > {args.error_percent:g}"
        alarm = metric_alarm(
            self,
            args.region,
            name,
            f"Zone {zone} answers with errors, or slowly",
            [],
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=args.minutes,
            treat_missing_data="notBreaching",  # nobody asked, or traffic has left it
            metric_queries=[
                {
                    "id": "ill",
                    "label": "ill",
                    "expression": f"IF(requests >= {args.fewest_requests:d} && ({errors} ||"
                    f" FILL(slow, 0) > {args.slow_seconds:g}), 1, 0)",
                    "return_data": True,
                },
                *(
                    metric_query(ident, BALANCER, metric, where, statistic, MINUTE)
                    for ident, (metric, statistic) in COUNTED.items()
                ),
            ],
        )
        return physical("alarm", name), alarm


def definition(zones: Mapping[str, str], hours: int) -> dict[str, Any]:
    """The state machine, which is given an alarm's name and the load balancer. ``zones``: the zone of each alarm.

    A shift that is refused, as another is under way for that balancer, ends the run: one zone is left at a time.
    """
    return {
        "Comment": "Takes traffic out of the zone that an alarm is of",
        "TimeoutSeconds": MINUTE,
        "StartAt": "Which",
        "States": {
            "Which": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.alarm", "StringEquals": alarm, "Next": f"Leave {zone}"}
                    for alarm, zone in zones.items()
                ],
                "Default": "Stay",
            },
            **{
                f"Leave {zone}": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:arczonalshift:startZonalShift",
                    "Parameters": {
                        "AwayFrom": zone,
                        "Comment.$": "$.alarm",
                        "ExpiresIn": f"{hours}h",
                        "ResourceIdentifier.$": "$.balancer",
                    },
                    "Retry": [
                        {
                            "ErrorEquals": [
                                "ArcZonalShift.ThrottlingException",
                                "ArcZonalShift.InternalServerException",
                            ],
                            "IntervalSeconds": 5,
                            "MaxAttempts": 3,
                            "BackoffRate": 2,
                        }
                    ],
                    "End": True,
                }
                for zone in zones.values()
            },
            "Stay": {"Type": "Succeed"},
        },
    }
