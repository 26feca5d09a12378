"""Parts of the world: which countries lie in them, and what vendors spread over a whole one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

_COUNTRIES: Final = {
    "Africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW"
    " MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW",
    "Asia-Pacific": "AF AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN JP KG KH KI KP KR KZ LA LK MH MM MN MO MP MV MY"
    " NC NF NP NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UM UZ VN VU WF WS",
    "Europe": "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD"
    " ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    "Middle East": "AE AM AZ BH GE IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    "North America": "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM"
    " PR SV SX TC TT US VC VG VI",
    "South America": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
}
GEOGRAPHIES: Final[Mapping[str, str]] = MappingProxyType(
    {code: geography for geography, codes in _COUNTRIES.items() for code in codes.split()}
)
"""Part of the world by ISO 3166 code of the country. Where one disaster, grid or law may reach all of it; the borders
are judgement."""


@dataclass(frozen=True, slots=True)
class MultiRegion:
    """What Google Cloud spreads over a part of the world."""

    bucket: Literal["asia", "eu", "us"]
    """As a location of Cloud Storage."""
    key: str
    """As a location of Cloud KMS."""
    area: str
    """How the names of its regions begin."""
    geography: str


MULTI_REGIONS: Final = (
    MultiRegion("asia", "asia", "asia", "Asia-Pacific"),
    MultiRegion("eu", "europe", "europe", "Europe"),
    MultiRegion("us", "us", "us", "North America"),
)
"""Source: Cloud Storage, bucket locations; Cloud KMS, locations (cloud.google.com, 2025-07)."""

_BY_NAME: Final = {name: multi for multi in MULTI_REGIONS for name in (multi.bucket, multi.key)}
_BY_AREA: Final = {multi.area: multi for multi in MULTI_REGIONS}


def multi_region(location: str) -> MultiRegion | None:
    """The multi-region that a location names, of buckets or of keys; ``None`` where it names none."""
    return _BY_NAME.get(location.lower())


def multi_region_around(region: str) -> MultiRegion | None:
    """The multi-region that lies around a region of Google Cloud; ``None`` where there is none."""
    return _BY_AREA.get(region.partition("-")[0])
