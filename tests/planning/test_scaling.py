from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from bcinfra.planning.scaling import Change, black_friday, changes
from bcinfra.spec import Peak

SPRING = Peak(start=date(2026, 3, 20), end=date(2026, 3, 23), factor=4)
BLACK_FRIDAY = Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=4)


def test_capacity_rises_before_the_first_customer_wakes_and_falls_after_the_last_sleeps() -> None:
    assert changes({"spring": SPRING}, minimum=2, replicas=3, peak=20) == {
        "spring-start": Change(3, 19, 10, 12),  # 20 March at UTC+14
        "spring-end": Change(3, 24, 12, 2),  # 23 March is over at UTC-12
    }


@pytest.mark.parametrize("year", range(2026, 2061))
def test_what_holds_black_friday_moves_with_it(year: int) -> None:
    end, start = changes({"x": BLACK_FRIDAY}, minimum=2, replicas=3, peak=20).values()
    assert black_friday(year).isoweekday() == 5
    assert (black_friday(year) - timedelta(days=1)).day in range(22, 29), "the fourth Thursday"
    assert _on(start, year) == black_friday(year) - timedelta(days=1), "the day before, at 10:00"
    assert _on(end, year) == black_friday(year) + timedelta(days=4), "the Tuesday, at 12:00"
    up, down = _nth(start, year, down=False), _nth(end, year, down=True)
    assert _on(start, year) - timedelta(days=7) < up <= _on(start, year)
    assert _on(end, year) <= down <= _on(end, year) + timedelta(days=7)


def _on(change: Change, year: int) -> date:
    """The day that a change comes on in a year."""
    (day,) = (d for month, day in change.days if (d := date(year, month, day)).isoweekday() == change.weekday)
    return day


def _nth(change: Change, year: int, *, down: bool) -> date:
    """The day that AWS takes it to be: the nth of a weekday of a month."""
    month, nth = change.nth(down=down)
    days = (date(year, month, day) for day in range(1, 29))
    return [day for day in days if day.isoweekday() == change.weekday][nth - 1]


def test_a_peak_never_asks_for_more_than_the_limit() -> None:
    assert changes({"x": BLACK_FRIDAY}, minimum=2, replicas=3, peak=8)["x-start"].minimum == 8


def test_a_peak_below_the_minimum_changes_nothing() -> None:
    assert changes({"x": BLACK_FRIDAY}, minimum=20, replicas=3, peak=20) == {}


def test_next_years_peak_does_not_end_this_years() -> None:
    both = {
        "2026": BLACK_FRIDAY,
        "2027": Peak(start=date(2027, 11, 26), end=date(2027, 11, 29), factor=4),
    }
    assert set(changes(both, minimum=2, replicas=3, peak=20)) == {"2026-start", "2026-end"}


def test_a_peak_may_pass_the_new_year() -> None:
    sale = Peak(start=date(2026, 12, 27), end=date(2027, 1, 5), factor=2)
    assert changes({"sale": sale}, minimum=2, replicas=4, peak=20) == {
        "sale-start": Change(12, 26, 10, 8),
        "sale-end": Change(1, 6, 12, 2),
    }


def test_a_peak_around_the_leap_day_happens_every_year() -> None:
    spring = Peak(start=date(2027, 3, 1), end=date(2027, 3, 2), factor=2)
    leap = Peak(start=date(2028, 2, 29), end=date(2028, 2, 29), factor=2)
    assert changes({"spring": spring}, minimum=2, replicas=4, peak=20)["spring-start"] == Change(2, 28, 10, 8)
    assert changes({"leap": leap}, minimum=2, replicas=4, peak=20) == {
        "leap-start": Change(2, 28, 10, 8),
        "leap-end": Change(3, 1, 12, 2),
    }


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Peak]:
    found: dict[str, Peak] = {}
    for name in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
        start = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
        days = draw(st.integers(0, 40))
        found[name] = Peak(start=start, end=start + timedelta(days=days), factor=draw(st.sampled_from([1.5, 2.0, 4.0])))
    return found


@given(calendars())
def test_every_hour_of_every_peak_has_its_minimum(calendar: dict[str, Peak]) -> None:
    planned = changes(calendar, minimum=2, replicas=4, peak=12)

    def running(year: int, day: date, hour: int) -> int:
        order = sorted(
            (_on(c, year) if c.weekday else date(year, c.month, c.day), c.hour, c.minimum) for c in planned.values()
        )
        earlier = [step for step in order if step[:2] <= (day, hour)]
        return (earlier or order)[-1][2]

    for at in calendar.values():
        for offset in range((at.end - at.start).days + 1):
            day = at.start + timedelta(days=offset)
            assert running(day.year, day, 0) >= min(12, 4 * at.factor)
            assert running(day.year, day, 23) >= min(12, 4 * at.factor)


def test_what_moves_takes_nothing_from_what_does_not_and_leaves_nothing_behind() -> None:
    advent = Peak(start=date(2026, 12, 3), end=date(2026, 12, 24), factor=2)
    planned = changes({"black-friday": BLACK_FRIDAY, "advent": advent}, minimum=2, replicas=3, peak=20)
    assert planned["black-friday-end"].minimum == 6, "in some years it ends within Advent"
    autumn = Peak(start=date(2026, 11, 10), end=date(2026, 11, 28), factor=2)
    planned = changes({"black-friday": BLACK_FRIDAY, "autumn": autumn}, minimum=2, replicas=3, peak=20)
    assert "autumn-end" not in planned, "in some years it ends within Black Friday's"
    assert planned["black-friday-end"].minimum == 6
    over = planned["black-friday-over"]
    assert (over.month, over.day, over.minimum) == (12, 11, 2), "and in all of them it is over by then"
