"""A domain whose names others answer for, and Cloudflare's proxy in front of its sites."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, Edge, EdgeArgs, Origin, ProxiedZone, ProxiedZoneArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))

zone = ProxiedZone(
    "shop",
    ProxiedZoneArgs(
        account=account,
        domain="shop.example",
        addresses=("192.0.2.10", "192.0.2.11"),
        address_map="00112233445566778899aabbccddeeff",
    ),
)
Edge(
    "shop",
    EdgeArgs(
        account=account,
        zone_id=zone.zone_id,
        domain="shop.example",
        origins={
            "dublin": Origin(addresses=("198.51.100.10",)),
            "belgium": Origin(addresses=("203.0.113.10",)),
        },
        primary="dublin",
        key=pulumi.Config().require_secret("originKey"),
    ),
)
pulumi.export("addresses", list(zone.addresses))
pulumi.export("proofs", {what: dict(proof) for what, proof in zone.proofs.items()})
