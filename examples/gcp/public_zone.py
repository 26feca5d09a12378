"""The shop's zone on Cloud DNS, signed."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Project, PublicZone, PublicZoneArgs

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

zone = PublicZone("shop", PublicZoneArgs(project=project, domain="shop.example"))
pulumi.export("at-the-registrar", zone.name_servers)
