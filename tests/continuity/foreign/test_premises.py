"""Machine rooms of others, whose truth is known: plain rows, tunnels and clusters, from the graph to the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from bcinfra.continuity.model.objectives import Judgement, Objective
from bcinfra.continuity.recovery.outcomes import Kind
from tests.continuity.foreign.test_truths import assessed, judgement, outcome, says
from tests.continuity.readings.onprem_programs import aws_tunnels
from tests.continuity.readings.programs import IRELAND, Region, Tier

ROOM: dict[str, dict[str, Any]] = {
    "Site": {"country": "BE", "ranges": ["10.9.0.0/16"]},
    "Isp": {"isp": "only", "carrier": "Proximus", "entry": "street", "address": "203.0.113.1", "recovery": 7200},
    "PowerFeed": {"feed": "a", "grid": "street", "batteryMinutes": 10, "generatorHours": 0},
    "Rack": {"rack": "r1", "room": "cellar", "feeds": ["a"], "hosts": ["h1"]},
    "System": {"system": "erp", "criticality": "critical", "hosts": ["h1"], "enough": 1, "racks": ["r1"]},
    "DataSet": {"data": "orders", "criticality": "critical", "system": "erp", "sizeGib": 12},
}
"""A cellar: one line, one feed on batteries for ten minutes, one host, no copy of anything."""


def row(kind: str, name: str, **more: Any) -> None:
    pulumi.ComponentResource(f"bcinfra:onprem:{kind}", name, {"site": "cellar", **more})


def cellar(changes: Mapping[str, Mapping[str, Any]] | None = None, also: tuple[tuple[str, Any], ...] = ()) -> None:
    """A shop at AWS whose orders are kept in a cellar; ``changes`` to its rows, and rows besides."""
    rows: list[tuple[str, Mapping[str, Any]]] = [
        (kind, ROOM[kind] | dict((changes or {}).get(kind, {}))) for kind in ROOM
    ]
    for n, (kind, inputs) in enumerate((*rows, *also)):
        row(kind, f"{kind}-{n}", **inputs)
    at = Region("eu-west-1", IRELAND)
    Tier(at)
    aws_tunnels(at, {f"line-{n}": r["address"] for n, (kind, r) in enumerate((*rows, *also)) if kind == "Isp"})
    spec = {
        "data": {"orders": {"criticality": "critical", "home": "external:erp"}},
        "objectives": {"recovery_time": "1h", "data_loss": "15m"},
    }
    pulumi.ComponentResource("bcinfra:assembly:Shop", "shop", {"spec": spec})


SECOND = {"isp": "second", "carrier": "Telenet", "entry": "yard", "address": "203.0.113.2"}


@pytest.mark.parametrize(
    "lost",
    [
        "isp:Proximus",
        "isp:onprem/cellar/only",
        "cable-entry:onprem/cellar/street",
        "power:onprem/cellar/grid-street-for-10-minutes",
        "rack:onprem/cellar/r1",
        "room:onprem/cellar/cellar",
        "region:onprem/cellar",
    ],
)
def test_whatever_the_cellar_has_one_of_takes_the_orders_away(lost: str) -> None:
    gone = outcome(assessed(cellar), lost)
    assert gone.kind in (Kind.LOST, Kind.UNDECIDED)
    assert judgement(gone, Objective.RECOVERY_TIME) is not Judgement.MET


def test_a_line_that_is_repaired_in_two_hours_is_out_for_two_hours() -> None:
    gone = outcome(assessed(cellar), "isp:onprem/cellar/only")
    assert gone.kind is Kind.LOST
    assert gone.time
    assert gone.time.value
    assert gone.time.value.upper == 7200


def test_a_short_outage_of_the_grid_is_none() -> None:
    assert outcome(assessed(cellar), "power:onprem/cellar/grid-street").kind is Kind.UNAFFECTED


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (SECOND, Kind.RECOVERS),
        ({**SECOND, "carrier": "Proximus"}, Kind.LOST),
    ],
    ids=["another carrier", "another bill of the same carrier"],
)
def test_a_second_bill_is_no_second_carrier(more: Any, kind: Kind) -> None:
    assert outcome(assessed(lambda: cellar(also=(("Isp", more),))), "isp:Proximus").kind is kind


def test_two_carriers_in_one_trench_are_cut_by_one_excavator() -> None:
    found = assessed(lambda: cellar(also=(("Isp", {**SECOND, "entry": "street"}),)))
    assert outcome(found, "cable-entry:onprem/cellar/street").kind is Kind.LOST
    assert says(found, "BC0001", "cable entry onprem/cellar/street alone stops it")


def test_nobody_knows_how_long_a_restart_takes_that_nobody_has_timed() -> None:
    lost = outcome(assessed(cellar), "host:onprem/cellar/h1")
    assert lost.kind is Kind.UNDECIDED
    timed = outcome(assessed(lambda: cellar({"System": {"recovery": 1800}})), "host:onprem/cellar/h1")
    assert timed.kind is not Kind.UNDECIDED


def test_orders_without_a_copy_burn_with_the_cellar() -> None:
    found = assessed(cellar)
    (orders,) = (
        loss for loss in outcome(found, "room:onprem/cellar/cellar").losses if loss.store == "orders in cellar"
    )
    assert orders.total_loss
    assert says(found, "BC0022", "orders in cellar has no copy at rest")
    assert says(found, "BC0030", "erp in cellar is critical and runs nowhere else")
    copied = assessed(lambda: cellar({"DataSet": {"copies": {"aws/eu-west-1": 300}}, "System": {"recovery": 1800}}))
    (kept,) = (loss for loss in outcome(copied, "room:onprem/cellar/cellar").losses if loss.store == "orders in cellar")
    assert not kept.total_loss
    assert judgement(outcome(copied, "room:onprem/cellar/cellar"), Objective.DATA_LOSS) is Judgement.MET
    assert judgement(outcome(copied, "geography:Europe"), Objective.DATA_LOSS) is Judgement.MISSED
