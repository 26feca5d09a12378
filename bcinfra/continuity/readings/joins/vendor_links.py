"""How what one vendor runs is fed from another's network: tunnels between their gateways.

A replica that gets nothing new goes on serving what it has; what is lost with its source then grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Link
from bcinfra.continuity.model.ranges import Figure, Unit, unknown
from bcinfra.continuity.readings.aws import places as aws_places, relational as aws_relational
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import places as gcp_places
from bcinfra.continuity.readings.onprem.links import AWS_END, GCP_END, GCP_GATEWAY, GCP_NETWORK, GCP_ROUTER
from bcinfra.graph.core.model import Resource

_TRANSIT: Final = "transitGatewayId"
_INTERCONNECTS: Final = (
    "gcp:compute/interconnectAttachment:InterconnectAttachment",
    "gcp:networkconnectivity/spoke:Spoke",
)
"""Other ways out of a network, of which it is not told where they lead."""


def lag(view: View, source: Resource | None, replica: Resource, fact: str) -> Figure:
    """How far a replica at Google Cloud lags; of a source at AWS, where there is a way from it."""
    if source is None or source.package != "aws" or feed(view, source, replica) or _open_otherwise(view, source):
        return view.age(fact)
    reason = f"no way leads from {source.name} to {replica.name}: nothing joins their networks"
    return unknown(f"lag of {replica.name}", Unit.SECONDS, reason)


def feed(view: View, source: Resource | None, replica: Resource) -> Link | None:
    """The tunnels that a replica at Google Cloud gets its source's changes through; ``None`` where there are none."""
    if source is None or source.package != "aws":
        return None
    here, there = aws_places.site(view, source), gcp_places.site(view, replica)
    lines: dict[Domain, bool] = {}
    for tunnel, connection in _tunnels(view):
        near = gcp_places.site(view, tunnel)
        reaches = aws_places.site(view, connection) == here or bool(view.linked(connection, _TRANSIT))
        if not reaches or not (near == there or _everywhere(view, tunnel)):
            continue
        homes = (*aws_places.place(view, connection)["homes"][:1], *gcp_places.place(view, tunnel)["homes"][:1])
        name = f"VPN of {aws_places.site(view, connection)} and {near}"
        learnt = bool(view.linked(tunnel, "router") or view.value(tunnel, "router"))
        lines[Domain(DomainKind.ISP, name, homes, basic=False)] = learnt
    if not lines:
        return None
    return Link(
        label=f"changes from {here} to {there}",
        lines=tuple(lines),
        reroutes=view.time("net.bgp.hold_timer") if all(lines.values()) else None,
    )


def _open_otherwise(view: View, source: Resource) -> bool:
    """Whether a source is reached without tunnels: over the internet, or by lines of which the end is not told."""
    rows = (source, *view.users(source, aws_relational.CLUSTER_INSTANCE, "clusterIdentifier"))
    return any(view.flag(row, "publiclyAccessible") for row in rows) or bool(view.graph.of_type(*_INTERCONNECTS))


def _tunnels(view: View) -> Iterator[tuple[Resource, Resource]]:
    """Google's tunnels, each with the connection at AWS that it ends at."""
    for tunnel in view.graph.of_type(GCP_END):
        for peer in view.refs(tunnel, "peerExternalGateway", GCP_ROUTER):
            for connection in view.refs(peer, "interfaces", AWS_END):
                yield tunnel, connection


def _everywhere(view: View, tunnel: Resource) -> bool:
    """Whether every region of a network uses a tunnel; so too where the graph does not tell of the network."""
    gateway = view.ref(tunnel, "vpnGateway", GCP_GATEWAY)
    network = view.ref(gateway, "network", GCP_NETWORK) if gateway else None
    return network is None or view.text(network, "routingMode") == "GLOBAL"
