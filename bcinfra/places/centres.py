"""Contact centres: where they can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REGIONS: Final = (
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-2",
    "us-east-1",
    "us-west-2",
)
"""Regions of AWS that Amazon Connect is in
(https://docs.aws.amazon.com/general/latest/gr/connect_region.html, 2026-11)."""
REPLICAS: Final[Mapping[str, str]] = {
    "ap-northeast-1": "ap-northeast-3",
    "eu-central-1": "eu-west-2",
    "eu-west-2": "eu-central-1",
    "us-east-1": "us-west-2",
    "us-west-2": "us-east-1",
}
"""Region → where a replica of a contact centre there can be
(https://docs.aws.amazon.com/connect/latest/adminguide/setup-connect-global-resiliency.html, 2026-11)."""
