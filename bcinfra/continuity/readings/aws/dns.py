"""Route 53: names, the answers they give, the checks that withdraw an answer, and the zone itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Final

from bcinfra.continuity.model import domains
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Entry, Route, Routing
from bcinfra.continuity.model.ranges import Figure, Unit, stated, total
from bcinfra.continuity.readings.aws import places
from bcinfra.continuity.readings.aws.alarms import ALARM, COMPOSITE, fires
from bcinfra.continuity.readings.aws.automation import acting
from bcinfra.continuity.readings.aws.balancers import (
    ACCELERATOR,
    LOAD_BALANCERS,
    front,
    target_groups,
)
from bcinfra.continuity.readings.aws.compute import INSTANCE, instance_pool
from bcinfra.continuity.readings.aws.places import BUCKET_TYPES
from bcinfra.continuity.readings.aws.plans import switcher
from bcinfra.continuity.readings.aws.targets import detection
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.checks import repeated, slowest
from bcinfra.continuity.readings.base.fronts import at, front_of, fronts, layer, overstay, records, shielded
from bcinfra.continuity.readings.base.reading import Found, part, setting, subject
from bcinfra.continuity.readings.base.stores import dns_zone
from bcinfra.continuity.readings.base.traits import ANSWERS, Without, having, loses
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_text, once_per_view, strings
from bcinfra.graph.core.location import GLOBAL
from bcinfra.graph.core.model import Resource
from bcinfra.places.table import GLOBAL_HOME

RECORD: Final = "aws:route53/record:Record"
CHECK: Final = "aws:route53/healthCheck:HealthCheck"
ZONE: Final = "aws:route53/zone:Zone"
REGISTRATIONS: Final = ("aws:route53domains/registeredDomain:RegisteredDomain", "aws:route53domains/domain:Domain")
SIGNING: Final = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
SIGNING_KEY: Final = "aws:route53/keySigningKey:KeySigningKey"
ADDRESS: Final = "aws:ec2/eip:Eip"
WEBSITE: Final = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"
_LEADING: Final = ("A", "AAAA", "CNAME")
_EXAMPLES: Final = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""Ranges that examples use for public addresses (RFC 5737)."""
_ENDPOINT_CHECKS: Final = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")

_PROVING: Final = ("aws:acm/", "aws:ses/", "aws:sesv2/", "gcp:certificatemanager/dnsAuthorization:")
"""How the types begin that ask for a proof of ownership."""

PROVIDER: Final = Domain(DomainKind.DNS_PROVIDER, "aws/route53", (domains.provider("aws"),))
CONTROL: Final = domains.global_control_plane("aws", "route53", GLOBAL_HOME)

Name = tuple[str, str]
"""A zone and a name in it."""


def record(view: View, resource: Resource) -> Iterator[Found]:
    """The name that clients ask for, told once for all its records. Names that only aliases lead to are inside it."""
    key = name_of(view, resource)
    rows = names(view).get(key, ())
    if rows and rows[0] == resource and _is_entry(view, key):
        yield entry(view, resource)


def asked(view: View, host: str) -> Resource | None:
    """The record that answers for a host name: one that everybody may ask, before one of a private zone."""
    return _by_full_name(view).get(host.rstrip(".").lower())


@once_per_view
def _by_full_name(view: View) -> dict[str, Resource]:
    private = {key: is_private(view, rows[0]) for key, rows in names(view).items()}
    return {key[1]: names(view)[key][0] for key in sorted(private, key=lambda key: not private[key])}


def first(view: View, resource: Resource) -> Resource:
    """The first record of a name."""
    return names(view).get(name_of(view, resource), (resource,))[0]


