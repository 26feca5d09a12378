"""Who changes what in a team's account, kept for 400 days in an account that the team cannot enter."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import AuditTrail, AuditTrailArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
vault = Region(name="eu-west-3", provider=aws.Provider("vault", region="eu-west-3"), account="444455556666")

trail = AuditTrail("orders-audit", AuditTrailArgs(region=dublin, kept=vault))
pulumi.export("trail", trail.arn)
