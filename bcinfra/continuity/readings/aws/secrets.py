"""Secrets: where one can be read, and under which key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Member, Protection, RecoveryPoint, Refusal, Refused, Store, StoreKind
from bcinfra.continuity.model.ranges import Range, Unit, assumed
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.spans import span
from bcinfra.continuity.readings.base.stores import issued_again, part_urn, refused, store_name
from bcinfra.continuity.readings.base.traits import Backup, having, loses
from bcinfra.continuity.readings.base.view import View, as_text
from bcinfra.graph.core.model import Resource

SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  a type token
PARAMETER: Final = "aws:ssm/parameter:Parameter"
_FACT: Final = "aws.secretsmanager.replica"


def secret(view: View, resource: Resource) -> Iterator[Found]:
    """A secret and its replicas in other regions. Reading goes on wherever a replica is; writing needs a promotion."""
    keys = places.key(view, resource)
    primary = Member(
        urn=resource.urn,
        label=f"secret {resource.name}{places.where(view, resource)}",
        **places.place(view, resource),
        needs_to_run=keys,
        needs_to_recover=places.control_plane(view, resource),
        zones=None,
        regional=True,
        writer=True,
    )
    replicas = tuple(_replicas(view, resource))
    yield Store(
        name=store_name(view, StoreKind.SECRETS, resource, (resource,)),
        kind=StoreKind.SECRETS,
        members=(primary, *(one for one in replicas if isinstance(one, Member))),
        copies=(*_kept(view, resource), issued_again(resource)),
        refused=tuple(one for one in replicas if isinstance(one, Refused)),
    )


def _kept(view: View, resource: Resource) -> Iterator[RecoveryPoint]:
    """What is left of a secret that was overwritten or deleted: its last version, and the time before it is gone."""
    days = view.number(resource, "recoveryWindowInDays")
    if days != 0:
        yield RecoveryPoint(
            urn=part_urn(resource, "versions"),
            label=f"versions of secret {resource.name}{places.where(view, resource)}",
            **places.place(view, resource),
            needs_to_run=places.key(view, resource),
            mechanism="versions and recovery window",
            age=assumed("age of the last version", Unit.SECONDS, Range(0, 0), "every change makes a version"),
            retention=span(days=30 if days is None else days),
            protections=frozenset({Protection.VERSIONED}),
            restore=assumed(
                "an earlier version is current again",
                Unit.SECONDS,
                Range(300, 1800),
                "one call, and tasks restart",
            ),
        )


def _replicas(view: View, resource: Resource) -> Iterator[Member | Refused]:
    for row in view.rows(resource, "replicas"):
        region = as_text(row.get("region"))
        if not region:
            continue
        stated = as_text(row.get("kmsKeyId"))
        keys = _replica_key(view, resource, stated, region)
        label = f"replica of secret {resource.name} in {region}"
        if stated and (apart := places.apart(region, places.regions_of_text(view, stated))):
            yield refused(Refusal.KEY_ELSEWHERE, label, resource, "replicas.kmsKeyId", *apart)
            continue
        yield Member(
            urn=part_urn(resource, region),
            label=label,
            site=f"aws/{region}",
            homes=(domains.region("aws", region), places.account(view, resource)),
            needs_to_run=keys,
            needs_to_recover=(domains.control_plane("aws", region),),
            zones=None,
            regional=True,
            writer=False,
            source=resource.urn,
            lag=view.age(_FACT),
            promotes=view.time(_FACT),
        )


def _replica_key(view: View, resource: Resource, stated: str | None, region: str) -> tuple[Domain, ...]:
    """A replica's key: the one it names, else of those that the replicas depend on the one in its region."""
    named = view.named(stated, places.KEYS) if stated else ()
    linked = [k for k in view.refs(resource, "replicas", *places.KEYS) if places.region_of(view, k) == region]
    if named or linked:
        return (places.key_domain(view, [*named, *linked][0]),)
    own = stated and not places.is_of_aws(stated)
    return (Domain(DomainKind.KEY, stated, (domains.region("aws", region),)),) if stated and own else ()


READINGS: Final = {
    SECRET: part(
        "secret",
        secret,
        having(
            reasons.KEYS,
            identities="",
            backup=Backup("versions, and the window before a deletion is final"),
            replacement=loses("secret", "name namePrefix"),
            facts="aws.secretsmanager.replica",
        ),
    ),
    PARAMETER: setting(
        "parameter", "what a replica starts with; the program sets it, so it can be made again", reasons.KEYS
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": setting("value of a secret", "the program sets it", reasons.KEYS),
}
