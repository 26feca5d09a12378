"""The shop's name leads to Dublin, and to Frankfurt when Dublin does not answer."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Endpoint, GeoDns, GeoDnsArgs, Region

everywhere = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"))

names = GeoDns(
    "names",
    GeoDnsArgs(
        region=everywhere,
        domain="shop.example",
        primary="dublin",
        endpoints={
            "dublin": Endpoint(dns_name="web-1.eu-west-1.elb.amazonaws.com", zone_id="Z32O12XQLNTSW2"),
            "frankfurt": Endpoint(dns_name="web-2.eu-central-1.elb.amazonaws.com", zone_id="Z215JYRZR1TBD5"),
        },
    ),
)
pulumi.export("name-servers", names.name_servers)
