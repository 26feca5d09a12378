"""One address all over the world, before the web tiers of Ghent and Turin."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Backend, LoadBalancer, LoadBalancerArgs, Project

project = Project(project="acme-prod", provider=gcp.Provider("acme", project="acme-prod"))
groups = {
    "ghent": "projects/acme-prod/regions/europe-west1/instanceGroups/web",
    "turin": "projects/acme-prod/regions/europe-west12/instanceGroups/web",
}

web = LoadBalancer(
    "web",
    LoadBalancerArgs(
        project=project,
        backends={site: Backend(group=group) for site, group in groups.items()},
        certificate_map="//certificatemanager.googleapis.com/projects/acme-prod/locations/global/certificateMaps/shop",
    ),
)
pulumi.export("addresses", web.addresses)
