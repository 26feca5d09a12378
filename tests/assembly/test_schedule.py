"""Maintenance and backup windows over sites."""

from __future__ import annotations

from hypothesis import given, strategies as st

from bcinfra.assembly import schedule
from bcinfra.planning.windows import DAYS, minutes

starts = st.builds("{} {:02}:{:02}".format, st.sampled_from(DAYS), st.integers(0, 23), st.integers(0, 59))


@given(start=starts, sites=st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True), data=st.data())
def test_two_sites_are_never_maintained_at_once(start: str, sites: list[str], data: st.DataObject):
    first = data.draw(st.sampled_from(sites))
    windows = schedule.maintenance(start, sites, first)
    covered = [minute for window in windows.values() for minute in minutes(window)]
    assert len(covered) == len(set(covered)) == 60 * len(sites)
    assert windows[first].startswith(start.replace(" ", ":"))


@given(start=starts)
def test_no_backup_starts_during_maintenance(start: str):
    (window,) = schedule.maintenance(start, ["a"], "a").values()
    assert not minutes(window) & minutes(schedule.backup(start))
