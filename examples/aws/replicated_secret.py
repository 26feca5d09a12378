"""The payment provider's key, kept in Dublin and in Frankfurt."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import KeyedRegion, Region, ReplicatedSecret, ReplicatedSecretArgs


def site(name: str) -> KeyedRegion:
    region = Region(name=name, provider=aws.Provider(name, region=name), account="111122223333")
    return KeyedRegion(region=region, key_arn=f"arn:aws:kms:{name}:111122223333:key/1b2c")


secret = ReplicatedSecret(
    "payment",
    ReplicatedSecretArgs(
        sites={"dublin": site("eu-west-1"), "frankfurt": site("eu-central-1")},
        primary="dublin",
        value=pulumi.Config().require_secret("paymentKey"),
    ),
)
pulumi.export("secrets", secret.arns)
