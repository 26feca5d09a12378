"""The shop's name leads to the load balancer, and to another provider's page when that does not answer."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Endpoint, GeoDns, GeoDnsArgs, Project

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

names = GeoDns(
    "names",
    GeoDnsArgs(
        project=project,
        domain="shop.example",
        primary="shop",
        endpoints={
            "shop": Endpoint(address="203.0.113.10", location="europe-west1"),
            "fallback": Endpoint(address="198.51.100.7", location="us-east1"),
        },
    ),
)
pulumi.export("name-servers", names.name_servers)
