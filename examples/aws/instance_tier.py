"""The web tier on virtual machines in Dublin, in a network of its own, as many as the visitors need."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import InstanceTier, InstanceTierArgs, Network, NetworkArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
network = Network("shop", NetworkArgs(region=dublin, zones=("euw1-az1", "euw1-az2", "euw1-az3")))

web = InstanceTier(
    "web",
    InstanceTierArgs(
        region=dublin,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        load_balancer_subnet_ids=network.public_subnet_ids,
        certificate_arn="arn:aws:acm:eu-west-1:111122223333:certificate/1b2c",
        image="ami-0123456789abcdef0",
        instance_type="m7g.large",
        replicas=3,
        peak=12,
    ),
)
pulumi.export("group", web.group_name)
