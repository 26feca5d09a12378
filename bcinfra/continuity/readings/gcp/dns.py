"""Cloud DNS: names, their answers by routing policy, the checks that withdraw an answer, and the zone itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Entry, Route, Routing
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated, total
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.fronts import at, front_of, fronts, hosts, layer, overstay, shielded
from bcinfra.continuity.readings.base.reading import Found, part, setting
from bcinfra.continuity.readings.base.stores import dns_zone
from bcinfra.continuity.readings.base.traits import ANSWERS, Without, having, loses
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, once_per_view
from bcinfra.continuity.readings.gcp import balancers, places
from bcinfra.graph.core.model import UNKNOWN, Resource, Value

RECORD: Final = "gcp:dns/recordSet:RecordSet"
ZONE: Final = "gcp:dns/managedZone:ManagedZone"
REGISTRATION: Final = "gcp:clouddomains/registration:Registration"
_LEADING: Final = ("A", "AAAA", "CNAME")
_PROVEN: Final = (balancers.AUTHORIZATION, "aws:acm/certificate:Certificate")
"""What asks for a proof of ownership."""
_DEFAULT_TTL: Final = 300.0
PROVIDER: Final = Domain(DomainKind.DNS_PROVIDER, "gcp/cloud-dns", (places.PROVIDER,))


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a routing policy, before it is known where it leads."""

    values: Value
    """Addresses or names; unknown before deployment."""
    region: str | None = None
    """Region that the policy names beside it."""
    standby: bool = False
    weight: int | None = None
    checked: bool = False
    fenced: bool = False
    """Whether clients of its place get no other, be it healthy or not."""
    internal: bool = False
    together: int = 1
    """How many answers stand in its list."""


def record(view: View, resource: Resource) -> Iterator[Found]:
    """The name that clients ask for; ``A`` where it has ``AAAA`` besides."""
    if _is_entry(view, resource):
        yield entry(view, resource)


def asked(view: View, host: str) -> Resource | None:
    """The record that answers for a host name: one that everybody may ask, before one of a private zone."""
    rows = _of_name(view, host.rstrip(".").lower())
    return min(rows, key=lambda row: is_private(view, row), default=None)


def first(view: View, resource: Resource) -> Resource:
    """The first record of a name."""
    return next(iter(_of_name(view, name_of(view, resource))), resource)


def entry(view: View, resource: Resource) -> Entry:
    """A name, as its record tells it."""
    name = name_of(view, resource)
    routes = _routes(view, resource, frozenset())
    fronts = {route.target for route in routes if route.target and not route.standby}
    known = {shielded(view, view.graph[urn]) for urn in sorted(fronts) if urn in view.graph}
    return Entry(
        urn=resource.urn,
        label=f"DNS name {name}",
        name=name,
        homes=(PROVIDER, places.project(view, resource), *hosts(view, (route.target for route in routes))),
        needs_to_recover=(places.WORLDWIDE_CONTROL,),
        routing=_routing(view, resource),
        routes=tuple({(r.target, r.standby) if r.target else r.urn: r for r in reversed(routes)}.values())[::-1],
        propagates=total(f"clients follow {name}", _ttl(view, resource)),
        overstay=overstay(view),
        shielded=False if False in known else None if None in known or not known else True,
    )


def name_of(view: View, resource: Resource) -> str:
    return (view.text(resource, "name") or resource.name).rstrip(".").lower()


def _is_entry(view: View, resource: Resource) -> bool:
    """Whether clients ask for a name: not a proof of ownership, not of a private zone, not said twice."""
    name = name_of(view, resource)
    if view.text(resource, "type") not in _LEADING or name.startswith("_"):
        return False
    if is_private(view, resource):
        return False
    if any(r.type in _PROVEN for p in ("name", "rrdatas") for r in view.linked(resource, p)):
        return False
    return resource == _of_name(view, name)[0]


def is_private(view: View, resource: Resource) -> bool:
    """Whether a name is found in some networks alone."""
    zone = view.ref(resource, "managedZone", ZONE)
    return bool(zone) and view.text(zone, "visibility") == "private"


def is_signed(view: View, resource: Resource) -> bool:
    """Whether a zone's answers are known to be signed; while it moves to another provider they still are (Cloud DNS,
    migrate DNSSEC-enabled zones; read 2026-11-30)."""
    return as_row(view.value(resource, "dnssecConfig")).get("state") in ("on", "transfer")


def _of_name(view: View, name: str) -> tuple[Resource, ...]:
    """The records of a name that lead somewhere, ``A`` before ``AAAA``."""

    return _cloud_dns_names(view).get(name, ())


