"""Carts in Dublin with a replica in another zone, and a copy in Frankfurt."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Redis, RedisArgs, RedisSite, Region

config = pulumi.Config()
zones = {"eu-west-1": ("euw1-az1", "euw1-az2"), "eu-central-1": ("euc1-az2", "euc1-az3")}


def site(region: str, maintenance: str) -> RedisSite:
    return RedisSite(
        region=Region(name=region, provider=aws.Provider(region, region=region), account="111122223333"),
        vpc_id=f"vpc-{region}",
        subnet_ids={zone: f"subnet-{zone}" for zone in zones[region]},
        key_arn=f"arn:aws:kms:{region}:111122223333:key/1b2c",
        clients={"web": f"sg-web-{region}"},
        maintenance_window=maintenance,
    )


carts = Redis(
    "carts",
    RedisArgs(
        sites={
            "dublin": site("eu-west-1", "tue:03:00-tue:04:00"),
            "frankfurt": site("eu-central-1", "wed:03:00-wed:04:00"),
        },
        primary="dublin",
        home="dublin",
        version="8.1",
        node_type="cache.r7g.large",
        password=config.require_secret("password"),
    ),
)
pulumi.export("endpoint", carts.endpoint)
