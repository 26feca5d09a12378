"""Alarms of a team's database in Dublin, silent in the hour of the week in which RDS may work on it."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import AlarmMutes, AlarmMutesArgs, MutedWindow, Region, Watch, WatchArgs, WatchedDatabase

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

watch = Watch(
    "orders",
    WatchArgs(
        region=dublin,
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
        databases={"mysql": WatchedDatabase(instances=("orders",), storage=100)},
    ),
)
mutes = AlarmMutes(
    "orders-mutes",
    AlarmMutesArgs(
        region=dublin,
        windows={
            "mysql": MutedWindow(
                window="tue:03:00-tue:04:00",
                alarms={what: alarm for what, alarm in watch.alarms.items() if what.startswith("mysql-")},
            )
        },
    ),
)
pulumi.export("rule", mutes.names["mysql"])
