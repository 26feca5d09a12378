"""Cloudflare in front of two regions, which take requests from it alone."""

import pulumi
import pulumi_cloudflare as cf

from bcinfra.cloudflare import Account, Edge, EdgeArgs, Monitor, Origin, PublicZone, PublicZoneArgs

account = Account(id="0123456789abcdef0123456789abcdef", provider=cf.Provider("acme"))
zone = PublicZone("shop", PublicZoneArgs(account=account, domain="shop.example"))

edge = Edge(
    "shop",
    EdgeArgs(
        account=account,
        zone_id=zone.zone_id,
        domain="shop.example",
        origins={
            "dublin": Origin(host="dublin-front.eu-west-1.elb.amazonaws.com"),
            "frankfurt": Origin(host="frankfurt-front.eu-central-1.elb.amazonaws.com"),
        },
        primary="dublin",
        monitor=Monitor(interval=15),
        key=pulumi.Config().require_secret("originKey"),
        unlimited=("/webhooks/",),
        log_destination="s3://acme-logs/edge?region=eu-central-1",
        mail=("on-call@shop.example",),
    ),
)
pulumi.export("hosts", edge.hosts)
