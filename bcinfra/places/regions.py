"""What is asked of the table of regions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import count
from typing import Final

from bcinfra.places.place import Cloud
from bcinfra.places.table import HUBS, REGIONS, SOURCES, zone_prefix
from bcinfra.places.world import MultiRegion, multi_region_around

_GEOGRAPHY_BY_AREA: Final = {row.name.split("-", 1)[0]: row.geography for row in REGIONS.values()}
_NEXT: Final = {"Africa": "Europe", "Middle East": "Europe", "South America": "North America"}
"""Where the lines lead from parts of the world that have no two regions of a vendor."""
_SIDES: Final = frozenset({"northern", "southern", "eastern", "western", "north", "south", "east", "west"})
"""What of an area's name says no more than where in it."""
_ZONE_ID: Final = re.compile(r"[a-z]{3,6}\d-az(\d)")


def names(cloud: Cloud) -> tuple[str, ...]:
    """The regions of ``cloud`` that a site may be in, in order."""
    return tuple(name for name, row in REGIONS.items() if row.cloud == cloud and not row.isolated)


def suggestion(cloud: Cloud, text: str) -> str | None:
    """The region of ``cloud`` that ``text`` may mean: a name like it, its city or country, the other vendor's near it;
    ``None`` where nothing is near.
    """
    known = names(cloud)
    by_area = {REGIONS[name].area.casefold(): name for name in reversed(known)}
    if area := get_close_matches(text.casefold(), by_area, n=1, cutoff=0.8):
        return by_area[area[0]]
    if other := REGIONS.get(text):
        near = (name for name in known if name == other.near or REGIONS[name].near == text)
        return next(near, None)
    return next(iter(get_close_matches(text.casefold(), known, n=1)), None)


def geography(region: str) -> str | None:
    """The part of the world that a region lies in, of one not in the table as of others whose names begin like it;
    ``None`` where its name does not tell.
    """
    row = REGIONS.get(region)
    return row.geography if row else _GEOGRAPHY_BY_AREA.get(region.split("-", 1)[0])


def nearest(cloud: str, region: str) -> str | None:
    """The region of Google Cloud that a place is nearest to; ``None`` where that is not known."""
    row = REGIONS.get(region)
    return region if cloud == "gcp" else row and row.near


def home(cloud: Cloud) -> str:
    """The region to begin with where nobody says which."""
    return HUBS[cloud]["Europe"][0]


def neighbour(cloud: Cloud, region: str) -> str:
    """The region to stand by in for ``region``: its partner, the same country's, then one of the same part of the
    world or of the next. No law is asked: where data may be is the customer's to say. Raises ``KeyError``.
    """
    row = REGIONS[region]
    if row.partner:
        return row.partner
    hubs = HUBS[cloud].get(row.geography) or HUBS[cloud][_NEXT[row.geography]]
    country = [
        name for name in names(cloud) if REGIONS[name].country == row.country and partition(name) == partition(region)
    ]
    apart = [name for name in country if name != region and len(REGIONS[name].zones) >= 3]
    return next(iter([*(name for name in hubs if name in apart), *apart, *(name for name in hubs if name != region)]))


def overseas(cloud: Cloud, *used: str) -> str:
    """The region to keep copies in on another continent than the regions in use, the first of which is the primary; of
    a partition of its own, its other region. Raises ``KeyError``.
    """
    if partition(used[0]):
        return neighbour(cloud, used[0])
    geographies = {REGIONS[region].geography for region in used}
    return next(HUBS[cloud][each][0] for each in ("North America", *HUBS[cloud]) if each not in geographies)


