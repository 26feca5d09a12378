"""Resources that are read, not made."""

import pulumi
import pulumi_aws as aws

network = aws.ec2.Vpc.get("network", "vpc-1")
aws.ec2.Subnet("in-read", vpc_id=network.id, cidr_block="10.0.0.0/24", tags={"arn": network.arn})
made = aws.ec2.Vpc("made", cidr_block="10.0.0.0/16")
later = aws.ec2.RouteTable.get("later", made.main_route_table_id, opts=pulumi.ResourceOptions(parent=made))
aws.ec2.RouteTableAssociation("of-later", route_table_id=later.id, subnet_id="subnet-1")
aws.ec2.SecurityGroup.get("with-state", "sg-1", name="default", vpc_id=made.id, tags={"a": "b"})
aws.sqs.Queue.get("after", "queue-1", opts=pulumi.ResourceOptions(depends_on=[made]))
pulumi.export("read", network.id)
