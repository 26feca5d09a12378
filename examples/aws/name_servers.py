"""The domain is answered by Route 53 and by another provider: each zone names the servers of both."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import NameServers, NameServersArgs, Region

everywhere = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"))

servers = NameServers(
    "servers",
    NameServersArgs(
        region=everywhere,
        zone_id="Z0123456789ABCDEFGHIJ",
        domain="shop.example",
        own=("ns-1.awsdns-00.org", "ns-513.awsdns-00.net"),
        others=("ns-cloud-a1.googledomains.com", "ns-cloud-a2.googledomains.com"),
    ),
)
pulumi.export("at-the-registrar", servers.name_servers)
