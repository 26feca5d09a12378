"""A web server on the newest image, in the default network, in every zone, with a name."""

import json

import pulumi
import pulumi_aws as aws

size = pulumi.Config().get("size") or "t3.micro"
image = aws.ec2.get_ami(
    most_recent=True,
    owners=["amazon"],
    filters=[{"name": "name", "values": ["al2023-ami-2023*-x86_64"]}],
)
vpc = aws.ec2.get_vpc(default=True)
subnets = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [vpc.id]}])
zones = aws.get_availability_zones(state="available")
account = aws.get_caller_identity().account_id
parameter = aws.ssm.get_parameter(name="/shop/licence")

group = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    ingress=[{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"]}],
)
servers = [
    aws.ec2.Instance(
        f"web-{number}",
        ami=image.id,
        instance_type=size,
        availability_zone=zone,
        subnet_id=subnets.ids[number],
        vpc_security_group_ids=[group.id],
        user_data=f"#!/bin/sh\necho {parameter.value} > /etc/licence\n",
    )
    for number, zone in enumerate(zones.names)
]
logs = aws.s3.Bucket("logs", bucket=f"shop-logs-{account}")
aws.s3.BucketPolicy(
    "logs",
    bucket=logs.id,
    policy=logs.arn.apply(lambda arn: json.dumps({"Statement": [{"Effect": "Deny", "Resource": f"{arn}/*"}]})),
)
zone = aws.route53.get_zone_output(name="shop.example")
aws.route53.Record(
    "www",
    zone_id=zone.zone_id,
    name="www",
    type="A",
    ttl=300,
    records=[server.public_ip for server in servers],
)
pulumi.export("url", pulumi.Output.concat("http://", servers[0].public_dns))
