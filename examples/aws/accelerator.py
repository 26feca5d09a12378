"""Two addresses for two sites: customers enter AWS's network near them, and reach the site that is healthy."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import AcceleratedSite, Accelerator, AcceleratorArgs, Region

everywhere = Region(name="us-west-2", provider=aws.Provider("global", region="us-west-2"))
balancers = {
    "eu-west-1": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188",
    "eu-central-1": "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/web/73e2d6bc24d8a067",
}

shop = Accelerator(
    "shop",
    AcceleratorArgs(
        region=everywhere,
        sites={
            "dublin": AcceleratedSite(region="eu-west-1", load_balancer_arn=balancers["eu-west-1"]),
            "frankfurt": AcceleratedSite(region="eu-central-1", load_balancer_arn=balancers["eu-central-1"], dial=0),
        },
        observer=everywhere,
        topic_arn="arn:aws:sns:us-west-2:111122223333:alarms",
    ),
)
pulumi.export("addresses", shop.addresses)
