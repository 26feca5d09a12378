"""A key for the data of Dublin, which backups may use too."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Key, KeyArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

key = Key("data", KeyArgs(region=dublin, purpose="orders and carts", services=("backup.amazonaws.com",)))
pulumi.export("key", key.arn)
