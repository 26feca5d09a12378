"""What scenarios do to designs: the rules, and knock-outs of each redundancy property."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model import domains as d
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.model.parts import (
    Capability,
    Entry,
    Model,
    Protection,
    Provenance,
    Route,
    Store,
    StoreKind,
)
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.dataloss import CARTS, StoreLoss, given_up
from bcinfra.continuity.recovery.design import Design, ServingPath, without_site
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.failure_state import Condition, FailureState
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.scenarios import Scenario, pairs, scenarios
from bcinfra.report.words.statements import say, say_all
from tests.continuity import designs
from tests.continuity.designs import (
    CERTIFICATES,
    DNS_PLANE,
    DUBLIN,
    FRANKFURT,
    PLANE,
    PROD,
    REGION,
    STRICT,
    VAULT,
    ZONES,
    seconds,
    with_part,
    with_store,
)

REGION_LOST, ZONE_LOST = f"region:{DUBLIN}", f"zone:{ZONES[DUBLIN][0].name}"
ZONE_IMPAIRED = f"impaired:{ZONES[DUBLIN][0].name}"
WITHOUT_DATA_IMPAIRED = f"impaired:{ZONES[DUBLIN][2].name}"


def outcome(model: Model, scenario: str, capability: str = "checkout") -> Outcome:
    """The outcome of one scenario, with verdicts on the strict objectives."""
    design = Design(model)
    found = {s.id: s for s in scenarios(design, Rates(base_rates(), facts()))}
    outcomes = {o.capability: o for o in Evaluator(design, facts()).outcomes(found[scenario])}
    one = outcomes[capability]
    return replace(one, verdicts=Judge().outcome(found[scenario], one, STRICT))


def judged(model: Model, scenario: str, objective: Objective, capability: str = "checkout") -> Judgement:
    return next(v.judgement for v in outcome(model, scenario, capability).verdicts if v.objective is objective)


def recovery(model: Model, scenario: str, capability: str = "checkout") -> Judgement:
    return judged(model, scenario, Objective.RECOVERY_TIME, capability)


def data(model: Model, scenario: str, capability: str = "checkout") -> Judgement:
    return judged(model, scenario, Objective.DATA_LOSS, capability)


def p95(one: Outcome) -> float:
    assert one.time
    assert one.time.value
    assert one.time.value.upper is not None
    return one.time.value.upper


@pytest.mark.parametrize(
    ("scenario", "sturdy", "fragile"),
    [
        ("dns-provider:route53", Kind.LOST, Kind.LOST),
        (f"account:{PROD.name}", Kind.PERSON, Kind.LOST),
        (f"certificate:{CERTIFICATES[DUBLIN].name}", Kind.RECOVERS, Kind.PERSON),
        (f"control-plane:{DUBLIN}", Kind.UNAFFECTED, Kind.UNAFFECTED),
        ("global-control-plane:aws/route53", Kind.UNAFFECTED, Kind.UNAFFECTED),
        ("geography:Europe", Kind.LOST, Kind.LOST),
        ("provider:aws", Kind.LOST, Kind.LOST),
        (REGION_LOST, Kind.RECOVERS, Kind.LOST),
        (f"release:shop:1.4 in {DUBLIN}", Kind.RECOVERS, Kind.PERSON),
        (ZONE_LOST, Kind.RECOVERS, Kind.PERSON),
        (ZONE_IMPAIRED, Kind.PERSON, Kind.PERSON),
        (f"server:web-{DUBLIN}", Kind.RECOVERS, Kind.RECOVERS),
        (f"server:mysql-{DUBLIN}", Kind.RECOVERS, Kind.RECOVERS),
        (f"peak:{DUBLIN}", Kind.RECOVERS, Kind.LOST),
        ("load:black friday", Kind.RECOVERS, Kind.DEGRADED),
        (f"flood:{DUBLIN}", Kind.RECOVERS, None),
        (f"maintenance:{DUBLIN}:{FRANKFURT}", Kind.RECOVERS, None),
        ("partition", Kind.UNAFFECTED, None),
        ("deletion:mysql", Kind.PERSON, Kind.LOST),
        (f"takeover:{PROD.name}", Kind.PERSON, Kind.LOST),
        (f"takeover:{VAULT.name}", Kind.UNAFFECTED, None),
        (f"takeover:{PROD.name}+{VAULT.name}", Kind.PERSON, None),
        ("purge", Kind.PERSON, Kind.LOST),
        ("ransomware", Kind.PERSON, Kind.LOST),
        ("flood", Kind.RECOVERS, Kind.UNDECIDED),
    ],
)
def test_every_kind_of_scenario_on_the_sturdy_and_the_fragile_design(
    scenario: str, sturdy: Kind, fragile: Kind | None
) -> None:
    assert outcome(designs.sturdy(), scenario).kind is sturdy
    if fragile is not None:
        assert outcome(designs.fragile(), scenario).kind is fragile


def test_a_region_lost_is_taken_over_within_the_objectives() -> None:
    one = outcome(designs.sturdy(), REGION_LOST)
    assert [v.judgement for v in one.verdicts] == [Judgement.MET, Judgement.MET]
    assert one.way
    assert one.way.kind is WayKind.FAILOVER
    names = [say(step.deed) for step in one.way.steps]
    assert names == [
        "alarms start region switch plan",
        "promote MySQL in aws/eu-central-1",
        "grow web servers in aws/eu-central-1",
        "health check of shop.example.com withdraws aws/eu-west-1",
        "clients follow shop.example.com",
    ]
    assert set(names[:3]) == set(map(say, one.way.recovery.critical))
    (loss,) = one.losses
    assert loss.copy
    assert (loss.store, loss.copy.name) == ("mysql", "MySQL in aws/eu-central-1")


def _sturdy_with_store(name: str, **changes: object) -> Callable[[], Model]:
    return lambda: with_store(designs.sturdy(), name, **changes)


def _sturdy_with(urn: str, **changes: object) -> Callable[[], Model]:
    return lambda: with_part(designs.sturdy(), urn, **changes)


def _routes(**changes: Any) -> tuple[Route, ...]:
    """The routes of the sturdy design, the standby's changed."""
    return tuple(replace(r, **changes) if r.standby else r for r in designs.sturdy().entries[0].routes)


