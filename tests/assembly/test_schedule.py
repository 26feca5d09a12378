"""Maintenance and backup windows over sites."""

from __future__ import annotations

from datetime import date

from hypothesis import given, strategies as st

from bcinfra.assembly import schedule
from bcinfra.planning.windows import minutes
from bcinfra.spec import Peak
from bcinfra.spec.opening import DAYS
from stacks.large import PROD as LARGE

starts = st.builds("{} {:02}:{:02}".format, st.sampled_from(DAYS), st.integers(0, 23), st.integers(0, 59))


@given(start=starts, sites=st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True), data=st.data())
def test_two_sites_are_never_maintained_at_once(start: str, sites: list[str], data: st.DataObject):
    first = data.draw(st.sampled_from(sites))
    windows = schedule.maintenance(start, sites, first, {})
    covered = [minute for window in windows.values() for minute in minutes(window)]
    assert len(covered) == len(set(covered)) == 60 * len(sites)
    assert windows[first].startswith(start.replace(" ", ":"))


@given(start=starts)
def test_no_backup_starts_during_maintenance(start: str):
    (window,) = schedule.maintenance(start, ["a"], "a", {}).values()
    assert not minutes(window) & minutes(schedule.backup(start))


@given(sites=st.lists(st.sampled_from("abc"), min_size=1, unique=True), data=st.data())
def test_nobody_is_maintained_in_a_short_peak(sites: list[str], data: st.DataObject):
    first = data.draw(st.sampled_from(sites))
    peaks = {"black-friday": Peak(start=date(2026, 11, 27), end=date(2026, 11, 30), factor=6)}
    windows = schedule.maintenance("tue 03:00", sites, first, peaks)
    assert {window[:3] for window in windows.values()} <= {"tue", "wed", "thu"}


def test_sites_of_two_vendors_are_never_maintained_at_once() -> None:
    names = schedule.maintained(LARGE)
    assert {LARGE.sites[name].kind for name in names} == {"aws", "gcp"}
    windows = schedule.maintenance("tue 03:00", names, LARGE.primary, {})
    assert sum(len(minutes(one)) for one in windows.values()) == len(
        frozenset[int]().union(*(minutes(one) for one in windows.values()))
    )
