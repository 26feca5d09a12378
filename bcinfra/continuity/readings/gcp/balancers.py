"""Load balancing on Google Cloud: from an address over rule, proxy, URL map and backend service to what serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bcinfra.continuity.model import rates
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Member, Store, StoreKind
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, stated
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.certificates import presented
from bcinfra.continuity.readings.base.checks import repeated, slowest
from bcinfra.continuity.readings.base.fronts import Behind, behind, grouped, taken, which
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.stores import certified_again
from bcinfra.continuity.readings.base.traits import FRONT, PROOF, having
from bcinfra.continuity.readings.base.view import View, as_flag, as_number, as_row, as_text, once_per_view, strings
from bcinfra.continuity.readings.gcp import places
from bcinfra.continuity.readings.gcp.compute import FUNCTION, INSTANCE, NODES, POOL_TYPES, RUN, pool_of
from bcinfra.graph.core.model import Resource, Value

GLOBAL_RULE: Final = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
REGION_RULE: Final = "gcp:compute/forwardingRule:ForwardingRule"
RULES: Final = (GLOBAL_RULE, REGION_RULE)
ADDRESSES: Final = ("gcp:compute/globalAddress:GlobalAddress", "gcp:compute/address:Address")
PROXIES: Final = tuple(
    f"gcp:compute/{name[0].lower()}{name[1:]}:{name}"
    for name in (
        *("TargetHttpProxy", "TargetHttpsProxy", "RegionTargetHttpProxy", "RegionTargetHttpsProxy"),
        *("TargetTCPProxy", "TargetSSLProxy", "TargetGrpcProxy", "RegionTargetTcpProxy"),
    )
)
MAPS: Final = ("gcp:compute/uRLMap:URLMap", "gcp:compute/regionUrlMap:RegionUrlMap")
SERVICES: Final = (
    "gcp:compute/backendService:BackendService",
    "gcp:compute/regionBackendService:RegionBackendService",
)
BACKEND_BUCKET: Final = "gcp:compute/backendBucket:BackendBucket"
BUCKET: Final = "gcp:storage/bucket:Bucket"
ENDPOINTS: Final = (
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
    "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
    "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup",
)
ENDPOINT: Final = "gcp:compute/networkEndpoint:NetworkEndpoint"
TARGET_POOL: Final = "gcp:compute/targetPool:TargetPool"
CHECKS: Final = tuple(
    f"gcp:compute/{name[0].lower()}{name[1:]}:{name}"
    for name in ("HealthCheck", "RegionHealthCheck", "HttpHealthCheck", "HttpsHealthCheck")
)
POLICIES: Final = (
    "gcp:compute/securityPolicy:SecurityPolicy",
    "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
)
POLICY_RULES: Final = (
    "gcp:compute/securityPolicyRule:SecurityPolicyRule",
    "gcp:compute/regionSecurityPolicyRule:RegionSecurityPolicyRule",
)
_MANAGED: Final = (
    "gcp:compute/managedSslCertificate:ManagedSslCertificate",
    "gcp:compute/mangedSslCertificate:MangedSslCertificate",
)
"""Certificates that Google renews itself
(https://cloud.google.com/load-balancing/docs/ssl-certificates/google-managed-certs, 2026-11-29)."""
CERTIFICATE: Final = "gcp:certificatemanager/certificate:Certificate"
CERTIFICATES: Final = (
    *_MANAGED,
    "gcp:compute/sSLCertificate:SSLCertificate",
    "gcp:compute/regionSslCertificate:RegionSslCertificate",
    CERTIFICATE,
)
AUTHORIZATION: Final = "gcp:certificatemanager/dnsAuthorization:DnsAuthorization"
MAP: Final = "gcp:certificatemanager/certificateMap:CertificateMap"
MAP_ENTRY: Final = "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry"
EDGE: Final = Domain(DomainKind.CDN, "gcp/global load balancing", (places.PROVIDER,))
"""Google's front ends, which worldwide balancers and Cloud CDN share."""
_FACT: Final = "gcp.lb.global_external"
_EJECTION: Final = ("consecutiveErrors", "consecutiveGatewayFailure")
_SWEEP: Final = 10.0
"""Seconds between two looks at who errs where none are stated (Compute Engine, outlier detection)."""
_ZONAL: Final = re.compile(r"/zones/([^/]+)/networkEndpointGroups/")
_LIMITS: Final = ("throttle", "rate_based_ban")
_LAST: Final = 2_147_483_647
"""Priority of the rule of a policy that decides on whom no other names
(https://cloud.google.com/armor/docs/security-policy-overview; read 2026-11)."""


def rule(view: View, resource: Resource) -> Iterator[Found]:
    """A load balancer, told once for all rules of its address (such as the one that redirects to HTTPS)."""
    if front(view, resource) != resource or _only_redirects(view, resource):
        return
    services = backend_services(view, resource)
    apart = _by_path(view, resource, services)
    ends = [behind_service(view, service) for service in services if service not in apart]
    parts = dict.fromkeys(urn for one in ends for urn in one.parts)
    pools = tuple(dict.fromkeys((*(urn for urn in parts if _is_pool(view, urn)), *_directly(view, resource))))
    found_detections = [detection(view, service) for service in services]
    everywhere = resource.type == GLOBAL_RULE
    where = places.worldwide(view, resource, EDGE) if everywhere else places.place(view, resource)
    yield Balancer(
        urn=resource.urn,
        label=f"{'global ' if everywhere else ''}load balancer {resource.name}"
        + ("" if everywhere else places.where(view, resource)),
        **where,
        needs_to_run=(
            *dict.fromkeys(domain for row in _siblings(view, resource) for domain in certified_by(view, row)),
            *(zone for service in services for zone in _only_zone(view, service)),
        ),
        needs_to_recover=(places.WORLDWIDE_CONTROL,) if everywhere else places.control_plane(view, resource),
        zones=None,
        regional=True,
        pools=pools,
        detects=slowest(d for d in found_detections if d) if all(found_detections) else None,
        public=not is_internal(view, resource),
        beyond=tuple(dict.fromkeys(text for one in ends for text in one.beyond)),
        exposed=tuple(dict.fromkeys(_exposed(view, resource))),
    )
    for urn in parts:
        if urn not in pools:
            yield Call(resource.urn, urn)
    for bucket in buckets_behind(view, resource):
        yield Call(resource.urn, bucket.urn)
    for service in apart:
        behind_it, noticed = behind_service(view, service), detection(view, service)
        yield Balancer(
            urn=service.urn,
            label=f"backend service {service.name}",
            **where,
            zones=None,
            regional=True,
            pools=tuple(urn for urn in behind_it.parts if _is_pool(view, urn)),
            detects=noticed,
            public=False,
            always=True,
            beyond=behind_it.beyond,
        )
        yield Call(resource.urn, service.urn)
        yield from (Call(service.urn, urn) for urn in behind_it.parts if not _is_pool(view, urn))


def _by_path(view: View, resource: Resource, services: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """The services that a worldwide rule leads to for some paths, where they stand in other regions than the default
    one: what fails over with that one does not bring them along."""
    rows = (*view.refs(resource, "target", *PROXIES), *_maps(view, resource))
    names = ("backendService", "defaultService", "defaultRouteAction")
    default = [service for row in rows for name in names for service in view.refs(row, name, *SERVICES)]

    def regions(one: Resource) -> frozenset[str | None]:
        found = (view.graph.resources.get(urn) for urn in behind_service(view, one).parts)
        return frozenset(places.region_of(view, row) for row in found if row)

    there = frozenset[str | None]().union(*map(regions, default))
    if resource.type != GLOBAL_RULE or not there:
        return ()
    return tuple(one for one in services if one not in default and regions(one) - {None} and regions(one) != there)


def _only_redirects(view: View, resource: Resource) -> bool:
    """Whether a rule does nothing but send clients to another address."""
    return not backends(view, resource) and any(view.rows(m, "defaultUrlRedirect") for m in _maps(view, resource))


def is_internal(view: View, resource: Resource) -> bool:
    return (view.text(resource, "loadBalancingScheme") or "EXTERNAL").startswith("INTERNAL")


def front(view: View, resource: Resource) -> Resource:
    """The rule that stands for all rules of an address: the first with something behind it."""
    rows = _siblings(view, resource)
    return next((row for row in rows if backends(view, row)), rows[0])


def _siblings(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The rules of the same address."""

    return tuple(_rules_by_address(view)[_address(view, resource)])


@once_per_view
def _rules_by_address(view: View) -> dict[str, list[Resource]]:
    rows: dict[str, list[Resource]] = {}
    for row in view.graph.of_type(*RULES):
        rows.setdefault(_address(view, row), []).append(row)
    return rows


def _address(view: View, resource: Resource) -> str:
    address = view.ref(resource, "ipAddress", *ADDRESSES)
    return address.urn if address else view.text(resource, "ipAddress") or resource.urn


def rules_of(view: View, address: Resource) -> tuple[Resource, ...]:
    """The rules that listen on an address."""
    return tuple(row for token in RULES for row in view.users(address, token, "ipAddress"))


def _maps(view: View, resource: Resource) -> Iterator[Resource]:
    for proxy in view.refs(resource, "target", *PROXIES):
        yield from view.refs(proxy, "urlMap", *MAPS)


def backends(view: View, resource: Resource) -> tuple[Resource, ...]:
    """Backend services, backend buckets and target pools that a rule leads to."""
    types = (*SERVICES, BACKEND_BUCKET)
    rows = {r.urn: r for r in view.refs(resource, "backendService", *SERVICES)}
    rows |= {r.urn: r for r in view.refs(resource, "target", TARGET_POOL, "gcp:compute/targetInstance:TargetInstance")}
    for proxy in view.refs(resource, "target", *PROXIES):
        rows |= {r.urn: r for r in view.refs(proxy, "backendService", *SERVICES)}
    for url_map in _maps(view, resource):
        for name in ("defaultService", "defaultRouteAction", "pathMatchers"):
            rows |= {r.urn: r for r in view.refs(url_map, name, *types)}
    return tuple(rows[urn] for urn in sorted(rows))


def backend_services(view: View, resource: Resource) -> tuple[Resource, ...]:
    return tuple(row for row in backends(view, resource) if row.type in SERVICES)


def buckets_behind(view: View, resource: Resource) -> Iterator[Resource]:
    """The buckets that a rule serves from."""
    for row in backends(view, resource):
        if row.type == BACKEND_BUCKET:
            yield from view.refs(row, "bucketName", BUCKET)


def _directly(view: View, resource: Resource) -> Iterator[str]:
    """Instances that a rule of the older kind leads to."""
    for row in backends(view, resource):
        if row.type not in (*SERVICES, BACKEND_BUCKET):
            for name in ("instances", "instance"):
                yield from (pool_of(view, r) for r in view.refs(row, name, INSTANCE))


def pools_behind(view: View, service: Resource) -> tuple[str, ...]:
    """The pools of a backend service: its groups, and what its endpoint groups stand for."""
    found = [pool_of(view, row) for row in view.refs(service, "backends", *POOL_TYPES, NODES)]
    for endpoints in view.refs(service, "backends", *ENDPOINTS):
        found += (
            row.urn for name in ("cloudRun", "cloudFunction") for row in view.refs(endpoints, name, RUN, FUNCTION)
        )
        for endpoint in view.users(endpoints, ENDPOINT, "networkEndpointGroup"):
            found += (pool_of(view, row) for row in view.refs(endpoint, "instance", INSTANCE))
    return tuple(dict.fromkeys(found))


def behind_service(view: View, service: Resource) -> Behind:
    """What a backend service sends requests to; the service itself where it has no backends, and nothing in the program
    puts itself behind it. One whose capacity is scaled to 0 is drained
    (https://docs.cloud.google.com/compute/docs/reference/rest/v1/backendServices, read 2026-11)."""
    rows = view.rows(service, "backends")
    named = view.text(service, "name") or service.name
    if not rows and service.inputs.get("backends") is None:
        added = grouped(view, named)
        return Behind(added, () if added else (service.name,))
    drained = [as_text(row.get("group")) for row in rows if as_number(row.get("capacityScaler")) == 0]
    off = {pool_of(view, row) for text in drained if text for row in view.named(text, (*POOL_TYPES, NODES), service)}
    parts = [urn for urn in pools_behind(view, service) if urn not in off]
    beyond = [which(service, "backends")] if len(off) < len(drained) else []
    for text in (as_text(row.get("group")) for row in rows):
        if text and not view.named(text, (*POOL_TYPES, *ENDPOINTS, NODES), near=service):
            found = grouped(view, text.rsplit("/", 1)[-1])
            parts += found
            beyond += () if found else (text.rsplit("/", 1)[-1],)
    ends = [_behind_endpoints(view, row) for row in view.refs(service, "backends", *ENDPOINTS)]
    parts += (urn for one in ends for urn in one.parts)
    beyond += (text for one in ends for text in one.beyond)
    shut = _closed_to(view, service)
    parts = [urn for urn in dict.fromkeys(parts) if urn not in shut]
    return Behind(tuple(parts), tuple(beyond) if parts or beyond else (f"{service.name}: backends",))


def _closed_to(view: View, service: Resource) -> set[str]:
    """URNs of the services and functions behind a balancer for everybody that take requests from inside alone: those
    of load balancers come from outside
    (https://docs.cloud.google.com/run/docs/securing/ingress, read 2026-11)."""
    if not (view.text(service, "loadBalancingScheme") or "EXTERNAL").startswith("EXTERNAL"):
        return set()
    groups = view.refs(service, "backends", *ENDPOINTS)
    rows = [r for g in groups for name in ("cloudRun", "cloudFunction") for r in view.refs(g, name, RUN, FUNCTION)]
    settings = {
        row.urn: view.text(row, "ingress") or as_text(as_row(view.value(row, "serviceConfig")).get("ingressSettings"))
        for row in rows
    }
    return {urn for urn, text in settings.items() if text in _INSIDE_ALONE}


def _behind_endpoints(view: View, group: Resource) -> Behind:
    """What stands behind a network endpoint group: what it names, its endpoints, or what another vendor lists in it."""
    known = [row.urn for name in ("cloudRun", "cloudFunction") for row in view.refs(group, name, RUN, FUNCTION)]
    known += grouped(view, view.text(group, "name") or group.name)
    ends = [_endpoint(view, row) for token, name in _MEMBERS.items() for row in view.users(group, token, name)]
    parts = (*known, *(urn for one in ends for urn in one.parts))
    beyond = tuple(text for one in ends for text in one.beyond)
    return Behind(parts, beyond if parts or beyond else (group.name,))


def _endpoint(view: View, row: Resource) -> Behind:
    if instances := view.refs(row, "instance", INSTANCE):
        return Behind(tuple(pool_of(view, one) for one in instances))
    listed = [one.get("instance") or one.get("ipAddress") for one in view.rows(row, "networkEndpoints")]
    if listed:
        return behind(view, row, "networkEndpoints", listed)
    name = next((n for n in ("fqdn", "ipAddress") if row.inputs.get(n) is not None), "ipAddress")
    return behind(view, row, name, [view.value(row, name)])


_INSIDE_ALONE: Final = ("INGRESS_TRAFFIC_INTERNAL_ONLY", "ALLOW_INTERNAL_ONLY")
_MEMBERS: Final = {
    ENDPOINT: "networkEndpointGroup",
    "gcp:compute/networkEndpointList:NetworkEndpointList": "networkEndpointGroup",
    "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint": "globalNetworkEndpointGroup",
    "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint": "regionNetworkEndpointGroup",
}
"""Type of an endpoint → the property that names its group."""


def _only_zone(view: View, service: Resource) -> tuple[Domain, ...]:
    """The zone that all endpoint groups of a service stand in: those of other zones get no requests."""
    links = [as_text(row.get("group")) or "" for row in view.rows(service, "backends")]
    stated = [_ZONAL.search(link) for link in links]
    zones = {places.zone(found[1]) for found in stated if found}
    groups = view.refs(service, "backends", ENDPOINTS[1])
    zones |= {places.zone(view.text(group, "zone")) for group in groups}
    told = len([found for found in stated if found]) + len(groups) >= len(links)
    return tuple(zone for zone in zones if zone) if told and len(zones) == 1 else ()


def _is_pool(view: View, urn: str) -> bool:
    return urn in view.graph and view.graph[urn].type in (*POOL_TYPES, NODES)


def detection(view: View, service: Resource) -> Figure | None:
    """Time until a dead backend gets no more requests; ``None`` where nothing can notice.

    Serverless backends take no health check: outlier detection is what leaves a region of theirs.
    """
    checks = view.refs(service, "healthChecks", *CHECKS)
    if checks:
        return slowest(checked(view, check) for check in checks)
    ejection = as_row(view.value(service, "outlierDetection"))
    if not any(as_number(ejection.get(name)) for name in _EJECTION):
        return None
    seconds = as_number(as_row(ejection.get("interval")).get("seconds"))
    interval = seconds if seconds is not None and seconds > 0 else _SWEEP
    place = f"{service.name}: outlierDetection.interval" + ("" if interval == seconds else " (where none is stated)")
    return repeated(
        f"{service.name} ejects a failing backend",
        stated("interval", Unit.SECONDS, interval, place),
        assumed("sweeps until it is ejected", Unit.COUNT, Range(1, 2), "errors are counted within a sweep"),
    )


def checked(view: View, check: Resource) -> Figure:
    """Time until a health check has failed, by its own interval, threshold and timeout."""

    def of(name: str, default: str, unit: Unit = Unit.SECONDS) -> Figure:
        return view.setting(check, name, name, unit) or view.facts[_FACT].parameter(default, unit)

    return repeated(
        f"health check {check.name} fails",
        of("checkIntervalSec", "interval_s"),
        of("unhealthyThreshold", "unhealthy_threshold", Unit.COUNT),
        of("timeoutSec", "timeout_s"),
    )


def stands_for(view: View, resource: Resource) -> str | None:
    """URN of the part that an address belongs to."""
    if resource.type in ADDRESSES:
        if rules := rules_of(view, resource):
            return front(view, rules[0]).urn
        if served := taken(view, resource):
            return served
        users = view.users(resource, INSTANCE, "networkInterfaces")
        return pool_of(view, users[0]) if users else None
    return front(view, resource).urn if resource.type in RULES else pool_of(view, resource)


# -- shield -----------------------------------------------------------------------------------------------------------


def shielded(view: View, resource: Resource) -> bool | None:
    """Whether floods are absorbed: Google's edge does it for buckets, Cloud Armor for services that it limits."""
    known = [_limited(view, service) for service in backend_services(view, resource)]
    if not known:
        return True if resource.type == GLOBAL_RULE and backends(view, resource) else None
    return False if False in known else None if None in known else True


def shielded_front(view: View, front: Resource) -> bool | None:
    """As :func:`shielded`, for whatever a name leads to."""
    return shielded(view, front) if front.type in RULES else None


def open_to_all(view: View, front: Resource) -> bool | None:
    """Whether a balancer takes requests from everybody: not where policies refuse whom they do not name."""
    if front.type not in RULES:
        return None
    if is_internal(view, front):
        return False
    services = backend_services(view, front)
    return not all(_names_who_comes(view, service) for service in services) if services else None


def _names_who_comes(view: View, service: Resource) -> bool:
    """Whether a policy before a service refuses all but those that its rules let in: its last rule denies."""
    for policy in view.refs(service, "securityPolicy", *POLICIES):
        apart = [row for token in POLICY_RULES for row in view.users(policy, token, "securityPolicy")]
        rows = [
            *view.rows(policy, "rules"),
            *({"priority": view.number(row, "priority"), "action": view.text(row, "action")} for row in apart),
        ]
        last = [as_text(row.get("action")) for row in rows if as_number(row.get("priority")) == _LAST]
        if last and all((action or "").startswith("deny") for action in last):
            return True
    return False


def _limited(view: View, service: Resource) -> bool | None:
    policies = [p for name in ("securityPolicy", "edgeSecurityPolicy") for p in view.refs(service, name, *POLICIES)]
    if not policies:
        return None if any(strings(view.value(service, "securityPolicy"))) else False
    return any(_limits(view, policy) for policy in policies) and not any(_around(view, service))


def _around(view: View, service: Resource) -> Iterator[str]:
    """URNs of what stands behind a service and takes requests from everybody by an address of its own: Cloud Run does
    unless told otherwise (https://cloud.google.com/run/docs/securing/ingress, 2026-11)."""
    runs = [view.graph[urn] for urn in pools_behind(view, service) if urn in view.graph]
    for row in runs:
        everybody = row.inputs.get("ingress") in (None, "INGRESS_TRAFFIC_ALL")
        if row.type == RUN and everybody and not view.flag(row, "defaultUriDisabled"):
            yield row.urn


def _exposed(view: View, resource: Resource) -> Iterator[str]:
    """Those of a balancer's, where a policy limits requests that come by it."""
    for service in () if is_internal(view, resource) else backend_services(view, resource):
        policies = view.refs(service, "securityPolicy", *POLICIES)
        if any(_limits(view, policy) for policy in policies):
            yield from _around(view, service)


def _limits(view: View, policy: Resource) -> bool:
    own: list[Value] = [row.get("action") for row in view.rows(policy, "rules") if not as_flag(row.get("preview"))]
    rules = [row for token in POLICY_RULES for row in view.users(policy, token, "securityPolicy")]
    apart: list[Value] = [view.value(row, "action") for row in rules if not view.flag(row, "preview")]
    adaptive = as_row(as_row(view.value(policy, "adaptiveProtectionConfig")).get("layer7DdosDefenseConfig"))
    return as_flag(adaptive.get("enable")) or any(action in _LIMITS for action in (*own, *apart))


# -- certificates -----------------------------------------------------------------------------------------------------


def certified_by(view: View, resource: Resource) -> Iterator[Domain]:
    """The certificates that a rule presents."""
    for proxy in view.refs(resource, "target", *PROXIES):
        for name in ("sslCertificates", "certificateManagerCertificates", "certificateMap"):
            value = proxy.inputs.get(name)
            yield from presented(view, proxy, name, value if isinstance(value, list) else [value])


def presents(view: View, resource: Resource) -> Iterator[Domain]:
    """The failure domains of a certificate, or of those of a map."""
    if resource.type != MAP:
        yield certificate_domain(view, resource)
        return
    for entry in view.users(resource, MAP_ENTRY, "map"):
        yield from (certificate_domain(view, row) for row in view.refs(entry, "certificates", *CERTIFICATES))


def certified(view: View, resource: Resource) -> list[str]:
    """The domains that a certificate is for."""
    return list(strings(as_row(view.value(resource, "managed")).get("domains")))


def certificate_domain(view: View, resource: Resource) -> Domain:
    """The failure domain of a certificate: expired or revoked, nobody connects to what presents it."""
    names = certified(view, resource)
    renews = rates.certificate(renews=resource.type in _MANAGED or bool(names))
    return Domain(DomainKind.CERTIFICATE, f"{names[0] if names else resource.name} (Google Cloud)", rate=renews)


def certificate(view: View, resource: Resource) -> Iterator[Found]:
    """A certificate. One that Google manages is issued again by itself."""
    managed = view.value(resource, "managed") is not None
    yield Store(
        name=f"{StoreKind.CERTIFICATES} {resource.name}",
        kind=StoreKind.CERTIFICATES,
        members=(
            Member(
                urn=resource.urn,
                label=f"certificate {resource.name}",
                **places.worldwide(view, resource),
                needs_to_run=(certificate_domain(view, resource),),
                needs_to_recover=(places.WORLDWIDE_CONTROL,),
                zones=None,
                regional=True,
                writer=True,
            ),
        ),
        copies=(certified_again(view, resource, resource.name),) if managed else (),
    )


READINGS: Final = {
    **{
        token: part("load balancer", rule, FRONT.also(identities="ipAddress", facts="gcp.lb.global_external"))
        for token in RULES
    },
    **{token: part("certificate", certificate, PROOF.also(facts="tls.certificate_lifetime")) for token in CERTIFICATES},
    CERTIFICATE: part(
        "certificate", certificate, PROOF.also(facts="tls.certificate_lifetime gcp.certificatemanager.issue")
    ),
    **{
        token: setting(
            "address", "which load balancer or instance it leads to", having(reasons.NETWORK, identities="address")
        )
        for token in ADDRESSES
    },
    **{
        token: setting("proxy", "which certificates and backends a load balancer uses", reasons.FRONT)
        for token in PROXIES
    },
    **{token: setting("URL map", "which backends a load balancer uses", reasons.FRONT) for token in MAPS},
    **{
        token: setting("backend service", "what serves, its health checks and its shield", reasons.FRONT)
        for token in SERVICES
    },
    BACKEND_BUCKET: setting("backend bucket", "which bucket a load balancer serves from", reasons.FRONT),
    **{
        token: setting("endpoint group", "what a backend service sends requests to", reasons.FRONT)
        for token in ENDPOINTS
    },
    **{token: setting("endpoint", "what a backend service sends requests to", reasons.FRONT) for token in _MEMBERS},
    TARGET_POOL: setting("target pool", "which instances a load balancer uses", reasons.FRONT),
    "gcp:compute/targetInstance:TargetInstance": setting(
        "target instance", "which instance a rule leads to", reasons.FRONT
    ),
    **{token: setting("health check", "when a dead backend gets no more requests", reasons.WATCH) for token in CHECKS},
    **{
        token: setting("Cloud Armor policy", "whether floods of requests are limited", reasons.FILTER)
        for token in POLICIES
    },
    **{
        token: setting("Cloud Armor rule", "whether floods of requests are limited", reasons.FILTER)
        for token in POLICY_RULES
    },
    MAP: setting("certificate map", "which certificates a load balancer presents", reasons.CERTIFICATES),
    MAP_ENTRY: setting("certificate map", "which certificates a load balancer presents", reasons.CERTIFICATES),
    AUTHORIZATION: setting("proof of a domain", "how a managed certificate is issued", reasons.CERTIFICATES),
}
