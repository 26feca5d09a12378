from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bcinfra.planning.windows import DAY, WEEK, by_day, length, minutes
from bcinfra.spec.opening import DAYS

CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
MOMENTS = st.builds("{}:{}".format, st.sampled_from(DAYS), CLOCKS)


@pytest.mark.parametrize(
    ("window", "first", "last", "long"),
    [
        ("mon:00:00-mon:01:00", 0, 59, 60),
        ("sun:23:30-mon:00:30", WEEK - 30, 29, 60),  # over the end of the week
    ],
)
def test_a_weekly_window_covers_its_minutes(window: str, first: int, last: int, long: int) -> None:
    assert {first, last} <= minutes(window)
    assert {(first - 1) % WEEK, (last + 1) % WEEK}.isdisjoint(minutes(window))
    assert length(window) == long


def test_a_daily_window_may_pass_midnight() -> None:
    assert length("23:30-00:30") == 60
    assert {DAY - 1, DAY, DAY + 29} <= minutes("23:30-00:30")


@given(st.integers(0, WEEK - 1), st.integers(1, DAY - 1))
def test_days_of_a_window_hold_its_minutes(start: int, long: int) -> None:
    window = "-".join(f"{DAYS[at % WEEK // DAY]}:{at % DAY // 60:02}:{at % 60:02}" for at in (start, start + long))
    days = [minutes(f"{day}:{first}-{day}:{last}") for day, first, last in by_day(window)]
    assert frozenset[int]().union(*days) == minutes(window)
    assert len(days) == len({at // DAY for at in minutes(window)})


@given(MOMENTS, MOMENTS)
def test_a_window_and_its_reverse_share_the_week(one: str, other: str) -> None:
    if one != other:
        there, back = minutes(f"{one}-{other}"), minutes(f"{other}-{one}")
        assert there.isdisjoint(back)
        assert len(there | back) == WEEK
