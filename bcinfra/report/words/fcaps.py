"""Tiers, grounds and areas of management in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bcinfra.continuity.model.fcaps import Area, Cell, Met

TIERS: Final[Mapping[str, str]] = {
    "dns": "DNS",
    "cdn": "CDN, edge",
    "balancer": "load balancer",
    "app": "web, app",
    "mysql": "MySQL",
    "redis": "Redis",
    "media": "media, files",
    "backups": "backups",
    "keys": "keys, secrets, certificates",
    "network": "network, VPN",
    "cluster": "Kubernetes cluster",
    "contact": "contact centre",
    "images": "container images",
}
GROUNDS: Final[Mapping[str, str]] = {
    "aws": "AWS",
    "cloudflare": "Cloudflare",
    "gcp": "Google Cloud",
    "kubernetes": "Kubernetes",
}
AREAS: Final[Mapping[Area, str]] = {
    Area.FAULT: "fault",
    Area.CONFIGURATION: "configuration",
    Area.ACCOUNTING: "accounting",
    Area.PERFORMANCE: "performance",
    Area.SECURITY: "security",
}


def row(cell: Cell) -> str:
    """``MySQL on AWS``."""
    return f"{TIERS.get(cell.tier, cell.tier)} on {GROUNDS.get(cell.ground, cell.ground)}"


def there(one: Met) -> str:
    """What meets a need, by the names of one or two resources and how many more there are."""
    return f"{one.need.need}: {_names(one.by)}"


def lacks(one: Met) -> str:
    """What is missing of a need: all of it, that anybody hears of what is there, or of which resources."""
    if one.by:
        return f"{one.need.need}, of {_names(one.but)}"
    return f"{one.need.need}: nobody is known to hear of {_names(one.unheard)}" if one.unheard else one.need.need


def _names(urns: Sequence[str]) -> str:
    names = [urn.rpartition("::")[2] for urn in urns]
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return f"{', '.join(names[:2])}{more}"


def why(one: Met) -> str:
    """Why a need is not met, and cannot be."""
    return f"cannot be: {one.need.need}: {one.need.cannot}"
