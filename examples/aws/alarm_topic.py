"""A topic for the alarms of one region, which tells the people on call."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import AlarmTopic, AlarmTopicArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")

alarms = AlarmTopic(
    "alarms",
    AlarmTopicArgs(
        region=dublin,
        key_arn="arn:aws:kms:eu-west-1:111122223333:key/1b2c",
        emails={"on-call": "on-call@shop.example"},
        monthly_budget=12_000,
    ),
)
pulumi.export("topic", alarms.arn)
