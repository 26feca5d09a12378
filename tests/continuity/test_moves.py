"""Scenarios keep their identity when a site is moved or renamed."""

from __future__ import annotations

import pytest

from bcinfra.continuity.judgement.moves import moved

BEFORE = {
    "region:aws/eu-west-3",
    "zone:aws/eu-west-3/euw3-az1",
    "zone:aws/eu-west-3/euw3-az2",
    "control-plane:aws/eu-west-3",
    "maintenance:region:aws/eu-west-1/aws/eu-west-3",
    "server:shop-prod-mysql-paris",
    "balancer:shop-prod-paris-web-load-balancer",
}
NORTH = {"eu-west-3": "eu-north-1", "euw3-az1": "eun1-az1", "euw3-az2": "eun1-az2"}


def after(words: dict[str, str]) -> set[str]:
    found = set(BEFORE)
    for old, new in words.items():
        found = {id.replace(old, new) for id in found}
    return found


def between(before: set[str], now: set[str]) -> dict[str, str]:
    return moved(before - now, now - before)


@pytest.mark.parametrize("words", [NORTH, {"paris": "lyon"}, {**NORTH, "paris": "stockholm"}])
def test_a_site_that_moves_or_is_renamed_takes_its_scenarios_along(words: dict[str, str]) -> None:
    now = after(words)
    found = between(BEFORE, now)
    assert set(found) == BEFORE - now
    assert set(found.values()) == now - BEFORE
    assert {new: old for old, new in found.items()} == between(now, BEFORE)


def test_a_region_that_comes_beside_is_new() -> None:
    assert between(BEFORE, BEFORE | {"region:aws/eu-north-1", "zone:aws/eu-north-1/eun1-az1"}) == {}


def test_what_can_be_told_in_two_ways_is_not_told() -> None:
    two = (BEFORE - {"region:aws/eu-west-3"}) | {"region:aws/eu-north-1", "region:aws/eu-south-1"}
    assert "region:aws/eu-west-3" not in between(BEFORE, two)
    names = {"server:a-x", "server:b-x"}, {"server:c-x", "server:d-x"}
    assert moved(*names) == {}


def test_one_part_that_goes_while_another_comes_is_another() -> None:
    assert moved({"server:shop-cache"}, {"server:shop-queue"}) == {}
