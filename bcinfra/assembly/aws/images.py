"""The repositories that a shop at AWS keeps its images in: made at every site, or read where they exist."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_aws.ecr import Repository

from bcinfra.assembly.aws.site import AwsServingSite, AwsSiteDeployment
from bcinfra.assembly.contract import VendorDeployment
from bcinfra.aws import ImageRepositories, ImageRepositoriesArgs, ImageSite


def declare_images(
    here: VendorDeployment, sites: Mapping[str, AwsServingSite], backup: AwsSiteDeployment | None
) -> ImageRepositories | None:
    """The repositories at the sites that pull from them, with copies of the images where the shop keeps its backups."""
    shop = here.shop
    kept = {name: at for name, at in sites.items() if shop.keeps_images(name)}
    brought = {name: _brought(here, name, at) for name, at in kept.items()}
    images = tuple(image for image in shop.repositories if not any(image in found for found in brought.values()))
    if not kept or not images:
        return None
    copies = {backup.args.site: backup} if backup else {}
    return ImageRepositories(
        f"{here.prefix}-images",
        ImageRepositoriesArgs(
            prefix=shop.prefix,
            images=images,
            sites={
                **{
                    name: ImageSite(
                        region=at.region,
                        key_arn=at.keyed.key_arn,
                        topic_arn=at.topic_arn,
                        registry_settings=_settings(at.component),
                    )
                    for name, at in kept.items()
                },
                **{
                    name: ImageSite(
                        region=at.keyed.region,
                        key_arn=at.keyed.key_arn,
                        pushed=False,
                        registry_settings=_settings(at),
                    )
                    for name, at in copies.items()
                },
            },
            pullers=(f"{shop.prefix}-*execution*",),
        ),
        opts=here.inside,
    )


def _settings(at: AwsSiteDeployment) -> bool:
    """Whether the shop declares what the registry of a site copies, and who copies to it."""
    existing = at.args.stated.existing
    return not (existing and existing.image_replication)


def _brought(here: VendorDeployment, site: str, at: AwsServingSite) -> Mapping[str, Repository]:
    """Repositories of a site that exist: what is pulled from them is named by the page, and nothing else is known."""
    existing = at.component.args.stated.existing
    return {
        image: Repository.get(
            f"{here.prefix}-{site}-image-{image.replace('/', '-')}",
            arn.partition(":repository/")[2],
            name=arn.partition(":repository/")[2],
            registry_id=arn.split(":")[4],
            opts=at.region.child(here.parent),
        )
        for image, arn in (existing.repositories.items() if existing else ())
    }
