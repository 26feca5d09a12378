"""A shop on two vendors: what joins them, and what is lost where a joint is missing."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from bcinfra.continuity.assessment import Assessment, assess
from bcinfra.continuity.design import Design
from bcinfra.continuity.model import StoreKind
from bcinfra.continuity.outcomes import Kind, Outcome
from bcinfra.continuity.ranges import fact_ids
from tests.continuity.readings import gcp_programs as gcp
from tests.continuity.readings import vendor_programs as vendors
from tests.continuity.readings.programs import model

IRELAND = "region:aws/eu-west-1"


def outcome(assessed: Assessment, scenario: str) -> Outcome:
    row = next(r for r in assessed.scenarios if r.scenario.id == scenario)
    (one,) = row.outcomes
    return one


# -- an accelerator before two regions --------------------------------------------------------------------------------


@cache
def accelerated(**more: Any) -> Assessment:
    return assess(model(lambda: vendors.two_regions(**more)))


def test_an_accelerator_leaves_a_region_without_a_changed_name() -> None:
    found = model(vendors.two_regions)
    front = next(b for b in found.balancers if b.label.startswith("Global Accelerator"))
    assert front.detects
    assert front.detects.value
    assert front.detects.value.upper == 10 * 2 + 5 + 30  # the load balancer's checks, then the accelerator
    assert fact_ids(front.detects) == ("aws.global_accelerator",)
    (control,) = front.needs_to_recover
    assert [d.name for d in control.chain()][:2] == ["aws/globalaccelerator", "aws/us-west-2"]
    (entry,) = found.entries
    assert all(not chain.by_name for chain in Design(found).chains(entry))


def test_a_region_is_left_for_the_standby_and_without_one_it_is_lost() -> None:
    assert outcome(accelerated(), IRELAND).kind is Kind.PERSON  # who promotes the database
    assert outcome(accelerated(standby=False), IRELAND).kind is Kind.LOST


def test_a_site_dialled_to_nothing_serves_nobody_while_the_other_is_well() -> None:
    def serving(*dials: float) -> frozenset[str]:
        return Design(model(lambda: vendors.two_regions(dials=(dials[0], dials[1])))).serving

    assert serving(100, 0) == {"aws/eu-west-1"}
    assert serving(0, 100) == {"aws/eu-central-1"}
    assert serving(100, 100) == {"aws/eu-west-1", "aws/eu-central-1"}


def test_an_accelerator_absorbs_no_floods_of_requests_itself() -> None:
    (entry,) = model(vendors.two_regions).entries
    assert entry.shielded is False


# -- a domain that two DNS providers answer for -----------------------------------------------------------------------

ROUTE53, CLOUD_DNS = "dns-provider:aws/route53", "dns-provider:gcp/cloud-dns"
AWS, GOOGLE = "provider:aws", "provider:gcp"


@cache
def named(**more: Any) -> Assessment:
    return assess(model(lambda: vendors.named_twice(**more)))


def test_a_name_at_two_providers_is_one_that_leads_to_the_same() -> None:
    found = model(vendors.named_twice)
    (entry,) = found.entries
    assert entry.name == vendors.DOMAIN
    labels = {part.urn: part.label for part in found.balancers}
    assert [(labels[r.target or ""], r.standby) for r in entry.routes] == [
        ("Global Accelerator front", False),
        ("global load balancer web", True),
    ]
    for route in entry.routes:
        assert route.detects
        assert route.detects.value
        assert route.detects.value.upper == 2 * 30 + 5  # by the slower of the two providers' checks
    assert [s.name for s in found.stores if s.kind is StoreKind.DNS_ZONE] == [f"DNS zone {vendors.DOMAIN}"]
    assert not found.not_understood


def test_losing_either_dns_provider_loses_no_name() -> None:
    assert outcome(named(), ROUTE53).kind is Kind.UNAFFECTED
    assert outcome(named(), CLOUD_DNS).kind is Kind.UNAFFECTED


def test_losing_both_loses_it() -> None:
    (capability,) = named().capabilities
    cuts = [frozenset(cut) for cut in capability.cut_sets.sets]
    assert frozenset({ROUTE53, CLOUD_DNS}) in cuts
    assert not {frozenset({ROUTE53}), frozenset({CLOUD_DNS}), frozenset({AWS}), frozenset({GOOGLE})} & set(cuts)
    (alone,) = named(listed="none").capabilities
    assert frozenset({ROUTE53}) in [frozenset(cut) for cut in alone.cut_sets.sets]


@pytest.mark.parametrize("listed", ["aws", "gcp", "none"])
def test_zones_that_do_not_name_each_other_are_two_each_of_which_may_be_asked(listed: str) -> None:
    assert len(model(lambda: vendors.named_twice(listed=listed)).entries) == 2
    assert outcome(named(listed=listed), ROUTE53).kind is not Kind.UNAFFECTED
    assert outcome(named(listed=listed), CLOUD_DNS).kind is not Kind.UNAFFECTED


def test_with_one_provider_alone_the_name_goes_with_it() -> None:
    assert outcome(named(listed="none", answered="aws"), ROUTE53).kind is not Kind.UNAFFECTED


def test_losing_aws_sends_clients_to_google_by_themselves() -> None:
    lost = outcome(named(), AWS)
    assert lost.kind is Kind.RECOVERS
    assert lost.way
    assert lost.way.site == f"gcp/{gcp.BELGIUM}"
    assert outcome(named(), GOOGLE).kind is Kind.UNAFFECTED
    assert outcome(named(listed="none"), AWS).kind is not Kind.RECOVERS


def test_a_name_that_one_of_the_two_does_not_know_is_not_taken_to_work() -> None:
    (entry,) = model(lambda: vendors.named_twice(answered="aws")).entries
    assert None in {route.target for route in entry.routes}
    assert outcome(named(answered="aws"), CLOUD_DNS).kind is Kind.UNDECIDED


def test_answers_that_differ_are_all_given() -> None:
    (entry,) = model(lambda: vendors.named_twice(swapped=True)).entries
    assert [route.standby for route in entry.routes] == [False, False]
    assert outcome(named(swapped=True), GOOGLE).kind is not Kind.UNAFFECTED


def test_an_answer_that_one_provider_never_withdraws_is_not_withdrawn() -> None:
    (entry,) = model(lambda: vendors.named_twice(checked=False)).entries
    assert entry.routes[0].detects is None