def entry(view: View, resource: Resource) -> Entry:
    """A name, as its first record tells it."""
    key = name_of(view, resource)
    routes = _routes(view, key, frozenset())
    zone = view.ref(resource, "zoneId", ZONE)
    accelerated = bool(zone) and view.flag(zone, "enableAcceleratedRecovery")
    return Entry(
        urn=resource.urn,
        label=f"DNS name {key[1]}",
        name=key[1],
        homes=(PROVIDER, places.account(view, resource), *(signed(view, zone) if zone else ())),
        needs_to_recover=(CONTROL,),
        routing=_routing(view, key, frozenset()),
        routes=tuple(_merged(routes)),
        propagates=_propagation(view, key),
        overstay=overstay(view),
        shielded=_shielded(view, routes),
        editable_after=view.time("aws.route53.accelerated_recovery") if accelerated else None,
    )


def signed(view: View, zone: Resource) -> Iterator[Domain]:
    """The keys that a zone is signed with: whoever checks refuses its answers once one is gone. Signatures are made
    for the days ahead, so that a region's outage, where KMS is, does not take the key: only who disables or deletes it
    (Route 53 Developer Guide, KMS key and ZSK management, read 2026-11-30)."""
    for row in signing_keys(view, zone):
        for key in places.keys_of(view, row, "keyManagementServiceArn"):
            yield replace(places.key_domain(view, key), within=())


def signing_keys(view: View, zone: Resource) -> Iterator[Resource]:
    """By what a zone's answers are signed."""
    for row in view.users(zone, SIGNING_KEY, "hostedZoneId"):
        signing = (one for named in (zone, row) for one in view.users(named, SIGNING, "hostedZoneId"))
        used = any(view.text(one, "signingStatus") != "NOT_SIGNING" for one in signing)
        if used and view.text(row, "status") != "INACTIVE":
            yield row


def hosted(view: View, front: Resource) -> Domain | None:
    """Route 53, which answers for ``elb.amazonaws.com``, ``cloudfront.net`` and the like. An accelerator, a server and
    a balancer with addresses of one's own are reached by those too."""
    own = any("allocationId" in row for row in view.rows(front, "subnetMappings"))
    return None if own or front.type in (ACCELERATOR, INSTANCE, ADDRESS) else PROVIDER


def _merged(routes: list[Route]) -> Iterator[Route]:
    """The answers, those that lead to the same told once: it is left when the last of them is withdrawn."""
    alike: dict[object, list[Route]] = {}
    for route in routes:
        alike.setdefault((route.target, route.standby) if route.target else route.urn, []).append(route)
    for first, *others in alike.values():
        noticed = [route.detects for route in (first, *others)]
        yield replace(first, detects=None if None in noticed else slowest(figure for figure in noticed if figure))


def _shielded(view: View, routes: list[Route]) -> bool | None:
    """Whether floods are absorbed before whatever answers when all is well."""
    targets = {route.target for route in routes if route.target and not route.standby}
    fronts = [view.graph[urn] for urn in sorted(targets) if urn in view.graph]
    known = {shielded(view, front) for front in fronts}
    return False if False in known else None if None in known or not known else True


def names(view: View) -> Mapping[Name, tuple[Resource, ...]]:
    """The records that lead clients somewhere, by name; ``A`` where a name has ``AAAA`` besides."""

    return _dns_names(view)


@once_per_view
def _dns_names(view: View) -> dict[Name, tuple[Resource, ...]]:
    found: dict[Name, dict[str, list[Resource]]] = {}
    for row in view.graph.of_type(RECORD):
        kind = view.text(row, "type")
        if kind in _LEADING:
            found.setdefault(name_of(view, row), {}).setdefault(kind, []).append(row)
    return {name: tuple(next(kinds[k] for k in _LEADING if k in kinds)) for name, kinds in found.items()}


def name_of(view: View, row: Resource) -> Name:
    """Zone and full name of a record; its logical name where the name is not known."""
    zone = view.ref(row, "zoneId", ZONE)
    within = view.text(zone, "name") if zone else None
    name = (view.text(row, "name") or (within if row.inputs.get("name") == "" else None) or "").rstrip(".").lower()
    if within and name and name != within and not name.endswith(f".{within}"):
        name = f"{name}.{within}"
    return zone.urn if zone else view.text(row, "zoneId") or "", name or row.name


