"""Names at Cloudflare that lead straight to the healthy one of two sites."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, GeoDns, GeoDnsArgs, Origin, PublicZone, PublicZoneArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))
zone = PublicZone("shop", PublicZoneArgs(account=account, domain="shop.example"))

names = GeoDns(
    "names",
    GeoDnsArgs(
        account=account,
        zone_id=zone.zone_id,
        domain="shop.example",
        endpoints={
            "ghent": Origin(addresses=("203.0.113.10", "198.51.100.10")),
            "holland": Origin(addresses=("192.0.2.10",)),
        },
        primary="ghent",
    ),
)
pulumi.export("hosts", names.hosts)
