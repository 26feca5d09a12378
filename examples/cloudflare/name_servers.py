"""One domain at two DNS providers: Cloudflare names the servers of Route 53 beside its own."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, NameServers, NameServersArgs, PublicZone, PublicZoneArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))
zone = PublicZone("shop", PublicZoneArgs(account=account, domain="shop.example", signed=False))

servers = NameServers(
    "servers",
    NameServersArgs(
        account=account,
        zone_id=zone.zone_id,
        domain="shop.example",
        own=zone.name_servers,
        others=("ns-101.awsdns-12.com", "ns-602.awsdns-11.net", "ns-1103.awsdns-10.org", "ns-1604.awsdns-09.co.uk"),
    ),
)
pulumi.export("at-the-registrar", servers.name_servers)
