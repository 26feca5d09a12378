"""Orders leave a zone that AWS takes traffic out of, though its checks stay green."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, ZonalFailover, ZonalFailoverArgs

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

moves = ZonalFailover("orders", ZonalFailoverArgs(region=dublin, identifier="orders-dublin"))
pulumi.export("machine", moves.machine_arn)
