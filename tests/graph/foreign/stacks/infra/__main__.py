"""A database in another stack's network."""

import naming
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
network = pulumi.StackReference(f"{pulumi.get_organization()}/network/{pulumi.get_stack()}")
places = aws.rds.SubnetGroup("places", subnet_ids=network.get_output("subnetIds"))
for number in range(config.require_int("size")):
    aws.rds.Instance(
        naming.database(number),
        instance_class=config.require_object("database")["class"],
        db_subnet_group_name=places.name,
        password=config.require_secret("password"),
    )
