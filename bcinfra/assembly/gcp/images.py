"""The repositories of a shop's images at Google Cloud: in each region that pulls, and where its backups are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pulumi_gcp.artifactregistry import Repository

from bcinfra.assembly.contract import VendorDeployment
from bcinfra.assembly.gcp.regions import apart
from bcinfra.assembly.gcp.site import GcpSiteDeployment
from bcinfra.gcp import Agent, ImageRepositories, ImageRepositoriesArgs, ImageSite, Key, KeyArgs, KeyedRegion, Region
from bcinfra.spec import GcpSite, KubernetesSite


def declare_images(here: VendorDeployment, sites: Mapping[str, GcpSiteDeployment]) -> ImageRepositories | None:
    """One repository for each region, which its sites share, clusters among them; ``None`` where nothing pulls."""
    _brought(here, sites)
    shop = here.shop
    stated = {name: at for name, at in shop.serving_sites.items() if shop.keeps_images(name)}
    pulling = {name: at.keyed for name, at in sites.items() if name in stated}
    places = {(at.region.project, at.region.name): name for name, at in pulling.items()}
    readers: dict[str, dict[str, str]] = {}
    for name, at in stated.items():
        if not isinstance(at, KubernetesSite) or at.place.kind != "gcp":
            continue
        project = shop.gcp_project(at.place.account).project
        shared = places.setdefault((project, at.region), name)
        if shared == name:
            pulling[name] = _keyed(here, name, at.place.account, at.region)
        if at.node_account:
            who = "nodes" if shared == name else f"{name}-nodes"
            readers.setdefault(shared, {})[who] = f"serviceAccount:{at.node_account}"
    if not pulling:
        return None
    copies = {name: at.keyed for name, at in sites.items() if shop.copies_images(name)}
    return ImageRepositories(
        f"{here.prefix}-images",
        ImageRepositoriesArgs(
            repository=shop.prefix,
            sites={
                name: ImageSite(region=at.region, key_name=at.key_name, readers=readers.get(name, {}))
                for name, at in {**pulling, **copies}.items()
            },
        ),
        opts=here.inside,
    )


def apart_with_images(here: VendorDeployment, watched: Collection[str]) -> Mapping[str, Region]:
    """Regions of projects in which clusters pull images and nothing of Google Cloud serves, by the project's name on
    the page: those that are ``watched`` left out."""
    shop = here.shop
    places = {
        at.place.account: at.region
        for name, at in shop.serving_sites.items()
        if isinstance(at, KubernetesSite) and at.place.kind == "gcp" and shop.keeps_images(name)
    }
    return {
        account: apart(here.parent, shop, account, region)
        for account, region in places.items()
        if shop.gcp_project(account).project not in watched
    }


def _keyed(here: VendorDeployment, site: str, account: str, region: str) -> KeyedRegion:
    """The region of a cluster, with a key for its images."""
    at = apart(here.parent, here.shop, account, region)
    key = Key(
        f"{here.prefix}-{site}-images",
        KeyArgs(
            project=at,
            location=region,
            purpose=f"images of {here.prefix}",
            agents=frozenset({Agent.ARTIFACT_REGISTRY}),
        ),
        opts=here.inside,
    )
    return KeyedRegion(region=at, key_name=key.key_name)


def _brought(here: VendorDeployment, sites: Mapping[str, GcpSiteDeployment]) -> None:
    """Repositories that exist, read so that it is seen what images are pulled from."""
    for name, stated in here.shop.serving_sites.items():
        if isinstance(stated, GcpSite) and stated.existing and stated.existing.repository:
            at = sites[name].keyed.region
            Repository.get(f"{here.prefix}-{name}-images", stated.existing.repository, opts=at.child(here.parent))