@once_per_view
def _cloud_dns_names(view: View) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(RECORD):
        if view.text(row, "type") in _LEADING:
            found.setdefault(name_of(view, row), []).append(row)

    def order(row: Resource) -> tuple[int, str]:
        return _LEADING.index(view.text(row, "type") or "A"), row.urn

    return {name: tuple(sorted(rows, key=order)) for name, rows in found.items()}


def _routing(view: View, resource: Resource) -> Routing:
    policy = as_row(view.value(resource, "routingPolicy"))
    kinds = {"primaryBackup": Routing.FAILOVER, "geos": Routing.GEO, "wrrs": Routing.WEIGHTED}
    return next((kind for name, kind in kinds.items() if policy.get(name)), Routing.SIMPLE)


def _answers(view: View, resource: Resource) -> Iterator[_Answer]:
    """The answers of a name in the order of its policy, the primary first."""
    policy = as_row(view.value(resource, "routingPolicy"))
    if not policy:
        values = _items(view.value(resource, "rrdatas") or resource.inputs.get("rrdatas"))
        yield from (_Answer(value, together=len(values)) for value in values)
        return
    primary = as_row(policy.get("primaryBackup"))
    share = _share_of_backups(primary)
    yield from _targets(as_row(primary.get("primary")), None, standby=share == 1)
    for row in as_rows(primary.get("backupGeos")):
        yield from _located(row, standby=share == 0)
    fenced = policy.get("enableGeoFencing") not in (None, False, "false")
    for row in as_rows(policy.get("geos")):
        yield from (replace(answer, fenced=fenced) for answer in _located(row, standby=False))
    for row in as_rows(policy.get("wrrs")):
        weight = as_number(row.get("weight"))
        for answer in _located(row, standby=weight == 0):
            yield replace(answer, weight=None if weight is None else int(weight))


def _share_of_backups(policy: Mapping[str, Value]) -> float | None:
    """Share of the clients that backups answer while the primary is healthy; ``None`` where it is not known
    (https://docs.cloud.google.com/dns/docs/routing-policies-overview, trickle traffic; read 2026-11)."""
    stated = policy.get("trickleRatio")
    return 0.0 if stated is None else as_number(stated)


def _located(row: Mapping[str, Value], *, standby: bool) -> Iterator[_Answer]:
    region = as_text(row.get("location"))
    for value in _items(row.get("rrdatas")):
        yield _Answer(value, region, standby)
    yield from _targets(as_row(row.get("healthCheckedTargets")), region, standby=standby)


def _targets(row: Mapping[str, Value], region: str | None, *, standby: bool) -> Iterator[_Answer]:
    outside = _items(row.get("externalEndpoints"))
    for value in outside:
        yield _Answer(value, region, standby, checked=True, together=len(outside))
    for inner in as_rows(row.get("internalLoadBalancers")):
        at = as_text(inner.get("region")) or region
        yield _Answer(inner.get("ipAddress"), at, standby, checked=True, internal=True)


def _items(value: Value) -> list[Value]:
    """The items of a list; an unknown list is one unknown item."""
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _routes(view: View, resource: Resource, seen: frozenset[str]) -> list[Route]:
    """Every answer of a name, primaries first; other names of the graph followed."""
    answers = list(_answers(view, resource))
    name = "routingPolicy" if view.value(resource, "routingPolicy") else "rrdatas"
    leads = _assigned(view, resource, answers, name)
    check = _check(view, resource)
    routes: list[Route] = []
    for answer, lead in zip(answers, leads, strict=True):
        if isinstance(lead, Resource) and lead.type == RECORD and lead.urn not in seen and lead != resource:
            inner = _routes(view, lead, seen | {resource.urn})
            routes += [replace(route, standby=route.standby or answer.standby) for route in inner]
            continue
        routes.append(
            Route(
                urn=resource.urn,
                target=front_of(view, lead) if lead else _named(view, resource, answer),
                standby=answer.standby,
                weight=answer.weight,
                health_check=check.urn if check and answer.checked else None,
                detects=_withdrawal(view, answer, lead, check) if name == "routingPolicy" else None,
            )
        )
    return sorted(routes, key=lambda route: route.standby)


def _named(view: View, resource: Resource, answer: _Answer) -> str | None:
    """The name that an answer gives, where the program says what answers for it."""
    urns = at(view, answer.values, resource) if isinstance(answer.values, str) else ()
    return next((urn for urn in urns if urn != layer(view, resource)), None)


