"""The domain is answered by Cloud DNS and by another provider: each zone names the servers of both."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import NameServers, NameServersArgs, Project

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

servers = NameServers(
    "servers",
    NameServersArgs(
        project=project,
        zone_name="shop-example",
        domain="shop.example",
        own=("ns-cloud-a1.googledomains.com", "ns-cloud-a2.googledomains.com"),
        others=("ns-1.awsdns-00.org", "ns-513.awsdns-00.net"),
    ),
)
pulumi.export("at-the-registrar", servers.name_servers)
