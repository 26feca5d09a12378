"""A function in Frankfurt that makes Frankfurt's cache the primary: what a region switch calls."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import CachePromotion, CachePromotionArgs, Region

provider = aws.Provider("frankfurt", region="eu-central-1")
frankfurt = Region(name="eu-central-1", provider=provider, account="111122223333")

promotion = CachePromotion(
    "carts-frankfurt",
    CachePromotionArgs(
        region=frankfurt,
        global_datastore="ldgnf-carts",
        group_arns=(
            "arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:carts-dublin",
            "arn:aws:elasticache:eu-central-1:111122223333:replicationgroup:carts-frankfurt",
        ),
    ),
)
pulumi.export("function", promotion.function_arn)
