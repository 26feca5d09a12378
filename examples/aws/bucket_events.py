"""Tell Google Cloud of every new picture, so that it copies each within minutes."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import BucketEvents, BucketEventsArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

events = BucketEvents(
    "media",
    BucketEventsArgs(
        region=dublin,
        bucket="acme-media",
        bucket_arn="arn:aws:s3:::acme-media",
        key_arn="arn:aws:kms:eu-west-1:111122223333:key/1b2c",
        subject="103411562838416251234",
    ),
)
pulumi.export("queue", events.queue_arn)
pulumi.export("role", events.role_arn)
