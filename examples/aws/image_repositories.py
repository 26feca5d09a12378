"""Images that are pushed in Dublin or Frankfurt, found in both, and kept in another account: each under its own key."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import ImageRepositories, ImageRepositoriesArgs, ImageSite, Key, KeyArgs, Region


def site(name: str, region: str, account: str, *, pushed: bool = True) -> ImageSite:
    provider = aws.Provider(name, region=region, allowed_account_ids=[account])
    at = Region(name=region, provider=provider, account=account)
    return ImageSite(region=at, key_arn=Key(f"images-{name}", KeyArgs(region=at, purpose="images")).arn, pushed=pushed)


images = ImageRepositories(
    "images",
    ImageRepositoriesArgs(
        prefix="shop-prod",
        images=("web", "worker"),
        sites={
            "dublin": site("dublin", "eu-west-1", "111122223333"),
            "frankfurt": site("frankfurt", "eu-central-1", "111122223333"),
            "vault": site("vault", "us-east-1", "444455556666", pushed=False),
        },
        pullers=("shop-prod-*-execution-*",),
    ),
)
pulumi.export("push to", images.urls["dublin"]["web"])
