"""Zonal autoshift: AWS takes traffic out of a zone that it knows to be ill, and rehearses that every week."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Self

import pulumi
from pulumi_aws.arczonalshift import ZonalAutoshiftConfiguration
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.metric_alarm import BALANCER, metric_alarm, metric_query, told
from bcinfra.aws.names import physical
from bcinfra.aws.region import Region, without_account
from bcinfra.component import Args, Component, Str, refuse
from bcinfra.seconds import MINUTE

MOST_BLOCKED: Final = 15
"""Most dates, and most windows, that ARC takes (ARC zonal shift API, CreatePracticeRunConfiguration)."""
WINDOW: Final = r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):\d\d:\d\d-(Mon|Tue|Wed|Thu|Fri|Sat|Sun):\d\d:\d\d$"


class ZonalAutoshiftArgs(Args):
    """Arguments of :class:`ZonalAutoshift`."""

    region: Region
    """The region of the load balancer. Its account must be known."""
    load_balancer_arn: Str
    """An application load balancer that allows zonal shifts, such as ``FargateTier(...).load_balancer_arn``."""
    load_balancer_suffix: Str
    """The load balancer in CloudWatch metrics."""
    error_percent: float = Field(default=5, gt=0, le=100)
    """Answers with an error of the server, in percent of all, from which a rehearsal is ended as failed."""
    error_minutes: int = Field(default=2, ge=1, le=15)
    """Minutes that this lasts."""
    blocked_dates: frozenset[date] = Field(default=frozenset(), max_length=MOST_BLOCKED)
    """Days (UTC) without rehearsals: sales peaks."""
    allowed_windows: frozenset[Annotated[str, Field(pattern=WINDOW)]] = Field(
        default=frozenset(), max_length=MOST_BLOCKED
    )
    """When rehearsals may start, weekly in UTC, such as ``Tue:09:00-Tue:15:00``; any time if empty."""
    topic_arn: Str | None = None
    """A topic that is told when customers see errors."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(without_account({"region": self.region}))
        return self


class ZonalAutoshift(Component):
    """AWS may shift traffic away from a zone by itself, which needs no person and no deployment.

    The price is a rehearsal of half an hour a week. It does not start on a blocked day, nor while customers see errors,
    and ends at once when they do; the tiers run enough replicas for a zone less at any time.
    """

    package = "aws"

    alarm_arn: pulumi.Output[str]
    """Red while customers see errors."""

    def __init__(self, name: str, args: ZonalAutoshiftArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        region = args.region
        logical = f"{name}-errors"
        alarm_name = physical("alarm", logical)
        counted = {
            "requests": "RequestCount",
            "balancer": "HTTPCode_ELB_5XX_Count",
            "replicas": "HTTPCode_Target_5XX_Count",
        }
        alarm = metric_alarm(
            self,
            region,
            logical,
            "Customers see errors of the server",
            told(args.topic_arn),
            comparison_operator="GreaterThanThreshold",
            threshold=args.error_percent,
            evaluation_periods=args.error_minutes,
            treat_missing_data="notBreaching",  # nobody asked, so nobody saw an error
            metric_queries=[
                {
                    "id": "errors",
                    "label": "errors, percent",
                    "expression": "100 * (FILL(balancer, 0) + FILL(replicas, 0)) / requests",
                    "return_data": True,
                },
                *(
                    metric_query(ident, BALANCER, metric, {"LoadBalancer": args.load_balancer_suffix}, "Sum", MINUTE)
                    for ident, metric in counted.items()
                ),
            ],
        )
        self.alarm_arn = policies.after(alarm, region.arn("cloudwatch", f"alarm:{alarm_name}"))
        watched: list[Any] = [{"alarm_identifier": self.alarm_arn, "type": "CLOUDWATCH"}]
        ZonalAutoshiftConfiguration(
            name,
            resource_arn=args.load_balancer_arn,
            zonal_autoshift_status="ENABLED",
            outcome_alarms=watched,
            blocking_alarms=watched,
            blocked_dates=[day.isoformat() for day in sorted(args.blocked_dates)],
            allowed_windows=sorted(args.allowed_windows) or None,
            opts=region.child(self),
        )
        self.register_outputs({"alarmArn": self.alarm_arn})
