"""What the inputs of Google Cloud resources say that they hold of the business, where their types alone do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bcinfra.continuity.model.stateless import Row
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.kept import because, log
from bcinfra.continuity.readings.base.view import View, as_flag
from bcinfra.continuity.readings.gcp.alerts import TOPIC
from bcinfra.graph.core.model import Resource


def _backend(view: View, resource: Resource) -> Row | None:
    """A backend of Google Cloud's load balancer, where its CDN keeps answers."""
    return because(resource, reasons.CACHES_OF_BACKEND) if as_flag(view.value(resource, "enableCdn")) else None


def _topic(view: View, resource: Resource) -> Row | None:
    """A topic of Google Cloud, where it keeps what it passed on."""
    return because(resource, reasons.QUEUE) if view.value(resource, "messageRetentionDuration") else None


DECIDES: Final[Mapping[str, Callable[[View, Resource], Row | None]]] = {
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": log("retentionDays"),
    "gcp:compute/backendService:BackendService": _backend,
    TOPIC: _topic,
}
"""Types of which the inputs decide."""
