"""Every reading of Kubernetes, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base.reading import Reading, costing, decided
from bcinfra.continuity.readings.base.vendor import Vendor
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.kubernetes import (
    backup,
    costs,
    flows,
    kept,
    mesh,
    operators,
    plumbing,
    secrets,
    services,
    stores,
    workloads,
)

VENDOR: Final = Vendor[View](
    fronts=services.FRONTS,
    front=services.front,
    shielded=services.shielded,
    taken=services.of_address,
    bound=services.bound,
    grouped=services.grouped,
    reached=flows.reached,
    told=flows.told,
    openings=flows.openings,
    through=flows.through,
)
"""What other vendors' readings ask of Kubernetes."""

_ROWS: Final[Mapping[str, Reading]] = decided(
    {
        **backup.READINGS,
        **flows.READINGS,
        **mesh.READINGS,
        **operators.READINGS,
        **plumbing.READINGS,
        **secrets.READINGS,
        **services.READINGS,
        **stores.READINGS,
        **workloads.READINGS,
    },
    kept.DECIDES,
)
READINGS: Final[Mapping[str, Reading]] = costing(_ROWS, costs.costs(_ROWS))
