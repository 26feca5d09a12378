"""A page is edited without a change of anything else that stands in it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bcinfra.spec.edit import GONE, Change, SharedError, differences, edited

PAGE = """\
# The shop
name: corner   # short
sites:
  # where it sells
  ireland: {region: eu-west-1, role: primary}  # the first
  frankfurt:
    region: eu-central-1
    role: standby  # warm
    zones: [a, b]

  # copies
  virginia: {region: us-east-1, role: backup}
strategy: "warm-standby"

backups:
data:
  orders: critical
# the end
"""


def at(page: Any, *path: str) -> Any:
    for step in path:
        page = page[step]
    return page


@pytest.mark.parametrize(
    ("change", "was", "now"),
    [
        (Change(("strategy",), "pilot-light"), '"warm-standby"', "pilot-light"),
        (Change(("sites", "ireland", "role"), "active"), "role: primary}", "role: active}"),
        (Change(("sites", "ireland", "zones"), 2), "role: primary}", "role: primary, zones: 2}"),
        (Change(("sites", "frankfurt", "zones"), 3), "zones: [a, b]", "zones: 3"),
        (Change(("sites", "frankfurt", "zones"), GONE), "    zones: [a, b]\n", ""),
        (Change(("sites", "ireland", "region"), GONE), "region: eu-west-1, role", "role"),
        (Change(("sites", "ireland", "role"), GONE), ", role: primary}", "}"),
        (Change(("sites", "virginia"), GONE), "  virginia: {region: us-east-1, role: backup}\n", ""),
        (Change(("data", "orders"), {"criticality": "critical", "cadence": "1d"}), "critical\n",
         "{criticality: critical, cadence: 1d}\n"),
        (Change(("data", "carts"), "minor"), "orders: critical\n", "orders: critical\n  carts: minor\n"),
        (Change(("backups", "retain_days"), 7), "backups:\n", "backups: {retain_days: 7}\n"),
        (Change(("dns", "aws"), "main"), "orders: critical\n", "orders: critical\ndns: {aws: main}\n"),
        (Change(("mysql",), {"version": "8.0"}), "orders: critical\n", "orders: critical\nmysql: {version: '8.0'}\n"),
        (Change(("sites", "paris"), {"region": "eu-west-3"}), "role: backup}\n",
         "role: backup}\n  paris: {region: eu-west-3}\n"),
    ],
)  # fmt: skip
def test_one_change_changes_one_place(change: Change, was: str, now: str) -> None:
    assert PAGE.count(was) == 1
    assert edited(PAGE, [change]) == PAGE.replace(was, now)


def test_differences_make_one_page_of_another() -> None:
    before = yaml.safe_load(PAGE)
    after = yaml.safe_load(PAGE)
    after["sites"]["frankfurt"] |= {"role": "active", "zones": 2}
    del after["sites"]["virginia"]
    after["backups"] = {"retain_days": 7, "lock_days": 0}
    after["strategy"] = "active-active"
    changes = list(differences(before, after))
    assert [".".join(change.path) for change in changes] == [
        "sites.virginia", "sites.frankfurt.role", "sites.frankfurt.zones", "strategy", "backups",
    ]  # fmt: skip
    text = edited(PAGE, changes)
    assert yaml.safe_load(text) == after
    assert [line for line in PAGE.splitlines() if "#" in line and "standby" not in line] == [
        line for line in text.splitlines() if "#" in line and "active" not in line
    ]


def test_what_is_shared_is_not_edited() -> None:
    shared = "usual: &usual {role: standby}\none: *usual\ntwo:\n  <<: *usual\n  zones: 2\n"
    for path in (("one", "role"), ("usual", "role"), ("two", "role")):
        with pytest.raises(SharedError, match="change it by hand"):
            edited(shared, [Change(path, "active")])
    assert edited(shared, [Change(("two", "zones"), 3)]) == shared.replace("zones: 2", "zones: 3")


def test_a_last_line_without_its_end_stays_whole() -> None:
    assert edited("a: 1", [Change(("b",), 2)]) == "a: 1\nb: 2"
    assert edited("a: {b: 1}", [Change(("a", "b"), GONE)]) == "a: {}"
    assert edited("a:\n  b: 1\nc: 2\n", [Change(("a", "b"), GONE)]) == "a:\n  {}\nc: 2\n"
