"""Outcomes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.recovery.outcomes import WayKind

HOW: Final[Mapping[WayKind, str]] = {
    WayKind.IN_PLACE: "heals in place",
    WayKind.FAILOVER: "by itself, {site}",
    WayKind.MANUAL: "by hand, {site}",
    WayKind.REBUILD: "a person rebuilds it",
    WayKind.WAIT: "waits for what failed",
}
"""How service comes back, in a few words."""
