"""A scenario that contains another is never over sooner, and loses no less: whatever more fails, nothing is won."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.parts import Model
from bcinfra.continuity.model.ranges import pessimistic
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.dataloss import given_up
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import ALL_IS_WELL, Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome, WayKind
from bcinfra.continuity.recovery.reasons import Because
from bcinfra.continuity.recovery.scenarios import Kind as ScenarioKind, pairs, scenarios
from tests.continuity import designs
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import SAMPLES, Sample

ROUNDING = 1.02
"""What a 95th percentile is good to where branches mesh."""
ANSWERS_STILL = frozenset({Because.CARRIES, Because.NOT_SHIFTED})
"""What still answers in part is not left by itself, and what is dead is: that much is won by losing the rest."""
ONCE_BETTER = (1092, 2017, 2084, 2262)
"""Seeds of designs in which something was once won by losing more."""


def _lost(outcome: Outcome) -> float:
    return given_up(outcome.losses)


def _load(outcome: Outcome) -> float:
    load = outcome.way.load if outcome.way else None
    return 1.0 if load is None else load


def _comparable(one: Outcome, more: Outcome) -> bool:
    unknown = Kind.UNDECIDED in (one.kind, more.kind) or any(way.unknown or not way.recovery.time for way in one.others)
    unknown = unknown or any(pessimistic(way.recovery.time) == float("inf") for way in one.others if way.feasible)
    partly = any(reason.kind in ANSWERS_STILL or reason.kind is Because.ZONES_UNKNOWN for reason in one.reasons)
    ways = [way for way in (one.way, *one.others) if way]
    by_itself = {way.site for way in ways if way.kind is WayKind.FAILOVER and way.feasible}
    # Nor is a front of which one site answers, or heals, left for another front, and a dead one is.
    behind = one.way is not None and one.way.kind in (WayKind.FAILOVER, WayKind.IN_PLACE)
    left = behind and more.way is not None and more.way.site is not None and more.way.site not in by_itself
    return not unknown and not partly and not left and _load(more) >= _load(one)


def _won(one: Outcome, more: Outcome) -> str | None:
    """What ``more`` is better in than ``one``."""
    if not _comparable(one, more):
        return None
    before, then = pessimistic(one.time), pessimistic(more.time)
    # Who chose to give up less, and took longer for it, has no such choice any more.
    chose = one.way is not None and one.way.person and _lost(more) > _lost(one)
    if then * ROUNDING < before and not chose:
        return f"sooner: {then:.0f} s, not {before:.0f} s"
    if then <= before and _lost(more) < _lost(one):
        return f"less lost: {_lost(more):.0f} s, not {_lost(one):.0f} s"
    return None


def _better(model: Model, most: int) -> Iterator[str]:
    design = Design(model)
    evaluator, rates = Evaluator(design, facts()), Rates(base_rates(), facts())
    singles = {s.failed[0]: s for s in scenarios(design, rates) if s.kind is ScenarioKind.DOMAIN}
    alone = {domain: evaluator.outcomes(scenario) for domain, scenario in singles.items()}
    nothing = evaluator.outcomes(ALL_IS_WELL)
    chosen = list(combinations(sorted(singles), 2))
    for scenario in pairs(set(random.Random(0).sample(chosen, min(most, len(chosen)))), rates):
        for n, more in enumerate(evaluator.outcomes(scenario)):
            if nothing[n].kind is not Kind.UNAFFECTED:
                continue  # it never ran
            for domain in scenario.failed:
                if won := _won(alone[domain][n], more):
                    yield f"{more.capability} in {scenario.id}, beside {domain} alone: {won}"


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_losing_more_wins_nothing(name: str) -> None:
    assert list(_better(designs.DESIGNS[name](), 400)) == []


@pytest.mark.parametrize("seed", [*range(60), *ONCE_BETTER])
def test_losing_more_of_a_random_design_wins_nothing(seed: int) -> None:
    assert list(_better(designs.drawn(seed), 150)) == []


@pytest.mark.parametrize("sample", SAMPLES[:-1], ids=str)  # the last is a part of the first
def test_losing_more_of_a_sample_wins_nothing(sample: Sample) -> None:
    assert list(_better(focused(read(sample.graph)), 100)) == []
