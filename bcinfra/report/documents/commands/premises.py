"""How what stands on premises is started, moved and restored: by the commands that its own people state."""

from __future__ import annotations

import shlex
from typing import Final

from bcinfra.report.documents.commands.at import At, Made
from bcinfra.report.documents.commands.calls import Command
from bcinfra.report.documents.commands.program import text


def started(at: At) -> Made:
    """A system, where it stands or at its standby."""
    if at.resource is None:
        return
    if command := at.text("start"):
        yield Command(
            line=command,
            answer="as its people's page says; the next command shows whether it serves",
            back="stop it the same way",
            needs=at.needs,
        )
    yield from _serves(at)


def _serves(at: At) -> Made:
    port = at.resource.inputs.get("port") if at.resource else None
    if address := at.text("address"):
        known = f"nc -zv -w 5 {shlex.quote(address)} {int(port)}" if isinstance(port, int | float) else ""
        yield Command(
            line=known or f"ping -c 3 {shlex.quote(address)}",
            answer="succeeded, from a machine inside or over the VPN" if known else "0% packet loss, from inside",
            needs=at.needs,
            looks=True,
        )


def _data(at: At) -> Made:
    """A data set, from one of the places that hold a copy."""
    place = at.urn.partition("#")[2]
    if command := text(at.stated("restoreWith").get(place)):
        yield Command(
            line=command,
            answer="as its people's page says: compare the newest rows with what partners and customers hold",
            back="restore another copy: none is touched",
            needs=at.needs,
        )
    system = next(
        (
            row
            for row in at.program.graph.of_type("bcinfra:onprem:System")
            if at.resource and all(row.inputs.get(key) == at.resource.inputs.get(key) for key in ("site", "system"))
        ),
        None,
    )
    if system is not None:
        yield from _serves(at.on(system.urn))


RESTORE: Final = {"bcinfra_onprem_DataSet": _data}
