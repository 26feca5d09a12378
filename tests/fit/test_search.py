"""The search and what is said of its finds, on spaces made by hand whose best is known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import pytest

from bcinfra.continuity.model.objectives import DisruptionKind, Objective
from bcinfra.continuity.model.ranges import Range
from bcinfra.fit import advice
from bcinfra.fit.advice import Worth
from bcinfra.fit.genes import Choice, Gene, Kind
from bcinfra.fit.measured import Design, Key, Measured, Refused, Targets, missed
from bcinfra.fit.search import Found, designs, search

REGION: Final = Key(DisruptionKind.REGION, Objective.RECOVERY_TIME, "checkout")
PEOPLE: Final = Key(DisruptionKind.PEOPLE, Objective.DATA_LOSS, "checkout")
INVOICES: Final = Key(DisruptionKind.PEOPLE, Objective.DATA_LOSS, "invoices")
TARGETS: Final[Targets] = {REGION: 900.0, PEOPLE: 3600.0, INVOICES: 3600.0}


def gene(kind: Kind, about: str, count: int, today: int, *, second: bool = False) -> Gene:
    choices = tuple(Choice(str(n), lambda _: None) for n in range(count))
    return Gene(kind, about, choices, today, second)


class Space:
    """A hand-made space: each choice has a cost and a factor of the loss; the strategy and the lock keep objectives."""

    def __init__(self, genes: tuple[Gene, ...], revenue: float = 1.0, seed: int = 7) -> None:
        self.genes = genes
        self.revenue = revenue
        dice = random.Random(seed)
        self.costs = [sorted(dice.uniform(0, 400) for _ in one.choices) for one in genes]
        self.factors = [sorted((dice.uniform(0.3, 1.0) for _ in one.choices), reverse=True) for one in genes]
        self.asked: list[Design] = []

    def one(self, design: Design) -> Measured:
        cost = 100 + sum(row[choice] for row, choice in zip(self.costs, design, strict=True))
        factor = 1.0
        for row, choice in zip(self.factors, design, strict=True):
            factor *= row[choice]
        loss = 40_000 * self.revenue * factor
        strategy, lock = design[0], design[-1]
        values = {REGION: (86_400.0, 7200.0, 600.0)[strategy], PEOPLE: (7200.0, 60.0)[min(lock, 1)], INVOICES: 60.0}
        return Measured(
            cost=Range(cost, cost * 1.2, cost * 0.9),
            loss=Range(loss, loss * 3, loss / 3),
            values=values,
            worst={(key.kind, key.objective): value for key, value in values.items() if key.kind},
        )

    def __call__(self, asked: Sequence[Design]) -> dict[Design, Measured | Refused]:
        self.asked += asked
        return {one: self.one(one) for one in asked}

    def whole(self) -> Found:
        """Every design."""
        today = tuple(one.today for one in self.genes)
        every = {one: self.one(one) for one in designs(self.genes)}
        return Found(genes=self.genes, today=today, space=len(every), measured=every, refused={})


SMALL: Final = (
    gene(Kind.STRATEGY, "", 3, 1),
    gene(Kind.ZONES, "standby", 2, 1, second=True),
    gene(Kind.LOCK, "backups", 2, 1),
)
LARGE: Final = (
    gene(Kind.STRATEGY, "", 3, 1),
    gene(Kind.ZONES, "ireland", 2, 1),
    gene(Kind.ZONES, "standby", 2, 1, second=True),
    gene(Kind.READERS, "mysql", 3, 0),
    gene(Kind.CACHE_COPIES, "redis", 2, 0),
    gene(Kind.KEPT, "backups", 3, 1),
    gene(Kind.LOCK, "backups", 3, 1),
)


@pytest.mark.parametrize("seed", range(5))
def test_a_small_space_is_measured_whole(seed: int) -> None:
    space = Space(SMALL, seed=seed)
    found = search(SMALL, space, TARGETS, most=40)
    assert dict(found.measured) == dict(space.whole().measured)
    assert len(space.asked) == found.space == 10, "without a second site its zones are no choice: 2 + 2 * 2 * 2"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("revenue", [0.01, 1.0, 100.0])
def test_the_search_finds_what_brute_force_does(seed: int, revenue: float) -> None:
    space = Space(LARGE, revenue, seed)
    found = search(LARGE, space, TARGETS, most=40)
    whole = space.whole()
    assert len(found.measured) <= 40 < whole.space
    assert advice.least(found) == advice.least(whole)
    assert advice.cheapest(found, TARGETS) == advice.cheapest(whole, TARGETS)


def test_few_designs_are_enough_to_try_two_changes_together() -> None:
    """Twelve changes of one thing would take all of twelve designs, and the best changes several."""
    space = Space(LARGE, 100.0)
    found = search(LARGE, space, TARGETS, most=12)
    assert len(found.measured) <= 12
    assert found.changes(advice.least(found)) > 1


def test_two_searches_ask_the_same() -> None:
    first, second = Space(LARGE), Space(LARGE)
    assert search(LARGE, first, TARGETS, most=30) == search(LARGE, second, TARGETS, most=30)
    assert first.asked == second.asked


def test_what_is_refused_is_left_out_and_not_counted() -> None:
    space = Space(LARGE)

    def evaluate(asked: Sequence[Design]) -> dict[Design, Measured | Refused]:
        return {one: Refused("no such page") if one[1] == 0 else answer for one, answer in space(asked).items()}

    found = search(LARGE, evaluate, TARGETS, most=30)
    assert found.refused
    assert all(one[1] == 1 for one in found.measured)
    assert advice.least(found)[1] == 1


@pytest.mark.parametrize("seed", range(5))
def test_none_on_the_front_is_as_good_as_another(seed: int) -> None:
    found = Space(LARGE, seed=seed).whole()
    front = advice.front(found, TARGETS)
    assert len(front) >= 5
    for one in front:
        assert not any(advice.dominates(other, found.measured[one], TARGETS) for other in found.measured.values())
    assert advice.least(found) in front
    assert advice.cheapest(found, TARGETS) in front


@pytest.mark.parametrize("seed", range(5))
def test_a_stricter_objective_never_gets_cheaper(seed: int) -> None:
    found = Space(LARGE, seed=seed).whole()
    costs: list[float] = []
    for target in (100_000.0, 7200.0, 900.0):
        best = advice.cheapest(found, {**TARGETS, REGION: target})
        assert best
        costs.append(found.measured[best].cost.typical)
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]
    assert advice.cheapest(found, {**TARGETS, REGION: 60.0}) is None, "nothing is that fast"


def test_revenue_moves_the_least_sum_from_modest_to_strong() -> None:
    modest, strong = (Space(LARGE, revenue).whole() for revenue in (1e-6, 1000.0))
    cheapest = min(one.cost.typical for one in modest.measured.values())
    assert modest.measured[advice.least(modest)].cost.typical == cheapest
    assert advice.least(strong)[0] == 2
    losses = [one.loss.typical for one in strong.measured.values() if one.loss]
    best = strong.measured[advice.least(strong)].loss
    assert best and best.typical == pytest.approx(min(losses), rel=0.01)


def test_an_objective_has_a_price_where_a_looser_one_saves() -> None:
    found = Space(LARGE).whole()
    prices = {(one.asked.kind, one.asked.objective): one for one in advice.objective_prices(found, TARGETS)}
    region = prices[DisruptionKind.REGION, Objective.RECOVERY_TIME]
    assert region.kept
    assert region.looser == 7200.0, "the next step, half an hour, saves nothing: pilot light takes two"
    assert region.by and region.by[0] == 1
    best = advice.cheapest(found, TARGETS)
    assert best
    assert region.saves == pytest.approx(found.measured[best].cost.typical - found.measured[region.by].cost.typical)
    unkept = advice.objective_prices(found, {**TARGETS, REGION: 60.0})
    (gone,) = [one for one in unkept if one.asked.kind is DisruptionKind.REGION]
    assert (gone.kept, gone.best, gone.looser) == (False, 600.0, None)


def test_objectives_that_need_the_same_are_named_together() -> None:
    """Both need the second choice: to loosen one alone saves nothing."""
    genes = (gene(Kind.STRATEGY, "", 2, 1),)
    values = ({REGION: 86_400.0, PEOPLE: 86_400.0}, {REGION: 60.0, PEOPLE: 60.0})
    every = {
        (n,): Measured(cost=Range.exactly(100 + 900 * n), loss=None, values=value, worst={})
        for n, value in enumerate(values)
    }
    found = Found(genes=genes, today=(1,), space=2, measured=every, refused={})
    asked = {REGION: 900.0, PEOPLE: 3600.0}
    prices = advice.objective_prices(found, asked)
    assert {(one.looser, one.alone) for one in prices} == {(None, 900.0)}
    joint = advice.together(found, asked, prices)
    assert joint and (joint.saves, joint.by) == (900.0, (0,))
    assert {one.kind for one in joint.asked} == {REGION.kind, PEOPLE.kind}
    alone = {REGION: 900.0}
    assert advice.together(found, alone, advice.objective_prices(found, alone)) is None, "it has a price of its own"


def measured(cost: float, loss: Range, **values: float) -> Measured:
    keys = {"region": REGION, "people": PEOPLE}
    return Measured(cost=Range.exactly(cost), loss=loss, values={keys[k]: v for k, v in values.items()}, worst={})


@pytest.mark.parametrize(
    ("weaker", "worth"),
    [
        (measured(90, Range(1000, 3000, 500), region=1000.0), Worth.NEEDED),
        (measured(90, Range(9000, 18000, 8000)), Worth.PAYS),
        (measured(90, Range(1100, 3100, 600)), Worth.UNSURE),
        (measured(50, Range(1100, 3100, 600)), Worth.COSTS_MORE),
        (measured(90, Range(1001, 3000, 500)), Worth.BUYS_NOTHING),
        (measured(100, Range(9000, 12000, 8000)), Worth.FREE),
    ],
)
def test_a_protection_is_worth_what_is_lost_without_it(weaker: Measured, worth: Worth) -> None:
    if worth is Worth.UNSURE:  # between 100 and 1,000 a year are saved, and 120 are paid
        weaker = measured(90, Range(1100, 4000, 600))
    genes = (gene(Kind.LOCK, "backups", 2, 1),)
    found = Found(
        genes=genes,
        today=(1,),
        space=2,
        measured={(0,): weaker, (1,): measured(100, Range(1000, 3000, 500))},
        refused={},
    )
    (row,) = advice.protections(found, {REGION: 900.0})
    assert row.worth is worth
    assert row.keeps == ({REGION} if worth is Worth.NEEDED else set())


def test_what_earns_nothing_and_costs_is_overrated() -> None:
    """Only invoices need the dearer copies."""
    genes = (gene(Kind.CADENCE, "copies", 2, 1),)
    fast, slow = measured(300, Range.exactly(1000)), measured(100, Range.exactly(1010))
    with_values = {
        (0,): Measured(cost=slow.cost, loss=slow.loss, values={INVOICES: 86_400.0, PEOPLE: 60.0}, worst={}),
        (1,): Measured(cost=fast.cost, loss=fast.loss, values={INVOICES: 60.0, PEOPLE: 60.0}, worst={}),
    }
    found = Found(genes=genes, today=(1,), space=2, measured=with_values, refused={})
    (row,) = advice.overrated(found, TARGETS, frozenset({"checkout"}))
    assert (row.capability, row.saves, row.by) == ("invoices", 200.0, (0,))
    assert row.loses == pytest.approx(10.0)
    assert advice.overrated(found, TARGETS, frozenset({"checkout", "invoices"})) == ()


def test_designs_whose_ranges_overlap_are_not_told_apart() -> None:
    near, far = measured(100, Range(2000, 3000, 1000)), measured(5000, Range.exactly(100))
    found = Found(
        genes=(gene(Kind.LOCK, "backups", 3, 0),),
        today=(0,),
        space=3,
        measured={(0,): measured(100, Range(1000, 2500, 500)), (1,): near, (2,): far},
        refused={},
    )
    assert advice.alike(found, (0,), found.measured) == ((1,),)
    assert not missed(far, {})
