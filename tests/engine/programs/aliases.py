"""Aliases in every form: by name, by type, by parent, by URN, and what children inherit of them."""

import pulumi
import pulumi_aws as aws


class Shop(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fidelity:index:Shop", name, None, opts)
        self.queue = aws.sqs.Queue(f"{name}-queue", opts=pulumi.ResourceOptions(parent=self))
        self.inner = Floor(f"{name}-floor", pulumi.ResourceOptions(parent=self))


class Floor(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("fidelity:index:Floor", name, None, opts)
        self.topic = aws.sns.Topic("orders", opts=pulumi.ResourceOptions(parent=self))


renamed = pulumi.Config().get_bool("renamed", True)
if renamed:
    former = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="store", type_="fidelity:index:Store")])
    shop = Shop("shop", former)
    aws.kms.Key("key-new", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="key-old")]))
    aws.s3.Bucket(
        "images",
        opts=pulumi.ResourceOptions(parent=shop, aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)]),
    )
    urn = "urn:pulumi:dev::fidelity::aws:sqs/queue:Queue::jobs-old"
    aws.sqs.Queue("jobs", opts=pulumi.ResourceOptions(aliases=[urn]))
else:

    class Store(Shop):
        def __init__(self, name: str) -> None:
            pulumi.ComponentResource.__init__(self, "fidelity:index:Store", name)
            self.queue = aws.sqs.Queue(f"{name}-queue", opts=pulumi.ResourceOptions(parent=self))
            self.inner = Floor(f"{name}-floor", pulumi.ResourceOptions(parent=self))

    Store("store")
    aws.kms.Key("key-old")
    aws.s3.Bucket("images")
    aws.sqs.Queue("jobs-old")
