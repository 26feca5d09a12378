"""CloudFront in front of two regions: catalogue pages are read from the other one while the first is down."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Edge, EdgeArgs, Region

america = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"))

edge = Edge(
    "shop",
    EdgeArgs(
        region=america,
        domain="shop.example",
        certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/1b2c",
        origin="origin.shop.example",
        failover="frankfurt.shop.example",
        reading=("/", "/c/*", "/p/*"),
        key=pulumi.Config().require_secret("originKey"),
        media={
            "dublin": "media-dublin-111122223333.s3.eu-west-1.amazonaws.com",
            "frankfurt": "media-frankfurt-111122223333.s3.eu-central-1.amazonaws.com",
        },
        media_primary="dublin",
    ),
)
pulumi.export("name", edge.domain_name)
