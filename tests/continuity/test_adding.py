"""A copy, a way or a protection more never worsens what a design survives, and one less never improves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Final

import pytest

from bcinfra.continuity.judgement.verdicts import Judge
from bcinfra.continuity.model.domains import Domain, DomainKind
from bcinfra.continuity.model.facts import base_rates, facts
from bcinfra.continuity.model.objectives import Judgement
from bcinfra.continuity.model.parts import Entry, Guard, Model, Protection, RecoveryPoint, Store
from bcinfra.continuity.model.rates import Rates
from bcinfra.continuity.readings.read import read
from bcinfra.continuity.recovery.design import Design
from bcinfra.continuity.recovery.evaluate import ALL_IS_WELL, Evaluator
from bcinfra.continuity.recovery.outcomes import Kind, Outcome
from bcinfra.continuity.recovery.scenarios import Scenario, scenarios
from tests.continuity import designs
from tests.continuity.designs import DUBLIN, STRICT, ZONES, seconds
from tests.continuity.knockouts.judging import focused
from tests.continuity.knockouts.samples import B2B
from tests.continuity.test_order import ANSWERS_STILL

Change = Callable[[Model], Model]
RATES: Final = Rates(base_rates(), facts())


def _stores(model: Model, change: Callable[[Store], Store]) -> Model:
    return replace(model, stores=tuple(map(change, model.stores)))


def copy(model: Model) -> Model:
    """One more copy of each store, at another provider, that nobody can delete."""
    one = RecoveryPoint(
        urn="extra",
        label="copy at another provider",
        homes=(Domain(DomainKind.PROVIDER, "elsewhere"),),
        mechanism="backup",
        age=seconds("age", 300, 600),
        retention=timedelta(days=90),
        protections=frozenset(Protection),
        restore=seconds("restore", 600, 900),
        tested_by="a test",
    )
    return _stores(model, lambda store: replace(store, copies=(*store.copies, replace(one, urn=f"extra {store.name}"))))


def locked(model: Model) -> Model:
    """Each copy is kept from deletion by everything that there is."""
    every = frozenset(Protection)
    return _stores(
        model, lambda store: replace(store, copies=tuple(replace(one, protections=every) for one in store.copies))
    )


def guarded(model: Model) -> Model:
    """Each store refuses to be deleted."""
    return _stores(model, lambda store: replace(store, guards=tuple(Guard)))


def kept_longer(model: Model) -> Model:
    """Each copy is kept a year."""
    year = timedelta(days=365)
    return _stores(
        model, lambda store: replace(store, copies=tuple(replace(one, retention=year) for one in store.copies))
    )


def standby(model: Model) -> Model:
    """Each writer in more than one zone has a copy there that takes over within two minutes."""
    fast = seconds("takes over", 60, 120)

    def with_one(store: Store) -> Store:
        return replace(store, members=tuple(replace(m, local_failover=fast) if m.writer else m for m in store.members))

    return _stores(model, with_one)


def replaced(model: Model) -> Model:
    """Whatever runs replaces what dies, and has room to grow."""
    pools = (replace(p, replaced=True, maximum=p.maximum and p.maximum + 20) for p in model.pools)
    return replace(model, pools=tuple(pools))


def shifted(model: Model) -> Model:
    """Each balancer notices what is dead, and leaves an impaired zone by itself."""
    checks, shift = seconds("checks", 20, 30), seconds("shift", 200, 400)
    balancers = (
        replace(one, detects=one.detects or checks, zonal_shift=one.zonal_shift or shift) for one in model.balancers
    )
    return replace(model, balancers=tuple(balancers))


def zone(model: Model) -> Model:
    """What stands in some zones of a region, and is replaced, stands in three."""
    pools = (replace(p, zones=ZONES[p.site]) if p.zones and p.site in ZONES and p.replaced else p for p in model.pools)
    balancers = (replace(b, zones=ZONES[b.site]) if b.zones and b.site in ZONES else b for b in model.balancers)
    return replace(model, pools=tuple(pools), balancers=tuple(balancers))


def site(model: Model) -> Model:
    """The standby of the sturdy design, where a design has only its active site."""
    sturdy = designs.sturdy()
    if {pool.site for pool in model.pools} != {DUBLIN} or len(model.stores) != 2:
        return model
    return replace(
        model,
        entries=(replace(model.entries[0], routes=sturdy.entries[0].routes),),
        pools=(*model.pools, sturdy.pools[1]),
        balancers=(*model.balancers, sturdy.balancers[1]),
        stores=tuple(
            replace(s, members=(*s.members, *(m for m in full.members if not m.writer)), two_primaries_guarded=True)
            for s, full in zip(model.stores, sturdy.stores, strict=True)
        ),
        plans=sturdy.plans,
    )


MORE: Final[tuple[Change, ...]] = (copy, locked, guarded, kept_longer, standby, replaced, shifted, zone, site)


def without_copies(model: Model) -> Model:
    return _stores(model, lambda store: replace(store, copies=()))


def without_plans(model: Model) -> Model:
    return replace(model, plans=())


def without_checks(model: Model) -> Model:
    """No name is led elsewhere by itself."""

    def of(entry: Entry) -> Entry:
        return replace(entry, routes=tuple(replace(one, detects=None, health_check=None) for one in entry.routes))

    return replace(model, entries=tuple(map(of, model.entries)))


def without_protections(model: Model) -> Model:
    return _stores(
        model,
        lambda store: replace(
            store, guards=(), copies=tuple(replace(one, protections=frozenset()) for one in store.copies)
        ),
    )


def without_replacement(model: Model) -> Model:
    return replace(model, pools=tuple(replace(p, replaced=False, rollback=False) for p in model.pools))


LESS: Final[tuple[Change, ...]] = (
    without_copies,
    without_plans,
    without_checks,
    without_protections,
    without_replacement,
)


def judged(outcome: Outcome, scenario: Scenario) -> list[int]:
    return [list(Judgement).index(verdict.judgement) for verdict in Judge().outcome(scenario, outcome, STRICT)]


class Played:
    """A design, and what each scenario does to it, played once."""

    def __init__(self, model: Model) -> None:
        design = Design(model)
        self.outcomes = cache(Evaluator(design, facts()).outcomes)
        self.scenarios = scenarios(design, RATES)


def better_with_less(more: Played, less: Played) -> Iterator[str]:
    """Where the verdict on the design that has less is better than on the one that has more."""
    ran = [outcome.kind is Kind.UNAFFECTED for outcome in less.outcomes(ALL_IS_WELL)]
    there = {scenario.id for scenario in less.scenarios}
    for scenario in more.scenarios:
        if scenario.id not in there:
            continue
        for runs, was, now in zip(ran, less.outcomes(scenario), more.outcomes(scenario), strict=True):
            then, since = judged(was, scenario), judged(now, scenario)
            # What takes over by itself and carries less is no gain to who would have waited for all, and what still
            # answers in part is not left by itself.
            partly = now.way is not None and (now.way.load or 0) < 1
            partly = partly or any(reason.kind in ANSWERS_STILL for reason in now.reasons)
            if runs and not partly and any(b < a for a, b in zip(then, since, strict=True)):
                yield f"{scenario.id}: {was.capability} {was.kind}, with more {now.kind}"


def found(model: Model) -> Iterator[str]:
    asis = Played(model)
    for change in MORE:
        yield from (f"{change.__name__} {text}" for text in better_with_less(Played(change(model)), asis))
    for change in LESS:
        yield from (f"{change.__name__} {text}" for text in better_with_less(asis, Played(change(model))))


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_more_is_never_worse(name: str) -> None:
    assert list(found(designs.DESIGNS[name]())) == []


@pytest.mark.parametrize("seed", range(6))
def test_more_of_a_random_design_is_never_worse(seed: int) -> None:
    assert list(found(designs.drawn(seed))) == []


def test_more_of_a_sample_is_never_worse() -> None:
    """Of the others each knock-out shows it, which takes away one thing at a time and makes nothing better."""
    assert list(found(focused(read(B2B.graph)))) == []
