"""The nightly export to the book-keeping, at half past two."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Job, JobArgs, Region

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

export = Job(
    "export",
    JobArgs(
        region=ghent,
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
        image="europe-docker.pkg.dev/acme-prod/shop/shop:1.0.0",
        command=("php", "export.php"),
        schedule="30 2 * * *",
    ),
)
pulumi.export("job", export.job_name)
