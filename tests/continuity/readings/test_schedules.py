"""How far apart scheduled runs are."""

from datetime import date

import pytest

from bcinfra.continuity.readings.base.schedules import crontab_day, dates, day_of_year, longest_interval

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("rate(1 hour)", HOUR),
        ("rate(15 minutes)", 900),
        ("cron(0 * ? * * *)", HOUR),
        ("cron(0/15 * * * ? *)", 900),
        ("cron(0 5 ? * * *)", DAY),
        ("cron(0 1,13 ? * * *)", DAY / 2),
        ("cron(0 8-18 ? * * *)", 14 * HOUR),
        ("cron(0 3 ? * SUN *)", 7 * DAY),
        ("cron(0 3 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 3 1 * ? *)", 31 * DAY),
        ("0 5 * * *", None),
        ("cron(never)", None),
        ("cron(0 x ? * * *)", None),
    ],
)
def test_the_longest_interval_of_a_schedule(schedule: str, seconds: float | None) -> None:
    assert longest_interval(schedule) == seconds


@pytest.mark.parametrize(
    ("schedule", "day"),
    [
        ("cron(0 10 26 11 ? *)", (11, 26)),
        ("at(2026-11-26T10:00:00)", None),
        ("cron(0 10 26 11 ? 2026)", None),
        ("cron(0 10 ? * MON *)", None),
        ("rate(1 day)", None),
        ("cron(0 10 ? 11 5#4 *)", (11, 22)),
        ("cron(0 10 ? 12 TUE#1 *)", (12, 1)),
        ("cron(0 10 ? * 5#4 *)", None),
    ],
)
def test_what_comes_once_a_year_has_a_day(schedule: str, day: tuple[int, int] | None) -> None:
    assert day_of_year(schedule) == day


@pytest.mark.parametrize(
    ("schedule", "zone", "days"),
    [
        ("at(2026-11-26T10:00:00)", None, [date(2026, 11, 26)]),
        ("at(2026-11-26T22:00:00)", "America/New_York", [date(2026, 11, 27)]),
        ("at(2026-11-26T22:00)", "Nowhere/Here", []),
        ("at(2026-13-26T22:00)", None, []),
        ("cron(0 10 26 11 ? 2026-2027)", None, [date(2026, 11, 26), date(2027, 11, 26)]),
        ("cron(0 10 26 11 ? *)", None, []),
    ],
)
def test_what_runs_in_some_years_has_dates(schedule: str, zone: str | None, days: list[date]) -> None:
    assert list(dates(schedule, zone)) == days


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Auckland", (11, 25)), ("Pacific/Honolulu", (11, 26)), ("Etc/UTC", (11, 26)), ("X/Y", None)],
)
def test_a_day_is_that_of_utc(zone: str, day: tuple[int, int] | None) -> None:
    assert day_of_year("cron(0 10 26 11 ? *)", zone) == crontab_day("0 10 26 11 *", zone) == day


@pytest.mark.parametrize(
    ("schedule", "first", "last"),
    [
        ("0 10 22,23,24,25,26,27,28 11 *", (11, 22), (11, 28)),
        ("0 12 27,28,29,30,1,2,3 11,12 *", (11, 27), (12, 3)),
        ("0 12 3 12 *", (12, 3), (12, 3)),
    ],
)
def test_what_ends_on_a_day_that_moves_ends_on_the_last(
    schedule: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    assert (crontab_day(schedule), crontab_day(schedule, ends=True)) == (first, last)


def test_so_does_what_ends_on_a_weekday() -> None:
    assert [day_of_year("cron(0 10 ? 11 5#4 *)", ends=ends) for ends in (False, True)] == [(11, 22), (11, 28)]
