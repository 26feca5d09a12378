"""The shop's zone at Cloudflare, signed."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, PublicZone, PublicZoneArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))

zone = PublicZone("shop", PublicZoneArgs(account=account, domain="shop.example"))
pulumi.export("at-the-registrar", zone.name_servers)
