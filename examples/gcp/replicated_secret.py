"""The database's password, kept in Ghent and in Turin."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import KeyedRegion, Project, Region, ReplicatedSecret, ReplicatedSecretArgs


def site(region: str) -> KeyedRegion:
    provider = gcp.Provider(region, project="acme-prod", region=region)
    return KeyedRegion(
        region=Region(name=region, project="acme-prod", number="123456789012", provider=provider),
        key_name=f"projects/acme-prod/locations/{region}/keyRings/shop/cryptoKeys/data",
    )


secret = ReplicatedSecret(
    "database-password",
    ReplicatedSecretArgs(
        project=Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod")),
        sites={"ghent": site("europe-west1"), "turin": site("europe-west12")},
        value=pulumi.Config().require_secret("password"),
        readers={"web": "serviceAccount:web@acme-prod.iam.gserviceaccount.com"},
    ),
)
pulumi.export("secret", secret.secret_id)
