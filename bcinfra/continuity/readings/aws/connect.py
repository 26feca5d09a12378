"""Amazon Connect: numbers that people call, and where the calls are taken."""

from __future__ import annotations

from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import setting
from bcinfra.continuity.readings.base.view import View

NUMBER: Final = "aws:connect/phoneNumber:PhoneNumber"
LEADS: Final = "aws:connect/phoneNumberContactFlowAssociation:PhoneNumberContactFlowAssociation"
FLOW: Final = "aws:connect/contactFlow:ContactFlow"
_TAKES: Final = "who takes calls, and when"


def number(view: View) -> tuple[Domain, ...] | None:
    """What the program's first number hangs on; ``None`` where there is none that leads to a flow."""
    for row in view.graph.of_type(NUMBER):
        if any(view.refs(lead, "contactFlowId", FLOW) for lead in view.users(row, LEADS, "phoneNumberId")):
            return places.place(view, row)["homes"]
    return None


READINGS: Final = {
    NUMBER: setting("telephone number", "where the page's number is answered", reasons.NAMES),
    LEADS: setting("way of a number", "whether the page's number is answered", reasons.PROGRAM),
    FLOW: setting("way of a call", "whether the page's number is answered", reasons.PROGRAM),
    **{
        f"aws:connect/{token}": setting(what, _TAKES, reasons.PROGRAM)
        for token, what in (
            ("instance:Instance", "contact centre"),
            ("hoursOfOperation:HoursOfOperation", "opening hours"),
            ("queue:Queue", "queue of calls"),
            ("routingProfile:RoutingProfile", "agents' work"),
        )
    },
}
