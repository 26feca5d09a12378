"""Looks at the machine room in Ghent, over each of its two lines, from three continents."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, SiteChecks, SiteChecksArgs

everywhere = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"), account="111122223333")

checks = SiteChecks(
    "ghent",
    SiteChecksArgs(
        region=everywhere,
        site="ghent",
        addresses={"north": "203.0.113.1", "south": "198.51.100.1"},
        port=443,
        topic_arn="arn:aws:sns:us-east-1:111122223333:alarms",
    ),
)
pulumi.export("site", checks.site_check_id)
