"""Resource hooks, bound to a resource and registered by name."""

import pulumi
import pulumi_aws as aws


def seen(args: pulumi.ResourceHookArgs) -> None:
    pulumi.log.debug(f"hook on {args.urn}")


before = pulumi.ResourceHook("before", seen)
after = pulumi.ResourceHook("after", seen, opts=pulumi.ResourceHookOptions(on_dry_run=True))
hooks = pulumi.ResourceHookBinding(before_create=[before], after_create=[after], after_update=[before, after])
queue = aws.sqs.Queue("queue", opts=pulumi.ResourceOptions(hooks=hooks))
aws.sqs.Queue("child", opts=pulumi.ResourceOptions(parent=queue))