def _is_entry(view: View, key: Name) -> bool:
    """Whether clients ask for a name: not a proof of ownership, not inside, not only the target of aliases."""
    rows = names(view)[key]
    proof = key[1].startswith("_") or "._domainkey." in key[1] or _validates(view, rows[0])
    inside = _inside(view)
    return not (is_private(view, rows[0]) or proof or key in inside)


def is_private(view: View, row: Resource) -> bool:
    """Whether a name is found in some networks alone."""
    zone = view.ref(row, "zoneId", ZONE)
    return bool(zone) and bool(view.value(zone, "vpcs"))


@once_per_view
def _inside(view: View) -> frozenset[Name]:
    """Names that other names of the zone answer as: layers, which no client asks for."""
    return frozenset(inner for rows in names(view).values() for row in rows if (inner := _inner(view, row)))


def _validates(view: View, row: Resource) -> bool:
    linked = (*view.linked(row, "name"), *view.linked(row, "records"))
    return any(r.type.startswith(_PROVING) for r in linked)


def _inner(view: View, row: Resource) -> Name | None:
    """The other name of the zone that an alias answers as."""
    text = as_text(as_row(view.value(row, "aliases")).get("name"))
    key = (name_of(view, row)[0], (text or "").rstrip(".").lower())
    return key if key in names(view) and key != name_of(view, row) else None


def _routing(view: View, key: Name, seen: frozenset[Name]) -> Routing:
    """How a name chooses, looking through names that are there for layers alone."""
    for row in names(view)[key]:
        inner = _inner(view, row)
        if inner and inner not in seen and _policy(view, row) in (Routing.SIMPLE, Routing.FAILOVER):
            below = _routing(view, inner, seen | {key})
            if below is not Routing.SIMPLE:
                return below
    return _policy(view, names(view)[key][0])


def _policy(view: View, row: Resource) -> Routing:
    policies = {
        "failoverRoutingPolicies": Routing.FAILOVER,
        "latencyRoutingPolicies": Routing.LATENCY,
        "geolocationRoutingPolicies": Routing.GEO,
        "geoproximityRoutingPolicy": Routing.GEO,
        "cidrRoutingPolicy": Routing.GEO,
        "weightedRoutingPolicies": Routing.WEIGHTED,
        "multivalueAnswerRoutingPolicy": Routing.WEIGHTED,
    }
    return next((routing for name, routing in policies.items() if view.value(row, name)), Routing.SIMPLE)


def _routes(view: View, key: Name, seen: frozenset[Name]) -> list[Route]:
    """Every answer of a name, primaries first, aliases to other names of the zone followed."""
    found: list[Route] = []
    for row in names(view)[key]:
        inner = _inner(view, row)
        standby = _is_standby(view, row)
        if inner and inner not in seen:
            below = _routes(view, inner, seen | {key})
            check = view.ref(row, "healthCheckId", CHECK)
            own = _withdrawal(view, row, key, check) if check else None
            found += [replace(r, standby=r.standby or standby, detects=r.detects or own) for r in below]
        else:
            found += list(_answers(view, row, key, standby))
    return sorted(found, key=lambda route: route.standby)


def _is_standby(view: View, row: Resource) -> bool:
    failover = as_text(as_row(view.value(row, "failoverRoutingPolicies")).get("type"))
    return failover == "SECONDARY" or as_number(as_row(view.value(row, "weightedRoutingPolicies")).get("weight")) == 0


