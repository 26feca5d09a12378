"""Repositories of container images on ECR: whether what is pulled from one is put there, and stays what it was.

Replication copies what is pushed after it is set up, not on from where it was copied to, no deletion and no setting;
another account must let it in (ECR User Guide, private image replication, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.parts import ImageRepository
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.images import ecr
from bcinfra.continuity.readings.base.reading import Found, setting, subject
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.graph.core.model import Resource

REPOSITORY: Final = "aws:ecr/repository:Repository"
REPLICATION: Final = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
REGISTRY_POLICY: Final = "aws:ecr/registryPolicy:RegistryPolicy"
REPLICATES: Final = frozenset({"ecr:ReplicateImage", "ecr:*", "*"})


class _Registry(NamedTuple):
    """The registry of an account in a region; the account is ``None`` where no provider names it."""

    account: str | None
    region: str | None

    def is_at(self, account: str | None, region: str | None) -> bool:
        return self.region == region and (None in (self.account, account) or self.account == account)


def _registry(view: View, resource: Resource) -> _Registry:
    at = view.location(resource)
    return _Registry(at and at.account, places.region_of(view, resource))


@once_per_view
def _by_name(view: View) -> dict[str, list[Resource]]:
    """The program's repositories by their name: each is another registry's."""
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(REPOSITORY):
        if name := view.text(row, "name"):
            found.setdefault(name, []).append(row)
    return found


def kept_in(view: View, image: str) -> Iterator[Resource]:
    """The program's repositories that an image is pulled from."""
    if place := ecr(image):
        for row in _by_name(view).get(place.repository, ()):
            if _registry(view, row).is_at(place.account, place.region):
                yield row


def copied_from(view: View, repository: Resource) -> tuple[Resource, ...]:
    """The program's repositories from which what is pushed there is copied to this one."""
    return tuple(other for other in _others(view, repository) if _copied(view, other, repository))


def unfilled(view: View, repository: Resource) -> bool:
    """Whether the program has the same repository elsewhere too, and copies nothing between this one and any other: who
    puts images here is not known. Whence images are copied, there they are pushed. One that exists already is left out:
    who fills it is somebody else's."""
    others = _others(view, repository)
    return (
        not repository.external
        and bool(others)
        and not copied_from(view, repository)
        and not any(_is_source(view, repository, other) for other in others)
    )


def _is_source(view: View, repository: Resource, of: Resource) -> bool:
    return any(source.urn == repository.urn for source in copied_from(view, of))


def _others(view: View, repository: Resource) -> list[Resource]:
    return [r for r in _by_name(view).get(view.text(repository, "name") or "", ()) if r.urn != repository.urn]


class _Rule(NamedTuple):
    destinations: tuple[_Registry, ...]
    prefixes: tuple[str, ...]
    """Of the names of what is copied; empty: everything."""


@once_per_view
def _rules(view: View) -> dict[_Registry, list[_Rule]]:
    """What registries copy, by the document that each has one of."""
    found: dict[_Registry, list[_Rule]] = {}
    for row in view.graph.of_type(REPLICATION):
        for rule in as_rows(as_row(view.value(row, "replicationConfiguration")).get("rules")):
            filters = as_rows(rule.get("repositoryFilters"))
            to = as_rows(rule.get("destinations"))
            found.setdefault(_registry(view, row), []).append(
                _Rule(
                    tuple(_Registry(as_text(one.get("registryId")), as_text(one.get("region"))) for one in to),
                    tuple(as_text(one.get("filter")) or "" for one in filters),
                )
            )
    return found


def _copied(view: View, source: Resource, target: Resource) -> bool:
    name, here, there = view.text(source, "name") or "", _registry(view, source), _registry(view, target)
    of_name = (rule for rule in _rules(view).get(here, ()) if not rule.prefixes or name.startswith(rule.prefixes))
    reached = any(to.is_at(*there) for rule in of_name for to in rule.destinations)
    return reached and (here.account == there.account or _let_in(view, here, there))


def _let_in(view: View, source: _Registry, target: _Registry) -> bool:
    """Whether the registry of another account takes copies. Of which of its repositories is not asked."""
    for row in view.graph.of_type(REGISTRY_POLICY):
        if _registry(view, row) == target:
            for statement in as_rows(as_row(as_json(view.value(row, "policy"))).get("Statement")):
                principal = " ".join(strings(statement.get("Principal")))
                allowed = statement.get("Effect") == "Allow" and REPLICATES & set(strings(statement.get("Action")))
                if allowed and ((source.account or "") in principal or principal == "*"):
                    return True
    return False


def repository(view: View, resource: Resource) -> Iterator[Found]:
    """A repository, and what is taken to be so of images that one account alone has."""
    account, others = _registry(view, resource).account, _others(view, resource)
    apart = [one for one in others if _registry(view, one).account != account and not unfilled(view, one)]
    if not resource.external and not apart and resource.urn == min(one.urn for one in (resource, *others)):
        yield Assumption(Assumes.BUILT_AGAIN, subject(resource))
    mutability = view.text(resource, "imageTagMutability")
    yield ImageRepository(
        urn=resource.urn,
        label=f"images {view.text(resource, 'name') or resource.name}{places.where(view, resource)}",
        # ECR lets tags move unless it is told (ECR API, CreateRepository imageTagMutability).
        movable=None if resource.external and mutability is None else (mutability or "MUTABLE") != "IMMUTABLE",
        unfilled=unfilled(view, resource),
    )


READINGS: Final = {
    REPOSITORY: setting(
        "images, which every build makes again",
        "what replicas are started from",
        having(
            reasons.PROGRAM,
            replacement=loses("images", "encryptionConfigurations name", bare_while="forceDelete"),
        ),
        parts=repository,
    ),
    REPLICATION: setting("replication of images", "which registry what is pushed is copied to", reasons.PROGRAM),
    REGISTRY_POLICY: setting("permission on images", "which account copies images to a registry", reasons.PERMISSIONS),
}
