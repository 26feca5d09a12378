"""What a team is told of its service in Dublin before its customers call, and one page of charts to look at then."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, Watch, WatchArgs, WatchedDatabase, WatchedTier

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

watch = Watch(
    "orders",
    WatchArgs(
        region=dublin,
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
        tiers={
            "web": WatchedTier(
                load_balancer="app/orders/50dc6c495c0c9188",
                target_group="targetgroup/orders/73e2d6bc24d8a067",
                fewest=4,
            )
        },
        databases={"mysql": WatchedDatabase(instances=("orders",), storage=100)},
        slow=0.8,
    ),
)
pulumi.export("dashboard", watch.dashboard)
