"""The one table of regions: what a vendor says of each, and what lies near it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bcinfra.places.place import Cloud
from bcinfra.places.world import GEOGRAPHIES


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so, and when that was read."""

    url: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of a cloud vendor."""

    cloud: Cloud
    name: str
    country: str
    """ISO 3166 code."""
    area: str
    """City or part of the country, as the vendor names it."""
    zones: tuple[str, ...]
    """Zones open to new customers, the ones to take first in front; ids at AWS. Empty where they are not known."""
    near: str | None = None
    """The other vendor's region in the same city or the next one; judgement."""
    partner: str | None = None
    """The region that a bucket of two regions has beside this one: near, in the same multi-region, and one that Cloud
    Storage pairs (cloud.google.com/storage/docs/locations, 2025-07)."""
    isolated: bool = False
    """Whether only the customers of a partition of its own see it (secret, sovereign): no site of a shop is there."""
    doubt: str = ""
    """What of this row its source does not say."""

    @property
    def geography(self) -> str:
        """The part of the world it lies in."""
        return GEOGRAPHIES[self.country]

    @property
    def source(self) -> Source:
        """Where the row's zones, country and area come from."""
        return SOURCES[self.cloud]


SOURCES: Final[Mapping[Cloud, Source]] = MappingProxyType(
    {
        "aws": Source(
            "docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html", "2025-10"
        ),
        "gcp": Source("cloud.google.com/compute/docs/regions-zones", "2025-10"),
    }
)

_DIRECTION: Final = re.compile("north|south|east|west|central")


def zone_prefix(region: str) -> str:
    """How the zone ids of an AWS region begin: ``euw1`` for ``eu-west-1``, ``usgw1`` for ``us-gov-west-1``."""
    area, *middle, number = region.split("-")
    return area + "".join("".join(d[0] for d in _DIRECTION.findall(word)) or word[0] for word in middle) + number


def _aws(
    name: str,
    country: str,
    area: str,
    near: str | None = None,
    zones: tuple[int, ...] = (1, 2, 3),
    *,
    doubt: str = "",
) -> Region:
    ids = tuple(f"{zone_prefix(name)}-az{number}" for number in zones)
    return Region(cloud="aws", name=name, country=country, area=area, zones=ids, near=near, doubt=doubt)


def _isolated(name: str, country: str, area: str = "") -> Region:
    doubt = "its vendor tells neither zones nor, but for the country, the place"
    return Region(cloud="aws", name=name, country=country, area=area, zones=(), isolated=True, doubt=doubt)


def _gcp(name: str, country: str, area: str, partner: str | None = None, zones: str = "abc") -> Region:
    names = tuple(f"{name}-{letter}" for letter in zones)
    return Region(cloud="gcp", name=name, country=country, area=area, zones=names, partner=partner)


_ENDPOINTS: Final = "zone ids as the endpoints of services list them (EMR Serverless, MemoryDB; read 2026-11)"

