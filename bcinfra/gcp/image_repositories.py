"""Repositories of container images on Artifact Registry: one in each site's region, filled by who releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Self

import pulumi
from pulumi_gcp.artifactregistry import Repository, RepositoryIamMember
from pydantic import Field, model_validator

from bcinfra.component import Args, Component, Str, refuse
from bcinfra.gcp.region import KeyedRegion

READ: Final = "roles/artifactregistry.reader"
DAY_SECONDS: Final = 24 * 60 * 60


class ImageSite(KeyedRegion):
    """Where one site pulls from, under the site's own key, which Artifact Registry's agent may use
    (:attr:`~bcinfra.gcp.Agent.ARTIFACT_REGISTRY`)."""

    readers: Mapping[str, Str] = {}
    """IAM members that pull here, by a name for each: the service account of a cluster's nodes, the agent of Cloud Run
    of another project. Cloud Run pulls by its agent, which may in its own project, never as the tier's account
    (Artifact Registry, Deploying to Cloud Run, read 2026-11)."""


class ImageRepositoriesArgs(Args):
    """Arguments of :class:`ImageRepositories`."""

    repository: str = Field(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", examples=["shop-prod"])
    """Id of the repository, the same in every region: images are named after it."""
    sites: Mapping[str, ImageSite] = Field(min_length=1)
    """The sites by name, each in a region of its own. A site's name is part of its repository's identity."""
    untagged_days: int = Field(default=30, ge=1, le=3650)
    """Days after which an image without a tag is deleted. What has a tag is kept for ever."""
    scanned: bool = True
    """Whether what is pushed is scanned for known vulnerabilities, where the project has the Container Scanning API
    turned on. It costs by image."""

    @model_validator(mode="after")
    def _each_in_its_own_region(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterable[str]:
        places: dict[tuple[str, str], str] = {}
        for name, site in self.sites.items():
            at = site.region.project, site.region.name
            if (other := places.setdefault(at, name)) != name:
                yield f"sites: {other!r} and {name!r} are both in {site.region.name}, and share one repository there"


class ImageRepositories(Component):
    """One repository for each site's region, which no other region's loss takes along.

    Artifact Registry copies nothing from region to region. Who releases pushes an image to every one of them, and
    deploys it when all have it: ``gcrane cp europe-west1-docker.pkg.dev/acme-prod/shop/web:1.4.2
    us-east1-docker.pkg.dev/acme-prod/shop/web:1.4.2`` keeps the digest. No resource can declare that; whether an image
    is there ``gcloud artifacts docker images describe`` tells. What Google has instead hangs sites together: a
    multi-region repository fails for all who use it, whatever their region (Artifact Registry, Repository locations);
    a remote repository in front of the home region's has what was asked of it before, and fails for anything else when
    that region does (Artifact Registry, Remote repository overview); a virtual one holds nothing (both read 2026-11).

    A tag that is there never moves and is never deleted, so that a release is the same image at each site, and can be
    gone back to. Images that have no tag are deleted when they are old; parts of an image for several architectures
    have none and stay, because nothing that another image is made of can be deleted
    (https://github.com/GoogleCloudPlatform/gcr-cleaner/issues/118). They are encrypted by the site's own key, which
    cannot be changed later. A repository is deleted with all that it holds: the program
    protects it, for the service has no switch for that.

    It comes before what runs: the first deployment makes repositories alone, the images are pushed, the rest follows.
    """

    package = "gcp"

    registries: Mapping[str, pulumi.Output[str]]
    """What the images of each site are named after: ``<region>-docker.pkg.dev/<project>/<repository>``. Known once the
    repository is there and its readers may pull."""

    def __init__(self, name: str, args: ImageRepositoriesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        self.registries = {
            site: self._repository(f"{name}-{site}", at, args) for site, at in sorted(args.sites.items())
        }
        self.register_outputs({"registries": self.registries})

    def _repository(self, name: str, at: ImageSite, args: ImageRepositoriesArgs) -> pulumi.Output[str]:
        region = at.region
        made = Repository(
            name,
            repository_id=args.repository,
            project=region.project,
            location=region.name,
            description=f"Images that are run in {region.name}",
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            docker_config={"immutable_tags": True},
            vulnerability_scanning_config={"enablement_config": "INHERITED" if args.scanned else "DISABLED"},
            cleanup_policies=[
                {"id": "keep-tagged", "action": "KEEP", "condition": {"tag_state": "TAGGED"}},
                {
                    "id": "delete-untagged",
                    "action": "DELETE",
                    "condition": {"tag_state": "UNTAGGED", "older_than": f"{args.untagged_days * DAY_SECONDS}s"},
                },
            ],
            cleanup_policy_dry_run=False,
            kms_key_name=at.key_name,
            deletion_policy="PREVENT" if region.protected else "DELETE",
            labels=region.labelled(name),
            opts=region.child(self, protect=region.protected),
        )
        grants = [
            RepositoryIamMember(
                f"{name}-{who}-pulls",
                project=region.project,
                location=region.name,
                repository=made.name,
                role=READ,
                member=member,
                opts=region.child(self),
            )
            for who, member in sorted(at.readers.items())
        ]
        host = f"{region.name}-docker.pkg.dev/{region.project}/{args.repository}"
        return pulumi.Output.all(made.id, *(grant.id for grant in grants)).apply(lambda _: host)
