"""Every way in which one resource comes to depend on another."""

import pulumi
import pulumi_aws as aws


class Database(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("fidelity:index:Database", name)
        self.key = aws.kms.Key(f"{name}-key", opts=pulumi.ResourceOptions(parent=self))
        self.instance = aws.rds.Instance(
            f"{name}-instance",
            instance_class="db.m7g.large",
            kms_key_id=self.key.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"endpoint": self.instance.endpoint, "plain": 3})


database = Database("database")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
topic = aws.sns.Topic("topic", opts=pulumi.ResourceOptions(depends_on=vpc))
aws.sqs.Queue("on-component", opts=pulumi.ResourceOptions(depends_on=[database, topic]))
aws.sqs.Queue("on-output", opts=pulumi.ResourceOptions(depends_on=pulumi.Output.from_input([vpc, topic])))
aws.sqs.Queue("on-value", name=vpc.id)
aws.sqs.Queue("on-apply", name=vpc.id.apply(lambda text: text.upper()))
aws.sqs.Queue("on-several", name=pulumi.Output.concat(vpc.id, "-", topic.name), delay_seconds=3)
aws.sqs.Queue("on-nested", tags={"a": vpc.id, "b": topic.arn, "c": "plain"})
aws.sqs.Queue("on-own-input", name=vpc.cidr_block.apply(lambda text: text.replace("/", "-")))
aws.sqs.Queue("on-json", policy=pulumi.Output.json_dumps({"topic": topic.arn, "database": database.instance.endpoint}))
aws.sqs.Queue("child", name=topic.name, opts=pulumi.ResourceOptions(parent=vpc, depends_on=[database.key]))
aws.rds.Instance(
    "replica",
    instance_class="db.m7g.large",
    replicate_source_db=database.instance.arn,
    vpc_security_group_ids=[vpc.default_security_group_id, "sg-1"],
)
pulumi.export("endpoint", database.instance.endpoint)
pulumi.export("vpcs", {"ids": [vpc.id], "block": vpc.cidr_block})