def _no_detection() -> Model:
    entry = designs.sturdy().entries[0]
    routes = tuple(replace(r, detects=None, health_check=None, switched_by=None) for r in entry.routes)
    return with_part(designs.sturdy(), "dns", routes=routes)


def _copies(**changes: object) -> Callable[[], Model]:
    """All copies of MySQL changed alike."""

    def make() -> Model:
        model = designs.sturdy()
        copies = tuple(replace(copy, **changes) for copy in model.stores[0].copies)  # pyright: ignore[reportArgumentType]
        return with_store(model, "mysql", copies=copies)

    return make


def single() -> Model:
    """The sturdy design without its standby, so that a zone lost has to heal in its region."""
    return without_site(designs.sturdy(), FRANKFURT)


def _single_with(urn: str, **changes: object) -> Callable[[], Model]:
    return lambda: with_part(single(), urn, **changes)


ALONE: dict[str, tuple[Callable[[], Model], str, Objective]] = {
    "servers in one zone, not replaced": (
        _single_with(f"web-{DUBLIN}", zones=ZONES[DUBLIN][:1], replaced=False),
        ZONE_LOST,
        Objective.RECOVERY_TIME,
    ),
    "servers in two zones that neither grow nor are withdrawn": (
        lambda: with_part(
            _single_with(f"web-{DUBLIN}", zones=ZONES[DUBLIN][:2], replaced=False)(), f"lb-{DUBLIN}", detects=None
        ),
        ZONE_LOST,
        Objective.RECOVERY_TIME,
    ),
    "two servers of three, not replaced": (
        _single_with(f"web-{DUBLIN}", zones=ZONES[DUBLIN][:2], minimum=3, desired=3, maximum=3, replaced=False),
        ZONE_LOST,
        Objective.RECOVERY_TIME,
    ),
    "database in one zone": (
        _single_with(f"mysql-{DUBLIN}", zones=ZONES[DUBLIN][:1], local_failover=None),
        ZONE_LOST,
        Objective.RECOVERY_TIME,
    ),
    "balancer in one zone": (_single_with(f"lb-{DUBLIN}", zones=ZONES[DUBLIN][:1]), ZONE_LOST, Objective.RECOVERY_TIME),
}
KNOCK_OUTS: dict[str, tuple[Callable[[], Model], str, Objective]] = {
    "no plan": (lambda: replace(designs.sturdy(), plans=()), REGION_LOST, Objective.RECOVERY_TIME),
    "a plan that a person must start": (_sturdy_with("plan", triggered=False), REGION_LOST, Objective.RECOVERY_TIME),
    "a plan that lives in the failed place": (
        _sturdy_with("plan", homes=(REGION[DUBLIN],)),
        REGION_LOST,
        Objective.RECOVERY_TIME,
    ),
    "a replica that cannot be promoted": (
        _sturdy_with(f"mysql-{FRANKFURT}", promotes=None),
        REGION_LOST,
        Objective.RECOVERY_TIME,
    ),
    "promotion needs the failed control plane": (
        _sturdy_with(f"mysql-{FRANKFURT}", needs_to_recover=(PLANE[DUBLIN],)),
        REGION_LOST,
        Objective.RECOVERY_TIME,
    ),
    "nothing withdraws the answer": (_no_detection, REGION_LOST, Objective.RECOVERY_TIME),
    "standby too small": (_sturdy_with(f"web-{FRANKFURT}", maximum=3), REGION_LOST, Objective.RECOVERY_TIME),
    "standby holds the usual load, not the peak": (
        _sturdy_with(f"web-{FRANKFURT}", maximum=6),
        f"peak:{DUBLIN}",
        Objective.RECOVERY_TIME,
    ),
    "one certificate for both sites": (
        _sturdy_with(f"lb-{FRANKFURT}", needs_to_run=(CERTIFICATES[DUBLIN],)),
        f"certificate:{CERTIFICATES[DUBLIN].name}",
        Objective.RECOVERY_TIME,
    ),
    "no rollback, one release": (
        lambda: with_part(
            with_part(designs.sturdy(), f"web-{DUBLIN}", rollback=False),
            f"web-{FRANKFURT}",
            release=designs.RELEASES[DUBLIN],
            rollback=False,
        ),
        f"release:{designs.RELEASES[DUBLIN].name}",
        Objective.RECOVERY_TIME,
    ),
    "lag beyond the objective": (
        _sturdy_with(f"mysql-{FRANKFURT}", lag=seconds("lag", 60, 3600)),
        REGION_LOST,
        Objective.DATA_LOSS,
    ),
    "copies that follow deletes": (_copies(follows_deletes=True), "deletion:mysql", Objective.DATA_LOSS),
    "copies without guards": (_copies(protections=frozenset()), "deletion:mysql", Objective.DATA_LOSS),
    "copies in the account that was taken": (
        _copies(homes=(PROD,), protections=frozenset({Protection.RETAINED})),
        f"takeover:{PROD.name}",
        Objective.DATA_LOSS,
    ),
    "copies that the administrators of their account can delete": (
        _copies(protections=frozenset({Protection.RETAINED, Protection.OTHER_ACCOUNT})),
        f"takeover:{PROD.name}+{VAULT.name}",
        Objective.DATA_LOSS,
    ),
    "copies that nothing retains": (
        _copies(protections=frozenset({Protection.VERSIONED, Protection.OTHER_ACCOUNT})),
        "purge",
        Objective.DATA_LOSS,
    ),
    "nothing leaves an impaired zone": (
        _sturdy_with(f"lb-{DUBLIN}", zonal_shift=None),
        WITHOUT_DATA_IMPAIRED,
        Objective.RECOVERY_TIME,
    ),
    "floods not absorbed at the standby": (
        _sturdy_with("dns", routes=_routes(shielded=False)),
        f"flood:{DUBLIN}",
        Objective.RECOVERY_TIME,
    ),
    "no room for a peak": (
        _sturdy_with(f"web-{DUBLIN}", maximum=8),
        "load:black friday",
        Objective.RECOVERY_TIME,
    ),
    "floods not absorbed": (_sturdy_with("dns", shielded=False), "flood", Objective.RECOVERY_TIME),
}


