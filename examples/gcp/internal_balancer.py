"""One address inside the network for the application tier in Ghent."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import InternalBalancer, InternalBalancerArgs, Region

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", provider=provider)

app = InternalBalancer(
    "app",
    InternalBalancerArgs(
        region=ghent,
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
        group="projects/acme-prod/regions/europe-west1/instanceGroups/app",
    ),
)
pulumi.export("address", app.address)
