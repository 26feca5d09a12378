"""Pictures in two regions at once, with a copy in another project on another continent."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Buckets, BucketsArgs, IsolatedBucket, Project


def project(name: str, number: str) -> Project:
    return Project(project=name, number=number, provider=gcp.Provider(name, project=name))


media = Buckets(
    "media",
    BucketsArgs(
        project=project("acme-prod", "123456789012"),
        location="eu",
        regions=frozenset({"europe-west1", "europe-west4"}),
        copies={"vault": IsolatedBucket(project=project("acme-vault", "999999999999"), location="us")},
        writers={"web": "serviceAccount:web@acme-prod.iam.gserviceaccount.com"},
    ),
)
pulumi.export("bucket", media.name)
