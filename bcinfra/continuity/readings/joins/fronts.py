"""What stands in front, whichever vendor's it is: addresses that no resource bears, and parts that no name leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Entry, Route, Routing
from bcinfra.continuity.model.ranges import Unit, total, unknown
from bcinfra.continuity.readings.aws import balancers as aws_balancers, dns as aws_dns
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.fronts import layer, records as known_records, shielded
from bcinfra.continuity.readings.base.reading import Call
from bcinfra.continuity.readings.base.stores import part_urn
from bcinfra.continuity.readings.base.view import View
from bcinfra.continuity.readings.gcp import balancers as gcp_balancers
from bcinfra.continuity.readings.joins import dns_pairs
from bcinfra.continuity.readings.joins.registration import registered
from bcinfra.continuity.readings.kubernetes import places, services
from bcinfra.continuity.readings.onprem import links
from bcinfra.graph.core.model import Resource

UNKNOWN_DNS: Final = Domain(DomainKind.DNS_PROVIDER, "that the graph does not name")


def certified(view: View, certificate: Resource) -> str | None:
    """The domain that a certificate is for, whoever issued it."""
    if certificate.type == aws_balancers.CERTIFICATE:
        return view.text(certificate, "domainName")
    return next(iter(gcp_balancers.certified(view, certificate)), None)


def unnamed_entry(view: View, balancer: Balancer) -> Entry:
    """Where the program has no DNS records: what stands in front, by the name or address that its vendor gives it."""
    found = view.graph[balancer.urn]
    names = services.hosts(view, found) if found.package == "kubernetes" else ()
    text = (view.text(found, name) for name in ("dnsName", "domainName", "ipAddress"))
    name = next((n for n in (*names, *text) if n), found.name)
    return Entry(
        urn=part_urn(found, "address"),
        label=f"address of {balancer.label}",
        name=name,
        homes={"aws": (aws_dns.PROVIDER,), "kubernetes": (UNKNOWN_DNS,)}.get(found.package, ()),
        routing=Routing.SIMPLE,
        routes=(Route(urn=balancer.urn, target=balancer.urn),),
        shielded=shielded(view, found),
        propagates=total(f"clients follow {found.name}", view.parameter("aws.route53.failover", "alias_ttl_s"))
        if found.package == "aws"
        else unknown(f"clients follow {name}", Unit.SECONDS, f"who answers for {name} is not in the graph"),
    )


def layers(view: View, calls: Iterable[Call], entries: Iterable[Entry]) -> Iterator[Balancer | Call]:
    """The names of the program that its own parts go on to: each spreads requests over what it leads to, and moves them
    where its checks withdraw an answer."""
    records = {layer(view, row): row for row in view.graph.of_type(*known_records(view))}
    routes = (route.target for entry in entries for route in entry.routes)
    queue, seen = [*(call.callee for call in calls), *filter(None, routes)], set[str]()
    while queue:
        urn = queue.pop(0)
        if urn in seen or urn not in records:
            continue
        seen.add(urn)
        row = records[urn]
        vendor = view.vendors[row.package]
        entry = vendor.entry(view, vendor.first(view, row) or row)
        if entry:
            entry = registered(view, entry)
            queue += (route.target for route in entry.routes if route.target)
            yield _layer(urn, entry)
            yield from (Call(urn, route.target) for route in entry.routes if route.target)
            yield from (Call(urn, zone.urn) for zone in dns_pairs.zones_of(view, entry))


def asked_for(view: View, entries: tuple[Entry, ...], calls: Mapping[str, Iterable[str]]) -> tuple[Entry, ...]:
    """The names without those that something which another name leads to fetches from: clients ask for that."""
    led = {route.target for entry in entries for route in entry.routes}
    fetched = {callee for caller in led for callee in calls.get(caller or "", ())}
    return tuple(e for e in entries if e.urn not in view.graph or layer(view, view.graph[e.urn]) not in fetched)


def _layer(urn: str, entry: Entry) -> Balancer:
    given = [route for route in entry.routes if not route.standby]
    noticed = [route.detects for route in given]
    worst = None if None in noticed else slowest(figure for figure in noticed if figure)
    return Balancer(
        urn=urn,
        label=entry.label,
        homes=entry.homes,
        needs_to_run=entry.needs_to_run,
        needs_to_recover=entry.needs_to_recover,
        zones=None,
        regional=True,
        pools=(),
        detects=total(f"{entry.name} leaves what it led to", worst, entry.propagates) if worst else None,
        public=False,
        beyond=(entry.name,) if any(route.target is None for route in given) else (),
        serving=tuple(dict.fromkeys(route.target for route in given if route.target)),
    )


def by_address(view: View) -> dict[str, tuple[Resource, ...]]:
    """What answers at an address that no resource bears: one that the specification states for a cluster's way in, or
    that a line of the site has which a cluster stands in."""
    found: dict[str, tuple[Resource, ...]] = {}
    stated = links.addresses(view)
    rows = (row for row in view.graph.of_type(*services.FRONTS) if stated and services.outside(view, row))
    fronts = [(row, places.cluster_of(view, row)) for row in rows]
    for address, site in stated.items():
        here = [row for row, cluster in fronts if cluster.place["site"] == site]
        asked = links.names_at(view, address)
        # An ingress that is asked for the name comes first, and a service of its own behind any ingress.
        here.sort(key=lambda row: (not asked & set(services.hosts(view, row)), row.type == services.SERVICE, row.urn))
        found |= {address: tuple(here[:1])} if here else {}
    return found
