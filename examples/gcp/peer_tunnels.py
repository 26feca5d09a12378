"""Four tunnels to AWS over a gateway that exists: no one device, at either end, carries them all."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import PeerConnection, PeerTunnels, PeerTunnelsArgs, Region

config = pulumi.Config()
provider = gcp.Provider("eemshaven", project="acme-prod", region="europe-west4")
eemshaven = Region(name="europe-west4", project="acme-prod", number="123456789012", provider=provider)

tunnels = PeerTunnels(
    "aws",
    PeerTunnelsArgs(
        region=eemshaven,
        peer="aws",
        gateway_id="projects/acme-prod/regions/europe-west4/vpnGateways/aws",
        router_id="projects/acme-prod/regions/europe-west4/routers/aws",
        router_name="aws",
        connections={
            "north": PeerConnection(
                interface=0,
                addresses=("203.0.113.1", "203.0.113.2"),
                inside=("169.254.30.2", "169.254.30.6"),
                peer_inside=("169.254.30.1", "169.254.30.5"),
                keys=(config.require_secret("northKey1"), config.require_secret("northKey2")),
            ),
            "south": PeerConnection(
                interface=1,
                addresses=("198.51.100.1", "198.51.100.2"),
                inside=("169.254.30.10", "169.254.30.14"),
                peer_inside=("169.254.30.9", "169.254.30.13"),
                keys=(config.require_secret("southKey1"), config.require_secret("southKey2")),
            ),
        },
        asn=64512,
    ),
)
pulumi.export("tunnels", tunnels.tunnels)
