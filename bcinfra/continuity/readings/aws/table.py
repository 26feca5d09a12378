"""Every reading of AWS, by type token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bcinfra.continuity.readings.aws import (
    alarms,
    backup,
    balancers,
    cache,
    compute,
    dns,
    objects,
    places,
    plans,
    plumbing,
    relational,
    secrets,
    stores,
    targets,
)
from bcinfra.continuity.readings.base.reading import Reading

READINGS: Final[Mapping[str, Reading]] = {
    **plumbing.READINGS,
    **alarms.READINGS,
    **backup.READINGS,
    **balancers.READINGS,
    **cache.READINGS,
    **compute.READINGS,
    **dns.READINGS,
    **objects.READINGS,
    **places.READINGS,
    **plans.READINGS,
    **relational.READINGS,
    **secrets.READINGS,
    **stores.READINGS,
    **targets.READINGS,
}
