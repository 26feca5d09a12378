"""Transforms of one resource, of a component's children and of the whole stack, new style and old."""

import pulumi
import pulumi_aws as aws


def tagged(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ == "aws:kms/key:Key":
        return None
    return pulumi.ResourceTransformResult(props={**args.props, "tags": {"stack": "dev"}}, opts=args.opts)


def guarded(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
    opts = pulumi.ResourceOptions.merge(
        args.opts, pulumi.ResourceOptions(protect=True, ignore_changes=["tags"], retain_on_delete=True)
    )
    return pulumi.ResourceTransformResult(props=args.props, opts=opts)


def old_style(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    return pulumi.ResourceTransformationResult(props={**args.props, "enable_dns_support": False}, opts=args.opts)


pulumi.runtime.register_resource_transform(tagged)


class Network(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("fidelity:index:Network", name, None, pulumi.ResourceOptions(transforms=[guarded]))
        child = pulumi.ResourceOptions(parent=self, transformations=[old_style])
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=child)
        aws.ec2.Subnet(
            f"{name}-subnet",
            vpc_id=self.vpc.id,
            cidr_block="10.0.0.0/24",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.vpc]),
        )


Network("network")
aws.kms.Key("untouched", opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5m")))
aws.sqs.Queue("own", opts=pulumi.ResourceOptions(transforms=[guarded], aliases=[pulumi.Alias(name="former")]))
