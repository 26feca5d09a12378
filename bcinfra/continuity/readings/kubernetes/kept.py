"""What the inputs of Kubernetes objects say that they hold of the business, where their types alone do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bcinfra.continuity.model.stateless import Row
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.kept import because
from bcinfra.continuity.readings.base.view import View, as_row, as_rows
from bcinfra.continuity.readings.kubernetes.workloads import DAEMON, DEPLOYMENT, REPLICA_SET
from bcinfra.graph.core.model import Resource


def _pods(view: View, resource: Resource) -> Row | None:
    """Pods, where they write to the disk of the server they run on."""
    spec = as_row(as_row(view.value(resource, "spec")).get("template"))
    volumes = as_rows(as_row(spec.get("spec")).get("volumes"))
    return because(resource, reasons.LASTING_DISK) if any(row.get("hostPath") for row in volumes) else None


DECIDES: Final[Mapping[str, Callable[[View, Resource], Row | None]]] = dict.fromkeys(
    (DEPLOYMENT, DAEMON, REPLICA_SET), _pods
)
"""Types of which the inputs decide what they hold of the business."""
