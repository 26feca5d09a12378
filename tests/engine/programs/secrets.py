"""Secrets: from the configuration, nested, unknown, in whole maps, lifted, exported."""

import pulumi
import pulumi_aws as aws

password = pulumi.Config().require_secret("password")
hidden = pulumi.Output.secret("10.1.0.0/16")
key = aws.kms.Key("key", description=pulumi.Output.secret("hidden"))
aws.rds.Instance("known", instance_class="db.m7g.large", password=password)
aws.rds.Instance("derived", instance_class="db.m7g.large", password=password.apply(lambda text: text[::-1]))
aws.ssm.Parameter("unknown", type="SecureString", value=pulumi.Output.secret(key.arn))
aws.sqs.Queue("nested", tags={"plain": "a", "secret": password, "unknown": pulumi.Output.secret(key.id)})
aws.sqs.Queue("whole", tags=pulumi.Output.secret({"a": "b", "c": key.id}))
aws.ec2.SecurityGroup(
    "listed",
    ingress=[{"protocol": "tcp", "from_port": 1, "to_port": 2, "cidr_blocks": ["10.0.0.0/8", hidden]}],
)
aws.sqs.Queue("mixed", name=pulumi.Output.concat("a-", password), policy=pulumi.Output.json_dumps({"p": password}))
aws.sqs.Queue("opened", name=pulumi.Output.unsecret(password))
aws.sqs.Queue("echoed", name=key.description.apply(lambda text: f"{text}-queue"))
random = aws.secretsmanager.SecretVersion("version", secret_id=key.id, secret_string=password)
aws.sqs.Queue("declared-secret", name=random.secret_string)
pulumi.export("password", password)
pulumi.export("nested", {"list": [password, "plain"], "unknown": pulumi.Output.secret(key.arn)})
