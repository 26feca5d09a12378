"""When Ghent is lost, Turin's database is promoted and its containers are kept ready, without a person."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Database, Failover, FailoverArgs, Region, RunService, Signals

provider = gcp.Provider("turin", project="acme-prod", region="europe-west12")
turin = Region(name="europe-west12", project="acme-prod", number="123456789012", provider=provider)

failover = Failover(
    "failover",
    FailoverArgs(
        standby=turin,
        primary_region="europe-west1",
        signals=Signals(check_id="shop-1b2c", topic_id="projects/acme-prod/topics/outage"),
        databases={"orders": Database(replica="orders-turin", primary="orders-ghent")},
        services={
            "web": RunService(
                name="web-turin",
                service_account="projects/acme-prod/serviceAccounts/web@acme-prod.iam.gserviceaccount.com",
                minimum=4,
            )
        },
        load_balancers={"web": "projects/acme-prod/global/backendServices/web"},
    ),
)
pulumi.export("workflow", failover.workflow_name)
