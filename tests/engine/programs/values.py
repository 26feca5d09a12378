"""Values of every kind, and unknown ones at every depth."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, enable_dns_support=False)
aws.sqs.Queue("numbers", delay_seconds=0, max_message_size=262144, message_retention_seconds=1209600, fifo_queue=False)
aws.cloudwatch.MetricAlarm(
    "fractions", comparison_operator="LessThanThreshold", evaluation_periods=2, threshold=0.25, datapoints_to_alarm=2
)
aws.sqs.Queue("empty", name="", tags={}, policy=None, kms_master_key_id=pulumi.Output.from_input(None))
aws.sqs.Queue("text", tags={"snake_case": "a_b", "camelCase": "ü€😀", "with.dot": '"quoted"', "": "no name"})
aws.ec2.SecurityGroup(
    "nested",
    vpc_id=vpc.id,
    ingress=[
        aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=443, to_port=443, cidr_blocks=[vpc.cidr_block]),
        {"protocol": "-1", "fromPort": 0, "toPort": 0, "securityGroups": [vpc.default_security_group_id, "sg-1"]},
    ],
    tags={"vpc": vpc.arn, "concat": pulumi.Output.concat("vpc/", vpc.id), "known": "yes"},
)
aws.sqs.Queue("json", policy=pulumi.Output.json_dumps({"known": [1, 2.5, None, True], "block": vpc.cidr_block}))
aws.sqs.Queue("json-unknown", policy=pulumi.Output.json_dumps({"unknown": vpc.arn}))
aws.sqs.Queue("branch", name=vpc.main_route_table_id.apply(lambda table: table or "none"))
aws.lb.Listener(
    "enums",
    load_balancer_arn=vpc.arn,
    default_actions=[aws.lb.ListenerDefaultActionArgs(type="redirect", redirect={"status_code": "HTTP_301"})],
)
pulumi.export("whole", vpc.tags)
pulumi.export("number", 3)
pulumi.export("float", 3.5)
pulumi.export("nothing", None)
pulumi.export("list", [vpc.arn, "known", None])
