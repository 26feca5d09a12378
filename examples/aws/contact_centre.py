"""Calls to a shop: taken in Frankfurt by day, and by an agency's own number at night and when too many wait."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import ContactCentre, ContactCentreArgs, Region

provider = aws.Provider("frankfurt", region="eu-central-1", allowed_account_ids=["111122223333"])
frankfurt = Region(name="eu-central-1", account="111122223333", provider=provider)

centre = ContactCentre(
    "calls",
    ContactCentreArgs(
        region=frankfurt,
        alias="acme-help",
        country="DE",
        overflow="+35315550200",
        hours="mon-fri 08:00-20:00, sat 09:00-13:00",
        time_zone="Europe/Berlin",
        topic_arn="arn:aws:sns:eu-central-1:111122223333:on-call",
    ),
)
pulumi.export("number", centre.number)
