"""What customers of a shop at AWS see with all of AWS gone: a telephone number, under a domain apart and the shop's."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Region, StaticPage, StaticPageArgs

provider = gcp.Provider("help", project="acme-help", region="europe-west3")
call = '<!doctype html><title>Help</title><a href="tel:+3225550100">+3225550100</a>'

page = StaticPage(
    "help",
    StaticPageArgs(
        region=Region(name="europe-west3", project="acme-help", provider=provider),
        domain="acme-help.example",
        pages={"index.html": call, "closed.html": call},
        shop="shop.example",
        mail_servers=("10 in1-smtp.example",),
    ),
)
pulumi.export("addresses", page.addresses)
pulumi.export("nameServers", page.name_servers)
