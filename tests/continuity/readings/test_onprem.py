"""What is read of a site on premises, from the graph to the verdict: each property, and what changes without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

import pulumi
import pytest
from pulumi_aws.vpc import SecurityGroupEgressRule
from pulumi_gcp.compute import Firewall, InstanceTemplate, RegionInstanceGroupManager
from pulumi_kubernetes.networking.v1 import NetworkPolicy

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.judgement.precedents import Precedents
from bcinfra.continuity.model import rates
from bcinfra.continuity.model.assumptions import Assumes, Assumption
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import base_rates, facts, incidents
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import StoreKind
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.model.statements import site as named
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.scenarios import domain_id
from bcinfra.continuity.reliability.faulttree import fails
from bcinfra.continuity.reliability.structure import Structure
from bcinfra.report.words.statements import say
from bcinfra.spec import DataSet, Geography, PowerFeed, Rack
from tests.continuity.readings import gcp_programs as gcp, kubernetes_programs as k8s
from tests.continuity.readings.onprem_programs import (
    BELGIUM,
    BRIDGED,
    assessed,
    called,
    called_from_google,
    erp,
    isp,
    on_kubernetes,
    outcomes,
    site,
)
from tests.continuity.readings.programs import IRELAND, Region, Tier, assumed, model
from tests.continuity.test_structure import failure, kept

HERE = "onprem/ghent"
BUILDING = f"region:{HERE}"


@cache
def sturdy() -> Assessment:
    return assessed(called)


def checkout(**more: Any) -> dict[str, Outcome]:
    return outcomes(assessed(lambda: called(**more)) if more else sturdy())


def judged(one: Outcome, objective: Objective = Objective.RECOVERY_TIME) -> Judgement:
    return next(v.judgement for v in one.verdicts if v.objective is objective)


def codes(found: Assessment) -> set[str]:
    return {f.code for f in found.findings}


# -- which capability needs it ----------------------------------------------------------------------------------------


def test_a_capability_needs_the_system_that_keeps_its_data_and_no_other_does() -> None:
    found = model(called)
    browse, wanted = sorted(found.capabilities, key=lambda c: c.name)
    assert set(wanted.stores) == {"erp in ghent", "stock in ghent"}
    assert wanted.suppliers == ("payment-provider",), "it has no row: it stays somebody else's"
    assert browse.stores == ()
    assert outcomes(sturdy(), "browse")[BUILDING].kind is Kind.UNAFFECTED
    assert checkout()[BUILDING].kind is Kind.LOST


def test_a_system_that_has_no_row_is_a_supplier() -> None:
    (found,) = (c for c in model(lambda: called(systems={}, data={})).capabilities if c.name == "checkout")
    assert set(found.suppliers) == {"erp", "payment-provider"}
    assert found.stores == ()


def test_what_a_system_needs_is_needed_with_it() -> None:
    names = {"erp": erp(needs={"directory"}), "directory": erp(hosts={"host-3"}, automatic=False, recovery=3600)}
    assert checkout(systems=names)["host:onprem/ghent/host-3"].kind is Kind.PERSON
    apart = {**names, "erp": erp()}
    assert checkout(systems=apart)["host:onprem/ghent/host-3"].kind is Kind.UNAFFECTED


def test_traffic_let_out_to_its_ranges_is_a_call() -> None:
    def program(cidr: str, port: int | None) -> None:
        site(systems={"erp": erp(port=8443)})
        at = Region("eu-west-1", IRELAND)
        tier = Tier(at)
        rule: dict[str, Any] = {"ip_protocol": "tcp", "from_port": port, "to_port": port}
        SecurityGroupEgressRule("out", security_group_id=tier.group.id, cidr_ipv4=cidr, **rule, opts=at.opts)

    def needs(cidr: str, port: int | None = 8443) -> tuple[str, ...]:
        return model(lambda: program(cidr, port)).capabilities[0].stores

    assert needs("10.9.3.0/24") == ("erp in ghent", "stock in ghent")
    assert needs("10.9.0.0/16", 443) == (), "another port"
    assert needs("10.8.0.0/16") == (), "another range"
    assert needs("0.0.0.0/0") == (), "everywhere is nowhere in particular"


def test_traffic_that_google_or_a_network_policy_lets_out_is_a_call() -> None:
    def google(direction: str, tag: str) -> None:
        site()
        at = gcp.Region()
        tagged = InstanceTemplate(
            "web", machine_type="n2-standard-4", disks=[{"boot": True}], tags=["web"], opts=at.opts
        )
        versions: list[Any] = [{"instance_template": tagged.self_link}]
        RegionInstanceGroupManager("web", base_instance_name="web", region=at.name, versions=versions, opts=at.opts)
        Firewall(
            "out",
            network="default",
            direction=direction,
            destination_ranges=["10.9.1.0/24"],
            target_tags=[tag],
            allows=[{"protocol": "tcp", "ports": ["8000-9000"]}],
            opts=at.opts,
        )

    def kubernetes(app: str) -> None:
        site()
        opts = k8s.gke(zones=("b", "c"))
        k8s.web(opts, k8s.apart())
        rule: Any = {"to": [{"ipBlock": {"cidr": "10.9.1.0/24"}}], "ports": [{"protocol": "TCP", "port": 8443}]}
        spec: Any = {"podSelector": {"matchLabels": {"app": app}}, "policyTypes": ["Egress"], "egress": [rule]}
        NetworkPolicy("web", metadata={"name": "web"}, spec=spec, opts=opts)

    def calls(program: Callable[[], None]) -> set[str]:
        return {callee for callees in model(program).calls.values() for callee in callees} & {"erp in ghent"}

    assert calls(lambda: google("EGRESS", "web"))
    assert not calls(lambda: google("INGRESS", "web"))
    assert not calls(lambda: google("EGRESS", "batch"))
    assert calls(lambda: kubernetes("web"))
    assert not calls(lambda: kubernetes("batch"))


# -- lines ------------------------------------------------------------------------------------------------------------


def test_one_line_of_two_may_be_lost() -> None:
    found = checkout()
    for lost in ("isp:carrier-1", "isp:onprem/ghent/north", "cable-entry:onprem/ghent/duct-1"):
        assert found[lost].kind is Kind.RECOVERS
        assert judged(found[lost]) is Judgement.MET
        assert any("lose" in say(reason) for reason in found[lost].reasons)
    both = found["isp:onprem/ghent/north+isp:onprem/ghent/south"]
    assert both.kind is Kind.LOST


@pytest.mark.parametrize(
    ("lines", "lost"),
    [
        ({"north": isp(1), "south": isp(2, carrier="carrier-1")}, "isp:carrier-1"),
        ({"north": isp(1), "south": isp(2, entry="duct-1")}, "cable-entry:onprem/ghent/duct-1"),
    ],
    ids=["one carrier", "one duct"],
)
def test_two_lines_that_share_something_are_lost_with_it(lines: Any, lost: str) -> None:
    found = checkout(isps=lines)[lost]
    assert found.kind is Kind.LOST
    assert judged(found) is Judgement.MISSED
    assert any("find no way without" in say(reason) for reason in found.reasons)


def test_a_line_without_a_tunnel_helps_nobody_and_a_static_route_waits_for_a_person() -> None:
    assert checkout(tunnels=("north",))["isp:onprem/ghent/north"].kind is Kind.LOST
    assert "isp:onprem/ghent/south" not in checkout(tunnels=("north",))
    assert checkout(static=True)["isp:onprem/ghent/north"].kind is Kind.LOST


def test_a_line_is_down_as_long_as_its_contract_says() -> None:
    lasts = {
        row.scenario.id: row.scenario.lasts
        for row in assessed(lambda: called(isps={"north": isp(1, recovery=1800), "south": isp(2)})).scenarios
    }
    assert (figure := lasts["isp:onprem/ghent/north"])
    assert figure.value
    assert figure.value.typical == 1800


def test_a_way_that_nothing_tells_of_is_taken_to_be_any_line() -> None:
    found = model(lambda: called(tunnels=None))
    assert assumed(found, Assumes.ANY_LINE) == [Assumption(Assumes.ANY_LINE, named("aws/eu-west-1"), named("ghent"))]
    assert not assumed(model(called), Assumes.ANY_LINE)


def test_tunnels_of_another_region_are_lost_with_it() -> None:
    lost = outcomes(assessed(called_from_google))["region:gcp/europe-west1"]
    assert lost.kind is Kind.LOST
    assert any("requests from gcp/europe-west3 to ghent find no way" in say(reason) for reason in lost.reasons)
    alone = outcomes(assessed(lambda: called_from_google(everywhere=False)))
    assert "region:gcp/europe-west1" not in alone


def test_a_line_of_googles_tunnels_may_be_lost() -> None:
    assert outcomes(assessed(called_from_google))["isp:onprem/ghent/north"].kind is Kind.RECOVERS


def test_a_carriers_dated_outage_is_played_on_one_carrier() -> None:
    def optus(**more: Any) -> Kind:
        design = Design(model(lambda: called(**more)))
        table = facts()
        scenario = Precedents(design, Rates(base_rates(), table)).of(incidents()["optus-2023-11"]).scenario
        assert scenario
        assert [str(d) for d in scenario.failed] == ["ISP carrier-1"]
        names = [capability.name for capability in design.model.capabilities]
        return dict(zip(names, Evaluator(design, table).outcomes(scenario), strict=True))["checkout"].kind

    assert optus() is Kind.RECOVERS
    assert optus(isps={"north": isp(1), "south": isp(2, carrier="carrier-1")}) is Kind.LOST


# -- power ------------------------------------------------------------------------------------------------------------


def powered(a: PowerFeed, b: PowerFeed | None = None) -> dict[str, Outcome]:
    """One host in a rack with one feed or two."""
    feeds = {"a": a, **({"b": b} if b else {})}
    racks = {"rack-1": Rack(feeds=set(feeds), hosts={"host-1", "host-2", "host-3"})}
    return checkout(power=feeds, racks=racks)


def test_batteries_and_a_generator_outlast_the_grid() -> None:
    found = powered(PowerFeed(grid="west", **BRIDGED))
    assert found["power:onprem/ghent/grid-west"].kind is Kind.UNAFFECTED
    bare = powered(PowerFeed(grid="west"))["power:onprem/ghent/grid-west"]
    assert bare.kind is Kind.LOST
    assert judged(bare) is Judgement.MISSED


def test_what_is_longer_than_the_batteries_is_an_outage() -> None:
    found = powered(PowerFeed(grid="west", battery=15))
    assert found["power:onprem/ghent/grid-west"].kind is Kind.UNAFFECTED
    assert found["power:onprem/ghent/grid-west-for-15-minutes"].kind is Kind.LOST


def test_a_generator_comes_too_late_without_batteries() -> None:
    assert powered(PowerFeed(grid="west", generator=24))["power:onprem/ghent/grid-west"].kind is Kind.LOST


def test_a_second_feed_helps_from_another_grid_only() -> None:
    apart = powered(PowerFeed(grid="west"), PowerFeed(grid="east"))
    assert apart["power:onprem/ghent/grid-west"].kind is Kind.UNAFFECTED
    assert apart["power:onprem/ghent/grid-east+power:onprem/ghent/grid-west"].kind is Kind.LOST
    assert powered(PowerFeed(grid="west"), PowerFeed(grid="west"))["power:onprem/ghent/grid-west"].kind is Kind.LOST


def test_a_generator_that_does_not_start_is_seen_when_the_grid_is_gone() -> None:
    found = powered(PowerFeed(grid="west", **BRIDGED))
    both = found["power:onprem/ghent/feed-a-backup+power:onprem/ghent/grid-west"]
    assert both.kind is Kind.LOST


def test_after_an_outage_the_system_must_be_started_again() -> None:
    lost = powered(PowerFeed(grid="west"))["power:onprem/ghent/grid-west"]
    assert lost.way
    assert [say(step.deed) for step in lost.way.steps] == [
        "until power onprem/ghent/grid-west is back",
        "start erp in ghent again",
    ]


def test_outages_of_the_grid_are_told_apart_by_how_long_they_last() -> None:
    short, long, every = rates.lasting(0, 900), rates.lasting(900), rates.GRID
    (less, _), (more, left), (all_, whole) = short, long, every
    assert less.value
    assert more.value
    assert all_.value
    assert less.value.typical + more.value.typical == pytest.approx(all_.value.typical)
    assert left.value
    assert whole.value
    assert left.value.typical > whole.value.typical
    after = rates.lasting(900, less=900)[1].value
    assert after
    assert after.typical == pytest.approx(left.value.typical - 900)
    assert short[1].value
    assert short[1].value.upper
    assert short[1].value.upper <= 900


# -- hosts, racks, rooms, the building --------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["host:onprem/ghent/host-1", "rack:onprem/ghent/rack-1", "room:onprem/ghent/room"])
def test_what_runs_on_a_second_host_goes_on_there(lost: str) -> None:
    assert checkout()[lost].kind is Kind.RECOVERS
    assert judged(checkout()[lost]) is Judgement.MET
    both = checkout(systems={"erp": erp(enough=2)})[lost]
    assert both.kind in (Kind.PERSON, Kind.LOST), "two hosts are needed"
    assert judged(both) is Judgement.MISSED
    alone = checkout(systems={"erp": erp(hosts={"host-1"})})[lost]
    assert alone.kind in (Kind.PERSON, Kind.LOST)


def test_what_a_system_keeps_on_more_hosts_than_it_needs_is_said_to_be_at_each() -> None:
    for hosts, times in (({"host-1", "host-2"}, 1), ({"host-1"}, 0)):
        found = model(lambda hosts=hosts: called(systems={"erp": erp(hosts=hosts)}))
        assert len(assumed(found, Assumes.ON_EVERY_HOST)) == times


def test_one_room_takes_both_racks() -> None:
    racks = {
        "rack-1": Rack(feeds={"a", "b"}, hosts={"host-1", "host-3"}),
        "rack-2": Rack(feeds={"a", "b"}, hosts={"host-2"}),
    }
    assert checkout(racks=racks)["room:onprem/ghent/room"].kind is Kind.LOST


def test_a_person_moves_what_does_not_move_by_itself_and_nobody_knows_how_long_where_none_is_stated() -> None:
    lost = "host:onprem/ghent/host-1"
    assert checkout(systems={"erp": erp(automatic=False)})[lost].kind is Kind.PERSON
    never = checkout(systems={"erp": erp(automatic=False, recovery=None)})[lost]
    assert never.kind is Kind.UNDECIDED
    assert judged(never) is Judgement.UNKNOWN
    assert any("nobody knows how long bringing back erp takes" in say(reason) for reason in never.unknown)


def test_a_system_that_fails_is_brought_back_in_the_stated_time() -> None:
    failed = "system:onprem/ghent/erp"
    assert checkout()[failed].kind is Kind.PERSON
    assert checkout(systems={"erp": erp(recovery=None)})[failed].kind is Kind.UNDECIDED


def test_the_building_stands_in_its_country() -> None:
    virginia = Geography(country="US", place="Ashburn", latitude=39.04, longitude=-77.49)
    assert checkout()["geography:Europe"].kind is Kind.LOST
    found = assessed(lambda: called(geography=virginia))
    (here,) = (s for s in model(lambda: called(geography=virginia)).stores if s.kind is StoreKind.SYSTEM)
    assert {d.name for home in here.members[0].homes for d in home.chain()} >= {HERE, "North America"}
    assert "BC0027" in codes(found), "the copy is in North America as well"
    assert "BC0027" not in codes(sturdy())
    assert BELGIUM.country == "BE"


# -- standby ----------------------------------------------------------------------------------------------------------


def standing_by(**more: Any) -> Assessment:
    copies = {"stock": DataSet(criticality="critical", system="erp", copies={"aws/eu-west-1": 60})}
    systems = {"erp": erp(standby="aws/eu-west-1", **more)}
    return assessed(lambda: called(systems=systems, data=copies))


def test_a_standby_takes_over_and_goes_on_from_its_copy() -> None:
    found = standing_by()
    lost = outcomes(found)[BUILDING]
    assert lost.kind is Kind.RECOVERS
    (stock,) = (loss for loss in lost.losses if loss.store == "stock in ghent")
    assert stock.copy
    assert stock.copy.name == "stock in aws/eu-west-1"
    assert stock.age
    assert stock.age.value
    assert stock.age.value.upper == 60
    assert judged(lost, Objective.DATA_LOSS) is Judgement.MET
    assert "BC0030" not in codes(found)


def test_a_critical_system_without_a_standby_lives_only_in_house() -> None:
    assert "BC0030" in codes(sturdy())
    minor = assessed(lambda: called(systems={"erp": erp(criticality="important")}))
    assert "BC0030" not in codes(minor)


def test_a_standby_that_does_not_take_over_by_itself_waits_for_a_person() -> None:
    assert outcomes(standing_by(automatic=False))[BUILDING].kind is Kind.PERSON
    assert outcomes(standing_by(recovery=None))[BUILDING].kind is Kind.UNDECIDED


def test_a_standby_without_a_copy_of_the_data_lacks_nobody_knows_how_much() -> None:
    systems = {"erp": erp(standby="aws/eu-west-1")}
    lost = checkout(systems=systems)[BUILDING]
    assert judged(lost, Objective.DATA_LOSS) is Judgement.UNKNOWN


def test_a_standby_in_the_same_place_is_none() -> None:
    assert outcomes(standing_by())["geography:Europe"].kind is not Kind.RECOVERS


def test_a_place_that_nothing_tells_of_is_said() -> None:
    found = model(lambda: called(systems={"erp": erp(standby="dublin")}))
    assert Assumption(Assumes.SHARES_NOTHING, named("dublin"), named("ghent")) in found.assumptions


# -- data -------------------------------------------------------------------------------------------------------------


def test_data_is_as_old_as_the_copy_that_is_left() -> None:
    (stock,) = (loss for loss in checkout()[BUILDING].losses if loss.store == "stock in ghent")
    assert stock.copy
    assert stock.copy.name == "copy of stock in aws/us-east-1"
    assert stock.age
    assert stock.age.value
    assert stock.age.value.upper == 60
    none = {"stock": DataSet(criticality="critical", system="erp")}
    found = assessed(lambda: called(data=none))
    (lost,) = (loss for loss in outcomes(found)[BUILDING].losses if loss.store == "stock in ghent")
    assert lost.total_loss
    assert judged(outcomes(found)[BUILDING], Objective.DATA_LOSS) is Judgement.MISSED
    assert "BC0022" in codes(found)
    assert "BC0022" not in codes(sturdy())


def test_only_a_rehearsed_restore_counts_as_tested() -> None:
    assert "BC0013" in codes(sturdy())
    tested = {"stock": DataSet(criticality="critical", system="erp", copies={"aws/us-east-1": 60}, restore=900)}
    assert "BC0013" not in codes(assessed(lambda: called(data=tested)))


def test_data_that_the_inventory_leaves_out_is_told() -> None:
    assert "BC0021" in codes(assessed(lambda: called(data={})))
    assert "BC0021" not in codes(sturdy())


def test_data_without_its_system_is_kept_all_the_same() -> None:
    def program() -> None:
        pulumi.ComponentResource("bcinfra:onprem:DataSet", "stock", {"site": "ghent", "data": "stock", "sizeGib": 4})

    (store,) = model(program).stores
    assert (store.name, store.holds) == ("stock in ghent", ("stock",))


# -- domains ----------------------------------------------------------------------------------------------------------


def test_what_has_spares_is_down_with_too_few_of_them() -> None:
    one, two, three = (Domain(DomainKind.POWER, name) for name in "abc")
    rack = Domain(DomainKind.RACK, "rack", spares=(one, two, three), enough=2)
    inside = Domain(DomainKind.HOST, "host", (rack,))
    assert not inside.hit_by([one])
    assert inside.hit_by([one, three])
    assert rack.hit_by([rack])


def test_what_a_failure_takes_is_what_every_domain_says_itself() -> None:
    design = Design(model(called))
    every = {other for part in design.parts.values() for d in design.domains_of(part) for other in d.walk()}
    for size in (1, 2):
        for failed in combinations(design.domains, size):
            assert {d for d in every if d.hit_by(failed)} == design.taken_by(failed) & every


def test_a_building_is_no_region_of_a_cloud() -> None:
    table = Rates(base_rates(), facts())
    building, region = (table.of(Domain(DomainKind.REGION, name)) for name in (HERE, "aws/eu-west-1"))
    assert building[0] is rates.BUILDING[0]
    assert building != region


# -- the tree and the evaluation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "program",
    [
        called,
        lambda: called(systems={"erp": erp(automatic=False, standby="aws/us-east-1")}),
        lambda: called(static=True),
        called_from_google,
        on_kubernetes,
        lambda: on_kubernetes(addresses=("203.0.113.1",)),
    ],
    ids=["sturdy", "standby", "static routes", "Google Cloud", "cluster in a room", "one address"],
)
def test_the_tree_says_what_every_world_with_up_to_two_failures_shows(program: Callable[[], None]) -> None:
    design = Design(model(program))
    structure, evaluator = Structure(design), Evaluator(design, facts())
    trees = [structure.capability(c) for c in design.model.capabilities]
    for size in (0, 1, 2):
        for failed in combinations(design.domains, size):
            names = [domain_id(d) for d in failed]
            for tree, outcome in zip(trees, evaluator.outcomes(failure(failed)), strict=True):
                assert fails(tree, names) is not kept(outcome), (names, outcome.capability, outcome.kind)
