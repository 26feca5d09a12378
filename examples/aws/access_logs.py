"""Who asked a load balancer for what, kept for thirty days."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import AccessLogs, AccessLogsArgs, Region

ireland = Region(name="eu-west-1", account="111122223333", provider=aws.Provider("ireland", region="eu-west-1"))

logs = AccessLogs("orders-access-logs", AccessLogsArgs(region=ireland, days=30))
pulumi.export("bucket", logs.bucket)
