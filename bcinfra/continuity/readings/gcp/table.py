"""Every reading of Google Cloud, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.base.reading import Reading
from bcinfra.continuity.readings.gcp import (
    alerts,
    backup,
    balancers,
    cache,
    compute,
    dns,
    flows,
    places,
    plans,
    plumbing,
    secrets,
    sql,
    storage,
    streams,
)

READINGS: Final[Mapping[str, Reading]] = {
    **alerts.READINGS,
    **backup.READINGS,
    **balancers.READINGS,
    **cache.READINGS,
    **compute.READINGS,
    **dns.READINGS,
    **flows.READINGS,
    **places.READINGS,
    **plans.READINGS,
    **plumbing.READINGS,
    **secrets.READINGS,
    **sql.READINGS,
    **storage.READINGS,
    **streams.READINGS,
}