_ROWS: Final = (
    _aws("af-south-1", "ZA", "Cape Town", "africa-south1"),
    _aws("ap-east-1", "HK", "Hong Kong", "asia-east2"),
    _aws("ap-east-2", "TW", "Taipei", "asia-east1"),
    _aws("ap-northeast-1", "JP", "Tokyo", "asia-northeast1", (1, 2, 4)),  # apne1-az3 takes no new customers
    _aws("ap-northeast-2", "KR", "Seoul", "asia-northeast3", (1, 2, 3, 4)),
    _aws("ap-northeast-3", "JP", "Osaka", "asia-northeast2"),
    _aws("ap-south-1", "IN", "Mumbai", "asia-south1"),
    _aws("ap-south-2", "IN", "Hyderabad", "asia-south1"),
    _aws("ap-southeast-1", "SG", "Singapore", "asia-southeast1"),
    _aws("ap-southeast-2", "AU", "Sydney", "australia-southeast1"),
    _aws("ap-southeast-3", "ID", "Jakarta", "asia-southeast2"),
    _aws("ap-southeast-4", "AU", "Melbourne", "australia-southeast2"),
    _aws("ap-southeast-5", "MY", "Malaysia", "asia-southeast1"),
    _aws("ap-southeast-6", "NZ", "New Zealand", "australia-southeast1"),
    _aws("ap-southeast-7", "TH", "Thailand", "asia-southeast1"),
    _aws("ca-central-1", "CA", "Montreal", "northamerica-northeast1", (1, 2, 4)),
    _aws("ca-west-1", "CA", "Calgary", "us-west1"),
    _aws("cn-north-1", "CN", "Beijing", zones=(1, 2, 4), doubt=_ENDPOINTS),  # cnn1-az4 lacks many services
    _aws("cn-northwest-1", "CN", "Ningxia", doubt=_ENDPOINTS),
    _aws("eu-central-1", "DE", "Frankfurt", "europe-west3"),
    _aws("eu-central-2", "CH", "Zurich", "europe-west6"),
    _aws("eu-north-1", "SE", "Stockholm", "europe-north2"),
    _aws("eu-south-1", "IT", "Milan", "europe-west8"),
    _aws("eu-south-2", "ES", "Spain", "europe-southwest1"),
    _aws("eu-west-1", "IE", "Dublin", "europe-west2"),
    _aws("eu-west-2", "GB", "London", "europe-west2"),
    _aws("eu-west-3", "FR", "Paris", "europe-west9"),
    _aws("il-central-1", "IL", "Tel Aviv", "me-west1"),
    _aws("me-central-1", "AE", "United Arab Emirates", "me-central1"),
    _aws("me-south-1", "BH", "Bahrain", "me-central2"),
    _aws("mx-central-1", "MX", "Mexico", "northamerica-south1"),
    _aws("sa-east-1", "BR", "São Paulo", "southamerica-east1"),
    _aws(
        "us-east-1", "US", "Northern Virginia", "us-east4", (1, 2, 4, 5, 6, 3)
    ),  # use1-az3 is last: it lacks the newer instance types
    _aws("us-east-2", "US", "Ohio", "us-east5"),
    _aws("us-gov-east-1", "US", "GovCloud East", doubt=_ENDPOINTS),
    _aws("us-gov-west-1", "US", "GovCloud West", doubt=_ENDPOINTS),
    _aws("us-west-1", "US", "Northern California", "us-west2", (1, 3)),
    _aws("us-west-2", "US", "Oregon", "us-west1", (1, 2, 3, 4)),
    _isolated("eu-isoe-west-1", "GB"),
    _isolated("eusc-de-east-1", "DE", "Brandenburg"),
    _isolated("us-iso-east-1", "US"),
    _isolated("us-iso-west-1", "US"),
    _isolated("us-isob-east-1", "US"),
    _isolated("us-isob-west-1", "US"),
    _isolated("us-isof-east-1", "US"),
    _isolated("us-isof-south-1", "US"),
    _gcp("africa-south1", "ZA", "Johannesburg"),
    _gcp("asia-east1", "TW", "Changhua", "asia-southeast1"),
    _gcp("asia-east2", "HK", "Hong Kong"),
    _gcp("asia-northeast1", "JP", "Tokyo", "asia-northeast2"),
    _gcp("asia-northeast2", "JP", "Osaka", "asia-northeast1"),
    _gcp("asia-northeast3", "KR", "Seoul"),
    _gcp("asia-south1", "IN", "Mumbai"),
    _gcp("asia-south2", "IN", "Delhi"),
    _gcp("asia-southeast1", "SG", "Singapore", "asia-east1"),
    _gcp("asia-southeast2", "ID", "Jakarta"),
    _gcp("australia-southeast1", "AU", "Sydney"),
    _gcp("australia-southeast2", "AU", "Melbourne"),
    _gcp("europe-central2", "PL", "Warsaw", "europe-west3"),
    _gcp("europe-north1", "FI", "Hamina", "europe-west4"),
    _gcp("europe-north2", "SE", "Stockholm"),
    _gcp("europe-southwest1", "ES", "Madrid", "europe-west9"),
    _gcp("europe-west1", "BE", "Saint-Ghislain", "europe-west4", "bcd"),
    _gcp("europe-west2", "GB", "London"),
    _gcp("europe-west3", "DE", "Frankfurt", "europe-west4"),
    _gcp("europe-west4", "NL", "Eemshaven", "europe-west1"),
    _gcp("europe-west6", "CH", "Zurich"),
    _gcp("europe-west8", "IT", "Milan", "europe-west3"),
    _gcp("europe-west9", "FR", "Paris", "europe-west1"),
    _gcp("europe-west10", "DE", "Berlin"),
    _gcp("europe-west12", "IT", "Turin"),
    _gcp("me-central1", "QA", "Doha"),
    _gcp("me-central2", "SA", "Dammam"),
    _gcp("me-west1", "IL", "Tel Aviv"),
    _gcp("northamerica-northeast1", "CA", "Montreal"),
    _gcp("northamerica-northeast2", "CA", "Toronto"),
    _gcp("northamerica-south1", "MX", "Querétaro"),
    _gcp("southamerica-east1", "BR", "São Paulo"),
    _gcp("southamerica-west1", "CL", "Santiago"),
    _gcp("us-central1", "US", "Iowa", "us-east4", "abcf"),
    _gcp("us-east1", "US", "South Carolina", "us-central1", "bcd"),
    _gcp("us-east4", "US", "Northern Virginia", "us-central1"),
    _gcp("us-east5", "US", "Columbus", "us-central1"),
    _gcp("us-south1", "US", "Dallas", "us-central1"),
    _gcp("us-west1", "US", "Oregon", "us-central1"),
    _gcp("us-west2", "US", "Los Angeles", "us-west1"),
    _gcp("us-west3", "US", "Salt Lake City", "us-west1"),
    _gcp("us-west4", "US", "Las Vegas", "us-west1"),
)
REGIONS: Final[Mapping[str, Region]] = MappingProxyType({row.name: row for row in _ROWS})
"""Every region by name. The vendors' names differ, so one name is one region."""