def _answers(view: View, row: Resource, key: Name, standby: bool) -> Iterator[Route]:
    """A record's answers, one a target; one without a target where the graph does not tell where it leads."""
    check = view.ref(row, "healthCheckId", CHECK)
    weight = as_number(as_row(view.value(row, "weightedRoutingPolicies")).get("weight"))
    resolved = list(dict.fromkeys(filter(None, (leads_to(view, t) for t in _addressed(view, row)))))
    resolved = resolved or [urn for urn in _named(view, row) if urn != layer(view, row)]
    for target in resolved or [None]:
        yield Route(
            urn=row.urn,
            target=target,
            standby=standby,
            weight=None if weight is None else int(weight),
            health_check=check.urn if check else None,
            detects=_withdrawal(view, row, key, check),
            switched_by=_switched_by(view, row),
            shielded=shielded(view, view.graph[target]) if target and target in view.graph else None,
        )


def _switched_by(view: View, row: Resource) -> str | None:
    """URN of what turns a record: a plan, or the team's own means."""
    zone = view.ref(row, "zoneId", ZONE)
    return switcher(view, row) or (acting(view, "switch", zone) if zone else None)


def _addressed(view: View, row: Resource) -> Iterator[Resource]:
    for name in ("aliases", "records"):
        if view.value(row, name) is not None or row.inputs.get(name) is not None:
            yield from view.refs(row, name, *fronts(view))


def _named(view: View, row: Resource) -> Iterator[str]:
    """The names that a record answers with, where the program says what answers for them."""
    texts = strings(view.value(row, "records"))
    yield from dict.fromkeys(urn for text in texts for urn in at(view, text, row))
    yield from (layer(view, r) for r in view.linked(row, "records") if r.type in records(view))


def leads_to(view: View, target: Resource) -> str | None:
    """The part that an address belongs to."""
    if target.type == ADDRESS:
        servers = (*view.refs(target, "instance", INSTANCE), *_associated(view, target))
        fixed = (lb for token in LOAD_BALANCERS for lb in view.users(target, token, "subnetMappings"))
        return instance_pool(view, servers[0]) if servers else next((lb.urn for lb in fixed), None)
    if target.type == WEBSITE:
        bucket = view.ref(target, "bucket", *BUCKET_TYPES)
        return bucket.urn if bucket else None
    return front(view, target) if target.package == "aws" else front_of(view, target)


def _associated(view: View, address: Resource) -> Iterator[Resource]:
    for association in view.users(address, "aws:ec2/eipAssociation:EipAssociation", "allocationId"):
        yield from view.refs(association, "instanceId", INSTANCE)


def _withdrawal(view: View, row: Resource, key: Name, check: Resource | None) -> Figure | None:
    """Time until the answer is withdrawn; ``None`` when nothing can withdraw it.

    A name without a routing policy gives its answer whatever a check says.
    """
    if _policy(view, row) is Routing.SIMPLE:
        return None
    if check:
        return checked(view, check, key[1], _regions(view, row))
    if as_flag(as_row(view.value(row, "aliases")).get("evaluateTargetHealth")):
        balancers = view.refs(row, "aliases", *LOAD_BALANCERS)
        fact = "aws.nlb" if balancers and view.text(balancers[0], "loadBalancerType") == "network" else "aws.alb"
        return slowest(d for b in balancers for g in target_groups(view, b) if (d := detection(view, g, fact)))
    return None


def checked(view: View, check: Resource, name: str = "", here: frozenset[str] = frozenset()) -> Figure | None:
    """Time until a health check has failed; ``None`` when it cannot, or only a person makes it fail. ``here``: the
    regions that the answer leads to, where they are known.

    A check of the very name that fails over follows the failover, and says nothing of one site. Nor does one of what
    cannot be reached from outside, or of a name that leads nowhere: it fails always. One that asks another region
    passes while this one is lost, and an inverted one passes while what it asks does not answer
    (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html; read 2026-11).
    """
    kind = view.text(check, "type")
    asked = view.text(check, "fqdn")
    addressed = view.value(check, "ipAddress") or check.inputs.get("ipAddress") is not None
    if view.flag(check, "disabled") or view.flag(check, "invertHealthcheck"):
        return None
    if asked and not addressed and (asked == name or _leads_nowhere(view, asked)):
        return None
    if _inside_only(view, check) or (here and (there := _asked_in(view, check)) and not here & there):
        return None
    if kind == "CALCULATED":
        return _calculated(view, check, name, here)
    if kind == "CLOUDWATCH_METRIC":
        return _alarmed(view, check, here)
    if kind == "RECOVERY_CONTROL":
        return None
    return _probe(view, check, tcp=kind == "TCP")


