"""Where AWS resources stand: regions, zones, accounts, control planes, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumption
from bcinfra.continuity.model.domains import UNNAMED, Domain, DomainKind
from bcinfra.continuity.readings.base import reasons, stores
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.reading import Reading, setting
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.graph.core.location import GLOBAL
from bcinfra.graph.core.model import Resource, Value

BUCKET_TYPES: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
SUBNETS: Final = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
SUBNET_GROUPS: Final = (
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:docdb/subnetGroup:SubnetGroup",
    "aws:neptune/subnetGroup:SubnetGroup",
    "aws:memorydb/subnetGroup:SubnetGroup",
    "aws:redshift/subnetGroup:SubnetGroup",
)
NAT: Final = "aws:ec2/natGateway:NatGateway"
KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey")
ALIAS: Final = "aws:kms/alias:Alias"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
GRANT: Final = "aws:kms/grant:Grant"


_ZONE_NAME: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$")
_KEY: Final = re.compile(r"^arn:[\w-]+:kms:|^alias/|^[0-9a-f]{8}-|^mrk-")
_AWS_MANAGES: Final = re.compile(r"(^|:)alias/aws/")


def region_of(view: View, resource: Resource) -> str | None:
    """The region a resource is in, one without a name where nothing states it; ``None`` for worldwide ones."""
    at = view.location(resource)
    if at is None or at.region == GLOBAL:
        return None
    provider = view.graph.provider_of(resource)
    return at.region or (provider and _told_by_zones(view).get(provider.urn)) or UNNAMED


@once_per_view
def _told_by_zones(view: View) -> dict[str, str]:
    """The region of each provider that states none itself, by the zones that the program names."""
    found: dict[str, str] = {}
    for subnet in view.graph.of_type(*SUBNETS):
        match = _ZONE_NAME.match(view.text(subnet, "availabilityZone") or "")
        provider = view.graph.provider_of(subnet)
        if match and provider and "availabilityZone" not in subnet.assumed:
            found.setdefault(provider.urn, match[1])
    return found


def site(view: View, resource: Resource) -> str | None:
    """The site a resource belongs to, such as ``aws/eu-west-1``."""
    region = region_of(view, resource)
    return f"aws/{region}" if region else None


def account(view: View, resource: Resource) -> Domain:
    """The account a resource is in. A provider that names none is one set of credentials, hence one account."""
    at = view.location(resource)
    return domains.account("aws", (at and at.account) or UNNAMED)


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
    return f" in {region}" if region and region != UNNAMED else ""


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
    lone = _with_the_way_out(view, region_of(view, resource))
    return stores.standing(resource, tuple(sorted(candidates, key=lambda one: one in lone)), count)


@once_per_view
def _with_the_way_out(view: View, region: str | None) -> frozenset[Domain]:
    """The zone in which all NAT gateways of a region stand, where that is one.

    A copy that may be in any zone is taken to be in another: both in one would let the loss of the others pass.
    """
    gateways = [one for one in view.graph.of_type(NAT) if region_of(view, one) == region]
    zones = frozenset(zone for one in gateways for zone in zones_of(view, view.refs(one, "subnetId", *SUBNETS)) or ())
    return zones if len(zones) == 1 else frozenset()


def key(view: View, resource: Resource, name: str = "kmsKeyId") -> tuple[Domain, ...]:
    """The customer's own key that encrypts a resource.

    One that AWS manages nobody can disable or delete, so that it is no domain
    (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html, "AWS managed keys"; read 2026-11).
    """
    found = keys_of(view, resource, name)
    if found:
        return (key_domain(view, found[0]),)
    stated = _stated_key(resource, name)
    region = region_of(view, resource)
    return (Domain(DomainKind.KEY, stated, (domains.region("aws", region),) if region else ()),) if stated else ()


def keys_of(view: View, resource: Resource, name: str) -> tuple[Resource, ...]:
    """The keys of this graph that a property leads to, itself or by an alias."""
    found = view.refs(resource, name, *KEYS)
    return found or tuple(k for a in view.refs(resource, name, ALIAS) for k in view.refs(a, "targetKeyId", *KEYS))


def _stated_key(resource: Resource, name: str) -> str | None:
    """A key of elsewhere that the program names. What a provider filled in, AWS chose."""
    texts = strings(resource.inputs.get(name))
    return next((text for text in texts if _KEY.search(text) and not is_of_aws(text)), None)


def is_of_aws(text: str) -> bool:
    """Whether a text names a key that AWS manages."""
    return bool(_AWS_MANAGES.search(text))


def left_to_aws(view: View, resource: Resource, name: str) -> bool:
    """Whether a resource that is encrypted surely is so under a key that AWS manages."""
    said = resource.inputs.get(name)
    if said is None:
        return not view.linked(resource, name)
    return any(map(is_of_aws, strings(said)))


def unkeyed(view: View, resource: Resource, name: str = "kmsKeyId") -> bool:
    """Whether no key is named, and none is known by which it runs already."""
    return resource.inputs.get(name) is None and not view.linked(resource, name) and view.text(resource, name) is None


def key_elsewhere(view: View, resource: Resource, name: str = "kmsKeyId") -> tuple[str, str] | None:
    """The region of the key of a resource and its own, where they differ: a key works in its own region alone."""
    return apart(region_of(view, resource), _regions_of_keys(view, resource, name))


def apart(here: str | None, regions: Iterable[str | None]) -> tuple[str, str] | None:
    """The first region of a key and ``here``, where the key's is surely none that works there."""
    known = list(regions)
    return (known[0], here) if known and known[0] and here and None not in known and here not in known else None


def _regions_of_keys(view: View, resource: Resource, name: str) -> list[str | None]:
    if found := keys_of(view, resource, name):
        return [region_of(view, key) for key in found]
    stated = _stated_key(resource, name)
    return regions_of_text(view, stated) if stated else []


def regions_of_text(view: View, stated: str) -> list[str | None]:
    """The regions of the keys that a text names."""
    return [region_of(view, key) for key in view.named(stated, KEYS)] or [arn_parts(stated)[0]]


def shuts_out(view: View, key: Resource, other: str) -> bool:
    """Whether the policy of a key, as far as it is stated, lets nobody of another account use it."""
    policies = [view.value(key, "policy"), *(view.value(row, "policy") for row in view.users(key, KEY_POLICY, "keyId"))]
    stated = [as_json(policy) for policy in policies if policy is not None]
    if not stated or None in stated or view.users(key, GRANT, "keyId"):
        return False
    return not any(admits(policy, other, "kms:CreateGrant", "kms:Decrypt") for policy in stated)


def admits(policy: Value, account: str, *actions: str) -> bool:
    """Whether a resource's policy allows an account any of some actions; what is not known may."""
    for row in as_rows(as_row(policy).get("Statement")):
        who = row.get("Principal")
        known = list(strings(who))
        named = not known or any(text == "*" or account in text for text in known)
        listed = list(strings(row.get("Action")))
        asked = not listed or any(fnmatch(action.lower(), text.lower()) for text in listed for action in actions)
        if row.get("Effect") == "Allow" and named and asked:
            return True
    return False


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