@pytest.mark.parametrize("name", KNOCK_OUTS)
def test_a_redundancy_property_knocked_out_changes_the_verdict(name: str) -> None:
    make, scenario, objective = KNOCK_OUTS[name]
    assert judged(designs.sturdy(), scenario, objective) is Judgement.MET
    assert judged(make(), scenario, objective) is Judgement.MISSED


@pytest.mark.parametrize("name", ALONE)
def test_a_property_inside_a_region_knocked_out_changes_the_verdict_of_a_zone_lost(name: str) -> None:
    make, scenario, objective = ALONE[name]
    assert judged(single(), scenario, objective) is Judgement.MET
    assert judged(make(), scenario, objective) is Judgement.MISSED


def test_a_site_that_takes_over_bounds_what_is_not_known_of_the_first() -> None:
    one = outcome(_sturdy_with(f"web-{DUBLIN}", zones=None)(), ZONE_LOST)
    assert one.way
    assert one.way.kind is WayKind.FAILOVER
    assert p95(one) > p95(outcome(designs.sturdy(), ZONE_LOST))


@pytest.mark.parametrize(
    ("make", "scenario"),
    [
        (_single_with(f"web-{DUBLIN}", zones=None), ZONE_LOST),
        (_single_with(f"mysql-{DUBLIN}", zones=None), ZONE_LOST),
        (_sturdy_with(f"mysql-{FRANKFURT}", lag=None), REGION_LOST),
        (_sturdy_with(f"web-{FRANKFURT}", minimum=None, desired=None, maximum=None), REGION_LOST),
        (_sturdy_with("dns", shielded=None), "flood"),
        (_sturdy_with_store("mysql", two_primaries_guarded=None), "partition"),
        (lambda: with_part(designs.sturdy(), "dns", routes=(Route(urn="x", target=None),)), REGION_LOST),
    ],
)
def test_unknown_is_never_a_pass(make: Callable[[], Model], scenario: str) -> None:
    base = designs.sturdy() if len(make().pools) > 1 else single()
    before, after = outcome(base, scenario), outcome(make(), scenario)
    assert all(v.judgement is Judgement.MET for v in before.verdicts)
    assert not all(v.judgement is Judgement.MET for v in after.verdicts)
    assert not any(v.judgement is Judgement.MET and v.value is None for v in after.verdicts)


def test_an_unknown_supplier_is_not_decided() -> None:
    model = designs.sturdy()
    checkout = replace(model.capabilities[1], suppliers=("payments",))
    one = outcome(replace(model, capabilities=(model.capabilities[0], checkout)), "supplier:payments")
    assert one.kind is Kind.UNDECIDED
    assert tuple(map(say, one.unknown)) == ("nothing says how reliable payments is",)


def test_the_paper_plan_names_what_stops_it() -> None:
    one = outcome(designs.paper(), REGION_LOST)
    assert one.kind is Kind.LOST
    stuck = {(say(row.step), row.lost) for way in one.others for row in way.recovery.infeasible}
    assert stuck == {
        ("promote MySQL in aws/eu-central-1", (PLANE[DUBLIN],)),
        ("a person changes shop.example.com", (PLANE[DUBLIN],)),
    }


def test_replicas_copy_bad_writes() -> None:
    one = outcome(with_store(designs.sturdy(), "mysql", copies=()), "deletion:mysql")
    assert one.kind is Kind.LOST
    assert [loss.total_loss for loss in one.losses] == [True]


def test_ransomware_costs_the_dwell_time_and_short_retention_costs_everything() -> None:
    kept = outcome(designs.sturdy(), "ransomware")
    assert kept.losses[0].age
    assert kept.losses[0].age.value
    assert kept.losses[0].age.value.upper
    assert kept.losses[0].age.value.upper > 86_400
    short = outcome(_copies(retention=timedelta(days=7))(), "ransomware")
    assert short.losses[0].total_loss
    assert not kept.losses[0].total_loss


def test_an_impaired_zone_is_left_by_a_person_where_nothing_else_leaves_it() -> None:
    one = outcome(_sturdy_with(f"lb-{DUBLIN}", zonal_shift=None)(), WITHOUT_DATA_IMPAIRED)
    assert (one.kind, one.way and one.way.site) == (Kind.PERSON, DUBLIN)
    assert one.way
    leaves = f"a person takes zone {ZONES[DUBLIN][2].name} out of service"
    assert leaves in map(say, one.way.recovery.critical)
    assert all(way.kind is not WayKind.FAILOVER for way in (one.way, *one.others)), "no check fails"
    assert any("nothing takes requests away" in say(reason) for reason in one.reasons)
    kept = [way for way in one.others if way.kind is WayKind.IN_PLACE]
    assert [way.load for way in kept] == [pytest.approx(2 / 3)], "until then a third of the requests is slow"


def test_nobody_leads_clients_away_to_win_a_minute() -> None:
    """Another site that grows at once is seconds quicker than a database that fails over inside its region."""
    model = with_part(designs.sturdy(), f"web-{FRANKFURT}", minimum=6, desired=6, schedule=((11, 20, 18), (12, 20, 6)))
    left = with_part(model, f"lb-{DUBLIN}", zonal_shift=None)
    one = outcome(left, WITHOUT_DATA_IMPAIRED)
    assert one.way and one.way.stays
    assert (
        min(one.others, key=lambda way: (not way.person, p95(replace(one, time=way.recovery.time)))).site == FRANKFURT
    )