def free(cloud: Cloud, region: str, used: Iterable[str]) -> tuple[str | None, str | None]:
    """Regions to stand by in for ``region`` that are not ``used``: one of the same part of the world, one of another;
    ``None`` where there is none, or where laws keep data in a partition.
    """
    row, used = REGIONS.get(region), frozenset(used)
    if row is None or partition(region):
        return None, None
    near = [name for name in HUBS[cloud].get(row.geography, ()) if name not in used]
    others = dict.fromkeys(("North America", *HUBS[cloud]))
    far = [name for each in others if each != row.geography for name in HUBS[cloud].get(each, ()) if name not in used]
    return next(iter(near), None), next(iter(far), None)


def site_name(region: str, used: list[str]) -> str:
    """A name for a site in ``region``, by what lies there: ``virginia``; none of those ``used``."""
    plain = unicodedata.normalize("NFKD", REGIONS[region].area).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    name = "-".join(word for word in words if word not in _SIDES) or "-".join(words)
    return next(each for n in count(1) if (each := f"{name}-{n}" if n > 1 else name) not in used)


def partition(region: str) -> str:
    """How the names of a partition's regions begin, where accounts of the others do not reach them."""
    return next((prefix for prefix in ("cn-", "us-gov-") if region.startswith(prefix)), "")


# -- zones ------------------------------------------------------------------------------------------------------------


def zones(region: str) -> tuple[str, ...]:
    """The zones of ``region`` that are open to new customers; empty where they are not known."""
    row = REGIONS.get(region)
    return row.zones if row else ()


def first_zones(cloud: Cloud, region: str, count: int = 3) -> tuple[str, ...]:
    """The ``count`` zones of ``region`` to take first.

    Raises ``ValueError`` where it has fewer, or is not in the table.
    """
    found = zones(region)
    if not found or REGIONS[region].cloud != cloud:
        near = suggestion(cloud, region)
        hint = f"did you mean {near!r}?" if near else "name its zones yourself"
        raise ValueError(f"no zones known for region {region!r} (table of {SOURCES[cloud].as_of}); {hint}")
    if not 1 <= count <= len(found):
        raise ValueError(
            f"{region} has {len(found)} zones open to new customers, {count} asked; allowed: 1 to {len(found)}"
        )
    return found[:count]


def in_region(cloud: Cloud, region: str, zone: str) -> bool:
    """Whether ``zone`` is named as a zone of ``region`` is, in the table or not."""
    if cloud == "aws":
        prefix, number = f"{zone_prefix(region)}-az", str.isdigit
    else:
        prefix, number = f"{region}-", str.isalpha
    return zone.startswith(prefix) and number(zone.removeprefix(prefix))


def zone_number(zone_id: str) -> int:
    """The number of an AWS zone within its region: 2 for ``euw1-az2``. Raises ``ValueError`` where it is no zone id."""
    if found := _ZONE_ID.fullmatch(zone_id):
        return int(found[1])
    hint = "; that is a zone name: use its id, which means the same in every account" if zone_id[-1:].isalpha() else ""
    raise ValueError(f"{zone_id!r} is not a zone id such as 'euw1-az1'{hint}")


# -- buckets of two regions -------------------------------------------------------------------------------------------


def pair(primary: str, others: Iterable[str]) -> tuple[MultiRegion, frozenset[str]]:
    """The multi-region and the two regions that keep what ``primary`` writes, best one of ``others``.

    Raises ``ValueError`` where Cloud Storage pairs ``primary`` with nothing.
    """
    around = multi_region_around(primary)
    partner = _partner(primary)
    if around is None or partner is None:
        known = ", ".join(sorted(name for name, row in REGIONS.items() if row.partner))
        raise ValueError(f"Cloud Storage keeps no bucket in {primary} and another region; allowed: {known}")
    near = (name for name in others if _partner(name) and name != primary and multi_region_around(name) == around)
    return around, frozenset({primary, next(near, partner)})


def is_paired(region: str) -> bool:
    """Whether Cloud Storage keeps buckets in ``region`` and another one."""
    return _partner(region) is not None and multi_region_around(region) is not None


def _partner(region: str) -> str | None:
    row = REGIONS.get(region)
    return row and row.partner
