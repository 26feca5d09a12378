"""The web tier in Dublin, in a network of its own: containers over three zones that grow with the visitors."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import FargateTier, FargateTierArgs, Network, NetworkArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
network = Network("shop", NetworkArgs(region=dublin, zones=("euw1-az1", "euw1-az2", "euw1-az3")))

web = FargateTier(
    "web",
    FargateTierArgs(
        region=dublin,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        load_balancer_subnet_ids=network.public_subnet_ids,
        certificate_arn="arn:aws:acm:eu-west-1:111122223333:certificate/1b2c",
        image="111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1.0.0",
        cpu=0.5,
        memory=1,
        replicas=3,
        peak=20,
    ),
)
pulumi.export("service", web.service_arn)
