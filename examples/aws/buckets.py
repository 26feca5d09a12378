"""Pictures in Dublin, replicated to Frankfurt, with a locked copy in another account on another continent."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Buckets, BucketsArgs, IsolatedBucket, KeyedRegion, Region


def region(name: str, account: str) -> Region:
    return Region(name=name, account=account, provider=aws.Provider(f"{name}-{account}", region=name))


def key(name: str, account: str) -> str:
    return f"arn:aws:kms:{name}:{account}:key/1b2c"


main, vault = "111122223333", "444455556666"
media = Buckets(
    "media",
    BucketsArgs(
        sites={
            "dublin": KeyedRegion(region=region("eu-west-1", main), key_arn=key("eu-west-1", main)),
            "frankfurt": KeyedRegion(region=region("eu-central-1", main), key_arn=key("eu-central-1", main)),
        },
        primary="dublin",
        isolated=IsolatedBucket(region=region("us-east-1", vault), key_arn=key("us-east-1", vault)),
    ),
)
pulumi.export("bucket", media.names["dublin"])
