"""Every week the newest backup of the orders is restored and looked at, then thrown away."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, RestoreTest, RestoreTestArgs

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

test = RestoreTest(
    "restore-orders",
    RestoreTestArgs(region=ghent, instance="orders-ghent", database="shop", least_mb=5000),
)
pulumi.export("workflow", test.workflow_name)
