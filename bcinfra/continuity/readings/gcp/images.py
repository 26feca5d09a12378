"""Artifact Registry: where an image comes from when a replica starts, and what is lost with a repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import ImageRepository
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import DOCKER_HUB, supplied
from bcinfra.continuity.readings.base.reading import Found, setting, subject
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View, as_flag, as_row, as_rows, strings
from bcinfra.continuity.readings.gcp import places
from bcinfra.graph.core.model import Resource

REPOSITORY: Final = "gcp:artifactregistry/repository:Repository"
_IMAGE: Final = re.compile(
    r"^(?:https?://)?(?P<where>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/]+)/(?P<name>[^/:@]+)"
)
_PATH: Final = re.compile(r"projects/(?P<project>[^/]+)/locations/(?P<where>[^/]+)/repositories/(?P<name>[^/]+)")
_HOST: Final = re.compile(r"^https?://([^/]+)")
_REMOTE, _VIRTUAL = "remoteRepositoryConfig", "virtualRepositoryConfig"


def pulled(view: View, image: str) -> tuple[Domain, ...]:
    """What a replica that starts from ``image`` needs: the place of its repository, and whatever stands behind that."""
    if match := _IMAGE.match(image):
        return tuple(dict.fromkeys(_asked(view, match["where"], match["project"], match["name"])))
    return (places.PROVIDER,) if image.split("/", 1)[0].endswith("gcr.io") else ()  # kept in a multi-region


def _asked(view: View, where: str, project: str, name: str, seen: frozenset[str] = frozenset()) -> Iterator[Domain]:
    """What fails with one region of a multi-region fails with its provider (Artifact Registry, Repository locations,
    read 2026-11)."""
    region = places.region_name(where)
    yield from (domains.region("gcp", region) if region else places.PROVIDER, domains.account("gcp", project))
    for repository in _named(view, where, project, name):
        yield from behind(view, repository, seen)


def _named(view: View, where: str, project: str, name: str) -> Iterator[Resource]:
    for repository in view.graph.of_type(REPOSITORY):
        at = view.location(repository)
        owner = view.text(repository, "project") or (at and at.account)
        named = view.text(repository, "repositoryId"), places.location(view, repository)
        if named == (name, where) and owner in (project, None):
            yield repository


def behind(view: View, repository: Resource, seen: frozenset[str] = frozenset()) -> tuple[Domain, ...]:
    """What a remote or virtual repository asks for an image that it does not hold; nothing for one that holds its own.

    Which images a remote one has copied is not told, nor which of a virtual one's members has an image: all are needed.
    """
    if repository.urn in seen:
        return ()
    seen |= {repository.urn}
    found: dict[Domain, None] = {}
    for other in (other for name in (_REMOTE, _VIRTUAL) for other in view.refs(repository, name, REPOSITORY)):
        found |= dict.fromkeys((_home(view, other), places.project(view, other)))
        found |= dict.fromkeys(behind(view, other, seen))
    for text in _members(view, repository):
        found |= dict.fromkeys(_at(view, text, seen))
    asks = view.text(repository, "mode") not in (None, "STANDARD_REPOSITORY")
    return tuple(found) or ((supplied(f"behind {repository.name}"),) if asks else ())


def _members(view: View, repository: Resource) -> Iterator[str]:
    """Paths and addresses of those that a repository asks."""
    remote, virtual = (as_row(view.value(repository, name)) for name in (_REMOTE, _VIRTUAL))
    docker = as_row(remote.get("dockerRepository"))
    yield from strings(as_row(remote.get("commonRepository")).get("uri"))
    yield from strings(as_row(docker.get("customRepository")).get("uri"))
    yield from (f"https://{DOCKER_HUB}" for _ in strings(docker.get("publicRepository")))
    for row in as_rows(virtual.get("upstreamPolicies")):
        yield from strings(row.get("repository"))


def _at(view: View, text: str, seen: frozenset[str]) -> Iterator[Domain]:
    if match := _PATH.search(text) or _IMAGE.match(text):
        project, where, name = match["project"], match["where"], match["name"]
        yield from _asked(view, where, project, name, seen)
    elif match := _HOST.match(text):
        yield supplied(match[1])


def _home(view: View, repository: Resource) -> Domain:
    region = places.region_of(view, repository)
    return domains.region("gcp", region) if region else places.PROVIDER


def kept_in(view: View, image: str) -> Iterator[Resource]:
    """The program's repositories that an image is pulled from."""
    if match := _IMAGE.match(image):
        yield from _named(view, match["where"], match["project"], match["name"])


def _others(view: View, repository: Resource) -> list[Resource]:
    """The same repository in other regions and projects."""
    name = view.text(repository, "repositoryId")
    rows = view.graph.of_type(REPOSITORY)
    return [row for row in rows if name and row.urn != repository.urn and view.text(row, "repositoryId") == name]


def unfilled(view: View, repository: Resource) -> bool:
    """Whether the program has the same repository elsewhere: who pushes to one need not push to this one, as nothing
    copies from region to region. One that asks others for what it has not, or exists already, is left out."""
    return not repository.external and not behind(view, repository) and bool(_others(view, repository))


def repository(view: View, resource: Resource) -> Iterator[Found]:
    """A repository, what it asks others for, and what is taken to be so of images that one project alone has.

    That it is filled is not asked of it, but of what is started from it: what runs has pulled.
    """
    if asked := tuple(one for one in behind(view, resource) if one.kind is not DomainKind.ACCOUNT):
        yield Assumption(Assumes.COPIES_NO_IMAGE, subject(resource), asked)
    every = sorted((resource, *_others(view, resource)), key=lambda one: one.urn)
    if resource is every[0] and not resource.external and len({places.project(view, one) for one in every}) == 1:
        yield Assumption(Assumes.BUILT_AGAIN, subject(resource))
    docker = view.value(resource, "dockerConfig")
    yield ImageRepository(
        urn=resource.urn,
        label=f"images {view.text(resource, 'repositoryId') or resource.name}{places.where(view, resource)}",
        # Tags move unless it is told (Artifact Registry, Create standard repositories, read 2026-11).
        movable=None if resource.external and docker is None else not as_flag(as_row(docker).get("immutableTags")),
        unfilled=False,
    )


READINGS: Final = {
    REPOSITORY: setting(
        "images, which every build makes again",
        "where what is started from its images pulls them",
        having(
            reasons.PROGRAM,
            replacement=loses("images", "format kmsKeyName location mode project remoteRepositoryConfig repositoryId"),
        ),
        parts=repository,
    )
}
