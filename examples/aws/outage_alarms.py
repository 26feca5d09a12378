"""Alarms that tell Frankfurt that Dublin is lost."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Copy, OutageAlarms, OutageAlarmsArgs, Region


def region(name: str) -> Region:
    return Region(name=name, provider=aws.Provider(name, region=name), account="111122223333")


outage = OutageAlarms(
    "outage",
    OutageAlarmsArgs(
        observer=region("us-east-1"),
        standby=region("eu-central-1"),
        check_id="11111111-1111-1111-1111-111111111111",
        standby_check_id="22222222-2222-2222-2222-222222222222",
        copy_of_data=Copy(identifier="orders-frankfurt"),
    ),
)
pulumi.export("alarms", outage.arns)
