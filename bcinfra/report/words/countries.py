"""What people call the countries that regions are in, for those who do not know regions by heart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from bcinfra.places.place import Place
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


def located(name: str, places: Iterable[Place]) -> str:
    """A name with the countries of the regions that what it names is in, as far as they are known."""
    rows = (REGIONS.get(place.region) for place in places)
    countries = dict.fromkeys(NAMES[row.country] for row in rows if row)
    return f"{name} ({', '.join(countries)})" if countries else name