def test_a_database_in_an_impaired_zone_does_not_fail_over_where_no_check_fails() -> None:
    one = outcome(designs.sturdy(), ZONE_IMPAIRED)
    assert one.kind is Kind.PERSON
    assert one.way
    assert f"MySQL in {DUBLIN} fails over inside its region" in [say(step.deed) for step in one.way.steps]
    assert p95(one) > p95(outcome(designs.sturdy(), ZONE_LOST)) + 3600
    assert outcome(designs.sturdy(), WITHOUT_DATA_IMPAIRED).kind is Kind.RECOVERS


def test_a_bad_release_is_taken_back_after_it_was_seen_to_fail() -> None:
    one = outcome(designs.sturdy(), f"release:shop:1.4 in {DUBLIN}")
    seen, back = f"the deployment of web servers in {DUBLIN} is seen to fail", f"roll back web servers in {DUBLIN}"
    (in_place,) = (way for way in (one.way, *one.others) if way and way.kind is WayKind.IN_PLACE)
    assert [name for name in map(say, in_place.recovery.critical) if name in (seen, back)] == [seen, back]


def test_a_name_can_be_changed_again_once_its_control_plane_has_moved() -> None:
    """The region lost is the one that names are changed through, and a person must change one."""
    plane = d.global_control_plane("aws", "route53", "eu-west-1")
    told, plain = (
        with_part(_no_detection(), "dns", needs_to_recover=(plane,), editable_after=after)
        for after in (seconds("accelerated recovery", 3600), None)
    )
    late = outcome(told, REGION_LOST)
    assert late.kind is Kind.PERSON
    assert late.way
    steps = {say(step.deed): step for step in late.way.steps}
    again = steps["a person changes shop.example.com"].after
    assert "records of shop.example.com can be changed again" in map(say, again)
    assert late.time and late.time.value and late.time.value.typical > 3600
    assert outcome(plain, REGION_LOST).kind is Kind.LOST
    assert outcome(told, f"global-control-plane:{plane.name}").kind is Kind.UNAFFECTED


def test_what_a_schedule_has_running_ahead_of_a_peak_need_not_be_launched_in_it() -> None:
    # Six servers at 60 % are 3.6 servers of load; three times that are 10.8.
    enough, late, less = (
        outcome(_sturdy_with(f"web-{DUBLIN}", schedule=rows)(), "load:black friday")
        for rows in (((11, 26, 11), (12, 1, 6)), ((11, 28, 11), (12, 1, 6)), ((11, 26, 10), (12, 1, 6)))
    )
    assert enough.kind is Kind.UNAFFECTED
    for one in (late, less):
        assert one.kind is Kind.RECOVERS
        assert one.way
        assert tuple(map(say, one.way.recovery.critical)) == (
            f"scaling of web servers in {DUBLIN} sees the load",
            f"launch replicas of web servers in {DUBLIN}",
        )


def test_a_locked_copy_is_read_once_its_account_is_given_back() -> None:
    one = outcome(designs.sturdy(), f"takeover:{PROD.name}+{VAULT.name}")
    assert one.way
    assert "the vendor gives account aws/vault back" in map(say, one.way.recovery.critical)
    assert p95(one) > 7 * 86_400
    assert p95(one) > p95(outcome(designs.sturdy(), f"takeover:{PROD.name}")) + 86_400


def test_browsing_survives_where_checkout_does_not() -> None:
    """Without a promotion a replica still answers reads."""
    model = _sturdy_with(f"mysql-{FRANKFURT}", promotes=None)()
    assert recovery(model, REGION_LOST, "browse") is Judgement.MET
    assert recovery(model, REGION_LOST, "checkout") is Judgement.MISSED


def test_without_its_writer_an_active_site_is_read_only_until_a_replica_is_promoted() -> None:
    model = designs.active_active()
    one = outcome(
        with_part(model, f"mysql-{DUBLIN}", homes=(Domain(DomainKind.POWER, "rack"),)), "power:rack", "browse"
    )
    assert (one.kind, one.degraded_to and say(one.degraded_to)) == (Kind.DEGRADED, "read-only")
    assert all(v.judgement is Judgement.MET for v in one.verdicts)
    assert recovery(designs.active_active(), REGION_LOST) is Judgement.MET


def test_a_majority_over_two_sites_stops_with_either() -> None:
    model = with_store(designs.sturdy(), "mysql", majority=True)
    assert recovery(model, REGION_LOST) is Judgement.MISSED
    assert "no majority" in say_all(outcome(model, REGION_LOST).reasons)


def test_two_primaries_are_named() -> None:
    one = outcome(with_store(designs.sturdy(), "mysql", two_primaries_guarded=False), "partition")
    assert one.kind is Kind.DEGRADED
    assert one.degraded_to
    assert say(one.degraded_to) == "two members of mysql take writes, and their histories part"


def test_who_takes_over_a_site_takes_over_what_it_runs_by_day() -> None:
    """An autoscaler may leave one replica by night; the standby must carry what the program states for the day."""
    model = with_part(designs.sturdy(), f"web-{DUBLIN}", minimum=1, desired=1)
    model = with_part(model, f"web-{FRANKFURT}", minimum=1, desired=1, maximum=2)
    assert outcome(model, REGION_LOST).kind is Kind.RECOVERS
    found = outcome(with_part(model, f"web-{DUBLIN}", stated=12), REGION_LOST)
    assert found.kind is Kind.DEGRADED
    assert found.way and found.way.load == pytest.approx(2 / (12 * 0.6))


def test_survivors_carry_the_share_they_can_grow_to() -> None:
    one = outcome(KNOCK_OUTS["standby too small"][0](), REGION_LOST)
    # Six servers at 60 % are 3.6 servers of load; three are there.
    assert (one.kind, one.degraded_to and say(one.degraded_to)) == (Kind.DEGRADED, "83% of the load")


