"""Findings of money: too much, too little, on costs made by hand and on a design."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bcinfra.continuity.judgement.assessment import assess
from bcinfra.continuity.judgement.economy import economy
from bcinfra.continuity.model.costs import Area, Cost, Gap, Line, Priced, Purpose, Usage, Why
from bcinfra.continuity.model.parts import Business, Model, Target
from bcinfra.continuity.model.prices import Confidence, Price, rate
from bcinfra.continuity.model.ranges import Range
from bcinfra.continuity.recovery.outcomes import FindingAcceptance
from bcinfra.report.words.statements import say
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, FRANKFURT

PRICE = Price(
    id="thing", region="eu-west-1", unit="thing", usd=Range.exactly(1), date="2026-11-28", confidence=Confidence.QUOTED,
    source="https://example.com", attribution="",
)  # fmt: skip


def line(purpose: Purpose, area: Area, usd: float, site: str = DUBLIN) -> Priced:
    return Priced(
        urn="", name="thing", type="", site=site, tier="", purpose=purpose,
        line=Line("thing", Range.exactly(usd), area=area), price=PRICE, usd=Range.exactly(usd),
    )  # fmt: skip


def costs(*lines: Priced, budget: float | None = None) -> Cost:
    return Cost(lines=lines, gaps=(), rate=rate("USD"), usage=Usage({}), budget=budget)


SERVES = line(Purpose.SERVING, Area.COMPUTE, 500)
STORES = line(Purpose.SERVING, Area.DATABASE, 300)


def codes(cost: Cost, places: tuple[str, ...] = (DUBLIN, FRANKFURT), loss: float | None = None) -> dict[str, str]:
    found = economy(cost, places, loss, {})
    return {one.code: "; ".join((say(one.says), *map(say, one.evidence))) for one in found}


@pytest.mark.parametrize(
    ("budget", "said"),
    [(799.0, "a typical month costs more than the budget; costs USD 800 a month; USD 799 a month are budgeted"),
     (800.0, None), (None, None)],
)  # fmt: skip
def test_a_budget_is_exceeded_by_a_typical_month(budget: float | None, said: str | None) -> None:
    assert codes(costs(SERVES, STORES, budget=budget)).get("BC0050") == said


@pytest.mark.parametrize(("why", "said"), [(Why.NODES, set()), (Why.PEOPLE, {"BC0051", "BC0052"})])
def test_beside_what_has_no_price_nothing_is_too_small(why: Why, said: set[str]) -> None:
    cost = costs(SERVES, STORES, line(Purpose.COPIES, Area.BACKUPS, 301))
    assert codes(replace(cost, gaps=(Gap(why, "", ("thing",)),)), (DUBLIN,), 9601.0).keys() == said


@pytest.mark.parametrize(("copies", "dear"), [(301.0, True), (300.0, False), (0.0, False)])
def test_copies_are_dear_where_they_cost_more_than_what_they_copy(copies: float, dear: bool) -> None:
    found = codes(costs(SERVES, STORES, line(Purpose.COPIES, Area.BACKUPS, copies)))
    assert ("BC0051" in found) == dear
    if dear:
        assert found["BC0051"].endswith("costs USD 301 a month; what is copied costs USD 300 a month")
    assert not codes(costs(SERVES, line(Purpose.COPIES, Area.BACKUPS, copies))), "what is copied has no price"


@pytest.mark.parametrize(
    ("places", "loss", "bites"),
    [
        ((DUBLIN,), 9601.0, True), ((DUBLIN,), 9600.0, False), ((DUBLIN, FRANKFURT), 9601.0, False),
        ((DUBLIN,), None, False),
    ],
)  # fmt: skip
def test_one_region_is_too_little_where_its_loss_costs_more_than_another(
    places: tuple[str, ...], loss: float | None, bites: bool
) -> None:
    found = codes(costs(SERVES, STORES), places, loss)
    assert ("BC0052" in found) == bites
    if bites:
        assert found["BC0052"].endswith("USD 9,601 a year are expected to be lost; costs USD 9,600 a year")


def lenient(revenue: float) -> Model:
    """The sturdy design, whose objectives no loss of a site breaks."""
    model = designs.sturdy()
    easy = replace(
        model.capabilities[0].target, recovery_time=timedelta(days=400), data_loss=None, availability=None, kinds={}
    )
    assert isinstance(easy, Target)
    return replace(
        model,
        capabilities=tuple(replace(one, target=easy) for one in model.capabilities),
        business=Business(revenue_per_hour=revenue, currency="USD"),
    )


@pytest.mark.parametrize(("revenue", "bites"), [(1.0, True), (1_000_000.0, False)])
def test_a_site_that_no_objective_needs_must_save_what_it_costs(revenue: float, bites: bool) -> None:
    cost = costs(SERVES, line(Purpose.STANDBY, Area.COMPUTE, 400, FRANKFURT))
    taken = FindingAcceptance(
        codes=("BC0053",), resources=(FRANKFURT,), owner="Ada", reason="a move", expires=date(2027, 1, 31)
    )
    found = assess(lenient(revenue), cost=cost, accepted=(taken,), today=date(2026, 11, 29))
    (spare,) = [one for one in found.findings if one.code == "BC0024"]
    over = [one for one in found.findings if one.code == "BC0053"]
    assert bool(over) == bites
    if bites:
        assert say(over[0].says) == f"{FRANKFURT} costs more than it saves, and no objective needs it"
        assert say(over[0].evidence[0]) == "costs USD 4,800 a year"
        assert over[0].accepted == (taken,)
    assert spare.says.subject == (over[0].says.subject if over else spare.says.subject)


def test_without_a_cost_nothing_is_said_of_money() -> None:
    found = assess(lenient(1.0)).findings
    assert not {"BC0050", "BC0051", "BC0052", "BC0053"} & {one.code for one in found}
