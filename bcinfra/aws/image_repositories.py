"""Repositories of container images on ECR: in each site's own region, so that a replica starts without another's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Self
from weakref import WeakKeyDictionary

import pulumi
from pulumi_aws.ecr import (
    LifecyclePolicy,
    RegistryPolicy,
    ReplicationConfiguration,
    Repository,
    RepositoryPolicy,
)
from pydantic import Field, model_validator

from bcinfra.aws import policies
from bcinfra.aws.events import told_of
from bcinfra.aws.names import LIMITS, physical
from bcinfra.aws.region import KeyedRegion, Region
from bcinfra.aws.replicas import PULL
from bcinfra.component import Args, Component, Str, refuse

MOST_DESTINATIONS: Final = 25
"""Places that one registry copies to (ECR User Guide, private image replication, read 2026-11)."""
_NAME: Final = re.compile("[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*")
"""What ECR takes after the prefix (ECR API, CreateRepository repositoryName)."""
GUARDED: Final = ("ecr:BatchDeleteImage", "ecr:DeleteRepository", "ecr:PutImageTagMutability")
"""What would take a release away, or let it be another one. What a lifecycle policy drops it drops by itself."""
EVENTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "found": ("ECR Image Scan", {"finding-severity-counts": {"CRITICAL": [{"exists": True}]}}),
    "uncopied": ("ECR Replication Action", {"result": ["FAILED"]}),
}
"""Events that people are told, by a name for each (ECR User Guide, Amazon ECR events and EventBridge, read 2026-11)."""


class ImageSite(KeyedRegion):
    """Where images are kept. The account of the region must be known."""

    pushed: bool = True
    """Whether images are pushed here, and copied from here to the other sites; else it holds copies alone."""
    registry_settings: bool = True
    """Whether the settings of the account's registry in this region are declared: what it copies, and who copies to it.
    There is one document of each, which replaces any other."""
    topic_arn: Str | None = None
    """Who is told of a critical finding and of a copy that failed, such as ``AlarmTopic(...).arn``."""


class ImageRepositoriesArgs(Args):
    """Arguments of :class:`ImageRepositories`."""

    prefix: str = Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, examples=["midsize-prod"])
    """What the names of the repositories begin with, before a ``/``: nothing else in the accounts does."""
    images: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1, examples=[["web", "worker"]])
    """The images, each of which has a repository at every site."""
    sites: Mapping[str, ImageSite] = Field(min_length=1)
    """Where they are kept, by site. Each is another region or account."""
    pullers: tuple[str, ...] = Field(default=(), examples=[["midsize-prod-*-execution-*"]])
    """Names of roles that may pull, where images are pushed, with ``*`` for any letters: what starts the containers."""
    untagged_days: int = Field(default=14, ge=1, le=3650)
    """Days after which an image without a tag is dropped: what a failed or replaced build leaves. One that has a tag,
    or that such a one consists of, stays."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[str]:
        places: dict[tuple[str, str], str] = {}
        for name, site in self.sites.items():
            if not site.region.account:
                yield f"sites.{name}.region.account: is needed here"
                continue
            other = places.setdefault((site.region.account, site.region.name), name)
            if other != name:
                yield f"sites.{name}: is the registry of {other!r} too"
        if len(self.sites) - 1 > MOST_DESTINATIONS:
            yield f"sites: a registry copies to {MOST_DESTINATIONS} others at most"
        for image in self.images:
            if not _NAME.fullmatch(image) or not LIMITS["ecr"].accepts(f"{self.prefix}/{image}"):
                yield f"images: {image!r} is no name of a repository"


