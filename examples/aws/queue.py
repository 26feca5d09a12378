"""Mails that a shop sends when it comes to it: a queue in Dublin, with what no worker could send put aside."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Key, KeyArgs, Queue, QueueArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
key = Key("data", KeyArgs(region=dublin, purpose="data of the shop"))

mails = Queue(
    "mails",
    QueueArgs(
        region=dublin,
        key_arn=key.arn,
        timeout=120,
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
    ),
)
# A worker takes `policy=policies.document(*mails.using().values())` and the environment variable `MAILS_QUEUE`.
pulumi.export("queue", mails.url)
