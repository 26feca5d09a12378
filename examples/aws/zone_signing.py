"""A zone whose answers are signed with a key of one's own, and what the registrar is told of it."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import PublicZone, PublicZoneArgs, Region, ZoneSigning, ZoneSigningArgs

america = Region(
    name="us-east-1",
    provider=aws.Provider("global", region="us-east-1", allowed_account_ids=["111122223333"]),
    account="111122223333",
)

zone = PublicZone("shop", PublicZoneArgs(region=america, domain="shop.example"))
signing = ZoneSigning(
    "shop",
    ZoneSigningArgs(
        region=america,
        zone_id=zone.zone_id,
        domain="shop.example",
        topic_arn="arn:aws:sns:us-east-1:111122223333:on-call",
    ),
)
pulumi.export("nameServers", zone.name_servers)
pulumi.export("dsRecord", signing.ds_record)
