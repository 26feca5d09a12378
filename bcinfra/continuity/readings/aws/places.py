"""Where AWS resources stand: regions, zones, accounts, control planes, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.readings.base import reasons, stores
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Reading, setting
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View, as_text, strings
from bcinfra.graph.core.location import GLOBAL
from bcinfra.graph.core.model import Resource

SUBNETS: Final = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
SUBNET_GROUPS: Final = (
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:docdb/subnetGroup:SubnetGroup",
    "aws:neptune/subnetGroup:SubnetGroup",
    "aws:memorydb/subnetGroup:SubnetGroup",
    "aws:redshift/subnetGroup:SubnetGroup",
)
KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey")
ALIAS: Final = "aws:kms/alias:Alias"

UNNAMED_ACCOUNT: Final = "not named"

_ZONE_NAME: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$")
_KEY: Final = re.compile(r"^arn:[\w-]+:kms:|^alias/|^[0-9a-f]{8}-|^mrk-")


def region_of(view: View, resource: Resource) -> str | None:
    """The region a resource is in; ``None`` for worldwide ones and where it is not known."""
    region = view.region(resource)
    return None if region == GLOBAL else region


def site(view: View, resource: Resource) -> str | None:
    """The site a resource belongs to, such as ``aws/eu-west-1``."""
    region = region_of(view, resource)
    return f"aws/{region}" if region else None


def account(view: View, resource: Resource) -> Domain:
    """The account a resource is in. A provider that names none is one set of credentials, hence one account."""
    at = view.location(resource)
    return domains.account("aws", (at and at.account) or UNNAMED_ACCOUNT)


def place(view: View, resource: Resource) -> Place:
    """Site and homes of a regional resource."""
    region = region_of(view, resource)
    home = domains.region("aws", region) if region else domains.provider("aws")
    return {"site": f"aws/{region}" if region else None, "homes": (home, account(view, resource))}


def control_plane(view: View, resource: Resource) -> tuple[Domain, ...]:
    """What launching and changing a regional resource needs."""
    region = region_of(view, resource)
    return (domains.control_plane("aws", region),) if region else ()


def where(view: View, resource: Resource) -> str:
    """The region in words, for labels."""
    region = region_of(view, resource)
    return f" in {region}" if region else ""


def zone(region: str | None, name: str | None) -> Domain | None:
    """A zone by id, or by the name that only its account gives a meaning."""
    match = _ZONE_NAME.match(name or "")
    region = region or (match[1] if match else None)
    return domains.zone("aws", region, name) if region and name else None


def subnet_zone(view: View, subnet: Resource) -> Domain | None:
    """The zone of a subnet: its id where one is known, else its name."""
    name = view.text(subnet, "availabilityZoneId") or view.text(subnet, "availabilityZone")
    return zone(region_of(view, subnet), name)


def zones_of(view: View, subnets: Iterable[Resource]) -> tuple[Domain, ...] | None:
    """The zones of subnets, sorted; ``None`` when there are no subnets or one of them does not tell."""
    found = [subnet_zone(view, subnet) for subnet in subnets]
    known = {zone for zone in found if zone}
    return tuple(sorted(known)) if known and None not in found else None


def subnets(view: View, resource: Resource, *properties: str) -> tuple[Resource, ...]:
    """The subnets that any of the properties leads to."""
    found = {s.urn: s for name in properties for s in view.refs(resource, name, *SUBNETS)}
    return tuple(found[urn] for urn in sorted(found))


def group_zones(view: View, resource: Resource, name: str) -> tuple[Domain, ...] | None:
    """The zones of the subnet group that a property leads to."""
    group = view.ref(resource, name, *SUBNET_GROUPS)
    return zones_of(view, view.refs(group, "subnetIds", *SUBNETS)) if group else None


def unnamed_zones(view: View, resource: Resource, count: int) -> tuple[Domain, ...] | None:
    """Zones that a resource surely stands in, where the graph does not name them: its own, shared with nothing."""
    region = region_of(view, resource)
    if not region:
        return None
    return tuple(domains.zone("aws", region, f"unnamed {i} of {resource.name}") for i in range(1, count + 1))


def standing(
    view: View, resource: Resource, candidates: tuple[Domain, ...] | None, count: int, chosen: str | None = None
) -> tuple[tuple[Domain, ...] | None, tuple[Assumption, ...]]:
    """The zones that ``count`` copies stand in, one a zone, out of ``candidates``; and what had to be assumed.

    ``chosen`` is the zone that the program states.
    """
    stated = zone(region_of(view, resource), chosen)
    if stated and count == 1:
        return (stated,), ()
    if not candidates:
        return unnamed_zones(view, resource, count), ()
    return stores.standing(resource, candidates, count)


def key(view: View, resource: Resource, name: str = "kmsKeyId", service: str | None = None) -> tuple[Domain, ...]:
    """The key that encrypts a resource: the one it names, else the one that AWS manages for ``service``."""
    region = region_of(view, resource)
    inside = (domains.region("aws", region),) if region else ()
    found = view.refs(resource, name, *KEYS)
    if not found:
        found = tuple(k for a in view.refs(resource, name, ALIAS) for k in view.refs(a, "targetKeyId", *KEYS))
    if found:
        return (key_domain(view, found[0]),)
    stated = next((text for text in strings(view.value(resource, name)) if _KEY.search(text)), None)
    if stated:
        return (Domain(DomainKind.KEY, stated, inside),)
    return (managed_key(region, service),) if service and region else ()


def managed_key(region: str, service: str) -> Domain:
    """The key that AWS makes for a service in a region where none is named."""
    return Domain(DomainKind.KEY, f"aws/{region}/aws/{service} (managed by AWS)", (domains.region("aws", region),))


def key_domain(view: View, key: Resource) -> Domain:
    """The failure domain of a KMS key: scheduled for deletion or disabled, what it encrypts cannot be read."""
    region = region_of(view, key)
    outer = (domains.region("aws", region),) if region else ()
    return Domain(DomainKind.KEY, f"aws/{region or 'unknown'}/{key.name}", outer)


def arn_parts(text: str | None) -> tuple[str | None, str | None]:
    """Region and account in an ARN."""
    parts = (text or "").split(":")
    return (parts[3] or None, parts[4] or None) if len(parts) >= 6 and parts[0] == "arn" else (None, None)


def physical(view: View, resource: Resource, *names: str) -> str:
    """The name that operators see, else the logical one."""
    return next((text for name in names if (text := as_text(view.value(resource, name)))), resource.name)


def _key(identities: str, replaced_by: str) -> Reading:
    return setting(
        "encryption key",
        "without it what it encrypts cannot be read",
        having(reasons.KEYS, identities=identities, replacement=loses("encryption key", replaced_by)),
    )


READINGS: Final = {
    **{token: setting("subnet", "which zone what is placed in it stands in", reasons.NETWORK) for token in SUBNETS},
    **{token: setting("subnet group", "which zones a data store can stand in") for token in SUBNET_GROUPS},
    "aws:kms/key:Key": _key("keyId", "customKeyStoreId keyUsage multiRegion"),
    "aws:kms/replicaKey:ReplicaKey": _key("keyId", "primaryKeyArn"),
    "aws:kms/externalKey:ExternalKey": _key("", "multiRegion"),
    ALIAS: setting("alias of an encryption key", "which key a name stands for", reasons.KEYS),
}
