"""Every change of the orders, written within minutes to a bucket of another project."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import ChangeStream, ChangeStreamArgs, IsolatedBucket, KeyedRegion, Project, Region

provider = gcp.Provider("ghent", project="acme-prod", region="europe-west1")
ghent = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)
vault = Project(project="acme-vault", number="999999999999", provider=gcp.Provider("vault", project="acme-vault"))

changes = ChangeStream(
    "changes",
    ChangeStreamArgs(
        at=KeyedRegion(
            region=ghent,
            key_name="projects/acme-prod/locations/europe-west1/keyRings/shop/cryptoKeys/data",
        ),
        subnet_id="projects/acme-prod/regions/europe-west1/subnetworks/endpoints",
        host="10.0.128.3",
        username="datastream",
        password_secret="projects/acme-prod/secrets/datastream-password",
        databases=frozenset({"shop"}),
        bucket=IsolatedBucket(project=vault, location="us"),
    ),
)
pulumi.export("bucket", changes.bucket_name)
