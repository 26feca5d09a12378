"""Equal designs in other words are judged alike, and what a figure takes to be so is said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pytest

from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import Assumed, Figure, walk
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.recovery.dataloss import given_up
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import Evaluator
from bcinfra.continuity.recovery.scenarios import scenarios
from tests.continuity import designs
from tests.samples import assess

RATES: Final = Rates(base_rates(), facts())


def reworded(model: Model, seed: int) -> Model:
    """The same design: every part and store has another name, and all stands in another order."""
    rng = random.Random(seed)
    parts = (*model.entries, *model.balancers, *model.pools, *model.plans)
    kept = (part for store in model.stores for part in (*store.members, *store.copies))
    own = sorted({*(part.urn for part in (*parts, *kept)), *(store.name for store in model.stores)})
    other = dict(zip(own, rng.sample([f"part {n:03}" for n in range(len(own))], len(own)), strict=True))

    def said(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: said(getattr(value, f.name)) for f in fields(value) if f.init})
        if isinstance(value, dict):
            return {said(key): said(entry) for key, entry in value.items()}
        if isinstance(value, tuple):
            return tuple(map(said, value))
        return other.get(value, value) if isinstance(value, str) else value

    new = said(model)
    for name in ("entries", "balancers", "pools", "stores", "plans"):
        rows = list(getattr(new, name))
        rng.shuffle(rows)
        new = replace(new, **{name: tuple(rows)})
    stores = (replace(store, members=tuple(rng.sample(store.members, len(store.members)))) for store in new.stores)
    return replace(new, stores=tuple(stores))


def verdicts(model: Model) -> list[tuple[Any, ...]]:
    """What every scenario does to each capability, in words that no name is in."""
    design = Design(model)
    evaluator = Evaluator(design, facts())
    rows = [
        (str(scenario.kind), *sorted(map(str, scenario.failed)), one.capability, str(one.kind))
        + ((time.typical, time.worst) if (time := one.time and one.time.value) else (-1.0, -1.0))
        + (given_up(one.losses),)
        for scenario in scenarios(design, RATES)
        for one in evaluator.outcomes(scenario)
    ]
    return sorted(rows, key=str)


def test_another_design_is_not_the_same_in_other_words() -> None:
    model = designs.sturdy()
    fewer = designs.with_part(model, f"web-{designs.DUBLIN}", minimum=1, desired=1, maximum=1)
    assert verdicts(reworded(model, 1)) != verdicts(reworded(fewer, 1))


@pytest.mark.parametrize("seed", range(10))
def test_other_names_and_another_order_change_no_verdict(seed: int) -> None:
    model = designs.drawn(seed)
    one, two = verdicts(model), verdicts(reworded(model, seed))
    assert len(one) == len(two)
    for was, now in zip(one, two, strict=True):
        assert now[:-3] == was[:-3]
        assert now[-3:] == pytest.approx(was[-3:], rel=0.02)  # what a 95th percentile is good to where branches mesh


def figures(model: Model) -> Iterator[tuple[str, Figure]]:
    """Every figure that an outcome or a verdict shows."""
    found = assess(model)
    for result in found.scenarios:
        for one in result.affected:
            shown = (one.time, *(loss.age for loss in one.losses), *(verdict.value for verdict in one.verdicts))
            yield from ((f"{result.scenario.id}/{one.capability}", figure) for figure in shown if figure)
    yield from found.figures.items()


@pytest.mark.parametrize("name", [*designs.DESIGNS, *map(str, range(6))])
def test_what_a_figure_takes_to_be_so_is_said(name: str) -> None:
    model = designs.DESIGNS[name]() if name in designs.DESIGNS else designs.drawn(int(name))
    said = {(one.name, one.why) for one in assess(model).assumptions if isinstance(one, Figure)}
    for id, top in figures(model):
        for figure in walk(top):
            if isinstance(figure.why, Assumed):
                assert (figure.name, figure.why) in said, id
