"""Availability against the worked checks of the method, and against simulation."""

from __future__ import annotations

import math

import pytest

from bcinfra.continuity.model.distributions import fitted
from bcinfra.continuity.model.facts import base_rates
from bcinfra.continuity.model.ranges import Figure, Range, Unit, assumed, fact_ids, unknown
from bcinfra.continuity.model.rates import BETA, Pair
from bcinfra.continuity.reliability.availability import (
    Outage,
    availability,
    both_fail,
    common_cause,
    downtime,
    probability_kept,
    unavailability,
)
from bcinfra.continuity.reliability.faulttree import Event, FaultTree, Tree, all_of, any_of
from bcinfra.continuity.reliability.simulate import periods_kept
from bcinfra.seconds import MONTH, YEAR

MINUTES = YEAR / 60


def figure(name: str, value: Range, unit: Unit = Unit.SECONDS) -> Figure:
    return assumed(name, unit, value, "for the test")


def outage(
    rate: Range, manual: Range, automatic: Range | None = None, coverage: Range | None = None, name: str = "region"
) -> Outage:
    return Outage(
        name=name,
        rate=figure("rate", rate, Unit.PER_YEAR),
        manual=figure("manual", manual),
        automatic=automatic and figure("automatic", automatic),
        coverage=figure("coverage", coverage or Range.exactly(1), Unit.SHARE),
    )


def minutes(hours: float = 0, minutes: float = 0) -> Range:
    return Range.exactly(hours * 3600 + minutes * 60)


@pytest.mark.parametrize(
    ("manual", "automatic", "coverage", "expected"),
    [
        pytest.param(minutes(hours=9.5), None, None, 302, id="wait for the region"),
        pytest.param(minutes(hours=4), None, None, 127, id="fail over by hand"),
        pytest.param(minutes(hours=9.5), minutes(minutes=15), 1.0, 8, id="automatic in 15 minutes"),
        pytest.param(minutes(hours=9.5), minutes(minutes=2.5), 1.0, 1.3, id="automatic in 2.5 minutes"),
        pytest.param(minutes(hours=9.5), minutes(minutes=2.5), 0.9, 31, id="the same, never rehearsed"),
    ],
)
def test_minutes_down_a_year_for_a_region_that_fails_like_us_east_1(
    manual: Range, automatic: Range | None, coverage: float | None, expected: float
) -> None:
    found = downtime(outage(Range.exactly(0.53), manual, automatic, coverage and Range.exactly(coverage)))
    assert found.value
    assert found.value.typical / 60 == pytest.approx(expected, rel=0.03)


def test_the_common_cause_decides() -> None:
    """Two-zone application and database in one region: 90 minutes down a year, 53 of them the region.

    Leaving the region out gives 38; that the tiers share their zones changes little.
    """
    p = {"region": 1e-4, **{f"{kind} {i}": 5e-3 for kind in ("app", "database") for i in (0, 1)}}
    p |= {f"{zones} {i}": 1e-3 for zones in ("zone", "other zone") for i in (0, 1)}

    def tier(kind: str, zones: str) -> Tree:
        return all_of(*(any_of(Event(f"{kind} {i}"), Event(f"{zones} {i}")) for i in (0, 1)))

    def minutes_down(tree: Tree) -> float:
        found = FaultTree(tree).probability({name: Range.exactly(value) for name, value in p.items()})
        assert found
        return found.typical * MINUTES

    shared = any_of(tier("app", "zone"), tier("database", "zone"))
    assert minutes_down(any_of(shared, Event("region"))) == pytest.approx(90, abs=0.5)
    assert minutes_down(Event("region")) == pytest.approx(53, abs=0.5)
    assert minutes_down(any_of(tier("app", "zone"), tier("database", "other zone"))) == pytest.approx(38, abs=0.5)
    assert minutes_down(shared) == pytest.approx(38, abs=1)


@pytest.mark.parametrize(("beta", "expected"), [(0, 0.005), (0.01, 0.5), (0.05, 2.6), (0.1, 5.3)])
def test_beta_decides_how_often_a_pair_of_regions_fails(beta: float, expected: float) -> None:
    assert both_fail(1e-4, beta) * MINUTES == pytest.approx(expected, rel=0.07)
    shared, own = common_cause(1e-4, beta)
    pair = any_of(Event("both"), all_of(Event("one"), Event("two")))
    found = FaultTree(pair).probability(
        {"both": Range.exactly(shared), **dict.fromkeys(("one", "two"), Range.exactly(own))}
    )
    assert found
    assert found.typical == pytest.approx(both_fail(1e-4, beta), rel=1e-3)


def test_beta_falls_with_distance() -> None:
    order = [Pair.OTHER_PROVIDER, Pair.OTHER_CONTINENT, Pair.SAME_GEOGRAPHY]
    values = [found for pair in order if (found := BETA[pair].value)]
    assert [v.typical for v in values] == sorted(v.typical for v in values)


