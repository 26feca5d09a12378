"""Alarms are silent in the windows of planned work, and in no longer ones."""

from __future__ import annotations

import pytest

from bcinfra.aws import AlarmMutes, AlarmMutesArgs, MutedWindow
from bcinfra.graph.core.model import Graph
from tests.aws.conftest import counts, declare, one, region
from tests.helpers import refusals

RULE = "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"


def mutes() -> Graph:
    def program() -> None:
        windows = {
            "mysql": MutedWindow(window="tue:03:00-tue:04:00", alarms={"load": "shop-mysql-load", "disk": "shop-disk"}),
            "redis": MutedWindow(window="sun:23:30-mon:00:30", alarms={"memory": "shop-memory"}),
        }
        AlarmMutes("shop", AlarmMutesArgs(region=region(), windows=windows))

    return declare(program)


def test_what_it_is_made_of() -> None:
    assert counts(mutes()) == {"bcinfra:aws:AlarmMutes": 1, RULE: 2}


@pytest.mark.parametrize(
    ("what", "expression", "names"),
    [
        ("mysql", "cron(0 3 * * TUE)", ["shop-mysql-load", "shop-disk"]),
        ("redis", "cron(30 23 * * SUN)", ["shop-memory"]),
    ],
)
def test_alarms_are_silent_for_the_window_week_by_week(what: str, expression: str, names: list[str]) -> None:
    rule = one(mutes(), RULE, f"shop-{what}").inputs
    assert rule["rule"] == {"schedule": {"expression": expression, "duration": "PT60M", "timezone": "UTC"}}
    assert rule["muteTargets"] == {"alarmNames": names}


@pytest.mark.parametrize("window", ["tue:03:00-wed:03:00", "tue:03:00-tue:03:00", "day:03:00-day:04:00", "tue 03:00"])
def test_a_window_that_is_no_planned_work_is_refused(window: str) -> None:
    assert refusals(lambda: MutedWindow(window=window, alarms={"load": "shop"}))
