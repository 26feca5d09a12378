"""Where things on Google Cloud are, where that is more than one region; and which of them a name or a call leads to."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_gcp.cloudrunv2 import Service
from pulumi_gcp.compute import (
    BackendService,
    GlobalAddress,
    GlobalForwardingRule,
    RegionNetworkEndpointGroup,
    TargetHttpsProxy,
    URLMap,
)
from pulumi_gcp.dns import ManagedZone, RecordSet
from pulumi_gcp.kms import CryptoKey, KeyRing

from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Model, StoreKind
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.gcp_programs import BELGIUM, FRANKFURT, Region
from tests.continuity.readings.programs import model

CAROLINA = "us-east1"


def service(at: Region, what: str, **env: Any) -> Service:
    envs = [{"name": name, "value": value} for name, value in env.items()]
    template: Any = {"containers": [{"image": f"shop/{what}:1", "envs": envs}], "scaling": {"max_instance_count": 9}}
    return Service(f"{what}-{at.name}", location=at.name, template=template, opts=at.opts)


def front(at: Region, *services: Service) -> GlobalAddress:
    """A worldwide balancer before services."""
    groups = [
        RegionNetworkEndpointGroup(
            f"{at.name}-{n}",
            network_endpoint_type="SERVERLESS",
            region=at.name,
            cloud_run={"service": one.name},
            opts=at.opts,
        )
        for n, one in enumerate(services)
    ]
    backends: Any = [{"group": group.id} for group in groups]
    behind = BackendService(at.name, backends=backends, load_balancing_scheme="EXTERNAL_MANAGED", opts=at.opts)
    proxy = TargetHttpsProxy(at.name, url_map=URLMap(at.name, default_service=behind.id, opts=at.opts).id, opts=at.opts)
    address = GlobalAddress(at.name, opts=at.opts)
    GlobalForwardingRule(
        at.name,
        ip_address=address.address,
        target=proxy.id,
        port_range="443",
        load_balancing_scheme="EXTERNAL_MANAGED",
        opts=at.opts,
    )
    return address


def pair(standby: str = CAROLINA) -> Model:
    """Two balancers, one of them a standby in the region that the policy names."""

    def program() -> None:
        here, there = Region(BELGIUM), Region(CAROLINA)
        fronts = [front(at, service(at, "web")) for at in (here, there)]
        zone = ManagedZone("zone", dns_name="shop.example.", opts=here.opts)
        policy: Any = {
            "primary_backup": {
                "primary": {"external_endpoints": [fronts[0].address]},
                "backup_geos": [
                    {"location": standby, "health_checked_targets": {"external_endpoints": [fronts[1].address]}}
                ],
            }
        }
        RecordSet(
            "shop",
            name="shop.example.",
            type="A",
            ttl=30,
            managed_zone=zone.name,
            routing_policy=policy,
            opts=here.opts,
        )

    return model(program)


def test_an_answer_leads_to_the_worldwide_balancer_of_the_region_that_it_names() -> None:
    (entry,) = pair().entries
    leads = {route.standby: str(route.target).rsplit("::", 1)[1] for route in entry.routes}
    assert leads == {False: BELGIUM, True: CAROLINA}


def test_where_no_balancer_serves_from_that_region_nothing_is_guessed() -> None:
    entry = pair(standby=FRANKFURT).entries[0]
    assert {route.target for route in entry.routes} == {None}


def test_a_service_that_is_told_the_address_of_another_calls_it() -> None:
    def program(*, told: bool) -> None:
        at = Region()
        app = service(at, "app")
        front(at, service(at, "web", APP_URL=app.uri if told else "https://elsewhere.example"))

    def called(*, told: bool) -> dict[str, list[str]]:
        calls = model(lambda: program(told=told)).calls
        return {
            caller.rsplit("::", 1)[1]: [callee.rsplit("::", 1)[1] for callee in callees]
            for caller, callees in calls.items()
        }

    assert called(told=True) == {f"web-{BELGIUM}": [f"app-{BELGIUM}"]}
    assert called(told=False) == {}


def bucket(**more: Any) -> Model:
    return model(lambda: gcp.bucket(Region(), **more))


def test_versions_are_in_each_of_the_two_regions_that_hold_a_bucket() -> None:
    (store,) = (store for store in bucket().stores if store.kind is StoreKind.OBJECTS)
    versions = [copy for copy in store.copies if copy.mechanism == "object versions"]
    assert [copy.site for copy in versions] == [f"gcp/{BELGIUM}", f"gcp/{FRANKFURT}"]
    assert len({copy.urn for copy in store.copies}) == len({copy.label for copy in store.copies}) == len(store.copies)
    (one,) = (store for store in bucket(regions=(BELGIUM,)).stores if store.kind is StoreKind.OBJECTS)
    assert [copy.label for copy in one.copies if copy.mechanism == "object versions"] == ["object versions in media"]


def test_a_key_of_a_multi_region_is_lost_with_all_of_it_alone() -> None:
    def program(where: str) -> None:
        at = Region()
        key = CryptoKey("media", key_ring=KeyRing("media", location=where, opts=at.opts).id, opts=at.opts)
        gcp.bucket(at, encryption={"default_kms_key_name": key.id})

    def key_of(where: str) -> Any:
        found = model(lambda: program(where))
        (key,) = {d for s in found.stores for m in s.members for d in m.needs_to_run if d.kind is DomainKind.KEY}
        return key

    assert key_of("europe").name == "gcp/europe/media"
    assert {d.kind for d in key_of("europe").within} == {DomainKind.GEOGRAPHY, DomainKind.PROVIDER}
    assert key_of(BELGIUM).name == f"gcp/{BELGIUM}/media"
    assert {d.kind for d in key_of(BELGIUM).within} == {DomainKind.REGION}


def test_the_state_is_in_the_project_of_its_site() -> None:
    spec = {
        "sites": {"iowa": {"kind": "gcp", "region": "us-central1", "account": "vault", "role": "backup"}},
        "accounts": {"vault": {"project": "acme-vault", "number": "999999999999"}},
        "state": {"url": "gs://acme-state", "site": "iowa"},
        "data": {"infrastructure-state": {"home": "state", "criticality": "important"}},
    }

    class Shop(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("bcinfra:assembly:Shop", "shop", {"spec": spec})

    (state,) = (s for s in model(Shop).stores if s.kind is StoreKind.STATE)
    assert (DomainKind.ACCOUNT, "gcp/acme-vault") in {(d.kind, d.name) for d in state.members[0].homes}
