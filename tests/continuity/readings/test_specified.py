"""What a shop's specification in a graph states: read as the specification itself reads it, and never an exception."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pulumi
import pytest

from bcinfra.continuity.model.assumptions import Assumes
from bcinfra.continuity.model.parts import Model
from tests.continuity.readings.programs import assumed, model

OBJECTIVES = {"recovery_time": "1h30m", "data_loss": "5m", "availability": 99.9}
SOUND: dict[str, Any] = {
    "strategy": "warm-standby",
    "objectives": OBJECTIVES,
    "data": {"orders": {"criticality": "critical", "home": "external:erp"}},
    "business": {
        "currency": "CHF",
        "revenue_per_hour": 1200,
        "peaks": {"december": {"start": "2026-12-01", "end": "2026-12-24", "factor": 3}},
    },
}


def read(**more: Any) -> Model:
    spec = SOUND | more
    return model(lambda: pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec}))


def test_what_is_sound_is_read() -> None:
    found = read()
    (shop,) = found.capabilities
    assert (shop.target.recovery_time, shop.target.data_loss) == (timedelta(minutes=90), timedelta(minutes=5))
    assert (shop.target.availability, shop.suppliers, found.strategy) == (99.9, ("erp",), "warm-standby")
    assert (found.business.currency, found.business.revenue_per_hour) == ("CHF", 1200)
    assert found.business.peaks == {"december": ("2026-12-01", "2026-12-24", 3)}
    assert not assumed(found, Assumes.LEFT_OUT)


def test_what_a_newer_one_adds_is_left_out() -> None:
    newer = {"objectives": OBJECTIVES | {"carbon": "low"}, "business": {**SOUND["business"], "tax": 8}, "moon": {}}
    assert read(**newer) == read()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "duration": ({"objectives": OBJECTIVES | {"recovery_time": "soon"}}, "shop.objectives.recovery_time"),
    "percentage": ({"objectives": OBJECTIVES | {"availability": [99]}}, "shop.objectives.availability"),
    "home": ({"data": {"orders": {"criticality": "critical", "home": "cellar"}}}, "data.orders.home"),
    "criticality": ({"data": {"orders": {"criticality": 7, "home": "mysql"}}}, "data.orders.criticality"),
    "revenue": ({"business": {"revenue_per_hour": "much"}}, "business.revenue_per_hour"),
    "peak": (
        {"business": {"peaks": {"may": {"start": "May", "end": "2026-06-01", "factor": 2}}}},
        "business.peaks.may.start",
    ),
    "factor": (
        {"business": {"peaks": {"may": {"start": "2026-05-01", "end": "2026-06-01", "factor": "x"}}}},
        "business.peaks.may.factor",
    ),
    "strategy": ({"strategy": "hope"}, "strategy"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_left_out(case: str) -> None:
    more, path = WRONG[case]
    (one,) = assumed(read(**more), Assumes.LEFT_OUT)
    assert one.subject == path


@pytest.mark.parametrize("value", [7, "x", [], [1], {"x": []}])
@pytest.mark.parametrize("field", [*SOUND, "sites", "accounts", "state", "capabilities", "active_site"])
def test_no_form_of_a_field_ends_the_reading(field: str, value: object) -> None:
    assert read(**{field: value}).capabilities


def test_an_address_of_the_state_that_is_none_is_left_out() -> None:
    assert read(state={"url": "s3://["}).stores == read().stores
