"""A Kubernetes cluster in the place that its program names: a machine room, or the region of a cloud."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_aws.route53 import HealthCheck, Record, Zone
from pulumi_gcp.dns import ManagedZone, RecordSet

from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import DomainKind
from bcinfra.continuity.model.parts import Balancer, Pool
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.report.words.statements import say
from bcinfra.spec import PowerFeed, Rack
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings.kubernetes_programs import apart, entrance, web
from tests.continuity.readings.onprem_programs import assessed, cluster, erp, isp, name, on_kubernetes, outcomes, site
from tests.continuity.readings.programs import IRELAND, Region, assumed, model

SHOP = "shop.example"


def played(**more: Any) -> dict[str, Outcome]:
    return outcomes(assessed(lambda: on_kubernetes(**more)), SHOP)


def pods(program: Any) -> Pool:
    (found,) = model(program).pools
    return found


def ingress(program: Any) -> Balancer:
    (found,) = (b for b in model(program).balancers if b.label.startswith("ingress"))
    return found


# -- in a machine room ------------------------------------------------------------------------------------------------


def test_zones_are_the_racks_of_the_site() -> None:
    whole = model(on_kubernetes)
    (found,) = whole.pools
    assert assumed(whole, Assumes.STANDS_IN) == [Assumption(Assumes.STANDS_IN, "room", found.zones)]
    assert found.site == "onprem/ghent"
    assert [home.name for home in found.homes] == ["onprem/ghent"]
    assert found.zones
    assert [(z.kind, z.name) for z in found.zones] == [
        (DomainKind.RACK, "onprem/ghent/rack-1"),
        (DomainKind.RACK, "onprem/ghent/rack-2"),
    ]
    other = pods(lambda: on_kubernetes(zones=("cage-1", "rack-2"))).zones
    assert other
    assert [z.kind for z in other] == [DomainKind.RACK, DomainKind.ZONE], "no rack is so named"


def test_a_site_that_has_no_row_is_a_place_of_its_own() -> None:
    assert pods(lambda: on_kubernetes(at="bruges")).site == "kubernetes/room"


def test_pods_on_one_grid_are_lost_with_it() -> None:
    racks = {"rack-1": Rack(feeds={"a"}, hosts={"host-1"}), "rack-2": Rack(feeds={"b"}, hosts={"host-2"})}
    lost = "power:onprem/ghent/grid-west"
    one = {"a": PowerFeed(grid="west"), "b": PowerFeed(grid="west")}
    gone = played(racks=racks, power=one)[lost]
    assert gone.kind is Kind.LOST
    assert any("lost with power onprem/ghent/grid-west" in say(reason) for reason in gone.reasons)
    two = {"a": PowerFeed(grid="west"), "b": PowerFeed(grid="east")}
    half = played(racks=racks, power=two)[lost]
    assert not any("pods" in say(reason) and "lost with" in say(reason) for reason in half.reasons)


def test_the_building_takes_the_cluster() -> None:
    assert played()["region:onprem/ghent"].kind is not Kind.RECOVERS
    assert played()["geography:Europe"].kind is not Kind.RECOVERS


def test_clients_come_in_by_the_lines_that_the_name_answers_with() -> None:
    found = played()
    for lost in ("isp:onprem/ghent/north", "cable-entry:onprem/ghent/duct-2", "isp:carrier-1"):
        assert found[lost].kind is Kind.RECOVERS
    assert found["isp:onprem/ghent/north+isp:onprem/ghent/south"].kind is Kind.LOST
    alone = played(addresses=("203.0.113.1",))
    assert alone["isp:onprem/ghent/north"].kind is Kind.LOST
    assert "isp:onprem/ghent/south" not in alone
    shared = played(isps={"north": isp(1), "south": isp(2, entry="duct-1")})
    assert shared["cable-entry:onprem/ghent/duct-1"].kind is Kind.LOST


def test_an_address_beside_that_of_a_router_comes_in_by_its_line() -> None:
    row = {"kind": "kubernetes", "place": {"kind": "on-premises"}, "addresses": ["192.0.2.10", "203.0.113.10"]}
    far = {"north": isp(1), "south": isp(2, address="192.0.2.1")}

    def program(*addresses: str) -> None:
        on_kubernetes(addresses=addresses, isps=far)
        pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": {"sites": {"ghent": row}}})

    def entered(*addresses: str) -> list[str]:
        link = ingress(lambda: program(*addresses)).entrance
        assert link
        return [line.name for line in link.lines]

    assert entered("203.0.113.10") == ["onprem/ghent/north"]
    assert entered("192.0.2.10") == ["onprem/ghent/south"]
    assert entered("192.0.2.10", "203.0.113.10") == ["onprem/ghent/south", "onprem/ghent/north"]
    (entry,) = model(lambda: program("192.0.2.10", "203.0.113.10")).entries
    assert entry.routes[0].target == ingress(lambda: program("192.0.2.10")).urn


def test_answers_of_one_line_each_are_left_when_they_are_withdrawn() -> None:
    def program(checked: bool) -> None:
        site()
        opts = cluster("ghent", ("rack-1", "rack-2"))
        web(opts, apart(), balanced=False)
        entrance(opts)
        at = Region("eu-west-1", IRELAND)
        zone = Zone("zone", name="shop.example", opts=at.opts)
        for n in (1, 2):
            address = f"203.0.113.{n}"
            check = HealthCheck(
                f"line-{n}",
                type="HTTPS",
                ip_address=address,
                fqdn="shop.example",
                port=443,
                request_interval=10,
                failure_threshold=3,
                opts=at.opts,
            )
            Record(
                f"line-{n}",
                zone_id=zone.zone_id,
                name="shop.example",
                type="A",
                ttl=60,
                set_identifier=f"line-{n}",
                weighted_routing_policies=[{"weight": 100}],
                health_check_id=check.id if checked else None,
                records=[address],
                opts=at.opts,
            )

    lost = "isp:onprem/ghent/north"
    found = outcomes(assessed(lambda: program(checked=True)), SHOP)[lost]
    assert found.kind is Kind.RECOVERS
    assert found.time
    assert found.time.value
    assert found.time.value.typical > 60, "it is seen, and then forgotten"
    retried = played()[lost].time
    assert retried
    assert retried.value
    assert retried.value.typical < 60, "who has both addresses tries the other"
    assert outcomes(assessed(lambda: program(checked=False)), SHOP)[lost].kind is Kind.LOST


def test_a_name_of_googles_dns_leads_there_too() -> None:
    def program() -> None:
        site()
        opts = cluster("ghent", ("rack-1", "rack-2"))
        web(opts, apart(), balanced=False)
        entrance(opts)
        at = gcp.Region()
        zone = ManagedZone("zone", dns_name="shop.example.", opts=at.opts)
        RecordSet(
            "shop",
            managed_zone=zone.name,
            name="shop.example.",
            type="A",
            rrdatas=["203.0.113.1"],
            opts=at.opts,
        )

    entry = model(program).entries[0]
    assert entry.routes[0].target == ingress(program).urn
    link = ingress(program).entrance
    assert link
    assert [line.name for line in link.lines] == ["onprem/ghent/north"]


def test_an_address_of_no_line_leads_nobody_knows_where() -> None:
    entry = model(lambda: on_kubernetes(addresses=("198.51.100.7",))).entries[0]
    assert [route.target for route in entry.routes] == [None]
    known = model(on_kubernetes).entries[0]
    assert [route.target for route in known.routes] == [ingress(on_kubernetes).urn]


def test_what_needs_the_internet_is_cut_off_with_all_lines_even_from_the_same_room() -> None:
    def needs(internet: bool) -> dict[str, Outcome]:
        def program() -> None:
            on_kubernetes(systems={"erp": erp(internet=internet)})
            offers = {"checkout": {"data": ["orders"], "external": []}}
            spec = {"data": {"orders": {"criticality": "critical", "home": "external:erp"}}}
            pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec, "offers": offers})

        return outcomes(assessed(program))

    def told(found: dict[str, Outcome]) -> bool:
        both = found["isp:onprem/ghent/north+isp:onprem/ghent/south"]
        return any("requests between ghent and the internet" in say(reason) for reason in both.reasons)

    assert told(needs(internet=True))
    assert not told(needs(internet=False))


# -- in a cloud, as a specification states it -------------------------------------------------------------------------


def in_cloud(place: Any, zones: tuple[str, ...], addresses: Any = ("198.51.100.7",)) -> None:
    opts = cluster("belgium", zones)
    web(opts, apart(), balanced=False)
    entrance(opts)
    name("198.51.100.7")
    row = {"kind": "kubernetes", "role": "primary", "cluster": "room", "place": place, "addresses": addresses}
    spec = {"sites": {"belgium": row}, "accounts": {"main": {"project": "acme-prod", "number": "1"}}}
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})


GOOGLE = {"kind": "gcp", "region": "europe-west1", "account": "main"}


def test_a_cluster_stands_in_the_region_that_its_site_states() -> None:
    found = pods(lambda: in_cloud(GOOGLE, ("europe-west1-b", "europe-west1-c")))
    assert found.site == "gcp/europe-west1"
    assert [str(home) for home in found.homes] == ["region gcp/europe-west1", "account gcp/acme-prod"]
    assert {d.name for d in found.homes[0].chain()} == {"gcp/europe-west1", "Europe", "gcp"}
    assert found.zones
    assert [z.name for z in found.zones] == [
        "gcp/europe-west1/europe-west1-b",
        "gcp/europe-west1/europe-west1-c",
    ]
    (control,) = (d for d in found.needs_to_recover if d.kind is DomainKind.CONTROL_PLANE)
    assert control.within == found.homes[:1]


def test_the_active_site_is_where_its_cluster_stands() -> None:
    assert model(lambda: in_cloud(GOOGLE, ("europe-west1-b",))).active_site == "gcp/europe-west1"
    assert model(lambda: in_cloud({"kind": "on-premises"}, ("one",))).active_site == "onprem/belgium"


def test_zones_of_aws_are_those_of_its_region() -> None:
    found = pods(lambda: in_cloud({"kind": "aws", "region": "eu-west-1"}, ("euw1-az1", "euw1-az2")))
    assert found.zones
    assert [z.name for z in found.zones] == ["aws/eu-west-1/euw1-az1", "aws/eu-west-1/euw1-az2"]


def test_its_name_leads_to_the_way_in_of_the_stated_address() -> None:
    def target(addresses: Any) -> str | None:
        (entry,) = model(lambda: in_cloud(GOOGLE, ("europe-west1-b",), addresses)).entries
        return entry.routes[0].target

    assert target(["198.51.100.7"]) == ingress(lambda: in_cloud(GOOGLE, ("europe-west1-b",))).urn
    assert target(["198.51.100.8"]) is None
    assert target(None) is None


@pytest.mark.parametrize(
    "place", [None, "gcp", {}, {"kind": "gcp"}, {"kind": "moon", "region": "crater"}, {"kind": ["gcp"], "region": {}}]
)
def test_what_a_specification_leaves_out_is_not_made_up(place: Any) -> None:
    assert pods(lambda: in_cloud(place, ("one",))).site == "kubernetes/room"


def test_a_building_that_only_the_specification_tells_of_is_in_its_country() -> None:
    place = {"kind": "on-premises", "geography": {"country": "BE", "place": "Ghent"}}
    (home,) = pods(lambda: in_cloud(place, ("one",))).homes
    assert [d.name for d in home.chain()] == ["onprem/belgium", "Europe"]


def test_a_row_of_the_site_is_found_by_the_end_of_its_name() -> None:
    def program() -> None:
        site("shop-belgium")
        in_cloud({"kind": "on-premises"}, ("rack-1",))

    assert pods(program).site == "onprem/shop-belgium"