DUAL_REGIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "asia1": ("asia-northeast1", "asia-northeast2"),
        "eur4": ("europe-north1", "europe-west4"),
        "eur5": ("europe-west1", "europe-west2"),
        "eur7": ("europe-west2", "europe-west3"),
        "eur8": ("europe-west3", "europe-west6"),
        "nam4": ("us-central1", "us-east1"),
    }
)
"""The two regions of a predefined dual-region of Cloud Storage, by its name
(cloud.google.com/storage/docs/locations, 2025-07)."""

GLOBAL_HOME: Final = "us-east-1"
"""The region that AWS runs its worldwide services from (DNS, CDN, identity): its outages stop changes everywhere.
Source: AWS Fault Isolation Boundaries, appendix A (docs.aws.amazon.com/whitepapers, 2026)."""
TRAFFIC_HOME: Final = "us-west-2"
"""The region that Global Accelerator is changed through; the same source."""

HUBS: Final[Mapping[Cloud, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {
        "aws": {
            "Europe": ("eu-west-1", "eu-central-1"),
            "North America": ("us-east-1", "us-west-2"),
            "Asia-Pacific": ("ap-southeast-1", "ap-northeast-1"),
        },
        "gcp": {
            "Europe": ("europe-west1", "europe-west4"),
            "North America": ("us-central1", "us-east1"),
            "Asia-Pacific": ("asia-southeast1", "asia-east1"),
        },
    }
)
"""In each part of the world two regions that have what a shop needs and that nobody must ask for first; judgement."""
