"""Every resource option that the engine keeps, and what children inherit of it."""

import pulumi
import pulumi_aws as aws

key = aws.kms.Key("key")
vpc = aws.ec2.Vpc(
    "vpc",
    cidr_block="10.0.0.0/16",
    tags={"Name": "shop"},
    opts=pulumi.ResourceOptions(
        protect=True,
        retain_on_delete=True,
        delete_before_replace=True,
        ignore_changes=["tags", "cidr_block", "ipv6_ipam_pool_id"],
        replace_on_changes=["instanceTenancy", "tags.Name"],
        hide_diffs=["tags"],
        additional_secret_outputs=["arn", "default_security_group_id"],
        custom_timeouts=pulumi.CustomTimeouts(create="60m", update="90s", delete="1h30m"),
        deleted_with=key,
        replace_with=[key],
    ),
)
aws.ec2.Subnet("inherits", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=pulumi.ResourceOptions(parent=vpc))
aws.ec2.Subnet(
    "refuses",
    vpc_id=vpc.id,
    cidr_block="10.0.1.0/24",
    opts=pulumi.ResourceOptions(parent=vpc, protect=False, retain_on_delete=False, delete_before_replace=False),
)


class Guarded(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("fidelity:index:Guarded", name, None, opts)
        aws.sqs.Queue(f"{name}-queue", opts=pulumi.ResourceOptions(parent=self))


Guarded("guarded", pulumi.ResourceOptions(protect=True, retain_on_delete=True, deleted_with=key))
aws.sqs.Queue("triggered", opts=pulumi.ResourceOptions(replacement_trigger="release-7"))
