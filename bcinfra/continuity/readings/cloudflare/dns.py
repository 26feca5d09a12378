"""Cloudflare's DNS: names, whether requests for them pass the proxy, and the zone itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bcinfra.continuity.model.parts import Entry, Route, Routing
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated, total
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.fronts import behind, hosts, overstay, shielded as front_shielded
from bcinfra.continuity.readings.base.reading import Found, part
from bcinfra.continuity.readings.base.stores import dns_zone
from bcinfra.continuity.readings.base.traits import ANSWERS, Without, having, loses
from bcinfra.continuity.readings.base.view import View, once_per_view
from bcinfra.continuity.readings.cloudflare import edge, places
from bcinfra.continuity.readings.cloudflare.places import ZONE
from bcinfra.graph.core.model import UNKNOWN, Resource

RECORDS: Final = ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record")
"""Of provider 6, and of those before it."""
ZONE_SETTINGS: Final = "cloudflare:index/zoneDnsSettings:ZoneDnsSettings"
NAMES: Final = (edge.LOAD_BALANCER, *RECORDS)
"""What answers for a name; a load balancer before records of the same name
(https://developers.cloudflare.com/load-balancing/load-balancers/dns-records/; read 2026-11)."""
_LEADING: Final = ("A", "AAAA", "CNAME")
_AUTOMATIC: Final = 300.0
_OF_LOAD_BALANCER: Final = 30.0
"""TTL in seconds where none is stated, of records and of load balancers
(https://developers.cloudflare.com/dns/manage-dns-records/reference/ttl/; read 2026-11)."""
PARTIAL: Final = ".cdn.cloudflare.net"
"""What ends the names that another provider's DNS answers with where it, not Cloudflare, has the zone
(https://developers.cloudflare.com/dns/zone-setups/partial-setup/; read 2026-11)."""


def record(view: View, resource: Resource) -> Iterator[Found]:
    """A name that clients ask for, told once for all its records, and the proxy before it."""
    name, zone = name_of(view, resource), view.ref(resource, "zoneId", ZONE)
    if not _leads(view, resource) or first(view, resource) != resource:
        return
    if edge.is_proxied(view, resource):
        if resource.type == edge.LOAD_BALANCER:
            yield from edge.load_balancer(view, resource, name)
        else:
            yield from edge.proxied(view, _rows(view, resource), name)
    if zone is None or view.text(zone, "type") not in ("partial", "secondary"):
        yield entry(view, resource)


def entry(view: View, resource: Resource) -> Entry:
    """A name, as its records or its load balancer tell it."""
    resource, name = first(view, resource), name_of(view, resource)
    through = edge.is_proxied(view, resource)
    routes = [Route(urn=resource.urn, target=edge.edge_urn(resource))] if through else [*_routes(view, resource)]
    known = {route.shielded for route in routes}
    return Entry(
        urn=resource.urn,
        label=f"DNS name {name}",
        name=name,
        homes=(places.DNS, places.account(view, resource), *hosts(view, (route.target for route in routes))),
        needs_to_recover=(places.CONTROL,),
        routing=Routing.SIMPLE if len(routes) < 2 else Routing.FAILOVER if _in_order(routes) else Routing.WEIGHTED,
        routes=tuple(routes),
        propagates=total(f"clients follow {name}", _ttl(view, resource)),
        overstay=overstay(view),
        shielded=edge.shielded(view, resource, _rows(view, resource))
        if through
        else False
        if False in known
        else None
        if None in known or not known
        else True,
    )


def _in_order(routes: Iterable[Route]) -> bool:
    return any(route.standby for route in routes)


def _routes(view: View, resource: Resource) -> Iterator[Route]:
    """What a name that is not proxied answers with: every record by turns, or of a load balancer the pools that are
    found well."""
    if resource.type != edge.LOAD_BALANCER:
        for row in _rows(view, resource):
            for target in behind(view, row, "content", [view.value(row, "content") or UNKNOWN]).parts or (None,):
                yield Route(urn=row.urn, target=target, shielded=_shielded(view, target))
        return
    pools, ahead = edge.pools_of(view, resource)
    for pool in sorted(pools, key=lambda row: row not in ahead):
        for target in edge.origins(view, pool).parts or (None,):
            yield Route(
                urn=pool.urn,
                target=target,
                standby=bool(ahead) and pool not in ahead,
                detects=edge.noticed(view, pool),
                shielded=_shielded(view, target),
            )


def _shielded(view: View, target: str | None) -> bool | None:
    return front_shielded(view, view.graph[target]) if target and target in view.graph else None


def asked(view: View, host: str) -> Resource | None:
    """What answers for a host name, or for that which Cloudflare gives it where another has the zone."""
    name = host.rstrip(".").lower()
    return next(iter(_by_name(view).get(name) or _by_name(view).get(name.removesuffix(PARTIAL), ())), None)


def first(view: View, resource: Resource) -> Resource:
    """What answers for the name of a record."""
    return next(iter(_by_name(view).get(name_of(view, resource), ())), resource)


def name_of(view: View, resource: Resource) -> str:
    """The full name, which a record may state without that of its zone."""
    zone = view.ref(resource, "zoneId", ZONE)
    domain = (view.text(zone, "name") or "").rstrip(".").lower() if zone else ""
    name = (view.text(resource, "name") or resource.name).rstrip(".").lower()
    if not domain or name == domain or name.endswith(f".{domain}"):
        return name
    return domain if name == "@" else f"{name}.{domain}"


def _leads(view: View, resource: Resource) -> bool:
    """Whether a name leads anywhere that clients go: not a proof of ownership, not switched off."""
    if resource.type == edge.LOAD_BALANCER:
        return resource.inputs.get("enabled") is not False
    proof = name_of(view, resource).startswith("_") or "._domainkey." in name_of(view, resource)
    return view.text(resource, "type") in _LEADING and not proof


def _rows(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The records of a name; a load balancer stands alone."""
    rows = _by_name(view).get(name_of(view, resource), (resource,))
    return (resource,) if resource.type == edge.LOAD_BALANCER else rows


@once_per_view
def _by_name(view: View) -> dict[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for token in NAMES:
        for row in view.graph.of_type(token):
            if _leads(view, row):
                found.setdefault(name_of(view, row), []).append(row)
    return {
        name: tuple(sorted(rows, key=lambda r: (NAMES.index(r.type), view.text(r, "type") or "", r.urn)))
        for name, rows in found.items()
    }


def _ttl(view: View, resource: Resource) -> Figure:
    number = view.number(resource, "ttl")
    if number is not None and number > 1 and not edge.is_proxied(view, resource):
        return stated("TTL", Unit.SECONDS, number, f"{resource.name}: ttl")
    of_balancer = resource.type == edge.LOAD_BALANCER and not edge.is_proxied(view, resource)
    seconds = _OF_LOAD_BALANCER if of_balancer else _AUTOMATIC
    return assumed("TTL", Unit.SECONDS, Range.exactly(seconds), f"Cloudflare takes {seconds:g} s by itself")


def zone(view: View, resource: Resource) -> Iterator[Found]:
    """A zone: what the program declares, it can make again."""
    if is_partial(view, resource):
        return
    name = (view.text(resource, "name") or resource.name).rstrip(".")
    homes = (places.DNS, places.account(view, resource))
    yield dns_zone(resource.urn, name, homes=homes, control=places.CONTROL)


def is_partial(view: View, zone: Resource) -> bool:
    """Whether a zone holds no names: another's DNS answers."""
    return zone.type == ZONE and view.text(zone, "type") == "partial"


READINGS: Final = {
    **{token: part("DNS record", record, ANSWERS.also(identities="")) for token in RECORDS},
    edge.LOAD_BALANCER: part("load balancer", record, ANSWERS.also(identities="", facts=edge.FACT)),
    ZONE: part(
        "DNS zone",
        zone,
        having(
            reasons.NAMES,
            identities="nameServers",
            backup=Without("the program declares its records, and makes them again"),
            replacement=loses("DNS zone", "account name"),
        ),
    ),
}
