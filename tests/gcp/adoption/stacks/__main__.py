"""A database and a cache at two sites; ``primary`` is the configuration's."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import MySql, MySqlArgs, MySqlSite, Project, Redis, RedisArgs, RedisSite, Region

config = pulumi.Config()
primary = config.require("primary")
days = {"ghent": "tue", "turin": "wed"}
project = Project(project="acme-prod", provider=gcp.Provider("worldwide", project="acme-prod"))
regions = {
    site: Region(name=name, project="acme-prod", provider=gcp.Provider(site, project="acme-prod", region=name))
    for site, name in (("ghent", "europe-west1"), ("turin", "europe-west12"))
}
sites = {
    site: {
        "region": region,
        "key_name": f"projects/acme-prod/locations/{region.name}/keyRings/shop/cryptoKeys/shop",
        "network_id": "projects/acme-prod/global/networks/shop",
        "maintenance_window": f"{days[site]}:03:00-{days[site]}:04:00",
    }
    for site, region in regions.items()
}

MySql(
    "orders",
    MySqlArgs(
        project=project,
        sites={site: MySqlSite(**at) for site, at in sites.items()},
        primary=primary,
        role_settings_version=config.get_int("role_settings_version") or 1,
        version="8.4",
        tier="db-perf-optimized-N-4",
        storage=100,
        database="shop",
        username="shop",
        password=config.require_secret("password"),
    ),
)
Redis("carts", RedisArgs(sites={site: RedisSite(**at) for site, at in sites.items()}, primary=primary))
