"""The runbook of a shop at AWS, where people read it with all of AWS gone."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, Runbooks, RunbooksArgs

provider = gcp.Provider("help", project="acme-help", region="europe-west3")
frankfurt = Region(name="europe-west3", project="acme-help", provider=provider)

runbook = Runbooks(
    "runbook",
    RunbooksArgs(
        region=frankfurt,
        pages={"start.txt": pulumi.StringAsset("Begin with bcinfra runbook midsize-prod --scenario routine")},
        readers=("group:on-call@acme-help.example",),
    ),
)
pulumi.export("runbook", runbook.name)
