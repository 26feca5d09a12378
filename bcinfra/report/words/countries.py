"""What people call the countries that regions are in, for those who do not know regions by heart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bcinfra.places.table import REGIONS

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AE": "the United Arab Emirates",
        "AU": "Australia",
        "BE": "Belgium",
        "BH": "Bahrain",
        "BR": "Brazil",
        "CA": "Canada",
        "CH": "Switzerland",
        "CL": "Chile",
        "CN": "China",
        "DE": "Germany",
        "ES": "Spain",
        "FI": "Finland",
        "FR": "France",
        "GB": "the United Kingdom",
        "HK": "Hong Kong",
        "ID": "Indonesia",
        "IE": "Ireland",
        "IL": "Israel",
        "IN": "India",
        "IT": "Italy",
        "JP": "Japan",
        "KR": "South Korea",
        "MX": "Mexico",
        "MY": "Malaysia",
        "NL": "the Netherlands",
        "NZ": "New Zealand",
        "PL": "Poland",
        "QA": "Qatar",
        "SA": "Saudi Arabia",
        "SE": "Sweden",
        "SG": "Singapore",
        "TH": "Thailand",
        "TW": "Taiwan",
        "US": "the United States",
        "ZA": "South Africa",
    }
)
"""Country in a sentence, by ISO 3166 code."""

_REGION: Final = re.compile(r"(?<![\w-])[a-z]+(?:-[a-z]+)+-?\d+(?![\w-])")


def located(text: str) -> str:
    """``text`` with the country after every region that it ends in or names."""

    def told(found: re.Match[str]) -> str:
        row = REGIONS.get(found[0])
        return f"{found[0]} ({NAMES[row.country]})" if row else found[0]

    return _REGION.sub(told, text)
