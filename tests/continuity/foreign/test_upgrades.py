"""Planned upgrades of databases and caches in anybody's program, and the windows that vendors work in."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_aws.elasticache import ReplicationGroup, SubnetGroup

from bcinfra.continuity.judgement.assessment import Assessment
from bcinfra.continuity.model.ranges import typical
from tests.continuity.foreign.test_truths import assessed, outcome, says
from tests.continuity.readings.programs import FRANKFURT, IRELAND, Database, Region, Tier

UPGRADE = "upgrade:eu-west-1-db"
BESIDE: dict[str, Any] = {"blue_green_update": {"enabled": True}}


def one_site(**more: Any) -> Assessment:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        Database(at, Tier(at), **more)

    return assessed(program)


def two_sites(primary: dict[str, Any], replica: dict[str, Any]) -> Assessment:
    def program() -> None:
        at, away = Region("eu-west-1", IRELAND[:2]), Region("eu-central-1", FRANKFURT[:2])
        Database(away, Tier(away), source=Database(at, Tier(at), **primary), **replica)

    return assessed(program)


def stops(found: Assessment) -> float | None:
    """Seconds that the upgrade of the database stops who needs it."""
    return typical(outcome(found, UPGRADE).time)


@pytest.mark.parametrize("multi_az", [True, False])
def test_an_upgrade_in_place_stops_the_database_with_its_standby(multi_az: bool) -> None:
    assert stops(one_site(multi_az=multi_az)) == pytest.approx(600, rel=0.01)


def test_an_upgrade_beside_takes_the_switch_alone() -> None:
    assert stops(one_site(**BESIDE)) == pytest.approx(60, rel=0.01)


@pytest.mark.parametrize("refused", [{"blue_green_update": {"enabled": False}}, {"manage_master_user_password": True}])
def test_what_is_not_done_beside_is_done_in_place(refused: dict[str, Any]) -> None:
    assert stops(one_site(**{**BESIDE, **refused})) == pytest.approx(600, rel=0.01)


def test_nothing_is_switched_beside_a_replica_in_another_region() -> None:
    assert stops(two_sites(BESIDE, {})) == pytest.approx(600, rel=0.01)


@pytest.mark.parametrize(("copies", "seconds"), [(1, 300), (2, 30)])
def test_a_replica_of_a_cache_goes_first(copies: int, seconds: float) -> None:
    def program() -> None:
        at = Region("eu-west-1", IRELAND[:2])
        ReplicationGroup(
            "carts",
            description="carts",
            num_cache_clusters=copies,
            automatic_failover_enabled=copies > 1,
            multi_az_enabled=copies > 1,
            subnet_group_name=SubnetGroup("carts", subnet_ids=at.subnet_ids, opts=at.opts).name,
            security_group_ids=[at.group("carts", admits=Tier(at).group).id],
            opts=at.opts,
        )

    (upgrade,) = [one.scenario for one in assessed(program).scenarios if one.scenario.id == "upgrade:carts"]
    assert typical(upgrade.lasts) == seconds


@pytest.mark.parametrize(
    ("here", "there", "together"),
    [
        ("tue:03:00-tue:04:00", "tue:03:30-tue:04:30", True),
        ("sun:23:30-mon:00:30", "Mon:00:00-Mon:01:00", True),
        ("tue:03:00-tue:04:00", "tue:04:00-tue:05:00", False),
        ("tue:03:00-tue:04:00", None, False),
    ],
)
def test_windows_that_meet_are_found(here: str, there: str | None, together: bool) -> None:
    found = two_sites({"maintenance_window": here}, {"maintenance_window": there} if there else {})
    assert says(found, "BC0045", "is maintained while") is together
