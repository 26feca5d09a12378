"""Gateways with routes of their own: Istio's and Traefik's. The pods that carry them send requests on to services.

https://istio.io/latest/docs/reference/config/networking/gateway/ and /virtual-service/,
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ (read 2026-11)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bcinfra.continuity.model.parts import Balancer
from bcinfra.continuity.readings.base import reasons
from bcinfra.continuity.readings.base.reading import Call, Found, part, setting
from bcinfra.continuity.readings.base.traits import FRONT
from bcinfra.continuity.readings.base.view import View, as_number, as_row, as_rows, as_text, once_per_view, strings
from bcinfra.continuity.readings.kubernetes import places, services, workloads
from bcinfra.continuity.readings.kubernetes.places import NAMED
from bcinfra.graph.core.model import Resource, Value

_ISTIO: Final = tuple(f"kubernetes:networking.istio.io/{version}" for version in ("v1", "v1beta1", "v1alpha3"))
_TRAEFIK: Final = ("kubernetes:traefik.io/v1alpha1", "kubernetes:traefik.containo.us/v1alpha1")
_GATEWAYS: Final = tuple(f"{group}:Gateway" for group in _ISTIO)
_VIRTUAL: Final = tuple(f"{group}:VirtualService" for group in _ISTIO)
_ROUTES: Final = tuple(f"{group}:IngressRoute{kind}" for group in _TRAEFIK for kind in ("", "TCP", "UDP"))
_SPLITS: Final = tuple(f"{group}:TraefikService" for group in _TRAEFIK)
_PODS_OF_TRAEFIK: Final = re.compile(r"(^|/)traefik(:|@|$)")


def gateway(view: View, resource: Resource) -> Iterator[Found]:
    """A gateway of Istio's whose pods the program does not declare, or a route of Traefik's: what carries it stands
    somewhere in the cluster. Where the program declares the pods, they are what sends requests on."""
    if _carried(view, resource):
        return
    cluster, behind = places.cluster_of(view, resource), list(_leads(view, resource))
    yield Balancer(
        urn=resource.urn,
        label=f"gateway {resource.name}{places.in_words(view, resource)}",
        **cluster.place,
        needs_to_recover=cluster.control,
        zones=None,
        pools=(),
        detects=None,
    )
    yield from (Call(resource.urn, row.urn) for row in behind)


def sent_on(view: View, workload: Resource) -> Iterator[Resource]:
    """The services that the pods of a workload send requests on to, as gateways' routes have them do."""
    for row in view.graph.of_type(*_GATEWAYS, *_ROUTES):
        if workload in _carried(view, row):
            yield from _leads(view, row)


@once_per_view
def _carried(view: View, resource: Resource) -> tuple[Resource, ...]:
    """The workloads of the program whose pods carry a gateway, or a route."""
    cluster = places.cluster_of(view, resource)
    near = [row for row in view.graph.of_type(*workloads.WORKLOADS) if places.cluster_of(view, row) == cluster]
    if resource.type in _ROUTES:
        return tuple(row for row in near if any(map(_PODS_OF_TRAEFIK.search, workloads.images_of(view, row))))
    asked = as_row(places.spec_of(view, resource).get("selector"))
    return tuple(row for row in near if asked and asked.items() <= _labels(view, row).items())


def _labels(view: View, workload: Resource) -> Mapping[str, Value]:
    return places.pod_of(workloads.template(view, workload))[0]


def _leads(view: View, resource: Resource) -> Iterator[Resource]:
    if resource.type in _ROUTES:
        for route in as_rows(places.spec_of(view, resource).get("routes")):
            yield from _of_traefik(view, resource, as_rows(route.get("services")))
        return
    for row in view.graph.of_type(*_VIRTUAL):
        if _bound(view, row, resource):
            for kind in ("http", "tls", "tcp"):
                for rule in as_rows(places.spec_of(view, row).get(kind)):
                    yield from _of_istio(view, row, as_rows(rule.get("route")))


def _bound(view: View, virtual: Resource, resource: Resource) -> bool:
    if places.cluster_of(view, virtual) != places.cluster_of(view, resource):
        return False
    space = places.namespace_of(view, resource).rsplit("/", 1)[-1]
    own = {places.name_of(view, resource)} if _together(view, virtual, resource) else set[str]()
    names = {*own, f"{space}/{places.name_of(view, resource)}"}
    return bool(names & set(strings(places.spec_of(view, virtual).get("gateways"))))


def _together(view: View, one: Resource, two: Resource) -> bool:
    return places.namespace_of(view, one) == places.namespace_of(view, two)


def _of_istio(view: View, row: Resource, destinations: list[Mapping[str, Value]]) -> Iterator[Resource]:
    for one in destinations:
        if as_number(one.get("weight")) != 0:
            yield from _named(view, row, as_text(as_row(one.get("destination")).get("host")), None)


def _of_traefik(view: View, row: Resource, listed: list[Mapping[str, Value]]) -> Iterator[Resource]:
    for one in listed:
        name = as_text(one.get("name"))
        if as_text(one.get("kind")) == "TraefikService":
            for split in view.graph.of_type(*_SPLITS):
                if places.name_of(view, split) == name and split != row:
                    weighted = as_row(places.spec_of(view, split).get("weighted"))
                    yield from _of_traefik(view, split, as_rows(weighted.get("services")))
        elif as_number(one.get("weight")) != 0:
            yield from _named(view, row, name, as_text(one.get("namespace")))


def _named(view: View, row: Resource, host: str | None, namespace: str | None) -> Iterator[Resource]:
    """The service of a host name, which may bear its namespace."""
    name, _, rest = (host or "").partition(".")
    here = places.namespace_of(view, row)
    space = namespace or rest.split(".", 1)[0]
    where = f"{here.rsplit('/', 1)[0]}/{space}" if space else here
    yield from services.by_name(view).get((where, name), ())


READINGS: Final = {
    **{token: part("gateway", gateway, FRONT.also(identities=NAMED, facts="k8s.node_failure")) for token in _GATEWAYS},
    **{token: part("route", gateway, FRONT.also(identities=NAMED, facts="k8s.node_failure")) for token in _ROUTES},
    **{token: setting("route of a gateway", "which services a gateway leads to", reasons.FRONT) for token in _VIRTUAL},
    **{token: setting("route of a gateway", "which services a gateway leads to", reasons.FRONT) for token in _SPLITS},
}
