"""A shop on two vendors: what joins them, and what is lost where a joint is missing."""

from __future__ import annotations

from functools import cache
from typing import Any

from bcinfra.continuity.assessment import Assessment, assess
from bcinfra.continuity.design import Design
from bcinfra.continuity.outcomes import Kind, Outcome
from bcinfra.continuity.ranges import fact_ids
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