def _calculated(view: View, check: Resource, name: str, here: frozenset[str]) -> Figure | None:
    """A check over others fails once fewer of them pass than it asks for."""
    children = view.refs(check, "childHealthchecks", CHECK)
    figures = {child.urn: figure for child in children if (figure := checked(view, child, name, here))}
    probes = [c.urn for c in children if view.text(c, "type") in _ENDPOINT_CHECKS and c.urn in figures]
    listed, asks_for = view.value(check, "childHealthchecks"), view.count(check, "childHealthThreshold")
    count = max(len(listed) if isinstance(listed, list) else 0, len(children))
    if asks_for is not None and count - len(figures) >= asks_for:
        return None
    return slowest(figures[urn] for urn in probes or figures)


def _alarmed(view: View, check: Resource, here: frozenset[str]) -> Figure | None:
    """A check that follows an alarm. One of the region that is lost has no data then: the check is as it was, unless it
    is told to fail (``insufficientDataHealthStatus``; by default it stays as it was)."""
    alarm = view.ref(check, "cloudwatchAlarmName", ALARM, COMPOSITE)
    silent = view.text(check, "insufficientDataHealthStatus")
    region = (alarm and places.region_of(view, alarm)) or view.text(check, "cloudwatchAlarmRegion")
    if alarm is None or silent == "Healthy" or (silent != "Unhealthy" and len(here) == 1 and region in here):
        return None
    return fires(view, alarm)


def _asked_in(view: View, check: Resource) -> frozenset[str]:
    """The regions that answer a check; none where the graph does not tell."""
    rows = [row for name in ("fqdn", "ipAddress") for row in view.refs(check, name, *fronts(view))]
    host = view.text(check, "fqdn")
    record = asked(view, host) if host and not rows else None
    return _regions_of(view, rows if record is None else _ends(view, names(view)[name_of(view, record)]))


def _regions(view: View, row: Resource) -> frozenset[str]:
    """The regions that a record leads to; none where the graph does not tell, or it leads everywhere."""
    return _regions_of(view, _ends(view, (row,)))


def _ends(view: View, rows: Iterable[Resource]) -> Iterator[Resource]:
    """What records lead to, through names that are there for layers alone."""
    queue, seen = list(rows), set[str]()
    for row in queue:
        seen.add(row.urn)
        inner = _inner(view, row)
        queue += [one for one in names(view)[inner] if one.urn not in seen] if inner else []
        yield from () if inner else _addressed(view, row)


def _regions_of(view: View, rows: Iterable[Resource]) -> frozenset[str]:
    found = [view.location(row) for row in rows]
    if not all(at and at.region and at.region != GLOBAL for at in found):
        return frozenset()
    return frozenset(at.region for at in found if at and at.region)


def _inside_only(view: View, check: Resource) -> bool:
    """Whether a check asks an address or balancer that only its own network reaches."""
    if address := view.text(check, "ipAddress"):
        try:
            return ip_address(address).is_private and not any(ip_address(address) in net for net in _EXAMPLES)
        except ValueError:
            return False
    return any(view.flag(lb, "internal") for lb in view.refs(check, "fqdn", *LOAD_BALANCERS))


def _leads_nowhere(view: View, host: str) -> bool:
    """Whether the program declares the zone of a name, with other records, and none that answers for it. Where a
    cluster is, its controllers may make records that no program shows."""
    if any(row.package == "kubernetes" for row in view.graph):
        return False
    host = host.rstrip(".").lower()
    zones = [zone for zone in view.graph.of_type(ZONE) if _within(host, view.text(zone, "name"))]
    own = max(zones, key=lambda zone: len(view.text(zone, "name") or ""), default=None)
    rows = view.users(own, RECORD, "zoneId") if own else ()
    stated = {name_of(view, row)[1]: view.text(row, "type") == "NS" for row in rows}
    led = any(
        host == name or (name.startswith("*.") and _within(host, name[2:])) or (delegates and _within(host, name))
        for name, delegates in stated.items()
    )
    return bool(stated) and not led


