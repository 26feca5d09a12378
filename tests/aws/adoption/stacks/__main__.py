"""A database of either kind, a cache and DNS at two sites; ``primary`` is the configuration's."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import (
    AuroraMySql,
    AuroraMySqlArgs,
    AuroraSite,
    Endpoint,
    GeoDns,
    GeoDnsArgs,
    MySql,
    MySqlArgs,
    MySqlSite,
    Redis,
    RedisArgs,
    RedisSite,
    Region,
)

config = pulumi.Config()
primary = config.require("primary")
password = config.require_secret("password")
days = {"dublin": "tue", "frankfurt": "wed"}
regions = {
    site: Region(name=name, provider=aws.Provider(site, region=name), account="111122223333")
    for site, name in (("dublin", "eu-west-1"), ("frankfurt", "eu-central-1"))
}
sites = {
    site: {
        "region": region,
        "vpc_id": f"vpc-{site}",
        "subnet_ids": {zone: f"subnet-{site}-{zone}" for zone in ("az1", "az2")},
        "key_arn": region.arn("kms", f"key/{site}"),
        "clients": {"web": f"sg-{site}"},
        "maintenance_window": f"{days[site]}:03:00-{days[site]}:04:00",
    }
    for site, region in regions.items()
}
login = {"database": "shop", "username": "admin", "password": password}

MySql(
    "orders",
    MySqlArgs(
        sites={site: MySqlSite(**at, readers=frozenset({"reports"})) for site, at in sites.items()},
        primary=primary,
        version="8.4.7",
        instance_class="db.r7g.large",
        storage=100,
        **login,
    ),
)
AuroraMySql(
    "catalogue",
    AuroraMySqlArgs(
        sites={site: AuroraSite(**at) for site, at in sites.items()},
        primary=primary,
        home="dublin",
        version="8.0.mysql_aurora.3.10.1",
        instance_class="db.r7g.large",
        **login,
    ),
)
Redis(
    "carts",
    RedisArgs(
        sites={site: RedisSite(**at) for site, at in sites.items()},
        primary=primary,
        home="dublin",
        version="8.1",
        node_type="cache.r7g.large",
        password=password,
    ),
)
GeoDns(
    "dns",
    GeoDnsArgs(
        region=Region(name="us-east-1", provider=aws.Provider("dns", region="us-east-1")),
        domain="shop.example",
        hosts=frozenset({""}),
        endpoints={site: Endpoint(dns_name=f"{site}.elb.example", zone_id=f"Z{site}") for site in sites},
        primary=primary,
    ),
)
