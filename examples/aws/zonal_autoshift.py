"""AWS may lead visitors away from an ill zone of Dublin by itself, but not practise on Black Friday."""

from datetime import date

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, ZonalAutoshift, ZonalAutoshiftArgs

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

shift = ZonalAutoshift(
    "web",
    ZonalAutoshiftArgs(
        region=dublin,
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
        load_balancer_suffix="app/web/50dc6c495c0c9188",
        blocked_dates=frozenset({date(2026, 11, 27)}),
    ),
)
pulumi.export("alarm", shift.alarm_arn)