def _within(host: str, name: str | None) -> bool:
    return bool(name) and (host == name or host.endswith(f".{(name or '').rstrip('.').lower()}"))


def _probe(view: View, check: Resource, *, tcp: bool) -> Figure:
    fact = "aws.route53.failover"

    def of(name: str, default: str, unit: Unit) -> Figure:
        return view.setting(check, name, name, unit) or view.facts[fact].parameter(default, unit)

    timeouts = ("tcp_check_timeout_s",) if tcp else ("tcp_connect_timeout_s", "response_timeout_s")
    return repeated(
        f"health check {check.name} fails",
        of("requestInterval", "interval_s", Unit.SECONDS),
        of("failureThreshold", "failure_threshold_default", Unit.COUNT),
        *(view.parameter(fact, timeout) for timeout in timeouts),
    )


def _propagation(view: View, key: Name) -> Figure:
    """Time until clients follow a changed answer: its TTL."""
    ttl = slowest(_ttl(view, row) for row in _answering(view, key, frozenset())) or _alias_ttl(view)
    return total(f"clients follow {key[1]}", ttl)


def _answering(view: View, key: Name, seen: frozenset[Name]) -> Iterator[Resource]:
    for row in names(view)[key]:
        inner = _inner(view, row)
        if inner and inner not in seen:
            yield from _answering(view, inner, seen | {key})
        else:
            yield row


def _ttl(view: View, row: Resource) -> Figure:
    number = view.number(row, "ttl")
    return _alias_ttl(view) if number is None else stated("TTL", Unit.SECONDS, number, f"{row.name}: ttl")


def _alias_ttl(view: View) -> Figure:
    return view.parameter("aws.route53.failover", "alias_ttl_s")


def zone(view: View, resource: Resource) -> Iterator[Found]:
    """A zone: what the program declares, it can make again. In its networks a private one answers by itself."""
    private = bool(view.value(resource, "vpcs"))
    homes = (*(() if private else (PROVIDER,)), places.account(view, resource))
    name = view.text(resource, "name") or resource.name
    if [*signed(view, resource)]:
        yield Assumption(Assumes.DELEGATED_SIGNED, subject(resource))
    yield dns_zone(resource.urn, name, homes=homes, control=CONTROL, private=private)


READINGS: Final = {
    RECORD: part(
        "DNS record",
        record,
        ANSWERS.also(identities="", facts="aws.alb aws.nlb aws.route53.accelerated_recovery aws.route53.failover"),
    ),
    ZONE: part(
        "DNS zone",
        zone,
        having(
            reasons.NAMES,
            identities="zoneId nameServers",
            backup=Without("the program declares its records, and makes them again"),
            replacement=loses("DNS zone", "delegationSetId name", bare_while="forceDestroy"),
        ),
    ),
    **dict.fromkeys(
        REGISTRATIONS, setting("registration of a domain", "how often a domain lapses or is taken", reasons.NAMES)
    ),
    SIGNING: setting("signatures of a zone", "whether answers are signed", reasons.NAMES),
    SIGNING_KEY: setting("key-signing key", "which key a zone hangs on", reasons.KEYS),
    CHECK: setting("health check", "when an answer is withdrawn", reasons.WATCH),
    ADDRESS: setting(
        "public address",
        "which server an address leads to",
        having(reasons.NETWORK, identities="address publicIp publicDns allocationId"),
    ),
    "aws:ec2/eipAssociation:EipAssociation": setting(
        "public address", "which server an address leads to", reasons.NETWORK
    ),
}
