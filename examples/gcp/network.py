"""One network over two regions, with a range for each."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Network, NetworkArgs, NetworkSite, Project, Region


def region(name: str) -> Region:
    return Region(name=name, project="acme-prod", provider=gcp.Provider(name, project="acme-prod", region=name))


network = Network(
    "shop",
    NetworkArgs(
        project=Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod")),
        sites={
            "ghent": NetworkSite(region=region("europe-west1"), cidr="10.0.0.0/16"),
            "turin": NetworkSite(region=region("europe-west12"), cidr="10.1.0.0/16"),
        },
    ),
)
pulumi.export("network", network.network_id)
