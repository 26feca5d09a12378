"""Which availability zones a region has, by id.

A zone *id* (``euw1-az1``) names the same buildings in every account; a zone *name* (``eu-west-1a``) does not. Zones
are spread by id, so that two accounts can be told to share a zone or to avoid one another's.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

AS_OF: Final = "2025-10"
"""The state of the table. Source: AWS Regions and Availability Zones
(docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html)."""

_CODES: Final = MappingProxyType(
    {
        "af-south-1": ("afs1", (1, 2, 3)),
        "ap-east-1": ("ape1", (1, 2, 3)),
        "ap-east-2": ("ape2", (1, 2, 3)),
        "ap-northeast-1": ("apne1", (1, 2, 4)),  # apne1-az3 takes no new customers
        "ap-northeast-2": ("apne2", (1, 2, 3, 4)),
        "ap-northeast-3": ("apne3", (1, 2, 3)),
        "ap-south-1": ("aps1", (1, 2, 3)),
        "ap-south-2": ("aps2", (1, 2, 3)),
        "ap-southeast-1": ("apse1", (1, 2, 3)),
        "ap-southeast-2": ("apse2", (1, 2, 3)),
        "ap-southeast-3": ("apse3", (1, 2, 3)),
        "ap-southeast-4": ("apse4", (1, 2, 3)),
        "ap-southeast-5": ("apse5", (1, 2, 3)),
        "ap-southeast-6": ("apse6", (1, 2, 3)),
        "ap-southeast-7": ("apse7", (1, 2, 3)),
        "ca-central-1": ("cac1", (1, 2, 4)),
        "ca-west-1": ("caw1", (1, 2, 3)),
        "eu-central-1": ("euc1", (1, 2, 3)),
        "eu-central-2": ("euc2", (1, 2, 3)),
        "eu-north-1": ("eun1", (1, 2, 3)),
        "eu-south-1": ("eus1", (1, 2, 3)),
        "eu-south-2": ("eus2", (1, 2, 3)),
        "eu-west-1": ("euw1", (1, 2, 3)),
        "eu-west-2": ("euw2", (1, 2, 3)),
        "eu-west-3": ("euw3", (1, 2, 3)),
        "il-central-1": ("ilc1", (1, 2, 3)),
        "me-central-1": ("mec1", (1, 2, 3)),
        "me-south-1": ("mes1", (1, 2, 3)),
        "mx-central-1": ("mxc1", (1, 2, 3)),
        "sa-east-1": ("sae1", (1, 2, 3)),
        "us-east-1": ("use1", (1, 2, 4, 5, 6, 3)),  # use1-az3 is last: it lacks the newer instance types
        "us-east-2": ("use2", (1, 2, 3)),
        "us-west-1": ("usw1", (1, 3)),
        "us-west-2": ("usw2", (1, 2, 3, 4)),
    }
)

ZONES: Final = MappingProxyType(
    {region: tuple(f"{code}-az{n}" for n in numbers) for region, (code, numbers) in _CODES.items()}
)
"""Zone ids by region, the ones to take first in front."""


def _known(region: str) -> str:
    if region in _CODES:
        return region
    near = get_close_matches(region, _CODES, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "name its zone ids yourself"
    raise ValueError(f"no zones known for region {region!r} (table of {AS_OF}); {hint}")


def code(region: str) -> str:
    """The short code of a region: ``euw1`` for ``eu-west-1``. Raises ``ValueError`` for a region not in the table."""
    return _CODES[_known(region)][0]


def zone_ids(region: str, count: int = 3) -> tuple[str, ...]:
    """The first ``count`` zone ids of ``region``. Raises ``ValueError`` when it has fewer, or is not in the table."""
    zones = ZONES[_known(region)]
    if not 1 <= count <= len(zones):
        raise ValueError(f"{region} has {len(zones)} zones for a new subnet, {count} asked; allowed: 1 to {len(zones)}")
    return zones[:count]


def number(zone_id: str) -> int:
    """The number of a zone within its region: 2 for ``euw1-az2``. Raises ``ValueError`` when it is not a zone id."""
    if found := re.fullmatch(r"[a-z]{3,6}\d-az(\d)", zone_id):
        return int(found[1])
    hint = "; that is a zone name: use its id, which means the same in every account" if zone_id[-1:].isalpha() else ""
    raise ValueError(f"{zone_id!r} is not a zone id such as 'euw1-az1'{hint}")
