"""The bucket with Pulumi's state in Paris, with versions and a locked copy in another account on another continent."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import IsolatedBucket, KeyedRegion, Region, StateCopy, StateCopyArgs


def region(name: str, account: str) -> Region:
    provider = aws.Provider(f"{name}-{account}", region=name, allowed_account_ids=[account])
    return Region(name=name, account=account, provider=provider)


def key(name: str, account: str) -> str:
    return f"arn:aws:kms:{name}:{account}:key/1b2c"


main, vault = "111122223333", "444455556666"
state = StateCopy(
    "state",
    StateCopyArgs(
        bucket="acme-infrastructure-state",
        held=KeyedRegion(region=region("eu-west-3", main), key_arn=key("eu-west-3", main)),
        isolated=IsolatedBucket(region=region("us-east-1", vault), key_arn=key("us-east-1", vault)),
        topic_arn="arn:aws:sns:eu-west-3:111122223333:alarms",
    ),
)
pulumi.export("copy", state.copy_bucket)
