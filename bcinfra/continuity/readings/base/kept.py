"""What the inputs of a resource say that it holds of the business, where its type alone does not."""

from __future__ import annotations

from collections.abc import Callable

from bcinfra.continuity.model.stateless import Reason, Row
from bcinfra.continuity.model.statements import Operands
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.view import View, as_number
from bcinfra.graph.core.model import UNKNOWN, Resource
from bcinfra.seconds import DAY


def because(resource: Resource, reason: Reason, subject: Operands = None, days: float | None = None) -> Row:
    """A resource and why it holds what; ``subject`` and ``days``: what its own inputs add."""
    return Row(resource.urn, reason, subject, None if days is None else days * DAY)


def log(name: str) -> Callable[[View, Resource], Row]:
    """A log that ``name`` says how many days lines are kept of."""

    def row(view: View, resource: Resource) -> Row:
        asked = view.value(resource, name)
        days = None if asked is UNKNOWN else as_number(asked)
        return because(resource, reasons.LOG, days=days) if days else because(resource, reasons.LOG_FOR_EVER)

    return row
