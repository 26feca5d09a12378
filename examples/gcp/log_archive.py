"""Requests and changes of a shop's project, kept where whoever takes that project over cannot delete them."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import LogArchive, LogArchiveArgs, Project, Region

shop = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))
vault = Region(
    name="us-central1",
    project="acme-vault",
    provider=gcp.Provider("vault", project="acme-vault", region="us-central1"),
)

logs = LogArchive("shop-logs", LogArchiveArgs(project=shop, vault=vault, locked=True))
pulumi.export("sinks", logs.sinks)
