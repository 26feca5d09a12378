"""Alerts that tell Turin that Ghent is lost."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import OutageAlerts, OutageAlertsArgs, Region

provider = gcp.Provider("turin", project="acme-prod", region="europe-west12")
turin = Region(name="europe-west12", project="acme-prod", number="123456789012", provider=provider)

outage = OutageAlerts(
    "outage",
    OutageAlertsArgs(standby=turin, host="shop.example", replicas={"orders": "orders-turin"}),
)
pulumi.export("topic", outage.topic_id)
