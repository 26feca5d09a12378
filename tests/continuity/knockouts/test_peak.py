"""What holds the peak at a sample customer, taken away: less of it is held, and too little room is found."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest

from bcinfra.continuity.judgement.assessment import Assessment, assess
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.ranges import typical
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.quotas import after_a_site
from bcinfra.continuity.recovery.scenarios import scenarios
from bcinfra.graph import Graph, Resource
from tests.continuity.knockouts.edits import put, without
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.properties import SCHEDULED
from tests.continuity.knockouts.samples import LARGE, MIDSIZE

CLOCK = "gcp:cloudscheduler/job:Job"
TARGET = "aws:appautoscaling/target:Target"
REGION = "region:aws/eu-west-1"


def found(graph: Graph) -> Assessment:
    return assess(focused(read(graph)))


def shares(of: Assessment) -> tuple[float, float]:
    at_once, grown = (typical(of.figures[f"{REGION}/checkout/peak-{when}"]) for when in ("at-once", "grown"))
    assert at_once is not None and grown is not None
    return at_once, grown


def held_at_once(graph: Graph, scenario: str) -> float:
    """Of one scenario alone, for checkout."""
    design = Design(focused(read(graph)))
    lost = next(one for one in scenarios(design, Rates(base_rates(), facts())) if one.id == scenario)
    (held,) = (one.held for one in Evaluator(design, facts()).outcomes(lost) if one.capability == "checkout")
    share = typical(held.now) if held else None
    assert share is not None
    return share


def at_standby(graph: Graph, kind: str) -> list[Resource]:
    return [row for row in graph.of_type(kind) if "frankfurt" in row.name]


@pytest.fixture(scope="module")
def before() -> Assessment:
    return found(MIDSIZE.graph)


def test_less_of_the_peak_is_held(before: Assessment) -> None:
    graph = MIDSIZE.graph
    unscheduled = found(without(graph, *at_standby(graph, SCHEDULED)))
    assert shares(unscheduled)[0] < shares(before)[0]
    assert shares(unscheduled)[1] == shares(before)[1] == 1


def test_room_that_is_too_small_is_found(before: Assessment) -> None:
    graph = reduce(lambda g, row: put(g, row, "maxCapacity", 19), at_standby(MIDSIZE.graph, TARGET), MIDSIZE.graph)
    small = found(graph)
    assert shares(small)[1] < 1
    (one,) = [f for f in small.findings if f.code == "BC0007" and REGION in f.scenarios and f not in before.findings]
    assert set(one.capabilities) >= {"checkout"}


def test_servers_that_nothing_grows_hold_less(before: Assessment) -> None:
    """Neither a schedule nor a policy: what runs on a usual day is all that there is."""
    still = found(without(MIDSIZE.graph, *MIDSIZE.graph.of_type("aws:appautoscaling/policy:Policy", SCHEDULED)))
    less = [f for f in still.findings if f.code == "BC0007" and f not in before.findings]
    assert any(scenario.startswith("zone:") for one in less for scenario in one.scenarios)


def test_a_store_that_nobody_tested_is_found(before: Assessment) -> None:
    model = focused(read(MIDSIZE.graph))
    untested = assess(replace(model, business=replace(model.business, load_tests={"redis": 12})))
    asked = {str(f.says.object) for f in untested.findings if f.code == "BC0007" and f not in before.findings}
    assert asked == {"mysql", "files"}


def test_a_standby_that_nothing_grows_before_a_peak_holds_less_of_it() -> None:
    """At the other vendor, which grows within seconds: no verdict changes, what is held at once does."""
    graph = LARGE.graph
    jobs = [row for row in graph.of_type(CLOCK) if row.name.endswith("-black-friday-start")]
    both, one, none = (held_at_once(without(graph, *gone), "provider:aws") for gone in ((), jobs[:1], jobs))
    assert both > one == none


@pytest.mark.parametrize(("allows", "load", "short"), [(24, 1, False), (24, 6, True), (36, 6, False)])
def test_a_quota_of_the_standby_is_held_against_the_peak(allows: float, load: float, short: bool) -> None:
    model = read(MIDSIZE.graph)
    pools = (replace(one, quotas=tuple(replace(q, allows=allows) for q in one.quotas)) for one in model.pools)
    assert bool(list(after_a_site(Design(replace(model, pools=tuple(pools))), load))) == short
