"""What the tiers of Dublin are told at their start: where the database is, and its password."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import KeyedRegion, Parameters, ParametersArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

settings = Parameters(
    "shop",
    ParametersArgs(
        at=KeyedRegion(region=dublin, key_arn="arn:aws:kms:eu-west-1:111122223333:key/1b2c"),
        prefix="/shop/prod",
        plain={"MYSQL_HOST": "orders.dublin.internal"},
        secret={"MYSQL_PASSWORD": pulumi.Config().require_secret("password")},
    ),
)
pulumi.export("parameters", settings.arns)
