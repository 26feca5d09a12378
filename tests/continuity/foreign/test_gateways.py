"""Gateways in a cluster with routes of their own, and services that lead out of it: followed to what answers."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Endpoints, Service

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.report.words.statements import say
from tests.continuity.foreign.test_truths import assessed, outcome
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.kubernetes_programs import PROBE, apart, custom, gke

ZONE_B = "zone:gcp/europe-west1/europe-west1-b"
BAD = "release:web:4.2.0"


def pods(opts: Any, name: str, image: str, *, replicas: int = 6, outside: bool = False, told: str = "none") -> None:
    """Pods, and a service before them."""
    env: Any = [{"name": "DATABASE", "value": told}]
    container: Any = {"name": name, "image": image, "readinessProbe": PROBE, "env": env}
    template: Any = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [container], **apart(app=name)},
    }
    spec: Any = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
    Deployment(name, metadata={"name": name}, spec=spec, opts=opts)
    service: Any = {"selector": {"app": name}, "ports": [{"port": 80}], **({"type": "LoadBalancer"} if outside else {})}
    Service(name, metadata={"name": name}, spec=service, opts=opts)


def istio(opts: Any, weight: int = 100, gateways: str = "front") -> None:
    custom(opts, "networking.istio.io/v1", "Gateway", {"selector": {"app": "way-in"}}, name="front")
    to: Any = [{"destination": {"host": "web.default.svc.cluster.local"}, "weight": weight}]
    spec: Any = {"hosts": ["shop.example"], "gateways": [gateways], "http": [{"route": to}]}
    custom(opts, "networking.istio.io/v1", "VirtualService", spec, name="shop")


def traefik(opts: Any, service: Any = None) -> None:
    route: Any = {"match": "Host(`shop.example`)", "kind": "Rule", "services": [service or {"name": "web", "port": 80}]}
    custom(opts, "traefik.io/v1alpha1", "IngressRoute", {"routes": [route]}, name="shop")


def split(opts: Any) -> None:
    weighted: Any = {"weighted": {"services": [{"name": "web", "port": 80, "weight": 1}]}}
    custom(opts, "traefik.io/v1alpha1", "TraefikService", weighted, name="halves")
    traefik(opts, {"name": "halves", "kind": "TraefikService"})


def shop(routes: Any, *, declared: bool = True, **more: Any) -> Assessment:
    """Pods that serve, behind a gateway whose own pods the program declares or not."""

    def program() -> None:
        opts = gke(zones=("b", "c", "d"))
        pods(opts, "web", "registry.example/web:4.2.0")
        if declared:
            pods(opts, "way-in", "docker.io/traefik:3.6", outside=True)
        routes(opts, **more)

    return assessed(program)


@pytest.mark.parametrize("routes", [istio, traefik, split])
def test_what_stands_behind_a_gateway_s_routes_is_needed_by_who_comes_in_there(routes: Any) -> None:
    found = shop(routes)
    assert outcome(found, BAD).kind is Kind.PERSON
    assert outcome(found, ZONE_B).kind is Kind.RECOVERS
    assert {one.capability for result in found.scenarios for one in result.outcomes} == {"way-in"}


@pytest.mark.parametrize("more", [{"weight": 0}, {"gateways": "of-another-team"}], ids=["no weight", "another gateway"])
def test_a_route_that_leads_nobody_there_needs_nothing_there(more: Any) -> None:
    assert outcome(shop(istio, **more), BAD).kind is Kind.UNAFFECTED


@pytest.mark.parametrize("routes", [istio, traefik])
def test_where_the_pods_of_a_gateway_run_that_no_program_declares_is_not_known(routes: Any) -> None:
    found = shop(routes, declared=False)
    zone = outcome(found, ZONE_B)
    assert zone.kind is Kind.UNDECIDED
    assert any("gateway" in say(one) for one in zone.unknown)


@pytest.mark.parametrize("regional", [True, False])
def test_addresses_that_a_service_lists_lead_to_the_database_that_has_them(regional: bool) -> None:
    def program() -> None:
        opts = gke(zones=("b", "c", "d"))
        google = gcp.Region()
        zones = () if regional else ("europe-west1-b",)
        database = gcp.database(google, regional=regional, zones=zones)
        subset: Any = {"addresses": [{"ip": database.private_ip_address}], "ports": [{"port": 3306}]}
        Service("db", metadata={"name": "db"}, spec={"ports": [{"port": 3306}]}, opts=opts)
        Endpoints("db", metadata={"name": "db"}, subsets=[subset], opts=opts)
        pods(opts, "web", "registry.example/web:4.2.0", outside=True, told="db.default.svc")

    zone = outcome(assessed(program), ZONE_B)
    assert zone.kind is (Kind.RECOVERS if regional else Kind.PERSON)
    assert not zone.unknown
