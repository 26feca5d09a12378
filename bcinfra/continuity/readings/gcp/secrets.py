"""Secret Manager: where a secret can be read, and under which key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.base import reasons
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
    replicas = as_rows(as_row(as_row(view.value(resource, "replication")).get("userManaged")).get("replicas"))
    locations = [text for row in replicas if (text := as_text(row.get("location")))]
    if resource.type == REGIONAL:
        locations = [text] if (text := view.text(resource, "location")) else []
    yield Store(
        name=store_name(view, StoreKind.SECRETS, resource, (resource,)),
        kind=StoreKind.SECRETS,
        members=tuple(_members(view, resource, locations)),
        copies=(*_kept(view, resource), issued_again(resource)),
    )


def _members(view: View, resource: Resource, locations: list[str]) -> Iterator[Member]:
    everything = places.keys(view, resource, "replication", "customerManagedEncryption")
    for at in locations or [None]:
        region = places.region_name(at)
        first = at is None or at == locations[0]
        # A replica needs the key of its own region alone.
        own = tuple(key for key in everything if not region or any(region in d.name for d in key.chain()))
        yield Member(
            urn=resource.urn if first else part_urn(resource, at or ""),
            label=f"{'' if first else 'replica of '}secret {resource.name}" + (f" in {at}" if at else ""),
            **places.placed(at, places.project(view, resource)),
            needs_to_run=own,
            needs_to_recover=(places.WORLDWIDE_CONTROL,),
            zones=None,
            regional=True,
            writer=first,
            source=None if first else resource.urn,
            lag=None
            if first
            else assumed("lag of a secret's replica", Unit.SECONDS, _AT_ONCE, "a version is added in all or in none"),
        )


def _kept(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """Earlier versions. A deleted secret takes them along, unless the program delays their destruction."""
    delay = gcp_backup.seconds(view.value(resource, "versionDestroyTtl"))
    yield RecoveryPoint(
        urn=part_urn(resource, "versions"),
        label=f"versions of secret {resource.name}",
        **places.worldwide(view, resource),
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
