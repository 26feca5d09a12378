"""The index of a shop's products in Dublin, which the tiers ask with the role of their tasks."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Key, KeyArgs, Network, NetworkArgs, Region, Search, SearchArgs

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
key = Key("data", KeyArgs(region=dublin, purpose="data of the shop"))
network = Network("shop", NetworkArgs(region=dublin, zones=("euw1-az1", "euw1-az2", "euw1-az3")))

products = Search(
    "products",
    SearchArgs(
        region=dublin,
        key_arn=key.arn,
        vpc_id=network.vpc_id,
        subnet_ids=network.data_subnet_ids,
        version="2.19",
        instance_type="r7g.large.search",
        storage=50,
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
    ),
)
# A tier takes `policy=policies.document(*products.using().values())` and reaches `products.security_group_id`.
pulumi.export("url", products.url)
