"""How far apart scheduled runs are."""

import pytest

from bcinfra.continuity.readings.base.schedules import day_of_year, longest_interval

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
        ("at(2026-11-26T10:00:00)", (11, 26)),
        ("cron(0 10 ? * MON *)", None),
        ("rate(1 day)", None),
        ("cron(0 10 ? 11 5#4 *)", (11, 22)),
        ("cron(0 10 ? 12 TUE#1 *)", (12, 1)),
        ("cron(0 10 ? * 5#4 *)", None),
    ],
)
def test_what_comes_once_a_year_has_a_day(schedule: str, day: tuple[int, int] | None) -> None:
    assert day_of_year(schedule) == day
