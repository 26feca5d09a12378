"""The machine room in Ghent, joined to the network in Dublin over the lines of two carriers."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import Region, SiteLine, SiteVpn, SiteVpnArgs

config = pulumi.Config()
dublin = Region(name="eu-west-1", provider=aws.Provider("dublin", region="eu-west-1"), account="111122223333")


def line(name: str, address: str) -> SiteLine:
    return SiteLine(
        address=address,
        keys=(config.require_secret(f"{name}Key1"), config.require_secret(f"{name}Key2")),
    )


vpn = SiteVpn(
    "ghent",
    SiteVpnArgs(
        region=dublin,
        site="ghent",
        vpc_id="vpc-1",
        route_table_ids={"private-euw1-az1": "rtb-1", "private-euw1-az2": "rtb-2"},
        lines={"north": line("north", "203.0.113.1"), "south": line("south", "198.51.100.1")},
        asn=65010,
        topic_arn="arn:aws:sns:eu-west-1:111122223333:alarms",
    ),
)
pulumi.export("tunnels", vpn.tunnel_addresses)
