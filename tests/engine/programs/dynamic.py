"""A dynamic provider: a resource whose operations are Python functions of the program."""

import pulumi
import pulumi_aws as aws
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class Registrar(ResourceProvider):
    def create(self, props: dict[str, str]) -> CreateResult:
        return CreateResult("registered", props)


class Registration(Resource):
    code: pulumi.Output[str]

    def __init__(self, name: str, domain: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(Registrar(), name, {"domain": domain, "code": None}, opts)


vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
registration = Registration("registration", vpc.id, pulumi.ResourceOptions(protect=True))
aws.sqs.Queue("queue", name=registration.code)
