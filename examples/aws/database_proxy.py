"""Orders in Dublin behind a proxy, which keeps what many PHP processes open while the database fails over."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import DatabaseProxy, DatabaseProxyArgs, MySql, MySqlArgs, MySqlSite, Region, StoreSite

config = pulumi.Config()
dublin = Region(name="eu-west-1", provider=aws.Provider("eu-west-1", region="eu-west-1"), account="111122223333")
key = "arn:aws:kms:eu-west-1:111122223333:key/1b2c"
subnets = {"euw1-az1": "subnet-euw1-az1", "euw1-az2": "subnet-euw1-az2"}

orders = MySql(
    "orders",
    MySqlArgs(
        sites={"dublin": MySqlSite(region=dublin, vpc_id="vpc-1a2b", subnet_ids=subnets, key_arn=key)},
        primary="dublin",
        version="8.4.7",
        instance_class="db.r7g.large",
        storage=100,
        database="shop",
        username="shop",
        password=config.require_secret("password"),
    ),
)
proxy = DatabaseProxy(
    "orders-proxy",
    DatabaseProxyArgs(
        site=StoreSite(region=dublin, vpc_id="vpc-1a2b", subnet_ids=subnets, key_arn=key, clients={"web": "sg-web"}),
        database=orders.proxied("dublin"),
        logins={"shop": config.require_secret("password")},
    ),
)
pulumi.export("endpoint", proxy.endpoint)
