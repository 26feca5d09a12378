"""What spreads requests in Kubernetes: services, ingresses and gateways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model import rates
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.parts import Balancer, Member, Store, StoreKind
from bcinfra.continuity.readings.base import reasons, sites
from bcinfra.continuity.readings.base.certificates import presented
from bcinfra.continuity.readings.base.checks import slowest
from bcinfra.continuity.readings.base.fronts import Behind, behind
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.stores import BY_HAND, certified_again, part_urn
from bcinfra.continuity.readings.base.traits import FRONT
from bcinfra.continuity.readings.base.view import View, as_json, as_row, as_rows, as_text, once_per_view, same, strings
from bcinfra.continuity.readings.kubernetes import places, workloads
from bcinfra.continuity.readings.kubernetes.places import NAMED
from bcinfra.graph.core.model import Resource, Value

SERVICE: Final = "kubernetes:core/v1:Service"
INGRESS: Final = "kubernetes:networking.k8s.io/v1:Ingress"
GATEWAYS: Final = (
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:gateway.networking.k8s.io/v1beta1:Gateway",
)
ROUTES: Final = tuple(
    f"kubernetes:gateway.networking.k8s.io/{version}:{kind}"
    for version in ("v1", "v1beta1", "v1alpha2")
    for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute")
)
ENDPOINTS: Final = "kubernetes:core/v1:Endpoints"
SLICE: Final = "kubernetes:discovery.k8s.io/v1:EndpointSlice"
BINDINGS: Final = ("kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",)
_GROUPS: Final = ("cloud.google.com/neg", "controller.autoneg.dev/neg", "anthos.cft.dev/autoneg")
FRONTS: Final = (SERVICE, INGRESS, *GATEWAYS)
_ISSUERS: Final = ("cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme")
_ISSUED: Final = "kubernetes:cert-manager.io/v1:Certificate"
_SECRET: Final = "kubernetes:core/v1:Secret"  # noqa: S105  a type token
_OF_GOOGLE: Final = "networking.gke.io/managed-certificates"
_BROUGHT: Final = (
    *("alb.ingress.kubernetes.io/certificate-arn", "service.beta.kubernetes.io/aws-load-balancer-ssl-cert"),
    *("ingress.gcp.kubernetes.io/pre-shared-cert", "networking.gke.io/certmap"),
)
"""Notes that name certificates of the cloud, with commas between them."""
HOSTNAME: Final = "external-dns.alpha.kubernetes.io/hostname"
_ADDRESS_NAMES: Final = ("kubernetes.io/ingress.global-static-ip-name", "kubernetes.io/ingress.regional-static-ip-name")
_INTERNAL: Final = (
    ("service.beta.kubernetes.io/aws-load-balancer-internal", ("true",)),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", ("internal",)),
    ("alb.ingress.kubernetes.io/scheme", ("internal",)),
    ("networking.gke.io/load-balancer-type", ("Internal", "internal")),
    ("cloud.google.com/load-balancer-type", ("Internal", "internal")),
)
_OF_A_CLOUD: Final = (
    *("service.beta.kubernetes.io/aws-load-balancer-", "alb.ingress.kubernetes.io/", "networking.gke.io/"),
    *("cloud.google.com/", "kubernetes.io/ingress.global-static-ip-name", "service.beta.kubernetes.io/azure-"),
)
_TARGETS: Final = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"
_CLOUD_CLASSES: Final = ("alb", "gce", "gke-l7-", "amazon-vpc-lattice")


def service(view: View, resource: Resource) -> Iterator[Found]:
    """A service: an address in the cluster, and with ``LoadBalancer`` one outside."""
    outside = as_text(places.spec_of(view, resource).get("type")) == "LoadBalancer"
    listed = _listed(view, resource)
    rows = selected(view, resource)
    cluster = places.cluster_of(view, resource)
    regional = not outside or _by_cloud(view, resource)
    yield Balancer(
        urn=resource.urn,
        label=f"{'load balancer' if outside else 'service'} {resource.name}{places.in_words(view, resource)}",
        **cluster.place,
        needs_to_run=_of_cloud(view, resource),
        needs_to_recover=cluster.control,
        zones=None if regional else _zones(view, resource),
        regional=regional,  # an address in the cluster is every node's own
        pools=tuple(row.urn for row in rows),
        detects=slowest(workloads.detection(view, row) for row in rows),
        unasked=() if _asked_by_cloud(view, resource) else tuple(r.urn for r in rows if not workloads.asked(view, r)),
        public=outside and not _is_internal(view, resource),
        beyond=listed.beyond,
    )
    for urn in listed.parts:
        yield Call(resource.urn, urn)


def _listed(view: View, resource: Resource) -> Behind:
    """What answers for a service that selects no pods: a name elsewhere, or addresses that the program lists."""
    spec = places.spec_of(view, resource)
    if as_text(spec.get("type")) == "ExternalName":
        return behind(view, resource, "spec", [spec.get("externalName")], *_answering(view, resource, "spec"))
    found = [
        behind(view, row, name, _addresses(view, row, name), *_answering(view, row, name))
        for row, name in _lists(view, resource)
    ]
    return Behind(tuple(u for one in found for u in one.parts), tuple(t for one in found for t in one.beyond))


def _answering(view: View, row: Resource, name: str) -> Iterator[str]:
    """Types that may answer at an address, besides fronts: what security groups guard, and what it depends on."""
    yield from (token for token, traits in view.traits.items() if traits.guarded_by)
    yield from (found.type for found in view.linked(row, name) if found.type in view.traits)


def _lists(view: View, resource: Resource) -> Iterator[tuple[Resource, str]]:
    """The lists of addresses of a service, each with the property that holds them."""
    if as_row(places.spec_of(view, resource).get("selector")):
        return
    here, name = places.namespace_of(view, resource), places.name_of(view, resource)
    for row in view.graph.of_type(ENDPOINTS):
        if (places.namespace_of(view, row), places.name_of(view, row)) == (here, name):
            yield row, "subsets"
    for row in view.graph.of_type(SLICE):
        labels = as_row(places.metadata(view, row).get("labels"))
        if places.namespace_of(view, row) == here and labels.get("kubernetes.io/service-name") == name:
            yield row, "endpoints"


def _addresses(view: View, row: Resource, name: str) -> Iterator[Value]:
    for some in view.rows(row, name):
        listed = some.get("addresses")
        yield from (address.get("ip") for address in as_rows(listed)) if name == "subsets" else strings(listed)


def grouped(view: View, name: str) -> Iterator[str]:
    """URNs of the services whose notes name a network endpoint group, or a backend service they put themselves behind.

    https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg, and the autoneg controller beside it.
    """
    for row in view.graph.of_type(SERVICE):
        notes = places.notes_of(view, row)
        if any(name in strings(as_json(notes.get(key))) for key in _GROUPS):
            yield row.urn


def bound(view: View, group: Resource) -> Iterator[str]:
    """URNs of the services that the AWS load balancer controller registers in a target group."""
    arn = view.text(group, "arn")
    for row in view.graph.of_type(*BINDINGS):
        spec = places.spec_of(view, row)
        if group in view.linked(row, "spec") or (arn and spec.get("targetGroupARN") == arn):
            name = as_text(as_row(spec.get("serviceRef")).get("name"))
            yield from (found.urn for found in _services(view, row, [name], "spec"))


def shielded(view: View, resource: Resource) -> bool | None:
    """Whether floods are absorbed: never before a building's own lines; else as the component states."""
    site = sites.site_name(places.cluster_of(view, resource).place["homes"][0])
    if site and sites.rows(view, sites.ISP, site):
        return False
    said = (parent.inputs.get("shielded") for parent in view.graph.ancestors(resource))
    return next((one for one in said if isinstance(one, bool)), None)


