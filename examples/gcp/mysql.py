"""Orders in Ghent over two zones, with a replica in Turin that takes over by a managed failover."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import MySql, MySqlArgs, MySqlSite, Project, Region

config = pulumi.Config()
worldwide = Project(project="acme-prod", number="123456789012", provider=gcp.Provider("acme", project="acme-prod"))


def site(name: str, region: str, maintenance: str) -> MySqlSite:
    provider = gcp.Provider(name, project="acme-prod", region=region)
    return MySqlSite(
        region=Region(name=region, project="acme-prod", number="123456789012", provider=provider),
        key_name=f"projects/acme-prod/locations/{region}/keyRings/shop/cryptoKeys/data",
        network_id="projects/acme-prod/global/networks/shop",
        maintenance_window=maintenance,
    )


orders = MySql(
    "orders",
    MySqlArgs(
        project=worldwide,
        sites={
            "ghent": site("ghent", "europe-west1", "tue:03:00-tue:04:00"),
            "turin": site("turin", "europe-west12", "wed:03:00-wed:04:00"),
        },
        primary="ghent",
        disaster_replica="turin",
        version="8.4",
        tier="db-perf-optimized-N-4",
        storage=100,
        database="shop",
        username="shop",
        password=config.require_secret("password"),
    ),
)
pulumi.export("address", orders.address)
