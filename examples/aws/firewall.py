"""Known attacks and floods stop before the load balancer of the web tier."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Firewall, FirewallArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"))

firewall = Firewall(
    "shop",
    FirewallArgs(
        region=dublin,
        load_balancer_arns={
            "web": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/50dc6c495c0c9188"
        },
        requests_limit=2000,
    ),
)
pulumi.export("web-acl", firewall.web_acl_arn)
