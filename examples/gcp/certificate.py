"""A certificate for the domain that renews itself, proved in the domain's zone."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Certificate, CertificateArgs, Project

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

certificate = Certificate("shop", CertificateArgs(project=project, zone_name="shop-example", domain="shop.example"))
pulumi.export("map", certificate.map_id)