def test_who_carries_less_after_a_person_has_acted_has_waited_for_the_person() -> None:
    small = KNOCK_OUTS["standby too small"][0]()
    by_hand = with_part(small, f"mysql-{FRANKFURT}", promoted_by=None)
    one = outcome(by_hand, REGION_LOST)
    assert (one.kind, one.degraded_to and say(one.degraded_to)) == (Kind.PERSON, "83% of the load")
    assert p95(one) > p95(outcome(small, REGION_LOST)) + 3600
    assert recovery(by_hand, REGION_LOST) is Judgement.MISSED


def test_stores_that_come_back_at_different_moments_are_named() -> None:
    model = designs.sturdy()
    both = replace(model, capabilities=(replace(model.capabilities[1], stores=("mysql", "media")),))
    one = outcome(with_part(both, f"media-{FRANKFURT}", site=None, homes=(REGION[FRANKFURT],)), f"account:{PROD.name}")
    assert one.way
    assert all(gap.seconds for gap in one.way.inconsistencies)
    assert one.way.inconsistencies


def test_a_page_that_only_says_so_does_not_take_over() -> None:
    model = designs.sturdy()
    page = replace(designs.static_site().stores[0], name="page", members=designs.static_site().stores[0].members[1:])
    page = replace(page, members=tuple(replace(m, urn="page") for m in page.members))
    routes = (model.entries[0].routes[0], Route(urn="fallback", target="page", standby=True))
    fallback = with_part(replace(model, stores=(*model.stores, page)), "dns", routes=routes)
    assert recovery(fallback, REGION_LOST) is Judgement.MISSED


def test_egress_through_one_zone_stops_what_needs_suppliers_only() -> None:
    model = _sturdy_with(f"web-{DUBLIN}", egress=(designs.way_out(*ZONES[DUBLIN]),))()
    browse, checkout = (replace(c, provenance=Provenance.STATED) for c in model.capabilities)
    model = replace(model, capabilities=(browse, replace(checkout, suppliers=("payments",))))
    assert p95(outcome(model, ZONE_LOST, "browse")) == p95(outcome(designs.sturdy(), ZONE_LOST, "browse"))
    assert p95(outcome(model, ZONE_LOST, "checkout")) > p95(outcome(designs.sturdy(), ZONE_LOST))
    assert any("alone" in say(reason) for reason in outcome(model, ZONE_LOST, "checkout").reasons)


def test_egress_through_one_zone_cannot_be_decided_while_nobody_states_what_is_called() -> None:
    model = _sturdy_with(f"web-{DUBLIN}", egress=(designs.way_out(*ZONES[DUBLIN]),))()
    lost = outcome(replace(model, entries=designs.fragile().entries), ZONE_LOST)
    assert lost.kind is Kind.UNDECIDED
    assert any("what it calls there is not stated" in say(reason) for reason in lost.unknown)


def test_a_way_out_that_some_zones_share_leaves_the_others_theirs() -> None:
    way = replace(designs.way_out(*ZONES[DUBLIN]), serves=ZONES[DUBLIN][:2])
    model = _sturdy_with(f"web-{DUBLIN}", egress=(way,))()
    checkout = replace(model.capabilities[1], suppliers=("payments",))
    lost = outcome(replace(model, entries=designs.fragile().entries, capabilities=(checkout,)), ZONE_LOST, "checkout")
    assert lost.kind is Kind.UNDECIDED


PRECEDENTS: dict[str, tuple[Callable[[], Model], str, Objective, Judgement]] = {
    "ebay-1999-06": (designs.fragile, f"server:mysql-{DUBLIN}", Objective.RECOVERY_TIME, Judgement.MISSED),
    "aws-ebs-2011-04": (designs.fragile, ZONE_LOST, Objective.RECOVERY_TIME, Judgement.MISSED),
    "aws-eu-west-1-2011-08": (designs.one_zone, ZONE_LOST, Objective.RECOVERY_TIME, Judgement.MISSED),
    "aws-eu-west-1-2011-08, two zones": (designs.sturdy, ZONE_LOST, Objective.RECOVERY_TIME, Judgement.MET),
    "gce-europe-west1-2015-08": (designs.one_zone, ZONE_LOST, Objective.DATA_LOSS, Judgement.MISSED),
    "gitlab-2017-01": (designs.fragile, "deletion:mysql", Objective.DATA_LOSS, Judgement.MISSED),
    "gitlab-2017-01, point-in-time recovery": (designs.sturdy, "deletion:mysql", Objective.DATA_LOSS, Judgement.MET),
    "route53-ddos-2019-10": (designs.sturdy, "dns-provider:route53", Objective.RECOVERY_TIME, Judgement.MISSED),
    "ovh-sbg-2021-03": (designs.fragile, REGION_LOST, Objective.DATA_LOSS, Judgement.MISSED),
    "epic-cert-2021-04": (
        KNOCK_OUTS["one certificate for both sites"][0],
        f"certificate:{CERTIFICATES[DUBLIN].name}",
        Objective.RECOVERY_TIME,
        Judgement.MISSED,
    ),
    "aws-us-east-1-2021-12, health check": (designs.sturdy, REGION_LOST, Objective.RECOVERY_TIME, Judgement.MET),
    "kakao-2022-10": (designs.paper, REGION_LOST, Objective.RECOVERY_TIME, Judgement.MISSED),
    "datadog-2023-03": (
        KNOCK_OUTS["no rollback, one release"][0],
        f"release:{designs.RELEASES[DUBLIN].name}",
        Objective.RECOVERY_TIME,
        Judgement.MISSED,
    ),
    "unisuper-gcp-2024-05": (designs.fragile, f"account:{PROD.name}", Objective.DATA_LOSS, Judgement.MISSED),
    "unisuper-gcp-2024-05, isolated copies": (
        designs.sturdy,
        f"account:{PROD.name}",
        Objective.DATA_LOSS,
        Judgement.MET,
    ),
    "railway-gcp-suspension-2026-05": (
        designs.sturdy,
        f"account:{PROD.name}",
        Objective.RECOVERY_TIME,
        Judgement.MISSED,
    ),
    "marks-spencer-2025-04": (designs.fragile, "ransomware", Objective.RECOVERY_TIME, Judgement.MISSED),
    "nirs-korea-2025-09": (
        lambda: with_store(designs.fragile(), "mysql", copies=()),
        REGION_LOST,
        Objective.DATA_LOSS,
        Judgement.MISSED,
    ),
    "gcp-service-control-2025-06, what runs goes on": (
        designs.sturdy,
        "global-control-plane:aws/route53",
        Objective.RECOVERY_TIME,
        Judgement.MET,
    ),
    "aws-us-east-1-2025-10": (designs.sturdy, f"control-plane:{DUBLIN}", Objective.RECOVERY_TIME, Judgement.MET),
    "aws-middle-east-2026-03": (designs.sturdy, "geography:Europe", Objective.DATA_LOSS, Judgement.MISSED),
}