def test_a_unit_is_down_for_its_share_of_the_cycle() -> None:
    assert unavailability(12, YEAR / 12) == pytest.approx(0.5)
    assert unavailability(0, 3600) == 0


def test_the_mean_of_skewed_durations_counts_not_the_median() -> None:
    skewed = Range(3600, 36_000)
    found = downtime(outage(Range.exactly(1), skewed))
    assert found.value
    assert found.value.typical == pytest.approx(fitted(skewed).mean)
    sigma = math.log(10) / 1.644854
    assert found.value.typical == pytest.approx(3600 * math.exp(sigma**2 / 2), rel=1e-4)


def test_ends_come_from_rates_and_coverage_and_the_pessimistic_one_is_worse() -> None:
    found = downtime(outage(Range(0.5, 1, 0.2), minutes(hours=10), minutes(minutes=3), Range(0.9, 0.97, 0.7)))
    assert found.value
    assert found.value.upper == pytest.approx(0.7 * 180 + 0.3 * 36_000)
    assert found.value.lower == pytest.approx(0.2 * (0.97 * 180 + 0.03 * 36_000))
    up = availability([outage(Range(0.5, 1, 0.2), minutes(hours=10))])
    assert up.value
    assert up.value.lower == pytest.approx(1 - 36_000 / YEAR)


def test_unknown_is_unknown_and_unbounded_is_no_promise() -> None:
    dark = Outage(name="x", rate=unknown("rate", Unit.PER_YEAR, "nobody counts"), manual=figure("d", Range(1, 2)))
    assert downtime(dark).value is None
    assert availability([dark]).value is None
    assert probability_kept([dark], 0.995).value is None
    open_ended = Outage(
        name="x", rate=figure("rate", Range(1, None), Unit.PER_YEAR), manual=figure("d", Range(60, 120))
    )
    kept = probability_kept([open_ended], 0.995).value
    assert kept
    assert kept.lower == 0
    assert kept.typical == pytest.approx(1)


def test_figures_lead_back_to_the_base_rates() -> None:
    rate = base_rates()["aws-us-east-1-severe"]
    found = downtime(Outage(name="region", rate=rate.rate_figure(), manual=rate.duration_figure()))
    assert fact_ids(found) == ("aws-us-east-1-severe",)


def test_without_outages_every_commitment_is_kept() -> None:
    assert probability_kept([], 1.0).value == Range(1, 1, 1)
    assert availability([]).value == Range(1, 1)


def test_a_perfect_month_is_one_without_any_outage() -> None:
    found = probability_kept([outage(Range.exactly(2), minutes(minutes=1))], 1.0)
    assert found.value
    assert found.value.typical == pytest.approx(math.exp(-2 / 12), rel=1e-3)


def test_an_outage_of_weeks_spoils_more_than_the_month_it_starts_in() -> None:
    found = probability_kept([outage(Range.exactly(0.1), Range.exactly(3 * MONTH))], 0.995)
    assert found.value
    assert found.value.typical == pytest.approx(math.exp(-0.1 / 12 * 4), abs=2e-4)


@pytest.mark.parametrize("commitment", [0.99, 0.995, 0.999, 0.9999])
def test_the_probability_of_a_commitment_agrees_with_simulation(commitment: float) -> None:
    outages = [
        outage(Range.exactly(0.53), Range(9.5 * 3600, 24 * 3600), Range(150, 600), Range.exactly(0.9)),
        outage(Range.exactly(12), Range(60, 900), name="failover"),
        outage(Range.exactly(6), Range(0, 600), name="deployment"),
        outage(Range.exactly(0.2), Range(14 * 86_400, 60 * 86_400), name="ransomware"),
    ]
    runs = 60_000
    found = probability_kept(outages, commitment).value
    assert found
    played = periods_kept(outages, (1 - commitment) * MONTH, MONTH, runs, seed=3)
    # Outages of weeks make neighbouring months alike, so the history is worth fewer months than it has.
    assert found.typical == pytest.approx(played, abs=4 * math.sqrt(played * (1 - played) / (runs / 3)) + 5e-4)


def test_outages_that_the_end_of_a_month_cuts_count_for_their_part_in_it() -> None:
    outages = [outage(Range.exactly(6), Range.exactly(0.3 * MONTH))]
    found = probability_kept(outages, 0.8).value
    assert found
    assert found.typical == pytest.approx(periods_kept(outages, 0.2 * MONTH, MONTH, 60_000, seed=3), abs=0.008)
    found = probability_kept(outages, 0.65).value
    assert found
    assert found.typical == pytest.approx(periods_kept(outages, 0.35 * MONTH, MONTH, 60_000, seed=3), abs=0.008)


def test_redundancy_that_works_more_often_never_keeps_fewer_months() -> None:
    kept = [
        found.typical
        for c in (0.5, 0.9, 0.97, 1.0)
        if (
            found := probability_kept(
                [outage(Range.exactly(2), minutes(9), minutes(0, 3), Range.exactly(c))], 0.995
            ).value
        )
    ]
    assert len(kept) == 4
    assert kept == sorted(kept)
