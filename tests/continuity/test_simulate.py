"""Rehearsals: one play, and many against the computed percentiles."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings, strategies as st

from bcinfra.continuity.model.distributions import Distribution, fitted, quantile
from bcinfra.continuity.model.domains import global_control_plane, region
from bcinfra.continuity.model.ranges import Range, Unit, unknown
from bcinfra.continuity.recovery.steps import Phase, Step
from bcinfra.continuity.reliability.simulate import What, play, recovery_times
from tests.continuity.test_recovery import FAILOVER, deed, names, step


def test_a_play_is_told_in_order_and_ends_when_all_is_done() -> None:
    told = play(FAILOVER, (), random.Random(1))
    assert told.recovered == told.happenings[-1].at
    assert [h.at for h in told.happenings] == sorted(h.at for h in told.happenings)
    when = {(*names([h.step]), h.what): h.at for h in told.happenings}
    assert when["switch", What.STARTED] == max(when["promote", What.DONE], when["scale", What.DONE])
    assert when["promote", What.STARTED] == when["scale", What.STARTED] == when["decide", What.DONE]


def test_an_infeasible_step_stops_what_waits_for_it_and_nothing_else() -> None:
    dns = global_control_plane("aws", "route53", "us-east-1")
    steps = [
        *FAILOVER,
        step("edit DNS", Range(60, 60), "decide", needs=(dns,)),
        step("announce", Range(1, 1), "edit DNS"),
    ]
    told = play(steps, [region("aws", "us-east-1")], random.Random(1))
    assert told.recovered is None
    assert [h.step for h in told.happenings if h.what is What.INFEASIBLE] == [deed("edit DNS")]
    assert deed("announce") not in {h.step for h in told.happenings}
    assert deed("verify") in {h.step for h in told.happenings if h.what is What.DONE}


def test_the_seed_decides() -> None:
    assert play(FAILOVER, (), random.Random(5)) == play(FAILOVER, (), random.Random(5))
    assert play(FAILOVER, (), random.Random(5)) != play(FAILOVER, (), random.Random(6))
    assert recovery_times(FAILOVER, 200, seed=5) == recovery_times(FAILOVER, 200, seed=5)


def test_what_is_unknown_cannot_be_played() -> None:
    dark = Step(deed=deed("x"), phase=Phase.ACT, duration=unknown("restore", Unit.SECONDS, "no figure"))
    with pytest.raises(ValueError, match="restore is unknown"):
        play([dark], (), random.Random(1))


ranges = st.tuples(st.floats(0.1, 1e5), st.floats(1, 50)).map(lambda d: Range(d[0], d[0] * d[1]))


@settings(max_examples=50)
@given(ranges)
def test_a_fitted_range_has_its_median_and_its_95th_percentile(duration: Range) -> None:
    assert duration.upper is not None
    assert quantile(duration, 0.5) == pytest.approx(duration.typical)
    assert quantile(duration, 0.95) == pytest.approx(duration.upper)
    assert fitted(duration).quantile(0.5) == pytest.approx(duration.typical, rel=0.01)
    assert fitted(duration).quantile(0.95) == pytest.approx(duration.upper, rel=0.02)


def test_usually_at_once_has_half_of_its_outcomes_at_zero() -> None:
    duration = Range(0, 60)
    assert quantile(duration, 0.5) == 0
    assert quantile(duration, 0.95) == pytest.approx(60)
    assert fitted(duration).quantile(0.95) == pytest.approx(60, rel=0.01)


@settings(max_examples=50)
@given(ranges, ranges)
def test_sums_keep_the_mean_and_the_later_of_two_is_later(one: Range, two: Range) -> None:
    a, b = fitted(one), fitted(two)
    assert (a + b).mean == pytest.approx(a.mean + b.mean)
    later = a.latest(b)
    for share in (0.05, 0.5, 0.95):
        assert later.quantile(share) >= max(a.quantile(share), b.quantile(share)) * 0.97


def test_a_sum_of_two_equal_spreads_is_a_triangle() -> None:
    even = Distribution(tuple((i + 0.5) / 128 for i in range(128)))
    triangle = even + even
    for share in (0.1, 0.5, 0.9):
        exact = (2 * share) ** 0.5 if share <= 0.5 else 2 - (2 * (1 - share)) ** 0.5
        assert triangle.quantile(share) == pytest.approx(exact, abs=0.01)
