"""Every reading of Cloudflare, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base.reading import Reading, costing
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.cloudflare import costs, dns, edge, modes, plumbing

VENDOR: Final = Vendor[View](
    fronts=(edge.ADDRESS_MAP,),
    front=lambda _, resource: resource.urn,
    shielded=edge.mapped_shield,
    records=dns.NAMES,
    asked=dns.asked,
    first=dns.first,
    entry=dns.entry,
)
"""What other vendors' readings ask of Cloudflare."""
_ROWS: Final[Mapping[str, Reading]] = {**dns.READINGS, **edge.READINGS, **modes.READINGS, **plumbing.READINGS}
READINGS: Final[Mapping[str, Reading]] = costing(_ROWS, costs.costs(_ROWS))
