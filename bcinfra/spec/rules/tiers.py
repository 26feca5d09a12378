"""What runs: tiers, workers and jobs, and their images."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bcinfra.spec.draft import sound
from bcinfra.spec.parts import Job
from bcinfra.spec.problems import SECRET_NAME, Path, Problem, did_you_mean
from bcinfra.spec.sites import AwsSite, CloudPlace, CloudSite, KubernetesSite, OnPremSite
from bcinfra.spec.values import config_key

if TYPE_CHECKING:
    from bcinfra.spec.page import Page
    from bcinfra.spec.parts import Background, Program, Tier
    from bcinfra.spec.sites import Site
    from bcinfra.spec.values import TierName

TAKEN_KEYS: Final = frozenset(
    {"activeSite", "alertEmail", "backupPassword", "mysqlPassword", "queuePassword", "redisPassword", "replicationCa"}
    | {"replicationDump", "replicationPassword", "roleSettings", "searchPassword", "searchAdministratorPassword"}
    | {"mysqlArchivePassword", "originKey", "transferSubject"}
)
"""Keys of the stack's configuration that the shop's own parts read."""
_TAG: Final = re.compile(r"(?:[^@]*/)?[^/:@]*(?::([^/@]+))?")
"""An image of a registry that is named by a tag, or by none, and not by a digest."""


def _stateless(shop: Page) -> Iterator[Problem]:
    for store in ("mysql", "redis", "media", "files", "queues", "search") if shop.stateless else ():
        if getattr(shop, store):
            yield Problem(
                path=(store,),
                message="holds business data, which a stateless shop does not",
                hint=f"leave {store} out, or stateless",
            )


def _tiers(shop: Page) -> Iterator[Problem]:
    yield from sound(_tier(shop, "web"), _tier(shop, "app"))
    for field, parts in (("workers", shop.workers), ("jobs", shop.jobs)):
        for name, part in parts.items():
            yield from sound(_background(shop, field, name, part))


def _background(shop: Page, field: str, name: str, part: Background) -> Iterator[Problem]:
    path: Path = (field, name)
    if name in shop.tiers or (field == "jobs" and name in shop.workers):
        yield Problem(path=path, message="is the name of another part of the shop", hint="give it a name of its own")
    tier = shop.tiers[shop.data_tier]
    if part.image is None and tier.compute == "virtual-machines":
        yield Problem(
            path=(*path, "image"),
            message=f"is required: {shop.data_tier} runs on virtual machines, and {name} in a container",
            hint="state a container image, such as {registry}/worker:1.4.2",
        )
    elif part.image is not None:
        yield from _filled(shop, part.image, (*path, "image"), name)
    yield from sound(_told(part, path), _built_for(shop, part.architecture, path))
    if isinstance(part, Job) and _both_days(part.schedule):
        yield Problem(
            path=(*path, "schedule"),
            value=part.schedule,
            message="states a day of the month and of the week, which means either and which AWS does not take",
            allowed=("* for one of the two",),
        )


def _both_days(line: str) -> bool:
    _, _, day, _, weekday = line.split(" ")
    return day != "*" and weekday != "*"


def _filled(shop: Page, image: str, path: Path, name: str) -> Iterator[Problem]:
    """An image whose placeholders every site fills, and that is a container's release."""
    if set("{}") & set(re.sub(r"\{(region|registry)\}", "", image)):
        yield Problem(
            path=path, value=image, message="has a placeholder that nothing fills", allowed=("{registry}", "{region}")
        )
        return
    for site in shop.serving_sites:
        if not _in_cloud(shop.sites[site]) and set("{}") & set(found := shop.image(name, site)):
            yield Problem(
                path=path,
                value=found,
                message=f"has a placeholder that nothing fills: {site} has no registry or region of its own",
                hint=f"state sites.{site}.registry",
            )
    if _of_machine(image):
        yield _no_container(path, image, name, "state a container image")
    elif (tag := _TAG.fullmatch(image)) and tag[1] in (None, "latest"):
        yield _of_no_release(path, image)


def _tier(shop: Page, name: TierName) -> Iterator[Problem]:
    tier = shop.web if name == "web" else shop.app
    if tier:
        yield from sound(_peak(tier, name), _image(shop, tier, name), _told(tier, (name,)))
        yield from sound(
            _of_containers(tier, name), _ports(shop, tier, name), _built_for(shop, tier.architecture, (name,))
        )


def _peak(tier: Tier, name: str) -> Iterator[Problem]:
    if tier.peak < tier.replicas:
        yield Problem(
            path=(name, "peak"),
            value=tier.peak,
            message="is less than the normal replicas",
            allowed=(f"{tier.replicas} or more",),
        )


