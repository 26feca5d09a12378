"""Images of a shop in Ghent and Turin: a release is pushed to both, and each starts from its own."""

import pulumi
import pulumi_gcp as gcp

from bcinfra.gcp import Agent, ImageRepositories, ImageRepositoriesArgs, ImageSite, Key, KeyArgs, Region


def site(name: str, of: str) -> ImageSite:
    provider = gcp.Provider(name, project="acme-prod", region=of)
    region = Region(name=of, project="acme-prod", number="123456789012", provider=provider)
    agents = frozenset({Agent.ARTIFACT_REGISTRY})
    key = Key(f"images-{name}", KeyArgs(project=region, location=of, purpose="images", agents=agents))
    nodes = f"serviceAccount:nodes-{name}@acme-prod.iam.gserviceaccount.com"
    return ImageSite(region=region, key_name=key.key_name, readers={"nodes": nodes})


images = ImageRepositories(
    "images",
    ImageRepositoriesArgs(
        repository="shop",
        sites={"ghent": site("ghent", "europe-west1"), "turin": site("turin", "europe-west12")},
    ),
)
pulumi.export("registries", images.registries)
