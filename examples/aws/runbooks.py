"""The runbook of a shop at Google Cloud, where people read it with all of Google gone."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, Runbooks, RunbooksArgs

provider = aws.Provider("help", region="eu-central-1", allowed_account_ids=["777788889999"])
frankfurt = Region(name="eu-central-1", account="777788889999", provider=provider)

runbook = Runbooks(
    "runbook",
    RunbooksArgs(
        region=frankfurt,
        pages={"start.txt": pulumi.StringAsset("Begin with bcinfra runbook small-prod --scenario routine")},
        readers=("arn:aws:iam::777788889999:role/on-call",),
    ),
)
pulumi.export("runbook", runbook.name)