def _in_cloud(site: Site) -> bool:
    """Whether its account and region fill all placeholders, or are wrong themselves."""
    return isinstance(site, CloudSite) or (isinstance(site, KubernetesSite) and isinstance(site.place, CloudPlace))


def _image(shop: Page, tier: Tier, name: TierName) -> Iterator[Problem]:
    everywhere = re.sub(r"\{(region|registry)\}", "", tier.image)
    if set("{}") & set(everywhere):
        yield Problem(
            path=(name, "image"),
            value=tier.image,
            message="has a placeholder that nothing fills",
            allowed=("{registry}", "{region}"),
        )
        return
    for site in shop.serving_sites:
        if not _in_cloud(shop.sites[site]) and set("{}") & set(image := shop.image(name, site)):
            yield Problem(
                path=("sites", site, "images", name),
                value=image,
                message="has a placeholder that nothing fills: the site has no registry or region of its own",
                hint=f"state registry of the site, or its image of {name}",
            )
    stated = _images(shop, tier, name)
    # Sites that share an image share its mistake.
    yield from {
        path: problem for path, image, at in stated for problem in _kind_of_image(tier, name, path, image, at)
    }.values()
    if tier.compute == "virtual-machines":
        yield from _machine_images(shop, tier, name)


def _images(shop: Page, tier: Tier, name: TierName) -> Iterator[tuple[Path, str, Site]]:
    """Where the image of each site that serves is stated, and what is."""
    for site, at in shop.serving_sites.items():
        own = None if isinstance(at, OnPremSite) else at.images.get(name)
        yield (("sites", site, "images", name), own, at) if own else ((name, "image"), tier.image, at)


def _kind_of_image(tier: Tier, name: TierName, path: Path, image: str, at: Site) -> Iterator[Problem]:
    """A container's image has a repository and a tag or digest; a machine's is known by its vendor."""
    if tier.compute == "virtual-machines":
        if (
            isinstance(at, CloudSite)
            and not _of_machine(image)
            and (isinstance(at, AwsSite) or set("{:@") & set(image))
        ):
            yield Problem(
                path=path,
                value=image,
                message="is a container image, and the tier runs on virtual machines",
                allowed=("an image of each region", "resolve:ssm:<a parameter that each region has>"),
                hint=f"state a machine image, or {name}.compute: containers",
            )
    elif _of_machine(image):
        yield _no_container(path, image, "the tier", f"state a container image, or {name}.compute: virtual-machines")
    elif (tag := _TAG.fullmatch(image)) and tag[1] in (None, "latest"):
        yield _of_no_release(path, image)


def _of_machine(image: str) -> bool:
    """Whether it is known to be a machine's: an AMI or a parameter that holds one, an image of Compute Engine."""
    return image.startswith(("ami-", "resolve:ssm:")) or "/images/" in image


def _no_container(path: Path, image: str, who: str, hint: str) -> Problem:
    return Problem(
        path=path,
        value=image,
        message=f"is a machine image, and {who} runs in containers",
        allowed=("an image of a registry, such as {registry}/web:1.4.2",),
        hint=hint,
    )


def _kept_images(shop: Page) -> Iterator[Problem]:
    """What is pulled from the shop's own repositories is of one that it has."""
    for name, times in Counter(shop.repositories).items():
        if times > 1:
            yield Problem(path=("repositories",), value=name, message="is stated twice")
    kept = [site for site in shop.serving_sites if shop.keeps_images(site)]
    if shop.repositories and not kept:
        yield Problem(
            path=("repositories",),
            message="are of no use: no site of kind aws or gcp, nor a cluster at gcp, pulls from its account's own"
            " registry",
            hint="leave them out",
        )
    brought = {name for site in kept for name in shop.repositories_brought(site)}
    for site in kept if brought else ():
        for name in sorted(brought - shop.repositories_brought(site).keys()):
            yield Problem(
                path=("sites", site, "existing", "repositories", name),
                message="is required: it is brought at another site, and what is pushed there is not copied here",
            )
    unknown: dict[Path, Problem] = {}
    for site in kept:
        for path, image in _pulled(shop, site):
            found = re.match(rf"{re.escape(str(shop.registry(site)))}/([^:@]*)", shop.filled(image, site))
            if found and found[1] not in shop.repositories:
                unknown[path] = Problem(
                    path=path,
                    value=image,
                    message=f"is of {found[1]}, which is none of the shop's repositories",
                    allowed=shop.repositories,
                    hint=did_you_mean(found[1], shop.repositories) or f"add {found[1]} to repositories",
                )
    yield from unknown.values()


