"""Outcomes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.recovery.outcomes import Kind, WayKind

HOW: Final[Mapping[WayKind, str]] = {
    WayKind.IN_PLACE: "heals in place",
    WayKind.FAILOVER: "by itself, {site}",
    WayKind.MANUAL: "by hand, {site}",
    WayKind.REBUILD: "a person rebuilds it",
    WayKind.WAIT: "waits for what failed",
}
"""How service comes back, in a few words."""

MANNER: Final[Mapping[Kind, str]] = {
    Kind.UNAFFECTED: "unaffected",
    Kind.RECOVERS: "by itself",
    Kind.DEGRADED: "less well",
    Kind.PERSON: "by hand",
    Kind.UNDECIDED: "undecided",
    Kind.LOST: "no way back",
}
"""The same in a word or two, whichever site it comes back at."""
