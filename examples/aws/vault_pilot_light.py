"""Orders whose copies in another account are restored there each day, in a network that waits for the real restore."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import (
    BinlogArchive,
    BinlogArchiveArgs,
    BinlogSource,
    IsolatedBucket,
    KeyedRegion,
    LockMode,
    MySql,
    MySqlArgs,
    MySqlSite,
    Reach,
    Region,
    VaultPilotLight,
    VaultPilotLightArgs,
)

main, vault = "111122223333", "444455556666"
dublin = Region(name="eu-west-1", account=main, provider=aws.Provider("dublin", region="eu-west-1"))
virginia = Region(name="us-east-1", account=vault, provider=aws.Provider("virginia", region="us-east-1"))
key = f"arn:aws:kms:eu-west-1:{main}:key/1b2c"
vault_key = f"arn:aws:kms:us-east-1:{vault}:key/3d4e"
topic = f"arn:aws:sns:us-east-1:{vault}:alarms"
subnets = {"euw1-az1": "subnet-1", "euw1-az2": "subnet-2"}
config = pulumi.Config()

orders = MySql(
    "orders",
    MySqlArgs(
        sites={"dublin": MySqlSite(region=dublin, key_arn=key, vpc_id="vpc-1", subnet_ids=subnets)},
        primary="dublin",
        version="8.4.7",
        instance_class="db.r7g.large",
        storage=100,
        database="orders",
        username="shop",
        password=config.require_secret("password"),
    ),
)
archive = BinlogArchive(
    "orders-log",
    BinlogArchiveArgs(
        sites={
            "dublin": BinlogSource(
                region=dublin,
                key_arn=key,
                vpc_id="vpc-1",
                subnet_ids=subnets,
                host=orders.endpoints["dublin"],
                database=Reach(security_group_id=orders.security_group_ids["dublin"], port=orders.port),
                image=f"{main}.dkr.ecr.eu-west-1.amazonaws.com/archive-binlogs:1.0.0",
            )
        },
        vault=IsolatedBucket(region=virginia, key_arn=vault_key, mode=LockMode.COMPLIANCE),
        topic_arn=topic,
        username="binlog_archive",
        password=config.require_secret("archivePassword"),
    ),
)
ready = VaultPilotLight(
    "orders-restore",
    VaultPilotLightArgs(
        vault=KeyedRegion(region=virginia, key_arn=vault_key),
        database=orders.restored,
        archive_bucket=archive.bucket_name,
        image=f"{vault}.dkr.ecr.us-east-1.amazonaws.com/archive-binlogs:1.0.0",
        topic_arn=topic,
    ),
)
pulumi.export("subnetGroup", ready.subnet_group_name)
