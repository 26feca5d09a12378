"""The shop's zone on Route 53."""

import pulumi
import pulumi_aws as aws

from bcinfra.aws import PublicZone, PublicZoneArgs, Region

everywhere = Region(name="us-east-1", provider=aws.Provider("global", region="us-east-1"))

zone = PublicZone("shop", PublicZoneArgs(region=everywhere, domain="shop.example"))
pulumi.export("at-the-registrar", zone.name_servers)
