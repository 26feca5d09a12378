"""Outputs of another stack: the stack `base` of this program, which exports them."""

import pulumi
import pulumi_aws as aws

if pulumi.get_stack() == "base":
    pulumi.export("name", "base-name")
    pulumi.export("zones", ["a", "b"])
    pulumi.export("token", pulumi.Output.secret("hidden"))
else:
    base = pulumi.StackReference("organization/fidelity/base")
    aws.sqs.Queue("get", name=base.get_output("name"))
    aws.sqs.Queue("require", name=base.require_output("name"))
    aws.sqs.Queue("item", name=base.outputs["name"])
    aws.sqs.Queue("secret", name=base.get_output("token"))
    aws.sqs.Queue("missing", name=base.get_output("missing"))
    aws.sqs.Queue("nested", tags={"zone": base.get_output("zones").apply(lambda zones: zones[1])})
    pulumi.export("zones", base.get_output("zones"))
