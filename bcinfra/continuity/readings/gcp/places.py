"""Where Google Cloud resources stand: regions, zones, projects, control planes, keys."""

from __future__ import annotations

import re
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import UNNAMED, Domain, DomainKind
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.places import Place, google_zone as zone, last
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.traits import having, loses
from bcinfra.continuity.readings.base.view import View, as_text, strings
from bcinfra.graph.core.model import Resource
from bcinfra.places import regions
from bcinfra.places.world import multi_region

KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
KEY_RING: Final = "gcp:kms/keyRing:KeyRing"
KEY_PERMISSIONS: Final = (
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding",
)

PROVIDER: Final = domains.provider("gcp")
WORLDWIDE_CONTROL: Final = Domain(DomainKind.GLOBAL_CONTROL_PLANE, "gcp/global", (PROVIDER,))
"""What worldwide resources (load balancers, DNS, secrets) are changed through; on 2025-06-12 it failed as one."""

_REGION: Final = re.compile(r"^[a-z]+-[a-z]+\d+$")
_ZONE: Final = re.compile(r"^([a-z]+-[a-z]+\d+)-[a-z]$")
_PART_OF_PATH: Final = re.compile(r"/(?:regions|zones|locations)/([^/]+)")
_KEY_AT: Final = re.compile(r"^gcp/([^/]+)/")
_USUAL: Final = "abc"
"""The letters of the zones of a region that the table does not have."""


def location(view: View, resource: Resource) -> str | None:
    """What a resource says of its place (a zone, a region or a multi-region), else the provider's region."""
    for name in ("zone", "region", "location"):
        if text := view.text(resource, name):
            return last(text).lower()
    if isinstance(resource.id, str) and (match := _PART_OF_PATH.search(resource.id)):
        return match[1].lower()
    provider = view.graph.provider_of(resource)
    if provider is None:
        return None
    return as_text(provider.inputs.get("region")) or as_text(provider.inputs.get("zone"))


def region_of(view: View, resource: Resource) -> str | None:
    """The region of a zonal or regional resource; ``None`` for a multi-region and where it is not known."""
    return region_name(location(view, resource))


def region_name(text: str | None) -> str | None:
    """The region in the name of a region or a zone."""
    text = last(text or "").lower()
    if match := _ZONE.match(text):
        return match[1]
    return text if _REGION.match(text) else None


def site(view: View, resource: Resource) -> str | None:
    """The site a resource belongs to, such as ``gcp/europe-west1``."""
    region = region_of(view, resource)
    return f"gcp/{region}" if region else None


def project(view: View, resource: Resource) -> Domain:
    """The project a resource is in: one bill, one set of administrators."""
    at = view.location(resource)
    stated = view.text(resource, "project")
    return domains.account("gcp", stated or (at and at.account) or UNNAMED)


def place(view: View, resource: Resource) -> Place:
    """Site and homes of a zonal or regional resource; in a region without a name where nothing states it."""
    owner = project(view, resource)
    if location(view, resource) is None:
        return {"site": f"gcp/{UNNAMED}", "homes": (domains.region("gcp", UNNAMED), owner)}
    return placed(region_of(view, resource), owner)


def placed(where: str | None, owner: Domain) -> Place:
    """Site and homes in a region, in a multi-region (of no site), or somewhere in Google Cloud."""
    region = region_name(where)
    if region:
        return {"site": f"gcp/{region}", "homes": (domains.region("gcp", region), owner)}
    multi = multi_region(where or "")
    around = (Domain(DomainKind.GEOGRAPHY, multi.geography),) if multi else ()
    return {"site": None, "homes": (*around, PROVIDER, owner)}


def worldwide(view: View, resource: Resource, *homes: Domain) -> Place:
    """The place of what Google Cloud serves from everywhere."""
    return {"site": None, "homes": (*(homes or (PROVIDER,)), project(view, resource)), "everywhere": True}


def control_plane(view: View, resource: Resource) -> tuple[Domain, ...]:
    """What launching and changing a regional resource needs."""
    return control_of(region_of(view, resource))


def control_of(region: str | None) -> tuple[Domain, ...]:
    return (domains.control_plane("gcp", region),) if region else ()


def where(view: View, resource: Resource) -> str:
    """The region in words, for labels."""
    region = region_of(view, resource)
    return f" in {region}" if region else ""


def zones(names: object) -> tuple[Domain, ...]:
    """The zones among texts, sorted."""
    found = {zone(text) for text in strings(names)}  # pyright: ignore[reportArgumentType]
    return tuple(sorted(z for z in found if z))


def region_zones(region: str | None) -> tuple[Domain, ...] | None:
    """All zones of a region; ``None`` where the region is not known."""
    if not region or not _REGION.match(region):
        return None
    known = regions.zones(region) or tuple(f"{region}-{letter}" for letter in _USUAL)
    return tuple(domains.zone("gcp", region, name) for name in known)


def keys(view: View, resource: Resource, *names: str) -> tuple[Domain, ...]:
    """The keys that encrypt a resource. Google's own keys fail with the service, so they are no domain."""
    found: dict[Domain, None] = {}
    for name in names:
        linked = [*view.refs(resource, name, KEY), *_by_permission(view, resource, name)]
        for key in linked:
            found[key_domain(view, key)] = None
        texts = (text for text in strings(view.value(resource, name)) if "/cryptoKeys/" in text)
        for text in texts if not linked else ():
            found[_named_key(text)] = None
    return tuple(found)


def key_elsewhere(view: View, resource: Resource, name: str) -> tuple[str, str] | None:
    """The region of the key of a resource and its own, where they differ: a key works where it is alone."""
    here = region_of(view, resource)
    named = (_KEY_AT.match(key.name) for key in keys(view, resource, name))
    found = [region for match in named if match and (region := region_name(match[1]))]
    return (found[0], here) if found and here and here not in found else None


def _by_permission(view: View, resource: Resource, name: str) -> list[Resource]:
    """Keys that a resource waits to be permitted."""
    granted = (r for r in view.linked(resource, name) if r.type in KEY_PERMISSIONS)
    return [key for row in granted for key in view.refs(row, "cryptoKeyId", KEY)]


def key_domain(view: View, key: Resource) -> Domain:
    """The failure domain of a key: destroyed or disabled, what it encrypts cannot be read."""
    ring = view.ref(key, "keyRing", KEY_RING)
    return _key_at(view.text(ring, "location") if ring else None, key.name)


def _named_key(text: str) -> Domain:
    match = _PART_OF_PATH.search(text)
    return _key_at(match[1] if match else None, last(text))


def _key_at(where: str | None, name: str) -> Domain:
    """A key of a region, or of a multi-region, which is lost with all of it alone."""
    region, around = region_name(where), multi_region(where or "")
    if region:
        return Domain(DomainKind.KEY, f"gcp/{region}/{name}", (domains.region("gcp", region),))
    inside = (Domain(DomainKind.GEOGRAPHY, around.geography), PROVIDER) if around else (PROVIDER,)
    return Domain(DomainKind.KEY, f"gcp/{where or 'global'}/{name}", inside)


READINGS: Final = {
    KEY: setting(
        "encryption key",
        "without it what it encrypts cannot be read",
        having(reasons.KEYS, replacement=loses("encryption key", "keyRing name purpose")),
    ),
    KEY_RING: setting("key ring", "where its keys are kept", reasons.KEYS),
    **{
        token: setting("permission on a key", "which key a resource waits for", reasons.PERMISSIONS)
        for token in KEY_PERMISSIONS
    },
}
