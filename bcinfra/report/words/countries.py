"""Which country a cloud's region is in, for people who do not know regions by heart.

Sources, as of 2026-11: AWS Regions (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html)
and Compute Engine, regions and zones (https://cloud.google.com/compute/docs/regions-zones). A region that is not here
keeps its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_REGIONS: Final = {
    "Australia": "ap-southeast-2 ap-southeast-4 australia-southeast1 australia-southeast2",
    "Bahrain": "me-south-1",
    "Belgium": "europe-west1",
    "Brazil": "sa-east-1 southamerica-east1",
    "Canada": "ca-central-1 ca-west-1 northamerica-northeast1 northamerica-northeast2",
    "Chile": "southamerica-west1",
    "China": "cn-north-1 cn-northwest-1",
    "Finland": "europe-north1",
    "France": "eu-west-3 europe-west9",
    "Germany": "eu-central-1 europe-west3 europe-west10",
    "Hong Kong": "ap-east-1 asia-east2",
    "India": "ap-south-1 ap-south-2 asia-south1 asia-south2",
    "Indonesia": "ap-southeast-3 asia-southeast2",
    "Ireland": "eu-west-1",
    "Israel": "il-central-1 me-west1",
    "Italy": "eu-south-1 europe-west8 europe-west12",
    "Japan": "ap-northeast-1 ap-northeast-3 asia-northeast1 asia-northeast2",
    "Malaysia": "ap-southeast-5",
    "Mexico": "mx-central-1 northamerica-south1",
    "New Zealand": "ap-southeast-6",
    "Poland": "europe-central2",
    "Qatar": "me-central1",
    "Saudi Arabia": "me-central2",
    "Singapore": "ap-southeast-1 asia-southeast1",
    "South Africa": "af-south-1 africa-south1",
    "South Korea": "ap-northeast-2 asia-northeast3",
    "Spain": "eu-south-2 europe-southwest1",
    "Sweden": "eu-north-1 europe-north2",
    "Switzerland": "eu-central-2 europe-west6",
    "Taiwan": "ap-east-2 asia-east1",
    "Thailand": "ap-southeast-7",
    "the Netherlands": "europe-west4",
    "the United Arab Emirates": "me-central-1",
    "the United Kingdom": "eu-west-2 europe-west2",
    "the United States": "us-central1 us-east-1 us-east-2 us-east1 us-east4 us-east5 us-gov-east-1 us-gov-west-1"
    " us-south1 us-west-1 us-west-2 us-west1 us-west2 us-west3 us-west4",
}
LANDS: Final[Mapping[str, str]] = MappingProxyType(
    {region: land for land, regions in _REGIONS.items() for region in regions.split()}
)
"""Country by region."""

_REGION: Final = re.compile(r"(?<![\w-])[a-z]+(?:-[a-z]+)+-?\d+(?![\w-])")


def located(text: str) -> str:
    """``text`` with the country after every region that it ends in or names."""
    return _REGION.sub(lambda found: f"{found[0]} ({LANDS[found[0]]})" if found[0] in LANDS else found[0], text)
