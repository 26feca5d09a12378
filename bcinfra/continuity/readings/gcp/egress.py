"""Ways from the networks of Google Cloud to the outside that stand in a zone. Cloud NAT is of a region, and in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bcinfra.continuity.model.domains import Domain
from bcinfra.continuity.model.parts import WayOut
from bcinfra.continuity.readings.base.view import View, as_rows, strings
from bcinfra.continuity.readings.gcp import places
from bcinfra.graph.core.model import Resource

NETWORK: Final = "gcp:compute/network:Network"
_ROUTE: Final = "gcp:compute/route:Route"
_INSTANCE: Final = "gcp:compute/instance:Instance"


def egress(view: View, rows: Iterable[Resource], zones: tuple[Domain, ...] | None) -> tuple[WayOut, ...]:
    """Servers that a default route leads the requests of others to, which ``rows`` (instances, templates, a cluster) in
    ``zones`` describe. Who has an address outside of its own leaves by that."""
    found = {server.urn: server for row in rows for server in _servers(view, row)}
    return tuple(
        WayOut(urn=server.urn, label=f"server {server.name}", zones=(at,), serves=zones or ())
        for server in found.values()
        if (at := places.zone(view.text(server, "zone"))) and set(zones or ()) - {at}
    )


def _servers(view: View, row: Resource) -> Iterator[Resource]:
    faces = view.rows(row, "networkInterfaces")
    if any(as_rows(face.get("accessConfigs")) for face in faces):
        return
    networks = {n.urn for name in ("networkInterfaces", "network") for n in view.refs(row, name, NETWORK)}
    tags = set(strings(view.value(row, "tags")))
    for route in view.graph.of_type(_ROUTE):
        meant = set(strings(view.value(route, "tags")))
        inside = networks & {network.urn for network in view.refs(route, "network", NETWORK)}
        if view.text(route, "destRange") == "0.0.0.0/0" and inside and (not meant or meant & tags):
            yield from (server for server in view.refs(route, "nextHopInstance", _INSTANCE) if server != row)
