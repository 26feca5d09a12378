"""What the inputs of a resource say that it holds of the business, where its type alone does not."""

from __future__ import annotations

from collections.abc import Callable

from bcinfra.continuity.model.stateless import Reason, Row
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.view import View, as_number
from bcinfra.graph.core.model import UNKNOWN, Resource


def because(resource: Resource, reason: Reason, detail: str = "") -> Row:
    """A resource and why it holds what; ``detail``: what its own inputs add."""
    return Row(resource.urn, reason, detail)


def in_days(days: float) -> str:
    """Days in words."""
    return f"{days:g} days" if days != 1 else "1 day"


def log(name: str) -> Callable[[View, Resource], Row]:
    """A log that ``name`` says how many days lines are kept of."""

    def row(view: View, resource: Resource) -> Row:
        asked = view.value(resource, name)
        days = None if asked is UNKNOWN else as_number(asked)
        return because(resource, reasons.LOG, in_days(days)) if days else because(resource, reasons.LOG_FOR_EVER)

    return row