class ImageRepositories(Component):
    """One repository for each image at each site: what is pushed to one site is copied to the others.

    A tag never moves, so that what is named is what runs and a release can go back. What is pushed is scanned for known
    weaknesses; images are encrypted under the site's own key; nobody deletes one by hand while the region is protected:
    not the administrator either, before the policy is changed. That a container may pull is for its role to state.

    **What is copied.** What is pushed after this is deployed, mostly within 30 minutes; AWS promises nothing. Wait for
    it before a release is deployed (``aws ecr describe-image-replication-status``). Nothing is copied on, deletions are
    not copied, nor are settings: so the repositories are made at every site. What was pushed before is copied by hand.

    **One document a registry.** What an account's registry copies in a region is one document, who may copy to it is
    another, and each replaces what was there. Two in one program are refused. Where other programs keep theirs, leave
    ``registry_settings`` off and add a rule for ``<prefix>/`` there. The way of scanning (basic or enhanced) is the
    whole registry's too, and left as the account has it.

    The images must be there before what runs them: deploy this first, push, then deploy the rest. ``bcinfra doctor``
    says how of a shop.
    """

    package = "aws"

    arns: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """The repositories, by site and then by image."""
    urls: Mapping[str, Mapping[str, pulumi.Output[str]]]
    """What images are tagged with to be pushed, and pulled by, by site and then by image."""

    def __init__(self, name: str, args: ImageRepositoriesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _claim(name, args)
        super().__init__(name, opts)
        self._name, self._args = name, args
        made = {site: {image: self._repository(site, image) for image in args.images} for site in args.sites}
        every = [repository for of_site in made.values() for repository in of_site.values()]
        self._registries(every)
        for site, at in args.sites.items():
            if at.topic_arn is not None:
                for what, (event, detail) in EVENTS.items():
                    self._told(f"{name}-{site}-{what}", at.region, at.topic_arn, event, detail)
        self.arns = {
            site: {image: policies.after(one, self._arn(args.sites[site].region, image)) for image, one in made.items()}
            for site, made in made.items()
        }
        self.urls = {site: {image: one.repository_url for image, one in made.items()} for site, made in made.items()}
        self.register_outputs({"arns": self.arns, "urls": self.urls})

    def _arn(self, region: Region, image: str) -> str:
        return region.arn("ecr", f"repository/{self._args.prefix}/{image}")

    def _repository(self, site: str, image: str) -> Repository:
        at, name = self._args.sites[site], f"{self._name}-{site}-{image.replace('/', '-')}"
        region = at.region
        repository = Repository(
            name,
            name=physical("ecr", f"{self._args.prefix}/{image}"),
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": at.key_arn}],
            force_delete=not region.protected,
            tags=region.tagged(name),
            opts=region.child(self, protect=region.protected),
        )
        LifecyclePolicy(name, repository=repository.name, policy=self._lifecycle(), opts=region.child(self))
        if statements := [*self._pulling(at), *self._guarding(region)]:
            RepositoryPolicy(
                name, repository=repository.name, policy=policies.document(*statements), opts=region.child(self)
            )
        return repository

    def _lifecycle(self) -> str:
        selection = {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": self._args.untagged_days,
        }
        rule = {"rulePriority": 1, "description": "no tag", "selection": selection, "action": {"type": "expire"}}
        return json.dumps({"rules": [rule]})

    def _pulling(self, at: ImageSite) -> Iterator[policies.Statement]:
        if at.pushed and self._args.pullers:
            region = at.region
            patterns = [policies.role_arn(region, role) for role in self._args.pullers]
            yield policies.allow(
                PULL,
                principal=policies.accounts(region, region.known_account),
                condition={"ArnLike": {"aws:PrincipalArn": patterns}},
            )

    def _guarding(self, region: Region) -> Iterator[policies.Statement]:
        if region.protected:
            yield policies.deny(GUARDED, (), condition={"Bool": {"aws:PrincipalIsAWSService": "false"}})

    def _registries(self, every: list[Repository]) -> None:
        """What each registry copies to the others, and takes from those of other accounts."""
        sites, prefix = self._args.sites, self._args.prefix
        permitted: list[pulumi.Resource] = []
        for site, at in sites.items():
            region = at.region
            sources = {one.region.known_account for one in sites.values() if one.pushed} - {region.known_account}
            if sources and at.registry_settings:
                permitted.append(
                    RegistryPolicy(
                        f"{self._name}-{site}",
                        policy=policies.document(
                            policies.allow(
                                ["ecr:ReplicateImage"],
                                [region.arn("ecr", f"repository/{prefix}/*")],
                                principal=policies.accounts(region, *sources),
                            )
                        ),
                        opts=region.child(self),
                    )
                )
        for site, at in sites.items():
            others = [one.region for name, one in sites.items() if name != site]
            if others and at.pushed and at.registry_settings:
                ReplicationConfiguration(
                    f"{self._name}-{site}",
                    replication_configuration={
                        "rules": [
                            {
                                "destinations": [{"region": to.name, "registry_id": to.known_account} for to in others],
                                "repository_filters": [{"filter": f"{prefix}/", "filter_type": "PREFIX_MATCH"}],
                            }
                        ]
                    },
                    # ECR makes a repository that is missing by itself: with tags that move, and under no key of ours.
                    opts=at.region.child(self, depends_on=[*every, *permitted]),
                )

    def _told(self, name: str, region: Region, topic_arn: Str, event: str, detail: Mapping[str, Any]) -> None:
        told_of(
            self,
            region,
            name,
            f"{event} of images of {self._args.prefix}",
            {
                "source": ["aws.ecr"],
                "detail-type": [event],
                "detail": {"repository-name": [{"prefix": f"{self._args.prefix}/"}], **detail},
            },
            topic_arn,
        )


_CLAIMED: Final = WeakKeyDictionary[pulumi.Resource, dict[tuple[str | None, str], str]]()
"""Who declares the settings of a registry, by program, then by account and region."""


def _claim(who: str, args: ImageRepositoriesArgs) -> None:
    """Raises ``ValueError`` where the program declares a registry's settings already: the second would replace them."""
    stack = pulumi.runtime.get_root_resource()
    claimed = _CLAIMED.setdefault(stack, {}) if stack else {}
    for site, at in args.sites.items():
        first = claimed.setdefault((at.region.account, at.region.name), who) if at.registry_settings else who
        if first != who:
            raise ValueError(
                f"{who}: sites.{site}: {first} declares the settings of that registry, which has one document of each "
                f"kind; leave registry_settings off here, and have what is under {args.prefix}/ copied there"
            )
