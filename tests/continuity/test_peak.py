"""How much of the declared peak is held after a loss: by what runs, by what a schedule starts, by what may grow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bcinfra.continuity.model.parts import Business, Model, Quota, Room, Routing
from bcinfra.continuity.model.ranges import Figure, typical
from bcinfra.continuity.recovery.peak import Held
from bcinfra.continuity.recovery.reasons import Undecided
from bcinfra.report.words.statements import say, say_all
from tests.continuity.designs import DUBLIN, FRANKFURT, ZONES, active_active, sturdy, with_part
from tests.samples import assess

ZONE, REGION = f"zone:{ZONES[DUBLIN][0].name}", f"region:{DUBLIN}"
PEAK = 0.6 * 6 * 3  # replicas at the full: 60 % of six are the usual load, and black friday is three times that


def held(model: Model, scenario: str, capability: str = "checkout") -> Held | None:
    result = next(one for one in assess(model).scenarios if one.scenario.id == scenario)
    return next(one.held for one in result.outcomes if one.capability == capability)


def shares(model: Model, scenario: str) -> tuple[float | None, float | None]:
    found = held(model, scenario)
    assert found
    return typical(found.now), typical(found.grown)


def sites(at: dict[str, dict[str, Any]]) -> Model:
    model = sturdy()
    for site, changes in at.items():
        model = with_part(model, f"web-{site}", **changes)
    return model


SCHEDULED = {"schedule": ((11, 20, 12), (12, 20, 6))}


@pytest.mark.parametrize(
    ("scenario", "changes", "now", "grown"),
    [
        ("load:black friday", {}, 6 / PEAK, 1),
        ("load:black friday", {DUBLIN: SCHEDULED}, 1, 1),
        ("load:black friday", {DUBLIN: {"maximum": 8}}, 2 / PEAK, 1),  # led to the standby, which has room
        (ZONE, {}, 4 / PEAK, 1),
        (ZONE, {DUBLIN: SCHEDULED}, 8 / PEAK, 1),
        (ZONE, {DUBLIN: {"maximum": 9}}, 4 / PEAK, 9 / PEAK),
        (f"server:web-{DUBLIN}", {}, 5 / PEAK, 1),
        (REGION, {}, 2 / PEAK, 1),
        (REGION, {FRANKFURT: {"minimum": 5, "desired": 5}}, 5 / PEAK, 1),
        (REGION, {FRANKFURT: SCHEDULED}, 1, 1),
        (REGION, {FRANKFURT: {"maximum": 8}}, 2 / PEAK, 8 / PEAK),
    ],
)
def test_it_is_what_runs_and_what_may_grow(
    scenario: str, changes: dict[str, dict[str, Any]], now: float, grown: float
) -> None:
    assert shares(sites(changes), scenario) == (pytest.approx(now), pytest.approx(grown))


@pytest.mark.parametrize(
    ("allows", "firm", "changes", "now", "grown"),
    [
        (11, True, {}, 2 / PEAK, 1),
        (11, False, {}, 2 / PEAK, 1),  # every account may run so many
        (5.5, True, {}, 2 / PEAK, 0.5),  # enough for the usual load
        (5.5, False, {}, 2 / PEAK, None),
        (5.5, True, SCHEDULED, 0.5, 0.5),  # a schedule is held back as well
        (5.5, False, SCHEDULED, None, None),
    ],
)
def test_a_quota_holds_back_what_takes_over(
    allows: float, firm: bool, changes: dict[str, Any], now: float | None, grown: float | None
) -> None:
    quota = Quota(name="q", label="servers there", code="Q", account=None, takes=1, allows=allows, firm=firm)
    found = held(sites({FRANKFURT: {"quotas": (quota,), **changes}}), REGION)
    assert found and (typical(found.now), typical(found.grown)) == (
        now and pytest.approx(now),
        grown and pytest.approx(grown),
    )
    if isinstance(found.grown.why, Undecided):
        assert "needs 11 servers there" in say_all(found.grown.why.reasons)


def rooms(each: int, site: str = FRANKFURT) -> dict[str, Any]:
    return {"rooms": tuple(Room(f"room-{zone.name}", zone, each) for zone in ZONES[site])}


@pytest.mark.parametrize(
    ("scenario", "changes", "sure"),
    [
        (REGION, {}, 2 / PEAK),  # containers: what runs
        (REGION, {FRANKFURT: rooms(0)}, 2 / PEAK),
        (REGION, {FRANKFURT: rooms(2)}, 6 / PEAK),
        (REGION, {FRANKFURT: rooms(4)}, 1),
        (REGION, {FRANKFURT: rooms(4) | {"maximum": 8}}, 8 / PEAK),  # room that it may not fill
        (ZONE, {DUBLIN: rooms(3, DUBLIN)}, 6 / PEAK),  # the room of the lost zone is lost too
        (ZONE, {DUBLIN: rooms(6, DUBLIN)}, 1),
        (f"server:web-{DUBLIN}", {}, 5 / PEAK),
    ],
)
def test_it_is_sure_of_what_runs_and_of_room_that_is_kept(
    scenario: str, changes: dict[str, dict[str, Any]], sure: float
) -> None:
    found = held(sites(changes), scenario)
    assert found and typical(found.sure) == pytest.approx(sure)


@pytest.mark.parametrize(
    ("changes", "found"),
    [({}, False), ({FRANKFURT: rooms(0)}, True), ({FRANKFURT: rooms(2)}, True), ({FRANKFURT: rooms(4)}, False)],
)
def test_servers_that_room_could_be_kept_for_are_found(changes: dict[str, dict[str, Any]], found: bool) -> None:
    assert any("than room is kept for" in one for one in said(sites(changes))) is found


@pytest.mark.parametrize(("there", "share"), [(4, 0.5), (8, 1), (16, 1), (None, 1)])
def test_a_smaller_database_that_takes_over_holds_less(there: float | None, share: float) -> None:
    model = with_part(sites({FRANKFURT: SCHEDULED}), f"mysql-{FRANKFURT}", cores=there)
    assert shares(with_part(model, f"mysql-{DUBLIN}", cores=8), REGION) == (share, share)


def test_two_sites_that_both_serve_carry_each_other() -> None:
    of_all = 0.6 * (4 + 4) * 3
    assert shares(active_active(), REGION) == (pytest.approx(4 / of_all), 1)
    assert shares(active_active(), ZONE) == (pytest.approx(2 / (of_all / 2)), 1)


def test_nothing_is_held_where_nothing_serves() -> None:
    registration = next(one.scenario.id for one in assess(sturdy()).scenarios if one.scenario.id.startswith("dns-"))
    assert shares(sturdy(), registration) == (0, 0)


@pytest.mark.parametrize("site", [DUBLIN, FRANKFURT])
def test_what_is_not_declared_is_not_known(site: str) -> None:
    found = held(sites({site: {"minimum": None, "desired": None}}), REGION)
    assert found and not found.now.known and not found.grown.known
    assert isinstance(found.now.why, Undecided)
    assert "how" in say_all(found.now.why.reasons)


def test_what_grows_without_a_stated_bound_is_not_known() -> None:
    spread = {site: {"zones": None, "regional": True, "maximum": None} for site in (DUBLIN, FRANKFURT)}
    found = held(sites(spread), "load:black friday")
    assert found and isinstance(found.grown.why, Undecided)
    assert say_all(found.grown.why.reasons).endswith("nothing states how many replicas it may grow to")


def test_it_is_asked_where_a_peak_is_stated_and_capacity_is_lost() -> None:
    assert held(replace(sturdy(), business=Business()), REGION) is None
    asked = {one.scenario.kind for one in assess(sturdy()).scenarios if any(o.held for o in one.outcomes)}
    assert asked == {"failure domain", "zone impaired, not lost", "server", "load balancer", "two failure domains"} | {
        "peak, nothing lost"
    }


def test_too_little_room_to_grow_is_found() -> None:
    def found(model: Model) -> list[str]:
        return [say(one.says) for one in assess(model).findings if "of the peak" in say(one.says)]

    assert not found(sturdy())
    assert any("only 74% of the peak is held after" in one for one in found(sites({FRANKFURT: {"maximum": 8}})))


def test_every_share_leads_to_the_counts_that_it_is_made_of() -> None:
    figures = assess(sturdy()).figures
    share: Figure = figures[f"{REGION}/checkout/peak-at-once"]
    assert [typical(one) for one in share.why.of] == [2, pytest.approx(3.6), 3]  # type: ignore[union-attr]


def said(model: Model) -> list[str]:
    return [say(one.says) for one in assess(model).findings if one.code == "BC0007"]


def untested(model: Model, held: float | None = None) -> Model:
    return replace(model, business=replace(model.business, load_tests={"mysql": held} if held else {}))


def test_what_nobody_tested_is_not_known_and_found() -> None:
    found = held(untested(sturdy()), REGION)
    assert found and not found.grown.known and found.bound == 1
    assert [one for one in said(untested(sturdy())) if "load_tests.mysql" in one]
    assert not said(sturdy())


def test_a_database_that_held_less_in_its_test_is_found() -> None:
    assert shares(untested(sturdy(), 2.4), ZONE) == (pytest.approx(4 / PEAK), pytest.approx(0.8))
    assert any("only 80% of the peak" in one for one in said(untested(sturdy(), 2.4)))


def test_too_little_room_is_found_whatever_else_is_not_known() -> None:
    model = untested(sites({FRANKFURT: {"maximum": 8}}))
    found = held(model, REGION)
    assert found and not found.grown.known and found.bound == pytest.approx(8 / PEAK)
    assert any("only 74% of the peak is held after" in one for one in said(model))


def test_what_nothing_grows_does_not_take_over_by_itself() -> None:
    still = sites({FRANKFURT: {"driven": False}})
    assert shares(still, REGION)[0] == pytest.approx(2 / PEAK)

    def way(model: Model) -> str:
        result = next(one for one in assess(model).scenarios if one.scenario.id == REGION)
        return next(one.kind for one in result.outcomes if one.capability == "checkout")

    assert (way(sturdy()), way(replace(still, plans=()))) == ("recovers by itself", "recovers with a person")


@pytest.mark.parametrize(("unread", "grown"), [(False, 1), (True, None)])
def test_what_only_unread_code_may_grow_is_not_known_to_hold_the_peak(unread: bool, grown: float | None) -> None:
    """What stands by holds the usual load as it is, so that nobody grows it to take over."""
    still = sites({FRANKFURT: {"driven": False, "minimum": 5, "desired": 5}})
    (moves,) = still.plans
    scales = tuple(step for step in moves.steps if step.act == "scale")
    rest = tuple(step for step in moves.steps if step.act != "scale")
    grows = replace(moves, urn="grows", label="grows", towards=None, steps=scales, unread=unread)
    _, after = shares(replace(still, plans=(replace(moves, steps=rest), grows)), REGION)
    assert after == (grown and pytest.approx(grown))


@pytest.mark.parametrize(
    ("revenue", "ready", "now"),
    [
        (1_000, 0.0, 2 / PEAK),  # fewer units than anybody could reserve
        (2_000_000, 0.0, None),
        (2_000_000, None, 2 / PEAK),  # what grows with no such bound
        (2_000_000, 40_000.0, 2 / PEAK),
        (2_000_000, 1_500.0, 1_500 / 9_375),
    ],
)
def test_a_balancer_that_stands_by_passes_on_what_it_keeps_ready(
    revenue: float, ready: float | None, now: float | None
) -> None:
    model = with_part(sturdy(), f"lb-{FRANKFURT}", ready=ready)
    model = replace(model, business=replace(model.business, revenue_per_hour=revenue))
    found = held(model, REGION)
    assert found and typical(found.now) == (now and pytest.approx(now))
    assert typical(found.grown) == 1
    assert any("passes on at once" in one for one in said(model)) is (now is None)


def test_a_balancer_that_serves_already_is_warm() -> None:
    model = with_part(active_active(), f"lb-{FRANKFURT}", ready=0.0)
    model = replace(model, business=replace(model.business, revenue_per_hour=2_000_000))
    found = held(model, REGION)
    assert found and found.now.known


@pytest.mark.parametrize(
    ("weights", "ready", "known"),
    [((1, 1), 0.0, True), ((9, 1), 0.0, False), ((1, 9), 0.0, True), ((9, 1), 40_000.0, True)],
)
def test_a_balancer_that_serves_few_is_not_warm_for_all(weights: tuple[int, ...], ready: float, known: bool) -> None:
    model = with_part(active_active(), f"lb-{FRANKFURT}", ready=ready)
    (entry,) = model.entries
    routes = tuple(replace(route, weight=weight) for route, weight in zip(entry.routes, weights, strict=True))
    model = replace(model, entries=(replace(entry, routing=Routing.WEIGHTED, routes=routes),))
    model = replace(model, business=replace(model.business, revenue_per_hour=2_000_000))
    found = held(model, REGION)
    assert found and found.now.known is known


def test_a_balancer_that_serves_already_is_warm_where_another_way_leads_to_it() -> None:
    model = with_part(active_active(), f"lb-{FRANKFURT}", ready=0.0)
    (entry,) = model.entries
    around = replace(entry.routes[1], urn="around", standby=True)
    model = replace(model, entries=(replace(entry, routes=(*entry.routes, around)),))
    model = replace(model, business=replace(model.business, revenue_per_hour=2_000_000))
    found = held(model, REGION)
    assert found and found.now.known