def _zones(view: View, resource: Resource) -> tuple[Domain, ...] | None:
    """Zones of what answers where nothing says what that is: those that the component states, or the cluster's one."""
    zones = places.cluster_of(view, resource).zones or ()
    said = {text for parent in view.graph.ancestors(resource) for text in strings(parent.inputs.get("controllerZones"))}
    stated = tuple(zone for zone in zones if zone.short in said)
    return stated or (zones if len(zones) == 1 else None)


def selected(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The workloads whose pods a service's selector picks, in its namespace."""
    selector = as_row(places.spec_of(view, resource).get("selector"))
    if not selector:
        return ()
    by_label = _by_label(view)
    here = places.namespace_of(view, resource)
    found_by = [by_label.get((here, key, as_text(value) or ""), {}) for key, value in selector.items()]
    fewest = min(found_by, key=len)
    return tuple(row for urn, row in fewest.items() if all(urn in rows for rows in found_by))


@once_per_view
def _by_label(view: View) -> dict[tuple[str, str, str], dict[str, Resource]]:
    """Namespace, key and value of a label → the workloads whose pods bear it."""
    found: dict[tuple[str, str, str], dict[str, Resource]] = {}
    for row in view.graph.of_type(*workloads.WORKLOADS):
        for key, value in places.pod_of(workloads.template(view, row))[0].items():
            if text := as_text(value):
                found.setdefault((places.namespace_of(view, row), key, text), {})[row.urn] = row
    return found


def _by_cloud(view: View, resource: Resource) -> bool:
    """Whether a cloud's own balancer, which stands in several zones, answers."""
    if places.cluster_of(view, resource).cloud:
        return _class(view, resource) is None or _cloud_class(view, resource)
    known = any(key.startswith(prefix) for key in places.notes_of(view, resource) for prefix in _OF_A_CLOUD)
    return known or _cloud_class(view, resource)


def _asked_by_cloud(view: View, resource: Resource) -> bool:
    """Whether a cloud's balancer may ask the pods of a service itself: it has their addresses.

    https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing and
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/ (target type ip),
    2026-11-29.
    """
    notes = places.notes_of(view, resource)
    if any(key in notes for key in _GROUPS) or as_text(notes.get(_TARGETS)) == "ip":
        return True
    here = places.namespace_of(view, resource)
    fronts = (row for row in view.graph.of_type(INGRESS, *GATEWAYS) if places.namespace_of(view, row) == here)
    return any(_cloud_class(view, row) or (not _class(view, row) and _by_cloud(view, row)) for row in fronts)


def _class(view: View, resource: Resource) -> str | None:
    spec = places.spec_of(view, resource)
    stated = as_text(spec.get("ingressClassName")) or as_text(spec.get("gatewayClassName"))
    return stated or as_text(places.notes_of(view, resource).get("kubernetes.io/ingress.class"))


def _cloud_class(view: View, resource: Resource) -> bool:
    return (_class(view, resource) or "").startswith(_CLOUD_CLASSES)


def _is_internal(view: View, resource: Resource) -> bool:
    notes = places.notes_of(view, resource)
    return any(as_text(notes.get(key)) in values for key, values in _INTERNAL)


# -- ingresses and gateways -------------------------------------------------------------------------------------------


def ingress(view: View, resource: Resource) -> Iterator[Found]:
    """An ingress: hosts and paths before services."""
    spec = places.spec_of(view, resource)
    backends = [as_row(spec.get("defaultBackend"))]
    for rule in as_rows(spec.get("rules")):
        backends += (as_row(path.get("backend")) for path in as_rows(as_row(rule.get("http")).get("paths")))
    names = [as_text(as_row(row.get("service")).get("name")) for row in backends]
    yield from _entrance(view, resource, "ingress", _services(view, resource, names, "spec"))


def gateway(view: View, resource: Resource) -> Iterator[Found]:
    """A gateway, and the routes that are bound to it."""
    services: dict[str, Resource] = {}
    for route in view.graph.of_type(*ROUTES):
        if _bound(view, route, resource):
            rules = as_rows(places.spec_of(view, route).get("rules"))
            names = [as_text(ref.get("name")) for rule in rules for ref in as_rows(rule.get("backendRefs"))]
            services |= {s.urn: s for s in _services(view, route, names, "spec")}
    yield from _entrance(view, resource, "gateway", list(services.values()))


def _bound(view: View, route: Resource, resource: Resource) -> bool:
    if places.cluster_of(view, route) != places.cluster_of(view, resource):
        return False
    refs = as_rows(places.spec_of(view, route).get("parentRefs"))
    named = {as_text(ref.get("name")) for ref in refs}
    return places.name_of(view, resource) in named or resource in view.linked(route, "spec")


def _services(view: View, resource: Resource, names: list[str | None], property: str) -> list[Resource]:
    here = places.namespace_of(view, resource)
    known = by_name(view)
    named = {row.urn: row for name in names for row in known.get((here, name or ""), ())}
    return list((named or {r.urn: r for r in view.linked(resource, property) if r.type == SERVICE}).values())


@once_per_view
def by_name(view: View) -> dict[tuple[str, str], list[Resource]]:
    """Services by namespace and name."""
    found: dict[tuple[str, str], list[Resource]] = {}
    for row in view.graph.of_type(SERVICE):
        found.setdefault((places.namespace_of(view, row), places.name_of(view, row)), []).append(row)
    return found


def _entrance(view: View, resource: Resource, what: str, services: list[Resource]) -> Iterator[Found]:
    cluster = places.cluster_of(view, resource)
    regional = _by_cloud(view, resource)
    pools = [row for inner in services for row in selected(view, inner)]
    yield Balancer(
        urn=resource.urn,
        label=f"{what} {resource.name}{places.in_words(view, resource)}",
        **cluster.place,
        needs_to_run=(*_certificate(view, resource), *_of_cloud(view, resource)),
        needs_to_recover=cluster.control,
        zones=None if regional else _zones(view, resource),
        regional=regional,
        pools=(),
        detects=slowest(workloads.detection(view, row) for row in pools),
        public=not _is_internal(view, resource),
    )
    for inner in sorted(services, key=lambda row: row.urn):
        yield Call(resource.urn, inner.urn)
    yield from _certificates(view, resource)


# -- certificates -----------------------------------------------------------------------------------------------------


def _of_cloud(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The certificates of the cloud that a front's notes name. Those that GKE asks for renew themselves
    (https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs, 2026-11-29)."""
    notes, where = places.notes_of(view, resource), places.cluster_of(view, resource).name
    asked = _between_commas(notes.get(_OF_GOOGLE))
    found = [
        Domain(DomainKind.CERTIFICATE, f"{name} ({where})", rate=rates.certificate(renews=True))
        for name in asked
        if isinstance(name, str)
    ]
    brought = [name for key in _BROUGHT for name in _between_commas(notes.get(key))]
    return (*found, *presented(view, resource, "metadata", brought))


def _between_commas(value: Value) -> list[Value]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]


def _certificate(view: View, resource: Resource) -> tuple[Domain, ...]:
    """The certificate that a front presents out of a secret: expired or revoked, nobody connects."""
    name = _certified(view, resource)
    if not name:
        return ()
    rate = rates.certificate(renews=_renews(view, resource))
    return (Domain(DomainKind.CERTIFICATE, f"{name} ({places.cluster_of(view, resource).name})", rate=rate),)


def _renews(view: View, resource: Resource) -> bool | None:
    """Whether its certificate renews itself: not where the program holds what it is."""
    if _issued(view, resource):
        return True
    held = [
        row for row in _named_by_tls(view, resource, _SECRET) if row.inputs.get("data") or row.inputs.get("stringData")
    ]
    return False if held else None


def _issued(view: View, resource: Resource) -> bool:
    """Whether cert-manager asks for its certificate, and for the next one, by this front or by another that shows the
    same (https://cert-manager.io/docs/usage/ingress/ and /usage/certificate/, 2026-11-29)."""
    asked = any(key in places.notes_of(view, row) for row in _showing(view, resource) for key in _ISSUERS)
    return asked or bool(_named_by_tls(view, resource, _ISSUED))


def _showing(view: View, resource: Resource) -> list[Resource]:
    """The fronts of a namespace that show one certificate: they name the same secret."""

    def secrets(row: Resource) -> set[str]:
        return {text for one in _tls(view, row) if (text := as_text(one.get("secretName")))}

    def where(row: Resource) -> tuple[object, str]:
        return places.cluster_of(view, row), places.namespace_of(view, row)

    own = secrets(resource)
    return [
        row
        for row in view.graph.of_type(INGRESS, *GATEWAYS)
        if row == resource or (own & secrets(row) and where(row) == where(resource))
    ]


def _tls(view: View, resource: Resource) -> list[Mapping[str, Value]]:
    """What an ingress, or the listeners of a gateway, present."""
    spec = places.spec_of(view, resource)
    own = [as_row(row.get("tls")) for row in as_rows(spec.get("listeners")) if row.get("tls")]
    return [*as_rows(spec.get("tls")), *(row for row in own if row.get("mode") != "Passthrough")]


def _named_by_tls(view: View, resource: Resource, type: str) -> list[Resource]:
    """The secrets that a front presents, or what has them made."""
    rows = _tls(view, resource)
    names = {as_text(ref.get("name")) for row in rows for ref in as_rows(row.get("certificateRefs"))}
    names |= {as_text(row.get("secretName")) for row in rows}
    here = places.namespace_of(view, resource)
    return [
        row
        for row in view.graph.of_type(type)
        if places.namespace_of(view, row) == here
        and any(
            same(one, name)
            for one in (places.name_of(view, row), places.spec_of(view, row).get("secretName"))
            for name in names
        )
    ]


def _certified(view: View, resource: Resource) -> str | None:
    """The first name that a front has a certificate for."""
    first = _showing(view, resource)[0]
    rows = _tls(view, first)
    named = [text for row in rows for text in strings(row.get("hosts"))]
    return next(iter(named or hosts(view, first)), resource.name) if rows else None


def _certificates(view: View, resource: Resource) -> Iterator[Store]:
    """The certificates of one name, one a cluster, told once. Who can prove the name is issued another."""
    name = _certified(view, resource)
    fronts = view.graph.of_type(INGRESS, *GATEWAYS)
    rows = [row for row in fronts if _certified(view, row) == name and _showing(view, row)[0] == row]
    if not name or rows[:1] != [resource]:
        return
    again = certified_again(view, resource, name, ", in any cluster")
    yield Store(
        name=f"{StoreKind.CERTIFICATES} {name}",
        kind=StoreKind.CERTIFICATES,
        members=tuple(
            Member(
                urn=part_urn(row, "certificate") if _issued(view, row) else f"{row.urn}{BY_HAND}",
                label=f"certificate of {row.name}{places.in_words(view, row)}",
                **places.cluster_of(view, row).place,
                needs_to_run=_certificate(view, row),
                needs_to_recover=places.cluster_of(view, row).control,
                zones=None,
                regional=True,
                writer=True,
            )
            for row in rows
        ),
        copies=(again,),
    )


def hosts(view: View, resource: Resource) -> tuple[str, ...]:
    """Names that a front says it is asked for."""
    spec = places.spec_of(view, resource)
    stated = as_text(places.notes_of(view, resource).get(HOSTNAME)) or ""
    names = [name.strip() for name in stated.split(",") if name.strip()]
    names += (text for rule in as_rows(spec.get("rules")) if (text := as_text(rule.get("host"))))
    for listener in as_rows(spec.get("listeners")):
        names += strings(listener.get("hostname"))
    return tuple(dict.fromkeys(names))


def front(_view: View, resource: Resource) -> str:
    """URN of the part that a name leads to: the front itself."""
    return resource.urn


def of_address(view: View, address: Resource) -> str | None:
    """URN of the front that takes a reserved address by name."""
    name = view.text(address, "name") or address.name
    for row in view.graph.of_type(*FRONTS):
        notes, spec = places.notes_of(view, row), places.spec_of(view, row)
        named = {as_text(notes.get(key)) for key in _ADDRESS_NAMES} | {as_text(spec.get("loadBalancerIP"))}
        named |= {as_text(a.get("value")) for a in as_rows(spec.get("addresses"))}
        if any(same(one, own) for one in named for own in (name, view.text(address, "address"))):
            return row.urn
    return None


def outside(view: View, resource: Resource) -> bool:
    """Whether a front is reached from outside its cluster."""
    spec = places.spec_of(view, resource)
    open_service = resource.type != SERVICE or as_text(spec.get("type")) == "LoadBalancer"
    return open_service and not _is_internal(view, resource)


READINGS: Final = {
    SERVICE: part("service", service, FRONT.also(identities=NAMED, facts="k8s.node_failure k8s.readiness")),
    INGRESS: part(
        "ingress",
        ingress,
        FRONT.also(identities=NAMED, facts="k8s.node_failure k8s.readiness tls.certificate_lifetime"),
    ),
    **{
        token: part("gateway", gateway, FRONT.also(identities=NAMED, facts="k8s.node_failure k8s.readiness"))
        for token in GATEWAYS
    },
    ENDPOINTS: setting("addresses of a service", "where a service that selects no pods leads", reasons.FRONT),
    SLICE: setting("addresses of a service", "where a service that selects no pods leads", reasons.FRONT),
    **{
        token: setting("binding of a service", "which service is registered in a target group", reasons.FRONT)
        for token in BINDINGS
    },
    **{token: setting("route of a gateway", "which services a gateway leads to", reasons.FRONT) for token in ROUTES},
}
