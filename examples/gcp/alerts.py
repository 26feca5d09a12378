"""The people on call hear of backups that fail, replicas that lag and workflows that end wrong."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Alerts, AlertsArgs, Project

project = Project(project="acme-prod", number="123456789012", provider=gcp.Provider("acme", project="acme-prod"))

alerts = Alerts(
    "alerts",
    AlertsArgs(
        project=project,
        emails={"on-call": "on-call@shop.example"},
        databases={"orders": "orders-ghent"},
        replicas={"orders": "orders-turin"},
        workflows={"restore": "restore-orders"},
    ),
)
pulumi.export("channels", alerts.channels)