def _check(view: View, resource: Resource) -> Resource | None:
    return view.ref(resource, "routingPolicy", *balancers.CHECKS)


def _withdrawal(view: View, answer: _Answer, lead: Resource | None, check: Resource | None) -> Figure | None:
    """Time until an answer is withdrawn: by the policy's check, or by those of the internal balancer it leads to. Who
    is fenced in gets it all the same (routing policies overview, geofence; read 2026-11)."""
    if not answer.checked or answer.fenced:
        return None
    if answer.internal and lead:
        rows = balancers.rules_of(view, lead) if lead.type in balancers.ADDRESSES else (lead,)
        services = [s for row in rows for s in balancers.backend_services(view, row)]
        return slowest(d for service in services if (d := balancers.detection(view, service)))
    return balancers.checked(view, check) if check else None


def _assigned(view: View, resource: Resource, answers: list[_Answer], name: str) -> list[Resource | None]:
    """What each answer leads to: by its text; else, of what the property depends on, by region; else what is left.

    Where two answers are left for two targets and nothing tells which leads to which, none is taken for known.
    """
    types = (*fronts(view), RECORD)
    leads: list[Resource | None] = [None] * len(answers)
    for n, answer in enumerate(answers):
        if isinstance(text := answer.values, str):
            named = view.named(text, types)
            leads[n] = named[0] if named and named[0] != resource else None
    unknown = [n for n, answer in enumerate(answers) if answer.values is UNKNOWN]
    taken = {lead.urn for lead in leads if lead}
    free = [r for r in view.linked(resource, name) if r.type in types and r != resource and r.urn not in taken]
    twins = [n for n in unknown if answers[n].together == 2]
    pairs = [r for r in free if view.of_type(r.type).addresses == 2]
    if len(twins) == 2 and len(pairs) == 1 and len(free) == len(unknown) - 1:  # what has two addresses gave them
        for n in twins:
            leads[n] = pairs[0]
            unknown.remove(n)
        free.remove(pairs[0])
    for n in list(unknown):
        here = [r for r in free if answers[n].region in _served_from(view, r)]
        if len(here) == 1:
            leads[n] = here[0]
            unknown.remove(n)
            free.remove(here[0])
    if len(unknown) == len(free) == 1:
        leads[unknown[0]] = free[0]
    elif len(unknown) == 1 and free:  # one unknown list of several addresses
        leads[unknown[0]] = free[0]
        for extra in free[1:]:
            answers.append(answers[unknown[0]])
            leads.append(extra)
    return leads


def _served_from(view: View, resource: Resource) -> set[str | None]:
    """The regions that serve what an answer leads to: its own, of a worldwide balancer those of its backends."""
    if resource.type not in (balancers.GLOBAL_RULE, balancers.ADDRESSES[0]):
        return {places.region_of(view, resource)} - {None}
    rules = balancers.rules_of(view, resource) if resource.type in balancers.ADDRESSES else (resource,)
    services = [service for rule in rules for service in balancers.backend_services(view, rule)]
    pools = [view.graph[urn] for service in services for urn in balancers.pools_behind(view, service)]
    return {places.region_of(view, pool) for pool in pools} - {None}


def _ttl(view: View, resource: Resource) -> Figure:
    number = view.number(resource, "ttl")
    if number is None:
        return assumed("TTL", Unit.SECONDS, Range.exactly(_DEFAULT_TTL), "Cloud DNS takes 300 s where none is stated")
    return stated("TTL", Unit.SECONDS, number, f"{resource.name}: ttl")


def zone(view: View, resource: Resource) -> Iterator[Found]:
    """A zone: what the program declares, it can make again. In its networks a private one answers by itself."""
    private = view.text(resource, "visibility") == "private"
    homes = (*(() if private else (PROVIDER,)), places.project(view, resource))
    name = (view.text(resource, "dnsName") or resource.name).rstrip(".")
    yield dns_zone(resource.urn, name, homes=homes, control=places.WORLDWIDE_CONTROL, private=private)


READINGS: Final = {
    RECORD: part("DNS record", record, ANSWERS.also(identities="", facts="gcp.lb.global_external")),
    REGISTRATION: setting("registration of a domain", "how often a domain lapses or is taken", reasons.NAMES),
    ZONE: part(
        "DNS zone",
        zone,
        having(
            reasons.NAMES,
            identities="dnsName nameServers",
            backup=Without("the program declares its records, and makes them again"),
            replacement=loses("DNS zone", "dnsName name visibility", bare_while="forceDestroy"),
        ),
    ),
}
