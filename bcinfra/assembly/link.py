"""What joins AWS and Google Cloud where one's database follows the other's. It alone needs both SDKs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pulumi

from bcinfra import aws, gcp
from bcinfra.assembly.aws.deployment import AwsDeployment, AwsProvisioned
from bcinfra.assembly.aws.site import AwsServingSite
from bcinfra.assembly.contract import Link
from bcinfra.assembly.gcp.deployment import GcpProvisioned, Serving
from bcinfra.assembly.secrets import GOOGLE, INTERFACES
from bcinfra.gcp.vpn import INTERFACES as GATEWAY_INTERFACES

AWS_ASN: Final = 64512
"""The AS number of the ends at AWS."""


def join(here: AwsProvisioned, there: GcpProvisioned) -> Link:
    """Tunnels from Google Cloud to every site at AWS: after a failover between those the database is at another."""
    serving = there.serving
    if serving is None:
        return Link()
    return Link(
        tunnels=tuple(end for site, at in here.sites.items() for end in _tunnels(here.deployment, site, at, serving)),
        ranges={name: serving.network.sites[name].services_cidr for name in serving.sites},
    )


def _tunnels(here: AwsDeployment, site: str, at: AwsServingSite, there: Serving) -> Iterator[pulumi.Output[str]]:
    name, inside = f"{here.prefix}-{site}-{GOOGLE}", here.inside
    region = next(iter(there.sites.values())).keyed.region
    keys = {line: here.tunnel_keys(site, GOOGLE, line) for line in INTERFACES}
    near = gcp.VpnGateway(
        name,
        gcp.VpnGatewayArgs(
            region=region,
            network_id=there.network.network_id,
            advertised={served: there.network.sites[served].services_cidr for served in there.sites},
        ),
        opts=inside,
    )
    vpn = aws.SiteVpn(
        name,
        aws.SiteVpnArgs(
            region=at.keyed.region,
            site=GOOGLE,
            vpc_id=at.network.vpc_id,
            route_table_ids=at.network.route_table_ids,
            lines={
                line: aws.SiteLine(address=address, keys=keys[line])
                for line, address in zip(INTERFACES, near.addresses, strict=True)
            },
            asn=near.asn,
            cloud_asn=AWS_ASN,
            topic_arn=at.topic_arn,
        ),
        opts=inside,
    )
    made = gcp.PeerTunnels(
        name,
        gcp.PeerTunnelsArgs(
            region=region,
            peer=site,
            gateway_id=near.gateway_id,
            router_id=near.router_id,
            router_name=near.router_name,
            connections={
                line: gcp.PeerConnection(
                    interface=interface,
                    addresses=vpn.tunnel_addresses[line],
                    inside=vpn.inside_addresses[line],
                    peer_inside=vpn.cloud_inside_addresses[line],
                    keys=keys[line],
                )
                for interface, line in zip(GATEWAY_INTERFACES, INTERFACES, strict=True)
            },
            asn=AWS_ASN,
        ),
        opts=inside,
    )
    yield from made.tunnels.values()
