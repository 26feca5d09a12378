"""Invoices in Ghent that all replicas share, with hourly backups in Turin."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Files, FilesArgs, FilesSite, KeyedRegion, Region


def region(name: str, of: str) -> Region:
    provider = gcp.Provider(name, project="acme-prod", region=of)
    return Region(name=of, project="acme-prod", number="123456789012", provider=provider)


def key(of: str) -> str:
    return f"projects/acme-prod/locations/{of}/keyRings/shop/cryptoKeys/data"


invoices = Files(
    "invoices",
    FilesArgs(
        sites={
            "ghent": FilesSite(
                region=region("ghent", "europe-west1"),
                key_name=key("europe-west1"),
                network_id="projects/acme-prod/global/networks/shop",
                subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
                allocated_range="shop-services",
                clients=("10.30.0.0/20",),
            )
        },
        primary="ghent",
        size=100,
        uid=33,
        gid=33,
        backups=KeyedRegion(region=region("turin", "europe-west12"), key_name=key("europe-west12")),
    ),
)
pulumi.export("address", invoices.addresses["ghent"])
