"""Google's end of tunnels to another cloud: two interfaces, one router."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, VpnGateway, VpnGatewayArgs

provider = gcp.Provider("eemshaven", project="acme-prod", region="europe-west4")
eemshaven = Region(name="europe-west4", project="acme-prod", number="123456789012", provider=provider)

gateway = VpnGateway(
    "aws",
    VpnGatewayArgs(region=eemshaven, network_id="projects/acme-prod/global/networks/shop"),
)
pulumi.export("addresses", gateway.addresses)
