"""Every reading of on premises, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base.reading import Reading
from bcinfra.continuity.readings.onprem import links, systems

READINGS: Final[Mapping[str, Reading]] = {
    **links.READINGS,
    **systems.READINGS,
}
