"""Mail that a shop in Dublin sends by SES: signed, vouched for, and from one address alone."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import MailIdentity, MailIdentityArgs, PublicZone, PublicZoneArgs, Region

dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")
everywhere = Region(name="us-east-1", provider=aws.Provider("everywhere", region="us-east-1"))
zone = PublicZone("shop", PublicZoneArgs(region=everywhere, domain="shop.example"))

mail = MailIdentity(
    "mail",
    MailIdentityArgs(
        region=dublin,
        everywhere=everywhere,
        zone_id=zone.zone_id,
        domain="shop.example",
        bounces="bounces-dublin.shop.example",
        sender="orders@shop.example",
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
    ),
)
# A tier takes `policy=policies.document(*mail.using().values())`, and calls SES at:
pulumi.export("endpoint", mail.endpoint)
