"""The regions a site may be in, and how their zone ids begin."""

from __future__ import annotations

import re
from typing import Final

# The commercial, China and GovCloud partitions as pulumi-aws 7.51 lists them (2026-11-24).
AWS_REGIONS: Final = tuple(
    f"{area}-{place}"
    for area, places in {
        "af": "south-1",
        "ap": "east-1 east-2 northeast-1 northeast-2 northeast-3 south-1 south-2 southeast-1"
        " southeast-2 southeast-3 southeast-4 southeast-5 southeast-6 southeast-7",
        "ca": "central-1 west-1",
        "cn": "north-1 northwest-1",
        "eu": "central-1 central-2 north-1 south-1 south-2 west-1 west-2 west-3",
        "il": "central-1",
        "me": "central-1 south-1",
        "mx": "central-1",
        "sa": "east-1",
        "us": "east-1 east-2 gov-east-1 gov-west-1 west-1 west-2",
    }.items()
    for place in places.split()
)

# Compute Engine, regions and zones (https://cloud.google.com/compute/docs/regions-zones, 2025-10).
GCP_REGIONS: Final = tuple(
    f"{area}-{place}"
    for area, places in {
        "africa": "south1",
        "asia": "east1 east2 northeast1 northeast2 northeast3 south1 south2 southeast1 southeast2",
        "australia": "southeast1 southeast2",
        "europe": "central2 north1 north2 southwest1 west1 west2 west3 west4 west6 west8 west9 west10 west12",
        "me": "central1 central2 west1",
        "northamerica": "northeast1 northeast2 south1",
        "southamerica": "east1 west1",
        "us": "central1 east1 east4 east5 south1 west1 west2 west3 west4",
    }.items()
    for place in places.split()
)

_DIRECTION: Final = re.compile("north|south|east|west|central")


def zone_prefix(region: str) -> str:
    """How the zone ids of an AWS region begin: ``euw1`` for ``eu-west-1``, ``usgw1`` for ``us-gov-west-1``."""
    area, *middle, number = region.split("-")
    return area + "".join("".join(d[0] for d in _DIRECTION.findall(word)) or word[0] for word in middle) + number
