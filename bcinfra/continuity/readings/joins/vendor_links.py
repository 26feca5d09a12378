"""How what one vendor runs is fed from another's network: tunnels between their gateways.

A replica that gets nothing new goes on serving what it has; what is lost with its source then grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Link, Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Unit, unknown
from bcinfra.continuity.readings.aws import places as aws_places, relational as aws_relational, tunnels as aws_tunnels
from bcinfra.continuity.readings.base.places import Place
from bcinfra.continuity.readings.base.stores import part_urn, untold
from bcinfra.continuity.readings.base.view import View, same
from bcinfra.continuity.readings.gcp import places as gcp_places, sql as gcp_sql, tunnels as gcp_tunnels
from bcinfra.continuity.readings.joins import named
from bcinfra.graph.core.model import Resource

_FOLLOWS: Final = {
    gcp_sql.INSTANCE: "masterInstanceName",
    aws_relational.INSTANCE: "replicateSourceDb",
    aws_relational.CLUSTER: "replicationSourceIdentifier",
}
"""The property of a replica that names what it follows."""
_ELSEWHERE: Final = (aws_relational.INSTANCE, aws_relational.CLUSTER, aws_relational.GLOBAL, gcp_sql.INSTANCE)
_TRANSIT: Final = "transitGatewayId"
_ROUTES: Final = "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig"
_INTERCONNECTS: Final = (
    "gcp:compute/interconnectAttachment:InterconnectAttachment",
    "gcp:networkconnectivity/spoke:Spoke",
)
"""Other ways out of a network, of which it is not told where they lead."""


def fed(view: View, store: Store) -> Store:
    """A store, its replicas at Google Cloud with the database of another vendor that they get their changes from."""
    return replace(store, members=tuple(_fed(view, member) for member in store.members))


def led(view: View, store: Store) -> Store:
    """A store of replicas alone, with the database that they follow: it takes the writes, and no program that is seen
    here declares it. Unless its name says where, it may stand wherever they do."""
    rows = [row for member in store.members if (row := view.graph.resources.get(member.urn))]
    told = next(((row, _FOLLOWS[row.type]) for row in rows if view.value(row, _FOLLOWS.get(row.type, ""))), None)
    if told is None or store.kind is not StoreKind.RELATIONAL or any(member.writer for member in store.members):
        return store
    row, name = told
    text = view.text(row, name) or row.name
    for external in view.refs(row, name, gcp_sql.EXTERNAL):
        text = view.text(external, "host") or external.name
    found = next((one for one in named.names(text) if one.region), None)
    home = domains.region(found.cloud, found.region) if found else None
    near = dict.fromkeys(d for m in store.members for own in (*m.homes, *(m.zones or ())) for d in own.chain())
    label = f"{found.name if found else text}, which {row.name} follows"
    at = Place(site=home.name if home else None, homes=(home,) if home else ())
    why = f"what is copied of {label}, is not told, for no program that is seen here declares it"
    beyond = untold(part_urn(row, "source"), label, store.name, store.kind, at, why)
    (source,) = (replace(m, serverless=True, perhaps=() if home else tuple(near)) for m in beyond.members)
    followers = (replace(m, source=m.source or source.urn) if m.urn == row.urn else m for m in store.members)
    return replace(store, members=(*followers, source), copies=(*store.copies, *beyond.copies))


def _fed(view: View, member: Member) -> Member:
    row = view.graph.resources.get(member.urn)
    source = _outside(view, row) if row and row.type == gcp_sql.INSTANCE and not member.source else None
    if row is None or source is None:
        return member
    way = _feed(view, source, row)
    reason = f"no way leads from {source.name} to {row.name}: " + (
        "the peering of its network exports no custom routes" if way else "nothing joins their networks"
    )
    cut = source.package == "aws" and not (way and _routed(view, row)) and not _open_otherwise(view, source)
    log = aws_relational.writes_log(view, source) if source.package == "aws" else True
    if not cut and not log:
        cut, reason = (
            True,
            f"{source.name} "
            + (
                "writes no log that others can follow (binlog_format, rds.logical_replication)"
                if log is False
                else "may write no log that others can follow (binlog_format, rds.logical_replication)"
            ),
        )
    lag = unknown(f"lag of {row.name}", Unit.SECONDS, reason) if cut else member.lag
    return replace(member, source=source.urn, lag=lag, feed=way)


def _outside(view: View, resource: Resource) -> Resource | None:
    """The database that an instance replicates from elsewhere, where it is in this graph: by the host that it is told,
    which may be a name of that database's own."""
    for external in view.refs(resource, "masterInstanceName", gcp_sql.EXTERNAL):
        rows = view.refs(external, "host", *_ELSEWHERE)
        for name in view.refs(external, "host", aws_relational.RECORD):
            rows += view.refs(name, "records", *_ELSEWHERE)
        return next((aws_relational.writer_of(view, row) for row in rows), None)
    return None


def _feed(view: View, source: Resource, replica: Resource) -> Link | None:
    """The tunnels that a replica at Google Cloud gets its source's changes through; ``None`` where there are none."""
    if source.package != "aws":
        return None
    here, there = aws_places.site(view, source), gcp_places.site(view, replica)
    lines: dict[Domain, bool] = {}
    for tunnel, connection in _tunnels(view):
        near = gcp_places.site(view, tunnel)
        reaches = same(aws_places.site(view, connection), here) or bool(view.linked(connection, _TRANSIT))
        if not reaches or not (same(near, there) or _everywhere(view, tunnel)):
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


def _routed(view: View, replica: Resource) -> bool:
    """Whether a replica is told the way into the tunnels: it stands in a network of Google's, behind a peering that
    exports no routes but those of subnets unless it is told to (Cloud SQL, private IP; VPC Network Peering, custom
    routes; read 2026-11). What stands in no network of the program is not known to lack it."""
    networks = [row for row in view.linked(replica, "settings") if row.type == gcp_tunnels.NETWORK]
    networks += view.refs(replica, "settings", gcp_tunnels.NETWORK)
    routes = [row for network in networks for row in view.users(network, _ROUTES, "network")]
    return not networks or any(view.flag(row, "exportCustomRoutes") for row in routes)


def _open_otherwise(view: View, source: Resource) -> bool:
    """Whether a source is reached without tunnels: over the internet, or by lines of which the end is not told."""
    rows = (source, *view.users(source, aws_relational.CLUSTER_INSTANCE, "clusterIdentifier"))
    return any(view.flag(row, "publiclyAccessible") for row in rows) or bool(view.graph.of_type(*_INTERCONNECTS))


def _tunnels(view: View) -> Iterator[tuple[Resource, Resource]]:
    """Google's tunnels, each with the connection at AWS that it ends at."""
    for tunnel in view.graph.of_type(gcp_tunnels.TUNNEL):
        for peer in view.refs(tunnel, "peerExternalGateway", gcp_tunnels.ROUTER):
            for connection in view.refs(peer, "interfaces", aws_tunnels.CONNECTION):
                yield tunnel, connection


def _everywhere(view: View, tunnel: Resource) -> bool:
    """Whether every region of a network uses a tunnel; so too where the graph does not tell of the network."""
    gateway = view.ref(tunnel, "vpnGateway", gcp_tunnels.GATEWAY)
    network = view.ref(gateway, "network", gcp_tunnels.NETWORK) if gateway else None
    return network is None or view.text(network, "routingMode") == "GLOBAL"
