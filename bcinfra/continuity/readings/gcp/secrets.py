"""Secret Manager: where a secret can be read, and under which key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import issued_again, part_urn, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_row, as_rows, as_text
from bcinfra.continuity.readings.gcp import backup as gcp_backup, places
from bcinfra.graph.core.model import Resource

SECRET: Final = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type token
REGIONAL: Final = "gcp:secretmanager/regionalSecret:RegionalSecret"
VERSIONS: Final = (
    "gcp:secretmanager/secretVersion:SecretVersion",
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
)
_AT_ONCE: Final = Range(0, 0)


def secret(view: View, resource: Resource) -> Iterator[Found]:
    """A secret that Google replicates where it likes, or to the regions that the program names."""
    locations = _locations(view, resource)
    yield Store(
        name=store_name(view, StoreKind.SECRETS, resource, (resource,)),
        kind=StoreKind.SECRETS,
        members=tuple(_members(view, resource, locations)),
        copies=(*_kept(view, resource, locations), issued_again(resource)),
    )


def _locations(view: View, resource: Resource) -> list[str]:
    """The regions that the program names."""
    if resource.type == REGIONAL:
        return [text] if (text := view.text(resource, "location")) else []
    replicas = as_rows(as_row(as_row(view.value(resource, "replication")).get("userManaged")).get("replicas"))
    return [text for row in replicas if (text := as_text(row.get("location")))]


def _place(view: View, resource: Resource, at: str | None) -> Place:
    """A region, or what Google chooses anywhere; which that is where the program names some is not known."""
    if at is None and "auto" in as_row(view.value(resource, "replication")):
        return places.worldwide(view, resource)
    return places.placed(at, places.project(view, resource))


def _keys(view: View, resource: Resource, at: str | None) -> tuple[Domain, ...]:
    """A replica needs the key of its own region alone."""
    everything = places.keys(view, resource, "replication", "customerManagedEncryption")
    region = places.region_name(at)
    return tuple(key for key in everything if not region or any(region in d.name for d in key.chain()))


def _members(view: View, resource: Resource, locations: list[str]) -> Iterator[Member]:
    for at in locations or [None]:
        first = at is None or at == locations[0]
        yield Member(
            urn=resource.urn if first else part_urn(resource, at or ""),
            label=f"{'' if first else 'replica of '}secret {resource.name}" + (f" in {at}" if at else ""),
            **_place(view, resource, at),
            needs_to_run=_keys(view, resource, at),
            needs_to_recover=(places.WORLDWIDE_CONTROL,),
            zones=None,
            regional=True,
            writer=first,
            source=None if first else resource.urn,
            lag=None
            if first
            else assumed("lag of a secret's replica", Unit.SECONDS, _AT_ONCE, "a version is added in all or in none"),
        )


def _kept(view: View, resource: Resource, locations: list[str]) -> Iterator[RecoveryPoint]:
    """Earlier versions, where the secret is. A deleted secret takes them along, unless the program delays their
    destruction."""
    delay = gcp_backup.seconds(view.value(resource, "versionDestroyTtl"))
    for at in locations or [None]:
        yield RecoveryPoint(
            urn=part_urn(resource, "versions" if at is None or at == locations[0] else f"versions in {at}"),
            label=f"versions of secret {resource.name}" + (f" in {at}" if at else ""),
            **_place(view, resource, at),
            mechanism="versions",
            age=assumed("age of the last version", Unit.SECONDS, _AT_ONCE, "every change makes a version"),
            retention=span(seconds=delay) if delay else None,
            protections=frozenset({Protection.VERSIONED}) if delay else frozenset(),
            restore=assumed(
                "an earlier version is current again", Unit.SECONDS, Range(300, 1800), "one call, and replicas restart"
            ),
        )


_SECRET: Final = having(
    reasons.KEYS,
    identities="secretId",
    backup=Backup("versions"),
    replacement=loses("secret", "location replication secretId", guarded_while="deletionProtection"),
)
READINGS: Final = {
    SECRET: part("secret", secret, _SECRET),
    REGIONAL: part("secret", secret, _SECRET),
    **{token: setting("value of a secret", "the program sets it", reasons.KEYS) for token in VERSIONS},
}
