"""The web tier on virtual machines in Ghent, spread over the zones of the region."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import InstanceTier, InstanceTierArgs, Region

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

web = InstanceTier(
    "web",
    InstanceTierArgs(
        region=ghent,
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
        image="projects/acme-prod/global/images/family/web",
        machine_type="n4-standard-2",
        peak=12,
    ),
)
pulumi.export("group", web.group_name)