def _pulled(shop: Page, site: str) -> Iterator[tuple[Path, str]]:
    """The container images of a site in a cloud, each with where it is stated."""
    at = shop.sites[site]
    for name, tier in shop.tiers.items():
        if tier.compute == "containers":
            yield from ((path, image) for path, image, where in _images(shop, tier, name) if where is at)
    for field, parts in (("workers", shop.workers), ("jobs", shop.jobs)):
        yield from (((field, name, "image"), part.image) for name, part in parts.items() if part.image)
    if not isinstance(at, AwsSite) or shop.mysql is None:
        return
    copies = (to for to in shop.backup_sites.values() if isinstance(to, AwsSite))
    if shop.mysql.user or (shop.backups.archive and any(to.account != at.account for to in copies)):
        yield ("backups", "archive_image"), shop.backups.archive_image


def _of_no_release(path: Path, image: str) -> Problem:
    return Problem(
        path=path,
        value=image,
        message="is another image after each release: sites would not run the same, and nothing could go back",
        hint="name a release, such as :1.4.2, or a digest",
    )


def _machine_images(shop: Page, tier: Tier, name: TierName) -> Iterator[Problem]:
    """AWS knows a machine image by another id in each region, so that one id is good for one region alone."""
    first: dict[str, str] = {}
    for site, (path, image, at) in zip(shop.serving_sites, _images(shop, tier, name), strict=True):
        if not image.startswith("ami-"):
            continue
        other = shop.sites[first.setdefault(image, site)]
        if isinstance(at, AwsSite) and isinstance(other, AwsSite) and other.region != at.region:
            yield Problem(
                path=path,
                value=image,
                message=f"is a machine image of one region, and {first[image]} and {site} are in {other.region} and "
                f"{at.region}",
                allowed=("an image of each region", "resolve:ssm:<a parameter that each region has>"),
                hint=f"copy the image to {at.region}, and state its id there: sites.{site}.images.{name}",
            )


def _told(tier: Program, path: Path) -> Iterator[Problem]:
    for variable in tier.environment:
        if SECRET_NAME.search(variable):
            yield Problem(
                path=(*path, "environment", variable),
                message="looks like a secret, and a spec is plain text",
                hint=f"state it in {'.'.join(map(str, path))}.secrets, and its value in the stack's configuration",
            )
    for variable in sorted(tier.environment.keys() & tier.secrets.keys()):
        yield Problem(
            path=(*path, "secrets", variable),
            value=tier.secrets[variable],
            message="is also in environment; a variable has one source",
        )
    for variable, key in tier.secrets.items():
        if key in TAKEN_KEYS or key.startswith("vpnKey"):
            yield Problem(
                path=(*path, "secrets", variable),
                value=key,
                message="is a key of the configuration that the shop's own parts use",
                hint=f"take another, such as {config_key(f'own_{variable}')}",
            )


def _of_containers(tier: Tier, name: str) -> Iterator[Problem]:
    """What a machine's image decides by itself."""
    for field in ("user", "writable", "command", "live_path") if tier.compute == "virtual-machines" else ():
        if value := getattr(tier, field):
            yield Problem(
                path=(name, field),
                value=value,
                message="is of containers, and the tier runs on virtual machines, whose image decides it",
                hint=f"leave it out, or state {name}.compute: containers",
            )


def _ports(shop: Page, tier: Tier, name: str) -> Iterator[Problem]:
    seen = {tier.port: "port"}
    for what, port in tier.ports.items():
        if port in seen:
            yield Problem(
                path=(name, "ports", what), value=port, message=f"is {seen[port]} too", allowed=("another port",)
            )
        seen[port] = what
    if tier.ports and "gcp" in shop.serving_kinds:
        yield Problem(
            path=(name, "ports"),
            value=dict(tier.ports),
            message="are more than Cloud Run opens: a container has one port there",
            hint="leave them out; the metrics of a replica at Google Cloud are sent, not fetched",
        )


def _built_for(shop: Page, architecture: str | None, path: Path) -> Iterator[Problem]:
    """Cloud Run runs x86_64 alone (https://cloud.google.com/run/docs/container-contract, 2026-11), and so do the
    machine types that are taken at Google Cloud."""
    if architecture == "arm64" and "gcp" in shop.serving_kinds:
        yield Problem(
            path=(*path, "architecture"),
            value=architecture,
            message="runs at no site of Google Cloud",
            allowed=("x86_64",),
            hint="leave it out where the image is of several architectures: each site takes what is usual there",
        )


RULES: Final = (
    _stateless,
    _tiers,
    _kept_images,
)
