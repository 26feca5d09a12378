"""The rehearsal agrees with the assessment, and dated outages are played on what corresponds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import StringIO

import pytest

from bcinfra.continuity.judgement.drill import HOURS, rehearse
from bcinfra.continuity.judgement.precedents import Missing, Precedents
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import base_rates, facts, incidents
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.outcomes import Kind
from bcinfra.continuity.recovery.reasons import Because, Reason
from bcinfra.continuity.recovery.scenarios import Scenario, scenarios
from bcinfra.continuity.reliability.simulate import percentiles
from bcinfra.report.console import console
from bcinfra.report.drill import show_choices, show_rehearsal
from bcinfra.report.words.scenarios import note
from tests.continuity import designs
from tests.report.conftest import Shop

RATES = Rates(base_rates(), facts())


def scenario(shop: Shop, id: str) -> Scenario:
    return next(s for s in scenarios(Design(shop.model), RATES) if s.id == id)


def test_simulated_and_computed_agree_for_every_scenario_of_the_shop(shop: Shop) -> None:
    played = 0
    for one in scenarios(Design(shop.model), RATES):
        for result in rehearse(shop.model, one, facts(), runs=600, seed=11).played:
            assert result.agrees is not False, (one.id, result.capability, result.recovery, result.outcome.time)
            played += result.agrees is True
    assert played > 50


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_simulated_and_computed_agree_for_every_design(name: str) -> None:
    model = designs.DESIGNS[name]()
    for one in scenarios(Design(model), RATES):
        for result in rehearse(model, one, facts(), runs=400, seed=5).played:
            assert result.agrees is not False, (one.id, result.capability, result.recovery, result.outcome.time)


def test_a_computed_time_that_is_wrong_is_noticed(shop: Shop) -> None:
    from bcinfra.continuity.model.ranges import Range

    result = rehearse(shop.model, scenario(shop, "region:aws/eu-west-1"), facts(), runs=3000).played[0]
    time = result.outcome.time
    assert time is not None
    assert time.value is not None
    assert time.value.upper is not None
    wrong = replace(time, value=Range(time.value.typical * 1.3, time.value.upper * 1.3))
    assert replace(result, outcome=replace(result.outcome, time=wrong)).agrees is False


def test_the_same_seed_gives_the_same_plays_and_another_one_others(shop: Shop) -> None:
    one = scenario(shop, "region:aws/eu-west-1")
    first, again, other = (rehearse(shop.model, one, facts(), runs=50, seed=s) for s in (1, 1, 2))
    assert first == again
    assert first.played[0].runs != other.played[0].runs


def test_a_play_lasts_as_its_steps_say_and_loses_what_the_lag_says(shop: Shop) -> None:
    played = rehearse(shop.model, scenario(shop, "region:aws/eu-west-1"), facts(), runs=200).played
    result = next(one for one in played if one.capability == "checkout")
    for run in result.runs:
        assert run.timeline.recovered == max(h.at for h in run.timeline.happenings)
    lags = {run.lost_writes for run in result.runs}
    assert len(lags) == 200


def test_season_and_hour_decide_what_an_outage_costs(shop: Shop) -> None:
    one = scenario(shop, "region:aws/eu-west-1")

    def missed(at: datetime) -> float:
        runs = next(p for p in rehearse(shop.model, one, facts(), runs=300, at=at).played if p.capability == "checkout")
        return percentiles(r.orders_missed or 0.0 for r in runs.runs).p50

    evening, night = missed(datetime(2026, 6, 10, 20)), missed(datetime(2026, 6, 10, 3))
    friday = missed(datetime(2026, 11, 27, 20))
    assert friday > 4 * evening > 16 * night > 0
    assert sum(HOURS) == pytest.approx(24)


def test_what_cannot_be_played_says_why(shop: Shop) -> None:
    for one in scenarios(Design(shop.model), RATES):
        for result in rehearse(shop.model, one, facts(), runs=20).played:
            assert bool(result.runs) != bool(result.reason)
            if result.outcome.kind is Kind.UNAFFECTED:
                assert result.reason == Reason(Because.UNNOTICED)
            if result.outcome.time is None:
                assert result.recovery is None


# Precedents


def test_every_incident_is_played_or_said_why_not(shop: Shop) -> None:
    design = Design(shop.model)
    table = Precedents(design, RATES)
    known = set(design.domains)
    for incident in incidents().values():
        found = table.of(incident)
        assert note(found)
        assert (found.scenario is None) == (found.missing is not None)
        assert found.missing is not Missing.COUNTERPART, incident.domain
        if found.scenario:
            assert set(found.scenario.failed) <= known
            assert rehearse(shop.model, found.scenario, facts(), runs=20).played
    unseen = {i.id for i in incidents().values() if table.of(i).scenario is None}
    assert unseen == set()


@pytest.mark.parametrize(
    ("incident", "failed"),
    [
        ("aws-eu-west-1-2011-08", {"zone aws/eu-west-1/euw1-az1"}),
        ("aws-ebs-2011-04", {"zone aws/eu-west-1/euw1-az1", "control plane aws/eu-west-1"}),
        ("aws-s3-2017-02", {"region aws/eu-west-1"}),
        (
            "aws-us-east-1-2021-12",
            {"control plane aws/eu-west-1", *map("global control plane aws/{}".format, ("cloudfront", "route53"))},
        ),
        ("aws-middle-east-2026-03", {"geography Europe"}),
        ("route53-ddos-2019-10", {"DNS provider aws/route53"}),
        ("meta-2021-10", {"DNS provider aws/route53"}),
        ("optus-2023-11", {"ISP telephone of eir"}),
        ("unisuper-gcp-2024-05", {"account aws/111122223333"}),
        ("epic-cert-2021-04", {"certificate shop.example (eu-west-1)"}),
        ("gitlab-2017-01", set[str]()),
        ("marks-spencer-2025-04", set[str]()),
    ],
)
def test_an_incident_hits_the_places_that_correspond(shop: Shop, incident: str, failed: set[str]) -> None:
    found = Precedents(Design(shop.model), RATES).of(incidents()[incident]).scenario
    assert found is not None
    assert set(map(str, found.failed)) == failed


def test_of_two_that_answer_for_a_name_an_incident_hits_its_own() -> None:
    pair = tuple(Domain(DomainKind.DNS_PROVIDER, name) for name in ("alibaba/dns", "aws/route53", "gcp/cloud-dns"))
    both = Domain(DomainKind.DNS_PROVIDER, "any for shop.example", spares=pair, basic=False)
    model = designs.sturdy()
    model = replace(model, entries=tuple(replace(entry, homes=(both,)) for entry in model.entries))
    table = Precedents(Design(model), RATES)
    found = table.of(incidents()["route53-ddos-2019-10"]).scenario
    assert found
    assert found.failed == pair[1:2]
    assert table.of(incidents()["optus-2023-11"]).missing is Missing.LINE


def test_an_incident_lasts_as_long_as_it_did(shop: Shop) -> None:
    found = Precedents(Design(shop.model), RATES).of(incidents()["aws-us-east-1-2021-12"]).scenario
    assert found is not None
    assert found.lasts is not None
    assert found.lasts.value is not None
    assert found.lasts.value.typical == found.lasts.value.upper == 7 * 3600


def test_without_any_place_no_precedent_is_made_up() -> None:
    from bcinfra.continuity.model.parts import Model

    table = Precedents(Design(Model(title="empty/stack")), RATES)
    assert [i.id for i in incidents().values() if table.of(i).scenario] == []


# The screen


def test_the_screen_shows_both_ways_and_a_timeline(shop: Shop) -> None:
    one = scenario(shop, "region:aws/eu-west-1")
    out = StringIO()
    played = rehearse(shop.model, one, facts(), runs=500)
    show_rehearsal(console(out, width=120), shop.model.title, played, shop.model.business, capability="checkout")
    said = out.getvalue()
    assert "rehearsal of region aws/eu-west-1 lost, 500 plays, seed 0. Nothing real was touched." in said
    assert "agree within sampling error" in said
    assert "The play in the middle, checkout, failure on" in said
    assert "service is back" in said
    assert "Accepted orders lost:" in said
    assert "EUR" in said


def test_the_list_names_all_that_can_be_rehearsed(shop: Shop) -> None:
    out = StringIO()
    every = scenarios(Design(shop.model), RATES)
    table = Precedents(Design(shop.model), RATES)
    show_choices(console(out, width=200), shop.model.title, every, [table.of(i) for i in incidents().values()])
    said = out.getvalue()
    assert "region:aws/eu-west-1  region aws/eu-west-1 lost" in said
    assert "route53-ddos-2019-10  played as: DNS provider aws/route53 lost\n" in said
    like = "CDN aws/cloudfront lost"
    assert f"cloudflare-2025-11  played as: {like}\n" in said, (
        "nothing here is Cloudflare's: what customers come by is hit"
    )
