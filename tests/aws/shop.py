"""A shop at two sites, for recording one component at a time."""

from __future__ import annotations

from typing import Any

from tests.aws.conftest import key_arn, region

REGIONS = {"dublin": "eu-west-1", "frankfurt": "eu-central-1"}
ZONES = {"dublin": ("euw1-az1", "euw1-az2", "euw1-az3"), "frankfurt": ("euc1-az1", "euc1-az2", "euc1-az3")}
MAINTENANCE = {"dublin": "tue:03:00-tue:04:00", "frankfurt": "wed:03:00-wed:04:00"}


def data_site(site: str, *, disposable: bool = False) -> dict[str, Any]:
    """Arguments of a data store's site."""
    return {
        "region": region(REGIONS[site], disposable=disposable),
        "vpc_id": f"vpc-{site}",
        "subnet_ids": {zone: f"subnet-{zone}" for zone in ZONES[site]},
        "key_arn": key_arn(REGIONS[site]),
        "clients": {"web": f"sg-{site}-web"},
        "maintenance_window": MAINTENANCE[site],
    }
