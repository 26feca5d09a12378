"""Carts in Ghent with a replica in another zone for every shard, and a copy in Turin."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Redis, RedisArgs, RedisSite, Region


def site(name: str, region: str, maintenance: str) -> RedisSite:
    provider = gcp.Provider(name, project="acme-prod", region=region)
    return RedisSite(
        region=Region(name=region, project="acme-prod", number="123456789012", provider=provider),
        key_name=f"projects/acme-prod/locations/{region}/keyRings/shop/cryptoKeys/data",
        network_id="projects/acme-prod/global/networks/shop",
        maintenance_window=maintenance,
    )


carts = Redis(
    "carts",
    RedisArgs(
        sites={
            "ghent": site("ghent", "europe-west1", "tue:03:00-tue:04:00"),
            "turin": site("turin", "europe-west12", "wed:03:00-wed:04:00"),
        },
        primary="ghent",
    ),
)
pulumi.export("address", carts.address)
