"""Functions of a provider: known arguments, unknown ones, dependencies, a provider of their own."""

import pulumi
import pulumi_aws as aws

ireland = aws.Provider("ireland", region="eu-west-1")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
plain = aws.ssm.get_parameter(name="/shop/image", opts=pulumi.InvokeOptions(provider=ireland))
output = aws.ssm.get_parameter_output(name="/shop/zone")
of_unknown = aws.ssm.get_parameter_output(name=vpc.id)
of_input = aws.ssm.get_parameter_output(name=vpc.cidr_block)
of_secret = aws.ssm.get_parameter_output(name=pulumi.Output.secret("/shop/hidden"))
after = aws.ssm.get_parameter_output(name="/shop/late", opts=pulumi.InvokeOutputOptions(depends_on=[vpc]))
aws.sqs.Queue("plain", name=plain.name)
aws.sqs.Queue("output", name=output.name)
aws.sqs.Queue("unknown", name=of_unknown.name)
aws.sqs.Queue("input", name=of_input.name)
aws.sqs.Queue("secret", name=of_secret.name)
aws.sqs.Queue("after", name=after.name)
