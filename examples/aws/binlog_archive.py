"""Orders in Dublin whose every change lies, within a minute, in a locked bucket of another account in Virginia."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import (
    BinlogArchive,
    BinlogArchiveArgs,
    BinlogSource,
    IsolatedBucket,
    LockMode,
    MySql,
    MySqlArgs,
    MySqlSite,
    Reach,
    Region,
)

main, vault = "111122223333", "444455556666"
dublin = Region(name="eu-west-1", account=main, provider=aws.Provider("dublin", region="eu-west-1"))
virginia = Region(name="us-east-1", account=vault, provider=aws.Provider("virginia", region="us-east-1"))
key = f"arn:aws:kms:eu-west-1:{main}:key/1b2c"
subnets = {"euw1-az1": "subnet-1", "euw1-az2": "subnet-2"}
password = pulumi.Config().require_secret("password")

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
        password=password,
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
        vault=IsolatedBucket(
            region=virginia, key_arn=f"arn:aws:kms:us-east-1:{vault}:key/3d4e", mode=LockMode.COMPLIANCE
        ),
        topic_arn=f"arn:aws:sns:us-east-1:{vault}:alarms",
        username="binlog_archive",
        password=pulumi.Config().require_secret("archivePassword"),
    ),
)
pulumi.export("bucket", archive.bucket_name)
