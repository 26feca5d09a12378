"""Domains that two DNS providers answer for, so that a name is lost only with both.

That needs a delegation to the servers of both: the registrar's, which few programs declare. One that does is believed;
else what shows is that each zone names the other's servers as its own (its apex NS records), as who delegates to both
must have it. Two zones of one domain that do not are read as two, each of which may be the one that is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, TypeAlias

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Entry, Route, Store
from bcinfra.continuity.model.ranges import Figure
from bcinfra.continuity.readings.aws import dns as aws_dns
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.reading import subject
from bcinfra.continuity.readings.base.stores import dns_zone, part_urn
from bcinfra.continuity.readings.base.view import View, once_per_view, strings
from bcinfra.continuity.readings.cloudflare import dns as cloudflare_dns, edge as cloudflare_edge
from bcinfra.continuity.readings.gcp import dns as gcp_dns
from bcinfra.graph.core.model import Resource

ZONES: Final = {aws_dns.ZONE: "name", cloudflare_dns.ZONE: "name", gcp_dns.ZONE: "dnsName"}
"""Zone → the property that holds its domain."""
RECORDS: Final = {
    aws_dns.RECORD: ("zoneId", "records"),
    **dict.fromkeys(cloudflare_dns.RECORDS, ("zoneId", "content")),
    cloudflare_edge.LOAD_BALANCER: ("zoneId", "defaultPools"),
    gcp_dns.RECORD: ("managedZone", "rrdatas"),
}
"""Record → the properties that hold its zone and what it says."""
_DELEGATES: Final = {**dict.fromkeys(aws_dns.REGISTRATIONS, "nameServers"), gcp_dns.REGISTRATION: "dnsSettings"}
"""Registration → the property that says to whose servers it leads."""
_Given: TypeAlias = "Sequence[tuple[Entry, Route]]"
"""One answer: the names that give it, each by a route."""


def pairs(view: View) -> Mapping[str, tuple[Resource, ...]]:
    """URN of a zone → the zones that answer for its domain together, itself among them."""

    return _zones_at_two_dns_providers(view)


@once_per_view
def _zones_at_two_dns_providers(view: View) -> dict[str, tuple[Resource, ...]]:
    left = _left_by_registrars(view)
    every = (zone for zones in _public_zones(view).values() for zone in zones)
    zones = [zone for zone in every if not _fed(view, zone) and zone.urn not in left]
    listed = {zone.urn: frozenset(_listed(view, zone)) for zone in zones}
    together: dict[str, tuple[Resource, ...]] = {}
    for zone in zones:
        others = [
            other
            for other in map(view.graph.__getitem__, listed[zone.urn])
            if zone.urn in listed.get(other.urn, ())
            and other.type != zone.type
            and _domain(view, other) == _domain(view, zone)
        ]
        if others:
            together[zone.urn] = tuple(sorted((zone, *others), key=lambda row: row.urn))
    return together


@once_per_view
def _public_zones(view: View) -> Mapping[str, Sequence[Resource]]:
    """Domain → the public zones of it."""
    found: dict[str, list[Resource]] = {}
    for zone in view.graph.of_type(*ZONES):
        if is_public(view, zone):
            found.setdefault(_domain(view, zone), []).append(zone)
    return found


def _outwards(domain: str) -> Iterator[str]:
    """A domain and those that it lies in, the innermost first."""
    while domain:
        yield domain
        _, _, domain = domain.partition(".")


def is_public(view: View, zone: Resource) -> bool:
    """Whether everybody is answered, not a network alone."""
    return not view.value(zone, "vpcs") and view.text(zone, "visibility") != "private"


def _fed(view: View, zone: Resource) -> bool:
    """Whether a zone lives on what it is sent from elsewhere, and expires with whoever sends it: Cloudflare's secondary
    zones (https://developers.cloudflare.com/dns/zone-setups/zone-transfers/; read 2026-11)."""
    return zone.type == cloudflare_dns.ZONE and view.text(zone, "type") == "secondary"


@once_per_view
def _left_by_registrars(view: View) -> frozenset[str]:
    """URNs of zones to whose servers the registration of their domain leads nobody, but to those of others."""
    left: set[str] = set()
    for row in view.graph.of_type(*_DELEGATES):
        domain, says = (view.text(row, "domainName") or "").rstrip(".").lower(), _DELEGATES[row.type]
        own = {zone.urn for zone in _public_zones(view).get(domain, ())}
        servers = strings(view.value(row, says))
        led = {one.urn for one in view.linked(row, says)}
        led |= {one.urn for text in servers for one in view.named(text.rstrip("."), ZONES)}
        if led & own:
            left |= own - led
    return frozenset(left)


def _domain(view: View, zone: Resource) -> str:
    return (view.text(zone, ZONES[zone.type]) or zone.name).rstrip(".").lower()


def zone_of(view: View, row: Resource) -> Resource | None:
    """The zone that a record stands in."""
    held, _ = RECORDS.get(row.type, (None, None))
    return view.ref(row, held, *ZONES) if held else None


def _zone_of_name(view: View, entry: Entry) -> Resource | None:
    """The zone that a name stands in; ``None``: it is no record of the program, or in none of its zones."""
    return zone_of(view, view.graph[entry.urn]) if entry.urn in view.graph else None


@once_per_view
def _name_servers(view: View) -> Mapping[str, Sequence[Resource]]:
    """URN of a zone → the records of it that name servers."""
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(*RECORDS):
        if view.text(row, "type") == "NS" and (zone := zone_of(view, row)):
            found.setdefault(zone.urn, []).append(row)
    return found


def _listed(view: View, zone: Resource) -> Iterator[str]:
    """URNs of the zones whose servers the zone names as its own."""
    for row in _name_servers(view).get(zone.urn, ()):
        name = (view.text(row, "name") or "").rstrip(".").lower()
        if name not in ("", "@", _domain(view, zone)) or _ignored(view, zone):
            continue
        _, says = RECORDS[row.type]
        yield from (other.urn for other in view.linked(row, says) if other.type in ZONES)
        yield from (other.urn for text in strings(view.value(row, says)) for other in view.named(text, ZONES))


def _ignored(view: View, zone: Resource) -> bool:
    """Whether a zone names its own servers alone, whatever its records say: Cloudflare's does unless it is told that
    others answer too (https://developers.cloudflare.com/dns/nameservers/nameserver-options/; read 2026-11)."""
    return zone.type == cloudflare_dns.ZONE and not any(
        view.flag(row, "multiProvider") for row in view.users(zone, cloudflare_dns.ZONE_SETTINGS, "zoneId")
    )


def zones_of(view: View, entry: Entry) -> tuple[Resource, ...]:
    """The zones of the graph without any of which a name is not found: its own, and those that delegate it to that."""
    own = _zone_of_name(view, entry)
    if own is None or cloudflare_dns.is_partial(view, own):
        return ()
    outer = islice(_outwards(_domain(view, own)), 1, None)
    zones = (zone for domain in outer for zone in _public_zones(view).get(domain, ()))
    return (own, *(zone for zone in zones if _delegates(view, zone, own)))


def holding(view: View, domain: str) -> tuple[Resource, ...]:
    """The public zones of the graph that a domain lies in and is asked of, the innermost alone."""
    zones, left = _public_zones(view), _left_by_registrars(view)
    for outer in _outwards(domain):
        if found := [zone for zone in zones.get(outer, ()) if zone.urn not in left]:
            return tuple(zone for zone in found if not cloudflare_dns.is_partial(view, zone))
    return ()


def signed_by(view: View, zone: Resource) -> Iterator[Resource]:
    """By what a zone's answers are signed (DNSSEC)."""
    if zone.type == aws_dns.ZONE:
        yield from aws_dns.signing_keys(view, zone)
    elif zone.type == gcp_dns.ZONE and gcp_dns.is_signed(view, zone):
        yield zone


def received(view: View, domain: str) -> tuple[Resource, ...]:
    """The records that say who receives the mail of a domain."""
    return tuple(_receiving(view).get(domain, ()))


@once_per_view
def _receiving(view: View) -> Mapping[str, Sequence[Resource]]:
    """Domain → the records that say who receives its mail."""
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(*RECORDS):
        if view.text(row, "type") == "MX":
            found.setdefault(absolute(view, row), []).append(row)
    return found


def said(view: View, record: Resource) -> Iterator[str]:
    """What a record says, as far as that is known."""
    yield from strings(view.value(record, RECORDS[record.type][1]))


def undeclared(view: View, entries: Iterable[Entry]) -> Iterator[tuple[str, Store]]:
    """URN of a name → its zone, where the program only refers to one: whoever may may delete it all the same."""
    names: dict[str, list[Entry]] = {}
    for entry in entries:
        row = view.graph.resources.get(entry.urn)
        if row and row.type in RECORDS and zone_of(view, row) is None:
            names.setdefault(view.text(row, RECORDS[row.type][0]) or "", []).append(entry)
    for rows in names.values():
        first = min(rows, key=lambda entry: (len(entry.name), entry.name))
        zone = part_urn(view.graph[first.urn], "zone")
        store = dns_zone(zone, f"of {first.name}", homes=first.homes, control=first.needs_to_recover[0])
        yield from ((entry.urn, store) for entry in rows)


def _delegates(view: View, zone: Resource, inner: Resource) -> bool:
    """Whether a zone names the servers of one inside of it, or of one between the two."""
    domain = _domain(view, inner)
    delegated = {absolute(view, row) for row in _name_servers(view).get(zone.urn, ())}
    return any(domain == name or domain.endswith(f".{name}") for name in delegated)


def absolute(view: View, row: Resource) -> str:
    """The full name of a record, in small letters: Route 53 takes it without that of its zone too."""
    zone, name = zone_of(view, row), (view.text(row, "name") or "").rstrip(".").lower()
    domain = _domain(view, zone) if zone else ""
    name = "" if name == "@" else name
    return name if not domain or name == domain or name.endswith(f".{domain}") else f"{name}.{domain}".lstrip(".")


def joined(view: View, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The names, those that two providers answer for told once."""
    together, entries = pairs(view), tuple(entries)
    asked = {one.name for one in entries if not _is_left(view, one)}
    entries = [one for one in entries if one.name not in asked or not _is_left(view, one)]
    return tuple(_one(view, rows, together.get(key[0], ())) for key, rows in _by_name(view, entries).items())


def _is_left(view: View, entry: Entry) -> bool:
    """Whether nobody is led to the zone that a name stands in."""
    zone = _zone_of_name(view, entry)
    return zone is not None and zone.urn in _left_by_registrars(view)


def left_out(view: View, entries: Iterable[Entry]) -> Iterator[Assumption]:
    """The standbys that one of two providers alone would answer, as not each can say all that the other does: Cloud DNS
    takes weights or a primary with a backup for a name, not both (RoutingPolicy; read 2026-11)."""
    for rows in _by_name(view, entries).values():
        for given in _answers(rows):
            if not _counts(given, rows):
                for row, route in given:
                    yield Assumption(Assumes.NOT_EVERYWHERE, subject(view.graph[route.urn]), row.homes[0])


def _by_name(view: View, entries: Iterable[Entry]) -> Mapping[tuple[str, str], Sequence[Entry]]:
    """The names by the zones that answer for them together; each by itself where there is one."""
    together = pairs(view)
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        zone = _zone_of_name(view, entry)
        zones = together.get(zone.urn, ()) if zone else ()
        groups.setdefault((zones[0].urn, entry.name) if zones else (entry.urn, ""), []).append(entry)
    return groups


def _one(view: View, rows: Sequence[Entry], zones: Sequence[Resource]) -> Entry:
    first = rows[0]
    if not zones:
        return first
    answering = {zone.urn for row in rows if (zone := zone_of(view, view.graph[row.urn]))}
    if missing := [zone for zone in zones if zone.urn not in answering]:
        # Whom a resolver asks is chance: from this zone it learns that there is no such name.
        return replace(first, routes=(*first.routes, *(Route(urn=zone.urn, target=None) for zone in missing)))
    domain = _domain(view, zones[0])
    spares = tuple(
        Domain(DomainKind.DNS_PROVIDER, f"{row.homes[0].name} for {domain}", row.homes, basic=False) for row in rows
    )
    name = " or ".join(row.homes[0].name for row in rows)
    known = {row.shielded for row in rows}
    return replace(
        first,
        homes=(Domain(DomainKind.DNS_PROVIDER, f"{name} for {domain}", spares=spares, basic=False),),
        needs_to_recover=tuple(dict.fromkeys(d for row in rows for d in row.needs_to_recover)),
        routes=tuple(_routes(rows)),
        propagates=slowest(row.propagates for row in rows) or first.propagates,
        editable_after=_editable(rows),
        shielded=False if False in known else None if None in known else True,
        at_providers=tuple(rows),
    )


def _editable(rows: Sequence[Entry]) -> Figure | None:
    """When names can be changed at all providers that a region runs, once that is lost; others are not stopped."""
    run = [row for row in rows if any(d.kind is DomainKind.REGION for n in row.needs_to_recover for d in n.walk())]
    moved = [row.editable_after for row in run]
    return None if None in moved else slowest(figure for figure in moved if figure)


def _routes(rows: Sequence[Entry]) -> Iterator[Route]:
    """What is answered: the same by all where all is well. A standby counts where every provider would answer it."""
    for given in sorted(_answers(rows), key=_standby):
        if not _counts(given, rows):
            continue
        routes = [route for _, route in given]
        noticed = [route.detects for route in routes]
        switches = {route.switched_by for route in routes}
        yield replace(
            routes[0],
            standby=_standby(given),
            detects=None if None in noticed else slowest(figure for figure in noticed if figure),
            switched_by=routes[0].switched_by if len(switches) == 1 else None,
        )


def _answers(rows: Sequence[Entry]) -> Iterable[_Given]:
    """What the names lead to: who answers it, by which record."""
    found: dict[str, list[tuple[Entry, Route]]] = {}
    for row in rows:
        for route in row.routes:
            found.setdefault(route.target or route.urn, []).append((row, route))
    return found.values()


def _standby(given: _Given) -> bool:
    return all(route.standby for _, route in given)


def _counts(given: _Given, rows: Sequence[Entry]) -> bool:
    """Whether an answer is given where all is well, or by every provider."""
    known = given[0][1].target is not None
    return not (_standby(given) and known) or all(any(by is row for by, _ in given) for row in rows)
