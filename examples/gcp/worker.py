"""Two senders of mail, which take their work from the database and which nobody connects to."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, Worker, WorkerArgs

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

mailer = Worker(
    "mailer",
    WorkerArgs(
        region=ghent,
        network_id="projects/acme-prod/global/networks/shop",
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/shop",
        image="europe-docker.pkg.dev/acme-prod/shop/shop:1.0.0",
        command=("php", "mailer.php"),
        replicas=2,
    ),
)
pulumi.export("worker", mailer.pool_name)
