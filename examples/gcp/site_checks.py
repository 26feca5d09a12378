"""Looks at the machine room in Ghent from all over the world, over each of its two lines."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Project, SiteChecks, SiteChecksArgs

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))

checks = SiteChecks(
    "ghent",
    SiteChecksArgs(
        project=project,
        site="ghent",
        addresses={"north": "203.0.113.1", "south": "198.51.100.1"},
        port=443,
    ),
)
pulumi.export("checks", checks.check_ids)
