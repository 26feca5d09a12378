from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies as st

from bcinfra.planning.scaling import Change, changes
from bcinfra.spec import Peak

BLACK_FRIDAY = Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=4)


def test_capacity_rises_before_the_first_customer_wakes_and_falls_after_the_last_sleeps() -> None:
    assert changes({"black-friday": BLACK_FRIDAY}, minimum=2, replicas=3, peak=20) == {
        "black-friday-start": Change(11, 26, 10, 12),  # 27 November at UTC+14
        "black-friday-end": Change(12, 1, 12, 2),  # 30 November is over at UTC-12
    }


def test_a_peak_never_asks_for_more_than_the_limit() -> None:
    assert changes({"x": BLACK_FRIDAY}, minimum=2, replicas=3, peak=8)["x-start"].minimum == 8


def test_a_peak_below_the_minimum_changes_nothing() -> None:
    assert changes({"x": BLACK_FRIDAY}, minimum=20, replicas=3, peak=20) == {}


def test_next_years_peak_does_not_end_this_years() -> None:
    both = {
        "2026": BLACK_FRIDAY,
        "2027": Peak(start=date(2027, 11, 26), end=date(2027, 11, 29), factor=4),
    }
    assert set(changes(both, minimum=2, replicas=3, peak=20)) == {"2027-start", "2026-end"}


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
    order = sorted((c.month, c.day, c.hour, c.minimum) for c in planned.values())
    assert len({step[:3] for step in order}) == len(order), "one change an hour"

    def running(day: date, hour: int) -> int:
        earlier = [step for step in order if step[:3] <= (day.month, day.day, hour)]
        return (earlier or order)[-1][3]

    for at in calendar.values():
        for offset in range((at.end - at.start).days + 1):
            day = at.start + timedelta(days=offset)
            assert running(day, 0) >= min(12, 4 * at.factor)
            assert running(day, 23) >= min(12, 4 * at.factor)
