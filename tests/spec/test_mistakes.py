"""What is said about each mistake, word for word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from bcinfra.spec import Shop, SpecError

from .sample import HERE, stated

MISTAKES: list[dict[str, Any]] = yaml.safe_load((HERE / "mistakes.yaml").read_text())


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: str({k: v for k, v in row.items() if k != "says"}))
def test_every_mistake_is_told_with_value_allowed_and_fix(row: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as caught:
        Shop(**stated(row.get("change"), row.get("remove")))
    said = [str(replace(problem, place=None)) for problem in caught.value.problems]
    assert "\n".join(said) == row["says"]


def test_all_mistakes_come_at_once() -> None:
    change: dict[str, Any] = {
        "domain": "shop",
        "web/cpu": "lots",
        "web/peak": 1,
        "mysql/engine": "postgres",
        "sites/dublin/region": "eu-wset-1",
        "sites/frankfurt/role": "stanby",
        "active_site": "frankfort",
        "backups": {"lock_days": 60},
    }
    with pytest.raises(SpecError) as caught:
        Shop(**stated(change, ["data/orders"]))
    paths = {"/".join(map(str, problem.path)) for problem in caught.value.problems}
    assert paths == {*change, "backups/lock_days", "data/orders"} - {"backups"}
    assert str(caught.value).endswith("9 mistakes in the spec")


def test_an_unsound_part_causes_no_mistake_elsewhere() -> None:
    """What depends on a value that is refused is not judged: a typing error in a role does not miss a standby."""
    for change in ({"sites/frankfurt/role": "stanby"}, {"data/carts": {"criticality": "vital"}}, {"redis/memory": "x"}):
        with pytest.raises(SpecError) as caught:
            Shop(**stated(change))
        assert len(caught.value.problems) == 1, str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        "postgres://root:hunter2@db",
        "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN PRIVATE KEY-----",
        "ghp_0123456789abcdef0123",
    ],
)
def test_what_looks_like_a_secret_is_never_shown(value: str) -> None:
    with pytest.raises(SpecError) as caught:
        Shop(**stated({"mysql/engine": value, "mysql/password": "hunter2", "web/environment": {"X": ["hunter2"]}}))
    assert len(caught.value.problems) == 3
    assert "hunter2" not in str(caught.value)
    assert value not in str(caught.value)
