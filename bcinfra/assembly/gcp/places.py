"""Which places go together: pure tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from bcinfra.exits import Exit, UserError

Multi = Literal["asia", "eu", "us"]
"""A multi-region of Cloud Storage."""

KEY_LOCATIONS: Final[Mapping[Multi, str]] = MappingProxyType({"asia": "asia", "eu": "europe", "us": "us"})
"""What Cloud KMS calls the multi-region."""

PARTNERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "asia-east1": "asia-southeast1",
        "asia-northeast1": "asia-northeast2",
        "asia-northeast2": "asia-northeast1",
        "asia-southeast1": "asia-east1",
        "europe-central2": "europe-west3",
        "europe-north1": "europe-west4",
        "europe-southwest1": "europe-west9",
        "europe-west1": "europe-west4",
        "europe-west3": "europe-west4",
        "europe-west4": "europe-west1",
        "europe-west8": "europe-west3",
        "europe-west9": "europe-west1",
        "us-central1": "us-east4",
        "us-east1": "us-central1",
        "us-east4": "us-central1",
        "us-east5": "us-central1",
        "us-south1": "us-central1",
        "us-west1": "us-central1",
        "us-west2": "us-west1",
        "us-west3": "us-west1",
        "us-west4": "us-west1",
    }
)
"""The other region of a bucket in two, near and in the same multi-region, by the first one. Only regions that Cloud
Storage pairs (bucket locations, configurable dual-regions, 2025-07)."""

_AREAS: Final[Mapping[str, Multi]] = MappingProxyType({"asia": "asia", "europe": "eu", "us": "us"})

NEAREST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "af-south-1": "africa-south1",
        "ap-east-1": "asia-east2",
        "ap-east-2": "asia-east1",
        "ap-northeast-1": "asia-northeast1",
        "ap-northeast-2": "asia-northeast3",
        "ap-northeast-3": "asia-northeast2",
        "ap-south-1": "asia-south1",
        "ap-south-2": "asia-south1",
        "ap-southeast-1": "asia-southeast1",
        "ap-southeast-2": "australia-southeast1",
        "ap-southeast-3": "asia-southeast2",
        "ap-southeast-4": "australia-southeast2",
        "ap-southeast-5": "asia-southeast1",
        "ap-southeast-6": "australia-southeast1",
        "ap-southeast-7": "asia-southeast1",
        "ca-central-1": "northamerica-northeast1",
        "ca-west-1": "us-west1",
        "eu-central-1": "europe-west3",
        "eu-central-2": "europe-west6",
        "eu-north-1": "europe-north2",
        "eu-south-1": "europe-west8",
        "eu-south-2": "europe-southwest1",
        "eu-west-1": "europe-west2",
        "eu-west-2": "europe-west2",
        "eu-west-3": "europe-west9",
        "il-central-1": "me-west1",
        "me-central-1": "me-central1",
        "me-south-1": "me-central2",
        "mx-central-1": "northamerica-south1",
        "sa-east-1": "southamerica-east1",
        "us-east-1": "us-east4",
        "us-east-2": "us-east5",
        "us-west-1": "us-west2",
        "us-west-2": "us-west1",
    }
)
"""The region of Google Cloud nearest to a region of AWS: the same city, or the next one."""


def multi_region(region: str) -> Multi | None:
    """The multi-region that holds ``region``; ``None`` where there is none."""
    return _AREAS.get(region.partition("-")[0])


def pair(primary: str, others: Iterable[str]) -> tuple[Multi, frozenset[str]]:
    """The multi-region and the two regions that keep what ``primary`` writes, best another site's.

    Raises :class:`~bcinfra.exits.UserError` where Cloud Storage pairs ``primary`` with nothing.
    """
    multi = multi_region(primary)
    if primary not in PARTNERS or multi is None:
        known = ", ".join(sorted(PARTNERS))
        raise UserError(
            f"media: Cloud Storage keeps no bucket in {primary} and another region; allowed: {known}", Exit.USAGE
        )
    near = [region for region in others if region in PARTNERS and region != primary and multi_region(region) == multi]
    return multi, frozenset({primary, near[0] if near else PARTNERS[primary]})


def nearest(kind: str, region: str) -> str | None:
    """The region of Google Cloud that a place is nearest to; ``None`` where that is not known."""
    return region if kind == "gcp" else NEAREST.get(region)
