"""Visitors are led away from a zone of Dublin that answers with errors or slowly, while the others do not."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, ZonalShift, ZonalShiftArgs

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

shift = ZonalShift(
    "web",
    ZonalShiftArgs(
        region=dublin,
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
        load_balancer_suffix="app/web/50dc6c495c0c9188",
        zone_names={"euw1-az1": "eu-west-1a", "euw1-az2": "eu-west-1b", "euw1-az3": "eu-west-1c"},
    ),
)
pulumi.export("machine", shift.machine_arn)
