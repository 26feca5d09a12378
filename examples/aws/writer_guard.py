"""While Frankfurt's database takes writes, Dublin is not led to, even if it comes back."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, WriterGuard, WriterGuardArgs


def region(name: str) -> Region:
    return Region(name=name, provider=aws.Provider(name, region=name), account="111122223333")


guard = WriterGuard(
    "guard",
    WriterGuardArgs(standby=region("eu-central-1"), everywhere=region("us-east-1"), replica="orders-frankfurt"),
)
pulumi.export("also", guard.health_check_id)
