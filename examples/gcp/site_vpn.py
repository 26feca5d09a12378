"""The machine room in Ghent, joined to the network over the lines of two carriers."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, SiteLine, SiteVpn, SiteVpnArgs

config = pulumi.Config()
provider = gcp.Provider("belgium", project="acme-prod", region="europe-west1")
belgium = Region(name="europe-west1", project="acme-prod", number="123456789012", provider=provider)

vpn = SiteVpn(
    "ghent",
    SiteVpnArgs(
        region=belgium,
        site="ghent",
        network_id="projects/acme-prod/global/networks/shop",
        lines={
            "north": SiteLine(
                interface=0,
                address="203.0.113.1",
                inside=("169.254.20.0/30", "169.254.20.4/30"),
                keys=(config.require_secret("northKey1"), config.require_secret("northKey2")),
            ),
            "south": SiteLine(
                interface=1,
                address="198.51.100.1",
                inside=("169.254.20.8/30", "169.254.20.12/30"),
                keys=(config.require_secret("southKey1"), config.require_secret("southKey2")),
            ),
        },
        asn=65010,
    ),
)
pulumi.export("gateway", vpn.gateway_addresses)