@pytest.mark.parametrize("name", PRECEDENTS)
def test_precedents_get_the_verdict_that_history_gave(name: str) -> None:
    make, scenario, objective, expected = PRECEDENTS[name]
    assert judged(make(), scenario, objective) is expected


def test_a_cdn_that_everything_goes_through_is_lost_with_it() -> None:
    model = designs.static_site()
    found = {s.id: s for s in scenarios(Design(model), Rates(base_rates(), facts()))}
    one = Evaluator(Design(model), facts()).outcomes(found["cdn:cloudfront"])[0]
    assert one.kind is Kind.LOST
    assert outcome(model, REGION_LOST, "browse").kind is Kind.RECOVERS


def test_a_copy_that_is_no_resource_of_its_own_is_judged_beside_the_member_it_is_part_of() -> None:
    media = next(store for store in designs.sturdy().stores if store.name == "media")
    bucket = media.members[0]
    versions = replace(media.copies[0], urn=bucket.urn, label="earlier versions", protections=frozenset())
    model = with_store(designs.sturdy(), "media", copies=(*media.copies, versions))
    (loss,) = (one for one in outcome(model, "ransomware", "browse").losses if one.store == "media")
    judged = {one.copy.name for one in loss.rejected} | {loss.copy.name if loss.copy else None}
    assert judged == {part.label for part in (*media.members, *media.copies, versions)}


def test_a_capability_that_no_name_leads_to_is_not_decided() -> None:
    model = replace(designs.sturdy(), capabilities=(Capability(name="checkout", entries=(), stores=()),))
    assert outcome(model, REGION_LOST).kind is Kind.UNDECIDED


class _Thorough(Evaluator):
    """Evaluates every name of every capability in every scenario."""

    def _touched(self, _scenario: Scenario) -> Mapping[str, Collection[str]]:
        return {c.name: c.entries for c in self.design.model.capabilities}


def _shared(model: Model) -> Model:
    """Beside the shops' own capabilities one that has a name in each of them, and one that any of these serves."""
    every = replace(model.capabilities[0], name="every", entries=tuple(entry.urn for entry in model.entries))
    return replace(
        model, capabilities=(*model.capabilities, every, replace(every, name="any", stores=(), any_name=True))
    )


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_scenarios_that_touch_nothing_of_a_name_are_told_without_playing_them(name: str) -> None:
    design = Design(_shared(designs.twice(designs.DESIGNS[name]())))
    brief, thorough = Evaluator(design, facts()), _Thorough(design, facts())
    found = scenarios(design, Rates(base_rates(), facts()))
    assert [brief.outcomes(s) for s in found] == [thorough.outcomes(s) for s in found]


