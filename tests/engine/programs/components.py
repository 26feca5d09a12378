"""Components within components, one name under parents of several types, components with inputs and outputs."""

import pulumi
import pulumi_aws as aws


class Zone(pulumi.ComponentResource):
    def __init__(self, name: str, parent: pulumi.Resource | None) -> None:
        super().__init__("fidelity:index:Zone", name, None, pulumi.ResourceOptions(parent=parent))
        self.queue = aws.sqs.Queue(name, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs(
            {"queue": self.queue.url, "secret": pulumi.Output.secret("s"), "list": [1, self.queue.arn]}
        )


class Site(pulumi.ComponentResource):
    def __init__(self, name: str, size: int, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fidelity:index:Site", name, {"size": size, "none": None}, opts)
        self.zones = [Zone(f"{name}-{letter}", self) for letter in "ab"]
        topic = aws.sns.Topic(f"{name}-a", opts=pulumi.ResourceOptions(parent=self))
        aws.sns.TopicSubscription(
            f"{name}-a",
            topic=topic.arn,
            protocol="sqs",
            endpoint=self.zones[0].queue.arn,
            opts=pulumi.ResourceOptions(parent=topic),
        )
        self.register_outputs({})


first = Site("first", 2)
second = Site("second", 3, pulumi.ResourceOptions(depends_on=[first]))
queue = aws.sqs.Queue("first-a", opts=pulumi.ResourceOptions(parent=second))
aws.sqs.Queue("first-a")
Zone("under-a-resource", queue)
Zone("unregistered", None)
pulumi.export("urls", [zone.queue.url for zone in first.zones])
pulumi.export("component", first.urn)
