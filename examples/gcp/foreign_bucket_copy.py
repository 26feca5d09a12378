"""Pictures that are written at AWS, copied to Google Cloud as they come."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import ForeignBucketCopy, ForeignBucketCopyArgs, IsolatedBucket, Project


def project(name: str, number: str) -> Project:
    return Project(project=name, number=number, provider=gcp.Provider(name, project=name))


copy = ForeignBucketCopy(
    "media",
    ForeignBucketCopyArgs(
        project=project("acme-prod", "123456789012"),
        source="acme-media",
        role_arn="arn:aws:iam::111122223333:role/media",
        queue_arn="arn:aws:sqs:eu-west-1:111122223333:media",
        copy_to=IsolatedBucket(project=project("acme-vault", "999999999999"), location="europe-west3"),
    ),
)
pulumi.export("bucket", copy.name)