@pytest.mark.parametrize("seed", range(24))
def test_what_a_scenario_does_not_touch_fares_as_in_every_other(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against evaluating each scenario by itself, every part of it taken as touched."""
    model = designs.drawn(seed)
    design = Design(model)
    singles = scenarios(design, Rates(base_rates(), facts()))
    drawn = random.Random(seed)
    domains = drawn.sample(list(combinations(design.domains, 2)), 60)
    pairs = [replace(singles[0], id="pair", failed=pair, gray=drawn.random() < 0.2) for pair in domains]
    found = drawn.sample([*singles, *pairs], len(singles) + len(pairs))
    brief = Evaluator(design, facts())
    shared = [brief.outcomes(scenario) for scenario in found]
    monkeypatch.setattr(FailureState, "memo", lambda self, *_: self)
    alone = [_Thorough(Design(model), facts()).outcomes(scenario) for scenario in found]
    assert shared == alone


def test_what_is_another_shops_own_touches_nothing() -> None:
    design = Design(designs.twice(designs.sturdy()))
    evaluator = Evaluator(design, facts())
    own = next(s for s in scenarios(design, Rates(base_rates(), facts())) if s.id == f"server:other web-{DUBLIN}")
    outcomes = {o.capability: o.kind for o in evaluator.outcomes(own)}
    assert outcomes["other checkout"] is not Kind.UNAFFECTED
    assert outcomes["checkout"] is Kind.UNAFFECTED


def test_of_a_capability_that_shops_share_only_the_name_that_is_touched_is_played(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design = Design(_shared(designs.twice(designs.sturdy())))
    evaluator = Evaluator(design, facts())
    own = next(s for s in scenarios(design, Rates(base_rates(), facts())) if s.id == f"server:other web-{DUBLIN}")
    evaluator.outcomes(own)
    played: list[str] = []
    path = FailureState.path

    def seen(self: FailureState, one: ServingPath, outside: bool | None) -> Condition:
        played.append(one.entry.urn)
        return path(self, one, outside)

    monkeypatch.setattr(FailureState, "path", seen)
    every = {outcome.capability: outcome.kind for outcome in evaluator.outcomes(own)}["every"]
    assert every is not Kind.UNAFFECTED
    assert played
    assert all(urn.startswith("other ") for urn in played)


def _built(model: Model, one: Domain, two: Domain) -> bool:
    """Whether checkout is built anew without both."""
    (pair,) = pairs({(one, two)}, Rates(base_rates(), facts()))
    found = Evaluator(Design(model), facts()).outcomes(pair)[1]
    return any(way.kind is WayKind.REBUILD for way in (found.way, *found.others) if way)


@pytest.mark.parametrize("kind", [DomainKind.REGISTRATION, DomainKind.CERTIFICATE, DomainKind.CDN])
def test_what_nobody_can_build_anew_hinders_only_what_needs_it(kind: DomainKind) -> None:
    model, foreign = without_site(designs.sturdy(), FRANKFURT), Domain(kind, "elsewhere.example")
    needing = with_part(model, "dns", homes=(*model.entries[0].homes, foreign))
    assert _built(model, REGION[DUBLIN], foreign)
    assert not _built(needing, REGION[DUBLIN], foreign)


def test_what_neither_of_two_losses_takes_alone_both_take() -> None:
    lines = tuple(Domain(DomainKind.ISP, name) for name in ("one", "two"))
    either = Domain(DomainKind.ISP, "either", spares=lines, basic=False)
    model = without_site(designs.sturdy(), FRANKFURT)
    model = with_part(model, f"lb-{DUBLIN}", homes=(*model.balancers[0].homes, either))
    assert _built(model, REGION[DUBLIN], lines[0])
    assert not _built(model, *lines)


def test_what_a_plan_does_at_once_takes_as_long_as_its_slowest_step() -> None:
    in_turn = designs.sturdy()
    plan = in_turn.plans[0]
    at_once = replace(in_turn, plans=(replace(plan, steps=tuple(replace(step, stage=0) for step in plan.steps)),))
    times = [outcome(design, REGION_LOST).way for design in (in_turn, at_once)]
    slow, fast = (way.recovery.time for way in times if way)
    assert slow and slow.value and fast and fast.value
    assert fast.value.typical < slow.value.typical


def _names(*entries: Entry) -> Model:
    """A shop under several names."""
    model = designs.sturdy()
    names = tuple(entry.urn for entry in entries)
    return replace(model, entries=entries, capabilities=tuple(replace(c, entries=names) for c in model.capabilities))


def test_names_that_fare_alike_are_looked_at_once() -> None:
    one = designs.sturdy().entries[0]
    two = replace(
        one, urn="www", label="www", name="www", routes=tuple(replace(r, urn=f"w{r.urn}") for r in one.routes)
    )
    model = _names(one, two)
    (paths,) = Design(model).answers(model.capabilities[0])
    assert {path.entry.urn for path in paths} == {one.urn}


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        (REGION_LOST, {"propagates": seconds("TTL", 6000, 9000)}),
        (
            REGION_LOST,
            {"routes": (replace(designs.sturdy().entries[0].routes[0], detects=seconds("check", 6000, 9000)),)},
        ),
        (REGION_LOST, {"routes": designs.sturdy().entries[0].routes[:1]}),
        (REGION_LOST, {"homes": (REGION[DUBLIN],)}),
        ("flood", {"shielded": False}),
    ],
)
def test_of_names_that_fare_otherwise_the_worst_counts(scenario: str, changes: dict[str, Any]) -> None:
    one = designs.sturdy().entries[0]
    two = replace(one, urn="www", label="www", name="www", **changes)
    worse, better = outcome(_names(two), scenario), outcome(_names(one), scenario)
    assert (worse.kind, worse.time) != (better.kind, better.time)
    both = outcome(_names(one, two), scenario)
    assert (both.kind, both.time) == (worse.kind, worse.time)


def test_a_balancer_that_fails_itself_is_left_for_another_site() -> None:
    fails = f"balancer:lb-{DUBLIN}"
    assert outcome(designs.sturdy(), fails).kind is Kind.RECOVERS
    alone = outcome(without_site(designs.sturdy(), FRANKFURT), fails)
    assert alone.kind is Kind.PERSON
    assert any("answers nothing" in say(reason) for reason in alone.reasons)


def test_a_second_way_to_the_same_place_helps_against_what_the_first_alone_needs() -> None:
    base = designs.sturdy()
    cdn = Domain(DomainKind.CDN, "cloudfront")
    front = replace(base.balancers[0], urn="cdn", label="CDN", site=None, homes=(cdn,), zones=None, regional=True)
    front = replace(front, needs_to_run=(), pools=(), detects=None, zonal_shift=None)
    first = replace(base.entries[0].routes[0], target="cdn")
    second = replace(base.entries[0].routes[1], target=f"lb-{DUBLIN}")
    calls = {**base.calls, "cdn": (f"lb-{DUBLIN}",)}
    model = replace(base, balancers=(*base.balancers, front), calls=calls)
    both, one = (with_part(model, "dns", routes=routes) for routes in ((first, second), (first,)))
    assert outcome(both, "cdn:cloudfront").kind is Kind.RECOVERS
    assert outcome(one, "cdn:cloudfront").kind is Kind.LOST
    assert p95(outcome(both, REGION_LOST)) == p95(outcome(one, REGION_LOST))


def test_what_answers_elsewhere_is_known_where_it_is_stated_whose_it_is() -> None:
    model = with_part(designs.fragile(), f"lb-{DUBLIN}", beyond=("shop.partner.example",))
    assert outcome(model, f"control-plane:{DUBLIN}").kind is Kind.UNDECIDED
    checkout = replace(model.capabilities[1], suppliers=("shop.partner.example",))
    stated = replace(model, capabilities=(checkout,))
    assert outcome(stated, f"control-plane:{DUBLIN}").kind is Kind.UNAFFECTED
    assert outcome(stated, "supplier:shop.partner.example").kind is not Kind.UNAFFECTED


@pytest.mark.parametrize(
    ("recovery", "loss", "way"),
    [
        (timedelta(hours=24), timedelta(minutes=15), WayKind.MANUAL),
        (timedelta(hours=24), timedelta(seconds=1), WayKind.REBUILD),
        (timedelta(hours=6), timedelta(seconds=1), WayKind.MANUAL),  # the other way takes too long
        (None, None, WayKind.MANUAL),
    ],
    ids=["what is lost may be", "more is lost than may be", "in less time than that needs", "nothing is promised"],
)
def test_a_person_gives_up_no_data_where_there_is_time(
    recovery: timedelta | None, loss: timedelta | None, way: WayKind
) -> None:
    model = designs.paper()
    target = replace(STRICT, recovery_time=recovery, data_loss=loss)
    model = replace(model, capabilities=tuple(replace(one, target=target) for one in model.capabilities))
    one = outcome(model, f"balancer:lb-{DUBLIN}")
    assert one.kind is Kind.PERSON
    assert one.way
    assert one.way.kind is way
    (lost,) = (x for x in one.losses if x.store == "mysql")
    assert lost.age
    assert lost.age.value
    assert (lost.age.value.worst > 0) is (way is WayKind.MANUAL)
    assert {WayKind.MANUAL, WayKind.REBUILD} <= {one.way.kind, *(other.kind for other in one.others)}, "both are told"


def test_of_two_ways_within_what_is_promised_a_person_goes_the_one_that_takes_least_time_and_data_together() -> None:
    """An order that is lost costs what one does that is not taken: hours are not saved by giving up more of them."""
    target = replace(STRICT, recovery_time=None, data_loss=None)
    model = designs.paper()
    model = replace(model, capabilities=tuple(replace(one, target=target) for one in model.capabilities))
    lagging = with_part(model, f"mysql-{FRANKFURT}", lag=seconds("lag", 8 * 3600))
    one = outcome(lagging, f"balancer:lb-{DUBLIN}")
    assert one.way and one.way.kind is WayKind.REBUILD
    quicker = next(way for way in one.others if way.kind is WayKind.MANUAL)
    assert pessimistic(quicker.recovery.time) < p95(one), "the quickest is not gone"
    brief = outcome(model, f"balancer:lb-{DUBLIN}").way
    assert brief and brief.kind is WayKind.MANUAL, "a few seconds of data are worth less than hours"


def test_what_is_given_up_is_worth_the_orders_in_it() -> None:
    carts = StoreLoss(store="carts", age=None, copy=None, spare=True)
    orders = StoreLoss(store="orders", age=seconds("lag", 1, 5), copy=None)
    assert given_up([]) == 0
    assert given_up([orders]) == 5
    assert given_up([orders, carts]) == pessimistic(CARTS)
    assert given_up([carts, replace(orders, age=None)]) == math.inf


def test_what_heals_slowly_at_the_other_site_is_overtaken_by_the_replica_here() -> None:
    """Two sites that serve and one writer, which needs an hour and more to go on in its other zone."""
    slow = with_part(designs.active_active(), f"mysql-{DUBLIN}", local_failover=designs.LATER)
    one, quick = outcome(slow, ZONE_LOST), outcome(designs.active_active(), ZONE_LOST)
    assert (one.kind, one.way and one.way.kind) == (Kind.RECOVERS, WayKind.FAILOVER)
    assert p95(one) < 3600
    assert [pessimistic(loss.age) for loss in one.losses if loss.store == "mysql"] == [5], "it lags by so much"
    assert (quick.kind, quick.way and quick.way.kind) == (Kind.RECOVERS, WayKind.IN_PLACE)
    assert [pessimistic(loss.age) for loss in quick.losses if loss.store == "mysql"] == [0]
    by_hand = replace(with_part(slow, f"mysql-{FRANKFURT}", promoted_by=None), plans=())
    waits = outcome(by_hand, ZONE_LOST)
    assert p95(waits) > 3600, "nobody is as quick"
    assert [pessimistic(loss.age) for loss in waits.losses if loss.store == "mysql"] == [0]


def test_clients_that_come_in_elsewhere_lose_what_they_lose() -> None:
    """Each site has carts of its own: who is sent on has lost them, whichever site waits longer."""
    model = designs.active_active()
    writer = next(store for store in model.stores if store.name == "mysql").members[0]
    members = tuple(
        replace(writer, urn=f"cache-{site}", label=f"carts in {site}", site=site, homes=(REGION[site], PROD), zones=())
        for site in (DUBLIN, FRANKFURT)
    )
    members = tuple(replace(member, regional=True, zones=None) for member in members)
    carts = Store(name="carts", kind=StoreKind.CACHE, members=members, holds=("carts",), durable=False)
    checkout = replace(model.capabilities[1], stores=("mysql", "carts"))
    model = replace(model, stores=(*model.stores, carts), capabilities=(checkout,))
    for place, waits in ((DUBLIN, 60), (FRANKFURT, 60), (DUBLIN, 3600), (FRANKFURT, 3600)):
        slow = with_part(model, f"mysql-{FRANKFURT}", promotes=seconds("promotion", waits))
        lost = {loss.store: loss for loss in outcome(slow, f"region:{place}").losses}
        assert lost["carts"].total_loss and lost["carts"].spare, (place, waits)


def test_nobody_waits_for_what_does_not_matter() -> None:
    design = Design(designs.fragile())
    zone, plane = ZONES[DUBLIN][0], DNS_PLANE
    (both,) = pairs({(plane, zone)}, Rates(base_rates(), facts()))
    (one,) = (o for o in Evaluator(design, facts()).outcomes(both) if o.capability == "checkout")
    waits = [way for way in (one.way, *one.others) if way and way.kind is WayKind.WAIT]
    assert [say(way.steps[0].deed) for way in waits] == [f"until {zone} is back"]
