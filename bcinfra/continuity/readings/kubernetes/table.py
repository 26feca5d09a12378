"""Every reading of Kubernetes, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base.reading import Reading
from bcinfra.continuity.readings.kubernetes import backup, flows, plumbing, secrets, services, stores, workloads

READINGS: Final[Mapping[str, Reading]] = {
    **backup.READINGS,
    **flows.READINGS,
    **plumbing.READINGS,
    **secrets.READINGS,
    **services.READINGS,
    **stores.READINGS,
    **workloads.READINGS,
}
