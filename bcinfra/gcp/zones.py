"""Which zones a region has, by name. Unlike AWS's, a Google Cloud zone's name means the same to every customer."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

AS_OF: Final = "2025-10"
"""The state of the table. Source: Compute Engine, regions and zones
(cloud.google.com/compute/docs/regions-zones)."""

_USUAL: Final = (
    "africa-south1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2"
    " asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2 europe-north1"
    " europe-north2 europe-southwest1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9"
    " europe-west10 europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2"
    " northamerica-south1 southamerica-east1 southamerica-west1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3"
    " us-west4"
)
_LETTERS: Final = MappingProxyType(
    {
        **dict.fromkeys(_USUAL.split(), "abc"),
        "asia-east1": "abc",
        "europe-west1": "bcd",
        "us-central1": "abcf",
        "us-east1": "bcd",
    }
)

ZONES: Final = MappingProxyType(
    {region: tuple(f"{region}-{letter}" for letter in letters) for region, letters in _LETTERS.items()}
)
"""Zone names by region."""


def zone_names(region: str, count: int = 3) -> tuple[str, ...]:
    """The first ``count`` zones of ``region``. Raises ``ValueError`` when it has fewer, or is not in the table."""
    if region not in ZONES:
        near = get_close_matches(region, ZONES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "name its zones yourself"
        raise ValueError(f"no zones known for region {region!r} (table of {AS_OF}); {hint}")
    found = ZONES[region]
    if not 1 <= count <= len(found):
        raise ValueError(f"{region} has {len(found)} zones, {count} asked; allowed: 1 to {len(found)}")
    return found[:count]


def problems(region: str, zones: tuple[str, ...]) -> list[str]:
    """What is wrong with ``zones`` as the zones of a tier or store in ``region``: fewer than two, or elsewhere."""
    found = [f"zones: {zone!r} is not in {region}" for zone in zones if zone.rpartition("-")[0] != region]
    if len(set(zones)) < 2 or len(set(zones)) < len(zones):
        found.append(f"zones: {list(zones)} are not two or more different zones")
    return found
