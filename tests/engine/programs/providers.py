"""Which provider manages a resource: explicit, from a list, from a map, inherited, overridden, default."""

import pulumi
import pulumi_aws as aws

role = aws.iam.Role("role", assume_role_policy="{}")
ireland = aws.Provider("ireland", region="eu-west-1")
frankfurt = aws.Provider(
    "frankfurt",
    region="eu-central-1",
    allowed_account_ids=["111122223333"],
    assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role.arn)],
    default_tags=aws.ProviderDefaultTagsArgs(tags={"shop": "mode"}),
)


class Queues(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions, depth: int = 0) -> None:
        super().__init__("fidelity:index:Queues", name, None, opts)
        aws.sqs.Queue(f"{name}-inherits", opts=pulumi.ResourceOptions(parent=self))
        aws.sqs.Queue(f"{name}-own", opts=pulumi.ResourceOptions(parent=self, provider=frankfurt))
        if depth:
            Queues(f"{name}-inner", pulumi.ResourceOptions(parent=self), depth - 1)


Queues("listed", pulumi.ResourceOptions(providers=[ireland]), depth=1)
Queues("mapped", pulumi.ResourceOptions(providers={"aws": frankfurt}))
Queues("single", pulumi.ResourceOptions(provider=ireland))
Queues("none", pulumi.ResourceOptions())
parent = aws.sqs.Queue("parent", opts=pulumi.ResourceOptions(provider=ireland))
aws.sqs.Queue("child", opts=pulumi.ResourceOptions(parent=parent))
aws.sqs.Queue(
    "named", name=pulumi.Output.concat("queue-of-", ireland.id), opts=pulumi.ResourceOptions(provider=ireland)
)
