"""The people on call hear of a project's balancers, services, database and cache before customers do."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Alerts, AlertsArgs, Project, Watch, WatchArgs, WatchedService

project = Project(project="acme-prod", number="123456789012", provider=gcp.Provider("acme", project="acme-prod"))
people = Alerts("people", AlertsArgs(project=project, emails={"on-call": "on-call@shop.example"}))

watch = Watch(
    "watch",
    WatchArgs(
        project=project,
        channels=people.channels,
        availability=99.9,
        services={"web": WatchedService(name="web", fewest=2, most=20)},
        databases={"orders": "orders-ghent"},
        caches={"carts": "carts-ghent"},
    ),
)
pulumi.export("dashboard", watch.dashboard)
