"""The web tier in Ghent: containers over the zones of a region that grow with the visitors."""

from datetime import date

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import CloudRunTier, CloudRunTierArgs, Region
from bcinfra.spec import Peak

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

web = CloudRunTier(
    "web",
    CloudRunTierArgs(
        region=ghent,
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
        image="europe-docker.pkg.dev/acme-prod/shop/web:1.0.0",
        minimum=2,
        peak=20,
        peaks={"sales": Peak(start=date(2026, 1, 3), end=date(2026, 1, 31), factor=4)},
    ),
)
pulumi.export("service", web.service_name)
