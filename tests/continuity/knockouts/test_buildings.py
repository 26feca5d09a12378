"""What is in a building of the customer's own stays there, whatever becomes of the cloud in front of it."""

from __future__ import annotations

from functools import cache

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.report.words.statements import say
from tests.samples import assess, sample


@cache
def front() -> Assessment:
    return assess(read(sample("b2b-prod")))


def outcome(scenario: str) -> Outcome:
    result = next(r for r in front().scenarios if r.scenario.id == scenario)
    return next(o for o in result.outcomes if o.capability == "order")


def test_a_front_that_lost_its_account_is_built_anew_before_what_runs_in_the_building():
    found = outcome("takeover:aws/222233334444")
    assert found.kind is Kind.PERSON
    assert found.way
    assert found.way.kind is WayKind.REBUILD
    assert not any("back-office" in say(step.deed) for step in found.way.steps), "it runs"


def test_nothing_is_built_anew_before_what_is_not_reached_by_any_line():
    found = outcome("isp:northnet+isp:skylink")
    assert found.kind is Kind.LOST
    assert not any(way.kind is WayKind.REBUILD for way in found.others)


def test_customers_who_are_led_around_the_edge_come_to_sites_that_serve_already():
    """Requests by the network in front are load of a site, whichever way the others come to it."""
    found = outcome("cdn:aws/cloudfront")
    assert found.kind is Kind.RECOVERS
    for lost in (found, outcome("region:aws/eu-west-1")):
        assert lost.way
        assert any("grow servers" in say(step.deed) for step in lost.way.steps)
