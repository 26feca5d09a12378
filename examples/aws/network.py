"""A network over three zones of Dublin, each with its own way out."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Network, NetworkArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

network = Network("shop", NetworkArgs(region=dublin, cidr="10.0.0.0/16", zones=("euw1-az1", "euw1-az2", "euw1-az3")))
pulumi.export("vpc", network.vpc_id)
pulumi.export("private-subnets", network.private_subnet_ids)
