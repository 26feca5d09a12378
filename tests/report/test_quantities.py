"""Quantities as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bcinfra.continuity.model.ranges import Range, Unit
from bcinfra.report.words.quantities import amount, duration, ends, money, pair, rate, share


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0"),
        (0.04, "0"),
        (1.7, "1.7 s"),
        (35, "35 s"),
        (95, "95 s"),
        (120, "2 min"),
        (14 * 60, "14 min"),
        (27 * 60 + 10, "27 min"),
        (99.4 * 60, "99 min"),
        (130 * 60, "2 h 10 min"),
        (7_190, "2 h"),
        (9 * 3600, "9 h"),
        (31 * 3600, "31 h"),
        (7 * 86_400, "7 days"),
        (150 * 86_400, "5 months"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@given(st.floats(0.05, 1e9))
def test_no_duration_that_is_some_reads_as_none(seconds: float) -> None:
    assert duration(seconds) != "0"


def test_money_has_its_currency_and_separators() -> None:
    assert money(188_321, "EUR") == "EUR 188,000"
    assert amount(29_449) == "29,400"
    assert amount(-1_234) == "-1,230"
    assert amount(0.2) == "0"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.9957, "99.57 %"), (0.978, "97.8 %"), (0.999, "99.9 %"), (0.3, "30 %"), (1.0, "100 %"), (0.0, "0 %")],
)
def test_shares_show_how_far_they_are_from_all(value: float, said: str) -> None:
    assert share(value) == said


@given(st.floats(0.5, 1 - 1e-6, exclude_max=True))
def test_no_share_below_all_reads_as_all(value: float) -> None:
    assert share(value) != "100 %"


def test_rates() -> None:
    assert (rate(3), rate(0.05), rate(0)) == ("3 a year", "once in 20 years", "never")


def test_what_has_no_bound_or_is_not_known_says_so() -> None:
    assert pair(None) == "unknown"
    assert pair(Range(60.0, None)) == "60 s (no bound known)"
    assert pair(Range(840.0, 1620.0)) == "14 min (27 min)"
    assert ends(None, Unit.SHARE, "EUR") == "unknown"
    assert ends(Range(10.0, None), Unit.MONEY, "EUR") == "EUR 10, EUR 10 to no known bound"
